"""Two people change one customer: both versions are there to choose from, and neither is lost."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.customer import PostalAddress
from desktop.domain.ids import CustomerId
from desktop.store import conflicts, outbox, projections
from desktop.store.rows import Conflict, FieldConflict, OutboxState

C1 = CustomerId("c1")


@pytest.fixture
def two_versions(world: Any) -> str:
    """The agent wrote a name and a street while a colleague wrote another street; the hub refused."""
    world.arrive(world.customer(address=PostalAddress(street="Alt 1", city="Köln")))
    seen = world.see(projections.customer_card, C1).customer
    command_id: str = world.perform(conflicts.update_of(seen, {"given_name": "Jana", "address.street": "Meine 2"}))
    world.arrive(world.customer(address=PostalAddress(street="Ihre 3", city="Köln"), version=2))
    world.do(outbox.wedge, command_id, "conflict")
    return command_id


def test_an_edit_says_what_the_agent_saw(world: Any) -> None:
    world.arrive(world.customer(address=PostalAddress(street="Alt 1")))
    command = conflicts.update_of(
        world.see(projections.customer_card, C1).customer,
        {"address.street": "x", "name": "y", "email": "j@example.org"},
    )
    assert command.before == {"address.street": "Alt 1", "name": "Jana Weber"}


def test_both_versions_are_there_and_the_screen_shows_the_colleagues(world: Any, two_versions: str) -> None:
    [found] = world.see(projections.conflicts, C1)
    assert found == Conflict(two_versions, C1, (FieldConflict("address.street", "Alt 1", "Meine 2", "Ihre 3"),))
    assert world.see(projections.conflicts) == [found]
    assert world.see(projections.conflicts, CustomerId("c2")) == []
    customer = world.see(projections.customer_card, C1).customer
    assert (customer.address.street, customer.given_name) == ("Ihre 3", "")


def test_choosing_mine_sends_everything_over_the_version_that_is_there_now(world: Any, two_versions: str) -> None:
    fresh = world.do(conflicts.resolve, two_versions, {"address.street"})
    [entry] = world.see(outbox.entries)
    assert (entry.id, entry.state) == (fresh, OutboxState.QUEUED)
    assert fresh != two_versions, "the hub would answer the old id with the old refusal"
    assert entry.command == c.UpdateCustomer(
        customer_id=C1,
        fields={"given_name": "Jana", "address.street": "Meine 2"},
        version=2,
        before={"given_name": "", "address.street": "Ihre 3"},
    )
    assert world.see(projections.conflicts) == []
    assert world.see(projections.customer_card, C1).customer.address.street == "Meine 2"


def test_choosing_theirs_still_sends_what_was_not_disputed(world: Any, two_versions: str) -> None:
    world.do(conflicts.resolve, two_versions, ())
    [entry] = world.see(outbox.entries)
    assert entry.command.fields == {"given_name": "Jana"}


def test_where_nothing_is_left_to_send_the_edit_is_done_with(world: Any) -> None:
    world.arrive(world.customer())
    command_id = world.perform(conflicts.update_of(world.customer(), {"name": "Meine"}))
    world.arrive(world.customer(name="Ihre", version=2))
    world.do(outbox.wedge, command_id, "conflict")
    assert world.do(conflicts.resolve, command_id, ()) is None
    assert world.see(outbox.entries) == []


def test_a_record_merged_away_meanwhile_is_settled_on_the_one_that_is_left(world: Any) -> None:
    world.arrive(world.customer(), world.customer("c2", name="J. Weber", version=4))
    command_id = world.perform(conflicts.update_of(world.customer(), {"name": "Jana Neu"}))
    world.arrive(world.customer(merged_into=CustomerId("c2"), version=2))
    world.do(outbox.wedge, command_id, "conflict")
    [found] = world.see(projections.conflicts, CustomerId("c2"))
    assert (found.customer_id, [field.theirs for field in found.fields]) == ("c2", ["J. Weber"])
    fresh = world.do(conflicts.resolve, command_id, {"name"})
    [entry] = world.see(outbox.entries)
    assert (entry.id, entry.command.customer_id, entry.command.version) == (fresh, "c2", 4)


def test_a_colleague_who_meant_the_same_leaves_nothing_to_choose(world: Any, two_versions: str) -> None:
    world.arrive(world.customer(address=PostalAddress(street="Meine  2", city="Köln"), version=3))
    [found] = world.see(projections.conflicts, C1)
    assert found.fields == ()


def test_other_refusals_are_no_conflicts(world: Any) -> None:
    world.arrive(world.customer())
    command_id = world.perform(conflicts.update_of(world.customer(), {"birth_date": "gestern"}))
    world.do(outbox.wedge, command_id, "unknown_value")
    assert world.see(projections.conflicts) == []
    assert world.do(conflicts.resolve, "no-such-entry", ()) is None
