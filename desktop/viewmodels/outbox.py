"""What is on its way to the backend, grouped by what it is about, oldest first, and what the agent can do about each.

A list model for the outbox window; it also tells when something was refused or turned out not to be needed, so that the
window can say so wherever the agent is. Taking something back to edit it puts its text where it was written, as a draft,
in the same transaction: at no time is it neither here nor there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain import commands as c
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import Command, interaction_of
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId
from desktop.domain.interaction import Interaction
from desktop.domain.lifecycle import allowed
from desktop.store import outbox, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import OutboxEntry, OutboxState
from desktop.sync.status import Phase
from desktop.viewmodels.reach import NOTE, block_of
from desktop.viewmodels.takeback import take_back
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["Group", "Line", "OutboxEntry", "OutboxModel", "OutboxState", "Standing"]

Index = QModelIndex | QPersistentModelIndex
ROLE: Final = int(Qt.ItemDataRole.UserRole) + 1
_STOPS: Final = (OutboxState.WEDGED, OutboxState.AMBIGUOUS, OutboxState.PENDING, OutboxState.HELD)


class Standing(StrEnum):
    """How an entry stands. ``BEHIND`` waits for an earlier one about the same; ``UNCLEAR`` is being looked up."""

    HELD = "held"
    WAITING = "waiting"
    BEHIND = "behind"
    SENDING = "sending"
    PENDING = "pending"
    UNCLEAR = "unclear"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Group:
    """What some entries are about: a contact, a customer, or neither. ``name`` is the customer's, empty where nothing is
    known of them here; ``is_own`` says that it is about the agent, not about the team or the centre."""

    key: str
    name: str = ""
    interaction: Interaction | None = None
    interaction_id: InteractionId | None = None
    customer_id: CustomerId | None = None
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One entry. ``offers`` are what can be done: ``retry``, ``edit``, ``compare``, ``discard``, ``open``. ``names`` gives
    the names of customers a command mentions; ``may_have_arrived`` warns that giving it up may come too late."""

    entry: OutboxEntry
    group: Group
    standing: Standing
    offers: tuple[str, ...] = ()
    names: tuple[tuple[CustomerId, str], ...] = ()
    may_have_arrived: bool = False

    @property
    def command(self) -> Command:
        return self.entry.command


@dataclass(frozen=True, slots=True)
class _Found:
    entries: tuple[OutboxEntry, ...]
    rows: Mapping[InteractionId, Interaction]
    names: Mapping[CustomerId, str]


def read(conn: Connection, me: AgentId) -> _Found:
    """Return the outbox with the names of those it is about."""
    entries = tuple(projections.outbox_entries(conn))
    ids = dict.fromkeys(e.interaction_id for e in entries if e.interaction_id is not None)
    rows = {row.interaction.id: row.interaction for row in projections.interaction_rows(conn, ids, me)}
    customers = {i for e in entries for i in _customers_of(e.command)}
    customers |= {row.customer_id for row in rows.values() if row.customer_id}
    names = projections.customer_names(conn, customers) if customers else {}
    return _Found(entries, rows, names)


def lines_of(found: _Found, me: AgentId) -> list[Line]:
    """Return what is on its way, those about the same together, those that wait longest first."""
    stopped: set[str] = set()
    by_group: dict[str, list[Line]] = {}
    groups: dict[str, Group] = {}
    for entry in found.entries:
        key = _lane(entry)
        group = groups.setdefault(key, _group(key, entry, found))
        standing = _standing(entry, key in stopped)
        if entry.state in _STOPS:
            stopped.add(key)
        names = tuple((i, found.names[i]) for i in _customers_of(entry.command) if i in found.names)
        is_risky = entry.state in (OutboxState.PENDING, OutboxState.AMBIGUOUS) or (
            entry.state is OutboxState.QUEUED and entry.attempts > 0
        )
        line = Line(entry, group, standing, _offers(entry, group, me, is_risky=is_risky), names, is_risky)
        by_group.setdefault(key, []).append(line)
    return [line for lines in by_group.values() for line in lines]


def _lane(entry: OutboxEntry) -> str:
    return entry.interaction_id or getattr(entry.command, "customer_id", None) or outbox.lane_of(entry.command)


def _group(key: str, entry: OutboxEntry, found: _Found) -> Group:
    if entry.interaction_id is None:
        customer_id: CustomerId | None = getattr(entry.command, "customer_id", None)
        name = found.names.get(customer_id, "") if customer_id else ""
        is_own = isinstance(entry.command, c.SetPresence | c.TakeNext)
        return Group(key, name, customer_id=customer_id, is_own=is_own)
    row = found.rows.get(entry.interaction_id)
    if row is None:
        return Group(key, interaction_id=entry.interaction_id)
    known = found.names.get(row.customer_id, "") if row.customer_id else ""
    name = row.customer_name or known or row.from_address
    return Group(key, name, row, entry.interaction_id, row.customer_id)


def _customers_of(command: Command) -> list[CustomerId]:
    mentioned = (getattr(command, name, None) for name in ("customer_id", "merged_id", "other_id"))
    return [one for one in mentioned if one is not None]


def _standing(entry: OutboxEntry, is_behind: bool) -> Standing:
    match entry.state:
        case OutboxState.WEDGED:
            return Standing.REFUSED
        case OutboxState.SENDING:
            return Standing.SENDING
        case OutboxState.PENDING:
            return Standing.PENDING
        case OutboxState.AMBIGUOUS:
            return Standing.UNCLEAR
        case OutboxState.HELD:
            return Standing.HELD
        case _:
            return Standing.BEHIND if is_behind else Standing.WAITING


def _offers(entry: OutboxEntry, group: Group, me: AgentId, *, is_risky: bool) -> tuple[str, ...]:
    command, state = entry.command, entry.state
    found: list[str] = []
    if state is OutboxState.WEDGED:
        is_conflict = isinstance(command, c.UpdateCustomer) and entry.error == "conflict"
        found.append("compare" if is_conflict else "retry")
        if not is_conflict and _can_edit(command, group.interaction, me):
            found.append("edit")
    elif (
        state in (OutboxState.HELD, OutboxState.QUEUED)
        and not is_risky
        # Laid over the contact a wrap-up says that it is closed: only a refused one can be judged by the state.
        and (isinstance(command, c.WrapUp) or _can_edit(command, group.interaction, me))
    ):
        found.append("edit")
    if state is not OutboxState.SENDING:
        found.append("discard")
    if group.interaction is not None or group.customer_id is not None:
        found.append("open")
    return tuple(found)


def _can_edit(command: Command, row: Interaction | None, me: AgentId) -> bool:
    """Whether what was written can be put back where it was written."""
    match command:
        case c.SendMessage():
            return not block_of(row, me, "reply")
        case c.AddNote():
            return not block_of(row, me, NOTE)
        case c.WrapUp():
            return row is not None and row.assignee == me and "wrap_up" in allowed(row.state)
        case c.UpdateCustomer():
            return True
        case _:
            return False


class OutboxModel(QAbstractListModel):
    """Rows are ``Group`` (a heading) and ``Line``. ``refused`` carries a line that was just refused, ``gone`` a command
    that was settled without effect with the customer's name, ``taken_back`` one whose text is a draft again, ``too_late``
    comes where something went out before it could be taken back."""

    refused = Signal(object)
    gone = Signal(object, str)
    taken_back = Signal(object)
    too_late = Signal()
    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._rows: list[Group | Line] = []
        self._describe: Callable[[Group | Line], str] = lambda row: ""
        self._known: set[CommandId] | None = None
        self._ticket: Ticket | None = None
        self._is_stale = False
        workplace.changed.connect(self._on_changed)
        workplace.gone.connect(self._on_gone)
        workplace.catalogue.changed.connect(self._repaint)
        self._look()

    # --- the model --------------------------------------------------------------------------------------------------

    def describe_with(self, describe: Callable[[Group | Line], str]) -> None:
        """Take the words for screen readers from ``describe``: this layer has none."""
        self._describe = describe

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._describe(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], Group):
            # Not even enabled: the arrow keys pass over it.
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def at(self, number: int) -> Group | Line:
        """Return a row. Raises ``IndexError``."""
        return self._rows[number]

    @property
    def lines(self) -> list[Line]:
        """What is on its way, without the headings."""
        return [row for row in self._rows if isinstance(row, Line)]

    def find(self, entry_id: CommandId) -> int:
        """Return the number of an entry's row, -1 where it is settled."""
        found = (n for n, row in enumerate(self._rows) if isinstance(row, Line) and row.entry.id == entry_id)
        return next(found, -1)

    @property
    def is_settled(self) -> bool:
        """Whether the rows are those of the last change."""
        return self._known is not None and self._ticket is None

    @property
    def is_online(self) -> bool:
        """Whether what waits can go out now."""
        status = self._workplace.status
        return status.phase in (Phase.LIVE, Phase.FIRST_SYNC) and not status.send_error

    @property
    def waits_since(self) -> datetime | None:
        """When the backend was last heard of, while nothing gets through."""
        return None if self.is_online else self._workplace.status.last_pulled_at

    # --- what can be done -------------------------------------------------------------------------------------------

    def wake(self) -> None:
        """Try at once whatever waits for the network."""
        if self._workplace.wake is not None:
            self._workplace.wake()

    def retry(self, line: Line) -> None:
        """Send what was refused again."""
        self._workplace.keep(lambda w: outbox.retry(w, line.entry.id), initiator=self)

    def discard(self, line: Line) -> None:
        """Give it up; ``too_late`` where it is being sent this moment."""

        def _done(was_there: bool) -> None:
            if not was_there:
                self.too_late.emit()

        self._workplace.keep(lambda w: outbox.discard(w, line.entry.id), _done, self)

    def edit(self, line: Line) -> None:
        """Take it back and put what was written where it was written; ``taken_back`` once it is there."""

        def _done(was_there: bool) -> None:
            if was_there:
                self.taken_back.emit(line.command)
            else:
                self.too_late.emit()

        def _take_back(w: Write) -> bool:
            return take_back(w, line.entry.id)

        self._workplace.keep(_take_back, _done, self)

    # --- following --------------------------------------------------------------------------------------------------

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.OUTBOX):
            self._look()
        elif self._rows and changes.touches(Table.INTERACTION, Table.CUSTOMER):
            keys = {row.key for row in self._rows if isinstance(row, Group)}
            if not keys.isdisjoint(changes.interactions) or not keys.isdisjoint(changes.customers):
                self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._is_stale = True
            return
        me = self._workplace.me
        self._ticket = self._workplace.ask(lambda conn: lines_of(read(conn, me), me), self._on_lines, self._on_failed)

    def _on_failed(self, _error: BaseException) -> None:
        """What is damaged here is told by whoever looks after the store."""
        self._ticket = None

    def _on_lines(self, lines: list[Line]) -> None:
        self._ticket = None
        self._take(lines)
        refused = [line for line in lines if line.standing is Standing.REFUSED]
        before, self._known = self._known, {line.entry.id for line in refused}
        if before is not None:
            for line in refused:
                if line.entry.id not in before:
                    self.refused.emit(line)
        if self._is_stale:
            self._is_stale = False
            self._look()

    def _take(self, lines: list[Line]) -> None:
        rows: list[Group | Line] = []
        for line in lines:
            if not rows or line.group != _group_of(rows[-1]):
                rows.append(line.group)
            rows.append(line)
        if rows == self._rows:
            return
        if [_key(row) for row in rows] == [_key(row) for row in self._rows]:
            self._rows = rows
            self._repaint()
        else:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        self.changed.emit()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def _on_gone(self, command: Command) -> None:
        me = self._workplace.me
        interaction_id = interaction_of(command)

        def _name(conn: Connection) -> str:
            row = projections.interaction_row(conn, interaction_id, me) if interaction_id else None
            if row is not None and row.interaction.customer_name:
                return row.interaction.customer_name
            customer_id = row.interaction.customer_id if row else getattr(command, "customer_id", None)
            return projections.customer_names(conn, [customer_id]).get(customer_id, "") if customer_id else ""

        self._workplace.ask(_name, lambda name: self.gone.emit(command, name))


def _group_of(row: Group | Line) -> Group:
    return row if isinstance(row, Group) else row.group


def _key(row: Group | Line) -> str:
    return row.key if isinstance(row, Group) else f"entry:{row.entry.id}"
