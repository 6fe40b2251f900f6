"""The journey as a chart: lanes, dots, the line of what is older, the pointer and the keyboard in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from desktop.domain.channels import Channel
from desktop.domain.journey import Touchpoint
from desktop.ui.charts.axis import TimeAxis
from desktop.ui.charts.journey import DOTS, JourneyChart
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.journey import LANES, Journey

NOW = datetime.now(UTC)


def point(number: int, channel: Channel = Channel.WEB, hours: float = 1, **fields: Any) -> Touchpoint:
    defaults = {"id": f"tp-{number}", "customer_id": "c", "channel": channel, "kind": "visit"}
    return Touchpoint(**{**defaults, "at": NOW - timedelta(hours=hours), **fields})  # type: ignore[arg-type]


POINTS = (
    point(1, Channel.SHOP, 200, kind="purchase", title="Kaffeemaschine"),
    point(2, Channel.CALL, 100, kind="contact", interaction_id="i-call", mood=-0.6, duration_s=372),
    point(3, Channel.EMAIL, 50, kind="contact", interaction_id="i-mail"),
    point(4, Channel.WEB, 2, kind="visit", title="<b>Hilfe</b><img src='file:///x'>"),
)
SHOWN = [Channel.SHOP, Channel.WEB, Channel.CALL, Channel.EMAIL]


@pytest.fixture
def chart(theme: Theme, show: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[JourneyChart]:
    # pyqtgraph leaves out moves of the pointer that follow too fast, as a test's do.
    monkeypatch.setitem(pg.CONFIG_OPTIONS, "mouseRateLimit", -1)
    made = in_a_frame(JourneyChart(theme, days=0), show)
    made.setFocus()
    yield made
    QToolTip.hideText()
    made.window().hide()


def in_a_frame(chart: JourneyChart, show: Callable[..., Any]) -> JourneyChart:
    """As in its card: pyqtgraph's own ``close`` is not for a window that somebody else closes."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(chart)
    show(frame, 372, 220)
    return chart


def journey(points: tuple[Touchpoint, ...], customer: str = "c") -> Journey:
    moods = tuple((p.at, p.mood) for p in points if p.mood is not None)
    return Journey(customer, tuple(sorted(points, key=lambda p: p.at)), moods)  # type: ignore[arg-type]


def dots(chart: JourneyChart) -> set[tuple[str, float]]:
    """Return (symbol, lane) of every dot drawn."""
    found = set()
    for look, item in chart._dots.items():
        _, rows = item.getData()
        found |= {(look.symbol, float(row)) for row in rows}
    return found


def spot_of(chart: JourneyChart, number: int) -> QPoint:
    chart.grab()
    QApplication.processEvents()
    box = chart.getPlotItem().getViewBox()
    scene = box.mapViewToScene(QPointF(chart._x[number], chart._y[number]))
    return chart.mapFromScene(scene)


def shown_hours(chart: JourneyChart) -> float:
    low, high = chart.getPlotItem().getViewBox().viewRange()[0]
    return float(high - low) / 3600


# --- drawing ---------------------------------------------------------------------------------------------------------


def test_each_touchpoint_lies_on_its_channels_lane_the_first_one_on_top(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    assert dots(chart) == {("o", 3), ("d", 1), ("o", 0), ("o", 2)}
    names = [text for _, text in chart._lane_axis._tickLevels[0]]
    assert names == ["E-mail", "Call", "Website", "Shop"]
    assert chart.accessibleName() == "Journey: 4 touchpoints. Arrow keys go from one to the next."


def test_all_of_it_is_in_view_at_first_and_the_last_days_where_asked(
    theme: Theme, show: Callable[..., Any], chart: JourneyChart
) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    assert shown_hours(chart) > 200
    month = in_a_frame(JourneyChart(theme, days=3), show)
    month.draw(journey(POINTS), SHOWN, None)
    assert 72 < shown_hours(month) < 100
    month.window().hide()


def test_the_stretch_of_time_looked_at_stays_as_something_is_added(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    chart.setXRange(POINTS[2].at.timestamp() - 7200, POINTS[2].at.timestamp() + 7200, padding=0)
    before = shown_hours(chart)
    chart.draw(journey((*POINTS, point(5, Channel.WEB, 0.1))), SHOWN, None)
    assert shown_hours(chart) == pytest.approx(before, rel=0.01)
    chart.draw(journey(POINTS, "another"), SHOWN, None)
    assert shown_hours(chart) > 200


def test_ten_thousand_are_dots_and_what_is_older_a_line_a_day(chart: JourneyChart) -> None:
    many = tuple(point(n, LANES[n % len(LANES)], hours=n * 0.5) for n in range(DOTS + 4800))
    chart.draw(journey(many), list(LANES), None)
    drawn = sum(len(item.getData()[0]) for item in chart._dots.values())
    assert drawn == DOTS
    days, heights = chart._density.getData()
    assert len(days) in (100, 101)
    assert np.max(heights) == len(LANES) - 1.5
    assert np.max(days) <= np.min(chart._x) + 86400
    assert not chart.grab().isNull()


def test_the_mood_is_a_line_across_the_lanes(chart: JourneyChart) -> None:
    moods = tuple(point(n, Channel.CHAT, hours=24 * (20 - n), mood=-1 + n / 10) for n in range(21))
    chart.draw(journey(moods), SHOWN, None)
    _, heights = chart._mood.getData()
    assert heights[0] < heights[len(heights) // 2] < heights[-1]
    assert min(heights) >= -0.5
    assert max(heights) <= len(SHOWN) - 0.5


def test_it_is_drawn_in_the_colours_of_the_theme(chart: JourneyChart, theme: Theme) -> None:
    chart.draw(journey(POINTS), SHOWN, "i-mail")
    before = chart.grab().toImage()
    theme.choose("contrast")
    assert chart.grab().toImage() != before


# --- the pointer -----------------------------------------------------------------------------------------------------


def test_a_click_opens_the_contact_and_a_visit_is_none(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    chosen: list[str] = []
    chart.interaction_chosen.connect(chosen.append)
    for number in (2, 3):
        spot = spot_of(chart, number)
        QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(chart.viewport(), Qt.MouseButton.LeftButton, pos=spot_of(chart, 2) + QPoint(0, 30))
    assert chosen == ["i-mail"]


def test_hovering_tells_as_plain_text(chart: JourneyChart, pointer: Callable[..., None]) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    spot = spot_of(chart, 3)
    pointer(chart.viewport(), spot.x() + 2, spot.y())
    tip = QToolTip.text()
    assert "Website visit · Website" in tip
    assert "&lt;b&gt;Hilfe" in tip
    assert "<img" not in tip
    spot = spot_of(chart, 1)
    pointer(chart.viewport(), spot.x(), spot.y())
    assert "mood: angry" in QToolTip.text()
    assert "6 min" in QToolTip.text()


def test_the_wheel_zooms_and_a_drag_pans(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    before = shown_hours(chart)
    box = chart.getPlotItem().getViewBox()
    box.scaleBy((0.5, 1))
    assert shown_hours(chart) == pytest.approx(before / 2, rel=0.01)
    left = box.viewRange()[0][0]
    box.translateBy(x=3600)
    assert box.viewRange()[0][0] == pytest.approx(left + 3600, abs=60)
    assert box.state["mouseEnabled"] == [True, False]


# --- the keyboard ----------------------------------------------------------------------------------------------------


def test_arrows_walk_the_points_enter_opens_the_contact(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    chosen: list[str] = []
    chart.interaction_chosen.connect(chosen.append)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "Website visit" in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen == []
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "E-mail" in chart.accessibleDescription()
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert chosen == ["i-mail"]
    for _ in range(9):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "Kaffeemaschine" in chart.accessibleDescription()
    assert chart._ring.getData()[0][0] == POINTS[0].at.timestamp()


def test_the_keyboard_passes_over_what_is_on_no_lane(chart: JourneyChart) -> None:
    """The overview leaves out the lanes that nothing was on lately."""
    chart.draw(journey(POINTS), [Channel.WEB, Channel.EMAIL], None)
    for _ in range(5):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "E-mail" in chart.accessibleDescription()


def test_a_point_out_of_view_is_brought_in(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    now = NOW.timestamp()
    chart.setXRange(now - 3600 * 5, now, padding=0)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    low, high = chart.getPlotItem().getViewBox().viewRange()[0]
    assert low < POINTS[2].at.timestamp() < high


def test_plus_and_minus_zoom_and_nought_shows_all(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    before = shown_hours(chart)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    assert shown_hours(chart) < before * 0.7
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    QTest.keyClick(chart, Qt.Key.Key_0)
    assert shown_hours(chart) == pytest.approx(before, rel=0.01)
    QTest.keyClick(chart, Qt.Key.Key_Plus)
    QTest.keyClick(chart, Qt.Key.Key_Minus)
    assert shown_hours(chart) == pytest.approx(before, rel=0.01)


def test_the_focus_is_seen_and_its_mark_goes_with_it(chart: JourneyChart, theme: Theme) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert len(chart._ring.getData()[0]) == 1
    assert chart.grab().toImage().pixelColor(chart.width() // 2, 0) == theme.color("accent")
    chart.clearFocus()
    assert len(chart._ring.getData()[0]) == 0


# --- the axis --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0.02, 0.5, 3, 30, 200, 2000])
def test_the_days_below_have_room_at_every_zoom(days: float) -> None:
    axis = TimeAxis("bottom")
    now = datetime.now(UTC).timestamp()
    ((step, values),) = axis.tickValues(now - days * 86400, now, 300)
    assert 1 <= len(values) <= 6
    assert values == sorted(values)
    texts = axis.tickStrings(values, 1, step)
    assert len(set(texts)) == len(texts)
    assert all(len(text) < 10 for text in texts)
