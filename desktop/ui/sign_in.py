"""Signing in at a system of some kind, adding one more account to the open desk, or looking at the demo centre. Asks for what
the chosen kind needs and says what went wrong and what to do about it. Where the system has no keyring it offers, with a
warning, to keep secrets in a file of the profile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.assets import asset
from desktop.domain.account_option import AccountOption, Value
from desktop.ui.accounts import wording
from desktop.ui.accounts.note import SignInNote
from desktop.ui.accounts.options import OptionFields
from desktop.ui.i18n.signing_in import sign_in_error
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.chooser import Chooser

__all__ = ["HUB", "Kind", "SignInDialog", "sign_in_error"]

_WIDTH = 440
# What is wrong with these is the address, not the secret.
_OF_ADDRESS = frozenset(
    {"empty", "scheme", "host", "secret", "unreachable", "not_found", "unexpected_answer", "bad_address", "certificate"}
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of system: ``title`` is its maker's name for it; whether one signs in there with a token, with a password.
    ``is_folder``: its address is a folder of this machine. ``options`` are asked for besides."""

    name: str
    title: str
    takes_token: bool = False
    takes_password: bool = True
    is_folder: bool = False
    options: tuple[AccountOption, ...] = ()


HUB = Kind("hub", "Dirigent")


class SignInDialog(QDialog):
    """``submitted(url, user, password, keep_in_file)``; without a user the password is an access token, and it is never kept
    here after that. ``kinds`` can be chosen from where there are several. ``is_further``: it is for one more account beside
    those of the open desk, which the agent may give a name; ``title``: it is for signing in anew at that one."""

    submitted = Signal(str, str, str, bool)
    demo_requested = Signal()
    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        url: str,
        user: str,
        parent: QWidget | None = None,
        *,
        kinds: Sequence[Kind] = (HUB,),
        kind: str = HUB.name,
        is_further: bool = False,
        title: str = "",
        with_token: bool = False,
        kept: Mapping[str, Value] | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_done = self._is_busy = False
        self._kinds = tuple(kinds) or (HUB,)
        self._is_again = is_further and bool(title)
        self._kept = dict(kept or {})
        self._heading = self.tr("Add an account") if is_further and not title else self.tr("Sign in")
        self.setWindowTitle(self._heading if is_further else self.tr("Sign in to Dirigent"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(8)
        self._make_head(column, title)
        self.kinds = self._make_kinds(column, kind)
        self._make_place(column, url)
        self.ways, self._way_buttons = self._make_ways(column)
        self.user = self._field(column, self.tr("Name"), user)
        self.password = self._field(column, self.tr("Password"), "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.token_hint = self._hint(column)
        self.options = OptionFields(theme, self)
        column.addWidget(self.options)
        self.name = self._field(column, self.tr("What to call this account"), "") if is_further and not title else None
        self._make_note(column)
        self._make_buttons(column, is_further)
        self._make_demo(column, is_shown=not is_further)
        self.kinds.currentIndexChanged.connect(self._on_kind)
        self._way_buttons.buttonClicked.connect(self._show_ways)
        if with_token:
            self._way_buttons.buttons()[1].setChecked(True)
        self._on_kind()
        if self._is_again:
            # Another place or person would be another account.
            for part in (self.kinds, self.url, self.choose_folder):
                part.setEnabled(False)
        self.finished.connect(self._on_finished)
        self._first_field().setFocus()

    # --- what was chosen --------------------------------------------------------------------------------------------

    @property
    def kind(self) -> str:
        """The kind of system that is chosen."""
        return self._chosen.name

    @property
    def title(self) -> str:
        """What the account is to be called, empty where nothing was typed."""
        return self.name.text().strip() if self.name is not None else ""

    @property
    def with_token(self) -> bool:
        """Whether an access token is asked for, not a password."""
        kind = self._chosen
        return kind.takes_token and (not kind.takes_password or self._way_buttons.buttons()[1].isChecked())

    @property
    def _chosen(self) -> Kind:
        return self._kinds[max(self.kinds.currentIndex(), 0)]

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_head(self, column: QVBoxLayout, title: str) -> None:
        head = QHBoxLayout()
        mark = QSvgWidget(str(asset("icons", "dirigent.svg")), self)
        mark.setFixedSize(36, 36)
        head.addWidget(mark)
        heading = QLabel(f"{self._heading} · {title}" if title else self._heading, self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        heading.setProperty("look", "page")
        head.addSpacing(4)
        head.addWidget(heading, 1)
        column.addLayout(head)
        column.addSpacing(8)

    def _make_kinds(self, column: QVBoxLayout, kind: str) -> Chooser:
        name = self.tr("Kind of system")
        box = Chooser(self._theme, self)
        box.setAccessibleName(name)
        for one in self._kinds:
            box.addItem(one.title)
        box.setCurrentIndex(next((place for place, one in enumerate(self._kinds) if one.name == kind), 0))
        label = self._label(column, name, box)
        column.addWidget(box)
        for part in (label, box):
            part.setVisible(len(self._kinds) > 1)
        return box

    def _make_place(self, column: QVBoxLayout, url: str) -> None:
        self.url = QLineEdit(url, self)
        self._label(column, self.tr("Address of your system"), self.url)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.url, 1)
        self.choose_folder = QPushButton(self.tr("Choose folder…"), self)
        self.choose_folder.setAutoDefault(False)
        self.choose_folder.clicked.connect(self._on_choose_folder)
        row.addWidget(self.choose_folder)
        column.addLayout(row)
        self.address_hint = self._hint(column)

    def _make_ways(self, column: QVBoxLayout) -> tuple[QWidget, QButtonGroup]:
        box = QWidget(self)
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(4)
        group = QButtonGroup(box)
        for text in (self.tr("With a password"), self.tr("With an access token")):
            button = QPushButton(text, box)
            button.setProperty("look", "quiet")
            button.setCheckable(True)
            button.setAutoDefault(False)
            group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        group.buttons()[0].setChecked(True)
        column.addWidget(box)
        return box, group

    def _make_note(self, column: QVBoxLayout) -> None:
        self._note = SignInNote(self)
        self.message, self.keep_in_file = self._note.message, self._note.keep_in_file
        column.addSpacing(4)
        column.addWidget(self._note)
        column.addSpacing(8)

    def _make_buttons(self, column: QVBoxLayout, is_further: bool) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        self._verb = self.tr("Add account") if is_further and not self._is_again else self.tr("Sign in")
        self.sign_in = QPushButton(self._verb, self)
        self.sign_in.setProperty("look", "primary")
        self.sign_in.setDefault(True)
        self.sign_in.clicked.connect(self._submit)
        self.cancel = QPushButton(self.tr("Cancel"), self)
        self.cancel.setAutoDefault(False)
        self.cancel.clicked.connect(self.reject)
        self.cancel.setVisible(is_further)
        row.addWidget(self.cancel)
        row.addWidget(self.sign_in, 1)
        column.addLayout(row)

    def _make_demo(self, column: QVBoxLayout, *, is_shown: bool) -> None:
        line = QFrame(self)
        line.setProperty("look", "line")
        hint = QLabel(
            self.tr(
                "No account yet? The demo centre runs on this machine only, with invented customers and live traffic."
            ),
            self,
        )
        hint.setProperty("look", "muted")
        hint.setWordWrap(True)
        self.demo = QPushButton(self.tr("Open the demo centre"), self)
        self.demo.setAutoDefault(False)
        self.demo.clicked.connect(self.demo_requested)
        for part, space in ((line, 12), (hint, 8), (self.demo, 0)):
            part.setVisible(is_shown)
            column.addSpacing(space if is_shown else 0)
            column.addWidget(part)

    def _label(self, column: QVBoxLayout, name: str, field: QWidget) -> QLabel:
        label = QLabel(name, self)
        label.setProperty("look", "muted")
        label.setBuddy(field)
        field.setAccessibleName(name)
        column.addWidget(label)
        return label

    def _field(self, column: QVBoxLayout, name: str, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        self._label(column, name, field)
        column.addWidget(field)
        return field

    def _hint(self, column: QVBoxLayout) -> QLabel:
        label = QLabel(self)
        label.setProperty("look", "small")
        label.setWordWrap(True)
        column.addWidget(label)
        return label

    # --- showing ----------------------------------------------------------------------------------------------------

    def _on_kind(self) -> None:
        kind = self._chosen
        self.options.ask(kind.name, kind.options, self._kept)
        if self.name is not None:
            self.name.setPlaceholderText(kind.title)
        self._show_ways()

    def _show_ways(self) -> None:
        """Say what is to be typed for the kind that is chosen, by the way that is chosen."""
        kind = self._chosen
        self.ways.setVisible(kind.takes_token and kind.takes_password)
        self._rename(self.password, self.tr("Access token") if self.with_token else self.tr("Password"))
        needs_secret = kind.takes_token or kind.takes_password
        for part, is_shown in ((self.user, needs_secret and not self.with_token), (self.password, needs_secret)):
            part.setVisible(is_shown)
            self._label_of(part).setVisible(is_shown)
        self._rename(self.url, self.tr("Folder") if kind.is_folder else self.tr("Address of your system"))
        self.url.setPlaceholderText("" if kind.is_folder else "https://")
        self.choose_folder.setVisible(kind.is_folder)
        self._tell(self.address_hint, wording.address_hint(kind.name), self.url)
        self._tell(self.token_hint, wording.token_hint(kind.name) if self.with_token else "", self.password)
        self._fit()

    def _rename(self, field: QLineEdit, name: str) -> None:
        self._label_of(field).setText(name)
        field.setAccessibleName(name)

    def _tell(self, label: QLabel, text: str, field: QLineEdit) -> None:
        label.setText(text)
        label.setVisible(bool(text))
        field.setAccessibleDescription(text)

    def _label_of(self, field: QLineEdit) -> QLabel:
        return next(label for label in self.findChildren(QLabel) if label.buddy() is field)

    def _first_field(self) -> QWidget:
        """Where the typing begins: at the first field that is empty."""
        fields = (self.url, self.user, self.password)
        return next((one for one in fields if not one.isHidden() and one.isEnabled() and not one.text()), self.password)

    def _on_choose_folder(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose folder…"), _path_of(self.url.text()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.url.setText)
        dialog.open()

    # --- signing in -------------------------------------------------------------------------------------------------

    def _submit(self) -> None:
        kind = self._chosen
        user = "" if self.with_token else self.user.text().strip()
        if self.with_token and not self.password.text().strip():
            self._say(self.tr("Please type your access token."))
            self.password.setFocus()
            return
        if not self.with_token and kind.takes_password and not (user and self.password.text()):
            self._say(self.tr("Please type your name and your password."))
            (self.password if user else self.user).setFocus()
            return
        secret = self.password.text().strip() if self.with_token else self.password.text()
        self._set_busy(True)
        self._note.hide()
        self.submitted.emit(self.url.text(), user, secret, self.keep_in_file.isChecked())

    def show_error(self, code: str) -> None:
        """Say why it did not work; everything typed stays."""
        self._set_busy(False)
        kind = self._chosen
        system = wording.version(kind.name, kind.title)
        self._say(sign_in_error(code, is_token=self.with_token, system=system))
        if code == "token_needed" and kind.takes_token and kind.takes_password:
            self.password.clear()
            self._way_buttons.buttons()[1].setChecked(True)
            self._show_ways()
        is_of_address = code in _OF_ADDRESS and self.url.isEnabled()
        wrong = self.url if is_of_address or self.password.isHidden() else self.password
        wrong.selectAll()
        wrong.setFocus()

    def offer_file_vault(self, code: str) -> None:
        """Say that there is no keyring, and offer the file with its warning."""
        self._set_busy(False)
        self._say(sign_in_error(code))
        if code == "no_keyring":
            self._note.offer_file()
            self._fit()
            self.keep_in_file.setFocus()

    def succeed(self) -> None:
        """Close, signed in."""
        self._is_done = True
        self.password.clear()
        self.accept()

    def _say(self, text: str) -> None:
        self._note.say(text)
        self._fit()

    def _fit(self) -> None:
        """Give what is said its room; a layout takes it from the other parts otherwise, and lines are cut."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), layout.totalHeightForWidth(max(self.width(), _WIDTH)))

    def _set_busy(self, is_busy: bool) -> None:
        self._is_busy = is_busy
        for part in (self.url, self.kinds, self.choose_folder):
            part.setEnabled(not is_busy and not self._is_again)
        for other in (self.ways, self.user, self.password, self.options, self.sign_in, self.demo):
            other.setEnabled(not is_busy)
        self.sign_in.setText(self.tr("Signing in…") if is_busy else self._verb)

    def _on_finished(self) -> None:
        if not self._is_done:
            self._is_done = True
            self.closed.emit()


def _path_of(text: str) -> str:
    path = QUrl(text).toLocalFile() if text.startswith("file:") else text
    return path if path and Path(path).is_dir() else ""
