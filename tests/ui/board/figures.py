"""Made-up boards for the tests: any number of queues and agents from a seed, and the same a second later."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs

from desktop.domain.agent import Presence, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.interaction import InteractionState
from desktop.wire.board import (
    AgentFigures,
    Board,
    ContactFigures,
    ContactsFilter,
    ContactsPage,
    Interval,
    QueueFigures,
)

_QUEUES = ("Billing", "Orders", "Technical support", "Complaints", "Contracts", "Social media", "Returns", "Sales")
_GIVEN = ("Anna", "Ben", "Carla", "David", "Emil", "Fatou", "Goran", "Hanna", "Ivo", "Jana", "Kofi", "Lea", "Mara")
_FAMILY = ("Adler", "Berger", "Costa", "Demir", "Eriksen", "Fischer", "Grabowski", "Haddad", "Ito", "Jensen", "Klein")
_TEAMS = ("Leipzig", "Porto", "Home")
NOON = datetime(2026, 3, 4, 12, 10, tzinfo=UTC)


def contact(number: int, at: datetime, **fields: Any) -> ContactFigures:
    """Return a contact that waits; ``fields`` say otherwise."""
    known: dict[str, Any] = {
        "id": f"x-{number}",
        "channel": Channel.CHAT,
        "state": InteractionState.QUEUED,
        "since": at - timedelta(seconds=30 + number),
        "queue": "q-0",
        "customer_id": f"c-{number}",
        "customer_name": f"Customer {number}",
        "intent": "double_invoice",
    }
    return ContactFigures(**{**known, **fields})


def make_board(queues: int = 6, agents: int = 12, *, seed: int = 7, at: datetime = NOON) -> Board:
    """Return a board of a busy noon."""
    dice = random.Random(seed)
    return Board(
        at=at,
        queues=tuple(_queue(number, dice) for number in range(queues)),
        agents=tuple(_agent(number, queues, dice, at) for number in range(agents)),
        intervals=tuple(_intervals(at, None, dice, 10)) + tuple(_intervals(at, "q-0", dice, 2)),
        heat=tuple(
            tuple(_shape(part) * (1.0 if day < 5 else 0.4) * 9 * dice.uniform(0.8, 1.2) for part in range(48))
            for day in range(7)
        ),
    )


def later(board: Board, *, seed: int = 1, share: float = 0.2) -> Board:
    """Return the board a second later: some rows are others, the rest are the same objects."""
    dice = random.Random(seed)
    queues = tuple(
        structs.replace(q, waiting=max(0, q.waiting + dice.choice((-1, 1))), arrivals=q.arrivals + 1)
        if dice.random() < share * 2
        else q
        for q in board.queues
    )
    agents = tuple(structs.replace(a, handled=a.handled + 1) if dice.random() < share else a for a in board.agents)
    return structs.replace(board, at=board.at + timedelta(seconds=1), queues=queues, agents=agents)


def _queue(number: int, dice: random.Random) -> QueueFigures:
    name = _QUEUES[number % len(_QUEUES)] + (f" {number // len(_QUEUES) + 1}" if number >= len(_QUEUES) else "")
    waiting = dice.choice((0, 0, 1, 2, 4, 9))
    answered, backlog = dice.randint(20, 90), [0] * 6
    for _ in range(waiting):
        backlog[min(5, int(dice.expovariate(0.7)))] += 1
    level = dice.uniform(0.6, 1.0)
    return QueueFigures(
        id=f"q-{number}",  # type: ignore[arg-type]
        names={"en": name, "de": name},
        waiting=waiting,
        longest_s=dice.randint(10, 400) if waiting else 0,
        active=dice.randint(0, 9),
        answered=answered,
        abandoned=dice.randint(0, 6),
        arrivals=answered + waiting,
        arrivals_forecast=answered * dice.uniform(0.8, 1.1),
        level_now=min(1.0, level * dice.uniform(0.85, 1.1)),
        level_today=level,
        level_forecast=min(1.0, level * 1.01),
        backlog=tuple(backlog),
        average_answer_s=dice.uniform(8, 60),
        average_handling_s=dice.uniform(200, 500),
        ready=dice.randint(0, 3),
        working=dice.randint(1, 6),
        needed=dice.randint(3, 8),
        is_open=number != 4,
    )


def _agent(number: int, queues: int, dice: random.Random, at: datetime) -> AgentFigures:
    name = f"{_GIVEN[number % len(_GIVEN)]} {_FAMILY[number * 7 % len(_FAMILY)]}"
    state = dice.choices(
        (PresenceState.READY, PresenceState.AWAY, PresenceState.OFFLINE, PresenceState.NOT_RESPONDING),
        (12, 3, 1, 1),
    )[0]
    count = dice.choice((0, 1, 1, 2, 3)) if state is PresenceState.READY else 0
    held = tuple(
        contact(
            number * 10 + n,
            at,
            channel=Channel.CALL if count == 1 and n == 0 else dice.choice((Channel.CHAT, Channel.EMAIL)),
            state=dice.choice((InteractionState.ACTIVE, InteractionState.ACTIVE, InteractionState.WRAP_UP)),
            assignee=f"a-{number}",
        )
        for n in range(count)
    )
    load: dict[str, int] = {}
    for one in held:
        load[one.channel] = load.get(one.channel, 0) + 1
    return AgentFigures(
        id=f"a-{number}",  # type: ignore[arg-type]
        name=name,
        team=_TEAMS[number % 3],
        presence=Presence(
            state=state,
            reason="lunch" if state is PresenceState.AWAY else "",
            since=at - timedelta(seconds=dice.randint(5, 4000)),
        ),
        load=load,
        capacity={"total": 4},
        contacts=held,
        queues=tuple(f"q-{dice.randrange(max(1, queues))}" for _ in range(2)),  # type: ignore[arg-type]
        handled=dice.randint(3, 40),
        missed=dice.choice((0, 0, 0, 1, 2)),
        average_handling_s=dice.uniform(200, 500),
        occupancy=dice.uniform(0.5, 0.95),
    )


def _shape(part: int) -> float:
    return max(0.0, 1 - abs(part - 23) / 9) if 14 <= part <= 38 else 0.0


def _intervals(at: datetime, queue: str | None, dice: random.Random, scale: float) -> list[Interval]:
    start = at.replace(hour=0, minute=0, second=0, microsecond=0)
    made = []
    for part in range(48):
        begin, mean = start + timedelta(minutes=30 * part), _shape(part) * scale
        is_over = begin + timedelta(minutes=30) <= at
        arrivals = round(mean * dice.uniform(0.7, 1.4))
        is_past = begin <= at
        made.append(
            Interval(
                start=begin,
                queue=queue,  # type: ignore[arg-type]
                arrivals=arrivals if is_past else None,
                forecast=mean or None,
                low=mean * 0.7,
                high=mean * 1.35,
                answered=arrivals if is_over else None,
                abandoned=0 if is_past else None,
                in_time=round(arrivals * dice.uniform(0.6, 1.0)) if is_over else None,
                needed=round(mean * 0.8) if mean else None,
                there=round(mean * 0.7) if is_past and mean else None,
            )
        )
    return made


class Pushed:
    """The board as a backend pushes it, by hand. ``asked`` are the lists of contacts that were asked for."""

    def __init__(self) -> None:
        self.watchers: list[tuple[Callable[[Board], None], Callable[[str], None]]] = []
        self.own: list[Any] = []
        self.asked: list[tuple[ContactsFilter, str]] = []
        self.pages: dict[str, ContactsPage] = {}
        self.error = ""

    def show(self, on_board: Callable[[Board], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        watcher = (on_board, on_error)
        self.watchers.append(watcher)
        return lambda: self.watchers.remove(watcher)

    def show_own(self, on_figures: Any, on_error: Any) -> Callable[[], None]:
        self.own.append(on_figures)
        return lambda: self.own.remove(on_figures)

    def contacts(
        self,
        which: ContactsFilter,
        after: str,
        done: Callable[[ContactsPage], None],
        failed: Callable[[str], None],
    ) -> Callable[[], None]:
        self.asked.append((which, after))
        if self.error:
            failed(self.error)
        else:
            done(self.pages.get(after, ContactsPage(at=NOON, contacts=(), total=0)))
        return lambda: None

    def push(self, board: Board) -> None:
        for on_board, _on_error in list(self.watchers):
            on_board(board)

    def fail(self, code: str) -> None:
        for _on_board, on_error in list(self.watchers):
            on_error(code)
