"""What all view models share: questions, commands, and that neither outlives the window."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.domain.commands import AddNote, Hold
from desktop.store import outbox
from desktop.store.rows import OutboxState
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.workplace import in_language


def test_a_question_is_answered_on_the_main_thread_and_asked_on_another(work: Any) -> None:
    asked: list[int] = []
    answered: list[tuple[int, bool]] = []

    def query(_conn: object) -> int:
        asked.append(threading.get_ident())
        return 42

    work.workplace.ask(query, lambda value: answered.append((value, QThread.currentThread().isMainThread())))
    work.qtbot.waitUntil(lambda: bool(answered))
    assert answered == [(42, True)]
    assert asked[0] != threading.get_ident()


def test_a_question_taken_back_is_not_answered(work: Any) -> None:
    answered: list[int] = []
    work.workplace.ask(lambda conn: 1, answered.append).cancel()
    work.settle()
    assert answered == []


def test_nothing_is_told_to_who_is_gone(work: Any, qtbot: QtBot) -> None:
    class Panel(QObject):
        def on_answer(self, value: int) -> None:
            raise AssertionError("it was told")

    panel = Panel()
    work.workplace.ask(lambda conn: 1, panel.on_answer)
    panel.deleteLater()
    work.settle()


def test_a_question_that_fails_is_said_to_who_asked_else_logged_without_its_content(
    work: Any, expected_errors: Any
) -> None:
    def query(_conn: object) -> int:
        raise KeyError("Jana Weber")

    failed: list[BaseException] = []
    work.workplace.ask(query, lambda value: None, failed.append)
    work.settle()
    assert isinstance(failed[0], KeyError)
    expected_errors(r"^a query of the local store failed: KeyError$")
    work.workplace.ask(query, lambda value: None)
    work.settle()


def test_after_closing_nothing_is_answered_and_nothing_told(work: Any) -> None:
    answered: list[int] = []
    changes: list[object] = []
    work.workplace.changed.connect(changes.append)
    work.workplace.ask(lambda conn: 1, answered.append)
    work.workplace.close()
    work.workplace.close()
    work.sample.put(work.store, work.sample.customers(work.workplace.now())[:1])
    work.qtbot.wait(1)
    assert (answered, changes) == ([], [])


def test_who_hears_of_a_change_first_has_the_answer_before_the_others_hear_of_it(work: Any) -> None:
    order: list[str] = []
    workplace = work.workplace
    workplace.changed_first.connect(lambda _: workplace.ask(lambda conn: 1, lambda _: order.append("answer")))
    workplace.changed.connect(lambda changes: order.append(f"told {len(changes.rows)}"))
    work.store.write(lambda w: w.touch(Table.AGENT, "a-1"), Cause.NETWORK)
    work.store.write(lambda w: (w.touch(Table.AGENT, "a-1"), w.touch(Table.QUEUE, "q-1")), Cause.NETWORK)
    work.qtbot.waitUntil(lambda: len(order) == 4)
    assert [one for one in order if one != "answer"] == ["told 1", "told 2"]
    assert order[0] == "answer"


def test_the_others_hear_of_a_change_although_the_first_could_not_be_answered(work: Any, expected_errors: Any) -> None:
    def query(_conn: object) -> int:
        raise KeyError("Jana Weber")

    told: list[object] = []
    work.workplace.changed_first.connect(lambda _: work.workplace.ask(query, lambda _: None))
    work.workplace.changed.connect(told.append)
    work.store.write(lambda w: w.touch(Table.AGENT, "a-1"), Cause.NETWORK)
    work.qtbot.waitUntil(lambda: bool(told))
    expected_errors("a query of the local store failed")


def test_page_after_page_of_a_first_sync_is_told_now_and_then_what_just_happened_at_once(work: Any) -> None:
    told: list[ChangeSet] = []
    work.workplace.changed.connect(told.append)

    def page(number: int) -> None:
        ids = [f"c-{number}-{row}" for row in range(150)]
        work.store.write(lambda w: w.touch_rows(Table.INTERACTION, ids, ids, ()), Cause.NETWORK).result()

    for number in range(4):
        page(number)
    work.store.write(lambda w: w.touch(Table.AGENT, "a-1"), Cause.NETWORK).result()
    work.qtbot.waitUntil(lambda: len(told) == 3)
    first, agent, rest = told
    assert len(first.rows[Table.INTERACTION]) == 150
    assert dict(agent.rows) == {Table.AGENT: frozenset({"a-1"})}
    assert len(rest.rows[Table.INTERACTION]) == len(rest.interactions) == 450


def test_what_two_pages_changed_is_everything_where_one_of_them_did_not_say_what() -> None:
    page = ChangeSet(Cause.NETWORK, rows={Table.MESSAGE: frozenset({"m-1"})}, customers=frozenset({"k-1"}))
    other = ChangeSet(Cause.NETWORK, rows={Table.AGENT: frozenset({"a-1"})}, interactions=frozenset({"c-1"}))
    both = page.joined(other)
    assert (both.touches(Table.MESSAGE), both.touches(Table.AGENT), both.touches(Table.QUEUE)) == (True, True, False)
    assert (both.customers, both.interactions, both.is_bulk) == ({"k-1"}, {"c-1"}, False)
    assert page.joined(ChangeSet(Cause.NETWORK, is_bulk=True)).is_bulk


def test_a_label_that_no_catalogue_names_is_told_without_whose_it_is(work: Any) -> None:
    names = work.workplace.catalogue
    assert (names.intent("hub2~lost_parcel"), names.intent("lost_parcel")) == ("Lost parcel", "Lost parcel")


def test_a_command_is_one_row_of_the_outbox(work: Any) -> None:
    changes: list[Any] = []
    work.workplace.changed.connect(changes.append)
    id_ = work.workplace.perform(Hold(interaction_id=work.sample.CHAT), initiator=work)
    work.settle()
    (entry,) = work.store.query(outbox.entries)
    assert (entry.id, entry.command, entry.state) == (id_, Hold(interaction_id=work.sample.CHAT), OutboxState.QUEUED)
    (change,) = [one for one in changes if one.touches(Table.OUTBOX)]
    assert (change.cause, change.initiator) == (Cause.AGENT, work)
    assert work.sample.CHAT in change.interactions


def test_a_command_held_back_can_be_taken_back_once(work: Any) -> None:
    taken: list[bool] = []
    id_ = work.workplace.perform(AddNote(interaction_id=work.sample.CHAT, text="x"), undo_s=30)
    work.settle()
    (entry,) = work.store.query(outbox.entries)
    assert entry.state is OutboxState.HELD
    assert timedelta(seconds=25) < entry.not_before - work.workplace.now() < timedelta(seconds=31)
    work.workplace.undo(id_, taken.append)
    work.workplace.undo(id_, taken.append)
    work.settle()
    assert taken == [True, False]
    assert work.commands == []


def test_an_interaction_is_opened_once(work: Any) -> None:
    told: list[object] = []
    work.workplace.current_changed.connect(told.append)
    for id_ in (work.sample.CHAT, work.sample.CHAT, None):
        work.workplace.open(id_)
    assert told == [work.sample.CHAT, None]


def test_the_engines_word_is_passed_on_where_it_is_another(work: Any) -> None:
    told: list[SyncStatus] = []
    work.workplace.status_changed.connect(told.append)
    for status in (SyncStatus(), SyncStatus(phase=Phase.LIVE), SyncStatus(phase=Phase.LIVE)):
        work.workplace.set_status(status)
    assert [status.phase for status in told] == [Phase.LIVE]


def test_all_is_told_by_the_hubs_clock_where_this_machines_is_wrong(work: Any) -> None:
    work.workplace.set_status(SyncStatus(clock_offset_s=-86_400.0))
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert abs(work.workplace.now() - yesterday) < timedelta(seconds=5)
    work.workplace.perform(AddNote(interaction_id=work.sample.CHAT, text="x"), undo_s=30)
    work.settle()
    (entry,) = work.store.query(outbox.entries)
    assert abs(entry.created_at - yesterday) < timedelta(seconds=5)
    assert entry.not_before - entry.created_at == timedelta(seconds=30)


def test_texts_come_in_the_windows_language_else_english_else_any() -> None:
    texts = {"de": "Gelöst", "en": "Solved"}
    assert [in_language(texts, "de"), in_language(texts, "fr"), in_language({"fr": "Fini"}, "de")] == [
        "Gelöst",
        "Solved",
        "Fini",
    ]
    assert in_language({}, "de") == ""
