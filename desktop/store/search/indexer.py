"""The index followed in the background: slices of work for the writing thread, each short, the agent's writes in between.

Started with an account's store and closed before it. Waits while a first sync writes page after page: what is on the
screen matters more than what could be looked for.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from enum import Enum, auto
from typing import Final

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.store.connection import Closed
from desktop.store.database import Store, Write
from desktop.store.search.indexing import index_some, merge_some

_log = logging.getLogger(__name__)

# How long others may have to wait for a slice, and how long where nobody wrote for a while: fewer and larger parts.
_ROUND_S: Final = 0.010
_LONG_SLICE_S: Final = 0.040
_WHILE_S: Final = 2.0
_FEWEST: Final = 20
_MOST: Final = 2_000
_WATCHED: Final = (Table.MESSAGE, Table.INTERACTION, Table.CUSTOMER)
# While pages of a first sync come, one slice in this many seconds.
PATIENCE_S: Final = 0.15


class _Next(Enum):
    MORE = auto()
    NOTHING = auto()


class Indexer:
    """Keeps the index of ``store`` in step until it is closed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._is_running = False
        self._is_closed = False
        self._has_news = False
        self._page_at = self._written_at = float("-inf")
        self._rows = 200
        self._timer: threading.Timer | None = None
        self._unsubscribe = store.subscribe(self._on_changes)
        self._begin()

    def close(self) -> None:
        """Begin no further slice."""
        self._unsubscribe()
        with self._lock:
            self._is_closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _on_changes(self, changes: ChangeSet) -> None:
        self._written_at = time.monotonic()
        if changes.touches(*_WATCHED):
            if changes.is_much:
                self._page_at = time.monotonic()
            self._begin()

    def _begin(self) -> None:
        with self._lock:
            self._has_news = True
            if self._is_running or self._is_closed:
                return
            self._is_running = True
        self._submit()

    def _submit(self) -> None:
        with self._lock:
            self._timer = None
            self._has_news = False
            if self._is_closed:
                return
        try:
            # As lightly as what the network brings: an index that is lost can be made again.
            self._store.write(self._slice, Cause.NETWORK, self).add_done_callback(self._on_done)
        except Closed:
            return

    def _slice(self, w: Write) -> _Next:
        # Short rounds even where there is time for many: between them other threads get a turn of Python.
        until = time.monotonic() + (_LONG_SLICE_S if time.monotonic() - self._written_at > _WHILE_S else 0.0)
        while self._round(w):
            if time.monotonic() >= until:
                return _Next.MORE
        return _Next.MORE if merge_some(w) else _Next.NOTHING

    def _round(self, w: Write) -> int:
        begun = time.perf_counter()
        left = index_some(w, self._rows)
        if left:
            took = max(time.perf_counter() - begun, 0.0001)
            self._rows = max(_FEWEST, min(_MOST, int(self._rows * min(1.5, _ROUND_S / took))))
        return left

    def _on_done(self, done: Future[_Next]) -> None:
        if done.cancelled():
            return
        error = done.exception()
        if error is not None:
            # Its text may quote a customer. The rows stay noted; the next change tries again.
            _log.warning("the index could not follow: %s", type(error).__name__)
        with self._lock:
            has_more = error is None and (self._has_news or done.result() is _Next.MORE)
            if self._is_closed or not has_more:
                self._is_running = False
                return
            if time.monotonic() - self._page_at < PATIENCE_S:
                self._timer = threading.Timer(PATIENCE_S, self._submit)
                self._timer.daemon = True
                self._timer.start()
                return
        self._submit()
