"""Two visitors in a real browser, one agent at the real window, and the hub between them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..hub.conftest import RunningHub, _running
from ..journeys.conftest import password_hash, play, seat, seats, theme
from .browsers import Browser, CompanySite, Visitor
from .test_webchat import Shop

pytestmark = pytest.mark.peer

__all__ = ["password_hash", "play", "seat", "seats", "theme"]


@pytest.fixture
def shop(chromium: Browser, tmp_path: Path, password_hash: str) -> Iterator[Shop]:
    site = CompanySite("shop-chat")
    with _running(tmp_path / "hub", password_hash) as hub:
        site.hub = hub.url
        made = Shop(chromium, hub, site)
        made.set_up()
        yield made
        made.close()
    site.close()


def test_two_visitors_and_one_agent(
    shop: Shop, seat: Callable[[str], Any], play: Callable[[Coroutine[Any, Any, None]], None]
) -> None:
    hub: RunningHub = shop.hub
    do = asyncio.to_thread

    def arrive(path: str, words: str) -> Visitor:
        visitor = shop.visitor(path)
        visitor.open_chat()
        visitor.write(words)
        visitor.sees("You are")
        return visitor

    async def story() -> None:
        anna = await seat("anna").sit_down(hub.url, "anna")
        jana = await do(arrive, "/en/shoes/red", "Do they come in 42?")
        first = await anna.accept_with_f9()
        await anna.until(lambda: anna.texts == ["Do they come in 42?"], "Jana's words are shown")
        await do(jana.sees, "You are chatting with Anna")
        await anna.answer("Yes, they do.")
        await do(jana.sees, "Yes, they do.")

        piet = await do(arrive, "/en/returns", "I want to send it back")
        await anna.until(lambda: anna.offers, "the second rings")
        second = await anna.accept_with_f9()
        assert second != first
        await anna.until(lambda: anna.texts == ["I want to send it back"], "only Piet's words are shown")
        await anna.answer("A label is on its way.")
        await do(piet.sees, "A label is on its way.")
        assert await do(lambda: jana.words) == ["Do they come in 42?", "Yes, they do."]
        assert await do(lambda: piet.words) == ["I want to send it back", "A label is on its way."]

        await do(piet.run, "await page.locator('.composer textarea').pressSequentially('Tha')")
        line = anna.window.interaction.typing
        await anna.until(lambda: line.state == "typing", "Anna sees that Piet types")

        def _visits() -> list[str]:
            contact = shop.contact("I want to send it back")
            found = hub.read(lambda ledger: ledger.touchpoints(contact.customer_id))
            return [one.values.get("path", "") for one in found if one.kind == "visit"]

        assert await do(_visits) == ["/en/returns"]
        assert await do(lambda: jana.complaints + piet.complaints) == []

    play(story())
