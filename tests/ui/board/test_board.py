"""A lead at the board: finding their way, from numbers to contacts, acting, and that nothing jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.domain.agent import Agent, Presence, PresenceState, Role
from desktop.domain.commands import Observe, SeeAlert, SetAgentPresence, TakeOver
from desktop.domain.routing import Alert, AlertMeasure, AlertRule
from desktop.ui.board.panel import BoardPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import ContactsFilter, Figure
from desktop.wire.board import Board, ContactsPage


@pytest.fixture
def made(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/board/figures.py")


@pytest.fixture
def live(made: Any, shift: Any) -> Any:
    shift.workplace.live = made.Pushed()
    return shift.workplace.live


@pytest.fixture
def panel(shift: Any, live: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[BoardPanel]:
    made = BoardPanel(shift.workplace, theme)
    show(made, 1228, 740)
    shift.settle()
    yield made
    made.hide()


@pytest.fixture
def board(made: Any, shift: Any) -> Board:
    found: Board = made.make_board(6, 12, at=shift.workplace.now())
    return found


@pytest.fixture
def filled(panel: BoardPanel, live: Any, board: Board) -> BoardPanel:
    live.push(board)
    return panel


def click(panel: BoardPanel, table: str, row: int, key: str) -> None:
    view = getattr(panel, table).view
    index = view.model().index(row, view.model().column_of(key))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center())


def shown(panel: BoardPanel, table: str, key: str) -> list[str]:
    model = getattr(panel, table).model
    return [model.index(row, model.column_of(key)).data() for row in range(model.rowCount())]


def menu_of(parent: Any) -> QMenu:
    return next(menu for menu in parent.findChildren(QMenu) if menu.isVisible())


def choose(menu: QMenu, text: str) -> None:
    action = next(a for a in menu.actions() if a.text().startswith(text))
    menu.close()
    action.trigger()


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_it_waits_for_the_figures_then_shows_them(panel: BoardPanel, live: Any, board: Board) -> None:
    assert "Fetching" in panel.hint.text()
    assert panel.pages.currentIndex() == 1
    live.push(board)
    assert panel.pages.currentIndex() == 0
    card = panel.figures.cards[0]
    assert card.accessibleName() == f"Waiting: {sum(q.waiting for q in board.queues)}"
    assert shown(panel, "queues", "name")[0] == "Billing"
    assert panel.agents.count.text() == "12"


def test_it_asks_for_nothing_once_it_is_out_of_sight(filled: BoardPanel, live: Any) -> None:
    assert len(live.watchers) == 1
    filled.hide()
    assert live.watchers == []
    filled.show()
    assert len(live.watchers) == 1


def test_without_a_connection_it_says_of_when_the_figures_are(filled: BoardPanel, live: Any, board: Board) -> None:
    assert not filled.stale.isVisible()
    live.fail("offline")
    assert filled.stale.isVisible()
    assert "No connection" in filled.stale.text()
    assert filled.pages.currentIndex() == 0
    live.push(structs.replace(board, at=board.at + timedelta(seconds=1)))
    assert not filled.stale.isVisible()


def test_who_leads_nobody_is_told_so(panel: BoardPanel, live: Any) -> None:
    live.fail("forbidden")
    assert panel.pages.currentIndex() == 1
    assert "those who lead" in panel.hint.text()


def test_agents_by_team_state_and_words(filled: BoardPanel, board: Board, typed: Callable[..., None]) -> None:
    filled.agents.team.setCurrentIndex(filled.agents.team.findData("Porto"))
    filled.agents.team.activated.emit(0)
    wanted = {agent.name for agent in board.agents if agent.team == "Porto"}
    assert set(shown(filled, "agents", "name")) == wanted
    assert filled.agents.count.text() == f"{len(wanted)} of 12"
    filled.agents.choose("", "ready")
    ready = [a for a in board.agents if a.presence.state is PresenceState.READY and not a.contacts]
    assert len(shown(filled, "agents", "name")) == len(ready)
    filled.agents.choose("", "")
    filled.focus_search()
    typed(filled.search, "zz nobody")
    assert filled.agents._pages.currentIndex() == 1
    assert "Nothing here fits" in filled.agents._empty.text()
    QTest.keyClick(filled.search, Qt.Key.Key_Escape)
    assert filled.search.text() == ""
    assert len(shown(filled, "agents", "name")) == 12


def test_every_cell_is_told_to_who_listens(filled: BoardPanel) -> None:
    for table in (filled.queues, filled.agents):
        model = table.model
        for column in range(model.columnCount()):
            text = model.index(0, column).data(Qt.ItemDataRole.AccessibleTextRole)
            assert text.startswith(model.columns[column].title + ": ")
            assert not text.endswith(": ")


# --- from numbers to contacts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "key", "figure"),
    [
        ("queues", "waiting", Figure.WAITING),
        ("queues", "now", Figure.DUE_NOW),
        ("queues", "today", Figure.DUE),
        ("queues", "abandoned", Figure.ABANDONED),
        ("queues", "arrivals", Figure.ARRIVALS),
        ("agents", "load", Figure.IN_HAND),
        ("agents", "handled", Figure.HANDLED),
        ("agents", "missed", Figure.MISSED),
    ],
)
def test_a_click_on_a_number_lists_its_contacts(
    filled: BoardPanel, live: Any, table: str, key: str, figure: Figure
) -> None:
    click(filled, table, 1, key)
    id_ = getattr(filled, table).model.row(1).id
    field = "queue" if table == "queues" else "agent"
    assert live.asked == [(ContactsFilter(**{"figure": figure, field: id_}), "")]
    assert filled.side.is_at_contacts


def test_there_and_back_by_keys(filled: BoardPanel, live: Any, made: Any, board: Board) -> None:
    contacts = tuple(made.contact(n, board.at) for n in range(3))
    live.pages[""] = ContactsPage(at=board.at, contacts=contacts, total=3)
    filled.take_focus()
    view = filled.queues.view
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Return)
    contacts_page = filled.side.contacts
    assert contacts_page.list.hasFocus()
    assert contacts_page.title.text() == "Billing · Waiting"
    assert contacts_page.count.text() == "3"
    opened: list[str] = []
    filled.contact_chosen.connect(opened.append)
    QTest.keyClick(contacts_page.list, Qt.Key.Key_Down)
    QTest.keyClick(contacts_page.list, Qt.Key.Key_Return)
    assert opened == ["x-1"]
    QTest.keyClick(contacts_page.list, Qt.Key.Key_Escape)
    assert not filled.side.is_at_contacts
    assert view.hasFocus()


def test_f6_goes_through_tables_and_side(filled: BoardPanel) -> None:
    filled.take_focus()
    for widget in (filled.agents.view, filled.side.alerts.rules, filled.queues.view):
        filled.next_pane()
        assert widget.hasFocus()


def test_a_card_lists_the_contacts_of_all_queues(filled: BoardPanel, live: Any) -> None:
    QTest.mouseClick(filled.figures.cards[0], Qt.MouseButton.LeftButton)
    assert live.asked == [(ContactsFilter(figure=Figure.WAITING), "")]


def test_a_hostile_name_is_only_text(filled: BoardPanel, live: Any, made: Any, board: Board) -> None:
    name = "<img src=http://x/y>\u202eevil\x00" + "A" * 5000
    live.pages[""] = ContactsPage(at=board.at, contacts=(made.contact(0, board.at, customer_name=name),), total=1)
    filled.drill(ContactsFilter(figure=Figure.WAITING))
    view = filled.side.contacts.list
    spot = view.visualRect(view.model().index(0)).center()
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, view.viewport().mapToGlobal(spot)))
    assert not view.grab().isNull()


# --- nothing jumps ---------------------------------------------------------------------------------------------------


def test_a_new_order_waits_until_the_pointer_leaves(filled: BoardPanel, live: Any, board: Board) -> None:
    view, model = filled.queues.view, filled.queues.model
    view.sort(model.columns[model.column_of("waiting")])
    before = shown(filled, "queues", "name")
    spot = QPointF(40, 40)
    QApplication.sendEvent(view.viewport(), QEnterEvent(spot, spot, view.viewport().mapToGlobal(spot)))
    last = model.row(model.rowCount() - 1)
    queues = tuple(structs.replace(q, waiting=99) if q.id == last.id else q for q in board.queues)
    live.push(structs.replace(board, queues=queues))
    assert shown(filled, "queues", "name") == before
    assert shown(filled, "queues", "waiting")[-1] == "99"
    assert filled.queues.waits.isVisible()
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert shown(filled, "queues", "waiting")[0] == "99"
    assert not filled.queues.waits.isVisible()


def test_columns_stay_as_they_are_when_rows_move(filled: BoardPanel, live: Any, made: Any, board: Board) -> None:
    view, model = filled.agents.view, filled.agents.model
    head = view.horizontalHeader()
    before = [head.sectionSize(n) for n in range(head.count())]
    view.sort(model.columns[model.column_of("occupancy")])
    live.push(made.make_board(6, 40, seed=3, at=board.at + timedelta(seconds=1)))
    QApplication.processEvents()
    assert [head.sectionSize(n) for n in range(head.count())] == before
    assert head.length() == sum(before)
    assert view.horizontalScrollBar().maximum() == 0


def test_columns_and_order_are_there_at_the_next_start(
    filled: BoardPanel, shift: Any, theme: Theme, live: Any, board: Board, show: Callable[..., Any]
) -> None:
    view, model = filled.agents.view, filled.agents.model
    view.sort(model.columns[model.column_of("occupancy")])
    view._show_column(model.column_of("team"), True)
    view._show_column(model.column_of("missed"), False)
    view.horizontalHeader().resizeSection(model.column_of("state"), 222)
    filled.side.show_page("course")
    filled.hide()
    shift.settle()
    again = BoardPanel(shift.workplace, theme)
    show(again, 1228, 740)
    shift.settle()
    live.push(board)
    head = again.agents.view.horizontalHeader()
    assert not head.isSectionHidden(model.column_of("team"))
    assert head.isSectionHidden(model.column_of("missed"))
    assert abs(head.sectionSize(model.column_of("state")) - 222) <= 2
    assert (again.agents.model.sorted_by, again.agents.model.is_descending) == ("occupancy", True)
    assert again.side.page == "course"
    again.hide()


# --- acting ----------------------------------------------------------------------------------------------------------


def test_states_are_set_for_all_that_are_selected(filled: BoardPanel, shift: Any) -> None:
    view = filled.agents.view
    view.selectRow(0)
    filled.take_focus()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    view.menu_wanted.emit(QPoint(10, 10))
    menu = menu_of(filled)
    states = next(a.menu() for a in menu.actions() if a.menu() is not None)
    menu.close()
    next(a for a in states.actions() if a.text() == "Lunch").trigger()
    shift.settle()
    ids = [filled.agents.model.row(n).id for n in range(2)]
    assert shift.commands == [SetAgentPresence(agent_id=id_, state=PresenceState.AWAY, reason="lunch") for id_ in ids]


def test_reading_along_and_taking_over_open_the_contact(
    filled: BoardPanel, shift: Any, live: Any, made: Any, board: Board
) -> None:
    live.pages[""] = ContactsPage(at=board.at, contacts=(made.contact(0, board.at, assignee="a-1"),), total=1)
    filled.drill(ContactsFilter(figure=Figure.WAITING))
    chosen: list[str] = []
    filled.contact_chosen.connect(chosen.append)
    QTest.keyClick(filled.side.contacts.list, Qt.Key.Key_E)
    shift.settle()
    filled.side.contacts.act.click()
    choose(menu_of(filled), "Take over")
    shift.settle()
    assert shift.commands == [Observe(interaction_id="x-0"), TakeOver(interaction_id="x-0")]  # type: ignore[arg-type]
    assert chosen == ["x-0", "x-0"]


def test_an_alert_leads_to_its_cause_and_can_be_put_down(filled: BoardPanel, shift: Any, live: Any) -> None:
    now = shift.workplace.now()
    shift.arrives(
        AlertRule(
            id="r", title="long_wait", measure=AlertMeasure.LONGEST_WAIT_S, threshold=240, clear_at=60, version=1
        ),
        Alert(id="a", rule="r", subject="q-2", queue="q-2", value=252, since=now, version=1),  # type: ignore[arg-type]
    )
    alerts = filled.side.alerts
    assert alerts.list.model().index(0, 0).data().startswith("Somebody waits too long, Technical support · 4 min")
    alerts.show_button.click()
    assert live.asked == [(ContactsFilter(figure=Figure.WAITING, queue="q-2"), "")]  # type: ignore[arg-type]
    filled.side.go_back()
    alerts.seen_button.click()
    shift.settle()
    assert shift.commands == [SeeAlert(alert_id="a")]
    assert not alerts.seen_button.isEnabled()


# --- in the window ---------------------------------------------------------------------------------------------------


def lead(shift: Any) -> Agent:
    return Agent(id=shift.sample.ME, user="anna", name="Anna Berger", role=Role.LEAD, presence=Presence(), version=5)


def test_agents_have_no_board_and_leads_reach_it_by_key(
    shift: Any, live: Any, made: Any, board: Board, window: Any
) -> None:
    assert not window.rail.has_board
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.place == "inbox"
    shift.arrives(lead(shift))
    assert window.rail.has_board
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert window.place == "board"
    live.push(board)
    assert window.stage.board.isAncestorOf(window.inbox.offers)
    window.stage.board.contact_chosen.emit(shift.sample.CHAT)
    shift.settle()
    assert window.place == "inbox"
    assert shift.workplace.current == shift.sample.CHAT
    assert live.watchers == [], "out of sight"


def test_f6_and_search_work_in_the_board_too(shift: Any, live: Any, board: Board, window: Any) -> None:
    shift.arrives(lead(shift))
    window.go("board")
    live.push(board)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.stage.board.search.hasFocus()
    QTest.keyClick(window.stage.board.search, Qt.Key.Key_F6)
    assert window.stage.board.queues.view.hasFocus()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.place == "inbox"
