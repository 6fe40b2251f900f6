"""The page where the accounts of the desk are looked after: their names and states, and what would be lost with one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from desktop.domain.account_option import Value, chosen
from desktop.store.departure import Held, held
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.workplace import Workplace

__all__ = ["AccountsModel", "DeskAccount", "Held"]


class AccountsModel(QObject):
    """The page of accounts. What is asked for is carried out by the app: ``add_requested``, ``renamed(id, title)``,
    ``paused(id, is_paused)``, ``options_chosen(id, values)``, ``removal_confirmed(id)``, ``sign_in_requested(id)``.
    ``counted`` once it is known what would be lost with the account that is about to be removed (``held``)."""

    changed = Signal()
    counted = Signal()
    add_requested = Signal()
    sign_in_requested = Signal(str)
    renamed = Signal(str, str)
    paused = Signal(str, bool)
    options_chosen = Signal(str, object)
    removal_confirmed = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.removing: DeskAccount | None = None
        self.held = Held()
        workplace.accounts.changed.connect(self.changed)
        workplace.status_changed.connect(self.changed)

    @property
    def accounts(self) -> tuple[DeskAccount, ...]:
        return self._workplace.accounts.all

    def rename(self, account: DeskAccount, title: str) -> None:
        """Call an account ``title``; blanks change nothing."""
        title = " ".join(title.split())[:60]
        if title and title != account.title:
            self.renamed.emit(account.id, title)

    def pause(self, account: DeskAccount, is_paused: bool) -> None:
        """Stop syncing an account, or go on."""
        if is_paused != account.is_paused:
            self.paused.emit(account.id, is_paused)

    def choose_options(self, account: DeskAccount, values: Mapping[str, Value]) -> None:
        """Set what the account's kind asks for besides; the account is synced anew with it."""
        if dict(values) != dict(chosen(account.options, account.kept)):
            self.options_chosen.emit(account.id, dict(values))

    def ask_removal(self, account: DeskAccount) -> bool:
        """Begin removing a further account: first it is counted what was not sent (``counted``). The first account goes with
        the desk, from its own page; then this says no."""
        if not account.key:
            return False
        self.removing = account
        self._workplace.ask(lambda conn: held(conn, account.key), self._on_counted)
        return True

    def confirm_removal(self) -> None:
        """Remove the account that was asked about, with all that was counted."""
        account, self.removing = self.removing, None
        if account is not None:
            self.removal_confirmed.emit(account.id)

    def keep(self) -> None:
        """Remove nothing after all."""
        self.removing = None
        self.changed.emit()

    def _on_counted(self, found: Held) -> None:
        if self.removing is not None:
            self.held = found
            self.counted.emit()
