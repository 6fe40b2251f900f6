"""Merges are taken apart in any order and at any time, and leave no trace: as if they had never been."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.domain.merge import carried, joined
from desktop.domain.record import BusinessRecord

A, B, C, D = map(CustomerId, ("c-a", "c-b", "c-c", "c-d"))


def mail(name: str) -> Identity:
    return Identity(kind=IdentityKind.EMAIL, value=f"{name}@example.org", normalised=f"{name}@example.org")


def made(id_: CustomerId, at: Any, **fields: Any) -> Customer:
    return Customer(id=id_, identities=(mail(id_),), created_at=at, **fields)


async def people(centre: Any) -> None:
    """Four records of one person, each of which knows something else, with an order each."""
    home = PostalAddress(street="Ahornweg 7", city="Kassel")
    await centre.put(made(A, centre.at, name="Tilda Sommer", value_cents=100))
    await centre.put(made(B, centre.at - timedelta(days=9), name="T. Sommer", number="K-2", value_cents=20))
    await centre.put(
        made(C, centre.at, name="Tilda Sommer-Vogt", number="K-3", address=home, consents=(no("sms"), yes("email")))
    )
    await centre.put(made(D, centre.at, given_name="Tilda", segment="plus", consents=(no("email"),)))
    for id_ in (A, B, C, D):
        await centre.put(BusinessRecord(id=f"o-{id_}", customer_id=id_, kind="order", number=f"4{id_}"))  # type: ignore[arg-type]


def no(purpose: str) -> Consent:
    return Consent(purpose=purpose, is_granted=False)


def yes(purpose: str) -> Consent:
    return Consent(purpose=purpose, is_granted=True)


def facts(customer: Customer) -> Customer:
    return replace(
        customer,
        version=0,
        updated_at=None,
        quality=(),
        identities=tuple(sorted(customer.identities, key=lambda one: one.normalised)),
        consents=tuple(sorted(customer.consents, key=lambda one: one.purpose)),
    )


async def state(centre: Any) -> dict[str, Any]:
    """What is known of all four, and whose the orders are."""
    known: dict[str, Any] = {id_: facts(await centre.get(Table.CUSTOMER, id_)) for id_ in (A, B, C, D)}
    for id_ in (A, B, C, D):
        known[f"o-{id_}"] = (await centre.get(Table.RECORD, f"o-{id_}")).customer_id
    return known


async def merge(centre: Any, into: CustomerId, merged: CustomerId, *fields: str) -> None:
    await centre.do("anna", c.MergeCustomers(customer_id=into, merged_id=merged, fields=fields))


async def undo(centre: Any, into: CustomerId, merged: CustomerId) -> None:
    await centre.do("anna", c.UndoMerge(customer_id=into, merged_id=merged))


async def test_the_earlier_of_two_merges_is_undone_as_if_only_the_later_had_been(centre: Any) -> None:
    """The number that the first merge brought had kept the second one's out."""
    await people(centre)
    await merge(centre, A, B)
    await merge(centre, A, C, "name")
    now = await centre.get(Table.CUSTOMER, A)
    assert (now.name, now.number, now.value_cents) == ("Tilda Sommer-Vogt", "K-2", 120)
    await undo(centre, A, B)
    now = await centre.get(Table.CUSTOMER, A)
    assert (now.name, now.number, now.value_cents) == ("Tilda Sommer-Vogt", "K-3", 100)
    assert (await centre.get(Table.CUSTOMER, B)).merged_into is None
    assert (await centre.get(Table.RECORD, "o-c-b")).customer_id == B
    assert (await centre.get(Table.RECORD, "o-c-c")).customer_id == A


async def test_a_merge_below_another_one_is_undone_while_that_one_stays(centre: Any) -> None:
    await people(centre)
    await merge(centre, A, B)
    await merge(centre, C, A)
    await undo(centre, A, B)
    b, a, survivor = [await centre.get(Table.CUSTOMER, id_) for id_ in (B, A, C)]
    assert (b.merged_into, a.merged_into) == (None, C)
    assert {one.normalised for one in survivor.identities} == {"c-a@example.org", "c-c@example.org"}
    assert survivor.value_cents == 100
    assert (await centre.get(Table.RECORD, "o-c-b")).customer_id == B
    assert (await centre.get(Table.RECORD, "o-c-a")).customer_id == C
    assert (await centre.mail(address="c-b@example.org")).customer.id == B


async def test_what_agents_changed_meanwhile_stays(centre: Any) -> None:
    await people(centre)
    await merge(centre, A, B)
    await centre.do("anna", c.UpdateCustomer(customer_id=A, fields={"segment": "gold", "phone": "030 1234567"}))
    await merge(centre, A, C)
    await centre.do("anna", c.UpdateCustomer(customer_id=A, fields={"address.street": "Ahornweg 9"}))
    await undo(centre, A, B)
    now = await centre.get(Table.CUSTOMER, A)
    assert (now.segment, now.address.street, now.address.city) == ("gold", "Ahornweg 9", "Kassel")
    assert any(one.normalised == "+49301234567" for one in now.identities)
    await undo(centre, A, C)
    now = await centre.get(Table.CUSTOMER, A)
    assert now.segment == "gold"
    assert {one.normalised for one in now.identities} == {"c-a@example.org", "+49301234567"}


@pytest.mark.parametrize("seed", range(12))
async def test_merges_undone_in_any_order_leave_everything_as_it_was(centre: Any, seed: int) -> None:
    rng = random.Random(seed)
    await people(centre)
    before = await state(centre)
    alive, done = [A, B, C, D], []
    while len(alive) > 1:
        into, merged = rng.sample(alive, 2)
        await merge(centre, into, merged, *rng.sample(["name", "number", "consents", "value_cents"], rng.randint(0, 2)))
        alive.remove(merged)
        done.append((into, merged))
    rng.shuffle(done)
    for into, merged in done:
        await undo(centre, into, merged)
    assert await state(centre) == before


@pytest.mark.parametrize("seed", range(8))
async def test_one_merge_undone_is_as_if_it_had_never_been(centre: Any, seed: int) -> None:
    """All merges go into one record; one of them is undone, and compared with a record that never saw it."""
    rng = random.Random(seed)
    await people(centre)
    records = {id_: await centre.get(Table.CUSTOMER, id_) for id_ in (A, B, C, D)}
    order = rng.sample([B, C, D], 3)
    chosen = {id_: tuple(rng.sample(["name", "number", "consents"], rng.randint(0, 2))) for id_ in order}
    for id_ in order:
        await merge(centre, A, id_, *chosen[id_])
    gone = rng.choice(order)
    await undo(centre, A, gone)
    expected = records[A]
    for id_ in order:
        if id_ != gone:
            expected = joined(expected, records[id_], chosen[id_])
    assert facts(await centre.get(Table.CUSTOMER, A)) == facts(expected)


async def test_a_contact_that_went_elsewhere_is_left_there(centre: Any) -> None:
    """A call of the merged record was assigned to somebody else before the merge was undone."""
    await people(centre)
    await centre.ready("anna")
    arrived = await centre.mail(address="c-b@example.org")
    await centre.do("anna", c.Accept(interaction_id=arrived.interaction_id))
    await merge(centre, A, B)
    await centre.do("anna", c.LinkCustomer(interaction_id=arrived.interaction_id, customer_id=C))
    await undo(centre, A, B)
    assert (await centre.interaction(arrived.interaction_id)).customer_id == C


async def test_who_merged_what_and_when_is_kept(centre: Any) -> None:
    await people(centre)
    await merge(centre, A, B)
    async with centre.database.read() as ledger:
        kept = await ledger.note(f"merge:{B}")
    assert '"by":"anna"' in kept
    assert "fields" in kept


async def test_a_call_after_an_undone_merge_finds_its_own_record(centre: Any) -> None:
    await people(centre)
    await merge(centre, A, B)
    assert (await centre.says(Channel.EMAIL, "c-b@example.org", "Hello")).customer.id == A
    await undo(centre, A, B)
    assert (await centre.says(Channel.EMAIL, "c-b@example.org", "Hello")).customer.id == B


# --- what a merge makes -----------------------------------------------------------------------------------------------------


def test_an_address_confirmed_on_either_record_is_confirmed(centre: Any) -> None:
    one = made(A, None, name="Tilda")
    other = Customer(id=B, identities=(replace(mail(A), is_verified=True, label="home"),))
    (kept,) = joined(one, other).identities
    assert (kept.is_verified, kept.label) == (True, "home")


def test_a_no_to_advertising_survives_unless_the_others_answers_are_chosen() -> None:
    one = Customer(id=A, consents=(yes("advertising"),))
    other = Customer(id=B, consents=(no("advertising"),))
    assert joined(one, other).consents == (no("advertising"),)
    assert joined(other, one).consents == (no("advertising"),)
    assert joined(other, one, ("consents",)).consents == (yes("advertising"),)


def test_parts_of_an_address_are_chosen_one_by_one() -> None:
    one = Customer(id=A, address=PostalAddress(street="Ahornweg 7", postcode="34117", city="Kassel"))
    other = Customer(id=B, address=PostalAddress(street="Ahornweg 9", postcode="99999", city="Kassel"))
    address = joined(one, other, ("address.street",)).address
    assert address == PostalAddress(street="Ahornweg 9", postcode="34117", city="Kassel")


def test_edits_are_carried_over_to_another_version_of_the_record() -> None:
    before = Customer(id=A, name="Old", segment="plus", identities=(mail("a"), mail("b")), sources={"crm": "1"})
    after = replace(before, name="New", identities=(mail("b"), mail("c")), sources={"crm": "1", "shop": "7"})
    onto = Customer(id=A, name="Other", segment="gold", identities=(mail("a"), mail("b"), mail("z")))
    now = carried(before, after, onto)
    assert (now.name, now.segment, now.sources) == ("New", "gold", {"shop": "7"})
    assert [one.value for one in now.identities] == ["b@example.org", "z@example.org", "c@example.org"]
