"""What a step asks for before it is taken: where to transfer to, until when to snooze."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop.domain.agent import PresenceState
from desktop.ui.i18n import formats, words
from desktop.ui.interaction.picker import Choice, PickSheet
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.moment import MomentField
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


def snooze_menu(model: InteractionModel, theme: Theme, anchor: QWidget) -> QMenu:
    """Open the menu of the times until which a contact is usually put away."""
    return time_menu(model.now(), model.snooze, theme, anchor)


def time_menu(
    now: datetime, chosen: Callable[[datetime], object], theme: Theme, anchor: QWidget, prompt: str = ""
) -> QMenu:
    """Open the menu of usual times, with one entry for any other; ``chosen`` gets the instant. ``prompt`` says what the
    time is for, where it is not a snooze's end."""
    menu = QMenu(anchor.window())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    labels = {
        "hour": translate("steps", "In 1 hour"),
        "afternoon": translate("steps", "This afternoon"),
        "tomorrow": translate("steps", "Tomorrow"),
        "next_week": translate("steps", "Next week"),
    }
    for code, until in snooze_times(now):
        when = formats.clock(until) if code in ("hour", "afternoon", "tomorrow") else _weekday(until)
        menu.addAction(f"{labels[code]}\t{when}", partial(chosen, until))
    menu.addSeparator()
    icon = theme.icons.icon("calendar")
    menu.addAction(
        icon, translate("steps", "Pick date and time …"), lambda: _pick_time(now, chosen, theme, anchor, prompt)
    )
    menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


def _weekday(until: datetime) -> str:
    day = QDateTime.fromSecsSinceEpoch(int(until.timestamp())).date()
    return f"{QLocale().toString(day, 'ddd')} {formats.clock(until)}"


def _pick_time(now: datetime, chosen: Callable[[datetime], object], theme: Theme, anchor: QWidget, prompt: str) -> None:
    sheet = TimeSheet(now, theme, anchor.window(), prompt)
    sheet.picked.connect(chosen)
    sheet.adjustSize()
    sheet.move(anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    sheet.show()
    sheet.time.setFocus()


class TimeSheet(QFrame):
    """Any date and time in the coming year; ``picked`` carries the instant."""

    picked = Signal(object)

    def __init__(self, now: datetime, theme: Theme, parent: QWidget | None = None, prompt: str = "") -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("look", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        label = QLabel(prompt or self.tr("Snooze until"), self)
        column.addWidget(label)
        self.time = MomentField(theme, now + timedelta(minutes=1), now + timedelta(days=365), self)
        self.time.setAccessibleName(label.text())
        self.time.choose(now + timedelta(hours=1))
        column.addWidget(self.time)
        row = QHBoxLayout()
        row.addStretch(1)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.clicked.connect(self.close)
        row.addWidget(cancel)
        done = QPushButton(self.tr("Choose") if prompt else self.tr("Snooze"), self)
        done.setProperty("look", "primary")
        done.setDefault(True)
        done.clicked.connect(self._on_done)
        row.addWidget(done)
        column.addLayout(row)

    def _on_done(self) -> None:
        until = self.time.moment
        self.close()
        self.picked.emit(until)
