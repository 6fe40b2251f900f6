"""What a lead and an agent live through together: two real windows at the real hub."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.agent import PresenceState
from desktop.viewmodels.leading import Leading

_here = importlib.util.spec_from_file_location("journeys", Path(__file__).parent / "conftest.py")
stage: Any = sys.modules.get("journeys")
if stage is None:
    assert _here is not None
    assert _here.loader is not None
    stage = importlib.util.module_from_spec(_here)
    sys.modules["journeys"] = stage
    _here.loader.exec_module(stage)

Play = Callable[[Coroutine[Any, Any, None]], None]
Make = Callable[[str], Any]


def test_a_lead_sees_it_wait_hands_it_on_reads_along_and_whispers(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        lena = await seat("lena").sit_down(hub.url, "lena", None)
        anna = await seat("anna").sit_down(hub.url, "anna", PresenceState.AWAY)
        lena.window.activateWindow()
        await lena.until(lena.window.isActiveWindow, "the window has the keyboard")
        lena.press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
        await lena.until(lambda: lena.window.place == "board", "the board is shown")
        board = lena.window.stage.board.board
        await lena.until(lambda: board.board is not None, "there are figures")

        jana = stage.Customer(hub)
        arrived = await jana.writes("Hello, I was charged twice for my last invoice!")
        await lena.until(lambda: board.totals.waiting == 1, "the board counts who waits")

        leading = Leading(lena.account.workplace, lena.window)
        leading.reassign([arrived["interaction_id"]], to_agent=anna.account.workplace.me)
        opened = await anna.accept_with_f9()
        assert opened == arrived["interaction_id"]
        await lena.until(lambda: board.totals.waiting == 0, "nobody waits any more")

        leading.observe(opened)
        bar = anna.window.interaction.others
        await anna.until(
            lambda: any("Lena" in item.accessibleName() for item in bar.items), "anna is told who reads along"
        )
        leading.whisper(opened, "She is a customer of many years.")
        await anna.until(lambda: "She is a customer of many years." in anna.texts, "anna reads the whisper")
        assert await jana.received(opened) == []

    play(story())


def test_an_agent_has_no_board_and_sees_no_colleague_in_their_figures(hub: Any, seat: Make, play: Play) -> None:
    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        anna.window.activateWindow()
        QTest.keyClick(anna.window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
        assert anna.window.place == "inbox"
        told: list[Any] = []
        stop = anna.account.workplace.live.show_own(told.append, lambda code: None)
        await anna.until(lambda: told, "her own figures come")
        stop()
        assert told[0].mine.id == anna.account.workplace.me
        assert all(not hasattr(queue, "agents") for queue in told[0].queues)

    play(story())
