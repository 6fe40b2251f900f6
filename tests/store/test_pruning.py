"""Old things go, a few at a time; open work, what is unsent and what is half written stay; what went is not hidden."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import journal, projections, pruning, quarantine, reports
from desktop.store.database import Store
from desktop.store.keeper import Keeper
from desktop.store.pruning import Limits
from desktop.store.reports import Report
from desktop.store.rows import Draft, StreamKind

YEAR = Limits(closed_days=365)


def _contact(world: Any, name: str, days: float, state: str = "closed", messages: int = 3) -> None:
    at = world.now - timedelta(days=days)
    world.arrive(
        world.interaction(name, state, created_at=at, updated_at=at, closed_at=at if state == "closed" else None),
        *(
            world.message(f"{name}-{n}", -days * 1440 + n, interaction_id=InteractionId(name), text=f"Text {name}")
            for n in range(messages)
        ),
        world.suggestion(f"{name}-s", interaction_id=InteractionId(name)),
        world.touchpoint(f"{name}-t", -days * 1440, kind="contact", interaction_id=InteractionId(name)),
    )


def _here(world: Any, table: str = "interaction") -> set[str]:
    return {row[0] for row in world.see(lambda conn: conn.execute(f"SELECT id FROM {table}").fetchall())}


def _prune(world: Any, limits: Limits, most_rows: int = 50, too_many: int = 0) -> list[int]:
    slices = []
    while True:
        done = world.do(pruning.prune, limits, world.now, most_rows, too_many)
        too_many -= done.messages
        if not done.rows:
            return slices
        slices.append(done.rows)


def test_contacts_closed_too_long_ago_go_with_their_words_and_the_journey_stays(world: Any) -> None:
    world.arrive(world.customer())
    _contact(world, "old", 400)
    _contact(world, "new", 300)
    _contact(world, "open", 500, state="active")
    world.changes.clear()

    _prune(world, YEAR)

    assert _here(world) == {"new", "open"}
    assert {name.split("-")[0] for name in _here(world, "message")} == {"new", "open"}
    assert {name.split("-")[0] for name in _here(world, "suggestion")} == {"new", "open"}
    assert len(world.see(projections.journey, CustomerId("c1")).touchpoints) == 3
    assert any("old" in changes.interactions for changes in world.changes), "who shows it hears of it"


def test_what_is_unsent_or_half_written_holds_its_contact(world: Any) -> None:
    for name in ("sending", "writing", "done"):
        _contact(world, name, 400)
    world.perform(c.SendMessage(interaction_id=InteractionId("sending"), text="noch nicht weg"))
    world.do(journal.save_draft, Draft(InteractionId("writing"), "reply", "angefangen", updated_at=world.now))
    _prune(world, YEAR)
    assert _here(world) == {"sending", "writing"}


def test_what_is_missing_is_shown_as_a_gap(world: Any) -> None:
    world.arrive(world.customer())
    _contact(world, "old", 400)
    _contact(world, "new", 10)
    whole = world.see(projections.stream, InteractionId("new"), everything=True)
    assert StreamKind.GAP not in [item.kind for item in whole]

    _prune(world, YEAR)

    items = world.see(projections.stream, InteractionId("new"), everything=True)
    assert [item.kind for item in items].count(StreamKind.GAP) == 1
    [event] = [item for item in items if item.touchpoint is not None and item.touchpoint.interaction_id == "old"]
    assert event.kind is StreamKind.TOUCHPOINT, "that there was a contact is still told"
    assert items.index(event) in (0, 1), "beside the gap, before what came later"
    assert [item.kind for item in world.see(projections.stream, InteractionId("new"))] == [StreamKind.MESSAGE] * 3
    [only] = world.see(projections.stream, InteractionId("old"))
    assert only.kind is StreamKind.GAP


def test_too_many_messages_the_longest_closed_contacts_go_first_and_as_a_whole(world: Any) -> None:
    for days in range(1, 11):
        _contact(world, f"d{days:02}", days, messages=10)
    _contact(world, "open", 900, state="active", messages=10)
    limits = Limits(messages_max=75)
    assert world.see(pruning.excess, limits) == 35
    _prune(world, limits, most_rows=7, too_many=35)
    assert _here(world) == {"d01", "d02", "d03", "d04", "d05", "d06", "open"}
    assert len(_here(world, "message")) == 70
    assert world.see(pruning.excess, limits) == 0


def test_a_slice_is_small_and_what_was_cut_short_goes_on(world: Any, path: Path) -> None:
    _contact(world, "long", 400, messages=100)
    assert world.do(pruning.prune, YEAR, world.now, 30).rows <= 31
    assert _here(world) == set()
    assert 0 < len(_here(world, "message")) < 100
    world.store.close()
    store = Store.open(path, world.key)
    world.store = store
    _prune(world, YEAR)
    assert _here(world, "message") == set()
    store.close()


async def test_what_the_network_brought_again_goes_as_soon_as_all_of_it_is_here(world: Any) -> None:
    keeper = Keeper(world.store, lambda: YEAR, clock=lambda: world.now, breath_s=0)
    keeping = asyncio.create_task(keeper.run(first_after_s=3600))
    try:
        await asyncio.sleep(0)
        _contact(world, "old", 400)
        keeper.hurry()
        async with asyncio.timeout(10):
            while "old" in _here(world):
                await asyncio.sleep(0.01)
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def test_drafts_and_reports_have_their_own_age(world: Any) -> None:
    report = Report(at=world.now - timedelta(days=40), version="1", platform="x", where="window", faults=())
    world.do(reports.add, report)
    world.do(journal.save_draft, Draft(InteractionId("i1"), "reply", "alt", updated_at=world.now - timedelta(days=99)))
    _prune(world, Limits())
    assert (len(world.see(reports.all)), len(world.see(projections.drafts))) == (0, 1)
    _prune(world, Limits(drafts_days=90))
    assert world.see(projections.drafts) == []


async def test_the_keeper_does_all_of_it_in_short_steps_and_the_file_shrinks(world: Any, path: Path) -> None:
    for number in range(40):
        _contact(world, f"old{number}", 400 + number, messages=100)
    _contact(world, "new", 1)
    world.arrive(world.message("stray", -600_000, interaction_id=InteractionId("nobody")))
    world.store.write(lambda w: w.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)"), "system")  # type: ignore[arg-type]
    aside = path.with_name("store.damaged-20250101T000000000000.db")
    aside.write_bytes(b"x")
    fresh = path.with_name("store.locked-20260301T000000000000.db")
    fresh.write_bytes(b"x")
    pages = world.see(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0])

    kept = await Keeper(world.store, lambda: YEAR, clock=lambda: world.now, breath_s=0).round()

    assert _here(world) == {"new"}
    assert len(_here(world, "message")) == 3
    assert kept.rows > 4000
    assert world.see(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0]) < pages * 0.7
    assert quarantine.aside(path) == [fresh]
    assert (await Keeper(world.store, lambda: YEAR, clock=lambda: world.now, breath_s=0).round()).rows == 0


async def test_the_keeper_ends_with_the_store(world: Any) -> None:
    world.store.close()
    await Keeper(world.store, Limits).run(first_after_s=0)


@pytest.mark.parametrize("limits", [Limits(), YEAR])
async def test_a_keeper_without_anything_to_do_writes_nothing(world: Any, limits: Limits) -> None:
    _contact(world, "new", 1)
    world.changes.clear()
    await Keeper(world.store, lambda: limits, clock=lambda: world.now, breath_s=0).round()
    assert world.changes == []
