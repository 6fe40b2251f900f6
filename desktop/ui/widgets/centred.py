"""A card in the middle of a page that has nothing else on it, a little above the middle of its height."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget


def centred_card(page: QWidget, width: int) -> tuple[QVBoxLayout, QFrame, QVBoxLayout]:
    """Lay an empty card of ``width`` pixels into an empty page; return the layout of the page, the card, and the column its
    content goes into."""
    outer = QVBoxLayout(page)
    outer.setContentsMargins(24, 24, 24, 24)
    outer.addStretch(2)
    middle = QHBoxLayout()
    outer.addLayout(middle)
    outer.addStretch(3)
    card = QFrame(page)
    card.setProperty("look", "card")
    card.setFixedWidth(width)
    middle.addStretch(1)
    middle.addWidget(card)
    middle.addStretch(1)
    column = QVBoxLayout(card)
    column.setSpacing(8)
    return outer, card, column
