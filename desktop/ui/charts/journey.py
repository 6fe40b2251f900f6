"""The journey as a chart: a lane per channel over time, a dot per touchpoint, the mood as a line across. The wheel zooms, a
drag pans, hovering tells, a click or Enter opens the contact; the arrow keys go from dot to dot.

Up to ``DOTS`` touchpoints are drawn as dots; with more, the older ones become a line of how many there were a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId
from desktop.domain.journey import Touchpoint
from desktop.ui.charts.axis import LaneAxis, TimeAxis
from desktop.ui.i18n import formats, words
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.journey import Journey

translate = QCoreApplication.translate

DOTS = 10_000
_DAY = 86400.0


def kind_word(point: Touchpoint) -> str:
    """Return what a touchpoint was, in a word."""
    known = {
        "contact": translate("charts", "Contact"),
        "visit": translate("charts", "Website visit"),
        "purchase": translate("charts", "Purchase"),
        "order": translate("charts", "Order"),
        "shop_visit": translate("charts", "Shop visit"),
        "survey": translate("charts", "Survey"),
        "delivery": translate("charts", "Delivery"),
        "payment": translate("charts", "Payment"),
        "return": translate("charts", "Return"),
        "log_in": translate("charts", "Log-in"),
    }
    return known.get(point.kind, point.kind.replace("_", " ").capitalize())


def told(point: Touchpoint) -> str:
    """Return all there is to say of a touchpoint, for tooltip and screen reader; plain text."""
    lines = [f"{kind_word(point)} · {words.channel(point.channel)} · {formats.exact(point.at)}"]
    if point.title:
        lines.append(point.title[:200])
    facts = []
    if point.duration_s:
        facts.append(formats.span(point.duration_s))
    if point.mood is not None:
        facts.append(translate("charts", "mood: %1").replace("%1", words.mood(point.mood)[0]))
    if point.rating is not None:
        facts.append(translate("charts", "rated %1 of 5").replace("%1", str(point.rating)))
    if facts:
        lines.append(", ".join(facts))
    return "\n".join(lines)


class JourneyChart(pg.PlotWidget):  # type: ignore[misc]
    """``days`` is the stretch of time shown at first, 0 all of it."""

    interaction_chosen = Signal(object)

    def __init__(self, theme: Theme, *, days: int, parent: QWidget | None = None) -> None:
        self._lane_axis = LaneAxis()
        self._time_axis = TimeAxis("bottom")
        super().__init__(parent, axisItems={"left": self._lane_axis, "bottom": self._time_axis}, background=None)
        self._theme = theme
        self._days = days
        self._points: list[Touchpoint] = []
        self._lanes: list[Channel] = []
        self._current: InteractionId | None = None
        self._focus = -1
        self._shown_for: object = None
        self.setAntialiasing(True)
        self.setMenuEnabled(False)
        # The menu nobody sees is made without a parent and would outlive the chart.
        self.getPlotItem().ctrlMenu.setParent(self, Qt.WindowType.Popup)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setStyleSheet("background: transparent; border: 0;")
        box = self.getPlotItem().getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.setDefaultPadding(0.0)
        self._mood = pg.PlotCurveItem()
        self._density = pg.PlotCurveItem(fillLevel=-0.5)
        self._dots = pg.ScatterPlotItem(hoverable=True, pxMode=True)
        self._dots.sigClicked.connect(self._on_clicked)
        self._dots.sigHovered.connect(self._on_hovered)
        for item in (self._density, self._mood, self._dots):
            self.addItem(item)
        theme.changed.connect(self._paint)
        self._style_axes()

    # --- drawing ----------------------------------------------------------------------------------------------------

    def draw(self, journey: Journey, lanes: Sequence[Channel], current: InteractionId | None) -> None:
        """Draw a journey; the stretch of time shown is kept while it is the same customer's."""
        is_new = journey.customer_id != self._shown_for
        self._shown_for = journey.customer_id
        self._points = list(journey.touchpoints[-DOTS:])
        self._older = journey.touchpoints[:-DOTS]
        self._moods = journey.moods
        self._lanes = list(lanes)
        self._current = current
        self._focus = -1
        self.setAccessibleName(
            translate("charts", "Journey: %n touchpoints. Arrow keys go from one to the next.", None, len(self._points))
        )
        names = [words.channel(lane) for lane in reversed(self._lanes)]
        self._lane_axis.set_names(names)
        self._style_axes()
        metrics = self.fontMetrics()
        self._lane_axis.setWidth(max((metrics.horizontalAdvance(name) for name in names), default=20) + 14)
        self._paint()
        if is_new and self._points:
            self._frame()

    def _frame(self) -> None:
        times = [point.at.timestamp() for point in self._points]
        last = max(max(times), datetime.now(UTC).timestamp())
        first = min(times)
        if self._days and last - first > self._days * _DAY:
            first = last - self._days * _DAY
        pad = max((last - first) * 0.05, 3600.0)
        box = self.getPlotItem().getViewBox()
        box.setLimits(xMin=min(times) - 30 * _DAY, xMax=last + 30 * _DAY, minXRange=1800)
        self.setXRange(first - pad, last + 2 * pad, padding=0)
        self.setYRange(-0.6, max(len(self._lanes) - 0.4, 0.6), padding=0)

    def _row(self, channel: Channel) -> int:
        return len(self._lanes) - 1 - self._lanes.index(channel)

    def _paint(self) -> None:
        t = self._theme
        self._style_axes()
        spots: list[dict[str, Any]] = []
        for number, point in enumerate(self._points):
            if point.channel not in self._lanes:
                continue
            is_now = point.interaction_id is not None and point.interaction_id == self._current
            is_bad = (point.mood is not None and point.mood < -0.35) or (point.rating is not None and point.rating <= 2)
            color = t.color("bad" if is_bad else "accent")
            is_contact = point.interaction_id is not None
            spots.append(
                {
                    "pos": (point.at.timestamp(), self._row(point.channel)),
                    "size": 13 if is_now else 10 if is_contact else 7,
                    "brush": t.color("panel") if is_now else color,
                    "pen": _pen(color, 2.5 if is_now else 0.5) if number != self._focus else _pen(t.color("text"), 2.5),
                    "symbol": "d" if is_bad and not is_now else "o",
                    "data": number,
                }
            )
        self._dots.setData(spots, hoverPen=_pen(t.color("text"), 2))
        self._paint_mood()
        self._paint_density()

    def _paint_mood(self) -> None:
        if len(self._moods) < 2:
            self._mood.setData([], [])
            return
        at = np.array([instant.timestamp() for instant, _mood in self._moods])
        value = np.array([mood for _instant, mood in self._moods])
        # One point a stretch of a fortieth of what is shown at first: single words swing more than a mood does.
        low = max(at[0], at[-1] - self._days * _DAY) if self._days else at[0]
        width = max((at[-1] - low) / 40, 1800.0)
        _, which = np.unique((at - at[0]) // width, return_inverse=True)
        counts = np.bincount(which)
        when = np.bincount(which, at) / counts
        mean = np.bincount(which, value) / counts
        weights = np.ones(min(3, len(mean)))
        smooth = np.convolve(mean, weights, "same") / np.convolve(np.ones_like(mean), weights, "same")
        height = max(len(self._lanes) - 1, 0) + 0.8
        self._mood.setData(when, (smooth + 1) / 2 * height - 0.4)
        self._mood.setPen(_pen(self._theme.color("bad"), 1.5))

    def _paint_density(self) -> None:
        if not self._older:
            self._density.setData([], [])
            return
        days = np.array([point.at.timestamp() // _DAY for point in self._older])
        which, counts = np.unique(days, return_counts=True)
        height = max(len(self._lanes) - 1, 1)
        self._density.setData((which + 0.5) * _DAY, counts / counts.max() * height - 0.5)
        self._density.setPen(_pen(self._theme.color("faint"), 1))

    def _style_axes(self) -> None:
        t = self._theme
        self._lane_axis.setStyle(tickLength=0, tickTextOffset=8, tickFont=fonts.font(fonts.TINY))
        self._time_axis.setStyle(tickLength=0, tickTextOffset=5, tickFont=fonts.font(fonts.TINY))
        for axis in (self._lane_axis, self._time_axis):
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(t.color("muted"))
            axis.setTickPen(_pen(t.color("line"), 1))
        self._lane_axis.setGrid(40 if not t.tokens.is_dark else 55)
        self._time_axis.setHeight(20)

    # --- telling and opening ----------------------------------------------------------------------------------------

    def _on_hovered(self, _item: object, spots: Any, _event: object) -> None:
        if len(spots):
            point = self._points[spots[0].data()]
            QToolTip.showText(self.cursor().pos(), told(point), self)
            self.setCursor(Qt.CursorShape.PointingHandCursor if point.interaction_id else Qt.CursorShape.ArrowCursor)
        else:
            QToolTip.hideText()
            self.unsetCursor()

    def _on_clicked(self, _item: object, spots: Any, _event: object) -> None:
        if len(spots):
            self._choose(self._points[spots[0].data()])

    def _choose(self, point: Touchpoint) -> None:
        if point.interaction_id:
            self.interaction_chosen.emit(point.interaction_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right go from touchpoint to touchpoint, Enter opens, plus and minus zoom, 0 shows all."""
        key = event.key()
        box = self.getPlotItem().getViewBox()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self._points:
            step = 1 if key == Qt.Key.Key_Right else -1
            start = len(self._points) if self._focus < 0 and step < 0 else self._focus
            self._focus = max(0, min(len(self._points) - 1, start + step))
            self._tell_focused()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._focus < len(self._points):
            self._choose(self._points[self._focus])
        elif key == Qt.Key.Key_Plus:
            box.scaleBy((0.6, 1))
        elif key == Qt.Key.Key_Minus:
            box.scaleBy((1 / 0.6, 1))
        elif key == Qt.Key.Key_0:
            self._frame()
        else:
            super().keyPressEvent(event)

    def _tell_focused(self) -> None:
        point = self._points[self._focus]
        low, high = self.getPlotItem().getViewBox().viewRange()[0]
        at = point.at.timestamp()
        if not low < at < high:
            half = (high - low) / 2
            self.setXRange(at - half, at + half, padding=0)
        self._paint()
        self.setAccessibleDescription(told(point))
        spot = self.getPlotItem().getViewBox().mapViewToScene(QPointF(at, self._row(point.channel)))
        QToolTip.showText(self.mapToGlobal(self.mapFromScene(spot)), told(point), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._focus >= 0:
            self._focus = -1
            self._paint()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()


def _pen(color: QColor, width: float) -> QPen:
    made = QPen(color, width)
    made.setCosmetic(True)
    return made
