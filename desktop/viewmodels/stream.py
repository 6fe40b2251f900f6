"""The stream of the open interaction as a list model: newest at the bottom, a window of rows that grows upwards on demand.

Rows are known by ``StreamItem.key``, so that an echo turning into its message is one changed row and nothing blinks.
``data()`` never reads the store. Words come from outside (``describe``): this layer has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain import commands as c
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import CommandId, InteractionId, MessageId, new_id
from desktop.domain.interaction import Author, Delivery, Message, MessageKind
from desktop.store import outbox, projections
from desktop.store.rows import OutboxEntry, OutboxState, StreamItem, StreamKind
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["OutboxEntry", "OutboxState", "StreamItem", "StreamKind", "StreamModel", "StreamRow", "decorated"]

FIRST_PAGE = 24
PAGE = 50
KEPT = 200
GROUP = timedelta(minutes=5)

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class StreamRow:
    """An item and how it stands to the one above: the first of its day, the first of a run by the same author.

    ``is_contact_start`` says that a message belongs to another contact than the one above it.
    """

    item: StreamItem
    is_day_start: bool = False
    is_group_start: bool = True
    is_contact_start: bool = False


def decorated(items: Sequence[StreamItem]) -> list[StreamRow]:
    """Return ``items`` as rows."""
    rows: list[StreamRow] = []
    above: StreamItem | None = None
    day = None
    for item in items:
        at = item.at.astimezone().date()
        starts_day = at != day and item.kind is not StreamKind.GAP
        is_other = _contact(item) != (_contact(above) if above else _contact(item))
        rows.append(StreamRow(item, starts_day, starts_day or is_other or not _runs_on(above, item), is_other))
        if item.kind is not StreamKind.GAP:
            day = at
        above = item
    return rows


def _contact(item: StreamItem) -> str | None:
    return item.message.interaction_id if item.message else None


def _runs_on(above: StreamItem | None, item: StreamItem) -> bool:
    if above is None or above.message is None or item.message is None:
        return False
    one, two = above.message, item.message
    # An echo has neither name nor id of its author yet: it is always by me, as is what it becomes.
    return (one.author, one.kind, one.channel or two.channel) == (
        two.author,
        two.kind,
        two.channel or one.channel,
    ) and (item.at - above.at < GROUP)


class StreamModel(QAbstractListModel):
    """``loaded`` comes once for each opened stream; ``arrived`` counts messages of the customer that came in since."""

    ROW = int(Qt.ItemDataRole.UserRole) + 1

    loaded = Signal()
    arrived = Signal(int)
    everything_changed = Signal(bool)

    def __init__(
        self, workplace: Workplace, describe: Callable[[StreamRow], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._describe = describe
        self._id: InteractionId | None = workplace.current
        self._rows: list[StreamRow] = []
        self._everything = False
        self._has_older = False
        self._is_loaded = False
        self._ticket: Ticket | None = None
        self._older: Ticket | None = None
        self._is_stale = False
        self._is_stale_deep = False
        self._wants_older = False
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        if self._id is not None:
            self._load()

    # --- the model --------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == self.ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.item.message.text if row.item.message else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._describe(row)
        return None

    def row(self, number: int) -> StreamRow:
        """Return a row; quicker than ``data`` for the delegate. Raises ``IndexError``."""
        return self._rows[number]

    def find(self, key: str) -> int:
        """Return the number of the row with ``key``, -1 where it is not loaded."""
        return next((n for n, row in enumerate(self._rows) if row.item.key == key), -1)

    @property
    def interaction_id(self) -> InteractionId | None:
        return self._id

    @property
    def is_loaded(self) -> bool:
        """Whether the rows are those of the open interaction."""
        return self._is_loaded

    @property
    def has_older(self) -> bool:
        return self._has_older

    @property
    def everything(self) -> bool:
        """Whether all of the customer's contacts and visits are shown, not only this contact."""
        return self._everything

    def show_everything(self, everything: bool) -> None:
        """Choose between this contact and everything of its customer."""
        if everything != self._everything:
            self._everything = everything
            self._start_over()
            self.everything_changed.emit(everything)

    def is_mine(self, message: Message) -> bool:
        return message.author is Author.AGENT and message.agent_id in (None, self._workplace.me)

    def open_contact(self, interaction_id: InteractionId) -> None:
        """Open the contact a row of the customer's history belongs to."""
        self._workplace.open(interaction_id)

    # --- what failed ------------------------------------------------------------------------------------------------

    def remedies(self, row: StreamRow) -> tuple[str, ...]:
        """What can be done about a message that did not get out: ``retry``, ``edit``, ``discard``; nothing for others."""
        message, entry = row.item.message, row.item.entry
        if entry is not None and entry.state is OutboxState.WEDGED:
            return ("retry", "edit", "discard")
        if message is not None and message.delivery is Delivery.FAILED and self.is_mine(message) and entry is None:
            return ("retry", "edit")
        return ()

    def retry(self, row: StreamRow) -> None:
        """Send a failed message again: a refused command as it is, one the channel lost as a new message."""
        entry, message = row.item.entry, row.item.message
        if entry is not None:
            self._workplace.write(lambda w: outbox.retry(w, entry.id), initiator=self)
        elif message is not None and message.kind is MessageKind.TEXT:
            command = c.SendMessage(
                interaction_id=message.interaction_id,
                text=message.text,
                channel=message.channel,
                message_id=MessageId(new_id()),
                attachments=message.attachments,
            )
            self._workplace.perform(command, initiator=self)

    def discard(self, entry_id: CommandId, done: Callable[[bool], None] | None = None) -> None:
        """Give a message that was refused up."""
        self._workplace.write(lambda w: outbox.discard(w, entry_id), done, initiator=self)

    # --- reading ----------------------------------------------------------------------------------------------------

    def fetch_older(self) -> bool:
        """Ask for the page above the first row; says whether there is anything to ask for."""
        if not self._has_older or self._older is not None or not self._rows:
            return False
        if self._ticket is not None:
            self._wants_older = True
            return True
        id_, everything, before = self._id, self._everything, self._rows[0].item.at
        assert id_ is not None
        self._older = self._workplace.ask(
            lambda conn: projections.stream(conn, id_, everything=everything, before=before, limit=PAGE), self._on_older
        )
        return True

    def trim(self) -> None:
        """Let go of rows far above, once the agent is back at the newest."""
        surplus = len(self._rows) - KEPT
        if surplus > 0 and self._older is None:
            self._has_older = True
            self._merge([row.item for row in self._rows[surplus:]])

    def _on_current_changed(self, interaction_id: InteractionId | None) -> None:
        self._id = interaction_id
        was_everything, self._everything = self._everything, False
        self._start_over()
        if was_everything:
            self.everything_changed.emit(False)

    def _start_over(self) -> None:
        self._is_loaded = self._is_stale = self._is_stale_deep = self._wants_older = False
        for ticket in (self._ticket, self._older):
            if ticket is not None:
                ticket.cancel()
        self._ticket = self._older = None
        if self._id is None:
            self._reset([])
        else:
            self._load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is None:
            return
        ids = changes.rows.get(Table.MESSAGE, frozenset()) | changes.rows.get(Table.OUTBOX, frozenset())
        if changes.is_bulk or changes.touches(Table.SYNC):
            self._load(deep=True)
        elif self._id in changes.interactions or (self._everything and (changes.interactions or changes.customers)):
            head = self._rows[: max(0, len(self._rows) - FIRST_PAGE)]
            self._load(deep=any(row.item.key in ids or row.item.entry is not None for row in head))

    def _load(self, *, deep: bool = False) -> None:
        if self._ticket is not None:
            self._is_stale, self._is_stale_deep = True, self._is_stale_deep or deep
            return
        id_, everything = self._id, self._everything
        assert id_ is not None
        limit = max(FIRST_PAGE, len(self._rows)) if deep and self._is_loaded else FIRST_PAGE
        self._ticket = self._workplace.ask(
            lambda conn: projections.stream(conn, id_, everything=everything, limit=limit),
            lambda items: self._on_newest(items, limit),
        )

    def _on_newest(self, items: list[StreamItem], limit: int) -> None:
        self._ticket = None
        if not self._is_loaded:
            self._has_older = _is_full(items, limit)
            self._is_loaded = True
            self._reset(items)
            self.loaded.emit()
        else:
            self._take_in(items, limit)
        if self._is_stale:
            deep, self._is_stale, self._is_stale_deep = self._is_stale_deep, False, False
            self._load(deep=deep)
        elif self._wants_older:
            self._wants_older = False
            self.fetch_older()

    def _take_in(self, items: list[StreamItem], limit: int) -> None:
        known = {row.item.key for row in self._rows}
        fresh = items
        first = next((item.at for item in items if item.entry is None and item.kind is not StreamKind.GAP), None)
        if not _is_full(items, limit):
            # The whole stream is in the answer.
            self._has_older = False
            kept: list[StreamItem] = []
        else:
            fresh = [item for item in fresh if item.kind is not StreamKind.GAP]
            kept = [r.item for r in self._rows if r.item.entry is None and first is not None and r.item.at < first]
            self._has_older = self._has_older or not kept
        new = [
            item
            for item in fresh
            if item.key not in known and item.message is not None and item.message.author is Author.CUSTOMER
        ]
        self._merge([*kept, *fresh])
        if new:
            self.arrived.emit(len(new))

    def _on_older(self, items: list[StreamItem]) -> None:
        self._older = None
        self._has_older = _is_full(items, PAGE)
        known = {row.item.key for row in self._rows}
        older = [item for item in items if item.key not in known]
        if older:
            self._merge([*older, *(row.item for row in self._rows)])

    # --- changing rows ----------------------------------------------------------------------------------------------

    def _reset(self, items: list[StreamItem]) -> None:
        self.beginResetModel()
        self._rows = decorated(items)
        self.endResetModel()

    def _merge(self, items: list[StreamItem]) -> None:
        """Make the rows those of ``items`` with as few changes as it takes."""
        wanted = decorated(items)
        keys = {row.item.key for row in wanted}
        self._remove_all_but(keys)
        n = 0
        while n < len(wanted):
            key = wanted[n].item.key
            if n < len(self._rows) and self._rows[n].item.key == key:
                n += 1
                continue
            at = next((i for i in range(n + 1, len(self._rows)) if self._rows[i].item.key == key), -1)
            if at >= 0:
                self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), n)
                self._rows.insert(n, self._rows.pop(at))
                self.endMoveRows()
                n += 1
                continue
            here = {row.item.key for row in self._rows}
            end = n + 1
            while end < len(wanted) and wanted[end].item.key not in here:
                end += 1
            self.beginInsertRows(QModelIndex(), n, end - 1)
            self._rows[n:n] = wanted[n:end]
            self.endInsertRows()
            n = end
        for n, row in enumerate(wanted):
            if self._rows[n] != row:
                self._rows[n] = row
                index = self.index(n)
                self.dataChanged.emit(index, index)

    def _remove_all_but(self, keys: set[str]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].item.key in keys:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].item.key not in keys:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1


def _is_full(items: Sequence[StreamItem], limit: int) -> bool:
    """Whether an answer holds as much as was asked for, so that there may be more above."""
    return sum(1 for item in items if item.entry is None and item.kind is not StreamKind.GAP) >= limit
