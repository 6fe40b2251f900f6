"""The next request for me on a desk whose systems route nothing themselves, beside one that does."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import Take, TakeNext
from desktop.domain.interaction import Interaction, InteractionState
from desktop.store import outbox, projections
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.desk import DeskAccount
from desktop.viewmodels.routing import NextRequest

LIVE = SyncStatus(phase=Phase.LIVE)
HUB = DeskAccount(id="a1", title="Desk", status=LIVE)
RT = DeskAccount(id="a2", key="rt", title="Tickets", kind="rt", commands=frozenset({"take", "add_note"}), status=LIVE)


class Wish:
    """The model with what it said: ``taken`` contacts and ``refused`` codes."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.model = NextRequest(work.workplace, work.workplace)
        self.taken: list[str] = []
        self.refused: list[str] = []
        self.model.taken.connect(self.taken.append)
        self.model.refused.connect(self.refused.append)

    def waits(self, id_: str, minutes: int = 10, **fields: Any) -> None:
        at = self.work.workplace.now() - timedelta(minutes=minutes)
        given: dict[str, Any] = {"channel": Channel.EMAIL, "state": InteractionState.QUEUED, "version": 1}
        self.work.arrives(Interaction(id=id_, created_at=at, updated_at=at, **(given | fields)))  # type: ignore[arg-type]

    def ask(self) -> None:
        self.model.take()
        self.work.settle()

    def owned(self, id_: str, agent: str) -> None:
        """The system says whose a contact is."""
        now = self.work.workplace.now()
        row = self.work.store.query(lambda conn: projections.interaction_row(conn, id_, "nobody")).interaction
        fields = {"state": InteractionState.ACTIVE, "assignee": agent, "accepted_at": now, "version": 2}
        self.work.arrives(Interaction(**{**{f: getattr(row, f) for f in row.__struct_fields__}, **fields}))

    def answered(self, code: str = "") -> None:
        """The system answers what is on its way: done, or refused with a code."""
        (entry,) = self.work.store.query(outbox.entries)
        if code:
            self.work.store.write(lambda w: outbox.wedge(w, entry.id, code), Cause.NETWORK).result()
        else:
            self.work.store.write(lambda w: outbox.settle_applied(w, entry.id), Cause.NETWORK).result()
        self.work.settle()

    def decisions(self, id_: str) -> list[Any]:
        found: list[Any] = self.work.store.query(lambda conn: projections.decisions(conn, id_))
        return found


@pytest.fixture
def wish(work: Any) -> Wish:
    work.workplace.accounts.put(dataclasses.replace(HUB, commands=frozenset({"take"})))
    work.workplace.accounts.put(RT)
    # What the sample has waiting is done.
    for id_ in (work.sample.QUEUED, work.sample.OFFER):
        row = work.store.query(lambda conn, id_=id_: projections.interaction_row(conn, id_, "x")).interaction
        fields = {f: getattr(row, f) for f in row.__struct_fields__}
        work.arrives(Interaction(**{**fields, "state": InteractionState.CLOSED, "version": 9}))
    return Wish(work)


def test_the_most_urgent_is_taken_opened_and_told_why(work: Any, wish: Wish) -> None:
    wish.waits("rt~1")
    wish.waits("rt~2", priority=1)
    assert wish.model.is_offered
    wish.ask()
    assert work.commands == [Take(interaction_id="rt~2")]
    assert wish.model.is_asking
    wish.owned("rt~2", work.sample.ME)
    wish.answered()
    assert wish.taken == ["rt~2"]
    assert work.workplace.current == "rt~2"
    assert not wish.model.is_asking
    (decision,) = wish.decisions("rt~2")
    assert decision.id.startswith("local:rt~2:")
    assert decision.agent_id == work.sample.ME
    assert {"routing.taken_next", "routing.first_of"} <= {reason.code for reason in decision.reasons}


def test_until_the_system_says_so_the_row_stays_as_the_system_gives_it(work: Any, wish: Wish) -> None:
    wish.waits("rt~1")
    wish.ask()
    (row,) = work.store.query(lambda conn: conn.execute("SELECT state FROM interaction WHERE id = 'rt~1'").fetchall())
    assert row == ("queued",)
    assert wish.taken == []


def test_when_a_colleague_was_faster_it_goes_on_with_the_next(work: Any, wish: Wish) -> None:
    wish.waits("rt~1", 30)
    wish.waits("rt~2", 20)
    wish.ask()
    wish.owned("rt~1", work.sample.BEN)
    wish.answered("already_taken")
    assert work.commands == [Take(interaction_id="rt~2")], "and nothing is left of the first"
    assert wish.decisions("rt~1") == []
    wish.owned("rt~2", work.sample.ME)
    wish.answered()
    assert (wish.taken, wish.refused) == (["rt~2"], [])
    assert wish.model.is_own(Take(interaction_id="rt~1"))
    assert not wish.model.is_own(Take(interaction_id="rt~9"))


def test_after_a_few_times_it_says_that_colleagues_were_faster(work: Any, wish: Wish) -> None:
    for n in range(8):
        wish.waits(f"rt~{n}", 30 - n)
    wish.ask()
    asked = 0
    while wish.model.is_asking:
        asked += 1
        wish.answered("already_taken")
    assert asked == 5
    assert (wish.taken, wish.refused) == ([], ["taken_meanwhile"])
    assert work.commands == []


def test_one_that_is_not_there_any_more_is_passed_over_too(work: Any, wish: Wish) -> None:
    wish.waits("rt~1", 30)
    wish.waits("rt~2", 20)
    wish.ask()
    (entry,) = work.store.query(outbox.entries)
    work.store.write(lambda w: outbox.settle_gone(w, entry.id), Cause.NETWORK).result()
    work.workplace.gone.emit(entry.command)
    work.settle()
    assert work.commands == [Take(interaction_id="rt~2")]


def test_any_other_refusal_is_said_and_ends_it(work: Any, wish: Wish) -> None:
    wish.waits("rt~1", 30)
    wish.waits("rt~2", 20)
    wish.ask()
    wish.answered("forbidden")
    assert (wish.refused, work.commands, wish.decisions("rt~1")) == (["forbidden"], [], [])


def test_where_nothing_waits_that_is_said(work: Any, wish: Wish) -> None:
    wish.ask()
    assert wish.refused == ["nothing_waits"]
    assert not wish.model.is_asking


def test_who_served_the_customer_before_has_them_first(work: Any, wish: Wish) -> None:
    at = work.workplace.now() - timedelta(days=3)
    fields: dict[str, Any] = {"state": InteractionState.CLOSED, "assignee": work.sample.ME, "last_at": at}
    wish.waits("rt~old", customer_id="rt~u7", **fields)
    wish.waits("rt~1", 30)
    wish.waits("rt~2", 1, customer_id="rt~u7")
    wish.ask()
    assert work.commands == [Take(interaction_id="rt~2")]


def test_only_what_can_be_reached_is_asked_for(work: Any, wish: Wish) -> None:
    wish.waits("rt~1", priority=1)
    wish.waits("i-here", 1)
    work.workplace.set_status(SyncStatus(phase=Phase.OFFLINE), "rt")
    wish.ask()
    assert work.commands == [Take(interaction_id="i-here")]
    wish.answered("forbidden")
    work.workplace.set_status(SyncStatus(phase=Phase.OFFLINE), "")
    wish.ask()
    assert wish.refused == ["forbidden", "offline"]


def test_a_system_from_which_nothing_can_be_taken_offers_nothing(work: Any) -> None:
    work.workplace.accounts.put(dataclasses.replace(HUB, commands=frozenset({"add_note"})))
    assert not NextRequest(work.workplace, work.workplace).is_offered


@pytest.mark.parametrize(
    ("waiting", "first"),
    [
        ({"i-hub": 3}, TakeNext()),
        ({"i-hub": 3, "rt~1": 3}, TakeNext()),
        ({"i-hub": 1, "rt~1": 3}, TakeNext()),
        ({"i-hub": 3, "rt~1": 1}, Take(interaction_id="rt~1")),
        ({"rt~1": 3}, Take(interaction_id="rt~1")),
        ({}, TakeNext()),
    ],
)
def test_beside_a_hub_the_most_urgent_of_all_decides_who_is_asked(
    work: Any, wish: Wish, waiting: dict[str, int], first: Any
) -> None:
    work.workplace.accounts.put(HUB)
    for n, (id_, priority) in enumerate(waiting.items()):
        wish.waits(id_, 30 - n, priority=priority)
    wish.ask()
    assert work.commands == [first]


def test_a_hub_that_has_nothing_for_me_leaves_the_other_systems(work: Any, wish: Wish) -> None:
    work.workplace.accounts.put(HUB)
    wish.waits("i-hub", 30)
    wish.waits("rt~1", 20)
    wish.ask()
    wish.answered("nothing_waits")
    assert work.commands == [Take(interaction_id="rt~1")]
    wish.owned("rt~1", work.sample.ME)
    wish.answered()
    assert (wish.taken, wish.refused) == (["rt~1"], [])
