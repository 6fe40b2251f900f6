"""The card around the journey's chart. The chart itself is made when the card is first seen: what it is drawn with takes
longer to load than the whole window may take to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.context.card import Card
from desktop.ui.i18n import reasons
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.journey import JourneyViewModel

if TYPE_CHECKING:
    from desktop.ui.charts.journey import JourneyChart

_DAYS = 30


class JourneyCard(Card):
    """``is_large`` gives the chart the room of a tab of its own; ``interaction_chosen`` when a contact is clicked."""

    interaction_chosen = Signal(object)

    def __init__(self, model: JourneyViewModel, theme: Theme, *, is_large: bool, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._model = model
        self._theme = theme
        self._is_large = is_large
        self.chart: JourneyChart | None = None
        self.title.setText(self.tr("Journey") if is_large else self.tr("Journey of the last %n days", None, _DAYS))
        self.setAccessibleName(self.title.text())
        self._empty = QLabel(self.tr("Nothing is known of this customer's journey yet."), self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self.rows.addWidget(self._empty)
        self._pain = QLabel(self)
        self._pain.setTextFormat(Qt.TextFormat.PlainText)
        self._pain.setProperty("look", "muted")
        self._pain.setWordWrap(True)
        self.rows.addWidget(self._pain)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._make)
        model.changed.connect(self._on_changed)
        self._on_changed()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.chart is None:
            self._soon.start()
        else:
            self._draw()

    def _make(self) -> None:
        if self.chart is not None or self._model.journey is None or not self._model.journey.touchpoints:
            return
        from desktop.ui.charts.journey import JourneyChart

        self.chart = JourneyChart(self._theme, days=0 if self._is_large else _DAYS, parent=self)
        self.chart.setFixedHeight(364 if self._is_large else 172)
        self.chart.interaction_chosen.connect(self.interaction_chosen)
        self.rows.insertWidget(0, self.chart)
        self._draw()

    def _on_changed(self) -> None:
        journey = self._model.journey
        has_any = journey is not None and bool(journey.touchpoints)
        self._empty.setVisible(not has_any)
        recent = self._model.recent(_DAYS)
        total = len(journey.touchpoints) if journey else 0
        self.aside.setText(self.tr("%n touchpoints", None, total if self._is_large else recent) if has_any else "")
        self._say_pain()
        if self.chart is not None:
            self.chart.setVisible(has_any)
        if self.isVisible():
            if self.chart is None:
                self._soon.start()
            else:
                self._draw()

    def _say_pain(self) -> None:
        summary = self._model.summary
        text = ""
        if summary is not None and summary.pain_points:
            latest = summary.pain_points[-1]
            phrases = [reasons.reason(one) for one in latest.reasons]
            text = self.tr("Pain point: %1").replace("%1", ", ".join(phrase for phrase in phrases if phrase))
        self._pain.setText(text)
        self._pain.setVisible(bool(text))

    def _draw(self) -> None:
        if self.chart is not None and self._model.journey is not None:
            self.chart.draw(self._model.journey, self._model.lanes(0 if self._is_large else _DAYS), self._model.current)
