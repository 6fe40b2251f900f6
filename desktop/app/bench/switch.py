"""``dirigent bench switch``: from the press of the mouse on a row of the inbox to the first and the last pixel that changes.

The first is the end of the first round of painting after the press. The last is the end of the last one before the window
is at rest, with the right messages, head and customer painted; "messages" is when the stream shows the right ones.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.app.bench.caches import ME, BenchFailed, Cache, provided
from desktop.app.bench.figures import Figure, Report, figure, report
from desktop.app.bench.floors import bare, newest_messages
from desktop.app.bench.stage import Part, Stage, run, staged
from desktop.domain.ids import InteractionId
from desktop.store.connection import Connection
from desktop.store.database import Store
from desktop.ui.inbox.panel import InboxPanel
from desktop.viewmodels.inbox import InboxRow

# The chart library is loaded by the first customer shown; what that costs is the first switch's alone.
_WARM_UP = 4
_LONG = 1000


@dataclass(slots=True)
class _Times:
    first: list[float] = field(default_factory=list)
    messages: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)


def measure(args: argparse.Namespace) -> Report:
    """Switch ``runs`` times to the longest conversation and as often to ordinary ones. Raises ``BenchFailed``."""
    with provided(args) as cache:
        lengths, long, ordinary = run(lambda: _story(cache, args.runs))
        longest = max(lengths, key=lambda id_: lengths[id_])
        others = [id_ for id_ in lengths if id_ != longest]
        conn = bare(cache)
        try:
            floors = [newest_messages(conn, ids, args.runs) for ids in ([longest], others)]
        finally:
            conn.close()
    short = [lengths[id_] for id_ in others]
    figures = [
        *_figures(f"to {lengths[longest]:,} messages", long, floors[0]),
        *_figures(f"to {min(short)} to {max(short)} messages", ordinary, floors[1]),
    ]
    notes = ["floor: the query for the newest messages alone"]
    return report("switch", figures, size=cache.size, seed=cache.seed, runs=args.runs, notes=notes)


def _figures(name: str, times: _Times, floor: list[float]) -> list[Figure]:
    return [
        figure(f"{name}: first pixel", times.first, budget_p95=16.0),
        figure(f"{name}: messages painted", times.messages, floor=floor),
        figure(f"{name}: last pixel", times.last, budget_p95=33.0),
    ]


async def _story(cache: Cache, runs: int) -> tuple[dict[InteractionId, int], _Times, _Times]:
    store = cache.open()
    try:
        async with staged(store, ME) as stage:
            inbox = stage.window.inbox
            longest, _length = longest_in_sight(store, inbox, cache.size.messages)
            ids = _in_sight(inbox)
            lengths = store.query(lambda conn: _lengths(conn, ids))
            others = [id_ for id_ in ids if id_ != longest]
            long, ordinary = _Times(), _Times()
            for turn in range(-_WARM_UP, runs):
                for id_, times in ((longest, long), (others[turn % len(others)], ordinary)):
                    found = await _switch(stage, id_)
                    if turn >= 0:
                        for kept, seconds in zip((times.first, times.messages, times.last), found, strict=True):
                            kept.append(seconds * 1000)
            return lengths, long, ordinary
    finally:
        store.close()


def longest_in_sight(store: Store, inbox: InboxPanel, messages: int) -> tuple[InteractionId, int]:
    """Scroll to the longest conversation of the inbox, and return it with its length. Raises ``BenchFailed`` where it is
    short for a cache of so many ``messages``."""
    numbers = {entry.interaction.id: number for number, entry in _conversations(inbox)}
    lengths = store.query(lambda conn: _lengths(conn, list(numbers)))
    longest = max(lengths, key=lambda id_: lengths[id_])
    if lengths[longest] < min(_LONG, messages // 4):
        raise BenchFailed("the inbox shows no long conversation; take more --messages")
    inbox.list.scrollTo(inbox.model.index(numbers[longest]), inbox.list.ScrollHint.PositionAtCenter)
    return longest, lengths[longest]


def _in_sight(inbox: InboxPanel) -> list[InteractionId]:
    """Return the interactions whose rows can be clicked without scrolling."""
    area = inbox.list.viewport().rect()
    found = [
        entry.interaction.id
        for number, entry in _conversations(inbox)
        if area.contains(inbox.list.visualRect(inbox.model.index(number)))
    ]
    if len(found) < 2:
        raise BenchFailed("the inbox shows fewer than two conversations; take more --messages")
    return found


def _conversations(inbox: InboxPanel) -> Iterator[tuple[int, InboxRow]]:
    for number in range(inbox.model.rowCount()):
        entry = inbox.model.entry(number)
        if isinstance(entry, InboxRow):
            yield number, entry


def _lengths(conn: Connection, ids: list[InteractionId]) -> dict[InteractionId, int]:
    return {
        id_: conn.execute("SELECT count(*) FROM message WHERE interaction_id = ?", (id_,)).fetchone()[0] for id_ in ids
    }


async def _switch(stage: Stage, id_: InteractionId) -> tuple[float, float, float]:
    """Click on a row; returns the seconds to the first pixel, to the messages, and to the last pixel."""
    window = stage.window
    inbox, panel, context = window.inbox, window.interaction, window.context
    row = inbox.model.row_of(id_)
    entry = inbox.model.entry(row)
    if not isinstance(entry, InboxRow):
        raise BenchFailed("a conversation went out of the inbox")
    customer = entry.interaction.customer_id

    def has_messages() -> bool:
        stream = panel.stream
        return stream.interaction_id == id_ and stream.is_loaded and stream.rowCount() > 0

    def has_facts() -> bool:
        return panel.model.interaction is not None and panel.model.interaction.id == id_

    messages = Part("messages", panel.view.viewport(), has_messages)
    parts = [
        messages,
        Part("head", panel.header, has_facts),
        Part("customer", context.view, lambda: context.customer.customer_id == customer),
    ]
    wait = stage.expect(parts)
    began = stage.click(inbox.list.viewport(), inbox.list.visualRect(inbox.model.index(row)).center())
    await wait()
    last = await stage.rest()
    assert messages.seen_at is not None
    return stage.first_paint - began, messages.seen_at - began, last - began
