"""Signing in at a system of some kind, or looking at the demo centre. Says what went wrong and what to do about it.
Where the system has no keyring it offers, with a warning, to keep secrets in a file of the profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtSvgWidgets import QSvgWidget
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.assets import asset
from desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


def sign_in_error(code: str) -> str:
    """Return the sentence for a code that signing in or opening an account ended with."""
    known = {
        "unknown_kind": translate("SignIn", "The program for this kind of system is not installed here."),
        "unauthenticated": translate("SignIn", "The name or the password is wrong."),
        "rate_limited": translate("SignIn", "Too many tries. Please wait a minute and try again."),
        "empty": translate("SignIn", "Please type the address of your system, such as https://desk.example.com."),
        "scheme": translate("SignIn", "The address has to begin with https:// (or http:// on this machine)."),
        "host": translate("SignIn", "This address has no host name in it."),
        "secret": translate("SignIn", "Please leave name and password out of the address."),
        "no_keyring": translate("SignIn", "This system has no keyring to keep your secrets in."),
        "file_forbidden": translate("SignIn", "The rules of this machine do not allow secrets in a file."),
        "locked": translate("SignIn", "The keyring of this system is locked. Unlock it and try again."),
        "unreadable": translate("SignIn", "The stored secrets cannot be read. Nothing was deleted."),
        "wrong_key": translate("SignIn", "The local data cannot be opened with the stored key. Nothing was deleted."),
        "damaged": translate("SignIn", "The local data is damaged. Nothing was deleted."),
        "newer": translate("SignIn", "The local data was written by a newer version. Please update Dirigent."),
        "busy": translate("SignIn", "The local data is in use by another program."),
    }
    if code in known:
        return known[code]
    return translate("SignIn", "The system cannot be reached (%1). Please check the address and the network.").replace(
        "%1", code
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of system: ``title`` is its maker's name for it; whether one signs in there with a token, with a password."""

    name: str
    title: str
    takes_token: bool = False
    takes_password: bool = True


HUB = Kind("hub", "Dirigent")


class SignInDialog(QDialog):
    """``submitted(url, user, password, keep_in_file)``; the password (or token) is never kept here after that.
    ``kinds`` can be chosen from where there are several. ``is_further``: it is for one more account beside those of
    the open desk, which the agent may give a name."""

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
    ) -> None:
        super().__init__(parent)
        self._is_done = False
        self._kinds = tuple(kinds) or (HUB,)
        self.setWindowTitle(self.tr("Add an account") if is_further else self.tr("Sign in to Dirigent"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(420)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(8)
        head = QHBoxLayout()
        mark = QSvgWidget(str(asset("icons", "dirigent.svg")), self)
        mark.setFixedSize(36, 36)
        head.addWidget(mark)
        heading = QLabel(self.tr("Add an account") if is_further else self.tr("Sign in"), self)
        heading.setProperty("look", "page")
        head.addSpacing(4)
        head.addWidget(heading, 1)
        column.addLayout(head)
        column.addSpacing(8)
        self.kinds = self._make_kinds(column, kind)
        self.url = self._field(column, self.tr("Address of your system"), url, "https://")
        self.user = self._field(column, self.tr("Name"), user, "")
        self.password = self._field(column, self.tr("Password"), "", "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.name = self._field(column, self.tr("What to call this account"), title, "") if is_further else None
        self._banner = QFrame(self)
        self._banner.setProperty("look", "banner-bad")
        inner = QVBoxLayout(self._banner)
        inner.setContentsMargins(12, 8, 12, 8)
        self.message = QLabel(self._banner)
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        inner.addWidget(self.message)
        self.keep_in_file = QCheckBox(self.tr("Keep my secrets in a file of this profile instead"), self._banner)
        self.keep_in_file.hide()
        inner.addWidget(self.keep_in_file)
        self._warning = QLabel(
            self.tr(
                "Whoever can read your files can then open the stored data. Use this only on a machine of your own."
            ),
            self._banner,
        )
        self._warning.setWordWrap(True)
        self._warning.setProperty("look", "muted")
        self._warning.hide()
        inner.addWidget(self._warning)
        self._banner.hide()
        column.addSpacing(4)
        column.addWidget(self._banner)
        column.addSpacing(8)
        self.sign_in = QPushButton(self.tr("Sign in"), self)
        self.sign_in.setProperty("look", "primary")
        self.sign_in.setDefault(True)
        self.sign_in.clicked.connect(self._submit)
        column.addWidget(self.sign_in)
        line = QFrame(self)
        line.setProperty("look", "line")
        column.addSpacing(12)
        column.addWidget(line)
        column.addSpacing(8)
        hint = QLabel(
            self.tr(
                "No account yet? The demo centre runs on this machine only, with invented customers and live traffic."
            ),
            self,
        )
        hint.setProperty("look", "muted")
        hint.setWordWrap(True)
        column.addWidget(hint)
        self.demo = QPushButton(self.tr("Open the demo centre"), self)
        self.demo.setAutoDefault(False)
        self.demo.clicked.connect(self.demo_requested)
        column.addWidget(self.demo)
        for part in (line, hint, self.demo):
            part.setVisible(not is_further)
        self.kinds.currentIndexChanged.connect(self._show_ways)
        self._show_ways()
        self.finished.connect(self._on_finished)
        (self.password if url and user else self.url).setFocus()

    @property
    def kind(self) -> str:
        """The kind of system that is chosen."""
        return self._chosen.name

    @property
    def title(self) -> str:
        """What the account is to be called, empty where nothing was typed."""
        return self.name.text().strip() if self.name is not None else ""

    @property
    def _chosen(self) -> Kind:
        return self._kinds[max(self.kinds.currentIndex(), 0)]

    def _make_kinds(self, column: QVBoxLayout, kind: str) -> QComboBox:
        name = self.tr("Kind of system")
        label = QLabel(name, self)
        label.setProperty("look", "muted")
        box = QComboBox(self)
        box.setAccessibleName(name)
        for one in self._kinds:
            box.addItem(one.title)
        box.setCurrentIndex(next((place for place, one in enumerate(self._kinds) if one.name == kind), 0))
        label.setBuddy(box)
        for part in (label, box):
            part.setVisible(len(self._kinds) > 1)
            column.addWidget(part)
        return box

    def _show_ways(self) -> None:
        """Say what is to be typed for the kind that is chosen."""
        kind = self._chosen
        if kind.takes_token and kind.takes_password:
            name = self.tr("Password, or an access token (then without a name)")
        elif kind.takes_token:
            name = self.tr("Access token")
        else:
            name = self.tr("Password")
        self._label_of(self.password).setText(name)
        self.password.setAccessibleName(name)
        needs_secret = kind.takes_token or kind.takes_password
        for part in (self.user, self.password):
            is_shown = needs_secret and (kind.takes_password or part is self.password)
            part.setVisible(is_shown)
            self._label_of(part).setVisible(is_shown)
        self.url.setPlaceholderText("https://" if needs_secret else "file:///")

    def _label_of(self, field: QLineEdit) -> QLabel:
        return next(label for label in self.findChildren(QLabel) if label.buddy() is field)

    def _field(self, column: QVBoxLayout, name: str, text: str, hint: str) -> QLineEdit:
        label = QLabel(name, self)
        label.setProperty("look", "muted")
        field = QLineEdit(text, self)
        field.setPlaceholderText(hint)
        field.setAccessibleName(name)
        label.setBuddy(field)
        column.addWidget(label)
        column.addWidget(field)
        return field

    def _submit(self) -> None:
        kind = self._chosen
        if kind.takes_token and not self.password.text():
            self._say(self.tr("Please type your access token."))
            return
        if kind.takes_password and not kind.takes_token and not (self.user.text() and self.password.text()):
            self._say(self.tr("Please type your name and your password."))
            return
        self._set_busy(True)
        self._banner.hide()
        self.submitted.emit(self.url.text(), self.user.text(), self.password.text(), self.keep_in_file.isChecked())

    def show_error(self, code: str) -> None:
        """Say why it did not work; everything typed stays."""
        self._set_busy(False)
        self._say(sign_in_error(code))
        self.password.selectAll()
        self.password.setFocus()

    def offer_file_vault(self, code: str) -> None:
        """Say that there is no keyring, and offer the file with its warning."""
        self._set_busy(False)
        self._say(sign_in_error(code))
        if code == "no_keyring":
            self.keep_in_file.show()
            self._warning.show()
            self._grow()
            self.keep_in_file.setFocus()

    def succeed(self) -> None:
        """Close, signed in."""
        self._is_done = True
        self.password.clear()
        self.accept()

    def _say(self, text: str) -> None:
        self.message.setText(text)
        self._banner.show()
        self._grow()

    def _grow(self) -> None:
        """Make room for what the banner says; a layout takes it from the other parts otherwise, and lines are cut."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _set_busy(self, is_busy: bool) -> None:
        for part in (self.url, self.user, self.password, self.sign_in, self.demo):
            part.setEnabled(not is_busy)
        self.sign_in.setText(self.tr("Signing in…") if is_busy else self.tr("Sign in"))

    def _on_finished(self) -> None:
        if not self._is_done:
            self._is_done = True
            self.closed.emit()
