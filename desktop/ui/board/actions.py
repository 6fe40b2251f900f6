"""What a lead does from the board: menus for contacts, agents and queues, and the keys of the list of contacts.
Everything goes through ``Leading``; who may do what is the hub's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from desktop.domain.agent import PresenceState
from desktop.domain.ids import AgentId, InteractionId, QueueId
from desktop.ui.board import wording
from desktop.ui.board.contacts import ContactsList
from desktop.ui.board.view import FiguresView
from desktop.ui.i18n import words
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.board import AgentFigures, BoardViewModel, ContactFigures, ContactsFilter, Figure
from desktop.viewmodels.leading import Leading
from desktop.viewmodels.presence import PresenceViewModel
from desktop.viewmodels.workplace import Workplace

Act = tuple[str, str, str, Callable[[], None]]


class BoardActions(QObject):
    """``contact_wanted`` carries a contact to be shown where contacts are read, ``drilled`` a filter, ``queue_wanted`` a
    queue whose course is to be seen, ``told`` a sentence of what was asked for."""

    contact_wanted = Signal(str)
    drilled = Signal(object)
    queue_wanted = Signal(str)
    told = Signal(str)

    def __init__(self, workplace: Workplace, board: BoardViewModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._board = board
        self._theme = theme
        self._parent = parent
        self.leading = Leading(workplace, self)
        self.leading.asked.connect(self._on_asked)
        self._presence = PresenceViewModel(workplace, self)

    # --- contacts ---------------------------------------------------------------------------------------------------

    def _contact_acts(self, contacts: list[ContactFigures], anchor: QWidget, at: QPoint) -> list[Act]:
        """Return (key, title, icon, what to do) for contacts; some are for one only."""
        ids = [contact.id for contact in contacts]
        acts: list[Act] = [
            ("R", self.tr("Reassign…"), "transfer", partial(self._reassign, ids, anchor, at)),
            ("P", self.tr("Priority…"), "flag", partial(self._set_priority, contacts, anchor, at)),
        ]
        if len(contacts) == 1:
            one = contacts[0]
            acts = [
                ("E", self.tr("Read along"), "eye", partial(self._observe, one.id, False)),
                ("J", self.tr("Join in"), "plus", partial(self._observe, one.id, True)),
                ("W", self.tr("Whisper to the agent…"), "note", partial(self._whisper, one, anchor, at)),
                ("T", self.tr("Take over"), "accept", partial(self._take_over, one.id)),
                *acts,
            ]
            if one.assignee is None:
                acts = [act for act in acts if act[0] != "W"]
        return acts

    def contacts_menu(self, view: ContactsList, at: QPoint) -> None:
        """Offer what can be done with the selected contacts."""
        contacts = view.chosen()
        if not contacts:
            return
        menu = self._menu()
        if len(contacts) == 1:
            self._add(menu, "Return", self.tr("Open"), "right", partial(self.contact_wanted.emit, contacts[0].id))
            menu.addSeparator()
        for key, title, icon, act in self._contact_acts(contacts, view, at):
            self._add(menu, key, title, icon, act)
        view.popup(menu, at)

    def contacts_key(self, view: ContactsList, letter: str) -> None:
        """Do what a letter stands for in the list of contacts."""
        contacts = view.chosen()
        at = view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).bottomLeft())
        for key, _title, _icon, act in self._contact_acts(contacts, view, at) if contacts else ():
            if key == letter:
                act()

    def _observe(self, id_: InteractionId, is_joined: bool) -> None:
        self.leading.observe(id_, is_joined)
        self.contact_wanted.emit(id_)

    def _take_over(self, id_: InteractionId) -> None:
        self.leading.take_over(id_)
        self.contact_wanted.emit(id_)

    def _reassign(self, ids: list[InteractionId], anchor: QWidget, at: QPoint) -> None:
        from desktop.ui.leading.reassign import open_reassign

        open_reassign(self.leading, self._workplace, ids, self._theme, anchor, at)

    def _set_priority(self, contacts: list[ContactFigures], anchor: QWidget, at: QPoint) -> None:
        from desktop.ui.leading.menus import priority_menu

        levels = {contact.priority for contact in contacts}
        current = levels.pop() if len(levels) == 1 else None
        priority_menu(self.leading, [one.id for one in contacts], self._theme, anchor, at, current)

    def _whisper(self, contact: ContactFigures, anchor: QWidget, at: QPoint) -> None:
        from desktop.ui.leading.whisper import WhisperSheet

        agent = self._board.agent(contact.assignee)
        name = agent.name if agent else self._workplace.catalogue.agent(contact.assignee)
        WhisperSheet(self.leading, contact.id, name, self._theme, self._parent).drop(anchor, at)

    # --- agents -----------------------------------------------------------------------------------------------------

    def agents_menu(self, view: FiguresView, at: QPoint) -> None:
        """Offer what can be done with the selected agents."""
        agents = [agent for id_ in view.chosen_ids() if (agent := self._board.agent(id_)) is not None]
        if not agents:
            return
        menu = self._menu()
        if len(agents) == 1:
            which = ContactsFilter(figure=Figure.IN_HAND, agent=agents[0].id)
            title = self.tr("Show what they have in hand")
            self._add(menu, "", title, "inbox", partial(self.drilled.emit, which)).setEnabled(bool(agents[0].contacts))
            for contact in agents[0].contacts[:6]:
                text = self.tr("Read along: %1").replace("%1", wording.who(contact).replace("&", "&&"))
                self._add(menu, "", text, "eye", partial(self._observe, contact.id, False))
            menu.addSeparator()
            self._add(menu, "", self.tr("Lend to other queues…"), "queue", partial(self._lend, agents[0], view, at))
            if agents[0].lent_until is not None:
                end = partial(self.leading.lend, agents[0].id, (), None)
                self._add(menu, "", self.tr("Take back from the other queues"), "undo", end)
        states = menu.addMenu(self.tr("Set state"))
        choices = [
            (PresenceState.READY, "", ""),
            *((PresenceState.AWAY, reason, title) for reason, title in self._presence.away_reasons),
            (PresenceState.OFFLINE, "", ""),
        ]
        ids = [agent.id for agent in agents]
        for state, reason, title in choices:
            act = partial(self._set_presence, ids, state, reason)
            self._add(states, "", title or words.presence(state, reason), "", act)
        view.popup(menu, at)

    def _set_presence(self, ids: list[AgentId], state: PresenceState, reason: str) -> None:
        for id_ in ids:
            self.leading.set_presence(id_, state, reason)

    def _lend(self, agent: AgentFigures, anchor: QWidget, at: QPoint) -> None:
        from desktop.ui.leading.lend import LendSheet

        LendSheet(self.leading, self._workplace, agent.id, self._theme, self._parent).drop(anchor, at)

    # --- queues -----------------------------------------------------------------------------------------------------

    def queues_menu(self, view: FiguresView, at: QPoint) -> None:
        """Offer what there is to see of a queue."""
        queues = [queue for id_ in view.chosen_ids() if (queue := self._board.queue(QueueId(id_))) is not None]
        if not queues:
            return
        queue = queues[0]
        menu = self._menu()
        for figure, count in (
            (Figure.WAITING, queue.waiting),
            (Figure.ACTIVE, queue.active),
            (Figure.LATE_NOW, None),
            (Figure.ABANDONED, queue.abandoned),
        ):
            text = wording.figure(figure) if count is None else f"{wording.figure(figure)} ({count})"
            which = ContactsFilter(figure=figure, queue=queue.id)
            self._add(menu, "", text, "inbox", partial(self.drilled.emit, which))
        menu.addSeparator()
        self._add(menu, "", self.tr("Course of the day"), "board", partial(self.queue_wanted.emit, queue.id))
        view.popup(menu, at)

    # --- the centre -------------------------------------------------------------------------------------------------

    def broadcast(self, anchor: QWidget) -> None:
        """Say something to everybody, or to teams."""
        from desktop.ui.leading.broadcast import BroadcastSheet

        BroadcastSheet(self.leading, self._workplace, self._theme, self._parent).drop(anchor)

    def show_rules(self) -> None:
        """Show what leads are warned of, to be changed."""
        from desktop.ui.leading.rules import RulesWindow

        RulesWindow(self.leading, self._workplace, self._theme, self._parent).show()

    # --- menus ------------------------------------------------------------------------------------------------------

    def _menu(self) -> QMenu:
        menu = QMenu(self._parent)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _add(self, menu: QMenu, key: str, title: str, icon: str, act: Callable[[], None]) -> QAction:
        action = menu.addAction(title)
        if icon:
            action.setIcon(self._theme.icons.icon(icon))
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(lambda _on=False: act())
        return action

    def _on_asked(self, number: int) -> None:
        self.told.emit(self.tr("%n wishes are on their way.", None, number))
