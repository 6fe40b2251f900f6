"""Made-up customers by the million, and how they say who they are: typed with slips, or heard by a recogniser.
Seeded; names are drawn as unevenly as names are. For the benchmark of identification."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from desktop.assets import asset, read_toml
from desktop.insight.identify import profile
from desktop.insight.identify.profile import Profile

_SYLLABLES = [
    "ber", "bach", "brand", "dorf", "eck", "feld", "fried", "gart", "grim", "hart", "haus", "heim", "hof",
    "holz", "kamp", "kirch", "krau", "land", "lind", "lohe", "mann", "markt", "meis", "mohr", "nau", "ober",
    "pohl", "rein", "ried", "rot", "sander", "schau", "sel", "stein", "stahl", "tal", "thal", "ufer", "vogt",
    "wald", "wein", "wies", "zell",
]  # fmt: skip
_STREETS = [
    "Haupt", "Bahnhof", "Garten", "Schul", "Berg", "Wald", "Kirch", "Mühlen", "Linden", "Ring", "Park", "Rosen",
    "Dorf", "Feld", "Schloss", "Markt", "Brunnen", "Wiesen", "Bach", "Sonnen",
]  # fmt: skip
_RARE_FAMILIES = 40_000
_POSTCODES = 8_000
_FREQUENT_SHARE = 0.35
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALPHABET = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
]  # fmt: skip
_MONTHS = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
]  # fmt: skip


class Crowd:
    """``size`` customers, each the same whenever asked for."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        draw = random.Random(seed)
        common = read_toml(asset("identify", "frequent_names.toml"))
        nicknames = read_toml(asset("identify", "nicknames.toml"))
        self._families = [name for names in common["family"].values() for name in " ".join(names).split()]
        self._givens = [name for names in common["given"].values() for name in " ".join(names).split()]
        self._rare_givens = sorted({str(line).split()[0].capitalize() for part in nicknames.values() for line in part})
        self._rare = [
            "".join(draw.choices(_SYLLABLES, k=draw.choice((2, 2, 3)))).capitalize() for _ in range(_RARE_FAMILIES)
        ]
        self._postcodes = [f"{draw.randrange(1000, 99999):05}" for _ in range(_POSTCODES)]
        self._seed = seed

    def row(self, number: int) -> dict[str, str]:
        """Return one customer as a row of a table."""
        draw = random.Random(self._seed * 1_000_003 + number)
        is_frequent = draw.random() < _FREQUENT_SHARE
        family = draw.choice(self._families) if is_frequent else self._rare[int(_RARE_FAMILIES * draw.random() ** 2)]
        given = draw.choice(self._givens) if draw.random() < 0.7 else draw.choice(self._rare_givens)
        year, month, day = draw.randrange(1930, 2008), draw.randrange(1, 13), draw.randrange(1, 29)
        return {
            "id": str(number),
            "given_name": given,
            "family_name": family,
            "birth_date": f"{year}-{month:02}-{day:02}",
            "postcode": draw.choice(self._postcodes),
            "street": f"{draw.choice(_STREETS)}straße {draw.randrange(1, 160)}",
            "customer_no": str(10_000_000 + 7 * number),
            "email": f"{given}.{family}{draw.randrange(1000)}@example.org",
        }

    def profiles(self) -> Iterator[Profile]:
        for number in range(self.size):
            yield profile.of_row(self.row(number))

    def asked(self, turn: int) -> tuple[str, dict[str, Any], str | None]:
        """Return the kind of a look-up, its line, and whom it is about: typed, spoken (n-best lists), or by a stranger."""
        draw = random.Random((self._seed + 1) * 7_000_003 + turn)
        kind = ("typed", "spoken", "stranger")[turn % 3]
        number = draw.randrange(self.size) if kind != "stranger" else self.size + draw.randrange(self.size)
        row = self.row(number)
        name, born = f"{row['given_name']} {row['family_name']}", row["birth_date"]
        if kind == "spoken":
            return kind, _heard(draw, row), row["id"]
        if draw.random() < 0.3:
            name = _slipped(draw, name)
        if draw.random() < 0.1:
            born = f"{born[:5]}{born[8:]}-{born[5:7]}"
        line = {"name": name, "birth_date": born, "postcode": row["postcode"]}
        if draw.random() < 0.3:
            del line[draw.choice(("birth_date", "postcode"))]
        return kind, line, row["id"] if kind == "typed" else None


def _slipped(draw: random.Random, text: str) -> str:
    """One letter wrong, missing or doubled."""
    at = draw.randrange(1, len(text))
    return text[:at] + draw.choice(("", draw.choice(_LETTERS), text[at] * 2)) + text[at + 1 :]


def _heard(draw: random.Random, row: dict[str, str]) -> dict[str, Any]:
    name = f"{row['given_name']} {row['family_name']}"
    year, month, day = row["birth_date"].split("-")
    date = f"{int(day)} of {_MONTHS[int(month) - 1]} {year}"
    digits = [_ALPHABET[int(sign)] for sign in row["postcode"]]
    wrong = list(digits)
    wrong[draw.randrange(5)] = draw.choice(_ALPHABET)
    names = [_slipped(draw, name) for _ in range(8)]
    if draw.random() < 0.7:
        names.insert(draw.randrange(4), name)
    dates = [date, f"{int(day)} {_MONTHS[int(month) - 1]} {year[:3]}0 {year[3]}", f"the {date}"]
    return {
        "name": names,
        "birth_date": dates,
        "postcode": [" ".join(one) for one in ((digits, wrong) if draw.random() < 0.6 else (wrong,))],
    }
