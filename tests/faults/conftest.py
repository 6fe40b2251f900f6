"""The real client and the real hub with a way between them on which things go wrong, and what an agent can say about it."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.app.bench.faults.proxy import FaultProxy
from desktop.backends.http import HttpSettings
from desktop.backends.hub import HubBackend
from desktop.domain.changes import Table
from desktop.domain.commands import Take
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import InteractionState
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.sync.status import Phase


@pytest.fixture(scope="session")
def sync_tests() -> Any:
    """The conftest of ``tests/sync``, where the hub that can be stopped and an agent's desk are."""
    key = "conftest_of_sync"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, Path(__file__).parents[1] / "sync" / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, sync_tests: Any) -> Iterator[Any]:
    """One hub for all tests of a file."""
    centre = sync_tests.Centre(tmp_path_factory.mktemp("centre") / "hub")
    yield centre
    centre.stop()


@pytest.fixture
def own_centre(tmp_path: Path, sync_tests: Any) -> Iterator[Any]:
    """A hub that one test may stop, start, and restore."""
    centre = sync_tests.Centre(tmp_path / "hub")
    yield centre
    centre.stop()


@pytest.fixture
async def proxy(centre: Any) -> AsyncIterator[FaultProxy]:
    """The way to the hub."""
    proxy = FaultProxy(centre.port)
    await proxy.start()
    yield proxy
    async with asyncio.timeout(5):
        await proxy.stop()


@pytest.fixture
async def sit_down(
    store: Any, tmp_path: Path, sync_tests: Any, proxy: FaultProxy, centre: Any
) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Have anna sit down behind the proxy; ``read_s`` and ``silent_s`` are the client's patience in seconds."""
    desks: list[Any] = []

    async def sit_down(url: str = "", read_s: float = 10.0, silent_s: float = 45.0, **options: Any) -> Any:
        where = options.pop("centre", centre)
        flow = TokenFlow("anna", FileVault(tmp_path), clock=time.monotonic)
        settings = HttpSettings(connect_s=read_s, read_s=read_s)
        backend = HubBackend(url or proxy.url, flow, settings=settings, silent_s=silent_s)
        await backend.warm_up()
        await flow.adopt(await backend.sign_in("anna", where.password))
        desk = sync_tests.Desk(store, backend, **options)
        desks.append(desk)
        return desk

    yield sit_down
    for desk in desks:
        await desk.close()
        await desk.backend.close()


@pytest.fixture
def live() -> Callable[[Any], Awaitable[None]]:
    """Wait until a desk is up to date and hears what happens."""

    async def live(desk: Any) -> None:
        await desk.until(lambda: desk.status.is_streaming and desk.status.phase is Phase.LIVE)

    return live


@pytest.fixture
def taken() -> Callable[..., Awaitable[str]]:
    """A customer wrote, and the agent took it."""

    async def taken(desk: Any, centre: Any, text: str = "Hallo?") -> str:
        contact_id = str(await asyncio.to_thread(lambda: centre.customer_writes(text)))
        await desk.until(lambda: desk.row(Table.INTERACTION, contact_id) is not None)
        desk.give(Take(interaction_id=InteractionId(contact_id)))
        await desk.until(lambda: desk.row(Table.INTERACTION, contact_id).state is InteractionState.ACTIVE)
        return contact_id

    return taken
