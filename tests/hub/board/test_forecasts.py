"""What is expected of the day, and whether that is enough agents. The history is made up: each weekday the same course."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.agent import Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, CustomerId, InteractionId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import AlertMeasure, AlertRule, Hours, Opening
from desktop.hub.board import outlook
from desktop.hub.board.history import Habits
from desktop.hub.board.zones import half_of, halves, today
from desktop.hub.db.bulk import BulkLedger
from desktop.hub.db.database import Database, sqlite_url

TODAY = datetime(2026, 3, 2, 10, 10, tzinfo=UTC)
OFFICE = Hours(zone="Europe/Berlin", openings=(Opening(days=(0, 1, 2, 3, 4), opens="08:00", closes="16:00"),))


def course(day: datetime, each: int) -> list[datetime]:
    """The instants at which calls come on a day: ``each`` in every half hour from 8 to 16 in Berlin."""
    start = day.replace(hour=7, minute=0, second=0, microsecond=0)
    step = timedelta(minutes=30) / each
    return [start + number * step for number in range(16 * each)]


def call(number: int, at: datetime, queue: str = "north") -> Interaction:
    answered = at + timedelta(seconds=10)
    return Interaction(
        id=InteractionId(f"call-{queue}-{number}"),
        channel=Channel.CALL,
        state=InteractionState.CLOSED,
        created_at=at,
        updated_at=answered,
        queue=QueueId(queue),
        customer_id=CustomerId("jana"),
        assignee=AgentId("anna"),
        accepted_at=answered,
        answered_at=answered,
        closed_at=answered + timedelta(minutes=5),
    )


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Path:
    """Four weeks in which two calls came in each half hour of a working day."""
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("history") / "hub.sqlite"))

    async def make() -> None:
        database = await Database.open(sqlite_url(path))
        days = [TODAY - timedelta(days=ago) for ago in range(1, 29)]
        async with database.write(silent=True) as ledger:
            bulk = BulkLedger(ledger)
            for number, at in enumerate(at for day in days if day.weekday() < 5 for at in course(day, 2)):
                await bulk.put_new(call(number, at))
            await bulk.finish()
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def busy(history, tmp_path, open_floor, monkeypatch: pytest.MonkeyPatch):
    """A floor with that history."""
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)
    async for floor in open_floor(Path(shutil.copy(history, tmp_path / "hub.sqlite"))):
        await floor.queue("north", teams=("north",), hours=OFFICE, answer_s={"call": 20})
        yield floor


async def as_usual(floor) -> None:
    """Today's calls came so far as on every day."""
    async with floor.database.write(silent=True) as ledger:
        for number, at in enumerate(at for at in course(floor.at, 2) if at < floor.at):
            await ledger.put(call(90_000 + number, at))


async def ahead(floor) -> list[float]:
    """What is expected of the half hours to come."""
    halves = (await floor.seen_by("lena")).intervals
    return [one.forecast for one in halves if one.queue == "north" and one.start > floor.at and one.forecast]


async def foretell(floor) -> None:
    """Do what the running board does each minute."""
    await floor.seen_by("otto")
    await floor.board._forecasts.look(dict(floor.board._picture.queues), floor.at.timestamp())


async def test_with_too_little_history_there_is_no_forecast(floor) -> None:
    async with floor.database.write(silent=True) as ledger:
        for number, at in enumerate(course(floor.at - timedelta(days=5), 2)):
            await ledger.put(call(number, at))
    await foretell(floor)
    figures = await floor.figures()
    assert (figures.arrivals_forecast, figures.level_forecast, figures.needed) == (None, None, None)
    board = await floor.seen_by("lena")
    assert board.heat == ()
    assert {one.forecast for one in board.intervals} == {None}


async def test_a_day_like_the_others_is_expected(busy) -> None:
    await as_usual(busy)
    await foretell(busy)
    await busy.agent("anna")
    figures = await busy.figures()  # 10:10 UTC: six half hours and a third of one have passed since 8 in Berlin
    assert figures.arrivals_forecast == pytest.approx(12.7, abs=1.5)
    assert figures.needed in (1, 2, 3)
    board = await busy.seen_by("lena")
    north = {one.start.hour * 2 + one.start.minute // 30: one for one in board.intervals if one.queue == "north"}
    assert north[24].forecast == pytest.approx(2, abs=0.3)
    assert north[24].low < north[24].forecast < north[24].high
    assert north[24].needed in (1, 2, 3)
    assert (north[24].arrivals, north[24].there) == (None, None)
    assert (north[20].arrivals, north[20].there) == (1, 1)  # this half hour
    assert north[2].forecast is None  # at night


async def test_all_queues_together_expect_the_sum(busy) -> None:
    async with busy.database.write(silent=True) as ledger:
        bulk = BulkLedger(ledger)
        for ago in range(1, 29):
            for number, at in enumerate(course(busy.at - timedelta(days=ago), 1)):
                await bulk.put_new(call(ago * 100 + number, at, "open"))
        await bulk.finish()
    await foretell(busy)
    board = await busy.seen_by("lena")
    at_noon = {one.queue: one for one in board.intervals if one.start.hour == 12 and one.start.minute == 0}
    assert at_noon[None].forecast == pytest.approx(at_noon["north"].forecast + at_noon["open"].forecast, abs=0.02)
    assert at_noon[None].needed == at_noon["north"].needed + at_noon["open"].needed


async def test_the_night_foretold_the_day_whatever_came_since(busy) -> None:
    await as_usual(busy)
    await foretell(busy)
    before, usual = (await busy.figures()).arrivals_forecast, await ahead(busy)
    for number in range(60):
        await busy.contact(f"more-{number}", ago=600)
    busy.later(minutes=30)
    await foretell(busy)
    after = await busy.figures()
    assert after.arrivals_forecast == pytest.approx(before + 2, abs=0.3)
    assert after.arrivals == 60 + 13
    assert min(await ahead(busy)) > max(usual) * 1.2  # the rest of the day is expected to be busier than usual


async def test_weekends_and_holidays_expect_nobody(busy) -> None:
    busy.at = datetime(2026, 3, 7, 10, 10, tzinfo=UTC)
    await foretell(busy)
    assert (await busy.figures()).arrivals_forecast == pytest.approx(0, abs=0.1)


async def test_more_agents_make_a_better_end_of_the_day(busy) -> None:
    await foretell(busy)
    assert (await busy.figures()).level_forecast == 0.0
    await busy.agent("anna")
    await foretell(busy)
    one = (await busy.figures()).level_forecast
    await busy.agent("bert")
    await foretell(busy)
    two = (await busy.figures()).level_forecast
    assert 0.3 < one < two <= 1.0


async def test_agents_of_two_queues_are_not_counted_twice() -> None:
    usual = Habits(handling_s=300, patience_s=None, answer_s=20, at_once=1)
    day = today("UTC", datetime(2026, 3, 2, 10, tzinfo=UTC).timestamp())
    half = outlook.Half(mean=4, low=1, high=8)
    plan = outlook.Plan(day=day, night={}, halves=dict.fromkeys(halves(day), half))
    alone = outlook.level_at_end(plan, usual, 0, 0, 0, 2.0, day.start)
    shared = outlook.level_at_end(plan, usual, 0, 0, 0, 1.0, day.start)
    assert shared < alone


async def test_the_heat_of_the_week_is_that_of_the_queues_one_sees(busy) -> None:
    await foretell(busy)
    heat = (await busy.seen_by("lena")).heat
    assert [len(day) for day in heat] == [48] * 7
    assert heat[0][16] == heat[4][31] == 2  # Monday 8:00, Friday 15:30, in Berlin
    assert heat[0][15] == heat[5][20] == 0
    await busy.agent("lena", team="south")
    assert (await busy.seen_by("lena")).heat == ()


async def test_more_than_was_expected_is_an_alert(busy) -> None:
    await busy.put(
        AlertRule(id="r", title="", measure=AlertMeasure.ARRIVALS_OVER_FORECAST, threshold=1.5, clear_at=1.2)
    )
    await foretell(busy)
    await busy.board._look()
    assert await busy.alerts() == []
    for number in range(25):
        await busy.contact(f"more-{number}", ago=600)
    await busy.board._look()
    [alert] = await busy.alerts()
    assert (alert.subject, alert.value) == ("north", pytest.approx(2, abs=0.3))


async def test_a_silent_day_of_an_open_queue_counts_as_one(floor) -> None:
    day = today("UTC", floor.at.timestamp())
    queue = Queue(id=QueueId("quiet"))
    weekly = [(day.start - 7 * 86_400 * week + 36_000, 5) for week in range(1, 9)]
    forecaster = outlook.fitted(queue, weekly, day)
    tuesday = today("UTC", day.end)
    assert forecaster.total(day.date).mean == pytest.approx(5, abs=1.5)
    assert forecaster.total(tuesday.date).mean < 1


async def test_a_queue_that_brings_next_to_nothing_is_not_foretold(floor) -> None:
    day = today("UTC", floor.at.timestamp())
    rare = [(day.start - 3 * 86_400 * time + 36_000, 1) for time in range(1, 60)]
    assert outlook.fitted(Queue(id=QueueId("rare")), rare, day) is None


async def test_how_long_customers_wait_before_they_leave_is_learned(busy) -> None:
    async with busy.database.write(silent=True) as ledger:
        for number in range(10):
            at = busy.ago(86_400 * 3 + number)
            await ledger.put(
                Interaction(
                    id=InteractionId(f"left-{number}"),
                    channel=Channel.CALL,
                    state=InteractionState.ABANDONED,
                    created_at=at,
                    updated_at=at,
                    queue=QueueId("north"),
                    closed_at=at + timedelta(seconds=60),
                )
            )
    await foretell(busy)
    usual = busy.board._forecasts.habits["north"]
    calls = 20 * 32
    assert usual.handling_s == 300
    assert usual.patience_s == pytest.approx((calls * 10 + 10 * 60) / 10)
    assert (usual.answer_s, usual.at_once) == (20, 1)


def test_half_hours_of_a_day_whose_clocks_change() -> None:
    spring = today("Europe/Berlin", datetime(2026, 3, 29, 12, tzinfo=UTC).timestamp())
    autumn = today("Europe/Berlin", datetime(2026, 10, 25, 12, tzinfo=UTC).timestamp())
    assert (len(halves(spring)), len(halves(autumn))) == (46, 50)
    nepal = datetime(2026, 3, 2, 10, 20, tzinfo=UTC).timestamp()
    assert half_of("Asia/Kathmandu", nepal) == datetime(2026, 3, 2, 10, 15, tzinfo=UTC).timestamp()
