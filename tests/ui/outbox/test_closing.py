"""Closing the window while something is still to go out: nothing is lost, everything is said, and nothing is in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.store import outbox, projections
from desktop.sync.status import Phase, SyncStatus


@pytest.fixture
def sheet(window: Any) -> Any:
    return window.outgoing.sheet


@pytest.fixture
def closings(window: Any) -> list[str]:
    found: list[str] = []
    window.closing.connect(lambda: found.append("close"))
    window.sign_out_requested.connect(lambda: found.append("sign out"))
    return found


def online(shift: Any) -> list[int]:
    tries: list[int] = []
    shift.workplace.wake = lambda: tries.append(1)
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE, last_pulled_at=shift.workplace.now()))
    return tries


def sends(shift: Any, contact: str, text: str) -> Any:
    made = shift.workplace.perform(c.SendMessage(interaction_id=contact, text=text))
    shift.settle()
    return made


def goes_out(shift: Any, *ids: Any) -> None:
    for id_ in ids:
        shift.store.write(lambda w, id_=id_: outbox.settle_applied(w, id_), Cause.NETWORK).result()
    shift.settle()


def test_with_everything_sent_it_closes_at_once(window: Any, sheet: Any, closings: list[str]) -> None:
    window.close()
    assert closings == ["close"]
    assert not sheet.isVisible()


def test_what_was_sent_in_the_last_moment_is_noticed(window: Any, sheet: Any, shift: Any, closings: list[str]) -> None:
    shift.workplace.perform(c.SendMessage(interaction_id=shift.sample.CHAT, text="Hallo"))
    window.close()
    shift.until(sheet.isVisible)
    assert closings == []


def test_it_says_what_of_whom_and_that_it_is_kept(
    window: Any, sheet: Any, shift: Any, told: Callable[..., str], closings: list[str]
) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.OFFLINE, last_pulled_at=shift.workplace.now()))
    sends(shift, shift.sample.CHAT, "eins")
    sends(shift, shift.sample.MAIL, "zwei")
    shift.workplace.perform(c.AddNote(interaction_id=shift.sample.CHAT, text="Notiz"))
    refused = sends(shift, shift.sample.SMS, "drei")
    shift.store.write(lambda w: outbox.wedge(w, refused, "no_consent"), Cause.NETWORK).result()
    shift.settle()
    window.close()
    shift.until(sheet.isVisible)
    said = told(sheet)
    for part in (
        "4 ",
        "2 message",
        "Jana Weber, Mehmet Kaya",
        "1 note",
        "1 could not be sent: Sofia Oliveira",
        "There is no connection at the moment.",
        "kept encrypted on this computer and go out at the next start",
    ):
        assert part in said
    assert not sheet.send.isVisible()
    # Nothing else is to be done: the way out is under the keyboard, and staying is one key away.
    assert sheet.leave.hasFocus()
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert closings == []
    window.close()
    shift.until(sheet.isVisible)
    QTest.keyClick(sheet.leave, Qt.Key.Key_Return)
    assert closings == ["close"]


def test_it_sends_and_closes_when_the_last_has_gone(
    window: Any, sheet: Any, shift: Any, told: Callable[..., str], closings: list[str]
) -> None:
    tries = online(shift)
    first, second = sends(shift, shift.sample.CHAT, "eins"), sends(shift, shift.sample.MAIL, "zwei")
    window.close()
    shift.until(sheet.isVisible)
    assert sheet.send.hasFocus()
    QTest.keyClick(sheet.send, Qt.Key.Key_Space)
    assert tries == [1]
    assert sheet.progress.isVisible()
    goes_out(shift, first)
    shift.until(lambda: "Sending … 1 of 2" in told(sheet))
    assert sheet.progress.value() == 1
    assert closings == []
    goes_out(shift, second)
    shift.until(lambda: bool(closings))
    assert closings == ["close"]
    assert not sheet.isVisible()


def test_it_does_not_wait_for_ever(window: Any, sheet: Any, shift: Any, closings: list[str]) -> None:
    online(shift)
    sends(shift, shift.sample.CHAT, "eins")
    window.close()
    shift.until(sheet.isVisible)
    sheet._patience.setInterval(20)
    sheet.send.click()
    shift.until(lambda: not sheet.progress.isVisible())
    assert sheet.isVisible()
    assert sheet.send.isVisible()
    assert closings == []


def test_what_is_refused_while_waiting_is_shown_instead_of_closing(
    window: Any, sheet: Any, shift: Any, told: Callable[..., str], closings: list[str]
) -> None:
    online(shift)
    id_ = sends(shift, shift.sample.CHAT, "eins")
    window.close()
    shift.until(sheet.isVisible)
    sheet.send.click()
    shift.store.write(lambda w: outbox.wedge(w, id_, "no_consent"), Cause.NETWORK).result()
    shift.until(lambda: "1 could not be sent" in told(sheet))
    assert closings == []
    QTest.mouseClick(sheet.look, Qt.MouseButton.LeftButton)
    assert window.outgoing.panel.isVisible()
    assert not sheet.isVisible()


class SlowFiles:
    """Takes a file in, and is never done with it."""

    def keep(self, path: str, done: Any, failed: Any) -> None:
        pass


def test_files_still_being_taken_in_are_named(
    window: Any, sheet: Any, shift: Any, told: Callable[..., str], closings: list[str], tmp_path: Any
) -> None:
    shift.workplace.files = SlowFiles()
    shift.opens(shift.sample.CHAT)
    file = tmp_path / "Beleg.pdf"
    file.write_bytes(b"x")
    window.interaction.composing.attach([str(file)])
    window.close()
    shift.until(sheet.isVisible)
    assert "attached again" in told(sheet)


def test_signing_out_is_asked_about_in_its_own_words(
    window: Any, sheet: Any, shift: Any, told: Callable[..., str], closings: list[str]
) -> None:
    sends(shift, shift.sample.CHAT, "eins")
    window.sign_out()
    shift.until(sheet.isVisible)
    assert "when you sign in here again" in told(sheet)
    assert sheet.leave.text() == "Sign out anyway"
    QTest.mouseClick(sheet.leave, Qt.MouseButton.LeftButton)
    assert closings == ["sign out"]


def test_a_draft_typed_in_the_last_moment_is_on_the_disk(
    window: Any, shift: Any, typed: Callable[..., None], closings: list[str]
) -> None:
    shift.opens(shift.sample.CHAT)
    typed(window.interaction.composer.editor, "Noch nicht fertig")
    window.close()
    shift.until(lambda: bool(closings))
    draft = shift.store.query(lambda conn: projections.load_draft(conn, shift.sample.CHAT, "reply"))
    assert draft.text == "Noch nicht fertig"


def test_the_end_of_the_session_is_not_held_up(
    window: Any, sheet: Any, shift: Any, typed: Callable[..., None], closings: list[str]
) -> None:
    sends(shift, shift.sample.CHAT, "eins")
    shift.opens(shift.sample.MAIL)
    typed(window.interaction.composer.editor, "Halb fertig")
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    window.outgoing._on_session_ends(None)
    shift.settle()
    draft = shift.store.query(lambda conn: projections.load_draft(conn, shift.sample.MAIL, "reply"))
    assert draft.text == "Halb fertig"
    window.close()
    assert closings == ["close"]
    assert not sheet.isVisible()
