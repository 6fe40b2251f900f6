"""What the network brings: pages in order, twice, out of order, broken, and from a hub that began anew."""

from __future__ import annotations

import logging
from typing import Any

import msgspec
import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Cause, Table
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Author
from desktop.store import outbox, projections
from desktop.store.apply import BULK_ROWS, apply_changes, sync_state
from desktop.store.rows import InboxView
from desktop.wire.shapes import Change, ChangesPage


def _subject(world: Any) -> str | None:
    row = world.see(projections.interaction_row, InteractionId("i1"), world.me)
    return None if row is None else row.interaction.subject


def test_a_page_brings_rows_and_moves_the_cursor_in_one_commit(world: Any) -> None:
    applied = world.arrive(world.interaction(), world.message(), world.customer())

    assert (applied.saved, applied.cursor) == (3, 3)
    state = world.see(sync_state)
    assert (state.epoch, state.cursor, state.is_complete, state.synced_at) == ("e1", 3, True, world.now)
    [changes] = world.changes
    assert changes.cause is Cause.NETWORK
    assert changes.rows[Table.MESSAGE] == {"m1"}
    assert changes.touches(Table.SYNC)
    assert (changes.interactions, changes.customers) == ({"i1"}, {"c1"})


def test_the_same_page_again_is_dropped(world: Any) -> None:
    page = world.page(world.interaction(subject="first"))
    world.apply(page)
    world.changes.clear()

    assert world.apply(page).is_dropped
    assert world.changes == []


def test_a_page_that_leaves_a_gap_is_dropped(world: Any) -> None:
    world.arrive(world.interaction())
    page = msgspec.structs.replace(world.page(world.message()), after=40)

    assert world.apply(page).is_dropped
    assert world.see(sync_state).cursor == 1
    assert world.see(projections.stream, InteractionId("i1")) == []


def test_an_older_version_never_replaces_a_newer_one(world: Any) -> None:
    world.arrive(world.change(world.interaction(subject="new", version=5), seq=9))
    applied = world.arrive(world.change(world.interaction(subject="old", version=4), seq=10))

    assert applied.stale == 1
    assert _subject(world) == "new"


def test_a_record_that_counts_no_versions_goes_by_the_order_of_the_feed(world: Any) -> None:
    world.arrive(world.change(world.interaction(subject="new", version=0), seq=9))
    world.do(apply_changes, [world.change(world.interaction(subject="old", version=0), seq=8)])
    assert _subject(world) == "new"
    world.do(apply_changes, [world.change(world.interaction(subject="newest", version=0), seq=10)])
    assert _subject(world) == "newest"


def test_a_backend_that_numbers_nothing_is_believed_each_time(world: Any) -> None:
    for subject in ("first", "second"):
        world.do(apply_changes, [world.change(world.interaction(subject=subject, version=0), seq=0)])
    assert _subject(world) == "second"


def test_the_answer_to_a_command_saves_rows_and_leaves_the_cursor(world: Any) -> None:
    world.arrive(world.interaction(version=1))
    answer = world.change(world.interaction(subject="answered", version=2), seq=7)
    assert world.do(apply_changes, [answer]) == 1
    assert _subject(world) == "answered"
    assert world.see(sync_state).cursor == 1

    world.changes.clear()
    world.arrive(answer)
    assert world.see(sync_state).cursor == 7
    assert Table.INTERACTION not in world.changes[-1].rows, "the feed's copy of it is no news"


def test_a_late_answer_does_not_bring_back_what_was_deleted_meanwhile(world: Any) -> None:
    late = world.change(world.message())
    world.arrive(world.interaction(), late, world.deletion(Table.MESSAGE, "m1"))
    assert world.do(apply_changes, [late]) == 0
    assert world.see(projections.stream, InteractionId("i1")) == []


def test_a_deleted_interaction_takes_its_words_with_it(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1"), world.message("m2"), world.suggestion(), world.touchpoint())
    applied = world.arrive(world.deletion(Table.INTERACTION, "i1"))

    assert applied.deleted == 1
    assert world.see(projections.stream, InteractionId("i1")) == []
    assert world.see(projections.suggestions, InteractionId("i1")) == []
    assert world.changes[-1].rows[Table.MESSAGE] == {"m1", "m2"}
    assert world.changes[-1].customers == {"c1"}


def test_a_deletion_older_than_the_row_is_passed_over(world: Any) -> None:
    world.arrive(world.change(world.interaction(), seq=20))
    world.do(apply_changes, [world.deletion(Table.INTERACTION, "i1", seq=19)])
    assert _subject(world) == ""


def test_what_cannot_be_read_is_skipped_and_told_without_its_words(
    world: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [
        Change(seq=1, op="upsert", type="hologram", id="h1", record=msgspec.Raw(b'{"id":"h1"}')),
        Change(seq=2, op="upsert", type="message", id="m1", record=msgspec.Raw(b'{"id":"m1","text":"geheim"}')),
        Change(seq=3, op="upsert", type="message", id="m2"),
        Change(seq=4, op="upsert", type="interaction", id="other", record=world.change(world.interaction()).record),
        Change(seq=2**70, op="delete", type="message", id="m3"),
        Change(seq=5, op="upsert", type="outbox", id="o1", record=msgspec.Raw(b"{}")),
        Change(seq=6, op="upsert", type="message", id="m4", record=msgspec.Raw(b'{"id":"m4","text":"' + b"\xff" * 9)),
    ]
    with caplog.at_level(logging.WARNING):
        applied = world.apply(
            ChangesPage(epoch="e1", changes=[*broken, world.change(world.message("m9"), seq=7)], next=7, more=False)
        )
    assert (applied.skipped, applied.saved, applied.cursor) == (7, 1, 7)
    assert "geheim" not in caplog.text
    assert [item.key for item in world.see(projections.stream, InteractionId("i1"))] == ["m9"]
    caplog.clear()


def test_a_hub_that_began_anew_empties_the_cache_and_keeps_what_the_agent_wrote(world: Any) -> None:
    world.arrive(world.interaction(), world.message())
    world.perform(c.SendMessage(interaction_id=InteractionId("i1"), text="not sent yet"))
    resync = world.arrive(world.interaction("i2"), epoch="e2")

    assert (resync.is_resync, resync.is_dropped, resync.cursor) == (True, True, 0)
    assert world.changes[-1].is_bulk
    assert world.see(projections.inbox, InboxView.MINE, world.me) == []
    assert world.see(outbox.summary).to_send == 1

    assert world.arrive(world.interaction("i3"), epoch="e2").saved == 1
    assert [row.interaction.id for row in world.see(projections.inbox, InboxView.MINE, world.me)] == ["i3"]


def test_the_first_page_of_a_new_epoch_is_taken_at_once(world: Any) -> None:
    world.arrive(world.interaction("i1"))
    page = ChangesPage(epoch="e2", changes=[world.change(world.interaction("i2"))], next=2, more=False, after=0)
    applied = world.apply(page)

    assert (applied.is_resync, applied.is_dropped, applied.saved) == (True, False, 1)
    assert [row.interaction.id for row in world.see(projections.inbox, InboxView.MINE, world.me)] == ["i2"]


def test_a_first_sync_does_not_name_each_row(world: Any) -> None:
    world.arrive(*(world.message(f"m{n}") for n in range(BULK_ROWS + 1)), more=True)
    assert [changes.is_bulk for changes in world.changes] == [True]
    assert not world.see(sync_state).is_complete


def test_a_page_without_news_wakes_nobody(world: Any) -> None:
    world.arrive(world.interaction())
    world.changes.clear()
    world.arrive()
    assert world.changes == []


def test_both_customers_hear_of_a_contact_that_changes_hands(world: Any) -> None:
    world.arrive(world.interaction(customer_id="c1", version=1))
    world.arrive(world.interaction(customer_id="c2", version=2))
    assert world.changes[-1].customers == {"c1", "c2"}


def test_a_record_twice_in_a_page_counts_once_in_its_newest_form(world: Any) -> None:
    newer, older = (world.change(world.interaction(subject=s, version=v), seq=v) for s, v in (("new", 2), ("old", 1)))
    world.apply(ChangesPage(epoch="e1", changes=[newer, older], next=2, more=False))
    assert _subject(world) == "new"


def test_words_of_any_shape_come_back_as_they_were(world: Any) -> None:
    text = "Grüße 👋🏽\x00\u202e’); DROP TABLE message; --\n\tمرحبا"
    world.arrive(world.message(text=text, author=Author.BOT))
    [item] = world.see(projections.stream, InteractionId("i1"))
    assert item.message.text == text
