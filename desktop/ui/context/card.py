"""The frame the parts of the context column stand in: a title, something at its end, rows below."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.widgets.eliding import ElidedLabel

R = TypeVar("R", bound=QWidget)


class Card(QFrame):
    """``rows`` takes what belongs in the card; ``aside`` is the quiet text at the end of the title."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("look", "card")
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 12, 12)
        outer.setSpacing(6)
        self.head = QHBoxLayout()
        self.title = ElidedLabel(title, self)
        self.title.setProperty("look", "strong")
        self.head.addWidget(self.title, 1)
        self.aside = QLabel(self)
        self.aside.setTextFormat(Qt.TextFormat.PlainText)
        self.aside.setProperty("look", "muted")
        self.head.addWidget(self.aside)
        outer.addLayout(self.head)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(6)
        outer.addLayout(self.rows)
        self._outer = outer

    def add_last(self, widget: QWidget) -> None:
        """Add what stays below all rows."""
        self._outer.addWidget(widget)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()


class Rows(Generic[R]):
    """The rows of a card, made once and told anew: to make a widget takes many times as long as to tell it another text."""

    def __init__(self, layout: QVBoxLayout, make: Callable[[], R]) -> None:
        self._layout = layout
        self._make = make
        self._made: list[R] = []

    def take(self, count: int) -> list[R]:
        """Return ``count`` rows to be told what they show; those left over are hidden."""
        while len(self._made) < count:
            row = self._make()
            self._made.append(row)
            self._layout.addWidget(row)
        for number, row in enumerate(self._made):
            row.setVisible(number < count)
        return self._made[:count]


def pill(text: str, kind: str, parent: QWidget | None = None) -> QLabel:
    """Return a word in a pill: ``good``, ``warn``, ``bad``, ``accent`` or ``neutral``."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", f"pill-{kind}")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made
