"""Customers mended, linked, merged and taken apart; and what other systems say of them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, IdentityKind, PostalAddress
from desktop.domain.record import BusinessRecord
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import CustomerIn, IdentityIn, RecordIn, TouchpointIn

from .conftest import CHANNEL, CRM, record_of

PHONE = "+4930123456"


def facts(customer):
    """A customer without what only says when it was written."""
    return replace(customer, version=0, updated_at=None)


async def test_an_agent_mends_a_record_and_its_findings_go(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org")
    fields = {"phone": "030 123456", "address.city": "Berlin", "birth_date": "1980-02-29", "language": "de"}
    answer = await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields=fields, version=jana.version))
    mended = record_of(answer, "customer")
    assert [one.normalised for one in mended.identities] == ["jana@example.org", PHONE]
    assert (mended.address.city, mended.birth_date) == ("Berlin", date(1980, 2, 29))
    assert "phone" not in {one.field for one in mended.quality}
    call = await centre.says(Channel.CALL, PHONE)
    assert call.customer.id == jana.id, "the new number does not find her"


async def test_a_field_that_a_colleague_changed_meanwhile_is_not_overwritten(centre):
    jana = await centre.customer("Jana Weber")
    await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields={"name": "Jana Kurz", "segment": "gold"}))
    edit = c.UpdateCustomer(
        customer_id=jana.id,
        fields={"name": "Jana Lang", "language": "de"},
        version=jana.version,
        before={"name": "Jana Weber", "language": ""},
    )
    answer = await centre.attempt("bert", edit)
    assert (answer.error.code, answer.error.title) == ("conflict", "conflict with current record")
    assert answer.error.detail == "changed meanwhile: name", "the field is told, what it says is not"
    current = record_of(answer, "customer")
    assert (current.name, current.segment, current.language) == ("Jana Kurz", "gold", "")
    chosen = msgspec.structs.replace(edit, version=current.version, before={"name": "Jana Kurz", "language": ""})
    assert record_of(await centre.do("bert", chosen), "customer").name == "Jana Lang"


@pytest.mark.parametrize(
    "fields",
    [
        {"segment": "silver"},
        {"name": "Jana  Kurz"},
        {"email": "jana@example.org"},
        {"address.street": "Neu 1"},
    ],
    ids=["another field", "the same value", "one more address", "an empty field"],
)
async def test_changes_that_do_not_meet_are_both_kept(centre, fields):
    jana = await centre.customer("Jana Weber")
    await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields={"name": "Jana Kurz", "address.city": "Köln"}))
    before = {"name": "Jana Weber", "segment": "", "address.street": None}
    edit = c.UpdateCustomer(
        customer_id=jana.id,
        fields=fields,
        version=jana.version,
        before={name: before[name] for name in fields if name in before},
    )
    await centre.do("bert", edit)
    customer = await centre.get(Table.CUSTOMER, jana.id)
    assert (customer.name, customer.address.city) == ("Jana Kurz", "Köln")


async def test_edits_in_a_row_of_one_agent_are_no_conflict(centre):
    jana = await centre.customer("Jana Weber")
    names = ["Jana Weber", "Jana  Kurz", "Jana Lang", "Jana Klein"]
    for before, name in pairwise(names):
        edit = c.UpdateCustomer(
            customer_id=jana.id, fields={"name": name}, version=jana.version, before={"name": before}
        )
        await centre.do("anna", edit)
    assert (await centre.get(Table.CUSTOMER, jana.id)).name == "Jana Klein"


async def test_who_does_not_say_what_they_saw_changes_only_the_version_they_saw(centre):
    jana = await centre.customer("Jana Weber")
    await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields={"segment": "gold"}))
    late = c.UpdateCustomer(customer_id=jana.id, fields={"name": "X"}, version=jana.version)
    assert await centre.refusal("bert", late) == "conflict"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"version": 7},
        {"merged_into": "x"},
        {"birth_date": "yesterday"},
        {"name": 7},
        {"email": "nobody"},
        {"identities": [{"kind": "fax", "value": "1"}]},
        {"address": "Berlin"},
        {"name": "x" * 301},
        {"quality": []},
    ],
)
async def test_senseless_fields_are_refused(centre, fields):
    jana = await centre.customer("Jana Weber")
    code = await centre.refusal("anna", c.UpdateCustomer(customer_id=jana.id, fields=fields))
    assert code in ("unknown_value", "bad_request", "too_large")
    assert await centre.get(Table.CUSTOMER, jana.id) == jana


async def test_naming_a_provisional_customer_makes_them_a_real_one(centre):
    answer = await centre.chat()
    await centre.do("anna", c.UpdateCustomer(customer_id=answer.customer.id, fields={"name": "Nina Neu"}))
    customer = await centre.get(Table.CUSTOMER, answer.customer.id)
    assert not customer.is_provisional
    assert (await centre.interaction(answer.interaction_id)).customer_name == "Nina Neu"


async def test_linking_moves_the_contact_and_what_was_said_to_the_real_customer(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org")
    id_ = await centre.accepted("anna")
    made_up = (await centre.interaction(id_)).customer_id
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=jana.id))
    interaction = await centre.interaction(id_)
    assert (interaction.customer_id, interaction.customer_name, interaction.identified) == (jana.id, "Jana Weber", 1.0)
    assert {one.customer_id for one in await centre.messages(id_)} == {jana.id}
    assert (await centre.get(Table.TOUCHPOINT, id_)).customer_id == jana.id
    again = await centre.chat(address="web:visitor-1")
    assert again.customer.id == jana.id, "her address was not learned"
    await centre.do("anna", c.UndoMerge(customer_id=jana.id, merged_id=made_up))
    assert (await centre.interaction(id_)).customer_id == made_up


async def two_of_one(centre):
    """Two records of one person, each with a contact and an order."""
    jana = await centre.customer(
        "Jana Weber", "jana@example.org", value_cents=5000, consents=(Consent(purpose="sms", is_granted=True),)
    )
    other = await centre.customer(
        "J. Weber", PHONE, number="K77", value_cents=700, consents=(Consent(purpose="sms", is_granted=False),)
    )
    await centre.mail()
    call = await centre.says(Channel.CALL, PHONE)
    await centre.put(BusinessRecord(id="o1", customer_id=other.id, kind="order", number="4711"))
    assert call.customer.id == other.id
    jana, other = await centre.get(Table.CUSTOMER, jana.id), await centre.get(Table.CUSTOMER, other.id)
    return jana, other, call.interaction_id


async def test_two_records_of_one_person_become_one(centre):
    jana, other, call = await two_of_one(centre)
    await centre.do("anna", c.MergeCustomers(customer_id=jana.id, merged_id=other.id))
    merged = await centre.get(Table.CUSTOMER, jana.id)
    assert merged.name == "Jana Weber"
    assert (merged.number, merged.value_cents) == ("K77", 5700)
    assert {one.normalised for one in merged.identities} == {"jana@example.org", PHONE}
    assert merged.consents == (Consent(purpose="sms", is_granted=False),), "a refusal was lost in the merge"
    assert (await centre.interaction(call)).customer_id == jana.id
    assert (await centre.interaction(call)).customer_name == "Jana Weber"
    assert (await centre.get(Table.RECORD, "o1")).customer_id == jana.id
    again = await centre.says(Channel.CALL, PHONE)
    assert again.customer.id == jana.id


async def test_undoing_a_merge_restores_both_exactly(centre):
    jana, other, call = await two_of_one(centre)
    before = [facts(one) for one in (jana, other)]
    contact = await centre.interaction(call)
    merge = c.MergeCustomers(customer_id=jana.id, merged_id=other.id, fields=("name", "number"))
    await centre.do("anna", merge)
    assert (await centre.get(Table.CUSTOMER, jana.id)).name == "J. Weber"
    centre.later(days=1)
    await centre.do("anna", c.UndoMerge(customer_id=jana.id, merged_id=other.id))
    after = [facts(await centre.get(Table.CUSTOMER, one.id)) for one in (jana, other)]
    assert after == before
    restored = await centre.interaction(call)
    assert (restored.customer_id, restored.customer_name) == (other.id, contact.customer_name)
    assert (await centre.get(Table.RECORD, "o1")).customer_id == other.id
    assert {one.customer_id for one in await centre.messages(call)} == {other.id}
    assert (await centre.get(Table.TOUCHPOINT, call)).customer_id == other.id
    assert (await centre.says(Channel.CALL, PHONE)).customer.id == other.id
    assert await centre.refusal("anna", c.UndoMerge(customer_id=jana.id, merged_id=other.id)) == "illegal_state"


async def test_what_came_after_a_merge_stays_when_it_is_undone(centre):
    jana, other, _ = await two_of_one(centre)
    await centre.do("anna", c.MergeCustomers(customer_id=jana.id, merged_id=other.id))
    await centre.do(
        "anna", c.UpdateCustomer(customer_id=jana.id, fields={"segment": "gold", "email": "new@example.org"})
    )
    mail = await centre.mail()
    await centre.do("anna", c.UndoMerge(customer_id=jana.id, merged_id=other.id))
    now = await centre.get(Table.CUSTOMER, jana.id)
    assert now.segment == "gold"
    assert {one.normalised for one in now.identities} == {"jana@example.org", "new@example.org"}
    assert (await centre.interaction(mail.interaction_id)).customer_id == jana.id


async def test_merges_that_make_no_sense_are_refused(centre):
    jana, other, _ = await two_of_one(centre)
    third = await centre.customer("Jana W.")
    assert await centre.refusal("anna", c.MergeCustomers(customer_id=jana.id, merged_id=jana.id)) == "unknown_value"
    assert await centre.refusal("anna", c.MergeCustomers(customer_id=jana.id, merged_id="none")) == "gone"
    assert await centre.refusal("anna", c.UndoMerge(customer_id=jana.id, merged_id=other.id)) == "illegal_state"
    await centre.do("anna", c.MergeCustomers(customer_id=jana.id, merged_id=other.id))
    assert await centre.refusal("anna", c.MergeCustomers(customer_id=third.id, merged_id=other.id)) == "illegal_state"
    await centre.do("anna", c.MergeCustomers(customer_id=third.id, merged_id=jana.id))
    assert await centre.refusal("anna", c.UndoMerge(customer_id=third.id, merged_id=other.id)) == "illegal_state"


# --- what other systems say ------------------------------------------------------------------------------------------------


async def test_a_crm_replaces_what_it_said_and_leaves_what_others_know(centre):
    first = CustomerIn(
        name="Jana Weber",
        number="K-10023",
        segment="gold",
        birth_date="1980-02-29",
        address=PostalAddress(city="Berlin"),
        identities=(IdentityIn(kind="email", value="jana@example.org"), IdentityIn(kind="phone", value="kaputt")),
        consents=(Consent(purpose="email", is_granted=True),),
    )
    jana = await centre.desk.put_customer("crm", "77", first, CRM)
    assert await centre.desk.put_customer("crm", "77", first, CRM) == jana, "nothing changed, but it was written again"
    await centre.do("anna", c.UpdateCustomer(customer_id=jana.id, fields={"phone": "030 123456", "segment": "vip"}))
    second = CustomerIn(
        name="Jana Meier", number="K-10023", identities=(IdentityIn(kind="email", value="j@new.example"),)
    )
    now = await centre.desk.put_customer("crm", "77", second, CRM)
    assert (now.id, now.name, now.birth_date, now.address) == (jana.id, "Jana Meier", None, None)
    assert now.segment == "vip", "the agent's word was taken back"
    assert {one.value for one in now.identities if one.kind is not IdentityKind.CUSTOMER_NO} == {
        "j@new.example",
        "030 123456",
    }
    assert now.consents == ()
    assert (await centre.mail(address="j@new.example")).customer.id == jana.id
    assert not (await centre.mail(address="jana@example.org")).customer.known
    by_number = await centre.chat(address="web:z", customer_no="K 10023")
    assert by_number.customer.id == jana.id, "her number, spelled another way, does not find her"


async def test_a_crm_names_the_made_up_customer_it_knows_and_joins_a_second_source_by_number(centre):
    stranger = await centre.mail(address="jana@example.org")
    body = CustomerIn(name="Jana Weber", number="K1", identities=(IdentityIn(kind="email", value="jana@example.org"),))
    jana = await centre.desk.put_customer("crm", "77", body, CRM)
    assert jana.id == stranger.customer.id
    assert not jana.is_provisional
    assert (await centre.interaction(stranger.interaction_id)).customer_name == "Jana Weber"
    shop = await centre.desk.put_customer("shop", "a-1", CustomerIn(number="K1", value_cents=990), CRM)
    assert (shop.id, shop.sources, shop.name) == (jana.id, {"crm": "77", "shop": "a-1"}, "Jana Weber")


@pytest.mark.parametrize(
    "body",
    [
        CustomerIn(birth_date="29.02.1980"),
        CustomerIn(identities=(IdentityIn(kind="fax", value="1"),)),
        CustomerIn(value_cents=2**60),
    ],
)
async def test_a_crm_is_told_what_cannot_be(centre, body):
    with pytest.raises(Refused) as refused:
        await centre.desk.put_customer("crm", "1", body, CRM)
    assert refused.value.code is Code.UNKNOWN_VALUE


async def test_orders_are_found_with_their_customer(centre):
    jana = await centre.desk.put_customer("crm", "77", CustomerIn(name="Jana", number="K1"), CRM)
    order = RecordIn(kind="order", number="4711", customer={"source": "crm", "key": "77"}, is_open=True)
    record = await centre.desk.put_record("shop", "4711", order, CRM)
    assert record.customer_id == jana.id
    assert await centre.desk.put_record("shop", "4711", order, CRM) == record
    shipped = await centre.desk.put_record("shop", "4711", replace(order, status="shipped", is_open=False), CRM)
    assert (shipped.id, shipped.status, shipped.version) == (record.id, "shipped", record.version + 1)
    with pytest.raises(Refused):
        await centre.desk.put_record("shop", "1", RecordIn(kind="order", customer={"number": "nobody"}), CRM)


async def test_touchpoints_once_each_with_their_customer(centre):
    jana = await centre.customer("Jana Weber", "jana@example.org", number="K1")
    id_ = (await centre.mail()).interaction_id
    items = [
        TouchpointIn(external_id="1", channel=Channel.WEB, kind="visit", at=centre.at, address="jana@example.org"),
        TouchpointIn(external_id="2", channel=Channel.SHOP, kind="purchase", at=centre.at, customer={"number": "K1"}),
        TouchpointIn(external_id="3", channel=Channel.EMAIL, kind="survey", at=centre.at, interaction_id=id_, rating=2),
        TouchpointIn(external_id="4", channel=Channel.WEB, kind="visit", at=centre.at),
    ]
    ids = await centre.desk.touchpoints(items, CHANNEL)
    assert await centre.desk.touchpoints(items, CHANNEL) == ids
    rows = [await centre.get(Table.TOUCHPOINT, one) for one in ids]
    assert [one.customer_id for one in rows] == [jana.id, jana.id, jana.id, None]
    assert {one.version for one in rows} == {1}
    assert (await centre.get(Table.TOUCHPOINT, id_)).rating == 2, "the survey does not rate the contact"


async def test_of_a_batch_of_touchpoints_all_or_none_are_taken(centre):
    good = TouchpointIn(external_id="1", channel=Channel.WEB, kind="visit", at=centre.at)
    with pytest.raises(Refused):
        await centre.desk.touchpoints([good, replace(good, external_id="2", rating=9)], CHANNEL)
    async with centre.database.read() as ledger:
        assert await ledger.count(Table.TOUCHPOINT) == 0


async def test_a_snoozed_merge_waits_for_nobody(centre):
    """Merging a customer whose contact sleeps does not wake it."""
    jana, other, call = await two_of_one(centre)
    await centre.do("anna", c.Take(interaction_id=call))
    await centre.do("anna", c.Snooze(interaction_id=call, until=centre.at + timedelta(hours=1)))
    await centre.do("bert", c.MergeCustomers(customer_id=jana.id, merged_id=other.id))
    assert (await centre.interaction(call)).state == "snoozed"
