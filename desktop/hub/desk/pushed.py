"""Customers and business records as other systems know them. What a source said is kept beside the record, so that its
next word replaces its last one and leaves alone what others said."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId, RecordId, new_id
from desktop.domain.record import BusinessRecord
from desktop.hub.desk.customers import renamed, save_customer
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, derived_id
from desktop.insight import normalise
from desktop.wire.errors import Code
from desktop.wire.shapes import CustomerIn, IdentityIn, RecordIn

_TEXTS: Final = ("name", "number", "given_name", "family_name", "language", "segment")
_LONGEST: Final = 300
_LARGEST: Final = 2**53


class Said(Struct, frozen=True, kw_only=True):
    """Which customer a source's key is, and what the source said last."""

    customer_id: CustomerId
    body: CustomerIn


def _key(source: str, key: str) -> str:
    return f"customer:{derived_id(source, key)}"


async def put_customer(work: Work, source: str, key: str, body: CustomerIn) -> Customer:
    """Take in what a source knows. The customer is found by the source's key, else by number, else by an address that
    only a made-up customer has; else it is a new one. Raises ``Refused(UNKNOWN_VALUE)`` for a value of no use."""
    dates = {"since": _date("since", body.since), "birth_date": _date("birth_date", body.birth_date)}
    if abs(body.value_cents) > _LARGEST:
        raise Refused(Code.UNKNOWN_VALUE, "value_cents is too large")
    identities = tuple(_identity(work, source, one) for one in body.identities)
    said = await _said(work, source, key)
    customer = await _customer(work, source, key, body, identities, said)
    last = said.body if said is not None else CustomerIn()
    values: dict[str, Any] = {}
    for name in _TEXTS:
        text = " ".join(getattr(body, name).split())[:_LONGEST]
        if text or (getattr(last, name) and getattr(customer, name) == getattr(last, name)):
            values[name] = text
    for name, value in dates.items():
        if value is not None or getattr(last, name):
            values[name] = value
    if body.value_cents or last.value_cents:
        values |= {"value_cents": body.value_cents, "currency": body.currency or "EUR"}
    if body.address is not None or (last.address is not None and customer.address == last.address):
        values["address"] = body.address
    values["identities"] = _with_identities(customer, identities, source, values.get("number", customer.number))
    values["consents"] = _with_consents(customer, body.consents, source)
    values["sources"] = {**customer.sources, source: key}
    changed = replace(customer, **values)
    if changed.name:
        changed = replace(changed, is_provisional=False)
    await work.ledger.set_note(
        _key(source, key), msgspec.json.encode(Said(customer_id=customer.id, body=body)).decode()
    )
    if changed == customer and customer.version:
        return customer
    saved = await save_customer(work, changed)
    if customer.version and saved.name != customer.name:
        await renamed(work, saved)
    return saved


async def _said(work: Work, source: str, key: str) -> Said | None:
    kept = await work.ledger.note(_key(source, key))
    return None if kept is None else msgspec.json.decode(kept, type=Said)


async def _customer(
    work: Work, source: str, key: str, body: CustomerIn, identities: tuple[Identity, ...], said: Said | None
) -> Customer:
    if said is not None:
        found = await work.ledger.customer(said.customer_id)
        if found is not None:
            return found
    if body.number.strip():
        same = await work.ledger.by_identity(_number_keys(body.number))
        if len(same) == 1 and same[0].sources.get(source, key) == key:
            return same[0]
    keys = [(one.kind, one.normalised) for one in identities if one.normalised]
    made_up = [one for one in await work.ledger.by_identity(keys) if one.is_provisional]
    if len(made_up) == 1:
        return made_up[0]
    return Customer(id=CustomerId(new_id()), created_at=work.at)


def _number_keys(number: str) -> set[tuple[IdentityKind, str]]:
    """A customer number is found as it is written and in its bare form."""
    written = number.strip()
    return {(IdentityKind.CUSTOMER_NO, one) for one in (written, normalise.customer_no(written)) if one}


def _date(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError as error:
        raise Refused(Code.UNKNOWN_VALUE, f"{name} is no date (YYYY-MM-DD)") from error


def _identity(work: Work, source: str, given: IdentityIn) -> Identity:
    """Return an address as it is kept. One that cannot be of its kind is kept as given, to be mended: what a CRM holds
    is wrong often enough."""
    if given.kind not in list(IdentityKind):
        raise Refused(Code.UNKNOWN_VALUE, "no such kind of address")
    kind = IdentityKind(given.kind)
    label = given.label[:_LONGEST]
    made = normalise.identity(
        kind, given.value, region=work.options.region, label=label, source=source, is_verified=given.is_verified
    )
    return made or Identity(kind=kind, value=given.value.strip()[:_LONGEST], normalised="", label=label, source=source)


def _with_identities(customer: Customer, given: tuple[Identity, ...], source: str, number: str) -> tuple[Identity, ...]:
    others = [one for one in customer.identities if one.source != source]
    known = {(one.kind, one.normalised) for one in others if one.normalised}
    fresh = {(one.kind, one.normalised or one.value): one for one in given}
    if number and (bare := normalise.customer_no(number)) and bare != number:
        # The number is looked up in its bare form.
        fresh.setdefault(
            (IdentityKind.CUSTOMER_NO, bare),
            Identity(kind=IdentityKind.CUSTOMER_NO, value=number, normalised=bare, source=source, is_verified=True),
        )
    return (*others, *(one for one in fresh.values() if (one.kind, one.normalised) not in known))


def _with_consents(customer: Customer, given: tuple[Consent, ...], source: str) -> tuple[Consent, ...]:
    named = {one.purpose: replace(one, source=one.source or source) for one in given}
    others = (one for one in customer.consents if one.source != source and one.purpose not in named)
    return (*others, *named.values())


async def customer_of(work: Work, who: dict[str, str], address: str = "", channel: str = "") -> Customer | None:
    """Return whom ``{"source", "key"}``, ``{"number"}``, ``{"id"}`` or an address mean, ``None`` where nobody is known
    by it, or more than one."""
    if who.get("id"):
        return await work.ledger.customer(who["id"])
    if who.get("source") and who.get("key"):
        said = await _said(work, who["source"], who["key"])
        if said is not None:
            return await work.ledger.customer(said.customer_id)
    keys: set[tuple[IdentityKind, str]] = set()
    if number := who.get("number", "").strip():
        keys |= _number_keys(number)
    elif address and (one := normalise.identity(channel, address, region=work.options.region)):
        keys |= {(one.kind, one.normalised)}
    found = await work.ledger.by_identity(keys)
    return found[0] if len(found) == 1 else None


async def put_record(work: Work, source: str, key: str, body: RecordIn) -> BusinessRecord:
    """Take in an order, contract, invoice or case. Raises ``Refused(UNKNOWN_VALUE)`` where it names a customer nobody
    knows."""
    customer = await customer_of(work, body.customer)
    if body.customer and customer is None:
        raise Refused(Code.UNKNOWN_VALUE, "no such customer")
    if not body.kind.strip():
        raise Refused(Code.BAD_REQUEST, "kind is empty")
    if body.amount_cents is not None and abs(body.amount_cents) > _LARGEST:
        raise Refused(Code.UNKNOWN_VALUE, "amount_cents is too large")
    id_ = RecordId(derived_id("record", source, key))
    before: BusinessRecord | None = await work.ledger.get(Table.RECORD, id_)
    record = BusinessRecord(
        id=id_,
        customer_id=customer.id if customer is not None else None,
        kind=body.kind.strip()[:64],
        number=body.number[:_LONGEST],
        title=body.title[:_LONGEST],
        status=body.status[:_LONGEST],
        is_open=body.is_open,
        amount_cents=body.amount_cents,
        currency=body.currency or "EUR",
        at=body.at,
        interaction_id=before.interaction_id if before is not None else None,
        fields=body.fields,
        source=source,
    )
    if before is not None and replace(before, version=0) == record:
        return before
    saved: BusinessRecord = await work.ledger.put(record)
    return saved
