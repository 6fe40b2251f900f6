"""The search place over the sample centre."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.ui.search.panel import SearchPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.search import SearchHit


class Place:
    """An agent at the search place. ``types`` waits for the answer, ``chosen`` are the hits opened."""

    def __init__(self, shift: Any, panel: SearchPanel, typed: Callable[..., None]) -> None:
        self.shift = shift
        self.panel = panel
        self.chosen: list[SearchHit] = []
        self._typed = typed
        panel.hit_chosen.connect(self.chosen.append)

    def types(self, text: str) -> None:
        self._typed(self.panel.field, text)
        self.shift.settle()

    def arrives(self, *records: Any) -> None:
        self.shift.arrives(*records)

    @property
    def titles(self) -> list[str]:
        return [hit.title for hit in self.panel.model.page.hits]

    @property
    def page(self) -> object:
        return self.panel._pages.currentWidget()

    @property
    def row(self) -> int:
        """The row that is chosen, -1 for none."""
        view = self.panel.list
        return view.currentIndex().row() if view.selectionModel().hasSelection() else -1


@pytest.fixture
def place(shift: Any, theme: Theme, show: Callable[..., Any], typed: Callable[..., None]) -> Iterator[Place]:
    panel = SearchPanel(shift.workplace, theme)
    show(panel, 332, 700)
    panel.take_focus()
    shift.settle()
    yield Place(shift, panel, typed)
    panel.hide()
