"""What somebody says who they are: per field one or several readings, each with what it costs to believe it. Built
from typed fields, from a record (to compare two records) or from what a recogniser heard; judged by ``scoring``."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from desktop.insight import normalise
from desktop.insight.identify import profile
from desktop.insight.identify.profile import Profile
from desktop.insight.names import parts
from desktop.insight.spoken import codes, dates, people

RANK_COST = 0.25
"""Log-odds lost with each doubling of a hypothesis' place in an n-best list."""

TURNED_COST = 2.0
"""Log-odds lost where the family name is taken for the given one."""

_MOST_HYPOTHESES = 60
_MOST_READINGS = 16
_MOST_NAMES = 48
_LONGEST = 400


class NameReading(NamedTuple):
    given: str
    family: str
    cost: float


class Reading(NamedTuple):
    value: str
    cost: float


class Claim(NamedTuple):
    """Empty fields say nothing. ``is_spoken`` holds the fields that were heard: there the spoken weights count.

    A reading of ``births`` is ``YYYYMMDD`` with ``?`` for what was not said; ``digits`` are those of a date that could not
    be cut into day, month and year."""

    names: tuple[NameReading, ...] = ()
    births: tuple[Reading, ...] = ()
    digits: tuple[str, ...] = ()
    postcodes: tuple[Reading, ...] = ()
    numbers: tuple[Reading, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    street: str = ""
    house: str = ""
    city: str = ""
    is_spoken: frozenset[str] = frozenset()


def of_profile(one: Profile) -> Claim:
    """Return the claim to be exactly this customer."""
    return Claim(
        names=turned([NameReading(one.given, one.family, 0.0)]) if one.given or one.family else (),
        births=(Reading(one.birth, 0.0),) if one.birth else (),
        postcodes=(Reading(one.postcode, 0.0),) if one.postcode else (),
        numbers=tuple(Reading(number, 0.0) for number in one.numbers.split()),
        phones=tuple(one.phones.split()),
        emails=tuple(one.emails.split()),
        street=one.street,
        house=one.house,
        city=one.city,
    )


def of_line(line: Mapping[str, Any], region: str = normalise.HOME_REGION) -> Claim:
    """Return the claim of one line of input (``profile.ALIASES`` names its fields). A list of texts is what a recogniser
    heard, best first; a list of lists are several attempts. A typed field nobody can read as such is read as speech."""
    fields = profile.named_fields(line)
    heard = {field: hypotheses(value) for field, value in fields.items() if isinstance(value, list | tuple)}
    typed = {field: str(value)[:_LONGEST] for field, value in fields.items() if isinstance(value, str | int)}
    spoken: set[str] = {field for field, found in heard.items() if found}
    named = _names(typed, heard)
    births, digits = _births(typed.get("birth", ""), heard.get("birth"), spoken)
    street, house = profile.street_of(typed.get("street") or _first(heard.get("street")))
    phones = [typed["phone"]] if "phone" in typed else [codes.digits(one.value) for one in heard.get("phone", ())]
    emails = [typed["email"]] if "email" in typed else [codes.address(one.value) for one in heard.get("email", ())]
    return Claim(
        names=turned(named) if not spoken & {"name", "given", "family"} else tuple(named[:_MOST_NAMES]),
        births=births,
        digits=digits,
        postcodes=_codes("postcode", typed, heard),
        numbers=_codes("number", typed, heard),
        phones=_kept(normalise.phone(one, region) for one in phones if one),
        emails=_kept(normalise.email(one) for one in emails if one),
        street=street,
        house=normalise.fold(typed.get("house", "")[:20]).replace(" ", "") or house,
        city=normalise.fold((typed.get("city") or _first(heard.get("city")))[:80]),
        is_spoken=frozenset(spoken | ({"given", "family"} if spoken & {"name", "given", "family"} else set())),
    )


def hypotheses(value: Sequence[Any]) -> list[Reading]:
    """Return the texts of an n-best list (or of several) with what their rank costs, each text once."""
    found: dict[str, float] = {}
    attempts: list[Sequence[Any]] = [one for one in value if isinstance(one, list | tuple)]
    for attempt in attempts or [value]:
        for rank, text in enumerate(attempt[:_MOST_HYPOTHESES]):
            if isinstance(text, str | int) and str(text).strip():
                cost = RANK_COST * math.log2(rank + 1)
                kept = str(text)[:_LONGEST].strip()
                found[kept] = min(cost, found.get(kept, cost))
    return [Reading(text, cost) for text, cost in found.items()][:_MOST_HYPOTHESES]


def _names(typed: Mapping[str, str], heard: Mapping[str, list[Reading]]) -> list[NameReading]:
    if "name" in heard:
        found: dict[tuple[str, str], float] = {}
        for text, cost in heard["name"]:
            for given, family, more in people.readings(text):
                key = (given, family)
                found[key] = min(found.get(key, math.inf), cost + more)
        ordered = sorted(found.items(), key=lambda one: one[1])
        return [NameReading(*key, cost) for key, cost in ordered]
    if "given" in heard or "family" in heard:
        givens = heard.get("given") or [Reading(typed.get("given", ""), 0.0)]
        families = heard.get("family") or [Reading(typed.get("family", ""), 0.0)]
        return [
            NameReading(_part(given.value), _part(family.value), given.cost + family.cost)
            for given in givens[:5]
            for family in families[:5]
        ]
    named = parts.split(typed.get("name", ""))
    given = " ".join(parts.words(typed.get("given", ""))) or named.given
    family = " ".join(parts.words(typed.get("family", ""))) or named.family
    return [NameReading(given, family, 0.0)] if given or family else []


def _part(text: str) -> str:
    return " ".join(parts.words(people.joined(text)))


def turned(names: Sequence[NameReading]) -> tuple[NameReading, ...]:
    """Return the readings and those with given and family name the other way round, and a lone name taken for either."""
    turned = [NameReading(n.family, n.given, n.cost + (TURNED_COST if n.given and n.family else 0.0)) for n in names]
    return (*names, *turned)


def _births(typed: str, heard: list[Reading] | None, spoken: set[str]) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    if heard is None:
        if not typed:
            return (), ()
        if plain := profile.birth(typed):
            return (Reading(plain, 0.0),), ()
        heard = [Reading(typed, 0.0)]
        spoken.add("birth")
    found: dict[str, float] = {}
    digits: dict[str, None] = {}
    for text, cost in heard:
        if plain := profile.birth(text):
            found[plain] = min(cost, found.get(plain, cost))
        for value, more in dates.readings(text):
            found[value] = min(found.get(value, math.inf), cost + more)
        if run := dates.digit_run(text):
            digits[run] = None
    ordered = sorted(found.items(), key=lambda one: one[1])[:_MOST_READINGS]
    return tuple(Reading(*one) for one in ordered), tuple(digits)[:_MOST_READINGS]


def _codes(field: str, typed: Mapping[str, str], heard: Mapping[str, list[Reading]]) -> tuple[Reading, ...]:
    if field not in heard:
        text = typed.get(field, "")
        bare = (normalise.customer_no(text) if field == "number" and text else None) or profile.code(text)
        return (Reading(bare, 0.0),) if bare else ()
    found: dict[str, float] = {}
    for text, cost in heard[field]:
        for value, more in codes.readings(text):
            found[value] = min(found.get(value, math.inf), cost + more)
    ordered = sorted(found.items(), key=lambda one: one[1])[:_MOST_READINGS]
    return tuple(Reading(*one) for one in ordered)


def _first(heard: list[Reading] | None) -> str:
    return heard[0].value if heard else ""


def _kept(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if one))
