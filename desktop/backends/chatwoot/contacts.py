"""Commands about customers: a changed contact, two made one. Called by ``orders``."""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from desktop.backends.base import Refused
from desktop.backends.chatwoot import records
from desktop.backends.chatwoot.fields import Row, number, part, text
from desktop.backends.chatwoot.reader import Reader
from desktop.domain.commands import Command, MergeCustomers, UpdateCustomer
from desktop.domain.customer import Customer, field_value, is_same_value
from desktop.domain.ids import CustomerId
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError

_FIELDS: Final = {
    "name": "name",
    "email": "email",
    "phone": "phone_number",
    "customer_no": "identifier",
    "number": "identifier",
}
_EXTRA: Final = {"address.city": "city", "address.country": "country"}


class Contacts:
    """Changes the contacts of one account."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._client = reader.client

    async def update(self, command: UpdateCustomer) -> CommandAnswer:
        """Change fields of a contact, unless somebody else changed them meanwhile."""
        native = self._number(command.customer_id)
        unknown = [name for name in command.fields if name not in _FIELDS and name not in _EXTRA]
        if unknown:
            return _refused("unsupported")
        row = await self._contact(native)
        known = records.customer(row, self._reader.names)
        for name, before in command.before.items():
            if name in command.fields and not is_same_value(name, _held(known, row, name), before):
                return _refused(Code.CONFLICT, self._reader.contact(row))
        body: dict[str, Any] = {_FIELDS[n]: value for n, value in command.fields.items() if n in _FIELDS}
        extra = {_EXTRA[n]: value for n, value in command.fields.items() if n in _EXTRA}
        if extra:
            body["additional_attributes"] = {**part(row, "additional_attributes"), **extra}
        await self._client.put("PUT", await self._client.path("contacts", native), body)
        return CommandAnswer(outcome="applied", changes=self._reader.contact(await self._contact(native)))

    async def merge(self, command: MergeCustomers) -> CommandAnswer:
        """Fold a contact into another. Chatwoot takes over what the other lacks, which cannot be chosen and not undone."""
        base, merged = self._number(command.customer_id), self._number(command.merged_id)
        if base == merged:
            return _refused(Code.BAD_REQUEST)
        gone = await self._contact(merged)
        path = await self._client.path("actions", "contact_merge")
        await self._client.put("POST", path, {"base_contact_id": base, "mergee_contact_id": merged})
        return await self._merged(base, gone)

    async def look_up(self, command: Command) -> CommandAnswer | None:
        """Return what became of a merge: where the other is not there any more, it was done."""
        if not isinstance(command, MergeCustomers):
            return None
        base, merged = self._number(command.customer_id), self._number(command.merged_id)
        try:
            await self._contact(merged)
        except Refused as refused:
            if refused.code != Code.NOT_FOUND:
                raise
            return await self._merged(base, {"id": merged})
        return None

    async def _merged(self, base: int, gone: Row) -> CommandAnswer:
        names, ledger = self._reader.names, self._reader.ledger
        changes: list[Change] = self._reader.contact(await self._contact(base))
        # Not deleted: what was theirs is the other's now, and must not be forgotten.
        pointer = replace(records.customer(gone, names), merged_into=names.customer(base), identities=())
        changes.append(ledger.told(pointer, self._client.clock.now()))
        return CommandAnswer(outcome="applied", changes=changes)

    async def _contact(self, native: int) -> Row:
        found = part(await self._client.get(await self._client.path("contacts", native)), "payload")
        if number(found, "id") != native:
            raise Refused(Code.NOT_FOUND)
        return found

    def _number(self, customer_id: CustomerId) -> int:
        native = self._reader.names.number_of(customer_id)
        if native is None:
            raise Refused(Code.NOT_FOUND)
        return native


def _held(known: Customer, row: Row, name: str) -> Any:
    """Return what a field of a command holds now."""
    if name in ("email", "phone", "customer_no"):
        return text(row, _FIELDS[name])
    return field_value(known, name)


def _refused(code: str, changes: list[Change] | None = None) -> CommandAnswer:
    return CommandAnswer(outcome="refused", changes=changes or [], error=CommandError(code=code))
