"""Queues to be ticked, by pointer, Enter or Space."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.domain.ids import QueueId
from desktop.ui.interaction.picker import ROW, Choice, ChoiceList
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.workplace import Workplace


class QueueTicks(ChoiceList):
    """``ticked`` holds the queues; ``edited`` when a person changed them. ``rows`` is how many are shown at once."""

    edited = Signal()

    def __init__(self, workplace: Workplace, theme: Theme, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._workplace = workplace
        self._rows = rows
        self.ticked: frozenset[QueueId] = frozenset()
        self.setProperty("look", "choices-framed")
        self.show_current_in_focus_only()
        self.chosen.connect(self._on_chosen)

    def tick(self, queues: Iterable[QueueId]) -> None:
        """Show all queues with these ticked."""
        self.ticked = frozenset(queues)
        at = max(0, self.currentIndex().row())
        catalogue = self._workplace.catalogue
        self.fill(
            [
                Choice(one.id, catalogue.queue(one.id), is_marked=one.id in self.ticked, has_box=True)
                for one in catalogue.queues
            ]
        )
        self.setCurrentIndex(self.choices.index(min(at, self.choices.rowCount() - 1)))
        self.setFixedHeight(min(self._rows, max(1, self.choices.rowCount())) * ROW + 8)

    def in_order(self) -> tuple[QueueId, ...]:
        """Return the queues ticked, in the order they are listed."""
        return tuple(one.id for one in self._workplace.catalogue.queues if one.id in self.ticked)

    def _on_chosen(self, queue: QueueId) -> None:
        self.tick(self.ticked ^ {queue})
        self.edited.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.take()
        else:
            super().keyPressEvent(event)
