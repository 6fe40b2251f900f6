"""A desk on Chatwoot: what an agent sees of it, and what becomes of what they do. Real engine and store, over a socket."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desktop.backends.chatwoot.feed import Habits
from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause, Table
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.domain.interaction import Author, Delivery, InteractionState, MessageKind
from desktop.store import files, projections
from desktop.store.database import Store
from desktop.store.rows import OutboxState
from desktop.sync.backoff import Growth
from desktop.sync.politeness import Politeness
from desktop.sync.puller import Pace as PullPace
from desktop.sync.status import Phase
from desktop.wire import records

from ...peers.chatwoot.office import ACTIVITY, Office
from ...peers.chatwoot.server import ChatwootStandIn
from .conftest import ANNA, BEN, ME

ONE = InteractionId("1")


@pytest.fixture
async def make_desk(store: Store, neighbour: Callable[[str], Any], connect: Any) -> AsyncIterator[Callable[..., Any]]:
    kind = neighbour("sync/conftest.py").Desk
    desks: list[Any] = []

    def make(backend: Any, **options: Any) -> Any:
        options.setdefault("pace", PullPace(streaming_s=30.0, blind_s=0.1, confirm_s=0.01))
        desks.append(kind(store, backend, me=ME, **options))
        return desks[-1]

    yield make
    for desk in desks:
        await desk.close()


@pytest.fixture
async def desk(make_desk: Callable[..., Any], connect: Any) -> Any:
    return make_desk(connect())


def said(desk: Any, contact_id: str = "1") -> list[Any]:
    """The messages of a contact, oldest first."""
    rows = desk.store.query(
        lambda conn: conn.execute("SELECT body FROM message WHERE interaction_id = ?", (contact_id,)).fetchall()
    )
    found = [records.decode(Table.MESSAGE, body) for (body,) in rows]
    return sorted(found, key=lambda message: (message.sent_at, int(message.id)))


def words(desk: Any, contact_id: str = "1") -> list[str]:
    return [message.text for message in said(desk, contact_id)]


async def live(desk: Any) -> Any:
    """Start a desk and wait until it shows all there is and hears what happens."""
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.status.is_streaming)
    return desk


async def test_a_new_desk_shows_the_open_work_and_then_all_there_ever_was(desk: Any, office: Office) -> None:
    jana = office.add_contact("Jana", email="Jana@Customer.example", phone_number="+4915112345678")
    office.begin(jana, "Where is my parcel?", priority="urgent", team=5, labels=["delivery"])
    office.conversations[1]["custom_attributes"] = {"order": "A 77"}
    for number in range(40):
        office.say(1, f"and {number}?")
    old = office.begin(jana, "Old story", inbox=2, status="resolved", additional_attributes={"mail_subject": "Thanks"})
    for number in range(55):
        office.begin(office.add_contact(f"Visitor {number}"), "Hi", status="resolved")
    await live(desk)
    contact = desk.row(Table.INTERACTION, "1")
    assert (contact.state, contact.priority, contact.queue) == (InteractionState.QUEUED, 1, "team-5")
    assert contact.customer_name == "Jana"
    assert len(said(desk)) == 41
    assert desk.row(Table.INTERACTION, str(old)).subject == "Thanks"
    assert desk.row(Table.INTERACTION, str(old)).state is InteractionState.CLOSED
    assert desk.count(Table.INTERACTION) == desk.count(Table.CUSTOMER) + 1 == 57
    customer = desk.row(Table.CUSTOMER, str(jana))
    assert {one.normalised for one in customer.identities} == {"jana@customer.example", "+4915112345678"}
    assert contact.labels == ("delivery",)
    assert desk.row(Table.RECORD, "conversation-1").fields == {"order": "A 77"}
    assert desk.row(Table.TEMPLATE, "canned-11").texts["en"] == "Hello {customer}, this is {agent}."
    assert {desk.row(Table.QUEUE, "inbox-4").names["en"], desk.row(Table.QUEUE, "team-5").names["en"]} == {
        "WhatsApp",
        "billing",
    }
    assert desk.row(Table.AGENT, ME).name == "Anna"
    assert desk.row(Table.DISPOSITION, "label-refund").titles["en"] == "refund"


async def test_what_a_customer_writes_is_here_at_once_and_understood(desk: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    office.say(1, "Ich möchte meine Rechnung bezahlen, das ist ja furchtbar ärgerlich!")
    await desk.until(lambda: len(said(desk)) == 2)
    last = said(desk)[-1]
    assert (last.author, last.language) == (Author.CUSTOMER, "de")
    assert desk.row(Table.INTERACTION, "1").last_text.startswith("Ich möchte")


async def test_what_is_said_within_one_second_stays_in_order(desk: Any, office: Office) -> None:
    at = office.now()
    office.now = lambda: at
    office._last["message"] = 96
    office.begin(office.add_contact("Jana"), "word 0")
    for number in range(1, 6):
        office.say(1, f"word {number}")
    await live(desk)
    shown = desk.store.query(lambda conn: projections.stream(conn, ONE))
    assert [item.message.text for item in shown] == [f"word {number}" for number in range(6)]


async def test_a_reply_and_a_note_arrive_once_and_stay_apart(desk: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    desk.reply("1", "Good morning 😀")
    desk.give(c.AddNote(interaction_id=ONE, text="asks again"))
    await desk.until(lambda: not desk.outbox())
    await desk.until(lambda: words(desk) == ["Hello", "Good morning 😀", "asks again"])
    reply, note = said(desk)[1:]
    assert (reply.kind, reply.author, reply.agent_id) == (MessageKind.TEXT, Author.AGENT, ME)
    assert note.kind is MessageKind.NOTE
    assert [(m["content"], m["private"]) for m in office.messages[1]][1:] == [
        ("Good morning 😀", False),
        ("asks again", True),
    ]


async def test_what_happened_while_nobody_listened_is_made_up_for(make_desk: Any, connect: Any, office: Office) -> None:
    jana = office.add_contact("Jana")
    for number in range(30):
        office.begin(jana, f"case {number}")
    before = make_desk(connect())
    await live(before)
    await before.close()
    for _ in range(45):
        office.say(3, "still there?")
    office.change(4, status="resolved")
    office.begin(office.add_contact("Karl"), "new here")
    after = make_desk(connect())
    await live(after)
    await after.until(lambda: len(said(after, "3")) == 46)
    await after.until(lambda: words(after, "31") == ["new here"])
    assert after.row(Table.INTERACTION, "4").state is InteractionState.CLOSED


async def test_without_the_socket_news_come_all_the_same(desk: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    server.is_mute = True
    desk.engine._puller.ask()
    office.say(1, "psst")
    desk.engine._puller.ask()
    await desk.until(lambda: words(desk) == ["Hello", "psst"])


async def test_edits_and_words_taken_back_are_seen(desk: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "my card is 4111")
    await live(desk)
    message = office.messages[1][0]["id"]
    office.edit(1, message, content="my card is lost")
    await desk.until(lambda: words(desk) == ["my card is lost"])
    office.take_back(1, message)
    await desk.until(lambda: words(desk) == [])


async def test_a_reply_is_shown_as_read_once_the_customer_saw_it(desk: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    desk.reply("1", "Good morning")
    await desk.until(lambda: len(said(desk)) == 2 and not desk.outbox())
    office.change(1, event="conversation.read", contact_last_seen_at=office.now() + 1)
    await desk.until(lambda: said(desk)[1].delivery is Delivery.READ)


async def test_every_step_of_the_work_reaches_chatwoot(desk: Any, office: Office) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    row = office.conversations[1]

    async def does(command: c.Command, state: InteractionState, **there: Any) -> None:
        desk.give(command)
        await desk.until(lambda: not desk.outbox())
        assert {name: row[name] for name in there} == there
        await desk.until(lambda: desk.row(Table.INTERACTION, "1").state is state)

    await does(c.Take(interaction_id=ONE), InteractionState.ACTIVE, assignee=ANNA, status="open")
    assert desk.row(Table.INTERACTION, "1").assignee == ME
    await does(c.Hold(interaction_id=ONE), InteractionState.ON_HOLD, status="pending")
    await does(c.Resume(interaction_id=ONE), InteractionState.ACTIVE, status="open")
    await does(c.Wait(interaction_id=ONE), InteractionState.WAITING, status="snoozed", snoozed_until=None)
    await does(c.Snooze(interaction_id=ONE, until=until), InteractionState.SNOOZED, snoozed_until=until.timestamp())
    assert desk.row(Table.INTERACTION, "1").snoozed_until == until
    await does(c.SetPriority(interaction_id=ONE, priority=2), InteractionState.SNOOZED, priority="high")
    await does(c.Resume(interaction_id=ONE), InteractionState.ACTIVE)
    await does(c.SetIntent(interaction_id=ONE, intent="billing"), InteractionState.ACTIVE)
    assert desk.row(Table.INTERACTION, "1").intent_confirmed
    to_ben = c.Transfer(interaction_id=ONE, to_agent=AgentId("8"), note="please")
    await does(to_ben, InteractionState.ACTIVE, assignee=BEN)
    assert desk.row(Table.INTERACTION, "1").assignee == "8"
    assert [m["content"] for m in office.messages[1] if m["private"]] == ["please"]
    to_team = c.Transfer(interaction_id=ONE, to_queue=desk.row(Table.QUEUE, "team-5").id)
    await does(to_team, InteractionState.QUEUED, assignee=None, team=5)
    await does(c.TakeOver(interaction_id=ONE), InteractionState.ACTIVE, assignee=ANNA)
    done = c.WrapUp(interaction_id=ONE, disposition="label-refund", summary="paid back")
    await does(done, InteractionState.CLOSED, status="resolved", labels=["refund"])
    assert desk.row(Table.INTERACTION, "1").disposition == "label-refund"
    assert row["custom_attributes"]["dirigent_intent"] == "billing"
    await does(c.Reopen(interaction_id=ONE), InteractionState.ACTIVE, status="open", assignee=ANNA)
    await does(c.Requeue(interaction_id=ONE), InteractionState.QUEUED, assignee=None)
    desk.give(c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    await desk.until(lambda: not desk.outbox() and desk.row(Table.AGENT, ME).presence.state is PresenceState.AWAY)
    assert office.users[ANNA]["availability"] == "busy"
    assert sum(m["message_type"] == ACTIVITY for m in office.messages[1]) > 8


async def test_two_agents_take_the_same_request_and_one_is_told(
    desk: Any, office: Office, server: ChatwootStandIn
) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    server.is_mute = True
    office.change(1, assignee=BEN)
    desk.give(c.Take(interaction_id=ONE))
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["already_taken"])
    assert office.conversations[1]["assignee"] == BEN
    assert desk.row(Table.INTERACTION, "1").assignee == "8"


async def test_a_file_goes_with_its_message_and_comes_back_whole(
    desk: Any, office: Office, store: Store, server: ChatwootStandIn
) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    body = bytes(range(256)) * 300
    kept = await asyncio.to_thread(files.put, store, io.BytesIO(body), "Beleg ä.pdf", "application/pdf", is_mine=True)
    desk.give(c.SendMessage(interaction_id=ONE, text="Anbei", attachments=(kept,)))
    await desk.until(lambda: not desk.outbox() and len(said(desk)) == 2)
    [received] = said(desk)[1].attachments
    assert (received.name, received.size, received.media_type) == ("Beleg ä.pdf", len(body), "application/pdf")
    assert (await desk.backend.download(received.sha256)).getvalue() == body
    fetched = [one for one in server.requests if one.path.startswith("/rails/")]
    assert len(fetched) == 2
    assert not any("api_access_token" in one.headers for one in fetched), "files may lie with strangers"


async def test_a_file_lost_on_the_way_goes_up_again(make_desk: Any, connect: Any, office: Office, store: Store) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    desk = make_desk(connect())
    await live(desk)
    kept = await asyncio.to_thread(files.put, store, io.BytesIO(b"bytes"), "a.txt", "text/plain", is_mine=True)
    # It went up, and the program ended before its message did.
    store.write(lambda w: files.gone_up(w, kept.sha256), Cause.NETWORK).result()
    desk.give(c.SendMessage(interaction_id=ONE, text="Anbei", attachments=(kept,)))
    await desk.until(lambda: not desk.outbox() and len(said(desk)) == 2)
    assert len(office.files) == 1


async def test_what_chatwoot_cannot_do_is_refused_and_holds_nothing_else_up(desk: Any, office: Office) -> None:
    jana = office.add_contact("Jana")
    office.begin(jana, "Hello")
    office.begin(jana, "Hi", inbox=4, can_reply=False)
    await live(desk)
    desk.give(c.Consult(interaction_id=ONE, agent_id=AgentId("8")))
    desk.reply("2", "too late")
    await desk.until(lambda: all(entry.state is OutboxState.WEDGED for entry in desk.outbox()))
    assert sorted(entry.error for entry in desk.outbox()) == ["channel_cannot_send", "unsupported"]
    assert len(office.messages[2]) == 1


async def test_away_and_back_again(desk: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    await server.stop()
    desk.reply("1", "written offline")
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    office.say(1, "anybody?")
    await server.start()
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox() and len(said(desk)) == 3)
    assert [m["content"] for m in office.messages[1]].count("written offline") == 1


async def test_a_token_that_was_changed_asks_for_signing_in(desk: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    await live(desk)
    server.expire(ANNA, "new-token")
    desk.reply("1", "still here")
    await desk.until(lambda: desk.status.phase is Phase.SIGN_IN_NEEDED)
    desk.backend._client._tokens.credentials.append("new-token")
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    assert [m["content"] for m in office.messages[1]] == ["Hello", "still here"]


async def test_two_customers_made_one_keep_all_that_was_said(desk: Any, office: Office) -> None:
    jana, same = office.add_contact("Jana"), office.add_contact("J. Weber", email="jana@customer.example")
    office.begin(jana, "Hello")
    office.begin(same, "By mail", inbox=2)
    await live(desk)
    desk.give(c.MergeCustomers(customer_id=str(jana), merged_id=str(same)))
    await desk.until(lambda: not desk.outbox())
    await desk.until(lambda: desk.row(Table.INTERACTION, "2").customer_id == str(jana))
    await asyncio.sleep(0.2)
    assert words(desk, "2") == ["By mail"]
    assert desk.row(Table.CUSTOMER, str(jana)).identities[0].normalised == "jana@customer.example"


async def test_a_customer_changed_by_two_is_a_conflict_that_shows_both(desk: Any, office: Office) -> None:
    jana = office.add_contact("Jana")
    office.begin(jana, "Hello")
    await live(desk)
    change = {
        "customer_id": str(jana),
        "fields": {"name": "Jana Weber", "phone": "+4930123456"},
        "before": {"name": "Jana"},
    }
    desk.give(c.UpdateCustomer(**change))
    await desk.until(lambda: not desk.outbox())
    assert (office.contacts[jana]["name"], office.contacts[jana]["phone_number"]) == ("Jana Weber", "+4930123456")
    desk.give(c.UpdateCustomer(customer_id=str(jana), fields={"name": "J. W."}, before={"name": "Jana"}))
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["conflict"])
    assert desk.row(Table.CUSTOMER, str(jana)).name == "Jana Weber"


async def test_the_night_finds_what_no_watermark_tells(
    make_desk: Any, connect: Any, office: Office, store: Store
) -> None:
    began = office.now()
    now = [began]
    office.now = lambda: now[0]
    jana = office.add_contact("Jana")
    for number in range(3):
        office.begin(jana, f"case {number}")
    pace = PullPace(streaming_s=0.05, blind_s=0.05, confirm_s=0.01)
    desk = make_desk(connect(habits=Habits(walk_s=0.0)), pace=pace)
    await live(desk)
    assert desk.count(Table.INTERACTION) == 3
    # Said to nobody: the rows themselves are changed.
    office.messages[1][0]["content"] = "case rewritten"
    office.contacts[jana]["name"] = "Jana Weber"
    office.delete(2)
    await asyncio.sleep(0.3)
    assert desk.count(Table.INTERACTION) == 3
    now[0] = began + 86_400
    await desk.until(lambda: words(desk) == ["case rewritten"])
    await desk.until(lambda: desk.row(Table.INTERACTION, "2") is None)
    await desk.until(lambda: desk.row(Table.CUSTOMER, str(jana)).name == "Jana Weber")
    assert words(desk, "3") == ["case 2"]


async def test_typing_is_told_both_ways(make_desk: Any, connect: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    heard: list[tuple[str, str]] = []
    desk = make_desk(connect(), on_signal=lambda contact, kind: heard.append((contact, kind)))
    await live(desk)
    for user in ("contact", "user"):
        server.push("conversation.typing_on", {"conversation": {"id": 1}, "user": {"type": user}, "is_private": False})
    await desk.until(lambda: heard == [("1", "typing")])
    desk.engine.typing.tell(ONE, True)
    await desk.until(lambda: office.typing == [(1, "on")])
    await desk.until(lambda: office.conversations[1].get("agent_last_seen_at"))


async def test_of_two_accounts_nothing_is_mixed_up(desk: Any, connect: Any, office: Office, make_desk: Any) -> None:
    office.begin(office.add_contact("Jana"), "Hello", assignee=ANNA)
    other = connect(key="cw")
    page = await other.history(2**53 - 1, scope="open", limit=500)
    assert b'"id":"cw~1"' in page
    assert b'"assignee":"me-at-this-desk"' in page
    command = CommandId(new_id())
    answer = await other.perform(command, c.SendMessage(interaction_id=InteractionId("cw~1"), text="Hi"))
    assert answer.outcome == "applied"
    assert [m["content"] for m in office.messages[1]] == ["Hello", "Hi"]


async def test_what_one_may_not_do_is_refused_and_asks_nobody_to_sign_in(
    desk: Any, office: Office, server: Any
) -> None:
    jana = office.add_contact("Jana")
    office.begin(jana, "Hello")
    office.begin(jana, "Hi")
    await live(desk)
    server.hidden.add(1)
    desk.reply("1", "may I?")
    desk.reply("2", "of course")
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["forbidden"])
    office.say(1, "hidden")
    office.say(2, "more")
    await desk.until(lambda: words(desk, "2") == ["Hi", "of course", "more"])
    assert Phase.SIGN_IN_NEEDED not in {status.phase for status in desk.statuses}


async def test_a_message_chatwoot_falls_over_is_given_up_and_others_are_not(
    make_desk: Any, connect: Any, office: Office, server: Any
) -> None:
    jana = office.add_contact("Jana")
    office.begin(jana, "Hello")
    office.begin(jana, "Hi")
    growth = Growth(first_s=0.005, cap_s=0.01, least_s=0.001)
    desk = make_desk(connect(), growth=growth, politeness=Politeness(rate=10_000.0, burst=10_000.0))
    await live(desk)
    server.stumble("POST /api/v1/accounts/3/conversations/1/")
    server.stumble("GET /api/v1/accounts/3/conversations/1/")
    desk.reply("1", "falls over")
    desk.reply("2", "fine")
    await desk.until(lambda: [m["content"] for m in office.messages[2]] == ["Hi", "fine"])
    server._faults.pop()
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["internal"])


async def test_one_conversation_that_cannot_be_read_holds_up_no_other(desk: Any, office: Office, server: Any) -> None:
    jana = office.add_contact("Jana")
    for number in range(3):
        office.begin(jana, f"case {number}")
    server.stumble("/conversations/2/messages")
    await live(desk)
    office.say(2, "broken")
    office.say(3, "whole")
    await desk.until(lambda: words(desk, "3") == ["case 2", "whole"])
    await desk.until(lambda: words(desk, "2") == ["case 1", "broken"])
    asked = [one for one in server.requests if one.path.endswith("/conversations/2/messages")]
    assert len(asked) < 12
