"""Who types in the open contact, and what is told of the agent's own typing."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.viewmodels import typing as module
from desktop.viewmodels.composer import NOTE, REPLY, ComposerModel
from desktop.viewmodels.typing import GONE, TYPING, TypingModel


class Desk:
    """The model over a sample contact, with what was told of the agent."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.told: list[tuple[str, bool]] = []
        work.workplace.tell_typing = lambda *told: self.told.append(told)
        self.composing = ComposerModel(work.workplace, work.workplace)
        self.model = TypingModel(work.workplace, self.composing, work.workplace)
        self.changes = 0
        self.model.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self.changes += 1

    def opens(self, contact: Any, qtbot: Any) -> None:
        self.work.opens(contact)
        qtbot.waitUntil(lambda: self.composing.is_loaded)

    def customer(self, kind: str, contact: Any = None) -> None:
        self.work.workplace.signalled.emit(contact or self.work.workplace.current, kind)


@pytest.fixture
def desk(work: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Desk:
    for name in ("HEARD_MS", "AGAIN_MS", "IDLE_MS"):
        monkeypatch.setattr(module, name, 80)
    made = Desk(work)
    made.opens(work.sample.CHAT, qtbot)
    return made


def test_the_customer_types_until_nothing_is_heard_any_more(desk: Desk, qtbot: Any) -> None:
    desk.changes = 0
    desk.customer("typing")
    assert desk.model.state == TYPING
    qtbot.waitUntil(lambda: desk.model.state == "")
    desk.customer("typing")
    desk.customer("idle")
    assert desk.model.state == ""
    assert desk.changes == 4


def test_the_customer_closed_the_page_and_comes_back(desk: Desk, qtbot: Any) -> None:
    desk.customer("gone")
    assert desk.model.state == GONE
    desk.opens(desk.work.sample.MAIL, qtbot)
    assert desk.model.state == ""
    desk.opens(desk.work.sample.CHAT, qtbot)
    assert desk.model.state == GONE
    desk.customer("here")
    assert desk.model.state == ""


def test_another_contacts_typing_is_not_shown_here(desk: Desk) -> None:
    desk.customer("typing", desk.work.sample.MAIL)
    assert desk.model.state == ""


def test_the_agents_typing_is_told_sparingly(desk: Desk, qtbot: Any) -> None:
    for text in ("H", "Ha", "Hal", "Hall", "Hallo"):
        desk.model.wrote(text)
    assert desk.told == [(desk.work.sample.CHAT, True)]
    qtbot.waitUntil(lambda: desk.told[1:] == [(desk.work.sample.CHAT, False)])
    desk.model.wrote("Hallo!")
    assert desk.told[2:] == [(desk.work.sample.CHAT, True)]


def test_an_emptied_field_is_an_end(desk: Desk) -> None:
    desk.model.wrote("Hallo")
    desk.model.wrote("  ")
    desk.model.wrote("")
    assert [is_typing for _, is_typing in desk.told] == [True, False]


def test_whoever_opens_another_contact_types_here_no_more(desk: Desk, qtbot: Any) -> None:
    desk.model.wrote("Hallo")
    desk.opens(desk.work.sample.MAIL, qtbot)
    assert desk.told == [(desk.work.sample.CHAT, True), (desk.work.sample.CHAT, False)]


def test_notes_and_mails_are_nobodys_business(desk: Desk, qtbot: Any) -> None:
    desk.composing.choose_kind(NOTE)
    desk.model.wrote("Sehr schwierig")
    assert desk.told == []
    desk.composing.choose_kind(REPLY)
    desk.opens(desk.work.sample.MAIL, qtbot)
    desk.model.wrote("Sehr geehrte")
    assert desk.told == []


def test_without_a_connection_nothing_happens(desk: Desk) -> None:
    desk.work.workplace.tell_typing = None
    desk.model.wrote("Hallo")
    desk.model.wrote("")
    assert desk.told == []
