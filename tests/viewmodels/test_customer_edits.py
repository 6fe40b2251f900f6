"""Mending a customer's record: edit after edit without waiting, and both versions where a colleague did the same."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Cause
from desktop.domain.customer import Customer
from desktop.store import outbox
from desktop.viewmodels.customer import CustomerViewModel


@pytest.fixture
def model(work: Any) -> CustomerViewModel:
    made = CustomerViewModel(work.workplace, work.workplace)
    work.opens(work.sample.CHAT)
    return made


def _customer(model: CustomerViewModel) -> Customer:
    assert model.card is not None
    return model.card.customer


def test_an_edit_says_what_was_seen_and_the_next_builds_on_it_at_once(work: Any, model: CustomerViewModel) -> None:
    name, version = _customer(model).name, _customer(model).version
    assert model.update({"name": "Jana Kurz"})
    assert model.update({"name": "Jana Lang", "language": "fr"}), "the first one is not even in the outbox yet"
    first, second = (work.settle(), work.commands)[1]
    assert (first.before, first.version) == ({"name": name}, version)
    assert (second.before["name"], second.version) == ("Jana Kurz", version)
    assert (_customer(model).name, _customer(model).language) == ("Jana Lang", "fr")
    model.update({"name": "Jana Klein"})
    work.settle()
    assert work.commands[-1].before == {"name": "Jana Lang"}


def test_both_versions_come_up_and_choosing_settles_it(work: Any, model: CustomerViewModel) -> None:
    before = _customer(model)
    model.update({"name": "Meine"})
    work.settle()
    [entry] = work.store.query(outbox.entries)
    work.arrives(replace(before, name="Ihre", version=before.version + 1))
    work.store.write(lambda w: outbox.wedge(w, entry.id, "conflict"), Cause.NETWORK).result()
    work.settle()
    [conflict] = model.conflicts
    [field] = conflict.fields
    assert (field.name, field.before, field.mine, field.theirs) == ("name", before.name, "Meine", "Ihre")
    assert _customer(model).name == "Ihre"
    model.resolve(conflict.command_id, {"name"})
    work.settle()
    assert model.conflicts == ()
    assert _customer(model).name == "Meine"
    assert work.commands[0].before == {"name": "Ihre"}


def test_leaving_it_to_the_colleague_takes_the_edit_away(work: Any, model: CustomerViewModel) -> None:
    before = _customer(model)
    model.update({"name": "Meine"})
    work.settle()
    [entry] = work.store.query(outbox.entries)
    work.arrives(replace(before, name="Ihre", version=before.version + 1))
    work.store.write(lambda w: outbox.wedge(w, entry.id, "conflict"), Cause.NETWORK).result()
    work.settle()
    model.discard(entry.id)
    work.settle()
    assert (model.conflicts, work.commands, _customer(model).name) == ((), [], "Ihre")
