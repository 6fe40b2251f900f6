"""What all view models share. Asking runs a query on the store's reading thread and answers on the main thread; performing
writes one row into the outbox and nothing else. A change set reaches the main thread as one signal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop.domain.changes import Cause, ChangeSet
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.domain.interaction import Attachment
from desktop.store import outbox
from desktop.store.database import Store, Write
from desktop.sync.status import SyncStatus

if TYPE_CHECKING:
    from desktop.viewmodels.catalogue import Catalogue

log = logging.getLogger(__name__)

T = TypeVar("T")


Upload = Callable[[str, Callable[[Attachment], None], Callable[[str], None]], None]
"""``upload(path, done, failed)``: hand a file to the backend; ``failed`` gets a code of ``wire.errors``."""
Fetch = Callable[[Attachment, str, Callable[[], None], Callable[[str], None]], None]
"""``fetch(attachment, path, done, failed)``: save an attachment's bytes to ``path``."""


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
    """One agent at one window. ``language`` is the window's (``de``, ``en``), for texts that come in several;
    ``has_open_secrets`` says that the account's secrets are kept in a file, by choice."""

    changed = Signal(object)
    current_changed = Signal(object)
    status_changed = Signal(object)
    _answered = Signal(object, object, object)
    _published = Signal(object)

    def __init__(self, store: Store, me: AgentId, language: str = "en", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.me = me
        self.language = language
        self.status = SyncStatus()
        self.has_open_secrets = False
        self.upload: Upload | None = None
        self.fetch: Fetch | None = None
        self._current: InteractionId | None = None
        self._is_open = True
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        self._published.connect(self._on_published, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = store.subscribe(self._published.emit)
        self._catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The names of queues, request types, dispositions and colleagues, shared by all panels."""
        from desktop.viewmodels.catalogue import Catalogue

        if self._catalogue is None:
            self._catalogue = Catalogue(self, self)
        return self._catalogue

    def close(self) -> None:
        """Stop listening; answers still on their way are dropped. The store itself stays open."""
        if self._is_open:
            self._is_open = False
            self._unsubscribe()

    def set_status(self, status: SyncStatus) -> None:
        """Take over what the sync engine says of itself; called on the main thread."""
        if status != self.status:
            self.status = status
            self.status_changed.emit(status)

    def now(self) -> datetime:
        """Return this instant in UTC; tests give another clock by overriding it."""
        return datetime.now(UTC)

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

    def _follow(
        self,
        future: Future[T],
        done: Callable[[T], None] | None,
        failed: Callable[[BaseException], None] | None,
    ) -> Ticket:
        ticket = Ticket(done, failed)

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
        if ticket.is_cancelled or not self._is_open or not _is_alive(ticket.done):
            return
        if error is None:
            if ticket.done is not None:
                ticket.done(value)
        elif ticket.failed is not None:
            ticket.failed(error)
        else:
            log.error("a query of the local store failed: %s", type(error).__name__, exc_info=error)

    def _on_published(self, changes: ChangeSet) -> None:
        if self._is_open:
            self.changed.emit(changes)

    # --- performing -------------------------------------------------------------------------------------------------

    def perform(
        self,
        command: Command,
        *,
        undo_s: float = 0.0,
        done: Callable[[CommandId], None] | None = None,
        initiator: object = None,
    ) -> CommandId:
        """Put ``command`` into the outbox and return its id at once. With ``undo_s`` it is held back that many seconds,
        in which ``undo`` takes it back."""
        id_ = CommandId(new_id())
        not_before = self.now() + timedelta(seconds=undo_s) if undo_s > 0 else None

        def _enqueue(w: Write) -> CommandId:
            outbox.enqueue(w, command, id_, not_before=not_before)
            return id_

        self.write(_enqueue, done, initiator=initiator)
        return id_

    def undo(self, command_id: CommandId, done: Callable[[bool], None] | None = None) -> None:
        """Take a held command back; ``done`` gets whether it was still there to take."""
        self.write(lambda w: outbox.cancel(w, command_id), done)


def _is_alive(callback: Callable[..., None] | None) -> bool:
    """Whether the object whose method ``callback`` is still exists: a panel may go before its answer comes."""
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or bool(isValid(owner))


def in_language(texts: dict[str, str], language: str) -> str:
    """Return the text of ``language``, else English, else any, else nothing."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")
