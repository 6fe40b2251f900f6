"""What a row of the inbox says, in words: for the delegate, the tooltip and the screen reader alike."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.domain.ids import AgentId
from desktop.domain.interaction import Author, Interaction, InteractionState
from desktop.ui.i18n import formats, words
from desktop.viewmodels.inbox import Header, InboxRow, InboxView

translate = QCoreApplication.translate


def view_title(view: InboxView) -> str:
    """Return the name of a list of the inbox."""
    return {
        InboxView.MINE: translate("inbox", "My work"),
        InboxView.QUEUES: translate("inbox", "Queues"),
        InboxView.WAITING: translate("inbox", "Waiting for customer"),
        InboxView.SNOOZED: translate("inbox", "Snoozed"),
        InboxView.CLOSED: translate("inbox", "Closed"),
        InboxView.OFFERS: translate("inbox", "Offers"),
    }[view]


def header_title(header: Header) -> str:
    """Return the line above a part of My work."""
    return translate("inbox", "In progress") if header.view is InboxView.MINE else view_title(header.view)


def who(row: Interaction) -> str:
    """Return the customer's name; an unknown one by the address they came from, or as unknown."""
    return row.customer_name or row.from_address or translate("inbox", "Unknown customer")


def last_words(row: Interaction, me: AgentId | None = None) -> str:
    """Return the line under the name: what was last said, and by whom where it was not the customer. ``me`` tells my own
    words from a colleague's."""
    if row.state is InteractionState.WRAP_UP:
        return translate("inbox", "Wrap-up: the outcome is still open")
    text = " ".join((row.last_text or row.subject or "").split())
    if not text:
        return words.channel(row.channel)
    if row.last_author is Author.AGENT:
        is_mine = me is None or row.assignee == me
        said = translate("inbox", "You: %1") if is_mine else translate("inbox", "Colleague: %1")
        return said.replace("%1", text)
    return text


def pill(row: InboxRow, now: datetime) -> tuple[str, str, str]:
    """Return the clock of a row as (text, kind, icon): grey, amber under a quarter of the time, red when late."""
    interaction = row.interaction
    if interaction.state is InteractionState.SNOOZED and interaction.callback_at:
        day, clock = formats.moment(interaction.callback_at, now), formats.clock(interaction.callback_at)
        return day if day == clock else f"{day} {clock}", "accent", "call"
    if interaction.state is InteractionState.SNOOZED and interaction.snoozed_until:
        return formats.moment(interaction.snoozed_until, now), "neutral", "snooze"
    if interaction.state is InteractionState.WRAP_UP and interaction.wrap_up_at:
        return formats.ticking((now - interaction.wrap_up_at).total_seconds()), "accent", "wrap_up"
    if interaction.state in (InteractionState.CLOSED, InteractionState.ABANDONED, InteractionState.WAITING):
        return "", "neutral", ""
    if interaction.due_at is None:
        if row.unread:
            return translate("inbox", "%n new", None, row.unread), "accent", ""
        return "", "neutral", ""
    left = (interaction.due_at - now).total_seconds()
    if left < 0:
        return translate("inbox", "%1 late").replace("%1", formats.span(left)), "bad", "clock"
    return formats.span(left), "warn" if words.is_short(interaction, now) else "neutral", "clock"


def describe(entry: InboxRow | Header, now: datetime, me: AgentId | None = None, account: str = "") -> str:
    """Return a row as one sentence for the screen reader; ``account`` is its account's name, where that is said."""
    if isinstance(entry, Header):
        return f"{header_title(entry)}, {entry.total}"
    row = entry.interaction
    parts = [who(row), words.channel(row.channel), words.state(row.state), last_words(row, me)]
    clock, kind, icon = pill(entry, now)
    if icon == "clock" and kind != "bad":
        parts.append(translate("inbox", "answer in %1").replace("%1", clock))
    elif icon == "call":
        parts.append(translate("inbox", "call back %1").replace("%1", clock))
    elif icon:
        parts.append(clock)
    if row.mood is not None:
        parts.append(words.mood(row.mood)[0])
    if entry.unread:
        parts.append(translate("inbox", "%n new", None, entry.unread))
    if entry.has_draft:
        parts.append(translate("inbox", "draft"))
    parts.append(account)
    return ", ".join(part for part in parts if part)
