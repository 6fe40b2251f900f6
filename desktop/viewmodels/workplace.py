"""What all view models share. Asking runs a query on the store's reading thread and answers on the main thread; performing
writes one row into the outbox and nothing else. A change set reaches the main thread as one signal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from desktop.domain.changes import Cause, ChangeSet
from desktop.domain.commands import Command, SetPresence
from desktop.domain.ids import AgentId, CommandId, InteractionId, account_of, new_id
from desktop.domain.interaction import Attachment, Interaction
from desktop.domain.lifecycle import allowed
from desktop.store import outbox
from desktop.store.database import Store, Write
from desktop.store.rows import OutboxState
from desktop.sync.status import SyncStatus
from desktop.viewmodels.desk import DeskAccounts
from desktop.viewmodels.takeback import take_back

if TYPE_CHECKING:
    from desktop.viewmodels.catalogue import Catalogue
    from desktop.viewmodels.playback import Playback
    from desktop.viewmodels.unsaved import Unsaved
    from desktop.wire.board import Board, ContactsFilter, ContactsPage, OwnFigures

log = logging.getLogger(__name__)

# Between two looks at what comes by the page: the longer that goes on, the less of it is on the screen.
_REST_MS, _LONGEST_REST_MS = 150, 1_000

T = TypeVar("T")


class _Owned(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Owned)


class Told(Struct, frozen=True):
    """Who hears of a transfer: ``progress(bytes so far, bytes in all)``, ``done(path)``, ``failed(code)``."""

    progress: Callable[[int, int], None]
    done: Callable[[str], None]
    failed: Callable[[str], None]


class Files(Protocol):
    """Where attachments are kept. Answers come on the main thread; whoever is gone by then is not told."""

    def keep(self, path: str, done: Callable[[Attachment], None], failed: Callable[[str], None]) -> None:
        """Copy a file into the encrypted store, from where it goes up as soon as there is a way."""
        ...

    def open(self, what: Attachment, told: Told) -> Callable[[], None]:
        """Lay a file ready for the system's program for it, fetching it where it is not here. Returns what ends that."""
        ...

    def save(self, what: Attachment, path: str, told: Told) -> Callable[[], None]:
        """Write a file to ``path``, fetching it where it is not here. Returns what ends that."""
        ...

    def read(self, what: Attachment, done: Callable[[bytes], None]) -> Callable[[], None]:
        """Hand on the bytes of a small file, fetching it where it is not here; nothing comes where it cannot be had.
        Returns what ends that."""
        ...


class Live(Protocol):
    """The board as the backend pushes it, while somebody looks at it. Answers come on the main thread; errors are codes,
    empty once it works (again)."""

    def show(self, on_board: Callable[[Board], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        """Hand on each new board of a lead. Returns what ends that."""
        ...

    def show_own(self, on_figures: Callable[[OwnFigures], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        """Hand on an agent's own figures. Returns what ends that."""
        ...

    def contacts(
        self,
        which: ContactsFilter,
        after: str,
        done: Callable[[ContactsPage], None],
        failed: Callable[[str], None],
    ) -> Callable[[], None]:
        """Ask for the contacts behind a number, the page that begins after ``after``. Returns what ends that."""
        ...


class Ticket:
    """A question on its way; ``cancel`` drops the answer."""

    __slots__ = ("done", "failed", "is_cancelled")

    def __init__(self, done: Callable[[Any], None] | None, failed: Callable[[BaseException], None] | None) -> None:
        self.done = done
        self.failed = failed
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Workplace(QObject):
    """One agent at one window, with the accounts of their desk (``accounts``: names, states, what each can do).
    ``language`` is the window's (``de``, ``en``), for texts that come in several; ``has_open_secrets`` says that the
    account's secrets are kept in a file, by choice. ``gone`` carries a command that was settled because what it was
    about is not there any more, ``file_refused`` a file (its SHA-256) that the backend does not take and the code of
    why; ``wake`` tries at once whatever waits for the network. ``signalled`` carries a contact and what its customer
    does at this moment, ``tell_typing`` says that the agent types there. ``changed`` carries each ``ChangeSet``; what
    the agent is reading hears it as ``changed_first``, so that it is asked for, answered and painted before the rest."""

    changed_first = Signal(object)
    changed = Signal(object)
    current_changed = Signal(object)
    status_changed = Signal(object)
    gone = Signal(object)
    file_refused = Signal(str, str)
    signalled = Signal(str, str)
    _answered = Signal(object, object, object)
    _published = Signal(object)

    def __init__(self, store: Store, me: AgentId, language: str = "en", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.me = me
        self.language = language
        self.status = SyncStatus()
        self.accounts = DeskAccounts(self)
        self.clock_offset = timedelta()
        self.has_open_secrets = False
        self.files: Files | None = None
        self.live: Live | None = None
        self.tell_typing: Callable[[InteractionId, bool], None] | None = None
        self.wake: Callable[[], None] | None = None
        self.playbacks: dict[str, Playback] = {}
        self._current: InteractionId | None = None
        self._is_open = True
        # What is to be told once those who heard of it first have their answers.
        self._untold: list[ChangeSet] = []
        self._first: set[Ticket] = set()
        # A first sync brings page after page: to look again often enough for the eye will do.
        self._held: ChangeSet | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._on_rested)
        self._is_first_told = False
        # Comes after what was just shown is painted.
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(self._tell_the_rest)
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self._published.connect(self._on_published, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = store.subscribe(self._published.emit)
        self._catalogue: Catalogue | None = None
        self._unsaved: Unsaved | None = None

    @property
    def unsaved(self) -> Unsaved:
        """What the disk did not take yet."""
        if self._unsaved is None:
            from desktop.viewmodels.unsaved import Unsaved

            self._unsaved = Unsaved(self)
        return self._unsaved

    @property
    def catalogue(self) -> Catalogue:
        """The names of queues, request types, dispositions and colleagues, shared by all panels."""
        if self._catalogue is None:
            from desktop.viewmodels.catalogue import Catalogue

            self._catalogue = Catalogue(self, self)
        return self._catalogue

    def close(self) -> None:
        """Stop listening; answers still on their way are dropped. The store itself stays open."""
        if self._is_open:
            self._is_open = False
            self._unsubscribe()
            self._rest.stop()
            self._painted.stop()
            if self._unsaved is not None:
                self._unsaved.stop()

    def set_status(self, status: SyncStatus, account: str = "") -> None:
        """Take over what the sync engine of an account says of itself; called on the main thread. ``status`` is then how all
        accounts stand together."""
        together = self.accounts.set_status(account, status)
        if together != self.status or self.accounts.are_several:
            self.status = together
            self.clock_offset = timedelta(seconds=together.clock_offset_s)
            self.status_changed.emit(together)

    def now(self) -> datetime:
        """Return this instant in UTC by the backend's clock, as all records are dated by that; tests give another clock by
        overriding it."""
        played = self.playbacks.get("")
        return datetime.now(UTC) + self.clock_offset if played is None else played.now()

    # --- the open interaction ---------------------------------------------------------------------------------------

    @property
    def current(self) -> InteractionId | None:
        """The interaction shown in the middle."""
        return self._current

    def open(self, interaction_id: InteractionId | None) -> None:
        """Show an interaction; ``current_changed`` tells every panel."""
        if interaction_id != self._current:
            self._current = interaction_id
            self.current_changed.emit(interaction_id)

    # --- what the accounts can --------------------------------------------------------------------------------------

    def may(self, command: str, row: Interaction) -> bool:
        """Whether a command, by the name it has on the wire, can be given about a contact now: its state allows it, and the
        system of its account carries it out."""
        return command in allowed(row.state) and self.accounts.can(command, row.id)

    def of_account(self, records: Sequence[R], id_: str | None) -> tuple[R, ...]:
        """Return those of ``records`` that are of the same account as ``id_``: what one system does not know cannot
        be said to it."""
        if not self.accounts.are_several:
            return tuple(records)
        key = account_of(id_ or "")
        return tuple(record for record in records if account_of(record.id) == key)

    # --- asking -----------------------------------------------------------------------------------------------------

    def ask(
        self,
        query: Callable[[Any], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> Ticket:
        """Run ``query(connection)`` on the reading thread and call ``done`` with its result on the main thread."""
        return self._follow(self.store.read(query), done, failed)

    def write(
        self,
        change: Callable[[Write], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        initiator: object = None,
    ) -> Ticket:
        """Run a change of the journal (drafts, settings, read marks) on the writing thread, as the agent's."""
        return self._follow(self.store.write(change, Cause.AGENT, initiator), done, failed)

    def keep(
        self,
        change: Callable[[Write], T],
        done: Callable[[T], None] | None = None,
        initiator: object = None,
        key: object = None,
    ) -> None:
        """Write the agent's own work: what the disk does not take is kept in memory, said, and tried again. Only the
        newest of one ``key`` waits."""
        self.unsaved.write(change, done, initiator, key)

    def _follow(
        self,
        future: Future[T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None] | None,
    ) -> Ticket:
        ticket = Ticket(done, failed)
        if self._is_first_told:
            self._first.add(ticket)

        def _on_done(finished: Future[T]) -> None:
            if finished.cancelled() or not self._is_open:
                return
            error = finished.exception()
            try:
                self._answered.emit(ticket, None if error else finished.result(), error)
            except RuntimeError:
                log.debug("an answer came after the window had gone")

        future.add_done_callback(_on_done)
        return ticket

    def _on_answered(self, ticket: Ticket, value: Any, error: BaseException | None) -> None:
        try:
            self._answer(ticket, value, error)
        finally:
            if ticket in self._first:
                self._first.discard(ticket)
                if not self._first and self._is_open:
                    self._painted.start()

    def _answer(self, ticket: Ticket, value: Any, error: BaseException | None) -> None:
        if ticket.is_cancelled or not self._is_open or not is_alive(ticket.done):
            return
        if error is None:
            if ticket.done is not None:
                ticket.done(value)
        elif ticket.failed is not None:
            ticket.failed(error)
        else:
            log.error("a query of the local store failed: %s", type(error).__name__, exc_info=error)

    def _on_published(self, changes: ChangeSet) -> None:
        if not self._is_open:
            return
        if changes.is_much:
            if self._rest.isActive():
                self._held = changes if self._held is None else self._held.joined(changes)
                return
            self._rest.start()
        self._pass_on(changes)

    def _on_rested(self) -> None:
        changes, self._held = self._held, None
        self._rest.setInterval(_REST_MS if changes is None else min(self._rest.interval() * 2, _LONGEST_REST_MS))
        if changes is not None:
            self._on_published(changes)

    def _pass_on(self, changes: ChangeSet) -> None:
        self._untold.append(changes)
        self._is_first_told = True
        self.changed_first.emit(changes)
        self._is_first_told = False
        if not self._first:
            self._tell_the_rest()

    def _tell_the_rest(self) -> None:
        while self._untold and not self._first and self._is_open:
            self.changed.emit(self._untold.pop(0))

    # --- performing -------------------------------------------------------------------------------------------------

    def perform(
        self,
        command: Command,
        *,
        undo_s: float = 0.0,
        done: Callable[[CommandId], None] | None = None,
        initiator: object = None,
        alongside: Callable[[Write], object] | None = None,
        accounts: Sequence[str] | None = None,
    ) -> CommandId:
        """Put ``command`` into the outbox and return its id at once. With ``undo_s`` it is held back that many seconds,
        in which ``undo`` takes it back. ``alongside`` is done in the same transaction, such as dropping the draft that
        the command came of. ``accounts`` are the keys of those to which the agent's state is told, where not of all."""
        id_, now = CommandId(new_id()), self.now()
        not_before = now + timedelta(seconds=undo_s) if undo_s > 0 else None

        first: str | None = None
        others: tuple[str, ...] = ()
        if isinstance(command, SetPresence):
            keys = self.accounts.presence_keys(is_after=command.is_after) if accounts is None else accounts
            if not keys:
                return id_
            first, others = keys[0], tuple(keys[1:])

        def _enqueue(w: Write) -> CommandId:
            outbox.enqueue(w, command, id_, not_before=not_before, now=now, account=first)
            for key in others:
                # What the agent is goes to everybody who wants to know.
                outbox.enqueue(w, command, CommandId(new_id()), not_before=not_before, now=now, account=key)
            if alongside is not None:
                alongside(w)
            return id_

        self.keep(_enqueue, done, initiator)
        return id_

    def undo(self, command_id: CommandId, done: Callable[[bool], None] | None = None) -> None:
        """Take a held command back: what was written is a draft again. ``done`` gets whether it was still there."""
        self.keep(lambda w: take_back(w, command_id, (OutboxState.HELD,)), done)


def is_alive(callback: Callable[..., None] | None) -> bool:
    """Return whether the object whose method ``callback`` is still exists: a panel may go before its answer comes."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or bool(isValid(owner))


def in_language(texts: dict[str, str], language: str) -> str:
    """Return the text of ``language``, else English, else any, else nothing."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
