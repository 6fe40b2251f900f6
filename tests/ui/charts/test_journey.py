"""The journey as a chart: lanes, dots, the line of what is older, the pointer and the keyboard in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QVBoxLayout, QWidget

from desktop.domain.channels import Channel
from desktop.domain.journey import Touchpoint
from desktop.ui.charts.journey import DOTS, JourneyChart
from desktop.ui.charts.timeline import DAY, Timeline
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.journey import LANES, Journey, MoodSpan

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
def chart(theme: Theme, show: Callable[..., Any]) -> Iterator[JourneyChart]:
    made = in_a_frame(JourneyChart(theme, days=0), show)
    made.setFocus()
    yield made
    QToolTip.hideText()
    made.window().hide()


def in_a_frame(chart: JourneyChart, show: Callable[..., Any]) -> JourneyChart:
    """As in its card."""
    frame = QWidget()
    column = QVBoxLayout(frame)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(chart)
    show(frame, 372, 220)
    return chart


def journey(points: tuple[Touchpoint, ...], customer: str = "c") -> Journey:
    moods = tuple(MoodSpan(p.at.timestamp(), p.mood, 1) for p in points if p.mood is not None)
    return Journey(customer, tuple(sorted(points, key=lambda p: p.at)), moods)  # type: ignore[arg-type]


def drawn(chart: JourneyChart) -> set[tuple[int, bool, int]]:
    """Return (size, is bad, lane) of every dot drawn."""
    return {(look.size, look.is_bad, row) for look, row in zip(chart._looks, chart._rows, strict=True)}


def spot_of(chart: JourneyChart, number: int) -> QPoint:
    QApplication.processEvents()
    return chart.place(number).toPoint()


def shown_hours(chart: JourneyChart) -> float:
    return chart.time.span / 3600


def turn_the_wheel(
    chart: JourneyChart, steps: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> bool:
    """Turn the wheel over the middle; says whether the chart took it."""
    middle = QPointF(chart.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(chart.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(chart, event)
    return event.isAccepted()


# --- drawing ---------------------------------------------------------------------------------------------------------


def test_each_touchpoint_lies_on_its_channels_lane_the_first_one_on_top(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    assert drawn(chart) == {(7, False, 3), (10, True, 1), (10, False, 0), (7, False, 2)}
    assert chart._lanes == ["E-mail", "Call", "Website", "Shop"]
    assert chart.place(0).y() < chart.place(3).y() < chart.place(1).y() < chart.place(2).y()
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
    chart.time.show(POINTS[2].at.timestamp() - 7200, POINTS[2].at.timestamp() + 7200)
    before = shown_hours(chart)
    chart.draw(journey((*POINTS, point(5, Channel.WEB, 0.1))), SHOWN, None)
    assert shown_hours(chart) == pytest.approx(before, rel=0.01)
    chart.draw(journey(POINTS, "another"), SHOWN, None)
    assert shown_hours(chart) > 200


def test_ten_thousand_are_dots_and_what_is_older_a_line_a_day(chart: JourneyChart) -> None:
    many = tuple(point(n, LANES[n % len(LANES)], hours=n * 0.5) for n in range(DOTS + 4800))
    chart.draw(journey(many), list(LANES), None)
    assert len(chart._points) == DOTS
    assert len(chart._density) in (100, 101)
    assert sum(count for _at, count in chart._density) == 4800
    assert chart._density[-1][0] <= chart._at[0] + DAY
    assert not chart.grab().isNull()


def test_the_mood_is_a_line_across_the_lanes(chart: JourneyChart) -> None:
    moods = tuple(point(n, Channel.CHAT, hours=24 * (20 - n), mood=-1 + n / 10) for n in range(21))
    chart.draw(journey(moods), SHOWN, None)
    moods_drawn = [mood for _at, mood in chart._mood]
    assert moods_drawn[0] < moods_drawn[len(moods_drawn) // 2] < moods_drawn[-1]
    assert -1 <= min(moods_drawn) <= max(moods_drawn) <= 1


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
        QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(chart, Qt.MouseButton.LeftButton, pos=spot_of(chart, 2) + QPoint(0, 30))
    assert chosen == ["i-mail"]


def test_hovering_tells_as_plain_text(chart: JourneyChart, pointer: Callable[..., None]) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    spot = spot_of(chart, 3)
    pointer(chart, spot.x() + 2, spot.y())
    tip = QToolTip.text()
    assert "Website visit · Website" in tip
    assert "&lt;b&gt;Hilfe" in tip
    assert "<img" not in tip
    spot = spot_of(chart, 1)
    pointer(chart, spot.x(), spot.y())
    assert "mood: angry" in QToolTip.text()
    assert "6 min" in QToolTip.text()


def test_the_wheel_zooms_where_the_keyboard_is_or_with_ctrl_and_else_scrolls_the_column(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    before = shown_hours(chart)
    assert turn_the_wheel(chart, 1)
    assert shown_hours(chart) == pytest.approx(before * 0.6, rel=0.01)
    chart.clearFocus()
    assert not turn_the_wheel(chart, 1)
    assert shown_hours(chart) == pytest.approx(before * 0.6, rel=0.01)
    assert turn_the_wheel(chart, -1, Qt.KeyboardModifier.ControlModifier)
    assert shown_hours(chart) == pytest.approx(before, rel=0.01)


def test_a_drag_pans_and_opens_nothing(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    chosen: list[str] = []
    chart.interaction_chosen.connect(chosen.append)
    start = spot_of(chart, 2)
    low = chart.time.low
    QTest.mousePress(chart, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(chart, start + QPoint(30, 0))
    QTest.mouseMove(chart, start + QPoint(60, 0))
    QTest.mouseRelease(chart, Qt.MouseButton.LeftButton, pos=start + QPoint(60, 0))
    assert low - chart.time.low == pytest.approx(60 / chart.plot.width() * chart.time.span, rel=0.05)
    assert chosen == []


def test_it_is_mirrored_where_one_reads_from_right_to_left(chart: JourneyChart) -> None:
    chart.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    chart.draw(journey(POINTS), SHOWN, None)
    assert chart.place(3).x() < chart.place(0).x()
    assert chart.plot.right() < chart.width() - 40
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert "Website visit" in chart.accessibleDescription()


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


def test_the_keyboard_passes_over_what_is_on_no_lane(chart: JourneyChart) -> None:
    """The overview leaves out the lanes that nothing was on lately."""
    chart.draw(journey(POINTS), [Channel.WEB, Channel.EMAIL], None)
    for _ in range(5):
        QTest.keyClick(chart, Qt.Key.Key_Left)
    assert "E-mail" in chart.accessibleDescription()


def test_a_point_out_of_view_is_brought_in(chart: JourneyChart) -> None:
    chart.draw(journey(POINTS), SHOWN, None)
    now = NOW.timestamp()
    chart.time.show(now - 3600 * 5, now)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    QTest.keyClick(chart, Qt.Key.Key_Left)
    assert chart.time.low < POINTS[2].at.timestamp() < chart.time.high


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
    with_mark = chart.grab().toImage()
    assert with_mark.pixelColor(chart.width() // 2, 0) == theme.color("accent")
    around = chart.place(3).toPoint() + QPoint(7, 0)
    chart.clearFocus()
    without = chart.grab().toImage()
    assert with_mark.pixelColor(around).lightness() < without.pixelColor(around).lightness() - 60


# --- the axis --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [0.05, 0.5, 3, 30, 200, 2000])
def test_the_days_below_have_room_at_every_zoom(days: float) -> None:
    time = Timeline()
    now = datetime.now(UTC).timestamp()
    time.limit(now - 3000 * DAY, now)
    time.show(now - days * DAY, now)
    labels = time.labels(300, now)
    assert 1 <= len(labels) <= 6
    assert labels == sorted(labels)
    texts = [text for _at, text in labels]
    assert len(set(texts)) == len(texts)
    assert all(len(text) < 10 for text in texts)
