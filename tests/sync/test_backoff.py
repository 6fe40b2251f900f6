"""Waiting after a failure: longer each time, never the same for two, cut short by a wake."""

from __future__ import annotations

import asyncio

from desktop.sync.backoff import Backoff, Growth


def test_the_bound_doubles_up_to_its_cap() -> None:
    growth = Growth(first_s=1.0, cap_s=10.0, least_s=0.0)
    assert [growth.delay_s(failures, lambda: 1.0) for failures in (1, 2, 3, 4, 5, 6, 10_000)] == [
        1,
        2,
        4,
        8,
        10,
        10,
        10,
    ]


def test_the_wait_lies_anywhere_below_the_bound_but_is_never_nothing() -> None:
    growth = Growth(first_s=1.0, cap_s=10.0, least_s=0.05)
    assert growth.delay_s(3, lambda: 0.5) == 2.0
    assert growth.delay_s(3, lambda: 0.0) == 0.05


async def test_a_wake_ends_the_wait_and_the_count() -> None:
    backoff = Backoff(Growth(first_s=3600.0, least_s=3600.0, cap_s=3600.0))
    waiting = asyncio.create_task(backoff.pause())
    await asyncio.sleep(0)
    backoff.wake()
    async with asyncio.timeout(1):
        await waiting
    assert backoff.failures == 0


async def test_a_wake_that_came_while_it_was_tried_counts() -> None:
    backoff = Backoff(Growth(first_s=3600.0, least_s=3600.0, cap_s=3600.0))
    backoff.attempt()
    backoff.wake()
    async with asyncio.timeout(1):
        await backoff.pause()
        backoff.attempt()
        backoff.wake()
        await backoff.until_woken()


async def test_what_the_other_side_asked_for_is_kept_whoever_wakes() -> None:
    backoff = Backoff(Growth(first_s=0.0, least_s=0.0, cap_s=0.0))
    loop = asyncio.get_running_loop()
    before = loop.time()
    waiting = asyncio.create_task(backoff.pause(0.05))
    await asyncio.sleep(0)
    backoff.wake()
    await waiting
    assert loop.time() - before >= 0.049
