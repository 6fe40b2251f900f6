from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.insight.quality import findings, is_iban

NOW = datetime(2024, 5, 20, tzinfo=UTC)
MAIL = Identity(kind=IdentityKind.EMAIL, value="jana@example.org", normalised="jana@example.org")
PHONE = Identity(kind=IdentityKind.PHONE, value="0171 3920012", normalised="+491713920012")
GOOD = Customer(
    id=CustomerId("jana"),
    name="Jana Weber",
    given_name="Jana",
    family_name="Weber",
    language="de",
    birth_date=date(1980, 2, 3),
    address=PostalAddress(street="Lindenstr. 4", postcode="50667", city="Köln", country="DE", checked_at=NOW),
    identities=(MAIL, PHONE),
)


def codes(customer: Customer) -> set[tuple[str, str]]:
    return {(one.code, one.field) for one in findings(customer, NOW)}


def test_a_good_record_has_no_findings() -> None:
    assert findings(GOOD, NOW) == ()


def test_what_is_missing_is_named() -> None:
    bare = Customer(id=CustomerId("x"))
    assert codes(bare) == {(("missing"), field) for field in ("name", "email", "phone", "address", "language")}


def test_a_mistyped_mail_domain_comes_with_its_correction() -> None:
    wrong = Identity(kind=IdentityKind.EMAIL, value="jana@gmial.com", normalised="jana@gmial.com")
    found = findings(replace(GOOD, identities=(wrong, PHONE)), NOW)
    assert [(one.code, one.field, one.proposal) for one in found] == [("invalid", "email", "jana@gmail.com")]


def test_impossible_addresses_and_numbers_are_found() -> None:
    mail = Identity(kind=IdentityKind.EMAIL, value="jana@localhost", normalised="jana@localhost")
    phone = Identity(kind=IdentityKind.PHONE, value="+49 1", normalised="+491")
    assert codes(replace(GOOD, identities=(mail, phone))) == {("invalid", "email"), ("invalid", "phone")}


def test_the_postal_address_is_checked_by_country() -> None:
    assert GOOD.address is not None
    assert codes(replace(GOOD, address=replace(GOOD.address, postcode="5066"))) == {("invalid", "address.postcode")}
    assert codes(replace(GOOD, address=replace(GOOD.address, postcode="8001", country="Schweiz"))) == set()
    mended = findings(replace(GOOD, address=replace(GOOD.address, postcode="D-50667")), NOW)
    assert mended[0].proposal == "50667"
    old = replace(GOOD.address, checked_at=NOW - timedelta(days=800))
    assert codes(replace(GOOD, address=old)) == {("stale", "address")}


def test_contradictions() -> None:
    assert codes(replace(GOOD, birth_date=date(2030, 1, 1))) == {("contradictory", "birth_date")}
    assert codes(replace(GOOD, since=date(1970, 1, 1))) == {("contradictory", "since")}
    assert codes(replace(GOOD, family_name="Schmidt")) == {("contradictory", "name")}
    assert codes(replace(GOOD, name="Weber, Jana", family_name="Wéber")) == set()
    numbers = tuple(Identity(kind=IdentityKind.CUSTOMER_NO, value=n, normalised=n) for n in ("K1001", "K1002"))
    assert codes(replace(GOOD, identities=(MAIL, PHONE, *numbers))) == {("contradictory", "customer_no")}
    assert codes(replace(GOOD, identities=(MAIL, MAIL, PHONE))) == {("duplicate", "email")}


def test_iban_check_digits() -> None:
    assert is_iban("DE89 3704 0044 0532 0130 00")
    assert not is_iban("DE89 3704 0044 0532 0130 01")
    assert codes(replace(GOOD, sources={"iban": "DE00 1"})) == {("invalid", "iban")}


def test_a_merged_away_record_is_left_alone() -> None:
    assert findings(Customer(id=CustomerId("x"), merged_into=CustomerId("y")), NOW) == ()
