"""What an account is set up with, as domain records: agents, inboxes and teams as queues, labels as dispositions, canned
responses as templates. Pure; called by ``feed`` and ``orders``.

Chatwoot has no dispositions. Its labels stand for them: wrapping up with one puts the label on and resolves. One more,
without a label, is always there, as a contact cannot be wrapped up without any.
"""

from __future__ import annotations

from typing import Final

from desktop.backends.chatwoot.fields import Row, number, text, words
from desktop.backends.chatwoot.names import Names
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role
from desktop.domain.channels import Channel
from desktop.domain.template import Disposition, Template

PRESENCES: Final = {
    "online": PresenceState.READY,
    "available": PresenceState.READY,
    "busy": PresenceState.AWAY,
    "offline": PresenceState.OFFLINE,
}
AVAILABILITIES: Final = {
    PresenceState.READY: "online",
    PresenceState.AWAY: "busy",
    PresenceState.NOT_RESPONDING: "busy",
    PresenceState.OFFLINE: "offline",
}
_CHANNELS: Final = {
    "Channel::WebWidget": Channel.CHAT,
    "Channel::Email": Channel.EMAIL,
    "Channel::Sms": Channel.SMS,
    "Channel::TwilioSms": Channel.SMS,
    "Channel::TwitterProfile": Channel.SOCIAL,
    "Channel::Voice": Channel.CALL,
}
# What canned responses call the fields that ours have too. The rest Chatwoot itself fills in when a message is sent.
_PLACEHOLDERS: Final = (("{{contact.name}}", "{customer}"), ("{{agent.name}}", "{agent}"))


def channel_of(channel_type: str, medium: str = "") -> Channel:
    """Return the channel of an inbox; what is not known by name is a messenger of some kind."""
    if medium == "whatsapp":
        return Channel.MESSENGER
    return _CHANNELS.get(channel_type, Channel.MESSENGER)


def agent(row: Row, names: Names) -> Agent:
    """Return a colleague, or the agent who is signed in."""
    told = text(row, "availability_status") or text(row, "availability")
    return Agent(
        id=names.agent(number(row, "id")),
        user=text(row, "email") or text(row, "uid"),
        name=text(row, "available_name") or text(row, "name"),
        role=Role.ADMIN if text(row, "role") == "administrator" else Role.AGENT,
        presence=Presence(state=PRESENCES.get(told, PresenceState.OFFLINE)),
        is_active=row.get("confirmed") is not False,
    )


def inbox(row: Row, names: Names) -> Queue:
    return Queue(
        id=names.inbox(number(row, "id")),
        names=_named(text(row, "name")),
        channels=(channel_of(text(row, "channel_type"), text(row, "medium")),),
        # A conversation stays in its inbox for good.
        can_receive=False,
    )


def team(row: Row, names: Names) -> Queue:
    return Queue(id=names.team(number(row, "id")), names=_named(text(row, "name")))


def template(row: Row, names: Names) -> Template:
    content = text(row, "content")
    for theirs, ours in _PLACEHOLDERS:
        content = content.replace(theirs, ours).replace(theirs.replace("{{", "{{ ").replace("}}", " }}"), ours)
    shortcut = text(row, "short_code")
    return Template(
        id=names.template(number(row, "id")), shortcut=shortcut, titles=_named(shortcut), texts=_named(content)
    )


def disposition(row: Row, names: Names) -> Disposition:
    title = text(row, "title")
    return Disposition(id=names.disposition(title), titles=_named(title))


def resolved(names: Names) -> Disposition:
    """Return how a contact ends that gets no label."""
    return Disposition(id=names.disposition(""), titles={"en": "Resolved", "de": "Erledigt"})


def labels(row: Row) -> list[str]:
    """Return the labels of a conversation or contact."""
    return [one for one in words(row, "labels") if one]


def _named(name: str) -> dict[str, str]:
    # It is what somebody there wrote, in whatever language they speak.
    return {"en": name, "de": name}
