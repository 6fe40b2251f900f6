"""My own numbers, asked for while somebody looks, and no colleague's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.viewmodels.own_figures import OwnFiguresModel
from desktop.wire.board import AgentFigures, OwnFigures, QueueFigures


class Pushed:
    """What the backend tells; ``ended`` counts how often somebody stopped looking."""

    def __init__(self) -> None:
        self.ended = 0

    def show_own(self, on_figures: Callable[[OwnFigures], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        self.tell, self.fail = on_figures, on_error

        def _end() -> None:
            self.ended += 1

        return _end


@pytest.fixture
def live(work: Any) -> Pushed:
    made = Pushed()
    work.workplace.live = made
    return made


def figures(work: Any, **fields: Any) -> OwnFigures:
    mine = AgentFigures(id=work.sample.ME, name="Anna", handled=7, load={"chat": 2, "email": 1}, occupancy=0.5)
    queue = QueueFigures(id="billing", waiting=3, longest_s=90, level_today=0.7, target=0.8)
    return OwnFigures(**({"at": work.workplace.now(), "mine": mine, "queues": (queue,)} | fields))


def test_my_day_and_my_queues(work: Any, live: Pushed) -> None:
    model = OwnFiguresModel(work.workplace, work.workplace)
    assert work.workplace.catalogue is not None
    work.settle()
    model.start()
    model.start()
    assert not model.is_loaded
    live.tell(figures(work))
    assert model.mine is not None
    assert (model.mine.handled, model.mine.in_hand, model.mine.average_handling_s) == (7, 3, None)
    (queue,) = model.queues
    assert (queue.name, queue.waiting, queue.is_below) == ("Billing & payment", 3, True)
    model.stop()
    model.stop()
    assert live.ended == 1


def test_what_is_known_stays_when_the_connection_goes(work: Any, live: Pushed) -> None:
    model = OwnFiguresModel(work.workplace, work.workplace)
    model.start()
    live.tell(figures(work))
    live.fail("offline")
    assert (model.error, model.is_loaded) == ("offline", True)
    live.tell(figures(work))
    assert model.error == ""


def test_without_a_backend_that_has_them_it_is_offline(work: Any) -> None:
    model = OwnFiguresModel(work.workplace, work.workplace)
    model.start()
    assert (model.error, model.is_loaded) == ("offline", False)
    model.stop()
