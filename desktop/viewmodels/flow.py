"""Guided flows of the open contact: which one is worked through and at which step, what was filled in, what is wrong with it.

What is typed is kept as a draft of kind ``flow`` under the contact until its step is done, so that it survives whatever
happens to the program. A step that was done, skipped or taken back shows at once and goes out as a command; whoever takes
the contact over finds the flow where it was left.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.commands import EndFlow, SetFlowStep, StartFlow
from desktop.domain.customer import Customer
from desktop.domain.flow import Flow, FlowState, FlowStep, Need, StepState
from desktop.domain.ids import FlowId, InteractionId, SuggestionId, account_of, new_beside
from desktop.domain.interaction import Interaction
from desktop.domain.playbook import Playbook
from desktop.domain.verification import VerificationPolicy
from desktop.store import overlay, projections
from desktop.store.connection import Connection
from desktop.store.rows import Draft, FlowRow
from desktop.viewmodels import needs
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.drafting import SAVE_MS, DraftSaver
from desktop.viewmodels.workplace import Ticket, Workplace, in_language

__all__ = ["FLOW_DRAFT", "SKIP_REASONS", "STOP_REASONS", "FlowModel", "FlowRow"]

FLOW_DRAFT: Final = "flow"
SKIP_REASONS: Final = ("not_needed", "declined", "not_possible", "later")
STOP_REASONS: Final = ("settled", "wrong_guide", "declined")
_PROPOSED: Final = 3


class _Answer(NamedTuple):
    row: Interaction | None = None
    flows: tuple[FlowRow, ...] = ()
    customer: Customer | None = None
    policy: VerificationPolicy = VerificationPolicy()
    draft: Draft | None = None


class FlowModel(QObject):
    """``changed`` when anything shown is another; ``begun`` when a flow was started here or is to be shown;
    ``wording_offered(text, suggestion_id)`` goes to the composer."""

    changed = Signal()
    begun = Signal()
    wording_offered = Signal(str, object)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._books: Ticket | None = None
        self._known = _Answer()
        self._of: InteractionId | None = None
        self._chosen: FlowId | None = None
        self._at: dict[FlowId, str] = {}
        self._resumed: FlowId | None = None
        self._typed: dict[str, str] = {}
        self._is_dirty = False
        self.problems: dict[str, str] = {}
        self.playbooks: tuple[Playbook, ...] = ()
        self._saver = DraftSaver(workplace, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.flush)
        workplace.current_changed.connect(self._on_current_changed)
        workplace.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self.changed)
        self._look_for_playbooks()
        self._look()

    # --- what is known ----------------------------------------------------------------------------------------------

    @property
    def flows(self) -> tuple[FlowRow, ...]:
        """All flows of the open contact, the first begun first."""
        return self._known.flows

    @property
    def can_work(self) -> bool:
        """Whether the open contact is mine and in hand, so that steps can be taken."""
        row = self._known.row
        is_here = row is not None and self._of == self._workplace.current
        is_mine = row is not None and row.assignee == self._workplace.me
        return is_here and is_mine and row is not None and self._workplace.may("set_flow_step", row)

    @property
    def lacking(self) -> DeskAccount | None:
        """The account of the open contact, where its system keeps no guides."""
        accounts = self._workplace.accounts
        return None if self._of is None or accounts.can("start_flow", self._of) else accounts.of(self._of)

    @property
    def current(self) -> FlowRow | None:
        """The flow shown: the one chosen, else the latest that is running, else the latest."""
        found = {row.flow.id: row for row in self.flows}
        if self._chosen in found:
            return found[self._chosen]
        running = [row for row in self.flows if row.flow.state is FlowState.RUNNING]
        return next(iter([*running[::-1], *self.flows[::-1]]), None)

    @property
    def is_running(self) -> bool:
        """Whether the flow shown is worked through: it is running, or was stopped and is gone on with."""
        row = self.current
        return row is not None and (row.flow.state is FlowState.RUNNING or row.flow.id == self._resumed)

    @property
    def step(self) -> FlowStep | None:
        """The step that is worked on: the one turned to, else the first open one; none in a flow that is over."""
        row = self.current
        if row is None or not self.is_running:
            return None
        steps = {step.action: step for step in row.flow.steps}
        turned_to = steps.get(self._at.get(row.flow.id, ""))
        if turned_to is not None:
            return turned_to
        return next((step for step in row.flow.steps if step.state is StepState.OPEN), None)

    @property
    def proposed(self) -> tuple[Playbook, ...]:
        """Playbooks that fit what the contact is about and are not begun yet."""
        row = self._known.row
        begun = {one.flow.playbook for one in self.flows}
        if row is None or not self.can_work:
            return ()
        unlike = "unidentified" if row.identified > 0 else "identified"
        fitting = [
            p
            for p in self._workplace.of_account(self.playbooks, row.id)
            if row.intent and row.intent in p.when.intents and p.id not in begun and unlike not in p.when.customer
        ]
        return tuple(sorted(fitting, key=lambda playbook: -playbook.weight)[:_PROPOSED])

    def title(self, what: Flow | Playbook | FlowStep | Need) -> str:
        """Return the name of a flow, playbook, step or datum in the window's language; nothing for a datum without one."""
        named = in_language(what.titles, self._workplace.language)
        if named or isinstance(what, Need):
            return named
        code = what.action if isinstance(what, FlowStep) else what.playbook if isinstance(what, Flow) else what.id
        return code.replace("_", " ").replace("-", " ").capitalize()

    def by(self, step: FlowStep) -> str:
        """Return who set a step's state, nothing for myself."""
        return "" if step.by == self._workplace.me else self._workplace.catalogue.agent(step.by)

    def value(self, step: FlowStep, field: str) -> str:
        """Return what a field holds: what was typed, else what the step has, else what the customer's record has."""
        typed = self._typed.get(self._key(step, field))
        if typed is not None:
            return typed
        if field in step.values:
            return step.values[field]
        if self.is_hidden(field):
            return ""
        return needs.recorded(self._known.customer, field)

    def filled_in(self, step: FlowStep) -> list[str]:
        """Return what was filled in, without what is kept back until the customer is verified."""
        return [value for field, value in step.values.items() if value and not self.is_hidden(field)]

    def is_hidden(self, field: str) -> bool:
        """Whether the record's value is kept back until the customer is verified."""
        return needs.is_hidden(field, self._known.policy, self._known.row)

    def wording(self, step: FlowStep) -> str:
        """Return the reply that comes with a step, in the customer's language, with what was filled in up to here."""
        row, current = self._known.row, self.current
        text = in_language(step.wordings, (row.language if row else "") or self._workplace.language)
        if not text:
            return ""
        known: dict[str, str] = {}
        for one in current.flow.steps if current is not None else ():
            known |= one.values
        return needs.filled(text, known | self._values(step), self._known.customer, row)

    # --- the way through --------------------------------------------------------------------------------------------

    def start(self, playbook_id: str, suggestion_id: SuggestionId | None = None) -> bool:
        """Begin a playbook's flow, or turn to the one there is; says whether that was possible."""
        known = next((row for row in self.flows if row.flow.playbook == playbook_id), None)
        if known is not None:
            self.choose(known.flow.id)
            self.begun.emit()
            return True
        if not self.can_work or self._of is None or not self._knows(playbook_id):
            return False
        self._chosen = FlowId(new_beside(self._of))
        command = StartFlow(
            interaction_id=self._of, playbook=playbook_id, flow_id=self._chosen, suggestion_id=suggestion_id
        )
        self._workplace.perform(command, initiator=self)
        self.begun.emit()
        return True

    def _knows(self, playbook_id: str) -> bool:
        return any(p.id == playbook_id for p in self._workplace.of_account(self.playbooks, self._of))

    def choose(self, flow_id: FlowId) -> None:
        """Turn to another flow of the contact."""
        if any(row.flow.id == flow_id for row in self.flows):
            self._chosen = flow_id
            self.problems = {}
            self.changed.emit()

    def turn_to(self, action: str) -> None:
        """Work on another step of the flow shown."""
        row = self.current
        if row is not None and any(step.action == action for step in row.flow.steps):
            self._at[row.flow.id] = action
            self.problems = {}
            self.changed.emit()

    def type(self, field: str, text: str) -> None:
        """Take over what a field of the step holds now."""
        step = self.step
        if step is None or text == self.value(step, field):
            return
        self._typed[self._key(step, field)] = text
        self._is_dirty = True
        if not self._timer.isActive():
            self._timer.start()
        if self.problems.pop(field, ""):
            self.changed.emit()

    def done(self) -> bool:
        """Tick the step that is worked on and go on to the next; what is missing or wrong is in ``problems``."""
        step = self.step
        if step is None or not self.can_work:
            return False
        today = self._workplace.now().date()
        wrong = {need.field: needs.problem(need, self.value(step, need.field), today) for need in step.needs}
        # What is on record and may not be seen yet is not missing.
        kept_back = {field for field in wrong if self.is_hidden(field) and needs.recorded(self._known.customer, field)}
        self.problems = {
            field: code for field, code in wrong.items() if code and not (code == "missing" and field in kept_back)
        }
        if self.problems:
            self.changed.emit()
            return False
        values = {field: needs.sent(field, text) for field, text in self._values(step).items() if text.strip()}
        self._set(step, StepState.DONE, values=values)
        return True

    def skip(self, reason: str) -> None:
        """Leave the step out, and say why; what was typed is kept with it."""
        step = self.step
        if step is not None and self.can_work:
            self._set(step, StepState.SKIPPED, reason=reason)

    def take_back(self, action: str) -> None:
        """Open a step again that was done or skipped, and turn to it."""
        row = self.current
        step = next((one for one in row.flow.steps if one.action == action), None) if row else None
        if step is not None and row is not None and self.can_work:
            self._set(step, StepState.OPEN)
            self._at[row.flow.id] = action
            self.changed.emit()

    def resume(self) -> None:
        """Go on with the flow shown, which was stopped: its next step sets it going again."""
        row = self.current
        if row is not None and row.flow.state is FlowState.STOPPED and self.can_work:
            self._resumed = row.flow.id
            self.changed.emit()

    def stop(self, reason: str = "") -> None:
        """End the flow before its end; what was done in it stays on record."""
        row = self.current
        if row is None or not self.is_running or not self.can_work or self._of is None:
            return
        if row.flow.state is FlowState.STOPPED:
            self._resumed = None
            self.changed.emit()
            return
        self._workplace.perform(
            EndFlow(interaction_id=self._of, flow_id=row.flow.id, reason=reason),
            initiator=self,
        )
        ended = replace(row.flow, state=FlowState.STOPPED, ended_at=self._workplace.now())
        self._show_at_once(FlowRow(ended, row.pending, True))

    def write(self) -> None:
        """Put the step's wording into the composer."""
        step = self.step
        text = self.wording(step) if step is not None else ""
        if text:
            self.wording_offered.emit(text, None)

    def _set(self, step: FlowStep, state: StepState, *, values: dict[str, str] | None = None, reason: str = "") -> None:
        row = self.current
        assert row is not None
        assert self._of is not None
        command = SetFlowStep(
            interaction_id=self._of,
            flow_id=row.flow.id,
            action=step.action,
            state=state,
            values=values or {},
            reason=reason,
        )
        self._workplace.perform(command, initiator=self)
        self._at.pop(row.flow.id, None)
        for need in step.needs:
            self._is_dirty |= self._typed.pop(self._key(step, need.field), None) is not None
        self.flush()
        # Two ticks in quick succession are about two steps.
        ticked = overlay.stepped(row.flow, command, self._workplace.now(), self._workplace.me)
        self._show_at_once(FlowRow(ticked, row.pending | {step.action}, True))

    def _show_at_once(self, changed: FlowRow) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        flows = tuple(changed if row.flow.id == changed.flow.id else row for row in self.flows)
        self._known = self._known._replace(flows=flows)
        self._chosen = changed.flow.id
        self.changed.emit()

    # --- what was typed ---------------------------------------------------------------------------------------------

    def _key(self, step: FlowStep, field: str) -> str:
        row = self.current
        return f"{row.flow.playbook if row else ''}/{step.action}/{field}"

    def _values(self, step: FlowStep) -> dict[str, str]:
        return {need.field: self.value(step, need.field) for need in step.needs}

    def flush(self) -> None:
        """Keep what was typed now."""
        self._timer.stop()
        if self._is_dirty and self._of is not None:
            self._is_dirty = False
            self._saver.save([Draft(self._of, FLOW_DRAFT, "", dict(self._typed))])

    # --- following --------------------------------------------------------------------------------------------------

    def _on_current_changed(self, _id: InteractionId | None) -> None:
        self.flush()
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.PLAYBOOK):
            self._look_for_playbooks()
        row, current = self._known.row, self._workplace.current
        is_mine = current in changes.interactions or (row is not None and row.customer_id in changes.customers)
        if changes.is_bulk or is_mine or changes.touches(Table.VERIFICATION):
            self._look()

    def _look_for_playbooks(self) -> None:
        if self._books is not None:
            self._books.cancel()
        self._books = self._workplace.ask(projections.playbooks, self._on_playbooks)

    def _on_playbooks(self, found: list[Playbook]) -> None:
        self.playbooks = tuple(found)
        self.changed.emit()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
            self._ticket = None
        current, me = self._workplace.current, self._workplace.me
        if current is None:
            self._on_answer(None, _Answer())
            return
        wanted: InteractionId = current

        def _read(conn: Connection) -> _Answer:
            found = projections.interaction_row(conn, wanted, me)
            row = found.interaction if found else None
            flows = tuple(projections.flows(conn, wanted, me))
            if not flows:
                return _Answer(row)
            card = projections.customer_card(conn, row.customer_id) if row and row.customer_id else None
            return _Answer(
                row,
                flows,
                card.customer if card else None,
                projections.verification_policy(conn, account_of(wanted)),
                projections.load_draft(conn, wanted, FLOW_DRAFT),
            )

        self._ticket = self._workplace.ask(_read, lambda found: self._on_answer(wanted, found))

    def _on_answer(self, of: InteractionId | None, found: _Answer) -> None:
        self._ticket = None
        is_other = of != self._of
        if is_other:
            self._of, self._chosen, self._resumed, self._typed, self.problems = of, None, None, {}, {}
            self._is_dirty = False
        if (is_other or not self._known.flows) and of is not None:
            kept = self._saver.laid_over(of, [found.draft] if found.draft else [])
            self._typed |= next((dict(draft.fields) for draft in kept if draft.kind == FLOW_DRAFT), {})
        if is_other or found._replace(draft=None) != self._known._replace(draft=None):
            self._known = found
            self.changed.emit()
