"""Somebody says, types or spells who they are, and the right one of many is found, or nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from desktop.insight.identify import claim, index, profile, weights
from desktop.insight.identify.index import Base

GIVEN = [
    "Anna", "Bernd", "Clara", "David", "Eva", "Frank", "Greta", "Hans", "Ida", "Jonas",
]  # fmt: skip
FAMILY = [
    "Weber", "Schulz", "Petrenko", "Yilmaz", "Okafor", "Lindqvist", "Moreau", "Castellano", "Brandt",
    "Whitfield",
]  # fmt: skip


def rows() -> Iterator[dict[str, str]]:
    for number in range(1000):
        yield {
            "customer": f"c{number}",
            "name": f"{GIVEN[number % 10]} {FAMILY[number // 10 % 10]}",
            "birth_date": f"{1940 + number * 7 % 60}-{1 + number % 12:02}-{1 + number * 3 % 28:02}",
            "postcode": f"{10000 + number * 37 % 977}",
            "email": f"person{number}@example.org",
            "customer_no": f"K-{200000 + 13 * number}",
        }
    yield {
        "customer": "bob",
        "name": "Robert Müller",
        "birth_date": "1980-04-03",
        "postcode": "W20 4AB",
        "phone": "0171 3920012",
    }
    yield {
        "customer": "rita",
        "name": "Rita Müller",
        "birth_date": "1982-09-09",
        "postcode": "W20 4AB",
        "phone": "0171 3920012",
    }


@pytest.fixture(scope="module")
def base() -> Base:
    return index.build(profile.of_row(row) for row in rows())


def found(base: Base, **line: object) -> str | None:
    return base.look_up(claim.of_line(line)).match


def test_a_name_and_a_birth_date_typed_as_on_file(base: Base) -> None:
    said = base.look_up(claim.of_line({"name": "Robert Müller", "dob": "1980-04-03"}))
    assert said.match == "bob"
    assert said.probability > 0.99
    assert {one.code for one in said.reasons} == {"identify.birth_date_same", "identify.name_same"}


@pytest.mark.parametrize(
    "line",
    [
        {"name": "Bob Mueller", "birth_date": "1980-04-03"},
        {"name": "Müller, Robert", "birth_date": "03.04.1980"},
        {"name": "Robert Muler", "birth_date": "1980-03-04", "postcode": "w204ab"},
        {"first_name": "R.", "last_name": "Müller", "birth_date": "1980-04-03", "postcode": "W20 4AB"},
        {"name": "Robert Müller", "postcode": "W20 4AC", "phone": "+49 171 3920012"},
        {"family_name": "Müller", "birth_date": "third of April 1980"},
    ],
)
def test_slips_short_forms_and_other_orders_are_understood(base: Base, line: dict[str, str]) -> None:
    assert found(base, **line) == "bob"


def test_what_a_recogniser_heard_is_put_together_from_its_hypotheses(base: Base) -> None:
    line = {
        "name": ["Robert miller", "Robert Muller", "Rupert mother"],
        "birth_date": ["knight of April 1980", "3rd of April 1980", "bird of April 1980"],
        "postcode": ["whiskey to 0 4 alpha beta", "w 20 4 a b"],
    }
    assert found(base, **line) == "bob"


def test_several_attempts_count_together(base: Base) -> None:
    line = {
        "name": [["rubber"], ["r o b e r t"]],
        "birth_date": [["April 1980"], ["3rd April"]],
        "postcode": [[], ["w 20 4 a b", "w 2 0 4 a bee"]],
    }
    assert found(base, **line) == "bob"


def test_the_same_family_at_the_same_address_is_not_mistaken_for_one_another(base: Base) -> None:
    assert found(base, name="Rita Müller", postcode="W20 4AB", phone="0171 3920012") == "rita"
    assert found(base, name="Sven Müller", postcode="W20 4AB", phone="0171 3920012") is None


def test_a_customer_number_with_one_digit_wrong_leads_to_them_but_is_less_sure(base: Base) -> None:
    said = base.look_up(claim.of_line({"name": "Bernd Weber", "customer_no": "K200014"}))
    assert said.ranked[0][0] == "c1"
    exact = base.look_up(claim.of_line({"name": "Bernd Weber", "customer_no": "K200013"}))
    assert said.probability < 0.95 < 0.999 < exact.probability


@pytest.mark.parametrize(
    "line",
    [
        {},
        {"name": ""},
        {"name": "Oleksandr Nobody", "birth_date": "1911-11-11", "postcode": "99999"},
        {"postcode": "W20 4AB"},
        {"name": "Robert Müller", "birth_date": "1955-12-24", "postcode": "80331"},
        {"name": ["\x00", "🙂", "<b>"], "birth_date": ["x" * 1_000_000], "postcode": [None, 7, {"a": 1}]},
        {"name": 12, "birth_date": None, "postcode": {"a": []}, "email": ["@@"], "phone": [[], [[]]]},
    ],
)
def test_nobody_is_an_answer(base: Base, line: dict[str, object]) -> None:
    assert base.look_up(claim.of_line(line)).match is None


def test_a_common_name_proves_less_than_a_rare_one() -> None:
    many = [{"customer": f"s{n}", "name": "John Smith", "birth_date": f"19{n:02}-01-01"} for n in range(10, 90)]
    few = [{"customer": "t", "name": "Zoe Trelawney", "birth_date": "1970-01-01"}]
    base = index.build(profile.of_row(row) for row in [*many, *few])
    smith = base.look_up(claim.of_line({"name": "John Smith"}))
    zoe = base.look_up(claim.of_line({"name": "Zoe Trelawney"}))
    assert smith.probability < 0.1 < 0.9 < zoe.probability


def test_probabilities_leave_room_for_nobody(base: Base) -> None:
    said = base.look_up(claim.of_line({"name": "Anna Weber"}))
    assert len(said.ranked) <= 10
    assert 0 < sum(p for _, p in said.ranked) < 1


def test_an_empty_base_and_rows_without_anything_are_no_trouble() -> None:
    empty = index.build([])
    assert empty.look_up(claim.of_line({"name": "Anna"})).ranked == ()
    blank = index.build([profile.of_row({"name": " ", "x": "\x1f"}, "0"), profile.of_row({}, "1")])
    assert len(blank) == 2
    assert blank.look_up(claim.of_line({"name": "Anna Weber", "dob": "1990-01-01"})).match is None


def test_a_model_is_read_back_as_written_and_a_damaged_one_is_refused() -> None:
    shipped = weights.shipped()
    assert weights.decode(shipped.encode()) == shipped
    for table in (shipped.written, shipped.spoken, shipped.chance):
        assert all(sum(levels.values()) == pytest.approx(1, abs=0.01) for levels in table.values())
    short = json.loads(shipped.encode())
    del short["written"]["birth"]["same"]
    for data in (
        b"",
        b"\xff",
        b"[]",
        json.dumps(short).encode(),
        shipped.encode().replace(b"identify-1", b"identify-9"),
    ):
        with pytest.raises(ValueError, match="not a model"):
            weights.decode(data)
