"""Attachments opened and saved from the stream: quiet when it is quick, with a way out when it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog

from desktop.domain.interaction import Attachment

BILL = Attachment(sha256="b" * 64, name="Rechnung März.pdf", size=1000)
PROGRAM = Attachment(sha256="c" * 64, name="Rechnung\u202efdp.exe", size=10)


class Room:
    """Where attachments come from, in its own time."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.ended = 0

    def open(self, what: Attachment, told: Any) -> Callable[[], None]:
        self.asked.append((what, "", told))
        return self._end

    def save(self, what: Attachment, path: str, told: Any) -> Callable[[], None]:
        self.asked.append((what, path, told))
        return self._end

    def _end(self) -> None:
        self.ended += 1


@pytest.fixture
def room(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Room:
    made = desk.workplace.files = Room()
    desk.open(desk.sample.CHAT)
    return made


def _texts(desk: Any) -> list[str]:
    return [item.text.text() for item in desk.panel.transfers.items]


def test_what_is_there_at_once_is_shown_without_a_word(desk: Any, room: Room) -> None:
    opened: list[str] = []
    desk.panel.attachment_opened.connect(opened.append)
    desk.panel.view.attachment_opened.emit(BILL)
    assert not desk.panel.transfers.isVisible()
    room.asked[0][2].done("/private/Rechnung März.pdf")
    assert opened == ["/private/Rechnung März.pdf"], "once, or it opens twice"
    desk.panel.transfers._quiet.timeout.emit()
    assert not desk.panel.transfers.isVisible()


def test_what_takes_longer_says_how_far_it_is_and_can_be_ended(desk: Any, room: Room) -> None:
    desk.panel.view.attachment_opened.emit(BILL)
    desk.until(lambda: desk.panel.transfers.isVisible())
    assert _texts(desk) == ["Fetching “Rechnung März.pdf” …"]
    [item] = desk.panel.transfers.items
    room.asked[0][2].progress(420, 1000)
    assert _texts(desk) == ["Fetching “Rechnung März.pdf” … 42%"]
    assert desk.panel.transfers.items == [item], "the button would go from under the pointer"
    item.action.click()
    assert room.ended == 1
    assert not desk.panel.transfers.isVisible()


def test_offline_it_says_so_and_tries_again_when_asked(desk: Any, room: Room) -> None:
    desk.panel.view.attachment_opened.emit(BILL)
    room.asked[0][2].failed("offline")
    assert "“Rechnung März.pdf” was not opened. Not connected" in _texts(desk)[0]
    desk.panel.transfers.items[0].action.click()
    room.asked[1][2].done("/private/x.pdf")
    assert not desk.panel.transfers.isVisible()


def test_what_may_do_harm_is_offered_to_be_saved_under_its_true_name(desk: Any, room: Room) -> None:
    desk.panel.view.attachment_opened.emit(PROGRAM)
    room.asked[0][2].failed("risky_type")
    [item] = desk.panel.transfers.items
    assert "Rechnungfdp.exe" in item.text.text()
    assert "can do harm" in item.text.text()
    item.action.click()
    assert not desk.panel.transfers.isVisible()
    [dialog] = desk.panel.window().findChildren(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("/Rechnungfdp.exe")
    dialog.fileSelected.emit("/home/anna/Rechnungfdp.exe")
    dialog.close()
    assert room.asked[1][1] == "/home/anna/Rechnungfdp.exe"


def test_a_saved_file_is_told(desk: Any, room: Room) -> None:
    told: list[tuple[str, str]] = []
    desk.panel.notice.connect(lambda *notice: told.append(notice))
    desk.panel.transfers.model.save(BILL, "/home/anna/Rechnung.pdf")
    room.asked[0][2].done("/home/anna/Rechnung.pdf")
    assert told == [("Saved: Rechnung.pdf", "accent")]
