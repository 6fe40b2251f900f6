"""A lead's word that the agent of a contact hears, and nobody else: told by what each one's feed holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from desktop.domain import commands as c
from desktop.domain.agent import Queue, Role
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, InteractionId, MessageId, QueueId
from desktop.domain.interaction import Author, MessageKind
from desktop.hub.auth.caller import Caller
from desktop.hub.db import retrospect
from desktop.hub.db.visibility import viewer_of
from desktop.hub.training.history import read_history
from desktop.wire.errors import Code
from desktop.wire.shapes import NEWEST, Change

if TYPE_CHECKING:
    from tests.hub.desk.conftest import Centre

WORDS = "offer them ten percent"


async def copy(centre: Centre, caller: Caller) -> dict[tuple[str, str], Change]:
    """What a window holds that fetched everything from the beginning, and what the history shows must be the same."""
    async with centre.database.read() as ledger:
        viewer = viewer_of(caller, await ledger.queues())
        changes, _, more = await ledger.page(viewer, 0, 10_000)
        back, _, _, _ = await retrospect.page(ledger, viewer, NEWEST, "all", 10_000)
        newest, _, _, _ = await retrospect.page(ledger, viewer, NEWEST, "open", 10_000)
    assert not more
    held = {(one.type, one.id): one for one in changes if one.op == "upsert"}
    assert {(one.type, one.id) for one in back} == set(held)
    assert {(one.type, one.id) for one in newest} <= set(held)
    return held


async def sees(centre: Centre, name: str, id_: str) -> bool:
    return ("message", id_) in await copy(centre, centre.caller(name))


async def whispered(centre: Centre, id_: str, by: str = "lena", text: str = WORDS) -> str:
    message_id = MessageId(f"whisper-{len(await centre.messages(id_))}")
    await centre.do(by, c.Whisper(interaction_id=InteractionId(id_), text=text, message_id=message_id))
    return message_id


async def test_only_the_agent_of_the_contact_and_leads_of_the_queue_hear_it(centre: Centre) -> None:
    await centre.put(Queue(id=QueueId("north"), teams=("north",), intents=("order_status",)))
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Transfer(interaction_id=InteractionId(id_), to_queue=QueueId("north")))
    await centre.do("anna", c.Take(interaction_id=InteractionId(id_)))
    word = await whispered(centre, id_)
    heard = {name for name in ("anna", "bert", "sven", "lena", "otto") if await sees(centre, name, word)}
    assert heard == {"anna", "lena", "otto"}
    for other in (
        Caller(id="gateway", role=Role.CHANNEL),
        Caller(id="lars", role=Role.LEAD, team="south", agent_id=AgentId("lars")),
    ):
        assert ("message", word) not in await copy(centre, other)


async def test_a_live_stream_brings_it_to_them_alone(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    heard: list[tuple[str, str]] = []
    names = ("anna", "bert", "lena")
    async with centre.database.read() as ledger:
        viewers = {name: viewer_of(centre.caller(name), await ledger.queues()) for name in names}

    def listen(commit: list) -> None:
        for written in commit:
            heard.extend((name, written.change.type) for name in names if viewers[name].sight(written))

    stop = centre.database.subscribe(listen)
    word = await whispered(centre, id_)
    stop()
    assert heard == [("anna", "message"), ("lena", "message")]
    assert word


async def test_handed_on_the_former_agents_copy_goes_and_the_next_one_never_sees_it(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    word = await whispered(centre, id_)
    async with centre.database.read() as ledger:
        cursor = await ledger.latest()
        queues = await ledger.queues()
    await centre.ready("bert")
    await centre.do("anna", c.Transfer(interaction_id=InteractionId(id_), to_agent=AgentId("bert")))
    await centre.do("bert", c.Accept(interaction_id=InteractionId(id_)))
    told = {}
    for name in ("anna", "bert", "sven", "lena"):
        async with centre.database.read() as ledger:
            changes, _, _ = await ledger.page(viewer_of(centre.caller(name), queues), cursor, 1000)
        told[name] = [one.op for one in changes if one.id == word]
    assert told == {"anna": ["delete"], "bert": [], "sven": [], "lena": ["upsert"]}
    newer = await whispered(centre, id_, text="and thank them")
    assert await sees(centre, "bert", newer)
    assert not await sees(centre, "anna", newer)
    # Back with the first agent, what was said to them is theirs again; what was said to the other is not.
    await centre.do("bert", c.Transfer(interaction_id=InteractionId(id_), to_agent=AgentId("anna")))
    await centre.do("anna", c.Accept(interaction_id=InteractionId(id_)))
    assert await sees(centre, "anna", word)
    assert not await sees(centre, "anna", newer)


async def test_a_guest_hears_what_is_whispered_to_them_until_the_contact_leaves_them(centre: Centre) -> None:
    await centre.put(Queue(id=QueueId("north"), teams=("north",), intents=("nothing",)))
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Transfer(interaction_id=InteractionId(id_), to_queue=QueueId("north")))
    found = await centre.interaction(id_)
    await centre.put(msgspec.structs.replace(found, assignee=AgentId("sven"), state="active"))
    word = await whispered(centre, id_)
    assert await sees(centre, "sven", word)
    await centre.do("lena", c.TakeOver(interaction_id=InteractionId(id_)))
    assert not await sees(centre, "sven", word)
    assert await sees(centre, "lena", word)


async def test_moved_to_another_team_its_leads_lose_it_and_no_agent_there_learns_of_it(centre: Centre) -> None:
    for team in ("north", "south"):
        await centre.put(Queue(id=QueueId(team), teams=(team,), intents=("nothing",)))
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.Transfer(interaction_id=InteractionId(id_), to_queue=QueueId("north")))
    await centre.do("anna", c.Take(interaction_id=InteractionId(id_)))
    word = await whispered(centre, id_)
    await centre.do("anna", c.Transfer(interaction_id=InteractionId(id_), to_queue=QueueId("south")))
    told = {}
    for name in ("anna", "bert", "sven", "lena"):
        async with centre.database.read() as ledger:
            viewer = viewer_of(centre.caller(name), await ledger.queues())
            changes, _, _ = await ledger.page(viewer, 0, 10_000)
        told[name] = [one.op for one in changes if one.id == word]
    assert told == {"anna": ["delete"], "bert": [], "sven": [], "lena": ["delete"]}


async def test_nothing_of_the_contact_changes_and_nothing_is_learned_from_it(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    await centre.do("anna", c.SendMessage(interaction_id=InteractionId(id_), text="I look into it"))
    before = await centre.interaction(id_)
    await whispered(centre, id_, text="this is terrible, I am furious about my invoice")
    assert await centre.interaction(id_) == before
    await centre.do("anna", c.WrapUp(interaction_id=InteractionId(id_), disposition="solved", summary="answered"))
    [said] = [one for one in await centre.messages(id_) if one.kind is MessageKind.WHISPER]
    assert (said.author, said.mood, said.values) == (Author.AGENT, None, {"to": "anna"})
    async with centre.database.read() as ledger:
        history = await read_history(ledger)
    assert [one.interaction.id for one in history.contacts] == [id_]
    assert "furious" not in str(history)


@pytest.mark.parametrize(
    ("text", "code"), [("", Code.EMPTY_TEXT), (" \n\t", Code.EMPTY_TEXT), ("x" * 2001, Code.TOO_LARGE)]
)
async def test_it_says_something_short(centre: Centre, text: str, code: Code) -> None:
    id_ = await centre.accepted("anna")
    assert await centre.refusal("lena", c.Whisper(interaction_id=InteractionId(id_), text=text)) == code


async def test_it_is_text_and_nothing_else(centre: Centre) -> None:
    id_ = await centre.accepted("anna")
    await whispered(centre, id_, text="a\x00b\x1b[31m<b>c</b>\u202e")
    [said] = [one for one in await centre.messages(id_) if one.kind is MessageKind.WHISPER]
    assert "\x00" not in said.text
    assert "\x1b" not in said.text
    assert not said.html


async def test_there_must_be_somebody_to_hear_it(centre: Centre) -> None:
    waiting = InteractionId((await centre.mail()).interaction_id)
    assert await centre.refusal("lena", c.Whisper(interaction_id=waiting, text="hello")) == Code.ILLEGAL_STATE
    await centre.do("lena", c.Take(interaction_id=waiting))
    assert await centre.refusal("lena", c.Whisper(interaction_id=waiting, text="hello")) == Code.UNKNOWN_VALUE
    assert await centre.get(Table.MESSAGE, "hello") is None
