"""Verification: making sure that whoever was identified is who they say, before sensitive data is shown.

Identification says who it probably is; verification is asked of the person and is never inferred from it.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from desktop.domain.ids import AgentId, CustomerId


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``field`` is what of the customer's record holds the answer (``birth_date``, ``address.postcode``, ``number``,
    ``email``, ``phone`` …), empty where only the agent can judge it. ``points`` is how much a right answer counts."""

    id: str
    titles: dict[str, str]
    field: str = ""
    points: int = 1


class VerificationPolicy(Struct, frozen=True, kw_only=True):
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


class VerifiedAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That a question was asked and whether the answer was right. The answer itself is nowhere."""

    question: str
    is_right: bool
    customer_id: CustomerId | None = None
    by: AgentId | None = None
    at: datetime | None = None
