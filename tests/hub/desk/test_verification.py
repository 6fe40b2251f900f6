"""Verifying a caller: who may say so, what is refused, and what a change of customer or a new contact does to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.customer import PostalAddress
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.record import BusinessRecord
from desktop.domain.verification import standing
from desktop.hub.desk.verification import ensure_policy

HOME = PostalAddress(street="Ahornweg 7", postcode="34117", city="Kassel")


async def jana_on_the_line(centre: Any, **fields: Any) -> tuple[InteractionId, CustomerId]:
    """Anna chats with Jana Weber, of whom birth date, postcode and number are known."""
    known = {"birth_date": date(1980, 3, 14), "number": "K1001", "address": HOME, **fields}
    jana = await centre.customer("Jana Weber", "jana@example.org", **known)
    await centre.ready("anna")
    answer = await centre.mail()
    assert answer.customer.id == jana.id
    await centre.do("anna", c.Accept(interaction_id=answer.interaction_id))
    return answer.interaction_id, jana.id


def said(id_: str, customer_id: str, question: str = "birth_date", is_right: bool = True) -> c.VerifyCustomer:
    return c.VerifyCustomer(
        interaction_id=InteractionId(id_), customer_id=CustomerId(customer_id), question=question, is_right=is_right
    )


async def how_it_stands(centre: Any, id_: str) -> Any:
    policy = await centre.get(Table.VERIFICATION, "policy")
    row = await centre.interaction(id_)
    return standing(policy, row.channel, row.customer_id, row.verified)


async def test_two_right_answers_verify_and_the_stream_says_so(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana))
    assert not (await how_it_stands(centre, id_)).is_verified
    await centre.do("anna", said(id_, jana, "postcode"))
    now = await how_it_stands(centre, id_)
    assert (now.points, now.is_verified, now.is_locked) == (2, True, False)
    row = await centre.interaction(id_)
    assert [(one.question, one.is_right, one.by, one.at) for one in row.verified] == [
        ("birth_date", True, "anna", centre.at),
        ("postcode", True, "anna", centre.at),
    ]
    assert "verified" in {message.event for message in await centre.messages(id_)}


async def test_two_wrong_answers_end_it_for_this_contact(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana, "birth_date", is_right=False))
    await centre.do("anna", said(id_, jana, "postcode", is_right=False))
    assert (await how_it_stands(centre, id_)).is_locked
    assert "verification_failed" in {message.event for message in await centre.messages(id_)}
    assert await centre.refusal("anna", said(id_, jana, "number")) == "illegal_state"


async def test_a_question_counts_once(centre: Any) -> None:
    """Neither is a wrong answer made good by asking again, nor a right one counted twice."""
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana, is_right=False))
    assert await centre.refusal("anna", said(id_, jana)) == "illegal_state"
    await centre.do("anna", said(id_, jana, "postcode"))
    assert await centre.refusal("anna", said(id_, jana, "postcode")) == "illegal_state"


@pytest.mark.parametrize("who", ["bert", "lena", "otto"])
async def test_only_who_talks_with_the_customer_can_say(centre: Any, who: str) -> None:
    id_, jana = await jana_on_the_line(centre)
    assert await centre.refusal(who, said(id_, jana)) == "not_owner"


async def test_what_makes_no_sense_is_refused(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    assert await centre.refusal("anna", said("none", jana)) == "gone"
    assert await centre.refusal("anna", said(id_, jana, "mothers_name")) == "unknown_value"
    other = await centre.customer("Ole Petersen")
    assert await centre.refusal("anna", said(id_, other.id)) == "conflict"
    assert await centre.refusal("anna", said(id_, jana, "last_invoice")) == "unknown_value"
    assert (await centre.interaction(id_)).verified == ()


async def test_nobody_is_right_about_what_is_not_on_file(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre, birth_date=None)
    assert await centre.refusal("anna", said(id_, jana, "birth_date")) == "unknown_value"
    at = datetime(2026, 1, 5, tzinfo=UTC)
    await centre.put(BusinessRecord(id="inv", customer_id=jana, kind="invoice", number="R-77", at=at))
    await centre.do("anna", said(id_, jana, "last_invoice"))


async def test_an_offer_that_rings_is_no_conversation(centre: Any) -> None:
    await centre.customer("Jana Weber", "jana@example.org", number="K1001")
    await centre.ready("anna")
    answer = await centre.mail()
    row = await centre.interaction(answer.interaction_id)
    assert row.assignee == "anna"
    assert await centre.refusal("anna", said(row.id, row.customer_id, "number")) == "illegal_state"


async def test_another_customer_is_not_verified_by_the_first_ones_answers(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana, is_right=False))
    await centre.do("anna", said(id_, jana, "postcode"))
    await centre.do("anna", said(id_, jana, "number"))
    assert (await how_it_stands(centre, id_)).is_verified
    other = await centre.customer("Jana Weber", number="K2002", birth_date=date(1970, 1, 1))
    await centre.do("anna", c.LinkCustomer(interaction_id=id_, customer_id=other.id))
    now = await how_it_stands(centre, id_)
    assert (now.points, now.is_verified) == (0, False)
    # Guessing goes on being counted.
    await centre.do("anna", said(id_, other.id, "number", is_right=False))
    assert (await how_it_stands(centre, id_)).is_locked


async def test_a_contact_taken_up_again_begins_anew(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana))
    await centre.do("anna", said(id_, jana, "postcode"))
    await centre.do("anna", c.WrapUp(interaction_id=id_, disposition="solved"))
    await centre.do("anna", c.Reopen(interaction_id=id_))
    assert (await centre.interaction(id_)).verified == ()


async def test_a_colleague_who_takes_over_need_not_ask_again(centre: Any) -> None:
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana))
    await centre.do("anna", said(id_, jana, "postcode"))
    await centre.ready("bert")
    await centre.do("anna", c.Transfer(interaction_id=id_, to_agent="bert"))
    await centre.do("bert", c.Accept(interaction_id=id_))
    assert (await how_it_stands(centre, id_)).is_verified


async def test_the_centres_own_policy_holds_and_a_broken_one_changes_nothing(
    centre: Any, tmp_path: Path, expected_errors: Any
) -> None:
    own = tmp_path / "verification.yaml"
    own.write_text(
        "points_needed: 1\nquestions:\n  - {id: word, titles: {en: The word}}\nsensitive: [birth_date]\n", "utf-8"
    )
    async with centre.database.write() as ledger:
        await ensure_policy(ledger, own)
    policy = await centre.get(Table.VERIFICATION, "policy")
    assert (policy.points_needed, [one.id for one in policy.questions]) == (1, ["word"])
    id_, jana = await jana_on_the_line(centre)
    await centre.do("anna", said(id_, jana, "word"))
    assert (await how_it_stands(centre, id_)).is_verified
    expected_errors("verification policy cannot be used")
    own.write_text("points_needed: 5\n", "utf-8")
    async with centre.database.write() as ledger:
        await ensure_policy(ledger, own)
    assert await centre.get(Table.VERIFICATION, "policy") == policy
    own.unlink()
    async with centre.database.write() as ledger:
        await ensure_policy(ledger, own)
    assert (await centre.get(Table.VERIFICATION, "policy")).points_needed == 2
