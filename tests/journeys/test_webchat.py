"""A visitor at a company's page and an agent at the window: typing seen on both sides, answers that reach the page."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx

from desktop.domain.interaction import Delivery
from desktop.ui.interaction.typing_line import TypingLine

_here = importlib.util.spec_from_file_location("journeys", Path(__file__).parent / "conftest.py")
stage: Any = sys.modules.get("journeys")
if stage is None:
    assert _here is not None
    assert _here.loader is not None
    stage = importlib.util.module_from_spec(_here)
    sys.modules["journeys"] = stage
    _here.loader.exec_module(stage)

ORIGIN = "https://shop.example"
ACCOUNT = {
    "name": "shop",
    "kind": "webchat",
    "channel": "chat",
    "brand": "Nordwind",
    "settings": {"origins": [ORIGIN]},
}


class Page:
    """What the script on a page does, without a browser. ``heard`` is what it was told."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(
            base_url=f"{url}/chat/shop", headers={"Origin": ORIGIN}, timeout=20, verify=False
        )
        self.heard: list[tuple[str, Any]] = []
        self._listening: asyncio.Task[None] | None = None

    async def come(self) -> Page:
        session = (await self._http.post("/session", json={})).raise_for_status().json()
        self._http.headers["Authorization"] = f"Bearer {session['token']}"
        self._listening = asyncio.get_running_loop().create_task(self._listen(), name="page")
        return self

    async def _listen(self) -> None:
        async with self._http.stream("GET", "/events") as stream:
            event = ""
            async for line in stream.aiter_lines():
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: "):
                    self.heard.append((event, json.loads(line[6:])))

    async def says(self, text: str) -> None:
        body = {"key": f"key-{len(self.heard)}-{len(text)}", "text": text, "form": {"name": "Jana Weber"}}
        (await self._http.post("/messages", json=body)).raise_for_status()

    async def does(self, kind: str, *messages: str) -> None:
        (await self._http.post("/signals", json={"kind": kind, "messages": messages})).raise_for_status()

    def words(self) -> list[str]:
        return [data["text"] for event, data in self.heard if event == "message" and data["by"] == "agent"]

    async def leave(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._http.aclose()


def test_both_see_the_other_type(
    hub: Any, seat: Callable[[str], Any], play: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    (hub.data / "channels.yaml").write_text(json.dumps({"accounts": [ACCOUNT]}))
    hub.call(hub.server.services.channels.reload)

    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        jana = await Page(hub.url).come()
        try:
            await jana.says("Is this still on sale?")
            await anna.accept_with_f9()
            await anna.until(lambda: anna.texts == ["Is this still on sale?"], "her words are shown")
            line = anna.window.findChild(TypingLine)
            assert not line.isVisible()
            await jana.does("typing")
            await anna.until(lambda: line.isVisible() and line.label.text() == "Jana Weber is typing …", "it is seen")
            await jana.does("idle")
            await anna.until(lambda: not line.isVisible(), "and that it ended")

            editor = anna.window.interaction.composer.editor
            anna.type(editor, "Yes, un")
            await anna.until(lambda: ("typing", {"on": True}) in jana.heard, "the page shows that Anna types")
            editor.clear()
            await anna.until(lambda: jana.heard[-1] == ("typing", {"on": False}), "and that she stopped")
            await anna.answer("Yes, until Friday.")
            await anna.until(lambda: jana.words()[:1] == ["Yes, until Friday."], "the answer is on the page")
            said = next(data for event, data in jana.heard if event == "message" and data["by"] == "agent")
            await jana.does("read", said["id"])

            def _delivery() -> Delivery:
                stream = anna.window.interaction.stream
                return stream.row(stream.rowCount() - 1).item.message.delivery

            await anna.until(lambda: _delivery() is Delivery.READ, "the window shows that it was read")
        finally:
            await jana.leave()

    play(story())
