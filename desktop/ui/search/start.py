"""What the search place shows before anything is typed: the searches of before, and what can be typed, each to be clicked."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.search import filters
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.search import RecentSearches

_LONGEST_SHOWN = 40


class StartPage(QScrollArea):
    """``chosen`` carries a text to search for, ``begun`` one that still has to be completed by the person typing."""

    chosen = Signal(str)
    begun = Signal(str)

    def __init__(self, recent: RecentSearches, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recent = recent
        self._theme = theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What can be searched for"))
        self.recent_buttons: list[QPushButton] = []
        self.examples: list[QPushButton] = []

    def showEvent(self, event: QShowEvent) -> None:
        """What is on the page is made when it is first looked at, not when the window starts."""
        if self.widget() is None:
            self._fill()
        super().showEvent(event)

    def _fill(self) -> None:
        body = QWidget(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(7, 10, 5, 16)
        column.setSpacing(4)
        self._recent_box = QWidget(body)
        self._recent_column = QVBoxLayout(self._recent_box)
        self._recent_column.setContentsMargins(0, 0, 0, 16)
        self._recent_column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(7, 0, 5, 0)
        title = QLabel(self.tr("Recent searches"), self._recent_box)
        title.setProperty("look", "section")
        head.addWidget(title, 1)
        self.clear = QPushButton(self.tr("Clear"), self._recent_box)
        self.clear.setProperty("look", "link")
        self.clear.setAccessibleName(self.tr("Clear the recent searches"))
        self.clear.clicked.connect(self._recent.clear)
        head.addWidget(self.clear)
        self._recent_column.addLayout(head)
        self._recent_column.addSpacing(4)
        column.addWidget(self._recent_box)
        self._add_examples(body, column)
        column.addStretch(1)
        self.setWidget(body)
        self._recent.changed.connect(self._on_recent)
        self._theme.changed.connect(self._tint)
        self._on_recent()

    def first(self) -> QWidget:
        """Return the first thing that can be chosen."""
        return self.recent_buttons[0] if self.recent_buttons else self.examples[0]

    def _add_examples(self, body: QWidget, column: QVBoxLayout) -> None:
        title = QLabel(self.tr("What can be typed"), body)
        title.setProperty("look", "section")
        title.setContentsMargins(7, 0, 7, 0)
        column.addWidget(title)
        column.addSpacing(2)
        grid = QGridLayout()
        grid.setContentsMargins(4, 0, 7, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, example in enumerate(filters.examples()):
            button = QPushButton(example.text, body)
            button.setProperty("look", "link")
            button.setAccessibleName(f"{example.text}, {example.meaning}")
            button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            signal = self.chosen if example.is_whole else self.begun
            button.clicked.connect(lambda _checked=False, s=signal, t=example.text: s.emit(t))
            told = QLabel(example.meaning, body)
            told.setProperty("look", "muted")
            told.setWordWrap(True)
            told.setContentsMargins(0, 2, 0, 0)
            top = Qt.AlignmentFlag.AlignTop
            grid.addWidget(button, row, 0, top | Qt.AlignmentFlag.AlignLeading)
            grid.addWidget(told, row, 1, top)
            self.examples.append(button)
        column.addLayout(grid)

    def _on_recent(self) -> None:
        had_focus = any(button.hasFocus() for button in (self.clear, *self.recent_buttons))
        for button in self.recent_buttons:
            self._recent_column.removeWidget(button)
            button.deleteLater()
        self.recent_buttons = []
        before: QWidget = self.clear
        for text in self._recent.texts:
            button = QPushButton(self._shortened(text), self._recent_box)
            button.setProperty("look", "row")
            button.setIconSize(QSize(14, 14))
            button.setAccessibleName(text)
            button.setToolTip(plain_tip(text))
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _checked=False, t=text: self.chosen.emit(t))
            self._recent_column.addWidget(button)
            QWidget.setTabOrder(before, button)
            before = button
            self.recent_buttons.append(button)
        self._recent_box.setVisible(bool(self.recent_buttons))
        self._tint()
        if had_focus and self.isVisible():
            self.first().setFocus()

    @staticmethod
    def _shortened(text: str) -> str:
        """Return a text as a button's: no mnemonics, no more than fits."""
        cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1].rstrip() + "…"
        return cut.replace("&", "&&")

    def _tint(self) -> None:
        for button in self.recent_buttons:
            button.setIcon(self._theme.icons.icon("clock", "muted"))
