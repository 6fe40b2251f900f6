"""The stream of the open interaction as a list model: newest at the bottom, a window of rows that grows upwards on demand.
Looking for an old message moves the window to it; it then grows downwards too, until it has reached the newest again.

Rows are known by ``StreamItem.key``, so that an echo turning into its message is one changed row and nothing blinks.
``data()`` never reads the store. Words come from outside (``describe``): this layer has none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.domain import commands as c
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.ids import CommandId, InteractionId, MessageId, new_beside
from desktop.domain.interaction import Author, Delivery, Message, MessageKind
from desktop.store import outbox, projections
from desktop.store.connection import Connection
from desktop.store.rows import OutboxEntry, OutboxState, StreamItem, StreamKind
from desktop.viewmodels.stream_rows import StreamRow, StreamRows, decorated
from desktop.viewmodels.workplace import Ticket, Workplace

__all__ = ["OutboxEntry", "OutboxState", "StreamItem", "StreamKind", "StreamModel", "StreamRow", "decorated"]

FIRST_PAGE = 24
PAGE = 50
KEPT = 200
# How much is shown before and after a message that was looked for.
AROUND = 24
INSTANT = timedelta(microseconds=1)

Index = QModelIndex | QPersistentModelIndex


class StreamModel(StreamRows):
    """``loaded`` comes when the rows are of another stream or part of it; ``arrived`` counts messages of the customer that
    came in since; ``shown`` brings the row of a message that was looked for into sight (its key)."""

    ROW = int(Qt.ItemDataRole.UserRole) + 1

    loaded = Signal()
    arrived = Signal(int)
    shown = Signal(str)
    everything_changed = Signal(bool)

    def __init__(
        self, workplace: Workplace, describe: Callable[[StreamRow], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._describe = describe
        self._id: InteractionId | None = workplace.current
        self._everything = False
        self._has_older = False
        self._is_loaded = False
        self._ticket: Ticket | None = None
        self._older: Ticket | None = None
        self._newer: Ticket | None = None
        # Where the window ends below the newest: what is known of the newest all the same.
        self._has_newer = False
        self._newest: set[str] = set()
        self._is_stale = False
        self._is_stale_deep = False
        self._wants_older = False
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed_first.connect(self._on_changed)
        if self._id is not None:
            self._load()

    # --- the model --------------------------------------------------------------------------------------------------

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
    def has_newer(self) -> bool:
        """Whether the window ends before the newest message."""
        return self._has_newer

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

    def read_file(self, message: Message, sha256: str, done: Callable[[bytes], None]) -> None:
        """Hand on the bytes of a file of ``message``; nothing comes where it has no such file or that cannot be had."""
        what = next((one for one in message.attachments if one.sha256 == sha256), None)
        if what is not None and self._workplace.files is not None:
            self._workplace.files.read(what, done)

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
                message_id=MessageId(new_beside(message.interaction_id)),
                attachments=message.attachments,
            )
            self._workplace.perform(command, initiator=self)

    def discard(self, entry_id: CommandId, done: Callable[[bool], None] | None = None) -> None:
        """Give a message that was refused up."""
        self._workplace.write(lambda w: outbox.discard(w, entry_id), done, initiator=self)

    # --- looking for one message ------------------------------------------------------------------------------------

    def show_message(self, message_id: MessageId) -> None:
        """Bring a message of this contact into the rows, however old it is, and say so by ``shown``.

        Of a long stream only what is around it is read. One that is not here leaves the newest.
        """
        if self._id is None:
            return
        if self._is_loaded and self.find(message_id) >= 0:
            self.shown.emit(message_id)
            return
        self._drop_tickets()
        id_, everything = self._id, self._everything

        def _around(conn: Connection) -> _Around | None:
            at = projections.message_at(conn, message_id)
            if at is None:
                return None
            before = projections.stream(conn, id_, everything=everything, before=at + INSTANT, limit=AROUND)
            after, is_newest = projections.stream_after(conn, id_, at, everything=everything, limit=AROUND)
            newest = projections.stream(conn, id_, everything=everything, limit=FIRST_PAGE)
            return _Around([*before, *after], _is_full(before, AROUND), not is_newest, {item.key for item in newest})

        self._ticket = self._workplace.ask(_around, lambda found: self._on_around(message_id, found))

    def show_newest(self) -> None:
        """Go back from an old part of the stream to its newest end."""
        if self._has_newer:
            self._start_over()

    def fetch_newer(self) -> bool:
        """Ask for the page below the last row; says whether there is anything to ask for."""
        if not self._has_newer or self._newer is not None or self._ticket is not None or not self._rows:
            return False
        id_, everything, after = self._id, self._everything, self._rows[-1].item.at
        assert id_ is not None
        self._newer = self._workplace.ask(
            lambda conn: projections.stream_after(conn, id_, after, everything=everything, limit=PAGE), self._on_newer
        )
        return True

    def _on_around(self, message_id: MessageId, found: _Around | None) -> None:
        self._ticket = None
        if found is None:
            if not self._is_loaded:
                self._load()
            return
        was_loaded, self._is_loaded = self._is_loaded, True
        self._has_older, self._has_newer, self._newest = found.has_older, found.has_newer, found.newest
        self._reset(found.items)
        if not was_loaded or self._has_newer:
            self.loaded.emit()
        if self.find(message_id) >= 0:
            self.shown.emit(message_id)
        self._catch_up()

    def _on_newer(self, answer: tuple[list[StreamItem], bool]) -> None:
        self._newer = None
        items, is_newest = answer
        self._has_newer = not is_newest
        known = {row.item.key for row in self._rows}
        self._merge([*(row.item for row in self._rows), *(item for item in items if item.key not in known)])

    def _look_again(self) -> None:
        """Read the window anew where it stands, and see what came in below it."""
        if self._ticket is not None:
            self._is_stale = True
            return
        id_, everything, limit = self._id, self._everything, len(self._rows)
        before = self._rows[-1].item.at + INSTANT if self._rows else None
        assert id_ is not None
        self._ticket = self._workplace.ask(
            lambda conn: (
                projections.stream(conn, id_, everything=everything, before=before, limit=limit),
                projections.stream(conn, id_, everything=everything, limit=FIRST_PAGE),
            ),
            self._on_looked_again,
        )

    def _on_looked_again(self, answer: tuple[list[StreamItem], list[StreamItem]]) -> None:
        self._ticket = None
        items, newest = answer
        if not self._has_newer:
            self._load()
            return
        self._merge(items)
        new = [item for item in newest if item.key not in self._newest and _is_customers(item)]
        self._newest |= {item.key for item in newest}
        if new:
            self.arrived.emit(len(new))
        self._catch_up()

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

    def _drop_tickets(self) -> None:
        self._is_stale = self._is_stale_deep = self._wants_older = False
        for ticket in (self._ticket, self._older, self._newer):
            if ticket is not None:
                ticket.cancel()
        self._ticket = self._older = self._newer = None

    def _start_over(self) -> None:
        self._drop_tickets()
        self._is_loaded = self._has_newer = False
        if self._id is None:
            self._reset([])
        else:
            self._load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is None:
            return
        if self._has_newer:
            if changes.is_bulk or changes.touches(Table.SYNC) or self._id in changes.interactions:
                self._look_again()
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
        self._catch_up()

    def _catch_up(self) -> None:
        """Ask again where something changed meanwhile."""
        if self._is_stale:
            deep, self._is_stale, self._is_stale_deep = self._is_stale_deep, False, False
            self._look_again() if self._has_newer else self._load(deep=deep)
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
            # What is older is still to be asked for: a gap above it says nothing yet.
            fresh = items[1:] if items[0].kind is StreamKind.GAP else items
            kept = [r.item for r in self._rows if r.item.entry is None and first is not None and r.item.at < first]
            self._has_older = self._has_older or not kept
        new = [item for item in fresh if item.key not in known and _is_customers(item)]
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


@dataclass(frozen=True, slots=True)
class _Around:
    """The items before and after one that was looked for; ``newest`` are the keys at the newest end."""

    items: list[StreamItem]
    has_older: bool
    has_newer: bool
    newest: set[str]


def _is_customers(item: StreamItem) -> bool:
    return item.message is not None and item.message.author is Author.CUSTOMER


def _is_full(items: Sequence[StreamItem], limit: int) -> bool:
    """Whether an answer holds as much as was asked for, so that there may be more above."""
    return sum(1 for item in items if item.entry is None and item.kind is not StreamKind.GAP) >= limit
