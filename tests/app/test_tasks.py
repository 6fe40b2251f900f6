"""Long-lived work: named, watched, and ended in reverse order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from desktop.app.tasks import Tasks


class Watch:
    """Notes which work ended, and which crashed."""

    def __init__(self) -> None:
        self.crashes: list[tuple[str, str]] = []
        self.ended: list[str] = []
        self.crashed = asyncio.Event()
        self.tasks = Tasks(self._on_crash)

    def _on_crash(self, name: str, error: BaseException) -> None:
        self.crashes.append((name, type(error).__name__))
        self.crashed.set()

    async def endless(self, name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # closing things takes turns of the loop
            self.ended.append(name)


@pytest.fixture
async def watch() -> AsyncIterator[Watch]:
    watch = Watch()
    yield watch
    await watch.tasks.stop()


async def test_what_was_started_last_ends_first_and_each_is_done_before_the_next(watch: Watch) -> None:
    for name in ("store", "sync", "window"):
        watch.tasks.start(name, watch.endless(name))
    await asyncio.sleep(0)
    await watch.tasks.stop()
    assert watch.ended == ["window", "sync", "store"]
    assert watch.crashes == []


async def test_a_crash_is_told_with_the_name_of_the_work(watch: Watch, expected_errors: Any) -> None:
    expected_errors("task sync failed: ZeroDivisionError")

    async def crash() -> None:
        raise ZeroDivisionError

    watch.tasks.start("sync", crash())
    await watch.crashed.wait()
    assert watch.crashes == [("sync", "ZeroDivisionError")]


async def test_the_rest_goes_on_after_a_crash_and_still_ends_in_order(watch: Watch, expected_errors: Any) -> None:
    expected_errors("failed")

    async def crash() -> None:
        raise ValueError("Jana Weber, +49 171 2345678")

    watch.tasks.start("store", watch.endless("store"))
    watch.tasks.start("broken", crash())
    watch.tasks.start("window", watch.endless("window"))
    await watch.crashed.wait()
    assert watch.ended == []
    await watch.tasks.stop()
    assert watch.ended == ["window", "store"]


async def test_work_that_ends_by_itself_or_is_cancelled_is_no_crash(watch: Watch) -> None:
    done = watch.tasks.start("short", asyncio.sleep(0))
    cancelled = watch.tasks.start("long", asyncio.Event().wait())
    await done
    cancelled.cancel()
    await asyncio.wait([cancelled])
    assert cancelled.cancelled()
    assert watch.crashes == []


async def test_work_that_fails_while_it_is_ended_is_told_and_does_not_stop_the_others(
    watch: Watch, expected_errors: Any
) -> None:
    expected_errors("task clumsy failed: OSError")

    async def clumsy() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            raise OSError

    watch.tasks.start("store", watch.endless("store"))
    watch.tasks.start("clumsy", clumsy())
    await asyncio.sleep(0)
    await watch.tasks.stop()
    assert watch.ended == ["store"]
    assert watch.crashes == [("clumsy", "OSError")]
