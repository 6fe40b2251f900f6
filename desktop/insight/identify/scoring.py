"""The weight of evidence that a claim is about one customer, field by field, with its reasons. The heart of
identification: called for a look-up in the base, for candidates the hub found, and for two records that may be
duplicates."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from desktop.domain.suggestion import Reason
from desktop.insight.identify import levels
from desktop.insight.identify.claim import Claim, Reading
from desktop.insight.identify.profile import Profile
from desktop.insight.identify.weights import Frequencies, Weights, shipped, usual

RELATIVE_MOST = -1.0
"""Most that a name can count where the family name agrees and the given name is another: a relative lives close by."""

ADDRESS_MOST = 11.0
"""Most that postcode, street, house and city count together: neighbours and families share all of them."""

HOUSEHOLD_MOST = 7.0
"""Most that address, phone and e-mail count together for somebody of the same family with another given name."""

ADJUSTED = frozenset({"given", "family", "birth", "postcode", "street", "city"})
"""The fields in which being frequent makes agreement count less."""


class Compared(NamedTuple):
    """One field of one candidate: its level, the log-odds it counts, what the reading used cost."""

    field: str
    level: str
    weight: float


class Scorer:
    """Compares one claim with many profiles; remembers what it compared before. Not to be kept beyond the claim."""

    def __init__(self, claim: Claim, weights: Weights | None = None, frequencies: Frequencies | None = None) -> None:
        self.claim = claim
        self.weights = weights or shipped()
        self.frequencies = frequencies or usual()
        self._least = 0.5 / max(self.frequencies.size, 1)
        self._counts = {
            field: {
                level: self.weights.log_m(field, level, is_spoken=field in claim.is_spoken)
                - self.weights.log_u(field, level)
                for level in of
            }
            for field, of in levels.LEVELS.items()
        }
        self._same = {
            field: self.weights.log_m(field, "same", is_spoken=field in claim.is_spoken) for field in ADJUSTED
        }
        self._parts: dict[str, dict[tuple[str, str], tuple[str, float]]] = {"given": {}, "family": {}}
        self._codes: dict[tuple[str, str], Compared | None] = {}

    def compare(self, on_file: Profile) -> list[Compared]:
        """Return what agrees and what contradicts; fields missing on either side are left out."""
        claim = self.claim
        found = [*self._name(on_file)]
        for one in (
            self._birth(on_file.birth),
            self._code("postcode", claim.postcodes, on_file.postcode),
            self._of_many("number", claim.numbers, on_file.numbers),
            self._address("phone", claim.phones, on_file.phones),
            self._address("email", claim.emails, on_file.emails),
            self._street("street", claim.street, on_file.street),
            self._house(on_file),
            self._street("city", claim.city, on_file.city),
        ):
            if one is not None:
                found.append(one)
        return _bounded(found, is_relative=_is_relative(found) and not self.claim.is_spoken)

    def _weight(self, field: str, level: str, value: str) -> float:
        if level == "same" and field in ADJUSTED:
            share = self.frequencies.share(field, value)
            if share is not None:
                return self._same[field] - math.log(max(share, self._least))
        return self._counts[field][level]

    def _part(self, field: str, said: str, on_file: str) -> tuple[str, float]:
        known = self._parts[field]
        found = known.get((said, on_file))
        if found is None:
            level = levels.name(said, on_file) if said and on_file else ""
            found = known[said, on_file] = (level, self._weight(field, level, on_file) if level else 0.0)
        return found

    def _name(self, on_file: Profile) -> list[Compared]:
        best: list[Compared] = []
        most = -math.inf
        for given, family, cost in self.claim.names:
            if -cost + 12 < most:
                continue
            first, first_weight = self._part("given", given, on_file.given)
            last, last_weight = self._part("family", family, on_file.family)
            total = first_weight + last_weight - cost
            if total > most and (first or last):
                most = total
                best = [Compared("given", first, first_weight)] if first else []
                if last:
                    best.append(Compared("family", last, last_weight - cost))
                else:
                    best[0] = Compared("given", first, first_weight - cost)
        if _is_relative(best) and not self.claim.is_spoken:
            total = min(RELATIVE_MOST, best[0].weight + best[1].weight)
            return [best[0], best[1]._replace(weight=total - best[0].weight)]
        return best

    def _birth(self, on_file: str) -> Compared | None:
        if not on_file or not (self.claim.births or self.claim.digits):
            return None
        key = ("birth", on_file)
        if key not in self._codes:
            found = [(levels.birth(said, on_file), cost) for said, cost in self.claim.births]
            runs = {
                on_file[6:8] + on_file[4:6] + on_file[:4],
                on_file[6:8].lstrip("0") + on_file[4:6].lstrip("0") + on_file[:4],
            }
            for run in self.claim.digits:
                if any(levels.is_one_off(run, one) for one in runs):
                    found.append(("near", 0.0))
            self._codes[key] = self._best("birth", found or [("other", 0.0)], on_file)
        return self._codes[key]

    def _code(self, field: str, said: tuple[Reading, ...], on_file: str) -> Compared | None:
        if not said or not on_file:
            return None
        key = (field, on_file)
        if key not in self._codes:
            heard = field in self.claim.is_spoken
            found = [(levels.code(value, on_file, is_spoken=heard), cost) for value, cost in said]
            self._codes[key] = self._best(field, found, on_file)
        return self._codes[key]

    def _of_many(self, field: str, said: tuple[Reading, ...], on_file: str) -> Compared | None:
        found = [one for value in on_file.split() if (one := self._code(field, said, value)) is not None]
        return max(found, key=lambda one: one.weight, default=None)

    def _best(self, field: str, found: list[tuple[str, float]], value: str) -> Compared:
        """Return the reading that counts most. That some reading is another value altogether costs nothing extra."""
        scored = [
            (self._weight(field, level, value) - (0.0 if level == "other" else cost), level) for level, cost in found
        ]
        weight, level = max(scored)
        return Compared(field, level, weight)

    def _address(self, field: str, said: tuple[str, ...], on_file: str) -> Compared | None:
        if not said or not on_file:
            return None
        compare = levels.phone if field == "phone" else levels.email
        level = levels.best([compare(one, other) for one in said for other in on_file.split()], field)
        return Compared(field, level, self._weight(field, level, on_file))

    def _street(self, field: str, said: str, on_file: str) -> Compared | None:
        if not said or not on_file:
            return None
        level = levels.street(said, on_file)
        return Compared(field, level, self._weight(field, level, on_file))

    def _house(self, on_file: Profile) -> Compared | None:
        if not self.claim.house or not on_file.house:
            return None
        level = "same" if self.claim.house == on_file.house else "other"
        return Compared("house", level, self._weight("house", level, on_file.house))


def _is_relative(found: list[Compared]) -> bool:
    """Whether the family name agrees and the given name is another."""
    level = {one.field: one.level for one in found[:2]}
    return level.get("given") == "other" and level.get("family", "other") != "other"


def _bounded(found: list[Compared], *, is_relative: bool) -> list[Compared]:
    """Cut what the parts of an address count together, and what a household shares."""
    found = _cut(found, ("postcode", "street", "house", "city"), ADDRESS_MOST)
    return _cut(found, _OF_HOUSEHOLD, HOUSEHOLD_MOST) if is_relative else found


_OF_HOUSEHOLD = ("postcode", "street", "house", "city", "phone", "email")


def _cut(found: list[Compared], fields: tuple[str, ...], most: float) -> list[Compared]:
    total = sum(one.weight for one in found if one.field in fields)
    if total <= most:
        return found
    share = most / total
    return [one._replace(weight=one.weight * share) if one.field in fields else one for one in found]


_ODD_NAMES: Final = {
    "nickname": "identify.name_nickname",
    "sounds": "identify.name_sounds",
    "initial": "identify.name_part",
    "part": "identify.name_part",
}
_CODES: Final = {
    "birth": ("identify.birth_date_same", "identify.birth_date_close", "identify.birth_date_other"),
    "postcode": ("identify.postcode_same", "identify.postcode_close", "identify.postcode_other"),
    "street": ("identify.street_same", "identify.street_close", "identify.street_other"),
    "city": ("identify.city_same", "identify.city_close", "identify.city_other"),
    "phone": ("identify.phone", "identify.phone_close", "identify.phone_other"),
    "email": ("identify.email", "identify.email_close", "identify.email_other"),
    "number": ("identify.customer_no", "identify.customer_no_close", "identify.customer_no_other"),
}
"""The codes of each field where it is the same, close, another."""


def reasons(compared: list[Compared]) -> tuple[Reason, ...]:
    """Return the evidence as codes, what counts most first. The house number counts with the street."""
    by_field = {one.field: one for one in compared}
    found: list[tuple[str, float]] = []
    given, family = by_field.get("given"), by_field.get("family")
    if given or family:
        weight = sum(one.weight for one in (given, family) if one)
        found.append((_name_code(given.level if given else "", family.level if family else ""), weight))
    for field, (same, close, other) in _CODES.items():
        one = by_field.get(field)
        if one is None:
            continue
        code = same if one.level == "same" else other if one.level == "other" else close
        if one.level == "swapped":
            code = "identify.birth_date_swapped"
        house = by_field.get("house") if field == "street" else None
        found.append((code, one.weight + (house.weight if house else 0.0)))
    found.sort(key=lambda one: -abs(one[1]))
    return tuple(Reason(code=code, weight=round(weight, 2)) for code, weight in found)


def _name_code(given: str, family: str) -> str:
    if "other" in (given, family):
        if given == "other" and family not in ("other", ""):
            return "identify.name_relative"
        return "identify.name_other" if {given, family} <= {"other", ""} else "identify.name_part"
    if given == family == "same":
        return "identify.name_same"
    if not given or not family:
        return "identify.name_part"
    odd = family if given == "same" else given
    return _ODD_NAMES.get(odd, "identify.name_close")
