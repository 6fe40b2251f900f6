"""The board for those who use no mouse, see little, or read German: names, Tab, and no word cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
)

from desktop.ui.board.panel import BoardPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import ContactsFilter, Figure
from desktop.wire.board import ContactsPage

PAGES = ("alerts", "staff", "course", "contacts")


@pytest.fixture
def access(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/window/test_access.py")


@pytest.fixture(params=["en", "de"])
def board(
    request: pytest.FixtureRequest, neighbour: Callable[[str], Any], shift: Any, theme: Theme, show: Callable[..., Any]
) -> Any:
    if request.param == "de":
        request.getfixturevalue("german")
    figures = neighbour("ui/board/figures.py")
    live = shift.workplace.live = figures.Pushed()
    now = shift.workplace.now()
    panel = BoardPanel(shift.workplace, theme)
    show(panel, 1228, 740)
    shift.settle()
    contacts = tuple(figures.contact(n, now) for n in range(4))
    live.pages[""] = ContactsPage(at=now, contacts=contacts, total=4)
    live.push(figures.make_board(8, 24, at=now))
    yield panel
    panel.hide()


def go(panel: BoardPanel, page: str) -> None:
    if page == "contacts":
        panel.drill(ContactsFilter(figure=Figure.WAITING))
    else:
        panel.side.show_page(page)
    QCoreApplication.processEvents()


@pytest.mark.parametrize("page", PAGES)
def test_all_that_can_be_used_has_a_name_and_is_reached_by_tab(board: BoardPanel, access: Any, page: str) -> None:
    go(board, page)
    kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    usable = [w for w in access.visible(board, *kinds) if w.isEnabled() and not isinstance(w, QHeaderView)]
    assert len(usable) >= 14
    assert [access.described(w) for w in usable if not access.name_of(w)] == []
    board.search.setFocus()
    seen = access.reached_by_tab(board)
    missed = [access.described(w) for w in usable if not {id(one) for one in access.group_of(w)} & seen]
    assert missed == []


@pytest.mark.parametrize("page", PAGES)
def test_no_word_is_cut(board: BoardPanel, access: Any, page: str) -> None:
    go(board, page)
    told = access.visible(board, QLabel, QPushButton)
    assert len(told) > 6
    assert [access.described(w) for w in told if access.is_cut(w)] == []
