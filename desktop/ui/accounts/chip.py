"""A quiet chip that says which account something is of; not there where there is only one."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from desktop.ui.accounts import wording
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.workplace import Workplace


class AccountChip(QLabel):
    """``show_for`` an id, whose account it names."""

    def __init__(self, workplace: Workplace, parent: QWidget) -> None:
        super().__init__(parent)
        self._accounts = workplace.accounts
        self._id: str | None = None
        self.setProperty("look", "pill-neutral")
        self.hide()
        self._accounts.changed.connect(self._refresh)

    def show_for(self, id_: str | None) -> None:
        """Name the account that ``id_`` is of."""
        self._id = id_
        self._refresh()

    def _refresh(self) -> None:
        title = self._accounts.title_of(self._id) if self._id else ""
        self.setText(title)
        self.setVisible(bool(title))
        if title:
            account = self._accounts.of(self._id)
            self.setToolTip(plain_tip(f"{title} ({wording.kind(account.kind, account.maker)})"))
            self.setAccessibleName(self.tr("Account: %1").replace("%1", title))
