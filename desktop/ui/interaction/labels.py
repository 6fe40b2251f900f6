"""The labels a system's people filed a contact under, as a few quiet chips; what there is no room for is counted, and told by
the tooltip. Part of the facts in the head of the open contact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from desktop.ui.interaction.buttons import Chip
from desktop.ui.widgets.flow import FlowLayout

translate = QCoreApplication.translate

_SHOWN: Final = 3
# In pixels at 100 %: one long label must not push the others away.
_WIDEST: Final = 150
_SIGN: Final = "#"


class LabelChips:
    """Chips in a row of somebody else's: ``show`` says which labels there are."""

    def __init__(self, flow: FlowLayout, parent: QWidget) -> None:
        self.chips = [Chip(parent) for _ in range(_SHOWN)]
        self.more = Chip(parent)
        for chip in (*self.chips, self.more):
            flow.addWidget(chip)
            chip.hide()

    def show(self, labels: Sequence[str]) -> None:
        """Show the first labels, and how many more there are."""
        known = [told for label in labels if (told := " ".join(label.split()))]
        for place, chip in enumerate(self.chips):
            label = known[place] if place < len(known) else ""
            metrics = chip.fontMetrics()
            shown = metrics.elidedText(f"{_SIGN}{label}", Qt.TextElideMode.ElideRight, _WIDEST) if label else ""
            is_cut = bool(label) and shown != f"{_SIGN}{label}"
            chip.tell(shown, "neutral", label if is_cut else "", translate("labels", "Label: %1").replace("%1", label))
        rest = known[_SHOWN:]
        spoken = translate("labels", "Further labels: %1").replace("%1", ", ".join(rest))
        self.more.tell(f"+{len(rest)}" if rest else "", "neutral", "\n".join(rest), spoken)
