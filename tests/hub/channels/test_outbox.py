"""What agents wrote goes out once, in order, whatever breaks on the way."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.interaction import Delivery
from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow, Sent, Unclear
from desktop.hub.db import lease, tables

from .conftest import ACCOUNTS, record_of, supervisor


@asynccontextmanager
async def running(centre, folder):
    (folder / "channels.yaml").write_text(ACCOUNTS)
    channels = supervisor(centre, folder)
    await channels.start()
    try:
        yield channels
    finally:
        await channels.stop()


async def says(centre, id_: str, text: str):
    return record_of(await centre.do("anna", c.SendMessage(interaction_id=id_, text=text)), "message")


async def becomes(centre, message, delivery):
    async def look():
        found = await centre.get(Table.MESSAGE, message.id)
        return found if found.delivery is delivery else None

    return await centre.until(look)


async def rows(centre) -> int:
    async with centre.database.read() as ledger:
        return (await ledger.connection.execute(select(func.count()).select_from(tables.outbound))).scalar()


async def test_an_answer_goes_out_and_is_told_as_sent(centre, scripted, tmp_path) -> None:
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path):
        message = await says(centre, id_, "Hello")
        sent = await becomes(centre, message, Delivery.SENT)
    assert (sent.external_id, scripted.sent, await rows(centre)) == ("far-1", ["Hello"], 0)


async def test_what_was_written_before_the_account_ran_goes_out_when_it_does(centre, scripted, tmp_path) -> None:
    id_ = await centre.accepted("anna")
    message = await says(centre, id_, "Hello")
    async with running(centre, tmp_path):
        await becomes(centre, message, Delivery.SENT)
    assert scripted.sent == ["Hello"]


@pytest.mark.parametrize("lost", [OSError("gone"), ChannelDown("unreachable")])
async def test_an_answer_that_may_have_gone_out_is_looked_for_before_it_is_sent_again(
    centre, scripted, tmp_path, lost
) -> None:
    async def arrives_and_breaks(out):
        scripted.sent.append(out.message.text)
        return lost

    scripted.answers, scripted.found = [arrives_and_breaks], Sent(external_id="there")
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path) as channels:
        message = await says(centre, id_, "Once")
        await until(lambda: put_off(centre, is_begun=True))
        centre.later(seconds=6)
        channels._runs["first"].lane.wake()
        sent = await becomes(centre, message, Delivery.SENT)
    assert (scripted.sent, scripted.asked, sent.external_id) == (["Once"], ["Once"], "there")


async def put_off(centre, *, is_begun: bool) -> bool:
    async with centre.database.read() as ledger:
        row = (await ledger.connection.execute(select(tables.outbound))).first()
    return row is not None and row.is_begun is is_begun and row.attempt == 1 and row.next_at > row.at


async def until(look) -> None:
    async with asyncio.timeout(5):
        while not await look():
            await asyncio.sleep(0.01)


async def test_a_hub_that_dies_while_it_sends_asks_first_when_it_is_back(centre, scripted, tmp_path) -> None:
    async def never_ends(out):
        scripted.sent.append(out.message.text)
        await asyncio.Event().wait()

    scripted.answers = [never_ends]
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path):
        message = await says(centre, id_, "Once")
        async with asyncio.timeout(5):
            while not scripted.sent:
                await asyncio.sleep(0.01)
    scripted.found = Sent(external_id="there")
    async with running(centre, tmp_path):
        await becomes(centre, message, Delivery.SENT)
    assert scripted.sent == ["Once"]


async def test_what_nobody_can_find_out_is_left_to_the_agent(centre, scripted, tmp_path) -> None:
    scripted.answers, scripted.found = [OSError("gone")], Unclear()
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path) as channels:
        message = await says(centre, id_, "Perhaps")
        await until(lambda: put_off(centre, is_begun=True))
        centre.later(seconds=6)
        channels._runs["first"].lane.wake()
        failed = await becomes(centre, message, Delivery.FAILED)
    assert (failed.failure, scripted.sent, await rows(centre)) == ("unclear", [], 0)


async def test_a_refused_answer_is_told_with_its_reason_and_not_tried_again(centre, scripted, tmp_path) -> None:
    scripted.answers = [DeliveryFailed("mailbox_full")]
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path):
        message = await says(centre, id_, "No")
        failed = await becomes(centre, message, Delivery.FAILED)
    assert (failed.failure, await rows(centre), scripted.sent) == ("mailbox_full", 0, [])


async def test_the_channel_may_ask_for_time_and_gets_up_after_two_days(centre, scripted, tmp_path) -> None:
    scripted.answers = [NotNow("greylisted", 60), NotNow("greylisted")]
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path) as channels:
        message = await says(centre, id_, "Later")
        await until(lambda: put_off(centre, is_begun=False))
        lane = channels._runs["first"].lane
        centre.later(seconds=30)
        lane.wake()
        await asyncio.sleep(0.05)
        assert len(scripted.answers) == 1, "it was tried before the channel wanted it"
        centre.later(days=3)
        lane.wake()
        failed = await becomes(centre, message, Delivery.FAILED)
    assert failed.failure == "greylisted"


async def test_answers_of_one_conversation_keep_their_order_and_hold_up_no_other(centre, scripted, tmp_path) -> None:
    first = await centre.accepted("anna")
    other = (await centre.chat("Hi", address="web:visitor-2")).interaction_id
    await centre.do("anna", c.Accept(interaction_id=other))
    go_on = asyncio.Event()

    async def slow(out):
        await go_on.wait()
        return Sent()

    scripted.answers = [slow]
    async with running(centre, tmp_path):
        one = await says(centre, first, "One")
        async with asyncio.timeout(5):
            while scripted.answers:
                await asyncio.sleep(0.01)
        two = await says(centre, first, "Two")
        await becomes(centre, await says(centre, other, "Other"), Delivery.SENT)
        assert scripted.sent == ["Other"]
        go_on.set()
        await becomes(centre, one, Delivery.SENT)
        await becomes(centre, two, Delivery.SENT)
    assert scripted.sent == ["Other", "One", "Two"]


async def test_a_process_that_lost_the_account_sends_nothing(centre, scripted, tmp_path) -> None:
    id_ = await centre.accepted("anna")
    async with running(centre, tmp_path):
        centre.later(seconds=60)  # its lease ran out while it slept
        async with centre.database.write(silent=True) as ledger:
            assert await lease.take(ledger, "channel.first", "another", centre.at, 60)
        await says(centre, id_, "Mine?")
        await asyncio.sleep(0.1)
        assert scripted.sent == []
    assert await rows(centre) == 1
