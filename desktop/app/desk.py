"""The accounts of the open desk looked after: a further one added, renamed, paused, removed; their page. What the
page asks for is done here, as only the composition root knows accounts, vault and store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shiboken6 import isValid

from desktop.domain.account_option import Value
from desktop.session.accounts import Account
from desktop.session.vault import NoVault
from desktop.store.database import StoreError

if TYPE_CHECKING:
    from desktop.app.running import Program
    from desktop.ui.accounts.window import AccountsWindow


class Desk:
    """One for the program; acts on whatever desk is open."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._page: AccountsWindow | None = None
        program.window.accounts_requested.connect(self.show)
        program.window.account_wanted.connect(program.signing_in.ask_further)

    def sync(self, account: Account) -> None:
        """Sync a further account from now on, or try again where somebody just signed in there."""
        opened = self._program.open
        if opened is None:
            return
        if opened.is_syncing(account):
            opened.show_further(account)
            opened.wake()
            return
        work = opened.sync_further(account, lambda: self._program.signing_in.ask_further(self._now(account)))
        self._program.tasks.start(f"sync {account.key}", work)

    def add(self, account: Account) -> None:
        """Sync an account somebody just signed in at, and say so where it is a new one."""
        opened = self._program.open
        if opened is None:
            return
        is_new = all(one.id != account.id for one in opened.workplace.accounts.all)
        self.sync(account)
        if is_new:
            from desktop.ui.accounts import wording

            self._program.window.notices.tell(wording.added(account.title), "accent")

    def show(self) -> AccountsWindow | None:
        """Show the page of accounts."""
        program = self._program
        if program.open is None or program.screen_lock.is_locked:
            return None
        from desktop.ui.accounts.window import AccountsWindow

        page = AccountsWindow(program.open.workplace, program.theme, program.window)
        page.model.add_requested.connect(program.signing_in.ask_further)
        page.model.sign_in_requested.connect(self._sign_in)
        page.model.renamed.connect(self._rename)
        page.model.paused.connect(self._pause)
        page.model.options_chosen.connect(self._choose_options)
        page.model.removal_confirmed.connect(self._remove)
        self._page = page
        page.show()
        return page

    def _now(self, account: Account) -> Account:
        return self._program.accounts.get(account.id) or account

    def _sign_in(self, account_id: str) -> None:
        account = self._program.accounts.get(account_id)
        if account is not None and account.desk:
            self._program.signing_in.ask_further(account)
        elif account is not None:
            self._program.signing_in.ask()

    def _rename(self, account_id: str, title: str) -> None:
        account, opened = self._program.accounts.get(account_id), self._program.open
        if account is not None and opened is not None:
            opened.show_further(self._program.accounts.change(account, title=title))

    def _pause(self, account_id: str, is_paused: bool) -> None:
        account, opened = self._program.accounts.get(account_id), self._program.open
        if account is None or opened is None or not account.desk:
            return
        changed = self._program.accounts.change(account, is_paused=is_paused)
        if is_paused:
            self._program.tasks.start("pause account", opened.pause(changed))
        else:
            self.sync(changed)

    def _choose_options(self, account_id: str, values: dict[str, Value]) -> None:
        account = self._program.accounts.get(account_id)
        if account is not None:
            changed = self._program.accounts.change(account, options=values)
            self._program.tasks.start("restart account", self._restart(changed))

    async def _restart(self, account: Account) -> None:
        """Sync an account anew, as its backend is made of its options."""
        opened = self._program.open
        if opened is None:
            return
        if account.desk:
            await opened.pause(account)
            if not account.is_paused:
                self.sync(account)
        elif opened.account.id == account.id:
            await self._program.close_account()
            await self._program.use(account)

    def _remove(self, account_id: str) -> None:
        account = self._program.accounts.get(account_id)
        if account is not None and account.desk:
            self._program.tasks.start("remove account", self._leave(account))

    async def _leave(self, account: Account) -> None:
        opened = self._program.open
        if opened is None:
            return
        try:
            await opened.leave(account)
        except (StoreError, NoVault) as error:
            # It is still on the page, without a cursor: removing it again goes on, leaving it reads it anew.
            if self._page is not None and isValid(self._page):
                self._page.show_failure(error.code)
            return
        self._program.accounts.forget(account.id)
