"""A list that grows at its lower end: it stays at the newest row, keeps its place while the agent reads further up, and asks
for older rows before its upper end is reached.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QPushButton, QWidget

from desktop.viewmodels.stream import StreamModel

_NEAR = 4
_FETCH_ABOVE = 600


class PinnedList(QListView):
    """Knows where it stands by the key of the topmost row in sight. ``jump`` leads back to the newest."""

    def __init__(self, model: StreamModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._is_pinned = True
        self._is_settling = False
        self._new = 0
        self._seen: tuple[str, int] | None = None
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(36)
        self.jump = QPushButton(self.viewport())
        self.jump.setProperty("look", "jump")
        self.jump.setCursor(Qt.CursorShape.PointingHandCursor)
        self.jump.clicked.connect(self.to_newest)
        self.jump.hide()
        # Pages above are asked for once scrolling has come to rest.
        self._fetch = QTimer(self)
        self._fetch.setSingleShot(True)
        self._fetch.setInterval(0)
        self._fetch.timeout.connect(self._on_fetch)
        self.setModel(model)
        # After the view's own slots, so that what it laid out anew can be put back into its place.
        for moved in (model.rowsInserted, model.rowsRemoved, model.rowsMoved, model.dataChanged):
            moved.connect(self._settle)
        model.arrived.connect(self._on_arrived)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._on_range_changed)

    def row_width(self) -> int:
        return int(self.viewport().width())

    def start_at_newest(self) -> None:
        """Begin anew at the lower end: other rows were loaded."""
        self._new = 0
        self._is_pinned = True
        self.scheduleDelayedItemsLayout()
        self._settle()
        self.to_newest()
        self._fetch_if_short()

    def to_newest(self) -> None:
        """Scroll to the newest message and stay there."""
        self._is_pinned = True
        self._new = 0
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._show_jump()
        self._model.trim()

    @property
    def standing(self) -> tuple[str, int]:
        """The key of the topmost row in sight and how far down it begins, in pixels; no key at the newest end."""
        return ("", 0) if self._is_pinned or self._seen is None else self._seen

    def stand_at(self, key: str, offset: int) -> bool:
        """Scroll to where the agent stood; returns whether that row is loaded."""
        if self._model.find(key) < 0:
            return False
        self._is_pinned = False
        self._seen = (key, offset)
        self._settle()
        self._look_where()
        return True

    def _on_arrived(self, count: int) -> None:
        if not self._is_pinned:
            self._new += count
            self._show_jump()
        # Painted before the other panels take in what this changes for them.
        QCoreApplication.sendPostedEvents(self.window(), QEvent.Type.UpdateRequest.value)

    def _settle(self) -> None:
        """Lay out what changed and bring what the agent was looking at back to where it stood."""
        was_settling, self._is_settling = self._is_settling, True
        self.executeDelayedItemsLayout()
        bar = self.verticalScrollBar()
        if self._is_pinned:
            bar.setValue(bar.maximum())
        elif self._seen is not None and (number := self._model.find(self._seen[0])) >= 0:
            top = self.visualRect(self._model.index(number)).top()
            bar.setValue(bar.value() + top - self._seen[1])
        self._is_settling = was_settling
        self._look_again()

    def _look_again(self) -> None:
        """Note the topmost row in sight and where it stands, or that the agent is at the newest."""
        index = self.indexAt(QPoint(self.row_width() // 2, 1))
        self._seen = (self._model.row(index.row()).item.key, self.visualRect(index).top()) if index.isValid() else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        was_settling, self._is_settling = self._is_settling, True
        super().resizeEvent(event)
        self._is_settling = was_settling
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()
        self._settle()
        self._show_jump()

    def _on_range_changed(self) -> None:
        if self._is_pinned:
            bar = self.verticalScrollBar()
            bar.setValue(bar.maximum())

    def _on_scrolled(self, value: int) -> None:
        if self._is_settling:
            return
        self._look_where()
        self._look_again()
        if value < _FETCH_ABOVE and self._model.has_older and self.isVisible():
            self._fetch.start()

    def _look_where(self) -> None:
        """Note whether this is the newest end."""
        bar = self.verticalScrollBar()
        self._is_pinned = bar.value() >= bar.maximum() - _NEAR
        if self._is_pinned:
            self._new = 0
        self._show_jump()

    def _on_fetch(self) -> None:
        if self.verticalScrollBar().value() < _FETCH_ABOVE:
            self._model.fetch_older()

    def _fetch_if_short(self) -> None:
        if self._model.has_older and self.verticalScrollBar().maximum() < _FETCH_ABOVE and self.isVisible():
            self._fetch.start()

    def _show_jump(self) -> None:
        is_needed = not self._is_pinned and self.verticalScrollBar().maximum() > 0
        self.jump.setText(self.tr("%n new", "", self._new) if self._new else self.tr("To the newest"))
        self.jump.setAccessibleName(self.jump.text())
        self.jump.setVisible(is_needed)
        if is_needed:
            self.jump.adjustSize()
            area = self.viewport().rect()
            self.jump.move((area.width() - self.jump.width()) // 2, area.height() - self.jump.height() - 10)
            self.jump.raise_()
