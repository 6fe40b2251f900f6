"""The connector's requests and the stand-in's answers, held to the contract that Chatwoot publishes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desktop.backends.base import BackendError
from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, QueueId, new_id
from desktop.wire.shapes import NEWEST

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn
from ...peers.contracts import contract, kept
from .conftest import BEN

ONE = InteractionId("1")


def amended(document: Path, to: Path) -> Path:
    """The contract, mended where it contradicts itself: the statuses of a conversation leave out one that ``toggle_status``
    sets, and a changed contact comes with a status that cannot carry it."""
    whole = json.loads(document.read_bytes())
    whole["components"]["schemas"]["conversation"]["properties"]["status"]["enum"].append("snoozed")
    answers = whole["paths"]["/api/v1/accounts/{account_id}/contacts/{id}"]["put"]["responses"]
    answers.pop("204")
    shown = {"$ref": "#/components/schemas/contact_show_response"}
    answers["200"] = {"description": "changed", "content": {"application/json": {"schema": shown}}}
    to.write_text(json.dumps(whole))
    return to


@pytest.mark.peer
async def test_whatever_an_agent_does_keeps_to_the_contract(
    connect: Any, office: Office, server: ChatwootStandIn, tmp_path: Path
) -> None:
    document = amended(contract("chatwoot-swagger.json"), tmp_path / "contract.json")
    jana = office.add_contact("Jana", email="jana@customer.example", identifier="C-1")
    same = office.add_contact("J. Weber", phone_number="+4930123456")
    office.begin(jana, "Hello", priority="high", labels=["refund"], custom_attributes={"order": "A 7"}, team=5)
    office.begin(same, "By mail", inbox=2, assignee=BEN)
    office.say(1, "see here", attachments=[("a.png", "image/png", b"png")])
    async with kept(document, server.url, tmp_path) as (url, gate):
        backend = connect(url=url)
        tokens = await connect(url=url).sign_in("", "anna-token")
        assert tokens.access_token == "anna-token"
        page = await backend.history(NEWEST, scope="open", limit=500)
        cursor = int(page.partition(b'"latest":')[2].partition(b",")[0])
        before = cursor + 1
        for _ in range(5):
            answer = await backend.history(before, scope="all", limit=500)
            before = int(answer.partition(b'"next":')[2].partition(b",")[0])
        office.say(1, "more")
        assert b"more" in await backend.changes(cursor, limit=500)
        steps: list[c.Command] = [
            c.Take(interaction_id=ONE),
            c.SendMessage(interaction_id=ONE, text="Good morning"),
            c.AddNote(interaction_id=ONE, text="asks again"),
            c.SetPriority(interaction_id=ONE, priority=1),
            c.SetIntent(interaction_id=ONE, intent="billing"),
            c.Hold(interaction_id=ONE),
            c.Resume(interaction_id=ONE),
            c.Transfer(interaction_id=ONE, to_agent=AgentId(str(BEN)), note="yours"),
            c.Transfer(interaction_id=ONE, to_queue=QueueId("team-5")),
            c.TakeOver(interaction_id=ONE),
            c.UpdateCustomer(customer_id=CustomerId(str(jana)), fields={"name": "Jana W.", "address.city": "Bonn"}),
            c.MergeCustomers(customer_id=CustomerId(str(jana)), merged_id=CustomerId(str(same))),
            c.Snooze(interaction_id=ONE, until=datetime.now(UTC) + timedelta(hours=1)),
            c.WrapUp(interaction_id=ONE, disposition="label-delivery", summary="done"),
            c.SetPresence(state=PresenceState.READY),
        ]
        for command in steps:
            command_id = CommandId(new_id())
            answer_to = await backend.perform(command_id, command)
            assert (type(command).__name__, answer_to.outcome) == (type(command).__name__, "applied")
            await backend.look_up(command_id, command)
        assert gate.violations == []
        checked = {f"{method} {path.rpartition('/')[2]}" for method, path in gate.checked}
        assert {"POST messages", "GET messages", "GET conversations", "GET contacts", "POST contact_merge"} <= checked
        assert len(gate.checked) >= 17
        # The keeper is awake: what is wrong is found.
        path = await backend._client.path("conversations", 1, "toggle_priority")
        with pytest.raises(BackendError):
            await backend._client.put("POST", path, {"priority": "soon"})
        assert gate.violations
