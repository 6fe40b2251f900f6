"""What a lead reads off the board, and that each number leads to exactly its contacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.agent import Loan, PresenceState, Queue, Silence
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.routing import Hours, Opening
from desktop.hub.db.database import Database


async def test_who_waits_is_counted_by_age_and_the_longest_is_named(floor) -> None:
    await floor.contact("just-came", ago=10)
    await floor.contact("rings", "offered", ago=100, assignee=AgentId("anna"), offered_at=floor.at)
    await floor.contact("old-mail", ago=9000, channel=Channel.EMAIL)
    await floor.contact("worked", "active", ago=50, assignee=AgentId("anna"))
    figures = await floor.figures()
    assert (figures.waiting, figures.active) == (3, 1)
    assert (figures.longest, figures.longest_s) == ("old-mail", 9000)
    assert figures.backlog == (1, 1, 0, 0, 1, 0)
    assert await floor.behind("waiting", queue="north") == {"just-came", "rings", "old-mail"}
    assert await floor.behind("active", queue="north") == {"worked"}
    for age, count in enumerate(figures.backlog):
        assert len(await floor.behind("waiting", queue="north", age=age)) == count
    assert await floor.behind("waiting", queue="north", age=4) == {"old-mail"}
    floor.later(seconds=60)
    assert (await floor.figures()).backlog == (0, 2, 0, 0, 1, 0)
    assert (await floor.figures()).longest_s == 9060


async def test_a_request_that_was_declined_has_waited_since_it_came(floor) -> None:
    await floor.contact("one", ago=100)
    await floor.contact("one", "offered", assignee=AgentId("anna"), offered_at=floor.at)
    await floor.contact("one", "queued", assignee=None, queued_at=floor.ago(100), declined_by=(AgentId("anna"),))
    assert (await floor.figures()).longest_s == 100


async def test_the_service_level_counts_first_answers_in_time_of_those_that_were_due(floor) -> None:
    assert (await floor.figures()).level_today is None
    await floor.answered("quick", 30)
    await floor.answered("slow", 90, ago=7000)
    await floor.contact("due-soon", ago=20)
    await floor.contact("left", "abandoned", ago=300, closed_at=floor.ago(250))
    figures = await floor.figures()
    assert figures.level_today == pytest.approx(1 / 3)
    assert figures.level_now == 0.5  # the slow one was two hours ago
    assert (figures.answered, figures.abandoned, figures.arrivals) == (2, 1, 4)
    assert figures.average_answer_s == 60
    assert await floor.behind("due", queue="north") == {"quick", "slow", "left"}
    assert await floor.behind("late", queue="north") == {"slow", "left"}
    assert await floor.behind("in_time", queue="north") == {"quick"}
    assert await floor.behind("due_now", queue="north") == {"quick", "left"}
    assert await floor.behind("late_now", queue="north") == {"left"}
    assert await floor.behind("answered", queue="north") == {"quick", "slow"}
    assert await floor.behind("abandoned", queue="north") == {"left"}
    assert await floor.behind("arrivals", queue="north") == {"quick", "slow", "due-soon", "left"}
    floor.later(seconds=41)  # nothing happens, and the promise to one who waits is broken
    assert (await floor.figures()).level_today == pytest.approx(1 / 4)
    assert await floor.behind("late", queue="north") == {"slow", "left", "due-soon"}


async def test_a_promise_runs_only_while_the_queue_is_open(floor) -> None:
    office = Hours(zone="UTC", openings=(Opening(days=(0, 1, 2, 3, 4), opens="10:00", closes="18:00"),))
    await floor.queue("north", teams=("north",), hours=office, answer_s={"chat": 900})
    await floor.contact("at-night", ago=3000)  # 9:20, before it opened
    assert (await floor.figures()).level_today is None
    floor.later(minutes=6)
    assert (await floor.figures()).level_today == 0.0


async def test_other_rules_for_a_queue_count_anew_what_is_in_it(floor) -> None:
    await floor.answered("one", 90, ago=200)
    assert (await floor.figures()).level_today == 0.0
    await floor.queue("north", teams=("north",), answer_s={"chat": 120})
    assert (await floor.figures()).level_today == 1.0
    assert len(await floor.behind("in_time", queue="north")) == 1


async def test_today_is_that_of_the_queue(floor) -> None:
    await floor.put(Queue(id=QueueId("tokyo"), hours=Hours(zone="Asia/Tokyo")))
    floor.at = datetime(2026, 3, 2, 14, 55, tzinfo=UTC)  # five to midnight in Tokyo
    await floor.answered("one", 10, queue="tokyo")
    await floor.answered("two", 10, queue="north")
    assert (await floor.figures("tokyo", "otto")).answered == 1
    floor.later(minutes=10)
    assert (await floor.figures("tokyo", "otto")).answered == 0
    assert await floor.behind("answered", "otto", queue="tokyo") == set()
    assert (await floor.figures("north", "otto")).answered == 1
    starts = [one.start for one in (await floor.seen_by("otto")).intervals if one.queue == "tokyo"]
    assert starts[0] == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert len(starts) == 48


async def test_a_contact_that_moves_takes_all_it_counts_for_with_it(floor) -> None:
    await floor.answered("one", 10)
    before = await floor.figures()
    assert (before.arrivals, before.answered, before.active) == (1, 1, 1)
    await floor.contact("one", "queued", queue="open", assignee=None, queued_at=floor.at)
    gone, come = await floor.figures("north"), await floor.figures("open")
    assert (gone.arrivals, gone.answered, gone.active, gone.level_today) == (0, 0, 0, None)
    assert (come.arrivals, come.answered, come.waiting) == (1, 1, 1)


async def test_agents_ready_and_at_work_are_counted_where_they_work(floor) -> None:
    await floor.agent("anna")
    await floor.agent("bert", PresenceState.AWAY)
    await floor.agent("sven")
    await floor.contact("one", "active", assignee=AgentId("bert"))
    north, shared = await floor.figures("north", "otto"), await floor.figures("open", "otto")
    assert (north.ready, north.working) == (1, 1)
    assert (shared.ready, shared.working) == (2, 1)
    await floor.agent("sven", loan=Loan(queues=(QueueId("north"),), until=floor.at + timedelta(hours=1)))
    assert (await floor.figures("north", "otto")).ready == 2
    assert (await floor.figures("open", "otto")).ready == 1
    assert {one.id for one in (await floor.seen_by("lena")).agents} == {"anna", "bert", "lena", "sven"}
    floor.later(hours=1)
    assert (await floor.figures("north", "otto")).ready == 1
    assert (await floor.figures("south", "otto")).ready == 1


async def test_what_agents_have_in_hand_and_did_today(floor) -> None:
    await floor.agent("anna")
    await floor.contact("chat", "active", assignee=AgentId("anna"), accepted_at=floor.at, mood=-0.5)
    await floor.contact("mail", "on_hold", channel=Channel.EMAIL, assignee=AgentId("anna"))
    await floor.contact("rings", "offered", channel=Channel.CALL, assignee=AgentId("anna"), offered_at=floor.at)
    await floor.contact("parked", "waiting", assignee=AgentId("anna"))
    await floor.contact("yesterday", "closed", ago=90_000, assignee=AgentId("anna"), closed_at=floor.ago(40_000))
    await floor.contact(
        "done", "closed", ago=700, assignee=AgentId("anna"), accepted_at=floor.ago(600), closed_at=floor.at
    )
    anna = await floor.of_agent("anna")
    assert anna.load == {"chat": 1, "email": 1, "call": 1}
    assert anna.capacity["chat"] == 3
    assert {one.id for one in anna.contacts} == {"chat", "mail", "rings"}
    assert next(one for one in anna.contacts if one.id == "chat").mood == -0.5
    assert (anna.handled, anna.average_handling_s) == (1, 600)
    assert await floor.behind("handled", agent="anna") == {"done"}
    assert await floor.behind("in_hand", agent="anna") == {"chat", "mail", "rings"}
    assert await floor.behind("in_hand", agent="anna", channel=Channel.EMAIL) == {"mail"}
    assert (await floor.figures()).average_handling_s == 600


async def test_offers_declined_and_missed_are_counted_as_they_happen(floor) -> None:
    await floor.agent("anna")
    await floor.seen_by("lena")
    for id_ in ("declined", "missed", "withdrawn"):
        until = floor.at + timedelta(seconds=20)
        await floor.contact(id_, "offered", assignee=AgentId("anna"), offered_at=floor.at, offer_expires_at=until)
    await floor.contact("declined", "queued", assignee=None, declined_by=(AgentId("anna"),))
    await floor.contact("withdrawn", "queued", assignee=None)
    floor.later(seconds=21)
    # Within one transaction it ran out and rang at somebody else.
    await floor.contact("missed", "offered", assignee=AgentId("bert"), offered_at=floor.at)
    anna = await floor.of_agent("anna")
    assert (anna.declined, anna.missed) == (1, 1)
    assert await floor.behind("declined", agent="anna") == {"declined"}
    assert await floor.behind("missed", agent="anna") == {"missed"}


async def test_occupancy_is_the_share_of_signed_in_time_with_something_in_hand(floor) -> None:
    await floor.seen_by("lena")
    await floor.agent("anna")
    floor.later(minutes=10)
    await floor.contact("one", "active", assignee=AgentId("anna"))
    floor.later(minutes=20)
    await floor.contact("one", "closed", closed_at=floor.at)
    floor.later(minutes=10)
    await floor.agent("anna", PresenceState.OFFLINE)
    floor.later(hours=3)
    await floor.agent("anna")
    assert (await floor.of_agent("anna")).occupancy == 0.5


async def test_a_restart_forgets_nothing_of_the_day(floor) -> None:
    await floor.board.start()
    await floor.seen_by("lena")
    await floor.agent("anna")
    until = floor.at + timedelta(seconds=20)
    await floor.contact("one", "offered", assignee=AgentId("anna"), offered_at=floor.at, offer_expires_at=until)
    await floor.contact("one", "queued", assignee=None, declined_by=(AgentId("anna"),))
    await floor.contact("two", "active", assignee=AgentId("anna"))
    floor.later(minutes=30)
    before = await floor.of_agent("anna"), await floor.figures()
    await floor.board.stop()
    floor.board = floor.new_board()
    await floor.board.start()
    after = await floor.of_agent("anna"), await floor.figures()
    assert after == before
    assert (after[0].declined, after[0].occupancy) == (1, 1.0)
    assert await floor.behind("declined", agent="anna") == {"one"}


async def test_what_ended_today_of_what_came_last_week_is_there_after_a_restart(floor) -> None:
    await floor.contact("old", "closed", ago=6 * 86_400, assignee=AgentId("anna"), closed_at=floor.ago(60))
    await floor.contact("older", "closed", ago=7 * 86_400, assignee=AgentId("anna"), closed_at=floor.ago(3 * 86_400))
    assert (await floor.of_agent("anna")).handled == 1
    assert await floor.behind("handled", agent="anna") == {"old"}


async def test_half_hours_of_the_day_hold_what_happened_in_them(floor) -> None:
    await floor.answered("one", 10)
    await floor.answered("two", 90, ago=1800)
    await floor.contact("three", queue="open")
    board = await floor.seen_by("lena")
    north = {one.start: one for one in board.intervals if one.queue == "north"}
    both = {one.start: one for one in board.intervals if one.queue is None}
    running, before = datetime(2026, 3, 2, 10, tzinfo=UTC), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert (north[running].arrivals, north[running].in_time, north[before].arrivals) == (1, 1, 1)
    assert (north[before].answered, north[before].in_time) == (1, 0)
    assert (both[running].arrivals, both[before].arrivals) == (2, 1)
    assert north[running + timedelta(minutes=30)].arrivals is None  # it has not begun
    assert await floor.behind("arrivals", queue="north", start=before) == {"two"}
    assert await floor.behind("arrivals", start=running) == {"one", "three"}
    assert len(north) == len(both) == 48


async def test_a_long_list_comes_in_pages(floor) -> None:
    for number in range(25):
        await floor.contact(f"c{number:02}", ago=1000 - number)
    found: list[str] = []
    after = ""
    while True:
        page = await floor.page(figure="waiting", queue="north", after=after, limit=10)
        assert page.total == 25
        found += [one.id for one in page.contacts]
        after = page.next
        if not after:
            break
    assert found == [f"c{number:02}" for number in range(25)]


async def test_a_deleted_contact_counts_for_nothing(floor) -> None:
    await floor.contact("one", ago=100)
    await floor.seen_by("lena")
    async with floor.database.write() as ledger:
        await ledger.remove(Table.INTERACTION, "one")
    figures = await floor.figures()
    assert (figures.waiting, figures.arrivals) == (0, 0)


async def test_what_another_process_wrote_is_counted_too(floor) -> None:
    await floor.seen_by("lena")
    other = await Database.open(str(floor.database._engine.url))
    mine, floor.database = floor.database, other
    await floor.contact("from-there", ago=30)
    floor.database = mine
    await other.close()
    await floor.contact("from-here", ago=10)
    assert await floor.behind("waiting", queue="north") == {"from-there", "from-here"}
    assert (await floor.figures()).longest == "from-there"


async def test_an_admin_is_no_agent_and_who_left_is_none_either(floor) -> None:
    await floor.agent("bert", is_active=False)
    seen = {one.id for one in (await floor.seen_by("otto")).agents}
    assert seen == {"anna", "sven", "lena"}


async def test_an_agent_whose_window_fell_silent_is_marked(floor) -> None:
    await floor.agent("anna", heard_at=floor.ago(3600))
    assert not (await floor.of_agent("anna")).is_silent
    await floor.agent("anna", PresenceState.NOT_RESPONDING, silence=Silence(since=floor.at))
    assert (await floor.of_agent("anna")).is_silent
