"""What happened, in one line above the strip, with one action where there is something to do. A newer notice takes the place
of an older one; it goes by itself unless it needs an answer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.ui.theme.theme import Theme

_STAYS_MS = 6000


class Notices(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._act: Callable[[], None] | None = None
        self._kind = "accent"
        self._frame = QFrame(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(60, 4, 12, 4)
        outer.addWidget(self._frame)
        row = QHBoxLayout(self._frame)
        row.setContentsMargins(12, 4, 4, 4)
        self._icon = QLabel(self._frame)
        row.addWidget(self._icon)
        self.text = QLabel(self._frame)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self.text, 1)
        self.action = QPushButton(self._frame)
        self.action.clicked.connect(self._on_action)
        row.addWidget(self.action)
        self._close = QToolButton(self._frame)
        self._close.setAccessibleName(self.tr("Close this notice"))
        self._close.setToolTip(self.tr("Close this notice"))
        self._close.clicked.connect(self.hide)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        theme.changed.connect(self._tint)
        self.hide()

    def tell(
        self,
        text: str,
        kind: str = "accent",
        action: str = "",
        act: Callable[[], None] | None = None,
        stays: bool = False,
    ) -> None:
        """Show ``text``; ``kind`` is ``accent``, ``warn`` or ``bad``; ``action`` and ``act`` are the one thing to do."""
        self._act = act
        self.text.setText(text)
        self.setAccessibleName(text)
        self._frame.setProperty("look", f"banner-{kind}")
        self._frame.style().unpolish(self._frame)
        self._frame.style().polish(self._frame)
        self._kind = kind
        self._tint()
        self.action.setVisible(bool(action))
        self.action.setText(action)
        self.show()
        if stays:
            self._timer.stop()
        else:
            self._timer.start(_STAYS_MS)

    def _tint(self) -> None:
        icon, color = {"bad": ("error", "bad"), "warn": ("warning", "warn")}.get(self._kind, ("info", "on_soft"))
        self._icon.setPixmap(self._theme.icons.pixmap(icon, 18, color, self.devicePixelRatioF()))
        self._close.setIcon(self._theme.icons.icon("close"))

    def tell_error(self, kind: str, show_report: Callable[[], None]) -> None:
        """Tell of an error of ours, without what was in it; the report can be looked at."""
        self.tell(
            self.tr("Something went wrong in the program (%1). Your work is saved.").replace("%1", kind),
            "bad",
            self.tr("Show report"),
            show_report,
            stays=True,
        )

    def tell_crash(self, show_report: Callable[[], None]) -> None:
        """Tell that the last run ended by a crash."""
        text = self.tr("The program crashed the last time. What you had written is here.")
        self.tell(text, "warn", self.tr("Show report"), show_report, stays=True)

    def _on_action(self) -> None:
        self.hide()
        if self._act is not None:
            self._act()
