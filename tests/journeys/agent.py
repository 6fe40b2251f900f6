"""The whole program on a profile of its own, and what an agent does at its window: mostly by keys, by the pages they see."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app.policy import Policy, Ruling
from desktop.app.profile import Profile
from desktop.app.running import Program, begin_with_latest
from desktop.domain.changes import Cause
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import InteractionState
from desktop.store import journal, outbox
from desktop.sync.status import Phase

CTRL = Qt.KeyboardModifier.ControlModifier
PATIENCE_S = 20.0


class Agent:
    """The program on a profile of its own, and what Anna does at its window."""

    def __init__(self, app: QApplication, profile: Path, patience_s: float = PATIENCE_S) -> None:
        self._app = app
        self._patience_s = patience_s
        self._profile = Profile.of(str(profile))
        self._running: asyncio.Task[int] | None = None
        self.program: Program

    async def start(self) -> None:
        args = argparse.Namespace(lang="en", theme="light", size="1280x800")
        ruling = Ruling(policy=Policy(lock_after_min=0))
        self.program = Program(self._app, self._profile, args, begin_with_latest, ruling)
        self._running = asyncio.get_running_loop().create_task(self.program.run(), name="program")

    async def end(self) -> None:
        if self._running is not None:
            self.program.finish()
            await self._running

    async def until(self, holds: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + self._patience_s
        while not (found := holds()):
            assert time.monotonic() < deadline, f"waited in vain until {what}"
            await asyncio.sleep(0.01)
        return found

    @property
    def window(self) -> Any:
        return self.program.window

    @property
    def workplace(self) -> Any:
        assert self.program.open is not None
        return self.program.open.workplace

    @property
    def store(self) -> Any:
        assert self.program.open is not None
        return self.program.open.store

    # --- signing in -------------------------------------------------------------------------------------------------

    async def dialog(self) -> Any:
        return await self.until(lambda: self.program.signing_in._dialog, "the sign-in is there")

    async def fill_in(self, kind: str, url: str, user: str, secret: str) -> Any:
        """Choose a kind and type the rest, by keys; without a user the secret is a token."""
        dialog = await self.dialog()
        await self.until(lambda: dialog.sign_in.isEnabled(), "the page takes what is typed")
        QTest.keyClick(dialog.kinds, Qt.Key.Key_Home)
        while dialog.kind != kind:
            QTest.keyClick(dialog.kinds, Qt.Key.Key_Down)
        way = dialog._way_buttons.buttons()[0 if user else 1]
        if way.isVisible() and not way.isChecked():
            way.setFocus()
            QTest.keyClick(way, Qt.Key.Key_Space)
        for field, text in ((dialog.url, url), (dialog.user, user), (dialog.password, secret)):
            if field.isVisible():
                field.selectAll()
                QTest.keyClicks(field, text)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
        return dialog

    async def sign_in(self, kind: str, url: str, user: str, secret: str) -> None:
        """On a fresh profile, at the page that opens by itself."""
        await self.start()
        await self.fill_in(kind, url, user, secret)
        await self.until(lambda: self.program.open is not None and self.window.is_furnished, "the window is open")
        await self.until(lambda: self.stands("") is Phase.LIVE, "it is up to date")
        self.store.write(lambda w: journal.set_setting(w, "undo_send_s", 0), Cause.AGENT).result()

    async def add_account(self, kind: str, url: str, user: str, secret: str) -> None:
        """By the palette, as somebody without a mouse does it."""
        self.window.activateWindow()
        palette = self.window.palette_
        palette.open()
        QTest.keyClicks(palette.field, "add an account")
        QTest.keyClick(palette.field, Qt.Key.Key_Return)
        await self.fill_in(kind, url, user, secret)
        await self.until(lambda: self.program.signing_in._dialog is None, "the account is added")
        await self.until(lambda: self.stands(kind) is Phase.LIVE, "the account is up to date")

    def stands(self, key: str) -> Phase:
        return Phase(self.workplace.accounts.of(f"{key}~" if key else "").status.phase)

    # --- working ----------------------------------------------------------------------------------------------------

    async def open(self, id_: str) -> None:
        await self.until(lambda: self.store.query(partial(is_here, id_=id_)), f"{id_} is here")
        self.workplace.open(InteractionId(id_))
        model = self.window.interaction.model
        await self.until(lambda: model.interaction is not None and model.interaction.id == id_, f"{id_} is open")

    async def take(self, id_: str) -> None:
        await self.open(id_)
        model = self.window.interaction.model
        await self.until(lambda: "take" in model.steps, "it can be taken")
        await self.press(Qt.Key.Key_F9, CTRL)
        await self.until(lambda: model.is_mine, "it is mine")
        await self.all_sent()

    async def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.window.activateWindow()
        await self.until(self.window.isActiveWindow, "the window has the keyboard")
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    async def write(self, kind: str, text: str) -> None:
        composer = self.window.interaction.composer
        await self.until(lambda: composer.model.is_loaded, "the draft is there")
        composer.choose(kind)
        await self.until(lambda: not composer.model.block and composer.editor.isVisible(), "something can be written")
        QTest.keyClicks(composer.editor, text)
        QTest.keyClick(composer.editor, Qt.Key.Key_Return, CTRL)
        await self.until(lambda: text in self.said, "it stands in the stream")

    @property
    def said(self) -> list[str]:
        """What the stream of the open contact says."""
        stream = self.window.interaction.stream
        rows = [stream.row(number) for number in range(stream.rowCount())]
        return [row.item.message.text for row in rows if row is not None and row.item.message is not None]

    async def wrap_up(self, disposition: str = "") -> None:
        card = self.window.interaction.card
        await self.press(Qt.Key.Key_F12)
        await self.until(card.isVisible, "the wrap-up is open")
        if disposition:
            await self.until(lambda: card.list.model().rowCount() > 0, "there are dispositions")
            QTest.keyClicks(card.search, disposition)
            QTest.keyClick(card.search, Qt.Key.Key_Return)
        QTest.keyClick(card.summary, Qt.Key.Key_Return, CTRL)
        model = self.window.interaction.model
        await self.until(lambda: model.interaction.state is InteractionState.CLOSED, "it is wrapped up")

    async def all_sent(self) -> None:
        await self.until(lambda: not self.store.query(outbox.entries), "everything is sent")


def is_here(conn: Any, id_: str) -> bool:
    """Whether a contact is in the cache."""
    return conn.execute("SELECT 1 FROM interaction WHERE id = ?", (id_,)).fetchone() is not None
