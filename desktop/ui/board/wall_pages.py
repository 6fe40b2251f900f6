"""What the wallboard shows, page by page, painted to be read from across a room: the figures of the centre, its queues a
few at a time, the day. Names no agent and no customer.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from desktop.ui.board import wording
from desktop.ui.board.figures import OCCUPANCY, Large, large_figures
from desktop.ui.i18n import formats
from desktop.ui.theme import fonts
from desktop.ui.theme.tokens import Tokens
from desktop.viewmodels.board import BoardViewModel, QueueFigures

translate = QCoreApplication.translate

QUEUES_A_PAGE = 7
_TILES = 6


@dataclass(frozen=True, slots=True)
class WallPage:
    """``kind`` is ``figures``, ``queues`` (from the queue number ``first`` on) or ``day``."""

    kind: str
    first: int = 0


def pages_of(board: BoardViewModel) -> list[WallPage]:
    """Return the pages there are, in their order."""
    queues = len(sorted_queues(board))
    listed = [WallPage("queues", first) for first in range(0, queues, QUEUES_A_PAGE)]
    day = [WallPage("day")] if any(one.arrivals or one.forecast for one in board.intervals()) else []
    return [WallPage("figures"), *listed, *day]


def sorted_queues(board: BoardViewModel) -> list[QueueFigures]:
    """Return the open queues by name, so that each keeps its place on the wall."""
    rows = [queue for queue in (board.board.queues if board.board else ()) if queue.is_open or queue.waiting]
    return sorted(rows, key=lambda queue: board.queue_name(queue.id).casefold())


def paint_figures(painter: QPainter, area: QRectF, board: BoardViewModel, colors: Tokens) -> None:
    """Paint the figures of the centre as six tiles."""
    figures = [one for number, one in enumerate(large_figures(board)) if number != OCCUPANCY][:_TILES]
    gap = area.height() * 0.03
    width, height = (area.width() - 2 * gap) / 3, (area.height() - gap) / 2
    for number, figure in enumerate(figures):
        row, column = divmod(number, 3)
        tile = QRectF(area.left() + column * (width + gap), area.top() + row * (height + gap), width, height)
        _paint_tile(painter, tile, figure, colors)


def _paint_tile(painter: QPainter, tile: QRectF, figure: Large, colors: Tokens) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.color("panel"))
    painter.drawRoundedRect(tile, 16, 16)
    inner = tile.adjusted(tile.width() * 0.06, tile.height() * 0.07, -tile.width() * 0.06, -tile.height() * 0.07)
    parts = (
        (0.0, 0.2, _font(inner.height() * 0.11), "muted", figure.title),
        (0.2, 0.58, _font(inner.height() * 0.46, 600), figure.tone or "text", figure.value),
        (0.8, 0.2, _font(inner.height() * 0.1), "muted", figure.below),
    )
    for top, share, font, ink, text in parts:
        line = QRectF(inner.left(), inner.top() + top * inner.height(), inner.width(), share * inner.height())
        _write(painter, line, text, font, colors.color(ink))


def paint_queues(painter: QPainter, area: QRectF, board: BoardViewModel, first: int, colors: Tokens) -> None:
    """Paint some of the queues as lines: name, waiting, longest wait, service level now and today, staff."""
    rows = sorted_queues(board)[first : first + QUEUES_A_PAGE]
    head = area.height() * 0.09
    height = (area.height() - head) / QUEUES_A_PAGE
    titles = (
        translate("board", "Queue"),
        translate("board", "Waiting"),
        translate("board", "Longest"),
        translate("board", "Now"),
        translate("board", "Today"),
        translate("board", "Staff"),
    )
    shares = (0.36, 0.12, 0.15, 0.12, 0.12, 0.13)
    above = QRectF(area.left(), area.top(), area.width(), head)
    _paint_line(painter, above, [(title, "muted") for title in titles], shares, 0.36, colors)
    for number, queue in enumerate(rows):
        line = QRectF(area.left(), area.top() + head + number * height, area.width(), height - height * 0.08)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("panel"))
        painter.drawRoundedRect(line, 12, 12)
        waits = board.age_s(queue.longest_s)
        short = None if queue.needed is None else queue.needed - queue.ready - queue.working
        there = queue.ready + queue.working
        cells = [
            (board.queue_name(queue.id), "text"),
            (str(queue.waiting), (wording.wait_tone(waits) or "text") if queue.waiting else "muted"),
            (formats.ticking(waits) if queue.waiting else wording.NOTHING, wording.wait_tone(waits) or "muted"),
            (wording.share(queue.level_now), wording.level_tone(queue.level_now, queue.target)),
            (wording.share(queue.level_today), wording.level_tone(queue.level_today, queue.target)),
            (
                str(there) if queue.needed is None else f"{there} / {queue.needed}",
                "bad" if short is not None and short > 0 else "text",
            ),
        ]
        _paint_line(painter, line, cells, shares, 0.44, colors)


def _paint_line(
    painter: QPainter,
    line: QRectF,
    cells: list[tuple[str, str]],
    shares: tuple[float, ...],
    size: float,
    colors: Tokens,
) -> None:
    inner = line.adjusted(line.width() * 0.017, 0, -line.width() * 0.017, 0)
    left = inner.left()
    for number, ((text, ink), share) in enumerate(zip(cells, shares, strict=True)):
        room = QRectF(left, inner.top(), inner.width() * share, inner.height())
        left += inner.width() * share
        font = _font(line.height() * size, 600 if number < 2 and ink != "muted" else 400)
        _write(painter, room, text, font, colors.color(ink), is_number=number > 0)


def _font(pixels: float, weight: int = 400) -> QFont:
    return fonts.figures(max(12, round(pixels)), weight)


def _write(painter: QPainter, room: QRectF, text: str, font: QFont, color: QColor, *, is_number: bool = False) -> None:
    """Write a line as large as it fits: smaller first, cut only when it would be hard to read."""
    metrics = QFontMetricsF(font)
    if (width := metrics.horizontalAdvance(text)) > room.width() > 0:
        font = QFont(font)
        font.setPixelSize(max(12, int(font.pixelSize() * max(0.6, room.width() / width))))
        metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width() + 1)
    painter.setFont(font)
    painter.setPen(color)
    side = Qt.AlignmentFlag.AlignTrailing if is_number else Qt.AlignmentFlag.AlignLeading
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), shown)
