"""Who a customer is: identities, addresses, consents, value, and what is wrong with the record."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

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


class Customer(Struct, frozen=True, kw_only=True):
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
