"""Finding a customer who is not in the inbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.ui.customers.panel import CustomersPanel
from desktop.ui.theme.theme import Theme


@pytest.fixture
def panel(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[CustomersPanel]:
    made = CustomersPanel(shift.workplace, theme)
    show(made, 332, 600)
    yield made
    made.hide()


def found(panel: CustomersPanel) -> list[str]:
    return [panel.model.index(row).data() for row in range(panel.model.rowCount())]


def test_it_says_what_to_type_then_finds_as_one_types(
    panel: CustomersPanel, shift: Any, typed: Callable[..., None]
) -> None:
    assert panel._pages.currentIndex() == 1
    assert "Type a few letters" in panel._hint.text()
    panel.take_focus()
    assert panel.search.hasFocus()
    typed(panel.search, "weber")
    shift.until(lambda: found(panel) == ["Jana Weber, 30418"])
    assert panel._pages.currentIndex() == 0
    typed(panel.search, "x")
    shift.until(lambda: found(panel) == [])
    assert "No customer has all of these words" in panel._hint.text()
    panel.search.clear()
    shift.settle()
    assert "Type a few letters" in panel._hint.text()


@pytest.mark.parametrize("text", ["30418", "jana.weber@example.de", "555 0142", "JANA"])
def test_number_address_and_phone_find_too(
    panel: CustomersPanel, shift: Any, typed: Callable[..., None], text: str
) -> None:
    typed(panel.search, text)
    shift.until(lambda: "Jana Weber, 30418" in found(panel))


def test_enter_takes_the_first_and_a_click_another(
    panel: CustomersPanel, shift: Any, typed: Callable[..., None]
) -> None:
    chosen: list[str] = []
    panel.customer_chosen.connect(chosen.append)
    typed(panel.search, "example")
    shift.until(lambda: len(found(panel)) == 3)
    QTest.keyClick(panel.search, Qt.Key.Key_Return)
    spot = panel.list.visualRect(panel.model.index(2)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    first, third = panel.model._rows[0], panel.model._rows[2]
    assert chosen == [first.id, third.id]


def test_enter_with_nothing_found_does_nothing(panel: CustomersPanel, shift: Any, typed: Callable[..., None]) -> None:
    typed(panel.search, "zzz")
    shift.settle()
    with shift.qtbot.assertNotEmitted(panel.customer_chosen):
        QTest.keyClick(panel.search, Qt.Key.Key_Return)


def test_one_without_a_name_is_told_by_what_is_known(
    panel: CustomersPanel, shift: Any, typed: Callable[..., None]
) -> None:
    mail = Identity(kind=IdentityKind.EMAIL, value="who@example.net", normalised="who@example.net")
    shift.arrives(Customer(id="c-x", identities=(mail,), number="99999", version=1))  # type: ignore[arg-type]
    typed(panel.search, "99999")
    shift.until(lambda: found(panel) == ["99999"])
    assert not panel.grab().isNull()


def test_rows_mirror_themselves(panel: CustomersPanel, shift: Any, theme: Theme, typed: Callable[..., None]) -> None:
    typed(panel.search, "weber")
    shift.until(lambda: found(panel))
    panel.list.setCurrentIndex(panel.model.index(0))
    middle = panel.list.visualRect(panel.model.index(0)).center().y()
    assert panel.list.viewport().grab().toImage().pixelColor(1, middle) == theme.color("accent")
    panel.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    picture = panel.list.viewport().grab().toImage()
    assert picture.pixelColor(picture.width() - 2, middle) == theme.color("accent")
