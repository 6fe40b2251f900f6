"""A desk at a Zammad: its store, its engine, its outbox, and a line that breaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.commands import AddNote, SendMessage, Take
from desktop.domain.ids import AgentId, CommandId, InteractionId, new_id
from desktop.domain.interaction import InteractionState
from desktop.store import files, outbox
from desktop.store.apply import sync_state
from desktop.store.database import Store
from desktop.store.streams import stream
from desktop.store.worklists import interaction_row

from ...peers.zammad.centre import BEN, CLOSED
from ...sync.conftest import Desk


@pytest.fixture
async def open_desk(store: Store) -> AsyncIterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def open_desk(backend: Any) -> Desk:
        desks.append(Desk(store, backend).start())
        return desks[-1]

    yield open_desk
    for desk in desks:
        await desk.close()


def order(store: Store, *commands: Any) -> list[CommandId]:
    ids = [CommandId(new_id()) for _ in commands]
    for command_id, command in zip(ids, commands, strict=True):
        store.write(lambda w, one=command, key=command_id: outbox.enqueue(w, one, key), Cause.AGENT).result()
    return ids


def texts(store: Store, ticket: int) -> list[str]:
    items = store.query(lambda conn: stream(conn, InteractionId(str(ticket)), limit=100))
    return [item.message.text for item in items if item.message is not None]


async def test_open_work_is_there_at_once_and_the_past_follows(
    zammad: Any, connect: Any, store: Store, open_desk: Any
) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    tickets = [centre.customer_writes(customer, f"Ich will mein Geld zurück, Nummer {n}") for n in range(60)]
    for ticket in tickets[:40]:
        centre.change(ticket, BEN, state_id=CLOSED)
    desk = open_desk(connect(me=AgentId("me")))
    await desk.until(lambda: store.query(sync_state).is_complete)

    def rows(conn: Any) -> Any:
        return [interaction_row(conn, InteractionId(str(ticket)), AgentId("me")) for ticket in tickets]

    found = store.query(rows)
    states = Counter(row.interaction.state for row in found)
    assert states == {InteractionState.CLOSED: 40, InteractionState.QUEUED: 20}
    assert found[-1].interaction.language == "de"
    assert texts(store, tickets[3]) == ["Ich will mein Geld zurück, Nummer 3"]


async def test_what_is_sent_over_a_breaking_line_arrives_once_and_in_order(
    zammad: Any, connect: Any, store: Store, open_desk: Any
) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    about = InteractionId(str(ticket))
    desk = open_desk(connect(me=AgentId("me"), settle_s=0.05))
    await desk.until(lambda: store.query(sync_state).is_complete)
    zammad.late_s = 0.01
    for kind in ("after", "before", "late", "after"):
        zammad.cut(kind, "POST /api/v1/ticket_articles")
    commands = [SendMessage(interaction_id=about, text=f"Antwort {number}") for number in range(4)]
    order(store, Take(interaction_id=about), *commands, AddNote(interaction_id=about, text="fertig"))
    await desk.until(lambda: not store.query(outbox.entries))
    wanted = ["Hallo", *(f"Antwort {number}" for number in range(4)), "fertig"]
    assert [row["body"] for row in centre.articles.values()] == wanted
    assert texts(store, ticket) == wanted


async def test_a_file_that_went_up_before_a_restart_goes_up_again_with_its_reply(
    zammad: Any, connect: Any, store: Store, open_desk: Any
) -> None:
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo")
    file = files.put(store, BytesIO(b"%PDF-1.7 plan"), "plan.pdf", "application/pdf", is_mine=True)
    store.write(lambda w: files.gone_up(w, file.sha256), Cause.NETWORK).result()  # as the last run noted
    order(store, SendMessage(interaction_id=InteractionId(str(ticket)), text="Anbei", attachments=(file,)))
    desk = open_desk(connect())
    await desk.until(lambda: not store.query(outbox.entries))
    (article,) = [row for row in centre.articles.values() if row["sender"] == "Agent"]
    assert [one["filename"] for one in article["attachments"]] == ["plan.pdf"]
