"""Who may lead, over HTTP: every command of a lead, as everybody who may not; and what the audit log keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, MessageId, QueueId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.routing import Alert, AlertRule
from desktop.hub.db import tables
from desktop.hub.desk.commands import HANDLERS
from desktop.wire.shapes import NEWEST

SOON = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
WORDS = "say that the invoice of Jana Weber was wrong"
OWNER = {"north": "anna", "south": "sven"}


def rule(team: str, id_: str) -> dict[str, Any]:
    return {"id": id_, "title": WORDS, "measure": "waiting", "threshold": 5, "clear_at": 3, "queues": [team]}


COMMANDS: dict[str, Callable[[Any, str, str], dict[str, Any]]] = {
    "reassign": lambda hub, team, id_: {"interaction_id": id_, "to_queue": "open", "note": WORDS},
    "set_priority": lambda hub, team, id_: {"interaction_id": id_, "priority": 1},
    "observe": lambda hub, team, id_: {"interaction_id": id_, "is_joined": True},
    "whisper": lambda hub, team, id_: {"interaction_id": id_, "text": WORDS},
    "take_over": lambda hub, team, id_: {"interaction_id": id_},
    "set_agent_presence": lambda hub, team, id_: {
        "agent_id": hub.agents[OWNER[team]].id,
        "state": "away",
        "reason": "training",
    },
    "lend_agent": lambda hub, team, id_: {"agent_id": hub.agents[OWNER[team]].id, "queues": [team], "until": SOON},
    "send_broadcast": lambda hub, team, id_: {"broadcast_id": id_, "text": WORDS, "teams": [team]},
    "put_alert_rule": lambda hub, team, id_: {"rule": rule(team, id_)},
    "remove_alert_rule": lambda hub, team, id_: {"rule_id": f"rule-{id_}"},
    "see_alert": lambda hub, team, id_: {"alert_id": f"alert-{id_}"},
}
MAY_NOT = [("anna", "north"), ("sven", "north"), ("anna", "south"), ("sven", "south"), ("lena", "south")]
MAY = [("lena", "north"), ("otto", "north"), ("otto", "south")]


def prepared(hub: Any, team: str) -> str:
    """Put what a lead of ``team`` could act on; returns the id it all goes by."""
    id_, at = new_id(), datetime.now(UTC)
    hub.put(
        Interaction(
            id=InteractionId(id_),
            channel=Channel.CHAT,
            state=InteractionState.ACTIVE,
            created_at=at,
            updated_at=at,
            queue=QueueId(team),
            assignee=hub.agents[OWNER[team]].id,
        ),
        Message(
            id=MessageId(f"m-{id_}"),
            interaction_id=InteractionId(id_),
            author=Author.CUSTOMER,
            kind=MessageKind.TEXT,
            sent_at=at,
        ),
        AlertRule(id=f"rule-{id_}", title="x", measure="waiting", threshold=5, clear_at=3, queues=(QueueId(team),)),
        Alert(id=f"alert-{id_}", rule="x", subject=team, queue=QueueId(team), value=9.0, since=at),
    )
    return id_


def test_this_file_knows_every_command_of_a_lead() -> None:
    ours = {kind for kind, handler in HANDLERS.items() if ".desk.lead." in handler.__module__}
    assert {kind.__struct_config__.tag for kind in ours} == set(COMMANDS)
    assert c.Reassign in ours


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("who", "team"), MAY_NOT)
def test_agents_and_leads_of_other_teams_may_not(shared_hub, command: str, who: str, team: str) -> None:
    id_ = prepared(shared_hub, team)
    before = shared_hub.read(lambda ledger: ledger.interaction(id_))
    answer = shared_hub.command(who, command, **COMMANDS[command](shared_hub, team, id_))
    assert answer.status_code in (403, 410)
    assert answer.json()["error"]["code"] in ("forbidden", "gone")
    is_theirs = OWNER[team] == who or (who, team) == ("lena", "north")
    assert answer.status_code == 403 or not is_theirs, "what one sees one is told one may not do"
    assert "changes" not in answer.json() or answer.json()["changes"] == []
    assert shared_hub.read(lambda ledger: ledger.interaction(id_)) == before
    agent = shared_hub.read(lambda ledger: ledger.agent(shared_hub.agents[OWNER[team]].id))
    assert agent.loan is None


@pytest.mark.parametrize("command", COMMANDS)
def test_machines_and_strangers_may_not(shared_hub, command: str) -> None:
    id_ = prepared(shared_hub, "north")
    body = {"type": command, **COMMANDS[command](shared_hub, "north", id_)}
    for who, status in (("channel", 403), ("crm", 403), (None, 401)):
        with shared_hub.client(who) as client:
            answer = client.post("/v1/commands", json=body, headers={"Idempotency-Key": new_id()})
        assert answer.status_code == status


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(("who", "team"), MAY)
def test_leads_of_the_team_and_admins_may(hub_of_many, command: str, who: str, team: str) -> None:
    id_ = prepared(hub_of_many, team)
    fields = COMMANDS[command](hub_of_many, team, id_)
    key = new_id()
    first = hub_of_many.command(who, command, key, **fields)
    assert (first.status_code, first.json()["outcome"]) == (200, "applied"), first.text
    at = hub_of_many.read(lambda ledger: ledger.get("interaction", id_))
    again = hub_of_many.command(who, command, key, **fields)
    assert again.json()["outcome"] == "applied", "once more is told the same"
    assert hub_of_many.read(lambda ledger: ledger.get("interaction", id_)).assignee == at.assignee


@pytest.fixture(scope="module")
def hub_of_many(shared_hub):
    yield shared_hub
    for name in OWNER.values():
        shared_hub.set_presence(name, PresenceState.OFFLINE)


def fetched(hub: Any, who: str, after: int) -> dict[str, str]:
    """What a caller gets by each way there is."""
    with hub.client(who) as client:
        page = client.get("/v1/changes", params={"limit": 1000}).text
        history = "".join(
            client.get("/v1/changes", params={"before": NEWEST, "scope": scope, "limit": 1000}).text
            for scope in ("open", "all")
        )
        lines = []
        with client.stream("GET", "/v1/events", params={"after": after}) as answer:
            for line in answer.iter_lines():
                lines.append(line)
                if line.startswith("data:") and '"id":"open"' in line:
                    break
    return {"page": page, "history": history, "stream": "\n".join(lines)}


def test_a_whisper_reaches_its_agent_and_lead_over_http_and_nobody_else(hub) -> None:
    id_ = prepared(hub, "north")
    after = hub.seq
    hub.command("lena", "whisper", interaction_id=id_, text=WORDS, message_id="whisper-1").raise_for_status()
    hub.put(hub.read(lambda ledger: ledger.queue("open")))  # the end of the story, which everybody sees
    for who in ("anna", "bert", "sven", "lena", "otto", "channel"):
        heard = fetched(hub, who, after)
        for way, text in heard.items():
            assert (WORDS in text) == (who in ("anna", "lena", "otto")), (who, way)
            assert WORDS in text or "whisper-1" not in text, (who, way)


def log(hub: Any) -> list[dict[str, Any]]:
    hub.call(lambda: hub.server.services.audit.flush())

    async def rows(ledger: Any) -> list[dict[str, Any]]:
        found = await ledger.connection.execute(select(tables.audit).order_by(tables.audit.c.id))
        return [{str(name): value for name, value in row.items()} for row in found.mappings()]

    return hub.read(rows)


def test_what_a_lead_did_to_whom_is_on_record_without_a_word_that_was_said(hub) -> None:
    id_ = prepared(hub, "north")
    hub.set_presence("bert", PresenceState.READY)
    bert, lena = hub.agents["bert"].id, hub.agents["lena"].id
    for name in ("whisper", "observe", "set_priority"):
        hub.command("lena", name, **COMMANDS[name](hub, "north", id_)).raise_for_status()
    hub.command("lena", "reassign", interaction_id=id_, to_agent=bert, note=WORDS).raise_for_status()
    for name in ("lend_agent", "set_agent_presence", "send_broadcast", "put_alert_rule", "take_over"):
        hub.command("lena", name, **COMMANDS[name](hub, "north", id_)).raise_for_status()
    anna = hub.agents["anna"].id
    hub.command("lena", "set_agent_presence", agent_id=anna, state="away", reason=WORDS)
    hub.command("lena", "set_priority", interaction_id=WORDS, priority=1)
    rows = [row for row in log(hub) if row["action"].startswith("command.")]
    assert {row["caller"] for row in rows} == {lena}
    told = [(row["action"].removeprefix("command."), row["subject"], row["outcome"], row["detail"]) for row in rows]
    until = datetime.fromisoformat(SOON).isoformat()
    assert told == [
        ("whisper", id_, "applied", ""),
        ("observe", id_, "applied", "on=1 joined=1"),
        ("set_priority", id_, "applied", "priority=1"),
        ("reassign", id_, "applied", f"to_agent={bert}"),
        ("lend_agent", anna, "applied", f"queues=north until={until}"),
        ("set_agent_presence", anna, "applied", "state=away reason=training"),
        ("send_broadcast", id_, "applied", "teams=north urgent=0"),
        ("put_alert_rule", id_, "applied", "measure=waiting threshold=5.0 clear_at=3.0 for_s=0 queues=north active=1"),
        ("take_over", id_, "applied", ""),
        ("set_agent_presence", anna, "refused", "unknown_reason state=away reason=?"),
        ("set_priority", "?", "gone", "gone priority=1"),
    ]
    assert WORDS not in str(rows)
    assert AgentId(anna)
