"""Ids here and there: what a number of Chatwoot is called in the store, and back. Pure; called by the whole package."""

from __future__ import annotations

from typing import Final

from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId, RecordId

_INBOX: Final = "inbox-"
_TEAM: Final = "team-"
_LABEL: Final = "label-"
_FILE: Final = "file-"
_LONGEST: Final = 18


class Names:
    """``key`` is the account's short key, empty for the first account of a desk; ``me`` is what the desk calls the agent
    who is signed in, ``user`` their number at Chatwoot (0: not known yet)."""

    def __init__(self, key: str, me: AgentId | None) -> None:
        self._prefix = f"{key}~" if key else ""
        self._me = me
        self.user = 0

    def interaction(self, conversation: int) -> InteractionId:
        return InteractionId(f"{self._prefix}{conversation}")

    def message(self, message: int) -> MessageId:
        return MessageId(f"{self._prefix}{message}")

    def customer(self, contact: int) -> CustomerId:
        return CustomerId(f"{self._prefix}{contact}")

    def agent(self, user: int) -> AgentId:
        """Return an agent's id; the one who is signed in has that of the desk."""
        return self._me if self._me is not None and user == self.user else AgentId(f"{self._prefix}{user}")

    def inbox(self, inbox: int) -> QueueId:
        return QueueId(f"{self._prefix}{_INBOX}{inbox}")

    def team(self, team: int) -> QueueId:
        return QueueId(f"{self._prefix}{_TEAM}{team}")

    def case(self, conversation: int) -> RecordId:
        """Return the id of the record that tells a conversation's attributes."""
        return RecordId(f"{self._prefix}conversation-{conversation}")

    def profile(self, contact: int) -> RecordId:
        """Return the id of the record that tells a contact's attributes."""
        return RecordId(f"{self._prefix}contact-{contact}")

    def template(self, canned: int) -> str:
        return f"{self._prefix}canned-{canned}"

    def disposition(self, label: str) -> str:
        """Return the disposition that stands for a label; no label: simply resolved."""
        return f"{self._prefix}{_LABEL}{label}" if label else f"{self._prefix}resolved"

    def file(self, conversation: int, message: int, attachment: int) -> str:
        """Return what stands where the desk has a SHA-256: Chatwoot tells none."""
        return f"{self._prefix}{_FILE}{conversation}-{message}-{attachment}"

    def file_of(self, place: str) -> tuple[int, int, int] | None:
        """Return conversation, message and number of a file."""
        bare = self._bare(place)
        parts = [_number(one) for one in bare.removeprefix(_FILE).split("-")]
        if not bare.startswith(_FILE) or len(parts) != 3:
            return None
        conversation, message, attachment = parts
        if conversation is None or message is None or attachment is None:
            return None
        return conversation, message, attachment

    def number_of(self, id_: str) -> int | None:
        """Return the number of a conversation, message or contact, ``None`` where the id is not one of this account."""
        return _number(self._bare(id_))

    def user_of(self, id_: str) -> int | None:
        """Return the number of an agent."""
        return self.user or None if self._me is not None and id_ == self._me else _number(self._bare(id_))

    def inbox_of(self, id_: str) -> int | None:
        return _after(self._bare(id_), _INBOX)

    def team_of(self, id_: str) -> int | None:
        return _after(self._bare(id_), _TEAM)

    def label_of(self, disposition: str) -> str:
        """Return the label a disposition stands for, empty where for none."""
        bare = self._bare(disposition)
        return bare[len(_LABEL) :] if bare.startswith(_LABEL) else ""

    def _bare(self, id_: str) -> str:
        return id_[len(self._prefix) :] if id_.startswith(self._prefix) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else None


def _after(text: str, start: str) -> int | None:
    return _number(text[len(start) :]) if text.startswith(start) else None
