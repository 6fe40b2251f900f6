"""The accounts of the desk, in a window of its own: how each stands, another name, a pause, and removing one; adding
one leads to the sign-in. Everything by keyboard: the list, Enter or F2 to rename, Delete to remove."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.accounts import wording
from desktop.ui.accounts.delegate import ROLE, AccountDelegate, spoken
from desktop.ui.accounts.options import OptionFields
from desktop.ui.i18n import troubles
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.accounts import AccountsModel, DeskAccount
from desktop.viewmodels.status import Phase
from desktop.viewmodels.workplace import Workplace

_SIZE = QSize(600, 520)


class AccountsWindow(QDialog):
    """One page; closing it keeps everything as it is."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._theme = theme
        self.model = AccountsModel(workplace, self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Accounts"))
        self.resize(_SIZE)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._text(self.tr("Accounts"), "page"))
        column.addWidget(
            self._text(
                self.tr("All of them share this window, its search, and the encrypted data on this machine."), "muted"
            )
        )
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Accounts"))
        self.list.setProperty("look", "choices-framed")
        self.list.setMouseTracking(True)
        self.list.setItemDelegate(AccountDelegate(workplace, theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._refresh_buttons)
        column.addWidget(self.list, 1)
        column.addLayout(self._make_rename())
        self.options = OptionFields(theme, self)
        self.options.edited.connect(self._on_options)
        column.addWidget(self.options)
        column.addLayout(self._make_buttons())
        self.told = self._text("", "hint-bad")
        self.told.hide()
        column.addWidget(self.told)
        column.addWidget(self._make_question())
        column.addLayout(self._make_foot())
        remove = QShortcut(QKeySequence(QKeySequence.StandardKey.Delete), self.list)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._ask_removal)
        rename = QShortcut(QKeySequence("F2"), self)
        rename.activated.connect(self._begin_rename)
        self.list.itemActivated.connect(lambda _item: self._begin_rename())
        self.model.changed.connect(self._refresh)
        self.model.counted.connect(self._on_counted)
        self._refresh()
        self.list.setCurrentRow(0)
        self.list.setFocus()

    @property
    def current(self) -> DeskAccount | None:
        """The account that is chosen in the list."""
        row = self.list.currentRow()
        accounts = self.model.accounts
        return accounts[row] if 0 <= row < len(accounts) else None

    def show_failure(self, code: str) -> None:
        """Say why an account could not be removed."""
        self.told.setText(troubles.opening(code).title)
        self.told.show()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _make_rename(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.name = QLineEdit(self)
        self.name.setAccessibleName(self.tr("Name of the account"))
        self.name.setPlaceholderText(self.tr("Name of the account"))
        self.name.setMaxLength(60)
        self.name.returnPressed.connect(self._rename)
        self.rename = self._button(self.tr("Re&name"))
        self.rename.clicked.connect(self._rename)
        row.addWidget(self.name, 1)
        row.addWidget(self.rename)
        return row

    def _make_question(self) -> QFrame:
        self.question = QFrame(self)
        self.question.setProperty("look", "banner-bad")
        inner = QVBoxLayout(self.question)
        inner.setContentsMargins(12, 8, 12, 8)
        self.lost = self._text("", "")
        inner.addWidget(self.lost)
        row = QHBoxLayout()
        self.keep = self._button(self.tr("&Keep it"))
        self.keep.clicked.connect(self._keep)
        self.confirm = self._button(self.tr("Remove it &with all that"))
        self.confirm.clicked.connect(self._confirm)
        row.addStretch(1)
        row.addWidget(self.keep)
        row.addWidget(self.confirm)
        inner.addLayout(row)
        self.question.hide()
        return self.question

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.sign_in = self._button(self.tr("&Sign in…"))
        self.sign_in.clicked.connect(self._sign_in)
        self.pause = self._button(self.tr("&Pause"))
        self.pause.clicked.connect(self._pause)
        self.remove = self._button(self.tr("&Remove…"))
        self.remove.setProperty("look", "danger")
        self.remove.clicked.connect(self._ask_removal)
        for button in (self.sign_in, self.pause, self.remove):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _make_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, 8, 0, 0)
        self.add = self._button(self.tr("&Add an account…"))
        self.add.clicked.connect(self.model.add_requested)
        close = self._button(self.tr("&Close"))
        close.clicked.connect(self.close)
        row.addWidget(self.add)
        row.addStretch(1)
        row.addWidget(close)
        return row

    def _button(self, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        return button

    def _text(self, text: str, look: str) -> QLabel:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if look:
            label.setProperty("look", look)
        return label

    # --- showing ----------------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        accounts, now = self.model.accounts, self._workplace.now()
        chosen = self.list.currentRow()
        while self.list.count() > len(accounts):
            self.list.takeItem(self.list.count() - 1)
        for place, account in enumerate(accounts):
            if place == self.list.count():
                self.list.addItem(QListWidgetItem())
            item = self.list.item(place)
            if item.data(ROLE) != account:
                item.setData(ROLE, account)
            text = spoken(account, wording.state(account, now))
            if item.data(Qt.ItemDataRole.AccessibleTextRole) != text:
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
        self.list.setCurrentRow(min(max(chosen, 0), len(accounts) - 1))
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        account = self.current
        is_further = account is not None and bool(account.key)
        if account is not None and not self.name.hasFocus():
            self.name.setText(account.title)
        self.rename.setEnabled(account is not None)
        self.pause.setEnabled(is_further)
        self.remove.setEnabled(is_further)
        self.pause.setText(self.tr("Go &on") if account is not None and account.is_paused else self.tr("&Pause"))
        needs = account is not None and account.status.phase is Phase.SIGN_IN_NEEDED
        self.sign_in.setVisible(needs)
        if account is not None:
            self.options.ask(account.kind, account.options, account.kept)
        only = self.tr("This is the desk's first account: it is removed with all local data, in My account.")
        for button in (self.pause, self.remove):
            button.setToolTip("" if is_further or account is None else only)

    # --- acting -----------------------------------------------------------------------------------------------------

    def _begin_rename(self) -> None:
        self.name.setFocus()
        self.name.selectAll()

    def _rename(self) -> None:
        account = self.current
        if account is not None:
            self.list.setFocus()
            self.model.rename(account, self.name.text())

    def _pause(self) -> None:
        account = self.current
        if account is not None:
            self.model.pause(account, not account.is_paused)

    def _on_options(self) -> None:
        account = self.current
        if account is not None:
            self.model.choose_options(account, self.options.values)

    def _sign_in(self) -> None:
        account = self.current
        if account is not None:
            self.model.sign_in_requested.emit(account.id)

    def _ask_removal(self) -> None:
        account = self.current
        if account is not None:
            self.model.ask_removal(account)

    def _on_counted(self) -> None:
        account, held = self.model.removing, self.model.held
        if account is None:
            return
        self.told.hide()
        parts = [self.tr("Remove %1? Its contacts and customers leave this machine.").replace("%1", account.title)]
        if held.unsent:
            parts.append(self.tr("%n commands were not sent yet and will be lost.", None, held.unsent))
        if held.refused:
            parts.append(self.tr("%n commands were refused and will be lost.", None, held.refused))
        if held.drafts:
            parts.append(self.tr("%n drafts will be lost.", None, held.drafts))
        self.lost.setText(" ".join(parts))
        self.question.show()
        if (chosen := self.list.currentItem()) is not None:
            self.list.scrollToItem(chosen)
        self.keep.setFocus()

    def _keep(self) -> None:
        self.question.hide()
        self.model.keep()
        self.list.setFocus()

    def _confirm(self) -> None:
        self.question.hide()
        self.model.confirm_removal()
        self.list.setFocus()
