"""Everything by typing, on Ctrl+K: places, actions of the open contact, states, customers and contacts. It floats over the
window, blocks nothing, and goes on Escape or when something else gets the focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.agent import PresenceState
from desktop.domain.ids import InteractionId
from desktop.ui.i18n import formats, words
from desktop.ui.inbox import rows
from desktop.ui.inbox.panel import VIEWS
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.window import presence, tape
from desktop.viewmodels.finder import Finder, Found
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.ui.window.main_window import MainWindow

ENTRY = Qt.ItemDataRole.UserRole + 1
_WIDTH, _ROW, _ROWS = 560, 36, 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the palette; ``hint`` stands at its end, a key or a kind."""

    text: str
    hint: str
    icon: str
    act: Callable[[], object]


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice = index.data(ENTRY)
        rect: QRect = option.rect
        theme = self._theme
        if option.state & QStyle.StateFlag.State_Selected:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillPath(painting.rounded(rect.adjusted(6, 1, -6, -1), 7), theme.color("accent_soft"))
            painter.restore()
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(rect.left() + 18, rect.top() + 10, theme.icons.pixmap(choice.icon, 16, "muted", ratio))
        font = fonts.font(fonts.SMALL)
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(choice.hint) + 4
        hint = QRect(rect.right() - 18 - width, rect.top(), width, rect.height())
        painting.paint_line(painter, hint, choice.hint, font, theme.color("muted"))
        text = QRect(rect.left() + 46, rect.top(), hint.left() - rect.left() - 58, rect.height())
        painting.paint_line(painter, text, choice.text, fonts.font(fonts.BASE), theme.color("text"))


class Palette(QFrame):
    """The field and the list under it."""

    def __init__(self, workplace: Workplace, theme: Theme, window: MainWindow) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._theme = theme
        self._window = window
        self._finder = Finder(workplace, 6, self)
        self._finder.found.connect(self._on_found)
        self.setProperty("look", "raised")
        self.setAccessibleName(self.tr("Search and commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(40)
        shadow.setOffset(0, 10)
        self.setGraphicsEffect(shadow)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 6, 1, 6)
        column.setSpacing(4)
        self.field = QLineEdit(self)
        self.field.setProperty("look", "bare")
        self.field.setStyleSheet("font-size: 15px; padding: 4px 16px;")
        self.field.setPlaceholderText(self.tr("Customer, contact or command"))
        self.field.setAccessibleName(self.tr("Customer, contact or command"))
        self.field.textChanged.connect(self._on_text)
        self.field.installEventFilter(self)
        column.addWidget(self.field)
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Results"))
        self.list.setStyleSheet("background: transparent;")
        self.list.clicked.connect(self._choose)
        column.addWidget(self.list)
        self.hide()

    def open(self) -> None:
        """Show the palette with an empty field; a second time closes it."""
        if self.isVisible():
            self.close()
            return
        self.field.clear()
        self._on_text("")
        width = min(_WIDTH, self._window.width() - 80)
        self.setGeometry((self._window.width() - width) // 2, 64, width, 0)
        self._fit()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def _fit(self) -> None:
        shown = max(1, min(_ROWS, self._model.rowCount()))
        self.list.setFixedHeight(shown * _ROW + 4)
        self.resize(self.width(), self.field.sizeHint().height() + self.list.height() + 18)

    def _commands(self) -> list[Choice]:
        window = self._window
        chosen = [
            Choice(self.tr("Go to the inbox"), formats.keys("Ctrl+1"), "inbox", lambda: window.go("inbox")),
            Choice(self.tr("Find a customer"), formats.keys("Ctrl+2"), "customers", lambda: window.go("customers")),
            Choice(self.tr("Search everything"), formats.keys("Ctrl+3"), "search", lambda: window.go("search")),
        ]
        if window.rail.has_board:
            keys = formats.keys("Ctrl+4")
            chosen.append(Choice(self.tr("Go to the board"), keys, "board", lambda: window.go("board")))
        chosen += [Choice(*action) for action in window.interaction.actions()]
        keys = formats.keys("Ctrl+Shift+F9")
        if window.inbox.next.model.is_offered:
            chosen.append(Choice(self.tr("Next request for me"), keys, "queue", window.inbox.next.take))
        if window.presence.has_figures:
            day = self.tr("My numbers and my queues")
            chosen.append(Choice(day, formats.keys("Ctrl+Shift+I"), "star", window.strip.show_day))
        for view in VIEWS:
            title = self.tr("Show list: %1").replace("%1", rows.view_title(view))
            chosen.append(Choice(title, "", "inbox", partial(window.inbox.show_view, view)))
        states = (
            (PresenceState.READY, ""),
            *((PresenceState.AWAY, reason) for reason, _ in window.presence.away_reasons),
            (PresenceState.OFFLINE, ""),
        )
        for state, reason in states if window.presence.is_kept else ():
            title = self.tr("My state: %1").replace("%1", presence.title(window.presence, state, reason))
            chosen.append(Choice(title, "", "ready", partial(window.presence.set, state, reason)))
        for name, title in (
            ("light", self.tr("Colours: light")),
            ("dark", self.tr("Colours: dark")),
            ("contrast", self.tr("Colours: high contrast")),
        ):
            chosen.append(Choice(title, "", "theme", partial(self._choose_theme, name)))
        chosen.append(
            Choice(self.tr("Outbox"), formats.keys("Ctrl+Shift+O"), "send", partial(window.outgoing.panel.open, None))
        )
        if window.context.can_edit:
            chosen.append(
                Choice(self.tr("Edit the customer"), formats.keys("Ctrl+E"), "pencil", window.context.begin_edit)
            )
        if window.context.can_verify:
            keys, act = formats.keys("Ctrl+Alt+V"), window.context.begin_verification
            chosen.append(Choice(self.tr("Verify the customer"), keys, "verified", act))
        if window.context.has_look_alike:
            keys, act = formats.keys("Ctrl+Shift+D"), window.context.show_look_alike
            chosen.append(Choice(self.tr("Compare with the record that looks the same"), keys, "merge", act))
        knowledge = formats.keys("Ctrl+Shift+K")
        chosen.append(Choice(self.tr("Search the knowledge"), knowledge, "knowledge", window.context.show_knowledge))
        flows = window.context.flows
        if flows.can_work:
            for playbook in self._workplace.of_account(flows.playbooks, self._workplace.current):
                title = self.tr("Guide: %1").replace("%1", flows.title(playbook))
                chosen.append(Choice(title, "", "guide", partial(flows.start, playbook.id)))
        chosen += [Choice(*command) for command in tape.commands(self._workplace)]
        chosen.append(Choice(self.tr("Keyboard shortcuts"), "F1", "keyboard", window.shortcuts.show_table))
        chosen.append(Choice(self.tr("Accounts"), "", "customer", window.accounts_requested.emit))
        chosen.append(Choice(self.tr("Add an account"), "", "customer", window.account_wanted.emit))
        accounts = self._workplace.accounts
        if accounts.are_several:
            chosen.append(Choice(self.tr("Show all accounts"), "", "inbox", partial(window.inbox.show_account, None)))
            for account in accounts.all:
                title = self.tr("Show account: %1").replace("%1", account.title)
                chosen.append(Choice(title, "", "inbox", partial(window.inbox.show_account, account.key)))
        chosen.append(Choice(self.tr("My account on this machine"), "", "customer", window.account_requested.emit))
        chosen.append(
            Choice(self.tr("Lock the screen"), formats.keys("Ctrl+Alt+L"), "lock", window.lock_requested.emit)
        )
        chosen.append(Choice(self.tr("Sign out"), "", "sign_out", window.sign_out))
        return chosen

    def _choose_theme(self, name: str) -> None:
        self._window.preferences.set("theme", name)
        self._theme.choose(name)

    def _on_text(self, text: str) -> None:
        wanted = text.casefold().split()
        self._fill([c for c in self._commands() if all(word in c.text.casefold() for word in wanted)], text)
        if text.strip():
            self._finder.look_for(text)

    def _on_found(self, found: Found) -> None:
        if found.text != self.field.text().strip() or not found.text:
            return
        choices: list[Choice] = [
            Choice(c.name or c.number, c.number, "customer", partial(self._show_customer, c.id))
            for c in found.customers
        ]
        choices += [
            Choice(
                f"{rows.who(i)} · {rows.last_words(i)}",
                f"{words.channel(i.channel)}, {formats.moment(i.last_at or i.created_at)}",
                words.channel_icon(i.channel),
                partial(self._show_contact, i.id),
            )
            for i in found.interactions
        ]
        wanted = found.text.casefold().split()
        commands = [c for c in self._commands() if all(word in c.text.casefold() for word in wanted)]
        self._fill([*commands[:4], *choices], found.text)

    def _show_contact(self, id_: InteractionId) -> None:
        self._leave_the_board()
        self._workplace.open(id_)

    def _show_customer(self, id_: object) -> None:
        self._leave_the_board()
        self._window.context.show_customer(id_)

    def _leave_the_board(self) -> None:
        if self._window.place == "board":
            self._window.show_place("inbox")

    def _fill(self, choices: list[Choice], text: str) -> None:
        wanted = text.strip()
        if wanted:
            title = self.tr("Search everything for %1").replace("%1", formats.quoted(wanted))
            search = partial(self._window.search_for, wanted)
            choices = [*choices, Choice(title, "", "search", search)]
        self._model.clear()
        for choice in choices:
            item = QStandardItem(choice.text)
            item.setData(choice, ENTRY)
            item.setAccessibleText(", ".join(part for part in (choice.text, choice.hint) if part))
            item.setEditable(False)
            self._model.appendRow(item)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self._fit()

    def _choose(self, index: QModelIndex) -> None:
        choice = index.data(ENTRY)
        self.close()
        if isinstance(choice, Choice):
            choice.act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list while the field keeps the keyboard; Enter chooses, Escape closes."""
        # The field's own menu takes the focus too, and gives it back.
        if isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}.get(
                Qt.Key(event.key())
            )
            if step:
                row = max(0, min(self._model.rowCount() - 1, self.list.currentIndex().row() + step))
                self.list.setCurrentIndex(self._model.index(row, 0))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close()
                return True
        return super().eventFilter(watched, event)
