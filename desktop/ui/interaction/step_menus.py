"""What a step asks for before it is taken: where to transfer to, until when to snooze, what the contact is about."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QDateTimeEdit, QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.i18n import formats, words
from desktop.ui.interaction.picker import Choice, PickSheet
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.interaction import InteractionModel, snooze_times

translate = QCoreApplication.translate

_DOTS = {PresenceState.READY: "good", PresenceState.AWAY: "warn", PresenceState.NOT_RESPONDING: "bad"}
_ORDER = (PresenceState.READY, PresenceState.AWAY, PresenceState.NOT_RESPONDING, PresenceState.OFFLINE)


def transfer_sheet(model: InteractionModel, theme: Theme, anchor: QWidget) -> PickSheet:
    """Open the sheet with queues and colleagues."""
    sheet = PickSheet(
        theme,
        translate("steps", "Queue or colleague"),
        anchor.window(),
        note=translate("steps", "Note for whoever takes over (optional)"),
        empty=translate("steps", "Nobody and no queue of this name"),
    )
    row = model.interaction
    queues = translate("steps", "Queues")
    people = translate("steps", "Colleagues")
    choices = [
        Choice(
            ("queue", queue.id),
            model.queue_name(queue.id),
            group=queues,
            is_marked=row is not None and queue.id == row.queue,
        )
        for queue in model.queues()
    ]
    colleagues = sorted(model.colleagues(), key=lambda a: (_ORDER.index(a.presence.state), a.name.casefold()))
    choices += [
        Choice(
            ("agent", agent.id),
            agent.name,
            words.presence(agent.presence.state, agent.presence.reason),
            people,
            _DOTS.get(agent.presence.state, "faint"),
        )
        for agent in colleagues
    ]

    def _on_picked(value: tuple[str, str], note: str) -> None:
        kind, id_ = value
        if kind == "queue":
            model.transfer(to_queue=id_, note=note)  # type: ignore[arg-type]
        else:
            model.transfer(to_agent=id_, note=note)  # type: ignore[arg-type]

    sheet.picked.connect(_on_picked)
    sheet.drop(anchor, choices)
    return sheet


def intent_menu(model: InteractionModel, theme: Theme, anchor: QWidget) -> PickSheet:
    """Open the sheet with what the contact may be about: the likely ones first, then all."""
    sheet = PickSheet(
        theme,
        translate("steps", "What is it about?"),
        anchor.window(),
        empty=translate("steps", "No request type of this name"),
    )
    row = model.interaction
    ranked = row.intent_ranked if row is not None else ()
    likely = translate("steps", "Likely")
    every = translate("steps", "All request types")
    choices = [
        Choice(
            intent,
            model.intent_title(intent),
            formats.percent(probability),
            likely,
            is_marked=row is not None and intent == row.intent,
        )
        for intent, probability in ranked[:5]
    ]
    shown = {choice.value for choice in choices}
    rest = [label for label in model.intents() if label.id not in shown]
    choices += [
        Choice(label.id, model.intent_title(label.id), "", every, is_marked=row is not None and label.id == row.intent)
        for label in sorted(rest, key=lambda label: model.intent_title(label.id).casefold())
    ]
    sheet.picked.connect(lambda intent, _note: model.set_intent(intent))
    sheet.drop(anchor, choices, 320)
    return sheet


def snooze_menu(model: InteractionModel, theme: Theme, anchor: QWidget) -> QMenu:
    """Open the menu of usual times, with one entry for any other."""
    menu = QMenu(anchor.window())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    labels = {
        "hour": translate("steps", "In 1 hour"),
        "afternoon": translate("steps", "This afternoon"),
        "tomorrow": translate("steps", "Tomorrow"),
        "next_week": translate("steps", "Next week"),
    }
    now = model.now()
    for code, until in snooze_times(now):
        when = formats.clock(until) if code in ("hour", "afternoon", "tomorrow") else _weekday(until)
        menu.addAction(f"{labels[code]}\t{when}", partial(model.snooze, until))
    menu.addSeparator()
    icon = theme.icons.icon("calendar")
    menu.addAction(icon, translate("steps", "Pick date and time …"), lambda: _pick_time(model, anchor))
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


def _weekday(until: datetime) -> str:
    day = QDateTime.fromSecsSinceEpoch(int(until.timestamp())).date()
    return f"{QLocale().toString(day, 'ddd')} {formats.clock(until)}"


def _pick_time(model: InteractionModel, anchor: QWidget) -> None:
    sheet = TimeSheet(model.now(), anchor.window())
    sheet.picked.connect(model.snooze)
    sheet.adjustSize()
    sheet.move(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    sheet.show()
    sheet.time.setFocus()


class TimeSheet(QFrame):
    """Any date and time in the coming year; ``picked`` carries the instant."""

    picked = Signal(object)

    def __init__(self, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        label = QLabel(self.tr("Snooze until"), self)
        column.addWidget(label)
        self.time = QDateTimeEdit(self)
        self.time.setCalendarPopup(True)
        self.time.setAccessibleName(label.text())
        soon = QDateTime.currentDateTime().addSecs(3600)
        self.time.setMinimumDateTime(QDateTime.fromSecsSinceEpoch(int((now + timedelta(minutes=1)).timestamp())))
        self.time.setMaximumDateTime(QDateTime.fromSecsSinceEpoch(int((now + timedelta(days=365)).timestamp())))
        self.time.setDateTime(max(soon, self.time.minimumDateTime()))
        column.addWidget(self.time)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.close)
        row.addWidget(cancel)
        done = QPushButton(self.tr("Snooze"), self)
        done.setProperty("look", "primary")
        done.setDefault(True)
        done.clicked.connect(self._on_done)
        row.addWidget(done)
        column.addLayout(row)

    def _on_done(self) -> None:
        until = datetime.fromtimestamp(self.time.dateTime().toSecsSinceEpoch()).astimezone()
        self.close()
        self.picked.emit(until)
