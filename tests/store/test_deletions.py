"""A customer deleted at the hub is forgotten here too, whatever the agent had written about them."""

from __future__ import annotations

from typing import Any

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import journal, outbox, projections
from desktop.store.rows import Draft

I1, C1, C2 = InteractionId("i1"), CustomerId("c1"), CustomerId("c2")


def _fill(world: Any) -> None:
    world.arrive(
        world.customer(),
        world.customer("c2", name="Emre Kaya"),
        world.interaction(),
        world.interaction("i2", customer_id=C2),
        world.message(),
        world.message("m2", interaction_id=InteractionId("i2")),
        world.touchpoint(),
        world.record(),
    )
    world.do(journal.save_draft, Draft(I1, "reply", "Guten Tag"))
    world.perform(c.AddNote(interaction_id=I1, text="ruft zurück"))
    world.perform(c.UpdateCustomer(customer_id=C1, fields={"name": "Neu"}))
    world.perform(c.Hold(interaction_id=InteractionId("i2")))


def test_with_the_customer_go_contacts_drafts_and_what_was_to_be_sent(world: Any) -> None:
    _fill(world)
    world.arrive(world.deletion(Table.CUSTOMER, "c1"))
    assert world.see(projections.customer_card, C1) is None
    assert world.see(journal.drafts) == []
    assert [entry.interaction_id for entry in world.see(outbox.entries)] == ["i2"]
    for table in ("interaction", "message", "customer"):
        assert world.see(lambda conn, table=table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()) == (1,)
    assert {"c1"} <= world.changes[-1].customers


def test_it_is_so_when_the_answer_to_a_command_says_it(world: Any) -> None:
    _fill(world)
    command_id = world.perform(c.Hold(interaction_id=InteractionId("i2")))
    world.do(outbox.settle_applied, command_id, [world.deletion(Table.CUSTOMER, "c1")])
    assert world.see(projections.customer_card, C1) is None
    assert world.see(journal.drafts) == []


def test_a_record_merged_away_goes_alone(world: Any) -> None:
    _fill(world)
    world.arrive(world.customer("old", merged_into=C1))
    world.arrive(world.deletion(Table.CUSTOMER, "old"))
    assert world.see(projections.customer_card, C1).contact_count == 1
    assert len(world.see(journal.drafts)) == 1


def test_one_who_is_not_here_any_more_leaves_no_edit_behind(world: Any) -> None:
    """After a new history of the hub: the cache is empty, the outbox is not."""
    _fill(world)
    world.arrive(epoch="e2")
    world.apply(world.page(world.deletion(Table.CUSTOMER, "c1"), epoch="e2"))
    assert [type(entry.command).__name__ for entry in world.see(outbox.entries)] == ["AddNote", "Hold"]


def test_an_old_deletion_takes_nobody_who_came_back(world: Any) -> None:
    _fill(world)
    world.arrive(world.deletion(Table.CUSTOMER, "c1", seq=0))
    assert world.see(projections.customer_card, C1) is not None
