"""What one customer record becomes when another is folded into it, and how edits are carried over to another version of it.

Pure: the hub merges and takes apart with it, the window shows with it what a merge will make before anybody confirmed it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, Final, TypeVar

from msgspec.structs import replace

from desktop.domain.customer import Consent, Customer, Identity, PostalAddress

T = TypeVar("T")

PLAIN: Final = ("name", "number", "given_name", "family_name", "language", "segment", "since", "birth_date")
"""Fields of a customer that hold one value."""

PARTS: Final = ("street", "postcode", "city", "country")
CHOOSABLE: Final = frozenset((*PLAIN, "address", "value_cents", "consents", *(f"address.{part}" for part in PARTS)))
"""What ``MergeCustomers.fields`` may name."""

_DATES_ONLY: Final = frozenset({"id", "version", "updated_at", "created_at", "quality", "merged_into"})
_LISTS: Final = frozenset({"identities", "consents", "sources", "address"})


def identity_key(one: Identity) -> tuple[str, str]:
    """Return what two addresses that are the same have in common."""
    return str(one.kind), one.normalised or one.value


def joined(survivor: Customer, merged: Customer, chosen: Collection[str] = ()) -> Customer:
    """Return the survivor with the other's addresses, consents and sources, with ``chosen`` fields of the other, and with the
    other's where the survivor says nothing. Turnovers add up; of two answers to one question of consent the no holds,
    whoever it was given to, unless the other's ``consents`` were chosen."""
    values: dict[str, Any] = {}
    for name in (*PLAIN, "address"):
        mine, theirs = getattr(survivor, name), getattr(merged, name)
        if theirs and (name in chosen or not mine):
            values[name] = theirs
    parts = [part for part in PARTS if f"address.{part}" in chosen]
    if parts and merged.address is not None and "address" not in values:
        base = survivor.address or PostalAddress()
        values["address"] = replace(base, **{part: getattr(merged.address, part) for part in parts})
    if "value_cents" in chosen:
        values |= {"value_cents": merged.value_cents, "currency": merged.currency}
    elif survivor.currency == merged.currency:
        values["value_cents"] = survivor.value_cents + merged.value_cents
    created = [at for at in (survivor.created_at, merged.created_at) if at is not None]
    return replace(
        survivor,
        **values,
        identities=_identities(survivor.identities, merged.identities),
        consents=_consents(survivor.consents, merged.consents, "consents" in chosen),
        sources={**merged.sources, **survivor.sources},
        is_provisional=survivor.is_provisional and merged.is_provisional,
        created_at=min(created) if created else None,
    )


def _identities(mine: Iterable[Identity], theirs: Iterable[Identity]) -> tuple[Identity, ...]:
    found = {identity_key(one): one for one in mine}
    for one in theirs:
        known = found.get(identity_key(one))
        if known is None:
            found[identity_key(one)] = one
        elif (one.is_verified and not known.is_verified) or (one.label and not known.label):
            found[identity_key(one)] = replace(
                known, is_verified=known.is_verified or one.is_verified, label=known.label or one.label
            )
    return tuple(found.values())


def _consents(mine: Iterable[Consent], theirs: Iterable[Consent], is_chosen: bool) -> tuple[Consent, ...]:
    found = {one.purpose: one for one in mine}
    for one in theirs:
        known = found.get(one.purpose)
        if known is None or is_chosen or (known.is_granted and not one.is_granted):
            found[one.purpose] = one
    return tuple(found.values())


def carried(before: Customer, after: Customer, onto: Customer) -> Customer:
    """Return ``onto`` with the edits that made ``after`` of ``before``; what these left alone stays as ``onto`` has it."""
    values: dict[str, Any] = {}
    for name in Customer.__struct_fields__:
        if name in _DATES_ONLY or name in _LISTS:
            continue
        if getattr(after, name) != getattr(before, name):
            values[name] = getattr(after, name)
    return replace(
        onto,
        **values,
        address=_address(before.address, after.address, onto.address),
        identities=_listed(before.identities, after.identities, onto.identities, identity_key),
        consents=_listed(before.consents, after.consents, onto.consents, lambda one: one.purpose),
        sources=dict(
            _listed(
                tuple(before.sources.items()),
                tuple(after.sources.items()),
                tuple(onto.sources.items()),
                lambda one: one[0],
            )
        ),
    )


def _address(
    before: PostalAddress | None, after: PostalAddress | None, onto: PostalAddress | None
) -> PostalAddress | None:
    if before == after:
        return onto
    if before is None or after is None or onto is None:
        return after
    parts = (*PARTS, "checked_at")
    return replace(
        onto, **{part: getattr(after, part) for part in parts if getattr(after, part) != getattr(before, part)}
    )


def _listed(
    before: tuple[T, ...], after: tuple[T, ...], onto: tuple[T, ...], key: Callable[[T], object]
) -> tuple[T, ...]:
    """Take out what was taken out, change what was changed, add what was added."""
    old, new = {key(one): one for one in before}, {key(one): one for one in after}
    kept = {key(one): one for one in onto if key(one) in new or key(one) not in old}
    for name, one in new.items():
        if name not in old or one != old[name]:
            kept[name] = one
    return tuple(kept.values())
