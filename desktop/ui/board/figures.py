"""The figures of the whole centre, large, in a row: what waits, the service level, abandonment, occupancy, arrivals,
staff. Each opens the contacts behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.ui.board import wording
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.board import BoardViewModel, ContactsFilter, Figure

translate = QCoreApplication.translate

OCCUPANCY = 5
"""The place of that figure among all: the first to go where there is no room."""
_ALL_FROM = 940


@dataclass(frozen=True, slots=True)
class Large:
    """A figure to be read from afar: what it is, its value, what it is measured by, its colour, the contacts behind it, and
    what the tooltip adds."""

    title: str
    value: str
    below: str
    tone: str = ""
    which: ContactsFilter | None = None
    more: str = ""


def large_figures(board: BoardViewModel) -> list[Large]:
    """Return the figures of the whole centre as they stand."""
    t = board.totals
    longest = board.age_s(t.longest_s)
    target = translate("board", "today, target %1").replace("%1", wording.share(t.target))
    waits = translate("board", "nobody waits")
    if t.waiting:
        waits = translate("board", "longest %1").replace("%1", formats.ticking(longest))
    left = translate("board", "%1 of %2").replace("%1", str(t.abandoned)).replace("%2", str(t.answered + t.abandoned))
    expected = translate("board", "no forecast yet")
    if t.arrivals_forecast is not None:
        expected = translate("board", "forecast %1").replace("%1", str(round(t.arrivals_forecast)))
    staff, tone, need = str(t.signed_in), "", translate("board", "%n ready", None, t.ready)
    if t.needed is not None and t.there is not None:
        staff = f"{t.there} / {t.needed}"
        short = t.needed - t.there
        need = translate("board", "%n short now", None, short) if short > 0 else translate("board", "enough for now")
        tone = "bad" if short > 2 else "warn" if short > 0 else ""
    return [
        Large(
            translate("board", "Waiting"),
            str(t.waiting),
            waits,
            wording.wait_tone(longest) if t.waiting else "",
            ContactsFilter(figure=Figure.WAITING),
            board.queue_name(t.longest_queue),
        ),
        Large(
            translate("board", "Service level"),
            wording.share(t.level_today),
            target,
            _tone(t.level_today, t.target),
            ContactsFilter(figure=Figure.DUE),
        ),
        Large(
            translate("board", "Last half hour"),
            wording.share(t.level_now),
            translate("board", "service level"),
            _tone(t.level_now, t.target),
            ContactsFilter(figure=Figure.DUE_NOW),
        ),
        Large(
            translate("board", "Abandoned"),
            wording.share(t.abandonment),
            left,
            "bad" if (t.abandonment or 0.0) > 0.1 else "warn" if (t.abandonment or 0.0) > 0.05 else "",
            ContactsFilter(figure=Figure.ABANDONED),
        ),
        Large(
            translate("board", "Arrivals today"), str(t.arrivals), expected, "", ContactsFilter(figure=Figure.ARRIVALS)
        ),
        Large(
            translate("board", "Occupancy"),
            wording.share(t.occupancy),
            translate("board", "%n signed in", None, t.signed_in),
            "warn" if (t.occupancy or 0.0) > 0.9 else "",
            ContactsFilter(figure=Figure.IN_HAND),
        ),
        Large(translate("board", "Staff"), staff, need, tone),
    ]


def _tone(level: float | None, target: float | None) -> str:
    tone = wording.level_tone(level, target)
    return "" if tone in ("good", "muted") else tone


class FigureCard(QAbstractButton):
    """One figure. Its parts keep their places whatever the number."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.figure = Large("", "", "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(120, 84)

    def minimumSizeHint(self) -> QSize:
        return QSize(92, 84)

    def show_figure(self, figure: Large) -> None:
        """Show a figure; nothing is painted where it is the same."""
        if figure == self.figure:
            return
        self.figure = figure
        self.setAccessibleName(f"{figure.title}: {figure.value}")
        below = " · ".join(part for part in (figure.below, figure.more) if part)
        self.setAccessibleDescription(below)
        self.setToolTip(plain_tip(f"{figure.title}: {figure.value}\n{below}"))
        self.setCursor(Qt.CursorShape.PointingHandCursor if figure.which else Qt.CursorShape.ArrowCursor)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        is_live = self.figure.which is not None and (self.underMouse() or self.isDown())
        painter.setBrush(theme.color("hover" if is_live else "panel"))
        painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line"), 2 if self.hasFocus() else 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        left, width = 12, self.width() - 20
        side = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setLayoutDirection(self.layoutDirection())
        for top, height, font, ink, text in (
            (9, 16, fonts.font(fonts.SMALL), "muted", self.figure.title),
            (27, 34, fonts.figures(fonts.FIGURE, 600), self.figure.tone or "text", self.figure.value),
            (61, 14, fonts.figures(fonts.TINY), "muted", self.figure.below),
        ):
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(QRectF(left, top, width, height), int(side), shown)
        painter.end()


class FiguresRow(QWidget):
    """``drilled`` carries the filter of the figure that was chosen."""

    drilled = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.cards: list[FigureCard] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)

    def show_board(self, board: BoardViewModel) -> None:
        """Show the figures of a board."""
        for number, figure in enumerate(large_figures(board)):
            if number == len(self.cards):
                card = FigureCard(self._theme, self)
                card.clicked.connect(lambda _on=False, card=card: self._on_clicked(card))
                self._row.addWidget(card)
                self.cards.append(card)
                self._fit()
            self.cards[number].show_figure(figure)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Occupancy goes first where there is no room for all."""
        for card in self.cards[OCCUPANCY : OCCUPANCY + 1]:
            card.setVisible(self.width() >= _ALL_FROM)

    def _on_clicked(self, card: FigureCard) -> None:
        if card.figure.which is not None:
            self.drilled.emit(card.figure.which)
