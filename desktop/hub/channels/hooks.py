"""Accounts that are called from outside: gateways and apps that hand in what customers write by a request to the hub. Any
process of the hub takes a call, whichever runs the account. Who may call is decided by the account's receiver, which looks
at where a call comes from before its body is read; who is wrong too often has to wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct, ValidationError

from desktop.hub.auth.denial import Denied
from desktop.hub.channels import kinds
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.addresses import address_of, is_within
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.secrets import NoSecret
from desktop.hub.channels.webchat.limits import Brakes, Pace
from desktop.wire.errors import Code

if TYPE_CHECKING:
    from desktop.hub.blobs import Blobs
    from desktop.hub.channels.supervisor import Supervisor
    from desktop.hub.desk.desk import Desk

LARGEST: Final = 16 * 1024 * 1024
_WRONG: Final = Pace(20, 3.0)


class Knock(Struct, frozen=True, kw_only=True):
    """A call before its body: ``what`` is the last part of its address, names of ``headers`` are in lower case."""

    method: str
    what: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    address: str


class HookAnswer(Struct, frozen=True, kw_only=True):
    """What the caller is told."""

    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    status: int = 200


class Receiver(Protocol):
    """Takes calls for one account. ``networks`` are from where (any, where it is empty), ``proxies`` whose word about that
    is believed, ``largest`` how many bytes a body may have."""

    networks: tuple[str, ...]
    proxies: tuple[str, ...]
    largest: int

    def admit(self, knock: Knock) -> None:
        """Look at a call before its body is read. Raises ``Denied``."""
        ...

    async def take(self, knock: Knock, body: bytes) -> HookAnswer:
        """Take what a call brings. Raises ``Denied``, ``Refused``."""
        ...


class Hooks:
    """One for each process of the hub."""

    def __init__(self, channels: Supervisor, desk: Desk, blobs: Blobs, base: Path) -> None:
        self._channels = channels
        self._desk = desk
        self._blobs = blobs
        self._base = base
        self._receivers: dict[str, tuple[Account, Receiver | None]] = {}
        self._brakes = Brakes()

    async def take(
        self, name: str, knock: Knock, forwarded: str, read: Callable[[int], Awaitable[bytes]]
    ) -> HookAnswer:
        """Take a call for an account; ``read`` returns the body, or raises where it has more bytes than it is given. Raises
        ``Denied`` and ``Refused``."""
        receiver = await self._receiver(name)
        if receiver is None:
            raise Denied(Code.NOT_FOUND, "There is no such account.")
        address = address_of(knock.address, forwarded, receiver.proxies)
        try:
            if not is_within(address, receiver.networks):
                raise Denied(Code.FORBIDDEN, "Not from there.")
            receiver.admit(knock)
            return await receiver.take(knock, await read(receiver.largest))
        except Denied as denied:
            if denied.code in (Code.FORBIDDEN, Code.UNAUTHENTICATED):
                self._brakes.take("hook", address, _WRONG)
            raise

    async def _receiver(self, name: str) -> Receiver | None:
        account = next((one for one in self._channels.accounts() if one.name == name and one.is_active), None)
        if account is None:
            return None
        known = self._receivers.get(name)
        if known is None or known[0] != account:
            intake = Intake(account, self._desk, self._blobs, self._channels.signals)
            try:
                receiver = await asyncio.to_thread(kinds.receiver_of, account, intake, self._base)
            except (NoSecret, ValidationError):
                raise Denied(Code.UNAVAILABLE, "The account is wrongly set up.") from None
            known = self._receivers[name] = (account, receiver)
        return known[1]
