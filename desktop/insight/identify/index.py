"""A base of customers in memory: packed records, sorted arrays of hashed blocking keys, and how frequent values are.
Finds a few dozen candidates of a million for a claim, scores them and says who it is. Used by the lab and by
benchmarks; the hub keeps the same keys in a table. Some 250 bytes a customer."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from zlib import crc32

from desktop.domain.ids import CustomerId
from desktop.insight.identify import keys, scoring
from desktop.insight.identify.claim import Claim
from desktop.insight.identify.profile import Profile
from desktop.insight.identify.verdict import Verdict, verdict
from desktop.insight.identify.weights import CHANCE, Frequencies, Weights, shipped

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_CANDIDATES = 64
"""Customers compared closely in one look-up."""

MOST_SHARING = 400
"""A key that more customers share than this only counts for those whom another key found."""

_COUNTED: Final = ("given", "family", "birth", "postcode", "street", "city")
_RANKED = 10
_USUAL_STRENGTH = 100
_ALWAYS = 12
_MOST_NEAR = 12
_ROW = 0xFFFFFFFF
_LEAST_SHARE = 0.25
_SEPARATOR = "\x1f"


class Base:
    """Customers to be found. Make it with ``build``; nothing is added later."""

    def __init__(
        self, blob: bytes, offsets: array[int], found: npt.NDArray[np.uint64], near: npt.NDArray[np.uint64],
        frequencies: Frequencies,
    ) -> None:  # fmt: skip
        self._blob = blob
        self._offsets = offsets
        self._keys = found
        self._near = near
        self.frequencies = frequencies

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @property
    def size_bytes(self) -> int:
        """Return what records and keys take."""
        return len(self._blob) + self._offsets.itemsize * len(self._offsets) + self._keys.nbytes + self._near.nbytes

    def profile(self, row: int) -> Profile:
        """Return the profile in a row, counted in the order they were built in."""
        text = self._blob[self._offsets[row] : self._offsets[row + 1]].decode()
        return Profile(*text.split(_SEPARATOR))

    def rows(self, key: str) -> list[int]:
        """Return the rows that have a key; now and then, as hashes go, one that has not."""
        ((first, last),) = self._ranges(self._keys, [key])
        return [int(row) & _ROW for row in self._keys[first:last]]

    def _ranges(self, packed: npt.NDArray[np.uint64], wanted: Sequence[str]) -> list[tuple[int, int]]:
        import numpy as np

        hashes = np.fromiter((crc32(key.encode()) for key in wanted), dtype=np.uint64, count=len(wanted)) << np.uint64(
            32
        )
        starts = np.searchsorted(packed, hashes)
        ends = np.searchsorted(packed, hashes + np.uint64(_ROW), side="right")
        return list(zip(starts.tolist(), ends.tolist(), strict=True))

    def candidates(self, claim: Claim, most: int = MOST_CANDIDATES) -> list[int]:
        """Return the rows that share the rarest keys with a claim, at most ``most``."""
        wanted = [*keys.of_claim(claim), *self._near_keys(claim)]
        if not wanted:
            return []
        size = math.log(len(self) + 1)
        votes: dict[int, dict[str, float]] = {}
        common: list[tuple[int, int, int]] = []
        for key, (start, end) in zip(wanted, self._ranges(self._keys, wanted), strict=True):
            if end - start > MOST_SHARING:
                common.append((end - start, start, end))
            elif end > start:
                rarity, kind = size - math.log(end - start), key[0]
                for packed in self._keys[start:end].tolist():
                    of = votes.setdefault(packed & _ROW, {})
                    of[kind] = max(rarity, of.get(kind, 0.0))
        if not votes:
            # Nothing rare was said: the first of those who share the least common key are as good as any.
            common.sort()
            return [
                int(packed) & _ROW
                for _, start, end in common[:1]
                for packed in self._keys[start : min(end, start + most)]
            ]
        shared = {row: sum(of.values()) for row, of in votes.items()}
        ranked = sorted(shared, key=lambda row: (-shared[row], row))[:most]
        least = _LEAST_SHARE * shared[ranked[0]]
        return [row for place, row in enumerate(ranked) if place < _ALWAYS or shared[row] >= least]

    def _near_keys(self, claim: Claim) -> list[str]:
        """Return keys of codes on file that are one edit from one that was said."""
        found: dict[str, None] = {}
        families = list(dict.fromkeys(keys.sound(one.family) for one in claim.names[:8] if len(one.family) > 1))[:4]
        said = [f"p:{one.value}" for one in claim.postcodes[:8]] + [f"c:{one.value}" for one in claim.numbers[:8]]
        wanted = [key[:2] + shorter for key in said if len(key) > 5 for shorter in keys.deletions(key[2:])]
        for key, (first, last) in zip(wanted, self._ranges(self._near, wanted), strict=True):
            for packed in self._near[first : min(last, first + _MOST_NEAR)].tolist():
                one = self.profile(packed & _ROW)
                if key[0] == "c":
                    found.update((f"c:{number}", None) for number in one.numbers.split())
                else:
                    found[f"p:{one.postcode}"] = None
                    found.update((f"q:{one.postcode}|{family}", None) for family in families)
        return list(found)[: keys.MOST_KEYS]

    def look_up(self, claim: Claim, weights: Weights | None = None, most: int = MOST_CANDIDATES) -> Verdict:
        """Return who of the base a claim is about, at most ten ranked. ``known`` of the weights is the prior of being on
        file at all."""
        chosen = weights or shipped()
        scorer = scoring.Scorer(claim, chosen, self.frequencies)
        each = math.log(chosen.known / max(len(self), 1))
        found: list[tuple[float, Profile, list[scoring.Compared]]] = []
        for row in self.candidates(claim, most):
            one = self.profile(row)
            compared = scorer.compare(one)
            found.append((each + sum(part.weight for part in compared), one, compared))
        found.sort(key=lambda one: (-one[0], one[1].key))
        nobody = math.log(1 - chosen.known)
        scored = [
            (odds, CustomerId(one.key), scoring.reasons(compared) if place == 0 else ())
            for place, (odds, one, compared) in enumerate(found)
        ]
        said = verdict(scored, nobody)
        return Verdict(
            ranked=said.ranked[:_RANKED], match=said.match, probability=said.probability, reasons=said.reasons
        )


def build(profiles: Iterable[Profile]) -> Base:
    """Return the base of all ``profiles``; keys (``Profile.key``) are given back as they are."""
    import numpy as np

    blob = bytearray()
    offsets = array("Q", [0])
    hashes, owners = array("I"), array("I")
    near_hashes, near_owners = array("I"), array("I")
    counts: dict[str, Counter[str]] = {field: Counter() for field in _COUNTED}
    for row, one in enumerate(profiles):
        blob += _SEPARATOR.join(value.replace(_SEPARATOR, " ") for value in one).encode("utf-8", "replace")
        offsets.append(len(blob))
        found = keys.of_profile(one)
        hashes.extend(crc32(key.encode()) for key in found)
        owners.extend([row] * len(found))
        codes = [f"c:{number}" for number in one.numbers.split()]
        if one.postcode and one.postcode not in counts["postcode"]:
            codes.append(f"p:{one.postcode}")
        for code in codes:
            if len(code) > 5:
                shorter = [code[:2] + each for each in keys.deletions(code[2:])]
                near_hashes.extend(crc32(key.encode()) for key in shorter)
                near_owners.extend([row] * len(shorter))
        for field in _COUNTED:
            if value := getattr(one, field):
                counts[field][value] += 1

    def packed(left: array[int], right: array[int]) -> npt.NDArray[np.uint64]:
        both = np.frombuffer(left, dtype=np.uint32).astype(np.uint64) << np.uint64(32)
        both |= np.frombuffer(right, dtype=np.uint32)
        both.sort()
        return both

    empty = np.empty(0, dtype=np.uint64)
    return Base(
        bytes(blob),
        offsets,
        packed(hashes, owners) if hashes else empty,
        packed(near_hashes, near_owners) if near_hashes else empty,
        _frequencies(counts, len(offsets) - 1),
    )


def _frequencies(counts: Mapping[str, Counter[str]], size: int) -> Frequencies:
    """Shares of the values that more than one customer has; all others are as rare as one of ``size``. In a small base they
    are drawn towards what is usual: that one of three is called Weber says little."""
    shares: dict[str, dict[str, float]] = {}
    rare: dict[str, float] = {}
    for field, counted in counts.items():
        filled = counted.total()
        if filled:
            usual = _USUAL_STRENGTH * CHANCE[field]["same"]
            whole = filled + _USUAL_STRENGTH
            shares[field] = {value: (count + usual) / whole for value, count in counted.items() if count > 1}
            rare[field] = (1 + usual) / whole
    return Frequencies(size, shares, rare)
