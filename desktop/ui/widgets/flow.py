"""A layout that fills lines from the start and goes on in the next line, so that nothing is cut at narrow widths. Items added
with ``add_last`` stand at the end of the last line."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


class FlowBox(QWidget):
    """A widget as high as its flow needs at the width it has; ``flow`` takes the widgets."""

    def __init__(self, parent: QWidget | None = None, gap: int = 4) -> None:
        super().__init__(parent)
        self.flow = FlowLayout(self, gap)
        self.flow.setContentsMargins(0, 0, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(max(self.flow.heightForWidth(self.width()), 1))


class FlowLayout(QLayout):
    """``gap`` is the space between items and between lines."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._last: set[int] = set()
        self._gap = gap
        self._heights: dict[int, int] = {}

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def add_last(self, widget: QWidget) -> None:
        """Add a widget that keeps to the end of the line."""
        self.addWidget(widget)
        self._last.add(len(self._items) - 1)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        # Qt asks again and again for the same few widths until all of the column is laid out.
        if width not in self._heights:
            self._heights[width] = self._lay_out(QRect(0, 0, width, 0), is_trial=True)
        return self._heights[width]

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        shown = [item for item in self._items if not item.isEmpty()]
        margins = self.contentsMargins()
        width = max((item.minimumSize().width() for item in shown), default=0)
        height = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(
            width + margins.left() + margins.right(),
            height + margins.top() + margins.bottom(),
        )

    def _lay_out(self, rect: QRect, *, is_trial: bool) -> int:
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        lines: list[list[tuple[QLayoutItem, QSize, bool]]] = [[]]
        x = 0
        for number, item in enumerate(self._items):
            if item.isEmpty():
                continue
            hint = item.sizeHint()
            size = QSize(min(hint.width(), max(1, area.width())), hint.height())
            if x and x + size.width() > area.width():
                lines.append([])
                x = 0
            lines[-1].append((item, size, number in self._last))
            x += size.width() + self._gap
        y = area.top()
        for line in lines:
            height = max((size.height() for _, size, _ in line), default=0)
            if not is_trial:
                self._place(line, area, y, height)
            y += height + (self._gap if line is not lines[-1] else 0)
        return y - rect.top() + margins.bottom()

    def _place(self, line: list[tuple[QLayoutItem, QSize, bool]], area: QRect, y: int, height: int) -> None:
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent is not None else Qt.LayoutDirection.LeftToRight
        x = area.left()
        trailing = sum(size.width() + self._gap for _, size, is_last in line if is_last) - self._gap
        is_moved = False
        for item, size, is_last in line:
            if is_last and not is_moved:
                x = max(x, area.right() + 1 - trailing)
                is_moved = True
            rect = QRect(x, y + (height - size.height()) // 2, size.width(), size.height())
            item.setGeometry(QStyle.visualRect(direction, area, rect))
            x += size.width() + self._gap
