"""Editing a record: what is typed survives, what is wrong is said, and a colleague's change is never written over unseen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId
from desktop.store import projections, retention
from desktop.store.rows import Draft
from desktop.viewmodels.customer import CustomerViewModel
from desktop.viewmodels.customer_edit import Contact, CustomerEditModel, read_date


@pytest.fixture
def customer(work: Any) -> Iterator[CustomerViewModel]:
    made = CustomerViewModel(work.workplace)
    work.opens(work.sample.CHAT)
    yield made
    made.deleteLater()


@pytest.fixture
def form(work: Any, customer: CustomerViewModel) -> CustomerEditModel:
    made = CustomerEditModel(work.workplace, customer, customer)
    work.settle()
    return made


def jana(work: Any, **fields: Any) -> Customer:
    found = next(one for one in work.sample.customers(work.workplace.now()) if one.id == work.sample.JANA)
    made: Customer = replace(found, **{"version": 5, **fields})
    return made


def begin(work: Any, form: CustomerEditModel) -> None:
    form.begin()
    work.settle()
    assert form.is_open


def kept(work: Any) -> Draft | None:
    found: Draft | None = work.store.query(lambda conn: projections.load_draft(conn, work.sample.JANA, "customer"))
    return found


def edits(work: Any) -> list[dict[str, Any]]:
    return [command.fields for command in work.commands]


def test_only_what_differs_is_sent(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    assert not form.can_save
    form.type("name", "  Jana   Weber ")
    assert not form.can_save
    form.type("address.street", "Hauptstraße 3")
    form.type("birth_date", "14.3.1980")
    assert form.save()
    work.settle()
    assert edits(work) == [{"birth_date": "1980-03-14", "address.street": "Hauptstraße 3"}]
    assert work.commands[0].before == {"birth_date": None, "address.street": "Lindenstraße 14"}
    assert kept(work) is None
    assert not form.is_open


def test_half_filled_it_survives_the_end_of_the_program(
    work: Any, form: CustomerEditModel, customer: CustomerViewModel
) -> None:
    begin(work, form)
    form.type("name", "Jana Kow")
    form.type("birth_date", "14.")
    work.qtbot.waitUntil(lambda: kept(work) is not None, timeout=4000)
    # The program is killed here: the next one begins with what is on the disk.
    form._timer.stop()
    again = CustomerEditModel(work.workplace, customer, customer)
    again._look_for_draft(CustomerId(work.sample.JANA))
    work.settle()
    assert again.has_draft
    begin(work, again)
    assert (again.text("name"), again.text("birth_date")) == ("Jana Kow", "14.")
    again.drop()
    work.settle()
    assert kept(work) is None
    assert not again.has_draft


def test_turning_to_another_customer_keeps_it_for_the_way_back(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    work.opens(work.sample.MAIL)
    assert not form.is_open
    work.opens(work.sample.CHAT)
    assert form.has_draft
    begin(work, form)
    assert form.text("name") == "Jana Kowalski"


def test_a_forgotten_customer_takes_it_along(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    form.flush()
    work.settle()
    assert kept(work) is not None
    work.store.write(lambda w: retention.forget(w, work.sample.JANA), "system").result()
    assert kept(work) is None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("birth_date", "14.3.80", "date"),
        ("birth_date", "31.02.1980", "date"),
        ("birth_date", "1.1.2999", "future"),
        ("name", "  ", "empty"),
        ("address.city", "x" * 301, "too_long"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(
    work: Any, form: CustomerEditModel, name: str, text: str, code: str
) -> None:
    begin(work, form)
    form.type(name, text)
    assert not form.save()
    assert form.problems == {name: code}
    form.type(name, "")
    assert name not in form.problems
    work.settle()
    assert work.commands == []


def test_a_day_is_read_however_it_is_written() -> None:
    assert {str(read_date(text)) for text in ("1980-3-14", "14.03.1980", "14/3/1980")} == {"1980-03-14"}
    assert read_date("14 March") is None


def test_addresses_are_changed_added_and_left_out(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    mail, phone = form.contacts
    form.set_contacts(
        (replace_value(mail, "jana@example.org"), phone, Contact("phone", "0151 5550123"), Contact("email", ""))
    )
    assert form.save()
    work.settle()
    (fields,) = edits(work)
    assert [(one["kind"], one["normalised"]) for one in fields["identities"]] == [
        ("email", "jana@example.org"),
        ("phone", "+493415550142"),
        ("phone", "+491515550123"),
        ("customer_no", "30418"),
    ]


def replace_value(contact: Contact, value: str) -> Contact:
    return Contact(contact.kind, value, contact.known)


def test_what_is_no_address_is_named(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.set_contacts((form.contacts[0], Contact("phone", "keine")))
    assert not form.save()
    assert form.problems == {"identities#1": "phone"}


def test_a_consent_is_dated_and_one_put_back_is_as_it_was(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    assert [form.consent(purpose) for purpose in ("email", "sms", "call")] == [True, False, None]
    form.set_consent("sms", True)
    form.set_consent("sms", False)
    assert not form.can_save
    form.set_consent("call", True)
    assert form.save()
    work.settle()
    said = {one["purpose"]: one for one in edits(work)[0]["consents"]}
    assert said["call"]["is_granted"] is True
    assert said["call"]["at"]
    assert "at" not in said["sms"]


# --- a colleague at the same record ----------------------------------------------------------------------------------


def test_fields_left_alone_show_what_a_colleague_made_of_them(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    work.arrives(jana(work, language="en"))
    assert form.text("language") == "en"
    assert form.meanwhile == {}
    assert form.save()
    work.settle()
    assert edits(work) == [{"name": "Jana Kowalski"}]


def test_of_a_field_both_changed_nothing_is_sent_until_one_is_chosen(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    work.arrives(jana(work, name="Jana Weber-Lang"))
    assert form.meanwhile == {"name": "Jana Weber-Lang"}
    assert form.text("name") == "Jana Kowalski"
    assert not form.save()
    form.keep_mine("name")
    assert form.save()
    work.settle()
    assert edits(work) == [{"name": "Jana Kowalski"}]
    assert work.commands[0].before == {"name": "Jana Weber-Lang"}


def test_taking_the_colleagues_version_leaves_nothing_to_send(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    work.arrives(jana(work, name="Jana Weber-Lang"))
    form.take_theirs("name")
    assert form.text("name") == "Jana Weber-Lang"
    assert not form.can_save


def test_what_was_begun_before_a_colleagues_change_meets_it_on_the_next_day(
    work: Any, form: CustomerEditModel, customer: CustomerViewModel
) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    form.flush()
    work.settle()
    again = CustomerEditModel(work.workplace, customer, customer)
    form._close()
    work.arrives(jana(work, name="Jana Weber-Lang"))
    begin(work, again)
    assert again.text("name") == "Jana Kowalski"
    assert again.meanwhile == {"name": "Jana Weber-Lang"}


def test_a_change_taken_back_is_in_the_form_again(work: Any, form: CustomerEditModel) -> None:
    begin(work, form)
    form.type("name", "Jana Kowalski")
    assert form.save()
    work.settle()
    command = work.commands[0]
    begin(work, form)
    form.type("address.city", "Halle")
    form.bring_back(command)
    assert (form.text("name"), form.text("address.city")) == ("Jana Kowalski", "Halle")
