"""The screen pop: who this is and how we know, what it is about, what happened before, what to do next; without a click."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.ui.i18n import formats, words
from desktop.ui.interaction import evidence
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.interaction import InteractionModel, Pop


class ScreenPop(QFrame):
    """Four answers, two by two: a word or two each, and below it how we know. ``dismissed`` where it was put away."""

    dismissed = Signal()

    def __init__(self, model: InteractionModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self.setProperty("look", "pop")
        self.setAccessibleName(self.tr("At a glance"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(14, 9, 8, 9)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(5)
        self._parts: list[tuple[QLabel, QLabel, QLabel]] = []
        for number, (icon, name) in enumerate(
            (
                ("customer", self.tr("Who")),
                ("target", self.tr("About")),
                ("clock", self.tr("Before")),
                ("suggestion", self.tr("Next")),
            )
        ):
            picture = QLabel(self)
            picture.setProperty("icon", icon)
            picture.setToolTip(name)
            picture.setFixedSize(16, 18)
            cell = QVBoxLayout()
            cell.setSpacing(0)
            strong, quiet = _label("strong", self), _label("muted", self)
            cell.addWidget(strong)
            cell.addWidget(quiet)
            cell.addStretch(1)
            line, column = divmod(number, 2)
            self._grid.addWidget(picture, line, column * 2, Qt.AlignmentFlag.AlignTop)
            self._grid.addLayout(cell, line, column * 2 + 1)
            self._grid.setColumnStretch(column * 2 + 1, 1)
            self._parts.append((picture, strong, quiet))
        self.close_button = QToolButton(self)
        self.close_button.setProperty("look", "tiny")
        self.close_button.setToolTip(self.tr("Put away"))
        self.close_button.setAccessibleName(self.tr("Put this summary away"))
        self.close_button.clicked.connect(self.dismissed)
        self._grid.addWidget(self.close_button, 0, 4, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def tell(self, pop: Pop | None) -> None:
        """Show a screen pop, or nothing."""
        if pop is not None:
            texts = (self._who(pop), self._about(pop), self._before(pop), self._next(pop))
            for (picture, strong, quiet), (told, known) in zip(self._parts, texts, strict=True):
                strong.setText(told)
                quiet.setText(known)
                strong.setAccessibleName(f"{picture.toolTip()}: {told}")
                for label, text in ((picture, told), (strong, told), (quiet, known)):
                    label.setVisible(bool(text))
        self.setVisible(pop is not None)

    # --- the four answers -------------------------------------------------------------------------------------------

    def _who(self, pop: Pop) -> tuple[str, str]:
        row, customer = pop.interaction, pop.customer
        name = self._model.customer_name() or self.tr("Unknown customer")
        if customer is None or customer.is_provisional:
            return name, self.tr("not known yet, writes from %1").replace("%1", row.from_address)
        parts = [self.tr("%1 sure").replace("%1", formats.percent(row.identified))] if row.identified else []
        parts += evidence.sentences(row.identified_by)[:2]
        if customer.since is not None:
            parts.append(self.tr("customer since %1").replace("%1", str(customer.since.year)))
        return name, " · ".join(parts)

    def _about(self, pop: Pop) -> tuple[str, str]:
        row = pop.interaction
        title = self._model.intent_title(row.intent)
        if not title:
            return (row.subject or self.tr("Not clear yet what it is about")), ""
        parts = (
            [] if row.intent_confirmed else [self.tr("%1 sure").replace("%1", formats.percent(row.intent_probability))]
        )
        if row.mood is not None:
            parts.append(words.mood(row.mood, row.mood_trend)[0])
        return title, " · ".join(parts)

    def _before(self, pop: Pop) -> tuple[str, str]:
        if pop.last is None:
            return self.tr("First contact"), ""
        if pop.repeats:
            strong = self.tr("Contact %1 about this in 30 days").replace("%1", str(pop.repeats + 1))
        else:
            strong = self.tr("%n earlier contact(s)", "", max(1, pop.contact_count - 1))
        when = formats.moment(pop.last.last_at or pop.last.created_at, self._model.now())
        parts = [words.channel(pop.last.channel), self._model.intent_title(pop.last.intent) or pop.last.subject]
        told = " · ".join(part for part in (when, *parts) if part)
        return strong, self.tr("last: %1").replace("%1", told)

    def _next(self, pop: Pop) -> tuple[str, str]:
        if pop.next_step is None:
            return "", ""
        title = self._model.suggestion_title(pop.next_step)
        about = self._model.intent_title(pop.interaction.intent)
        told = evidence.sentences(pop.next_step.reasons, about)[:1]
        return title, told[0] if told else ""

    # --- layout -----------------------------------------------------------------------------------------------------

    def _on_theme_changed(self) -> None:
        self.close_button.setIcon(self._theme.icons.icon("close"))
        for picture, _, _ in self._parts:
            name = str(picture.property("icon"))
            picture.setPixmap(self._theme.icons.pixmap(name, 16, "on_soft", self.devicePixelRatioF()))


def _label(look: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("look", look)
    # Names and titles come from customers.
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    label.setMinimumWidth(60)
    return label
