"""The one table of keys. What is in it is registered from it and shown by F1, so that the two never differ. Keys of a panel's
own (F9 accept, F12 wrap up, Alt+1…4 suggestions, Ctrl+Enter send) are registered by the panel and listed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from desktop.ui.i18n import formats

if TYPE_CHECKING:
    from desktop.ui.window.main_window import MainWindow


class Shortcuts(QObject):
    """``register`` gives the window its keys, ``show_table`` shows all there are."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._made: list[QShortcut] = []
        self._table: QDialog | None = None

    def register(self) -> None:
        """Make the window's own shortcuts work."""
        window = self._window
        own = {
            "F1": self.show_table,
            "Ctrl+K": window.palette_.open,
            "Ctrl+1": lambda: window.go("inbox"),
            "Ctrl+2": lambda: window.go("customers"),
            "Ctrl+3": lambda: window.go("search"),
            "Ctrl+Shift+F": lambda: window.go("search"),
            "Ctrl+F": self._search,
            "Ctrl+,": lambda: window.rail.preferences_requested.emit(window.rail),
            "Ctrl+Shift+P": window.rail.me.open_menu,
            "Ctrl+Alt+L": window.lock_requested.emit,
            "Ctrl+Shift+I": window.strip.show_day,
            "Ctrl+Shift+X": window.broadcasts.put_away,
            "Ctrl+Shift+O": window.outgoing.panel.toggle,
            "Ctrl+E": window.context.begin_edit,
            "Ctrl+Alt+V": window.context.begin_verification,
            "Ctrl+Shift+D": window.context.show_look_alike,
            "F6": self._next_pane,
        }
        for keys, act in own.items():
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.activated.connect(act)
            self._made.append(shortcut)

    def clear(self) -> None:
        """Take the shortcuts away again."""
        for shortcut in self._made:
            shortcut.deleteLater()
        self._made.clear()
        if self._table is not None:
            self._table.close()

    def rows(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the table: groups of (keys, what they do)."""
        return [
            (
                self.tr("Everywhere"),
                [
                    ("Ctrl+K", self.tr("Search and commands")),
                    ("Ctrl+1", self.tr("Inbox")),
                    ("Ctrl+2", self.tr("Customers")),
                    ("Ctrl+3", self.tr("Search everything")),
                    *(
                        [("Ctrl+4", self.tr("Board")), ("F11", self.tr("Wallboard"))]
                        if self._window.rail.has_board
                        else []
                    ),
                    ("Ctrl+Shift+F", self.tr("Search everything")),
                    (f"{formats.keys('Ctrl+Alt+1')} … {formats.keys('Ctrl+Alt+5')}", self.tr("Lists of the inbox")),
                    ("Ctrl+F", self.tr("Find in the list or in the open contact")),
                    ("F6", self.tr("Next pane")),
                    ("Ctrl+Shift+P", self.tr("My state")),
                    ("Ctrl+Shift+I", self.tr("My numbers and my queues")),
                    ("Ctrl+Shift+X", self.tr("Put the announcement away")),
                    ("Ctrl+Shift+O", self.tr("Outbox: what is still to go out")),
                    ("Ctrl+E", self.tr("Edit the customer")),
                    ("Ctrl+Alt+V", self.tr("Verify the customer")),
                    ("Ctrl+Shift+D", self.tr("Compare with the record that looks the same")),
                    ("Ctrl+,", self.tr("Preferences")),
                    ("Ctrl+Alt+L", self.tr("Lock the screen")),
                    ("F1", self.tr("This table")),
                ],
            ),
            (
                self.tr("Offers and the open contact"),
                [
                    ("F9", self.tr("Accept the first offer")),
                    ("Shift+F9", self.tr("Decline the first offer")),
                    ("Ctrl+Shift+F9", self.tr("Next request for me")),
                    ("Ctrl+Shift+Y", self.tr("Why the contact came here")),
                    ("Ctrl+Down", self.tr("Next contact")),
                    ("Ctrl+Up", self.tr("Previous contact")),
                    ("Ctrl+F9", self.tr("Take from the queue")),
                    ("F8", self.tr("Hold or resume")),
                    ("Ctrl+Shift+W", self.tr("Wait for the customer")),
                    ("Ctrl+T", self.tr("Transfer")),
                    ("Ctrl+Shift+T", self.tr("Ask a colleague")),
                    ("Ctrl+Shift+B", self.tr("Call back")),
                    ("Ctrl+Shift+H", self.tr("Whisper, for leads")),
                    ("Ctrl+Shift+J", self.tr("Read along or no more, for leads")),
                    ("Ctrl+Shift+S", self.tr("Snooze")),
                    ("F12", self.tr("Wrap up")),
                    ("Ctrl+I", self.tr("What it is about")),
                ],
            ),
            (
                self.tr("What to do next"),
                [
                    (f"{formats.keys('Alt+1')} … {formats.keys('Alt+4')}", self.tr("Take a suggestion")),
                    (f"{formats.keys('Alt+Shift+1')} … {formats.keys('4')}", self.tr("Put a suggestion aside")),
                    ("Alt+0", self.tr("All reasons for the suggestions")),
                    ("Alt+Z", self.tr("Take the last suggestion back")),
                    ("Ctrl+G", self.tr("Guide")),
                    ("Alt+Return", self.tr("Step done, on to the next")),
                    ("Alt+Shift+Return", self.tr("Skip the step")),
                    ("Ctrl+Shift+K", self.tr("Knowledge")),
                ],
            ),
            (
                self.tr("Writing"),
                [
                    ("Ctrl+Enter", self.tr("Send or save")),
                    ("Ctrl+R", self.tr("Write a reply")),
                    ("Ctrl+Shift+N", self.tr("Write a note")),
                    ("/", self.tr("Templates")),
                    ("Ctrl+Z", self.tr("Take the last send back, while the field is empty")),
                ],
            ),
        ]

    def show_table(self) -> None:
        """Show the table in a window of its own that blocks nothing."""
        if self._table is not None:
            self._table.raise_()
            return
        dialog = QDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Keyboard shortcuts"))
        outer = QVBoxLayout(dialog)
        outer.setContentsMargins(20, 20, 20, 16)
        outer.setSpacing(16)
        columns = QHBoxLayout()
        columns.setSpacing(32)
        for title, keys in self.rows():
            columns.addLayout(_column(title, keys), 1)
        outer.addLayout(columns)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(dialog.close)
        outer.addWidget(buttons)
        dialog.finished.connect(self._on_closed)
        self._table = dialog
        dialog.show()

    def _on_closed(self) -> None:
        self._table = None

    def _search(self) -> None:
        """Find where the keyboard is: in the list at the left, else in the open contact."""
        window = self._window
        focus = window.focusWidget()
        is_left = window.place == "board" or (focus is not None and window.left.isAncestorOf(focus))
        if is_left or window.interaction.model.interaction is None:
            window.current_list.focus_search()
        else:
            window.interaction.find_bar.open_bar()

    def _next_pane(self) -> None:
        """Move the focus to the next of list, interaction and context."""
        window = self._window
        if window.place == "board":
            window.stage.board.next_pane()
            return
        panes: list[Any] = [window.current_list, window.interaction, window.context]
        if window.outgoing.panel.isVisible():
            panes.append(window.outgoing.panel)
        focus = window.focusWidget()
        at = next((i for i, pane in enumerate(panes) if focus is not None and pane.isAncestorOf(focus)), -1)
        panes[(at + 1) % len(panes)].take_focus()


def _column(title: str, keys: list[tuple[str, str]]) -> QVBoxLayout:
    column = QVBoxLayout()
    head = QLabel(title)
    head.setProperty("look", "strong")
    column.addWidget(head)
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    for row, (key, text) in enumerate(keys):
        cap = QLabel(key if " " in key else formats.keys(key))
        cap.setProperty("look", "key")
        grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(text), row, 1)
    grid.setColumnStretch(1, 1)
    column.addLayout(grid)
    column.addStretch(1)
    return column
