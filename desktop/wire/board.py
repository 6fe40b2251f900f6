"""What a lead's board shows, as the hub pushes it: one value a second at most, whole each time, since a board is small
beside what it counts. Instants are UTC; ``None`` where there is nothing to count yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar

from msgspec import Struct

from desktop.domain.agent import Presence
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import InteractionState

AGES_S = (60, 300, 1800, 7200, 86400)
"""Upper bounds of the ages in ``QueueFigures.backlog``; what is older makes one more."""


class QueueFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A queue. ``longest`` is the oldest waiting request and ``longest_s`` its age. Service levels are shares from 0 to 1
    of first answers in time: of the last half hour, of today, and at the end of today if it goes on as forecast.
    ``arrivals_forecast`` is what was expected up to now; ``backlog`` counts the waiting by age (``AGES_S``). ``ready`` and
    ``working`` count agents who work the queue, ``needed`` how many the service level takes in this half hour."""

    id: QueueId
    names: dict[str, str] = {}
    waiting: int = 0
    longest_s: int = 0
    longest: InteractionId | None = None
    active: int = 0
    answered: int = 0
    abandoned: int = 0
    arrivals: int = 0
    arrivals_forecast: float | None = None
    level_now: float | None = None
    level_today: float | None = None
    level_forecast: float | None = None
    target: float = 0.8
    backlog: tuple[int, ...] = ()
    average_answer_s: float | None = None
    average_handling_s: float | None = None
    ready: int = 0
    working: int = 0
    needed: int | None = None
    is_open: bool = True


class ContactFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contact as the board lists it; ``since`` is when it came into its state."""

    id: InteractionId
    channel: Channel
    state: InteractionState
    since: datetime
    queue: QueueId | None = None
    assignee: AgentId | None = None
    customer_id: CustomerId | None = None
    customer_name: str = ""
    intent: str | None = None
    mood: float | None = None
    priority: int = 3
    due_at: datetime | None = None


class AgentFigures(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent: state, what they have in hand, and today's figures. ``occupancy`` is the share of signed-in time with
    something in hand."""

    id: AgentId
    name: str
    team: str = ""
    presence: Presence = Presence()
    next_presence: Presence | None = None
    load: dict[str, int] = {}
    capacity: dict[str, int] = {}
    contacts: tuple[ContactFigures, ...] = ()
    queues: tuple[QueueId, ...] = ()
    lent_until: datetime | None = None
    handled: int = 0
    declined: int = 0
    missed: int = 0
    average_handling_s: float | None = None
    occupancy: float | None = None
    is_silent: bool = False


class Interval(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Half an hour of a queue, or of all (``queue`` ``None``)."""

    start: datetime
    queue: QueueId | None = None
    arrivals: int | None = None
    forecast: float | None = None
    low: float | None = None
    high: float | None = None
    answered: int | None = None
    abandoned: int | None = None
    in_time: int | None = None
    needed: int | None = None
    there: int | None = None


class Board(Struct, frozen=True, kw_only=True):
    """All of it. ``intervals`` are today's half hours, past and to come. ``heat`` holds the mean arrivals of the last weeks
    by weekday (0 Monday) and half hour: seven times forty-eight values."""

    at: datetime
    queues: tuple[QueueFigures, ...] = ()
    agents: tuple[AgentFigures, ...] = ()
    intervals: tuple[Interval, ...] = ()
    heat: tuple[tuple[float, ...], ...] = ()


class OwnFigures(Struct, frozen=True, kw_only=True):
    """What an agent sees: their own numbers and their queues', nobody else's."""

    at: datetime
    mine: AgentFigures
    queues: tuple[QueueFigures, ...] = ()


class BoardUpdate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a board is new since the one before. ``gone`` are ids of queues and agents that are shown no longer;
    ``begins`` says that a day begins: intervals not named here are not of it."""

    at: datetime
    queues: tuple[QueueFigures, ...] = ()
    agents: tuple[AgentFigures, ...] = ()
    intervals: tuple[Interval, ...] = ()
    heat: tuple[tuple[float, ...], ...] | None = None
    gone: tuple[str, ...] = ()
    begins: bool = False


WHOLE: Final = "board"
UPDATE: Final = "figures"
"""The events of the board's stream: a ``Board``, and a ``BoardUpdate`` of it."""


def updated(board: Board, update: BoardUpdate) -> Board:
    """Return ``board`` after ``update``; what it does not name stays the same object."""
    gone = frozenset(update.gone)
    return Board(
        at=update.at,
        queues=_merged(board.queues, update.queues, gone),
        agents=_merged(board.agents, update.agents, gone),
        intervals=_renewed(() if update.begins else board.intervals, update.intervals),
        heat=board.heat if update.heat is None else update.heat,
    )


class _Named(Protocol):
    @property
    def id(self) -> str: ...


_N = TypeVar("_N", bound=_Named)


def _merged(known: tuple[_N, ...], new: tuple[_N, ...], gone: frozenset[str]) -> tuple[_N, ...]:
    if not new and not any(one.id in gone for one in known):
        return known
    found = {one.id: one for one in known if one.id not in gone}
    found.update((one.id, one) for one in new)
    return tuple(found.values())


def _renewed(known: Iterable[Interval], new: tuple[Interval, ...]) -> tuple[Interval, ...]:
    if not new and isinstance(known, tuple):
        return known
    found = {(one.queue, one.start): one for one in known}
    found.update(((one.queue, one.start), one) for one in new)
    return tuple(found.values())


class Figure(StrEnum):
    """The numbers of a board that count contacts. ``DUE`` are those whose first answer was due today, in time or not
    (``IN_TIME``, ``LATE``); the same of the last half hour end in ``_NOW``. ``IN_HAND`` keep an agent busy."""

    WAITING = "waiting"
    ACTIVE = "active"
    IN_HAND = "in_hand"
    ARRIVALS = "arrivals"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    DUE = "due"
    IN_TIME = "in_time"
    LATE = "late"
    DUE_NOW = "due_now"
    IN_TIME_NOW = "in_time_now"
    LATE_NOW = "late_now"
    HANDLED = "handled"
    DECLINED = "declined"
    MISSED = "missed"


class ContactsFilter(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which contacts are asked for. With ``figure`` exactly those that this number counts, of a queue, an agent, a
    channel; else those that are open or of today. ``age`` is the place in ``QueueFigures.backlog``, ``start`` the half
    hour of an ``Interval``."""

    figure: Figure | None = None
    queue: QueueId | None = None
    agent: AgentId | None = None
    state: InteractionState | None = None
    channel: Channel | None = None
    age: int | None = None
    start: datetime | None = None

    def as_params(self) -> dict[str, str]:
        """Return the parameters of the query that ask for this."""
        values: dict[str, Any] = {name: getattr(self, name) for name in self.__struct_fields__}
        return {
            name: value.isoformat() if isinstance(value, datetime) else str(value)
            for name, value in values.items()
            if value is not None
        }


class ContactsPage(Struct, frozen=True, kw_only=True):
    """Contacts in the order of how long they are in their state, and how many there are in all. ``next`` is the ``after``
    of the following page, empty where this is the last. A contact of a queue that the reader does not see is listed
    bare: what keeps their agent busy, but not who or what about."""

    at: datetime
    contacts: tuple[ContactFigures, ...]
    total: int
    next: str = ""
