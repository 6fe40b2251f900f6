"""Below the list of the outbox: how the chosen entry stands in a sentence, what can be done about it, and the question that
is asked before something is lost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.i18n import formats
from desktop.ui.outbox import wording
from desktop.viewmodels.outbox import Line


class LineFoot(QFrame):
    """``chosen(code)`` what is to be done: ``retry``, ``edit``, ``compare``, ``discard``, ``open``; ``sure`` and ``kept``
    answer the question."""

    chosen = Signal(str)
    confirmed = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        rule = QFrame(self)
        rule.setProperty("look", "line")
        outer.addWidget(rule)
        column = QVBoxLayout()
        column.setContentsMargins(16, 10, 12, 12)
        column.setSpacing(8)
        outer.addLayout(column)
        self.reason = QLabel(self)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.reason.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        column.addWidget(self.reason)
        row = QHBoxLayout()
        row.setSpacing(8)
        column.addLayout(row)
        self.sure = QPushButton(self.tr("Discard for good"), self)
        self.sure.setProperty("look", "danger")
        self.sure.clicked.connect(self.confirmed)
        self.keep = QPushButton(self.tr("Keep it"), self)
        self.keep.clicked.connect(self.kept)
        row.addWidget(self.sure)
        row.addWidget(self.keep)
        self.sure.hide()
        self.keep.hide()
        self.buttons: dict[str, QPushButton] = {}
        for code, text, keys in (
            ("retry", self.tr("Try again"), "R"),
            ("compare", self.tr("Compare"), "Return"),
            ("edit", self.tr("Edit"), "E"),
            ("discard", self.tr("Discard"), "Del"),
            ("open", self.tr("Open"), "Return"),
        ):
            button = QPushButton(text, self)
            button.setToolTip(f"{text} ({formats.keys(keys)})")
            button.clicked.connect(partial(self.chosen.emit, code))
            if code in ("retry", "compare"):
                button.setProperty("look", "primary")
            self.buttons[code] = button
            row.addWidget(button)
            if code == "discard":
                row.addStretch(1)

    def show_line(self, line: Line, sentence: str) -> None:
        """Say how an entry stands and offer what can be done."""
        self.sure.hide()
        self.keep.hide()
        self.reason.setText(sentence)
        has_contact = line.group.interaction is not None
        self.buttons["open"].setText(self.tr("Open the contact") if has_contact else self.tr("Show the customer"))
        for code, button in self.buttons.items():
            button.setVisible(code in line.offers)
            button.setAccessibleName(f"{button.text()}: {wording.kind(line.command)}")

    def ask(self, question: str) -> None:
        """Ask before something is lost."""
        self.reason.setText(question)
        for button in self.buttons.values():
            button.hide()
        self.sure.show()
        self.keep.show()
        self.sure.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_asking(self) -> bool:
        return not self.sure.isHidden()

    @property
    def has_answer_focus(self) -> bool:
        """Whether the keyboard is on one of the answers."""
        return self.sure.hasFocus() or self.keep.hasFocus()
