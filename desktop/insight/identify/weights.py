"""How much each level of agreement counts: the probabilities m (given that it is the same person) and u (given that
it is not) of Fellegi & Sunter (1969). Plain values that are shipped, or learned by ``hub/training/identify.py``; a
model file holds nothing else, so that no customer can be read out of it."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from desktop.assets import asset, read_toml
from desktop.insight import normalise
from desktop.insight.identify.levels import LEVELS

Table = dict[str, dict[str, float]]

FORMAT: Final = "dirigent-identify-1"

WRITTEN: Final[Table] = {
    "given": {
        "same": 0.84,
        "nickname": 0.03,
        "sounds": 0.02,
        "typo": 0.05,
        "part": 0.01,
        "initial": 0.005,
        "alike": 0.015,
    },
    "family": {
        "same": 0.88,
        "nickname": 0.001,
        "sounds": 0.02,
        "typo": 0.05,
        "part": 0.01,
        "initial": 0.002,
        "alike": 0.01,
    },
    "birth": {"same": 0.92, "swapped": 0.01, "near": 0.03, "part": 0.005, "two": 0.01, "loose": 0.002},
    "postcode": {"same": 0.88, "near": 0.005, "close": 0.04, "part": 0.005, "far": 0.02},
    "number": {"same": 0.94, "near": 0.005, "close": 0.03, "part": 0.002, "far": 0.003},
    "phone": {"same": 0.75, "tail": 0.02, "close": 0.01},
    "email": {"same": 0.75, "local": 0.05, "close": 0.01},
    "street": {"same": 0.75, "close": 0.09},
    "house": {"same": 0.82},
    "city": {"same": 0.80, "close": 0.08},
}
"""m of typed values; what lacks to 1 is ``other``."""

SPOKEN: Final[Table] = {
    **WRITTEN,
    "given": {
        "same": 0.76,
        "nickname": 0.02,
        "sounds": 0.05,
        "typo": 0.03,
        "part": 0.01,
        "initial": 0.01,
        "alike": 0.05,
    },
    "family": {
        "same": 0.70,
        "nickname": 0.001,
        "sounds": 0.07,
        "typo": 0.05,
        "part": 0.01,
        "initial": 0.01,
        "alike": 0.07,
    },
    "birth": {"same": 0.84, "swapped": 0.01, "near": 0.04, "part": 0.04, "two": 0.02, "loose": 0.005},
    "postcode": {"same": 0.45, "near": 0.14, "close": 0.14, "part": 0.04, "far": 0.13},
    "number": {"same": 0.50, "near": 0.14, "close": 0.14, "part": 0.04, "far": 0.10},
}
"""m of what a recogniser heard."""

CHANCE: Final[Table] = {
    "given": {
        "same": 0.006,
        "nickname": 0.003,
        "sounds": 0.003,
        "typo": 0.003,
        "part": 0.002,
        "initial": 0.06,
        "alike": 0.03,
    },
    "family": {
        "same": 0.001,
        "nickname": 0.001,
        "sounds": 0.0015,
        "typo": 0.002,
        "part": 0.001,
        "initial": 0.06,
        "alike": 0.02,
    },
    "birth": {"same": 4e-5, "swapped": 4e-5, "near": 1.5e-3, "part": 2e-3, "two": 3e-3, "loose": 0.03},
    "postcode": {"same": 3e-4, "near": 1e-3, "close": 3e-3, "part": 4e-3, "far": 0.02},
    "number": {"same": 1e-6, "near": 1e-4, "close": 1e-3, "part": 1e-3, "far": 0.01},
    "phone": {"same": 2e-6, "tail": 2e-6, "close": 1e-5},
    "email": {"same": 1e-6, "local": 1e-5, "close": 1e-5},
    "street": {"same": 1e-3, "close": 2e-3},
    "house": {"same": 0.02},
    "city": {"same": 0.01, "close": 0.01},
}
"""u of a base of some ten thousand customers; ``same`` is replaced by how frequent the value itself is, where known."""


class Weights(msgspec.Struct, frozen=True, kw_only=True):
    """``known`` is the share of contacts by somebody on file. ``written``, ``spoken`` and ``chance`` are m, m and u by field
    and level; every field sums to 1 with the level ``other``."""

    format: str = FORMAT
    known: float = 0.8
    written: Table
    spoken: Table
    chance: Table

    def log_m(self, field: str, level: str, *, is_spoken: bool) -> float:
        return math.log(max((self.spoken if is_spoken else self.written)[field][level], 1e-9))

    def log_u(self, field: str, level: str) -> float:
        return math.log(max(self.chance[field][level], 1e-9))

    def encode(self) -> bytes:
        return msgspec.json.format(msgspec.json.encode(self), indent=1)


def decode(data: bytes) -> Weights:
    """Return what ``encode`` wrote. Raises ``ValueError`` where it is no such file or lacks a level."""
    try:
        read = msgspec.json.decode(data, type=Weights)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ValueError("not a model of identification") from error
    tables = (read.written, read.spoken, read.chance)
    complete = all(set(table.get(field, ())) == set(LEVELS[field]) for table in tables for field in LEVELS)
    probable = complete and all(0 <= p <= 1 for table in tables for levels in table.values() for p in levels.values())
    if read.format != FORMAT or not probable or not 0 < read.known < 1:
        raise ValueError("not a model of identification")
    return read


def completed(table: Table) -> Table:
    """Return a table with the level ``other`` of each field making up what lacks to 1."""
    return {field: {**levels, "other": max(1e-4, 1 - sum(levels.values()))} for field, levels in table.items()}


@lru_cache(1)
def shipped() -> Weights:
    """Return the weights used where nothing was learned."""
    return Weights(written=completed(WRITTEN), spoken=completed(SPOKEN), chance=completed(CHANCE))


class Frequencies:
    """How frequent values of a field are among the customers, so that agreeing on Smith counts less than on Trelawney
    (term-frequency adjustment; Winkler 1989). ``size`` customers are on file."""

    def __init__(self, size: int, shares: dict[str, dict[str, float]], rare: dict[str, float] | None = None) -> None:
        self.size = size
        self._shares = shares
        self._rare = rare or {}

    def share(self, field: str, value: str) -> float | None:
        """Return the share of customers with this value, or ``None`` where nothing is known of the field."""
        known = self._shares.get(field)
        if known is None:
            return None
        return known.get(value, self._rare.get(field))


@lru_cache(1)
def usual() -> Frequencies:
    """Return frequencies of common names for when the base is not at hand; ``resources/identify/frequent_names.toml``."""
    read = read_toml(asset("identify", "frequent_names.toml"))
    shares: dict[str, dict[str, float]] = {}
    for field in ("given", "family"):
        for per_mille, names in read[field].items():
            for name in " ".join(names).split():
                shares.setdefault(field, {})[normalise.name_key(name)] = float(per_mille) / 1000
    return Frequencies(int(read["customers"]), shares, {field: float(read["others"][field]) for field in shares})


def load(path: Path) -> Weights:
    """Read a model file. Raises ``ValueError`` or ``OSError``."""
    return decode(path.read_bytes())
