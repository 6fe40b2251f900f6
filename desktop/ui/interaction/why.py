"""Why this contact came to whom it came: the decision in words and numbers, who else was considered, and the decisions before
it. Drops down from the head of the contact, by pointer or by key.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.domain.ids import LOCAL
from desktop.domain.routing import RoutingDecision, Weighed
from desktop.ui.i18n import formats, reasons
from desktop.ui.interaction import evidence
from desktop.ui.interaction.picker import Choice, ChoiceList
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.sheet import Sheet
from desktop.viewmodels.catalogue import Catalogue
from desktop.viewmodels.routing import DecisionsModel
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

_WIDTH = 400
_HIGHEST = 240
_EARLIER = 6


def facts(decision: RoutingDecision, catalogue: Catalogue) -> str:
    """Return the numbers of a decision in one line: the queue, how long it had waited, how widely was asked, when, and that
    it was made here, where it was."""
    parts = [
        catalogue.queue(decision.queue),
        translate("why", "waited %1").replace("%1", formats.span(decision.waited_s)),
        translate("why", "ring %1").replace("%1", str(decision.ring)) if decision.ring else "",
        formats.clock(decision.at),
        translate("why", "worked out on this computer") if decision.id.startswith(LOCAL) else "",
    ]
    return " · ".join(part for part in parts if part)


def considered(
    decision: RoutingDecision, catalogue: Catalogue, *, may_see: frozenset[str] | None = None
) -> list[Choice]:
    """Return who was looked at, those who could have had it first, best first. ``may_see`` names those whose reasons are
    shown too (``None``: everybody's): what was learned of a colleague is theirs and their lead's."""
    fitting = translate("why", "Could have had it")
    out = translate("why", "Could not")
    found = [
        _line(
            one, catalogue, fitting if not one.obstacle else out, may_see, is_chosen=one.agent_id == decision.agent_id
        )
        for one in sorted(decision.considered, key=lambda one: (bool(one.obstacle), -one.score))
    ]
    shown: dict[str, int] = {}
    for one in decision.considered:
        shown[one.obstacle] = shown.get(one.obstacle, 0) + 1
    for code, count in sorted(decision.counts.items(), key=lambda item: -item[1]):
        more = count - shown.get(code, 0)
        if code and more > 0:
            title = translate("why", "%n more", None, more)
            found.append(Choice(f"more:{code}", title, reasons.obstacle(code), out))
    return found


def _line(one: Weighed, catalogue: Catalogue, group: str, may_see: frozenset[str] | None, *, is_chosen: bool) -> Choice:
    name = catalogue.agent(one.agent_id) or translate("why", "A colleague")
    detail = reasons.obstacle(one.obstacle) if one.obstacle else score(one.score)
    may = may_see is None or one.agent_id in may_see
    more = " · ".join(evidence.sentences(one.reasons)) if may and not one.obstacle else ""
    return Choice(one.agent_id, name, detail, group, more=more, is_marked=is_chosen)


def score(value: float) -> str:
    """Return how well somebody fits, in points."""
    return translate("why", "%1 points").replace("%1", QLocale().toString(value, "f", 2))


class WhySheet(Sheet):
    """Follows the decisions while it is open."""

    def __init__(
        self, workplace: Workplace, theme: Theme, *, is_lead: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, translate("why", "Why?"), parent, width=_WIDTH)
        self._workplace = workplace
        self._may_see = None if is_lead else frozenset({workplace.me})
        self.model = DecisionsModel(workplace, self)
        self.numbers = self.label("")
        self._reasons = QWidget(self)
        self._lines = QVBoxLayout(self._reasons)
        self._lines.setContentsMargins(0, 4, 0, 4)
        self._lines.setSpacing(3)
        self.column.addWidget(self._reasons)
        self.list = ChoiceList(theme, self)
        self.list.setAccessibleName(translate("why", "Who was considered"))
        self.column.addWidget(self.list)
        self.earlier = self.label("")
        self.model.changed.connect(self._fill)
        workplace.catalogue.changed.connect(self._fill)

    def drop_for(self, interaction_id: str, anchor: QWidget) -> None:
        """Show why the contact went where it did, below ``anchor``."""
        self._fill()
        self.model.look(interaction_id)  # type: ignore[arg-type]
        self.drop(anchor)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.model.stop()

    def _fill(self) -> None:
        model, catalogue = self.model, self._workplace.catalogue
        decision, row = model.current, model.interaction
        told = decision.reasons if decision is not None else (row.routed_by if row is not None else ())
        self.title.setText(self._question(decision))
        self.setAccessibleName(self.title.text())
        if decision is not None:
            self.numbers.setText(facts(decision, catalogue))
        elif model.is_loaded:
            self.numbers.setText("" if told else translate("why", "Nothing is written down about this."))
        else:
            self.numbers.setText(translate("why", "Looking it up …"))
        self.numbers.setVisible(bool(self.numbers.text()))
        self._tell(evidence.sentences(told))
        choices = considered(decision, catalogue, may_see=self._may_see) if decision is not None else []
        self.list.fill(choices)
        self.list.setVisible(bool(choices))
        self.list.setFixedHeight(max(1, min(self.list.choices.height() + 4, _HIGHEST)))
        if choices and self.isVisible():
            self.list.setFocus(Qt.FocusReason.PopupFocusReason)
        # The heading stands above who is chosen.
        self.list.scrollToTop()
        before = [self._earlier(one) for one in model.decisions if one is not decision][:_EARLIER]
        self.earlier.setText("\n".join([translate("why", "Other decisions"), *before]) if before else "")
        self.earlier.setVisible(bool(before))
        self._fit()

    def _question(self, decision: RoutingDecision | None) -> str:
        row = self.model.interaction
        who = decision.agent_id if decision is not None else (row.assignee if row is not None else None)
        if who == self._workplace.me:
            return translate("why", "Why you?")
        if who is None:
            return translate("why", "Why nobody yet?") if self.model.is_loaded else translate("why", "Why?")
        name = self._workplace.catalogue.agent(who) or translate("why", "a colleague")
        return translate("why", "Why %1?").replace("%1", name)

    def _tell(self, sentences: list[str]) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for sentence in sentences:
            line = QLabel(f"• {sentence[:1].upper()}{sentence[1:]}", self._reasons)
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setWordWrap(True)
            self._lines.addWidget(line)
        self._reasons.setVisible(bool(sentences))

    def _earlier(self, decision: RoutingDecision) -> str:
        name = self._workplace.catalogue.agent(decision.agent_id) if decision.agent_id else ""
        who = name or (translate("why", "a colleague") if decision.agent_id else translate("why", "nobody"))
        told = evidence.sentences(decision.reasons)
        return " · ".join([formats.clock(decision.at), who, *told[:1]])
