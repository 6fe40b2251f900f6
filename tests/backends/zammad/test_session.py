"""The optional socket: a hint at once, two days of what was missed, and quietly no socket where there is none to be had."""

from __future__ import annotations

import asyncio
import base64
from contextlib import aclosing
from typing import Any

import pytest

from desktop.backends.base import HintKind, Offline, Refused
from desktop.domain.commands import Take
from desktop.domain.ids import CommandId, InteractionId, new_id

from ...peers.zammad.centre import ANNA

BASIC = "Basic " + base64.b64encode(b"anna@desk.example:open sesame").decode()


@pytest.fixture
def ticket(zammad: Any) -> int:
    centre = zammad.centre
    return int(centre.customer_writes(centre.customer("Ole", "Hahn", "ole@mail.example"), "Hallo"))


async def opened(hints: Any) -> None:
    while (await anext(hints)).kind is not HintKind.OPENED:
        pass


async def test_a_change_is_hinted_at_once_and_told_by_the_page(
    zammad: Any, connect: Any, cache: Any, ticket: int
) -> None:
    backend = connect(BASIC, has_socket=True)
    assert backend.capabilities.has_events
    desk = cache(backend)
    await desk.pull()
    async with asyncio.timeout(10), aclosing(backend.events(desk.cursor)) as hints:
        await opened(hints)
        zammad.centre.customer_writes(zammad.centre.tickets[ticket]["customer_id"], "Noch etwas", ticket=ticket)
        assert (await anext(hints)).kind is HintKind.PULL
    await desk.pull()
    assert len(desk.messages(ticket)) == 2


async def test_a_deletion_while_nobody_listened_is_replayed(zammad: Any, connect: Any, cache: Any, ticket: int) -> None:
    desk = cache(connect(BASIC))
    await desk.pull()
    zammad.centre.delete(ticket)
    desk.backend = connect(BASIC, has_socket=True)  # the program was started anew
    async with asyncio.timeout(10), aclosing(desk.backend.events(desk.cursor)) as hints:
        await opened(hints)
    await desk.pull()
    assert desk.contact(ticket) is None


async def test_a_customer_who_was_deleted_is_forgotten(zammad: Any, connect: Any, cache: Any, ticket: int) -> None:
    desk = cache(connect(BASIC, has_socket=True))
    await desk.pull()
    customer = zammad.centre.tickets[ticket]["customer_id"]
    async with asyncio.timeout(10), aclosing(desk.backend.events(desk.cursor)) as hints:
        await opened(hints)
        zammad.centre.delete_user(customer)
        assert (await anext(hints)).kind is HintKind.PULL
        assert (await anext(hints)).kind is HintKind.PULL
    await desk.pull()
    assert desk.contact(ticket) is None
    assert ("customer", str(customer)) not in desk.rows


async def test_the_session_never_gets_in_the_way_of_a_command(zammad: Any, connect: Any, ticket: int) -> None:
    """A session's cookie would be taken for more than the header, and the change be refused for want of a CSRF token."""
    backend = connect(BASIC, has_socket=True)
    async with asyncio.timeout(10), aclosing(backend.events(0)) as hints:
        await opened(hints)
        answer = await backend.perform(CommandId(new_id()), Take(interaction_id=InteractionId(str(ticket))))
    assert answer.outcome == "applied"
    assert zammad.centre.tickets[ticket]["owner_id"] == ANNA


async def test_it_says_when_the_line_breaks(zammad: Any, connect: Any, ticket: int) -> None:
    backend = connect(BASIC, has_socket=True)
    async with asyncio.timeout(10), aclosing(backend.events(0)) as hints:
        await opened(hints)
        zammad.drop_sockets()
        with pytest.raises(Offline) as raised:
            await anext(hints)
    assert raised.value.code == "stream_ended"


async def test_without_a_password_there_is_no_socket(zammad: Any, connect: Any) -> None:
    backend = connect(has_socket=True)
    with pytest.raises(Refused) as raised:
        await anext(backend.events(0))
    assert raised.value.code == "session_needs_password"
    zammad.passwords["anna@desk.example"] = ("changed", ANNA)
    backend = connect(BASIC, has_socket=True)
    with pytest.raises(Refused) as raised:
        await anext(backend.events(0))
    assert raised.value.code == "stream_refused"
    assert not connect().capabilities.has_events
