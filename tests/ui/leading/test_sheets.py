"""What a lead does, in sheets and menus: by keys, with limits, and nothing without being asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.domain import commands as c
from desktop.domain.agent import Agent, Loan, PresenceState
from desktop.domain.routing import RoutingPolicy
from desktop.ui.leading.broadcast import BroadcastSheet
from desktop.ui.leading.lend import LendSheet
from desktop.ui.leading.menus import presence_menu, priority_menu
from desktop.ui.leading.reassign import open_reassign
from desktop.ui.leading.whisper import WhisperSheet
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.leading import TEXT_AT_MOST, Leading

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def anchor(show: Any) -> QWidget:
    return show(QWidget(), 600, 400)


@pytest.fixture
def leading(shift: Any) -> Leading:
    return Leading(shift.workplace, shift.workplace)


def test_contacts_go_to_whom_is_chosen_by_typing(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    s = shift.sample
    sheet = open_reassign(leading, shift.workplace, [s.CHAT, s.MAIL], theme, anchor)
    QTest.keyClicks(sheet.search, "carla")
    sheet.note.setText("dringend")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == [
        c.Reassign(interaction_id=s.CHAT, to_agent=s.CARLA, note="dringend"),
        c.Reassign(interaction_id=s.MAIL, to_agent=s.CARLA, note="dringend"),
    ]


def test_contacts_go_to_a_queue(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    sheet = open_reassign(leading, shift.workplace, [shift.sample.CHAT], theme, anchor)
    QTest.keyClicks(sheet.search, "orders")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    shift.settle()
    assert shift.commands == [c.Reassign(interaction_id=shift.sample.CHAT, to_queue="orders")]


def test_escape_moves_nothing(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    sheet = open_reassign(leading, shift.workplace, [shift.sample.CHAT], theme, anchor)
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    shift.settle()
    assert shift.commands == []


def test_a_digit_sets_the_priority(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    menu = priority_menu(leading, [shift.sample.CHAT], theme, anchor, current=3)
    assert [action.isChecked() for action in menu.actions()] == [False, False, True, False, False]
    QTest.keyClick(menu, Qt.Key.Key_1)
    shift.settle()
    assert shift.commands == [c.SetPriority(interaction_id=shift.sample.CHAT, priority=1)]


def test_an_agent_gets_a_state_the_centre_allows(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    shift.arrives(RoutingPolicy(away_reasons={"fire_drill": {"en": "Fire drill"}}, version=1))
    ben = next(one for one in shift.workplace.catalogue.agents if one.id == shift.sample.BEN)
    menu = presence_menu(leading, shift.workplace, ben, theme, anchor)
    shift.until(lambda: "Fire drill" in [action.text() for action in menu.actions()])
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["State of Ben Adler", "Ready", "Fire drill", "Signed off"]
    next(action for action in menu.actions() if action.text() == "Fire drill").trigger()
    menu.close()
    shift.settle()
    assert shift.commands == [
        c.SetAgentPresence(agent_id=shift.sample.BEN, state=PresenceState.AWAY, reason="fire_drill")
    ]


def test_an_agent_is_lent_to_queues_ticked_by_space(
    shift: Any, leading: Leading, theme: Theme, anchor: QWidget
) -> None:
    sheet = LendSheet(leading, shift.workplace, shift.sample.BEN, theme, anchor)
    sheet.drop(anchor)
    assert sheet.queues.hasFocus()
    assert not sheet.done.isEnabled()
    assert not sheet.back.isVisible()
    QTest.keyClick(sheet.queues, Qt.Key.Key_Down)
    QTest.keyClick(sheet.queues, Qt.Key.Key_Space)
    QTest.keyClick(sheet.queues, Qt.Key.Key_Return, CTRL)
    shift.settle()
    (command,) = shift.commands
    assert isinstance(command, c.LendAgent)
    assert (command.agent_id, command.queues) == (shift.sample.BEN, ("orders",))
    assert command.until is not None
    assert timedelta(minutes=110) < command.until - shift.workplace.now() < timedelta(minutes=121)


def test_who_is_lent_can_be_called_back(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    loan = Loan(queues=("technical",), until=shift.workplace.now() + timedelta(hours=3))
    shift.arrives(Agent(id=shift.sample.BEN, user="ben", name="Ben Adler", loan=loan, version=9))
    sheet = LendSheet(leading, shift.workplace, shift.sample.BEN, theme, anchor)
    sheet.drop(anchor)
    assert sheet.queues.in_order() == ("technical",)
    sheet.back.click()
    shift.settle()
    assert shift.commands == [c.LendAgent(agent_id=shift.sample.BEN)]


def test_everybody_is_told_with_an_end(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    for id_, name, team in ((shift.sample.BEN, "Ben", "service"), (shift.sample.CARLA, "Carla", "sales")):
        shift.arrives(Agent(id=id_, user=name, name=name, team=team, version=9))
    sheet = BroadcastSheet(leading, shift.workplace, theme, anchor)
    sheet.drop(anchor)
    assert [chip.text() for chip in sheet._teams] == ["sales", "service"]
    assert not sheet.done.isEnabled()
    QTest.keyClicks(sheet.text, "The shop is back")
    sheet._teams[1].click()
    sheet.urgent.setChecked(True)
    QTest.keyClick(sheet.text, Qt.Key.Key_Return, CTRL)
    shift.settle()
    (command,) = shift.commands
    assert (command.text, command.teams, command.is_urgent) == ("The shop is back", ("service",), True)
    assert timedelta(minutes=58) < command.until - shift.workplace.now() < timedelta(minutes=61)


def test_too_many_letters_are_said_and_not_sent(shift: Any, leading: Leading, theme: Theme, anchor: QWidget) -> None:
    for sheet in (
        BroadcastSheet(leading, shift.workplace, theme, anchor),
        WhisperSheet(leading, shift.sample.BENS, "Ben", theme, anchor),
    ):
        sheet.drop(anchor)
        sheet.text.setPlainText("x" * (TEXT_AT_MOST + 3))
        assert not sheet.done.isEnabled()
        assert sheet.trouble.text().startswith("3 character")
        sheet.text.setPlainText("x")
        assert sheet.done.isEnabled()
        assert not sheet.trouble.isVisible()
        sheet.close()
    shift.settle()
    assert shift.commands == []
