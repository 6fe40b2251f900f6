"""Signing in at each system the way the sign-in page does, and what becomes of a sign-in that is good no longer."""

from __future__ import annotations

import pytest

from desktop.backends import registry
from desktop.backends.base import BackendError, Offline, Refused, SignInNeeded
from desktop.domain import commands as c
from desktop.domain.ids import account_of
from desktop.sync.status import Phase

from .desk import ContractDesk
from .garbage import GARBAGE
from .stories import NETWORK, story
from .world import World


@story("sign in: password", needs=("password",), is_keyed=True)
async def test_by_name_and_password(world: World, desk: ContractDesk) -> None:
    await desk.sign_in()
    backend = world.connect(desk.flow, key=desk.key, me=None)
    agent = await backend.me()
    await backend.close()
    assert agent.name
    assert account_of(agent.id) == desk.key
    as_at_the_desk = world.connect(desk.flow, key=desk.key, me=desk.me)
    assert (await as_at_the_desk.me()).name == agent.name
    await as_at_the_desk.close()
    # What lies in the vault opens the door the next time too.
    assert await desk.flow.access(backend.refresh)


@story("sign in: token", needs=("token",))
async def test_by_a_token(world: World, desk: ContractDesk) -> None:
    await desk.sign_in("", world.token)
    backend = world.connect(desk.flow, key=desk.key, me=None)
    assert (await backend.me()).name
    await backend.close()


@story("sign in: what is wrong is refused", needs=(NETWORK,))
async def test_what_is_wrong_is_refused_clearly(world: World, desk: ContractDesk) -> None:
    wrong = [(world.user, "falsche Zwetschge"), ("niemand", world.password)]
    if world.token:
        wrong += [("", "falsche-Zwetschge"), ("", "")]
    for user, password in wrong:
        backend = registry.backend(world.kind, world.url)
        with pytest.raises(Refused) as refused:
            await backend.sign_in(user, password)
        assert refused.value.code == "unauthenticated"
        with pytest.raises(SignInNeeded):
            await backend.me()
        await backend.close()


@story("sign in: answers of somebody else", needs=(NETWORK,))
async def test_no_nonsense_counts_as_being_signed_in(world: World, desk: ContractDesk) -> None:
    for name, reply in GARBAGE.items():
        world.gateway.answer(reply, times=100)
        backend = registry.backend(world.kind, world.url)
        with pytest.raises(BackendError) as raised:
            await backend.sign_in(world.user, world.password)
        await backend.close()
        assert isinstance(raised.value, Offline), name
        world.gateway.forgive()


@story("a sign-in that ends is asked for again", needs=(NETWORK,))
async def test_who_is_signed_out_is_asked_and_loses_nothing(world: World, desk: ContractDesk) -> None:
    contact = await world.customer_writes("Kornblume eins")
    await desk.sit_down()
    await desk.takes(contact)
    before = desk.held()
    await world.expel()
    desk.does(c.SendMessage, contact, text="Zwetschge, geschrieben ohne Zugang")
    await desk.until(lambda: desk.status.phase is Phase.SIGN_IN_NEEDED)
    assert {table: ids - desk.held()[table] for table, ids in before.items() if ids - desk.held()[table]} == {}
    assert len(desk.outbox()) == 1
    assert await world.replies(contact) == []
    await desk.sign_in(*await world.readmit())
    desk.wake()
    await desk.live()
    await desk.carried()
    assert await world.replies(contact) == ["Zwetschge, geschrieben ohne Zugang"]
    await world.customer_writes("Kornblume zwei", contact=contact)
    await desk.until(lambda: "Kornblume zwei" in desk.texts(contact))
