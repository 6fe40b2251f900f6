"""Customers of several accounts who are one person: joined where that is sure, proposed where not, never against an agent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.customer import Identity, IdentityKind
from desktop.domain.duplicate import DuplicateState
from desktop.domain.ids import AgentId, CustomerId, InteractionId
from desktop.domain.suggestion import Reason
from desktop.store import links, outbox, projections, retention
from desktop.store.apply import apply_page
from desktop.store.links import Like
from desktop.store.rows import OutboxState
from desktop.wire.shapes import ChangesPage

HERE, THERE, OTHER = CustomerId("c1"), CustomerId("rt~7"), CustomerId("zammad~7")
ME = AgentId("me")
SURE = (Reason(code="same_email"),)


def arrive(world: Any, account: str, *records: Any) -> None:
    changes = [world.change(record) for record in records]
    after = world.see(projections.sync_state, account).cursor
    last = max(change.seq for change in changes)
    page = ChangesPage(epoch="e", changes=changes, next=last, more=False, after=after)
    world.do(apply_page, page, now=world.now, account=account)


def found(world: Any, customer: CustomerId, *like: Like, joined_from: float = 0.99) -> None:
    world.do(links.settle, customer, like, joined_from=joined_from, at=world.now)


def states(world: Any, id_: CustomerId = HERE) -> list[str]:
    return [str(pair.duplicate.state) for pair in world.see(projections.like_pairs, id_, ME)]


@pytest.fixture
def people(world: Any) -> Any:
    """One person at two systems, each of which knows other things of her; with a contact at each."""
    mail = Identity(kind=IdentityKind.EMAIL, value="jana@example.org", normalised="jana@example.org")
    phone = Identity(kind=IdentityKind.PHONE, value="030 1234567", normalised="+49301234567")
    arrive(world, "", world.customer("c1", number="K-1", identities=(mail,)), world.interaction("i1"))
    arrive(
        world,
        "rt",
        world.customer("rt~7", name="Weber, Jana", identities=(mail, phone)),
        world.interaction("rt~55", customer_id=THERE),
        world.message("rt~m1", interaction_id=InteractionId("rt~55")),
        world.touchpoint("rt~t1", customer_id=THERE),
    )
    return world


def test_who_is_surely_one_person_is_one_customer_from_then_on(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.999, SURE))
    for asked in (HERE, THERE):
        card = people.see(projections.customer_card, asked)
        assert card.customer.id == HERE
        assert (card.customer.name, card.customer.number) == ("Jana Weber", "K-1")
        assert [one.value for one in card.customer.identities] == ["jana@example.org", "030 1234567"]
        assert {contact.id for contact in card.contacts} == {"i1", "rt~55"}
        assert [part.id for part in card.parts] == [HERE, THERE]
    # Edits go to the record of one system, as that one has it.
    assert people.see(projections.customer_card, THERE).own == people.see(projections.customer_card, HERE).own
    assert [one.id for one in people.see(projections.journey, HERE).touchpoints] == ["rt~t1"]
    everything = people.see(projections.stream, InteractionId("i1"), everything=True)
    assert "rt~m1" in [item.key for item in everything]
    assert people.see(outbox.entries) == []


def test_who_may_be_is_proposed_with_the_evidence_and_joined_by_an_agent(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.8, SURE))
    (pair,) = people.see(projections.like_pairs, HERE, ME)
    assert (pair.duplicate.state, pair.duplicate.reasons) == (DuplicateState.OPEN, SURE)
    people.perform(c.MergeCustomers(customer_id=HERE, merged_id=THERE))
    assert states(people) == ["merged"]
    assert people.see(outbox.entries) == []
    assert len(people.see(projections.customer_card, HERE).parts) == 2


def test_what_was_joined_can_be_taken_apart_and_stays_apart(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.999, SURE))
    people.perform(c.UndoMerge(customer_id=HERE, merged_id=THERE))
    assert people.see(projections.customer_card, THERE).customer.name == "Weber, Jana"
    found(people, THERE, Like(HERE, 0.9999, SURE))
    assert states(people) == ["open"]


def test_two_people_are_never_asked_about_again(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.8, SURE))
    people.perform(c.MarkDistinct(customer_id=THERE, other_id=HERE))
    found(people, HERE, Like(THERE, 0.9999, SURE))
    assert states(people) == ["distinct"]


def test_a_proposal_that_does_not_hold_any_more_is_withdrawn(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.8, SURE))
    found(people, THERE)
    assert states(people) == []


def test_three_systems_make_one_customer(people: Any) -> None:
    arrive(people, "zammad", people.customer("zammad~7", segment="gold"))
    found(people, THERE, Like(HERE, 0.999, SURE))
    found(people, OTHER, Like(THERE, 0.999, SURE))
    card = people.see(projections.customer_card, OTHER)
    assert card.customer.id == HERE
    assert card.customer.segment == "gold"
    assert {part.id for part in card.parts} == {HERE, THERE, OTHER}
    # Found again in another order, nothing is another.
    found(people, HERE, Like(OTHER, 0.999, SURE), Like(THERE, 0.999, SURE))
    assert people.see(projections.customer_card, OTHER) == card


def test_a_new_history_of_one_system_leaves_what_was_joined(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.999, SURE))
    change = people.change(people.customer("rt~7", name="Jana Weber-Voss"))
    for after in (0, 0):
        page = ChangesPage(epoch="new", changes=[change], next=change.seq, more=False, after=after)
        people.do(apply_page, page, now=people.now + timedelta(hours=1), account="rt")
    card = people.see(projections.customer_card, THERE)
    assert [part.name for part in card.parts] == ["Jana Weber", "Jana Weber-Voss"]


def test_a_contact_of_one_system_is_never_said_to_be_with_a_stranger_to_it(people: Any) -> None:
    command = c.LinkCustomer(interaction_id=InteractionId("rt~55"), customer_id=HERE)
    people.perform(command)
    (entry,) = people.see(outbox.entries)
    assert (entry.state, entry.error, entry.account) == (OutboxState.WEDGED, outbox.OTHER_ACCOUNT, "rt")
    # Where that system knows the same person, it is told of theirs.
    people.do(outbox.discard, entry.id)
    found(people, THERE, Like(HERE, 0.999, SURE))
    people.perform(command)
    (entry,) = people.see(outbox.entries)
    assert entry.state is OutboxState.QUEUED
    assert entry.command.customer_id == THERE


def test_a_customer_who_is_forgotten_leaves_no_word_of_who_else_they_were(people: Any) -> None:
    found(people, THERE, Like(HERE, 0.999, SURE))
    people.do(retention.forget, THERE)
    assert people.see(links.of_customers, [HERE, THERE]) == []
    assert people.see(projections.customer_card, HERE) is not None


def test_no_system_writes_into_what_another_said(people: Any) -> None:
    arrive(people, "rt", people.customer("c1", name="Somebody else", version=9))
    arrive(people, "rt", people.customer("zammad~1", name="Nobody"))
    arrive(people, "", people.customer("rt~7", name="Somebody else", version=9))
    assert people.see(projections.customer_card, HERE).customer.name == "Jana Weber"
    assert people.see(projections.customer_card, THERE).customer.name == "Weber, Jana"
    assert people.see(projections.customer_card, CustomerId("zammad~1")) is None
