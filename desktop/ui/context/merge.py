"""Two records side by side in the place of the facts: which of them stays, whose value of each field, what a merge would make
and move. Nothing is blocked meanwhile; what is chosen is kept by the view model.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.customer import Customer, field_value
from desktop.ui.context import values
from desktop.ui.context.card import Card, clear
from desktop.ui.context.conflict import Version
from desktop.ui.context.duplicates import called
from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction.buttons import KeyButton
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.duplicates import ComparedField, Comparison, DuplicatesModel
from desktop.viewmodels.verification import VerificationModel

_PREVIEWED = ("name", "number", "birth_date", "identities", "address", "language", "segment", "consents")


class Pick(QWidget):
    """One field of which both records say something else: two versions, one chosen."""

    def __init__(self, row: ComparedField, heads: tuple[str, str], is_hidden: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = row.name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        head = QLabel(values.title(row.name), self)
        head.setProperty("look", "section")
        column.addWidget(head)
        sides = QHBoxLayout()
        sides.setSpacing(8)
        self.group = QButtonGroup(self)
        self.versions: list[Version] = []
        hidden = values.hidden()
        for words, value in zip(heads, (row.mine, row.theirs), strict=True):
            shown = hidden if is_hidden else values.shown(row.name, value)
            version = Version(words, shown, values.title(row.name), self)
            self.versions.append(version)
            self.group.addButton(version.button, len(self.versions) - 1)
            sides.addWidget(version, 1)
        column.addLayout(sides)

    def show_choice(self, is_others: bool) -> None:
        """Mark whose value is chosen."""
        self.versions[int(is_others)].button.setChecked(True)


class MergeSheet(Card):
    """Ctrl+Enter merges, Escape closes."""

    def __init__(
        self, model: DuplicatesModel, verification: VerificationModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._model = model
        self._verification = verification
        self._theme = theme
        self._pair: tuple[str, str] = ("", "")
        self.picks: list[Pick] = []
        self.title.setText(self.tr("One person or two?"))
        self.setAccessibleName(self.title.text())
        self.title.setWordWrap(True)
        self.evidence = self._label("muted")
        self.rows.addWidget(self.evidence)
        self.rows.addLayout(self._make_direction())
        self._picks = QVBoxLayout()
        self._picks.setSpacing(4)
        self.rows.addLayout(self._picks)
        self.rows.addLayout(self._make_preview())
        self.rows.addWidget(self._rule())
        self.moving = self._label("muted")
        self.rows.addWidget(self.moving)
        self._make_foot()
        model.compared.connect(self.refresh)
        verification.changed.connect(self._on_verified)
        self.refresh()

    # --- making -----------------------------------------------------------------------------------------------------

    def _label(self, look: str = "") -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if look:
            label.setProperty("look", look)
        return label

    def _rule(self) -> QFrame:
        rule = QFrame(self)
        rule.setProperty("look", "line")
        return rule

    def _make_direction(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.stays, self.goes = self._label("strong"), self._label("strong")
        self.stays_facts, self.goes_facts = self._label("muted"), self._label("muted")
        for column, (words, name, facts) in enumerate(
            (
                (self.tr("stays"), self.stays, self.stays_facts),
                (self.tr("is folded in"), self.goes, self.goes_facts),
            )
        ):
            head = self._label("section")
            head.setText(words)
            grid.addWidget(head, 0, column)
            grid.addWidget(name, 1, column, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(facts, 2, column, Qt.AlignmentFlag.AlignTop)
        self.swap = QPushButton(self.tr("Swap the two"), self)
        self.swap.setProperty("look", "link")
        self.swap.setToolTip(self.tr("Let the other record stay"))
        self.swap.clicked.connect(self._model.swap)
        grid.addWidget(self.swap, 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeading)
        return grid

    def _make_preview(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addSpacing(4)
        column.addWidget(self._rule())
        head = self._label("strong")
        head.setText(self.tr("The record this makes"))
        column.addWidget(head)
        self._preview = QGridLayout()
        self._preview.setHorizontalSpacing(12)
        self._preview.setVerticalSpacing(4)
        self._preview.setColumnStretch(1, 1)
        column.addLayout(self._preview)
        return column

    def _make_foot(self) -> None:
        self.apart = QPushButton(self.tr("Not the same person"), self)
        self.apart.setProperty("look", "link")
        self.apart.clicked.connect(self._on_apart)
        self.shut = QPushButton(self.tr("Close"), self)
        self.shut.setToolTip(self.tr("Decide later (Esc)"))
        self.shut.clicked.connect(self._model.close)
        self.merge = KeyButton(self.tr("Merge"), "Ctrl+Return", "primary", self)
        self.merge.clicked.connect(self._model.merge)
        self.rows.addWidget(self.apart, 0, Qt.AlignmentFlag.AlignLeading)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.shut)
        foot.addWidget(self.merge)
        self.rows.addLayout(foot)

    # --- showing ----------------------------------------------------------------------------------------------------

    def take_focus(self) -> None:
        """Put the keyboard onto the first choice, or onto the decision."""
        if self.picks:
            chosen = self.picks[0].group.checkedButton()
            (chosen or self.picks[0].versions[0].button).setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.merge.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Show the comparison as it is now."""
        now = self._model.comparison
        if now is None:
            self._pair = ("", "")
            return
        self._tell_direction(now)
        choices = [row for row in now.rows if row.is_choice]
        pair = (now.survivor.id, now.other.id)
        if pair != self._pair or [(p.name) for p in self.picks] != [row.name for row in choices]:
            self._pair = pair
            self._make_picks(now, choices)
        for pick in self.picks:
            pick.show_choice(pick.name in now.taken)
        self._tell_result(now)

    def _on_verified(self) -> None:
        self._pair = ("", "")
        self.refresh()

    def _tell_direction(self, now: Comparison) -> None:
        phrases = [phrase for one in now.duplicate.reasons if (phrase := reasons.reason(one))]
        if now.duplicate.probability > 0:
            share = self.tr("%1 likely the same person").replace("%1", formats.percent(now.duplicate.probability))
            phrases = [share, *phrases]
        self.evidence.setText(" · ".join(phrases))
        self.evidence.setVisible(bool(phrases))
        for name, facts, record in (
            (self.stays, self.stays_facts, now.survivor),
            (self.goes, self.goes_facts, now.other),
        ):
            name.setText(called(record))
            facts.setText(self._facts(record, now))

    def _facts(self, record: Customer, now: Comparison) -> str:
        contacts, records = now.holdings.get(record.id, (0, 0))
        facts = [self.tr("No. %1").replace("%1", record.number)] if record.number else []
        if record.is_provisional:
            facts.append(self.tr("not known yet"))
        if record.created_at:
            facts.append(self.tr("on file since %1").replace("%1", formats.calendar_day(record.created_at.date())))
        facts.append(self.tr("%n contact(s)", None, contacts))
        if records:
            facts.append(self.tr("%n order(s) and other records", None, records))
        return "\n".join(facts)

    def _make_picks(self, now: Comparison, choices: list[ComparedField]) -> None:
        clear(self._picks)
        self.picks = []
        heads = (self.tr("This one's"), self.tr("The other's"))
        for row in choices:
            pick = Pick(row, heads, self._verification.hides(row.name), self)
            pick.show_choice(row.name in now.taken)
            pick.group.idToggled.connect(partial(self._on_picked, row.name))
            self.picks.append(pick)
            self._picks.addWidget(pick)

    def _tell_result(self, now: Comparison) -> None:
        clear(self._preview)
        result = now.result
        for name in _PREVIEWED:
            value = field_value(result, name)
            if not value:
                continue
            label, shown = self._label("muted"), self._label()
            label.setWordWrap(False)
            label.setText(values.title(name))
            text = values.hidden() if self._verification.hides(name) else values.shown(name, value)
            shown.setText(text.capitalize() if name == "segment" else text)
            at = self._preview.rowCount()
            self._preview.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            self._preview.addWidget(shown, at, 1)
        contacts, records = now.moving
        parts = [self.tr("%n contact(s) move over.", None, contacts)] if contacts else []
        if records:
            parts.append(self.tr("%n order(s) and other records move over.", None, records))
        if result.value_cents and now.other.value_cents and now.survivor.value_cents:
            parts.append(self.tr("The turnovers add up."))
        parts.append(self.tr("A merge can be undone at any time."))
        self.moving.setText(" ".join(parts))

    # --- what happens -----------------------------------------------------------------------------------------------

    def _on_picked(self, name: str, number: int, is_on: bool) -> None:
        if is_on:
            self._model.choose(name, number == 1)

    def _on_apart(self) -> None:
        now = self._model.comparison
        if now is not None:
            self._model.tell_apart(now.survivor, now.other)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self._model.close()
        elif is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._model.merge()
        else:
            super().keyPressEvent(event)
