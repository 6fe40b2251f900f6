"""The stream on the screen: a list view that stays at the newest, keeps its place when rows come above, and lets text be
selected, files be opened and failed messages be dealt with, by mouse and by keyboard.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QClipboard,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QToolTip, QWidget

from desktop.domain.channels import Channel
from desktop.domain.interaction import Attachment, MessageKind
from desktop.ui.i18n import formats
from desktop.ui.interaction.buttons import plain_tip
from desktop.ui.interaction.mail_text import plain_text
from desktop.ui.interaction.message_reader import MessageReader
from desktop.ui.interaction.pinned_list import PinnedList
from desktop.ui.interaction.spotlight import Spotlight
from desktop.ui.interaction.stream_delegate import StreamDelegate
from desktop.ui.interaction.stream_layout import MARGIN, Hit, StreamLayouter
from desktop.ui.interaction.stream_menu import link_menu, row_menu
from desktop.ui.interaction.stream_probe import Spot, StreamProbe
from desktop.ui.interaction.stream_words import StreamWords
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.catalogue import Catalogue
from desktop.viewmodels.stream import StreamModel, StreamRow

Index = QModelIndex | QPersistentModelIndex
_FETCH_BELOW = 600


class StreamView(PinnedList):
    """``edit_requested`` carries a row whose text is wanted back in the composer."""

    edit_requested = Signal(object)
    attachment_opened = Signal(object)
    attachment_saved = Signal(object)

    def __init__(
        self, model: StreamModel, catalogue: Catalogue, words: StreamWords, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, parent)
        self._theme = theme
        self._words = words
        self._layouter = StreamLayouter(theme, words, model.remedies)
        self._delegate = StreamDelegate(theme, self._layouter, self)
        self._has_key_focus = False
        self._hovered: tuple[str, str, object] | None = None
        self._selection: tuple[str, int, int] | None = None
        self._pressed: Hit | None = None
        self._is_selecting = False
        self.spotlight = Spotlight(self, self._delegate, self._layouter)
        self.spotlight.changed.connect(self.viewport().update)
        self.probe = StreamProbe(self, model, self._delegate)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(self.tr("Messages"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setDragEnabled(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        model.loaded.connect(self._on_loaded)
        model.shown.connect(self._on_shown)
        catalogue.changed.connect(self.refresh_words)
        theme.changed.connect(self._on_theme_changed)
        self.jump.setIcon(theme.icons.icon("to_bottom", "on_soft"))

    # --- what the delegate asks -------------------------------------------------------------------------------------

    def shows_focus(self) -> bool:
        """Whether the current row shows its ring: only for those who came by keyboard."""
        return self._has_key_focus and self.hasFocus()

    def selection_in(self, key: str) -> tuple[int, int] | None:
        """Return the selected part of a row's text, if it is in that row."""
        if self._selection is None or self._selection[0] != key or self._selection[1] == self._selection[2]:
            return None
        start, end = sorted(self._selection[1:])
        return start, end

    def is_hovered(self, hit: Hit) -> bool:
        return self._hovered is not None and self._hovered[1:] == (hit.code, hit.value)

    @property
    def stream(self) -> StreamModel:
        return self._model

    # --- what the panel asks ----------------------------------------------------------------------------------------

    def set_channel(self, channel: Channel | None) -> None:
        """Say on which channel the open contact runs; messages on another one are marked."""
        if channel is not self._layouter.channel:
            self._layouter.channel = channel
            # What is about to be replaced need not be measured once more.
            if self._model.is_loaded:
                self._measure_again()

    def selected_text(self) -> str:
        """Return the selected words, else the whole of the current message."""
        row = self._selected_row()
        if row is not None and self._selection is not None:
            made = self._delegate.layout_of(row, self.row_width())
            part = self.selection_in(row.item.key)
            if made.text is not None and part is not None:
                return str(made.text.text()[part[0] : part[1]]).replace("\u2028", "\n")
        current = self._current_row()
        return self.text_of(current) if current is not None else ""

    # --- following the model ----------------------------------------------------------------------------------------

    def _on_loaded(self) -> None:
        self._selection = None
        self._layouter.unfolded.clear()
        self._layouter.quoting.clear()
        self.setCurrentIndex(QModelIndex())
        self.spotlight.keep_to(self._model.interaction_id)
        if self._model.has_newer:
            self._is_pinned = False
        else:
            self.start_at_newest()

    # --- what was looked for ----------------------------------------------------------------------------------------

    def _on_shown(self, key: str) -> None:
        """Bring a row into sight, the words looked for in its upper third, and light it."""
        number = self._model.find(key)
        row = self._model.row(number)
        self.spotlight.reveal(row)
        self._is_pinned = False
        self._seen = None
        self.scheduleDelayedItemsLayout()
        self._settle()
        index = self._model.index(number)
        self.setCurrentIndex(index)
        bar = self.verticalScrollBar()
        top = self.visualRect(index).top() + (self.spotlight.first_mark(row) or 0.0)
        bar.setValue(round(bar.value() + top - self.viewport().height() / 3))
        self._look_where()
        self._look_again()
        self._on_scrolled(bar.value())
        self.spotlight.light(key)

    def to_newest(self) -> None:
        """Go to the newest message, from wherever in the past."""
        if self._model.has_newer:
            self._model.show_newest()
        else:
            super().to_newest()

    def _look_where(self) -> None:
        super()._look_where()
        if self._is_pinned and self._model.has_newer:
            # This is the end of what is loaded, not the newest.
            self._is_pinned = False
            self._show_jump()

    def _on_scrolled(self, value: int) -> None:
        super()._on_scrolled(value)
        if value > self.verticalScrollBar().maximum() - _FETCH_BELOW and not self._is_settling:
            self._model.fetch_newer()

    def refresh_words(self) -> None:
        """Names or states are called something else now."""
        if self._model.rowCount():
            self._measure_again()

    def _on_theme_changed(self) -> None:
        self.jump.setIcon(self._theme.icons.icon("to_bottom", "on_soft"))
        self._measure_again()

    def _measure_again(self) -> None:
        self._delegate.forget()
        self.scheduleDelayedItemsLayout()
        self._settle()
        self.viewport().update()

    def links_in(self, row: StreamRow) -> list[str]:
        """Return the links of a row's text as it is shown."""
        return [url for _, _, url in self._delegate.layout_of(row, self.row_width()).links]

    # --- rows and texts ---------------------------------------------------------------------------------------------

    def _current_row(self) -> StreamRow | None:
        index = self.currentIndex()
        return self._model.row(index.row()) if index.isValid() else None

    def _selected_row(self) -> StreamRow | None:
        if self._selection is None:
            return None
        number = self._model.find(self._selection[0])
        return self._model.row(number) if number >= 0 else None

    def text_of(self, row: StreamRow) -> str:
        """Return the whole text of a row."""
        message = row.item.message
        if message is None or message.kind in (MessageKind.CALL, MessageKind.EVENT):
            return self._words.describe(row)
        return plain_text(message)

    # --- mouse ------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._has_key_focus = False
        super().mousePressEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._selection = self._pressed = None
        spot = self.probe.spot(event.position().toPoint())
        if spot is not None:
            self._pressed = self.probe.hit(spot)
            start = self.probe.gap(spot)
            if self._pressed is None and start is not None and self.probe.character(spot) is not None:
                self._selection = (spot.row.item.key, start, start)
                self._is_selecting = True
        self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._is_selecting:
            self._extend_selection(point)
            return
        spot = self.probe.spot(point)
        hit = self.probe.hit(spot) if spot is not None else None
        hovered = (spot.row.item.key, hit.code, hit.value) if spot is not None and hit is not None else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.viewport().update()
        if hit is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        elif spot is not None and self.probe.character(spot) is not None:
            self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self.viewport().unsetCursor()

    def _extend_selection(self, point: QPoint) -> None:
        row = self._selected_row()
        if self._selection is None or row is None:
            return
        top = self.visualRect(self._model.index(self._model.find(row.item.key))).topLeft()
        end = self.probe.gap(Spot(row, self._delegate.layout_of(row, self.row_width()), QPointF(point - top)))
        if end is not None:
            self._selection = (*self._selection[:2], end)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._is_selecting = False
        clipboard = QGuiApplication.clipboard()
        row = self._selected_row()
        if row is not None and self.selection_in(row.item.key) is not None and clipboard.supportsSelection():
            clipboard.setText(self.selected_text(), QClipboard.Mode.Selection)
        pressed, self._pressed = self._pressed, None
        spot = self.probe.spot(event.position().toPoint())
        hit = self.probe.hit(spot) if spot is not None else None
        if spot is None or hit is None or pressed is None or (hit.code, hit.value) != (pressed.code, pressed.value):
            return
        if hit.code == "link":
            link_menu(self, str(hit.value)).popup(event.globalPosition().toPoint())
        elif hit.code == "open_file":
            self.attachment_opened.emit(hit.value)
        else:
            self.act(hit.code, spot.row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        spot = self.probe.spot(event.position().toPoint())
        word = self.probe.word(spot) if spot is not None else None
        if spot is not None and word is not None:
            self._selection = (spot.row.item.key, *word)
            self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if self._hovered is not None:
            self._hovered = None
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._tip(event.pos()), self.viewport())
            return True
        return super().viewportEvent(event)

    def _tip(self, point: QPoint) -> str:
        spot = self.probe.spot(point)
        if spot is None:
            return ""
        hit = self.probe.hit(spot)
        if hit is not None and hit.code == "link":
            return plain_tip(str(hit.value))
        if hit is not None and isinstance(hit.value, Attachment):
            return plain_tip(hit.value.name)
        row = spot.row
        lines = [formats.exact(row.item.at), self._words.mood_more(row), self._words.delivery_more(row)]
        return plain_tip("\n".join(line for line in lines if line))

    # --- keyboard ---------------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() not in (Qt.FocusReason.MouseFocusReason, Qt.FocusReason.PopupFocusReason):
            self._has_key_focus = True
            if not self.currentIndex().isValid() and self._model.rowCount():
                self.setCurrentIndex(self._model.index(self._model.rowCount() - 1))
        self.viewport().update()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.spotlight.put_out()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._has_key_focus = True
        row = self._current_row()
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.selected_text())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            if self._model.remedies(row):
                row_menu(self, row).popup(self._beside(row))
            else:
                self.read(row)
        elif event.key() == Qt.Key.Key_Space and row is not None:
            self._toggle(row)
        elif event.key() == Qt.Key.Key_Delete and row is not None and "discard" in self._model.remedies(row):
            self.act("discard", row)
        elif event.key() == Qt.Key.Key_End:
            super().keyPressEvent(event)
            self.to_newest()
        else:
            super().keyPressEvent(event)
        self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            spot = self.probe.spot(event.pos())
            if spot is not None:
                row_menu(self, spot.row, self.probe.hit(spot)).popup(event.globalPos())
        else:
            row = self._current_row()
            if row is not None:
                row_menu(self, row).popup(self._beside(row))

    def _beside(self, row: StreamRow) -> QPoint:
        rect = self.visualRect(self._model.index(self._model.find(row.item.key)))
        made = self._delegate.layout_of(row, self.row_width())
        corner = made.bubble.bottomLeft().toPoint() if made.bubble is not None else QPoint(MARGIN, rect.height())
        return self.viewport().mapToGlobal(rect.topLeft() + corner)

    # --- acting -----------------------------------------------------------------------------------------------------

    def act(self, code: str, row: StreamRow) -> None:
        """Do what a hit or a menu entry stands for: unfold, try again, edit …"""
        if code in ("unfold", "fold", "quoted"):
            self._toggle(row, code)
        elif code == "whole":
            self.read(row)
        elif code == "retry":
            self._model.retry(row)
        elif code == "edit":
            self.edit_requested.emit(row)
        elif code == "discard" and row.item.entry is not None:
            self._model.discard(row.item.entry.id)

    def _toggle(self, row: StreamRow, code: str = "") -> None:
        made = self._delegate.layout_of(row, self.row_width())
        code = code or next((hit.code for hit in made.hits if hit.code in ("unfold", "fold", "quoted")), "")
        if not code:
            return
        chosen = self._layouter.quoting if code == "quoted" else self._layouter.unfolded
        chosen.symmetric_difference_update({row.item.key})
        if code == "quoted" and row.item.key in chosen:
            self._layouter.unfolded.add(row.item.key)
        self._selection = None
        self._delegate.forget(row.item.key)
        # What is being read must not jump away when it grows.
        self._is_pinned = False
        self.scheduleDelayedItemsLayout()
        self._settle()
        self._look_where()
        self.viewport().update()

    def read(self, row: StreamRow) -> MessageReader:
        """Open a message in a window of its own, to read and to select with the keyboard."""
        message = row.item.message
        title = self._words.author(message) if message is not None else ""
        html, fetch = (message.html, partial(self._model.read_file, message)) if message is not None else ("", None)
        reader = MessageReader(title, formats.exact(row.item.at), self.text_of(row), self, html, fetch)
        reader.show()
        return reader
