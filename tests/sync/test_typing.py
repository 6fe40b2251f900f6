"""Who types is told while it happens, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from desktop.backends.base import Capabilities, Offline, Refused
from desktop.domain.ids import InteractionId
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.sync.typing import Typing

ONE, OTHER = InteractionId("one"), InteractionId("other")


class Listener:
    """A backend that keeps what it hears; ``error`` is raised for the next, ``is_slow`` holds all up until set."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(has_typing=True)
        self.heard: list[tuple[str, bool]] = []
        self.error: Exception | None = None
        self.free = asyncio.Event()
        self.free.set()

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        await self.free.wait()
        error, self.error = self.error, None
        if error is not None:
            raise error
        self.heard.append((interaction_id, is_typing))


@asynccontextmanager
async def telling(listener: Listener, signals: list[Any] | None = None) -> AsyncIterator[Typing]:
    board = StatusBoard(lambda status: None)
    board.update(is_streaming=True)
    found = signals if signals is not None else []
    typing = Typing(listener, board, Politeness(), lambda *signal: found.append(signal))  # type: ignore[arg-type]
    task = asyncio.create_task(typing.run())
    yield typing
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def heard(listener: Listener, count: int) -> list[tuple[str, bool]]:
    async with asyncio.timeout(5):
        while len(listener.heard) < count:
            await asyncio.sleep(0.005)
    return listener.heard


async def test_the_agent_types_and_stops() -> None:
    listener = Listener()
    async with telling(listener) as typing:
        typing.tell(ONE, True)
        await heard(listener, 1)
        typing.tell(ONE, False)
        assert await heard(listener, 2) == [("one", True), ("one", False)]


async def test_of_what_waits_only_the_last_counts() -> None:
    listener = Listener()
    async with telling(listener) as typing:
        listener.free.clear()
        typing.tell(ONE, True)
        await asyncio.sleep(0.01)
        for is_typing in (True, False, True, False):
            typing.tell(OTHER, is_typing)
        listener.free.set()
        assert await heard(listener, 2) == [("one", True), ("other", False)]


@pytest.mark.parametrize("error", [Offline("unreachable"), Refused("not_owner")])
async def test_what_could_not_be_told_is_not_told_later(error: Exception) -> None:
    listener = Listener()
    listener.error = error
    async with telling(listener) as typing:
        typing.tell(ONE, True)
        await asyncio.sleep(0.02)
        typing.tell(OTHER, True)
        assert await heard(listener, 1) == [("other", True)]


async def test_a_backend_that_does_not_care_is_left_alone() -> None:
    listener = Listener()
    listener.capabilities = Capabilities()
    async with telling(listener) as typing:
        typing.tell(ONE, True)
        await asyncio.sleep(0.02)
    assert listener.heard == []


async def test_what_customers_do_is_handed_on_and_nonsense_is_not() -> None:
    signals: list[Any] = []
    async with telling(Listener(), signals) as typing:
        for data in (
            b'{"interaction_id":"one","kind":"typing"}',
            b"",
            b"{",
            b"\xff",
            b'{"interaction_id":1}',
            b"[" * 9999,
        ):
            typing.take(data)
    assert signals == [("one", "typing")]
