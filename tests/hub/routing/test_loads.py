"""What routing is told: who has how much in hand, and what waits in which order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.routing import backlog as backlog_module
from desktop.hub.routing.backlog import backlog
from desktop.hub.routing.loads import loads, with_one_more

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
S = InteractionState


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(sqlite_url(tmp_path / "hub.sqlite"))
    yield database
    await database.close()


def interaction(id_: str, state: S, **fields) -> Interaction:
    fields = {"channel": Channel.CHAT, "created_at": NOON, "updated_at": NOON, **fields}
    return Interaction(id=InteractionId(id_), state=state, **fields)


async def test_what_waits_for_the_customer_takes_no_capacity(database):
    anna = Agent(id=AgentId("anna"), user="anna", name="Anna")
    bert = Agent(id=AgentId("bert"), user="bert", name="Bert")
    async with database.write() as ledger:
        for number, state in enumerate(S):
            assignee = None if state in (S.QUEUED, S.ABANDONED) else anna.id
            await ledger.put(interaction(f"i{number}", state, assignee=assignee))
        await ledger.put(interaction("mail", S.ACTIVE, assignee=anna.id, channel=Channel.EMAIL))
        found = {one.agent.id: one for one in await loads(ledger, [anna, bert], {})}
    assert found["anna"].working == {"chat": 4, "email": 1}, "offered, active, on hold and wrap-up count, nothing else"
    assert found["bert"].working == {}


async def test_idle_since_is_the_later_of_ready_and_last_done(database):
    ready = Presence(state=PresenceState.READY, since=NOON)
    anna = Agent(id=AgentId("anna"), user="anna", name="Anna", presence=ready)
    async with database.read() as ledger:
        [fresh] = await loads(ledger, [anna], {})
        [early] = await loads(ledger, [anna], {"anna": NOON - timedelta(hours=1)})
        [late] = await loads(ledger, [anna], {"anna": NOON + timedelta(hours=1)})
    assert fresh.idle_since == early.idle_since == NOON
    assert late.idle_since == NOON + timedelta(hours=1)
    assert with_one_more(late, "chat").working == {"chat": 1}


async def test_urgent_first_then_due_then_oldest(database):
    soon, later = NOON + timedelta(minutes=1), NOON + timedelta(hours=1)
    rows = [
        interaction("old", S.QUEUED, due_at=later, queued_at=NOON - timedelta(hours=2)),
        interaction("new", S.QUEUED, due_at=later, queued_at=NOON),
        interaction("due", S.QUEUED, due_at=soon),
        interaction("urgent", S.QUEUED, due_at=later, priority=1),
        interaction("never", S.QUEUED),
        interaction("taken", S.ACTIVE, assignee=AgentId("anna"), priority=1),
    ]
    async with database.write() as ledger:
        for row in rows:
            await ledger.put(row)
        assert [one.id for one in await backlog(ledger)] == ["urgent", "due", "old", "new", "never"]


async def test_a_caller_is_seen_behind_a_mountain_of_mail(database, monkeypatch):
    monkeypatch.setattr(backlog_module, "LOOKED_AT", 5)
    async with database.write() as ledger:
        for number in range(20):
            await ledger.put(interaction(f"mail{number:02}", S.QUEUED, channel=Channel.EMAIL))
        late = NOON + timedelta(hours=1)
        await ledger.put(interaction("call", S.QUEUED, channel=Channel.CALL, created_at=late, priority=2))
        found = await backlog(ledger)
    assert found[0].id == "call"
    assert len(found) == 6
