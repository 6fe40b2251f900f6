"""What an agent sees of a system: all there is, what happens, what happened meanwhile, what changed and what is gone."""

from __future__ import annotations

import asyncio

from desktop.domain.changes import Table
from desktop.domain.ids import account_of, native_id
from desktop.domain.interaction import Author, InteractionState

from .desk import ContractDesk
from .stories import story
from .world import ADDRESS, CUSTOMER, File, World


@story("first sync", is_keyed=True)
async def test_the_first_look_shows_all_there_is(world: World, desk: ContractDesk) -> None:
    waiting = await world.customer_writes("Kornblume eins")
    await world.customer_writes("Kornblume zwei", contact=waiting)
    closed = await world.customer_writes("Kornblume von früher", is_closed=True)
    many = [await world.customer_writes(f"Kornblume {number}") for number in range(6)]
    await desk.sit_down()
    for contact in (waiting, closed, *many):
        await desk.until(lambda contact=contact: desk.texts(contact))
    await desk.until(lambda: desk.texts(waiting) == ["Kornblume eins", "Kornblume zwei"])
    shown = desk.contact(waiting)
    assert shown.state is InteractionState.QUEUED
    assert shown.assignee is None
    assert desk.contact(closed).state is InteractionState.CLOSED
    first = desk.messages(waiting)[0]
    assert first.author is Author.CUSTOMER
    customer = desk.row(Table.CUSTOMER, shown.customer_id)
    assert ADDRESS in {identity.normalised for identity in customer.identities}
    assert CUSTOMER in (customer.name, shown.customer_name) or ADDRESS in (customer.name, shown.customer_name)
    told = [shown.id, first.id, customer.id, *([shown.queue] if shown.queue else [])]
    assert {account_of(id_) for id_ in told} == {desk.key}
    assert native_id(shown.id) == waiting


@story("what happens is shown", by_itself="has_events", is_keyed=True)
async def test_what_a_customer_writes_comes_by_itself_and_once(world: World, desk: ContractDesk) -> None:
    known = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await world.customer_writes("Kornblume zwei", contact=known)
    await desk.until(lambda: desk.texts(known) == ["Kornblume eins", "Kornblume zwei"])
    new = await world.customer_writes("Kornblume neu")
    await desk.until(lambda: desk.texts(new) == ["Kornblume neu"])
    await world.customer_writes("Kornblume drei", contact=known)
    await desk.until(lambda: desk.texts(known) == ["Kornblume eins", "Kornblume zwei", "Kornblume drei"])
    assert desk.contact(new).state is InteractionState.QUEUED


@story("what was missed while away", is_keyed=True)
async def test_what_happened_while_the_window_was_closed_is_made_up_for(world: World, desk: ContractDesk) -> None:
    old = [await world.customer_writes(f"Kornblume {number}") for number in range(3)]
    await desk.sit_down()
    await desk.until(lambda: all(desk.texts(contact) for contact in old))
    await desk.stop()
    for number in range(15):
        await world.customer_writes(f"Kornblume, die {number}.", contact=old[number % 3])
    new = [await world.customer_writes(f"Kornblume neu {number}") for number in range(6)]
    await desk.start()
    for place, contact in enumerate(old):
        wanted = [f"Kornblume {place}", *(f"Kornblume, die {number}." for number in range(place, 15, 3))]
        await desk.until(lambda contact=contact, wanted=wanted: desk.texts(contact) == wanted)
    for number, contact in enumerate(new):
        await desk.until(lambda contact=contact, number=number: desk.texts(contact) == [f"Kornblume neu {number}"])


@story("looks that are broken off")
async def test_a_look_that_is_broken_off_takes_nothing_with_it(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume")
    await desk.sit_down()
    await desk.until(lambda: desk.texts(contact))
    wanted = ["Kornblume"]
    for number in range(5):
        wanted.append(f"Kornblume, die {number}.")
        await world.customer_writes(wanted[-1], contact=contact)
        for rest_ms in range(0, 40, 2):
            # Somebody asks for a look: whatever was under way is given up for it.
            desk.wake()
            await asyncio.sleep(rest_ms / 1000)
    await desk.until(lambda: desk.texts(contact) == wanted)
    await desk.live()


@story("edits", is_keyed=True)
async def test_what_a_colleague_changes_is_changed_here(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await world.customer_writes("Kornblume zwei", contact=contact)
    await desk.sit_down()
    await desk.until(lambda: desk.texts(contact) == ["Kornblume eins", "Kornblume zwei"])
    edited = await world.colleague_edits(contact)
    assert edited.fields
    await desk.until(
        lambda: {name: getattr(desk.contact(contact), name) for name in edited.fields} == dict(edited.fields)
    )
    if edited.texts is not None:
        await desk.until(lambda: desk.texts(contact) == list(edited.texts or ()))


@story("deletions", is_keyed=True)
async def test_what_is_deleted_there_is_gone_here(world: World, desk: ContractDesk) -> None:
    stays, goes = [await world.customer_writes(f"Kornblume {number}") for number in range(2)]
    await desk.sit_down()
    await desk.until(lambda: desk.texts(stays) and desk.texts(goes))
    await world.colleague_deletes(goes)
    await desk.until(lambda: desk.contact(goes) is None)
    assert desk.texts(goes) == []
    assert desk.texts(stays) == ["Kornblume 0"]


@story("files of customers", needs=("has_blobs",), is_keyed=True)
async def test_a_customers_file_is_opened_whole(world: World, desk: ContractDesk) -> None:
    sent = File("Beleg ä 😀.pdf", "application/pdf", b"%PDF-1.4\n" + bytes(range(256)) * 40)
    contact = await world.customer_writes("Kornblume, siehe Anlage", files=[sent])
    await desk.sit_down()
    await desk.until(lambda: any(message.attachments for message in desk.messages(contact)))
    (file,) = [file for message in desk.messages(contact) for file in message.attachments]
    assert (file.name, file.media_type, file.size) == (sent.name, sent.media_type, len(sent.data))
    assert desk.backend is not None
    assert (await desk.backend.download(file.sha256)).getvalue() == sent.data


@story("language, mood and intent", by_itself="has_brain")
async def test_what_a_customer_wants_is_understood(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume! Meine Rechnung ist falsch, ich möchte mein Geld zurück.")
    await desk.sit_down()
    await desk.until(lambda: desk.contact(contact) is not None and desk.contact(contact).intent)
    (said,) = desk.messages(contact)
    assert said.language == "de"
    assert said.mood is not None
    assert desk.contact(contact).intent_probability > 0
