"""The customer of the open contact: facts, consents, faults of the record and how they are mended, looking others up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPushButton

from desktop.domain.commands import LinkCustomer, UpdateCustomer
from desktop.domain.customer import Customer, QualityFinding
from desktop.ui.context.panel import ContextPanel
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 800)
    shift.settle()
    yield made
    made.hide()


def jana(shift: Any, **fields: Any) -> Customer:
    found = next(c for c in shift.sample.customers(shift.workplace.now()) if c.id == shift.sample.JANA)
    made: Customer = replace(found, **{"version": 5, **fields})
    return made


def mends(panel: ContextPanel) -> list[QPushButton]:
    return [b for b in panel.view.findChildren(QPushButton) if b.accessibleName().startswith("Mend")]


def field(panel: ContextPanel) -> QLineEdit | None:
    return next((f for f in panel.view.findChildren(QLineEdit) if f.isVisible()), None)


def test_nobody_is_shown_until_a_contact_is_open(panel: ContextPanel, told: Callable[..., str]) -> None:
    assert panel.pages.currentWidget().isAncestorOf(panel.hint)
    assert "Open a contact to see who it is" in told(panel)
    assert not panel.certainty.isVisible()


def test_who_it_is_at_a_glance(panel: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.opens(shift.sample.CHAT)
    said = told(panel.view)
    for part in (
        "Jana Weber",
        "No. 30418 · since 2019 · €1,240 a year",
        "jana.weber@example.de",
        "+49 341 555 0142 (mobile)",
        "Lindenstraße 14, 04109 Leipzig",
        "German",
        "Plus",
        "SMS: no",
        "Advertising: no",
        "Address not checked for long",
    ):
        assert part in said
    assert panel.certainty.text() == "recognised 99%"
    assert "e-mail address known" in panel.certainty.accessibleDescription()
    pills = [label for label in panel.view.findChildren(QLabel) if label.property("look") == "pill-good"]
    granted = next(label for label in pills if label.isVisible())
    assert granted.text() == "E-mail"


def test_a_stranger_is_called_one(panel: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.opens(shift.sample.QUEUED)
    assert "Unknown customer" in told(panel.view)
    assert "not known yet" in told(panel.view)
    assert panel.certainty.text() == "not recognised"


def test_still_right_dates_the_address_as_checked(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    (button,) = mends(panel)
    assert button.text() == "still right"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [
        UpdateCustomer(
            customer_id=shift.sample.JANA,
            fields={"address.street": "Lindenstraße 14"},
            version=1,
            before={"address.street": "Lindenstraße 14"},
        )
    ]
    assert "being saved" in panel.view.facts.text()


def test_a_proposal_is_taken_with_one_click_against_the_version_that_was_seen(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    finding = QualityFinding(code="contradictory", field="name", proposal="Jana Weber-Kowalski")
    shift.arrives(jana(shift, quality=(finding,), version=41))
    shift.opens(shift.sample.CHAT)
    (button,) = mends(panel)
    assert "Change to Jana Weber-Kowalski" in button.toolTip()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [
        UpdateCustomer(
            customer_id=shift.sample.JANA,
            fields={"name": "Jana Weber-Kowalski"},
            version=41,
            before={"name": "Jana Weber"},
        )
    ]
    # Shown at once, before the hub has said anything.
    assert panel.view.name.text() == "Jana Weber-Kowalski"


def test_a_second_mend_need_not_wait_until_the_first_is_saved(panel: ContextPanel, shift: Any) -> None:
    """Each says what its own field held, so that the hub does not take the second for a clash with a colleague."""
    findings = (
        QualityFinding(code="invalid", field="email", proposal="jana@gmail.com"),
        QualityFinding(code="invalid", field="language", proposal="de"),
    )
    shift.arrives(jana(shift, quality=findings))
    shift.opens(shift.sample.CHAT)
    QTest.mouseClick(mends(panel)[0], Qt.MouseButton.LeftButton)
    shift.settle()
    # What was mended is not told again while the hub has not looked at it.
    (second,) = mends(panel)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    shift.settle()
    assert [command.fields for command in shift.commands] == [{"email": "jana@gmail.com"}, {"language": "de"}]


def test_what_nobody_can_propose_is_typed(
    panel: ContextPanel, shift: Any, typed: Callable[..., None], told: Callable[..., str]
) -> None:
    shift.arrives(jana(shift, quality=(QualityFinding(code="missing", field="address.city"),)))
    shift.opens(shift.sample.CHAT)
    QTest.mouseClick(mends(panel)[0], Qt.MouseButton.LeftButton)
    entry = field(panel)
    assert entry is not None
    assert entry.hasFocus()
    assert entry.accessibleName() == "City"
    typed(entry, "Köln")
    # A message comes in meanwhile: what is typed stays.
    shift.arrives(
        replace(
            next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT),
            last_text="Hello?",
            version=9,
        )
    )
    assert field(panel) is entry
    assert entry.text() == "Köln"
    QTest.keyClick(entry, Qt.Key.Key_Return)
    shift.settle()
    assert [command.fields for command in shift.commands] == [{"address.city": "Köln"}]
    assert field(panel) is None
    assert "Köln" in told(panel.view)


def test_the_field_goes_when_the_contact_is_another(panel: ContextPanel, shift: Any) -> None:
    shift.arrives(jana(shift, quality=(QualityFinding(code="missing", field="phone"),)))
    shift.opens(shift.sample.CHAT)
    QTest.mouseClick(mends(panel)[0], Qt.MouseButton.LeftButton)
    assert field(panel) is not None
    shift.opens(shift.sample.MAIL)
    assert field(panel) is None


def test_a_record_without_faults_says_so(panel: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.opens(shift.sample.MAIL)
    assert "nothing amiss" in told(panel.view)
    assert mends(panel) == []


def test_an_address_is_copied_from_its_menu(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    label = next(w for w in panel.view.findChildren(ElidedLabel) if w.text() == "jana.weber@example.de")
    label.customContextMenuRequested.emit(label.rect().center())
    menu = next(m for m in label.findChildren(QMenu))
    menu.actions()[0].trigger()
    assert QApplication.clipboard().text() == "jana.weber@example.de"
    menu.close()


# --- looking up somebody else ----------------------------------------------------------------------------------------


def test_somebody_looked_up_is_shown_without_the_open_contacts_steps_and_there_is_a_way_back(
    panel: ContextPanel, shift: Any
) -> None:
    shift.opens(shift.sample.CHAT)
    assert panel.suggestions.isVisible()
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    assert panel.view.name.text() == "Peter Lindqvist"
    assert not panel.suggestions.isVisible()
    assert not panel.certainty.isVisible()
    QTest.mouseClick(panel._back, Qt.MouseButton.LeftButton)
    shift.settle()
    assert panel.view.name.text() == "Jana Weber"
    assert panel.suggestions.isVisible()
    assert not panel._back.isVisible()


def test_looking_up_whom_one_is_talking_to_leads_back_too(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    panel.show_customer(shift.sample.JANA)
    shift.settle()
    assert panel._back.isVisible()
    assert not panel._link.isVisible()
    panel._back.click()
    shift.settle()
    assert not panel._back.isVisible()


def test_another_contact_opened_ends_the_look_up(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    shift.opens(shift.sample.MAIL)
    assert panel.view.name.text() == "Mehmet Kaya"
    assert not panel._back.isVisible()


def test_the_open_contact_is_linked_to_whom_was_looked_up(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    QTest.mouseClick(panel._link, Qt.MouseButton.LeftButton)
    shift.settle()
    assert shift.commands == [LinkCustomer(interaction_id=shift.sample.CHAT, customer_id=shift.sample.PETER)]
    # It is the open contact's customer now, not one looked up.
    assert panel.view.name.text() == "Peter Lindqvist"
    assert not panel._back.isVisible()
    assert panel.certainty.isVisible()


def test_a_colleagues_contact_is_not_linked(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.BENS)
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    assert panel._back.isVisible()
    assert not panel._link.isVisible()


def test_a_customer_is_looked_up_with_no_contact_open(panel: ContextPanel, shift: Any) -> None:
    panel.show_customer(shift.sample.PETER)
    shift.settle()
    assert panel.pages.currentIndex() == 0
    assert panel.view.name.text() == "Peter Lindqvist"
    assert not panel._back.isVisible()


def test_names_and_addresses_are_never_markup(panel: ContextPanel, shift: Any) -> None:
    nasty = "<b>Jana</b> <img src='file:///etc/passwd'> " * 3
    shift.arrives(jana(shift, name=nasty, segment=nasty))
    shift.opens(shift.sample.CHAT)
    panel.grab()
    labels = [label for label in panel.findChildren(QLabel) if "<" in label.text()]
    assert len(labels) >= 2
    for label in labels:
        assert label.textFormat() is Qt.TextFormat.PlainText
        assert "<img" not in label.toolTip()


def test_the_keyboard_stays_on_a_button_as_messages_come_in(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    (button,) = mends(panel)
    button.setFocus()
    chat = next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT)
    shift.arrives(replace(chat, last_text="Hello?", version=9))
    assert mends(panel) == [button]
    assert button.hasFocus()


def test_a_customer_who_arrives_after_their_contact_is_shown_then(panel: ContextPanel, shift: Any) -> None:
    chat = next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT)
    shift.arrives(replace(chat, customer_id="c-late", version=9))
    shift.opens(shift.sample.CHAT)
    assert panel.customer.card is None
    shift.arrives(Customer(id="c-late", name="Late Comer", version=1))  # type: ignore[arg-type]
    assert panel.view.name.text() == "Late Comer"
