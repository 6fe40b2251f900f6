"""Learning the weights of identification without labels, by expectation maximisation (Winkler 1988; Splink): u from
pairs drawn at random, m from candidates that share blocking keys, weighed by how likely each is the one. Values in,
weights out; what is learned are probabilities of levels, never a value of a customer."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from desktop.insight.identify import claim as claims
from desktop.insight.identify import scoring
from desktop.insight.identify.claim import Claim
from desktop.insight.identify.index import Base
from desktop.insight.identify.levels import LEVELS
from desktop.insight.identify.weights import Table, Weights, shipped

_PAIRS = 20_000
_CHANCE_STRENGTH = 2000.0
_MATCH_STRENGTH = 25.0
_KNOWN_STRENGTH = 10.0
_ROUNDS = 12
_PASSES = 2
_MOST_CLAIMS = 5000
_CANDIDATES = 30
_STILL = 1e-4
_KNOWN_BOUNDS: Final = (0.2, 0.9)


class Learned(Struct, frozen=True, kw_only=True):
    """``matched`` is the expected number of claims by somebody on file, ``claims`` how many were looked at."""

    weights: Weights
    claims: int
    matched: float
    rounds: int


class _Pair(Struct, frozen=True):
    """One candidate of one claim: its log-odds without the weights of levels, and its levels."""

    rest: float
    levels: tuple[tuple[str, str, bool], ...]


def learn(base: Base, asked: Sequence[Claim] = (), seed: int = 20260, start: Weights | None = None) -> Learned:
    """Return weights learned from what was ``asked``, else from the base's own duplicates. Where nothing can be learned of a
    level, it keeps what ``start`` says. Raises ``ValueError`` for an empty base."""
    if not len(base):
        raise ValueError("nobody is in the base")
    draw = random.Random(seed)
    rows = draw.sample(range(len(base)), min(len(base), _MOST_CLAIMS))
    own = not asked
    taken = [claims.of_profile(base.profile(row)) for row in rows] if own else list(asked)
    if len(taken) > _MOST_CLAIMS:
        taken = draw.sample(taken, _MOST_CLAIMS)
    weights = start or shipped()
    weights = _with_chance(base, taken, weights, draw)
    matched, rounds = 0.0, 0
    for _ in range(_PASSES):
        pairs = [_candidates(base, one, weights, rows[n] if own else -1) for n, one in enumerate(taken)]
        weights, matched, more = _maximised(pairs, weights, len(base), keep_known=own)
        rounds += more
    return Learned(weights=weights, claims=len(taken), matched=matched, rounds=rounds)


def _with_chance(base: Base, taken: Sequence[Claim], weights: Weights, draw: random.Random) -> Weights:
    """Return weights with u of pairs drawn at random; the few that look like one person are left out."""
    each = max(1, _PAIRS // max(len(taken), 1))
    counts: dict[str, dict[str, float]] = {field: dict.fromkeys(levels, 0.0) for field, levels in LEVELS.items()}
    for one in taken:
        scorer = scoring.Scorer(one, weights, base.frequencies)
        for _ in range(each):
            compared = scorer.compare(base.profile(draw.randrange(len(base))))
            if sum(part.weight for part in compared) < math.log(len(base)):
                for part in compared:
                    counts[part.field][part.level] += 1
    return _replaced(weights, chance=_smoothed(counts, weights.chance, _CHANCE_STRENGTH))


def _candidates(base: Base, one: Claim, weights: Weights, itself: int) -> list[_Pair]:
    scorer = scoring.Scorer(one, weights, base.frequencies)
    found = []
    for row in base.candidates(one, _CANDIDATES):
        if row == itself:
            continue
        compared = scorer.compare(base.profile(row))
        levels = tuple((part.field, part.level, part.field in one.is_spoken) for part in compared)
        rest = sum(part.weight for part in compared) - sum(_log_m(weights, *level) for level in levels)
        found.append(_Pair(rest, levels))
    return found


def _maximised(
    pairs: Sequence[Sequence[_Pair]], weights: Weights, size: int, *, keep_known: bool
) -> tuple[Weights, float, int]:
    """Run expectation and maximisation until the weights stand still; return them, the matches expected, the rounds."""
    prior = weights
    total = 0.0
    for turn in range(1, _ROUNDS + 1):
        counts = {kind: {f: dict.fromkeys(ls, 0.0) for f, ls in LEVELS.items()} for kind in (False, True)}
        total = 0.0
        for candidates in pairs:
            odds = [
                math.log(weights.known / size) + one.rest + sum(_log_m(weights, *level) for level in one.levels)
                for one in candidates
            ]
            peak = max([*odds, math.log(1 - weights.known)])
            likely = [math.exp(value - peak) for value in odds]
            whole = sum(likely) + math.exp(math.log(1 - weights.known) - peak)
            for one, share in zip(candidates, likely, strict=True):
                probability = share / whole
                total += probability
                if probability > 1e-4:
                    for field, level, is_spoken in one.levels:
                        counts[is_spoken][field][level] += probability
        low, high = _KNOWN_BOUNDS
        share = (total + _KNOWN_STRENGTH * prior.known) / (len(pairs) + _KNOWN_STRENGTH)
        known = weights.known if keep_known else min(high, max(low, share))
        after = _replaced(
            weights,
            written=_smoothed(counts[False], prior.written, _MATCH_STRENGTH),
            spoken=_smoothed(counts[True], prior.spoken, _MATCH_STRENGTH),
            known=known,
        )
        moved = max(
            abs(after.written[f][level] - weights.written[f][level])
            + abs(after.spoken[f][level] - weights.spoken[f][level])
            for f, ls in LEVELS.items()
            for level in ls
        )
        weights = after
        if moved < _STILL:
            return weights, total, turn
    return weights, total, _ROUNDS


def _log_m(weights: Weights, field: str, level: str, is_spoken: bool) -> float:
    return weights.log_m(field, level, is_spoken=is_spoken)


def _smoothed(counts: dict[str, dict[str, float]], prior: Table, strength: float) -> Table:
    """Return probabilities of counts with a Dirichlet prior, so that no level is ever impossible."""
    table: Table = {}
    for field, levels in counts.items():
        total = sum(levels.values()) + strength
        table[field] = {level: (count + strength * prior[field][level]) / total for level, count in levels.items()}
    return table


def _replaced(weights: Weights, **changes: object) -> Weights:
    from msgspec.structs import replace

    return replace(weights, **changes)
