"""Brings the picture of the last moment back, and tells ``Places`` whenever it may have become another. What costs nothing is
back before the first paint: place, list, texts of the search fields. The open contact follows right after, so that the window
stands no later than without it; one that is not here any more is passed over in silence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from desktop.domain.ids import InteractionId, MessageId
from desktop.ui.window.first_paint import FirstPaint
from desktop.viewmodels.composer import KINDS
from desktop.viewmodels.inbox import InboxView
from desktop.viewmodels.places import Places, Workspace
from desktop.viewmodels.workplace import Workplace

if TYPE_CHECKING:
    from desktop.ui.customers.panel import CustomersPanel
    from desktop.ui.search.panel import SearchPanel
    from desktop.ui.window.main_window import MainWindow

_OTHER_PLACES = ("customers", "search", "board")
_VIEWS = {str(view): view for view in InboxView if view is not InboxView.OFFERS}


class Whereabouts(QObject):
    """Of one window and one account."""

    def __init__(self, window: MainWindow, workplace: Workplace, kept: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workplace = workplace
        self._places = Places(workplace, self._look, kept, self)
        # Until the contact is open again, the picture to keep is the old one.
        self._is_back = False
        self._kept = kept
        self._lookup: QLineEdit | None = None
        self._search: QLineEdit | None = None

    def begin(self) -> None:
        """Bring the picture back, and follow it from now on."""
        self._bring_back_at_once()
        self._follow()
        is_inbox = self._window.place not in _OTHER_PLACES
        painted = FirstPaint(self._window.inbox.list.viewport() if is_inbox else self._window.current_list, self)
        painted.painted.connect(self._bring_back_contact)
        self._window.update()

    def stop(self) -> None:
        """Keep the picture as it is now; nothing is followed any longer."""
        if self._is_back:
            self._places.save()
        self.deleteLater()

    # --- keeping ----------------------------------------------------------------------------------------------------

    def _follow(self) -> None:
        window, note = self._window, self._note
        window.stage.moved.connect(note)
        window.inbox.model.loaded.connect(note)
        window.context.pages.currentChanged.connect(note)
        window.context.customer.changed.connect(note)
        window.interaction.stream.everything_changed.connect(note)
        window.interaction.composing.changed.connect(note)
        window.interaction.view.verticalScrollBar().valueChanged.connect(note)
        self._workplace.current_changed.connect(self._on_current_changed)

    def follow_customers(self, panel: CustomersPanel) -> None:
        """The list of customers was made: bring back what was looked up there, and keep what is."""
        if self._kept.lookup:
            panel.search.setText(self._kept.lookup)
        self._lookup = panel.search
        panel.search.textChanged.connect(self._note)

    def follow_search(self, panel: SearchPanel) -> None:
        """The list of what is found was made: bring back what was searched for, and keep what is."""
        if self._kept.search:
            panel.field.setText(self._kept.search)
        self._search = panel.field
        panel.field.textChanged.connect(self._note)

    def _note(self, *_anything: object) -> None:
        if self._is_back:
            self._places.note()

    def _on_current_changed(self, _contact: object) -> None:
        # The agent, or what was brought back: from now on this is the picture.
        self._is_back = True
        self._places.note()

    def _look(self) -> Workspace:
        """Return the picture of this moment."""
        window = self._window
        interaction, context = window.interaction, window.context
        contact = self._workplace.current
        # A stream that is still loading stands nowhere yet: what was kept of the same contact holds.
        is_same = self._places.kept.contact == contact
        reading, offset = interaction.view.standing
        if not interaction.stream.is_loaded and is_same:
            reading, offset = self._places.kept.reading, self._places.kept.offset
        return Workspace(
            place=window.place,
            view=str(window.inbox.model.view),
            filter=window.inbox.search.text(),
            lookup=self._lookup.text() if self._lookup is not None else self._kept.lookup,
            search=self._search.text() if self._search is not None else self._kept.search,
            contact=contact,
            is_everything=contact is not None and interaction.stream.everything,
            writing=interaction.composing.kind,
            reading=reading if contact is not None else "",
            offset=offset if contact is not None else 0,
            tab=context.tab,
            customer=context.customer.customer_id if context.customer.is_looked_up else None,
        )

    # --- bringing back ----------------------------------------------------------------------------------------------

    def _bring_back_at_once(self) -> None:
        window, kept = self._window, self._kept
        view = _VIEWS.get(kept.view)
        if view is not None and view is not window.inbox.model.view:
            window.inbox.show_view(view)
        if kept.filter:
            window.inbox.search.setText(kept.filter)
        if kept.place in _OTHER_PLACES:
            window.show_place(kept.place)
        if kept.tab:
            window.context.show_tab(kept.tab)

    def _bring_back_contact(self) -> None:
        contact = self._kept.contact
        if self._is_back or self._workplace.current is not None:
            self._is_back = True
            return
        if contact is None:
            self._is_back = True
            self._bring_back_customer()
        else:
            self._places.if_there(contact, self._open, self._pass_over)

    def _pass_over(self) -> None:
        self._is_back = True
        self._bring_back_customer()

    def _open(self, contact: InteractionId) -> None:
        kept, stream = self._kept, self._window.interaction.stream
        if self._workplace.current is not None:
            return
        self._workplace.open(contact)
        if kept.writing in KINDS and kept.writing != KINDS[0]:
            self._window.interaction.composing.loaded.connect(self._on_composer_loaded)
        if kept.is_everything:
            stream.show_everything(True)
        if kept.reading:
            stream.loaded.connect(self._on_stream_loaded)
        self._bring_back_customer()

    def _bring_back_customer(self) -> None:
        kept, context = self._kept, self._window.context
        if kept.customer is not None:
            context.customer.look_up(kept.customer)

    def _on_composer_loaded(self) -> None:
        composing = self._window.interaction.composing
        composing.loaded.disconnect(self._on_composer_loaded)
        if self._workplace.current == self._kept.contact:
            composing.choose_kind(self._kept.writing)

    def _on_stream_loaded(self) -> None:
        kept, interaction = self._kept, self._window.interaction
        stream = interaction.stream
        if stream.interaction_id != kept.contact:
            stream.loaded.disconnect(self._on_stream_loaded)
            return
        if interaction.view.stand_at(kept.reading, kept.offset):
            stream.loaded.disconnect(self._on_stream_loaded)
        elif not stream.has_newer:
            # Further up than the first page: the stream is loaded around it, and says so once more.
            stream.show_message(MessageId(kept.reading))
        else:
            stream.loaded.disconnect(self._on_stream_loaded)
