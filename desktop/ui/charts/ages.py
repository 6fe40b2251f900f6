"""How long what waits has waited: a bar for each span of time, named and counted. Up and down go from one to the next,
Enter opens the contacts.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.charts.pointed import PointedChart
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import AGES_S

translate = QCoreApplication.translate

_ROW = 22.0
TONES = ("accent", "accent", "accent", "warn", "bad", "bad")
"""The colour of each age, youngest first."""


def age_name(number: int) -> str:
    """Return the name of an age of ``QueueFigures.backlog``: under 1 min, 1 min to 5 min, over 1 d."""
    if number <= 0:
        return translate("charts", "under %1").replace("%1", formats.span(AGES_S[0]))
    if number >= len(AGES_S):
        return translate("charts", "over %1").replace("%1", formats.span(AGES_S[-1]))
    text = translate("charts", "%1 to %2").replace("%1", formats.span(AGES_S[number - 1]))
    return text.replace("%2", formats.span(AGES_S[number]))


class AgesChart(PointedChart):
    """A bar for each age, the youngest above."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._ages: tuple[int, ...] = ()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(320, int(_ROW * (len(AGES_S) + 1)) + 4)

    def draw(self, ages: Sequence[int]) -> None:
        """Draw how many wait, by age."""
        if tuple(ages) != self._ages:
            self._ages = tuple(ages)
            self.update()

    def count(self) -> int:
        return len(self._ages)

    def step(self, key: int) -> int:
        return {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(key), 0) or super().step(key)

    def area(self, number: int) -> QRectF:
        return QRectF(2, 2 + number * _ROW, self.width() - 4, _ROW)

    def told(self, number: int) -> str:
        return f"{age_name(number)}: " + translate("charts", "%n waiting", None, self._ages[number])

    def paint(self, painter: QPainter) -> None:
        colors = self.colors()
        if not self._ages:
            painter.setPen(colors.color("muted"))
            text = translate("charts", "Nothing waits")
            painter.drawText(QRectF(self.rect()), int(Qt.AlignmentFlag.AlignCenter), text)
            return
        painter.setFont(fonts.figures(fonts.SMALL))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(painter.font())
        names = max(metrics.horizontalAdvance(age_name(n)) for n in range(len(self._ages))) + 10
        counts = max(metrics.horizontalAdvance(str(value)) for value in self._ages) + 10
        most = max(max(self._ages), 1)
        for number, value in enumerate(self._ages):
            row = self.area(number)
            painter.setPen(colors.color("muted"))
            name = self.flipped(QRectF(row.left(), row.top(), names, row.height()))
            painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), age_name(number))
            room = row.width() - names - counts
            bar = QRectF(row.left() + names, row.center().y() - 5, max(value / most * room, 3.0 if value else 0.0), 10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color(TONES[min(number, len(TONES) - 1)]))
            painter.drawRoundedRect(self.flipped(bar), 3, 3)
            painter.setPen(colors.color("text" if value else "muted"))
            after = self.flipped(QRectF(bar.right() + 6, row.top(), counts, row.height()))
            painter.drawText(after, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), str(value))
