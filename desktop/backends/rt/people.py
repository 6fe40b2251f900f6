"""Edits of a customer, carried over to RT's user. Who may not administer users there cannot, and is told so."""

from __future__ import annotations

import time
from typing import Any, Final

from desktop.backends.base import Refused
from desktop.backends.rt import records
from desktop.backends.rt.api import RtApi
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.reader import upsert
from desktop.backends.rt.shapes import User, instant
from desktop.domain.commands import UpdateCustomer
from desktop.domain.customer import Customer, field_value, is_same_value
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError

_FIELDS: Final = {
    "name": "RealName",
    "language": "Lang",
    "address.street": "Address1",
    "address.postcode": "Zip",
    "address.city": "City",
    "address.country": "Country",
}
_PHONES: Final = (("mobile_phone", "MobilePhone"), ("work_phone", "WorkPhone"), ("home_phone", "HomePhone"))


class People:
    """Changes users."""

    def __init__(self, api: RtApi, naming: Naming) -> None:
        self._api = api
        self._naming = naming

    async def update(self, command: UpdateCustomer) -> CommandAnswer:
        """Change a user, unless a field of it is not as it was when the agent changed it."""
        user, etag = await self._read(command)
        current = records.customer(user, self._naming)
        body = _body(command, user)
        if self._is_done(command, current):
            return _applied(current)
        for name in command.fields:
            if name in command.before and not is_same_value(name, command.before[name], field_value(current, name)):
                return _conflict(current)
        try:
            said = await self._api.change("PUT", f"user/{user.id}", body, etag=etag)
        except Refused as refused:
            if refused.status != 412:
                raise
            user, _ = await self._read(command)
            return _conflict(records.customer(user, self._naming))
        user, _ = await self._read(command)
        changed = records.customer(user, self._naming)
        if not self._is_done(command, changed):
            raise Refused(Code.FORBIDDEN, detail="; ".join(said.sentences))
        return _applied(changed)

    async def look_up(self, command: UpdateCustomer) -> CommandAnswer | None:
        """Return the customer where all of the change is there."""
        user, _ = await self._read(command)
        current = records.customer(user, self._naming)
        return _applied(current) if self._is_done(command, current) else None

    async def _read(self, command: UpdateCustomer) -> tuple[User, str]:
        number = self._naming.number(command.customer_id)
        user, etag = await self._api.marked(User, f"user/{number}")
        if instant(user.last_updated) is None:
            # Of others RT tells only who may administer users when they were changed.
            raise Refused(Code.FORBIDDEN)
        return user, etag

    @staticmethod
    def _is_done(command: UpdateCustomer, current: Customer) -> bool:
        known = {identity.value for identity in current.identities}
        return all(
            value in known if name in ("email", "phone") else is_same_value(name, value, field_value(current, name))
            for name, value in command.fields.items()
        )


def _body(command: UpdateCustomer, user: User) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, value in command.fields.items():
        if name in _FIELDS and (value is None or isinstance(value, str)):
            body[_FIELDS[name]] = value or ""
        elif name == "email" and isinstance(value, str) and user.email_address in ("", None, value):
            body["EmailAddress"] = value
        elif name == "phone" and isinstance(value, str):
            free = next((theirs for ours, theirs in _PHONES if getattr(user, ours) in ("", None, value)), None)
            if free is None:
                raise Refused("unsupported")
            body[free] = value
        else:
            raise Refused("unsupported")
    return body


def _applied(current: Customer) -> CommandAnswer:
    return CommandAnswer(outcome="applied", changes=[_read_now(current)])


def _conflict(current: Customer) -> CommandAnswer:
    return CommandAnswer(outcome="refused", changes=[_read_now(current)], error=CommandError(code=Code.CONFLICT))


def _read_now(current: Customer) -> Change:
    # RT dates changes by the second: of two within one, what was read last counts.
    return upsert(time.time_ns() // 1_000_000, current)
