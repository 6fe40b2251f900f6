"""Paints the rows of the stream from their layouts, which it keeps: nothing is measured twice at one width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.domain.channels import Channel
from desktop.ui.i18n import formats
from desktop.ui.interaction.stream_layout import Hit, Line, RowLayout, StreamLayouter
from desktop.ui.theme import fonts
from desktop.ui.theme.painting import rounded
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.stream import StreamModel, StreamRow

if TYPE_CHECKING:
    from desktop.ui.interaction.stream_view import StreamView

Index = QModelIndex | QPersistentModelIndex

_KEPT = 1200
_FILE_ICONS = (("image/", "image"),)


class StreamDelegate(QStyledItemDelegate):
    """``layout_of`` is also what the view asks for hits and selections."""

    def __init__(self, theme: Theme, layouter: StreamLayouter, view: StreamView) -> None:
        super().__init__(view)
        self._theme = theme
        self._layouter = layouter
        self._view = view
        self._layouts: dict[str, tuple[StreamRow, tuple[int, Channel | None], RowLayout]] = {}

    def layout_of(self, row: StreamRow, width: int) -> RowLayout:
        """Return the layout of a row, measured now or before."""
        kept = self._layouts.get(row.item.key)
        # A message of another channel than the contact's says so.
        made_for = (width, self._layouter.channel)
        if kept is not None and kept[1] == made_for and (kept[0] is row or kept[0] == row):
            return kept[2]
        made = self._layouter.measure(row, width)
        if len(self._layouts) >= _KEPT:
            for key in list(self._layouts)[: _KEPT // 4]:
                del self._layouts[key]
        self._layouts[row.item.key] = (row, made_for, made)
        return made

    def forget(self, key: str | None = None) -> None:
        """Measure one row anew when it is next asked for, or all of them."""
        if key is None:
            self._layouts.clear()
        else:
            self._layouts.pop(key, None)

    # --- Qt ---------------------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._view.row_width()
        model = index.model()
        assert isinstance(model, StreamModel)
        made = self.layout_of(model.row(index.row()), width)
        bottom = 14 if index.row() == model.rowCount() - 1 else 0
        return QSize(width, round(made.height) + bottom)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, StreamModel)
        row = model.row(index.row())
        rect: QRect = option.rect
        made = self.layout_of(row, self._view.row_width())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(rect.topLeft())
        if made.rule is not None:
            self._rule(painter, made, rect.width())
        if self._view.spotlight.key == row.item.key:
            self._light(painter, made, rect.width())
        if made.bubble is not None:
            self._bubble(painter, made)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_HasFocus and self._view.shows_focus():
            self._focus(painter, made, rect.width())
        for line in made.lines:
            self._line(painter, line)
        if made.text is not None:
            self._text(painter, made, row.item.key)
        for file_rect, attachment in made.files:
            self._file(painter, self.mirrored(file_rect), attachment.name, attachment.size, attachment.media_type)
        for hit in made.hits:
            if hit.text:
                self._hit(painter, hit)
        painter.restore()

    # --- parts ------------------------------------------------------------------------------------------------------

    def mirrored(self, rect: QRectF) -> QRectF:
        """Return where ``rect`` is in the window's direction."""
        if self._view.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return rect
        return QRectF(self._view.row_width() - rect.right(), rect.y(), rect.width(), rect.height())

    def text_at(self, made: RowLayout) -> QPointF:
        """Return where the text begins, in the window's direction."""
        if made.text is None or self._view.layoutDirection() is Qt.LayoutDirection.LeftToRight:
            return made.text_at
        width = max((made.text.lineAt(n).width() for n in range(made.text.lineCount())), default=0.0)
        return QPointF(self._view.row_width() - made.text_at.x() - width, made.text_at.y())

    def _bubble(self, painter: QPainter, made: RowLayout) -> None:
        assert made.bubble is not None
        rect = self.mirrored(made.bubble)
        ground = QColor(self._theme.color(made.ground))
        if made.is_faded:
            ground.setAlphaF(0.6)
        is_right = made.is_right is (self._view.layoutDirection() is Qt.LayoutDirection.LeftToRight)
        path = _bubble_path(rect, is_right if made.has_corner else None)
        painter.fillPath(path, ground)
        if made.has_failed:
            painter.setPen(QPen(self._theme.color("bad"), 1))
            painter.drawPath(path)

    def _frame(self, made: RowLayout, width: int, beyond: int) -> QRectF:
        if made.bubble is not None:
            return self.mirrored(made.bubble).adjusted(-beyond, -beyond, beyond, beyond)
        return QRectF(12, 1, width - 24, made.height - 2)

    def _light(self, painter: QPainter, made: RowLayout, width: int) -> None:
        painter.fillPath(rounded(self._frame(made, width, 5), 16), self._theme.color("found"))

    def _focus(self, painter: QPainter, made: RowLayout, width: int) -> None:
        rect = self._frame(made, width, 2)
        painter.setPen(QPen(self._theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 13, 13)

    def _rule(self, painter: QPainter, made: RowLayout, width: int) -> None:
        assert made.rule is not None
        assert made.text is not None
        pen = QPen(self._theme.color("line_strong"), 1, Qt.PenStyle.DashLine)
        painter.setPen(pen)
        start = made.text_at.x() - 30
        painter.drawLine(QPointF(20, made.rule), QPointF(start, made.rule))
        painter.drawLine(QPointF(width - start, made.rule), QPointF(width - 20, made.rule))

    def _line(self, painter: QPainter, line: Line) -> None:
        rect = self.mirrored(line.rect)
        ratio = painter.device().devicePixelRatioF()
        if line.icon:
            size = 12 if line.size == fonts.TINY and line.is_icon_last else 14
            pixmap = self._theme.icons.pixmap(line.icon, size, line.color, ratio)
            is_left = line.is_icon_last is (self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft)
            y = rect.top() + (min(rect.height(), 16.0) - size) / 2
            painter.drawPixmap(QPointF(rect.left() if is_left else rect.right() - size, y), pixmap)
            gap = size + 4 if line.is_icon_last else 20
            rect = rect.adjusted(gap if is_left else 0, 0, 0 if is_left else -gap, 0)
        if line.text:
            is_tiny = line.size == fonts.TINY
            painter.setFont(
                fonts.figures(line.size) if is_tiny and line.weight == 400 else fonts.font(line.size, line.weight)
            )
            painter.setPen(self._theme.color(line.color))
            align = line.align
            if self._view.layoutDirection() is Qt.LayoutDirection.RightToLeft:
                align = {
                    Qt.AlignmentFlag.AlignLeft: Qt.AlignmentFlag.AlignRight,
                    Qt.AlignmentFlag.AlignRight: Qt.AlignmentFlag.AlignLeft,
                }.get(align, align)
            flags = int(align | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignAbsolute) | int(
                Qt.TextFlag.TextWordWrap
            )
            if rect.height() <= 16:
                flags = int(align | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute)
            painter.drawText(rect, flags, line.text)

    def _text(self, painter: QPainter, made: RowLayout, key: str) -> None:
        assert made.text is not None
        painter.setPen(self._theme.color("text" if made.bubble is not None else "muted"))
        selections: list[QTextLayout.FormatRange] = []
        for start, length in self._view.spotlight.marks(made.text.text()):
            found = QTextLayout.FormatRange()
            tint = QTextCharFormat()
            tint.setBackground(self._theme.color("found"))
            tint.setForeground(self._theme.color("text"))
            found.start, found.length, found.format = start, length, tint
            selections.append(found)
        # What an agent wrote decided nothing.
        for start, length in [] if made.is_right else self._view.spotlight.pointed_out(made.text.text()):
            decided = QTextLayout.FormatRange()
            line = QTextCharFormat()
            line.setBackground(self._theme.color("accent_soft"))
            line.setForeground(self._theme.color("on_soft"))
            line.setFontUnderline(True)
            decided.start, decided.length, decided.format = start, length, line
            selections.append(decided)
        chosen = self._view.selection_in(key)
        if chosen is not None:
            one = QTextLayout.FormatRange()
            form = QTextCharFormat()
            form.setBackground(self._theme.color("accent"))
            form.setForeground(self._theme.color("on_accent"))
            one.start, one.length, one.format = chosen[0], chosen[1] - chosen[0], form
            selections.append(one)
        made.text.draw(painter, self.text_at(made), selections)

    def _file(self, painter: QPainter, rect: QRectF, name: str, size: int, media_type: str) -> None:
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("raised"))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        ratio = painter.device().devicePixelRatioF()
        icon = next((icon for prefix, icon in _FILE_ICONS if media_type.startswith(prefix)), "file")
        painter.drawPixmap(rect.topLeft() + QPointF(10, 7), self._theme.icons.pixmap(icon, 16, "muted", ratio))
        told = formats.size(size) if size else ""
        painter.setFont(fonts.font(fonts.TINY))
        room = painter.fontMetrics().horizontalAdvance(told) if told else 0
        inner = rect.adjusted(34, 0, -10, 0)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), told)
        painter.setFont(fonts.font(fonts.SMALL, 500))
        painter.setPen(self._theme.color("text"))
        left = inner.adjusted(0, 0, -room - 10, 0)
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(left.width()) + 1)
        painter.drawText(left, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)

    def _hit(self, painter: QPainter, hit: Hit) -> None:
        font = QFont(fonts.font(fonts.SMALL, 500))
        font.setUnderline(self._view.is_hovered(hit))
        painter.setFont(font)
        painter.setPen(self._theme.color("bad" if hit.code == "discard" else "on_soft"))
        rect = self.mirrored(hit.rect).adjusted(0, 0, 4, 0)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), hit.text)


def _bubble_path(rect: QRectF, is_right: bool | None) -> QPainterPath:
    """Return a rounded bubble; the corner towards its speaker is nearly square at the start of a run."""
    path = QPainterPath()
    path.addRoundedRect(rect, 12, 12)
    if is_right is not None:
        corner = QRectF(rect.right() - 12 if is_right else rect.left(), rect.top(), 12, 12)
        square = QPainterPath()
        square.addRoundedRect(corner, 3, 3)
        path = path.united(square)
    return path
