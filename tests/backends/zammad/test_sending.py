"""Replies and notes: each once, whatever happens to the line, and by the way the customer wrote."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import pytest

from desktop.backends.base import Offline, Refused, Throttled
from desktop.domain.channels import Channel
from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.ids import CommandId, InteractionId, new_id
from desktop.domain.interaction import Attachment, Delivery, MessageKind
from desktop.wire.shapes import CommandAnswer

from ...peers.zammad.centre import BEN

POST = "POST /api/v1/ticket_articles"


@pytest.fixture
def ticket(zammad: Any) -> int:
    centre = zammad.centre
    return int(centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo", title="Tisch"))


def reply(ticket: int, text: str = "Guten Tag", **more: Any) -> SendMessage:
    return SendMessage(interaction_id=InteractionId(str(ticket)), text=text, **more)


def sent(zammad: Any, ticket: int) -> list[Any]:
    return [row for row in zammad.centre.articles.values() if row["ticket_id"] == ticket and row["sender"] == "Agent"]


async def carried(backend: Any, command: Any) -> CommandAnswer:
    """Send as the desk's sender does: what may have arrived is looked up until that is settled, before it is sent again."""
    command_id = CommandId(new_id())
    for _ in range(20):
        try:
            answer = await backend.perform(command_id, command)
        except Offline as error:
            if not error.may_have_arrived:
                continue
            while (found := await backend.look_up(command_id, command)) is not None and found.outcome == "pending":
                await asyncio.sleep(0.01)
            if found is None:
                continue
            answer = found
        assert isinstance(answer, CommandAnswer)
        return answer
    raise AssertionError("never got through")


async def test_a_reply_goes_to_whoever_wrote_and_comes_back_as_a_row(
    zammad: Any, connect: Any, cache: Any, ticket: int
) -> None:
    backend = connect()
    desk = cache(backend)
    await desk.pull()
    answer = await backend.perform(CommandId(new_id()), reply(ticket))
    assert answer.outcome == "applied"
    desk.write(answer.changes)
    assert [message.text for message in desk.messages(ticket)] == ["Hallo", "Guten Tag"]
    assert desk.messages(ticket)[1].delivery is Delivery.QUEUED
    (article,) = sent(zammad, ticket)
    assert (article["type"], article["to"], article["subject"]) == ("email", "ole@mail.example", "Tisch")
    assert article["in_reply_to"].endswith("@mail.example>")
    news = await desk.pull()
    assert [change.type for change in news if change.type == "message"] == []


@pytest.mark.parametrize(("keeps", "count"), [(True, 200), (False, 60)], ids=["marks-kept", "marks-lost"])
async def test_two_hundred_replies_over_a_line_that_breaks_arrive_once_each(
    zammad: Any, connect: Any, keeps: bool, count: int
) -> None:
    centre = zammad.centre
    centre.keeps_preferences = keeps
    zammad.late_s = 0.01
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    tickets = [centre.customer_writes(customer, "Hallo") for _ in range(20)]
    backend = connect(settle_s=0.03)
    for number in range(count):
        zammad.cut(("after", "before", "late")[number % 3], POST)
        answer = await carried(backend, reply(tickets[number % 20], f"Antwort {number}"))
        assert answer.outcome == "applied", number
    for place, ticket in enumerate(tickets):
        texts = [row["body"] for row in sent(zammad, ticket)]
        assert texts == [f"Antwort {number}" for number in range(place, count, 20)]


@pytest.mark.parametrize("keeps", [True, False], ids=["marks-kept", "marks-lost"])
async def test_the_same_words_twice_are_two_replies(zammad: Any, connect: Any, ticket: int, keeps: bool) -> None:
    backend = connect(settle_s=0.03)
    zammad.centre.keeps_preferences = keeps
    for kind in ("after", "before", "after"):
        zammad.cut(kind, POST)
        await carried(backend, reply(ticket, "Erledigt."))
    assert len(sent(zammad, ticket)) == 3


async def test_a_line_that_is_cut_says_so_and_nothing_is_sent_by_itself(zammad: Any, connect: Any, ticket: int) -> None:
    backend = connect()
    for kind, arrived in (("before", 0), ("after", 1)):
        zammad.cut(kind, POST)
        with pytest.raises(Offline) as raised:
            await backend.perform(CommandId(new_id()), reply(ticket))
        assert raised.value.may_have_arrived
        assert len(sent(zammad, ticket)) == arrived
    posts = [one for one in zammad.requests if one.line.startswith(POST)]
    assert len(posts) == 2


async def test_what_fails_before_the_reply_left_may_simply_be_tried_again(
    zammad: Any, connect: Any, ticket: int
) -> None:
    backend = connect()
    zammad.cut("before", "GET /api/v1/ticket_articles/by_ticket", times=2)
    with pytest.raises(Offline) as raised:
        await backend.perform(CommandId(new_id()), reply(ticket))
    assert not raised.value.may_have_arrived
    zammad.throttle(7)
    with pytest.raises(Throttled) as slowed:
        await backend.perform(CommandId(new_id()), reply(ticket))
    assert slowed.value.retry_after_s == 7
    assert sent(zammad, ticket) == []


@pytest.mark.parametrize("status", ["502 Bad Gateway", "401 Unauthorized", "429 Too Many Requests"])
async def test_a_reply_that_went_out_counts_though_the_ticket_cannot_be_read_after_it(
    zammad: Any, connect: Any, ticket: int, status: str
) -> None:
    backend = connect()
    await backend.changes(0, limit=100)
    writing = asyncio.create_task(backend.perform(CommandId(new_id()), reply(ticket)))
    while not sent(zammad, ticket):
        await asyncio.sleep(0)
    zammad.answer(status, "<html>", times=9, Content_Type="text/html")
    answer = await writing
    assert answer.outcome == "applied"
    assert [change.type for change in answer.changes] == ["message"]


@pytest.mark.parametrize(
    ("kind", "mobile", "channel", "expected"),
    [
        ("web", "", None, ("email", "ole@mail.example")),
        ("phone", "", None, ("email", "ole@mail.example")),
        ("sms", "+491715550100", None, ("sms", "+491715550100")),
        ("whatsapp message", "+491715550100", None, ("whatsapp message", "+491715550100")),
        ("chat", "", Channel.EMAIL, ("email", "ole@mail.example")),
        ("email", "+491715550100", Channel.SMS, ("sms", "+491715550100")),
    ],
)
async def test_the_answer_takes_the_way_the_customer_came(
    zammad: Any, connect: Any, kind: str, mobile: str, channel: Channel | None, expected: tuple[str, str]
) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(
        centre.customer("Ole", "Hahn", "ole@mail.example", mobile=mobile), "Hallo", type=kind
    )
    answer = await connect().perform(CommandId(new_id()), reply(ticket, channel=channel))
    assert answer.outcome == "applied", answer.error
    assert [(row["type"], row["to"]) for row in sent(zammad, ticket)] == [expected]


@pytest.mark.parametrize(
    ("kind", "channel", "code"),
    [
        ("chat", None, "channel_cannot_send"),
        ("facebook feed comment", None, "channel_cannot_send"),
        ("phone", Channel.CALL, "channel_cannot_send"),
        ("email", Channel.MESSENGER, "channel_cannot_send"),
        ("phone", None, "no_address"),
    ],
)
async def test_where_there_is_no_way_it_says_so(
    zammad: Any, connect: Any, kind: str, channel: Channel | None, code: str
) -> None:
    centre = zammad.centre
    email = "" if code == "no_address" else "ole@mail.example"
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", email), "Hallo", type=kind)
    answer = await connect().perform(CommandId(new_id()), reply(ticket, channel=channel))
    assert (answer.outcome, answer.error.code) == ("refused", code)
    assert sent(zammad, ticket) == []


async def test_a_note_is_for_colleagues_only(zammad: Any, connect: Any, cache: Any, ticket: int) -> None:
    backend = connect()
    zammad.cut("after", POST)
    note = AddNote(interaction_id=InteractionId(str(ticket)), text="VIP, bitte \x00 freundlich")
    answer = await carried(backend, note)
    desk = cache(backend)
    desk.write(answer.changes)
    assert desk.messages(ticket)[-1].kind is MessageKind.NOTE
    assert [row["internal"] for row in sent(zammad, ticket)] == [True]
    empty = await backend.perform(CommandId(new_id()), AddNote(interaction_id=InteractionId(str(ticket)), text=" \n"))
    assert empty.error.code == "empty_text"


async def test_a_file_goes_along_and_comes_back(zammad: Any, connect: Any, cache: Any, ticket: int) -> None:
    backend, data = connect(key="z"), bytes(range(256)) * 40
    blob = await backend.upload(data, media_type="image/png", name="plan.png")
    file = Attachment(sha256=blob.sha256, name="plan.png", media_type="image/png", size=blob.size)
    command = SendMessage(interaction_id=InteractionId(f"z~{ticket}"), text="Anbei", attachments=(file,))
    desk = cache(backend)
    desk.write((await backend.perform(CommandId(new_id()), command)).changes)
    (told,) = desk.messages(f"z~{ticket}")[-1].attachments
    assert (told.name, told.media_type, told.size) == ("plan.png", "image/png", len(data))
    assert (await backend.download(told.sha256)).getvalue() == data
    posted = next(one.json for one in zammad.requests if one.line.startswith(POST))
    assert base64.b64decode(posted["attachments"][0]["data"]) == data
    again = await backend.perform(CommandId(new_id()), command)
    assert again.error.code == "unknown_value", "it is up no longer: the desk brings it up anew"
    for wrong in ("z~1", "z~file-1-2", "z~file-1-2-x", "y~file-1-2-3", "0" * 64):
        with pytest.raises(Refused):
            await backend.download(wrong)


async def test_files_a_customer_sent_can_be_fetched(zammad: Any, connect: Any, cache: Any, ticket: int) -> None:
    customer = zammad.centre.tickets[ticket]["customer_id"]
    zammad.centre.customer_writes(
        customer, "Siehe Bild", ticket=ticket, files=[("a/../b.jpg", "image/jpeg; name=x", b"jpeg"), ("x", "evil", b"")]
    )
    desk = cache(connect())
    await desk.pull()
    picture, odd = desk.messages(ticket)[-1].attachments
    assert picture.media_type == "image/jpeg"
    assert odd.media_type == "application/octet-stream"
    seen: list[tuple[int, int]] = []
    data = await desk.backend.download(picture.sha256, on_progress=lambda so_far, total: seen.append((so_far, total)))
    assert data.getvalue() == b"jpeg"
    assert seen[-1] == (4, 4)


async def test_too_large_a_file_is_refused_before_it_is_sent(connect: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("desktop.backends.zammad.files.LARGEST", 10)
    with pytest.raises(Refused) as raised:
        await connect().upload(b"x" * 11, media_type="text/plain", name="a.txt")
    assert raised.value.code == "too_large"


async def test_a_colleague_who_took_it_meanwhile_is_not_written_over(
    zammad: Any, connect: Any, cache: Any, ticket: int
) -> None:
    zammad.centre.change(ticket, BEN, owner_id=BEN)
    backend = connect()
    answer = await backend.perform(CommandId(new_id()), reply(ticket))
    assert (answer.outcome, answer.error.code) == ("refused", "not_owner")
    desk = cache(backend)
    desk.write(answer.changes)
    assert desk.contact(ticket).assignee == str(BEN)
    assert sent(zammad, ticket) == []
