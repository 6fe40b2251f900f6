"""Qt and asyncio in one loop: everything has its turn, in its order, and what was called off wakes nobody."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from PySide6.QtCore import QEventLoop, QTimer


def test_callbacks_come_in_the_order_in_which_they_were_asked_for(qt_loop: Any) -> None:
    async def story() -> list[int]:
        order: list[int] = []
        for number in range(5):
            qt_loop.call_soon(order.append, number)
        qt_loop.call_soon(qt_loop.call_soon, order.append, 6)
        qt_loop.call_soon(order.append, 5)
        while len(order) < 7:
            await asyncio.sleep(0)
        return order

    assert qt_loop.run_until_complete(story()) == list(range(7))


def test_deadlines_come_at_their_time_the_nearest_first(qt_loop: Any) -> None:
    async def story() -> list[tuple[str, float]]:
        came: list[tuple[str, float]] = []
        began = time.monotonic()

        def note(name: str) -> None:
            came.append((name, time.monotonic() - began))

        qt_loop.call_later(0.06, note, "late")
        qt_loop.call_later(0.02, note, "soon")
        qt_loop.call_at(began - 1, note, "over")
        await asyncio.sleep(0.1)
        return came

    came = qt_loop.run_until_complete(story())
    assert [name for name, _ in came] == ["over", "soon", "late"]
    assert [at >= due for (_, at), due in zip(came, (0.0, 0.019, 0.059), strict=True)] == [True, True, True]


def test_what_was_called_off_is_not_called(qt_loop: Any) -> None:
    async def story() -> list[str]:
        came: list[str] = []
        qt_loop.call_soon(came.append, "soon").cancel()
        qt_loop.call_later(0.01, came.append, "later").cancel()
        await asyncio.sleep(0.03)
        return came

    assert qt_loop.run_until_complete(story()) == []


def test_a_thousand_requests_that_were_answered_in_time_leave_no_timers_behind(qt_loop: Any) -> None:
    async def story() -> int:
        for _ in range(1000):
            async with asyncio.timeout(30):
                await asyncio.sleep(0)
        return len(qt_loop._turns._deadlines)

    assert qt_loop.run_until_complete(story()) < 250


def test_the_painting_has_its_turn_between_callbacks_that_go_on_and_on(qt_loop: Any) -> None:
    async def story() -> int:
        painted: list[bool] = []
        QTimer.singleShot(0, lambda: painted.append(True))
        turns = 0
        while not painted:
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert qt_loop.run_until_complete(story()) < 100


def test_the_painting_has_its_turn_where_much_is_due_at_once(qt_loop: Any) -> None:
    async def story() -> tuple[list[int], int]:
        order: list[int] = []
        painted: list[int] = []

        def work(number: int) -> None:
            if not order:
                QTimer.singleShot(0, lambda: painted.append(len(order)))
            order.append(number)
            time.sleep(0.002)

        for number in range(50):
            qt_loop.call_soon(work, number)
        while len(order) < 50:
            await asyncio.sleep(0)
        return order, painted[0]

    order, before = qt_loop.run_until_complete(story())
    assert order == list(range(50))
    assert before < 10


def test_behind_a_dialog_everything_goes_on(qt_loop: Any) -> None:
    """A menu or a dialog runs a loop of Qt's own within a callback."""
    came: list[str] = []

    async def beside() -> None:
        await asyncio.sleep(0.01)
        came.append("beside")

    def dialog() -> None:
        inner = QEventLoop()
        qt_loop.call_later(0.03, inner.quit)
        inner.exec()
        came.append("closed")

    async def story() -> None:
        task = asyncio.create_task(beside())
        qt_loop.call_soon(dialog)
        qt_loop.call_soon(came.append, "next")
        await task
        while len(came) < 3:
            await asyncio.sleep(0.005)

    qt_loop.run_until_complete(story())
    assert came == ["next", "beside", "closed"]


def test_other_threads_are_heard(qt_loop: Any) -> None:
    async def story() -> int:
        return await asyncio.to_thread(lambda: 42)

    assert qt_loop.run_until_complete(story()) == 42


def test_an_error_in_a_callback_stops_nothing(qt_loop: Any) -> None:
    told: list[dict[str, Any]] = []
    qt_loop.set_exception_handler(lambda _, context: told.append(context))

    async def story() -> None:
        qt_loop.call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await asyncio.sleep(1)

    qt_loop.run_until_complete(story())
    assert [type(one["exception"]) for one in told] == [ZeroDivisionError]
