"""A desk opened: its key, its store, the workplace the window works with, and the syncs that keep its accounts in step."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desktop.app import garbage
from desktop.app.account_sync import AccountSync, Hearers, Shelves, shown
from desktop.app.attachments import Attachments
from desktop.app.live import LiveBoard
from desktop.app.opened import FOLDER, OpenedFiles
from desktop.app.recording import Recording
from desktop.domain import ids
from desktop.domain.account_option import Value
from desktop.domain.changes import Cause
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import Vault, forget_secrets, open_vault
from desktop.store import departure, files
from desktop.store.database import Store
from desktop.store.pruning import Limits
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.app.opening import Opened
    from desktop.store.keeper import Keeper
    from desktop.store.search.indexer import Indexer

log = logging.getLogger(__name__)

# Between threads, in seconds: Python's own, and what it is while pages are read on the writing thread.
_TURN_S, _SHORT_TURN_S = 0.005, 0.001

OnSignIn = Callable[[], None]


class OpenAccount:
    """A desk whose store is open; ``account`` is its first. ``sync`` runs until it is closed, ``sync_further`` for
    each of its further accounts beside it. ``limits`` is how much is kept of it here."""

    def __init__(
        self, account: Account, vault: Vault, store: Store, workplace: Workplace, recording: Recording | None = None
    ) -> None:
        self.account = account
        self.store = store
        self.workplace = workplace
        self._vault = vault
        self._indexer: Indexer | None = None
        self._keeper: Keeper | None = None
        self._recording = recording or Recording()
        self._syncs: dict[str, AccountSync] = {"": AccountSync(account, vault, self._recording)}
        self._ask_sign_in: dict[str, OnSignIn] = {}
        self._is_closed = False
        self.limits = Limits()
        self._attachments = Attachments(
            store, OpenedFiles(store.path.with_name(FOLDER)), lambda: self.limits.files_bytes
        )
        workplace.files = self._attachments
        self._live = workplace.live = LiveBoard()
        workplace.wake = self.wake
        workplace.accounts.put(shown(account))

    @property
    def _hearers(self) -> Hearers:
        workplace = self.workplace
        return Hearers(self._on_status, workplace.gone.emit, workplace.file_refused.emit, workplace.signalled.emit)

    async def sync(self, on_sign_in_needed: OnSignIn) -> None:
        """Keep the store and the first account in step until cancelled, and the store in order."""
        from desktop.store.keeper import Keeper
        from desktop.store.search.indexer import Indexer
        from desktop.sync.likeness import Likenesses

        self._ask_sign_in[""] = on_sign_in_needed
        if self._is_closed:
            return
        self._indexer = Indexer(self.store)
        self._keeper = Keeper(self.store, lambda: self.limits, on_forgotten=self.wipe_opened)
        self._attachments.backend = Shelves(lambda: list(self._syncs.values()), lambda: self.workplace.current)
        self.workplace.tell_typing = self._tell_typing
        keeping = [
            asyncio.create_task(self._keeper.run(), name="keeper"),
            asyncio.create_task(Likenesses(self.store).run(), name="likenesses"),
        ]
        try:
            await self._syncs[""].run(self.store, self.account.agent_id, self._hearers, self._on_ready)
        finally:
            for task in keeping:
                task.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)

    async def sync_further(self, account: Account, on_sign_in_needed: OnSignIn) -> None:
        """Keep the store and a further account in step until cancelled, or until it leaves or is paused."""
        self._ask_sign_in[account.key] = on_sign_in_needed
        self.workplace.accounts.put(shown(account))
        if self._is_closed or account.is_paused or account.key in self._syncs:
            return
        sync = self._syncs[account.key] = AccountSync(account, self._vault, self._recording)
        try:
            await sync.run(self.store, self.account.agent_id, self._hearers, self._on_ready)
        except BaseException as error:
            if isinstance(error, Exception):
                # The others go on; this one says that it does not.
                code = getattr(error, "code", "bug")
                self._on_status(account.key, SyncStatus(phase=Phase.OFFLINE, pull_error=str(code)))
            raise
        finally:
            self.workplace.playbacks.pop(account.key, None)
            if self._syncs.get(account.key) is sync:
                del self._syncs[account.key]

    def is_syncing(self, account: Account) -> bool:
        """Whether a further account is being synced."""
        return account.key in self._syncs

    def show_further(self, account: Account) -> None:
        """Let the window know of a further account before it is synced, or that it has another name."""
        sync = self._syncs.get(account.key)
        can = sync.backend.capabilities if sync is not None and sync.backend is not None else None
        self.workplace.accounts.put(shown(account, can))

    async def pause(self, account: Account) -> None:
        """Stop syncing an account; what is here stays."""
        sync = self._syncs.pop(account.key, None)
        if sync is not None:
            # To the end: who goes on with it right away begins anew.
            await sync.end()
        self.show_further(account)

    async def leave(self, account: Account) -> None:
        """Remove a further account from the desk with all its rows and secrets. Raises ``StoreError``, ``NoVault``."""
        await self.pause(account)
        await asyncio.wrap_future(self.store.write(lambda w: departure.begin(w, account.key), Cause.SYSTEM))
        while await asyncio.wrap_future(self.store.write(lambda w: departure.step(w, account.key), Cause.SYSTEM)):
            pass
        if account.kind == "hub":
            # Its files go by their bytes, so that nothing tells whose they are: what is still wanted is fetched again.
            await asyncio.to_thread(files.evict, self.store, 0)
        await asyncio.to_thread(forget_secrets, self._vault, account.id)
        self.workplace.accounts.drop(account.key)
        self.workplace.set_status(self.workplace.accounts.of("").status)

    def wake(self) -> None:
        """Try again at once: the network changed, or the machine woke up."""
        for sync in list(self._syncs.values()):
            sync.wake()

    def wipe_opened(self) -> None:
        """Remove the attachments that lie open for other programs to show: nobody is there to look at them."""
        self._attachments.wipe_opened()

    async def close(self) -> None:
        """Stop syncing and close the store; what was written stays."""
        # First, for the panels are going: an answer still on its way would find its view model deleted.
        self._is_closed = True
        self.workplace.close()
        self._live.close()
        await asyncio.gather(*(sync.stop() for sync in list(self._syncs.values())))
        await self._attachments.close()
        if self._indexer is not None:
            self._indexer.close()
        await asyncio.to_thread(self.store.close)
        self.workplace.deleteLater()

    async def forget_tokens(self) -> None:
        """Sign out everywhere."""
        for sync in list(self._syncs.values()):
            await sync.tokens.forget()

    async def sign_in_again(self, password: str) -> None:
        """Have the first account's backend say whether this is the agent's password, and go on with the tokens it
        gives. Raises a ``BackendError``, or ``NoVault`` where the password is good but the new token cannot be
        kept."""
        from desktop.backends import registry
        from desktop.backends.base import Refused

        account = self.account
        backend = registry.backend(account.kind, account.url, kept=account.options)
        try:
            await registry.warm_up(backend)
            tokens = await backend.sign_in("" if account.with_token else account.user, password)
        finally:
            await backend.close()
        if tokens.agent.id != self.account.agent_id:
            raise Refused("unauthenticated")
        await self._syncs[""].tokens.adopt(tokens)
        self.wake()

    # --- what the syncs bring ---------------------------------------------------------------------------------------

    def _on_ready(self, sync: AccountSync) -> None:
        assert sync.backend is not None
        assert sync.engine is not None
        playback = getattr(sync.backend, "playback", None)
        if playback is not None:
            self.workplace.playbacks[sync.account.key] = playback
        self.workplace.accounts.put(shown(sync.account, sync.backend.capabilities))
        if not sync.account.key:
            self._live.connect(sync.engine.board)

    def _on_status(self, key: str, status: SyncStatus) -> None:
        before = self.workplace.accounts.of(f"{key}~" if key else "").status.phase
        self.workplace.set_status(status, key)
        take_turns(self.workplace.status)
        if status.phase is Phase.LIVE and before is Phase.FIRST_SYNC and self._keeper is not None:
            self._keeper.hurry()
        if status.phase is Phase.SIGN_IN_NEEDED and before is not Phase.SIGN_IN_NEEDED and key in self._ask_sign_in:
            self._ask_sign_in[key]()

    def _tell_typing(self, interaction_id: ids.InteractionId, is_typing: bool) -> None:
        sync = self._syncs.get(ids.account_of(interaction_id))
        if sync is not None and sync.engine is not None and self.workplace.accounts.of(interaction_id).has_typing:
            sync.engine.typing.tell(interaction_id, is_typing)


def account_of(opened: Opened, language: str, recording: Recording | None = None) -> OpenAccount:
    """Return the desk whose store was opened, ready to be shown; synced with ``recording`` where that is wished for."""
    account = opened.account
    assert account.agent_id is not None
    workplace = Workplace(opened.store, account.agent_id, language)
    workplace.has_open_secrets = bool(opened.vault.warning)
    return OpenAccount(account, opened.vault, opened.store, workplace, recording)


async def sign_in(
    accounts: Accounts,
    url: str,
    user: str,
    password: str,
    kind: VaultKind,
    *,
    system: str = "hub",
    desk: Account | None = None,
    title: str = "",
    options: Mapping[str, Value] | None = None,
) -> Account:
    """Sign in at a system of a kind and remember the account, as a further one of ``desk`` where that is given. Without a
    ``user``, ``password`` is an access token, where the system takes these. Raises ``BadAddress``, ``AlreadyHere``,
    ``NoVault``, ``UnknownKind`` or a ``BackendError``."""
    vault = await asyncio.to_thread(open_vault, accounts.profile, kind)
    from desktop.backends import registry
    from desktop.session.accounts import normalised_url

    backend = registry.backend(system, normalised_url(url), kept=options)
    try:
        await registry.warm_up(backend)
        tokens = await backend.sign_in(user, password)
    finally:
        await backend.close()
    agent = tokens.agent
    account = accounts.remember(
        url,
        user or agent.user,
        agent_id=agent.id,
        name=agent.name,
        vault=kind,
        kind=system,
        desk=desk,
        title=title,
        options=options,
        with_token=not user and registry.TOKEN in registry.ways_in(system),
    )
    if not account.title:
        free = accounts.free_title(registry.title(system), account.url, desk)
        account = accounts.change(account, title=free)
    await TokenFlow(account.id, vault).adopt(tokens)
    return account


def take_turns(status: SyncStatus) -> None:
    """While page after page is read on the writing thread, the main thread must not wait Python's usual 5 ms for its turn;
    afterwards it had rather keep what it has until a picture is painted. Until all is there pages may come, and garbage is
    looked for often."""
    sys.setswitchinterval(_SHORT_TURN_S if status.phase is Phase.FIRST_SYNC else _TURN_S)
    if status.phase is not Phase.LIVE:
        garbage.hurry()
