"""Next best actions: what to do, why, and one button each. The first is the one primary button of the column."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.suggestion import Suggestion
from desktop.ui.context.card import Card
from desktop.ui.i18n import formats, reasons
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.suggestions import SHOWN, SuggestionsViewModel
from desktop.viewmodels.workplace import Workplace

_REASONS_SHOWN = 3


class SuggestionsCard(Card):
    """Up to three suggestions; Alt+1 to Alt+3 take them."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Next best step"))
        self.setAccessibleName(self.tr("Next best step"))
        self._workplace = workplace
        self._theme = theme
        self._is_aside = False
        self.model = SuggestionsViewModel(workplace, self)
        self.model.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self._on_changed)
        theme.changed.connect(self._on_changed)
        self.aside.setProperty("look", "key")
        for number in range(SHOWN):
            shortcut = QShortcut(QKeySequence(f"Alt+{number + 1}"), self)
            shortcut.activated.connect(lambda n=number: self._take(n))
        self._on_changed()

    def _take(self, number: int) -> None:
        if self.model.can_take and number < len(self.model.suggestions):
            self.model.take(self.model.suggestions[number])

    def set_aside(self, is_aside: bool) -> None:
        """Put away what belongs to the open contact while somebody else is looked at."""
        if is_aside != self._is_aside:
            self._is_aside = is_aside
            self._on_changed()

    def _on_changed(self) -> None:
        self.clear()
        found = self.model.suggestions
        self.aside.setText(formats.keys("Alt+1") + (f"–{len(found)}" if len(found) > 1 else ""))
        self.aside.setVisible(bool(found) and self.model.can_take)
        self.setVisible(self._workplace.current is not None and not self._is_aside)
        if not found:
            empty = QLabel(self.tr("Nothing to suggest at the moment."), self)
            empty.setProperty("look", "muted")
            empty.setWordWrap(True)
            self.rows.addWidget(empty)
        for number, suggestion in enumerate(found):
            if number:
                rule = QFrame(self)
                rule.setProperty("look", "line")
                self.rows.addWidget(rule)
            self.rows.addWidget(self._row(suggestion, number))

    def _row(self, suggestion: Suggestion, number: int) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        title = QLabel(self.model.title(suggestion), holder)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setProperty("look", "strong")
        title.setWordWrap(True)
        words.addWidget(title)
        why = self._why(suggestion)
        if why:
            label = QLabel(why, holder)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("look", "muted")
            label.setWordWrap(True)
            label.setToolTip(plain_tip(self._all_reasons(suggestion)))
            words.addWidget(label)
        row.addLayout(words, 1)
        wording = self.model.wording(suggestion)
        do = QPushButton(self.tr("Write") if wording else self.tr("Do it"), holder)
        do.setProperty("look", "primary" if number == 0 and self.model.can_take else "")
        do.setAccessibleName(f"{do.text()}: {title.text()}")
        do.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        if wording:
            do.setToolTip(plain_tip(wording[:600]))
        do.setEnabled(self.model.can_take)
        do.clicked.connect(lambda: self.model.take(suggestion))
        row.addWidget(do)
        no = QToolButton(holder)
        no.setIcon(self._theme.icons.icon("close"))
        no.setToolTip(self.tr("Not this"))
        no.setAccessibleName(self.tr("Not this: %1").replace("%1", title.text()))
        no.setEnabled(self.model.can_take)
        no.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(no)
        for code, text in (
            ("done", self.tr("Already done")),
            ("wrong", self.tr("Does not fit")),
            ("later", self.tr("Not now")),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, c=code: self.model.dismiss(suggestion, c))
        no.setMenu(menu)
        row.addWidget(no)
        return holder

    def _phrases(self, suggestion: Suggestion) -> list[str]:
        ordered = sorted(suggestion.reasons, key=lambda one: -abs(one.weight))
        intent = self._workplace.catalogue.intent
        found = [reasons.reason(one, intent(one.values.get("intent"))) for one in ordered]
        return list(dict.fromkeys(phrase for phrase in found if phrase))

    def _why(self, suggestion: Suggestion) -> str:
        phrases = self._phrases(suggestion)[:_REASONS_SHOWN]
        text = "; ".join(phrases)
        return text[:1].upper() + text[1:]

    def _all_reasons(self, suggestion: Suggestion) -> str:
        sure = self.tr("%1 likely").replace("%1", formats.percent(suggestion.score))
        return "\n".join([sure, *self._phrases(suggestion)])
