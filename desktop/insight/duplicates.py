"""Whether two customer records are one person, and what merging them would keep. A proposal with its evidence:
nothing here merges, and nothing is certain enough to be merged unasked. Called by the hub for records that share a
blocking key."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from desktop.domain.customer import Customer, field_value, is_same_value
from desktop.domain.suggestion import Reason
from desktop.insight.identify import claim, keys, profile, scoring
from desktop.insight.identify.weights import Frequencies, Weights, shipped, usual

PROPOSED_FROM = 0.6
"""Probability from which a pair is worth a look."""

FIELDS: Final = ("name", "given_name", "family_name", "number", "birth_date", "language", "segment", "address")
"""What is chosen field by field; addresses to be reached at and consents are kept of both."""


class Likeness(Struct, frozen=True, kw_only=True):
    """How likely two records are one person, and why; what counts most comes first."""

    probability: float
    reasons: tuple[Reason, ...] = ()


class Choice(Struct, frozen=True, kw_only=True):
    """One field of a merge: what either record says, as JSON has it, and whether the other's is proposed."""

    field: str
    ours: object = None
    theirs: object = None
    takes_other: bool = False


class Proposal(Struct, frozen=True, kw_only=True):
    other: Customer
    probability: float
    reasons: tuple[Reason, ...] = ()
    preview: tuple[Choice, ...] = ()


def compare(
    one: Customer, other: Customer, weights: Weights | None = None, frequencies: Frequencies | None = None
) -> Likeness:
    """Return how likely it is that two records are of one person. Without ``frequencies`` of the centre's own customers,
    names count as rare as they are among people at large."""
    known = frequencies or usual()
    scorer = scoring.Scorer(claim.of_profile(profile.of_customer(one)), weights or shipped(), known)
    compared = scorer.compare(profile.of_customer(other))
    odds = sum(part.weight for part in compared) - math.log(max(known.size, 2))
    return Likeness(
        probability=round(1 / (1 + math.exp(-max(-50.0, min(50.0, odds)))), 4), reasons=scoring.reasons(compared)
    )


def blocking_keys(customer: Customer) -> tuple[str, ...]:
    """Return the keys of which a duplicate of ``customer`` shares at least one."""
    return keys.of_profile(profile.of_customer(customer))


def preview(customer: Customer, other: Customer) -> tuple[Choice, ...]:
    """Return the fields in which the records differ. The other's value is proposed where ours has none, or where theirs was
    written later and ours is not the longer name."""
    found = []
    is_newer = bool(other.updated_at and customer.updated_at and other.updated_at > customer.updated_at)
    for field in FIELDS:
        ours, theirs = field_value(customer, field), field_value(other, field)
        if is_same_value(field, ours, theirs):
            continue
        is_fuller = not isinstance(ours, str) or len(str(theirs or "")) >= len(ours)
        takes_other = bool(theirs) and (not ours or customer.is_provisional or (is_newer and is_fuller))
        found.append(Choice(field=field, ours=ours, theirs=theirs, takes_other=takes_other))
    return tuple(found)


def proposals(customer: Customer, candidates: Iterable[Customer]) -> tuple[Proposal, ...]:
    """Return which of ``candidates`` look like ``customer``, likeliest first. Merged-away records are passed over."""
    found = []
    for other in candidates:
        if other.id == customer.id or other.merged_into is not None or customer.merged_into is not None:
            continue
        likeness = compare(customer, other)
        if likeness.probability >= PROPOSED_FROM:
            found.append(
                Proposal(
                    other=other,
                    probability=likeness.probability,
                    reasons=likeness.reasons,
                    preview=preview(customer, other),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.probability, one.other.id)))
