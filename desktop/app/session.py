"""One account opened: its key, its store, the workplace the window works with, and the engine that keeps it in step."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.domain.interaction import Attachment
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import Vault, database_key, open_vault
from desktop.store.database import Store
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.backends.hub import HubBackend
    from desktop.sync.engine import Engine

log = logging.getLogger(__name__)

MAX_UPLOAD = 25 * 1024 * 1024


class OpenAccount:
    """An account whose store is open. ``sync`` runs until it is closed."""

    def __init__(self, account: Account, vault: Vault, store: Store, workplace: Workplace) -> None:
        self.account = account
        self.store = store
        self.workplace = workplace
        self._tokens = TokenFlow(account.id, vault)
        self._backend: HubBackend | None = None
        self._engine: Engine | None = None
        self._loop = asyncio.get_running_loop()
        self._moving: set[asyncio.Task[None]] = set()
        workplace.upload = self._upload
        workplace.fetch = self._fetch

    async def sync(self, on_sign_in_needed: Callable[[], None]) -> None:
        """Keep the store and the backend in step until cancelled."""
        # Loaded here, as the first paint does not wait for the network.
        from desktop.backends.hub import HubBackend
        from desktop.sync.engine import Engine

        backend = self._backend = HubBackend(self.account.url, self._tokens)
        await backend.warm_up()

        def _on_status(status: SyncStatus) -> None:
            before = self.workplace.status.phase
            self.workplace.set_status(status)
            if status.phase is Phase.SIGN_IN_NEEDED and before is not Phase.SIGN_IN_NEEDED:
                on_sign_in_needed()

        self._engine = Engine(self.store, backend, on_status=_on_status)
        try:
            await self._engine.run()
        finally:
            await backend.close()

    def wake(self) -> None:
        """Try again at once: the network changed, or the machine woke up."""
        if self._engine is not None:
            self._engine.wake()

    async def close(self) -> None:
        """Stop syncing and close the store; what was written stays."""
        # First, for the panels are going: an answer still on its way would find its view model deleted.
        self.workplace.close()
        if self._engine is not None:
            await self._engine.stop()
        for task in tuple(self._moving):
            task.cancel()
        await asyncio.gather(*self._moving, return_exceptions=True)
        await asyncio.to_thread(self.store.close)
        self.workplace.deleteLater()

    async def forget_tokens(self) -> None:
        await self._tokens.forget()

    # --- attachments ------------------------------------------------------------------------------------------------

    def _upload(self, path: str, done: Callable[[Attachment], None], failed: Callable[[str], None]) -> None:
        async def _move() -> None:
            file = Path(path)
            data = await asyncio.to_thread(_read, file)
            if data is None:
                failed("unreadable")
                return
            if len(data) > MAX_UPLOAD:
                failed("too_large")
                return
            if self._backend is None:
                failed("offline")
                return
            answer = await self._backend.upload(data, media_type="application/octet-stream", name=file.name)
            done(Attachment(sha256=answer.sha256, name=file.name, media_type=answer.media_type, size=answer.size))

        self._start(_move, failed)

    def _fetch(self, what: Attachment, path: str, done: Callable[[], None], failed: Callable[[str], None]) -> None:
        async def _move() -> None:
            if self._backend is None:
                failed("offline")
                return
            data = await self._backend.download(what.sha256)
            await asyncio.to_thread(Path(path).write_bytes, data)
            done()

        self._start(_move, failed)

    def _start(self, move: Callable[[], object], failed: Callable[[str], None]) -> None:
        async def _guarded() -> None:
            try:
                await move()  # type: ignore[misc]
            except OSError:
                failed("unreadable")
            except Exception as error:
                log.warning("an attachment could not be moved: %s", type(error).__name__)
                failed(str(getattr(error, "code", "internal")))

        task = self._loop.create_task(_guarded(), name="attachment")
        self._moving.add(task)
        task.add_done_callback(self._moving.discard)


def _read(file: Path) -> bytes | None:
    try:
        if file.stat().st_size > MAX_UPLOAD:
            return b"\0" * (MAX_UPLOAD + 1)
        return file.read_bytes()
    except OSError:
        return None


async def open_account(account: Account, accounts: Accounts, language: str) -> OpenAccount:
    """Open an account's store. Raises ``NoVault`` or ``StoreError``, each with a code."""

    def _open() -> tuple[Vault, Store]:
        vault = open_vault(accounts.profile, account.vault)
        key = database_key(vault, account.id)
        return vault, Store.open(accounts.folder(account) / "cache.db", key)

    vault, store = await asyncio.to_thread(_open)
    assert account.agent_id is not None
    workplace = Workplace(store, account.agent_id, language)
    workplace.has_open_secrets = bool(vault.warning)
    return OpenAccount(account, vault, store, workplace)


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
