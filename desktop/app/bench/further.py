"""Further accounts of a generated desk: other systems' contacts and customers in the same cache, so that several accounts can
be measured in one window. Called by ``caches``, ``idle``, ``pop`` and ``sync``.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from desktop.app.bench import centre as centres
from desktop.backends.hub import HubBackend
from desktop.backends.keyed import Keyed
from desktop.domain.changes import Cause
from desktop.domain.ids import AgentId
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store.apply import apply_page
from desktop.store.database import Store, Write
from desktop.store.generate import records
from desktop.store.search import index_some, merge_some
from desktop.sync.engine import Engine
from desktop.sync.status import SyncStatus
from desktop.wire.records import encode, type_of
from desktop.wire.shapes import Change, ChangesPage

_PAGE: Final = 2_000
_SLICE: Final = 5_000


def remember(accounts: Accounts, desk: Account, count: int) -> tuple[Account, ...]:
    """Add ``count`` accounts to a desk, at the same address as its first one."""
    for number in range(len(accounts.further(desk)), count):
        accounts.remember(
            desk.url,
            f"{desk.user} {number + 2}",
            agent_id=desk.agent_id,
            name=desk.name,
            vault=VaultKind.FILE,
            desk=desk,
            title=f"Centre {number + 2}",
        )
    return accounts.further(desk)


def keys(count: int) -> tuple[str, ...]:
    """Return what the ids of ``count`` further accounts begin with."""
    return tuple(f"hub{number}" for number in range(2, count + 2))


@contextlib.asynccontextmanager
async def signed_in(
    url: str, password: str, folder: Path, key: str = "", me: AgentId | None = None
) -> AsyncIterator[tuple[HubBackend, AgentId]]:
    """Sign in at a hub, and give the backend with who the agent is there; ``folder`` keeps the tokens. With a ``key`` it is
    a further account of the agent ``me``."""
    stranger = HubBackend(url)
    try:
        await stranger.warm_up()
        tokens = await stranger.sign_in(centres.AGENT, password)
    finally:
        await stranger.close()
    flow = TokenFlow(f"{centres.AGENT} {key}".strip(), FileVault(folder))
    await flow.adopt(tokens)
    backend = HubBackend(url, flow, key=key, me=me)
    try:
        yield backend, tokens.agent.id
    finally:
        await backend.close()


@contextlib.asynccontextmanager
async def synced(
    store: Store, backend: HubBackend, on_status: Callable[[SyncStatus], None], key: str = ""
) -> AsyncIterator[asyncio.Task[None]]:
    """Keep an account and the store in step; gives the task that does."""
    engine = Engine(store, backend, on_status=on_status, account=key)
    running = asyncio.create_task(engine.run(), name=f"bench sync {key}".strip())
    try:
        yield running
    finally:
        await engine.stop()
        await running


def fill(store: Store, key: str, messages: int, seed: int, me: AgentId) -> None:
    """Write what a further account's system would have sent: a generated centre of its own, some of whose customers are the
    first one's too."""
    keyed = Keyed(key, me, me)
    seq = 0
    rows = iter(records(messages, seed, me))
    while batch := list(islice(rows, _PAGE)):
        changes = []
        for record in batch:
            seq += 1
            raw = msgspec.Raw(encode(record))
            changes.append(keyed.change(Change(seq=seq, op="upsert", type=type_of(record), id=record.id, record=raw)))
        page = ChangesPage(
            epoch=f"generated-{seed}",
            changes=changes,
            after=seq - len(batch),
            next=seq,
            more=len(batch) == _PAGE,
        )

        def write(w: Write, page: ChangesPage = page) -> None:
            apply_page(w, page, account=key)

        store.write(write, Cause.NETWORK).result()
    while store.write(lambda w: index_some(w, _SLICE), Cause.NETWORK).result():
        pass
    while store.write(merge_some, Cause.NETWORK).result():
        pass
