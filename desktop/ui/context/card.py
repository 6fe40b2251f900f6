"""The frame the parts of the context column stand in: a title, something at its end, rows below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.widgets.eliding import ElidedLabel


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

    def clear(self) -> None:
        """Take all rows out."""
        clear(self.rows)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
            inner.deleteLater()


def pill(text: str, kind: str, parent: QWidget | None = None) -> QLabel:
    """Return a word in a pill: ``good``, ``warn``, ``bad``, ``accent`` or ``neutral``."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", f"pill-{kind}")
    made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return made


def line(text: str, end: QWidget | None = None, tip: str = "") -> QHBoxLayout:
    """Return one line of a card: text that may be cut, and something that may not at its end."""
    row = QHBoxLayout()
    row.setSpacing(8)
    label = ElidedLabel(text)
    label.setMinimumHeight(20)
    if tip:
        label.setAccessibleDescription(tip)
    row.addWidget(label, 1)
    if end is not None:
        row.addWidget(end)
    return row
