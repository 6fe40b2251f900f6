"""What other systems know of the customer, and the contacts before this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from desktop.domain.record import BusinessRecord
from desktop.ui.context.panel import ContextPanel
from desktop.ui.theme.theme import Theme


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[ContextPanel]:
    made = ContextPanel(shift.workplace, theme)
    show(made, 372, 1400)
    shift.settle()
    yield made
    made.hide()


def record(shift: Any, number: int, kind: str = "order", **fields: Any) -> BusinessRecord:
    at = shift.sample.ago(shift.workplace.now(), d=number)
    return BusinessRecord(
        id=f"r-x{number}",  # type: ignore[arg-type]
        customer_id=shift.sample.JANA,
        kind=kind,
        number=str(9000 + number),
        at=at,
        version=1,
        **fields,
    )


def pills(panel: ContextPanel) -> dict[str, str]:
    """Return the statuses shown, and the kind of pill each stands in."""
    found = [label for label in panel.records.findChildren(QLabel) if str(label.property("look")).startswith("pill-")]
    return {label.text(): str(label.property("look")).removeprefix("pill-") for label in found if label.isVisible()}


def test_cases_and_orders_each_with_their_status(panel: ContextPanel, shift: Any, told: Callable[..., str]) -> None:
    shift.arrives(
        record(shift, 1, status="overdue", kind="invoice", amount_cents=8490, is_open=True),
        record(shift, 2, status="delivered"),
        record(shift, 3, status="in_transit", is_open=True),
        record(shift, 4, status="returned"),
    )
    shift.opens(shift.sample.CHAT)
    said = told(panel.records)
    for part in ("Open cases", "Case 8841 · Reklamation", "Orders", "Invoice 9001 · €84.90"):
        assert part in said
    assert pills(panel) == {
        "in Klärung": "warn",
        "overdue": "bad",
        "delivered": "good",
        "on its way": "warn",
        "returned": "neutral",
    }


def test_a_card_with_nothing_in_it_is_not_there(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.MAIL)
    assert not any(card.isVisible() for card in (panel.records.open, panel.records.orders, panel.records.others))


def test_the_overview_shows_three_and_counts_the_rest_history_shows_them(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    shift.arrives(*(record(shift, n, status="delivered") for n in range(1, 8)))
    shift.opens(shift.sample.CHAT)
    assert panel.records.orders.aside.text() == "8"
    assert "and 5 more" in told(panel.records.orders)
    panel._tabs.button(2).click()
    assert all(f"900{n}" in told(panel.all_records.orders) for n in range(1, 8))


def test_details_from_other_systems_stay_plain(panel: ContextPanel, shift: Any) -> None:
    nasty = "<img src='http://evil.example/x.png'>"
    shift.arrives(record(shift, 1, status=nasty, title=nasty, fields={nasty: nasty}))
    shift.opens(shift.sample.CHAT)
    panel.grab()
    for label in panel.findChildren(QLabel):
        assert "<img" not in label.toolTip()
        assert "<img" not in label.text() or label.textFormat() is Qt.TextFormat.PlainText


def test_an_earlier_contact_is_opened_from_the_history(
    panel: ContextPanel, shift: Any, told: Callable[..., str]
) -> None:
    shift.opens(shift.sample.CHAT)
    QTest.mouseClick(panel._tabs.button(2), Qt.MouseButton.LeftButton)
    assert panel.all_contacts.isVisible()
    assert panel.all_contacts.aside.text() == "2 altogether"
    assert "Double invoice" in told(panel.all_contacts)
    (button,) = (b for b in panel.all_contacts.findChildren(QPushButton) if b.isVisible())
    assert button.accessibleName() == "Open contact: Double invoice"
    with shift.qtbot.waitSignal(panel.interaction_chosen) as chosen:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [shift.sample.CLOSED]


def test_the_keyboard_stays_on_a_contact_as_messages_come_in(panel: ContextPanel, shift: Any) -> None:
    shift.opens(shift.sample.CHAT)
    panel._tabs.button(2).click()
    (button,) = (b for b in panel.all_contacts.findChildren(QPushButton) if b.isVisible())
    button.setFocus()
    chat = next(i for i in shift.sample.interactions(shift.workplace.now()) if i.id == shift.sample.CHAT)
    shift.arrives(replace(chat, last_text="Hello?", version=9))
    assert button.hasFocus()
