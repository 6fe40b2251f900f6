"""Verification: making sure that whoever was identified is who they say, before sensitive data is shown.

Identification says who it probably is; verification is asked of the person and is never inferred from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from desktop.domain.ids import AgentId, CustomerId


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``field`` is what of the customer's record holds the answer (``birth_date``, ``address.postcode``, ``number``,
    ``email``, ``phone`` …, ``record.invoice`` for the number of the latest one), empty where only the agent can judge it.
    ``points`` is how much a right answer counts. ``is_shown``: the agent sees the answer and compares by ear; else what the
    caller says is typed and compared by the program, and the answer stays hidden."""

    id: str
    titles: dict[str, str]
    field: str = ""
    points: int = 1
    is_shown: bool = False


class VerificationPolicy(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a centre asks. ``points_needed`` right answers in points verify for the contact; after ``wrong_at_most`` wrong
    ones no more may be asked in it. ``sensitive`` names what stays hidden until then: fields of the customer's record and
    kinds of business records (``record.invoice``). ``exempt_channels`` are those where the channel itself vouches (an
    app behind a sign-in). With ``points_needed`` 0 nothing is hidden. ``id`` is always ``policy``."""

    id: str = "policy"
    points_needed: int = 0
    wrong_at_most: int = 2
    questions: tuple[Question, ...] = ()
    sensitive: tuple[str, ...] = ()
    exempt_channels: tuple[str, ...] = ()
    version: int = 0

    def question(self, id_: str) -> Question | None:
        """Return a question by its id."""
        return next((one for one in self.questions if one.id == id_), None)

    def hides(self, field: str) -> bool:
        """Whether ``field`` (``address.city``, ``record.invoice`` …) is sensitive, by itself or as part of what is."""
        return field in self.sensitive or field.partition(".")[0] in self.sensitive


class VerifiedAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a question was asked and whether the answer was right. The answer itself is nowhere."""

    question: str
    is_right: bool
    customer_id: CustomerId | None = None
    by: AgentId | None = None
    at: datetime | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """How far a contact is with verification: ``points`` of ``needed``; ``wrong`` answers of any customer asked about in it.

    ``is_verified`` is also so where nothing needs to be asked: ``is_exempt`` by the channel, or by a policy of 0 points.
    """

    points: int = 0
    needed: int = 0
    wrong: int = 0
    is_exempt: bool = False
    is_verified: bool = True
    is_locked: bool = False


def standing(
    policy: VerificationPolicy | None,
    channel: str,
    customer_id: str | None,
    answers: Sequence[VerifiedAnswer],
) -> Standing:
    """Return how far a contact by ``channel`` with ``customer_id`` is. Answers about another customer earn no points, but
    wrong ones count: who guesses at one person may not go on with the next."""
    if policy is None or policy.points_needed <= 0:
        return Standing()
    known = {one.id: one for one in policy.questions}
    right = {one.question for one in answers if one.is_right and one.customer_id == customer_id}
    points = sum(known[name].points for name in right if name in known)
    wrong = sum(not one.is_right for one in answers)
    is_exempt = channel in policy.exempt_channels
    is_enough = customer_id is not None and points >= policy.points_needed
    return Standing(
        points=min(points, policy.points_needed),
        needed=policy.points_needed,
        wrong=wrong,
        is_exempt=is_exempt,
        is_verified=is_exempt or is_enough,
        is_locked=wrong >= policy.wrong_at_most and not is_exempt and not is_enough,
    )
