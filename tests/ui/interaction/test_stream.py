"""Reading the stream: it stays at the newest, keeps its place, and what failed can be dealt with by mouse and keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop.domain.channels import Channel
from desktop.domain.commands import SendMessage
from desktop.domain.ids import new_id
from desktop.domain.interaction import Attachment, Author, Delivery
from desktop.ui.interaction.stream_menu import row_menu
from desktop.viewmodels.stream import StreamKind


def _many(desk: Any, count: int, *, start: int = 0) -> None:
    now = datetime.now(UTC)
    desk.arrives(
        *(
            desk.sample.message(
                f"many-{start + n:05}",
                desk.sample.CHAT,
                Author.CUSTOMER if n % 3 else Author.AGENT,
                now - timedelta(hours=9) + timedelta(seconds=start + n),
                f"Nachricht {start + n} " + "mit etwas mehr Text " * (n % 5),
                channel=Channel.CHAT,
            )
            for n in range(count)
        )
    )


def _newest(desk: Any, text: str = "Sind Sie noch da?") -> None:
    desk.arrives(
        desk.sample.message(new_id(), desk.sample.CHAT, Author.CUSTOMER, datetime.now(UTC), text, channel=Channel.CHAT)
    )
    if desk.workplace.current == desk.sample.CHAT:
        desk.until(lambda: text in desk.texts())


def _find(desk: Any, text: str) -> Any:
    rows = [desk.panel.stream.row(n) for n in range(desk.panel.stream.rowCount())]
    return next((row for row in rows if row.item.message and text in row.item.message.text), None)


def _row_of(desk: Any, text: str) -> Any:
    desk.until(lambda: _find(desk, text) is not None)
    return _find(desk, text)


def _refused(desk: Any, text: str, code: str) -> Any:
    """A message of mine that the hub has refused."""
    desk.workplace.perform(SendMessage(interaction_id=desk.sample.CHAT, text=text, message_id=new_id()))
    desk.until(lambda: len(desk.entries()) == 1)
    desk.refuse(code)
    desk.until(lambda: (row := _find(desk, text)) is not None and bool(desk.panel.stream.remedies(row)))
    return _find(desk, text)


def _center(desk: Any, code: str) -> QPoint:
    """Return where a link or action is painted."""
    view = desk.panel.view
    for number in range(desk.panel.stream.rowCount() - 1, -1, -1):
        row = desk.panel.stream.row(number)
        for hit in view._delegate.layout_of(row, view.row_width()).hits:
            if hit.code == code:
                top = view.visualRect(desk.panel.stream.index(number)).topLeft()
                return top + view._delegate.mirrored(hit.rect).center().toPoint()
    raise AssertionError(f"nothing to click named {code}")


def test_it_opens_at_the_newest_and_stays_there(desk: Any) -> None:
    _many(desk, 120)
    desk.open(desk.sample.CHAT)
    bar = desk.panel.view.verticalScrollBar()
    assert bar.maximum() > 0
    assert bar.value() == bar.maximum()
    _newest(desk)
    assert bar.value() == bar.maximum()
    assert not desk.panel.view.jump.isVisible()


def test_scrolled_up_the_place_is_kept_and_the_new_ones_are_counted(desk: Any) -> None:
    _many(desk, 120)
    desk.open(desk.sample.CHAT)
    view = desk.panel.view
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() - 500)
    seen = view._seen
    _newest(desk)
    desk.until(lambda: view.jump.text() == "1 new")
    assert view._seen == seen
    assert view.jump.isVisible()
    view.jump.click()
    assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
    assert not view.jump.isVisible()


def test_older_messages_come_when_scrolling_up_without_a_jump(desk: Any) -> None:
    _many(desk, 300)
    desk.open(desk.sample.CHAT)
    view, stream = desk.panel.view, desk.panel.stream
    loaded = stream.rowCount()
    assert loaded < 300
    view.verticalScrollBar().setValue(view.verticalScrollBar().minimum())
    key, top = view._seen
    desk.until(lambda: stream.rowCount() > loaded)
    assert stream.find(key) > 0
    after = view.visualRect(stream.index(stream.find(key))).top()
    # The row that was on top may lose the heading of its day, nothing else moves.
    assert abs(after - top) <= 40
    while stream.has_older:
        loaded = stream.rowCount()
        view.verticalScrollBar().setValue(0)
        desk.until(lambda loaded=loaded: stream.rowCount() > loaded or not stream.has_older)
    assert "Nachricht 0 " in desk.texts()[0]


def test_an_echo_becomes_its_message_without_a_blink(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    key = new_id()
    desk.workplace.perform(SendMessage(interaction_id=desk.sample.CHAT, text="Gleich da", message_id=key))
    desk.until(lambda: "Gleich da" in desk.texts())
    changes: list[str] = []
    stream = desk.panel.stream
    stream.rowsInserted.connect(lambda *_: changes.append("in"))
    stream.rowsRemoved.connect(lambda *_: changes.append("out"))
    stream.modelReset.connect(lambda: changes.append("reset"))
    real = desk.sample.message(
        key,
        desk.sample.CHAT,
        Author.AGENT,
        datetime.now(UTC),
        "Gleich da",
        channel=Channel.CHAT,
        delivery=Delivery.DELIVERED,
    )
    desk.arrives(real)
    row = stream.find(key)
    desk.until(lambda: stream.row(row).item.entry is None)
    assert changes == []
    assert "delivered" in stream.data(stream.index(row), Qt.ItemDataRole.AccessibleTextRole)


def test_a_refused_message_says_why_and_is_sent_again_by_a_click(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _refused(desk, "Hallo", "unavailable")
    assert desk.panel.stream.remedies(_row_of(desk, "Hallo")) == ("retry", "edit", "discard")
    spoken = desk.panel.stream._describe(_row_of(desk, "Hallo"))
    assert "not sent" in spoken
    QTest.mouseClick(desk.panel.view.viewport(), Qt.MouseButton.LeftButton, pos=_center(desk, "retry"))
    desk.until(lambda: desk.entries()[0].state.value == "queued")


def test_a_refused_message_is_edited_and_discarded_by_keyboard(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _refused(desk, "Tippfeler", "no_consent")
    view = desk.panel.view
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.currentIndex().row() == desk.panel.stream.rowCount() - 1
    QTest.keyClick(view, Qt.Key.Key_Return)
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    labels = [action.text() for action in menu.actions() if action.text()]
    assert labels[:3] == ["Try again", "Edit", "Discard"]
    next(action for action in menu.actions() if action.text() == "Edit").trigger()
    menu.close()
    desk.until(lambda: desk.panel.composer.editor.toPlainText() == "Tippfeler")
    assert desk.entries() == []


def test_a_refused_message_is_thrown_away_with_the_delete_key(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    _refused(desk, "Doch nicht", "no_address")
    desk.panel.view.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(desk.panel.view, Qt.Key.Key_Delete)
    desk.until(lambda: desk.entries() == [])
    desk.until(lambda: "Doch nicht" not in desk.texts())


def test_a_message_the_channel_lost_is_sent_anew(desk: Any) -> None:
    lost = desk.sample.message(
        "lost-1",
        desk.sample.CHAT,
        Author.AGENT,
        datetime.now(UTC),
        "Kam nicht an",
        channel=Channel.CHAT,
        delivery=Delivery.FAILED,
        failure="no_address",
    )
    desk.arrives(lost)
    desk.open(desk.sample.CHAT)
    assert desk.panel.stream.remedies(_row_of(desk, "Kam nicht an")) == ("retry", "edit")
    desk.panel.view.act("retry", _row_of(desk, "Kam nicht an"))
    desk.until(lambda: len(desk.entries()) == 1)
    assert desk.entries()[0].command.message_id != "lost-1"
    assert desk.entries()[0].command.text == "Kam nicht an"


def test_a_long_mail_is_folded_and_opens_in_place(desk: Any) -> None:
    desk.open(desk.sample.MAIL)
    view = desk.panel.view
    row = _row_of(desk, "leider ist meine Sendung")

    def shown() -> str:
        text = view._delegate.layout_of(row, view.row_width()).text
        end = text.lineAt(text.lineCount() - 1)
        return text.text()[: end.textStart() + end.textLength()]

    assert "Mit freundlichen" not in shown()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_center(desk, "unfold"))
    assert "Mit freundlichen" in shown()
    assert "voraussichtlich" not in shown()
    view.scrollToBottom()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=_center(desk, "quoted"))
    assert "voraussichtlich" in shown()


def test_a_link_is_opened_only_from_an_entry_that_shows_where_it_leads(desk: Any) -> None:
    desk.open(desk.sample.MAIL)
    view = desk.panel.view
    row = _row_of(desk, "leider ist meine Sendung")
    view.act("unfold", row)
    menu = row_menu(view, row)
    texts = [action.text().replace("&&", "&") for action in menu.actions()]
    assert "Open https://tracking.example.com/parcel/4711?lang=de&details=full" in texts
    menu.deleteLater()


def test_words_are_selected_with_the_mouse_and_copied(desk: Any) -> None:
    _newest(desk, "Kundennummer 30418 bitte")
    desk.open(desk.sample.CHAT)
    view = desk.panel.view
    number = desk.panel.stream.rowCount() - 1
    made = view._delegate.layout_of(desk.panel.stream.row(number), view.row_width())
    line = made.text.lineAt(0)
    x = line.cursorToX(16)[0]
    spot = view.visualRect(desk.panel.stream.index(number)).topLeft() + (made.text_at.toPoint() + QPoint(round(x), 9))
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "30418"


def test_a_message_opens_to_be_read_and_selected_by_keyboard(desk: Any) -> None:
    desk.open(desk.sample.MAIL)
    reader = desk.panel.view.read(_row_of(desk, "leider ist meine Sendung"))
    assert reader.text.isReadOnly()
    assert "voraussichtlich" in reader.text.toPlainText()
    assert not reader.isModal()
    reader.close()


def test_files_are_opened_and_saved_from_the_message(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    opened: list[Attachment] = []
    desk.panel.view.attachment_opened.disconnect()
    desk.panel.view.attachment_opened.connect(opened.append)
    QTest.mouseClick(desk.panel.view.viewport(), Qt.MouseButton.LeftButton, pos=_center(desk, "open_file"))
    assert opened[0].name == "Kontoauszug November.pdf"


def test_everything_shows_visits_purchases_and_other_contacts(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.header.everything.click()
    desk.until(lambda: desk.panel.stream.everything and desk.panel.stream.is_loaded)
    stream = desk.panel.stream
    kinds = [stream.row(n).item.kind for n in range(stream.rowCount())]
    assert kinds.count(StreamKind.TOUCHPOINT) == 3
    assert "Die Rechnung ist korrekt." in desk.texts()
    # The next contact begins with itself again.
    desk.open(desk.sample.MAIL)
    assert not stream.everything
    assert desk.panel.header.this_contact.isChecked()


@pytest.mark.parametrize("width", [420, 760, 1200])
def test_no_bubble_leaves_the_view(desk: Any, width: int) -> None:
    _newest(desk, "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikationsanlagenbetreiber" * 4)
    desk.panel.resize(width, 700)
    desk.open(desk.sample.CHAT)
    view = desk.panel.view
    for number in range(desk.panel.stream.rowCount()):
        made = view._delegate.layout_of(desk.panel.stream.row(number), view.row_width())
        if made.bubble is not None:
            assert made.bubble.left() >= 0
            assert made.bubble.right() <= view.row_width()
            lines = [made.text.lineAt(n) for n in range(made.text.lineCount())] if made.text is not None else []
            assert all(line.naturalTextWidth() <= made.bubble.width() - 20 for line in lines)
