"""The lead's board as the backend pushes it: the newest value, what it adds up to, and whether it is current. It is asked
for only while somebody looks; the tables, charts and the wallboard read from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, Signal

from desktop.domain.agent import PresenceState
from desktop.domain.ids import QueueId
from desktop.viewmodels.workplace import Workplace, in_language
from desktop.wire.board import (
    AGES_S,
    AgentFigures,
    Board,
    ContactFigures,
    ContactsFilter,
    Figure,
    Interval,
    QueueFigures,
)

__all__ = [
    "AGES_S",
    "HALF_HOUR",
    "AgentFigures",
    "Board",
    "BoardViewModel",
    "ContactFigures",
    "ContactsFilter",
    "Figure",
    "Interval",
    "QueueFigures",
    "Totals",
]

HALF_HOUR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Totals:
    """What all queues and agents of a board come to. Shares are 0 to 1, ``None`` where nothing was counted; service levels,
    their target and the abandonment are weighted by today's contacts of each queue. ``longest_queue`` has the request
    that waits longest. ``needed`` and ``there`` are of the half hour that goes on."""

    waiting: int = 0
    longest_s: int = 0
    longest_queue: QueueId | None = None
    level_now: float | None = None
    level_today: float | None = None
    level_forecast: float | None = None
    target: float | None = None
    answered: int = 0
    abandoned: int = 0
    abandonment: float | None = None
    arrivals: int = 0
    arrivals_forecast: float | None = None
    occupancy: float | None = None
    signed_in: int = 0
    ready: int = 0
    needed: int | None = None
    there: int | None = None


class BoardViewModel(QObject):
    """``changed`` with each new board, ``state_changed`` when its ``error`` (a code, empty while all is well) does. ``start``
    and ``stop`` name who looks; with nobody there, nothing is asked for."""

    changed = Signal()
    state_changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._viewers: set[object] = set()
        self._stop: Callable[[], None] | None = None
        self.board: Board | None = None
        self.error = ""
        self.totals = Totals()

    @property
    def is_watched(self) -> bool:
        """Whether anybody looks."""
        return bool(self._viewers)

    def start(self, viewer: object) -> None:
        """``viewer`` looks from now on."""
        self._viewers.add(viewer)
        live = self._workplace.live
        if self._stop is None and live is not None:
            self._stop = live.show(self._on_board, self._on_error)

    def stop(self, viewer: object) -> None:
        """``viewer`` looks no more."""
        self._viewers.discard(viewer)
        if not self._viewers and self._stop is not None:
            end, self._stop = self._stop, None
            end()

    # --- what it shows ----------------------------------------------------------------------------------------------

    def queue_name(self, id_: QueueId | None) -> str:
        """Return the name of a queue, as the board or else the centre's list has it."""
        for queue in self.board.queues if self.board is not None else ():
            if queue.id == id_ and queue.names:
                return in_language(queue.names, self._workplace.language)
        return self._workplace.catalogue.queue(id_)

    def queue(self, id_: QueueId | None) -> QueueFigures | None:
        """Return the figures of a queue."""
        return next((queue for queue in self.board.queues if queue.id == id_), None) if self.board else None

    def agent(self, id_: str | None) -> AgentFigures | None:
        """Return the figures of an agent."""
        return next((agent for agent in self.board.agents if agent.id == id_), None) if self.board else None

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams of the board's agents, by name."""
        agents = self.board.agents if self.board is not None else ()
        return tuple(sorted({agent.team for agent in agents if agent.team}, key=str.casefold))

    def intervals(self, queue: QueueId | None = None) -> tuple[Interval, ...]:
        """Return today's half hours of a queue, or of all, in order."""
        rows = self.board.intervals if self.board is not None else ()
        return tuple(sorted((row for row in rows if row.queue == queue), key=lambda row: row.start))

    def age_s(self, at_hub_s: float) -> float:
        """Return what an age given with the board has become by now, in seconds."""
        return at_hub_s + self.late_s

    @property
    def late_s(self) -> float:
        """How old the board is, in seconds."""
        return max(0.0, (self._workplace.now() - self.board.at).total_seconds()) if self.board else 0.0

    # --- the feed ---------------------------------------------------------------------------------------------------

    def _on_board(self, board: Board) -> None:
        self.board = board
        self.totals = totals_of(board, self._workplace.now())
        self._on_error("")
        self.changed.emit()

    def _on_error(self, code: str) -> None:
        if code != self.error:
            self.error = code
            self.state_changed.emit()


def totals_of(board: Board, now: datetime) -> Totals:
    """Add a board up."""
    queues, agents = board.queues, board.agents
    answered, abandoned = sum(q.answered for q in queues), sum(q.abandoned for q in queues)
    longest = max((q for q in queues if q.waiting), key=lambda q: q.longest_s, default=None)
    forecasts = [q.arrivals_forecast for q in queues if q.arrivals_forecast is not None]
    here = [a for a in agents if a.presence.state is not PresenceState.OFFLINE]
    busy = [a.occupancy for a in here if a.occupancy is not None]
    part = next((i for i in board.intervals if i.queue is None and i.start <= now < i.start + HALF_HOUR), None)
    return Totals(
        waiting=sum(q.waiting for q in queues),
        longest_s=longest.longest_s if longest else 0,
        longest_queue=longest.id if longest else None,
        level_now=_mean([(q.level_now, q) for q in queues]),
        level_today=_mean([(q.level_today, q) for q in queues]),
        level_forecast=_mean([(q.level_forecast, q) for q in queues]),
        target=_mean([(q.target, q) for q in queues]),
        answered=answered,
        abandoned=abandoned,
        abandonment=abandoned / (answered + abandoned) if answered + abandoned else None,
        arrivals=sum(q.arrivals for q in queues),
        arrivals_forecast=sum(forecasts) if forecasts else None,
        occupancy=sum(busy) / len(busy) if busy else None,
        signed_in=len(here),
        ready=sum(a.presence.state is PresenceState.READY and not a.contacts for a in here),
        needed=part.needed if part else None,
        there=part.there if part else None,
    )


def _mean(values: Sequence[tuple[float | None, QueueFigures]]) -> float | None:
    weighed = [(value, max(1, q.answered + q.abandoned)) for value, q in values if value is not None]
    return sum(value * weight for value, weight in weighed) / sum(w for _value, w in weighed) if weighed else None
