"""The agent's own work that the disk did not take: full, read-only, or held by another program. It is kept here in memory,
in order, tried again by itself and on request, and said for as long as it lasts. Used through ``Workplace.keep``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.store.database import Closed, StoreError, Write
from desktop.viewmodels.workplace import Workplace, is_alive

log = logging.getLogger(__name__)

RETRY_MS = 3000
# What makes every other write fail as well; after anything else the next one is tried.
_ALL_FAIL = frozenset({"full", "busy", "read_only", "disk", "damaged"})

Change = Callable[[Write], Any]


class _Kept(Struct, eq=False):
    change: Change
    done: Callable[[Any], None] | None
    initiator: object
    key: object
    is_under_way: bool = False


class Unsaved(QObject):
    """``code`` is the store's code of what stands in the way, empty while all is on the disk; ``changed`` when it or the
    ``count`` of things in memory changes. ``recovered`` once everything is on the disk again."""

    changed = Signal()
    recovered = Signal()

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._workplace = workplace
        self._stuck: list[_Kept] = []
        self._trying = 0
        self.code = ""
        self._timer = QTimer(self)
        self._timer.setInterval(RETRY_MS)
        self._timer.timeout.connect(self.retry)

    @property
    def count(self) -> int:
        """How many drafts and steps are in memory only."""
        return len(self._stuck)

    @property
    def is_idle(self) -> bool:
        """Whether every answer of the disk is known."""
        return self._trying == 0

    def write(self, change: Change, done: Callable[[Any], None] | None, initiator: object, key: object) -> None:
        """Write ``change``; where the disk does not take it, keep it. A newer one of the same ``key`` (not ``None``) takes
        the place of an older one that waits."""
        kept = _Kept(change, done, initiator, key)
        if self._stuck:
            if key is not None:
                self._stuck = [one for one in self._stuck if one.key != key or one.is_under_way]
            self._stuck.append(kept)
            self.changed.emit()
            self.retry()
        else:
            self._try(kept)

    def retry(self) -> None:
        """Try everything again now, in order."""
        if not any(kept.is_under_way for kept in self._stuck) and self._stuck:
            self._try(self._stuck[0])

    def stop(self) -> None:
        """Try no more: the account is being closed."""
        self._timer.stop()

    def _try(self, kept: _Kept) -> None:
        kept.is_under_way = True
        self._trying += 1
        self._workplace.write(
            kept.change,
            lambda value: self._on_written(kept, value),
            lambda error: self._on_failed(kept, error),
            kept.initiator,
        )

    def _on_written(self, kept: _Kept, value: Any) -> None:
        kept.is_under_way = False
        self._trying -= 1
        if kept in self._stuck:
            after = self._take_out(kept)
            if not self._stuck:
                self._timer.stop()
                self.code = ""
                self.recovered.emit()
            self.changed.emit()
            self._try_next(after)
        if kept.done is not None and is_alive(kept.done):
            kept.done(value)

    def _on_failed(self, kept: _Kept, error: BaseException) -> None:
        kept.is_under_way = False
        self._trying -= 1
        if not isinstance(error, StoreError) or isinstance(error, Closed):
            after = self._take_out(kept)
            log.error("the agent's work could not be written: %s", type(error).__name__, exc_info=error)
            self._try_next(after)
            return
        if kept not in self._stuck:
            # Answers come in the order asked: what failed before is older than this.
            self._stuck = [one for one in self._stuck if kept.key is None or one.key != kept.key or one.is_under_way]
            self._stuck.append(kept)
        self.code = error.code
        self._timer.start()
        self.changed.emit()
        if error.code not in _ALL_FAIL and kept in self._stuck:
            self._try_next(self._stuck.index(kept) + 1)

    def _take_out(self, kept: _Kept) -> int:
        """Remove ``kept`` and return the place of the one after it."""
        if kept not in self._stuck:
            return 0
        place = self._stuck.index(kept)
        del self._stuck[place]
        return place

    def _try_next(self, place: int) -> None:
        if place < len(self._stuck) and not any(one.is_under_way for one in self._stuck):
            self._try(self._stuck[place])
