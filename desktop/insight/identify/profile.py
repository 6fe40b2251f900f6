"""What is on file about one customer, in the form in which it is compared. Made once from a record or from a row of a
table; nothing here decides anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from desktop.domain.customer import Customer, IdentityKind
from desktop.insight import normalise
from desktop.insight.names import parts


class Profile(NamedTuple):
    """Folded values, empty where nothing is on file. ``birth`` is ``YYYYMMDD`` as written, also where no such day is;
    several phones, addresses or numbers are separated by a space."""

    key: str
    given: str = ""
    family: str = ""
    birth: str = ""
    postcode: str = ""
    street: str = ""
    house: str = ""
    city: str = ""
    phones: str = ""
    emails: str = ""
    numbers: str = ""


ALIASES: dict[str, tuple[str, ...]] = {
    "key": ("customer", "customer_id", "id", "rec_id", "scenario_id", "record_id"),
    "name": ("name", "full_name", "fullname", "customer_name"),
    "given": ("given_name", "first_name", "name_first", "firstname", "forename", "vorname"),
    "family": ("family_name", "last_name", "name_last", "lastname", "surname", "nachname"),
    "birth": ("birth_date", "dob", "date_of_birth", "birthdate", "birthday", "geburtsdatum"),
    "postcode": ("postcode", "postal_code", "zip", "zip_code", "zipcode", "plz", "address.postcode"),
    "street": ("street", "address_1", "address", "street_name", "strasse", "address.street"),
    "house": ("house_number", "street_number", "house_no", "hausnummer"),
    "city": ("city", "town", "suburb", "ort", "address.city"),
    "phone": ("phone", "telephone", "phone_number", "mobile", "telefon"),
    "email": ("email", "e_mail", "mail", "email_address"),
    "number": ("customer_no", "customer_number", "number", "account_no", "soc_sec_id", "ssn", "kundennummer"),
}
"""What each field may be called in a table or in a line of input."""

_NOT_CODE = re.compile(r"[^0-9A-Z]+")
_HOUSE = re.compile(
    r"^(?P<before>\d{1,5}\s?[a-z]?)\b[\s,]+(?P<rest>.*[a-z]{2}.*)$|^(?P<street>.*[a-z]{2}.*?)[\s,]+(?P<after>\d{1,5}\s?[a-z]?)$"
)
_STREET_WORDS = {"strasse": "str", "street": "st", "road": "rd", "avenue": "av", "ave": "av", "place": "pl", "court": "ct",
                 "crescent": "cr", "drive": "dr", "close": "cl", "platz": "pl", "lane": "ln", "gasse": "g"}  # fmt: skip
_LONGEST = 400


@lru_cache(16_384)
def code(text: str) -> str:
    """Return only the letters and digits of a postcode or number, upper case."""
    return _NOT_CODE.sub("", normalise.fold(text[:80]).upper())[:24]


@lru_cache(8192)
def street_of(text: str) -> tuple[str, str]:
    """Return (street, house number): folded, the usual kinds of street shortened, ``straße`` cut off as a word end."""
    folded = normalise.fold(text[:_LONGEST])
    house = ""
    if hit := _HOUSE.match(folded):
        house = (hit["before"] or hit["after"]).replace(" ", "")
        folded = hit["rest"] or hit["street"]
    words = []
    for word in folded.split()[:12]:
        if word.endswith("strasse") and len(word) > 9:
            word = word.removesuffix("asse")
        words.append(_STREET_WORDS.get(word, word))
    return " ".join(words), house


def birth(text: str) -> str:
    """Return a date as people write it in tables as ``YYYYMMDD``; what is no such date gives an empty text."""
    text = text.strip()[:40]
    if text.isascii() and text.isdigit():
        return text if len(text) == 8 else ""
    found = re.findall(r"\d+", text)
    if len(found) < 3 or re.search(r"[^\W\d_]{2}", text.partition("T")[0]):
        return ""
    one, two, three = found[:3]
    if len(one) == 4:
        return f"{one}{two:0>2}{three:0>2}"[:8]
    if len(three) == 4:
        # 04/13/1990 can only be month first; everything else is read day first.
        if int(two[:2]) > 12 >= int(one[:2]):
            one, two = two, one
        return f"{three}{two:0>2}{one:0>2}"[:8]
    return ""


def of_customer(customer: Customer) -> Profile:
    """Return the profile of a record."""
    named = parts.split("" if _is_address(customer) else customer.name)
    given = " ".join(parts.words(customer.given_name)) or named.given
    family = " ".join(parts.words(customer.family_name)) or named.family
    address = customer.address
    street, house = street_of(address.street) if address else ("", "")
    by_kind: dict[str, list[str]] = {}
    for one in customer.identities:
        by_kind.setdefault(one.kind, []).append(one.normalised)
    numbers = by_kind.get(IdentityKind.CUSTOMER_NO, [])
    if customer.number and (number := normalise.customer_no(customer.number)) and number not in numbers:
        numbers.append(number)
    return Profile(
        key=customer.id,
        given=given,
        family=family,
        birth=f"{customer.birth_date:%Y%m%d}" if customer.birth_date else "",
        postcode=code(address.postcode) if address else "",
        street=street,
        house=house,
        city=normalise.fold(address.city[:80]) if address else "",
        phones=" ".join(by_kind.get(IdentityKind.PHONE, ())),
        emails=" ".join(by_kind.get(IdentityKind.EMAIL, ())),
        numbers=" ".join(numbers),
    )


def _is_address(customer: Customer) -> bool:
    """Whether what stands for the name is only an address of theirs, or the part of it before the @."""
    name = customer.name.strip().casefold()
    mails = [one.normalised for one in customer.identities if one.kind is IdentityKind.EMAIL]
    return any(name in (mail, mail.partition("@")[0]) for mail in mails)


def of_row(row: Mapping[str, Any], key: str = "", region: str = normalise.HOME_REGION) -> Profile:
    """Return the profile of one row of a table, whatever its columns are called (``ALIASES``); others are ignored."""
    said = named_fields(row)
    text = {field: str(value).strip() for field, value in said.items() if isinstance(value, str | int)}
    named = parts.split(text.get("name", ""))
    street, house = street_of(text.get("street", ""))
    number = text.get("number", "")
    phone, email = text.get("phone", ""), text.get("email", "")
    return Profile(
        key=text.get("key") or key,
        given=" ".join(parts.words(text.get("given", ""))) or named.given,
        family=" ".join(parts.words(text.get("family", ""))) or named.family,
        birth=birth(text.get("birth", "")),
        postcode=code(text.get("postcode", "")),
        street=street,
        house=normalise.fold(text.get("house", "")).replace(" ", "") or house,
        city=normalise.fold(text.get("city", "")[:80]),
        phones=(normalise.phone(phone, region) or "") if phone else "",
        emails=(normalise.email(email) or "") if email else "",
        numbers=(normalise.customer_no(number) or code(number)) if number else "",
    )


@lru_cache(256)
def _field_of(column: str) -> str:
    plain = column.strip().lower().replace(" ", "_").replace("-", "_")
    return next((field for field, names in ALIASES.items() if plain in names), "")


def named_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row by our names of the fields; of two columns for one field the first that is filled."""
    found: dict[str, Any] = {}
    for column, value in row.items():
        field = _field_of(column) if isinstance(column, str) and len(column) < 60 else ""
        if field and not found.get(field) and value not in (None, "", []):
            found[field] = value
    return found
