"""A lead's word to teams: who gets it, and when it is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from desktop.domain import commands as c
from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
from desktop.hub.auth.caller import Caller
from desktop.hub.db import retrospect
from desktop.hub.db.visibility import viewer_of
from desktop.wire.errors import Code
from desktop.wire.shapes import NEWEST

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre

ID = "word-0001"


async def hear(centre: Centre, id_: str = ID) -> set[str]:
    """Whose window has it, by page and by history alike."""
    found = set()
    people = {name: centre.caller(name) for name in ("anna", "bert", "sven", "lena", "otto")}
    people["nord"] = Caller(id="nord", role=Role.AGENT, team="North", agent_id=AgentId("nord"))
    people["gateway"] = Caller(id="gateway", role=Role.CHANNEL)
    for name, caller in people.items():
        async with centre.database.read() as ledger:
            viewer = viewer_of(caller, await ledger.queues())
            pages = [
                (await ledger.page(viewer, 0, 10_000))[0],
                (await retrospect.page(ledger, viewer, NEWEST, "all", 10_000))[0],
                (await retrospect.page(ledger, viewer, NEWEST, "open", 10_000))[0],
            ]
        held = [any(one.id == id_ and one.op == "upsert" for one in page) for page in pages]
        assert len(set(held)) == 1
        if held[0]:
            found.add(name)
    return found


async def send(centre: Centre, who: str = "lena", **fields) -> None:
    await centre.do(who, c.SendBroadcast(**{"broadcast_id": ID, "text": "The shop is down", **fields}))


@pytest.mark.parametrize(
    ("who", "teams", "heard"),
    [
        ("lena", ("north",), {"anna", "bert", "lena", "otto"}),
        ("lena", (), {"anna", "bert", "lena", "otto"}),
        ("otto", ("south",), {"sven", "otto"}),
        ("otto", ("north", "south"), {"anna", "bert", "sven", "lena", "otto"}),
        ("otto", (), {"anna", "bert", "sven", "lena", "nord", "otto"}),
    ],
)
async def test_it_reaches_the_teams_it_is_to_and_no_other(
    centre: Centre, who: str, teams: tuple[str, ...], heard: set[str]
) -> None:
    live: set[str] = set()
    async with centre.database.read() as ledger:
        viewers = {name: viewer_of(centre.caller(name), await ledger.queues()) for name in ("anna", "sven", "lena")}
    stop = centre.database.subscribe(
        lambda commit: live.update(name for name, viewer in viewers.items() for one in commit if viewer.sight(one))
    )
    await send(centre, who, teams=teams)
    stop()
    assert await hear(centre) == heard
    assert live == heard & set(viewers)


async def test_over_it_is_gone_everywhere(centre: Centre) -> None:
    await send(centre, until=centre.at + timedelta(hours=1), is_urgent=True)
    found = await centre.get(Table.BROADCAST, ID)
    assert (found.by, found.by_name, found.at, found.is_urgent, found.teams) == (
        "lena",
        "Lena",
        centre.at,
        True,
        ("north",),
    )
    async with centre.database.read() as ledger:
        cursor, queues = await ledger.latest(), await ledger.queues()
    centre.later(hours=1, seconds=1)

    async def is_gone() -> bool:
        return await centre.get(Table.BROADCAST, ID) is None

    await centre.until(is_gone)
    assert await hear(centre) == set()
    for name, told in (("anna", ["delete"]), ("sven", [])):
        async with centre.database.read() as ledger:
            changes, _, _ = await ledger.page(viewer_of(centre.caller(name), queues), cursor, 100)
        assert [one.op for one in changes if one.id == ID] == told


async def test_without_an_end_it_is_over_a_day_later(centre: Centre) -> None:
    await send(centre)
    assert (await centre.get(Table.BROADCAST, ID)).until == centre.at + timedelta(days=1)


async def test_its_author_can_say_it_better_and_take_it_back(centre: Centre) -> None:
    await send(centre)
    await send(centre, text="The shop is slow")
    assert (await centre.get(Table.BROADCAST, ID)).text == "The shop is slow"
    await send(centre, until=centre.at)
    assert await hear(centre) == set()


async def test_nobody_speaks_in_anothers_name(centre: Centre) -> None:
    await send(centre, "otto", teams=("north",))
    assert await centre.refusal("lena", c.SendBroadcast(broadcast_id=ID, text="Ignore that")) == Code.CONFLICT
    assert (await centre.get(Table.BROADCAST, ID)).by == "otto"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"text": ""}, Code.EMPTY_TEXT),
        ({"text": "\u200b \n"}, Code.EMPTY_TEXT),
        ({"text": "x" * 2001}, Code.TOO_LARGE),
        ({"teams": ("south",)}, Code.FORBIDDEN),
        ({"teams": ("north", "south")}, Code.FORBIDDEN),
        ({"teams": ("a\nb",)}, Code.UNKNOWN_VALUE),
        ({"teams": tuple(f"team {n}" for n in range(200))}, Code.UNKNOWN_VALUE),
        ({"broadcast_id": "x"}, Code.BAD_REQUEST),
        ({"broadcast_id": "../../etc/passwd"}, Code.BAD_REQUEST),
        ({"until": -1}, Code.UNKNOWN_VALUE),
        ({"until": 40}, Code.UNKNOWN_VALUE),
    ],
)
async def test_what_cannot_be_said_is_not(centre: Centre, fields: dict, code: Code) -> None:
    if "until" in fields:
        fields = {"until": centre.at + timedelta(days=fields["until"])}
    command = c.SendBroadcast(**{"broadcast_id": ID, "text": "Hello", **fields})
    assert await centre.refusal("lena", command) == code
    assert await hear(centre) == set()


async def test_where_nobody_has_a_team_a_lead_speaks_to_all(centre: Centre) -> None:
    lead = Caller(id="lead", role=Role.LEAD, agent_id=AgentId("lead"))
    answer = await centre.desk.perform(c.SendBroadcast(broadcast_id=ID, text="Hello"), lead, "key")
    assert answer.outcome == "applied"
    async with centre.database.read() as ledger:
        for team, op in (("", ["upsert"]), ("north", [])):
            caller = Caller(id="x", role=Role.AGENT, team=team, agent_id=AgentId("x"))
            changes, _, _ = await ledger.page(viewer_of(caller, []), 0, 10_000)
            assert [one.op for one in changes if one.id == ID] == op
