"""An edit that met a colleague's: both versions of each field side by side, and what it held before. Nothing is chosen until
the agent chooses; until then both are kept.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.context import values
from desktop.ui.context.card import Card
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.customer import Conflict, FieldConflict

MINE, THEIRS, BOTH = "mine", "theirs", "both"
_WORDS = frozenset({"name", "given_name", "family_name", "address.street", "address.city", "segment"})


class Version(QFrame):
    """One version of a field: a radio button with its value below; a click on either chooses it."""

    def __init__(self, words: str, value: str, field: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("look", "version")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        self.button = QRadioButton(words, self)
        self.button.toggled.connect(lambda on: set_look(self, "version-chosen" if on else "version"))
        self.button.setAccessibleName(f"{field}, {words}: {value}")
        column.addWidget(self.button)
        self.value = QLabel(value, self)
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        self.value.setWordWrap(True)
        column.addWidget(self.value)
        column.addStretch(1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.button.setFocus(Qt.FocusReason.MouseFocusReason)
            self.button.setChecked(True)


class FieldChoice(QWidget):
    """Both versions of one field. ``chosen`` when one is; ``choice`` is ``mine``, ``theirs``, ``both`` or nothing."""

    chosen = Signal()

    def __init__(self, field: FieldConflict, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        name = values.title(field.name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 2)
        column.setSpacing(8)
        about = QVBoxLayout()
        about.setSpacing(2)
        column.addLayout(about)
        head = QLabel(name, self)
        head.setProperty("look", "strong")
        about.addWidget(head)
        before = QLabel(self.tr("Before: %1").replace("%1", values.shown(field.name, field.before)), self)
        before.setTextFormat(Qt.TextFormat.PlainText)
        before.setProperty("look", "muted")
        before.setWordWrap(True)
        about.addWidget(before)
        self._group = QButtonGroup(self)
        self.versions: dict[str, Version] = {}
        row = QHBoxLayout()
        row.setSpacing(8)
        for choice, words, value in (
            (MINE, self.tr("Yours"), field.mine),
            (THEIRS, self.tr("Your colleague's"), field.theirs),
        ):
            version = Version(words, values.shown(field.name, value), name, self)
            self.versions[choice] = version
            self._group.addButton(version.button)
            row.addWidget(version, 1)
        column.addLayout(row)
        self.both: QRadioButton | None = None
        self.wording: QLineEdit | None = None
        self._offer_both(column, name)
        self._group.buttonToggled.connect(self._on_toggled)

    def _offer_both(self, column: QVBoxLayout, name: str) -> None:
        field = self.field
        is_wording = field.name in _WORDS and all(isinstance(v, str) and v for v in (field.mine, field.theirs))
        is_list = isinstance(field.mine, list) and isinstance(field.theirs, list)
        if not (is_wording or is_list):
            return
        self.both = QRadioButton(self.tr("Another wording") if is_wording else self.tr("Keep all of both"), self)
        self.both.setAccessibleName(f"{name}, {self.both.text()}")
        self._group.addButton(self.both)
        column.addWidget(self.both)
        if is_wording:
            self.wording = QLineEdit(f"{field.theirs} {field.mine}", self)
            self.wording.setAccessibleName(f"{name}: {self.both.text()}")
            self.wording.hide()
            self.wording.textChanged.connect(self.chosen)
            column.addWidget(self.wording)

    @property
    def choice(self) -> str:
        found = [code for code, version in self.versions.items() if version.button.isChecked()]
        if found:
            return found[0]
        is_both = self.both is not None and self.both.isChecked()
        return BOTH if is_both and (self.wording is None or self.wording.text().strip()) else ""

    def choose(self, choice: str) -> None:
        """Choose a version."""
        self.versions[choice].button.setChecked(True)

    def combined(self) -> Any:
        """Return the value made of both."""
        if self.wording is not None:
            return self.wording.text().strip()
        return _union(self.field.theirs, self.field.mine)

    def _on_toggled(self) -> None:
        if self.wording is not None and self.both is not None:
            self.wording.setVisible(self.both.isChecked())
        self.chosen.emit()


class ConflictCard(Card):
    """``resolved(command_id, mine, combined)`` once every field has a version."""

    resolved = Signal(object, object, object)

    def __init__(self, conflict: Conflict, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.conflict = conflict
        self.title.setText(self.tr("Two versions of the same data"))
        self.setAccessibleName(self.title.text())
        has_choice = bool(conflict.fields)
        text = (
            self.tr(
                "A colleague changed this while your change was on its way. Please choose; both are kept until then."
            )
            if has_choice
            else self.tr("A colleague has made the same change meanwhile. There is nothing left to choose.")
        )
        label = QLabel(text, self)
        label.setProperty("look", "muted")
        label.setWordWrap(True)
        self.rows.addWidget(label)
        self.fields = [FieldChoice(field, self) for field in conflict.fields]
        for field in self.fields:
            field.chosen.connect(self._on_chosen)
            self.rows.addWidget(field)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.mine = QPushButton(self.tr("Keep mine"), self)
        self.mine.setProperty("look", "link")
        self.mine.clicked.connect(lambda: self._choose_all(MINE))
        self.theirs = QPushButton(self.tr("Keep theirs"), self)
        self.theirs.setProperty("look", "link")
        self.theirs.clicked.connect(lambda: self._choose_all(THEIRS))
        self.save = QPushButton(self.tr("Save the choice") if has_choice else self.tr("All right"), self)
        self.save.setProperty("look", "primary")
        self.save.clicked.connect(self._on_save)
        row.addWidget(self.mine)
        row.addWidget(self.theirs)
        row.addStretch(1)
        self.mine.setVisible(has_choice)
        self.theirs.setVisible(has_choice)
        self.rows.addSpacing(4)
        self.rows.addLayout(row)
        self.rows.addWidget(self.save, 0, Qt.AlignmentFlag.AlignTrailing)
        self._on_chosen()

    def take_focus(self) -> None:
        """Put the keyboard onto the first choice."""
        first = self.fields[0].versions[MINE].button if self.fields else self.save
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_all(self, choice: str) -> None:
        for field in self.fields:
            field.choose(choice)
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_chosen(self) -> None:
        self.save.setEnabled(all(field.choice for field in self.fields))

    def _on_save(self) -> None:
        mine = tuple(one.field.name for one in self.fields if one.choice == MINE)
        combined = {one.field.name: one.combined() for one in self.fields if one.choice == BOTH}
        self.save.setEnabled(False)
        self.resolved.emit(self.conflict.command_id, mine, combined)


def _union(theirs: list[dict[str, Any]], mine: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both lists, each address or consent once: the agent's where both say something of the same."""
    joined = {_identity(one): one for one in theirs}
    joined |= {_identity(one): one for one in mine}
    return list(joined.values())


def _identity(one: dict[str, Any]) -> tuple[Any, ...]:
    return (one.get("purpose"), one.get("kind"), one.get("normalised") or one.get("value"))
