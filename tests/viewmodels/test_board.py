"""The figures a lead looks at: what they add up to, when they are asked for, and that rows keep still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import QPersistentModelIndex

from desktop.domain.routing import Alert, AlertMeasure, AlertRule
from desktop.viewmodels.board import BoardViewModel, ContactsFilter, Figure, totals_of
from desktop.viewmodels.board_alerts import BoardAlertsModel
from desktop.viewmodels.board_contacts import BoardContactsModel
from desktop.viewmodels.board_layout import BoardLayout, BoardLayouts, TableLayout
from desktop.viewmodels.board_table import Cell, Column, FiguresModel
from desktop.viewmodels.workplace import Workplace
from desktop.wire.board import Board, ContactsPage, Interval, QueueFigures


@pytest.fixture
def made(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/board/figures.py")


@pytest.fixture
def live(made: Any, workplace: Workplace) -> Any:
    workplace.live = made.Pushed()
    return workplace.live


def queue(id_: str, **fields: Any) -> QueueFigures:
    return QueueFigures(id=id_, **fields)  # type: ignore[arg-type]


# --- asking ----------------------------------------------------------------------------------------------------------


def test_figures_are_asked_for_only_while_somebody_looks(workplace: Workplace, live: Any, made: Any) -> None:
    board = BoardViewModel(workplace)
    assert live.watchers == []
    board.start("panel")
    board.start("wall")
    assert len(live.watchers) == 1
    live.push(made.make_board())
    assert board.totals.waiting == sum(q.waiting for q in board.board.queues)  # type: ignore[union-attr]
    board.stop("panel")
    assert len(live.watchers) == 1, "the wallboard still looks"
    board.stop("wall")
    assert live.watchers == []
    board.start("panel")
    assert len(live.watchers) == 1


def test_a_broken_line_is_told_once_and_the_last_figures_stay(workplace: Workplace, live: Any, made: Any) -> None:
    board = BoardViewModel(workplace)
    board.start("panel")
    live.push(made.make_board())
    told: list[str] = []
    board.state_changed.connect(lambda: told.append(board.error))
    live.fail("offline")
    live.fail("offline")
    assert told == ["offline"]
    assert board.board is not None
    live.push(made.make_board(seed=8))
    assert told == ["offline", ""]


# --- sums ------------------------------------------------------------------------------------------------------------


def test_a_small_queue_does_not_outweigh_a_large_one(made: Any) -> None:
    board = Board(
        at=made.NOON,
        queues=(queue("a", answered=90, level_today=0.9), queue("b", answered=10, abandoned=0, level_today=0.4)),
    )
    totals = totals_of(board, made.NOON)
    assert totals.level_today == pytest.approx(0.85)
    assert totals.level_now is None
    assert totals.abandonment == 0.0
    assert totals.arrivals_forecast is None


def test_nothing_counted_yet_is_nothing_not_zero(made: Any) -> None:
    totals = totals_of(Board(at=made.NOON), made.NOON)
    assert (totals.level_today, totals.abandonment, totals.occupancy, totals.needed) == (None, None, None, None)


def test_staff_is_that_of_the_half_hour_that_goes_on(made: Any) -> None:
    start = made.NOON.replace(minute=0)
    parts = [Interval(start=start + timedelta(minutes=30 * n), needed=10 + n, there=9) for n in range(-1, 3)]
    totals = totals_of(Board(at=made.NOON, intervals=tuple(parts)), made.NOON)
    assert (totals.needed, totals.there) == (10, 9)


# --- tables ----------------------------------------------------------------------------------------------------------


def columns() -> list[Column]:
    def cell(row: Any, now: datetime) -> Cell:
        return Cell(str(row.waiting))

    return [
        Column("name", "Queue", lambda row, now: Cell(row.id), lambda row: row.id, 100, is_number=False),
        Column("waiting", "Waiting", cell, lambda row: row.waiting, 60),
        Column("now", "Now", lambda row, now: Cell(""), lambda row: row.level_now, 60),
    ]


@pytest.fixture
def table(workplace: Workplace, made: Any) -> Iterator[FiguresModel]:
    model = FiguresModel(columns(), lambda row: row.id, workplace.now)
    model.become([queue("a", waiting=1), queue("b", waiting=5), queue("c", waiting=3)])
    yield model
    model.deleteLater()


def ids(model: FiguresModel) -> list[str]:
    return [model.row(number).id for number in range(model.rowCount())]


def test_only_what_changed_is_told(table: FiguresModel) -> None:
    told: list[tuple[int, int]] = []
    table.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    rows = {row: table.row(row) for row in range(3)}
    table.become([rows[0], structs.replace(rows[1], waiting=6), structs.replace(rows[2])])
    assert told == [(1, 1)]
    assert table.index(1, 1).data() == "6"


def test_rows_keep_their_place_while_the_pointer_is_over_them(table: FiguresModel) -> None:
    table.sort_by("waiting", is_descending=True)
    assert ids(table) == ["b", "c", "a"]
    table.hold(True)
    table.become([queue("a", waiting=9), queue("b", waiting=5), queue("d", waiting=7)])
    assert ids(table) == ["b", "c", "a"], "neither order nor rows change under the pointer"
    assert table.row(2).waiting == 9, "but figures go on"
    assert table.waits
    table.hold(False)
    assert ids(table) == ["a", "d", "b"]
    assert not table.waits


def test_what_is_selected_stays_so_wherever_its_row_goes(table: FiguresModel) -> None:
    kept = QPersistentModelIndex(table.index(1, 0))
    gone = QPersistentModelIndex(table.index(2, 0))
    table.sort_by("waiting", is_descending=True)
    table.become([queue("a", waiting=1), queue("b", waiting=0), queue("z", waiting=4)])
    assert ids(table) == ["z", "a", "b"]
    assert kept.row() == 2
    assert not gone.isValid()


def test_asking_for_an_order_or_for_some_rows_does_not_wait_for_the_pointer(table: FiguresModel) -> None:
    table.hold(True)
    table.sort_by("waiting", is_descending=False)
    assert ids(table) == ["a", "c", "b"]
    table.narrow("C")
    assert ids(table) == ["c"]
    table.narrow("", lambda row: row.waiting > 2)
    assert ids(table) == ["c", "b"]
    assert table.total == 3


def test_what_is_not_known_stands_last_whichever_way(table: FiguresModel) -> None:
    table.become([queue("a"), queue("b", level_now=0.5), queue("c", level_now=0.9)])
    table.sort_by("now", is_descending=True)
    assert ids(table) == ["c", "b", "a"]
    table.sort_by("now", is_descending=False)
    assert ids(table) == ["b", "c", "a"]


# --- contacts --------------------------------------------------------------------------------------------------------


WAITING = ContactsFilter(figure=Figure.WAITING)


def test_the_contacts_behind_a_number_come_page_by_page(workplace: Workplace, live: Any, made: Any) -> None:
    first = tuple(made.contact(n, made.NOON) for n in range(3))
    second = tuple(made.contact(n, made.NOON) for n in range(2, 5))
    live.pages = {
        "": ContactsPage(at=made.NOON, contacts=first, total=5, next="x-2"),
        "x-2": ContactsPage(at=made.NOON, contacts=second, total=5),
    }
    model = BoardContactsModel(workplace)
    model.show(WAITING)
    assert (model.rowCount(), model.total) == (3, 5)
    root = model.index(-1)
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert [model.contact(n).id for n in range(5)] == [f"x-{n}" for n in range(5)]  # type: ignore[union-attr]
    assert not model.canFetchMore(root)


def test_the_list_goes_on_with_the_board_but_not_under_the_pointer(workplace: Workplace, live: Any, made: Any) -> None:
    rows = [made.contact(n, made.NOON) for n in range(4)]
    live.pages[""] = ContactsPage(at=made.NOON, contacts=tuple(rows[:2]), total=2)
    model = BoardContactsModel(workplace)
    model.show(WAITING)
    model.hold(True)
    live.pages[""] = ContactsPage(at=made.NOON, contacts=(rows[3], rows[1]), total=2)
    model.refresh()
    assert len(live.asked) == 1, "what may not be shown need not be fetched"
    assert [model.contact(n).id for n in range(2)] == ["x-0", "x-1"]  # type: ignore[union-attr]
    kept = QPersistentModelIndex(model.index(1))
    model.hold(False)
    assert [model.contact(n).id for n in range(2)] == ["x-3", "x-1"]  # type: ignore[union-attr]
    assert kept.row() == 1


def test_no_way_to_the_backend_is_said(workplace: Workplace, live: Any) -> None:
    live.error = "offline"
    model = BoardContactsModel(workplace)
    model.show(WAITING)
    assert (model.error, model.rowCount()) == ("offline", 0)
    live.error = ""
    model.refresh()
    assert model.error == ""
    workplace.live = None
    model.show(WAITING)
    assert model.error == "offline"


# --- alerts and layout -----------------------------------------------------------------------------------------------


def test_alerts_come_with_their_rules_those_that_go_on_first(work: Any) -> None:
    model = BoardAlertsModel(work.workplace)
    now = work.workplace.now()
    work.sample.put(
        work.workplace.store,
        [
            AlertRule(
                id="r", title="long_wait", measure=AlertMeasure.LONGEST_WAIT_S, threshold=240, clear_at=60, version=1
            ),
            Alert(id="old", rule="r", subject="billing", value=300, since=now, ended_at=now, version=1),
            Alert(id="new", rule="r", subject="orders", value=250, since=now - timedelta(hours=1), version=1),
            Alert(id="orphan", rule="gone", subject="orders", value=1, since=now - timedelta(hours=2), version=1),
        ],
    )
    work.settle()
    assert [model.warned(n).id for n in range(3)] == ["new", "orphan", "old"]  # type: ignore[union-attr]
    assert (model.open, model.unseen) == (2, 2)
    assert model.warned(1).rule is None  # type: ignore[union-attr]


def test_how_the_board_was_arranged_is_there_again(work: Any) -> None:
    arranged = BoardLayout(agents=TableLayout(shown=("name", "since"), sorted_by="since"), team="Porto")
    layouts = BoardLayouts(work.workplace, lambda: arranged)
    read: list[BoardLayout] = []
    layouts.note()
    layouts.save()
    layouts.load(read.append)
    work.settle()
    assert read == [BoardLayout()], "nothing is kept before the last was read"
    layouts.save()
    work.settle()
    BoardLayouts(work.workplace, BoardLayout).load(read.append)
    work.settle()
    assert read[-1] == arranged
