"""The open contact: what can be done with it, what is known of it, wrapping it up, and what stands there instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QPlainTextEdit

from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.commands import EndContact, Hold, SetIntent, Snooze, Transfer, WrapUp
from desktop.domain.interaction import Author
from desktop.store import projections
from desktop.ui.interaction import step_menus
from desktop.ui.interaction.picker import PickSheet
from desktop.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


def _shown(desk: Any) -> list[str]:
    return [step for step, button in desk.panel.header.buttons.items() if button.isVisible()]


def _folded(desk: Any) -> list[str]:
    return [action.text() for action in desk.panel.header.more.menu().actions()]


def test_with_nothing_open_it_says_what_to_do(desk: Any) -> None:
    assert desk.panel.pages.currentWidget() is desk.panel.empty
    assert "F9" in desk.panel.empty.text.text()


def test_hold_and_resume_by_the_same_key(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    assert "hold" in _shown(desk)
    desk.panel.header.buttons["hold"].click()
    desk.until(lambda: "resume" in _shown(desk))
    assert isinstance(desk.entries()[0].command, Hold)
    assert "hold" not in _shown(desk)
    assert desk.panel.header.facts.state.text() == "On hold"


@pytest.mark.parametrize("width", [420, 560, 760, 1200])
def test_actions_fold_into_the_menu_and_none_is_lost(desk: Any, width: int) -> None:
    desk.panel.resize(width, 700)
    desk.open(desk.sample.MAIL)
    assert desk.panel.width() == width
    shown = _shown(desk)
    assert "wrap_up" in shown
    everything = {*shown, *_folded(desk)}
    assert len(everything) == len(desk.panel.model.steps)
    for step in shown:
        button = desk.panel.header.buttons[step]
        assert button.width() >= button.sizeHint().width()
        assert button.geometry().right() <= desk.panel.header.width()
    assert desk.panel.header.name.width() >= 60


def test_what_is_not_mine_offers_nothing_to_an_agent(desk: Any) -> None:
    desk.open(desk.sample.BENS)
    assert _shown(desk) == []
    assert "Ben Adler" in desk.panel.header.facts.state.text()


def test_the_chips_say_what_is_known_and_why(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    header = desk.panel.header
    assert header.facts.intent.text().startswith("Double invoice 92%")
    assert "“zweimal”" in header.facts.intent.toolTip()
    assert header.facts.mood.text() == "angry, falling"
    assert header.facts.due.text() == "answer in 4 min"
    assert header.facts.due.property("look") == "fact-neutral"
    assert header.facts.identified.text() == "identified 99%"
    assert "E-mail address known" in header.facts.identified.toolTip()
    assert header.facts.language.text() == "German"


def test_a_late_answer_turns_red_as_time_goes_by(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.workplace.later(200)
    desk.panel.header.refresh_clock(desk.workplace.now())
    assert desk.panel.header.facts.due.property("look") == "fact-warn"
    desk.workplace.later(400)
    desk.panel.header.refresh_clock(desk.workplace.now())
    assert desk.panel.header.facts.due.text() == "5 min late"
    assert desk.panel.header.facts.due.property("look") == "fact-bad"


def test_the_request_type_is_corrected_by_typing_its_name(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.header.facts.intent.click()
    sheet = next(s for s in desk.panel.window().findChildren(PickSheet) if s.isVisible())
    assert sheet.list.current().title == "Double invoice"
    QTest.keyClicks(sheet.search, "contract")
    QTest.keyClick(sheet.search, Qt.Key.Key_Return)
    desk.until(lambda: len(desk.entries()) == 1)
    command = desk.entries()[0].command
    assert isinstance(command, SetIntent)
    assert command.intent == "contract_change"
    desk.until(lambda: desk.panel.header.facts.intent.text().startswith("Change of contract"))


def test_a_transfer_to_a_colleague_with_a_note(desk: Any, theme: Theme) -> None:
    desk.open(desk.sample.CHAT)
    sheet = step_menus.transfer_sheet(desk.panel.model, theme, desk.panel.header.more)
    QTest.keyClicks(sheet.search, "ben")
    QTest.keyClicks(sheet.note, "Knows the case")
    QTest.keyClick(sheet.note, Qt.Key.Key_Return)
    desk.until(lambda: len(desk.entries()) == 1)
    command = desk.entries()[0].command
    assert isinstance(command, Transfer)
    assert (command.to_agent, command.to_queue, command.note) == (desk.sample.BEN, None, "Knows the case")


def test_a_snooze_until_tomorrow_morning(desk: Any, theme: Theme) -> None:
    desk.open(desk.sample.CHAT)
    menu = step_menus.snooze_menu(desk.panel.model, theme, desk.panel.header.more)
    next(action for action in menu.actions() if action.text().startswith("Tomorrow")).trigger()
    menu.close()
    desk.until(lambda: len(desk.entries()) == 1)
    command = desk.entries()[0].command
    assert isinstance(command, Snooze)
    until = command.until.astimezone()
    assert (until.hour, until.minute) == (9, 0)
    assert until.date() == datetime.now().astimezone().date() + timedelta(days=1)


def test_the_screen_pop_tells_who_what_before_and_next_without_a_click(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.until(lambda: desk.panel.pop.isVisible())
    said = " | ".join(label.text() for label in desk.panel.pop.findChildren(QLabel) if label.text())
    for part in (
        "Jana Weber",
        "99% sure",
        "Double invoice",
        "Contact 2 about this",
        "Arrange a refund of €84.90",
        "94 of 97",
    ):
        assert part in said
    desk.panel.pop.close_button.click()
    assert not desk.panel.pop.isVisible()
    # It was put away for good.
    desk.open(desk.sample.MAIL)
    desk.open(desk.sample.CHAT)
    assert not desk.panel.pop.isVisible()


def test_the_screen_pop_goes_with_the_first_answer(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.until(lambda: desk.panel.pop.isVisible())
    desk.panel.insert_wording("Gern")
    desk.panel.composer.send()
    desk.until(lambda: not desk.panel.pop.isVisible())


def test_markup_in_a_customers_name_stays_text(desk: Any) -> None:
    store, sample = desk.store, desk.sample
    row = store.query(lambda conn: projections.interaction_row(conn, sample.CHAT, sample.ME)).interaction
    name = "<img src=x> & <b>Eva</b>"
    desk.arrives(msgspec.structs.replace(row, customer_name=name, intent_by=("<b>Geld</b>",), version=9))
    desk.open(sample.CHAT)
    header = desk.panel.header
    assert header.name.textFormat() is Qt.TextFormat.PlainText
    assert header.name.accessibleName() == name
    assert "&lt;b&gt;Geld" in header.facts.intent.toolTip()
    for label in desk.panel.pop.findChildren(QLabel):
        if name in label.text():
            assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_contact_is_wrapped_up_by_keyboard_alone(desk: Any) -> None:
    desk.open(desk.sample.WRAP)
    card = desk.panel.card
    desk.until(lambda: card.isVisible())
    assert not desk.panel.composer.isVisible()
    assert card.clock.text().startswith("0:")
    # What fits the request comes first, and the summary says only what is known.
    assert card.list.current().title == "Refund arranged"
    assert card.summary.toPlainText() == "About: Refund. Done: check invoice, order refund."
    assert not card.finish.isEnabled()
    card.search.setFocus()
    QTest.keyClick(card.search, Qt.Key.Key_Return)
    assert card.finish.isEnabled()
    with desk.qtbot.waitSignal(desk.panel.finished) as told:
        QTest.keyClick(card.summary, Qt.Key.Key_Return, CTRL)
    assert told.args == [desk.sample.WRAP]
    desk.until(lambda: len(desk.entries()) == 1)
    command = desk.entries()[0].command
    assert isinstance(command, WrapUp)
    assert (command.disposition, command.summary) == ("refunded", "About: Refund. Done: check invoice, order refund.")
    desk.until(lambda: not card.isVisible())
    desk.until(lambda: desk.panel.header.facts.state.text() == "Closed")


def test_f12_opens_the_card_and_escape_goes_back_with_what_was_filled_in_kept(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    card = desk.panel.card
    assert not card.isVisible()
    QTest.keyClick(desk.panel, Qt.Key.Key_F12)
    assert card.isVisible()
    card.summary.setPlainText("Halb fertig")
    QTest.keyClick(card.summary, Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert desk.panel.composer.isVisible()
    desk.open(desk.sample.MAIL)
    desk.open(desk.sample.CHAT)
    desk.panel.start_wrap_up()
    assert card.summary.toPlainText() == "Halb fertig"
    assert desk.entries() == []


@pytest.mark.parametrize("kind", ["CHAT", "QUEUED"])
def test_f12_while_the_contact_is_still_being_read_opens_the_card_if_it_is_mine(desk: Any, kind: str) -> None:
    desk.workplace.open(getattr(desk.sample, kind))
    QTest.keyClick(desk.panel, Qt.Key.Key_F12)
    card = desk.panel.card
    assert not card.isVisible()
    if kind == "CHAT":
        desk.until(card.isVisible)
        assert card.search.hasFocus()
    else:
        desk.until(lambda: desk.panel.wrapping_up.is_loaded)
        assert not card.isVisible()
        assert desk.panel.composer.isVisible()


def test_ending_a_call_starts_the_clock_and_opens_the_card(desk: Any) -> None:
    desk.open(desk.sample.CALL)
    desk.panel.header.act("end_contact")
    desk.until(lambda: desk.panel.card.isVisible())
    assert isinstance(desk.entries()[0].command, EndContact)
    desk.workplace.later(65)
    desk.panel.card._on_tick()
    assert desk.panel.card.clock.text().startswith("1:0")


def test_a_refused_step_says_what_happened_and_one_thing_to_do(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    desk.panel.model.transfer(to_queue="orders")
    desk.until(lambda: len(desk.entries()) == 1)
    desk.refuse("conflict")
    desk.until(lambda: desk.panel.notices.isVisible())
    (notice,) = desk.panel.notices.items
    assert notice.text.text().startswith("The transfer did not work. A colleague changed this")
    notice.action.click()
    desk.until(lambda: desk.entries() == [])
    desk.until(lambda: not desk.panel.notices.isVisible())


def test_a_refused_wrap_up_opens_again_as_it_was(desk: Any) -> None:
    desk.open(desk.sample.WRAP)
    desk.until(lambda: desk.panel.card.isVisible())
    desk.panel.wrapping_up.choose("refunded")
    desk.panel.card.summary.setPlainText("Geld zurück")
    desk.panel.wrapping_up.finish()
    desk.until(lambda: len(desk.entries()) == 1)
    desk.refuse("unknown_value")
    desk.until(lambda: desk.panel.notices.isVisible())
    desk.panel.notices.items[0].action.click()
    desk.until(lambda: desk.panel.card.isVisible())
    assert desk.panel.card.summary.toPlainText() == "Geld zurück"
    assert desk.panel.wrapping_up.chosen == "refunded"


def test_a_contact_that_is_taken_away_says_so(desk: Any) -> None:
    desk.open(desk.sample.CHAT)

    def _remove(w: Any) -> None:
        w.conn.execute("DELETE FROM interaction WHERE id = ?", (desk.sample.CHAT,))
        w.touch(Table.INTERACTION, desk.sample.CHAT)

    desk.store.write(_remove, Cause.NETWORK).result()
    desk.until(lambda: desk.panel.pages.currentWidget() is desk.panel.gone)
    desk.panel.gone.action.click()
    assert desk.workplace.current is None
    assert desk.panel.pages.currentWidget() is desk.panel.empty


def test_opening_a_contact_marks_it_read(desk: Any) -> None:
    def unread() -> int:
        row = desk.store.query(lambda conn: projections.interaction_row(conn, desk.sample.QUEUED, desk.sample.ME))
        return int(row.unread)

    assert unread() == 1
    desk.open(desk.sample.QUEUED)
    desk.until(lambda: unread() == 0)
    desk.arrives(
        desk.sample.message("again", desk.sample.QUEUED, Author.CUSTOMER, datetime.now(UTC), "?", channel=Channel.CHAT)
    )
    desk.until(lambda: "?" in desk.texts())
    desk.until(lambda: unread() == 0)


def test_every_control_has_a_name_and_nothing_is_left_ticking_when_hidden(desk: Any) -> None:
    desk.open(desk.sample.CHAT)
    for control in (*desk.panel.findChildren(QAbstractButton), *desk.panel.findChildren(QPlainTextEdit)):
        if control.isVisible() and control.objectName() != "qt_toolbar_ext_button":
            assert control.accessibleName() or getattr(control, "text", lambda: "")(), control
    desk.panel.start_wrap_up()
    desk.panel.hide()
    running = [timer for timer in desk.panel.findChildren(QTimer) if timer.isActive() and not timer.isSingleShot()]
    assert running == []


def test_changing_the_theme_repaints_without_losing_anything(desk: Any, theme: Theme) -> None:
    desk.open(desk.sample.CHAT)
    light = desk.panel.grab().toImage()
    theme.choose("dark")
    dark = desk.panel.grab().toImage()
    assert light.pixelColor(5, 5) != dark.pixelColor(5, 5)
    assert desk.panel.view.verticalScrollBar().value() == desk.panel.view.verticalScrollBar().maximum()


def test_menus_that_were_opened_do_not_stay(desk: Any, theme: Theme) -> None:
    desk.open(desk.sample.CHAT)
    menu = step_menus.snooze_menu(desk.panel.model, theme, desk.panel.header.more)
    menu.close()
    desk.until(lambda: not any(m.isVisible() for m in desk.panel.findChildren(QMenu)))
