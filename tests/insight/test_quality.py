from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.customer import Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import CustomerId
from desktop.insight.quality import cost, findings, is_iban, mend, score

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


def test_a_name_in_capitals_or_with_a_form_of_address_comes_with_the_plain_one() -> None:
    shouted = findings(replace(GOOD, name="JANA WEBER"), NOW)
    assert [(one.code, one.field, one.proposal) for one in shouted] == [("invalid", "name", "Jana Weber")]
    assert findings(replace(GOOD, name="Frau Jana Weber"), NOW)[0].proposal == "Jana Weber"
    assert codes(replace(GOOD, name="jana@example.org", family_name="")) == {("invalid", "name")}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("gmail.cm", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("t-onlin.de", "t-online.de"),
        ("outlokk.de", "outlook.de"),
        ("freenet.d", "freenet.de"),
    ],
)
def test_a_slip_in_a_well_known_provider(written: str, meant: str) -> None:
    slip = Identity(kind=IdentityKind.EMAIL, value=f"jana@{written}", normalised=f"jana@{written}")
    assert [one.proposal for one in findings(replace(GOOD, identities=(slip, PHONE)), NOW)] == [f"jana@{meant}"]


@pytest.mark.parametrize("domain", ["gmail.com", "mail.com", "ymail.com", "gmx.de", "example.org", "yahoo.de"])
def test_a_real_domain_is_not_called_a_slip(domain: str) -> None:
    right = Identity(kind=IdentityKind.EMAIL, value=f"jana@{domain}", normalised=f"jana@{domain}")
    assert findings(replace(GOOD, identities=(right, PHONE)), NOW) == ()


def test_a_number_without_country_code_of_somebody_abroad() -> None:
    vienna = PostalAddress(street="Ring 1", postcode="1010", city="Wien", country="AT", checked_at=NOW)
    taken_for_german = Identity(kind=IdentityKind.PHONE, value="0664 1234567", normalised="+496641234567")
    found = findings(replace(GOOD, address=vienna, identities=(MAIL, taken_for_german)), NOW)
    assert [(one.code, one.field, one.proposal) for one in found] == [("contradictory", "phone", "+436641234567")]
    with_code = replace(taken_for_german, value="+49 664 1234567")
    assert ("contradictory", "phone") not in codes(replace(GOOD, address=vienna, identities=(MAIL, with_code)))


def test_a_postcode_of_another_city_only_where_that_is_plain() -> None:
    assert GOOD.address is not None
    assert codes(replace(GOOD, address=replace(GOOD.address, postcode="20095"))) == {
        ("contradictory", "address.postcode")
    }
    assert codes(replace(GOOD, address=replace(GOOD.address, city="Cologne", postcode="20095"))) == set()
    assert codes(replace(GOOD, address=replace(GOOD.address, city="Bad Hersfeld", postcode="20095"))) == set()


def test_a_record_without_fault_is_worth_a_hundred_and_each_fault_has_its_price() -> None:
    assert score(()) == 100
    bare = findings(Customer(id=CustomerId("x")), NOW)
    assert score(bare) == 100 - sum(cost(one) for one in bare)
    assert 0 <= score(bare) < 50
    assert score(bare * 9) == 0


# --- mending ----------------------------------------------------------------------------------------------------------------


def mended(customer: Customer) -> dict[str, Any] | None:
    return mend(customer, findings(customer, NOW)[0])


def test_a_mistyped_address_gives_way_to_the_right_one() -> None:
    wrong = Identity(kind=IdentityKind.EMAIL, value="jana@gmial.com", normalised="jana@gmial.com", label="home")
    fields = mended(replace(GOOD, identities=(PHONE, wrong)))
    assert fields is not None
    assert [(one["value"], one.get("label")) for one in fields["identities"]] == [
        ("0171 3920012", None),
        ("jana@gmail.com", "home"),
    ]


def test_what_is_kept_twice_is_kept_once() -> None:
    fields = mended(replace(GOOD, identities=(MAIL, PHONE, MAIL)))
    assert fields is not None
    assert [one["value"] for one in fields["identities"]] == ["jana@example.org", "0171 3920012"]


def test_an_old_address_is_said_again_to_date_it() -> None:
    assert GOOD.address is not None
    old = replace(GOOD.address, checked_at=NOW - timedelta(days=800))
    assert mended(replace(GOOD, address=old)) == {"address.street": "Lindenstr. 4"}


def test_nothing_is_made_up_where_nothing_is_plain() -> None:
    assert mended(replace(GOOD, identities=(PHONE,))) is None
    assert mended(replace(GOOD, birth_date=date(2030, 1, 1))) is None
