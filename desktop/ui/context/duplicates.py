"""Records that look like the customer's own: one quiet line with the evidence, and the log of merges with the way back. The
comparison itself is ``merge``'s.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.domain.customer import Customer
from desktop.ui.context.card import clear
from desktop.ui.i18n import formats, reasons
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.duplicates import DuplicatesModel, DuplicateState, LikePair
from desktop.viewmodels.workplace import Workplace

_REASONS_SHOWN = 3
_MOST_LOGGED = 8


def called(customer: Customer) -> str:
    """Return what to call a record: the name, else an address, else the number."""
    address = next((one.value for one in customer.identities), "")
    return customer.name or address or customer.number


class DuplicatesView(QWidget):
    """Hidden while the customer is like nobody else and nothing was merged."""

    def __init__(
        self, workplace: Workplace, model: DuplicatesModel, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._model = model
        self._theme = theme
        self._is_unfolded = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        column.addLayout(self._lines)
        self.fold = QPushButton(self)
        self.fold.setProperty("look", "link")
        self.fold.clicked.connect(self._on_fold)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeading)
        self.beside = QPushButton(self.tr("Compare with the open contact's customer"), self)
        self.beside.setProperty("look", "link")
        self.beside.clicked.connect(self._on_beside)
        column.addWidget(self.beside, 0, Qt.AlignmentFlag.AlignLeading)
        self._log = QVBoxLayout()
        self._log.setSpacing(4)
        column.addLayout(self._log)
        model.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        workplace.catalogue.changed.connect(self.refresh)
        self.refresh()

    def take_focus(self) -> bool:
        """Put the keyboard onto the first proposal; says whether there is one."""
        found = [button for button in self.findChildren(QPushButton, "compare") if button.isVisibleTo(self)]
        if found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)
        return bool(found)

    def refresh(self) -> None:
        """Show what is known."""
        clear(self._lines)
        clear(self._log)
        for pair in self._model.proposals[:2]:
            self._add(self._lines, self._proposal(pair))
        log = self._model.log
        self.fold.setVisible(bool(log))
        merged = sum(pair.duplicate.state is DuplicateState.MERGED for pair in log)
        text = self.tr("%n record(s) merged into this one", None, merged) if merged else self.tr("Other records")
        self.fold.setText(f"{text} {'▴' if self._is_unfolded else '▾'}")
        self.fold.setAccessibleName(text)
        if self._is_unfolded:
            for pair in log[:_MOST_LOGGED]:
                self._add(self._log, self._logged(pair))
        self.beside.setVisible(self._model.contact_customer is not None)
        self.setVisible(bool(self._model.pairs) or self._model.contact_customer is not None)

    def _add(self, where: QVBoxLayout, row: QWidget) -> None:
        where.addWidget(row)
        row.show()  # at once, so that the keyboard can be put into it

    def _proposal(self, pair: LikePair) -> QFrame:
        other = self._model.other_of(pair)
        made = QFrame(self)
        made.setProperty("look", "banner-accent")
        column = QVBoxLayout(made)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        share = formats.percent(pair.duplicate.probability)
        text = self.tr("Looks like the same person as %1 (%2)").replace("%2", share).replace("%1", called(other))
        line = QLabel(text, made)
        line.setTextFormat(Qt.TextFormat.PlainText)
        line.setWordWrap(True)
        column.addWidget(line)
        ordered = sorted(pair.duplicate.reasons, key=lambda one: -abs(one.weight))
        phrases = [phrase for one in ordered if (phrase := reasons.reason(one))]
        if phrases:
            why = QLabel("; ".join(phrases[:_REASONS_SHOWN]), made)
            why.setTextFormat(Qt.TextFormat.PlainText)
            why.setProperty("look", "muted")
            why.setWordWrap(True)
            why.setToolTip(plain_tip("\n".join(phrases)))
            column.addWidget(why)
        if pair.duplicate.undone_at is not None:
            column.addWidget(self._said(self._parted(pair), made))
        row = QHBoxLayout()
        row.setSpacing(8)
        compare = QPushButton(self.tr("Compare"), made)
        compare.setObjectName("compare")
        compare.setAccessibleName(self.tr("Compare with %1").replace("%1", called(other)))
        compare.clicked.connect(lambda: self._model.compare(pair.survivor.id, pair.other.id))
        apart = QPushButton(self.tr("Not the same person"), made)
        apart.setProperty("look", "link")
        apart.setAccessibleName(self.tr("Not the same person: %1").replace("%1", called(other)))
        apart.clicked.connect(lambda: self._model.tell_apart(pair.survivor, pair.other))
        row.addWidget(compare)
        row.addWidget(apart)
        row.addStretch(1)
        column.addLayout(row)
        return made

    def _logged(self, pair: LikePair) -> QWidget:
        """One line of the log: what was done with which record, by whom, and what can be done about it."""
        made = QWidget(self)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        match pair.duplicate.state:
            case DuplicateState.MERGED:
                head, said = called(pair.other), self._done(pair)
                offer: tuple[str, Callable[[], None]] = (
                    self.tr("Undo merge"),
                    lambda: self._model.undo(pair.survivor, pair.other),
                )
            case DuplicateState.DISTINCT:
                head, said = called(self._model.other_of(pair)), self.tr("another person")
                offer = self.tr("Compare"), lambda: self._model.compare(pair.survivor.id, pair.other.id)
            case _:
                head, said = called(self._model.other_of(pair)), self._parted(pair)
                offer = self.tr("Compare"), lambda: self._model.compare(pair.survivor.id, pair.other.id)
        row = QHBoxLayout()
        row.setSpacing(8)
        name = QLabel(head, made)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setWordWrap(True)
        row.addWidget(name, 1)
        words, act = offer
        button = QPushButton(words, made)
        button.setProperty("look", "link")
        button.setAccessibleName(f"{words}: {head}")
        button.setEnabled(not pair.is_pending or pair.duplicate.state is DuplicateState.MERGED)
        button.clicked.connect(act)
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self._said(said + (f" · {self.tr('being saved')}" if pair.is_pending else ""), made))
        return made

    def _done(self, pair: LikePair) -> str:
        duplicate = pair.duplicate
        when = formats.moment(duplicate.merged_at, self._workplace.now()) if duplicate.merged_at else ""
        if duplicate.merged_by is None:
            return self.tr("merged by the centre's own rule, %1").replace("%1", when)
        who = self._who(duplicate.merged_by)
        return self.tr("merged by %1, %2").replace("%2", when).replace("%1", who)

    def _parted(self, pair: LikePair) -> str:
        duplicate = pair.duplicate
        when = formats.moment(duplicate.undone_at, self._workplace.now()) if duplicate.undone_at else ""
        return self.tr("separated again by %1, %2").replace("%2", when).replace("%1", self._who(duplicate.undone_by))

    def _who(self, agent_id: str | None) -> str:
        if agent_id == self._workplace.me:
            return self.tr("you")
        return self._workplace.catalogue.agent(agent_id) or self.tr("a colleague")

    def _said(self, text: str, parent: QWidget) -> QLabel:
        label = QLabel(text, parent)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("look", "muted")
        label.setWordWrap(True)
        return label

    def _on_beside(self) -> None:
        self._model.compare_beside()

    def _on_fold(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self.refresh()
