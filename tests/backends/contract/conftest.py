"""Tells each story of the contract of each backend. A story asks for ``world`` and ``desk``; it runs once for each kind of
system, and where it is marked so, once more with the ids of a desk's further account.

``--world FILE:CLASS`` tells the stories of that backend only: so the maker of one holds theirs to the contract.
``--rewrite-table`` writes what was measured into docs/backends.md.
"""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop.backends import registry
from desktop.store.database import Store

from ...peers.request_tracker import request_tracker
from ...peers.servers import peer_log
from ..example_package.installing import installed
from . import table
from .desk import ContractDesk
from .stories import MISSING, NETWORK, Story, traits_of
from .world import ADDRESS, CUSTOMER, World
from .worlds.rt import MailGateway

__all__ = ["peer_log", "request_tracker"]

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = {
    "hub": "worlds/hub.py:HubWorld",
    "rt": "worlds/rt.py:RtWorld",
    "chatwoot": "worlds/chatwoot.py:ChatwootWorld",
    "zammad": "worlds/zammad.py:ZammadWorld",
    "files": "worlds/files.py:FilesWorld",
    "counterbook": "../example_package/world.py:CounterbookWorld",
}
SHARED = {"hub": "contract_hub", "rt": "mail_gateway"}
"""Servers that are started once for all stories, by fixture."""

_NO_CALL = SimpleNamespace(params={})
KEY = "two"
SECRETS = (CUSTOMER.split()[1], ADDRESS, "Kornblume", "Zwetschge")
"""Words of customers and agents: every text of a story has one, and none may be logged."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--world", default="", help="FILE:CLASS of the World of a backend to hold to the contract")
    parser.addoption("--rewrite-table", action="store_true", help="write what was measured into docs/backends.md")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "story(story): a story of the contract that all backends keep")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "world" not in metafunc.fixturenames:
        return
    mark = metafunc.definition.get_closest_marker("story")
    assert mark is not None, "a test that is told of a world is a story"
    told: Story = mark.args[0]
    given = metafunc.config.getoption("--world", default="")
    worlds = {"given": given} if given else SHIPPED
    params = []
    for kind, place in worlds.items():
        marks = [pytest.mark.peer, pytest.mark.timeout(300)] if kind == "rt" else []
        # A real server costs seconds a story: there the further account is the only one.
        keys = (KEY,) if kind == "rt" else ("", KEY) if told.is_keyed else ("",)
        params += [pytest.param((place, key), id=f"{kind}-further" if key else kind, marks=marks) for key in keys]
    metafunc.parametrize("world", params, indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Have a server that is shared set up before what belongs to one story only."""
    if isinstance(item, pytest.Function) and "world" in getattr(item, "callspec", _NO_CALL).params:
        place, _ = item.callspec.params["world"]
        shared = next((SHARED[kind] for kind, told in SHIPPED.items() if told == place and kind in SHARED), None)
        if shared is not None:
            item.fixturenames = [shared, *item.fixturenames]


@pytest.fixture(scope="module", autouse=True)
def counterbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The example of a third party's package is installed."""
    with installed(tmp_path_factory.mktemp("site")):
        yield


@pytest.fixture(scope="session")
def contract_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One hub for all stories; each has contacts of its own."""
    hub = _module(ROOT / "tests" / "hub" / "conftest.py")
    running = hub.RunningHub(tmp_path_factory.mktemp("contract") / "hub").start()
    try:
        running.populate(hub.cheap_hash(hub.PASSWORD))
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def mail_gateway(request_tracker: Any) -> Iterator[MailGateway]:
    """What hands customers' mails in at the one Request Tracker."""
    gateway = MailGateway(request_tracker)
    yield gateway
    gateway.close()


def _module(path: Path) -> Any:
    """Load a file of tests by its place, under the name by which others import it."""
    path = path.resolve()
    is_ours = path.is_relative_to(ROOT)
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts) if is_ours else path.stem
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[World]:
    """The system of a story, running; the story is passed over where the backend says that it has nothing of that kind."""
    place, _ = request.param
    path, _, name = place.rpartition(":")
    kind: type[World] = getattr(_module(Path(__file__).parent / path), name)
    shared = [request.getfixturevalue(SHARED[kind.kind])] if kind.kind in SHARED else []
    told: Story = request.node.get_closest_marker("story").args[0]
    # Of the server's own log this is not the place to speak.
    for part in ("backends", "sync", "store", "session"):
        caplog.set_level(logging.DEBUG, f"desktop.{part}")
    made = kind(tmp_path, *shared)
    await made.open()
    try:
        traits = await _traits(made)
        cell = told.cell(traits)
        table.check(request.node, told, kind.kind, cell)
        if cell == MISSING:
            lacking = [trait for trait in told.needs if trait not in traits]
            pytest.skip(f"{kind.kind} lacks {', '.join(lacking)}")
        yield made
        words = [*SECRETS, *(one for one in (made.password, made.token) if one)]
        words += [made.url.removeprefix("http://")] if NETWORK in traits else []
        told_of = [_said(record) for phase in ("setup", "call") for record in caplog.get_records(phase)]
        assert not [word for word in words if any(word in line for line in told_of)], "the log tells what it must not"
    finally:
        await made.close()


def _said(record: logging.LogRecord) -> str:
    ours = record.name.startswith(("desktop.backends", "desktop.sync", "desktop.store", "desktop.session"))
    return f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}" if ours else ""


async def _traits(world: World) -> frozenset[str]:
    backend = world.connect(None, key="", me=None)
    try:
        await registry.warm_up(backend)
        return traits_of(world.kind, backend)
    finally:
        await backend.close()


@pytest.fixture
async def desk(
    request: pytest.FixtureRequest, world: World, tmp_path: Path, store: Store, neighbour: Callable[[str], Any]
) -> AsyncIterator[ContractDesk]:
    """An agent's desk at the system of a story; nobody has sat down yet."""
    _, key = request.node.callspec.params["world"]
    made = ContractDesk(world, key, store, tmp_path, neighbour("sync/conftest.py").Desk)
    yield made
    await made.stop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    table.note(item, report)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--rewrite-table", default=False):
        table.rewrite(session.config)
