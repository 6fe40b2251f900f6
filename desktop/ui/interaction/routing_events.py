"""What happened to a contact on its way between people, in words: offers not taken, colleagues asked, calls agreed, what
leads did. Codes and values are the hub's; used by ``stream_words``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from desktop.ui.i18n import formats, reasons
from desktop.viewmodels.catalogue import Catalogue

translate = QCoreApplication.translate

ICONS: Final = {
    "declined": "decline",
    "not_answered": "timer",
    "overflowed": "queue",
    "reassigned": "transfer",
    "taken_over": "accept",
    "given_back": "accept",
    "priority_set": "flag",
    "observing": "eye",
    "observing_ended": "eye",
    "silent_observing": "eye",
    "silent_observing_ended": "eye",
    "consult_started": "help",
    "consult_ended": "help",
    "callback_scheduled": "call",
    "callback_due": "call",
    "agent_silent": "offline",
}
SAYS_WHO: Final = frozenset({"not_answered", "agent_silent", "given_back"})
"""Events whose words name who it was about already."""


def words(values: dict[str, str], catalogue: Catalogue, to: str) -> dict[str, str]:
    """Return the words of each event; ``to`` is the name of whom or what it went to."""
    who = values.get("agent", "") or catalogue.agent(values.get("agent_id"))
    former = catalogue.agent(values.get("from_agent")) or values.get("from_name", "")
    queue = catalogue.queue(values.get("from_queue"))
    reason = reasons.declined(values.get("reason", ""))
    read_along = (
        translate("stream", "Taking part") if values.get("joined") == "1" else translate("stream", "Reading along")
    )
    untold = translate("stream", "%1 (the agent is not told)")
    ended = translate("stream", "Reading along ended")
    return {
        "declined": translate("stream", "Declined: %1").replace("%1", reason)
        if reason
        else translate("stream", "Declined"),
        "not_answered": _named(translate("stream", "%1 did not answer"), to, translate("stream", "Not answered")),
        "overflowed": translate("stream", "Went on from %1 to %2").replace("%1", queue).replace("%2", to)
        if queue and to
        else translate("stream", "Went on to another queue"),
        "reassigned": _named(translate("stream", "Reassigned to %1"), to, translate("stream", "Reassigned")),
        "taken_over": _named(translate("stream", "Taken over from %1"), former, translate("stream", "Taken over")),
        "priority_set": translate("stream", "Priority %2 instead of %1")
        .replace("%1", values.get("from", ""))
        .replace("%2", values.get("to", "")),
        "observing": read_along,
        "observing_ended": ended,
        "silent_observing": untold.replace("%1", read_along),
        "silent_observing_ended": untold.replace("%1", ended),
        "consult_started": _named(
            translate("stream", "Question to %1"), to, translate("stream", "Question to a colleague")
        ),
        "consult_ended": _named(
            translate("stream", "Question to %1 ended"), to, translate("stream", "Question to a colleague ended")
        ),
        "callback_scheduled": _named(
            translate("stream", "Call-back agreed: %1"),
            " · ".join(part for part in (_when(values.get("at", "")), values.get("to", "")) if part),
            translate("stream", "Call-back agreed"),
        ),
        "callback_due": _named(
            translate("stream", "Time to call back %1"), values.get("to", ""), translate("stream", "Time to call back")
        ),
        "agent_silent": _named(
            translate("stream", "%1 lost the connection; somebody else takes over"),
            who,
            translate("stream", "The connection was lost; somebody else takes over"),
        ),
        "given_back": _named(
            translate("stream", "%1 is back and goes on"), who, translate("stream", "The agent is back and goes on")
        ),
    }


def _named(pattern: str, name: str, plain: str) -> str:
    return pattern.replace("%1", name) if name else plain


def _when(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    day, clock = formats.moment(at), formats.clock(at)
    return clock if day == clock else f"{day} {clock}"
