"""Ties the outbox to the window: where its wishes go, what is announced when the agent is elsewhere, and that nothing is left
behind unsaid when the window closes. One for each attached account.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.ui.outbox import wording
from desktop.ui.outbox.closing import CLOSE, ClosingSheet
from desktop.ui.outbox.panel import OutboxPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.leaving import Leaving
from desktop.viewmodels.outbox import Line
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.ui.window.main_window import MainWindow

# A session whose end was called off by another program goes on as before.
_SESSION_ENDS_WITHIN_S = 120.0


class Outgoing(QObject):
    """``leave`` asks before the window closes or the agent signs out, where there is something to ask."""

    def __init__(self, workplace: Workplace, theme: Theme, window: MainWindow) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._window = window
        self._session_ended_at: float | None = None
        self.panel = OutboxPanel(workplace, theme, window)
        model = self.panel.model
        leaving = Leaving(workplace, model, lambda: window.interaction.composing.uploading)
        self.sheet = ClosingSheet(workplace, leaving, self.flush, theme, window)
        self.panel.contact_requested.connect(self._on_contact)
        self.panel.customer_requested.connect(window.context.show_customer)
        self.panel.compare_requested.connect(self._compare)
        self.panel.notice.connect(window.notices.tell)
        model.taken_back.connect(self._on_taken_back)
        model.refused.connect(self._on_refused)
        model.gone.connect(self._on_gone)
        self.sheet.agreed.connect(self._on_agreed)
        self.sheet.look_requested.connect(self.panel.open)
        window.context.view.outbox_requested.connect(self.panel.open)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.connect(self._on_session_ends)

    def stop(self) -> None:
        """Take the panel and the sheet away: the account goes."""
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.commitDataRequest.disconnect(self._on_session_ends)
        for part in (self.panel, self.sheet, self):
            if part is not self:
                part.hide()  # type: ignore[union-attr]
            part.deleteLater()

    def flush(self) -> None:
        """Save what is being written now."""
        self._window.interaction.flush()
        self._window.context.flush()

    def leave(self, purpose: str = CLOSE) -> None:
        """Close (or sign out) where nothing would be left behind or the system's session ends, else ask."""
        ended = self._session_ended_at
        if ended is not None and time.monotonic() - ended < _SESSION_ENDS_WITHIN_S:
            self.flush()
            self._on_agreed(purpose)
        else:
            self.sheet.ask(purpose)

    def _on_session_ends(self, _manager: object) -> None:
        """The system is about to end the session: save, and do not stand in its way."""
        self._session_ended_at = time.monotonic()
        self.flush()

    def _on_agreed(self, purpose: str) -> None:
        if purpose == CLOSE:
            self._window.closing.emit()
        else:
            self._window.sign_out_requested.emit()

    # --- wishes -----------------------------------------------------------------------------------------------------

    def _on_contact(self, interaction_id: object) -> None:
        self._workplace.open(interaction_id)  # type: ignore[arg-type]
        self._window.interaction.show_outbox()

    def _compare(self, customer_id: object) -> None:
        self._window.context.show_conflict(customer_id)

    def _on_taken_back(self, command: Command) -> None:
        if isinstance(command, c.UpdateCustomer):
            self._window.context.edit_taken_back(command)
        else:
            self._window.interaction.returning.show(command)

    # --- announcements ----------------------------------------------------------------------------------------------

    def _on_refused(self, line: Line) -> None:
        """What is shown where the agent looks needs no second word."""
        if line.entry.interaction_id is not None:
            is_in_view = line.entry.interaction_id == self._workplace.current
        else:
            shown = self._window.context.customer.customer_id
            is_in_view = line.group.customer_id is not None and line.group.customer_id == shown
        # Whoever asked for the next request is told where they asked.
        if is_in_view or self.panel.isVisible() or self._window.inbox.next.model.is_own(line.command):
            return
        tell = self._window.notices.tell
        if "compare" in line.offers:
            said = self.tr("%1: a colleague changed the same data. Nothing is lost; please choose.")
            customer_id = line.group.customer_id
            tell(
                said.replace("%1", wording.heading(line.group)),
                "warn",
                self.tr("Compare"),
                lambda: self._compare(customer_id),
                stays=True,
            )
        else:
            entry_id = line.entry.id
            tell(wording.not_done(line), "bad", self.tr("Show"), lambda: self.panel.open(entry_id), stays=True)

    def _on_gone(self, command: Command, name: str) -> None:
        if self._window.inbox.next.model.is_own(command):
            return
        text = wording.text_of(command)
        told = wording.not_needed(command, name)
        tell = self._window.notices.tell
        if text:
            tell(told, "warn", self.tr("Copy the text"), lambda: QGuiApplication.clipboard().setText(text), stays=True)
        else:
            tell(told, "accent")
