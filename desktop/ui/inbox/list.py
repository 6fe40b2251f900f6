"""The list of contacts. The keyboard walks from contact to contact, headers passed over; what the list moves by itself,
because a row went, opens nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QListView, QWidget

from desktop.viewmodels.inbox import Role

# As Qt names it itself.
_PANE = "qt_scrollarea_viewport"


class InboxList(QListView):
    """``walked(index)`` when the person at the list went to another row by a key or by dragging."""

    walked = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # One Qt makes by itself is unknown to PySide, which makes all its types of widgets to find out which it is: the first
        # paint would wait 20 ms for that.
        pane = QWidget(self)
        pane.setObjectName(_PANE)
        pane.setBackgroundRole(QPalette.ColorRole.Base)
        pane.setAutoFillBackground(True)
        # What lies beneath is not painted with each second of a row's clock.
        pane.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setViewport(pane)
        self._pressed = QPersistentModelIndex()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is stale and no more: Qt would paint all rows between two whose clocks went on."""
        areas = list(cast("Iterable[QRect]", event.region()))
        painter = QPainter(self.viewport())
        for area in areas:
            painter.fillRect(area, self.palette().base())
        painter.end()
        for area in areas:
            super().paintEvent(QPaintEvent(area))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        now = self.currentIndex()
        is_arrow = event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down)
        if is_arrow and now.data(Role.ID) is not None and not self.selectionModel().hasSelection():
            # The list has put the keyboard on a row that nobody chose: the first one, or the one after a row that went.
            self.setCurrentIndex(now)
            self.walked.emit(now)
            return
        before = QPersistentModelIndex(self.currentIndex())
        super().keyPressEvent(event)
        self._tell_walked(before)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = QPersistentModelIndex(self.currentIndex())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._tell_walked(self._pressed)

    def moveCursor(self, action: QListView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Go on past a header, the way that was asked for; there is always a contact below one."""
        found = super().moveCursor(action, modifiers)
        if not found.isValid() or found.data(Role.ID) is not None:
            return found
        up = (QListView.CursorAction.MoveUp, QListView.CursorAction.MovePageUp, QListView.CursorAction.MovePrevious)
        below, above = found.siblingAtRow(found.row() + 1), found.siblingAtRow(found.row() - 1)
        return above if action in up and above.isValid() else below

    def _tell_walked(self, before: QPersistentModelIndex) -> None:
        now = self.currentIndex()
        if now.isValid() and before != now:
            self.walked.emit(now)
