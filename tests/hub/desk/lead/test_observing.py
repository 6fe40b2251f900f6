"""A lead reads a contact along or joins it; what its agent learns of that is the policy's to say."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Queue, Role
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.domain.interaction import Author
from desktop.domain.routing import RoutingPolicy
from desktop.hub.auth.caller import Caller
from desktop.hub.db import retrospect
from desktop.hub.db.visibility import viewer_of
from desktop.hub.desk.lead.observing import tell_anew
from desktop.wire.errors import Code
from desktop.wire.shapes import NEWEST, Change

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre


async def tell(centre: Centre, is_told: bool) -> None:
    policy = await centre.get(Table.ROUTING, "policy") or RoutingPolicy()
    await centre.put(msgspec.structs.replace(policy, is_observing_told=is_told))


async def said(centre: Centre, id_: str) -> list[str]:
    return [one.event for one in await centre.messages(id_) if "observing" in one.event]


async def observe(centre: Centre, id_: str, who: str = "lena", **fields: bool) -> None:
    await centre.do(who, c.Observe(interaction_id=InteractionId(id_), **fields))


async def test_where_they_are_told_the_agent_sees_who_reads_along(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    await observe(centre, id_)
    await observe(centre, id_, "otto", is_joined=True)
    assert (await centre.interaction(id_)).observers == ("lena", "otto")
    await observe(centre, id_)  # once more is nothing new
    await observe(centre, id_, is_on=False)
    await observe(centre, id_, is_on=False)
    assert (await centre.interaction(id_)).observers == ("otto",)
    assert await said(centre, id_) == ["observing", "observing", "observing_ended"]


async def test_who_only_reads_cannot_write_and_who_joined_writes_as_themselves(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    hello = c.SendMessage(interaction_id=InteractionId(id_), text="Lena here, may I help?")
    assert await centre.refusal("lena", hello) == Code.NOT_OWNER
    await observe(centre, id_)
    assert await centre.refusal("lena", hello) == Code.NOT_OWNER
    await observe(centre, id_, is_joined=True)
    await centre.do("lena", hello)
    [sent] = [one for one in await centre.messages(id_) if one.author is Author.AGENT]
    assert (sent.agent_id, sent.author_name) == ("lena", "Lena")
    assert (await centre.interaction(id_)).assignee == "anna"
    await centre.do("anna", c.SendMessage(interaction_id=InteractionId(id_), text="Thank you, Lena"))
    await observe(centre, id_, is_joined=False)
    assert await centre.refusal("lena", hello) == Code.NOT_OWNER


async def test_it_ends_with_the_contact(centre: Centre) -> None:
    id_ = InteractionId(await centre.accepted("anna"))
    await observe(centre, id_, is_joined=True)
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert (await centre.interaction(id_)).observers == ()
    await centre.do("anna", c.Reopen(interaction_id=id_))
    assert await centre.refusal("lena", c.SendMessage(interaction_id=id_, text="Hello")) == Code.NOT_OWNER


async def test_it_ends_when_the_caller_hangs_up_before_anybody_answered(centre: Centre) -> None:
    id_ = InteractionId((await centre.mail()).interaction_id)
    await observe(centre, id_)
    found = await centre.interaction(id_)
    assert found.observers == ("lena",)
    await centre.do("lena", c.Take(interaction_id=id_))
    await centre.do("lena", c.WrapUp(interaction_id=id_, disposition="solved"))
    assert await centre.refusal("lena", c.Observe(interaction_id=id_)) == Code.ILLEGAL_STATE


@pytest.mark.parametrize("is_told", [True, False])
async def test_it_ends_when_the_lead_goes_offline(centre: Centre, is_told: bool) -> None:
    await tell(centre, is_told)
    await centre.ready("lena")
    await centre.do("lena", c.SetPresence(state=PresenceState.AWAY, reason="meeting"))
    id_ = InteractionId(await centre.accepted("anna"))
    await observe(centre, id_, is_joined=True)
    await centre.do("otto", c.SetAgentPresence(agent_id=AgentId("lena"), state=PresenceState.OFFLINE))
    assert await centre.refusal("lena", c.SendMessage(interaction_id=id_, text="Hello")) == Code.NOT_OWNER
    assert (await centre.interaction(id_)).observers == ()
    ended = "observing_ended" if is_told else "silent_observing_ended"
    [last] = [one for one in await centre.messages(id_) if one.event == ended]
    assert last.values["lead"] == "lena"


async def test_it_ends_when_the_lead_takes_over(centre: Centre) -> None:
    id_ = InteractionId(await centre.accepted("anna"))
    await observe(centre, id_)
    await centre.do("lena", c.TakeOver(interaction_id=id_))
    assert (await centre.interaction(id_)).observers == ()
    assert await centre.refusal("lena", c.Observe(interaction_id=id_)) == Code.UNKNOWN_VALUE


async def test_a_policy_that_changes_is_brought_to_the_contacts_under_way(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    await observe(centre, id_)
    for is_told, named in ((False, ()), (True, ("lena",))):
        async with centre.database.write() as ledger:
            await tell_anew(ledger, is_told=is_told)
        assert (await centre.interaction(id_)).observers == named


def told_in(changes: Iterable[Change]) -> str:
    """What changes say, as text. The staff and the policy are everybody's to see, and decisions name whoever might have had
    a contact."""
    shown = [one for one in changes if one.type not in (Table.AGENT, Table.ROUTING, Table.DECISION)]
    return "\n".join(msgspec.json.encode(one).decode() for one in shown)


async def everything(centre: Centre, caller: Caller) -> str:
    """All that a window can fetch."""
    async with centre.database.read() as ledger:
        viewer = viewer_of(caller, await ledger.queues())
        pages = [
            (await ledger.page(viewer, 0, 10_000))[0],
            (await retrospect.page(ledger, viewer, NEWEST, "all", 10_000))[0],
            (await retrospect.page(ledger, viewer, NEWEST, "open", 10_000))[0],
        ]
    return "\n".join(map(told_in, pages))


def ways(id_: InteractionId) -> list[tuple[str, Any]]:
    """What agents do about a contact that goes back and forth between two teams."""
    return [
        ("anna", c.SendMessage(interaction_id=id_, text="Hello")),
        ("anna", c.Hold(interaction_id=id_)),
        ("anna", c.Resume(interaction_id=id_)),
        ("anna", c.AddNote(interaction_id=id_, text="noted")),
        ("anna", c.Transfer(interaction_id=id_, to_queue=QueueId("south"))),
        ("sven", c.Transfer(interaction_id=id_, to_queue=QueueId("north"))),
        ("sven", c.Take(interaction_id=id_)),
        ("anna", c.Take(interaction_id=id_)),
        ("anna", c.WrapUp(interaction_id=id_, disposition="solved")),
        ("anna", c.Reopen(interaction_id=id_)),
    ]


def silent_ways(id_: InteractionId, rng: random.Random) -> list[Any]:
    return [
        c.Observe(interaction_id=id_, is_joined=rng.random() < 0.5),
        c.Observe(interaction_id=id_, is_on=False),
        c.SetPresence(state=rng.choice([PresenceState.OFFLINE, PresenceState.AWAY])),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_where_they_are_not_told_nothing_at_all_reaches_an_agent(centre: Centre, seed: int) -> None:
    """Whatever the lead does silently and whatever else happens to the contact meanwhile: no page, no history, no stream
    and no answer to a command of an agent has a trace of it."""
    rng = random.Random(seed)
    await tell(centre, False)
    for team in ("north", "south"):
        await centre.put(Queue(id=QueueId(team), teams=(team,), intents=("nothing",)))
    id_ = InteractionId(await centre.accepted("anna"))
    await centre.do("anna", c.Transfer(interaction_id=id_, to_queue=QueueId("north")))
    await centre.do("anna", c.Take(interaction_id=id_))
    callers = {name: centre.caller(name) for name in ("anna", "bert", "sven")}
    callers["gateway"] = Caller(id="gateway", role=Role.CHANNEL)
    async with centre.database.read() as ledger:
        queues = await ledger.queues()
    viewers = [viewer_of(caller, queues) for caller in callers.values()]
    streamed: list[Change] = []

    def listen(commit: list[Any]) -> None:
        for written in commit:
            sights = [viewer.sight(written) for viewer in viewers]
            streamed.extend(msgspec.structs.replace(written.change, op=sight) for sight in sights if sight is not None)

    await centre.desk.stop()  # nothing is offered of itself
    stop = centre.database.subscribe(listen)
    await observe(centre, id_)
    seen: list[str] = []
    for _ in range(30):
        if rng.random() < 0.5:
            before = len(streamed)
            await centre.attempt("lena", rng.choice(silent_ways(id_, rng)))
            assert told_in(streamed[before:]) == ""
        else:
            seen.append(told_in((await centre.attempt(*rng.choice(ways(id_)))).changes))
    stop()
    seen += [told_in(streamed), *[await everything(centre, caller) for caller in callers.values()]]
    told = "\n".join(seen)
    assert "lena" not in told
    assert "observing" not in told
    silent = [one.id for one in await centre.messages(id_) if one.event.startswith("silent_observing")]
    assert silent
    assert not any(one in told for one in silent), "not even that there is something to be hidden"
    assert "silent_observing" in await everything(centre, centre.caller("otto"))
