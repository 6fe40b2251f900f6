"""Next best actions: what to do, why, and one button each. The first is the one primary button of the column. The keys are
named in ``SuggestionsCard.keys``; the panel makes them work wherever in the window the keyboard is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
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
from desktop.ui.context import values
from desktop.ui.context.card import Card, Rows
from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction.step_menus import time_menu
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.announcing import announce
from desktop.ui.widgets.flow import FlowBox
from desktop.ui.widgets.look import set_look
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.suggestions import DISMISSALS, SHOWN, SuggestionKind, SuggestionsViewModel
from desktop.viewmodels.workplace import Workplace

_REASONS_SHOWN = 3
_TAKE, _DISMISS, _WHY, _UNDO = "Alt+{}", "Alt+Shift+{}", "Alt+0", "Alt+Z"


class SuggestionsCard(Card):
    """Up to four suggestions; Alt and a number take one, with Shift it is put aside, Alt+0 tells all reasons."""

    def __init__(self, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.title.setText(self.tr("Next best step"))
        self.setAccessibleName(self.tr("Next best step"))
        self._workplace = workplace
        self._theme = theme
        self._is_aside = False
        self._tells_all = False
        self.model = SuggestionsViewModel(workplace, self)
        self._empty = QLabel(self.tr("Nothing to suggest at the moment."), self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self.rows.addWidget(self._empty)
        self._rows = Rows(self.rows, self._make_row)
        self._taken = _TakenLine(self.model, self)
        self.add_last(self._taken)
        self.model.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self._on_changed)
        theme.changed.connect(self._on_changed)
        self.aside.setProperty("look", "key")
        self.aside.setToolTip(
            self.tr("%1 takes one, %2 puts it aside, %3 tells all reasons")
            .replace("%1", formats.keys(_TAKE.format(1)))
            .replace("%2", formats.keys(_DISMISS.format(1)))
            .replace("%3", formats.keys(_WHY))
        )
        self._on_changed()

    @property
    def keys(self) -> dict[str, Callable[[], object]]:
        """What the keys of the card do."""
        keys: dict[str, Callable[[], object]] = {_WHY: self.toggle_reasons, _UNDO: self.model.undo}
        for number in range(SHOWN):
            keys[_TAKE.format(number + 1)] = partial(self._take, number)
            keys[_DISMISS.format(number + 1)] = partial(self._ask_why_not, number)
        return keys

    def toggle_reasons(self) -> None:
        """Tell all reasons below each suggestion, or only the strongest again."""
        self._tells_all = not self._tells_all
        self._on_changed()

    def set_aside(self, is_aside: bool) -> None:
        """Put away what belongs to the open contact while somebody else is looked at."""
        if is_aside != self._is_aside:
            self._is_aside = is_aside
            self._on_changed()

    def _take(self, number: int) -> None:
        if not self._is_aside and number < len(self.model.suggestions):
            self.model.take(self.model.suggestions[number])

    def _ask_why_not(self, number: int) -> None:
        if not self._is_aside and self.model.can_take and number < len(self.model.suggestions):
            self._rows.take(len(self.model.suggestions))[number].ask_why_not()

    def _on_changed(self) -> None:
        found = self.model.suggestions
        many = f"–{len(found)}" if len(found) > 1 else ""
        self.aside.setText(formats.keys(_TAKE.format(1)) + many)
        self.aside.setVisible(bool(found) and self.model.can_take)
        self.setVisible(self._workplace.current is not None and not self._is_aside)
        self._empty.setVisible(not found)
        for number, (row, suggestion) in enumerate(zip(self._rows.take(len(found)), found, strict=True)):
            row.tell(suggestion, number, self._phrases(suggestion), tells_all=self._tells_all)
        self._taken.refresh()

    def _make_row(self) -> _SuggestionRow:
        return _SuggestionRow(self.model, self._theme)

    def _phrases(self, suggestion: Suggestion) -> list[str]:
        # That one is being tried stands beside it.
        said = (one for one in suggestion.reasons if one.code != "recommend.trial")
        ordered = sorted(said, key=lambda one: -abs(one.weight))
        intent = self._workplace.catalogue.intent
        found = [reasons.reason(one, intent(one.values.get("intent"))) for one in ordered]
        return list(dict.fromkeys(phrase for phrase in found if phrase))


class _SuggestionRow(QWidget):
    """One suggestion with its reasons; a rule above all but the first. Delete puts it aside."""

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
        self._title, self._change, self._why = QLabel(self), QLabel(self), QLabel(self)
        for label, look in ((self._title, "strong"), (self._change, "quiet"), (self._why, "muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setProperty("look", look)
            label.setWordWrap(True)
            words.addWidget(label)
        facts = FlowBox(self, 8)
        self._when = QPushButton(facts)
        self._when.setProperty("look", "link")
        self._when.clicked.connect(self._on_when)
        self._tried = QLabel(self.tr("being tried"), facts)
        self._tried.setProperty("look", "pill-neutral")
        self._tried.setToolTip(self.tr("Put here to learn whether it helps; so far others did better."))
        self._sure = QLabel(facts)
        self._sure.setProperty("look", "small")
        for part in (self._when, self._tried, self._sure):
            facts.flow.addWidget(part)
        self._facts = facts
        words.addWidget(facts)
        self._do = QPushButton(self)
        self._do.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._do.clicked.connect(self._on_take)
        row.addWidget(self._do)
        self._no = QToolButton(self)
        self._no.setToolTip(f"{self.tr('Not this')} ({formats.keys('Del')})")
        self._no.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._no.setMenu(self._make_menu())
        row.addWidget(self._no)

    def _make_menu(self) -> QMenu:
        """The reasons for putting one aside; their numbers are keys."""
        texts = {
            "done": self.tr("Already done"),
            "wrong": self.tr("Does not fit"),
            "later": self.tr("Not now"),
            "not_allowed": self.tr("Not allowed here"),
        }
        menu = QMenu(self._no)
        for number, code in enumerate(DISMISSALS):
            action = menu.addAction(f"&{number + 1}  {texts[code]}")
            action.setProperty("code", code)
            action.triggered.connect(lambda _checked=False, c=code: self._dismiss(c))
        return menu

    def tell(self, suggestion: Suggestion, number: int, phrases: list[str], *, tells_all: bool) -> None:
        """Show a suggestion, the ``number``-th from 0, with the phrases of its reasons, the strongest first."""
        model = self._model
        self._suggestion = suggestion
        self._rule.setVisible(number > 0)
        title = model.title(suggestion)
        self._title.setText(title)
        shown = "\n".join(f"• {one}" for one in phrases) if tells_all else "; ".join(phrases[:_REASONS_SHOWN])
        why = shown if tells_all else shown[:1].upper() + shown[1:]
        self._why.setText(why)
        self._why.setVisible(bool(why))
        sure = self.tr("%1 likely").replace("%1", formats.percent(suggestion.score))
        self._why.setToolTip(plain_tip("\n".join([sure, *phrases])))
        self._sure.setText(sure)
        self._sure.setVisible(tells_all)
        self._tried.setVisible(suggestion.is_explored)
        self._tell_change(suggestion)
        at = model.callback_at(suggestion)
        self._when.setVisible(at is not None)
        if at is not None:
            self._when.setText(_moment(at, model))
            self._when.setAccessibleName(self.tr("Call back at another time than %1").replace("%1", self._when.text()))
            self._when.setToolTip(self.tr("Choose another time"))
        self._facts.setVisible(tells_all or suggestion.is_explored or at is not None)
        wording = model.brings(suggestion)
        self._do.setText(self._verb(suggestion, bool(wording)))
        set_look(self._do, "primary" if number == 0 and model.can_take else "")
        self._do.setAccessibleName(f"{self._do.text()}: {title}")
        self._do.setAccessibleDescription(", ".join([*phrases[:_REASONS_SHOWN], sure]))
        tip = f"{self._do.text()} ({formats.keys(_TAKE.format(number + 1))})"
        self._do.setToolTip(plain_tip(f"{tip}\n{wording[:600]}" if wording else tip))
        self._no.setIcon(self._theme.icons.icon("close"))
        self._no.setAccessibleName(self.tr("Not this: %1").replace("%1", title))
        self._no.setEnabled(model.can_take)
        for button in (self._do, self._when):
            button.setEnabled(model.is_possible(suggestion))

    def _tell_change(self, suggestion: Suggestion) -> None:
        change = self._model.change(suggestion)
        text = ""
        if change is not None:
            field, before, after = change
            pattern = self.tr("%1: %2 → %3") if before else self.tr("%1: %3")
            text = pattern.replace("%3", values.shown(field, after)).replace("%2", values.shown(field, before))
            text = text.replace("%1", values.title(field))
        self._change.setText(text)
        self._change.setVisible(bool(text))

    def _verb(self, suggestion: Suggestion, has_wording: bool) -> str:
        if has_wording:
            return self.tr("Write")
        return {
            SuggestionKind.FIELD: self.tr("Enter", "a value into a field"),
            SuggestionKind.FLOW: self.tr("Start"),
            SuggestionKind.CALLBACK: self.tr("Schedule"),
            SuggestionKind.ARTICLE: self.tr("Read"),
            SuggestionKind.INTENT: self.tr("Set"),
        }.get(suggestion.kind, self.tr("Do it"))

    # --- what happens -----------------------------------------------------------------------------------------------

    def ask_why_not(self) -> None:
        """Open the reasons for putting this one aside."""
        if self._no.isEnabled():
            menu = self._no.menu()
            menu.popup(self._no.mapToGlobal(self._no.rect().bottomLeft()))
            menu.setActiveAction(menu.actions()[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.ask_why_not()
        else:
            super().keyPressEvent(event)

    def _on_take(self) -> None:
        if self._suggestion is not None:
            self._model.take(self._suggestion)

    def _on_when(self) -> None:
        suggestion = self._suggestion
        if suggestion is not None:
            chosen = partial(self._model.set_callback, suggestion)
            time_menu(self._model.now(), chosen, self._theme, self._when, self.tr("Call back at"))

    def _dismiss(self, code: str) -> None:
        if self._suggestion is not None:
            self._model.dismiss(self._suggestion, code)


class _TakenLine(QWidget):
    """What was taken or put aside last, for as long as it can be taken back."""

    def __init__(self, model: SuggestionsViewModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._told = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setProperty("look", "muted")
        self._text.setWordWrap(True)
        self._undo = QPushButton(self.tr("Take back"), self)
        self._undo.setProperty("look", "link")
        self._undo.setToolTip(f"{self._undo.text()} ({formats.keys(_UNDO)})")
        self._undo.clicked.connect(model.undo)
        row.addWidget(self._text, 1)
        row.addWidget(self._undo, 0, Qt.AlignmentFlag.AlignTop)

    def refresh(self) -> None:
        """Show it, or nothing once it is too late."""
        taken = self._model.taken
        self.setVisible(taken is not None)
        text = ""
        if taken is not None:
            pattern = self.tr("Put aside: %1") if taken.is_dismissed else self.tr("Done: %1")
            text = pattern.replace("%1", self._model.title(taken.suggestion))
        self._text.setText(text)
        if text and text != self._told:
            announce(self, text)
        self._told = text


def _moment(at: datetime, model: SuggestionsViewModel) -> str:
    day, clock = formats.moment(at, model.now()), formats.clock(at)
    return clock if day == clock else f"{day}, {clock}"
