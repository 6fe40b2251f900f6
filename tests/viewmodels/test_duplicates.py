"""Two records compared: which fields are to be chosen, what is sent, and what the agent sees without a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Cause
from desktop.domain.commands import MergeCustomers, UndoMerge
from desktop.domain.customer import Customer, PostalAddress
from desktop.domain.duplicate import Duplicate
from desktop.store import outbox
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.duplicates import Comparison, DuplicatesModel

HOME = PostalAddress(street="Ahornweg 7", postcode="34117", city="Kassel", country="DE")


def records(**fields: Any) -> tuple[Customer, Customer]:
    one = Customer(id="c-one", name="Tilda Sommer", address=HOME, version=1)  # type: ignore[arg-type]
    return one, Customer(**{"id": "c-two", "name": "Tilda Sommer", "address": HOME, "version": 1, **fields})


def comparison(*taken: str, **fields: Any) -> Comparison:
    one, other = records(**fields)
    duplicate = Duplicate(id="d", customer_id=one.id, other_id=other.id, probability=0.9)  # type: ignore[arg-type]
    return Comparison(one, other, duplicate, frozenset(taken))


def choices(found: Comparison) -> list[str]:
    return [row.name for row in found.rows if row.is_choice]


def test_only_what_differs_is_to_be_chosen() -> None:
    assert choices(comparison()) == []
    assert choices(comparison(name="T. Sommer", number="K-2")) == ["name"]


def test_of_nearly_one_address_the_parts_are_chosen_of_two_the_whole() -> None:
    assert choices(comparison(address=replace(HOME, street="Ahornweg 9"))) == ["address.street"]
    elsewhere = PostalAddress(street="Hafen 1", postcode="20457", city="Hamburg", country="DE")
    assert choices(comparison(address=elsewhere)) == ["address"]


def test_what_is_taken_and_no_choice_any_more_is_not_sent() -> None:
    assert comparison("name", "number", name="T. Sommer").fields == ("name", "given_name", "family_name")
    assert comparison("name").fields == ()


def test_the_preview_is_what_the_hub_will_make() -> None:
    result = comparison("address.street", address=replace(HOME, street="Ahornweg 9"), number="K-2").result
    assert (result.name, result.number, result.address) == ("Tilda Sommer", "K-2", replace(HOME, street="Ahornweg 9"))


@pytest.fixture
def model(work: Any) -> Iterator[DuplicatesModel]:
    one, other = records()
    work.arrives(one, other, Duplicate(id="d", customer_id=one.id, other_id=other.id, probability=0.9, version=1))  # type: ignore[arg-type]
    customer = CustomerViewModel(work.workplace)
    made = DuplicatesModel(work.workplace, customer, customer)
    customer.look_up(one.id)
    work.settle()
    yield made
    customer.deleteLater()


def test_a_merge_that_went_out_is_undone_by_a_command_of_its_own(work: Any, model: DuplicatesModel) -> None:
    one, other = records()
    model.compare(one.id, other.id)
    work.settle()
    model.merge()
    work.settle()
    work.store.write(lambda w: outbox.mark_sending(w, outbox.entries(w.conn)[0].id), Cause.NETWORK).result()
    model.undo(one, other)
    work.settle()
    assert work.commands == [
        MergeCustomers(customer_id=one.id, merged_id=other.id),
        UndoMerge(customer_id=one.id, merged_id=other.id),
    ]


def test_a_change_of_a_record_shows_in_the_comparison(work: Any, model: DuplicatesModel) -> None:
    one, other = records()
    model.compare(one.id, other.id)
    work.settle()
    assert model.comparison is not None
    work.arrives(replace(other, name="Tilda Vogt", version=2))
    assert choices(model.comparison) == ["name"]
