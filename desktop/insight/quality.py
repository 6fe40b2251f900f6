"""What is wrong with a customer record: one finding per attribute, with a value that would mend it where one is plain.
The codes are those of ``QualityFinding``; the hub stores the findings with the record, the context column shows them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from desktop.domain.customer import Customer, Identity, IdentityKind, QualityFinding
from desktop.insight import normalise

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
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.con": "gmail.com",
    "googlemail.con": "googlemail.com",
    "gmx.ed": "gmx.de",
    "gmx.d": "gmx.de",
    "web.ed": "web.de",
    "wbe.de": "web.de",
    "hotmial.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com",
    "outlook.con": "outlook.com",
    "yaho.com": "yahoo.com",
    "t-onlie.de": "t-online.de",
    "t-online.d": "t-online.de",
}


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


def _names(customer: Customer, now: datetime) -> list[QualityFinding]:
    if not customer.name.strip() and not (customer.given_name or customer.family_name):
        return [QualityFinding(code="missing", field="name")]
    if customer.name and customer.family_name:
        parts = normalise.name_key(customer.name).split()
        if not set(normalise.name_key(customer.family_name).split()) <= set(parts):
            joined = f"{customer.given_name} {customer.family_name}".strip()
            return [QualityFinding(code="contradictory", field="name", proposal=joined)]
    return []


def _emails(customer: Customer, now: datetime) -> list[QualityFinding]:
    mails = [one for one in customer.identities if one.kind is IdentityKind.EMAIL]
    if not mails:
        return [QualityFinding(code="missing", field="email")]
    found = []
    for one in mails:
        address = normalise.email(one.value)
        domain = address.partition("@")[2] if address else ""
        if address is None or not _DOMAIN.fullmatch(domain):
            found.append(QualityFinding(code="invalid", field="email"))
        elif domain in _MISTYPED_DOMAINS:
            mended = address.partition("@")[0] + "@" + _MISTYPED_DOMAINS[domain]
            found.append(QualityFinding(code="invalid", field="email", proposal=mended))
    return found


def _phones(customer: Customer, now: datetime) -> list[QualityFinding]:
    phones = [one for one in customer.identities if one.kind is IdentityKind.PHONE]
    if not phones:
        return [QualityFinding(code="missing", field="phone")]
    return [QualityFinding(code="invalid", field="phone") for one in phones if not _is_dialable(one)]


def _is_dialable(one: Identity) -> bool:
    number = normalise.phone(one.normalised) or normalise.phone(one.value)
    if number is None:
        return False
    import phonenumbers

    return phonenumbers.is_valid_number(phonenumbers.parse(number))


def _address(customer: Customer, now: datetime) -> list[QualityFinding]:
    address = customer.address
    if address is None or not any((address.street, address.postcode, address.city)):
        return [QualityFinding(code="missing", field="address")]
    found = []
    for field in ("street", "postcode", "city"):
        if not getattr(address, field).strip():
            found.append(QualityFinding(code="missing", field=f"address.{field}"))
    named = address.country.strip().upper()
    country = _COUNTRIES.get(named, named) or "DE"
    postcode = address.postcode.strip().upper()
    pattern = _POSTCODES.get(country)
    if postcode and pattern is not None and not pattern.fullmatch(postcode):
        bare = re.sub(rf"^{country[:1]}{country[1:]}?[\s-]+|\s", "", postcode)
        proposal = bare if pattern.fullmatch(bare) else ""
        found.append(QualityFinding(code="invalid", field="address.postcode", proposal=proposal))
    if address.street and not any(map(str.isdigit, address.street)):
        found.append(QualityFinding(code="invalid", field="address.street"))
    checked = address.checked_at or customer.updated_at or customer.created_at
    if checked is not None and now - checked > STALE_AFTER:
        found.append(QualityFinding(code="stale", field="address"))
    return found


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
