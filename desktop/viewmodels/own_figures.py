"""My own numbers of today and those of the queues I work, while somebody looks at them. The hub sends no
colleague's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.viewmodels.workplace import Workplace, in_language

if TYPE_CHECKING:
    from desktop.wire.board import OwnFigures, QueueFigures


@dataclass(frozen=True, slots=True)
class MyDay:
    """What I did today. ``average_handling_s`` and ``occupancy`` (0 to 1) are ``None`` while there is nothing to count."""

    at: datetime
    handled: int = 0
    declined: int = 0
    missed: int = 0
    in_hand: int = 0
    average_handling_s: float | None = None
    occupancy: float | None = None


@dataclass(frozen=True, slots=True)
class QueueDay:
    """A queue I work: who waits now, and the share answered in time today (``None``: nothing was due yet)."""

    name: str
    waiting: int = 0
    longest_s: int = 0
    level: float | None = None
    target: float = 0.8
    is_open: bool = True

    @property
    def is_below(self) -> bool:
        """Whether fewer were answered in time than was promised."""
        return self.level is not None and self.level < self.target


class OwnFiguresModel(QObject):
    """``changed`` when figures or ``error`` (a code, empty while all is well) are others; ``is_loaded`` once there
    were any."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._stop: Callable[[], None] | None = None
        self.mine: MyDay | None = None
        self.queues: tuple[QueueDay, ...] = ()
        self.error = ""

    @property
    def is_loaded(self) -> bool:
        return self.mine is not None

    def start(self) -> None:
        """Ask for the figures from now on, until ``stop``."""
        if self._stop is not None:
            return
        live = self._workplace.live
        if live is None:
            self._on_error("offline")
        else:
            self._stop = live.show_own(self._on_figures, self._on_error)

    def stop(self) -> None:
        """Ask no more; what is known stays."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def _on_figures(self, figures: OwnFigures) -> None:
        mine = figures.mine
        self.mine = MyDay(
            at=figures.at,
            handled=mine.handled,
            declined=mine.declined,
            missed=mine.missed,
            in_hand=sum(mine.load.values()),
            average_handling_s=mine.average_handling_s,
            occupancy=mine.occupancy,
        )
        self.queues = tuple(self._queue(queue) for queue in figures.queues)
        self.error = ""
        self.changed.emit()

    def _queue(self, queue: QueueFigures) -> QueueDay:
        return QueueDay(
            name=in_language(queue.names, self._workplace.language) or self._workplace.catalogue.queue(queue.id),
            waiting=queue.waiting,
            longest_s=queue.longest_s,
            level=queue.level_today,
            target=queue.target,
            is_open=queue.is_open,
        )

    def _on_error(self, code: str) -> None:
        if code != self.error:
            self.error = code
            self.changed.emit()
