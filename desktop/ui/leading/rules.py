"""The alert rules in a window of their own: the list at the left, the rule chosen as a form at the right. It blocks nothing;
what was changed and not saved yet is kept by rule until the window closes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.routing import AlertRule
from desktop.ui.i18n import alerts
from desktop.ui.interaction.picker import Choice, ChoiceList
from desktop.ui.leading.rule_form import RuleForm
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.alert_rules import AlertRulesModel, fresh_rule, trouble
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

_SIZE = (820, 620)
_LIST = 300


def trouble_text(code: str) -> str:
    """Return what is wrong with a rule, in a sentence."""
    return {
        "no_title": translate("alerts", "The rule needs a name."),
        "long_title": translate("alerts", "The name is too long."),
        "clear_at": translate("alerts", "It must be over at the better side of where it is raised, or there."),
        "for_s": translate("alerts", "It can wait a week at most."),
        "quiet": translate("alerts", "Choose the days on which it is silent, and two different times."),
    }.get(code, "")


class RulesWindow(QDialog):
    """Shown with ``show``; one at a time is for whoever opens it to see to."""

    def __init__(self, leading: Leading, workplace: Workplace, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._leading = leading
        self.model = AlertRulesModel(workplace, self)
        self._shown: AlertRule | None = None
        self._is_new = False
        self._drafts: dict[str, AlertRule] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(translate("alerts", "Alert rules"))
        self.resize(*_SIZE)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 12)
        outer.setSpacing(16)
        outer.addLayout(self._make_list(theme))
        outer.addLayout(self._make_page(workplace, theme), 1)
        self.model.changed.connect(self._on_rules)
        workplace.catalogue.changed.connect(self._on_catalogue)
        self._on_rules()

    def _make_list(self, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.list = ChoiceList(theme, self)
        self.list.setProperty("look", "choices-framed")
        self.list.setFixedWidth(_LIST)
        self.list.setAccessibleName(self.windowTitle())
        self.list.selectionModel().currentChanged.connect(lambda: self._on_chosen())
        column.addWidget(self.list, 1)
        row = QHBoxLayout()
        self.new_button = QPushButton(translate("alerts", "New rule"), self)
        self.new_button.setIcon(theme.icons.icon("plus"))
        self.new_button.setAutoDefault(False)
        self.new_button.clicked.connect(self.begin)
        row.addWidget(self.new_button)
        row.addStretch(1)
        self.remove_button = QPushButton(translate("alerts", "Remove"), self)
        self.remove_button.setProperty("look", "danger")
        self.remove_button.setAutoDefault(False)
        self.remove_button.clicked.connect(self._on_remove)
        row.addWidget(self.remove_button)
        column.addLayout(row)
        return column

    def _make_page(self, workplace: Workplace, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.heading = QLabel(self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.heading.setProperty("look", "title")
        self.heading.setWordWrap(True)
        column.addWidget(self.heading)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        page = QWidget(scroll)
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 8, 0, 0)
        self.form = RuleForm(workplace, theme, page)
        self.form.edited.connect(self._refresh)
        rows.addWidget(self.form)
        rows.addStretch(1)
        scroll.setWidget(page)
        column.addWidget(scroll, 1)
        self.summary = QLabel(self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setProperty("look", "muted")
        column.addWidget(self.summary)
        row = QHBoxLayout()
        row.addStretch(1)
        close = QPushButton(translate("alerts", "Close"), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.close)
        row.addWidget(close)
        self.save_button = QPushButton(translate("alerts", "Save"), self)
        self.save_button.setProperty("look", "primary")
        self.save_button.clicked.connect(self._on_save)
        row.addWidget(self.save_button)
        column.addLayout(row)
        return column

    # --- the list ---------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Begin a new rule."""
        self._is_new = True
        self._show(fresh_rule())
        self.form.title.setFocus()

    def _on_catalogue(self) -> None:
        if self._shown is not None and not self._is_edited:
            self.form.fill(self._shown)

    def _on_rules(self) -> None:
        off = translate("alerts", "off")
        choices = [
            Choice(
                rule.id,
                alerts.rule_title(rule.title),
                "" if rule.is_active else off,
                more=alerts.condition(rule),
                dot="good" if rule.is_active else "faint",
            )
            for rule in self.model.rules
        ]
        shown = self._shown.id if self._shown is not None else None
        self.list.selectionModel().blockSignals(True)
        self.list.fill(choices)
        is_there = shown is not None and self.list.stand_on(shown)
        self.list.selectionModel().blockSignals(False)
        if is_there and not self._is_edited:
            self._is_new = False
            self._show(self.model.rule(shown or ""))
        elif not is_there and not self._is_new:
            first = next(iter(self.model.rules), None)
            self._show(first)
            if first is not None:
                self.list.stand_on(first.id)
        self._refresh()

    def _on_chosen(self) -> None:
        choice = self.list.current()
        if choice is not None and (self._shown is None or choice.value != self._shown.id or self._is_new):
            self._is_new = False
            self._show(self.model.rule(choice.value))

    # --- the form ---------------------------------------------------------------------------------------------------

    @property
    def _is_edited(self) -> bool:
        return self._shown is not None and self.form.rule != self._shown

    def _show(self, rule: AlertRule | None) -> None:
        before = self._shown
        if before is not None and (rule is None or rule.id != before.id) and self._is_edited:
            self._drafts[before.id] = self.form.rule
        self._shown = rule
        self.form.setVisible(rule is not None)
        if rule is not None:
            self.form.fill(self._drafts.pop(rule.id, rule))
        self._refresh()

    def _refresh(self) -> None:
        self.remove_button.setEnabled(self._shown is not None and not self._is_new)
        if self._shown is None:
            self.heading.setText(translate("alerts", "No rule yet"))
            self.summary.setText(
                translate("alerts", "A rule tells you when something needs you: many waiting, a long call.")
            )
            self.save_button.setEnabled(False)
            return
        rule = self.form.rule
        wrong = trouble(rule)
        title = translate("alerts", "New rule") if self._is_new else alerts.rule_title(self._shown.title)
        self.heading.setText(title)
        is_new_and_untouched = self._is_new and not self._is_edited
        told = trouble_text(wrong) if wrong and not is_new_and_untouched else alerts.condition(rule)
        look = "hint-bad" if wrong and not is_new_and_untouched else "muted"
        if self.summary.property("look") != look:
            self.summary.setProperty("look", look)
            self.summary.style().unpolish(self.summary)
            self.summary.style().polish(self.summary)
        self.summary.setText(told)
        self.save_button.setEnabled(not wrong and (self._is_new or self._is_edited))

    def _on_save(self) -> None:
        rule = self.form.rule
        if trouble(rule):
            return
        self._shown, self._is_new = rule, False
        self._leading.put_rule(rule)
        self._refresh()

    def _on_remove(self) -> None:
        if self._shown is not None:
            gone, self._shown = self._shown.id, None
            self._leading.remove_rule(gone)
