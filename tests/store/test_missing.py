"""A backup was put back at the hub: what the agent had said since comes back to them, and nothing else does."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.ids import CustomerId
from desktop.domain.interaction import Author, MessageKind
from desktop.store import outbox, projections
from desktop.store.history import apply_history, begin
from desktop.store.retention import forget
from desktop.store.rows import OutboxState
from desktop.wire.shapes import NEWEST, Change, ChangesPage


def _page(changes: list[Change], before: int = NEWEST, more: bool = False, epoch: str = "restored") -> ChangesPage:
    return ChangesPage(
        epoch=epoch,
        changes=changes,
        next=1 if more else 0,
        more=more,
        latest=max(c.seq for c in changes),
        before=before,
    )


def _said(world: Any, id_: str, text: str, **more: Any) -> Any:
    given = {"author": Author.AGENT, "agent_id": world.me, "text": text, **more}
    return world.message(id_, **given)


@pytest.fixture
def before(world: Any) -> Any:
    """The agent and a colleague have said something, and all of it is here."""
    world.arrive(
        world.interaction("i1", "active"),
        _said(world, "m1", "kept"),
        _said(world, "m2", "lost"),
        _said(world, "m3", "lost note", kind=MessageKind.NOTE),
        _said(world, "m4", "somebody else's", agent_id="bert"),
        world.message("m5", text="the customer's"),
    )
    return world


def _restored(world: Any, *records: Any) -> None:
    """The walk through what the backup has, from its beginning to its end."""
    changes = [world.change(record, seq=number) for number, record in enumerate(records, 1)]
    walked = world.do(begin, [_page(changes[:1])], me=world.me)
    world.do(apply_history, _page(changes, before=walked.before), "all")


def test_what_was_lost_comes_back_as_refused_and_what_was_kept_does_not(before: Any) -> None:
    _restored(before, before.interaction("i1", "active"), _said(before, "m1", "kept"))
    found = before.see(outbox.entries)
    assert [(entry.state, entry.error) for entry in found] == [(OutboxState.WEDGED, "lost")] * 2
    assert {type(entry.command) for entry in found} == {SendMessage, AddNote}
    assert {entry.command.text for entry in found} == {"lost", "lost note"}
    assert {entry.command.message_id for entry in found} == {"m2", "m3"}
    assert before.see(projections.settings) == {}


def test_nothing_is_sent_by_itself_and_the_agent_may_send_it_again(before: Any) -> None:
    _restored(before, before.interaction("i1", "active"), _said(before, "m1", "kept"))
    assert before.see(outbox.due, before.at(10_000)) == []
    entry = before.see(outbox.entries)[0]
    fresh = before.do(outbox.retry, entry.id)
    assert [one.id for one in before.see(outbox.due, before.now)] == [fresh]


def test_a_contact_that_is_gone_too_brings_nothing_back(before: Any) -> None:
    _restored(before, before.interaction("i2", "active"))
    assert before.see(outbox.entries) == []
    assert before.see(projections.settings) == {}


def test_a_new_history_that_lost_nothing_is_nothing_to_tell(before: Any) -> None:
    said = [_said(before, f"m{n}", "x") for n in range(1, 4)]
    _restored(before, before.interaction("i1", "active"), *said)
    assert before.see(outbox.entries) == []


def test_who_is_forgotten_meanwhile_leaves_no_word(before: Any) -> None:
    contact = before.interaction("i1", "active", customer_id="c1")
    before.do(begin, [_page([before.change(contact, seq=1)], more=True)], me=before.me)
    assert any("lost" in str(kept) for kept in before.see(projections.settings).values())
    before.do(forget, CustomerId("c1"))
    assert not any("lost" in str(kept) for kept in before.see(projections.settings).values())
