"""Wrapping up: the disposition, the summary and the clock of the after-call work. Half-filled it is kept as a draft.

The card is open where the contact is over (state ``wrap_up``) or the agent asked for it; ``cancel`` puts it aside until
asked for again. Finishing is one command.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain import commands as c
from desktop.domain.changes import ChangeSet
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.template import Disposition
from desktop.store import journal, projections
from desktop.store.rows import Draft
from desktop.viewmodels.drafting import SAVE_MS, DraftSaver
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

KIND = "wrap_up"


def ordered(dispositions: Sequence[Disposition], intent: str | None) -> list[Disposition]:
    """Return the dispositions of ``intent`` first, then those for every intent, then the rest."""

    def _rank(disposition: Disposition) -> int:
        if intent and intent in disposition.intents:
            return 0
        return 1 if not disposition.intents else 2

    return sorted(dispositions, key=_rank)


Found = tuple[Interaction | None, Draft | None, dict[str, dict[str, str]]]


def _titles(interaction: Interaction | None) -> dict[str, dict[str, str]]:
    """The names of the steps taken, from the playbooks; read on the reading thread, and only where a step was taken."""
    if interaction is None or not interaction.steps:
        return {}
    from desktop.insight.playbook import playbooks, titles_of

    known = titles_of(playbooks())
    return {step: known[step] for step in interaction.steps if step in known}


class WrapUpModel(QObject):
    """``changed``: open or not, dispositions, what is chosen; ``loaded``: another contact's draft is here;
    ``finished``: wrapped up (the interaction's id)."""

    changed = Signal()
    loaded = Signal()
    finished = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._id: InteractionId | None = None
        self._interaction: Interaction | None = None
        self._chosen = ""
        self._summary = ""
        self._titles: dict[str, dict[str, str]] = {}
        self._has_draft = False
        self._is_wanted: bool | None = None
        self._began_at: datetime | None = None
        self._is_loaded = False
        self._is_dirty = False
        self._is_stale = False
        self._ticket: Ticket | None = None
        self._saver = DraftSaver(workplace, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.flush)
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self.changed)
        if workplace.current is not None:
            self._on_current_changed(workplace.current)

    # --- what is known ----------------------------------------------------------------------------------------------

    def step(self, code: str) -> str:
        """Return the name of a step in the window's language, or the code in plain words."""
        return in_language(self._titles.get(code, {}), self._workplace.language) or code.replace("_", " ")

    @property
    def interaction(self) -> Interaction | None:
        return self._interaction

    @property
    def is_loaded(self) -> bool:
        """Whether what is filled in is that of the open contact."""
        return self._is_loaded

    @property
    def is_possible(self) -> bool:
        """Whether this contact can be wrapped up by me now."""
        row = self._interaction
        return row is not None and row.assignee == self._workplace.me and self._workplace.may("wrap_up", row)

    @property
    def is_open(self) -> bool:
        """Whether the card is shown: the contact is over, or the agent asked for it; unless it was put aside."""
        if not self.is_possible or self._interaction is None:
            return False
        if self._is_wanted is not None:
            return self._is_wanted
        return self._interaction.state is InteractionState.WRAP_UP

    @property
    def is_asked_for(self) -> bool:
        """Whether the card is shown because the agent asked for it."""
        return self.is_open and self._is_wanted is True

    @property
    def elapsed_s(self) -> float:
        """The after-call work so far: since the talking ended, else since the card was opened."""
        row = self._interaction
        since = (row.wrap_up_at if row and row.state is InteractionState.WRAP_UP else None) or self._began_at
        return max(0.0, (self._workplace.now() - since).total_seconds()) if since else 0.0

    @property
    def dispositions(self) -> list[Disposition]:
        """How it can end, what fits the intent first."""
        return ordered(self._known, self._interaction.intent if self._interaction else None)

    @property
    def _known(self) -> tuple[Disposition, ...]:
        contact = self._interaction.id if self._interaction else None
        return self._workplace.of_account(self._workplace.catalogue.dispositions, contact)

    @property
    def needs_disposition(self) -> bool:
        """Whether the system of the contact's account wants to know how it ended."""
        return self._workplace.accounts.of(self._interaction.id if self._interaction else None).has_dispositions

    @property
    def fitting(self) -> frozenset[str]:
        """The ids of the dispositions made for this intent."""
        intent = self._interaction.intent if self._interaction else None
        return frozenset(d.id for d in self._known if intent and intent in d.intents)

    def title(self, disposition: Disposition) -> str:
        return self._workplace.catalogue.disposition(disposition.id)

    @property
    def chosen(self) -> str:
        return self._chosen

    @property
    def summary(self) -> str:
        return self._summary

    @property
    def needs_summary(self) -> bool:
        """Whether nothing was written yet, so that the window may propose a summary."""
        return self._is_loaded and not self._has_draft and not self._summary

    @property
    def can_finish(self) -> bool:
        is_said = any(d.id == self._chosen for d in self._known)
        return self.is_possible and (is_said or not self.needs_disposition)

    # --- filling in -------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the card; asked for while the contact is still being read, it opens once that is here."""
        if self.is_possible or (self._id is not None and not self._is_loaded):
            self._is_wanted = True
            self._began_at = self._began_at or self._workplace.now()
            self.changed.emit()

    def cancel(self) -> None:
        """Put the card aside; what was filled in stays."""
        self._is_wanted = False
        self.flush()
        self.changed.emit()

    def choose(self, disposition_id: str) -> None:
        """Say how it ended; an unknown disposition is passed over."""
        if disposition_id != self._chosen and any(d.id == disposition_id for d in self._known):
            self._chosen = disposition_id
            self._mark_dirty()
            self.changed.emit()

    def propose(self, summary: str) -> None:
        """Fill in a summary nobody has written yet; it is kept as a draft only once the agent touches the card."""
        if self.needs_summary:
            self._summary = summary

    def write_summary(self, summary: str) -> None:
        """Take over what the editor holds now."""
        if summary != self._summary:
            self._summary = summary
            self._mark_dirty()

    def fill_in(self, disposition: str, summary: str) -> None:
        """Open the card with values of a wrap-up that was refused or taken back; what was written since stays below."""
        if self._has_draft and summary in self._summary:
            summary = self._summary
        elif self._has_draft and self._summary.strip() and self._summary not in summary:
            summary = f"{summary}\n\n{self._summary}"
        self._chosen, self._summary = disposition, summary
        self._mark_dirty()
        self.loaded.emit()
        self.begin()

    def finish(self) -> bool:
        """Wrap up; says whether it could be done."""
        if not self.can_finish or self._id is None:
            return False
        id_ = self._id
        command = c.WrapUp(interaction_id=id_, disposition=self._chosen, summary=self._summary.strip())
        self._timer.stop()
        self._is_dirty = self._has_draft = False
        self._is_wanted = False
        drop = partial(journal.drop_draft, interaction_id=id_, kind=KIND)
        self._workplace.perform(command, initiator=self, alongside=drop)
        self._saver.save([Draft(id_, KIND, "")])
        self.changed.emit()
        self.finished.emit(id_)
        return True

    # --- drafts -----------------------------------------------------------------------------------------------------

    def _mark_dirty(self) -> None:
        self._is_dirty = self._has_draft = True
        # Not begun anew by each key: what is typed without a pause is saved as well.
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Save what was filled in now."""
        self._timer.stop()
        if self._id is None or not self._is_dirty:
            return
        self._is_dirty = False
        draft = Draft(self._id, KIND, self._summary, {"disposition": self._chosen} if self._chosen else {})
        self._saver.save([draft])

    # --- following the workplace ------------------------------------------------------------------------------------

    def _on_current_changed(self, interaction_id: InteractionId | None) -> None:
        self.flush()
        self._id = interaction_id
        self._interaction = None
        self._chosen = self._summary = ""
        self._has_draft = self._is_loaded = self._is_stale = False
        self._is_wanted, self._began_at = None, None
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        self.changed.emit()
        if interaction_id is not None:
            self._load()

    def _on_changed(self, changes: ChangeSet) -> None:
        if self._id is not None and (changes.is_bulk or self._id in changes.interactions):
            self._load()

    def _load(self) -> None:
        if self._ticket is not None:
            self._is_stale = True
            return
        id_, me = self._id, self._workplace.me
        assert id_ is not None

        def _read(conn: Any) -> Found:
            row = projections.interaction_row(conn, id_, me)
            draft = projections.load_draft(conn, id_, KIND)
            interaction = row.interaction if row else None
            return interaction, draft, _titles(interaction)

        self._ticket = self._workplace.ask(_read, self._on_loaded)

    def _on_loaded(self, found: Found) -> None:
        self._ticket = None
        interaction, draft, titles = found
        self._titles |= titles
        before = self._interaction
        if (
            interaction is not None
            and self._interaction is not None
            and interaction.state is not self._interaction.state
        ):
            # A new state is a new occasion: what was put aside before counts no more.
            self._is_wanted = None if interaction.state is InteractionState.WRAP_UP else self._is_wanted
        self._interaction = interaction
        is_first, self._is_loaded = not self._is_loaded, True
        if is_first and not self.is_possible:
            self._is_wanted, self._began_at = None, None
        if is_first:
            assert self._id is not None
            draft = next(iter(self._saver.laid_over(self._id, [draft] if draft else [])), None)
            if draft is not None and (draft.text or draft.fields):
                self._summary, self._chosen = draft.text, draft.fields.get("disposition", "")
                self._has_draft = True
            self.loaded.emit()
        if is_first or before != interaction:
            self.changed.emit()
        if self._is_stale:
            self._is_stale = False
            self._load()
