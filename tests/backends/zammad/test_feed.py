"""Tickets as a feed: everything once, nothing missed, whatever Zammad does meanwhile."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from desktop.backends.zammad.backend import Rhythm
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Author, Delivery, InteractionState, MessageKind
from desktop.wire.shapes import NEWEST, ChangesPage

from ...peers.zammad.centre import ACTION, ANNA, BEN, CLOSED, HIDDEN, OPEN, REMINDER, SALES, instant, stamp


async def test_a_new_mail_is_a_contact_with_its_words_and_its_customer(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    jana = centre.customer("Jana", "Weber", "jana@mail.example", mobile="+49 171 5550100", organization_id=1)
    ticket = centre.customer_writes(jana, "Wo bleibt mein Sofa?", title="Lieferung")
    desk = cache(connect())
    await desk.pull()
    contact = desk.contact(ticket)
    assert (contact.subject, contact.state, contact.customer_name) == (
        "Lieferung",
        InteractionState.QUEUED,
        "Jana Weber",
    )
    assert [message.text for message in desk.messages(ticket)] == ["Wo bleibt mein Sofa?"]
    customer = desk.rows["customer", str(jana)]
    assert {one.normalised for one in customer.identities} == {"jana@mail.example", "+491715550100"}
    assert customer.sources["organization"] == "Lindenhof Möbel GmbH"
    assert desk.rows["customer", "org-1"].name == "Lindenhof Möbel GmbH"
    assert {row.names["en"] for (kind, _), row in desk.rows.items() if kind == "queue"} == {"Service", "Sales › Shop"}
    assert desk.rows["template", "1"].texts["en"] == "Guten Tag {customer},\n{number} ___"
    assert await desk.pull() == []


async def test_what_is_mine_there_is_mine_here_and_every_id_says_which_account(
    zammad: Any, connect: Any, cache: Any
) -> None:
    centre = zammad.centre
    mine = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    centre.change(mine, ANNA, owner_id=ANNA, state_id=OPEN)
    theirs = centre.customer_writes(centre.customer("Ida", "Kraft", "ida@mail.example"), "Hallo")
    centre.change(theirs, BEN, owner_id=BEN, state_id=OPEN)
    desk = cache(connect(key="z2", me=AgentId("me-at-the-desk")))
    await desk.pull()
    assert desk.contact(f"z2~{mine}").assignee == "me-at-the-desk"
    assert desk.contact(f"z2~{theirs}").assignee == f"z2~{BEN}"
    assert desk.contact(f"z2~{mine}").state is InteractionState.ACTIVE
    assert all(id_.startswith("z2~") or id_ == "me-at-the-desk" for _, id_ in desk.rows)


async def test_states_and_priorities_are_known_by_their_kind_not_by_their_name(
    zammad: Any, connect: Any, cache: Any
) -> None:
    centre = zammad.centre
    centre.states[1]["name"] = "offen"
    centre.priorities[2]["name"] = "3 dringend"
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    urgent, done, waiting = (centre.customer_writes(customer, "Hallo") for _ in range(3))
    centre.change(urgent, BEN, priority_id=3, escalation_at=stamp(centre.now() + timedelta(hours=1)))
    centre.change(done, BEN, state_id=CLOSED)
    centre.change(waiting, BEN, state_id=ACTION, owner_id=BEN)
    desk = cache(connect())
    await desk.pull()
    assert desk.contact(urgent).priority < desk.contact(done).priority == 3
    assert desk.contact(urgent).due_at is not None
    assert desk.contact(done).state is InteractionState.CLOSED
    assert desk.contact(done).closed_at is not None
    assert desk.contact(waiting).state is InteractionState.WAITING


async def test_what_happens_later_comes_once_and_alone(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    first, second = centre.customer_writes(customer, "Eins"), centre.customer_writes(customer, "Zwei")
    desk = cache(connect())
    await desk.pull()
    centre.customer_writes(customer, "Noch etwas", ticket=first)
    news = await desk.pull()
    assert {(change.type, change.id) for change in news if change.type == "interaction"} == {
        ("interaction", str(first))
    }
    assert [message.text for message in desk.messages(first)] == ["Eins", "Noch etwas"]
    centre.change(second, BEN, owner_id=BEN, group_id=SALES)
    await desk.pull()
    assert (desk.contact(second).assignee, desk.contact(second).queue) == (str(BEN), str(SALES))


async def test_notes_stay_inside_and_mails_tell_how_far_they_got(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    centre.article(ticket, BEN, body="Kennt den jemand?", internal=True)
    mail = centre.article(ticket, BEN, body="Guten Tag", type="email")
    desk = cache(connect())
    await desk.pull()
    note, sent = desk.messages(ticket)[1:]
    assert (note.kind, note.author, note.agent_id) == (MessageKind.NOTE, Author.AGENT, str(BEN))
    assert (sent.kind, sent.delivery) == (MessageKind.TEXT, Delivery.QUEUED)
    centre.deliver(mail["id"])
    await desk.pull()
    assert desk.messages(ticket)[2].delivery is Delivery.SENT
    centre.deliver(mail["id"], "fail")
    await desk.pull()
    assert desk.messages(ticket)[2].delivery is Delivery.FAILED
    assert desk.contact(ticket).last_text == "Guten Tag"


async def test_hostile_bodies_are_harmless_and_readable(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("<b>Ole</b>", "Ha\x00hn\u202e", "ole@mail.example")
    body = (
        "<script>alert(1)</script><p onclick='x()'>Guten <b>Tag</b></p><img src='https://spy.example/1.png'>"
        "<div><a href='javascript:x()'>Link</a></div><blockquote type='cite'>früher</blockquote>"
    )
    html = centre.customer_writes(customer, body, content_type="text/html; charset=utf-8")
    others = [
        centre.customer_writes(customer, text, title=text[:100])
        for text in ("😀" * 50, "x" * 1_000_000, "\x00\x07", "\u202eevil", "<div>" * 20_000)
    ]
    deep = centre.customer_writes(customer, "<div>" * 20_000 + "Ende", content_type="text/html")
    desk = cache(connect())
    await desk.pull()
    message = desk.messages(html)[0]
    assert message.text.startswith("Guten Tag")
    assert message.text[message.quoted_from :] == "früher"
    assert not any(word in message.html for word in ("script", "alert", "onclick", " src="))
    assert 'data-blocked-src="https://spy.example/1.png"' in message.html, "an agent may ask for it"
    assert desk.messages(deep)[0].text == "Ende"
    assert desk.messages(deep)[0].html == ""
    assert [len(desk.messages(one)) for one in others] == [1] * 5
    assert "\x00" not in desk.contact(html).customer_name


async def test_a_picture_in_a_mail_is_the_file_that_came_with_it(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    ticket = centre.customer_writes(
        customer, "", content_type="text/html", files=[("logo.png", "image/png", b"png"), ("b.png", "image/png", b"2")]
    )
    [article] = [row for row in centre.articles.values() if row["ticket_id"] == ticket]
    first, second = article["attachments"]
    second["preferences"]["Content-ID"] = "<b@mail.example>"
    served = f"/api/v1/ticket_attachment/{ticket}/{article['id']}/{first['id']}?view=inline"
    foreign = f"/api/v1/ticket_attachment/{ticket}/{article['id'] + 1}/{first['id']}"
    article["body"] = f'<p>Hallo <img src="{served}"> <img src="cid:b@mail.example"> <img src="{foreign}"></p>'
    desk = cache(connect(key="zammad"))
    await desk.pull()
    [message] = [row for (kind, _), row in desk.rows.items() if kind == "message"]
    assert [f'src="cid:{one.sha256}"' in message.html for one in message.attachments] == [True, True]
    assert message.html.count("<img") == 2


async def test_many_tickets_of_one_instant_are_all_told(zammad: Any, connect: Any, cache: Any) -> None:
    """A macro run over a whole queue dates them all alike."""
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    tickets = [centre.customer_writes(customer, "Hallo") for _ in range(130)]
    centre.frozen_at = centre.now()
    for ticket in tickets[10:]:
        centre.change(ticket, BEN, owner_id=BEN)
    centre.frozen_at = None
    desk = cache(connect())
    await desk.pull(limit=160)
    assert sum(desk.contact(ticket) is not None for ticket in tickets) == 130
    assert sum(desk.contact(ticket).assignee == str(BEN) for ticket in tickets) == 120


async def walked(backend: Any, scope: Any, before: int, limit: int = 160) -> tuple[list[Any], list[ChangesPage]]:
    pages, changes = [], []
    while True:
        page = msgspec.json.decode(await backend.history(before, scope=scope, limit=limit), type=ChangesPage)
        assert page.before == before
        changes += page.changes
        pages.append(page)
        if not page.more:
            return changes, pages
        assert 0 < page.next < before
        before = page.next


async def test_history_brings_open_work_first_then_all_newest_first(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    tickets = [centre.customer_writes(customer, "Hallo") for _ in range(110)]
    for ticket in tickets[::3]:
        centre.change(ticket, BEN, state_id=CLOSED)
    backend = connect()
    desk = cache(backend)
    open_work, pages = await walked(backend, "open", NEWEST)
    desk.write(open_work)
    wanted = {str(ticket) for number, ticket in enumerate(tickets) if number % 3}
    assert {id_ for kind, id_ in desk.rows if kind == "interaction"} == wanted
    latest = pages[0].latest
    late = centre.customer_writes(customer, "Mittendrin", ticket=tickets[1])
    everything, pages = await walked(backend, "all", latest + 1)
    desk.write(everything)
    seqs = [change.seq for change in everything if change.type == "interaction"]
    assert seqs == sorted(seqs, reverse=True)
    assert all(page.latest >= latest for page in pages)
    desk.cursor = latest
    await desk.pull()
    assert {id_ for kind, id_ in desk.rows if kind == "interaction"} == {str(ticket) for ticket in tickets}
    assert len(desk.messages(late)) == 2


async def test_a_page_that_was_not_written_is_told_again(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    centre.customer_writes(customer, "Hallo")
    backend = connect()
    desk = cache(backend)
    await desk.pull()
    ticket = centre.customer_writes(customer, "Noch eins")
    await backend.changes(desk.cursor, limit=500)  # came, and the disk was full
    await desk.pull()
    assert desk.contact(ticket) is not None
    again = cache(backend)  # the cache was emptied
    await again.pull()
    assert again.contact(ticket) is not None
    assert again.rows.keys() == desk.rows.keys()


async def test_what_was_finished_late_is_seen_though_it_is_dated_earlier(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    centre.customer_writes(customer, "Hallo")
    desk = cache(connect())
    await desk.pull()
    centre.offset = timedelta(seconds=-20)
    late = centre.new_ticket(customer, "In einer langen Transaktion")
    centre.touch(late, BEN)
    centre.offset = timedelta()
    await desk.pull()
    assert desk.contact(late) is not None


async def test_without_conditions_the_index_is_asked_and_its_lag_costs_nothing(
    zammad: Any, connect: Any, cache: Any, caplog: Any
) -> None:
    centre = zammad.centre
    centre.takes_conditions = False
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    centre.offset = timedelta(hours=-1)
    tickets = [centre.customer_writes(customer, "Hallo") for _ in range(120)]
    centre.offset = timedelta()
    desk = cache(connect())
    await desk.pull()
    for ticket in tickets[:2]:
        centre.touch(ticket, BEN)
    await desk.pull()
    assert "asking its index" in caplog.text
    centre.is_late = True
    unseen = centre.customer_writes(customer, "Der Index schläft")
    centre.change(tickets[5], BEN, owner_id=BEN, state_id=CLOSED)
    centre.change(tickets[7], BEN, owner_id=BEN)
    centre.change(unseen, BEN, state_id=ACTION)
    await desk.pull()
    assert desk.contact(unseen).state is InteractionState.WAITING, "the bell rang"
    assert desk.contact(tickets[7]).assignee == str(BEN), "it is in an overview"
    assert desk.contact(tickets[5]).assignee is None
    centre.is_late = False
    centre.customer_writes(customer, "Später", ticket=tickets[6])
    await desk.pull()
    assert len(desk.messages(tickets[6])) == 2
    centre.catch_up()
    await desk.pull()
    assert desk.contact(tickets[5]).assignee == str(BEN)


async def test_a_merge_carries_the_words_over(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    source, target = centre.customer_writes(customer, "Doppelt"), centre.customer_writes(customer, "Einfach")
    desk = cache(connect())
    await desk.pull()
    centre.merge(source, target)
    await desk.pull()
    assert {message.text for message in desk.messages(target)} == {"Doppelt", "Einfach"}
    assert [message.text for message in desk.messages(source)] == ["merged"]
    assert desk.contact(source).state is InteractionState.CLOSED


async def test_a_ticket_that_was_deleted_goes_here_too(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    deleted, hidden, kept = (centre.customer_writes(customer, "Hallo") for _ in range(3))
    desk = cache(connect(sweep_s=0.0))
    await desk.pull()
    centre.delete(deleted)
    centre.tickets[hidden]["group_id"] = HIDDEN
    await desk.pull()
    await desk.pull()
    assert desk.contact(deleted) is desk.contact(hidden) is None
    assert desk.contact(kept) is not None
    assert await desk.pull() == []


async def test_a_note_that_was_taken_back_goes_here_too(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    note = centre.article(ticket, BEN, body="falscher Vorgang", internal=True)
    desk = cache(connect())
    await desk.pull()
    centre.delete_article(note["id"])
    await desk.pull()
    assert [message.text for message in desk.messages(ticket)] == ["Hallo"]


async def test_a_reminder_that_ran_out_brings_the_contact_back(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    soon = datetime.now(UTC) + timedelta(seconds=0.4)
    centre.change(ticket, ANNA, owner_id=ANNA, state_id=REMINDER, pending_time=stamp(soon))
    backend = connect()
    desk = cache(backend)
    await desk.pull()
    assert desk.contact(ticket).state is InteractionState.SNOOZED
    assert desk.contact(ticket).snoozed_until == instant(stamp(soon))
    await asyncio.sleep(0.5)
    desk.cursor += 7  # as after a restart: nothing is known to have been told
    await desk.pull()
    assert desk.contact(ticket).state is InteractionState.ACTIVE
    centre.change(ticket, ANNA, state_id=CLOSED)
    await desk.pull()
    assert desk.contact(ticket).state is InteractionState.CLOSED


async def test_tags_and_what_one_follows_come_with_the_contact(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    desk = cache(connect())
    await desk.pull()
    centre.tag(ticket, "reklamation")
    centre.mentions[1] = {"id": 1, "mentionable_type": "Ticket", "mentionable_id": ticket, "user_id": ANNA}
    await desk.pull()
    assert desk.contact(ticket).labels == ("reklamation",)
    assert desk.contact(ticket).observers == (str(ANNA),)


async def test_it_is_asked_seldom_and_more_seldom_when_nothing_happens(zammad: Any, connect: Any) -> None:
    rhythm = Rhythm(busy_s=0.1, quiet_s=0.3, idle_s=0.9, quiet_after_s=0.5, idle_after_s=60.0)
    backend = connect(rhythm=rhythm)
    cursor = 0

    async def wait(seconds: float) -> int:
        nonlocal cursor
        before = len([one for one in zammad.requests if one.path.endswith("tickets/search")])
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            cursor = msgspec.json.decode(await backend.changes(cursor, limit=100, wait_s=0.05), type=ChangesPage).next
        return len([one for one in zammad.requests if one.path.endswith("tickets/search")]) - before

    await backend.changes(0, limit=100)
    assert 2 <= await wait(0.5) <= 14  # a look for changes, and sometimes one for reminders
    assert 1 <= await wait(1.0) <= 8
    assert Rhythm().rest_s(0) == 15
    assert Rhythm().rest_s(3600) == 60


async def test_whoever_breaks_off_the_waiting_is_answered_at_once(zammad: Any, connect: Any) -> None:
    backend = connect()
    page = msgspec.json.decode(await backend.changes(0, limit=100), type=ChangesPage)
    waiting = asyncio.create_task(backend.changes(page.next, limit=100, wait_s=25.0))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    ticket = zammad.centre.customer_writes(zammad.centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    async with asyncio.timeout(5):
        page = msgspec.json.decode(await backend.changes(page.next, limit=100, wait_s=25.0), type=ChangesPage)
    assert str(ticket) in {change.id for change in page.changes if change.type == "interaction"}
