"""Who a customer is: identities, addresses, consents, value, and what is wrong with the record."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct, to_builtins

from desktop.domain.ids import CustomerId


class IdentityKind(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    CUSTOMER_NO = "customer_no"
    HANDLE = "handle"


class Identity(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One address a customer is known by.

    ``value`` is as given, ``normalised`` what look-ups compare: lower-case e-mail, E.164 phone, bare customer number,
    ``service:name`` handle. ``label`` says which one it is to a person (``mobile``, ``WhatsApp``).
    """

    kind: IdentityKind
    value: str
    normalised: str
    label: str = ""
    is_verified: bool = False
    source: str = ""


class Consent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the customer agreed to be contacted for ``purpose`` (``email``, ``sms``, ``call``, ``advertising`` …)."""

    purpose: str
    is_granted: bool
    at: datetime | None = None
    source: str = ""


OPTED_OUT: Final = "opted_out"
"""``Consent.source`` where the customer themselves forbade a channel by a word on it (``STOP``)."""


class PostalAddress(Struct, frozen=True, kw_only=True, omit_defaults=True):
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    checked_at: datetime | None = None


class QualityFinding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing wrong with a customer record: ``code`` is ``missing``, ``invalid``, ``stale``, ``contradictory`` or
    ``duplicate``; ``field`` the attribute it is about; ``proposal`` a value that would mend it, if one is known."""

    code: str
    field: str
    proposal: str = ""


class Customer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person (or company) the centre serves.

    ``is_provisional`` marks one made up from an unknown address until somebody says who it is. ``merged_into`` is set
    on a record that was merged away. ``value_cents`` is the turnover of the last twelve months.
    """

    id: CustomerId
    name: str = ""
    number: str = ""
    given_name: str = ""
    family_name: str = ""
    language: str = ""
    segment: str = ""
    since: date | None = None
    birth_date: date | None = None
    value_cents: int = 0
    currency: str = "EUR"
    address: PostalAddress | None = None
    identities: tuple[Identity, ...] = ()
    consents: tuple[Consent, ...] = ()
    quality: tuple[QualityFinding, ...] = ()
    sources: dict[str, str] = {}
    is_provisional: bool = False
    merged_into: CustomerId | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    version: int = 0


def has_opted_out(customer: Customer, channel: str) -> bool:
    """Whether the customer forbade a channel on the channel itself: then not even an answer goes by it."""
    return any(one.purpose == channel and not one.is_granted and one.source == OPTED_OUT for one in customer.consents)


ADDING: Final = frozenset({"email", "phone", "customer_no"})
"""Fields of ``UpdateCustomer`` that add an address and replace nothing: two people setting one lose nothing."""


def field_value(customer: Customer, name: str) -> Any:
    """Return what a field of ``UpdateCustomer`` (``name``, ``address.street`` …) holds, as JSON has it."""
    head, _, tail = name.partition(".")
    if head not in Customer.__struct_fields__:
        return None
    value = to_builtins(getattr(customer, head))
    if isinstance(value, tuple):
        value = list(value)
    return (value or {}).get(tail) if tail else value


def is_same_value(name: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: blanks and what only dates a value do not count."""
    return bool(_said(name, one) == _said(name, other))


def _said(name: str, value: Any) -> Any:
    match to_builtins(value):
        case str(text):
            return " ".join(text.split()) or None
        case dict(parts) if name == "address":
            said = {key: _said(key, part) for key, part in parts.items() if key != "checked_at"}
            return {key: part for key, part in said.items() if part} or None
        case [*parts] if name == "identities":
            return {(part.get("kind"), part.get("normalised") or part.get("value")) for part in parts}
        case [*parts] if name == "consents":
            return {(part.get("purpose"), part.get("is_granted")) for part in parts}
        case plain:
            return plain
