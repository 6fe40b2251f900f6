"""Customers as agents mend them: what the record says. Machines' facts come in by ``pushed``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import msgspec
from msgspec.structs import asdict, replace

from desktop.domain.changes import Table
from desktop.domain.commands import UpdateCustomer
from desktop.domain.customer import (
    ADDING,
    Consent,
    Customer,
    Identity,
    IdentityKind,
    PostalAddress,
    field_value,
    is_same_value,
)
from desktop.domain.merge import PLAIN
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.desk.work import Work
from desktop.insight import normalise
from desktop.insight.quality import findings
from desktop.wire.errors import Code
from desktop.wire.shapes import IdentityIn

ADDRESS: Final = tuple(f"address.{name}" for name in ("street", "postcode", "city", "country"))
_SHORT: Final = {"email": IdentityKind.EMAIL, "phone": IdentityKind.PHONE, "customer_no": IdentityKind.CUSTOMER_NO}
_LONGEST: Final = 300
_LONGEST_NAME: Final = 40
_MOST_IDENTITIES: Final = 50


async def save_customer(work: Work, customer: Customer) -> Customer:
    """Save a customer with what is wrong with the record looked at again."""
    fresh = replace(customer, updated_at=work.at)
    saved: Customer = await work.ledger.put(replace(fresh, quality=findings(fresh, work.at)))
    return saved


async def update_customer(work: Work, command: UpdateCustomer) -> None:
    found = await work.ledger.get(Table.CUSTOMER, command.customer_id)
    customer = await work.customer(command.customer_id)
    if found is not None and found.merged_into is not None:
        raise Refused(Code.CONFLICT, "the customer was merged into another", record=customer)
    disputed = _disputed(customer, command)
    if disputed:
        raise Refused(Code.CONFLICT, f"changed meanwhile: {', '.join(disputed)}", record=customer)
    changed = with_fields(work, customer, command.fields)
    if changed == customer:
        return
    if changed.name.strip() and changed.name != customer.name:
        changed = replace(changed, is_provisional=False)
    saved = await save_customer(work, changed)
    if saved.name != customer.name:
        await renamed(work, saved)


def _disputed(customer: Customer, command: UpdateCustomer) -> list[str]:
    """Return the fields that hold neither what the sender saw nor what they want. One whose ``before`` was not told is
    disputed as soon as the record is another version."""
    if command.version == customer.version or (command.version is None and not command.before):
        return []
    disputed = []
    for name, value in command.fields.items():
        current = field_value(customer, name)
        if name in ADDING or is_same_value(name, current, value):
            continue
        was_seen = name in command.before and is_same_value(name, current, command.before[name])
        if not was_seen and (name in command.before or command.version is not None):
            disputed.append(name)
    return sorted(name[:_LONGEST_NAME] for name in disputed)


async def renamed(work: Work, customer: Customer) -> None:
    """Interactions repeat the name for lists: open ones get the new one, and the latest of those closed."""
    for interaction in await work.ledger.interactions_of(customer.id, limit=50):
        if interaction.customer_name != customer.name:
            await work.save(replace(interaction, customer_name=customer.name))


def with_fields(work: Work, customer: Customer, fields: dict[str, Any]) -> Customer:
    """Return ``customer`` with ``fields`` set. Raises ``Refused(UNKNOWN_VALUE)`` for a field that cannot be set or a
    value that is none of its kind; the values themselves are not repeated."""
    if not fields:
        raise Refused(Code.BAD_REQUEST, "no fields")
    values: dict[str, Any] = {}
    address = asdict(customer.address) if customer.address is not None else {}
    identities = customer.identities
    for name, value in fields.items():
        if isinstance(value, str):
            value = " ".join(value.split())
            if len(value) > _LONGEST:
                raise Refused(Code.TOO_LARGE, f"{name} is too long")
        if name in PLAIN:
            values[name] = _plain(name, value)
        elif name in ADDRESS:
            address |= {
                name.partition(".")[2]: _read(name, value if value is not None else "", str),
                "checked_at": work.at,
            }
        elif name == "address":
            given = _read(name, value, PostalAddress | None)
            address = {} if given is None else {**asdict(given), "checked_at": work.at}
        elif name in _SHORT:
            identities = _with(identities, [_identity(work, _SHORT[name], _read(name, value, str))])
        elif name == "identities":
            given_ones = _read(name, value, list[IdentityIn])[:_MOST_IDENTITIES]
            identities = _kept(customer, [_identity(work, one.kind, one.value, one) for one in given_ones])
        elif name == "consents":
            values[name] = _read(name, value, tuple[Consent, ...])
        else:
            raise Refused(Code.UNKNOWN_VALUE, "no such field, or not one to be set")
    had = asdict(customer.address) if customer.address is not None else {}
    if address != had:
        values["address"] = _read("address", address, PostalAddress) if address else None
    if len(identities) > _MOST_IDENTITIES:
        raise Refused(Code.TOO_LARGE, "too many addresses")
    return replace(customer, identities=identities, **values)


def _plain(name: str, value: Any) -> Any:
    if name in ("since", "birth_date"):
        return None if value in (None, "") else _read(name, value, date)
    return _read(name, "" if value is None else value, str)


def _read(name: str, value: Any, kind: Any) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Refused(Code.UNKNOWN_VALUE, f"not a value for {name}") from error


def _identity(work: Work, kind: str, value: str, given: IdentityIn | None = None) -> Identity:
    """Return an address an agent typed. What cannot be one of its kind is refused: they can mend it at once."""
    if kind not in list(IdentityKind):
        raise Refused(Code.UNKNOWN_VALUE, "no such kind of address")
    made = normalise.identity(
        IdentityKind(kind),
        value,
        region=work.options.region,
        label=given.label[:_LONGEST] if given else "",
        source="agent",
        is_verified=given.is_verified if given else False,
    )
    if made is None:
        raise Refused(Code.UNKNOWN_VALUE, f"not a valid {kind}")
    return made


def _with(identities: tuple[Identity, ...], more: Iterable[Identity]) -> tuple[Identity, ...]:
    known = {(one.kind, one.normalised) for one in identities}
    return (*identities, *(one for one in more if (one.kind, one.normalised) not in known))


def _kept(customer: Customer, given: Iterable[Identity]) -> tuple[Identity, ...]:
    """A list replaces the addresses; one that was there before stays as it was known."""
    before = {(one.kind, one.normalised): one for one in customer.identities}
    chosen = {(one.kind, one.normalised): one for one in given}
    return tuple(
        replace(before[key], label=one.label or before[key].label) if key in before else one
        for key, one in chosen.items()
    )


async def must_exist(work: Work, id_: str) -> Customer:
    """Return a customer's own record, merged away or not. Raises ``Gone`` where there is none the caller may see."""
    found: Customer | None = await work.ledger.get(Table.CUSTOMER, id_)
    if found is None:
        raise Gone("no such customer")
    await work.customer(id_)
    return found
