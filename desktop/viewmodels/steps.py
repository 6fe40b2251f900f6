"""Which steps an agent may take in a contact, by its state, whose it is, and their role; and when a snooze usually
ends. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from desktop.domain.agent import Role
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Interaction
from desktop.domain.interaction import InteractionState as S
from desktop.domain.lifecycle import allowed

_OWNED = (S.ACTIVE, S.ON_HOLD, S.WAITING, S.SNOOZED, S.WRAP_UP)
_OF_LEADS = frozenset({"transfer", "requeue", "take_over", "observe", "whisper"})
# In the order the header shows them; what does not fit goes into the menu from the end.
STEPS = (
    "accept",
    "decline",
    "take",
    "reopen",
    "resume",
    "hold",
    "end_contact",
    "take_over",
    "observe",
    "whisper",
    "transfer",
    "snooze",
    "wait",
    "consult",
    "schedule_callback",
    "requeue",
    "wrap_up",
)


def steps_for(interaction: Interaction, me: AgentId, role: Role = Role.AGENT) -> tuple[str, ...]:
    """Return the steps ``me`` may take now, in the order they are shown: what the state machine allows and is mine."""
    legal = allowed(interaction.state)
    is_mine = interaction.assignee == me
    match interaction.state:
        case S.OFFERED if is_mine:
            wanted = {"accept", "decline"}
        case S.QUEUED:
            wanted = {"take"}
        case S.CLOSED | S.ABANDONED:
            wanted = {"reopen"}
        case state if state in _OWNED and is_mine:
            wanted = {"hold", "resume", "wait", "snooze", "transfer", "requeue", "wrap_up"}
            wanted |= {"consult", "schedule_callback"}
            if interaction.channel.is_live:
                wanted.add("end_contact")
        case _:
            # A lead may read along, help, and move what lies with somebody else.
            wanted = set(_OF_LEADS) if role in (Role.LEAD, Role.ADMIN) else set()
    return tuple(step for step in STEPS if step in wanted and step in legal)


def snooze_times(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """Return when a snooze usually ends, by code, from ``now`` on in local time; an afternoon that is nearly over is
    left out."""
    local = now.astimezone()
    found = [("hour", local + timedelta(hours=1))]
    if local.hour < 14:
        found.append(("afternoon", datetime.combine(local.date(), time(15)).astimezone()))
    found.append(("tomorrow", datetime.combine(local.date() + timedelta(days=1), time(9)).astimezone()))
    monday = local.date() + timedelta(days=7 - local.weekday())
    found.append(("next_week", datetime.combine(monday, time(9)).astimezone()))
    return tuple(found)
