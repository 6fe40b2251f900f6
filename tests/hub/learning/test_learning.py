"""Agents correct what the hub took a request for; it learns, runs what it learned, and can go back."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from desktop.domain.changes import Table
from desktop.hub.db.database import Database
from desktop.hub.desk.guidance import Guidance
from desktop.hub.learning.generations import NoGeneration
from desktop.hub.learning.loading import Loading
from desktop.hub.learning.service import Busy, Learning
from desktop.insight.intent import starter

TOLL = "toll_sticker"


async def test_forty_corrections_later_the_next_such_request_is_understood(
    quick: None, house: Any, toll_request: Any
) -> None:
    before = await house.says("Guten Tag, wir brauchen eine Mautplakette für den Lastwagen")
    assert before.intent.label != TOLL
    await house.worked(TOLL, *(toll_request(n) for n in range(40)))
    report = await house.learning.train(["intent"])
    [outcome] = report.outcomes
    assert (outcome.why, outcome.examples) == ("not_worse", 40)
    assert outcome.figures["won"] >= 15
    running = await house.get(Table.MODEL, "intent")
    assert (running.generation, running.size) == (1, outcome.size)
    await house.learning._loading.look()
    after = await house.says("Guten Tag, wir brauchen eine Mautplakette für den Lastwagen")
    assert after.intent.label == TOLL
    assert after.intent.probability > 0.6
    # What the shipped phrases taught is not forgotten for it.
    assert (await house.says("Ich habe mein Passwort vergessen")).intent.label == "password_reset"

    assert await house.learning.roll_back("intent") is None
    assert await house.get(Table.MODEL, "intent") is None
    await house.learning._loading.look()
    assert (await house.says("Noch eine Mautplakette für den Lastwagen bitte")).intent.label != TOLL
    await house.learning.run("intent", 1)
    await house.learning._loading.look()
    assert (await house.says("Und eine Mautplakette für den Lastwagen bitte")).intent.label == TOLL


async def test_a_running_process_swaps_its_model_by_itself_and_so_does_another_one(
    quick: None, house: Any, toll_request: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.hub.learning.loading.LOOK_S", 0.05)
    another = await Database.open(house.url)
    seen = [0]
    guidance = Guidance.load()
    beside = Learning(another, house.blobs, guidance, url=house.url, data=house.data, head=lambda: seen[0])
    await beside.start()
    try:
        await house.worked(TOLL, *(toll_request(n) for n in range(40)))
        await house.learning.train(["intent"])
        seen[0] += 1  # its feed noticed that somebody wrote
        async with asyncio.timeout(10):
            while TOLL not in guidance.model.intents or TOLL not in house.desk.guidance.model.intents:
                await asyncio.sleep(0.02)
    finally:
        await beside.stop()
        await another.close()


async def test_too_little_history_leaves_the_shipped_model_alone(quick: None, house: Any, toll_request: Any) -> None:
    await house.worked(TOLL, *(toll_request(n) for n in range(12)))
    [outcome] = (await house.learning.train(["intent"])).outcomes
    assert outcome.why == "too_little"
    assert await house.get(Table.MODEL, "intent") is None
    assert (await house.learning.overview()).models[0].generations == ()


async def test_a_model_that_is_worse_on_the_newest_contacts_is_kept_back_but_can_be_run(
    quick: None, house: Any
) -> None:
    """For weeks somebody set the same wrong request type; lately it is done right again."""
    passwords = [f"Ich habe mein Passwort {word} vergessen" for word in ("leider", "wieder", "schon", "heute", "doch")]
    await house.worked("praise", *passwords * 30)
    await house.worked("password_reset", *passwords * 10)
    [outcome] = (await house.learning.train(["intent"])).outcomes
    assert outcome.why == "less_right"
    assert outcome.figures["accuracy"] < outcome.figures["accuracy_running"]
    assert await house.get(Table.MODEL, "intent") is None
    [made] = (await house.learning.overview()).models[0].generations
    assert (made.number, made.state, made.why) == (1, "ready", "less_right")
    await house.learning.run("intent", 1)
    assert (await house.get(Table.MODEL, "intent")).generation == 1


async def test_a_damaged_file_leaves_the_model_that_runs(
    quick: None, house: Any, toll_request: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await house.worked(TOLL, *(toll_request(n) for n in range(40)))
    await house.learning.train(["intent"])
    running = await house.get(Table.MODEL, "intent")
    path = house.blobs.path(running.sha256)
    path.write_bytes(path.read_bytes()[:-100] + b"x" * 100)
    guidance = Guidance.load()
    await Loading(house.database, house.blobs, guidance, lambda: 0).look()
    assert guidance.model is starter()
    assert "cannot be used" in caplog.text


async def test_only_one_training_at_a_time(house: Any, toll_request: Any) -> None:
    await house.worked(TOLL, *(toll_request(n) for n in range(40)))
    other = Learning(
        house.database, house.blobs, Guidance(None, ()), url=house.url, data=house.data, clock=lambda: house.at
    )
    house.learning.begin(["intent"])
    with pytest.raises(Busy):
        house.learning.begin(["intent"])
    async with asyncio.timeout(10):
        while not (await house.learning.overview()).is_training:
            await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await other.train(["intent"])
    await house.learning.stop()  # ends the process too
    assert not (await house.learning.overview()).is_training
    assert list((house.data / "learning").iterdir()) == []


async def test_there_is_nothing_before_the_shipped_model(house: Any) -> None:
    with pytest.raises(NoGeneration):
        await house.learning.roll_back("intent")
    with pytest.raises(NoGeneration):
        await house.learning.run("intent", 3)
