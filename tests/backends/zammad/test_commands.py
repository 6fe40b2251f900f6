"""What an agent asks for, as a colleague at Zammad's own window would see it done."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.backends.base import Offline
from desktop.domain.agent import PresenceState
from desktop.domain.commands import (
    Accept,
    AddNote,
    Hold,
    LinkCustomer,
    Observe,
    Reassign,
    Reopen,
    Requeue,
    Resume,
    SendMessage,
    SetIntent,
    SetPresence,
    SetPriority,
    Snooze,
    Take,
    TakeOver,
    Transfer,
    UpdateCustomer,
    WrapUp,
)
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, QueueId, new_id
from desktop.domain.interaction import InteractionState, MessageKind

from ...peers.zammad.centre import ANNA, BEN, CLOSED, NOBODY, OPEN, REMINDER, SALES, instant

UNTIL = datetime(2031, 5, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def ticket(zammad: Any) -> int:
    centre = zammad.centre
    return int(centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo", title="Tisch"))


@pytest.fixture
def about(ticket: int) -> InteractionId:
    return InteractionId(str(ticket))


async def done(backend: Any, command: Any) -> Any:
    answer = await backend.perform(CommandId(new_id()), command)
    assert answer.outcome == "applied", answer.error
    return answer


async def test_taking_and_giving_back(zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId) -> None:
    backend = connect(me=AgentId("me"))
    desk = cache(backend)
    desk.write((await done(backend, Take(interaction_id=about))).changes)
    assert (desk.contact(ticket).assignee, desk.contact(ticket).state) == ("me", InteractionState.ACTIVE)
    assert zammad.centre.tickets[ticket]["owner_id"] == ANNA
    desk.write((await done(backend, Requeue(interaction_id=about))).changes)
    assert desk.contact(ticket).state is InteractionState.QUEUED
    assert zammad.centre.tickets[ticket]["owner_id"] == NOBODY


async def test_who_was_quicker_has_it_and_the_other_sees_who(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    anna, ben = connect(), connect("Token token-of-ben")
    await done(ben, Take(interaction_id=about))
    answer = await anna.perform(CommandId(new_id()), Take(interaction_id=about))
    assert (answer.outcome, answer.error.code) == ("refused", "already_taken")
    desk = cache(anna)
    desk.write(answer.changes)
    assert desk.contact(ticket).assignee == str(BEN)
    await done(anna, TakeOver(interaction_id=about))
    assert zammad.centre.tickets[ticket]["owner_id"] == ANNA


async def test_a_snooze_is_a_pending_reminder(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    backend = connect()
    desk = cache(backend)
    desk.write((await done(backend, Snooze(interaction_id=about, until=UNTIL))).changes)
    assert (desk.contact(ticket).state, desk.contact(ticket).snoozed_until) == (InteractionState.SNOOZED, UNTIL)
    row = zammad.centre.tickets[ticket]
    assert (row["state_id"], instant(row["pending_time"])) == (REMINDER, UNTIL)
    desk.write((await done(backend, Resume(interaction_id=about))).changes)
    assert desk.contact(ticket).state is InteractionState.ACTIVE
    assert zammad.centre.tickets[ticket]["pending_time"] is None


async def test_an_end_with_what_it_was_about_and_taken_up_again(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    backend = connect()
    desk = cache(backend)
    command = WrapUp(interaction_id=about, disposition="refunded", summary="Geld zurück")
    desk.write((await done(backend, command)).changes)
    assert desk.contact(ticket).state is InteractionState.CLOSED
    assert zammad.centre.tickets[ticket]["state_id"] == CLOSED
    assert zammad.centre.tags[ticket] == ["refunded"]
    note = desk.messages(ticket)[-1]
    assert (note.kind, note.text) == (MessageKind.NOTE, "Geld zurück")
    desk.write((await done(backend, Reopen(interaction_id=about))).changes)
    assert desk.contact(ticket).state is InteractionState.ACTIVE


async def test_handing_over_with_a_word_for_the_colleague(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    backend = connect()
    desk = cache(backend)
    command = Transfer(interaction_id=about, to_agent=AgentId(str(BEN)), note="Kennst du schon")
    desk.write((await done(backend, command)).changes)
    assert desk.contact(ticket).assignee == str(BEN)
    assert desk.messages(ticket)[-1].text == "Kennst du schon"
    refused = await backend.perform(CommandId(new_id()), Transfer(interaction_id=about, to_queue=QueueId(str(SALES))))
    assert refused.error.code == "not_owner"
    desk.write((await done(backend, Reassign(interaction_id=about, to_queue=QueueId(str(SALES))))).changes)
    assert (desk.contact(ticket).queue, desk.contact(ticket).assignee) == (str(SALES), None)


async def test_priority_customer_and_following(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    centre = zammad.centre
    ida = centre.customer("Ida", "Kraft", "ida@mail.example")
    backend = connect()
    desk = cache(backend)
    await done(backend, SetPriority(interaction_id=about, priority=1))
    assert centre.tickets[ticket]["priority_id"] == 3
    await done(backend, SetPriority(interaction_id=about, priority=5))
    assert centre.tickets[ticket]["priority_id"] == 1
    desk.write((await done(backend, LinkCustomer(interaction_id=about, customer_id=CustomerId(str(ida))))).changes)
    assert desk.contact(ticket).customer_name == "Ida Kraft"
    for is_on in (True, True, False, False):
        answer = await done(backend, Observe(interaction_id=about, is_on=is_on))
        desk.write(answer.changes)
        assert bool(desk.contact(ticket).observers) is is_on
        assert len(centre.mentions) == int(is_on)


async def test_a_customers_data_change_there_and_a_conflict_shows_what_is_so(
    zammad: Any, connect: Any, cache: Any, ticket: int
) -> None:
    centre, backend = zammad.centre, connect()
    number = centre.tickets[ticket]["customer_id"]
    who = CustomerId(str(number))
    fields = {"family_name": "Hahn-Lind", "address.city": "Halle", "phone": "+49 345 5550100"}
    before = {"family_name": "Hahn", "address.city": None}
    await asyncio.sleep(0.002)
    answer = await done(backend, UpdateCustomer(customer_id=who, fields=fields, before=before))
    assert (centre.users[number]["lastname"], centre.users[number]["city"]) == ("Hahn-Lind", "Halle")
    assert centre.users[number]["phone"] == "+49 345 5550100"
    desk = cache(backend)
    desk.write(answer.changes)
    assert desk.rows["customer", str(number)].name == "Ole Hahn-Lind"
    conflict = await backend.perform(
        CommandId(new_id()),
        UpdateCustomer(customer_id=who, fields={"family_name": "Huhn"}, before={"family_name": "Hahn"}),
    )
    assert conflict.error.code == "conflict"
    assert conflict.changes
    unknown = await backend.perform(
        CommandId(new_id()), UpdateCustomer(customer_id=who, fields={"birth_date": "1990-01-01"})
    )
    assert unknown.error.code == "unsupported"
    assert centre.users[number]["lastname"] == "Hahn-Lind"


async def test_what_zammad_has_nothing_for_is_refused_and_leaves_no_trace(
    zammad: Any, connect: Any, about: InteractionId
) -> None:
    backend = connect()
    for command in (
        Accept(interaction_id=about),
        Hold(interaction_id=about),
        SetIntent(interaction_id=about, intent="refund"),
        SetPresence(state=PresenceState.READY),
    ):
        answer = await backend.perform(CommandId(new_id()), command)
        assert (answer.outcome, answer.error.code) == ("refused", "unsupported")
    assert all(one.method == "GET" for one in zammad.requests)
    alien = await backend.perform(CommandId(new_id()), Take(interaction_id=InteractionId("other~5")))
    assert alien.error.code == "not_found"


async def test_what_is_gone_is_gone_and_what_was_merged_is_closed(
    zammad: Any, connect: Any, cache: Any, ticket: int, about: InteractionId
) -> None:
    centre, backend = zammad.centre, connect()
    other = centre.customer_writes(centre.tickets[ticket]["customer_id"], "Doppelt")
    desk = cache(backend)
    await desk.pull()
    centre.merge(other, ticket)
    answer = await backend.perform(
        CommandId(new_id()), SendMessage(interaction_id=InteractionId(str(other)), text="Hm")
    )
    assert answer.error.code == "illegal_state"
    centre.delete(ticket)
    for command in (
        Take(interaction_id=about),
        AddNote(interaction_id=about, text="x"),
        SendMessage(interaction_id=about, text="x"),
    ):
        answer = await backend.perform(CommandId(new_id()), command)
        assert answer.outcome == "gone"
    desk.write(answer.changes)
    assert desk.contact(ticket) is None
    await desk.pull()
    assert desk.contact(ticket) is None


async def test_a_customer_who_was_deleted_cannot_be_changed_and_is_forgotten(
    zammad: Any, connect: Any, cache: Any, ticket: int
) -> None:
    desk = cache(connect())
    await desk.pull()
    customer = zammad.centre.tickets[ticket]["customer_id"]
    zammad.centre.delete_user(customer)
    command = UpdateCustomer(customer_id=CustomerId(str(customer)), fields={"given_name": "Olaf"})
    answer = await desk.backend.perform(CommandId(new_id()), command)
    assert answer.outcome == "gone"
    desk.write(answer.changes)
    assert ("customer", str(customer)) not in desk.rows


@pytest.mark.parametrize(
    ("command", "is_so"),
    [
        (lambda about: Take(interaction_id=about), {"owner_id": ANNA}),
        (lambda about: Snooze(interaction_id=about, until=UNTIL), {"state_id": REMINDER}),
        (lambda about: WrapUp(interaction_id=about, disposition="ok", summary="Gut"), {"state_id": CLOSED}),
        (lambda about: Transfer(interaction_id=about, to_agent=AgentId(str(BEN)), note="Hier"), {"owner_id": BEN}),
        (lambda about: Reopen(interaction_id=about), {"state_id": OPEN, "owner_id": ANNA}),
        (lambda about: SetPriority(interaction_id=about, priority=1), {"priority_id": 3}),
    ],
)
@pytest.mark.parametrize("kind", ["before", "after", "late"])
async def test_a_change_whose_answer_was_lost_is_looked_up(
    zammad: Any, connect: Any, ticket: int, about: InteractionId, command: Any, is_so: Any, kind: str
) -> None:
    backend, command_id, asked = connect(settle_s=0.15), CommandId(new_id()), command(about)
    zammad.cut(kind, f"PUT /api/v1/tickets/{ticket}")
    with pytest.raises(Offline) as raised:
        await backend.perform(command_id, asked)
    assert raised.value.may_have_arrived
    while (answer := await backend.look_up(command_id, asked)) is not None and answer.outcome == "pending":
        await asyncio.sleep(0.03)
    assert (answer is None) == (kind == "before")
    if answer is None:
        answer = await backend.perform(command_id, asked)
    assert answer.outcome == "applied"
    row = zammad.centre.tickets[ticket]
    assert {name: row[name] for name in is_so} == is_so
    notes = [one for one in zammad.centre.articles.values() if one["internal"]]
    assert len(notes) == (1 if isinstance(asked, WrapUp | Transfer) else 0)


@pytest.mark.parametrize("kind", ["before", "after"])
async def test_changes_of_people_and_of_what_is_followed_are_looked_up_too(
    zammad: Any, connect: Any, ticket: int, about: InteractionId, kind: str
) -> None:
    backend, customer = connect(settle_s=0.0), zammad.centre.tickets[ticket]["customer_id"]
    fields = {"family_name": "Lind", "phone": "+49 345 5550100"}
    for line, command in (
        (f"PUT /api/v1/users/{customer}", UpdateCustomer(customer_id=CustomerId(str(customer)), fields=fields)),
        ("POST /api/v1/mentions", Observe(interaction_id=about)),
        ("DELETE /api/v1/mentions", Observe(interaction_id=about, is_on=False)),
    ):
        zammad.cut(kind, line)
        command_id = CommandId(new_id())
        with pytest.raises(Offline):
            await backend.perform(command_id, command)
        answer = await backend.look_up(command_id, command) or await backend.perform(command_id, command)
        assert answer.outcome == "applied"
        assert answer.changes
    assert zammad.centre.users[customer]["lastname"] == "Lind"
    assert zammad.centre.mentions == {}


async def test_refusals_of_zammad_itself_keep_their_reason(zammad: Any, connect: Any, about: InteractionId) -> None:
    backend = connect()
    answer = await backend.perform(
        CommandId(new_id()), LinkCustomer(interaction_id=about, customer_id=CustomerId("99999"))
    )
    assert (answer.outcome, answer.error.code) == ("refused", "bad_request")
    assert "customer_id" in answer.error.detail
