"""Two records that may be one person: proposed with reasons, relatives and namesakes left alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

from desktop.domain.customer import Customer, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.insight import duplicates, normalise

HOME = PostalAddress(street="Hauptstraße 5", postcode="10115", city="Berlin")
SHORT = PostalAddress(street="Hauptstr. 5", postcode="10115", city="Berlin")


def record(key: str, name: str, email: str = "", phone: str = "", **fields: object) -> Customer:
    found = [normalise.identity(IdentityKind.EMAIL, email), normalise.identity(IdentityKind.PHONE, phone)]
    given, _, family = name.rpartition(" ")
    return Customer(
        id=CustomerId(key),
        name=name,
        given_name=given,
        family_name=family,
        identities=tuple(one for one in found if one),
        **fields,  # type: ignore[arg-type]
    )


BOB = record("1", "Robert Müller", "bob@example.org", "0171 3920012", birth_date=date(1980, 3, 4), address=HOME)
SAME = record("2", "Bob Mueller", phone="0171 3920012", birth_date=date(1980, 4, 3), address=SHORT)
WIFE = record("3", "Anna Müller", "bob@example.org", "0171 3920012", address=HOME)


def test_one_person_under_two_spellings_is_found_with_reasons() -> None:
    likeness = duplicates.compare(BOB, SAME)
    assert likeness.probability > 0.99
    codes = {one.code for one in likeness.reasons}
    assert {"identify.name_nickname", "identify.birth_date_swapped", "identify.phone", "identify.street_same"} <= codes
    assert duplicates.compare(SAME, BOB).probability > 0.99


def test_a_couple_who_share_everything_but_the_first_name_are_two() -> None:
    assert duplicates.compare(BOB, WIFE).probability < 0.1


def test_namesakes_without_more_are_not_proposed() -> None:
    assert duplicates.compare(record("a", "Thomas Müller"), record("b", "Thomas Müller")).probability < 0.6
    assert duplicates.compare(record("a", "Zoe Trelawney"), record("b", "Zoe Trelawney")).probability < 0.9


def test_father_and_son_of_one_name_are_told_apart_by_their_birth_dates() -> None:
    father = record("a", "Karl Brandt", birth_date=date(1950, 1, 7), address=HOME)
    son = record("b", "Karl Brandt", birth_date=date(1978, 11, 21), address=HOME)
    same = record("c", "Karl Brandt", birth_date=date(1950, 1, 7), address=SHORT)
    assert duplicates.compare(father, son).probability < duplicates.compare(father, same).probability
    assert duplicates.compare(father, same).probability > 0.99


def test_records_with_nothing_in_them_are_like_nobody() -> None:
    assert duplicates.compare(Customer(id=CustomerId("a")), Customer(id=CustomerId("b"))).probability < 0.01
    assert duplicates.blocking_keys(Customer(id=CustomerId("a"))) == ()


def test_duplicates_share_a_blocking_key_and_strangers_do_not() -> None:
    assert set(duplicates.blocking_keys(BOB)) & set(duplicates.blocking_keys(SAME))
    other = record("9", "Oleksandr Petrenko", "o@example.net", birth_date=date(1999, 9, 9))
    assert not set(duplicates.blocking_keys(BOB)) & set(duplicates.blocking_keys(other))
    assert all(
        len(key) <= 80
        for key in duplicates.blocking_keys(record("x", "y" * 500 + " " + "z" * 500, "a" * 64 + "@b.example"))
    )


def test_proposals_come_likeliest_first_with_a_preview_of_the_merge() -> None:
    later = record("2", "Bob Mueller", phone="0171 3920012", birth_date=date(1980, 4, 3), language="de",
                   updated_at=datetime(2026, 2, 1, tzinfo=UTC))  # fmt: skip
    gone = record("4", "Robert Müller", "bob@example.org", merged_into=CustomerId("1"))
    found = duplicates.proposals(BOB, [WIFE, later, BOB, gone])
    assert [one.other.id for one in found] == ["2"]
    preview = {choice.field: choice for choice in found[0].preview}
    assert preview["language"].takes_other
    assert not preview["name"].takes_other
    assert not preview["address"].takes_other


def test_an_address_in_the_place_of_a_name_speaks_against_nobody() -> None:
    """Systems that only know an address call its owner by it, or by what stands before the @."""
    jana = record("a", "Jana Weber", "shopper77@example.org")
    nameless = duplicates.compare(jana, record("b", "", "shopper77@example.org")).probability
    assert nameless > duplicates.PROPOSED_FROM
    for name in ("shopper77@example.org", "Shopper77"):
        called = Customer(id=CustomerId("b"), name=name, identities=record("b", "", "shopper77@example.org").identities)
        assert duplicates.compare(jana, called).probability == nameless
