"""The store: one encrypted file, one thread that writes it, one that reads it, and one ``ChangeSet`` for each commit.

Functions that read or write are handed in and run on the thread that owns the connection; answers come back as
``concurrent.futures.Future``. No Qt and no asyncio in here: who listens brings the news to their own loop.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.store import schema
from desktop.store.connection import (
    Busy,
    Closed,
    Connection,
    Damaged,
    Full,
    Newer,
    StoreError,
    WrongKey,
    explained,
    open_reader,
    open_writer,
)

__all__ = [
    "Busy",
    "Closed",
    "Connection",
    "Damaged",
    "Full",
    "Listener",
    "Newer",
    "Store",
    "StoreError",
    "Write",
    "WrongKey",
]

_log = logging.getLogger(__name__)

T = TypeVar("T")
Listener = Callable[[ChangeSet], None]


class Write:
    """One transaction in the making: its connection, and what it changed so far."""

    __slots__ = ("_customers", "_interactions", "_is_bulk", "_must_scrub", "_rows", "conn")

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._rows: dict[Table, set[str]] = {}
        self._interactions: set[str] = set()
        self._customers: set[str] = set()
        self._is_bulk = False
        self._must_scrub = False

    def touch(self, table: Table, row_id: str, interaction: str | None = None, customer: str | None = None) -> None:
        """Note that a row changed, and which interaction's and customer's view of the world with it."""
        self._rows.setdefault(table, set()).add(row_id)
        if table is Table.INTERACTION:
            self._interactions.add(row_id)
        elif table is Table.CUSTOMER:
            self._customers.add(row_id)
        if interaction:
            self._interactions.add(interaction)
        if customer:
            self._customers.add(customer)

    def bulk(self) -> None:
        """Say that too much changed to name it."""
        self._is_bulk = True

    def scrub(self) -> None:
        """Ask that after the commit no older version of a page is left in the write-ahead log.

        The future then fails with ``Busy`` where that was not possible; what was written stays written.
        """
        self._must_scrub = True

    @property
    def must_scrub(self) -> bool:
        return self._must_scrub

    def changes(self, cause: Cause, initiator: object) -> ChangeSet | None:
        """Return what changed as a value, or ``None`` where nothing was touched."""
        if self._is_bulk:
            return ChangeSet(cause, is_bulk=True, initiator=initiator)
        if not self._rows and not self._interactions and not self._customers:
            return None
        return ChangeSet(
            cause,
            rows={table: frozenset(ids) for table, ids in self._rows.items()},
            interactions=frozenset(self._interactions),
            customers=frozenset(self._customers),
            initiator=initiator,
        )


class _Worker(threading.Thread):
    """A thread that runs jobs one after the other until it is told to end."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def put(self, job: Callable[[], None]) -> None:
        self._jobs.put(job)

    def end(self) -> None:
        self._jobs.put(None)

    def run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


class Store:
    """The local database of one account. Opened with ``Store.open``, closed with ``close``."""

    def __init__(self, path: Path, writing: Connection, reading: Connection) -> None:
        self.path = path
        self._writing = writing
        self._reading = reading
        self._is_durable = False
        self._listeners: dict[object, Listener] = {}
        self._lock = threading.Lock()
        self._is_closed = False
        self._writer = _Worker("store-writer")
        self._reader = _Worker("store-reader")
        self._writer.start()
        self._reader.start()

    @classmethod
    def open(cls, path: Path, key: bytes, *, busy_ms: int = 5000) -> Store:
        """Open the database at ``path``, creating or upgrading it as needed.

        ``key`` is 32 random bytes (else ``ValueError``); ``busy_ms`` how long to wait for another process. Raises
        ``WrongKey``, ``Damaged``, ``Newer``, ``Busy``, or ``StoreError`` where the file cannot be opened at all.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("the folder of the database cannot be made") from error
        writing = open_writer(path, key, busy_ms)
        try:
            if not schema.is_current(writing):
                schema.upgrade(writing)
            reading = open_reader(path, key, busy_ms)
        except Exception as error:
            writing.close()
            raise explained(error) from error
        return cls(path, writing, reading)

    def read(self, fn: Callable[[Connection], T]) -> Future[T]:
        """Run ``fn`` on the reading thread, in one snapshot. A future cancelled before its turn costs nothing."""
        future: Future[T] = Future()
        self._submit(self._reader, lambda: self._run_read(fn, future))
        return future

    def query(self, fn: Callable[[Connection], T]) -> T:
        """Read and wait for the answer: for the start of the program, before there is a loop, and for tests."""
        return self.read(fn).result()

    def write(self, fn: Callable[[Write], T], cause: Cause, initiator: object = None) -> Future[T]:
        """Run ``fn`` in one transaction on the writing thread; where it raises, nothing is written.

        What the agent wrote is on the disk when the future is done, also if the power fails in that moment. Listeners
        have been told by then.
        """
        future: Future[T] = Future()
        self._submit(self._writer, lambda: self._run_write(fn, cause, initiator, future))
        return future

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have ``listener`` called with each commit's changes, on the writing thread. Returns what ends that."""
        token = object()
        with self._lock:
            self._listeners[token] = listener

        def unsubscribe() -> None:
            with self._lock:
                self._listeners.pop(token, None)

        return unsubscribe

    def close(self) -> None:
        """Finish what was asked for, end both threads, close the file. May be called twice."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._reader.end()
            self._writer.end()
        self._reader.join()
        self._writer.join()
        self._reading.close()
        self._writing.close()

    def _submit(self, worker: _Worker, job: Callable[[], None]) -> None:
        with self._lock:
            if self._is_closed:
                raise Closed("the store is closed")
            worker.put(job)

    def _run_read(self, fn: Callable[[Connection], T], future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            self._reading.execute("BEGIN")
            try:
                result = fn(self._reading)
            finally:
                if self._reading.in_transaction:
                    self._reading.execute("ROLLBACK")
        except BaseException as error:
            future.set_exception(_cause_of(error))
        else:
            future.set_result(result)

    def _run_write(self, fn: Callable[[Write], T], cause: Cause, initiator: object, future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            self._make_durable(cause is not Cause.NETWORK)
            write = Write(self._writing)
            self._writing.execute("BEGIN IMMEDIATE")
            try:
                result = fn(write)
                self._writing.execute("COMMIT")
            except BaseException:
                if self._writing.in_transaction:
                    self._writing.execute("ROLLBACK")
                raise
        except BaseException as error:
            future.set_exception(_cause_of(error))
            return
        changes = write.changes(cause, initiator)
        if changes is not None:
            self._publish(changes)
        try:
            if write.must_scrub:
                self._scrub()
        except Exception as error:
            future.set_exception(_cause_of(error))
        else:
            future.set_result(result)

    def _scrub(self) -> None:
        (is_busy, *_) = self._writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise Busy("the log could not be cleared yet: somebody is still reading")

    def _make_durable(self, is_durable: bool) -> None:
        """What the network brought can be pulled again, so it need not wait for the disk; the rest must."""
        if is_durable is not self._is_durable:
            self._writing.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            self._is_durable = is_durable

    def _publish(self, changes: ChangeSet) -> None:
        with self._lock:
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener(changes)
            except Exception as error:
                # The text of the error may hold a customer's words: only its kind and place are told.
                frame = error.__traceback__
                while frame is not None and frame.tb_next is not None:
                    frame = frame.tb_next
                line = frame.tb_lineno if frame else 0
                name = frame.tb_frame.f_code.co_qualname if frame else ""
                _log.error("a listener of the store failed: %s in %s, line %d", type(error).__name__, name, line)


def _cause_of(error: BaseException) -> BaseException:
    if not isinstance(error, Exception):
        return error
    told = explained(error)
    if told is not error:
        told.__cause__ = error
    return told
