"""What the account page asks for and only the composition root can do: a new key for the local data, and removing the account
with everything of it from this machine."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from shiboken6 import isValid

from desktop.app import opening
from desktop.app.policy import Policy
from desktop.ui.account.window import AccountWindow
from desktop.viewmodels.holdings import Rules

if TYPE_CHECKING:
    from desktop.app.running import Program


class Custody(QObject):
    """Lives as long as its page."""

    def __init__(self, program: Program, page: AccountWindow) -> None:
        super().__init__(page)
        self._program = program
        self._page = page
        page.lock_requested.connect(program.screen_lock.lock)
        page.key_change_requested.connect(lambda: program.tasks.start("change key", self._change_key()))
        page.removal_confirmed.connect(lambda: program.tasks.start("remove account", self._remove()))

    @classmethod
    def show(cls, program: Program) -> AccountWindow | None:
        """Show the page of the account that is open."""
        if program.open is None:
            return None
        account = program.open.account
        page = AccountWindow(
            program.open.workplace,
            account.name,
            account.user,
            account.url,
            _rules(program.policy),
            program.theme,
            program.window,
        )
        cls(program, page)
        page.show()
        return page

    async def _change_key(self) -> None:
        opened = self._program.troubles.opened
        if opened is None:
            return
        loop = asyncio.get_running_loop()
        page = self._page

        def _show(share: float) -> None:
            if isValid(page):
                page.show_progress(share)

        def _on_progress(share: float) -> None:
            loop.call_soon_threadsafe(_show, share)

        code = await opening.change_key(opened, _on_progress)
        if isValid(page):
            page.show_key_changed(code)

    async def _remove(self) -> None:
        program, page = self._program, self._page
        if program.open is None:
            return
        account = program.open.account
        if isValid(page):
            page.close()
        await program.close_account()
        removal = await opening.remove_account(program.accounts, account, even_unsent=True)
        if removal.code:
            program.troubles.show(opening.Trouble(account, removal.code))
            return
        program.signing_in.ask()


def _rules(policy: Policy) -> Rules:
    return Rules(
        lock_after_min=policy.lock_after_min,
        lock_at_sleep=policy.lock_at_sleep,
        closed_days=policy.closed_days,
        messages_max=policy.messages_max,
        files_mb=policy.files_mb,
        reports_days=policy.reports_days,
    )
