"""The real window at the real hub over a loopback socket, and customers who write by the channel's API. A story is a
coroutine run on the event loop that Qt and asyncio share, as in the program itself."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.loop import EventLoop
from desktop.app.opening import Opened, open_store
from desktop.app.recording import Recording
from desktop.app.session import OpenAccount, account_of, sign_in
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence
from desktop.session.accounts import Accounts, VaultKind
from desktop.store import journal
from desktop.sync.status import Phase
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences

_found = importlib.util.spec_from_file_location(
    "hub_for_journeys", Path(__file__).parent.parent / "hub" / "conftest.py"
)
assert _found is not None
assert _found.loader is not None
_module = importlib.util.module_from_spec(_found)
sys.modules["hub_for_journeys"] = _module
_found.loader.exec_module(_module)
RunningHub = _module.RunningHub
PASSWORD = _module.PASSWORD

PATIENCE_S = 15.0


async def until(holds: Callable[[], Any], what: str, patience_s: float = PATIENCE_S) -> Any:
    """Wait until ``holds()`` gives something true and return it; fail with ``what`` where it never does."""
    deadline = time.monotonic() + patience_s
    while not (found := holds()):
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        await asyncio.sleep(0.01)
    return found


class Seat:
    """One agent at one window."""

    def __init__(self, theme: Theme, folder: Path) -> None:
        self._theme = theme
        self._folder = folder
        self.window: MainWindow
        self.account: OpenAccount
        self._sync: asyncio.Task[None]

    async def sit_down(
        self,
        url: str,
        user: str,
        state: PresenceState | None = PresenceState.READY,
        *,
        system: str = "hub",
        recording: Recording | None = None,
    ) -> Seat:
        """Sign in, show the window, and be up to date."""
        accounts = Accounts(self._folder)
        account = await sign_in(accounts, url, user, PASSWORD, VaultKind.FILE, system=system)
        found = await open_store(accounts, account)
        assert isinstance(found, Opened)
        self.account = account_of(found, "en", recording)
        self.account.store.write(lambda w: journal.set_setting(w, "undo_send_s", 0), Cause.AGENT).result()
        self.window = MainWindow(self._theme, Preferences(self._folder / "preferences.json"))
        self.window.resize(1280, 800)
        self.window.attach(self.account.workplace)
        self.window.show()
        self._sync = asyncio.get_running_loop().create_task(self.account.sync(lambda: None), name=f"sync of {user}")
        await self.until(lambda: self.account.workplace.status.phase is Phase.LIVE, "the window is up to date")
        if state is not None:
            self.account.workplace.perform(SetPresence(state=state))
            await self.until(lambda: self.window.presence.state is state, "the state is taken")
            await self.all_sent()
        return self

    async def stand_up(self) -> None:
        self.window.detach()
        self._sync.cancel()
        await asyncio.gather(self._sync, return_exceptions=True)
        await self.account.close()
        self.window.hide()
        self.window.deleteLater()

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        return await until(holds, what)

    async def all_sent(self) -> None:
        """Wait until nothing is left to go out."""
        await until(lambda: self.account.store.query(_outbox_is_empty), "everything is sent")

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def type(self, where: QWidget, text: str) -> None:
        where.setFocus()
        QTest.keyClicks(where, text)

    @property
    def offers(self) -> list[Any]:
        return [card for card in self.window.inbox.offers.cards if card.isVisible()]

    @property
    def texts(self) -> list[str]:
        """What the stream of the open contact says, in its order."""
        stream = self.window.interaction.stream
        rows = [stream.row(number) for number in range(stream.rowCount())]
        return [row.item.message.text for row in rows if row is not None and row.item.message is not None]

    async def accept_with_f9(self) -> str:
        """Accept what rings, by key, and wait for the screen pop; returns the interaction's id."""
        await self.until(lambda: self.offers, "something rings")
        offer = self.offers[0].offer
        self.window.activateWindow()
        await self.until(self.window.isActiveWindow, "the window has the keyboard")
        self.press(Qt.Key.Key_F9)
        await self.until(lambda: self.window.interaction.model.interaction is not None, "the contact is open")
        await self.all_sent()
        return str(offer.id)

    async def answer(self, text: str) -> None:
        """Type a reply and send it by Ctrl+Enter."""
        editor = self.window.interaction.composer.editor
        await self.until(lambda: editor.isVisible() and editor.isEnabled(), "a reply can be written")
        self.type(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await self.until(lambda: self.texts[-1:] == [text], "the reply stands in the stream")


def _outbox_is_empty(conn: Any) -> bool:
    return bool(conn.execute("SELECT count(*) = 0 FROM outbox").fetchone()[0])


class Customer:
    """Somebody who writes by a channel, and reads what comes back."""

    def __init__(self, hub: Any, channel: str = "chat", address: str = "visitor-1", name: str = "Jana Weber") -> None:
        self._hub = hub
        self.channel = channel
        self.sender = {"address": address, "name": name}
        self._count = 0

    async def writes(self, text: str, **more: Any) -> dict[str, Any]:
        """Hand a message in, and return the hub's answer."""
        self._count += 1
        body = {"external_id": f"{self.sender['address']}-{self._count}", "from": self.sender, "text": text, **more}

        def _post() -> dict[str, Any]:
            with self._hub.client("channel") as client:
                answer: httpx.Response = client.post(f"/v1/inbound/{self.channel}", json=body)
                answer.raise_for_status()
                return dict(answer.json())

        return await asyncio.to_thread(_post)

    async def received(self, interaction_id: str) -> list[dict[str, Any]]:
        """Return what agents sent to this customer, as their channel sees it."""
        records = await asyncio.to_thread(feed, self._hub, "channel")
        return [
            record
            for kind, record in records
            if kind == "message"
            and record["interaction_id"] == interaction_id
            and record["author"] == "agent"
            and record.get("kind", "text") == "text"
        ]


def feed(hub: Any, who: str) -> list[tuple[str, dict[str, Any]]]:
    """Read the change feed from its beginning as ``who``."""
    found: list[tuple[str, dict[str, Any]]] = []
    after, more = 0, True
    with hub.client(who) as client:
        while more:
            page = client.get("/v1/changes", params={"after": after, "limit": 1000}).raise_for_status().json()
            found += [(change["type"], change["record"]) for change in page["changes"] if change["op"] == "upsert"]
            after, more = page["next"], page["more"]
    return found


async def interaction(hub: Any, id_: str) -> dict[str, Any]:
    """Return an interaction as the hub has it now."""
    records = await asyncio.to_thread(feed, hub, "otto")
    return next(record for kind, record in records if kind == "interaction" and record["id"] == id_)


@pytest.fixture(scope="session")
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "light")


@pytest.fixture
def seats() -> list[Seat]:
    """The seats taken in a story."""
    return []


@pytest.fixture
def play(qapp: QApplication, seats: list[Seat]) -> Iterator[Callable[[Coroutine[Any, Any, None]], None]]:
    """Run a story on the loop that Qt and asyncio share; who still sits at its end stands up, however it ended."""
    loop = EventLoop(qapp)
    asyncio.set_event_loop(loop)

    async def _to_the_end(story: Coroutine[Any, Any, None]) -> None:
        try:
            await story
        finally:
            for seat in seats:
                await seat.stand_up()

    yield lambda story: loop.run_until_complete(_to_the_end(story))
    loop.close()
    asyncio.set_event_loop(None)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return str(_module.cheap_hash(PASSWORD))


@pytest.fixture
def hub(tmp_path: Path, password_hash: str) -> Iterator[Any]:
    running = RunningHub(tmp_path / "hub").start()
    running.populate(password_hash)
    yield running
    running.stop()


@pytest.fixture
def seat(theme: Theme, tmp_path: Path, seats: list[Seat]) -> Callable[[str], Seat]:
    """Make a seat with a profile of its own."""

    def _make(name: str) -> Seat:
        folder = tmp_path / f"profile-{name}"
        folder.mkdir()
        seats.append(Seat(theme, folder))
        return seats[-1]

    return _make


@pytest.fixture
def customer() -> type[Customer]:
    return Customer
