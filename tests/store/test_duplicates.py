"""Records that look alike as the agent sees them: proposals, merges and judgements given a moment ago laid over."""

from __future__ import annotations

from typing import Any

from desktop.domain import commands as c
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import AgentId, CustomerId, DuplicateId
from desktop.store import outbox, projections, retention
from desktop.store.rows import LikePair

C1, C2, C3 = CustomerId("c1"), CustomerId("c2"), CustomerId("c3")
ME = AgentId("me")


def alike(one: str = C1, other: str = C2, **fields: Any) -> Duplicate:
    given = {"id": DuplicateId(f"d-{one}-{other}"), "customer_id": one, "other_id": other, "probability": 0.9}
    return Duplicate(**(given | {"version": 1} | fields))


def pairs(world: Any, id_: CustomerId = C1) -> list[LikePair]:
    found: list[LikePair] = world.see(projections.like_pairs, id_, ME)
    return found


def states(world: Any, id_: CustomerId = C1) -> list[tuple[str, str, bool]]:
    return [(one.other.id, str(one.duplicate.state), one.is_pending) for one in pairs(world, id_)]


def test_proposals_come_first_the_likeliest_before_the_others(world: Any) -> None:
    world.arrive(
        *(world.customer(id_) for id_ in ("c1", "c2", "c3", "c4")),
        alike(),
        alike(C1, C3, probability=0.97),
        alike(C1, CustomerId("c4"), state=DuplicateState.DISTINCT),
    )
    assert states(world) == [("c3", "open", False), ("c2", "open", False), ("c4", "distinct", False)]
    assert [one.survivor.id for one in pairs(world, C2)] == [C1]


def test_a_record_that_is_not_here_is_not_told_of(world: Any) -> None:
    """Whoever may not see the other record learns nothing of it."""
    world.arrive(world.customer("c1"), alike())
    assert pairs(world) == []


def test_a_merge_given_a_moment_ago_is_in_the_log_and_leaves_the_proposals(world: Any) -> None:
    world.arrive(world.customer("c1"), world.customer("c2"), alike())
    world.perform(c.MergeCustomers(customer_id=C2, merged_id=C1))
    (found,) = pairs(world)
    assert (found.survivor.id, found.other.id) == (C2, C1)
    assert (found.duplicate.state, found.duplicate.merged_by) == (DuplicateState.MERGED, ME)
    assert found.is_pending
    assert pairs(world, C2) == [found]


def test_two_people_are_gone_from_the_proposals_at_once_and_back_when_refused(world: Any) -> None:
    world.arrive(world.customer("c1"), world.customer("c2"), alike())
    command_id = world.perform(c.MarkDistinct(customer_id=C1, other_id=C2))
    assert states(world) == [("c2", "distinct", True)]
    world.do(outbox.wedge, command_id, "illegal_state")
    assert states(world) == [("c2", "open", False)]


def test_undoing_a_merge_shows_at_once(world: Any) -> None:
    world.arrive(
        world.customer("c1"),
        world.customer("c2", merged_into=C1),
        alike(state=DuplicateState.MERGED, merged_by="ben"),
    )
    assert states(world) == [("c2", "merged", False)]
    world.perform(c.UndoMerge(customer_id=C1, merged_id=C2))
    assert states(world) == [("c2", "open", True)]


def test_the_merges_of_a_record_that_was_merged_itself_are_in_the_log(world: Any) -> None:
    world.arrive(
        world.customer("c1"),
        world.customer("c2", merged_into=C1),
        world.customer("c3", merged_into=C2),
        alike(state=DuplicateState.MERGED),
        alike(C2, C3, state=DuplicateState.MERGED),
        alike(C1, C3),
    )
    assert {(one.survivor.id, one.other.id) for one in pairs(world)} == {(C1, C2), (C2, C3)}


def test_two_records_nobody_proposed_are_compared_as_they_were_edited(world: Any) -> None:
    world.arrive(world.customer("c1"), world.customer("c2", name="Jana W."))
    world.perform(c.UpdateCustomer(customer_id=C2, fields={"name": "Jana Weber"}))
    found = world.see(projections.like_pair, C1, C2, ME)
    assert found is not None
    assert (found.other.name, found.duplicate.probability) == ("Jana Weber", 0.0)
    assert world.see(projections.like_pair, C1, CustomerId("nobody"), ME) is None


def test_what_would_move_is_counted_of_that_record_alone(world: Any) -> None:
    world.arrive(
        world.customer("c1"),
        world.customer("c2"),
        world.interaction("i1", customer_id=C2),
        world.interaction("i2", customer_id=C1),
        world.record("o1", customer_id=C2),
        world.record("o2", customer_id=C2),
    )
    assert world.see(projections.holdings_of, C2) == (1, 2)


def test_the_card_shows_the_joined_record_before_the_hub_has_it(world: Any) -> None:
    def mail(name: str) -> Identity:
        return Identity(kind=IdentityKind.EMAIL, value=name, normalised=name)

    world.arrive(
        world.customer("c1", number="", identities=(mail("a@x.org"),)),
        world.customer("c2", number="K2", name="Jana Weber-Vogt", identities=(mail("b@x.org"),)),
    )
    world.perform(c.MergeCustomers(customer_id=C1, merged_id=C2, fields=("name",)))
    card = world.see(projections.customer_card, C2)
    assert card is not None
    joined: Customer = card.customer
    assert (joined.id, joined.name, joined.number) == (C1, "Jana Weber-Vogt", "K2")
    assert [one.value for one in joined.identities] == ["a@x.org", "b@x.org"]


def test_who_is_forgotten_leaves_no_proposal(world: Any) -> None:
    world.arrive(world.customer("c1"), world.customer("c2"), alike())
    world.do(retention.forget, C2)
    assert world.see(lambda conn: conn.execute("SELECT count(*) FROM duplicate").fetchone()) == (0,)
