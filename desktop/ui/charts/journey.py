"""The journey as a chart: a lane per channel over time, a dot per touchpoint, the mood as a line across. The wheel zooms, a
drag pans, hovering tells, a click or Enter opens the contact; the arrow keys go from dot to dot.

Up to ``DOTS`` touchpoints are drawn as dots; with more, the older ones become a line of how many there were a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

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
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.journey import Journey

translate = QCoreApplication.translate

DOTS = 10_000
_DAY = 86400.0
# How far from a dot's middle, in pixels, it is still meant.
_REACH = 9


class _Look(NamedTuple):
    """How a dot is drawn: a contact larger than a visit, a bad moment as a red diamond, the open contact as a ring."""

    size: int
    symbol: str
    is_bad: bool
    is_now: bool


_LOOKS = (
    _Look(7, "o", False, False),
    _Look(10, "o", False, False),
    _Look(7, "d", True, False),
    _Look(10, "d", True, False),
    _Look(13, "o", False, True),
    _Look(13, "o", True, True),
)


def _look(point: Touchpoint, current: InteractionId | None) -> int:
    """Return which of the looks a touchpoint has."""
    is_contact = point.interaction_id is not None
    is_bad = (point.mood is not None and point.mood < -0.35) or (point.rating is not None and point.rating <= 2)
    if is_contact and point.interaction_id == current:
        return 4 + is_bad
    return 2 * is_bad + is_contact


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
        self._x, self._y, self._look_of = np.empty(0), np.empty(0), np.empty(0, dtype=int)
        self._days_older, self._counts_older = np.empty(0), np.empty(0)
        self._lanes: list[Channel] = []
        self._focus = -1
        self._shown_for: object = None
        self.setAntialiasing(True)
        self.setMenuEnabled(False)
        # The menu nobody sees is made without a parent and would outlive the chart.
        self.getPlotItem().ctrlMenu.setParent(self, Qt.WindowType.Popup)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setProperty("look", "chart")
        box = self.getPlotItem().getViewBox()
        box.setMouseEnabled(x=True, y=False)
        box.setDefaultPadding(0.0)
        self._mood = pg.PlotCurveItem(antialias=True)
        self._density = pg.PlotCurveItem(fillLevel=-0.5, antialias=True)
        # One item a look, not a pen and a brush a dot: that is what makes thousands of them quick to draw.
        self._dots = {look: pg.ScatterPlotItem(pxMode=True) for look in _LOOKS}
        self._ring = pg.ScatterPlotItem(pxMode=True)
        for item in (self._density, self._mood, *self._dots.values(), self._ring):
            self.addItem(item)
        self.scene().sigMouseMoved.connect(self._on_moved)
        self.scene().sigMouseClicked.connect(self._on_clicked)
        theme.changed.connect(self._paint)
        self._style_axes()

    # --- drawing ----------------------------------------------------------------------------------------------------

    def draw(self, journey: Journey, lanes: Sequence[Channel], current: InteractionId | None) -> None:
        """Draw a journey; the stretch of time shown is kept while it is the same customer's."""
        is_new = journey.customer_id != self._shown_for
        self._shown_for = journey.customer_id
        rows = {lane: row for row, lane in enumerate(reversed(lanes))}
        # What is on a lane that is not shown is not shown either, and nothing stops at it.
        shown = [point for point in journey.touchpoints if point.channel in rows]
        self._points, older = shown[-DOTS:], shown[:-DOTS]
        self._x = np.array([point.at.timestamp() for point in self._points])
        self._y = np.array([rows[point.channel] for point in self._points], dtype=float)
        self._look_of = np.array([_look(point, current) for point in self._points], dtype=int)
        days = np.array([point.at.timestamp() // _DAY for point in older], dtype=float)
        self._days_older, counts = np.unique(days, return_counts=True)
        self._counts_older = counts.astype(float)
        self._moods = journey.moods
        self._lanes = list(lanes)
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
        oldest, newest = float(self._x.min()), float(self._x.max())
        last = max(newest, datetime.now(UTC).timestamp())
        first = oldest
        if self._days and last - first > self._days * _DAY:
            first = last - self._days * _DAY
        pad = max((last - first) * 0.05, 3600.0)
        box = self.getPlotItem().getViewBox()
        begin = float(self._days_older[0]) * _DAY if len(self._days_older) else oldest
        box.setLimits(xMin=begin - 30 * _DAY, xMax=last + 30 * _DAY, minXRange=1800)
        self.setXRange(first - pad, last + 2 * pad, padding=0)
        self.setYRange(-0.6, max(len(self._lanes) - 0.4, 0.6), padding=0)

    def _paint(self) -> None:
        t = self._theme
        self._style_axes()
        for number, (look, item) in enumerate(self._dots.items()):
            which = self._look_of == number
            color = t.color("bad" if look.is_bad else "accent")
            item.setData(
                self._x[which],
                self._y[which],
                size=look.size,
                symbol=look.symbol,
                brush=t.color("raised") if look.is_now else color,
                pen=_pen(color, 2.5 if look.is_now else 0.5),
            )
        self._paint_ring()
        self._paint_mood()
        self._paint_density()

    def _paint_ring(self) -> None:
        """Mark the point that the keyboard is at."""
        which = slice(self._focus, self._focus + 1) if self._focus >= 0 else slice(0, 0)
        pen = _pen(self._theme.color("text"), 2.5)
        self._ring.setData(self._x[which], self._y[which], size=14, symbol="o", brush=None, pen=pen)

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
        days, counts = self._days_older, self._counts_older
        if not len(days):
            self._density.setData([], [])
            return
        height = max(len(self._lanes) - 1, 1)
        self._density.setData((days + 0.5) * _DAY, counts / counts.max() * height - 0.5)
        self._density.setPen(_pen(self._theme.color("muted"), 1))

    def _style_axes(self) -> None:
        t = self._theme
        self._lane_axis.setStyle(tickLength=0, tickTextOffset=8, tickFont=fonts.font(fonts.TINY))
        # Labels may stick out a little, or today's, at the very end, would be the first to be left out.
        self._time_axis.setStyle(
            tickLength=0, tickTextOffset=5, tickFont=fonts.font(fonts.TINY), hideOverlappingLabels=24
        )
        for axis in (self._lane_axis, self._time_axis):
            axis.setPen(QPen(Qt.PenStyle.NoPen))
            axis.setTextPen(t.color("muted"))
            axis.setTickPen(_pen(t.color("line"), 1))
        self._lane_axis.setGrid(40 if not t.tokens.is_dark else 55)
        self._time_axis.setHeight(22)

    # --- telling and opening ----------------------------------------------------------------------------------------

    def _at(self, spot: QPointF) -> int:
        """Return the number of the touchpoint under a place of the scene, -1 for none."""
        box = self.getPlotItem().getViewBox()
        if not len(self._x) or not box.sceneBoundingRect().contains(spot):
            return -1
        at = box.mapSceneToView(spot)
        wide, high = box.viewPixelSize()
        away = ((self._x - at.x()) / wide) ** 2 + ((self._y - at.y()) / high) ** 2
        nearest = int(away.argmin())
        return nearest if away[nearest] <= _REACH**2 else -1

    def _on_moved(self, spot: QPointF) -> None:
        number = self._at(spot)
        if number < 0:
            QToolTip.hideText()
            self.unsetCursor()
            return
        point = self._points[number]
        QToolTip.showText(self.cursor().pos(), plain_tip(told(point)), self)
        self.setCursor(Qt.CursorShape.PointingHandCursor if point.interaction_id else Qt.CursorShape.ArrowCursor)

    def _on_clicked(self, event: Any) -> None:
        number = self._at(event.scenePos())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._choose(self._points[number])

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
        at, row = float(self._x[self._focus]), float(self._y[self._focus])
        if not low < at < high:
            half = (high - low) / 2
            self.setXRange(at - half, at + half, padding=0)
        self._paint_ring()
        self.setAccessibleDescription(told(point))
        spot = self.getPlotItem().getViewBox().mapViewToScene(QPointF(at, row))
        QToolTip.showText(self.mapToGlobal(self.mapFromScene(spot)), plain_tip(told(point)), self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._focus >= 0:
            self._focus = -1
            self._paint_ring()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        QToolTip.hideText()


def _pen(color: QColor, width: float) -> QPen:
    made = QPen(color, width)
    made.setCosmetic(True)
    return made
