"""By which channel an answer goes, how long it may be there, and what a customer changed afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop.domain.channels import Channel
from desktop.domain.customer import OPTED_OUT, Consent
from desktop.domain.ids import new_id
from desktop.domain.interaction import Author


def _type(desk: Any, text: str) -> None:
    editor = desk.panel.composer.editor
    editor.setFocus()
    for letter in text:
        QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))


def _by_sms(desk: Any, **consent: Any) -> None:
    """Open the chat whose customer may be texted, or said about it what ``consent`` has."""
    desk.open(desk.sample.CHAT)
    customer = desk.panel.composing._customer
    others = tuple(one for one in customer.consents if one.purpose != "sms")
    said = (Consent(purpose="sms", **consent),) if consent else ()
    desk.arrives(replace(customer, consents=(*others, *said), version=customer.version + 1))
    desk.until(lambda: desk.panel.composing._customer.consents == (*others, *said))


def _offered(desk: Any) -> dict[str, Any]:
    menu = desk.panel.composer.channel.menu()
    menu.aboutToShow.emit()
    return {action.text().split(" · ")[0]: action for action in menu.actions()}


def test_a_text_message_is_counted_while_it_is_written(desk: Any) -> None:
    _by_sms(desk)
    length = desk.panel.composer.length
    _type(desk, "Hallo")
    assert not length.isVisible()
    _offered(desk)["SMS"].trigger()
    assert length.text() == "1 text message · 155 left"
    _type(desk, " ✓")
    assert length.text() == "1 text message · 63 left"
    assert "✓" in length.toolTip()
    _type(desk, "x" * 64)
    assert length.text() == "2 text messages · 63 left"
    desk.panel.composer.tabs["note"].click()
    assert not length.isVisible()


def test_what_is_too_long_cannot_be_sent(desk: Any) -> None:
    _by_sms(desk)
    _offered(desk)["SMS"].trigger()
    desk.panel.composer.editor.setPlainText("ж" * 671)
    assert desk.panel.composer.length.text() == "11 of 10 parts"
    assert not desk.panel.composer.send_button.isEnabled()
    desk.panel.composer.editor.setPlainText("ж" * 670)
    assert desk.panel.composer.send_button.isEnabled()


def test_the_menu_says_what_each_channel_can_carry_and_what_they_forbade(desk: Any) -> None:
    _by_sms(desk, is_granted=False, source=OPTED_OUT)
    offered = _offered(desk)
    assert "Up to 10 parts" in offered["SMS"].toolTip()
    assert "No files" in offered["SMS"].toolTip()
    assert "forbidden by them" in offered["SMS"].text()
    assert not offered["SMS"].isEnabled()


def test_a_message_that_was_changed_says_so_and_one_that_was_removed_shows_nothing(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    made = desk.sample.message(
        new_id(), desk.sample.CHAT, Author.CUSTOMER, datetime.now(UTC), "Meine PIN ist 1234", channel=Channel.CHAT
    )
    desk.arrives(made)
    desk.until(lambda: "Meine PIN ist 1234" in desk.texts())
    said = desk.panel.view._words
    row = lambda: desk.panel.stream.row(desk.panel.stream.rowCount() - 1)  # noqa: E731
    assert "edited" not in said.describe(row())
    desk.arrives(replace(made, text="Meine PIN ist geheim", edited_at=datetime.now(UTC), version=2))
    desk.until(lambda: "Meine PIN ist geheim" in desk.texts())
    assert "edited" in said.describe(row())
    desk.arrives(replace(made, text="", is_redacted=True, edited_at=datetime.now(UTC), version=3))
    desk.until(lambda: "Removed by the customer" in said.describe(row()))
    assert "PIN" not in said.describe(row())
