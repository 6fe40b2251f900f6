"""The files of a message being written: copied into the encrypted store at once, so that the original may go, and shown with
how far each has got. Part of the composer, which owns the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import msgspec

from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Attachment
from desktop.store import files, journal
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.rows import Draft
from desktop.viewmodels.drafting import Enclosure, Page, enclosure_of
from desktop.viewmodels.workplace import Workplace

PageOf = Callable[[InteractionId, str], Page | None]
Touched = Callable[[str, bool], None]


class Enclosing:
    """``page_of(interaction, kind)`` gives the page that is open, ``touched(kind, is_dirty)`` hears that its files changed,
    and whether the draft did with them."""

    def __init__(self, workplace: Workplace, page_of: PageOf, touched: Touched) -> None:
        self._workplace = workplace
        self._page_of = page_of
        self._touched = touched

    def add(self, interaction_id: InteractionId, kind: str, paths: Sequence[str], largest: int) -> None:
        """Take files in; one that is too large or not readable says so in its place."""
        page, room = self._page_of(interaction_id, kind), self._workplace.files
        if page is None or room is None:
            return
        for path in paths:
            enclosure = enclosure_of(path, largest)
            page.enclosures.append(enclosure)
            if not enclosure.failure:
                about = (interaction_id, kind, page, enclosure)
                room.keep(path, partial(self._on_kept, *about), partial(self._on_failed, *about))

    def drop(self, enclosure: Enclosure) -> None:
        """A file was left out of a draft that is saved by now: its bytes go, unless something else names them."""
        if enclosure.attachment is not None:
            sha256 = enclosure.attachment.sha256
            self._workplace.keep(lambda w: files.drop_unused(w, [sha256]))

    def look(self, interaction_id: InteractionId, kinds: Iterable[str]) -> None:
        """Find out which of the files are up by now."""
        kinds = tuple(kinds)
        named = {e.attachment.sha256 for kind in kinds for e in self._enclosures(interaction_id, kind) if e.attachment}
        if not named:
            return

        def read(conn: Connection) -> frozenset[str]:
            return frozenset(file.sha256 for file in files.waiting(conn, named))

        def show(waiting: frozenset[str]) -> None:
            for kind in kinds:
                self._change(
                    interaction_id,
                    kind,
                    lambda e: (
                        replace(e, is_up=e.attachment.sha256 not in waiting)
                        if e.attachment and e.attachment.sha256 in named
                        else e
                    ),
                )

        self._workplace.ask(read, show)

    def turned_down(self, interaction_id: InteractionId, kinds: Iterable[str], sha256: str, code: str) -> None:
        """The backend does not take a file."""
        for kind in kinds:
            self._change(
                interaction_id,
                kind,
                lambda e: replace(e, failure=code) if e.attachment and e.attachment.sha256 == sha256 else e,
            )

    def _enclosures(self, interaction_id: InteractionId, kind: str) -> list[Enclosure]:
        page = self._page_of(interaction_id, kind)
        return page.enclosures if page is not None else []

    def _change(self, interaction_id: InteractionId, kind: str, change: Callable[[Enclosure], Enclosure]) -> None:
        page = self._page_of(interaction_id, kind)
        if page is None:
            return
        changed = [change(enclosure) for enclosure in page.enclosures]
        if changed != page.enclosures:
            page.enclosures[:] = changed
            self._touched(kind, False)

    def _on_kept(
        self, interaction_id: InteractionId, kind: str, before: Page, of: Enclosure, attachment: Attachment
    ) -> None:
        page, kept = self._page_of(interaction_id, kind), replace(of, attachment=attachment)
        if page is None:
            # The agent has turned to another contact meanwhile; the file belongs to the draft they left.
            self._workplace.keep(
                partial(_add_to_draft, interaction_id=interaction_id, kind=kind, attachment=attachment)
            )
        elif page is before and of not in page.enclosures:
            self.drop(kept)
        else:
            self._put(page, kind, of, kept)
            self.look(interaction_id, [kind])

    def _on_failed(self, interaction_id: InteractionId, kind: str, before: Page, of: Enclosure, code: str) -> None:
        page = self._page_of(interaction_id, kind)
        if page is not None and (page is not before or of in page.enclosures):
            self._put(page, kind, of, replace(of, failure=code))

    def _put(self, page: Page, kind: str, old: Enclosure, new: Enclosure) -> None:
        if old in page.enclosures:
            page.enclosures[page.enclosures.index(old)] = new
        else:
            page.enclosures.append(new)
        self._touched(kind, True)


def _add_to_draft(w: Write, interaction_id: InteractionId, kind: str, attachment: Attachment) -> None:
    draft = journal.load_draft(w.conn, interaction_id, kind) or Draft(interaction_id, kind, "")
    try:
        named = msgspec.json.decode(draft.fields.get("attachments", "[]"), type=list[Attachment])
    except msgspec.MsgspecError:
        named = []
    fields = {**draft.fields, "attachments": msgspec.json.encode([*named, attachment]).decode()}
    journal.save_draft(w, msgspec.structs.replace(draft, fields=fields, updated_at=None))
