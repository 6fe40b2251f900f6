"""What becomes of what an agent does: it is done there once, whatever happens to the line, or it is refused and kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from desktop.backends.base import Backend, Refused
from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, CommandId, CustomerId, foreign_id, new_id
from desktop.domain.interaction import Author, Delivery, InteractionState
from desktop.ui.i18n import reasons

from .desk import ContractDesk
from .garbage import GARBAGE, halved
from .gateway import Gateway, Reply
from .stories import NETWORK, story
from .world import File, World


@story("take, reply, note, wrap up", needs=(NETWORK, "take", "send_message", "add_note", "wrap_up"), is_keyed=True)
async def test_a_contact_is_taken_answered_noted_and_done_with(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    assert desk.contact(contact).state is InteractionState.ACTIVE
    desk.does(c.SendMessage, contact, text="Zwetschge 😀 – versprochen.\nGrüße")
    desk.does(c.AddNote, contact, text="Zwetschge, unter uns")
    await desk.carried()
    assert await world.replies(contact) == ["Zwetschge 😀 – versprochen.\nGrüße"]
    assert await world.notes(contact) == ["Zwetschge, unter uns"]
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Zwetschge 😀 – versprochen.\nGrüße"])
    await desk.until(lambda: desk.notes(contact) == ["Zwetschge, unter uns"])
    mine = [message for message in desk.messages(contact) if message.author is Author.AGENT]
    assert [message.agent_id for message in mine] == [desk.me]
    assert mine[0].delivery is not Delivery.FAILED
    desk.does(c.WrapUp, contact, disposition=_disposition(desk), summary="Zwetschge, am Ende")
    await desk.carried()
    assert await world.is_closed(contact)
    await desk.until(lambda: desk.contact(contact).state is InteractionState.CLOSED)


def _disposition(desk: ContractDesk) -> str:
    """One of the account's, empty where it has none."""
    return min(desk.held()[Table.DISPOSITION], default="")


@story("wrap-up codes", needs=("wrap_up", "has_dispositions"), is_keyed=True)
async def test_how_it_ended_is_kept(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    disposition = max(desk.held()[Table.DISPOSITION])
    desk.does(c.WrapUp, contact, disposition=disposition)
    await desk.carried()
    await desk.until(lambda: desk.contact(contact).disposition == disposition)


@story("snooze, give back, take up again", needs=(NETWORK, "snooze", "requeue", "resume"))
async def test_what_is_put_off_given_back_and_taken_up_again_is_so_there(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    until = datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(hours=3)
    desk.does(c.Snooze, contact, until=until)
    await desk.carried()
    await desk.until(lambda: desk.contact(contact).state is InteractionState.SNOOZED)
    assert desk.contact(contact).snoozed_until == until
    desk.does(c.Resume, contact)
    await desk.carried()
    await desk.until(lambda: desk.contact(contact).state is InteractionState.ACTIVE)
    desk.does(c.Requeue, contact)
    await desk.carried()
    assert await world.owner(contact) == ""
    await desk.until(lambda: desk.contact(contact).state is InteractionState.QUEUED)


@story("presence", needs=(NETWORK, "set_presence", "has_presence"), is_keyed=True)
async def test_the_agents_state_is_known_there(world: World, desk: ContractDesk) -> None:
    await desk.sit_down()
    for state in (PresenceState.AWAY, PresenceState.READY, PresenceState.OFFLINE):
        desk.gives(c.SetPresence(state=state))
        await desk.carried()
        assert await world.presence() == state


@story("edits of a customer", needs=("update_customer",))
async def test_two_who_edit_one_customer_do_not_overrule_each_other(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.until(lambda: desk.contact(contact) is not None)
    customer = CustomerId(desk.contact(contact).customer_id)
    seen = desk.row(Table.CUSTOMER, customer).name
    wrong = c.UpdateCustomer(customer_id=customer, fields={"name": "Jana Kornblume"}, before={"name": "Zwetschge"})
    desk.gives(wrong)
    await desk.done()
    assert desk.refusals() in (["conflict"], ["forbidden"])
    assert desk.row(Table.CUSTOMER, customer).name == seen


# --- once --------------------------------------------------------------------------------------------------------------

_TROUBLES: dict[str, Callable[[Gateway, str], None]] = {
    "cut-before": lambda way, reply: way.cut_before(reply, times=3),
    "cut-after": lambda way, reply: way.cut_after(reply, times=3),
    "error-page": lambda way, reply: way.alter(lambda _: GARBAGE["a proxy's error page"], reply),
    "portal": lambda way, reply: way.alter(lambda _: GARBAGE["a portal's page in place of the answer"], reply),
    "empty": lambda way, reply: way.alter(lambda _: GARBAGE["nothing"], reply),
    "halved": lambda way, reply: way.alter(halved, reply),
    "broken-off": lambda way, reply: way.alter(
        lambda told: Reply(told.status, told.body, told.media_type, cut_at=9), reply
    ),
    "another": lambda way, reply: way.alter(lambda _: GARBAGE["JSON of another kind"], reply),
    "server-error": lambda way, reply: way.alter(lambda _: Reply(500, b'{"error": "oops"}'), reply),
}


@story("a reply arrives once", needs=(NETWORK, "send_message"), by_itself="has_idempotent_send")
@pytest.mark.parametrize("trouble", list(_TROUBLES))
async def test_a_reply_is_there_once_whatever_happens_to_the_line(
    world: World, desk: ContractDesk, trouble: str
) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    _TROUBLES[trouble](world.gateway, world.REPLY)
    desk.does(c.SendMessage, contact, text="Zwetschge, genau einmal")
    await desk.carried()
    assert world.gateway.struck >= 1
    world.gateway.forgive()
    assert await world.replies(contact) == ["Zwetschge, genau einmal"]
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Zwetschge, genau einmal"])
    desk.does(c.SendMessage, contact, text="Zwetschge, genau einmal")
    await desk.carried()
    assert await world.replies(contact) == ["Zwetschge, genau einmal"] * 2, "the same words twice are two replies"
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", *["Zwetschge, genau einmal"] * 2])
    assert not [item for item in desk.shown(contact) if item.entry is not None]


@story("a reply arrives once", needs=(NETWORK, "send_message"), by_itself="has_idempotent_send")
@pytest.mark.parametrize("is_done", [True, False], ids=["done-there", "not-done"])
async def test_a_window_that_closed_while_sending_sends_once(world: World, desk: ContractDesk, is_done: bool) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    (world.gateway.cut_after if is_done else world.gateway.cut_before)(world.REPLY, times=100)
    desk.does(c.SendMessage, contact, text="Zwetschge im Gehen")
    await desk.until(lambda: world.gateway.struck)
    await desk.stop()
    world.gateway.forgive()
    await desk.start()
    await desk.carried()
    assert await world.replies(contact) == ["Zwetschge im Gehen"]
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Zwetschge im Gehen"])


@story("what the server falls over is given up", needs=(NETWORK, "send_message"))
async def test_a_reply_the_server_always_falls_over_is_given_up_and_others_go_out(
    world: World, desk: ContractDesk
) -> None:
    bad, good = [await world.customer_writes(f"Kornblume {number}") for number in range(2)]
    await desk.sit_down()
    await desk.takes(bad)
    await desk.takes(good)
    world.gateway.answer(Reply(500, b'{"error": "Internal Server Error"}'), world.REPLY, times=float("inf"))
    desk.does(c.SendMessage, bad, text="Zwetschge, an der alles scheitert")
    await desk.until(lambda: desk.refusals() == ["internal"])
    assert 3 <= world.gateway.struck <= 20
    world.gateway.forgive()
    desk.does(c.SendMessage, good, text="Zwetschge, die durchkommt")
    await desk.done()
    assert await world.replies(good) == ["Zwetschge, die durchkommt"]
    assert await world.replies(bad) == []
    assert [entry.command.text for entry in desk.outbox()] == ["Zwetschge, an der alles scheitert"]


# --- no ----------------------------------------------------------------------------------------------------------------


@story("a colleague was faster", needs=(NETWORK, "take"), is_keyed=True)
async def test_who_comes_second_is_told_and_takes_nothing_away(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.until(lambda: desk.texts(contact))
    await desk.stop()
    colleague = await world.colleague_takes(contact)
    # What the agent sees is older than what is there.
    desk.does(c.Take, contact)
    await desk.start()
    await desk.done()
    (code,) = desk.refusals()
    assert code in ("already_taken", "not_owner", "conflict", "illegal_state")
    _is_said(code)
    assert await world.owner(contact) == colleague
    await desk.until(lambda: desk.contact(contact).assignee == foreign_id(desk.key, colleague))


@story("a refusal is kept and told", needs=(NETWORK, "send_message"), is_keyed=True)
async def test_what_is_refused_is_kept_and_shown_and_holds_nothing_else_up(world: World, desk: ContractDesk) -> None:
    barred, other = [await world.customer_writes(f"Kornblume {number}") for number in range(2)]
    await desk.sit_down()
    await desk.takes(barred)
    await desk.takes(other)
    await desk.stop()
    await world.bar(barred)
    desk.does(c.SendMessage, barred, text="Zwetschge, die nicht mehr darf")
    desk.does(c.SendMessage, other, text="Zwetschge, die darf")
    await desk.start()
    await desk.done()
    (code,) = desk.refusals()
    _is_said(code)
    (kept,) = desk.outbox()
    assert kept.command.text == "Zwetschge, die nicht mehr darf"
    assert await world.replies(barred) == []
    assert await world.replies(other) == ["Zwetschge, die darf"]
    failed = [item.message for item in desk.shown(barred) if item.entry is not None]
    assert [(one.text, one.delivery, one.failure) for one in failed if one is not None] == [
        ("Zwetschge, die nicht mehr darf", Delivery.FAILED, code)
    ]


def _is_said(code: str) -> None:
    """There are words for it that a person understands."""
    assert code not in reasons.refusal(code)


@story("what is not carried is refused", needs=("take",))
async def test_what_a_system_has_nothing_for_is_refused_as_such(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    assert desk.backend is not None
    carried = desk.backend.capabilities.commands
    if carried is None:
        return
    id_, me = desk.id(contact), desk.me
    lacking = [
        c.Hold(interaction_id=id_), c.Consult(interaction_id=id_, agent_id=me), c.SetIntent(interaction_id=id_, intent="x"),
        c.Whisper(interaction_id=id_, text="Zwetschge"), c.Observe(interaction_id=id_), c.TakeNext(),
        c.SetAgentPresence(agent_id=AgentId(me), state=PresenceState.AWAY),
    ]  # fmt: skip
    given = [one for one in lacking if str(type(one).__struct_config__.tag) not in carried]
    assert given
    for command in given:
        assert await _code(desk.backend, command) == "unsupported"
    desk.gives(given[0])
    await desk.until(lambda: desk.refusals() == ["unsupported"])
    _is_said("unsupported")


async def _code(backend: Backend, command: c.Command) -> str:
    """Return why a backend refuses a command: some answer so, some raise it."""
    try:
        answer = await backend.perform(CommandId(new_id()), command)
    except Refused as refused:
        return refused.code
    return answer.error.code if answer.outcome == "refused" and answer.error is not None else answer.outcome


# --- files -------------------------------------------------------------------------------------------------------------


@story("files to customers", needs=(NETWORK, "has_blobs", "send_message"), is_keyed=True)
async def test_a_file_goes_out_whole_and_comes_back_the_same(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    sent = File("Zwetschge ä 😀.pdf", "application/pdf", b"%PDF-1.4\n" + bytes(range(256)) * 300)
    attachment = await desk.file(sent)
    desk.does(c.SendMessage, contact, text="Zwetschge, siehe Anlage", attachments=(attachment,))
    await desk.carried()
    assert await world.sent_files(contact) == [sent.data]
    await desk.until(lambda: any(message.attachments for message in desk.messages(contact)))
    (file,) = [file for message in desk.messages(contact) for file in message.attachments]
    assert (file.name, file.size) == (sent.name, len(sent.data))
    assert desk.backend is not None
    assert (await desk.backend.download(file.sha256)).getvalue() == sent.data


@story("files to customers", needs=(NETWORK, "has_blobs", "send_message"))
async def test_a_file_that_went_up_before_the_window_closed_goes_out_with_its_words(
    world: World, desk: ContractDesk
) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    world.gateway.cut_before(world.REPLY, times=100)
    sent = File("Beleg.txt", "text/plain", b"Zwetschge " * 100)
    attachment = await desk.file(sent)
    desk.does(c.SendMessage, contact, text="Zwetschge mit Anlage", attachments=(attachment,))
    await desk.until(lambda: world.gateway.struck)
    await desk.stop()
    world.gateway.forgive()
    await desk.start()
    await desk.carried()
    assert await world.replies(contact) == ["Zwetschge mit Anlage"]
    assert await world.sent_files(contact) == [sent.data]
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Zwetschge mit Anlage"])
