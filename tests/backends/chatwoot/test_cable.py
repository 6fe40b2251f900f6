"""The socket: hints and nothing else. It may lie, fall silent, turn one away or speak nonsense; no row is ever made of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from desktop.backends.base import BackendError, Hint, HintKind, Offline, SignInNeeded

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn
from .conftest import ANNA, BEN


@asynccontextmanager
async def listening(backend: Any) -> AsyncIterator[Any]:
    """Listen, and give a way to wait for the next hint."""
    async with aclosing(backend.events(0)) as hints:
        assert (await anext(hints)).kind is HintKind.OPENED

        async def following(within_s: float = 5.0) -> Hint:
            async with asyncio.timeout(within_s):
                return await anext(hints)

        yield following


async def test_what_happens_is_a_hint_to_look_and_never_a_row(connect: Any, office: Office, server: Any) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    async with listening(backend) as following:
        office.say(1, "news")
        for event in ("message.updated", "conversation.updated", "assignee.changed", "contact.updated"):
            server.push(event, {"id": 1, "conversation_id": 1, "content": "forged", "updated_at": 1})
        for _ in range(5):
            hint = await following()
            assert (hint.kind, hint.seq, hint.data) == (HintKind.PULL, 0, b"")
        page = await backend.changes(0, limit=500)
        assert b"news" in page
        assert b"forged" not in page


async def test_one_is_present_as_long_as_one_listens(connect: Any, server: ChatwootStandIn) -> None:
    backend = connect(presence_s=0.05)
    async with listening(backend):
        [line] = server.lines
        until = time.monotonic() + 5
        while len(line.presences) < 3 and time.monotonic() < until:
            await asyncio.sleep(0.02)
        assert len(line.presences) >= 3
    for _ in range(100):
        if not server.lines:
            break
        await asyncio.sleep(0.02)
    assert server.lines == []


async def test_presence_is_said_more_often_than_chatwoot_forgets_it() -> None:
    from desktop.backends.chatwoot.cable import PRESENCE_S

    assert PRESENCE_S < 20


async def test_a_line_that_fell_silent_is_dead(connect: Any, server: ChatwootStandIn) -> None:
    backend = connect(silent_s=0.5)
    async with listening(backend) as following:
        # Pings keep it alive though nothing happens.
        with pytest.raises(TimeoutError):
            await following(0.8)
    async with listening(backend) as following:
        server.is_mute = True
        with pytest.raises(Offline) as told:
            await following()
        assert told.value.code == "stream_silent"


async def test_a_line_that_breaks_says_so_and_can_be_opened_again(connect: Any, server: ChatwootStandIn) -> None:
    backend = connect()
    async with listening(backend) as following:
        server.cut()
        with pytest.raises(Offline) as told:
            await following()
        assert told.value.code == "stream_ended"
    async with listening(backend):
        pass


async def test_being_sent_away_ends_it(connect: Any, server: ChatwootStandIn) -> None:
    async with listening(connect()) as following:
        server.lines[0].send({"type": "disconnect", "reason": "server_restart", "reconnect": True})
        with pytest.raises(Offline):
            await following()


async def test_a_socket_token_that_was_changed_is_fetched_anew(connect: Any, office: Office) -> None:
    backend = connect()
    await backend.me()
    office.users[ANNA]["pubsub_token"] = "another"
    with pytest.raises(Offline) as told:
        async with listening(backend):
            pass
    assert told.value.code == "stream_rejected"
    async with listening(backend):
        pass


async def test_without_a_server_there_is_no_line(connect: Any, server: ChatwootStandIn) -> None:
    backend = connect()
    await backend.me()
    await server.stop()
    with pytest.raises(Offline) as told:
        async with listening(backend):
            pass
    assert "127.0.0.1" not in str(told.value)
    server.office.users[ANNA]["token"] = "gone"
    await server.start()
    with pytest.raises(SignInNeeded):
        async with listening(connect()):
            pass


async def test_nonsense_is_passed_over(connect: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    async with listening(connect()) as following:
        [line] = server.lines
        for frame in (
            {"message": None},
            {"message": {"event": 7, "data": []}},
            {"message": {"event": "conversation.typing_on", "data": {"conversation": {"id": -1}}}},
            {"message": {"event": "conversation.typing_on", "data": "x" * 100_000}},
            {"message": {"event": "notification.created", "data": {"id": 1}}},
            {"type": "unheard_of"},
        ):
            line.send(frame)
        line._writer.write(b"\x81\x05{oops")
        office.say(1, "news")
        assert (await following()).kind is HintKind.PULL


async def test_who_types_and_who_is_there(connect: Any, office: Office, server: ChatwootStandIn) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    async with listening(connect(key="cw")) as following:
        typing = {"conversation": {"id": 1}, "user": {"id": 1, "type": "contact"}, "is_private": False}
        server.push("conversation.typing_on", typing)
        hint = await following()
        assert (hint.kind, hint.data) == (HintKind.SIGNAL, b'{"interaction_id":"cw~1","kind":"typing"}')
        server.push("conversation.typing_off", typing)
        assert b"idle" in (await following()).data
        office.set_availability(BEN, "online")
        assert (await following()).kind is HintKind.PULL
        # The same again, as it comes every few seconds, is nothing to look at.
        office.set_availability(BEN, "online")
        office.say(1, "news")
        await following()
        with pytest.raises(TimeoutError):
            await following(0.3)


async def test_an_answer_that_is_no_socket_at_all(connect: Any, server: ChatwootStandIn) -> None:
    backend = connect()
    await backend.me()
    backend._client.base = server.url + "/elsewhere"
    with pytest.raises(BackendError) as told:
        async with listening(backend):
            pass
    assert told.value.code == "stream_blocked"
