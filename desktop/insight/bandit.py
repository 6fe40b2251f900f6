"""How agents received advice: a contextual bandit over few features, which moves the score of an action up or down.

The probability that an action is taken is the logistic of its prior score's log-odds plus one weight for each feature of
action and situation. Weights are Gaussian with mean 0 before anything was seen and are updated one verdict at a time
(sequential Bayesian logistic regression: Spiegelhalter & Lauritzen 1990; as a bandit: Chapelle & Li 2011). What is kept
are weights and counts by code (action, kind, intent, channel): no text, nothing about a single agent or customer. State
is cut into blocks, so that one verdict touches three of them; the hub keeps each as a note.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.channels import Channel
from desktop.domain.suggestion import Reason, SuggestionKind

_VARIANCE = {"all": 0.25, "kind": 0.5, "action": 1.0}
"""How far a weight of each block may be from nothing before anything was seen: what concerns all actions is rather known."""

_FURTHEST = 3.0
_DRIFT = 1.001
_LOW, _HIGH = -0.3, 0.3
_AFTERNOON, _EVENING = 12, 17
_MOST_WEIGHTS = 500


class Context(Struct, frozen=True, kw_only=True):
    """What of a situation may change how advice is received: codes only."""

    intent: str = ""
    channel: str = ""
    mood: str = ""
    part: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """What an agent made of one action. ``weight`` is how sure a sign it is; ``outcome`` names it for the counts."""

    is_good: bool
    outcome: str
    weight: float = 1.0


class Block(Struct, frozen=True, kw_only=True):
    """Weights (mean and variance by feature) and counts of outcomes."""

    weights: dict[str, tuple[float, float]] = {}
    counts: dict[str, int] = {}


TAKEN = Verdict(is_good=True, outcome="taken")
IGNORED = Verdict(is_good=False, outcome="ignored", weight=0.2)
_DISMISSED = {
    "done": Verdict(is_good=True, outcome="done", weight=0.5),
    "wrong": Verdict(is_good=False, outcome="wrong"),
    "not_allowed": Verdict(is_good=False, outcome="not_allowed"),
}


def dismissed(reason: str) -> Verdict | None:
    """Return what a dismissal says: ``done`` that the advice was right and late, ``later`` nothing. What an agent wrote in
    their own words counts as one more that did not fit."""
    if reason == "later":
        return None
    return _DISMISSED.get(reason, Verdict(is_good=False, outcome="other", weight=0.7))


def context_of(intent: str | None, channel: Channel, mood: float | None, at: datetime) -> Context:
    """Return the context of a contact."""
    feeling = "" if mood is None else "low" if mood < _LOW else "high" if mood > _HIGH else "even"
    part = "morning" if at.hour < _AFTERNOON else "afternoon" if at.hour < _EVENING else "evening"
    return Context(intent=intent or "", channel=str(channel), mood=feeling, part=part)


def _source(reasons: Iterable[Reason]) -> str:
    """Return what an action was advised by."""
    codes = {one.code for one in reasons}
    if "recommend.playbook" in codes:
        return "both" if "recommend.similar_cases" in codes else "playbook"
    return "experience" if "recommend.similar_cases" in codes else "other"


def features(
    action: str, kind: SuggestionKind, reasons: Iterable[Reason], context: Context
) -> list[tuple[str, str, float]]:
    """Return the features of an action in a context: block, name in it, and the variance of its weight at first."""
    named = [
        ("all", "all", "any"),
        ("all", "all", f"source={_source(reasons)}"),
        ("kind", f"kind.{kind}", "any"),
        ("kind", f"kind.{kind}", f"channel={context.channel}"),
        ("action", f"action.{action}", "any"),
        ("action", f"action.{action}", f"intent={context.intent}"),
        ("action", f"action.{action}", f"channel={context.channel}"),
        ("action", f"action.{action}", f"mood={context.mood}"),
        ("action", f"action.{action}", f"part={context.part}"),
    ]
    return [(block, name, _VARIANCE[level]) for level, block, name in named]


class Learner:
    """What was learned. ``chance`` asks; ``learned`` says how a verdict changes it, ``take`` takes that over."""

    def __init__(self, blocks: Mapping[str, Block] | None = None) -> None:
        self.blocks: dict[str, Block] = dict(blocks or {})

    def take(self, blocks: Mapping[str, Block]) -> None:
        """Put changed blocks in the place of the old."""
        self.blocks.update(blocks)

    def chance(
        self, action: str, kind: SuggestionKind, reasons: Iterable[Reason], context: Context, prior: float
    ) -> float:
        """Return the probability (0 to 1) that the action is taken, averaged over what the weights may be. Where nothing
        was learned it is ``prior``."""
        if not self.blocks:
            return prior
        moved = spread = 0.0
        is_known = False
        for block, name, variance in features(action, kind, reasons, context):
            known = self.blocks.get(block)
            mean, own = known.weights.get(name, (0.0, variance)) if known is not None else (0.0, variance)
            moved, spread = moved + mean, spread + own
            is_known = is_known or known is not None
        if not is_known:
            return prior
        moved = max(-_FURTHEST, min(_FURTHEST, moved))
        # What nothing is known of is not drawn to the middle for it: only the correction is averaged (MacKay 1992).
        return _logistic(_log_odds(prior) + moved / math.sqrt(1 + math.pi * spread / 8))

    def learned(
        self,
        action: str,
        kind: SuggestionKind,
        reasons: Iterable[Reason],
        context: Context,
        prior: float,
        verdict: Verdict,
    ) -> dict[str, Block]:
        """Return the blocks that a verdict changes, as they are then."""
        found = features(action, kind, reasons, context)
        changed = {block: self.blocks.get(block, Block()) for block, _, _ in found}
        weights = {block: dict(one.weights) for block, one in changed.items()}
        now = [weights[block].get(name, (0.0, variance)) for block, name, variance in found]
        p = _logistic(_log_odds(prior) + sum(mean for mean, _ in now))
        steepness = max(verdict.weight * p * (1 - p), 1e-6)
        spread = sum(variance for _, variance in now)
        gain = verdict.weight * (float(verdict.is_good) - p) / (1 + steepness * spread)
        for (block, name, first), (mean, variance) in zip(found, now, strict=True):
            if name not in weights[block] and len(weights[block]) >= _MOST_WEIGHTS:
                continue
            narrowed = variance - steepness * variance * variance / (1 + steepness * spread)
            weights[block][name] = (round(mean + variance * gain, 5), round(min(first, narrowed * _DRIFT), 5))
        return {
            block: replace(
                one,
                weights=weights[block],
                counts={**one.counts, verdict.outcome: one.counts.get(verdict.outcome, 0) + 1},
            )
            for block, one in changed.items()
        }


def encode(block: Block) -> str:
    """Return a block as the hub keeps it."""
    return msgspec.json.encode(block).decode()


def decode(text: str) -> Block:
    """Return what ``encode`` wrote. Raises ``msgspec.MsgspecError`` for anything else."""
    return msgspec.json.decode(text, type=Block)


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-3), 1 - 1e-3)
    return math.log(p / (1 - p))


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
