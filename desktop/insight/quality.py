"""What is wrong with a customer record: one finding per attribute, with a value that would mend it where one is plain, and
what a mend says. The codes are those of ``QualityFinding``; the hub stores the findings with the record, the context column
shows them. That a record looks like another one (code ``duplicate``, field ``record``) is found by ``duplicates``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import to_builtins
from msgspec.structs import replace

from desktop.domain.customer import Customer, Identity, IdentityKind, QualityFinding
from desktop.domain.merge import identity_key
from desktop.insight import normalise
from desktop.insight.name_spelling import is_nobody, tidied

STALE_AFTER = timedelta(days=730)
OLDEST_AGE_YEARS = 115

_POSTCODES = {
    "DE": re.compile(r"\d{5}"),
    "AT": re.compile(r"\d{4}"),
    "CH": re.compile(r"\d{4}"),
    "FR": re.compile(r"\d{5}"),
    "IT": re.compile(r"\d{5}"),
    "ES": re.compile(r"\d{5}"),
    "NL": re.compile(r"\d{4} ?[A-Z]{2}"),
    "PL": re.compile(r"\d{2}-\d{3}"),
    "GB": re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"),
    "US": re.compile(r"\d{5}(?:-\d{4})?"),
}
_COUNTRIES = {"DEUTSCHLAND": "DE", "GERMANY": "DE", "D": "DE", "ÖSTERREICH": "AT", "AUSTRIA": "AT", "SCHWEIZ": "CH",
              "SWITZERLAND": "CH", "UK": "GB", "USA": "US"}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_DOMAIN = re.compile(r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,24}|(?:[\w-]{1,63}\.)+xn--[\w-]{2,59}")
_MISTYPED_DOMAINS = {
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.con": "gmail.com",
    "googlemail.con": "googlemail.com",
    "gmx.ed": "gmx.de",
    "gmx.d": "gmx.de",
    "web.ed": "web.de",
    "web.d": "web.de",
    "wbe.de": "web.de",
    "yaho.com": "yahoo.com",
}
# Providers so common that a letter more, less or other than theirs is a slip; beside them real domains that are as close.
_PROVIDERS = (
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.de",
    "outlook.com",
    "outlook.de",
    "yahoo.com",
    "yahoo.de",
    "icloud.com",
    "freenet.de",
    "t-online.de",
    "posteo.de",
    "mailbox.org",
    "proton.me",
    "protonmail.com",
    "arcor.de",
    "vodafone.de",
)
_REAL = frozenset({"gmail.de", "mail.com", "email.com", "ymail.com", "yahoo.dk", "hotmail.dk", "hotmail.be", "outlook.dk",
                   "outlook.be", "yahoo.be"})  # fmt: skip
# Where a city's postcodes begin: of the largest only, as nothing else is plain without a register.
_CITY_POSTCODES: dict[str, dict[str, tuple[str, ...]]] = {
    "DE": {
        "berlin": ("10", "12", "13", "14"),
        "hamburg": ("20", "21", "22", "27"),
        "muenchen": ("80", "81"),
        "koeln": ("50", "51"),
        "frankfurt am main": ("60", "65"),
        "stuttgart": ("70",),
        "duesseldorf": ("40",),
        "leipzig": ("04",),
        "dresden": ("01",),
        "dortmund": ("44",),
        "essen": ("45",),
        "bremen": ("27", "28"),
        "hannover": ("30",),
        "nuernberg": ("90",),
        "duisburg": ("47",),
        "bochum": ("44",),
        "wuppertal": ("42",),
        "bielefeld": ("33",),
        "bonn": ("53",),
        "karlsruhe": ("76",),
        "mannheim": ("68",),
        "augsburg": ("86",),
    },
    "AT": {"wien": ("1",), "graz": ("80",), "salzburg": ("50",), "innsbruck": ("60",)},
    "CH": {"zuerich": ("80",), "basel": ("40",), "bern": ("30",)},
}
_WEIGHTS = {"name": 25, "address": 15, "email": 10, "phone": 10, "language": 3, "record": 15}
_STALE_WEIGHT = 5
_OTHER_WEIGHT = 8


def is_iban(text: str) -> bool:
    """Whether the check digits of ``text`` are those of an IBAN (ISO 13616, mod 97)."""
    bare = re.sub(r"\s+", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare):
        return False
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97 == 1


def findings(customer: Customer, now: datetime) -> tuple[QualityFinding, ...]:
    """Return everything wrong with the record, most useful to mend first. A merged-away record has no findings."""
    if customer.merged_into is not None:
        return ()
    found: list[QualityFinding] = []
    for look in _LOOKS:
        found += look(customer, now)
    return tuple({(one.code, one.field): one for one in reversed(found)}.values())[::-1]


def score(found: Iterable[QualityFinding]) -> int:
    """Return how good a record is, from 0 to 100: what each finding costs (``cost``) taken off."""
    return max(0, 100 - sum(cost(one) for one in found))


def cost(finding: QualityFinding) -> int:
    """Return the points a finding takes off: the more it hinders reaching and knowing the customer, the more."""
    return _STALE_WEIGHT if finding.code == "stale" else _WEIGHTS.get(finding.field, _OTHER_WEIGHT)


def mend(customer: Customer, finding: QualityFinding) -> dict[str, Any] | None:
    """Return the fields of ``UpdateCustomer`` that mend a finding without anything having to be typed, ``None`` where
    nothing is plain. A wrong e-mail address or number gives way to the right one; what is kept twice is kept once."""
    if finding.code == "stale" and finding.field == "address" and customer.address is not None:
        # Saying the same again dates the address as checked today.
        for part in ("street", "postcode", "city"):
            if value := getattr(customer.address, part):
                return {f"address.{part}": value}
        return None
    if finding.code == "duplicate" and finding.field in list(IdentityKind):
        kept: dict[tuple[str, str], Identity] = {}
        for one in customer.identities:
            if identity_key(one) not in kept or one.is_verified:
                kept[identity_key(one)] = one
        return {"identities": [to_builtins(one) for one in kept.values()]}
    if not finding.proposal:
        return None
    if finding.field in ("email", "phone"):
        right = normalise.identity(finding.field, finding.proposal, source="agent")
        wrong = next((one for one in customer.identities if finding in _of_identity(one, customer)), None)
        if right is not None and wrong is not None:
            mended = replace(right, label=wrong.label)
            return {"identities": [to_builtins(mended if one is wrong else one) for one in customer.identities]}
    return {finding.field: finding.proposal}


def _of_identity(one: Identity, customer: Customer) -> list[QualityFinding]:
    if one.kind is IdentityKind.EMAIL:
        return _email(one, customer)
    return _phone(one, customer) if one.kind is IdentityKind.PHONE else []


def _names(customer: Customer, now: datetime) -> list[QualityFinding]:
    if not customer.name.strip() and not (customer.given_name or customer.family_name):
        return [QualityFinding(code="missing", field="name")]
    if customer.name and customer.family_name:
        parts = normalise.name_key(customer.name).split()
        if not set(normalise.name_key(customer.family_name).split()) <= set(parts):
            joined = f"{customer.given_name} {customer.family_name}".strip()
            return [QualityFinding(code="contradictory", field="name", proposal=joined)]
    if customer.name and is_nobody(customer.name):
        return [QualityFinding(code="invalid", field="name")]
    tidy = tidied(customer.name)
    return [QualityFinding(code="invalid", field="name", proposal=tidy)] if tidy != customer.name else []


def _emails(customer: Customer, now: datetime) -> list[QualityFinding]:
    mails = [one for one in customer.identities if one.kind is IdentityKind.EMAIL]
    if not mails:
        return [QualityFinding(code="missing", field="email")]
    return [finding for one in mails for finding in _email(one, customer)]


def _email(one: Identity, customer: Customer) -> list[QualityFinding]:
    address = normalise.email(one.value)
    local, _, domain = (address or "").partition("@")
    if domain and (meant := _provider(domain)):
        return [QualityFinding(code="invalid", field="email", proposal=f"{local}@{meant}")]
    is_possible = address is not None and _DOMAIN.fullmatch(domain)
    return [] if is_possible else [QualityFinding(code="invalid", field="email")]


def _provider(domain: str) -> str:
    """Return the provider a domain is a slip of, empty where it is none."""
    if domain in _MISTYPED_DOMAINS:
        return _MISTYPED_DOMAINS[domain]
    if domain in _REAL or domain in _PROVIDERS:
        return ""
    return next((one for one in _PROVIDERS if _is_slip(domain, one)), "")


def _is_slip(written: str, meant: str) -> bool:
    """Whether two words are one letter apart: one more, one less, another, or two swapped (Damerau 1964)."""
    if abs(len(written) - len(meant)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(written, meant, strict=False)) if a != b), None)
    if start is None:
        return len(written) != len(meant)
    one, other = written[start:], meant[start:]
    return (
        one[1:] == other[1:]
        or one[1:] == other
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )


def _phones(customer: Customer, now: datetime) -> list[QualityFinding]:
    phones = [one for one in customer.identities if one.kind is IdentityKind.PHONE]
    if not phones:
        return [QualityFinding(code="missing", field="phone")]
    return [finding for one in phones for finding in _phone(one, customer)]


def _phone(one: Identity, customer: Customer) -> list[QualityFinding]:
    """A number that cannot be dialled, and one without country code that another country's number may be."""
    country = _country(customer)
    abroad = normalise.phone(one.value, country) if country else None
    is_abroad = abroad is not None and _is_dialable(abroad)
    if not _is_dialable(normalise.phone(one.normalised) or normalise.phone(one.value)):
        return [QualityFinding(code="invalid", field="phone", proposal=abroad if abroad and is_abroad else "")]
    is_national = not one.value.strip().startswith(("+", "00"))
    if is_national and abroad and is_abroad and country != normalise.HOME_REGION and abroad != one.normalised:
        return [QualityFinding(code="contradictory", field="phone", proposal=abroad)]
    return []


def _is_dialable(number: str | None) -> bool:
    if number is None:
        return False
    import phonenumbers

    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def _country(customer: Customer) -> str:
    """Return the ISO 3166-1 code of the postal address, empty where it says none."""
    named = customer.address.country.strip().upper() if customer.address is not None else ""
    named = _COUNTRIES.get(named, named)
    return named if re.fullmatch(r"[A-Z]{2}", named) else ""


def _address(customer: Customer, now: datetime) -> list[QualityFinding]:
    address = customer.address
    if address is None or not any((address.street, address.postcode, address.city)):
        return [QualityFinding(code="missing", field="address")]
    found = []
    for field in ("street", "postcode", "city"):
        if not getattr(address, field).strip():
            found.append(QualityFinding(code="missing", field=f"address.{field}"))
    country = _country(customer) or ("" if address.country.strip() else normalise.HOME_REGION)
    postcode = address.postcode.strip().upper()
    pattern = _POSTCODES.get(country)
    if postcode and pattern is not None and not pattern.fullmatch(postcode):
        bare = re.sub(rf"^{country[:1]}{country[1:]}?[\s-]+|\s", "", postcode)
        proposal = bare if pattern.fullmatch(bare) else ""
        found.append(QualityFinding(code="invalid", field="address.postcode", proposal=proposal))
    elif postcode and _is_elsewhere(country, postcode, address.city):
        found.append(QualityFinding(code="contradictory", field="address.postcode"))
    if address.street and not any(map(str.isdigit, address.street)):
        found.append(QualityFinding(code="invalid", field="address.street"))
    checked = address.checked_at or customer.updated_at or customer.created_at
    if checked is not None and now - checked > STALE_AFTER:
        found.append(QualityFinding(code="stale", field="address"))
    return found


def _is_elsewhere(country: str, postcode: str, city: str) -> bool:
    """Whether a postcode is none of a city's, where that is plain."""
    begins = _CITY_POSTCODES.get(country, {}).get(normalise.fold(city))
    return begins is not None and not postcode.startswith(begins)


def _dates(customer: Customer, now: datetime) -> list[QualityFinding]:
    found = []
    today = now.date()
    born = customer.birth_date
    if born is not None:
        if born > today:
            found.append(QualityFinding(code="contradictory", field="birth_date"))
        elif born < date(today.year - OLDEST_AGE_YEARS, 1, 1):
            found.append(QualityFinding(code="invalid", field="birth_date"))
    if customer.since is not None and (customer.since > today or (born is not None and customer.since < born)):
        found.append(QualityFinding(code="contradictory", field="since"))
    return found


def _language(customer: Customer, now: datetime) -> list[QualityFinding]:
    if not customer.language:
        return [QualityFinding(code="missing", field="language")]
    if not _LANGUAGE.fullmatch(customer.language):
        guess = customer.language.strip().lower()[:2]
        proposal = guess if _LANGUAGE.fullmatch(guess) else ""
        return [QualityFinding(code="invalid", field="language", proposal=proposal)]
    return []


def _duplicates(customer: Customer, now: datetime) -> list[QualityFinding]:
    """The same address kept twice, or two different customer numbers on one record."""
    keys = [(one.kind, one.normalised) for one in customer.identities]
    found = [
        QualityFinding(code="duplicate", field=str(kind))
        for kind in IdentityKind
        if len([key for key in keys if key[0] is kind]) > len({key for key in keys if key[0] is kind})
    ]
    numbers = {value for kind, value in keys if kind is IdentityKind.CUSTOMER_NO}
    if customer.number and (own := normalise.customer_no(customer.number)):
        numbers.add(own)
    if len(numbers) > 1:
        found.append(QualityFinding(code="contradictory", field="customer_no"))
    return found


def _bank(customer: Customer, now: datetime) -> list[QualityFinding]:
    iban = customer.sources.get("iban", "")
    return [QualityFinding(code="invalid", field="iban")] if iban and not is_iban(iban) else []


_LOOKS: tuple[Callable[[Customer, datetime], list[QualityFinding]], ...] = (
    _names,
    _emails,
    _phones,
    _address,
    _dates,
    _duplicates,
    _bank,
    _language,
)
