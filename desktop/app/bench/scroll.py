"""``dirigent bench scroll``: from a turn of the wheel to the painted rows, through the longest conversation from its newest
end backwards, pages being read on the way, and through the list of all closed contacts."""

from __future__ import annotations

import argparse

from PySide6.QtWidgets import QAbstractItemView

from desktop.app.bench.caches import ME, Cache, provided
from desktop.app.bench.figures import Report, figure, report
from desktop.app.bench.stage import Part, Stage, run, staged
from desktop.app.bench.switch import longest_in_sight
from desktop.viewmodels.inbox import InboxView

# A frame of a screen that shows sixty a second.
_FRAME_MS = 1000 / 60
_WARM_UP = 5


def measure(args: argparse.Namespace) -> Report:
    """Turn the wheel ``runs`` times in each of the two lists. Raises ``BenchFailed``."""
    with provided(args) as cache:
        length, stream, inbox = run(lambda: _story(cache, args.runs))
    figures = [
        figure(f"wheel to painted rows, conversation of {length:,}", stream, budget_p95=round(_FRAME_MS, 1)),
        figure("wheel to painted rows, closed contacts", inbox, budget_p95=round(_FRAME_MS, 1)),
    ]
    return report("scroll", figures, size=cache.size, seed=cache.seed, runs=args.runs)


async def _story(cache: Cache, runs: int) -> tuple[int, list[float], list[float]]:
    store = cache.open()
    try:
        async with staged(store, ME) as stage:
            window = stage.window
            longest, length = longest_in_sight(store, window.inbox, cache.size.messages)
            stage.workplace.open(longest)
            await stage.until(lambda: window.interaction.stream.rowCount() > 0, "the conversation")
            await stage.rest()
            stream = await _turn(stage, window.interaction.view, 1, runs)
            window.inbox.show_view(InboxView.CLOSED)
            await stage.rest()
            inbox = await _turn(stage, window.inbox.list, -1, runs)
            return length, stream, inbox
    finally:
        store.close()


async def _turn(stage: Stage, view: QAbstractItemView, steps: int, runs: int) -> list[float]:
    """Turn the wheel again and again, each time until the rows are painted at their new places."""
    times = []
    bar = view.verticalScrollBar()
    viewport = view.viewport()
    for number in range(-_WARM_UP, runs):
        before = bar.value()
        wait = stage.expect([Part("rows", viewport, lambda: bar.value() != before)])  # noqa: B023 - awaited in this round
        began = stage.wheel(viewport, steps)
        seconds = await wait() - began
        await stage.rest()
        if number >= 0:
            times.append(seconds * 1000)
    return times
