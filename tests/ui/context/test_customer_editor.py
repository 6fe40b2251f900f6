"""Editing a customer from the keyboard: the form, its errors, what a colleague does meanwhile, and what survives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.customer import Customer
from desktop.store import outbox
from desktop.ui.context.panel import ContextPanel
from desktop.ui.theme.theme import Theme

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 860)
    shift.opens(shift.sample.CHAT)
    yield made
    made.flush()
    made.hide()


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def begin(panel: ContextPanel, shift: Any) -> Any:
    panel.begin_edit()
    shift.settle()
    editor = panel.view.editor
    assert editor is not None
    assert editor.isVisible()
    return editor


def jana(shift: Any, **fields: Any) -> Customer:
    found = next(one for one in shift.sample.customers(shift.workplace.now()) if one.id == shift.sample.JANA)
    made: Customer = replace(found, **{"version": 5, **fields})
    return made


def fields(shift: Any) -> list[Any]:
    return [command.fields for command in shift.commands]


def test_a_record_is_edited_by_keyboard_alone(panel: ContextPanel, shift: Any, typed: Callable[..., None]) -> None:
    editor = begin(panel, shift)
    assert editor.fields["name"].hasFocus()
    typed(editor.fields["name"], "Jana Müller")
    press(Qt.Key.Key_Tab)
    assert editor.fields["birth_date"].hasFocus()
    typed(editor.fields["birth_date"], "14.3.1980")
    press(Qt.Key.Key_Return, CTRL)
    shift.settle()
    assert fields(shift) == [{"name": "Jana Müller", "birth_date": "1980-03-14"}]
    assert not editor.isVisible()
    assert panel.view.pencil.hasFocus()
    # Shown at once, and marked until the hub has it.
    assert panel.view.name.text() == "Jana Müller"
    assert "being saved" in panel.view.facts.text()
    assert "birth_date" in panel.customer.pending


def test_what_is_wrong_is_said_below_its_field_with_the_keyboard_in_it(
    panel: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    editor = begin(panel, shift)
    typed(editor.fields["birth_date"], "14.3.80")
    QTest.mouseClick(editor.keep, Qt.MouseButton.LeftButton)
    shift.settle()
    assert "Please write a day with the year in full, such as 1980-03-14." in told(editor)
    assert editor.fields["birth_date"].hasFocus()
    typed(editor.fields["birth_date"], "1")
    assert "in full" not in told(editor)


def test_addresses_are_added_and_removed(panel: ContextPanel, shift: Any, typed: Callable[..., None]) -> None:
    editor = begin(panel, shift)
    QTest.mouseClick(editor.add, Qt.MouseButton.LeftButton)
    typed(QApplication.focusWidget(), "jana@example.org")
    first = editor._contacts.itemAt(0).widget()
    QTest.mouseClick(first.layout().itemAt(2).widget(), Qt.MouseButton.LeftButton)
    press(Qt.Key.Key_Return, CTRL)
    shift.settle()
    (sent,) = fields(shift)
    assert [one["value"] for one in sent["identities"]] == ["+49 341 555 0142", "jana@example.org", "30418"]
    assert any(panel.view._facts_box._form.itemAt(n).widget() for n in range(panel.view._facts_box._form.count()))


def test_a_consent_given_on_the_phone_is_noted(panel: ContextPanel, shift: Any) -> None:
    editor = begin(panel, shift)
    combo = editor.consents["call"]
    combo.setFocus()
    press(Qt.Key.Key_Down)
    combo.activated.emit(combo.currentIndex())
    editor.save()
    shift.settle()
    (sent,) = fields(shift)
    assert {one["purpose"]: one["is_granted"] for one in sent["consents"]}["call"] is True


def test_escape_keeps_what_was_typed_and_offers_it_again(
    panel: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    editor = begin(panel, shift)
    typed(editor.fields["name"], "Jana Müller")
    press(Qt.Key.Key_Escape)
    shift.settle()
    assert not editor.isVisible()
    assert "You began to change this and have not saved it." in told(panel.view)
    shift.opens(shift.sample.MAIL)
    assert "You began" not in told(panel.view)
    shift.opens(shift.sample.CHAT)
    go_on = next(b for b in panel.view.findChildren(QPushButton) if b.text() == "Go on" and b.isVisible())
    QTest.mouseClick(go_on, Qt.MouseButton.LeftButton)
    shift.settle()
    assert editor.isVisible()
    assert editor.fields["name"].text() == "Jana Müller"


def test_a_colleagues_change_of_the_same_field_shows_both_and_waits_for_a_choice(
    panel: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    editor = begin(panel, shift)
    typed(editor.fields["name"], "Jana Müller")
    shift.arrives(jana(shift, name="Jana Weber-Lang", language="en"))
    assert "A colleague changed this meanwhile: Jana Weber-Lang" in told(editor)
    assert editor.fields["name"].text() == "Jana Müller"
    assert editor.language.currentData() == "en"
    assert not editor.keep.isEnabled()
    mine = next(b for b in editor.findChildren(QPushButton) if b.text() == "Keep mine")
    QTest.mouseClick(mine, Qt.MouseButton.LeftButton)
    assert editor.keep.isEnabled()
    press(Qt.Key.Key_Return, CTRL)
    editor.save()
    shift.settle()
    assert fields(shift) == [{"name": "Jana Müller"}]


# --- what met a colleague's change on its way ------------------------------------------------------------------------


def meets(panel: ContextPanel, shift: Any, theirs: Customer, **mine: Any) -> Any:
    """An edit that is refused, as a colleague's came first."""
    panel.customer.update(mine)
    shift.settle()
    (entry,) = shift.store.query(outbox.entries)
    shift.arrives(theirs)
    shift.store.write(lambda w: outbox.wedge(w, entry.id, "conflict"), Cause.NETWORK).result()
    shift.settle()
    (card,) = panel.view.conflicts
    return card


def test_two_versions_stand_side_by_side_and_none_is_chosen(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    card = meets(panel, shift, jana(shift, name="Jana Lang"), name="Jana Müller")
    said = told(card)
    for part in ("Two versions", "Name", "Before: Jana Weber", "Jana Müller", "Jana Lang"):
        assert part in said
    assert not card.save.isEnabled()
    (field,) = card.fields
    names = [version.button.accessibleName() for version in field.versions.values()]
    assert names == ["Name, Yours: Jana Müller", "Name, Your colleague's: Jana Lang"]
    assert panel.view.name.text() == "Jana Lang"


def test_mine_goes_out_over_the_record_as_it_is_now(panel: ContextPanel, shift: Any) -> None:
    card = meets(panel, shift, jana(shift, name="Jana Lang"), name="Jana Müller")
    panel.show_conflict(shift.sample.JANA)
    press(Qt.Key.Key_Space)
    assert card.fields[0].choice == "mine"
    QTest.mouseClick(card.save, Qt.MouseButton.LeftButton)
    shift.settle()
    (command,) = shift.commands
    assert (command.fields, command.before, command.version) == ({"name": "Jana Müller"}, {"name": "Jana Lang"}, 5)
    assert panel.view.conflicts == []


def test_theirs_leaves_nothing_to_send(panel: ContextPanel, shift: Any) -> None:
    card = meets(panel, shift, jana(shift, name="Jana Lang"), name="Jana Müller")
    QTest.mouseClick(card.fields[0].versions["theirs"], Qt.MouseButton.LeftButton)
    card.save.click()
    shift.settle()
    assert shift.commands == []
    assert panel.view.name.text() == "Jana Lang"


def test_each_field_has_its_own_choice_and_words_can_be_combined(panel: ContextPanel, shift: Any) -> None:
    address = jana(shift).address
    assert address is not None
    theirs = jana(shift, name="Jana Lang", address=replace(address, street="Hauptstraße 3"))
    card = meets(panel, shift, theirs, **{"name": "Jana Müller", "address.street": "Lindenstraße 41"})
    name, street = card.fields
    name.both.click()
    assert name.wording.isVisible()
    name.wording.setText("Jana Müller-Lang")
    assert not card.save.isEnabled()
    street.choose("theirs")
    card.save.click()
    shift.settle()
    assert fields(shift) == [{"name": "Jana Müller-Lang"}]


def test_of_addresses_both_can_be_kept(panel: ContextPanel, shift: Any) -> None:
    was = jana(shift)
    added = replace(was.identities[0], value="neu@example.org", normalised="neu@example.org")
    mine = [{"kind": "phone", "value": "0341 1", "normalised": "+493411"}]
    card = meets(panel, shift, replace(was, identities=(*was.identities, added)), identities=mine)
    (field,) = card.fields
    assert field.wording is None
    field.both.click()
    card.save.click()
    shift.settle()
    (sent,) = fields(shift)
    assert {one["normalised"] for one in sent["identities"]} == {
        "jana.weber@example.de",
        "+493415550142",
        "30418",
        "neu@example.org",
        "+493411",
    }


def test_a_choice_half_made_stays_as_messages_come_in(panel: ContextPanel, shift: Any) -> None:
    card = meets(panel, shift, jana(shift, name="Jana Lang"), name="Jana Müller")
    card.fields[0].choose("mine")
    chat = next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT)
    shift.arrives(replace(chat, last_text="Hello?", version=9))
    assert panel.view.conflicts == [card]
    assert card.fields[0].choice == "mine"


def test_a_change_refused_for_another_reason_says_why_and_leads_to_the_outbox(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    panel.customer.update({"name": "Jana Müller"})
    shift.settle()
    (entry,) = shift.store.query(outbox.entries)
    shift.store.write(lambda w: outbox.wedge(w, entry.id, "too_large"), Cause.NETWORK).result()
    shift.settle()
    assert "Your change was not saved. This is too large to send." in told(panel.view)
    show = next(b for b in panel.view.findChildren(QPushButton) if b.text() == "Show" and b.isVisible())
    with shift.qtbot.waitSignal(panel.view.outbox_requested) as asked:
        QTest.mouseClick(show, Qt.MouseButton.LeftButton)
    assert asked.args == [entry.id]


def test_the_window_leads_from_the_outbox_to_both_versions(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.MAIL)
    edit = c.UpdateCustomer(
        customer_id=shift.sample.JANA, fields={"name": "Jana Müller"}, version=1, before={"name": "Jana Weber"}
    )
    id_ = shift.workplace.perform(edit)
    shift.settle()
    shift.arrives(jana(shift, name="Jana Lang"))
    shift.store.write(lambda w: outbox.wedge(w, id_, "conflict"), Cause.NETWORK).result()
    shift.settle()
    assert "Jana Lang: a colleague changed the same data." in window.notices.text.text()
    QTest.keyClick(window, Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    shift.settle()
    (card,) = window.context.view.conflicts
    assert card.isAncestorOf(window.focusWidget())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    card.save.click()
    shift.settle()
    assert fields(shift) == [{"name": "Jana Müller"}]


def test_the_form_opens_by_key_and_a_taken_back_change_is_in_it(window: Any, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    QTest.keyClick(window, Qt.Key.Key_E, CTRL)
    shift.settle()
    editor = window.context.view.editor
    assert editor.fields["name"].hasFocus()
    QTest.keyClick(editor.fields["name"], Qt.Key.Key_Escape)
    window.context.customer.update({"name": "Jana Müller"})
    shift.settle()
    window.outgoing.panel.open()
    QTest.keyClick(window.outgoing.panel.list, Qt.Key.Key_E)
    shift.settle()
    assert shift.commands == []
    assert editor.isVisible()
    assert editor.fields["name"].text() == "Jana Müller"


def test_an_ordinary_address_is_seen_whole(panel: ContextPanel, shift: Any) -> None:
    editor = begin(panel, shift)
    kind, field = editor._rows()[0]
    room = field.width() - 24
    assert field.fontMetrics().horizontalAdvance("friederike.hansen@example.de") <= room
    # The picture is named for whoever cannot make it out.
    assert kind.toolTip() == kind.currentText() == "E-mail"
    kind.setCurrentIndex(1)
    assert kind.toolTip() == "Phone"


def test_all_fields_begin_at_one_edge(panel: ContextPanel, shift: Any) -> None:
    editor = begin(panel, shift)
    named = [editor.fields["name"], editor.fields["address.country"], editor.language, *editor.consents.values()]
    assert len({field.x() for field in named}) == 1
