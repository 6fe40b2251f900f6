"""Two agents at one hub: files that one sent and the other opens, and a record that both change."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
from typing import Any

from desktop.domain.changes import Cause, Table
from desktop.domain.commands import AddNote, SendMessage, Take, WrapUp
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId, MessageId, new_id
from desktop.domain.interaction import InteractionState
from desktop.store import conflicts, files, projections
from desktop.store.rows import OutboxState
from desktop.sync.status import Phase

BODY = b"%PDF-1.7 " + os.urandom(3 * files.PART_BYTES)


async def _at_work(desk: Any, centre: Any) -> InteractionId:
    """The agent is online and has taken a mail."""
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    contact_id = await asyncio.to_thread(lambda: centre.customer_writes("Bitte um Beleg", channel="email"))
    await desk.until(lambda: desk.row(Table.INTERACTION, contact_id) is not None)
    desk.give(Take(interaction_id=InteractionId(contact_id)))
    await desk.until(lambda: desk.row(Table.INTERACTION, contact_id).state is InteractionState.ACTIVE)
    return InteractionId(contact_id)


async def _colleague(centre: Any, who: str, path: str) -> Any:
    def get() -> Any:
        with centre.hub.client(who) as client:
            return client.get(path)

    return await asyncio.to_thread(get)


async def test_a_file_added_while_the_hub_was_away_reaches_customer_and_colleagues(
    own_centre: Any, signed_in: Any
) -> None:
    desk = await signed_in(own_centre)
    contact_id = await _at_work(desk, own_centre)
    await asyncio.to_thread(own_centre.stop)
    kept = files.put(desk.store, io.BytesIO(BODY), "Beleg März.pdf", "application/pdf", is_mine=True)
    message = MessageId(new_id())
    send = SendMessage(interaction_id=contact_id, text="Anbei", message_id=message, attachments=(kept,))
    desk.give(send)
    desk.give(AddNote(interaction_id=contact_id, text="Beleg geschickt", attachments=(kept,)))
    await desk.until(lambda: desk.status.phase is Phase.OFFLINE)
    await asyncio.to_thread(own_centre.start)
    desk.engine.wake()
    await desk.until(lambda: not desk.outbox())
    [sent] = desk.row(Table.MESSAGE, message).attachments
    assert (sent.name, sent.size, sent.sha256) == ("Beleg März.pdf", len(BODY), hashlib.sha256(BODY).hexdigest())
    assert desk.store.query(files.waiting) == []
    answer = await _colleague(own_centre, "bert", f"/v1/blobs/{kept.sha256}")
    assert answer.content == BODY
    assert (await desk.backend.download(kept.sha256)).getvalue() == BODY


async def test_a_file_the_hub_does_not_take_is_said_at_its_message(centre: Any, signed_in: Any) -> None:
    desk = await signed_in(centre)
    contact_id = await _at_work(desk, centre)
    kept = files.put(desk.store, io.BytesIO(b"MZ\x90\x00" + bytes(60)), "Bild.png", "image/png", is_mine=True)
    desk.give(SendMessage(interaction_id=contact_id, text="Anbei", attachments=(kept,)))
    await desk.until(lambda: [entry.error for entry in desk.outbox()] == ["type_not_allowed"])
    assert centre.agent_texts(contact_id) == []


async def _known(desk: Any, centre: Any, name: str) -> Customer:
    customer = Customer(id=CustomerId(new_id()), name=name)
    await asyncio.to_thread(lambda: centre.hub.put(customer))
    desk.start()
    await desk.until(lambda: desk.row(Table.CUSTOMER, customer.id) is not None)
    found: Customer = desk.row(Table.CUSTOMER, customer.id)
    return found


async def _changes(centre: Any, who: str, customer: Customer, **fields: str) -> None:
    answer = await asyncio.to_thread(
        lambda: centre.hub.command(who, "update_customer", customer_id=customer.id, fields=fields)
    )
    assert answer.json()["outcome"] == "applied"


async def test_what_both_changed_offline_comes_up_in_both_versions_and_the_choice_holds(
    own_centre: Any, signed_in: Any
) -> None:
    desk = await signed_in(own_centre)
    seen = await _known(desk, own_centre, "Jana Weber")
    await desk.stop()
    command_id = desk.give(conflicts.update_of(seen, {"name": "Jana Meine", "language": "de"}))
    await _changes(own_centre, "bert", seen, name="Jana Ihre", segment="gold")
    again = (await signed_in(own_centre)).start()
    await again.until(lambda: [entry.state for entry in again.outbox()] == [OutboxState.WEDGED])
    [conflict] = again.store.query(projections.conflicts)
    assert [(field.name, field.before, field.mine, field.theirs) for field in conflict.fields] == [
        ("name", "Jana Weber", "Jana Meine", "Jana Ihre")
    ]
    assert conflict.command_id == command_id
    card = again.store.query(lambda conn: projections.customer_card(conn, seen.id))
    assert (card.customer.name, card.customer.language) == ("Jana Ihre", "")
    again.store.write(lambda w: conflicts.resolve(w, command_id, {"name"}), Cause.AGENT).result()
    await again.until(lambda: not again.outbox())
    now = again.row(Table.CUSTOMER, seen.id)
    assert (now.name, now.language, now.segment) == ("Jana Meine", "de", "gold")


async def test_edit_after_edit_made_offline_goes_out_without_a_conflict(own_centre: Any, signed_in: Any) -> None:
    desk = await signed_in(own_centre)
    seen = await _known(desk, own_centre, "Jana Weber")
    await desk.stop()
    shown = seen
    for fields in ({"name": " Jana  Kurz "}, {"name": "Jana Lang", "address.city": "Köln"}, {"address.city": "Bonn"}):
        desk.give(conflicts.update_of(shown, dict(fields)))
        shown = desk.store.query(lambda conn: projections.customer_card(conn, seen.id)).customer
    await _changes(own_centre, "bert", seen, segment="gold")
    again = (await signed_in(own_centre)).start()
    await again.until(lambda: not again.outbox())
    now = again.row(Table.CUSTOMER, seen.id)
    assert (now.name, now.address.city, now.segment) == ("Jana Lang", "Bonn", "gold")


async def test_a_wrap_up_that_came_second_keeps_what_was_written(own_centre: Any, signed_in: Any) -> None:
    desk = await signed_in(own_centre)
    contact_id = await _at_work(desk, own_centre)
    await desk.stop()
    desk.give(WrapUp(interaction_id=contact_id, disposition="solved", summary="Mein langer Text"))
    theirs = {"interaction_id": contact_id, "disposition": "called_back", "summary": "Kurz"}
    await asyncio.to_thread(lambda: own_centre.hub.command("otto", "wrap_up", **theirs))
    again = (await signed_in(own_centre)).start()
    await again.until(lambda: [entry.error for entry in again.outbox()] == ["illegal_state"])
    [entry] = again.outbox()
    assert entry.command.summary == "Mein langer Text"
    row = again.store.query(lambda conn: projections.interaction_row(conn, contact_id, "anna"))
    assert (row.interaction.state, row.interaction.summary) == (InteractionState.CLOSED, "Kurz")
