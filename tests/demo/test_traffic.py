"""The live demo against a real hub: customers who react to agents, colleagues who work, a hub that goes and comes back."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

import msgspec
import pytest

from desktop.demo.board import Board
from desktop.demo.callers import Caller
from desktop.demo.centre import Centre, build
from desktop.demo.line import Line, machine, signed_in
from desktop.demo.talk import cast
from desktop.demo.texts import dialogues
from desktop.demo.traffic import Traffic
from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, SendMessage, SetPresence, Take, WrapUp
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.wire.records import decode

from .conftest import DemoHub, Seeded

S = InteractionState


class Window:
    """An agent at the API, with everything the feed told her."""

    def __init__(self, line: Line, agent: Agent) -> None:
        self.line = line
        self.agent = agent
        self.changed: list[Interaction] = []
        self.board = Board(line, on_answer=lambda message: None, on_work=self.changed.append)

    async def until(self, is_so: Callable[[], bool], timeout_s: float = 25) -> None:
        assert await self.board.until(is_so, timeout_s), "it did not come to pass"

    async def said(self, interaction_id: str) -> list[Message]:
        """Return what customer and agents said in an interaction, as the hub has it."""
        found: dict[str, Message] = {}
        cursor, more = 0, True
        while more:
            page = await self.line.page(cursor, 0)
            cursor, more = page.next, page.more
            for change in page.changes:
                if change.type == Table.MESSAGE and isinstance(change.record, msgspec.Raw):
                    message: Message = decode(Table.MESSAGE, change.record)
                    if message.interaction_id == interaction_id:
                        found[message.id] = message
        return sorted(found.values(), key=lambda one: one.sent_at)

    def state(self, interaction_id: str) -> InteractionState | None:
        found = self.board.interaction(interaction_id)
        return found.state if found else None


@asynccontextmanager
async def window(hub: DemoHub) -> AsyncIterator[Window]:
    line, agent = await signed_in(hub.url, hub.report.agent, hub.report.users[hub.report.agent])
    it = Window(line, agent)
    following = asyncio.create_task(it.board.follow(from_the_start=False))
    await it.board.is_following.wait()
    try:
        yield it
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await line.close()


@pytest.fixture(scope="module")
def centre(seeded: Seeded) -> Centre:
    return build(seeded.report.seed, seeded.report.lang, seeded.report.seeded_at)


@asynccontextmanager
async def customer(
    hub: DemoHub, centre: Centre, dialogue_id: str, channel: Channel, speed: float = 8.0
) -> AsyncIterator[Caller]:
    """One customer who holds one dialogue."""
    config = hub.config()
    dialogue = next(one for one in dialogues() if one.id == dialogue_id)
    rng = Random(8)
    person, subject = next(iter(centre.occasions(dialogue, channel, lately=True)))
    talk = cast(centre, dialogue, channel, person, subject, rng, datetime.now(UTC))
    line = machine(config.url, config.token, None)
    answered: list[Message] = []
    board = Board(line, on_answer=answered.append, on_work=lambda one: None)
    caller = Caller(talk, line, board, rng, config.lang, speed, f"test-{dialogue_id}")
    following = asyncio.create_task(board.follow(from_the_start=False))
    await board.is_following.wait()
    begun = asyncio.Event()
    living = asyncio.create_task(caller.live(lambda _: begun.set()))
    await asyncio.wait_for(begun.wait(), 20)
    try:
        yield caller
    finally:
        living.cancel()
        following.cancel()
        await asyncio.gather(living, following, return_exceptions=True)
        await line.close()


async def test_a_customer_gets_one_answer_and_replies_to_it_once(demo_hub: DemoHub, centre: Centre) -> None:
    async with window(demo_hub) as anna, customer(demo_hub, centre, "double_invoice_chat", Channel.CHAT, 14) as caller:
        id_ = InteractionId(caller.interaction_id)
        await anna.until(lambda: anna.state(id_) is S.QUEUED)
        assert anna.board.work[id_].customer_id == caller.talk.person.id
        assert anna.board.work[id_].intent == "double_invoice"
        assert await anna.line.command(Take(interaction_id=id_))
        assert await anna.line.command(SendMessage(interaction_id=id_, text="Guten Tag, ich sehe nach."))
        # They reply, and then it is the agent's turn: they ask whether she is there, but do not go on by themselves.
        await anna.until(lambda: anna.board.work[id_].last_text == caller.talk.impatient)
        said = [(one.author, one.text) for one in await anna.said(id_) if one.kind is MessageKind.TEXT]
        assert said == [
            (Author.CUSTOMER, caller.talk.lines[0]),
            (Author.AGENT, "Guten Tag, ich sehe nach."),
            (Author.CUSTOMER, caller.talk.lines[1]),
            (Author.CUSTOMER, caller.talk.impatient),
        ]
        assert await anna.line.command(WrapUp(interaction_id=id_, disposition="refunded"))
        await asyncio.wait_for(_over(caller), 20)
        assert caller.place == 2, "a contact that was closed is not gone on with"


async def _over(caller: Caller) -> None:
    await caller._is_over.wait()


async def test_who_is_left_waiting_asks_once_and_leaves(demo_hub: DemoHub, centre: Centre) -> None:
    async with window(demo_hub) as anna, customer(demo_hub, centre, "delivery_late_chat", Channel.CHAT, 60) as caller:
        id_ = caller.interaction_id
        await asyncio.wait_for(_over_or_gone(anna, id_), 25)
        written = [one.text for one in await anna.said(id_) if one.kind is MessageKind.TEXT]
        assert written == [caller.talk.lines[0], caller.talk.impatient]
        assert anna.state(id_) is None
        assert next(one for one in reversed(anna.changed) if one.id == id_).state is S.ABANDONED


async def _over_or_gone(anna: Window, id_: str) -> None:
    await anna.until(lambda: anna.board.has_ended(id_))


async def test_a_mail_is_answered_in_its_thread(demo_hub: DemoHub, centre: Centre) -> None:
    async with window(demo_hub) as anna, customer(demo_hub, centre, "warranty_mail", Channel.EMAIL) as caller:
        id_ = InteractionId(caller.interaction_id)
        await anna.until(lambda: anna.state(id_) is S.QUEUED)
        assert await anna.line.command(Take(interaction_id=id_))
        assert await anna.line.command(SendMessage(interaction_id=id_, text="Wir holen das Gerät ab."))
        await anna.until(lambda: caller.place == 2 and anna.board.work[id_].last_author is Author.CUSTOMER)
        first, answer, reply = await anna.said(id_)
        assert first.subject == caller.talk.subject
        assert answer.in_reply_to == first.external_id
        assert reply.subject == f"Re: {first.subject}"
        assert reply.in_reply_to


async def test_a_caller_speaks_when_somebody_picks_up_and_hangs_up_at_the_end(
    demo_hub: DemoHub, centre: Centre
) -> None:
    async with window(demo_hub) as anna, customer(demo_hub, centre, "double_invoice_call", Channel.CALL) as caller:
        id_ = InteractionId(caller.interaction_id)
        await anna.until(lambda: anna.state(id_) is S.QUEUED)
        assert anna.board.work[id_].intent == "double_invoice", "what the caller told the voice menu"
        assert await anna.line.command(Take(interaction_id=id_))
        await anna.until(lambda: anna.state(id_) is S.WRAP_UP)
        heard = await anna.said(id_)
        assert [one.event for one in heard if one.kind is MessageKind.CALL] == ["ringing", "answered", "ended"]
        spoken = [one.text for one in heard if one.author is Author.CUSTOMER and one.kind is MessageKind.TEXT]
        assert spoken == list(caller.talk.lines[1:])


@asynccontextmanager
async def traffic(hub: DemoHub, speed: float = 40.0, *, is_new: bool = True) -> AsyncIterator[Traffic]:
    it = Traffic(hub.config(speed=speed, is_new=is_new))
    running = asyncio.create_task(it.run())
    try:
        yield it
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_centre_is_alive_and_leaves_work_for_the_window(demo_hub: DemoHub) -> None:
    async with window(demo_hub) as anna, traffic(demo_hub):
        await anna.line.command(SetPresence(state=PresenceState.READY))
        await anna.until(lambda: any(one.assignee == anna.agent.id and one.state is S.OFFERED for one in anna.changed))
        offered = next(one for one in anna.changed if one.assignee == anna.agent.id and one.state is S.OFFERED)
        assert await anna.line.command(Accept(interaction_id=offered.id))

        def closed() -> list[Interaction]:
            return [one for one in anna.changed if one.state is S.CLOSED]

        await anna.until(lambda: len(closed()) >= 5)
        assert all(one.assignee != anna.agent.id for one in closed())
        assert all(one.disposition for one in closed())
        assert len({one.assignee for one in closed()}) >= 2
        said = Counter(one.author for one in await anna.said(closed()[0].id) if one.kind is MessageKind.TEXT)
        assert said[Author.CUSTOMER] >= 1
        answered = [one for one in anna.changed if one.answered_at and not one.channel.is_spoken]
        delivered = {one.delivery for one in await anna.said(answered[0].id) if one.author is Author.AGENT}
        assert delivered & {Delivery.SENT, Delivery.DELIVERED, Delivery.READ}


async def test_work_goes_on_after_the_hub_was_away(demo_hub: DemoHub) -> None:
    async with window(demo_hub) as anna, traffic(demo_hub):
        await anna.until(lambda: any(one.state is S.CLOSED for one in anna.changed))
        await asyncio.to_thread(demo_hub.stop)
        await asyncio.to_thread(demo_hub.start)
        anna.changed.clear()
        await anna.until(lambda: sum(one.state is S.CLOSED for one in anna.changed) >= 2)
        new = [one for one in anna.changed if one.state is S.CLOSED]
        assert all(one.disposition for one in new)


@pytest.mark.parametrize("is_new", [True, False], ids=["just seeded", "opened again"])
async def test_the_open_talks_of_the_seed_go_on(demo_hub: DemoHub, is_new: bool) -> None:
    async with window(demo_hub) as anna, traffic(demo_hub, 12, is_new=is_new) as it:
        await it.board.is_following.wait()
        await it.board.until(lambda: bool(it.callers), 5)
        chat = next(one for one in it.callers.values() if one.talk.dialogue.id == "delivery_late_chat")
        id_ = InteractionId(chat.interaction_id)
        assert await anna.line.command(SendMessage(interaction_id=id_, text="Die Lieferung kommt am Freitag."))
        await anna.until(lambda: chat.place == 3)
        assert chat.has_finished
        last = (await anna.said(id_))[-1]
        assert (last.author, last.text) == (Author.CUSTOMER, chat.talk.lines[-1])


def test_the_process_ends_when_its_parent_does(demo_hub: DemoHub) -> None:
    config = demo_hub.config(speed=1.0)
    process = subprocess.Popen(
        [sys.executable, "-m", "desktop.demo.traffic"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(msgspec.json.encode(config) + b"\n")
    process.stdin.flush()
    assert process.poll() is None
    _, errors = process.communicate(timeout=20)  # closes its standard input
    assert process.returncode == 0
    assert all(secret.encode() not in errors for secret in (config.token, *config.users.values()))


def test_without_a_configuration_it_says_what_it_wants() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "desktop.demo.traffic"],
        input=b"nonsense\n",
        capture_output=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 2
    assert b"standard input" in done.stderr
