"""The live board on its way to the window: only while it is shown, and again after whatever happened on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from desktop.backends.base import BackendError, Capabilities, Offline, Refused, SignInNeeded, Throttled
from desktop.domain.ids import AgentId, QueueId
from desktop.sync.backoff import Growth
from desktop.sync.board import BoardWatch
from desktop.sync.politeness import Politeness
from desktop.wire.board import AgentFigures, Board, ContactsFilter, ContactsPage, Figure, OwnFigures, QueueFigures

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def board(waiting: int) -> Board:
    return Board(at=AT, queues=(QueueFigures(id=QueueId("north"), waiting=waiting),))


class Counting:
    """A backend with a board. ``fail`` are errors that the next calls end with."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(has_board=True)
        self.fail: list[BackendError] = []
        self.streams = self.open = self.asked = 0
        self._pushed: asyncio.Queue[Board | None] = asyncio.Queue()

    def push(self, waiting: int | None) -> None:
        """Push a board; ``None`` ends the stream."""
        self._pushed.put_nowait(None if waiting is None else board(waiting))

    async def board_events(self) -> AsyncGenerator[Board, None]:
        self.streams += 1
        if self.fail:
            raise self.fail.pop(0)
        self.open += 1
        try:
            while (pushed := await self._pushed.get()) is not None:
                yield pushed
        finally:
            self.open -= 1

    async def board_contacts(self, which: ContactsFilter, *, after: str = "", limit: int = 100) -> ContactsPage:
        return ContactsPage(at=AT, contacts=(), total=limit, next=which.queue or "")

    async def own_figures(self) -> OwnFigures:
        self.asked += 1
        if self.fail:
            raise self.fail.pop(0)
        return OwnFigures(at=AT, mine=AgentFigures(id=AgentId("anna"), name="Anna", handled=self.asked))


class Shown:
    """What a panel was given."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.handled: list[int] = []
        self.errors: list[str] = []

    def on_board(self, board: Board) -> None:
        self.waiting.append(board.queues[0].waiting)

    def on_own(self, figures: OwnFigures) -> None:
        self.handled.append(figures.mine.handled)


async def until(look: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not look():
            await asyncio.sleep(0.005)


@pytest.fixture
def backend() -> Counting:
    return Counting()


@pytest.fixture
async def watch(backend: Counting) -> AsyncIterator[BoardWatch]:
    watch = BoardWatch(
        backend,  # type: ignore[arg-type]
        Politeness(rate=1000),
        growth=Growth(first_s=0.01, cap_s=0.02, least_s=0.0),
        own_s=0.02,
    )
    task = asyncio.create_task(watch.run())
    yield watch
    task.cancel()
    await asyncio.wait([task])
    assert backend.open == 0


async def test_nobody_looks_nobody_asks(watch, backend) -> None:
    await asyncio.sleep(0.05)
    assert (backend.streams, backend.asked) == (0, 0)


async def test_each_board_is_shown_until_nobody_watches_any_more(watch, backend) -> None:
    shown = Shown()
    stop = watch.show(shown.on_board, shown.errors.append)
    backend.push(1)
    backend.push(2)
    await until(lambda: shown.waiting == [1, 2])
    stop()
    await until(lambda: backend.open == 0)
    backend.push(3)
    await asyncio.sleep(0.03)
    assert (shown.waiting, shown.errors, backend.streams) == ([1, 2], [], 1)


async def test_a_second_place_that_shows_it_shares_the_stream_and_begins_with_the_newest(watch, backend) -> None:
    first, second = Shown(), Shown()
    stop = watch.show(first.on_board)
    backend.push(1)
    await until(lambda: first.waiting)
    watch.show(second.on_board)
    assert second.waiting == [1]
    stop()
    backend.push(2)
    await until(lambda: second.waiting == [1, 2])
    assert (first.waiting, backend.streams) == ([1], 1)


async def test_shown_again_it_begins_anew_and_not_with_what_was(watch, backend) -> None:
    shown = Shown()
    stop = watch.show(shown.on_board)
    backend.push(1)
    await until(lambda: shown.waiting)
    stop()
    await until(lambda: backend.open == 0)
    shown.waiting.clear()
    watch.show(shown.on_board)
    assert shown.waiting == []
    backend.push(2)
    await until(lambda: shown.waiting == [2])


async def test_a_broken_stream_is_opened_again_and_says_so_once(watch, backend) -> None:
    shown = Shown()
    backend.fail = [Offline("unreachable"), Offline("unreachable"), Offline("unreachable")]
    watch.show(shown.on_board, shown.errors.append)
    backend.push(1)
    await until(lambda: shown.waiting == [1])
    assert shown.errors == ["unreachable", ""]
    backend.push(None)
    backend.push(2)
    await until(lambda: shown.waiting == [1, 2])
    assert backend.streams == 5


async def test_a_refusal_is_final_until_somebody_shows_it_anew(watch, backend) -> None:
    shown = Shown()
    backend.fail = [Refused("forbidden")]
    stop = watch.show(shown.on_board, shown.errors.append)
    await until(lambda: shown.errors == ["forbidden"])
    await asyncio.sleep(0.05)
    assert backend.streams == 1
    stop()
    watch.show(shown.on_board, shown.errors.append)
    backend.push(1)
    await until(lambda: shown.waiting == [1])


async def test_after_signing_in_it_goes_on(watch, backend) -> None:
    shown = Shown()
    backend.fail = [SignInNeeded("unauthenticated")]
    watch.show(shown.on_board, shown.errors.append)
    await until(lambda: shown.errors)
    watch.wake()
    backend.push(1)
    await until(lambda: shown.waiting == [1])
    assert shown.errors == ["unauthenticated", ""]


async def test_told_to_wait_nobody_asks_before(watch, backend) -> None:
    shown = Shown()
    backend.fail = [Throttled("rate_limited", 0.2)]
    watch.show(shown.on_board, shown.errors.append)
    await until(lambda: shown.errors)
    watch.wake()
    await asyncio.sleep(0.1)
    assert backend.streams == 1
    await until(lambda: backend.streams == 2)


async def test_ones_own_figures_are_asked_for_now_and_then_while_shown(watch, backend) -> None:
    shown = Shown()
    stop = watch.show_own(shown.on_own, shown.errors.append)
    await until(lambda: shown.handled[:3] == [1, 2, 3])
    stop()
    await asyncio.sleep(0.01)
    asked = backend.asked
    await asyncio.sleep(0.06)
    assert backend.asked == asked
    assert backend.streams == 0


async def test_contacts_are_asked_for_with_their_filter(watch) -> None:
    page = await watch.contacts(ContactsFilter(figure=Figure.WAITING, queue=QueueId("north")), limit=7)
    assert (page.total, page.next) == (7, "north")


async def test_a_backend_without_a_board_is_never_asked(backend) -> None:
    backend.capabilities = Capabilities()
    watch = BoardWatch(backend, Politeness())  # type: ignore[arg-type]
    task = asyncio.create_task(watch.run())
    watch.show(Shown().on_board)
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.wait([task])
    assert backend.streams == 0
