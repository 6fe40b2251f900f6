"""Why a contact came to whom it came, read when somebody asks; and the wish for the next request, in pull mode."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import Command, TakeNext
from desktop.domain.ids import CommandId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.routing import RoutingDecision
from desktop.store import outbox, projections
from desktop.store.connection import Connection
from desktop.store.rows import InboxView, OutboxEntry, OutboxState
from desktop.sync.status import Phase
from desktop.viewmodels.workplace import Ticket, Workplace

# As many of my contacts as are looked through for the one that is new.
_LOOKED_AT = 200


class DecisionsModel(QObject):
    """The decisions about one contact, newest first, from ``look`` until ``stop``; ``changed`` when they are others.
    ``is_loaded`` says that they have been read."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._id: InteractionId | None = None
        self.interaction: Interaction | None = None
        self.decisions: tuple[RoutingDecision, ...] = ()
        self.is_loaded = False
        workplace.changed.connect(self._on_changed)

    @property
    def current(self) -> RoutingDecision | None:
        """The decision that holds: the newest about who has it now, else the newest at all."""
        owner = self.interaction.assignee if self.interaction is not None else None
        about_owner = (one for one in self.decisions if one.agent_id is not None and one.agent_id == owner)
        return next(about_owner, next(iter(self.decisions), None))

    def look(self, interaction_id: InteractionId) -> None:
        """Read the decisions about a contact and follow them."""
        if interaction_id != self._id:
            self.decisions, self.interaction, self.is_loaded = (), None, False
        self._id = interaction_id
        self._read()

    def stop(self) -> None:
        """Follow no more."""
        self._id = None
        if self._ticket is not None:
            self._ticket.cancel()

    def _on_changed(self, changes: ChangeSet) -> None:
        is_about_it = self._id is not None and (changes.is_bulk or self._id in changes.interactions)
        if is_about_it or (self._id is not None and changes.touches(Table.DECISION)):
            self._read()

    def _read(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        id_, me = self._id, self._workplace.me
        assert id_ is not None

        def _ask(conn: Connection) -> tuple[Interaction | None, tuple[RoutingDecision, ...]]:
            row = projections.interaction_row(conn, id_, me)
            return (row.interaction if row else None), tuple(projections.decisions(conn, id_))

        self._ticket = self._workplace.ask(_ask, self._on_read)

    def _on_read(self, found: tuple[Interaction | None, tuple[RoutingDecision, ...]]) -> None:
        if not self.is_loaded or found != (self.interaction, self.decisions):
            self.is_loaded = True
            self.interaction, self.decisions = found
            self.changed.emit()


class NextRequest(QObject):
    """The best waiting request for me, taken at once. ``taken`` carries the contact, which is opened; ``refused`` the code of
    why there was none (``nothing_waits`` where the hub has none for me). Asked for without a connection it is refused:
    what is best for me now would not be later."""

    changed = Signal()
    taken = Signal(object)
    refused = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._id: CommandId | None = None
        self._mine: frozenset[InteractionId] = frozenset()
        workplace.changed.connect(self._on_changed)
        workplace.gone.connect(self._on_gone)
        workplace.status_changed.connect(self.changed)

    @property
    def is_asking(self) -> bool:
        """Whether the hub has not answered yet."""
        return self._id is not None

    @property
    def is_offered(self) -> bool:
        """Whether there is a system that says what comes next: the first account's."""
        return self._workplace.accounts.can("take_next", None)

    @property
    def can_ask(self) -> bool:
        """Whether there is a connection to ask through and no question on its way."""
        return self._is_online and not self.is_asking

    @property
    def _is_online(self) -> bool:
        status = self._workplace.status
        return status.phase in (Phase.LIVE, Phase.FIRST_SYNC) and not status.send_error

    def take(self) -> None:
        """Ask for it; nothing while a question is on its way."""
        if self.is_asking:
            return
        if not self.is_offered:
            return
        if not self._is_online:
            self.refused.emit("offline")
            return
        self._id = self._workplace.perform(TakeNext(), initiator=self)
        self.changed.emit()

        def _had(ids: frozenset[InteractionId]) -> None:
            self._mine = ids

        self._workplace.ask(self._ids_of_mine, _had)

    def _ids_of_mine(self, conn: Connection) -> frozenset[InteractionId]:
        rows = projections.inbox(conn, InboxView.MINE, self._workplace.me, limit=_LOOKED_AT)
        return frozenset(row.interaction.id for row in rows)

    def _on_gone(self, command: Command) -> None:
        if self._id is not None and isinstance(command, TakeNext):
            self._end()
            self.refused.emit("nothing_waits")

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is None or not changes.touches(Table.OUTBOX):
            return
        if self._ticket is not None:
            self._ticket.cancel()
        id_, me = self._id, self._workplace.me

        def _ask(conn: Connection) -> tuple[OutboxEntry | None, list[Interaction]]:
            rows = projections.inbox(conn, InboxView.MINE, me, limit=_LOOKED_AT)
            return outbox.entry(conn, id_), [row.interaction for row in rows]

        self._ticket = self._workplace.ask(_ask, self._on_answer)

    def _on_answer(self, found: tuple[OutboxEntry | None, list[Interaction]]) -> None:
        entry, mine = found
        id_ = self._id
        if id_ is None:
            return
        if entry is not None and entry.state is OutboxState.WEDGED:
            # There is nothing to decide about: it is asked again when the agent wants to.
            self._workplace.keep(lambda w: outbox.discard(w, id_), initiator=self)
            self._end()
            self.refused.emit(entry.error)
        elif entry is None:
            fresh = [row for row in mine if row.id not in self._mine and row.accepted_at is not None]
            fresh.sort(key=lambda row: row.accepted_at or row.created_at)
            self._end()
            if fresh:
                self._workplace.open(fresh[-1].id)
                self.taken.emit(fresh[-1].id)

    def _end(self) -> None:
        self._id = None
        self.changed.emit()
