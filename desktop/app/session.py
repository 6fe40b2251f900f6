"""One account opened: its key, its store, the workplace the window works with, and the engine that keeps it in step."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.app.attachments import Attachments
from desktop.app.live import LiveBoard
from desktop.app.opened import FOLDER, OpenedFiles
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import Vault, open_vault
from desktop.store.database import Store
from desktop.store.pruning import Limits
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.app.opening import Opened
    from desktop.store.search.indexer import Indexer
    from desktop.sync.engine import Engine

log = logging.getLogger(__name__)

# Between threads, in seconds: Python's own, and what it is while pages are read on the writing thread.
_TURN_S, _SHORT_TURN_S = 0.005, 0.001


class OpenAccount:
    """An account whose store is open. ``sync`` runs until it is closed. ``limits`` is how much is kept of it here."""

    def __init__(self, account: Account, vault: Vault, store: Store, workplace: Workplace) -> None:
        self.account = account
        self.store = store
        self._indexer: Indexer | None = None
        self.workplace = workplace
        self._tokens = TokenFlow(account.id, vault)
        self._engine: Engine | None = None
        self._is_closed = False
        self.limits = Limits()
        self._attachments = Attachments(
            store, OpenedFiles(store.path.with_name(FOLDER)), lambda: self.limits.files_bytes
        )
        workplace.files = self._attachments
        self._live = workplace.live = LiveBoard()
        workplace.wake = self.wake

    async def sync(self, on_sign_in_needed: Callable[[], None]) -> None:
        """Keep the store and the backend in step until cancelled."""
        # Loaded here, as the first paint does not wait for the network.
        from desktop.backends.hub import HubBackend
        from desktop.store.keeper import Keeper
        from desktop.store.search.indexer import Indexer
        from desktop.sync.engine import Engine

        backend = self._attachments.backend = HubBackend(self.account.url, self._tokens)
        await backend.warm_up()
        if self._is_closed:
            await backend.close()
            return
        self._indexer = Indexer(self.store)

        keeper = Keeper(self.store, lambda: self.limits, on_forgotten=self.wipe_opened)

        def _on_status(status: SyncStatus) -> None:
            before = self.workplace.status.phase
            self.workplace.set_status(status)
            take_turns(status)
            if status.phase is Phase.LIVE and before is Phase.FIRST_SYNC:
                keeper.hurry()
            if status.phase is Phase.SIGN_IN_NEEDED and before is not Phase.SIGN_IN_NEEDED:
                on_sign_in_needed()

        self._engine = Engine(
            self.store,
            backend,
            on_status=_on_status,
            on_gone=self.workplace.gone.emit,
            on_file_refused=self.workplace.file_refused.emit,
            on_signal=self.workplace.signalled.emit,
            me=self.account.agent_id,
        )
        self._live.connect(self._engine.board)
        self.workplace.tell_typing = self._engine.typing.tell
        keeping = asyncio.create_task(keeper.run(), name="keeper")
        try:
            await self._engine.run()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            await backend.close()

    def wake(self) -> None:
        """Try again at once: the network changed, or the machine woke up."""
        if self._engine is not None:
            self._engine.wake()

    def wipe_opened(self) -> None:
        """Remove the attachments that lie open for other programs to show: nobody is there to look at them."""
        self._attachments.wipe_opened()

    async def close(self) -> None:
        """Stop syncing and close the store; what was written stays."""
        # First, for the panels are going: an answer still on its way would find its view model deleted.
        self._is_closed = True
        self.workplace.close()
        self._live.close()
        if self._engine is not None:
            await self._engine.stop()
        await self._attachments.close()
        if self._indexer is not None:
            self._indexer.close()
        await asyncio.to_thread(self.store.close)
        self.workplace.deleteLater()

    async def forget_tokens(self) -> None:
        await self._tokens.forget()

    async def sign_in_again(self, password: str) -> None:
        """Have the backend say whether this is the agent's password, and go on with the tokens it gives. Raises a
        ``BackendError``, or ``NoVault`` where the password is good but the new token cannot be kept."""
        from desktop.backends.base import Refused
        from desktop.backends.hub import HubBackend

        backend = HubBackend(self.account.url)
        try:
            await backend.warm_up()
            tokens = await backend.sign_in(self.account.user, password)
        finally:
            await backend.close()
        if tokens.agent.id != self.account.agent_id:
            raise Refused("unauthenticated")
        await self._tokens.adopt(tokens)
        self.wake()


def account_of(opened: Opened, language: str) -> OpenAccount:
    """Return the account whose store was opened, ready to be shown."""
    account = opened.account
    assert account.agent_id is not None
    workplace = Workplace(opened.store, account.agent_id, language)
    workplace.has_open_secrets = bool(opened.vault.warning)
    return OpenAccount(account, opened.vault, opened.store, workplace)


async def sign_in(accounts: Accounts, url: str, user: str, password: str, kind: VaultKind) -> Account:
    """Sign in at a hub and remember the account. Raises ``BadAddress``, ``NoVault`` or a ``BackendError``."""
    vault = await asyncio.to_thread(open_vault, accounts.profile, kind)
    from desktop.backends.hub import HubBackend
    from desktop.session.accounts import normalised_url

    backend = HubBackend(normalised_url(url))
    try:
        await backend.warm_up()
        tokens = await backend.sign_in(user, password)
    finally:
        await backend.close()
    account = accounts.remember(url, user, agent_id=tokens.agent.id, name=tokens.agent.name, vault=kind)
    await TokenFlow(account.id, vault).adopt(tokens)
    return account


def take_turns(status: SyncStatus) -> None:
    """While page after page is read on the writing thread, the main thread must not wait Python's usual 5 ms for its turn;
    afterwards it had rather keep what it has until a picture is painted."""
    sys.setswitchinterval(_SHORT_TURN_S if status.phase is Phase.FIRST_SYNC else _TURN_S)
