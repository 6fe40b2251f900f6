"""Looking for one person in two systems, behind the agent's back."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec

from desktop.domain.changes import Cause
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.duplicate import DuplicateState
from desktop.domain.ids import AgentId, CustomerId
from desktop.store import likeness, links, projections
from desktop.store.apply import apply_page
from desktop.store.database import Store
from desktop.sync.likeness import Likenesses
from desktop.wire.records import encode
from desktop.wire.shapes import Change, ChangesPage

ME = AgentId("me")


def person(id_: str, name: str, mail: str = "", phone: str = "", **more: Any) -> Customer:
    kinds = ((IdentityKind.EMAIL, mail), (IdentityKind.PHONE, phone))
    identities = tuple(Identity(kind=kind, value=value, normalised=value) for kind, value in kinds if value)
    return Customer(id=CustomerId(id_), name=name, identities=identities, **({"version": 1} | more))


def arrive(store: Store, account: str, *people: Customer) -> None:
    state = store.query(lambda conn: projections.sync_state(conn, account))
    changes = [
        Change(seq=state.cursor + n, op="upsert", type="customer", id=one.id, record=msgspec.Raw(encode(one)))
        for n, one in enumerate(people, 1)
    ]
    page = ChangesPage(epoch="e", changes=changes, next=changes[-1].seq, more=False, after=state.cursor)
    store.write(lambda w: apply_page(w, page, account=account), Cause.NETWORK).result()


async def looked(store: Store, **options: Any) -> None:
    likenesses = Likenesses(store, **options)
    while await likenesses.look_at_some():
        pass


def known(store: Store, id_: str) -> list[tuple[str, str]]:
    return [(one.customer_id, str(one.state)) for one in store.query(lambda conn: links.of_customers(conn, [id_]))]


async def test_the_same_address_and_name_are_one_person_and_the_name_alone_is_not(store: Store) -> None:
    arrive(
        store,
        "",
        person("c1", "Jana Weber", "jana.weber@example.org", "+49301234567"),
        person("c2", "Thomas Müller", "tm@example.org"),
    )
    arrive(
        store,
        "rt",
        person("rt~1", "Weber, Jana", "jana.weber@example.org", "+49301234567"),
        person("rt~2", "Thomas Müller", "thomas@example.net"),
        person("rt~3", "Olga Petrowa", "olga@example.org"),
    )
    await looked(store)
    assert known(store, "rt~1") == [("c1", "merged")]
    assert ("c2", "merged") not in known(store, "rt~2")
    assert known(store, "rt~3") == []


async def test_with_one_account_nothing_is_looked_at(store: Store) -> None:
    arrive(store, "", person("c1", "Jana Weber", "j@example.org"), person("c2", "Jana Weber", "j@example.org"))
    assert not await Likenesses(store).look_at_some()
    assert not store.query(likeness.is_needed)


async def test_what_is_never_to_be_joined_unasked_is_proposed_with_reasons(store: Store) -> None:
    arrive(store, "", person("c1", "Jana Weber", "jana.weber@example.org", "+49301234567"))
    arrive(store, "rt", person("rt~1", "Jana Weber", "jana.weber@example.org", "+49301234567"))
    await looked(store, joined_from=2.0)
    (pair,) = store.query(lambda conn: projections.like_pairs(conn, CustomerId("c1"), ME))
    assert pair.duplicate.state is DuplicateState.OPEN
    assert pair.duplicate.reasons


async def test_strange_names_are_looked_at_like_any_other(store: Store) -> None:
    odd = ("", "\u202eabc", "🙂" * 200, "x" * 5000, "\x00\x01", "<b>'; --")
    arrive(store, "", *(person(f"c{n}", name) for n, name in enumerate(odd)))
    arrive(store, "rt", *(person(f"rt~{n}", name) for n, name in enumerate(odd)))
    await looked(store)
    assert not store.query(likeness.is_needed)


async def test_an_address_that_is_learned_later_joins_them_while_the_agent_works(store: Store) -> None:
    arrive(store, "", person("c1", "Jana Weber", "jana.weber@example.org", "+49301234567"))
    arrive(store, "rt", person("rt~1", "J. W.", "nobody@example.org"))
    running = asyncio.create_task(Likenesses(store, linger_s=0.0).run())
    try:
        async with asyncio.timeout(10):
            while store.query(likeness.is_needed):
                await asyncio.sleep(0.02)
            assert known(store, "rt~1") == []
            arrive(store, "rt", person("rt~1", "Jana Weber", "jana.weber@example.org", "+49301234567", version=2))
            while known(store, "rt~1") != [("c1", "merged")]:
                await asyncio.sleep(0.02)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
