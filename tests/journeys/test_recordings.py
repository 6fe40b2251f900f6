"""A day at the hub is recorded, and somebody who learns works it again: real windows, no hub the second time."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app.recording import Recording
from desktop.backends.files.folder import Folder

_here = importlib.util.spec_from_file_location("journeys", Path(__file__).parent / "conftest.py")
stage: Any = sys.modules.get("journeys")
if stage is None:
    assert _here is not None
    assert _here.loader is not None
    stage = importlib.util.module_from_spec(_here)
    sys.modules["journeys"] = stage
    _here.loader.exec_module(stage)

ASKED = "Hello, I was charged twice for my last invoice!"


def test_a_recorded_chat_is_worked_again_by_who_learns(
    hub: Any,
    seat: Callable[[str], Any],
    seats: list[Any],
    play: Callable[[Coroutine[Any, Any, None]], None],
    tmp_path: Path,
) -> None:
    folder = tmp_path / "recorded"

    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna", recording=Recording(folder, with_texts=True))
        arrived = await stage.Customer(hub).writes(ASKED)
        await anna.until(lambda: anna.offers, "it rings")
        await asyncio.sleep(2.0)  # who learns is no faster
        opened = await anna.accept_with_f9()
        await anna.answer("I am sorry, I will look into it at once.")
        await anna.all_sent()
        await anna.until(lambda: b"look into it" in (folder / "changes.jsonl").read_bytes(), "it is recorded")
        seats.remove(anna)
        await anna.stand_up()
        hub.stop()
        assert Folder(folder).manifest().agent.user == "anna"
        assert opened == arrived["interaction_id"]

        carl = await seat("carl").sit_down(folder.as_uri(), "", None, system="files")
        window = carl.window
        assert await carl.accept_with_f9() == opened
        await carl.until(lambda: carl.texts[-1:] == [ASKED], "her words are shown")
        assert window.strip.tape.text().startswith("Recording 0:0")
        await carl.answer("Which invoice is it, please?")
        await carl.all_sent()
        await carl.until(lambda: _delivery(window) == "only here", "it says that it went nowhere")

        # What the other one answered then is not in the way.
        carl.account.workplace.playbacks[""].set_speed(100)
        await carl.until(lambda: carl.account.workplace.playbacks[""].is_over, "it is at its end")
        assert "I am sorry, I will look into it at once." not in carl.texts

        card = window.interaction.card
        carl.press(Qt.Key.Key_F12)
        await carl.until(card.isVisible, "the wrap-up is open")
        await carl.until(lambda: card.list.model().rowCount() > 0, "there are dispositions")
        carl.type(card.search, "Refund")
        QTest.keyClick(card.search, Qt.Key.Key_Return)
        QTest.keyClick(card.summary, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        model = window.interaction.model
        await carl.until(lambda: model.interaction is not None and model.interaction.state == "closed", "it is closed")
        await carl.all_sent()

    play(story())


def _delivery(window: Any) -> str:
    """What the newest message says of how far it got."""
    stream = window.interaction.stream
    row = stream.row(stream.rowCount() - 1)
    return "" if row is None else str(window.interaction.view._words.delivery(row)[0])
