"""Writing to a customer: sending, undoing, canned texts, drafts, files, and where nothing can be written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.interaction import Attachment
from desktop.store import files, projections
from desktop.store.rows import OutboxState

CTRL = Qt.KeyboardModifier.ControlModifier


def _type(desk: Any, text: str) -> None:
    editor = desk.panel.composer.editor
    editor.setFocus()
    # QTest.keyClicks aborts at letters beyond ASCII.
    for letter in text:
        QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


def _press(desk: Any, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(desk.panel.composer.editor, key, modifiers)


def test_a_reply_typed_and_sent_by_keyboard_is_held_a_few_seconds_and_shown_at_once(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Ich kümmere mich darum.")
    assert desk.panel.composer.send_button.isEnabled()
    _press(desk, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: "Ich kümmere mich darum." in desk.texts())
    (entry,) = desk.entries()
    assert isinstance(entry.command, SendMessage)
    assert entry.command.channel is Channel.CHAT
    assert entry.state is OutboxState.HELD
    assert desk.panel.composer.editor.toPlainText() == ""
    assert desk.panel.composer.undo_button.isVisible()
    assert "5" in desk.panel.composer.undo_text.text()


def test_ctrl_z_in_the_empty_field_takes_the_last_send_back(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Zu schnell")
    _press(desk, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: len(desk.entries()) == 1)
    _press(desk, Qt.Key.Key_Z, CTRL)
    desk.until(lambda: desk.panel.composer.editor.toPlainText() == "Zu schnell")
    assert desk.entries() == []
    desk.until(lambda: "Zu schnell" not in desk.texts())
    assert not desk.panel.composer.undo_button.isVisible()


def test_after_the_seconds_have_passed_nothing_can_be_taken_back(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Weg damit")
    _press(desk, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: len(desk.entries()) == 1)
    desk.workplace.later(6)
    desk.until(lambda: not desk.panel.composer.undo_button.isVisible())
    _press(desk, Qt.Key.Key_Z, CTRL)
    assert desk.panel.composer.editor.toPlainText() == ""
    assert len(desk.entries()) == 1


def test_a_slash_offers_canned_texts_and_fills_their_blanks(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Hallo! /ref")
    canned = desk.panel.composer.editor.canned
    assert canned.isVisible()
    assert canned.list.current().title == "Refund on its way"
    _press(desk, Qt.Key.Key_Return)
    assert not canned.isVisible()
    text = desk.panel.composer.editor.toPlainText()
    # In the customer's language, with her number.
    assert text == "Hallo! Ich habe die Erstattung zu Kundennummer 30418 veranlasst. Das Geld ist in drei Werktagen da."


def test_canned_texts_of_another_channel_are_not_offered(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "/mail")
    assert desk.panel.composer.editor._canned is None or not desk.panel.composer.editor.canned.isVisible()
    desk.open(desk.sample.MAIL)
    _type(desk, "/mail")
    assert desk.panel.composer.editor.canned.isVisible()


def test_a_slash_inside_a_word_is_only_a_slash(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "und/oder 3/4")
    assert desk.panel.composer.editor._canned is None


def test_a_draft_waits_for_the_agent_to_come_back(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Noch nicht fertig")
    desk.open(desk.sample.MAIL)
    assert desk.panel.composer.editor.toPlainText() == ""
    kept = desk.store.query(lambda conn: projections.load_draft(conn, desk.sample.CHAT, "reply"))
    assert kept is not None
    assert kept.text == "Noch nicht fertig"
    desk.open(desk.sample.CHAT)
    assert desk.panel.composer.editor.toPlainText() == "Noch nicht fertig"
    assert desk.panel.composer.hint.text() == "Draft restored"


def test_a_draft_is_saved_while_typing(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "Halb")
    desk.until(lambda: desk.panel.composer.hint.text() == "Draft saved")
    assert desk.store.query(lambda conn: projections.load_draft(conn, desk.sample.CHAT, "reply")).text == "Halb"


def test_a_note_has_its_own_text_and_never_goes_to_the_customer(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _type(desk, "An die Kundin")
    desk.panel.composer.tabs["note"].click()
    assert desk.panel.composer.editor.toPlainText() == ""
    _type(desk, "Nur intern")
    _press(desk, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: "Nur intern" in desk.texts())
    (entry,) = desk.entries()
    assert isinstance(entry.command, AddNote)
    desk.panel.composer.tabs["reply"].click()
    assert desk.panel.composer.editor.toPlainText() == "An die Kundin"


@pytest.mark.parametrize(
    ("contact", "words", "cure"),
    [
        ("QUEUED", "waits in the queue", "Take"),
        ("OFFER", "is ringing", "Accept"),
        ("BENS", "colleague", ""),
        ("CLOSED", "is closed", "Reopen"),
        ("SNOOZED", "is snoozed", "Resume"),
    ],
)
def test_where_nothing_can_be_written_it_says_why(desk: Any, contact: str, words: str, cure: str) -> None:
    desk.open(getattr(desk.sample, contact))
    composer = desk.panel.composer
    assert not composer.editor.isVisible()
    assert words in composer.reason.text()
    assert composer.cure.isVisible() is bool(cure)
    assert composer.cure.text() == cure


def test_taking_a_waiting_contact_from_where_the_reply_would_be(desk: Any) -> None:
    desk.open(desk.sample.QUEUED)
    desk.panel.composer.cure.click()
    desk.until(lambda: desk.panel.composer.editor.isVisible())
    assert type(desk.entries()[0].command).__name__ == "Take"


def test_on_the_phone_there_is_only_a_note(desk: Any) -> None:
    desk.open(desk.sample.CALL)
    assert desk.panel.composing.kind == "note"
    desk.panel.composer.tabs["reply"].click()
    assert "speaking" in desk.panel.composer.reason.text()


def test_another_channel_needs_an_address_and_no_refusal(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    composer = desk.panel.composer
    composer.channel.menu().aboutToShow.emit()
    offered = {action.text().split(" · ")[0]: action for action in composer.channel.menu().actions()}
    assert set(offered) == {"Chat", "E-mail", "SMS"}
    assert "declined" in offered["SMS"].text()
    assert not offered["SMS"].isEnabled()
    offered["E-mail"].trigger()
    _type(desk, "Per Mail")
    _press(desk, Qt.Key.Key_Return, CTRL)
    desk.until(lambda: len(desk.entries()) == 1)
    assert desk.entries()[0].command.channel is Channel.EMAIL


class Room:
    """Where added files go; ``asked`` says which, and who is to be told."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def keep(self, path: str, done: Any, failed: Any) -> None:
        self.asked.append((path, done, failed))


def _chips(desk: Any) -> list[str]:
    flow = desk.panel.composer._flow
    return [label.text() for n in range(flow.count()) for label in flow.itemAt(n).widget().findChildren(QLabel)[1:]]


def test_files_are_copied_before_they_go_with_the_message(desk: Any, tmp_path: Path) -> None:
    room = desk.workplace.files = Room()
    desk.open(desk.sample.CHAT)
    good, bad = tmp_path / "Beleg & Foto.pdf", tmp_path / "Programm.exe"
    good.write_bytes(b"x" * 10)
    bad.write_bytes(b"y")
    desk.panel.composing.attach([str(good), str(bad)])
    _type(desk, "Anbei")
    assert not desk.panel.composer.send_button.isEnabled()
    assert _chips(desk)[0] == "Beleg & Foto.pdf · being added"
    room.asked[0][1](Attachment(sha256="ee" * 32, name="Beleg & Foto.pdf", size=10))
    room.asked[1][2]("type_not_allowed")
    assert _chips(desk)[1] == "Programm.exe · Files of this type are not allowed."
    assert desk.panel.composer.send_button.isEnabled()
    desk.panel.composer.send_button.click()
    desk.until(lambda: len(desk.entries()) == 1)
    assert [a.name for a in desk.entries()[0].command.attachments] == ["Beleg & Foto.pdf"]


def test_a_file_says_whether_it_is_up(desk: Any, tmp_path: Path) -> None:
    room = desk.workplace.files = Room()
    desk.open(desk.sample.CHAT)
    path = tmp_path / "Beleg.pdf"
    path.write_bytes(b"%PDF-")
    desk.panel.composing.attach([str(path)])
    with path.open("rb") as file:
        kept = files.put(desk.store, file, "Beleg.pdf", "application/pdf", is_mine=True)
    room.asked[0][1](kept)
    assert _chips(desk) == ["Beleg.pdf · 5 bytes · waits to go up"]
    desk.store.write(lambda w: files.gone_up(w, kept.sha256), Cause.NETWORK).result()
    desk.until(lambda: _chips(desk) == ["Beleg.pdf · 5 bytes"])


def test_too_large_a_file_is_not_even_copied(desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = desk.workplace.files = Room()
    monkeypatch.setattr("desktop.viewmodels.composer.LARGEST_FILE", 5)
    desk.open(desk.sample.CHAT)
    file = tmp_path / "Film.mp4"
    file.write_bytes(b"123456")
    desk.panel.composing.attach([str(file)])
    assert room.asked == []
    assert desk.panel.composing.enclosures[0].failure == "too_large"


def test_without_anyone_to_take_files_the_button_says_so(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    assert not desk.panel.composer.attach_button.isEnabled()
    assert "no connection" in desk.panel.composer.attach_button.toolTip()


def test_a_suggested_wording_is_put_in_and_remembered_when_sent(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    assert desk.panel.insert_wording("Die 84,90 € sind morgen da.", "s-1")
    assert desk.panel.composer.editor.toPlainText() == "Die 84,90 € sind morgen da."
    desk.panel.composer.send_button.click()
    desk.until(lambda: len(desk.entries()) == 1)
    assert desk.entries()[0].command.suggestion_id == "s-1"


def test_what_is_typed_never_lands_in_the_contact_opened_next(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.workplace.open(desk.sample.MAIL)
    # The other contact is not here yet.
    _type(desk, "Falsch")
    desk.open(desk.sample.MAIL)
    drafts = desk.store.query(projections.drafts)
    assert all(draft.interaction_id != desk.sample.MAIL for draft in drafts)


def _kept(desk: Any) -> str:
    draft = desk.store.query(lambda conn: projections.load_draft(conn, desk.sample.CHAT, "reply"))
    return draft.text if draft else ""


def test_what_is_typed_without_a_pause_is_kept_while_it_is_typed(desk: Any) -> None:
    """A kill may take the last quarter of a second, not the whole sentence of a fast typist."""
    desk.open(desk.sample.CHAT)
    text = ""
    while not _kept(desk):
        assert len(text) < 200
        _type(desk, "a")
        text += "a"
        desk.qtbot.wait(20)
    assert 0 < len(_kept(desk)) <= len(text)


def test_a_line_ended_and_a_text_put_in_are_kept_at_once(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.composing._timer.setInterval(60_000)
    _type(desk, "Guten Tag")
    _press(desk, Qt.Key.Key_Return)
    desk.until(lambda: _kept(desk).startswith("Guten Tag"))
    QApplication.clipboard().setText("aus der Zwischenablage")
    _press(desk, Qt.Key.Key_V, CTRL)
    desk.until(lambda: "Zwischenablage" in _kept(desk))
    _type(desk, "!")
    desk.panel.view.setFocus()
    desk.until(lambda: _kept(desk).endswith("!"))
