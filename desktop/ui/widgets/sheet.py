"""A sheet that drops down from a control, holds a small form and goes on Escape or when something else is clicked. Blocks
nothing; whoever opens it fills its column."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.ui.theme.theme import Theme

_MARGIN = 16


class Sheet(QFrame):
    """``column`` takes the content; ``finish`` adds the row of buttons below it. ``Ctrl+Enter`` does what the primary button
    does."""

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None, *, width: int = 360) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "raised")
        self.setAccessibleName(title)
        self.setFixedWidth(width)
        self._theme = theme
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(_MARGIN, 12, _MARGIN, 12)
        self.column.setSpacing(8)
        self.title = QLabel(title, self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.title.setProperty("look", "title")
        self.title.setWordWrap(True)
        self.column.addWidget(self.title)
        self.trouble = QLabel(self)
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setProperty("look", "hint-bad")
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.done = QPushButton(self)
        self.done.setProperty("look", "primary")
        self.done.hide()

    def label(self, text: str, look: str = "muted") -> QLabel:
        """Add a line of words to the column and return it."""
        made = QLabel(text, self)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setProperty("look", look)
        made.setWordWrap(True)
        self.column.addWidget(made)
        return made

    def field(self, name: str, field: QWidget) -> None:
        """Add a field with its name above it, so that longer words have room."""
        group = QVBoxLayout()
        group.setSpacing(2)
        label = QLabel(name, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", "muted")
        label.setBuddy(field)
        field.setAccessibleName(field.accessibleName() or name)
        group.addWidget(label)
        group.addWidget(field)
        self.column.addLayout(group)

    def finish(self, done: str, act: Callable[[], None], cancel: str, icon: QIcon | None = None) -> QHBoxLayout:
        """Add what went wrong, the way out and the one thing to do. Returns the row of buttons."""
        self.column.addWidget(self.trouble)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        leave = QPushButton(cancel, self)
        leave.clicked.connect(self.close)
        row.addWidget(leave)
        self.done.setText(done)
        self.done.setAccessibleName(done)
        if icon is not None:
            self.done.setIcon(icon)
        self.done.setDefault(True)
        self.done.clicked.connect(act)
        self.done.show()
        row.addWidget(self.done)
        self.column.addLayout(row)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.done.click)
        return row

    def tell_trouble(self, text: str) -> None:
        """Say what is wrong with what was filled in; nothing hides the line."""
        self.trouble.setText(text)
        self.trouble.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        """Be as high as what stands in it."""
        height = self.column.totalHeightForWidth(self.width())
        self.resize(self.width(), height if height > 0 else self.sizeHint().height())

    def drop(self, anchor: QWidget, at: QPoint | None = None) -> None:
        """Show the sheet below ``anchor``, or at a point of the screen, within its screen."""
        self.ensurePolished()
        self._fit()
        self.move(below(anchor, self.width(), self.height(), at))
        self.show()


def below(anchor: QWidget, width: int, height: int, at: QPoint | None = None) -> QPoint:
    """Return where a sheet goes: below its anchor (or at ``at``), ends flush where it would leave the screen."""
    corner = at or anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
    top = corner.y() if at is not None else anchor.mapToGlobal(QPoint(0, 0)).y() - 4
    screen = anchor.screen() or QGuiApplication.primaryScreen()
    area = screen.availableGeometry()
    x = min(corner.x(), area.right() - width - 4)
    y = corner.y() if corner.y() + height <= area.bottom() else top - height
    return QPoint(max(area.left() + 4, x), max(area.top() + 4, y))
