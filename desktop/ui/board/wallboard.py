"""The wallboard: full screen, dark, large, one page after the other. Left and right turn the pages, the space bar stays
on one, F11 or Escape ends it. It looks at the board itself, so that it goes on while the lead is elsewhere in the window.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.board import wall_pages
from desktop.ui.board.wall_pages import WallPage
from desktop.ui.charts.halfhours import ArrivalsChart
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.ui.theme.tokens import tokens
from desktop.ui.widgets.beat import Beat
from desktop.viewmodels.board import BoardViewModel
from desktop.viewmodels.workplace import Workplace

TURN_MS = 12_000
# A board that is older than this is told of.
_STALE_S = 15.0


class Wallboard(QWidget):
    """A window of its own; hidden, it asks for nothing."""

    def __init__(
        self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._workplace = workplace
        self._board = board
        self._colors = tokens("contrast" if theme.choice == "contrast" else "dark")
        self._pages: list[WallPage] = [WallPage("figures")]
        self.number = 0
        self.setWindowTitle(self.tr("Wallboard"))
        self.setAccessibleName(self.tr("Wallboard"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.chart = ArrivalsChart(theme, self.tr("Arrivals by half hour"), self)
        self.chart.tokens = self._colors
        self.chart.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.chart.hide()
        self._turning = QTimer(self)
        self._turning.setInterval(TURN_MS)
        self._turning.timeout.connect(lambda: self.turn(1))
        self._beat = Beat(self)
        self._beat.beat.connect(self.update)
        board.changed.connect(self._on_board)

    @property
    def page(self) -> WallPage:
        """The page in sight."""
        return self._pages[self.number % len(self._pages)]

    @property
    def is_turning(self) -> bool:
        """Whether it goes on by itself."""
        return self._turning.isActive()

    def turn(self, by: int) -> None:
        """Go pages on or back."""
        self.number = (self.number + by) % len(self._pages)
        self._show_page()

    def toggle_turning(self) -> None:
        """Stay on a page, or go on."""
        if self.is_turning:
            self._turning.stop()
        else:
            self._turning.start()
        self.update()

    def _on_board(self) -> None:
        if self.isVisible():
            self._pages = wall_pages.pages_of(self._board)
            self.number %= len(self._pages)
            self._show_page()

    def _show_page(self) -> None:
        is_day = self.page.kind == "day"
        if is_day:
            self.chart.draw(self._board.intervals(), self._workplace.now())
            self.chart.enlarge(max(fonts.TINY, self.height() // 36))
            self.chart.setGeometry(self._body().toRect())
        self.chart.setVisible(is_day)
        self.update()

    def _body(self) -> QRectF:
        side = self.height() * 0.045
        return QRectF(self.rect()).adjusted(side, self.height() * 0.13, -side, -self.height() * 0.065)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, board = self._colors, self._board
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        painter.fillRect(self.rect(), colors.color("bg"))
        side = self.height() * 0.045
        head = QRectF(self.rect()).adjusted(side, self.height() * 0.03, -side, 0)
        head.setHeight(self.height() * 0.075)
        painter.setFont(fonts.figures(max(14, self.height() // 24), 600))
        painter.setPen(colors.color("text"))
        line = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(head, int(line | Qt.AlignmentFlag.AlignLeading), self._title())
        painter.drawText(head, int(line | Qt.AlignmentFlag.AlignTrailing), formats.clock(self._workplace.now()))
        body = self._body()
        if board.board is None:
            painter.setFont(fonts.font(max(14, self.height() // 28)))
            painter.setPen(colors.color("muted"))
            painter.drawText(body, int(Qt.AlignmentFlag.AlignCenter), self.tr("Waiting for the figures…"))
        elif self.page.kind == "figures":
            wall_pages.paint_figures(painter, body, board, colors)
        elif self.page.kind == "queues":
            wall_pages.paint_queues(painter, body, board, self.page.first, colors)
        self._paint_foot(painter)
        painter.end()

    def _title(self) -> str:
        kind = self.page.kind
        return {"queues": self.tr("Queues"), "day": self.tr("Arrivals against forecast")}.get(
            kind, self.tr("Right now")
        )

    def _paint_foot(self, painter: QPainter) -> None:
        """Dots for the pages; beside them, how old the figures are where they are old."""
        colors, height = self._colors, self.height()
        size = max(4.0, height / 130)
        middle = height * 0.968
        left = self.width() / 2 - (len(self._pages) - 1) * size * 1.5
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(len(self._pages)):
            painter.setBrush(colors.color("accent" if number == self.number else "line_strong"))
            painter.drawEllipse(QRectF(left + number * size * 3 - size / 2, middle - size / 2, size, size))
        notes = []
        if not self.is_turning:
            notes.append(self.tr("stays on this page"))
        if self._board.error or self._board.late_s > _STALE_S:
            notes.append(self.tr("figures are %1 old").replace("%1", formats.span(self._board.late_s)))
        if notes:
            painter.setFont(fonts.figures(max(12, height // 48)))
            painter.setPen(colors.color("warn"))
            area = QRectF(self.rect()).adjusted(0, 0, -height * 0.045, 0)
            area.setTop(height * 0.94)
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter), " · ".join(notes)
            )

    # --- its life ---------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._board.start(self)
        self._turning.start()
        self._beat.start()
        self._on_board()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turning.stop()
        self._beat.stop()
        self._board.stop(self)
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_page()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_Left, Qt.Key.Key_PageUp):
            on = key in (Qt.Key.Key_Right, Qt.Key.Key_PageDown)
            mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
            self.turn(1 if on is not mirrored else -1)
            if self.is_turning:
                self._turning.start()
        elif key == Qt.Key.Key_Space:
            self.toggle_turning()
        else:
            super().keyPressEvent(event)
