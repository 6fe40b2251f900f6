"""The store: one encrypted file, one thread that writes it, one that reads it, and one ``ChangeSet`` for each commit.

Functions that read or write are handed in and run on the thread that owns the connection; answers come back as
``concurrent.futures.Future``. No Qt and no asyncio in here: who listens brings the news to their own loop. A file that turns
out to be damaged is replaced where it stands (``salvage``), and what met the damage is done once more: nothing that was
asked for is lost.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from typing import Final, TypeVar

from desktop.domain.changes import Cause, ChangeSet
from desktop.store import gate, rekey, salvage
from desktop.store.connection import (
    Busy,
    Closed,
    Connection,
    Damaged,
    DiskFailed,
    Full,
    Newer,
    ReadOnly,
    StoreError,
    WrongKey,
    cause_of,
    explained_os,
)
from desktop.store.salvage import Salvage
from desktop.store.transaction import Write

__all__ = [
    "Busy",
    "Closed",
    "Connection",
    "Damaged",
    "DiskFailed",
    "Full",
    "Listener",
    "Newer",
    "OnTrouble",
    "ReadOnly",
    "Salvage",
    "Store",
    "StoreError",
    "Write",
    "WrongKey",
]

_log = logging.getLogger(__name__)

T = TypeVar("T")
Listener = Callable[[ChangeSet], None]
OnTrouble = Callable[[str, Salvage | None], None]
"""``on_trouble(code, salvage)``, on a thread of the store. ``full``, ``read_only``, ``disk``: writing fails, told once; an
empty code: it works again; ``damaged``: the file was, and has been replaced, with what was brought over (``None``: it could
not be replaced)."""

# A file that is damaged again and again lies on a disk that is dying: replacing it for ever would not help.
_REPAIRS: Final = 3
_TOLD: Final = (Full, ReadOnly, DiskFailed)


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
    """The local database of one account. Opened with ``Store.open``, closed with ``close``. ``on_trouble`` may be set once
    it is open. ``is_read_only``: the disk takes no writes; what was synced can be read, each write fails with ``ReadOnly``.
    """

    def __init__(self, path: Path, key: bytes, busy_ms: int, connections: gate.Connections) -> None:
        self.path = path
        self.is_read_only = connections.is_read_only
        self.on_trouble: OnTrouble = _keep_quiet
        self._key = key
        self._busy_ms = busy_ms
        self._open: gate.Connections | None = connections
        self._is_durable = False
        self._generation = 0
        self._repairs_left = _REPAIRS
        self._trouble = ""
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
        ``WrongKey``, ``Damaged`` (then ``salvage.replace`` helps), ``Newer``, ``Busy``, ``Full``, ``ReadOnly``, or
        ``StoreError`` where the file cannot be opened at all.
        """
        return cls(path, key, busy_ms, gate.open_both(path, key, busy_ms))

    @property
    def key(self) -> bytes:
        """The key the file has now."""
        return self._key

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

    def change_key(self, key: bytes, on_progress: Callable[[float], None] = lambda share: None) -> Future[None]:
        """Encrypt the file anew under ``key``: reading goes on meanwhile, writes wait. ``on_progress`` gets 0 to 1 on the
        writing thread. The key has to be kept somewhere before: from one instant to the next it is the only one. Where it
        fails (``Full`` and the like) the old one stays."""
        future: Future[None] = Future()
        self._submit(self._writer, lambda: self._run_alone(lambda: self._change_key(key, on_progress), future))
        return future

    def repair(self) -> Future[Salvage]:
        """Replace the file by a new one with all of the journal that can be read, whether or not it seems damaged; the hub
        sends the rest again. Fails like a write, with the old file in its place."""
        future: Future[Salvage] = Future()
        self._submit(self._writer, lambda: self._run_alone(self._replace, future))
        return future

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
        if self._open is not None:
            self._open.close()

    def _submit(self, worker: _Worker, job: Callable[[], None]) -> None:
        with self._lock:
            if self._is_closed:
                raise Closed("the store is closed")
            worker.put(job)

    def _run_read(self, fn: Callable[[Connection], T], future: Future[T], is_last: bool = False) -> None:
        if not is_last and not future.set_running_or_notify_cancel():
            return
        generation = self._generation
        try:
            result = self._snapshot(fn)
        except BaseException as error:
            told = cause_of(error)
            if isinstance(told, Damaged) and not is_last:
                try:
                    self._submit(self._writer, lambda: self._read_repaired(fn, future, generation))
                except Closed:
                    future.set_exception(told)
            else:
                future.set_exception(told)
        else:
            future.set_result(result)

    def _read_repaired(self, fn: Callable[[Connection], T], future: Future[T], generation: int) -> None:
        if self._generation == generation:
            self._repair()
        try:
            self._submit(self._reader, lambda: self._run_read(fn, future, is_last=True))
        except Closed as error:
            future.set_exception(error)

    def _snapshot(self, fn: Callable[[Connection], T]) -> T:
        reading = self._connections().reading
        reading.execute("BEGIN")
        try:
            return fn(reading)
        finally:
            if reading.in_transaction:
                reading.execute("ROLLBACK")

    def _run_write(self, fn: Callable[[Write], T], cause: Cause, initiator: object, future: Future[T]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            result, write = self._transact(fn, cause)
        except BaseException as error:
            told = cause_of(error)
            if not isinstance(told, Damaged) or not self._repair():
                self._note(told)
                future.set_exception(told)
                return
            try:
                result, write = self._transact(fn, cause)
            except BaseException as second:
                self._note(cause_of(second))
                future.set_exception(cause_of(second))
                return
        self._note(None)
        changes = write.changes(cause, initiator)
        if changes is not None:
            self._publish(changes)
        try:
            if changes is not None and changes.is_bulk:
                self._connections().seal()
            if write.must_scrub:
                self._scrub()
        except Exception as error:
            future.set_exception(cause_of(error))
        else:
            future.set_result(result)

    def _transact(self, fn: Callable[[Write], T], cause: Cause) -> tuple[T, Write]:
        if self.is_read_only:
            raise ReadOnly("the disk takes no writes")
        writing = self._connections().writing
        self._make_durable(writing, cause is not Cause.NETWORK)
        write = Write(writing)
        writing.execute("BEGIN IMMEDIATE")
        try:
            result = fn(write)
            writing.execute("COMMIT")
        except BaseException:
            if writing.in_transaction:
                with contextlib.suppress(Exception):
                    writing.execute("ROLLBACK")
            raise
        return result, write

    def _scrub(self) -> None:
        (is_busy, *_) = self._connections().writing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_busy:
            raise Busy("the log could not be cleared yet: somebody is still reading")

    def _make_durable(self, writing: Connection, is_durable: bool) -> None:
        """What the network brought can be pulled again, so it need not wait for the disk; the rest must."""
        if is_durable is not self._is_durable:
            writing.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
            self._is_durable = is_durable

    # --- trouble, on the writing thread ---------------------------------------------------------------------------------

    def _note(self, error: BaseException | None) -> None:
        """Tell of a trouble with writing when it begins and when it is over."""
        code = error.code if isinstance(error, _TOLD) else ""
        if code != self._trouble and (error is None or code):
            self._trouble = code
            self._tell(code, None)

    def _tell(self, code: str, found: Salvage | None) -> None:
        try:
            self.on_trouble(code, found)
        except Exception as error:
            _log.error("who is told of the store's troubles failed: %s", type(error).__name__)

    def _repair(self) -> bool:
        """Replace the file that was found damaged, and return whether that went well."""
        if self.is_read_only or not self._repairs_left:
            return False
        self._repairs_left -= 1
        try:
            self._replace()
        except StoreError as error:
            _log.warning("the damaged database could not be replaced: %s", error.code)
            self._tell("damaged", None)
            return False
        return True

    def _replace(self) -> Salvage:
        with self._alone():
            found = salvage.replace(self.path, self._key)
        _log.warning(
            "the damaged database was replaced; rows lost: %d, of %s",
            found.lost_rows,
            ", ".join(found.lost_tables) or "none",
        )
        self._publish(ChangeSet(Cause.SYSTEM, is_bulk=True))
        self._tell("damaged", found)
        return found

    def _change_key(self, key: bytes, on_progress: Callable[[float], None]) -> None:
        if self.is_read_only:
            raise ReadOnly("the disk takes no writes")
        try:
            try:
                draft = rekey.export(self._connections().writing, self.path, key, on_progress)
            except StoreError:
                # A connection that SQLCipher met a bad page on, be it of the new file, is spoilt for the old one too.
                self._open_anew()
                raise
            with self._alone():
                rekey.swap(draft, self.path, key)
                self._key = key
        except OSError as error:
            raise explained_os(error) from error

    def _run_alone(self, job: Callable[[], T], future: Future[T]) -> None:
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(job())
            except BaseException as error:
                future.set_exception(cause_of(error))

    def _connections(self) -> gate.Connections:
        if self._open is None:
            if threading.current_thread() is not self._writer:
                raise StoreError("the database could not be opened again yet")
            self._open = gate.open_both(self.path, self._key, self._busy_ms)
        return self._open

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nothing has the file open in here; afterwards both connections are there again. On the writing thread."""
        with self._parked():
            connections, self._open = self._open, None
            if connections is not None:
                connections.close()
            try:
                yield
            finally:
                self._use(gate.open_both(self.path, self._key, self._busy_ms))

    def _open_anew(self) -> None:
        """Take other connections to the same file. Those of before close last: whoever closes the only ones copies the log
        into the file, for which there may be no room. On the writing thread."""
        with self._parked():
            before = self._open
            self._use(gate.open_both(self.path, self._key, self._busy_ms))
            if before is not None:
                before.close()

    def _use(self, connections: gate.Connections) -> None:
        self._is_durable = False
        self._open = connections
        self._generation += 1

    @contextlib.contextmanager
    def _parked(self) -> Iterator[None]:
        """Nothing is read meanwhile."""
        is_parked, may_go = threading.Event(), threading.Event()

        def park() -> None:
            is_parked.set()
            may_go.wait()

        self._reader.put(park)
        # A store that is being closed has no reader any more.
        while not is_parked.wait(0.02) and self._reader.is_alive():
            pass
        try:
            yield
        finally:
            may_go.set()

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


def _keep_quiet(code: str, found: Salvage | None) -> None:
    """Nobody wants to hear of troubles yet."""
