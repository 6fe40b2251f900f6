"""Why the local data of an account cannot be opened, in the place of the panels, with the choices there are. A choice
that gives something up is explained first and asked for a second time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.ui.i18n import troubles
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.centred import centred_card

_WIDTH = 520
TRY_AGAIN, BEGIN_ANEW, USE_FILE, QUIT = "try_again", "begin_anew", "use_file", "quit"


class TroublePage(QFrame):
    """``chosen`` names one of the choices: ``try_again``, ``begin_anew``, ``use_file`` or ``quit``, which is always there."""

    chosen = Signal(str)

    def __init__(
        self, code: str, choices: Sequence[str], account: str, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._code = code
        self._asked = ""
        told = troubles.opening(code)
        _, card, column = centred_card(self, _WIDTH)
        column.setContentsMargins(28, 24, 28, 24)
        head = QHBoxLayout()
        head.setSpacing(12)
        self._icon = QLabel(card)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self.title = self._line(card, told.title, "page")
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addSpacing(4)
        self.text = self._line(card, told.text, "")
        column.addWidget(self.text)
        if account:
            column.addWidget(self._line(card, account, "muted"))
        column.addSpacing(12)
        self.buttons: dict[str, QPushButton] = {}
        for name, text, look in (
            (TRY_AGAIN, self.tr("Try again"), "primary"),
            (USE_FILE, self.tr("Keep the key in a file of this profile instead"), ""),
            (BEGIN_ANEW, self.tr("Set the old data aside and start anew"), ""),
            (QUIT, self.tr("Quit"), "quiet"),
        ):
            if name in choices or name == QUIT:
                button = QPushButton(text, card)
                if look:
                    button.setProperty("look", look)
                button.clicked.connect(lambda _checked=False, name=name: self._choose(name))
                column.addWidget(button)
                self.buttons[name] = button
        theme.changed.connect(self._tint)
        self._tint()
        self.setFocusProxy(next(iter(self.buttons.values())))

    def _line(self, parent: QWidget, text: str, look: str) -> QLabel:
        line = QLabel(text, parent)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        if look:
            line.setProperty("look", look)
        return line

    def _choose(self, name: str) -> None:
        if name in (BEGIN_ANEW, USE_FILE) and self._asked != name:
            self._explain(name)
            return
        for button in self.buttons.values():
            button.setEnabled(False)
        self.chosen.emit(name)

    def _explain(self, name: str) -> None:
        """Say what a choice costs; pressed once more it is meant."""
        self._asked = name
        told = troubles.anew() if name == BEGIN_ANEW else troubles.in_a_file()
        self.title.setText(told.title)
        self.text.setText(told.text)
        again = self.tr("Yes, set it aside and start anew") if name == BEGIN_ANEW else self.tr("Yes, keep it in a file")
        for other, button in self.buttons.items():
            button.setVisible(other in (name, TRY_AGAIN, QUIT))
            button.setProperty("look", "danger" if other == name else "quiet" if other == QUIT else "")
            button.style().unpolish(button)
            button.style().polish(button)
        self.buttons[name].setText(again)
        if TRY_AGAIN in self.buttons:
            self.buttons[TRY_AGAIN].setFocus()

    def _tint(self) -> None:
        self._icon.setPixmap(self._theme.icons.pixmap("warning", 26, "warn", self.devicePixelRatioF()))
