"""What an adapter is, and how it says that something did not go out."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from desktop.domain.capabilities import CAPABILITIES, Capabilities, capabilities_of
from desktop.domain.interaction import Delivery, Interaction, Message
from desktop.hub.channels.accounts import Account

__all__ = [
    "CAPABILITIES",
    "Adapter",
    "Capabilities",
    "ChannelDown",
    "DeliveryFailed",
    "NotNow",
    "Outgoing",
    "Sent",
    "Unclear",
    "capabilities_of",
]


class Outgoing(Struct, frozen=True, kw_only=True):
    """One message on its way to a customer at the address ``to``. ``attempt`` counts from 1."""

    message: Message
    to: str
    interaction: Interaction
    attempt: int = 1


class Sent(Struct, frozen=True, kw_only=True):
    """A message was handed on; ``external_id`` is what the channel calls it."""

    external_id: str = ""
    delivery: Delivery = Delivery.SENT


class Adapter(Protocol):
    """One account of one channel, made by its kind (``kinds``) and kept going by the ``supervisor``. What comes in, it hands
    to the ``Intake`` it was made with; the same thing twice does no harm there, so that it hands on first and takes note
    at the other end afterwards."""

    account: Account
    capabilities: Capabilities

    async def run(self) -> None:
        """Receive until cancelled. Raises ``ChannelDown`` where the other end is away: it is begun again later."""
        ...

    async def send(self, out: Outgoing) -> Sent:
        """Hand a message on. Raises ``DeliveryFailed`` where it never will be, ``NotNow`` where later it may, and
        ``ChannelDown`` or ``OSError`` where nobody knows whether it was."""
        ...

    async def find_sent(self, out: Outgoing) -> Sent | None:
        """Look for a message whose handing on was cut off. ``None``: it was not handed on, or handing it on again does no
        harm. Raises ``Unclear`` where the channel cannot tell."""
        ...


class DeliveryFailed(Exception):
    """The channel will not deliver a message; ``reason`` is a code the window puts into words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotNow(Exception):
    """The channel asks to try again, after ``after_s`` seconds where it says so. ``reason`` is a code."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s


class Unclear(Exception):
    """Nobody can find out whether a message went out: a person has to decide."""


class ChannelDown(Exception):
    """The other end of an account cannot be had; ``reason`` is a code, never what the other end said. With ``is_final``
    trying again is of no use until somebody has put it right."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_final = is_final
