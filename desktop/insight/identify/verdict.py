"""Which customer this is, as a probability with its evidence; open set: "nobody we know" is always one of the
answers.

Log-odds are added up as in record linkage (Fellegi & Sunter 1969): each agreement or contradiction has a weight, the
prior says how unlikely any one customer is before anything agrees. The caller looks up ``lookup_keys`` and, where
nobody is found, ``blocking_keys``, and hands the customers found in as candidates; nothing here reads a database.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec import Struct
from rapidfuzz import fuzz

from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import CustomerId
from desktop.domain.suggestion import Reason
from desktop.insight import normalise
from desktop.insight.identify import profile, scoring
from desktop.insight.identify.evidence import Evidence, number_of_handle, sender

PRIOR = -9.0
"""Log-odds of any one customer before evidence: about one in eight thousand, for who writes is mostly on file."""

ADDRESS_WEIGHTS: dict[IdentityKind, float] = {
    IdentityKind.EMAIL: 14.0,
    IdentityKind.PHONE: 13.0,  # households share one
    IdentityKind.CUSTOMER_NO: 14.0,
    IdentityKind.HANDLE: 14.0,
}
"""The contact came from this address of theirs."""

GIVEN_NUMBER_WEIGHT = 13.0
"""They gave this customer number when asked (or the channel's log-in did)."""

MENTION_WEIGHTS: dict[IdentityKind, float] = {
    IdentityKind.EMAIL: 10.0,
    IdentityKind.PHONE: 9.5,
    IdentityKind.CUSTOMER_NO: 12.0,
    IdentityKind.HANDLE: 9.0,
}
"""Their text names it; it could be somebody else's, so it counts less than writing from it."""

VERIFIED_WEIGHT = 2.0
NAME_SAME_WEIGHT = 6.0
NAME_CLOSE_WEIGHT = 4.0
NAME_PART_WEIGHT = 2.0
NAME_RELATIVE_WEIGHT = -1.5
NAME_OTHER_WEIGHT = -5.0

CLAIM_PRIOR = -11.5
"""Log-odds of any one customer for somebody who only says who they are: one in a hundred thousand."""

CLAIM_MOST = 6.0
"""Most that a birth date or a postcode counts for or against an address that agrees."""

MATCH_PROBABILITY = 0.9
"""From here on the verdict is a match; below it the window asks the agent to choose."""


class Verdict(Struct, frozen=True, kw_only=True):
    """``ranked`` holds (customer, probability), best first; what they lack to 1 is "nobody of these". ``probability``
    is that of ``match``, or of the best candidate where there is no match. ``reasons`` are the best candidate's."""

    ranked: tuple[tuple[CustomerId, float], ...] = ()
    match: CustomerId | None = None
    probability: float = 0.0
    reasons: tuple[Reason, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.match is not None


def identify(evidence: Evidence, candidates: Sequence[Customer]) -> Verdict:
    """Return who of ``candidates`` this is. Merged-away records are passed over: hand in what they were merged into."""
    scored: list[tuple[float, CustomerId, tuple[Reason, ...]]] = []
    seen: set[CustomerId] = set()
    scorer = scoring.Scorer(evidence.claimed)
    for customer in candidates:
        if customer.merged_into is not None or customer.id in seen:
            continue
        seen.add(customer.id)
        compared = scorer.compare(profile.of_customer(customer))
        reasons = _agreements(evidence, customer)
        if reasons:
            if name := _name_reason(evidence.name, customer):
                reasons.append(name)
            reasons += _personal(compared)
            scored.append((PRIOR + sum(r.weight for r in reasons), customer.id, tuple(reasons)))
        elif _is_clue(compared):
            odds = CLAIM_PRIOR + sum(one.weight for one in compared)
            scored.append((odds, customer.id, scoring.reasons(compared)))
    return verdict(scored)


def verdict(scored: Sequence[tuple[float, CustomerId, tuple[Reason, ...]]], nobody: float = 0.0) -> Verdict:
    """Return the verdict on candidates with their log-odds and reasons; ``nobody`` is the log-odds of none of them. The
    hypotheses exclude each other: probabilities are a softmax over all of them."""
    if not scored:
        return Verdict()
    ordered = sorted(scored, key=lambda one: (-one[0], one[1]))
    peak = max(nobody, ordered[0][0])
    total = math.exp(nobody - peak) + sum(math.exp(odds - peak) for odds, _, _ in ordered)
    ranked = tuple((customer_id, math.exp(odds - peak) / total) for odds, customer_id, _ in ordered)
    best, probability = ranked[0]
    return Verdict(
        ranked=ranked,
        match=best if probability >= MATCH_PROBABILITY else None,
        probability=probability,
        reasons=ordered[0][2],
    )


def _is_clue(compared: list[scoring.Compared]) -> bool:
    """Whether what was said points to one customer: a birth date or a postcode, and a name, that agree."""
    good = {one.field for one in compared if one.weight > 2}
    return bool(good & {"birth", "postcode"}) and bool(good & {"given", "family"})


def _personal(compared: list[scoring.Compared]) -> list[Reason]:
    """Return what birth date and postcode add to an address that agrees."""
    personal = [one for one in compared if one.field in ("birth", "postcode")]
    bounded = [one._replace(weight=max(-CLAIM_MOST, min(CLAIM_MOST, one.weight))) for one in personal]
    return list(scoring.reasons(bounded))


def _agreements(evidence: Evidence, customer: Customer) -> list[Reason]:
    theirs: dict[tuple[IdentityKind, str], bool] = {(i.kind, i.normalised): i.is_verified for i in customer.identities}
    if customer.number and (number := normalise.customer_no(customer.number)):
        theirs.setdefault((IdentityKind.CUSTOMER_NO, number), True)
    reasons: list[Reason] = []
    told: set[tuple[IdentityKind, str]] = set()

    def add(code: str, key: tuple[IdentityKind, str], weight: float) -> None:
        if key in theirs and key not in told:
            told.add(key)
            weight += VERIFIED_WEIGHT if theirs[key] else 0.0
            reasons.append(Reason(code=code, weight=weight, values={"value": key[1]}))

    origin = sender(evidence)
    if origin is not None:
        add(f"identify.{origin.kind}", (origin.kind, origin.normalised), ADDRESS_WEIGHTS[origin.kind])
        if origin.kind is IdentityKind.HANDLE and (number := number_of_handle(origin.normalised)):
            add("identify.customer_no", (IdentityKind.CUSTOMER_NO, number), ADDRESS_WEIGHTS[IdentityKind.CUSTOMER_NO])
    if evidence.customer_no and (number := normalise.customer_no(evidence.customer_no)):
        add("identify.customer_no", (IdentityKind.CUSTOMER_NO, number), GIVEN_NUMBER_WEIGHT)
    for mention in evidence.text_mentions:
        add(f"identify.mentions_{mention.kind}", (mention.kind, mention.normalised), MENTION_WEIGHTS[mention.kind])
    return reasons


def _name_reason(given: str, customer: Customer) -> Reason | None:
    """Compare the name given with the one on file; a lone nickname neither supports nor contradicts."""
    on_file = customer.name or f"{customer.given_name} {customer.family_name}"
    if "@" in given or customer.is_provisional:
        return None
    ours, theirs = normalise.name_key(on_file).split(), normalise.name_key(given).split()
    if not ours or not theirs or not any(len(word) > 1 and word.isalpha() for word in theirs):
        return None
    score = fuzz.token_sort_ratio(" ".join(ours), " ".join(theirs))
    values = {"agreement": str(round(score))}
    if score >= 97:
        return Reason(code="identify.name_same", weight=NAME_SAME_WEIGHT, values=values)
    family = (normalise.name_key(customer.family_name).split() or ours)[-1]
    has_family = any(fuzz.ratio(family, word) >= 88 for word in theirs)
    if score >= 85 or (has_family and _initials_agree(ours, theirs, family)):
        return Reason(code="identify.name_close", weight=NAME_CLOSE_WEIGHT, values=values)
    if len(theirs) == 1:
        agrees = any(fuzz.ratio(theirs[0], word) >= 88 for word in ours)
        return Reason(code="identify.name_part", weight=NAME_PART_WEIGHT, values=values) if agrees else None
    if has_family:
        return Reason(code="identify.name_relative", weight=NAME_RELATIVE_WEIGHT, values=values)
    if set(ours) < set(theirs) or set(theirs) < set(ours):
        return Reason(code="identify.name_part", weight=NAME_PART_WEIGHT, values=values)
    return Reason(code="identify.name_other", weight=NAME_OTHER_WEIGHT, values=values)


def _initials_agree(ours: list[str], theirs: list[str], family: str) -> bool:
    """Whether ``J. Weber`` or ``Jana M. Weber`` may be ``Jana Weber``."""
    given_ours = [word for word in ours if word != family]
    given_theirs = [word for word in theirs if fuzz.ratio(family, word) < 88]
    if not given_ours or not given_theirs:
        return False
    first, other = given_ours[0], given_theirs[0]
    return first == other or (1 in (len(first), len(other)) and first[0] == other[0])
