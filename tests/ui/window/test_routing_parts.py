"""What the window says about announcements, my day, my state and the next request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence, Take, TakeNext
from desktop.domain.interaction import InteractionState
from desktop.domain.routing import Broadcast, RoutingPolicy
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.window.own_figures import OwnFiguresSheet
from desktop.viewmodels.desk import DeskAccount
from desktop.wire.board import AgentFigures, OwnFigures, QueueFigures

SHIFT_CTRL = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NASTY = "<img src='file:///x'><b>Hallo</b> \u202e🎉 "


class Pushed:
    def __init__(self, figures: OwnFigures | None = None, error: str = "") -> None:
        self.figures, self.error, self.is_looking = figures, error, False

    def show_own(self, on_figures: Callable[[OwnFigures], None], on_error: Callable[[str], None]) -> Callable[[], None]:
        self.is_looking = True
        if self.figures is not None:
            on_figures(self.figures)
        if self.error:
            on_error(self.error)

        def _end() -> None:
            self.is_looking = False

        return _end


def said(shift: Any, id_: str, text: str, **fields: Any) -> Broadcast:
    at = shift.workplace.now() - timedelta(minutes=2)
    return Broadcast(id=id_, text=text, by=shift.sample.DAVID, by_name="David Okafor", at=at, version=1, **fields)


# --- announcements ----------------------------------------------------------------------------------------------------


def test_an_announcement_stands_above_all_until_it_is_put_away(window: Any, shift: Any) -> None:
    banner = window.broadcasts
    assert not banner.isVisible()
    shift.arrives(said(shift, "b1", "The shop is back"), said(shift, "b2", NASTY, is_urgent=True))
    assert banner.isVisible()
    assert banner.text.text() == NASTY.strip()
    assert banner.text.textFormat() is Qt.TextFormat.PlainText
    assert banner.about.text().startswith("Urgent · David Okafor, ")
    assert "1 more after this" in banner.about.text()
    assert NASTY.strip() in banner.accessibleName()
    QTest.keyClick(window, Qt.Key.Key_X, SHIFT_CTRL)
    assert banner.text.text() == "The shop is back"
    QTest.mouseClick(banner.away, Qt.MouseButton.LeftButton)
    assert not banner.isVisible()


def test_a_long_announcement_folds(window: Any, shift: Any) -> None:
    shift.arrives(said(shift, "b1", "word " * 400))
    banner = window.broadcasts
    assert len(banner.text.text()) < 300
    QTest.mouseClick(banner.whole, Qt.MouseButton.LeftButton)
    assert len(banner.text.text()) == 1999
    assert window.height() == 800


def test_escape_on_the_banner_puts_it_away(window: Any, shift: Any) -> None:
    shift.arrives(said(shift, "b1", "Hello"))
    window.broadcasts.away.setFocus()
    QTest.keyClick(window.broadcasts.away, Qt.Key.Key_Escape)
    assert not window.broadcasts.isVisible()


# --- my day -----------------------------------------------------------------------------------------------------------


def day(window: Any, shift: Any, live: Pushed | None) -> OwnFiguresSheet:
    shift.workplace.live = live
    QTest.keyClick(window, Qt.Key.Key_I, SHIFT_CTRL)
    (sheet,) = [one for one in QApplication.topLevelWidgets() if isinstance(one, OwnFiguresSheet) and one.isVisible()]
    return sheet


def test_my_numbers_and_my_queues_are_asked_for_while_i_look(window: Any, shift: Any) -> None:
    mine = AgentFigures(
        id=shift.sample.ME,
        name="Anna",
        handled=23,
        declined=1,
        load={"chat": 2},
        average_handling_s=342,
        occupancy=0.78,
    )
    queues = (
        QueueFigures(id="billing", waiting=4, longest_s=130, level_today=0.86),
        QueueFigures(id="orders", level_today=0.64),
        QueueFigures(id="technical", is_open=False),
    )
    live = Pushed(OwnFigures(at=shift.workplace.now(), mine=mine, queues=queues))
    sheet = day(window, shift, live)
    assert live.is_looking
    assert (sheet.handled.text(), sheet.average.text(), sheet.busy.text()) == ("23", "5 min", "78%")
    assert sheet.handled.accessibleName() == "Handled: 23"
    assert sheet.missed.text() == "1 declined · 2 in hand"
    choices = sheet.queues.choices
    told = [str(choices.data(choices.index(row))) for row in range(choices.rowCount())]
    assert told == [
        "Billing & payment, 4 waiting, longest 2 min, 86% in time today",
        "Orders & delivery, nobody waits, only 64% in time today, promised 80%",
        "Technical support, closed, nothing to answer yet today, promised 80%",
    ]
    sheet.close()
    assert not live.is_looking


def test_before_the_figures_are_there_it_says_so_and_offline_too(window: Any, shift: Any) -> None:
    sheet = day(window, shift, Pushed())
    assert not sheet.state.isVisible()
    shift.until(lambda: sheet.state.text() == "Fetching your numbers …")
    sheet.close()
    sheet = day(window, shift, Pushed(error="offline"))
    assert sheet.state.text() == "Offline."
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, OwnFiguresSheet) and one.isVisible()]


def test_who_works_no_queue_is_told(window: Any, shift: Any) -> None:
    figures = OwnFigures(at=shift.workplace.now(), mine=AgentFigures(id=shift.sample.ME, name="Anna"))
    sheet = day(window, shift, Pushed(figures))
    assert sheet.average.text() == "–"
    assert sheet.state.text() == "You work no queue at the moment."
    assert not sheet.queues.isVisible()
    sheet.close()


# --- my state ---------------------------------------------------------------------------------------------------------


def test_the_menu_has_the_centres_reasons_and_what_can_wait(window: Any, shift: Any) -> None:
    shift.arrives(RoutingPolicy(away_reasons={"fire_drill": {"en": "Fire drill"}}, version=1))
    menu = window.strip.state.menu()
    assert [action.text() for action in menu.actions() if action.text()] == [
        "Ready",
        "Fire drill",
        "Signed off",
        "After this contact",
    ]
    next(action for action in menu.after.actions() if action.text() == "Fire drill").trigger()
    shift.settle()
    assert shift.commands == [SetPresence(state=PresenceState.AWAY, reason="fire_drill", is_after=True)]
    assert window.strip.state.text() == "Ready · then Fire drill …"
    assert "has not confirmed" in window.strip.state.toolTip()
    assert "then Fire drill" in window.rail.me.accessibleName()
    chosen = next(action for action in menu.after.actions() if action.isChecked())
    assert chosen.text() == "Fire drill"


def test_a_lead_who_set_my_state_is_named(window: Any, shift: Any) -> None:
    set_by = Presence(state=PresenceState.AWAY, reason="meeting", set_by=shift.sample.DAVID)
    shift.arrives(Agent(id=shift.sample.ME, user="anna", name="Anna Berger", presence=set_by, version=9))
    assert window.strip.state.text() == "Meeting"
    assert "Set by David Okafor." in window.strip.state.toolTip()
    assert window.strip.state.accessibleDescription() == "Set by David Okafor."


def test_a_window_that_was_not_heard_of_says_so(window: Any, shift: Any) -> None:
    silent = Presence(state=PresenceState.NOT_RESPONDING, reason="silent")
    shift.arrives(Agent(id=shift.sample.ME, user="anna", name="Anna Berger", presence=silent, version=9))
    assert "was not heard of" in window.strip.state.toolTip()


# --- the next request -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "says"), [("nothing_waits", "Nothing waits"), ("forbidden", "role does not allow")])
def test_the_next_request_by_key_and_why_there_is_none(window: Any, shift: Any, code: str, says: str) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE))
    QTest.keyClick(window, Qt.Key.Key_F9, SHIFT_CTRL)
    shift.settle()
    assert shift.commands == [TakeNext()]
    assert not window.inbox.next.isEnabled()
    (entry,) = shift.store.query(outbox.entries)
    shift.store.write(lambda w: outbox.wedge(w, entry.id, code), Cause.NETWORK).result()
    shift.settle()
    assert says in window.notices.text.text()
    assert window.inbox.next.isEnabled()
    assert shift.commands == []


def test_without_a_connection_the_next_request_is_not_asked_for(window: Any, shift: Any) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.OFFLINE))
    QTest.mouseClick(window.inbox.next, Qt.MouseButton.LeftButton)
    assert "Not connected" in window.notices.text.text()
    shift.settle()
    assert shift.commands == []


def test_where_no_system_says_what_comes_next_the_desk_does_and_colleagues_being_faster_is_said_once(
    window: Any, shift: Any
) -> None:
    live = SyncStatus(phase=Phase.LIVE)
    shift.workplace.accounts.put(DeskAccount(id="a1", kind="rt", commands=frozenset({"take"}), status=live))
    waiting = [row for row in shift.sample.interactions(shift.workplace.now()) if row.state is InteractionState.QUEUED]
    assert window.inbox.next.isVisible()
    QTest.keyClick(window, Qt.Key.Key_F9, SHIFT_CTRL)
    shift.settle()
    for _ in waiting:
        (entry,) = shift.store.query(outbox.entries)
        assert isinstance(entry.command, Take)
        assert window.notices.text.text() == ""
        shift.store.write(lambda w, entry=entry: outbox.wedge(w, entry.id, "already_taken"), Cause.NETWORK).result()
        shift.settle()
    assert window.notices.text.text() == "Colleagues were faster each time. Please ask again."
    assert shift.commands == []
    shift.workplace.accounts.put(DeskAccount(id="a1", kind="rt", commands=frozenset({"add_note"}), status=live))
    assert not window.inbox.next.isVisible()
