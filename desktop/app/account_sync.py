"""One account of the desk being synced: its tokens, its backend, its engine. Made and held by ``session``, which tells what
comes of it to the workplace; several run side by side on one store and know nothing of each other.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from desktop.app.recording import Recording
from desktop.domain.commands import Command
from desktop.domain.ids import AgentId, InteractionId, account_of
from desktop.session.accounts import Account
from desktop.session.auth import TokenFlow
from desktop.session.vault import Vault
from desktop.store.database import Store
from desktop.store.files import is_digest
from desktop.sync.status import SyncStatus
from desktop.viewmodels.desk import DeskAccount

if TYPE_CHECKING:
    from desktop.backends.base import Backend, Capabilities, OnProgress
    from desktop.sync.engine import Engine


@dataclass(frozen=True, slots=True)
class Hearers:
    """Who hears of what a sync brings: the arguments of ``sync.engine.Engine``."""

    status: Callable[[str, SyncStatus], None]
    gone: Callable[[Command], None]
    file_refused: Callable[[str, str], None]
    signal: Callable[[InteractionId, str], None]


class AccountSync:
    """``run`` syncs until ``stop`` or until cancelled; ``engine`` and ``backend`` are there meanwhile."""

    def __init__(self, account: Account, vault: Vault, recording: Recording | None = None) -> None:
        self.account = account
        self._recording = recording or Recording()
        self.tokens = TokenFlow(account.id, vault)
        self.backend: Backend | None = None
        self.engine: Engine | None = None
        self._is_stopped = False
        self._ended = asyncio.Event()
        self._ended.set()

    async def run(
        self,
        store: Store,
        me: AgentId | None,
        hearers: Hearers,
        on_ready: Callable[[AccountSync], None] = lambda sync: None,
    ) -> None:
        """Keep the account and the store in step; ``on_ready`` hears when it is known what the backend can do. Raises
        ``backends.registry.UnknownKind``, and what is a bug."""
        # Loaded here, as the first paint does not wait for the network.
        from desktop.backends import registry
        from desktop.sync.engine import Engine

        account = self.account
        self._ended.clear()
        backend = registry.backend(account.kind, account.url, self.tokens, key=account.key, me=me, kept=account.options)
        backend = self._recording.wrapped(backend, account)
        try:
            await registry.warm_up(backend)
            if self._is_stopped:
                return
            self.backend = backend
            self.engine = Engine(
                store,
                backend,
                on_status=lambda status: hearers.status(account.key, status),
                on_gone=hearers.gone,
                on_file_refused=hearers.file_refused,
                on_signal=hearers.signal,
                me=me,
                account=account.key,
            )
            on_ready(self)
            await self.engine.run()
        finally:
            self.backend = None
            self._ended.set()
            await backend.close()

    def wake(self) -> None:
        """Try again at once whatever waits."""
        if self.engine is not None:
            self.engine.wake()

    async def stop(self) -> None:
        """End the sync for good."""
        self._is_stopped = True
        if self.engine is not None:
            await self.engine.stop()

    async def end(self) -> None:
        """End the sync for good, and wait until nothing of it runs any more."""
        await self.stop()
        await self._ended.wait()


class Shelves:
    """The files of all accounts that are being synced. One that goes by its place is asked for there; one that goes by its
    SHA-256 first in the account of ``current``, the open contact, then in the others."""

    def __init__(self, syncs: Callable[[], list[AccountSync]], current: Callable[[], str | None]) -> None:
        self._syncs = syncs
        self._current = current

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        """See ``Backend.download``; raises what the last one said."""
        from desktop.backends.base import BackendError, Offline

        first = account_of(self._current() or "") if is_digest(sha256) else account_of(sha256)
        backends = [
            sync.backend
            for sync in sorted(self._syncs(), key=lambda sync: sync.account.key != first)
            if sync.backend is not None and (is_digest(sha256) or sync.account.key == first)
        ]
        failed: BackendError = Offline("offline")
        for backend in backends:
            try:
                return await backend.download(sha256, on_progress=on_progress)
            except BackendError as error:
                failed = error
        raise failed


def shown(account: Account, can: Capabilities | None = None) -> DeskAccount:
    """Return an account as the window shows it; without ``can`` nothing is known yet of what it can do."""
    known = DeskAccount(
        id=account.id,
        key=account.key,
        title=account.title or _host(account.url) or account.kind,
        kind=account.kind,
        user=account.user,
        system=account.url,
        is_paused=account.is_paused,
    )
    if can is None:
        return known
    from desktop.backends import registry
    from desktop.sync.settlement import carried

    return dataclasses.replace(
        known,
        maker=registry.title(account.kind),
        commands=carried(can),
        has_presence=can.has_presence,
        has_dispositions=can.has_dispositions,
        has_typing=can.has_typing,
        has_blobs=can.has_blobs,
        has_brain=can.has_brain,
        has_channels=can.has_channels,
        has_board=can.has_board,
        options=registry.options(account.kind),
        kept=account.options,
    )


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0] or url.rstrip("/").rpartition("/")[2]
