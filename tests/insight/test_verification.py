"""What a caller says, in whatever spelling, against what the record holds; and policies that cannot be meant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId, RecordId
from desktop.domain.record import BusinessRecord
from desktop.domain.verification import Question
from desktop.insight.verification import PolicyError, answers, is_right, load_policy, parse_policy

JANA = Customer(
    id=CustomerId("jana"),
    name="Jana Müller",
    number="K-10 023",
    birth_date=date(1980, 3, 14),
    address=PostalAddress(street="Große Gartenstraße 7a", postcode="34117", city="Kassel"),
    identities=(
        Identity(kind=IdentityKind.EMAIL, value="Jana@Example.org", normalised="jana@example.org"),
        Identity(kind=IdentityKind.PHONE, value="+49 561 5550133", normalised="+495615550133"),
    ),
)


def asked(field: str) -> Question:
    return Question(id="q", titles={"en": "?"}, field=field)


def said(field: str, text: str) -> bool | None:
    return is_right(asked(field), text, answers(asked(field), JANA))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("birth_date", "14.3.1980"),
        ("birth_date", "14/03/80"),
        ("birth_date", "1980-03-14"),
        ("birth_date", "14 3 1980"),
        ("birth_date", "140380"),
        ("number", "k10023"),
        ("number", "Kundennummer K 10-023"),
        ("customer_no", "K10023"),
        ("email", "JANA@example.ORG"),
        ("phone", "0561 555 01 33"),
        ("address.postcode", "D-34117"),
        ("address.postcode", "34 117"),
        ("address.street", "grosse gartenstr. 7A"),
        ("address.city", "KASSEL"),
        ("name", "jana mueller"),
    ],
)
def test_the_right_answer_in_another_spelling(field: str, text: str) -> None:
    assert said(field, text) is True


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("birth_date", "3.4.1980"),
        ("birth_date", "14.3.1981"),
        ("number", "K10024"),
        ("address.postcode", "34118"),
        ("address.street", "Große Gartenstraße 7"),
        ("phone", "0561 5550134"),
    ],
)
def test_a_wrong_answer_is_wrong(field: str, text: str) -> None:
    assert said(field, text) is False


@pytest.mark.parametrize("text", ["", "   ", "no idea", "31.2.1980", "\x00", "🙂", "9" * 100_000])
def test_what_is_no_date_is_no_answer(text: str) -> None:
    assert said("birth_date", text) is None


def test_where_the_record_is_silent_nothing_is_right() -> None:
    question = asked("birth_date")
    assert answers(question, Customer(id=CustomerId("x"))) == ()
    assert is_right(question, "14.3.1980", ()) is None
    assert answers(asked(""), JANA) == ()


def test_of_several_invoices_the_latest_is_asked() -> None:
    def invoice(number: str, month: int, kind: str = "invoice") -> BusinessRecord:
        at = datetime(2026, month, 1, tzinfo=UTC)
        return BusinessRecord(id=RecordId(number), customer_id=JANA.id, kind=kind, number=number, at=at)

    records = [invoice("R-3", 3), invoice("R-5", 5), invoice("R-4", 4), invoice("O-9", 9, "order")]
    assert answers(asked("record.invoice"), JANA, records) == ("R-5",)
    assert is_right(asked("record.invoice"), "r 5", ("R-5",)) is True


def test_the_shipped_policy_asks_two_and_hides_until_then() -> None:
    policy = load_policy()
    assert (policy.points_needed, policy.wrong_at_most) == (2, 2)
    assert policy.exempt_channels == ("in_app",)
    assert policy.hides("address.city")
    assert policy.hides("record.invoice")
    assert not policy.hides("name")
    assert all({"de", "en"} <= set(question.titles) for question in policy.questions)


@pytest.mark.parametrize(
    "text",
    [
        "points_needed: [",
        "points_needed: many",
        "points_needed: 3\nquestions: [{id: a, titles: {en: A}}]",
        "questions: [{id: a, titles: {en: A}}, {id: a, titles: {en: B}}]",
        "questions: [{id: a, titles: {en: A}, field: shoe_size}]",
        "questions: [{id: a, titles: {}}]",
        "points_needed: 1\nwrong_at_most: 0\nquestions: [{id: a, titles: {en: A}}]",
        "id: mine",
    ],
)
def test_a_policy_that_cannot_be_meant_is_named(text: str) -> None:
    with pytest.raises(PolicyError, match=r"mine\.yaml"):
        parse_policy(text, "mine.yaml")
