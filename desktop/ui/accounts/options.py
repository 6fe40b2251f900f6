"""The options of an account as fields: a box to be ticked, or a line to be written. Used by the sign-in and the page of
accounts."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.domain.account_option import AccountOption, Value, chosen
from desktop.ui.accounts import wording
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tick_box import TickBox


class OptionFields(QWidget):
    """``ask`` shows fields for the options of a kind, ``values`` is what stands in them; ``edited`` when the agent changed
    one. Not there where nothing is asked for."""

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._asked: tuple[str, tuple[AccountOption, ...]] = ("", ())
        self.fields: dict[str, TickBox | QLineEdit] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 4, 0, 0)
        self._column.setSpacing(6)
        self.hide()

    @property
    def values(self) -> dict[str, Value]:
        """What is chosen now, by the names of the options."""
        return {
            name: field.isChecked() if isinstance(field, TickBox) else field.text().strip()
            for name, field in self.fields.items()
        }

    def ask(self, kind: str, options: tuple[AccountOption, ...], kept: Mapping[str, Value]) -> None:
        """Ask for the options of a kind of account, with what was chosen before."""
        if self._asked != (kind, options):
            self._asked = (kind, options)
            self._make(kind, options)
        for name, value in chosen(options, kept).items():
            field = self.fields[name]
            if isinstance(field, TickBox):
                field.setChecked(bool(value))
            elif field.text() != value:
                field.setText(str(value))
        self.setVisible(bool(options))

    def _make(self, kind: str, options: tuple[AccountOption, ...]) -> None:
        self.fields.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for option in options:
            title, hint = wording.option(kind, option), wording.option_hint(kind, option)
            field = self._field(option, title)
            field.setAccessibleName(title)
            field.setAccessibleDescription(hint)
            self.fields[option.name] = field
            self._column.addWidget(field)
            if hint:
                told = QLabel(hint, self)
                told.setTextFormat(Qt.TextFormat.PlainText)
                told.setProperty("look", "small")
                told.setWordWrap(True)
                self._column.addWidget(told)

    def _field(self, option: AccountOption, title: str) -> TickBox | QLineEdit:
        if option.kind == "bool":
            box = TickBox(self._theme, title.replace("&", "&&"), self)
            box.clicked.connect(self.edited)
            return box
        label = QLabel(title, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", "muted")
        line = QLineEdit(self)
        label.setBuddy(line)
        line.editingFinished.connect(self.edited)
        self._column.addWidget(label)
        return line
