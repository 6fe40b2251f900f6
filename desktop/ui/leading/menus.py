"""Menus of a lead: the state of an agent, the priority of contacts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.ids import InteractionId
from desktop.ui.i18n import words
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate

PRIORITIES = (1, 2, 3, 4, 5)


def priority(value: int) -> str:
    """Return a priority in words."""
    return {
        1: translate("leading", "1 · most urgent"),
        2: translate("leading", "2 · urgent"),
        3: translate("leading", "3 · normal"),
        4: translate("leading", "4 · can wait"),
        5: translate("leading", "5 · least urgent"),
    }.get(value, str(value))


def priority_menu(
    leading: Leading,
    ids: Sequence[InteractionId],
    theme: Theme,
    anchor: QWidget,
    at: QPoint | None = None,
    current: int | None = None,
) -> QMenu:
    """Open the choice of how urgent some contacts are; a digit chooses. ``current`` is ticked."""
    wanted = tuple(ids)
    menu = _menu(translate("leading", "Priority"), anchor)
    for value in PRIORITIES:
        action = menu.addAction(f"&{priority(value)}")
        action.setCheckable(True)
        action.setChecked(value == current)
        action.triggered.connect(lambda _=False, value=value: leading.set_priority(wanted, value))
    menu.popup(at or anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


def presence_menu(
    leading: Leading, workplace: Workplace, agent: Agent, theme: Theme, anchor: QWidget, at: QPoint | None = None
) -> QMenu:
    """Open the choice of an agent's state: those the centre allows, the one in force ticked."""
    menu = _menu(translate("leading", "State of %1").replace("%1", agent.name), anchor)
    presence = PresenceViewModel(workplace, menu)

    def _fill() -> None:
        menu.clear()
        menu.addAction(menu.accessibleName()).setEnabled(False)
        menu.addSeparator()
        _offer(PresenceState.READY, "", "")
        menu.addSeparator()
        for reason, title in presence.away_reasons:
            _offer(PresenceState.AWAY, reason, title)
        menu.addSeparator()
        _offer(PresenceState.OFFLINE, "", "")

    def _offer(state: PresenceState, reason: str, title: str) -> None:
        action = menu.addAction(title or words.presence(state, reason))
        action.setCheckable(True)
        action.setChecked((agent.presence.state, agent.presence.reason) == (state, reason))
        action.triggered.connect(lambda: leading.set_presence(agent.id, state, reason))

    presence.changed.connect(_fill)
    _fill()
    menu.popup(at or anchor.mapToGlobal(QPoint(0, anchor.height() + 4)))
    return menu


def _menu(name: str, anchor: QWidget) -> QMenu:
    menu = QMenu(anchor.window())
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setAccessibleName(name)
    menu.setFont(fonts.figures())
    return menu
