"""When a hub learns by itself, and how often agents had to correct it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.hub.learning.corrections import corrections
from desktop.hub.learning.generations import KEPT, add, generations, give_up
from desktop.hub.learning.service import Learning, LearningOptions
from desktop.hub.training.outcome import Outcome


def at_hour(house: Any, hour: int) -> datetime:
    return house.at.astimezone().replace(hour=hour, minute=10)


@pytest.fixture
def learning(house: Any) -> Learning:
    options = LearningOptions(hour=3, fewest=10)
    return Learning(
        house.database,
        house.blobs,
        house.desk.guidance,
        url=house.url,
        data=house.data,
        options=options,
        clock=lambda: house.at,
    )


async def test_it_learns_at_its_hour_once_a_day_and_only_from_news(
    quick: None, house: Any, learning: Learning, toll_request: Any
) -> None:
    house.at = at_hour(house, 3)
    assert not await learning.is_due(), "nothing was labelled yet"
    house.at = at_hour(house, 9)
    await house.worked("praise", *(toll_request(n) for n in range(10)))
    assert not await learning.is_due(), "it is not the hour"
    house.at = at_hour(house, 3) + timedelta(days=1)
    assert await learning.is_due()
    await learning.train(["intent"])
    house.at += timedelta(minutes=20)
    assert not await learning.is_due(), "it was done today"
    house.at = at_hour(house, 3) + timedelta(days=1)
    assert not await learning.is_due(), "nothing new since"


async def test_never_means_never(house: Any) -> None:
    options = LearningOptions(hour=None, fewest=0)
    learning = Learning(
        house.database, house.blobs, house.desk.guidance, url=house.url, data=house.data, options=options
    )
    assert not await learning.is_due()


async def test_corrections_are_counted_of_those_that_got_a_verdict(house: Any) -> None:
    start = house.at
    await house.worked("refund_status", "a", "b", ranked=(("praise", 0.5),))
    await house.worked("praise", "c", ranked=(("praise", 0.5),))
    await house.worked(None, "d", "e", ranked=(("praise", 0.5),))
    await house.worked("praise", "f", ranked=())
    async with house.database.read() as ledger:
        found = await corrections(ledger, start)
        assert (found.judged, found.confirmed, found.corrected, found.labelled) == (5, 1, 2, 4)
        assert found.share == 0.4
        assert (await corrections(ledger, house.at + timedelta(hours=1))).share is None
    overview = await house.learning.overview()
    assert (overview.corrected, overview.judged, overview.corrected_share) == (2, 5, 0.4)
    house.at += timedelta(days=40)
    assert (await house.learning.overview()).judged == 0


async def test_more_contacts_than_fit_on_a_page_are_counted_each_once(house: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("desktop.hub.learning.corrections._PAGE", 3)
    start = house.at
    await house.worked("praise", *"abcdefgh", ranked=(("praise", 0.5),))
    async with house.database.read() as ledger:
        assert (await corrections(ledger, start)).confirmed == 8


async def test_old_models_lose_their_files_but_not_their_figures_and_never_the_one_that_runs(house: Any) -> None:
    def outcome(n: int, why: Any = "less_right") -> Outcome:
        return Outcome(task="intent", why=why, file="x", sha256=f"{n:064x}", size=5, figures={"accuracy": n / 100})

    async with house.database.write() as ledger:
        await add(ledger, outcome(1, "not_worse"), house.at)
        for n in range(2, KEPT + 4):
            await add(ledger, outcome(n), house.at)
        gone = await give_up(ledger, "intent")
        known = await generations(ledger, "intent")
    assert gone == [f"{2:064x}", f"{3:064x}"]
    assert [one.state for one in known[:4]] == ["running", "gone", "gone", "ready"]
    assert known[1].figures == {"accuracy": 0.02}
