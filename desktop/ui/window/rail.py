"""The narrow column at the left: the places of the window, help, preferences, and me."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from desktop.domain.agent import Role
from desktop.ui.i18n import formats
from desktop.ui.theme.painting import paint_avatar
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.ui.window.presence import COLORS, PresenceMenu, more, not_kept, now_and_next
from desktop.viewmodels.presence import PresenceViewModel

WIDTH = 52


class Me(QToolButton):
    """My initials with a dot in the colour of my state; opens the menu of states."""

    def __init__(self, presence: PresenceViewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presence = presence
        self._theme = theme
        self.setFixedSize(40, 40)
        self.setMenu(PresenceMenu(presence, theme, self))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        presence.changed.connect(self._on_changed)
        theme.changed.connect(self.update)
        self._on_changed()

    def open_menu(self) -> None:
        """Show the menu of states by key; it does not wait for the choice."""
        self.menu().popup(self.mapToGlobal(self.rect().topRight()))

    def _on_changed(self) -> None:
        state = now_and_next(self._presence)
        self.setAccessibleName(self.tr("My state: %1").replace("%1", state))
        self.setToolTip(plain_tip("\n".join([self._presence.name, state, *more(self._presence)])))
        if not self._presence.is_kept:
            self.setAccessibleName(self._presence.name)
            self.setToolTip(plain_tip(f"{self._presence.name}\n{not_kept()}"))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        area = self.rect().adjusted(5, 5, -5, -5)
        paint_avatar(painter, area, self._presence.name or "?", self._theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.color("rail"))
        painter.setBrush(self._theme.color(COLORS[self._presence.state]))
        if self._presence.is_kept:
            painter.drawEllipse(area.right() - 8, area.bottom() - 8, 10, 10)
        painter.end()


class Rail(QFrame):
    """``place_chosen`` names the place; help and preferences are asked for by signals of their own."""

    place_chosen = Signal(str)
    help_requested = Signal()
    preferences_requested = Signal(object)

    def __init__(self, presence: PresenceViewModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("look", "rail")
        self.setFixedWidth(WIDTH)
        self._buttons: list[tuple[QToolButton, str]] = []
        self._places = QButtonGroup(self)
        self._places.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 8, 6, 8)
        column.setSpacing(4)
        self._place(column, "inbox", "inbox", self.tr("Inbox"), "Ctrl+1").setChecked(True)
        self._place(column, "customers", "customers", self.tr("Customers"), "Ctrl+2")
        self._place(column, "search", "search", self.tr("Search"), "Ctrl+3")
        self._presence = presence
        self._to_board: QShortcut | None = None
        presence.changed.connect(self._on_presence_changed)
        column.addStretch(1)
        keys = self._button(column, "keyboard", self.tr("Keyboard shortcuts"), "F1")
        keys.clicked.connect(self.help_requested)
        gear = self._button(column, "settings", self.tr("Preferences"), "Ctrl+,")
        gear.clicked.connect(lambda: self.preferences_requested.emit(gear))
        self.me = Me(presence, theme, self)
        column.addWidget(self.me, 0, Qt.AlignmentFlag.AlignHCenter)
        theme.changed.connect(self._tint)
        self._tint()

        self._on_presence_changed()

    def _on_presence_changed(self) -> None:
        """The board is a place for those who lead only."""
        agent = self._presence.agent
        leads = agent is not None and agent.role in (Role.LEAD, Role.ADMIN) and self._presence.has_figures
        found = self.findChild(QToolButton, "board")
        if found is not None and self._to_board is not None:
            found.setVisible(leads)
            self._to_board.setEnabled(leads)
        elif leads:
            column = self.layout()
            assert isinstance(column, QVBoxLayout)
            made = self._place(column, "board", "board", self.tr("Board"), "Ctrl+4")
            # Made here, as agents have no key for a place they have not.
            self._to_board = QShortcut(QKeySequence("Ctrl+4"), self)
            self._to_board.activated.connect(made.click)
            column.insertWidget(3, made, 0, Qt.AlignmentFlag.AlignHCenter)
            self._tint()

    @property
    def has_board(self) -> bool:
        """Whether the board is among the places."""
        button = self.findChild(QToolButton, "board")
        return button is not None and not button.isHidden()

    def show_place(self, name: str) -> None:
        """Mark the place the window is at."""
        for button in self._places.buttons():
            if button.objectName() == name:
                button.setChecked(True)

    def _place(self, column: QVBoxLayout, name: str, icon: str, tip: str, keys: str) -> QToolButton:
        button = self._button(column, icon, tip, keys)
        button.setObjectName(name)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.place_chosen.emit(name))
        self._places.addButton(button)
        return button

    def _button(self, column: QVBoxLayout, icon: str, tip: str, keys: str) -> QToolButton:
        button = QToolButton(self)
        button.setProperty("look", "rail")
        button.setIconSize(QSize(20, 20))
        button.setFixedSize(40, 38)
        button.setToolTip(f"{tip} ({formats.keys(keys)})")
        button.setAccessibleName(tip)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._buttons.append((button, icon))
        return button

    def _tint(self) -> None:
        for button, icon in self._buttons:
            button.setIcon(self._theme.icons.icon(icon, "muted", "accent"))
