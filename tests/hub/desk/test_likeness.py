"""Records of one person are found in the background, proposed with what speaks for it, and never merged unasked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain import commands as c
from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress, QualityFinding
from desktop.domain.duplicate import Duplicate, DuplicateState
from desktop.domain.ids import CustomerId
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.hub.desk.duplicates import pair_id
from desktop.hub.desk.likeness import in_order, proposed_fields
from desktop.wire.shapes import CustomerIn, IdentityIn

BORN = date(1974, 11, 3)
HOME = PostalAddress(street="Ahornweg 7", postcode="34117", city="Kassel", country="DE")
MAIL = Identity(kind=IdentityKind.EMAIL, value="h.brandt@example.org", normalised="h.brandt@example.org")
PHONE = Identity(kind=IdentityKind.PHONE, value="0561 5550133", normalised="+495615550133")


async def twins(centre: Any, **fields: Any) -> tuple[Customer, Customer]:
    """Henrike Brandt, on file twice."""
    one = await centre.put(
        Customer(
            id=CustomerId("c-one"),
            name="Henrike Brandt",
            given_name="Henrike",
            family_name="Brandt",
            birth_date=BORN,
            address=HOME,
            identities=(MAIL, PHONE),
            created_at=centre.at - timedelta(days=900),
        )
    )
    two = await centre.put(
        Customer(
            **{
                "id": CustomerId("c-two"),
                "name": "Henrike Brandt",
                "given_name": "Henrike",
                "family_name": "Brandt",
                "birth_date": BORN,
                "address": HOME,
                "identities": (PHONE,),
                "created_at": centre.at,
                **fields,
            }
        )
    )
    return one, two


async def pair(centre: Any) -> Duplicate | None:
    found: Duplicate | None = await centre.get(Table.DUPLICATE, pair_id("c-one", "c-two"))
    return found


async def test_a_second_record_is_proposed_with_its_evidence_and_a_direction(centre: Any) -> None:
    await twins(centre)
    await centre.desk.look_for_duplicates()
    found = await pair(centre)
    assert found is not None
    assert (found.customer_id, found.other_id) == ("c-one", "c-two")
    assert found.state is DuplicateState.OPEN
    assert found.probability > 0.9
    assert {"identify.phone", "identify.birth_date_same"} & {one.code for one in found.reasons}
    assert found.found_at == centre.at


async def test_it_is_found_without_anybody_asking(centre: Any) -> None:
    await twins(centre)
    assert await centre.until(lambda: pair(centre), 8)


async def test_somebody_else_is_not_proposed(centre: Any) -> None:
    await twins(
        centre,
        name="Ulrich Neumann",
        given_name="Ulrich",
        family_name="Neumann",
        birth_date=date(1990, 2, 1),
        address=None,
        identities=(),
    )
    await centre.desk.look_for_duplicates()
    assert await pair(centre) is None


async def test_a_proposal_goes_when_the_records_come_apart(centre: Any) -> None:
    await twins(centre)
    await centre.desk.look_for_duplicates()
    other = await centre.get(Table.CUSTOMER, "c-two")
    await centre.put(
        replace(
            other,
            name="Ulrich Neumann",
            given_name="Ulrich",
            family_name="Neumann",
            birth_date=date(1990, 2, 1),
            address=None,
            identities=(),
        )
    )
    await centre.desk.look_for_duplicates()
    assert await pair(centre) is None


async def test_nothing_is_written_again_while_nothing_changes(centre: Any) -> None:
    one, _ = await twins(centre)
    await centre.desk.look_for_duplicates()
    before = await pair(centre)
    await centre.put(replace(one, segment="plus"))
    await centre.desk.look_for_duplicates()
    assert await pair(centre) == before


async def test_two_people_are_not_asked_about_again(centre: Any) -> None:
    one, _ = await twins(centre)
    await centre.desk.look_for_duplicates()
    await centre.do("anna", c.MarkDistinct(customer_id=CustomerId("c-two"), other_id=CustomerId("c-one")))
    await centre.put(replace(one, segment="plus"))
    await centre.desk.look_for_duplicates()
    found = await pair(centre)
    assert found is not None
    assert found.state is DuplicateState.DISTINCT


async def test_merging_settles_the_proposal_and_undoing_brings_it_back(centre: Any) -> None:
    await twins(centre)
    await centre.desk.look_for_duplicates()
    await centre.do("anna", c.MergeCustomers(customer_id=CustomerId("c-one"), merged_id=CustomerId("c-two")))
    merged = await pair(centre)
    assert merged is not None
    assert (merged.state, merged.merged_by, merged.merged_at) == (DuplicateState.MERGED, "anna", centre.at)
    await centre.desk.look_for_duplicates()
    assert await pair(centre) == merged
    centre.later(hours=1)
    await centre.do("bert", c.UndoMerge(customer_id=CustomerId("c-one"), merged_id=CustomerId("c-two")))
    again = await pair(centre)
    assert again is not None
    assert (again.state, again.undone_by, again.undone_at) == (DuplicateState.OPEN, "bert", centre.at)
    assert again.merged_by == "anna", "the log forgot who merged"


async def test_a_merge_nobody_proposed_is_in_the_log_too(centre: Any) -> None:
    one, other = await centre.customer("Jana Weber"), await centre.customer("Ole Petersen")
    await centre.do("anna", c.MergeCustomers(customer_id=one.id, merged_id=other.id))
    found = await centre.get(Table.DUPLICATE, pair_id(one.id, other.id))
    assert (found.state, found.merged_by, found.probability) == (DuplicateState.MERGED, "anna", 0.0)
    await centre.do("anna", c.UndoMerge(customer_id=one.id, merged_id=other.id))
    found = await centre.get(Table.DUPLICATE, pair_id(one.id, other.id))
    assert found.state is DuplicateState.UNDONE


async def test_certain_as_it_may_be_nothing_is_merged_unless_the_centre_says_so(centre: Any) -> None:
    await twins(centre)
    await centre.desk.look_for_duplicates()
    assert (await centre.get(Table.CUSTOMER, "c-two")).merged_into is None


async def test_a_rule_of_the_centre_merges_what_is_certain_and_never_what_was_taken_apart(centre: Any) -> None:
    await twins(centre)
    centre.desk._likenesses._merge_from = 0.9
    await centre.desk.look_for_duplicates()
    assert (await centre.get(Table.CUSTOMER, "c-two")).merged_into == "c-one"
    found = await pair(centre)
    assert found is not None
    assert (found.state, found.merged_by) == (DuplicateState.MERGED, None)
    async with centre.database.read() as ledger:
        noted = (await ledger.connection.execute(select(tables.audit.c.subject, tables.audit.c.detail))).all()
    assert [tuple(row) for row in noted] == [("c-one", "c-two")]
    await centre.do("anna", c.UndoMerge(customer_id=CustomerId("c-one"), merged_id=CustomerId("c-two")))
    await centre.desk.look_for_duplicates()
    assert (await centre.get(Table.CUSTOMER, "c-two")).merged_into is None, "merged again over an agent's head"
    again = await pair(centre)
    assert again is not None
    assert again.state is DuplicateState.OPEN


async def test_what_a_crm_pushes_is_looked_at(centre: Any) -> None:
    await twins(centre)
    body = CustomerIn(
        name="Henrike Brandt",
        birth_date=BORN.isoformat(),
        address=HOME,
        identities=(IdentityIn(kind="email", value=MAIL.value),),
    )
    pushed = await centre.desk.put_customer("crm", "9", body, Caller(id="crm", role=Role.CRM))
    await centre.desk.look_for_duplicates()
    assert await centre.get(Table.DUPLICATE, pair_id("c-one", pushed.id)) is not None


async def test_a_long_list_is_gone_through_page_by_page_and_from_where_it_was_left(centre: Any) -> None:
    for number in range(45):
        await centre.customer(f"Mara Stern{number}", f"mara{number}@example.org")
    await twins(centre)
    await centre.desk.look_for_duplicates()
    assert await pair(centre) is not None
    async with centre.database.read() as ledger:
        assert int(await ledger.note("duplicates.seen") or 0) > 0


async def test_without_the_right_to_see_both_nobody_tells_them_apart(centre: Any) -> None:
    one = await centre.customer("Jana Weber")
    assert await centre.refusal("anna", c.MarkDistinct(customer_id=one.id, other_id=CustomerId("none"))) == "gone"
    assert await centre.refusal("anna", c.MarkDistinct(customer_id=one.id, other_id=one.id)) == "unknown_value"
    other = await centre.customer("J. Weber")
    await centre.do("anna", c.MergeCustomers(customer_id=one.id, merged_id=other.id))
    assert await centre.refusal("anna", c.MarkDistinct(customer_id=one.id, other_id=other.id)) == "illegal_state"


# --- which of the two stays, and what is taken of the other -----------------------------------------------------------------


def record(id_: str, **fields: Any) -> Customer:
    return Customer(id=CustomerId(id_), **fields)


@pytest.mark.parametrize(
    ("stays", "goes"),
    [
        (record("z", name="Jana"), record("a", name="Jana", is_provisional=True, identities=(MAIL, PHONE))),
        (record("z", identities=(replace(MAIL, is_verified=True),)), record("a", identities=(MAIL, PHONE))),
        (record("z", name="Jana", birth_date=BORN), record("a", name="Jana")),
    ],
    ids=["known before made up", "confirmed before not", "fuller before emptier"],
)
def test_which_record_should_stay(stays: Customer, goes: Customer) -> None:
    assert [one.id for one in in_order(goes, stays)] == [stays.id, goes.id]


def test_what_is_wrong_with_the_one_is_taken_of_the_other() -> None:
    wrong = record("a", name="JANA WEBER", quality=(QualityFinding(code="invalid", field="name"),), address=HOME)
    right = record("b", name="Jana Weber", address=replace(HOME, street="Neue Gasse 1"))
    assert proposed_fields(wrong, right) == ("name",)
    assert proposed_fields(right, wrong) == ()
