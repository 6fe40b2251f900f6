"""A recording that is played: the strip says so, and it can be stopped, hurried and begun again from the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.theme.theme import Theme
from desktop.ui.window import tape
from desktop.ui.window.strip import StatusStrip
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.presence import PresenceViewModel


class Played:
    """A recording of ten minutes, at its second minute."""

    def __init__(self) -> None:
        self.length_ms = 600_000
        self.position_ms = 120_000.0
        self.speed = 1.0
        self.is_paused = False

    @property
    def is_over(self) -> bool:
        return self.position_ms >= self.length_ms

    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, 2, tzinfo=UTC)

    def pause(self) -> None:
        self.is_paused = True

    def go_on(self) -> None:
        self.is_paused = False

    def faster(self) -> None:
        self.speed *= 2

    def slower(self) -> None:
        self.speed /= 2

    def rewind(self) -> None:
        self.position_ms = 0.0


@pytest.fixture
def strip(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[StatusStrip]:
    presence = PresenceViewModel(shift.workplace)
    made = StatusStrip(shift.workplace, presence, theme)
    presence.setParent(made)
    show(made, 1280, 28)
    shift.settle()
    yield made
    made.hide()


@pytest.fixture
def played(shift: Any) -> Played:
    played = Played()
    shift.workplace.playbacks[""] = played
    shift.workplace.accounts.put(DeskAccount(id="a", kind="files", title="Bad day"))
    return played


def test_nothing_is_said_where_nothing_is_played(strip: StatusStrip, shift: Any) -> None:
    assert not strip.tape.isVisible()
    assert tape.commands(shift.workplace) == []


def test_where_it_is_and_how_fast(strip: StatusStrip, played: Played) -> None:
    strip.tape.tick()
    assert strip.tape.isVisible()
    assert strip.tape.text() == strip.tape.accessibleName() == "Recording 2:00 of 10:00"
    played.speed = 4.0
    strip.tape.tick()
    assert strip.tape.text().endswith("×4")
    played.position_ms = 700_000.0
    strip.tape.tick()
    assert strip.tape.text() == "Recording 10:00 of 10:00 · at its end"
    assert "leaves this computer" in strip.tape.toolTip()


def test_a_click_stops_it_and_another_lets_it_go_on(strip: StatusStrip, played: Played) -> None:
    strip.tape.tick()
    QTest.mouseClick(strip.tape, Qt.MouseButton.LeftButton)
    assert played.is_paused
    assert strip.tape.text().endswith("paused")
    QTest.mouseClick(strip.tape, Qt.MouseButton.LeftButton)
    assert not played.is_paused


def test_its_clock_is_the_windows_clock_and_nobodys_is_called_wrong(
    strip: StatusStrip, shift: Any, played: Played
) -> None:
    from desktop.sync.status import Phase, SyncStatus
    from desktop.viewmodels.workplace import Workplace

    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE, clock_offset_s=-864_000.0))
    shift.settle()
    assert not strip.wrong_clock.isVisible()
    assert Workplace.now(shift.workplace) == played.now()
    del shift.workplace.playbacks[""]
    assert abs(Workplace.now(shift.workplace) - (datetime.now(UTC) - timedelta(days=10))) < timedelta(minutes=1)


def test_all_of_it_by_the_palette(window: Any, shift: Any, played: Played) -> None:
    def choose(text: str) -> None:
        next(choice for choice in window.palette_._commands() if choice.text == text).act()

    choose("Pause the recording")
    assert played.is_paused
    choose("Let the recording go on")
    assert not played.is_paused
    choose("Play the recording faster")
    assert played.speed == 2
    choose("Play the recording slower")
    choose("Play the recording from the start")
    assert (played.speed, played.position_ms) == (1, 0)


def test_who_is_recorded_is_told_so(window: Any) -> None:
    plain = tape.being_recorded("/tmp/x", is_anonymised=False)
    assert "/tmp/x" in plain
    assert "real words" in plain
    assert "replaced" in tape.being_recorded("/tmp/x", is_anonymised=True)
    assert tape.ended("unwritable") == "The recording has ended. Nothing can be written there."
