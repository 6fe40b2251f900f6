"""Makes customers out of names, streets and cities: the same ones for the same random numbers. Some records are flawed in
the ways real ones are (stale address, missing e-mail, a number with a digit too few), so that the window has something to
find. Addresses and numbers come from ranges reserved for fiction.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from desktop.demo.texts import People, Region, people
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.insight import normalise
from desktop.insight.quality import findings

SOURCE = "demo"
CUSTOMERS = 300
_AT_HOME = 0.86
"""The share of customers who speak the centre's language."""

_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "ł": "l", "ı": "i", "đ": "d"})
_LABELS = {
    "de": {"mobile": "Mobil", "landline": "Festnetz", "mail": "privat", "work": "geschäftlich", "social": "Profil"},
    "en": {"mobile": "Mobile", "landline": "Landline", "mail": "private", "work": "work", "social": "Profile"},
}
_SEGMENTS = ("standard",) * 14 + ("plus",) * 4 + ("premium",) * 2
_PURPOSES = (("email", 0.8), ("call", 0.55), ("sms", 0.6), ("advertising", 0.35))


class Person(Struct, frozen=True, kw_only=True):
    """A customer, and what only the demo knows of them. ``language`` is the one they write in."""

    customer: Customer
    is_woman: bool
    language: str
    liveliness: float

    @property
    def id(self) -> CustomerId:
        return self.customer.id

    def address_on(self, kind: IdentityKind) -> str:
        """Return the first address of a kind as the customer gives it, or an empty text."""
        usable = (one.value for one in self.customer.identities if one.kind is kind and one.normalised)
        return next(usable, "")


class Ids:
    """Ids in the shape of UUIDv7 from given random numbers, so that the same seed makes the same ids."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng

    def at(self, moment: datetime) -> str:
        """Return an id dated at ``moment``."""
        bits = self._rng.getrandbits(74)
        high, low = bits >> 62, bits & (1 << 62) - 1
        value = int(moment.timestamp() * 1000) << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class _Numbers:
    """Phone numbers that nobody else got, as long as the reserved range lasts."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def draw(self, country: str, prefixes: tuple[str, ...], digits: int) -> str:
        for _ in range(200):
            prefix = self._rng.choice(prefixes)
            number = f"+{country} {prefix}{self._rng.randrange(10**digits):0{digits}d}"
            if number not in self._used:
                self._used.add(number)
                return number
        return ""


def customers(rng: Random, lang: str, now: datetime, count: int = CUSTOMERS) -> tuple[Person, ...]:
    """Return ``count`` customers of a centre that speaks ``lang``."""
    stuff = people()
    ids, numbers = Ids(rng), _Numbers(rng)
    names: set[str] = set()
    made: list[Person] = []
    while len(made) < count:
        language = lang if rng.random() < _AT_HOME else ("en" if lang == "de" else "de")
        person = _person(rng, stuff, language, now, ids, numbers, len(made))
        if person.customer.name not in names:
            names.add(person.customer.name)
            made.append(person)
    for place in (count // 5, count // 3, count // 2):
        made[place + 1] = _twin(made[place], made[place + 1], now)
    return tuple(made)


def _person(
    rng: Random, stuff: People, language: str, now: datetime, ids: Ids, numbers: _Numbers, place: int
) -> Person:
    region = stuff.regions[language]
    is_woman = rng.random() < 0.52
    given = rng.choice(region.female if is_woman else region.male)
    family = _family(rng, region)
    firm = rng.choice(region.companies) if rng.random() < 0.06 else ""
    since = now.date() - timedelta(days=rng.randrange(40, 3900))
    created = datetime.combine(since, time(8 + place % 10, place % 60), tzinfo=now.tzinfo)
    number = f"K{204000 + place * 37 + rng.randrange(37)}"
    identities, checked = _identities(rng, stuff, region, language, (given, family, firm), numbers, number)
    customer = Customer(
        id=CustomerId(ids.at(created)),
        name=firm or f"{given} {family}",
        number=number,
        given_name="" if firm else given,
        family_name="" if firm else family,
        language="" if rng.random() < 0.03 else language,
        segment="business" if firm else rng.choice(_SEGMENTS),
        since=since,
        birth_date=None
        if firm or rng.random() < 0.1
        else date(rng.randrange(1938, 2006), rng.randrange(1, 13), rng.randrange(1, 29)),
        currency="GBP" if region.country == "GB" else "EUR",
        address=_address(rng, region, now),
        identities=identities,
        consents=_consents(rng, now),
        sources={"crm": number, SOURCE: "1"},
        created_at=created,
        updated_at=created if checked else now - timedelta(days=rng.randrange(3, 300)),
    )
    customer = replace(customer, quality=findings(customer, now))
    return Person(customer=customer, is_woman=is_woman, language=language, liveliness=rng.paretovariate(1.3))


def _family(rng: Random, region: Region) -> str:
    chance = rng.random()
    if chance < 0.03:
        return rng.choice(region.long_family)
    first = rng.choice(region.family)
    if chance < 0.12:
        return f"{first}-{rng.choice([name for name in region.family if name != first])}"
    return first


def _identities(
    rng: Random,
    stuff: People,
    region: Region,
    language: str,
    names: tuple[str, str, str],
    numbers: _Numbers,
    number: str,
) -> tuple[tuple[Identity, ...], bool]:
    """Return how a customer can be reached, and whether every bit of it is sound."""
    given, family, firm = names
    labels = _LABELS[language]
    found: list[Identity | None] = []
    user = f"{plain(given)}.{plain(family)}"
    if rng.random() < 0.93:
        domain = rng.choice(stuff.company_domains if firm else stuff.domains)
        local = user if rng.random() < 0.6 else f"{plain(given)[:1]}.{plain(family)}{number[-3:]}"
        label = labels["work"] if firm else labels["mail"]
        found.append(
            normalise.identity(
                IdentityKind.EMAIL, f"{local}@{domain}", label=label, source="crm", is_verified=rng.random() < 0.8
            )
        )
    is_british = region.country == "GB"
    country = "44" if is_british else "49"
    if rng.random() < 0.72 and (drawn := numbers.draw(country, region.mobiles, 3 if is_british else 2)):
        found.append(
            normalise.identity(
                IdentityKind.PHONE, drawn, label=labels["mobile"], source="crm", is_verified=rng.random() < 0.7
            )
        )
    if rng.random() < 0.5 and (drawn := numbers.draw(country, region.landlines, 3)):
        found.append(normalise.identity(IdentityKind.PHONE, drawn, label=labels["landline"], source="crm"))
    if rng.random() < 0.4 and not firm:
        name = f"@{plain(given).replace('-', '')}_{plain(family)[:9].strip('-')}{number[-2:]}"
        found.append(normalise.identity("social", name, label=labels["social"], source="social"))
    is_sound = rng.random() > 0.05
    if not is_sound:
        broken = f"+{country} {rng.choice(region.mobiles)[:7]}"
        found.append(
            Identity(kind=IdentityKind.PHONE, value=broken, normalised="", label=labels["mobile"], source="crm")
        )
    found.append(normalise.identity(IdentityKind.CUSTOMER_NO, number, source="crm", is_verified=True))
    return tuple(one for one in found if one is not None), is_sound


def _address(rng: Random, region: Region, now: datetime) -> PostalAddress | None:
    if rng.random() < 0.02:
        return None
    street, postcode, city = address_in(rng, region)
    checked = now - timedelta(days=rng.randrange(760, 1600) if rng.random() < 0.12 else rng.randrange(5, 700))
    if rng.random() < 0.02:
        postcode = "D-" + postcode if region.country == "DE" else postcode.replace(" ", "-")
    return PostalAddress(street=street, postcode=postcode, city=city, country=region.country, checked_at=checked)


def address_in(rng: Random, region: Region) -> tuple[str, str, str]:
    """Return an invented street with number, postcode and city."""
    postcode, city = rng.choice(region.cities)
    name, number = rng.choice(region.streets), rng.randrange(1, 148)
    if region.country == "GB":
        return (
            f"{number} {name}",
            f"{postcode} {rng.randrange(1, 10)}{rng.choice('ABDEFGHJLN')}{rng.choice('PQRSTUWXYZ')}",
            city,
        )
    return f"{name} {number}{rng.choice(['', '', '', '', 'a', 'b'])}", postcode, city


def _consents(rng: Random, now: datetime) -> tuple[Consent, ...]:
    return tuple(
        Consent(
            purpose=purpose,
            is_granted=rng.random() < share,
            at=now - timedelta(days=rng.randrange(20, 1400)),
            source=rng.choice(["web", "shop", "call"]),
        )
        for purpose, share in _PURPOSES
    )


def _twin(one: Person, other: Person, now: datetime) -> Person:
    """Return ``other`` as the same person kept a second time, as imports from two systems leave them."""
    first = one.customer
    shared = tuple(identity for identity in first.identities if identity.kind is IdentityKind.PHONE)
    own = tuple(identity for identity in other.customer.identities if identity.kind is not IdentityKind.PHONE)
    customer = replace(
        other.customer,
        name=first.name,
        given_name=first.given_name,
        family_name=first.family_name,
        birth_date=first.birth_date,
        language=first.language,
        currency=first.currency,
        segment=first.segment,
        address=first.address,
        identities=(*shared, *own),
    )
    customer = replace(customer, quality=findings(customer, now))
    return replace(other, customer=customer, is_woman=one.is_woman, language=one.language)


def plain(name: str) -> str:
    """Return a name as it stands in an address: ``Şahin`` becomes ``sahin``, ``Groß-Öz`` becomes ``gross-oez``."""
    folded = unicodedata.normalize("NFKD", name.lower().translate(_ASCII))
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign == "-") else "" for sign in folded)
