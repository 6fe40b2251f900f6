"""Which customer this is, as a probability with its evidence; open set: "nobody we know" is always one of the answers.

Log-odds are added up as in record linkage (Fellegi & Sunter 1969): each agreement or contradiction has a named weight,
the prior says how unlikely any one customer is before anything agrees. The caller looks up ``lookup_keys`` and hands
the customers found in as candidates; nothing here reads a database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct
from rapidfuzz import fuzz

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import CustomerId
from desktop.domain.suggestion import Reason
from desktop.insight import normalise

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

MATCH_PROBABILITY = 0.9
"""From here on the verdict is a match; below it the window asks the agent to choose."""


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of who is writing. Make it with ``gather``, which finds the mentions in the texts."""

    channel: Channel
    address: str = ""
    name: str = ""
    customer_no: str = ""
    text_mentions: tuple[Identity, ...] = ()
    region: str = normalise.HOME_REGION


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


_LABELLED_NO = re.compile(
    r"(?i)\b(?:kunden|kd|customer|client|account|vertrags?|contract)[\s.\-]{0,3}(?:konto|account)?[\s.\-]{0,3}"
    r"(?:nummer|number|nr|no|num|id)\b\.?\s{0,3}(?:lautet|ist|is|:|=|#)?\s{0,3}[:#]?\s{0,3}"
    r"([A-Z]{0,4}[\s\-]?\d[\dA-Z]{0,20}(?:[\s\-./]\d[\dA-Z]{0,20}){0,4})"
)
_PREFIXED_NO = re.compile(r"\b([A-Z]{1,4}-\d{4,12})\b")
_MAIL_IN_TEXT = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE_IN_TEXT = re.compile(r"(?<![\w/.-])(?:\+|00|0)\d[\d\s()/\-]{6,20}\d(?![\w-])")
_SCANNED = 4000
_MOST_MENTIONS = 12


def mentions(texts: Iterable[str], region: str = normalise.HOME_REGION) -> tuple[Identity, ...]:
    """Return the e-mail addresses, phone numbers and customer numbers written in ``texts`` (subject, body), each once.

    Only the first 4,000 characters of a text are read and at most twelve identities returned."""
    found: dict[tuple[IdentityKind, str], Identity] = {}
    for text in texts:
        text = text[:_SCANNED]
        for kind, pattern in (
            (IdentityKind.CUSTOMER_NO, _LABELLED_NO),
            (IdentityKind.CUSTOMER_NO, _PREFIXED_NO),
            (IdentityKind.EMAIL, _MAIL_IN_TEXT),
            (IdentityKind.PHONE, _PHONE_IN_TEXT),
        ):
            for hit in pattern.finditer(text):
                one = normalise.identity(
                    kind, hit.group(hit.lastindex or 0).strip(" .,;"), region=region, source="text"
                )
                if one is not None:
                    found.setdefault((one.kind, one.normalised), one)
    return tuple(found.values())[:_MOST_MENTIONS]


def gather(
    channel: Channel,
    address: str = "",
    name: str = "",
    customer_no: str = "",
    texts: Iterable[str] = (),
    region: str = normalise.HOME_REGION,
) -> Evidence:
    """Return the evidence of one arriving message; ``texts`` are its subject and body."""
    return Evidence(
        channel=channel,
        address=address,
        name=name,
        customer_no=customer_no,
        text_mentions=mentions(texts, region),
        region=region,
    )


def lookup_keys(evidence: Evidence) -> list[tuple[IdentityKind, str]]:
    """Return what to look up: (kind, normalised) of the address, the number given and the mentions, best first."""
    keys: dict[tuple[IdentityKind, str], None] = {}
    sender = _sender(evidence)
    if sender is not None:
        keys[(sender.kind, sender.normalised)] = None
        # In an app or a logged-in chat the address is often the customer number itself.
        if sender.kind is IdentityKind.HANDLE and (number := _number_of_handle(sender.normalised)):
            keys[(IdentityKind.CUSTOMER_NO, number)] = None
    if evidence.customer_no and (number := normalise.customer_no(evidence.customer_no)):
        keys[(IdentityKind.CUSTOMER_NO, number)] = None
    for mention in evidence.text_mentions:
        keys[(mention.kind, mention.normalised)] = None
    return list(keys)


def _sender(evidence: Evidence) -> Identity | None:
    return normalise.identity(evidence.channel, evidence.address, region=evidence.region)


def _number_of_handle(normalised: str) -> str | None:
    return normalise.customer_no(normalised.partition(":")[2])


def identify(evidence: Evidence, candidates: Sequence[Customer]) -> Verdict:
    """Return who of ``candidates`` this is. Merged-away records are passed over: hand in what they were merged into."""
    scored: list[tuple[float, CustomerId, tuple[Reason, ...]]] = []
    seen: set[CustomerId] = set()
    for customer in candidates:
        if customer.merged_into is not None or customer.id in seen:
            continue
        seen.add(customer.id)
        reasons = _agreements(evidence, customer)
        if not reasons:
            continue
        if name := _name_reason(evidence.name, customer):
            reasons.append(name)
        scored.append((PRIOR + sum(r.weight for r in reasons), customer.id, tuple(reasons)))
    if not scored:
        return Verdict()
    scored.sort(key=lambda one: (-one[0], one[1]))
    # The hypotheses exclude each other, "none of them" has log-odds 0: probabilities are a softmax over all of them.
    peak = max(0.0, scored[0][0])
    total = math.exp(-peak) + sum(math.exp(odds - peak) for odds, _, _ in scored)
    ranked = tuple((customer_id, math.exp(odds - peak) / total) for odds, customer_id, _ in scored)
    best, probability = ranked[0]
    return Verdict(
        ranked=ranked,
        match=best if probability >= MATCH_PROBABILITY else None,
        probability=probability,
        reasons=scored[0][2],
    )


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

    sender = _sender(evidence)
    if sender is not None:
        add(f"identify.{sender.kind}", (sender.kind, sender.normalised), ADDRESS_WEIGHTS[sender.kind])
        if sender.kind is IdentityKind.HANDLE and (number := _number_of_handle(sender.normalised)):
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
