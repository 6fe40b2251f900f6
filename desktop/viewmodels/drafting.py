"""One page of the composer, a reply or a note: its files, how it is kept as a draft, and what was sent of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from desktop.domain.channels import Channel, parse_channel
from desktop.domain.ids import CommandId, InteractionId, SuggestionId
from desktop.domain.interaction import Attachment
from desktop.store import journal
from desktop.store.database import Write
from desktop.store.rows import Draft
from desktop.viewmodels.workplace import Workplace

# What a power cut or a kill may take is what was typed in this time.
SAVE_MS = 250


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of the message being written: being copied, kept here (``attachment``), at the backend (``is_up``), or not taken
    (``failure``, a code)."""

    path: str
    name: str
    size: int
    attachment: Attachment | None = None
    failure: str = ""
    is_up: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that can still be taken back until ``until``, and what has to be put back then."""

    id: CommandId
    interaction_id: InteractionId
    text: str
    channel: Channel | None
    enclosures: tuple[Enclosure, ...]
    suggestion_id: SuggestionId | None
    until: datetime


@dataclass(slots=True)
class Page:
    """What one tab holds; ``is_dirty`` says that it changed since it was saved. Only a reply has a channel."""

    text: str = ""
    enclosures: list[Enclosure] = field(default_factory=list)
    suggestion_id: SuggestionId | None = None
    channel: Channel | None = None
    is_dirty: bool = False

    @property
    def uploading(self) -> int:
        """How many of the files are still being copied."""
        return sum(e.attachment is None and not e.failure for e in self.enclosures)

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.attachments

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The files that go with the message."""
        return tuple(e.attachment for e in self.enclosures if e.attachment and not e.failure)

    def put_above(self, text: str, attachments: Sequence[Attachment]) -> None:
        """Put what did not go out above whatever is there; where it is there already, nothing changes."""
        if not self.text.startswith(text):
            self.text = f"{text}\n\n{self.text}" if self.text.strip() else text
        here = {e.attachment.sha256 for e in self.enclosures if e.attachment}
        self.enclosures[:0] = [Enclosure("", a.name, a.size, a) for a in attachments if a.sha256 not in here]

    def put_below(self, wording: str, suggestion_id: SuggestionId | None) -> None:
        """Put a suggested wording below whatever is there."""
        self.text = f"{self.text.rstrip()}\n\n{wording}" if self.text.strip() else wording
        self.suggestion_id = suggestion_id

    def draft(self, interaction_id: InteractionId, kind: str) -> Draft:
        """Return the page as it is kept; one that holds nothing becomes an empty draft, which the journal drops."""
        fields: dict[str, str] = {}
        attachments = [e.attachment for e in self.enclosures if e.attachment]
        if attachments:
            fields["attachments"] = msgspec.json.encode(attachments).decode()
        has_text = bool(self.text.strip())
        if has_text and self.suggestion_id:
            fields["suggestion_id"] = self.suggestion_id
        if has_text and self.channel is not None:
            fields["channel"] = self.channel.value
        return Draft(interaction_id, kind, self.text if has_text else "", fields)


def page_of(draft: Draft) -> Page:
    """Return the page a draft was kept from; fields that are not readable are left out, the text never."""
    page = Page(draft.text)
    if draft.fields.get("suggestion_id"):
        page.suggestion_id = SuggestionId(draft.fields["suggestion_id"])
    try:
        kept = msgspec.json.decode(draft.fields.get("attachments", "[]"), type=list[Attachment])
        page.enclosures = [Enclosure("", a.name, a.size, a) for a in kept]
        page.channel = parse_channel(draft.fields["channel"]) if draft.fields.get("channel") else None
    except (msgspec.MsgspecError, ValueError):
        pass
    return page


def enclosure_of(path: str, largest: int) -> Enclosure:
    """Return a file as it stands before it is taken in, with the code of why it cannot be sent where that is so."""
    file = Path(path)
    try:
        size = file.stat().st_size
        failure = "" if file.is_file() else "unreadable"
    except OSError:
        size, failure = 0, "unreadable"
    return Enclosure(path, file.name, size, None, "too_large" if size > largest else failure)


class DraftSaver:
    """Saves drafts, and knows those that are not on the disk yet: who comes back at once finds what was typed.

    ``SAVE_MS`` after a first change, and again as long as there are more: what is typed without a pause is saved too."""

    def __init__(self, workplace: Workplace, initiator: object) -> None:
        self._workplace = workplace
        self._initiator = initiator
        self._unsaved: dict[tuple[InteractionId, str], Draft] = {}

    def save(self, drafts: Sequence[Draft], done: Callable[[], None] | None = None) -> None:
        """Keep ``drafts``; an empty one is dropped. ``done`` is called once they are on the disk."""
        for draft in drafts:
            self._unsaved[draft.interaction_id, draft.kind] = draft
            self._save(draft, done if draft is drafts[-1] else None)

    def _save(self, draft: Draft, done: Callable[[], None] | None) -> None:
        key = (draft.interaction_id, draft.kind)

        def _save(w: Write) -> None:
            journal.save_draft(w, draft)

        def _saved(_: object) -> None:
            if self._unsaved.get(key) is draft:
                del self._unsaved[key]
            if done is not None:
                done()

        self._workplace.keep(_save, _saved, self._initiator, key)

    def laid_over(self, interaction_id: InteractionId, found: Sequence[Draft]) -> list[Draft]:
        """Return the drafts read from the disk with the newer ones not there yet."""
        newer = {kind: draft for (id_, kind), draft in self._unsaved.items() if id_ == interaction_id}
        return [*(draft for draft in found if draft.kind not in newer), *newer.values()]
