"""A guided flow: the steps of one playbook, worked through in one contact, with the data each needs and who did what when.

It is kept as it was begun: whoever edits the playbook meanwhile does not change the checklist under an agent's hands.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from desktop.domain.ids import AgentId, CustomerId, FlowId, InteractionId


class Need(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A datum a step needs. ``field`` is a field of ``UpdateCustomer`` (``birth_date``, ``address.street`` …), whose value
    is then read from and offered to the customer's record, or a name of the playbook's own (``order_number``)."""

    field: str
    titles: dict[str, str] = {}
    is_optional: bool = False


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class FlowStep(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the checklist. ``action`` and the texts are the playbook's; ``values`` what was filled in, by field of
    ``needs``; ``by`` and ``at`` say who set the state and when; ``reason`` why it was skipped."""

    action: str
    titles: dict[str, str] = {}
    wordings: dict[str, str] = {}
    needs: tuple[Need, ...] = ()
    state: StepState = StepState.OPEN
    values: dict[str, str] = {}
    reason: str = ""
    by: AgentId | None = None
    at: datetime | None = None


class FlowState(StrEnum):
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


class Flow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``playbook`` and ``edition`` say what it was made from. A contact has at most one flow per playbook."""

    id: FlowId
    interaction_id: InteractionId
    playbook: str
    edition: int
    started_at: datetime
    steps: tuple[FlowStep, ...]
    titles: dict[str, str] = {}
    customer_id: CustomerId | None = None
    started_by: AgentId | None = None
    state: FlowState = FlowState.RUNNING
    ended_at: datetime | None = None
    version: int = 0
