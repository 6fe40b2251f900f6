"""What the window knows of the desk's accounts: names, states, what each can do."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject

from desktop.domain.agent import PresenceState, Queue
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence
from desktop.domain.ids import InteractionId, QueueId, SuggestionId
from desktop.domain.suggestion import Suggestion, SuggestionKind
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus, combined
from desktop.viewmodels.accounts import AccountsModel
from desktop.viewmodels.composer import ComposerModel
from desktop.viewmodels.desk import DeskAccount, DeskAccounts
from desktop.viewmodels.interaction import InteractionModel
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.status import StatusViewModel
from desktop.viewmodels.suggestions import SuggestionsViewModel

HUB = DeskAccount(id="a1", title="Desk")
RT = DeskAccount(
    id="a2", key="rt", title="Tickets", kind="rt", commands=frozenset({"take", "send_message", "add_note"})
)


@pytest.fixture
def owner(work: Any) -> Iterator[QObject]:
    parent = QObject()
    yield parent
    parent.deleteLater()


@pytest.fixture
def accounts(work: Any) -> DeskAccounts:
    found: DeskAccounts = work.workplace.accounts
    found.put(HUB)
    found.put(RT)
    return found


def test_an_account_is_named_only_where_there_are_several(work: Any) -> None:
    accounts = work.workplace.accounts
    accounts.put(HUB)
    assert accounts.title_of("i1") == ""
    accounts.put(RT)
    assert (accounts.title_of("i1"), accounts.title_of("rt~55")) == ("Desk", "Tickets")
    accounts.drop("rt")
    assert accounts.title_of("i1") == ""


def test_what_a_system_cannot_do_is_not_offered_there_and_said(
    work: Any, accounts: DeskAccounts, owner: QObject
) -> None:
    model = InteractionModel(work.workplace, owner)
    work.workplace.open(work.sample.CHAT)
    work.settle()
    offered = model.steps
    assert "snooze" in offered
    assert model.lacking_steps == ()
    accounts.put(dataclasses.replace(HUB, commands=frozenset({"transfer"})))
    assert model.steps == ("transfer",)
    assert set(model.lacking_steps) == {*offered} - {"transfer"}


def test_a_state_is_told_to_every_account_that_has_one(work: Any, accounts: DeskAccounts) -> None:
    accounts.put(dataclasses.replace(RT, key="files", id="a3", has_presence=False))
    accounts.put(dataclasses.replace(RT, key="off", id="a4", is_paused=True))
    work.workplace.perform(SetPresence(state=PresenceState.READY))
    work.settle()
    entries = work.workplace.store.query(outbox.entries)
    assert [(one.account, one.command.state) for one in entries] == [("", "ready"), ("rt", "ready")]
    # The last word replaces the one before, for each.
    work.workplace.perform(SetPresence(state=PresenceState.AWAY, reason="lunch"))
    work.settle()
    entries = work.workplace.store.query(outbox.entries)
    assert [(one.account, one.command.state) for one in entries] == [("", "away"), ("rt", "away")]


def test_the_worst_counts_and_is_named(work: Any, accounts: DeskAccounts, owner: QObject) -> None:
    strip = StatusViewModel(work.workplace, owner)
    now = work.workplace.now()
    live = SyncStatus(phase=Phase.LIVE, last_pulled_at=now, is_usable=True)
    work.workplace.set_status(live)
    work.workplace.set_status(live, "rt")
    assert (strip.sync.phase, strip.troubled) == (Phase.LIVE, ())
    work.workplace.set_status(dataclasses.replace(live, phase=Phase.OFFLINE, pull_error="offline"), "rt")
    assert (strip.sync.phase, [one.title for one in strip.troubled]) == (Phase.OFFLINE, ["Tickets"])
    # A paused one is nobody's trouble.
    accounts.put(dataclasses.replace(RT, is_paused=True))
    work.workplace.set_status(live)
    assert (strip.sync.phase, strip.troubled) == (Phase.LIVE, ())


def test_together_they_are_as_old_as_the_oldest() -> None:
    old = SyncStatus(phase=Phase.LIVE, send_error="rate_limited")
    one = combined([SyncStatus(phase=Phase.FIRST_SYNC, progress=0.5, clock_offset_s=3.0), old])
    assert (one.phase, one.progress, one.send_error, one.clock_offset_s) == (Phase.FIRST_SYNC, 0.5, "rate_limited", 3.0)
    assert one.last_pulled_at is None
    assert combined([old]) is old


def test_only_what_one_system_knows_is_said_to_it(work: Any, accounts: DeskAccounts) -> None:
    both = [DeskAccount(id="billing"), DeskAccount(id="rt~support")]
    assert work.workplace.of_account(both, "rt~55") == (both[1],)
    assert work.workplace.of_account(both, "i1") == (both[0],)
    accounts.drop("rt")
    assert work.workplace.of_account(both, "i1") == tuple(both)


def test_before_an_account_is_removed_it_is_said_what_would_be_lost(
    work: Any, accounts: DeskAccounts, owner: QObject
) -> None:
    from desktop.domain.commands import AddNote

    work.workplace.perform(AddNote(interaction_id=InteractionId("rt~55"), text="nicht gesendet"))
    work.workplace.perform(AddNote(interaction_id=InteractionId("i1"), text="des anderen"))
    work.settle()
    page = AccountsModel(work.workplace, owner)
    removed: list[str] = []
    page.removal_confirmed.connect(removed.append)
    assert not page.ask_removal(HUB)
    assert page.ask_removal(RT)
    work.settle()
    assert (page.held.unsent, page.held.drafts) == (1, 0)
    page.keep()
    page.confirm_removal()
    assert removed == []
    page.ask_removal(RT)
    work.settle()
    page.confirm_removal()
    assert removed == ["a2"]


def test_a_name_of_blanks_is_none(work: Any, accounts: DeskAccounts, owner: QObject) -> None:
    page = AccountsModel(work.workplace, owner)
    renamed: list[tuple[str, str]] = []
    page.renamed.connect(lambda id_, title: renamed.append((id_, title)))
    page.rename(RT, "   ")
    page.rename(RT, "Tickets")
    page.rename(RT, "  Alte \n Tickets ")
    assert renamed == [("a2", "Alte Tickets")]


def test_a_later_state_is_told_only_to_whom_waits_for_it(work: Any, accounts: DeskAccounts) -> None:
    accounts.put(dataclasses.replace(RT, has_brain=False))
    work.workplace.perform(SetPresence(state=PresenceState.AWAY, is_after=True))
    work.settle()
    assert [one.account for one in work.workplace.store.query(outbox.entries)] == [""]


def test_where_nobody_wants_to_know_there_is_no_state(work: Any) -> None:
    accounts = work.workplace.accounts
    accounts.put(dataclasses.replace(HUB, kind="rt", has_presence=False, has_board=False))
    presence = PresenceViewModel(work.workplace, work.workplace)
    work.settle()
    assert (presence.is_kept, presence.has_figures, accounts.presence_keys()) == (False, False, ())
    presence.set(PresenceState.READY)
    work.settle()
    assert work.commands == []


def test_a_state_that_only_another_account_keeps_is_remembered_here(work: Any, accounts: DeskAccounts) -> None:
    accounts.put(dataclasses.replace(HUB, kind="rt", has_presence=False))
    presence = PresenceViewModel(work.workplace, work.workplace)
    work.settle()
    assert presence.state is PresenceState.OFFLINE
    presence.set(PresenceState.AWAY, "lunch")
    work.settle()
    [entry] = work.store.query(outbox.entries)
    assert entry.account == "rt"
    work.store.write(lambda w: outbox.settle_applied(w, entry.id, []), Cause.NETWORK).result()
    work.settle()
    assert (presence.state, presence.reason) == (PresenceState.AWAY, "lunch")
    again = PresenceViewModel(work.workplace, work.workplace)
    work.settle()
    assert again.state is PresenceState.AWAY


def test_the_composer_offers_the_channels_a_system_can_change_to(work: Any, owner: QObject) -> None:
    composer = ComposerModel(work.workplace, owner)
    work.opens(work.sample.CHAT)
    assert len(composer.channels) > 1
    work.workplace.accounts.put(dataclasses.replace(HUB, has_channels=False, has_blobs=False))
    assert [choice.channel.value for choice in composer.channels] == ["chat"]
    assert not composer.can_attach


def test_a_contact_is_handed_only_to_where_it_can_go(work: Any, owner: QObject) -> None:
    model = InteractionModel(work.workplace, owner)
    work.opens(work.sample.CHAT)
    before = model.queues()
    work.arrives(Queue(id=QueueId("inbox-1"), names={"en": "Website"}, can_receive=False, version=1))
    assert model.queues() == before
    assert work.workplace.catalogue.queue("inbox-1") == "Website"


def test_what_a_system_cannot_carry_out_is_not_suggested(work: Any, owner: QObject) -> None:
    model = SuggestionsViewModel(work.workplace, owner)
    work.arrives(
        *(
            Suggestion(
                id=SuggestionId(kind), interaction_id=work.sample.CHAT, action=kind, kind=SuggestionKind(kind), rank=n
            )
            for n, kind in enumerate(("step", "callback", "intent", "flow"))
        )
    )
    work.opens(work.sample.CHAT)
    kinds = {one.kind.value for one in model.suggestions}
    assert kinds & {"callback", "intent", "flow"}
    work.workplace.accounts.put(dataclasses.replace(HUB, commands=frozenset({"send_message", "take_suggestion"})))
    work.settle()
    assert not {one.kind.value for one in model.suggestions} & {"callback", "intent", "flow"}
    assert model.suggestions
    assert model.can_take
