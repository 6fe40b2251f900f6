"""The search place without a widget: the newest question wins, what is shown stays where it is, searches are remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import QModelIndex, Qt

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.store import journal, projections, retention
from desktop.viewmodels.search import (
    WINDOW,
    HitKind,
    Part,
    RecentSearches,
    Role,
    SearchHit,
    SearchModel,
    SearchOrder,
    State,
    key_of,
)


class Search:
    """An agent searching. ``types`` waits for the answer; ``asked`` is every question that reached the store."""

    def __init__(self, work: Any, model: SearchModel, asked: list[str]) -> None:
        self.work = work
        self.model = model
        self.asked = asked
        self.resets = 0
        model.modelReset.connect(self._on_reset)

    def _on_reset(self) -> None:
        self.resets += 1

    def types(self, text: str) -> None:
        self.model.look_for(text)
        self.work.settle()

    def arrives(self, *records: Any) -> None:
        self.work.arrives(*records)

    @property
    def hits(self) -> list[SearchHit]:
        return [self.model.index(row).data(Role.HIT) for row in range(self.model.rowCount())]

    @property
    def kinds(self) -> set[HitKind]:
        return {hit.kind for hit in self.hits}


@pytest.fixture
def search(work: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Search]:
    asked: list[str] = []
    original = projections.search

    def _heard(conn: Any, text: str, **more: Any) -> Any:
        asked.append(text)
        return original(conn, text, **more)

    monkeypatch.setattr(projections, "search", _heard)
    model = SearchModel(work.workplace, lambda hit: f"{hit.title}: {hit.kind}")
    model.set_shown(True)
    yield Search(work, model, asked)
    model.set_shown(False)
    model.deleteLater()


def many(search: Search, count: int) -> None:
    now, sample = search.work.workplace.now(), search.work.sample
    search.arrives(
        *(
            sample.message(
                f"zebra-{n:03}",
                sample.CHAT,
                Author.CUSTOMER,
                now - timedelta(minutes=n),
                f"Zebra {n}",
                channel=Channel.CHAT,
            )
            for n in range(count)
        )
    )


# --- asking ----------------------------------------------------------------------------------------------------------


def test_customers_contacts_messages_and_files_are_found_with_one_text(search: Search) -> None:
    assert search.model.state is State.IDLE
    search.types("weber")
    assert search.model.state is State.FOUND
    assert {HitKind.CUSTOMER, HitKind.INTERACTION, HitKind.MESSAGE} <= search.kinds
    assert all(hit.title == "Jana Weber" for hit in search.hits if hit.kind is HitKind.CUSTOMER)
    search.types("Rechnung")
    assert HitKind.FILE in search.kinds


def test_the_newest_question_wins_and_those_overtaken_cost_nothing(search: Search) -> None:
    started: list[None] = []
    # The store is busy with something else while the agent types.
    search.work.workplace.ask(lambda conn: __import__("time").sleep(0.05), started.append)
    for end in range(1, len("Rechnung") + 1):
        search.model.look_for("Rechnung"[:end])
    search.work.settle()
    assert search.asked == ["Rechnung"]
    assert search.resets == 1
    assert search.hits


def test_clearing_the_field_shows_nothing_whatever_answer_is_still_on_its_way(search: Search) -> None:
    search.model.look_for("Rechnung")
    search.types("")
    assert search.hits == []
    assert search.model.state is State.IDLE


def test_blanks_around_the_text_are_no_new_question(search: Search) -> None:
    search.types("Rechnung")
    search.types("Rechnung ")
    assert search.asked == ["Rechnung"]


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        (Part.CUSTOMERS, {HitKind.CUSTOMER}),
        (Part.CONTACTS, {HitKind.INTERACTION}),
        (Part.MESSAGES, {HitKind.MESSAGE}),
    ],
)
def test_one_kind_of_thing_can_be_looked_through(search: Search, part: Part, kinds: set[HitKind]) -> None:
    search.types("weber")
    search.model.choose_part(part)
    search.work.settle()
    assert search.kinds == kinds
    search.model.choose_part(Part.ALL)
    search.work.settle()
    assert len(search.kinds) > 1


def test_the_best_match_can_be_asked_for(search: Search) -> None:
    search.types("Rechnung")
    newest = [hit.at for hit in search.hits]
    assert newest == sorted(newest, reverse=True)
    search.model.choose_order(SearchOrder.BEST)
    search.work.settle()
    assert len(search.asked) == 2
    assert search.hits


def test_nothing_found_and_nothing_asked_differ(search: Search) -> None:
    search.types("zzzzz")
    assert search.model.state is State.NOTHING
    search.types("is:")
    assert search.model.state is State.IDLE
    search.types("before:nonsense x")
    assert search.model.page.ignored == ("before:nonsense",)


def test_a_question_that_fails_is_told_and_can_be_asked_again(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    working = projections.search

    def _broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("no such table")

    search.types("Rechnung")
    monkeypatch.setattr(projections, "search", _broken)
    search.types("Rechnun")
    assert search.model.state is State.FAILED
    assert search.hits == []
    monkeypatch.setattr(projections, "search", working)
    search.model.ask_again()
    search.work.settle()
    assert search.model.state is State.FOUND


def test_a_slow_answer_is_told_of_a_quick_one_not(search: Search) -> None:
    told: list[None] = []
    search.model.slow.connect(lambda: told.append(None))
    search.types("Rechnung")
    assert told == []
    search.work.workplace.ask(lambda conn: __import__("time").sleep(0.25), lambda _: None)
    search.model.look_for("Lieferung")
    search.work.qtbot.waitUntil(lambda: bool(told), timeout=2000)
    search.work.settle()


# --- rows ------------------------------------------------------------------------------------------------------------


def test_more_is_fetched_as_one_scrolls_and_moves_nothing(search: Search) -> None:
    many(search, WINDOW + 20)
    search.types("zebra")
    assert search.model.rowCount() == WINDOW
    first, resets = search.hits, search.resets
    assert search.model.canFetchMore(QModelIndex())
    search.model.fetchMore(QModelIndex())
    search.work.settle()
    assert search.hits[:WINDOW] == first
    assert search.model.rowCount() > WINDOW
    assert search.resets == resets
    assert not search.model.canFetchMore(QModelIndex())


def test_what_arrives_is_found_a_moment_later(search: Search) -> None:
    search.types("zebra")
    assert search.model.state is State.NOTHING
    many(search, 1)
    search.work.qtbot.waitUntil(lambda: "message:zebra-000" in map(key_of, search.hits), timeout=4000)
    assert not search.model.is_new_question


def test_rows_rest_while_the_pointer_is_on_them(search: Search) -> None:
    many(search, 3)
    search.types("zebra")
    before = search.hits
    search.model.hold(True)
    sample, now = search.work.sample, search.work.workplace.now()
    search.arrives(
        sample.message(
            "zebra-new", sample.CHAT, Author.CUSTOMER, now + timedelta(minutes=1), "Zebra neu", channel=Channel.CHAT
        )
    )
    search.work.qtbot.waitUntil(lambda: len(search.asked) == 2, timeout=4000)
    search.work.settle()
    assert search.hits == before
    search.model.hold(False)
    assert search.model.find("message:zebra-new") == 0
    search.model.hold(True)
    search.types("zebra neu")
    assert len(search.hits) < len(before) + 1, "another question is answered wherever the pointer is"


def test_somebody_forgotten_is_gone_from_the_list(search: Search) -> None:
    search.types("weber")
    jana = search.work.sample.JANA
    search.work.store.write(lambda w: retention.forget(w, jana), Cause.SYSTEM).result()
    search.work.qtbot.waitUntil(lambda: search.model.state is State.NOTHING, timeout=4000)


def test_nobody_looking_asks_nothing_until_somebody_does(search: Search) -> None:
    search.types("zebra")
    search.model.set_shown(False)
    many(search, 1)
    assert search.asked == ["zebra"]
    search.model.set_shown(True)
    search.work.settle()
    assert "message:zebra-000" in map(key_of, search.hits)
    search.model.set_shown(False)
    search.types("weber")
    assert search.asked == ["zebra", "zebra"], "a search brought back at the start waits until it is looked at"
    search.model.set_shown(True)
    search.work.settle()
    assert search.model.state is State.FOUND


def test_a_row_tells_a_screen_reader_what_it_is(search: Search) -> None:
    search.types("weber")
    index_ = search.model.index(0)
    assert index_.data(Qt.ItemDataRole.AccessibleTextRole).startswith("Jana Weber")
    assert search.model.hit(99_999) is None
    assert search.model.find("message:nowhere") == -1


# --- remembering -----------------------------------------------------------------------------------------------------


@pytest.fixture
def recent(work: Any) -> Iterator[RecentSearches]:
    made = RecentSearches(work.workplace)
    work.settle()
    yield made
    made.deleteLater()


def test_the_last_ten_are_kept_newest_first_each_once(recent: RecentSearches, work: Any) -> None:
    for text in [*(f"search {n}" for n in range(12)), "  Search   5 ", "   "]:
        recent.keep(text)
    work.settle()
    assert recent.texts == ("Search 5", *(f"search {n}" for n in (11, 10, 9, 8, 7, 6, 4, 3, 2)))
    again = RecentSearches(work.workplace, recent)
    work.settle()
    assert again.texts == recent.texts


def test_they_can_be_cleared(recent: RecentSearches, work: Any) -> None:
    recent.keep("weber")
    work.settle()
    with work.qtbot.waitSignal(recent.changed):
        recent.clear()
    assert recent.texts == ()
    assert work.store.query(lambda conn: projections.setting(conn, RecentSearches.NAME)) is None


@pytest.mark.parametrize("kept", ["weber", {"a": 1}, [1, "weber", None]])
def test_what_another_version_left_does_no_harm(work: Any, kept: object, qapp: Callable[..., Any]) -> None:
    work.store.write(lambda w: journal.set_setting(w, RecentSearches.NAME, kept), Cause.SYSTEM).result()
    made = RecentSearches(work.workplace, work.workplace)
    work.settle()
    assert made.texts in ((), ("weber",))
