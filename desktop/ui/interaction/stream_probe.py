"""What of the stream is at a point of the screen: which row, which character, which link or action."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QTextBoundaryFinder
from PySide6.QtGui import QTextLine
from PySide6.QtWidgets import QListView

from desktop.ui.interaction.stream_delegate import StreamDelegate
from desktop.ui.interaction.stream_layout import Hit, RowLayout
from desktop.viewmodels.stream import StreamModel, StreamRow


@dataclass(frozen=True, slots=True)
class Spot:
    """A row, its layout, and the point within it."""

    row: StreamRow
    layout: RowLayout
    point: QPointF


class StreamProbe:
    """Looks into the layouts the delegate keeps."""

    def __init__(self, view: QListView, model: StreamModel, delegate: StreamDelegate) -> None:
        self._view = view
        self._model = model
        self._delegate = delegate

    def spot(self, point: QPoint) -> Spot | None:
        """Return the row at a point of the viewport."""
        index = self._view.indexAt(point)
        if not index.isValid():
            return None
        row = self._model.row(index.row())
        layout = self._delegate.layout_of(row, self._view.viewport().width())
        return Spot(row, layout, QPointF(point - self._view.visualRect(index).topLeft()))

    def hit(self, spot: Spot) -> Hit | None:
        """Return what there is to click at a spot."""
        for hit in spot.layout.hits:
            if self._delegate.mirrored(hit.rect).adjusted(-4, -3, 4, 3).contains(spot.point):
                return hit
        at = self.character(spot)
        if at is not None:
            for start, length, url in spot.layout.links:
                if start <= at < start + length:
                    return Hit(QRectF(), "link", url)
        return None

    def character(self, spot: Spot) -> int | None:
        """Return which character of the text is at a spot, ``None`` beside the text."""
        text = spot.layout.text
        if text is None or not text.lineCount():
            return None
        inner = spot.point - self._delegate.text_at(spot.layout)
        if not -2 <= inner.y() <= spot.layout.text_height + 2:
            return None
        line = self._line(spot, inner)
        if not -4 <= inner.x() <= line.naturalTextWidth() + 6:
            return None
        return int(line.xToCursor(inner.x(), QTextLine.CursorPosition.CursorOnCharacter))

    def gap(self, spot: Spot) -> int | None:
        """Return the place between two characters that is nearest to a spot; ``None`` where there is no text."""
        text = spot.layout.text
        if text is None or not text.lineCount():
            return None
        inner = spot.point - self._delegate.text_at(spot.layout)
        return int(self._line(spot, inner).xToCursor(inner.x(), QTextLine.CursorPosition.CursorBetweenCharacters))

    def word(self, spot: Spot) -> tuple[int, int] | None:
        """Return where the word at a spot begins and ends."""
        position = self.character(spot)
        if position is None or spot.layout.text is None:
            return None
        words = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, spot.layout.text.text())
        words.setPosition(position)
        start = position if words.isAtBoundary() else words.toPreviousBoundary()
        words.setPosition(position)
        return max(0, start), max(0, words.toNextBoundary())

    def _line(self, spot: Spot, inner: QPointF) -> QTextLine:
        text = spot.layout.text
        assert text is not None
        for number in range(text.lineCount()):
            line = text.lineAt(number)
            if inner.y() < line.y() + line.height() + 1:
                return line
        return text.lineAt(text.lineCount() - 1)
