"""The channels a customer may come by, and what is true of each whoever runs it."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """A way a customer reaches the company. ``WEB`` and ``SHOP`` only ever yield touchpoints, the others interactions."""

    CALL = "call"
    EMAIL = "email"
    CHAT = "chat"
    MESSENGER = "messenger"
    IN_APP = "in_app"
    VIDEO = "video"
    SMS = "sms"
    SOCIAL = "social"
    WEB = "web"
    SHOP = "shop"

    @property
    def is_live(self) -> bool:
        """Whether the customer is waiting at the other end this very moment."""
        return self in (Channel.CALL, Channel.CHAT, Channel.VIDEO)

    @property
    def is_spoken(self) -> bool:
        """Whether words are spoken rather than written, so that there is nothing to type a reply into."""
        return self in (Channel.CALL, Channel.VIDEO)

    @property
    def is_interaction(self) -> bool:
        """Whether a contact on this channel can be worked by an agent."""
        return self not in (Channel.WEB, Channel.SHOP)


def parse_channel(text: str) -> Channel:
    """Return the channel named ``text``; ``in-app`` is taken for ``in_app``. Raises ``ValueError`` for an unknown one."""
    return Channel(text.strip().lower().replace("-", "_"))
