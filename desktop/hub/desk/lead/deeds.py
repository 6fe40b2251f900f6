"""What of a command the audit log keeps besides who, when and the outcome: whom or what it is about, and what was to be done,
by ids and codes. Nothing anybody wrote is in it. Called by ``api.commands``.
"""

from __future__ import annotations

import re
from typing import Any, Final

from desktop.domain import commands as c

_CODE: Final = re.compile(r"[A-Za-z0-9@][A-Za-z0-9_.:\-]{0,63}")
_LONGEST: Final = 1000
_SUBJECTS: Final = ("interaction_id", "customer_id", "agent_id", "broadcast_id", "rule_id", "alert_id")


def subject_of(command: c.Command) -> str:
    """Return the id of what a command is about, empty where it is about nothing but the caller."""
    named = (getattr(command, name, None) for name in _SUBJECTS)
    found = command.rule.id if isinstance(command, c.PutAlertRule) else next((one for one in named if one), "")
    return _told(found) if found else ""


def deed_of(command: c.Command) -> str:
    """Return what a lead's command asks for, or why an offer was declined, as ``name=value`` pairs, empty for all others."""
    match command:
        case c.Decline():
            pairs: dict[str, Any] = {"reason": command.reason}
        case c.Reassign():
            pairs = {"to_queue": command.to_queue, "to_agent": command.to_agent}
        case c.SetPriority():
            pairs = {"priority": command.priority}
        case c.Observe():
            pairs = {"on": int(command.is_on), "joined": int(command.is_joined)}
        case c.SetAgentPresence():
            pairs = {"state": command.state, "reason": command.reason}
        case c.LendAgent():
            pairs = {"queues": command.queues, "until": command.until}
        case c.SendBroadcast():
            pairs = {"teams": command.teams, "until": command.until, "urgent": int(command.is_urgent)}
        case c.PutAlertRule(rule=rule):
            pairs = {"measure": rule.measure, "threshold": rule.threshold, "clear_at": rule.clear_at}
            pairs |= {"for_s": rule.for_s, "queues": rule.queues, "active": int(rule.is_active)}
        case _:
            return ""
    return " ".join(f"{name}={_told(value)}" for name, value in pairs.items() if value not in (None, "", ()))[:_LONGEST]


def _told(value: Any) -> str:
    """Return a value where it is an id, a code, a number or an instant; anything else may be text."""
    if isinstance(value, tuple):
        return ",".join(_told(one) for one in value)
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    text = str(value)
    return text if isinstance(value, int | float) or _CODE.fullmatch(text) else "?"
