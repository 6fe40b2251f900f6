"""What is being written: the draft of a reply and of a note, the channel, canned texts, attachments, sending and undoing.

Owns the drafts of the open interaction in the journal. The editor tells it each change; it saves a little later, and at
once when another interaction is opened. Whether something may be written at all is a code that the window words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain import commands as c
from desktop.domain.changes import ChangeSet, Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import InteractionId, MessageId, SuggestionId, new_beside
from desktop.domain.interaction import Attachment, Interaction
from desktop.domain.template import Template
from desktop.store import journal, projections
from desktop.store.rows import Draft, Observing
from desktop.viewmodels import canned
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.drafting import SAVE_MS, DraftSaver, Enclosure, Page, Sent, page_of
from desktop.viewmodels.enclosing import Enclosing
from desktop.viewmodels.length import goes_by
from desktop.viewmodels.reach import ALONE, NOTE, ChannelChoice, block_of, channels_for
from desktop.viewmodels.undoing import UNDO_S, undo_s
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

__all__ = ["KINDS", "LARGEST_FILE", "NOTE", "REPLY", "ChannelChoice", "ComposerModel", "Enclosure"]

REPLY = "reply"
KINDS = (REPLY, NOTE)
LARGEST_FILE = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Loaded:
    interaction: Interaction | None
    customer: Customer | None
    drafts: tuple[Draft, ...]
    undo_s: float
    observing: Observing


class ComposerModel(QObject):
    """``loaded``: another interaction's drafts are here, show them; ``changed``: what may be written, channels or files
    are others; ``restored``: a text was put in from outside the editor; ``saved``: the draft is on the disk."""

    loaded = Signal()
    changed = Signal()
    restored = Signal(str)
    saved = Signal()
    sent = Signal(str)
    undo_changed = Signal()
    too_late = Signal()
    attach_requested = Signal(list)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._id: InteractionId | None = None
        self._interaction: Interaction | None = None
        self._customer: Customer | None = None
        self._observing = ALONE
        self._undo_s = UNDO_S
        self._pages = {kind: Page() for kind in KINDS}
        self._kind = REPLY
        self._is_loaded = False
        self._ticket: Ticket | None = None
        self._is_stale = False
        self._last_sent: Sent | None = None
        self._saver = DraftSaver(workplace, self)
        self._enclosing = Enclosing(workplace, self._open_page, self._on_enclosed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.flush)
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        workplace.file_refused.connect(self._on_file_refused)
        workplace.accounts.changed.connect(self.changed)
        if workplace.current is not None:
            self._on_current_changed(workplace.current)

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def is_loaded(self) -> bool:
        """Whether the draft shown is that of the open interaction; until then nothing may be typed."""
        return self._is_loaded

    @property
    def kind(self) -> str:
        """``reply`` or ``note``."""
        return self._kind

    @property
    def text(self) -> str:
        return self._pages[self._kind].text

    @property
    def block(self) -> str:
        """Why nothing can be written on this tab, as ``block_of`` has it."""
        return self._block(self._kind)

    def _block(self, kind: str) -> str:
        found = block_of(self._interaction, self._workplace.me, kind, self._observing)
        command = "add_note" if kind == NOTE else "send_message"
        return found or ("" if self._workplace.accounts.can(command, self._id) else "lacking")

    @property
    def account(self) -> DeskAccount:
        """The account of the open contact."""
        return self._workplace.accounts.of(self._id)

    @property
    def channels(self) -> tuple[ChannelChoice, ...]:
        return channels_for(self._interaction, self._customer, may_change=self.account.has_channels)

    @property
    def channel(self) -> ChannelChoice | None:
        """The channel a reply goes out by."""
        choices, chosen = self.channels, self._pages[REPLY].channel
        return next((choice for choice in choices if choice.channel is chosen), choices[0] if choices else None)

    @property
    def enclosures(self) -> tuple[Enclosure, ...]:
        return tuple(self._pages[self._kind].enclosures)

    @property
    def can_attach(self) -> bool:
        """Whether there is anyone to take files."""
        return self._workplace.files is not None and self.account.has_blobs

    @property
    def is_uploading(self) -> bool:
        return self._pages[self._kind].uploading > 0

    @property
    def uploading(self) -> int:
        """How many files of this contact are still being copied."""
        return sum(page.uploading for page in self._pages.values())

    @property
    def can_send(self) -> bool:
        page = self._pages[self._kind]
        if not self._is_loaded or self.block or page.uploading or page.is_empty:
            return False
        return self._kind == NOTE or goes_by(self.channel, page.text, len(page.enclosures))

    def matching_templates(self, typed: str) -> list[Template]:
        """Return the canned texts for what was typed after ``/``, those for this channel."""
        channel = self.channel.channel if self.channel and self._kind == REPLY else None
        templates = self._workplace.of_account(self._workplace.catalogue.templates, self._id)
        return canned.matching(templates, typed, channel)

    def template_title(self, template: Template) -> str:
        return in_language(template.titles, self._workplace.language) or template.shortcut

    def filled(self, template: Template) -> str:
        """Return a canned text in the customer's language, its blanks filled in."""
        me = self._workplace.catalogue.agent(self._workplace.me)
        return canned.filled_for(template, self._workplace.language, self._interaction, self._customer, me)

    # --- writing ----------------------------------------------------------------------------------------------------

    def choose_kind(self, kind: str) -> None:
        """Turn to the other tab. Raises ``ValueError`` for an unknown one."""
        if kind not in KINDS:
            raise ValueError(f"no kind of text named {kind!r}")
        if kind != self._kind:
            self._kind = kind
            self.restored.emit(self.text)
            self.changed.emit()

    def choose_channel(self, channel: Channel) -> None:
        """Answer by another channel; one without an address is passed over."""
        if any(choice.channel is channel for choice in self.channels) and channel is not self._pages[REPLY].channel:
            self._pages[REPLY].channel = channel
            self._mark_dirty(REPLY)
            self.changed.emit()

    def type(self, text: str) -> None:
        """Take over what the editor holds now."""
        page = self._pages[self._kind]
        if not self._is_loaded or text == page.text:
            return
        could, page.text = self.can_send, text
        page.suggestion_id = page.suggestion_id if text.strip() else None
        self._mark_dirty(self._kind)
        if could != self.can_send:
            self.changed.emit()

    def insert_wording(self, text: str, suggestion_id: SuggestionId | None = None) -> bool:
        """Put a suggested wording into the reply; says whether one can be written at all."""
        if not self._is_loaded or self._block(REPLY):
            return False
        self._kind = REPLY
        self._pages[REPLY].put_below(text, suggestion_id)
        self._mark_dirty(REPLY)
        self.restored.emit(self.text)
        self.changed.emit()
        return True

    def bring_back(self, text: str, kind: str = REPLY, attachments: Sequence[Attachment] = ()) -> None:
        """Put a text that did not go out back into the editor, above whatever is there."""
        self._pages[kind].put_above(text, attachments)
        self._kind = kind
        self._mark_dirty(kind)
        self.restored.emit(self.text)
        self.changed.emit()

    # --- files ------------------------------------------------------------------------------------------------------

    def attach(self, paths: Sequence[str]) -> None:
        """Add files to the message. One that is too large or not readable says so in its place."""
        if self.can_attach and not self.block and self._is_loaded and self._id is not None:
            self.attach_requested.emit(list(paths))
            self._enclosing.add(self._id, self._kind, paths, LARGEST_FILE)
            self.changed.emit()

    def remove(self, enclosure: Enclosure) -> None:
        """Leave a file out of the message."""
        page = self._pages[self._kind]
        if enclosure in page.enclosures:
            page.enclosures.remove(enclosure)
            self._mark_dirty(self._kind)
            self.flush()
            self._enclosing.drop(enclosure)
            self.changed.emit()

    def _open_page(self, interaction_id: InteractionId, kind: str) -> Page | None:
        return self._pages[kind] if self._is_loaded and interaction_id == self._id else None

    def _on_enclosed(self, kind: str, is_dirty: bool) -> None:
        if is_dirty:
            self._mark_dirty(kind)
        self.changed.emit()

    def _on_file_refused(self, sha256: str, code: str) -> None:
        if self._id is not None:
            self._enclosing.turned_down(self._id, KINDS, sha256, code)

    # --- sending ----------------------------------------------------------------------------------------------------

    def send(self) -> bool:
        """Send the reply or keep the note; says whether there was anything to send."""
        if not self.can_send or self._id is None:
            return False
        page, id_ = self._pages[self._kind], self._id
        text = page.text.strip()
        attachments = page.attachments
        message_id = MessageId(new_beside(id_))
        drop = partial(journal.drop_draft, interaction_id=id_, kind=self._kind)
        if self._kind == NOTE:
            note = c.AddNote(interaction_id=id_, text=text, message_id=message_id, attachments=attachments)
            self._workplace.perform(note, initiator=self, alongside=drop)
        else:
            choice = self.channel
            assert choice is not None
            command = c.SendMessage(
                interaction_id=id_,
                text=text,
                channel=choice.channel,
                message_id=message_id,
                attachments=attachments,
                suggestion_id=page.suggestion_id,
            )
            command_id = self._workplace.perform(command, undo_s=self._undo_s, initiator=self, alongside=drop)
            if self._undo_s > 0:
                until = self._workplace.now() + timedelta(seconds=self._undo_s)
                self._last_sent = Sent(
                    command_id, id_, page.text, choice.channel, tuple(page.enclosures), page.suggestion_id, until
                )
                self.undo_changed.emit()
        page.text, page.enclosures, page.suggestion_id = "", [], None
        self._mark_dirty(self._kind)
        self.flush()
        self.restored.emit("")
        self.changed.emit()
        self.sent.emit(message_id)
        return True

    @property
    def undo_left_s(self) -> float:
        """How long the last message can still be taken back, 0 where it cannot."""
        last = self._last_sent
        if last is None or last.interaction_id != self._id:
            return 0.0
        return max(0.0, (last.until - self._workplace.now()).total_seconds())

    def undo(self) -> None:
        """Take the last message back and put its text into the editor; ``too_late`` where it has gone."""
        last = self._last_sent
        if last is None or self.undo_left_s <= 0:
            return
        self._last_sent = None
        self.undo_changed.emit()

        def _done(was_held: bool) -> None:
            if not was_held:
                self.too_late.emit()
                return
            if last.interaction_id != self._id:
                self._saver.save([Draft(last.interaction_id, REPLY, last.text)])
                return
            page = self._pages[REPLY]
            page.channel = last.channel
            page.enclosures[:0] = list(last.enclosures)
            page.suggestion_id = page.suggestion_id or last.suggestion_id
            self.bring_back(last.text)

        self._workplace.undo(last.id, _done)

    # --- drafts -----------------------------------------------------------------------------------------------------

    def _mark_dirty(self, kind: str) -> None:
        self._pages[kind].is_dirty = True
        # Not begun anew by each key: what is typed without a pause is saved as well.
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Save what was typed now."""
        self._timer.stop()
        if self._id is None:
            return
        drafts = [self._pages[kind].draft(self._id, kind) for kind in KINDS if self._pages[kind].is_dirty]
        for page in self._pages.values():
            page.is_dirty = False
        if not drafts:
            return
        has_text = any(draft.text for draft in drafts)
        id_ = self._id

        def _saved() -> None:
            if has_text and id_ == self._id:
                self.saved.emit()

        self._saver.save(drafts, _saved)

    def _restore(self, drafts: Sequence[Draft]) -> None:
        self._pages = {kind: Page() for kind in KINDS} | {d.kind: page_of(d) for d in drafts if d.kind in KINDS}

    # --- following the workplace ------------------------------------------------------------------------------------

    def _on_current_changed(self, interaction_id: InteractionId | None) -> None:
        self.flush()
        self._id = interaction_id
        self._is_loaded = self._is_stale = False
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        if interaction_id is None:
            self._interaction = self._customer = None
            self._restore(())
            self.loaded.emit()
            self.changed.emit()
        else:
            self._load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is None:
            return
        if Table.FILE in changes.rows:
            self._enclosing.look(self._id, KINDS)
        customer_id = self._interaction.customer_id if self._interaction else None
        is_ours = self._id in changes.interactions or (customer_id is not None and customer_id in changes.customers)
        is_draft_only = set(changes.rows) <= {Table.DRAFT} and not changes.is_bulk
        if changes.is_bulk or (is_ours and not is_draft_only) or changes.touches(Table.SETTING):
            self._load()

    def _load(self) -> None:
        if self._ticket is not None:
            self._is_stale = True
            return
        id_, me = self._id, self._workplace.me
        assert id_ is not None

        def _read(conn: Any) -> _Loaded:
            row = projections.interaction_row(conn, id_, me)
            interaction = row.interaction if row else None
            customer_id = interaction.customer_id if interaction else None
            card = projections.customer_card(conn, customer_id) if customer_id else None
            return _Loaded(
                interaction,
                card.customer if card else None,
                tuple(projections.drafts(conn, id_)),
                undo_s(conn),
                ALONE if interaction is None or interaction.assignee == me else projections.observing(conn, id_, me),
            )

        self._ticket = self._workplace.ask(_read, self._on_loaded)

    def _on_loaded(self, found: _Loaded) -> None:
        self._ticket = None
        before = (self._interaction, self._customer, self._observing)
        self._interaction, self._customer, self._observing = found.interaction, found.customer, found.observing
        self._undo_s = found.undo_s
        if not self._is_loaded:
            assert self._id is not None
            self._restore(self._saver.laid_over(self._id, found.drafts))
            self._is_loaded = True
            spoken = found.interaction is not None and found.interaction.channel.is_spoken
            self._kind = NOTE if spoken or (self._pages[NOTE].text and not self._pages[REPLY].text) else REPLY
            self._enclosing.look(self._id, KINDS)
            self.loaded.emit()
            self.changed.emit()
        elif before != (found.interaction, found.customer, found.observing):
            self.changed.emit()
        if self._is_stale:
            self._is_stale = False
            self._load()
