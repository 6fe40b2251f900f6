"""The form in which a customer's record is edited, in the place of the facts. What is wrong is said below its field; what a
colleague changed meanwhile too, with both versions to choose from. Closing it keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.customer import IdentityKind
from desktop.ui.context import values
from desktop.ui.context.address_kind import AddressKind
from desktop.ui.context.card import clear
from desktop.ui.i18n import formats, reasons
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser
from desktop.viewmodels.customer_edit import ADDRESS, CONSENTS, CONTACTS, TEXTS, Contact, CustomerEditModel


class CustomerEditor(QFrame):
    """Ctrl+Enter saves, Escape closes and keeps what was typed. A field that ``hides`` names is not shown and not changed."""

    def __init__(
        self,
        model: CustomerEditModel,
        theme: Theme,
        parent: QWidget | None = None,
        hides: Callable[[str], bool] = lambda name: False,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._hides = hides
        self._theme = theme
        self._is_filling = False
        self.setProperty("look", "card")
        self.setAccessibleName(self.tr("Edit the customer"))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        title = QLabel(self.tr("Edit the customer"), self)
        title.setProperty("look", "strong")
        self.drop = QPushButton(self.tr("Discard"), self)
        self.drop.setProperty("look", "link")
        self.drop.setToolTip(self.tr("Forget what was typed here"))
        self.drop.clicked.connect(model.drop)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.drop)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        column.addLayout(self._grid)
        self.fields: dict[str, QLineEdit] = {}
        self._hints: dict[str, QVBoxLayout] = {}
        self._labels: list[QLabel] = []
        self.language = Chooser(theme, self)
        self._make_texts()
        column.addWidget(self._section(self.tr("Contact addresses")))
        self._contacts = QVBoxLayout()
        self._contacts.setSpacing(4)
        column.addLayout(self._contacts)
        column.addLayout(self._hint(CONTACTS))
        self.add = QPushButton(self.tr("Add an address"), self)
        self.add.setProperty("look", "link")
        self.add.clicked.connect(self._on_add)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeading)
        column.addWidget(self._section(self.tr("Consent")))
        self.consents: dict[str, QComboBox] = {}
        column.addLayout(self._make_consents())
        column.addLayout(self._hint(CONSENTS))
        column.addSpacing(4)
        column.addLayout(self._make_foot())
        model.opened.connect(self.fill)
        model.changed.connect(self.refresh)
        self.fill()

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_texts(self) -> None:
        for name in TEXTS:
            if name in ("address.postcode", "address.city"):
                continue
            row = self._grid.rowCount()
            self._grid.addWidget(self._label(values.title(name)), row, 0)
            if name == "language":
                self.language.setAccessibleName(values.title(name))
                self.language.activated.connect(self._on_language)
                self._grid.addWidget(self.language, row, 1)
                shown = [name]
            elif name == "address.street":
                self._grid.addWidget(self._field(name), row, 1)
                self._grid.addLayout(self._hint(name), row + 1, 1)
                place = QHBoxLayout()
                place.setSpacing(6)
                place.addWidget(self._field("address.postcode"), 2)
                place.addWidget(self._field("address.city"), 5)
                self._grid.addWidget(self._label(self.tr("Place")), row + 2, 0)
                self._grid.addLayout(place, row + 2, 1)
                row += 2
                shown = ["address.postcode", "address.city"]
            else:
                self._grid.addWidget(self._field(name), row, 1)
                shown = [name]
            below = QVBoxLayout()
            below.setSpacing(2)
            for one in shown:
                below.addLayout(self._hint(one))
            self._grid.addLayout(below, row + 1, 1)

    def _label(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("look", "muted")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.ensurePolished()
        self._labels.append(label)
        return label

    def _field(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setMinimumWidth(40)
        field.setAccessibleName(values.title(name))
        if name in ADDRESS:
            field.setPlaceholderText(values.title(name))
        field.textEdited.connect(partial(self._on_typed, name))
        field.installEventFilter(self)
        self.fields[name] = field
        return field

    def _hint(self, name: str) -> QVBoxLayout:
        self._hints[name] = QVBoxLayout()
        self._hints[name].setSpacing(2)
        return self._hints[name]

    def _section(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setProperty("look", "section")
        return label

    def _make_consents(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, purpose in enumerate(values.PURPOSES):
            combo = Chooser(self._theme, self)
            for said in (None, True, False):
                combo.addItem(values.consent(said), said)
            combo.setAccessibleName(f"{self.tr('Consent')}: {reasons.purpose(purpose)}")
            combo.activated.connect(partial(self._on_consent, purpose))
            self.consents[purpose] = combo
            grid.addWidget(self._label(reasons.purpose(purpose)), row, 0)
            grid.addWidget(combo, row, 1)
        # All fields begin at one edge, in either grid.
        width = max(label.sizeHint().width() for label in self._labels)
        for one in (self._grid, grid):
            one.setColumnMinimumWidth(0, width)
        return grid

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.shut = QPushButton(self.tr("Close"), self)
        self.shut.setToolTip(self.tr("Close the form; what was typed stays (Esc)"))
        self.shut.clicked.connect(self._model.put_aside)
        self.keep = QPushButton(self.tr("Save"), self)
        self.keep.setProperty("look", "primary")
        self.keep.setToolTip(f"{self.tr('Save')} ({formats.keys('Ctrl+Return')})")
        self.keep.clicked.connect(self.save)
        row.addStretch(1)
        row.addWidget(self.shut)
        row.addWidget(self.keep)
        return row

    # --- showing ----------------------------------------------------------------------------------------------------

    def take_focus(self, name: str = "") -> None:
        """Put the cursor into a field, by default the first."""
        rows = [row for row in self._rows() if row[0].currentData() == name]
        field: QWidget = rows[0][1] if rows else self.fields.get(name, self.fields["name"])
        if name == "language":
            field = self.language
        if isinstance(field, QLineEdit):
            field.selectAll()
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def fill(self) -> None:
        """Show what the model holds."""
        self._is_filling = True
        for name, field in self.fields.items():
            text = self._model.text(name)
            text = values.day_text(text) if name == "birth_date" and not field.hasFocus() else text
            is_hidden = self._hides(name)
            field.setEnabled(not is_hidden)
            text = values.hidden() if is_hidden else text
            if field.text() != text:
                field.setText(text)
        self._fill_languages()
        self._fill_contacts()
        for purpose, combo in self.consents.items():
            combo.setCurrentIndex(combo.findData(self._model.consent(purpose)))
        self._is_filling = False
        self.refresh()

    def _fill_languages(self) -> None:
        now = self._model.text("language")
        codes = list(dict.fromkeys(["", *values.LANGUAGES, now]))
        if [self.language.itemData(n) for n in range(self.language.count())] != codes:
            self.language.clear()
            for code in codes:
                self.language.addItem(values.shown("language", code), code)
        self.language.setCurrentIndex(self.language.findData(now))

    def _fill_contacts(self) -> None:
        rows = self._rows()
        contacts = self._model.contacts
        if [(kind.currentData(), field.text()) for kind, field in rows] == [(c.kind, c.value) for c in contacts]:
            return
        clear(self._contacts)
        for contact in contacts:
            self._add_row(contact)

    def _rows(self) -> list[tuple[QComboBox, QLineEdit]]:
        found = []
        for number in range(self._contacts.count()):
            item = self._contacts.itemAt(number)
            box = item.widget() if item is not None else None
            if box is not None:
                kinds, fields = box.findChildren(QComboBox), box.findChildren(QLineEdit)
                found.append((kinds[0], fields[0]))
        return found

    def _add_row(self, contact: Contact) -> QLineEdit:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        kind = AddressKind(self._theme, box)
        kind.setCurrentIndex(kind.findData(contact.kind))
        kind.setAccessibleName(self.tr("Kind of address"))
        field = QLineEdit(contact.value, box)
        field.setCursorPosition(0)
        field.setMinimumWidth(60)
        field.setAccessibleName(self.tr("Contact address"))
        field.installEventFilter(self)
        out = QToolButton(box)
        out.setProperty("look", "tiny")
        out.setIcon(self._theme.icons.icon("close"))
        out.setToolTip(self.tr("Remove this address"))
        out.setAccessibleName(self.tr("Remove this address"))
        kind.activated.connect(self._on_contacts)
        field.textEdited.connect(self._on_contacts)
        out.clicked.connect(partial(self._on_remove, box))
        row.addWidget(kind)
        row.addWidget(field, 1)
        row.addWidget(out)
        self._contacts.addWidget(box)
        return field

    def refresh(self) -> None:
        """Show what is wrong, and what a colleague changed."""
        model = self._model
        for name, place in self._hints.items():
            clear(place)
            told = [text for key, text in self._problems(name)]
            for text in told:
                place.addWidget(_told(text, "bad", self))
            if name in model.meanwhile:
                place.addWidget(self._versions(name))
        self.keep.setEnabled(model.can_save)
        self.drop.setVisible(model.has_changes)

    def _problems(self, name: str) -> list[tuple[str, str]]:
        found = [(k, c) for k, c in self._model.problems.items() if k.partition("#")[0] == name]
        told = []
        for key, code in found:
            number = key.partition("#")[2]
            which = f"{self._model.contacts[int(number)].value}: " if number else ""
            told.append((key, which + values.problem(code)))
        return told

    def _versions(self, name: str) -> QWidget:
        box = QFrame(self)
        box.setProperty("look", "banner-warn")
        column = QVBoxLayout(box)
        column.setContentsMargins(10, 6, 10, 6)
        column.setSpacing(4)
        text = self.tr("A colleague changed this meanwhile: %1")
        label = QLabel(text.replace("%1", values.shown(name, self._model.meanwhile[name])), box)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        column.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(12)
        for words, act in (
            (self.tr("Take theirs"), partial(self._model.take_theirs, name)),
            (self.tr("Keep mine"), partial(self._model.keep_mine, name)),
        ):
            button = QPushButton(words, box)
            button.setAccessibleName(f"{words}: {values.title(name)}")
            button.clicked.connect(_later(act))
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return box

    # --- what happens -----------------------------------------------------------------------------------------------

    def save(self) -> None:
        """Save, or go to the first thing that is wrong."""
        if not self._model.save() and self._model.problems:
            key = next(iter(self._model.problems))
            name, _, number = key.partition("#")
            field = self._rows()[int(number)][1] if number else self.fields.get(name)
            if field is not None:
                field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self, name: str, text: str) -> None:
        self._model.type(name, text)

    def _on_language(self, index: int) -> None:
        self._model.type("language", self.language.itemData(index))

    def _on_consent(self, purpose: str, index: int) -> None:
        self._model.set_consent(purpose, self.consents[purpose].itemData(index))

    def _on_add(self) -> None:
        self._add_row(Contact(IdentityKind.EMAIL.value, "")).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_remove(self, box: QWidget) -> None:
        self._contacts.removeWidget(box)
        box.hide()
        box.deleteLater()
        self._on_contacts()
        self.add.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_contacts(self, *_: object) -> None:
        if self._is_filling:
            return
        known = {(c.kind, c.value): c.known for c in self._model.contacts}
        rows = [(str(kind.currentData()), field.text()) for kind, field in self._rows()]
        self._model.set_contacts(tuple(Contact(kind, text, known.get((kind, text))) for kind, text in rows))

    # --- events -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self._model.put_aside()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.FocusOut:
            self._model.flush()
        return super().eventFilter(watched, event)


def _told(text: str, kind: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("look", f"hint-{kind}")
    label.setWordWrap(True)
    return label


def _later(act: Callable[[], None]) -> Callable[[], None]:
    """A slot that takes no argument: the clicked button may be gone once ``act`` has been called."""
    return lambda: act()
