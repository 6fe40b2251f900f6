"""The inbox: who sees what in which list, in what order, and how it moves at once when the agent acts."""

from __future__ import annotations

import random
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Author, Interaction
from desktop.store import journal, outbox, projections
from desktop.store.rows import Draft, InboxRow, InboxView
from desktop.store.worklists import UNREAD_AT_MOST, UNREAD_SQL

I1 = InteractionId("i1")


def _inbox(world: Any, view: InboxView, **more: Any) -> list[str]:
    return [row.interaction.id for row in world.see(projections.inbox, view, world.me, now=world.now, **more)]


def _row(world: Any, id: str = "i1") -> InboxRow:
    row: InboxRow = world.see(projections.interaction_row, InteractionId(id), world.me)
    return row


def _where(world: Any, id: str = "i1") -> list[InboxView]:
    return [view for view in InboxView if id in _inbox(world, view)]


def test_each_contact_is_in_the_list_it_belongs_to(world: Any) -> None:
    world.arrive(
        world.interaction("active", "active"),
        world.interaction("held", "on_hold"),
        world.interaction("wrap", "wrap_up"),
        world.interaction("theirs", "active", assignee=AgentId("colleague")),
        world.interaction("queued", "queued"),
        world.interaction("waiting", "waiting"),
        world.interaction("snoozed", "snoozed", snoozed_until=world.at(5)),
        world.interaction("closed", "closed", assignee=AgentId("colleague"), closed_at=world.at(-5)),
        world.interaction("left", "abandoned", assignee=None, closed_at=world.at(-6)),
        world.interaction("rings", "offered", offer_expires_at=world.at(1)),
        world.interaction("rang", "offered", offer_expires_at=world.at(-1)),
        world.interaction("rings elsewhere", "offered", assignee=AgentId("colleague"), offer_expires_at=world.at(1)),
    )
    lists = {view: _inbox(world, view) for view in InboxView}
    assert lists == {
        InboxView.MINE: ["active", "held", "wrap"],
        InboxView.QUEUES: ["queued"],
        InboxView.WAITING: ["waiting"],
        InboxView.SNOOZED: ["snoozed"],
        InboxView.CLOSED: ["closed", "left"],
        InboxView.OFFERS: ["rings"],
    }
    counts = world.see(projections.inbox_counts, world.me, now=world.now)
    assert counts == {view: len(ids) for view, ids in lists.items()}


def test_the_most_urgent_comes_first(world: Any) -> None:
    world.arrive(
        world.interaction("no hurry", due_at=None),
        world.interaction("late", due_at=world.at(-10)),
        world.interaction("soon", due_at=world.at(3)),
    )
    assert _inbox(world, InboxView.MINE) == ["late", "soon", "no hurry"]


def test_accepting_moves_the_row_before_the_hub_has_heard_of_it(world: Any) -> None:
    world.arrive(world.interaction("i1", "offered", offer_expires_at=world.at(1)))
    assert _where(world) == [InboxView.OFFERS]

    accept = world.perform(c.Accept(interaction_id=I1))
    assert _where(world) == [InboxView.MINE]
    assert _row(world).is_pending
    assert world.see(projections.inbox_counts, world.me, now=world.now)[InboxView.OFFERS] == 0
    assert world.see(projections.inbox_counts, world.me, now=world.now)[InboxView.MINE] == 1

    world.do(outbox.wedge, accept, "already_taken")
    assert _where(world) == [InboxView.OFFERS], "a refused command changes nothing any more"


@pytest.mark.parametrize(
    ("command", "view"),
    [
        (c.Hold(interaction_id=I1), InboxView.MINE),
        (c.Wait(interaction_id=I1), InboxView.WAITING),
        (c.Transfer(interaction_id=I1, to_queue=QueueId("billing")), InboxView.QUEUES),
        (c.Requeue(interaction_id=I1), InboxView.QUEUES),
        (c.EndContact(interaction_id=I1), InboxView.MINE),
        (c.WrapUp(interaction_id=I1, disposition="done"), InboxView.CLOSED),
    ],
)
def test_each_control_moves_the_row_where_it_leads(world: Any, command: Any, view: InboxView) -> None:
    world.arrive(world.interaction())
    world.perform(command)
    assert _where(world) == [view]


def test_several_commands_lie_over_each_other_in_their_order(world: Any) -> None:
    world.arrive(world.interaction("i1", "queued"))
    world.perform(c.Take(interaction_id=I1))
    world.perform(c.SendMessage(interaction_id=I1, text="Guten Tag"), minutes=1)
    world.perform(c.Snooze(interaction_id=I1, until=world.at(60)), minutes=2)

    assert _where(world) == [InboxView.SNOOZED]
    row = _row(world).interaction
    assert (row.assignee, row.last_text, row.last_author) == (world.me, "Guten Tag", Author.AGENT)
    assert row.snoozed_until == world.at(60)


def test_a_declined_offer_is_not_mine_any_more(world: Any) -> None:
    world.arrive(world.interaction("i1", "offered", offer_expires_at=world.at(1)))
    world.perform(c.Decline(interaction_id=I1, reason="busy"))
    assert _where(world) == [InboxView.QUEUES]
    assert _row(world).interaction.declined_by == (world.me,)


def test_a_newly_linked_customer_is_shown_by_name(world: Any) -> None:
    world.arrive(world.interaction(customer_name="unknown"), world.customer("c2", name="Emre Kaya"))
    world.perform(c.LinkCustomer(interaction_id=I1, customer_id=CustomerId("c2")))
    assert _row(world).interaction.customer_name == "Emre Kaya"


def test_unread_counts_the_customers_words_since_the_agent_last_looked(world: Any) -> None:
    world.arrive(
        world.interaction(),
        world.message("m1", -9),
        world.message("m2", -8),
        world.message("m3", -7, author=Author.SYSTEM),
    )
    assert _row(world).unread == 2

    world.do(journal.mark_read, I1)
    assert _row(world).unread == 0
    assert world.changes[-1].interactions == {"i1"}

    world.arrive(world.message("m4", 1))
    assert _row(world).unread == 1
    world.do(journal.mark_read, I1, world.at(-30))
    assert _row(world).unread == 1, "a mark never moves back"
    assert world.see(projections.inbox, InboxView.MINE, world.me)[0].unread == 1


def test_who_answered_on_another_machine_has_read_what_came_before(world: Any) -> None:
    world.arrive(world.interaction(), world.message("m1", -9), world.message("m2", -8, author=Author.AGENT))
    assert _row(world).unread == 0
    world.arrive(world.message("m3", -7))
    assert _row(world).unread == 1


def test_history_is_not_unread_and_nobody_counts_to_thousands(world: Any) -> None:
    world.arrive(world.interaction("i1", "closed"), *(world.message(f"m{n}") for n in range(UNREAD_AT_MOST + 20)))
    assert _row(world).unread == 0
    world.arrive(world.interaction("i1", "queued", version=2))
    assert _row(world).unread == UNREAD_AT_MOST


def test_a_row_shows_that_something_is_being_typed(world: Any) -> None:
    world.arrive(world.interaction())
    world.do(journal.save_draft, Draft(I1, "reply", "Sehr ge"))
    assert _row(world).has_draft
    world.do(journal.drop_draft, I1, "reply")
    assert not _row(world).has_draft


def test_the_search_box_narrows_a_list(world: Any) -> None:
    world.arrive(
        world.interaction("i1", "queued", customer_name="Jürgen Größe", queue=QueueId("billing")),
        world.interaction("i2", "queued", customer_name="Ann Smith", subject="100%_sure", queue=QueueId("orders")),
        world.interaction("i3", "closed", customer_name="Jürgen Große"),
    )
    assert _inbox(world, InboxView.QUEUES, text="juergen groesse") == ["i1"]
    assert _inbox(world, InboxView.QUEUES, text="GRÖSSE") == ["i1"]
    assert _inbox(world, InboxView.QUEUES, text="100%_s") == ["i2"]
    assert _inbox(world, InboxView.QUEUES, text="1%s") == []
    assert _inbox(world, InboxView.CLOSED, text="jurgen") == ["i3"]
    assert _inbox(world, InboxView.QUEUES, queues=[QueueId("orders")]) == ["i2"]
    assert _inbox(world, InboxView.QUEUES, queues=[]) == []
    assert _inbox(world, InboxView.QUEUES, text="' OR 1=1 --") == []

    world.perform(c.Take(interaction_id=I1))
    assert _inbox(world, InboxView.MINE, text="größe") == ["i1"]
    assert _inbox(world, InboxView.MINE, text="smith") == []


@pytest.mark.parametrize("seed", range(6))
def test_windows_into_a_list_are_exact_whatever_is_pending(world: Any, seed: int) -> None:
    rng = random.Random(seed)
    records: list[Interaction] = []
    for number in range(60):
        state = rng.choice(["active", "queued", "closed", "waiting", "on_hold"])
        minute = world.at(rng.randint(-20, 20))
        records.append(
            world.interaction(
                f"i{number:02}",
                state,
                due_at=rng.choice([None, minute]),
                last_at=minute,
                closed_at=minute,
                created_at=minute,
            )
        )
    world.arrive(*records)
    for record in rng.sample(records, 15):
        steps = [c.Take, c.Hold, c.Requeue, c.Wait, c.Reopen, c.Resume]
        for step in rng.sample(steps, 2):
            world.perform(step(interaction_id=record.id), minutes=rng.randint(-20, 20))
        world.perform(c.WrapUp(interaction_id=record.id, disposition="d"), minutes=rng.randint(-20, 20))
        if rng.random() < 0.5:
            world.perform(c.Reopen(interaction_id=record.id))

    placed = [_row(world, record.id) for record in records]
    counts = world.see(projections.inbox_counts, world.me, now=world.now)
    for view in InboxView:
        whole = _inbox(world, view)
        assert sorted(whole) == sorted(
            row.interaction.id for row in placed if projections.view_of(row.interaction, world.me, world.now) is view
        )
        assert counts[view] == len(whole)
        size = rng.randint(1, 7)
        windows = [_inbox(world, view, offset=at, limit=size) for at in range(0, len(whole) + size, size)]
        assert [id for window in windows for id in window] == whole
        for _ in range(5):
            at = rng.randint(0, len(whole))
            assert _inbox(world, view, offset=at, limit=3) == whole[at : at + 3]


def _plan(world: Any, sql: str, values: tuple[Any, ...]) -> str:
    rows = world.store.query(lambda conn: conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
    return "\n".join(row[3] for row in rows)


def _plans(world: Any, monkeypatch: pytest.MonkeyPatch, fn: Any, *args: Any, **kwargs: Any) -> list[str]:
    """Return the query plans of all that a projection asks of the cache."""

    class Watched:
        def __init__(self, conn: Any) -> None:
            self.conn = conn
            self.plans: list[str] = []

        def execute(self, sql: str, values: Any = ()) -> Any:
            plan = self.conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
            self.plans.append("\n".join(row[3] for row in plan))
            return self.conn.execute(sql, values)

    def watch(conn: Any) -> list[str]:
        watched = Watched(conn)
        fn(watched, *args, **kwargs)
        return watched.plans

    plans: list[str] = world.store.query(watch)
    return plans


@pytest.mark.parametrize("view", list(InboxView))
@pytest.mark.parametrize("is_acting", [False, True])
def test_no_list_reads_the_whole_cache(
    world: Any, view: InboxView, is_acting: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.arrive(world.interaction(state="active"), world.message())
    if is_acting:
        world.perform(c.Hold(interaction_id=I1))
    plans = _plans(world, monkeypatch, projections.inbox, view, world.me, queues=[QueueId("q")])
    joined = "\n".join(plans)
    assert "SCAN message" not in joined
    assert "SCAN interaction\n" not in f"{joined}\n"
    index = {InboxView.QUEUES: "interaction_queued", InboxView.CLOSED: "interaction_closed"}.get(
        view, "interaction_assigned"
    )
    assert index in joined
    if view in (InboxView.QUEUES, InboxView.CLOSED):
        listed = next(plan for plan in plans if index in plan)
        assert "TEMP B-TREE" not in listed, "a long list is read in the order of its index"


def test_counting_unread_reads_only_the_index(world: Any) -> None:
    plan = _plan(world, UNREAD_SQL, ('["i1"]',))
    assert plan.count("SEARCH message USING COVERING INDEX message_stream") == 2
    assert "SCAN message" not in plan
