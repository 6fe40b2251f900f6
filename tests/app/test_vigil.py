"""Sleep is noticed by clocks, on any system; a new way out by the system's own word."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from desktop.app.vigil import PERIOD_S, Vigil, clocks


class Machine:
    """A machine whose clocks are ours: the steady one stands still while it sleeps, the other runs on."""

    def __init__(self) -> None:
        self.steady, self.boot = 1_000.0, 50_000.0
        self.slept: list[float] = []
        self.vigil = Vigil((lambda: self.steady, lambda: self.boot))
        self.vigil.woke.connect(self.slept.append)

    def runs(self, seconds: float) -> None:
        self.steady += seconds
        self.boot += seconds
        self.vigil.look()

    def sleeps(self, seconds: float) -> None:
        self.boot += seconds


def test_a_machine_that_never_sleeps_never_wakes(qtbot: QtBot) -> None:
    machine = Machine()
    for late in (0.0, 0.2, 3.0, 0.0):
        machine.runs(PERIOD_S + late)
    assert machine.slept == []


def test_waking_up_is_told_once_with_the_time_that_was_slept(qtbot: QtBot) -> None:
    machine = Machine()
    machine.runs(PERIOD_S)
    machine.sleeps(3600)
    machine.runs(PERIOD_S)
    machine.runs(PERIOD_S)
    assert machine.slept == [3600]


def test_a_system_whose_steady_clock_runs_on_while_it_sleeps(qtbot: QtBot) -> None:
    machine = Machine()
    machine.runs(PERIOD_S + 600)
    assert machine.slept == [600]


def test_setting_the_clock_back_is_no_sleep(qtbot: QtBot) -> None:
    machine = Machine()
    machine.boot -= 86_400
    machine.runs(PERIOD_S)
    assert machine.slept == []


def test_the_real_clocks_run(qtbot: QtBot) -> None:
    first = [clock() for clock in clocks()]
    assert all(later >= earlier for later, earlier in zip([clock() for clock in clocks()], first, strict=True))


def test_it_watches_from_start_to_stop_and_says_nothing_of_itself(qtbot: QtBot) -> None:
    vigil = Vigil()
    told: list[object] = []
    vigil.woke.connect(told.append)
    vigil.start()
    qtbot.wait(30)
    vigil.stop()
    assert told == []
