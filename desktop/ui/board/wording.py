"""Names of the numbers of a board, of the lists behind them, and of the state an agent is in."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.interaction import InteractionState
from desktop.ui.charts.ages import age_name
from desktop.ui.i18n import formats, words
from desktop.viewmodels.board import HALF_HOUR, AgentFigures, BoardViewModel, ContactFigures, ContactsFilter, Figure

translate = QCoreApplication.translate

NOTHING = "–"


def figure(value: Figure | None) -> str:
    """Return the name of the contacts that a number counts."""
    names = {
        Figure.WAITING: translate("board", "Waiting"),
        Figure.ACTIVE: translate("board", "In progress"),
        Figure.IN_HAND: translate("board", "In hand"),
        Figure.ARRIVALS: translate("board", "Arrived today"),
        Figure.ANSWERED: translate("board", "Answered today"),
        Figure.ABANDONED: translate("board", "Abandoned today"),
        Figure.DUE: translate("board", "Service level today"),
        Figure.IN_TIME: translate("board", "Answered in time today"),
        Figure.LATE: translate("board", "Late today"),
        Figure.DUE_NOW: translate("board", "Service level of the last half hour"),
        Figure.IN_TIME_NOW: translate("board", "In time in the last half hour"),
        Figure.LATE_NOW: translate("board", "Late in the last half hour"),
        Figure.HANDLED: translate("board", "Handled today"),
        Figure.DECLINED: translate("board", "Declined today"),
        Figure.MISSED: translate("board", "Missed today"),
    }
    return names[value] if value is not None else translate("board", "Contacts")


def listed(board: BoardViewModel, which: ContactsFilter) -> str:
    """Return the title of the list of contacts behind a number: Technical support · Waiting · 1 min to 5 min."""
    agent = board.agent(which.agent)
    parts = [board.queue_name(which.queue) if which.queue else "", agent.name if agent else "", figure(which.figure)]
    if which.channel is not None:
        parts.append(words.channel(which.channel))
    if which.age is not None:
        parts.append(age_name(which.age))
    if which.start is not None:
        parts.append(f"{formats.clock(which.start)}–{formats.clock(which.start + HALF_HOUR)}")
    return " · ".join(part for part in parts if part)


def share(value: float | None) -> str:
    """Return a share, or a dash where nothing was counted."""
    return NOTHING if value is None else formats.percent(value)


def level_tone(level: float | None, target: float | None) -> str:
    """Return the colour of a service level: good at its target, a warning just below it, bad further down."""
    if level is None or target is None:
        return "muted"
    return "good" if level >= target else "warn" if level >= target - 0.1 else "bad"


def wait_tone(seconds: float) -> str:
    """Return the colour of a wait: quiet up to two minutes, then a warning, from five on bad."""
    return "" if seconds < 120 else "warn" if seconds < 300 else "bad"


def who(contact: ContactFigures) -> str:
    """Return what to call the customer of a contact."""
    if contact.customer_name:
        return contact.customer_name
    if contact.queue is None and contact.customer_id is None:
        return translate("board", "A contact of another team")
    return translate("board", "Unknown customer")


def contact_state(value: InteractionState) -> str:
    """Return the state of a contact as briefly as a pill needs it."""
    return translate("board", "Waiting") if value is InteractionState.QUEUED else words.state(value)


def agent_state(agent: AgentFigures) -> tuple[str, str, datetime | None]:
    """Return what an agent does in a word, its colour, and since when."""
    presence, contacts = agent.presence, agent.contacts
    state = presence.state
    if agent.is_silent and state is not PresenceState.OFFLINE:
        return translate("board", "No sign of life"), "bad", presence.since
    if state is PresenceState.NOT_RESPONDING:
        return words.presence(state), "bad", presence.since
    if contacts and state is not PresenceState.OFFLINE:
        talking = [c for c in contacts if c.channel.is_spoken and c.state is InteractionState.ACTIVE]
        if talking:
            return translate("board", "On a call"), "accent", min(c.since for c in talking)
        if all(c.state is InteractionState.OFFERED for c in contacts):
            return words.state(InteractionState.OFFERED), "accent", min(c.since for c in contacts)
        after = [c for c in contacts if c.state is InteractionState.WRAP_UP]
        if len(after) == len(contacts):
            return words.state(InteractionState.WRAP_UP), "warn", min(c.since for c in after)
        if state is PresenceState.READY:
            return translate("board", "At work"), "accent", presence.since
    if state is PresenceState.READY:
        return words.presence(state), "good", presence.since
    return words.presence(state, presence.reason), "neutral", presence.since


def in_hand(agent: AgentFigures) -> str:
    """Return what an agent has in hand, by channel: 1 chat, 2 e-mails."""
    return ", ".join(f"{count} {words.channel(Channel(name))}" for name, count in agent.load.items() if count)
