"""My account on this machine, in a window of its own: what is stored and under which rules, the screen lock, the key of the
encryption, and removing it all."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.account.removal import Removal
from desktop.ui.i18n import formats, troubles
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.holdings import HoldingsViewModel, Rules
from desktop.viewmodels.workplace import Workplace

_WIDTH = 520


class AccountWindow(QDialog):
    """``lock_requested``, ``key_change_requested`` and ``removal_confirmed`` are carried out elsewhere."""

    lock_requested = Signal()
    key_change_requested = Signal()
    removal_confirmed = Signal()

    def __init__(
        self, workplace: Workplace, name: str, user: str, system: str, rules: Rules, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("My account on this machine"))
        self.setFixedWidth(_WIDTH)
        self.model = HoldingsViewModel(workplace, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 20, 20, 16)
        self._column.setSpacing(12)
        head = QVBoxLayout()
        head.setSpacing(4)
        head.addWidget(_text(self, name or user, "page"))
        head.addWidget(_text(self, f"{user} · {system}", "muted"))
        self._column.addLayout(head)
        self._column.addSpacing(4)
        stored = self._card(self.tr("Stored here"))
        self.stored = _text(self, self.tr("Counting…"), "")
        self.rules = _text(self, self._rules_text(rules), "muted")
        stored.addWidget(self.stored)
        stored.addWidget(self.rules)
        locking = self._card(self.tr("Screen lock"))
        self.locking = _text(self, self._lock_text(rules), "")
        locking.addWidget(self.locking)
        self.lock = self._button(locking, f"{self.tr('Lock now')}  {formats.keys('Ctrl+Alt+L')}")
        self.lock.clicked.connect(self.lock_requested)
        self._make_key(workplace)
        removing = self._card(self.tr("Removal"))
        self.removal = Removal(user, self)
        removing.addWidget(self.removal)
        self.removal.resized.connect(self._on_removal)
        self.removal.confirmed.connect(self.removal_confirmed)
        self.close_ = QPushButton(self.tr("Close"), self)
        self.close_.setAutoDefault(False)
        self.close_.setDefault(True)
        self.close_.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_)
        self._column.addLayout(row)
        self.model.changed.connect(self._on_counted)
        self.close_.setFocus()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _card(self, title: str) -> QVBoxLayout:
        card = QFrame(self)
        card.setProperty("look", "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(16, 12, 16, 14)
        inner.setSpacing(8)
        inner.addWidget(_text(self, title, "strong"))
        self._column.addWidget(card)
        return inner

    def _button(self, column: QVBoxLayout, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        return button

    def _make_key(self, workplace: Workplace) -> None:
        card = self._card(self.tr("Encryption"))
        if workplace.has_open_secrets:
            where = self.tr("All of it is encrypted. The key is in a file of this profile, as you chose.")
        else:
            where = self.tr("All of it is encrypted. The key is in the keyring of this system.")
        self.key_text = _text(self, where, "")
        card.addWidget(self.key_text)
        self.key = self._button(card, self.tr("Change the key"))
        self.key.clicked.connect(self._change_key)
        self.progress = QProgressBar(self)
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Encrypting anew"))
        self.progress.hide()
        card.addWidget(self.progress)

    # --- words ------------------------------------------------------------------------------------------------------

    def _rules_text(self, rules: Rules) -> str:
        told = []
        if rules.closed_days:
            told.append(self.tr("Closed contacts are kept for %n days.", None, rules.closed_days))
        if rules.messages_max:
            text = self.tr("At most %1 messages are kept.")
            told.append(text.replace("%1", QLocale().toString(rules.messages_max)))
        if rules.files_mb:
            text = self.tr("Files are kept up to %1 MB altogether.")
            told.append(text.replace("%1", QLocale().toString(rules.files_mb)))
        if rules.reports_days:
            told.append(self.tr("Error reports are kept for %n days.", None, rules.reports_days))
        return " ".join(told)

    def _lock_text(self, rules: Rules) -> str:
        minutes = int(rules.lock_after_min)
        if minutes and rules.lock_at_sleep:
            return self.tr(
                "Locks after %n minutes without keyboard or mouse, and when the machine sleeps.", None, minutes
            )
        if minutes:
            return self.tr("Locks after %n minutes without keyboard or mouse.", None, minutes)
        if rules.lock_at_sleep:
            return self.tr("Locks when the machine sleeps, and when you say so.")
        return self.tr("Locks when you say so.")

    def _on_counted(self) -> None:
        held = self.model.holdings
        parts = [
            self.tr("%1 messages").replace("%1", QLocale().toString(held.messages)),
            self.tr("%1 contacts").replace("%1", QLocale().toString(held.contacts)),
            self.tr("%1 customers").replace("%1", QLocale().toString(held.customers)),
        ]
        if held.files:
            files = self.tr("%n files (%1)", None, held.files)
            parts.append(files.replace("%1", formats.size(held.file_bytes)))
        size = self.tr("%1 on the disk").replace("%1", formats.size(self.model.bytes))
        self.stored.setText(" · ".join([*parts, size]))
        self.removal.tell(held.unsent, held.drafts)
        self._grow()

    # --- the key ----------------------------------------------------------------------------------------------------

    def _change_key(self) -> None:
        self.key.setEnabled(False)
        self.progress.setValue(0)
        self.progress.show()
        self._grow()
        self.key_text.setText(self.tr("Encrypting everything anew. You can go on working."))
        self.key_change_requested.emit()

    def show_progress(self, share: float) -> None:
        """Say how far the new encryption is, 0 to 1."""
        self.progress.setValue(int(share * 1000))

    def show_key_changed(self, code: str) -> None:
        """Say that there is a new key, or why not."""
        self.progress.hide()
        self.key.setEnabled(True)
        self.key_text.setText(
            troubles.changing_key(code) if code else self.tr("There is a new key; the old one is erased.")
        )
        self.model.look()
        self._grow()

    # --- the size ---------------------------------------------------------------------------------------------------

    def _on_removal(self, is_open: bool) -> None:
        # Enter in the field is no wish to close the window.
        self.close_.setDefault(not is_open)
        self._grow()

    def _grow(self) -> None:
        """Take the height that the words need at this width."""
        # From within outwards: a layout goes by what the ones in it said last.
        for layout in reversed(self.findChildren(QLayout)):
            layout.activate()
        height = self._column.totalHeightForWidth(_WIDTH)
        if height > 0:
            self.resize(_WIDTH, height)


def _text(parent: QWidget, text: str, look: str) -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if look:
        label.setProperty("look", look)
    return label
