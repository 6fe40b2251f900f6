"""The card around the course of the mood over the open contact: the curve, and the moments at which it turned in words. The
curve is made when the card is first seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.context.card import Card
from desktop.ui.i18n import words
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.mood import MoodModel

if TYPE_CHECKING:
    from desktop.ui.charts.mood import MoodCurve


class MoodCard(Card):
    """``message_chosen`` carries the id of a message of the open contact."""

    message_chosen = Signal(str)

    def __init__(self, model: MoodModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._model = model
        self._theme = theme
        self.curve: MoodCurve | None = None
        self.title.setText(self.tr("Mood in this contact"))
        self.setAccessibleName(self.title.text())
        self._turns = QLabel(self)
        self._turns.setTextFormat(Qt.TextFormat.PlainText)
        self._turns.setProperty("look", "muted")
        self._turns.setWordWrap(True)
        self.rows.addWidget(self._turns)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what the model holds, where there is a course to speak of."""
        points = self._model.points
        self.setVisible(len(points) > 1)
        self.aside.setText(words.mood(points[-1].mood)[0] if points else "")
        if self.isVisible():
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def begin(self) -> None:
        """Follow the contact: somebody is about to look."""
        self._model.begin()
        self._model.ask_words()

    def _draw(self) -> None:
        from desktop.ui.charts.mood import MoodCurve, told

        if self.curve is None:
            self.curve = MoodCurve(self._theme, is_large=True, parent=self)
            self.curve.message_chosen.connect(self.message_chosen)
            self.rows.insertWidget(0, self.curve)
        self.curve.draw(self._model.points)
        turns = [told(point) for point in self._model.named[-4:]]
        self._turns.setText("\n".join(turns) if turns else self.tr("It stayed much the same."))
