"""Request and response bodies of API version 1. More fields may be added; none is renamed: programs outside rely on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, PostalAddress
from desktop.domain.interaction import Delivery


class Change(Struct, frozen=True, kw_only=True):
    """One element of the feed. ``record`` is absent where ``op`` is ``delete``; ``seq`` only ever grows."""

    seq: int
    op: Literal["upsert", "delete"]
    type: str
    id: str
    record: Raw | UnsetType = UNSET


class ChangesPage(Struct, frozen=True, kw_only=True):
    """``next`` is the cursor for the following call, ``after`` the one this page answers; ``more`` says that there is
    more already, ``latest`` is the newest ``seq`` there is (0: not told) and shows how far along one is. Another ``epoch``
    than the last page's means: forget everything and start from 0.

    A page of history (``GET /v1/changes?before=``) goes the other way: newest first, all below ``before`` (which it
    repeats), ``next`` being the ``before`` of the following call. ``now`` is the backend's clock.
    """

    epoch: str
    changes: list[Change]
    next: int
    more: bool
    after: int = 0
    latest: int = 0
    before: int = 0
    now: datetime | None = None


Scope = Literal["open", "all"]
"""Of a page of history: the open work with all that belongs to it and the company's own records, or everything."""

NEWEST = 2**53 - 1
"""``before`` of the first page of history: above every ``seq``."""


class SignIn(Struct, frozen=True, kw_only=True):
    user: str
    password: str


class Heartbeat(Struct, frozen=True, kw_only=True):
    """A window is there. ``is_regular``: and says so again within ``every_s`` of the answer, else it is not; where it does
    not promise that, its event stream stands for it."""

    window: str = ""
    is_regular: bool = True


class HeartbeatAnswer(Struct, frozen=True, kw_only=True):
    """``counts_stream``: the hub sees for itself whether this client's event stream stands (no proxy lies between)."""

    every_s: float
    counts_stream: bool = True


class RefreshToken(Struct, frozen=True, kw_only=True):
    refresh_token: str


class Tokens(Struct, frozen=True, kw_only=True):
    """``expires_in`` is the life of the access token in seconds. A refresh token works once."""

    access_token: str
    refresh_token: str
    expires_in: int
    agent: Agent


class Sender(Struct, frozen=True, kw_only=True):
    """Who a message is from: ``address`` as the channel knows them (e-mail, phone number, handle)."""

    address: str
    name: str = ""


class Inbound(Struct, frozen=True, kw_only=True):
    """What a channel adapter hands in. ``external_id`` makes it idempotent, ``thread`` joins it to an interaction.

    For ``call`` and ``video``, ``event`` is ``ringing`` (the default), ``answered``, ``transcript`` (``text`` is what the
    caller said), or ``ended`` with ``duration_s``. ``typing``-like hints are not messages and do not belong here.
    ``customer_no`` is a number the customer gave or signed in with; ``birth_date`` and ``postcode`` are what they were asked
    for, as they said it. ``references`` are the ids of a mail's thread. ``account`` names the channel
    account it came to. ``automatic`` says what kind of machine wrote it (``reply``, ``generated``, ``bulk``), '' for people;
    ``lost_files`` are the names of files that came along and were turned away for their size or type, ``infected_files`` of
    those with a virus, ``unscanned_files`` of those that no scanner was there to look at.

    On written channels ``event`` is ``edited`` (``text`` is the new wording of the message ``replaces``), ``redacted`` (that
    message was taken back) or ``encrypted`` (somebody wrote what only a human's program can read). ``replaces`` is the
    ``external_id`` of a message. ``choice`` says that they forbade (``opt_out``) or allowed (``opt_in``) to be written to.
    """

    external_id: str
    sender: Sender = msgspec.field(name="from")
    to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    sent_at: datetime | None = None
    thread: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    customer_no: str = ""
    birth_date: str = ""
    postcode: str = ""
    event: str = ""
    duration_s: int = 0
    account: str = ""
    automatic: str = ""
    lost_files: tuple[str, ...] = ()
    infected_files: tuple[str, ...] = ()
    unscanned_files: tuple[str, ...] = ()
    replaces: str = ""
    choice: Literal["", "opt_out", "opt_in"] = ""


class InboundCustomer(Struct, frozen=True, kw_only=True):
    """``known`` is false where a provisional customer had to be made up; ``probability`` that it is this one, 0 to 1."""

    id: str
    known: bool
    probability: float


class InboundIntent(Struct, frozen=True, kw_only=True):
    label: str | None
    probability: float


class InboundAnswer(Struct, frozen=True, kw_only=True):
    interaction_id: str
    message_id: str
    duplicate: bool
    customer: InboundCustomer
    intent: InboundIntent
    queue: str | None
    assignee: str | None


class TouchpointIn(Struct, frozen=True, kw_only=True):
    """A raw event of a journey; who it was is told by ``customer`` (``{"source", "key"}``, ``{"number"}``) or
    ``address``. ``external_id`` makes it idempotent."""

    external_id: str
    channel: Channel
    kind: str
    at: datetime
    title: str = ""
    address: str = ""
    customer: dict[str, str] = {}
    duration_s: int = 0
    rating: int | None = None
    stage: str = ""
    interaction_id: str = ""
    values: dict[str, str] = {}


class IdentityIn(Struct, frozen=True, kw_only=True):
    kind: str
    value: str
    label: str = ""
    is_verified: bool = False


class CustomerIn(Struct, frozen=True, kw_only=True):
    """What a CRM knows of a customer; ``PUT`` replaces what that source said before, other sources' facts stay."""

    name: str = ""
    number: str = ""
    given_name: str = ""
    family_name: str = ""
    language: str = ""
    segment: str = ""
    since: str = ""
    birth_date: str = ""
    value_cents: int = 0
    currency: str = "EUR"
    address: PostalAddress | None = None
    identities: tuple[IdentityIn, ...] = ()
    consents: tuple[Consent, ...] = ()


class RecordIn(Struct, frozen=True, kw_only=True):
    """What an order system knows: ``customer`` as in ``TouchpointIn``; ``is_open`` whether something is still to do."""

    kind: str
    customer: dict[str, str] = {}
    number: str = ""
    title: str = ""
    status: str = ""
    is_open: bool = False
    amount_cents: int | None = None
    currency: str = "EUR"
    at: datetime | None = None
    fields: dict[str, str] = {}


class CommandError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a command was refused: ``code`` is stable (``errors``), ``title`` and ``detail`` English for developers."""

    code: str
    title: str = ""
    detail: str = ""


Outcome = Literal["applied", "refused", "gone", "pending"]


class CommandAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``changes`` are the rows the command wrote (or, refused with ``conflict``, the current record)."""

    outcome: Outcome
    changes: list[Change] = []
    error: CommandError | None = None


class DeliveryIn(Struct, frozen=True, kw_only=True):
    """What became of an agent's message on its channel: ``sent``, ``delivered``, ``read`` or ``failed`` with a reason."""

    message_id: str
    delivery: Delivery
    external_id: str = ""
    failure: str = ""


class BlobAnswer(Struct, frozen=True, kw_only=True):
    sha256: str
    size: int
    media_type: str


class QueueLive(Struct, frozen=True, kw_only=True):
    """A queue this moment: ``longest_s`` is the age of the oldest waiting request, ``service_level`` today's share
    (0 to 1) answered in time, ``None`` before the first answer."""

    id: str
    names: dict[str, str]
    waiting: int
    longest_s: int
    active: int
    answered_today: int
    abandoned_today: int
    service_level: float | None


class LiveMetrics(Struct, frozen=True, kw_only=True):
    at: datetime
    queues: list[QueueLive]
    agents: dict[str, int]
    waiting: int
    active: int
    service_level: float | None


class CustomerSignal(Struct, frozen=True, kw_only=True):
    """What the customer of a contact does at this moment: ``typing`` (told anew every few seconds), ``idle`` (no longer),
    ``here`` or ``gone`` (their page was opened, or closed)."""

    interaction_id: str
    kind: Literal["typing", "idle", "here", "gone"]


class TypingIn(Struct, frozen=True, kw_only=True):
    """The agent who has a contact types an answer, or stopped to."""

    interaction_id: str
    is_typing: bool


class TypingAnswer(Struct, frozen=True, kw_only=True):
    """``is_told``: it is a contact on whose channel this is told."""

    is_told: bool


def encode(value: Any) -> bytes:
    """Return any shape as JSON."""
    return msgspec.json.encode(value)
