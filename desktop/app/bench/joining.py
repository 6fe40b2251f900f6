"""Accounts of a measured window at hubs that are running: signed in, and kept in step. Called by ``pop`` and ``sync``."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from desktop.app.bench import centre as centres
from desktop.backends.hub import HubBackend
from desktop.domain.ids import AgentId
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store.database import Store
from desktop.sync.engine import Engine
from desktop.sync.status import SyncStatus


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
