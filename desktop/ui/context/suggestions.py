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
from desktop.ui.context.card import Card, Rows, show_look
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
        self._empty = QLabel(self.tr("Nothing to suggest at the moment."), self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self.rows.addWidget(self._empty)
        self._rows = Rows(self.rows, self._make_row)
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
        found = self.model.suggestions
        self.aside.setText(formats.keys("Alt+1") + (f"–{len(found)}" if len(found) > 1 else ""))
        self.aside.setVisible(bool(found) and self.model.can_take)
        self.setVisible(self._workplace.current is not None and not self._is_aside)
        self._empty.setVisible(not found)
        for number, (row, suggestion) in enumerate(zip(self._rows.take(len(found)), found, strict=True)):
            row.tell(suggestion, number, self._why(suggestion), self._all_reasons(suggestion))

    def _make_row(self) -> _SuggestionRow:
        return _SuggestionRow(self.model, self._theme)

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


class _SuggestionRow(QWidget):
    """One suggestion with its reasons; a rule above all but the first."""

    def __init__(self, model: SuggestionsViewModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self._theme = theme
        self._suggestion: Suggestion | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._rule = QFrame(self)
        self._rule.setProperty("look", "line")
        column.addWidget(self._rule)
        row = QHBoxLayout()
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(10)
        column.addLayout(row)
        words = QVBoxLayout()
        words.setSpacing(2)
        row.addLayout(words, 1)
        self._title, self._why = QLabel(self), QLabel(self)
        for label, look in ((self._title, "strong"), (self._why, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("look", look)
            label.setWordWrap(True)
            words.addWidget(label)
        self._do = QPushButton(self)
        self._do.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._do.clicked.connect(self._take)
        row.addWidget(self._do)
        self._no = QToolButton(self)
        self._no.setToolTip(self.tr("Not this"))
        self._no.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._no)
        for code, text in (
            ("done", self.tr("Already done")),
            ("wrong", self.tr("Does not fit")),
            ("later", self.tr("Not now")),
        ):
            menu.addAction(text).triggered.connect(lambda _checked=False, c=code: self._dismiss(c))
        self._no.setMenu(menu)
        row.addWidget(self._no)

    def tell(self, suggestion: Suggestion, number: int, why: str, all_reasons: str) -> None:
        """Show a suggestion, the ``number``-th from 0."""
        self._suggestion = suggestion
        self._rule.setVisible(number > 0)
        title = self._model.title(suggestion)
        self._title.setText(title)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._why.setToolTip(plain_tip(all_reasons))
        wording = self._model.wording(suggestion)
        self._do.setText(self.tr("Write") if wording else self.tr("Do it"))
        show_look(self._do, "primary" if number == 0 and self._model.can_take else "")
        self._do.setAccessibleName(f"{self._do.text()}: {title}")
        self._do.setToolTip(plain_tip(wording[:600]) if wording else "")
        self._no.setIcon(self._theme.icons.icon("close"))
        self._no.setAccessibleName(self.tr("Not this: %1").replace("%1", title))
        for button in (self._do, self._no):
            button.setEnabled(self._model.can_take)

    def _take(self) -> None:
        if self._suggestion is not None:
            self._model.take(self._suggestion)

    def _dismiss(self, code: str) -> None:
        if self._suggestion is not None:
            self._model.dismiss(self._suggestion, code)
