"""The data quality of a customer's record: a pill for each finding with the one thing that mends it beside it, and how
good the record is altogether. What has to be typed is typed in one field that opens below.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.context.card import clear, pill
from desktop.ui.i18n import reasons
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.quality import Deed, QualityModel, QualityRow

_MOST_SHOWN = 4


class QualityView(QWidget):
    """``edit_requested(field)`` where the form is the place to mend something."""

    edit_requested = Signal(str)

    def __init__(self, model: QualityModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._shown: object = None
        self._mended: QualityRow | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._box = FlowBox(self)
        column.addWidget(self._box)
        self._mend = QWidget(self)
        self._mend_row = QHBoxLayout(self._mend)
        self._mend_row.setContentsMargins(0, 0, 0, 0)
        self._mend_row.setSpacing(8)
        self._mend.hide()
        column.addWidget(self._mend)
        model.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the findings."""
        shown = (self._model.rows, self._model.score)
        if shown == self._shown:
            return
        self._shown = shown
        if self._mended not in self._model.rows:
            self.put_away()
        flow = self._box.flow
        clear(flow)
        parts: list[QWidget] = []
        if not self._model.rows:
            parts.append(pill(self.tr("nothing amiss"), "good", self._box))
        # That somebody is on file twice is told above, with what speaks for it.
        told = [row for row in self._model.rows if row.deed is not Deed.COMPARE]
        parts += [self._finding(row) for row in told[:_MOST_SHOWN]]
        if self._model.rows:
            parts.append(self._score())
        for part in parts:
            flow.addWidget(part)
            part.show()  # else it would have no height yet
        self._box.setFixedHeight(max(flow.heightForWidth(self._box.width()), 1))

    def put_away(self) -> None:
        """Close the field."""
        self._mended = None
        self._mend.hide()

    def _finding(self, row: QualityRow) -> QWidget:
        """A finding and its mend, which stay together where the line ends."""
        made = QWidget(self._box)
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(pill(reasons.finding(row.finding), "warn", made))
        if row.deed is not Deed.NONE:
            line.addWidget(self._button(row))
        return made

    def _button(self, row: QualityRow) -> QPushButton:
        finding = row.finding
        words = {
            Deed.CONFIRM: self.tr("still right"),
            Deed.EDIT: self.tr("edit"),
        }.get(row.deed, self.tr("mend"))
        button = QPushButton(words, self._box)
        button.setProperty("look", "link")
        if finding.proposal and row.deed is Deed.MEND:
            button.setToolTip(plain_tip(self.tr("Change to %1").replace("%1", finding.proposal)))
        button.setAccessibleName(self.tr("Mend: %1").replace("%1", reasons.finding(finding)))
        button.clicked.connect(lambda: self._on_mend(row))
        return button

    def _score(self) -> QWidget:
        """How good the record is, with what costs how much in the tooltip."""
        text = self.tr("%1 of 100").replace("%1", str(self._model.score))
        made = pill(text, "neutral", self._box)
        costs = [f"{reasons.finding(row.finding)}: −{row.cost}" for row in self._model.rows]
        explained = "\n".join([self.tr("How complete and right this record is. Taken off 100:"), *costs])
        made.setToolTip(plain_tip(explained))
        made.setAccessibleName(self.tr("Data quality: %1").replace("%1", text))
        made.setAccessibleDescription(explained)
        return made

    def _on_mend(self, row: QualityRow) -> None:
        match row.deed:
            case Deed.MEND | Deed.CONFIRM:
                self._model.mend(row)
            case Deed.EDIT:
                self.edit_requested.emit(row.field)
            case _:
                self._open_field(row)

    def _open_field(self, row: QualityRow) -> None:
        clear(self._mend_row)
        field = QLineEdit(self._mend)
        field.setPlaceholderText(reasons.field(row.field))
        field.setAccessibleName(reasons.field(row.field))
        save = QPushButton(self.tr("Save"), self._mend)

        def _save() -> None:
            if self._model.fill_in(row, field.text()):
                self.put_away()

        field.returnPressed.connect(_save)
        save.clicked.connect(_save)
        self._mend_row.addWidget(field, 1)
        self._mend_row.addWidget(save)
        self._mended = row
        self._mend.show()
        field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._mend.isVisible():
            self.put_away()
        else:
            super().keyPressEvent(event)
