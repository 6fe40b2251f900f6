"""What each channel can carry, whoever runs it. The desk asks before it takes a reply, the window before one is written."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from desktop.domain.channels import Channel
from desktop.domain.customer import IdentityKind


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a channel can carry: ``max_length`` in characters, ``address`` the kinds of identity it can reach,
    ``needs_consent`` the purpose a customer may refuse. ``has_typing``: it tells while somebody types."""

    can_send: bool = True
    max_length: int = 100_000
    has_attachments: bool = True
    has_subject: bool = False
    has_markdown: bool = False
    has_read_receipts: bool = False
    has_typing: bool = False
    is_live: bool = False
    address: tuple[IdentityKind, ...] = (IdentityKind.HANDLE,)
    needs_consent: str = ""


_SILENT: Final = Capabilities(can_send=False, has_attachments=False, max_length=0, address=())

CAPABILITIES: Final[dict[Channel, Capabilities]] = {
    Channel.EMAIL: Capabilities(
        max_length=1_000_000, has_subject=True, address=(IdentityKind.EMAIL,), needs_consent="email"
    ),
    Channel.CHAT: Capabilities(
        max_length=20_000,
        has_markdown=True,
        has_read_receipts=True,
        has_typing=True,
        is_live=True,
        address=(IdentityKind.HANDLE, IdentityKind.CUSTOMER_NO, IdentityKind.EMAIL),
    ),
    Channel.MESSENGER: Capabilities(
        max_length=4096,
        has_markdown=True,
        has_read_receipts=True,
        has_typing=True,
        address=(IdentityKind.PHONE, IdentityKind.HANDLE),
        needs_consent="messenger",
    ),
    Channel.IN_APP: Capabilities(
        max_length=10_000,
        has_markdown=True,
        has_read_receipts=True,
        has_typing=True,
        address=(IdentityKind.CUSTOMER_NO, IdentityKind.HANDLE),
        needs_consent="in_app",
    ),
    Channel.SMS: Capabilities(
        max_length=1530, has_attachments=False, address=(IdentityKind.PHONE,), needs_consent="sms"
    ),  # 1530: ten parts of 153 (3GPP TS 23.038)
    Channel.SOCIAL: Capabilities(max_length=10_000, needs_consent="social"),
    Channel.CALL: Capabilities(can_send=False, is_live=True, max_length=0, address=(IdentityKind.PHONE,)),
    Channel.VIDEO: Capabilities(can_send=False, is_live=True, max_length=0, address=()),
    Channel.WEB: _SILENT,
    Channel.SHOP: _SILENT,
}


def capabilities_of(channel: Channel) -> Capabilities:
    """Return what ``channel`` can carry."""
    return CAPABILITIES[channel]
