"""The screen on the wall: dark, page after page, and gone by one key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.board import wall_pages
from desktop.ui.board.wallboard import Wallboard
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import tokens
from desktop.viewmodels.board import BoardViewModel


@pytest.fixture
def made(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/board/figures.py")


@pytest.fixture
def live(made: Any, shift: Any) -> Any:
    shift.workplace.live = made.Pushed()
    return shift.workplace.live


@pytest.fixture
def wall(shift: Any, live: Any, made: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[Wallboard]:
    wall = Wallboard(shift.workplace, BoardViewModel(shift.workplace, shift.workplace), theme)
    show(wall, 1280, 720)
    live.push(made.make_board(16, 20, at=shift.workplace.now()))
    yield wall
    wall.close()


def test_it_is_dark_whatever_the_window_is(wall: Wallboard, theme: Theme) -> None:
    assert theme.tokens.name == "light"
    assert wall.grab().toImage().pixelColor(2, 2) == tokens("dark").color("bg")


def test_all_open_queues_have_a_page_and_the_day_is_last(wall: Wallboard, live: Any) -> None:
    kinds = [page.kind for page in wall._pages]
    count = len(wall_pages.sorted_queues(wall._board))
    assert kinds == ["figures", *["queues"] * -(-count // wall_pages.QUEUES_A_PAGE), "day"]
    pictures = set()
    for _ in kinds:
        pictures.add(bytes(wall.grab().toImage().constBits()))
        wall.turn(1)
    assert len(pictures) == len(kinds)
    assert wall.number == 0


def test_pages_turn_by_keys_and_stay_on_the_space_bar(wall: Wallboard) -> None:
    assert wall.is_turning
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert wall.number == 1
    QTest.keyClick(wall, Qt.Key.Key_Left)
    QTest.keyClick(wall, Qt.Key.Key_Left)
    assert wall.page.kind == "day"
    assert wall.chart.isVisible()
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert not wall.is_turning
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert not wall.is_turning, "who stays on pages still turns them by hand"


def test_fewer_queues_leave_no_page_behind(wall: Wallboard, live: Any, made: Any, shift: Any) -> None:
    wall.turn(-1)
    live.push(made.make_board(1, 2, at=shift.workplace.now()))
    assert wall.number < len(wall._pages)


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_F11])
def test_one_key_ends_it_and_its_questions(wall: Wallboard, live: Any, key: Qt.Key) -> None:
    assert len(live.watchers) == 1
    QTest.keyClick(wall, key)
    assert not wall.isVisible()
    assert live.watchers == []
    assert not wall.is_turning
