"""The charts of the board: reached by keys, told in words, opened where they are chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ui.charts.ages import AgesChart, age_name
from desktop.ui.charts.halfhours import ArrivalsChart, LevelChart, StaffChart
from desktop.ui.charts.heat import HeatMap
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import Interval

NOON = datetime(2026, 3, 4, 12, 10, tzinfo=UTC)


def day() -> list[Interval]:
    start = NOON.replace(hour=0, minute=0)
    parts = []
    for n in range(48):
        at = start + timedelta(minutes=30 * n)
        is_past, is_open = at <= NOON, 18 <= n < 36
        parts.append(
            Interval(
                start=at,
                arrivals=(n % 7 if is_open else 0) if is_past else None,
                forecast=5.5 if is_open else None,
                low=3.0 if is_open else None,
                high=9.0 if is_open else None,
                answered=4 if is_past and is_open else None,
                in_time=3 if is_past and is_open else None,
                needed=6 if is_open else None,
                there=4 if is_past and is_open else None,
            )
        )
    return parts


@pytest.fixture
def arrivals(theme: Theme, show: Callable[..., Any]) -> Iterator[ArrivalsChart]:
    chart = ArrivalsChart(theme, "Arrivals")
    show(chart, 340, 150)
    chart.draw(day(), NOON)
    yield chart
    chart.hide()


def test_hours_in_which_nothing_happens_are_left_out(arrivals: ArrivalsChart) -> None:
    assert arrivals.count() == 18
    assert arrivals.intervals[0].start.hour == 9
    arrivals.draw([], NOON)
    assert arrivals.count() == 0
    assert not arrivals.grab().isNull()


def test_keys_go_from_half_hour_to_half_hour_and_tell(arrivals: ArrivalsChart) -> None:
    chosen: list[int] = []
    arrivals.chosen.connect(chosen.append)
    arrivals.setFocus()
    QTest.keyClick(arrivals, Qt.Key.Key_Right)
    QTest.keyClick(arrivals, Qt.Key.Key_Right)
    assert arrivals.focused == 1
    assert arrivals.accessibleDescription().endswith("5 arrivals\nforecast 5.5 (3–9)")
    QTest.keyClick(arrivals, Qt.Key.Key_Return)
    QTest.keyClick(arrivals, Qt.Key.Key_End)
    QTest.keyClick(arrivals, Qt.Key.Key_Right)
    assert arrivals.focused == 17, "the end holds"
    assert chosen == [1]
    QTest.mouseClick(arrivals, Qt.MouseButton.LeftButton, pos=arrivals.area(3).center().toPoint())
    assert chosen == [1, 3]


def test_right_to_left_begins_at_the_right(arrivals: ArrivalsChart) -> None:
    arrivals.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert arrivals.area(0).left() > arrivals.area(17).left()
    arrivals.setFocus()
    QTest.keyClick(arrivals, Qt.Key.Key_Left)
    QTest.keyClick(arrivals, Qt.Key.Key_Left)
    assert arrivals.focused == 1


def test_what_is_missing_of_staff_and_level_is_said(theme: Theme, show: Callable[..., Any]) -> None:
    level, staff = LevelChart(theme, "Level"), StaffChart(theme, "Staff")
    for chart in (level, staff):
        show(chart, 340, 150)
        chart.draw(day(), NOON)
        assert not chart.grab().isNull()
    level.target = 0.8
    assert "service level 75% (3/4)" in level.told(0)
    assert "2 short" in staff.told(0)
    assert "there" not in staff.told(17), "who will be there is not known"
    for chart in (level, staff):
        chart.hide()


def test_the_map_of_busy_times_goes_both_ways(theme: Theme, show: Callable[..., Any]) -> None:
    heat = [[float(part - 15) if 16 <= part < 36 else 0.0 for part in range(48)] for _ in range(7)]
    chart = HeatMap(theme, "Busy times")
    show(chart, 340, 160)
    chart.draw(heat, NOON)
    assert chart.count() == 7 * 20
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    assert chart.focused == 20
    assert chart.accessibleDescription().startswith("Tuesday")
    QTest.keyClick(chart, Qt.Key.Key_Up)
    QTest.keyClick(chart, Qt.Key.Key_Up)
    assert chart.focused == 0, "there is nothing above Monday"
    assert not chart.grab().isNull()
    chart.draw([[1.0]], NOON)
    assert chart.count() == 0
    assert not chart.grab().isNull()
    chart.hide()


def test_each_age_of_the_backlog_has_a_name_and_can_be_chosen(theme: Theme, show: Callable[..., Any]) -> None:
    assert [age_name(n) for n in (0, 1, 5)] == ["under 1 min", "1 min to 5 min", "over 1 d"]
    chart = AgesChart(theme, "Backlog")
    show(chart, 340, 140)
    chart.draw((3, 0, 1, 0, 0, 2))
    chosen: list[int] = []
    chart.chosen.connect(chosen.append)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Down)
    QTest.keyClick(chart, Qt.Key.Key_Down)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen == [1]
    assert chart.told(0) == "under 1 min: 3 waiting"
    assert not chart.grab().isNull()
    chart.hide()
