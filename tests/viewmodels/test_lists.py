"""The centre's names, what is found, how things stand, and my state: the small view models that several panels share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, QObject

from desktop.domain.agent import Agent, Presence, PresenceState, Queue
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence, Take
from desktop.domain.interaction import InteractionState
from desktop.store import outbox
from desktop.viewmodels.finder import CUSTOMER, CustomersModel, Finder, Found
from desktop.viewmodels.inbox import Header, InboxModel, InboxView
from desktop.viewmodels.offers import OffersViewModel
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.status import StatusViewModel


@pytest.fixture
def owner(qapp: QObject) -> Iterator[QObject]:
    """What the view models of a test belong to, and go with."""
    made = QObject()
    yield made
    made.deleteLater()


# --- names -----------------------------------------------------------------------------------------------------------


def test_names_are_told_in_the_windows_language(work: Any) -> None:
    names = work.workplace.catalogue
    work.settle()
    assert names.queue("billing") == "Billing & payment"
    assert names.intent("double_invoice") == "Double invoice"
    assert names.disposition("callback") == "Call back agreed"
    assert names.agent(work.sample.BEN) == "Ben Adler"


def test_a_code_without_a_name_is_put_in_plain_words_and_nobody_is_nobody(work: Any) -> None:
    names = work.workplace.catalogue
    work.settle()
    assert names.intent("change_of_address") == "Change of address"
    assert (names.queue(None), names.intent(""), names.agent("agent-x")) == ("", "", "")


def test_a_queue_renamed_is_told(work: Any) -> None:
    names = work.workplace.catalogue
    work.settle()
    with work.qtbot.waitSignal(names.changed):
        work.sample.put(work.store, [Queue(id="billing", names={"en": "Money"}, version=9)])
    assert names.queue("billing") == "Money"
    assert work.workplace.catalogue is names


# --- finding ---------------------------------------------------------------------------------------------------------


def test_only_the_newest_question_is_answered(work: Any, owner: QObject) -> None:
    answers: list[Found] = []
    finder = Finder(work.workplace, 6, owner)
    finder.found.connect(answers.append)
    for text in ("w", "we", " weber "):
        finder.look_for(text)
    work.settle()
    assert [found.text for found in answers] == ["weber"]
    assert [customer.name for customer in answers[0].customers] == ["Jana Weber"]
    assert work.sample.CHAT in [interaction.id for interaction in answers[0].interactions]


def test_customers_are_rows_with_a_text_each(work: Any, owner: QObject) -> None:
    model = CustomersModel(work.workplace, owner)
    model.search("weber")
    work.qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.index(0).data(CUSTOMER).number == "30418"
    assert model.data(QModelIndex()) is None
    model.search("")
    work.qtbot.waitUntil(lambda: model.rowCount() == 0)


# --- my state --------------------------------------------------------------------------------------------------------


def test_what_i_asked_for_is_shown_until_the_hub_has_answered(work: Any, owner: QObject) -> None:
    presence = PresenceViewModel(work.workplace, owner)
    assert (presence.state, presence.name, presence.since) == (PresenceState.OFFLINE, "", None)
    work.settle()
    assert (presence.state, presence.name) == (PresenceState.READY, "Anna Berger")
    presence.set(PresenceState.AWAY, "break")
    work.settle()
    assert (presence.state, presence.reason) == (PresenceState.AWAY, "break")
    assert work.commands == [SetPresence(state=PresenceState.AWAY, reason="break")]
    # Refused: back to what the hub knows.
    (entry,) = work.store.query(outbox.entries)
    work.store.write(lambda w: outbox.wedge(w, entry.id, "forbidden"), Cause.SYSTEM).result()
    work.settle()
    assert presence.state is PresenceState.READY


def test_the_same_state_is_not_asked_for_twice(work: Any, owner: QObject) -> None:
    presence = PresenceViewModel(work.workplace, owner)
    work.settle()
    presence.set(PresenceState.READY)
    work.settle()
    assert work.commands == []


def test_a_colleagues_state_is_none_of_mine(work: Any, owner: QObject) -> None:
    presence = PresenceViewModel(work.workplace, owner)
    work.settle()
    with work.qtbot.assertNotEmitted(presence.changed):
        away = Presence(state=PresenceState.AWAY, since=work.workplace.now())
        work.arrives(Agent(id=work.sample.BEN, user="ben", name="Ben Adler", presence=away, version=9))


# --- how things stand ------------------------------------------------------------------------------------------------


def test_the_queues_are_counted_without_what_i_have_just_taken(work: Any, owner: QObject) -> None:
    status = StatusViewModel(work.workplace, owner)
    work.settle()
    assert status.waiting == 1
    assert status.oldest_at is not None
    work.workplace.perform(Take(interaction_id=work.sample.QUEUED))
    work.settle()
    assert (status.waiting, status.oldest_at, status.outbox.to_send) == (0, None, 1)


def test_nothing_is_told_where_nothing_is_another(work: Any, owner: QObject) -> None:
    status = StatusViewModel(work.workplace, owner)
    work.settle()
    with work.qtbot.assertNotEmitted(status.changed):
        work.arrives(*work.sample.messages(work.workplace.now())[:1])


# --- the inbox and offers --------------------------------------------------------------------------------------------


def test_neighbours_pass_over_headers_and_stop_at_the_ends(work: Any, owner: QObject) -> None:
    model = InboxModel(work.workplace, owner)
    assert model.neighbour(None, 1) is None
    work.settle()
    ids = [entry.interaction.id for n in range(model.rowCount()) if not isinstance(entry := model.entry(n), Header)]
    assert model.neighbour(None, 1) == ids[0]
    assert model.neighbour("i-elsewhere", -1) == ids[-1]  # type: ignore[arg-type]
    assert model.neighbour(ids[-1], 1) is None
    assert model.neighbour(ids[3], 1) == ids[4]


def test_a_list_is_asked_for_anew_as_fast_as_one_types(work: Any, owner: QObject) -> None:
    model = InboxModel(work.workplace, owner)
    loads: list[int] = []
    work.settle()
    model.loaded.connect(lambda: loads.append(model.rowCount()))
    for text in ("j", "ja", "jan", " jan "):
        model.search(text)
    work.settle()
    assert len(loads) == 1
    model.show(InboxView.CLOSED)
    work.settle()
    assert model.rowCount() == 1
    model.search("lukas")
    work.settle()
    assert model.rowCount() == 0


def test_one_change_of_many_is_one_reading(work: Any, owner: QObject) -> None:
    model = InboxModel(work.workplace, owner)
    work.settle()
    loads: list[int] = []
    model.loaded.connect(lambda: loads.append(1))
    work.sample.put(work.store, work.sample.messages(work.workplace.now()))
    work.settle()
    assert loads == [1]


def test_an_offer_with_no_end_does_not_keep_the_program_busy(work: Any, owner: QObject) -> None:
    offers = OffersViewModel(work.workplace, owner)
    work.settle()
    (offer,) = offers.offers
    assert offers._expiry.isActive()
    endless = replace(offer.interaction, offer_expires_at=work.workplace.now() + timedelta(days=400), version=9)
    work.arrives(endless)
    assert offers._expiry.isActive()
    assert offers._expiry.interval() <= 3_600_100
    work.arrives(replace(endless, state=InteractionState.QUEUED, assignee=None, version=10))
    assert offers.offers == ()
    assert not offers._expiry.isActive()
