"""The field in which a reply or note is written: it grows with the text, takes files dropped on it, and offers canned texts
after a slash.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QFocusEvent, QKeyEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.interaction.picker import Choice, ChoiceList
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.composer import ComposerModel

FEWEST, MOST = 3, 10
_SLASH = re.compile(r"(?:^|\s)/([^\s/]{0,30})$")
_LISTED = 8


class CannedTexts(QFrame):
    """The list of canned texts above the editor; the editor keeps the focus and steers it."""

    def __init__(self, model: ComposerModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._ground = parent
        self.setProperty("look", "raised")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        self.list = ChoiceList(theme, self)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Templates"))
        column.addWidget(self.list)
        self.hide()

    def offer(self, typed: str, editor: QWidget) -> None:
        """Show what fits ``typed`` above ``editor``, or hide where nothing does."""
        found = self._model.matching_templates(typed)
        if not found:
            self.hide()
            return
        choices = [
            Choice(
                template,
                self._model.template_title(template),
                f"/{template.shortcut}",
                more=" ".join(self._model.filled(template).split()),
            )
            for template in found
        ]
        self.list.fill(choices)
        inner = min(self.list.choices.height(), _LISTED * 46) + 2
        parent = self._ground
        spot = editor.mapTo(parent, QPoint(0, 0))
        height = min(inner + 10, max(60, spot.y() - 8))
        width = min(max(editor.width(), 320), 560, parent.width() - spot.x() - 8)
        self.setGeometry(spot.x(), spot.y() - height - 6, width, height)
        self.raise_()
        self.show()


class MessageEditor(QPlainTextEdit):
    """``send_requested`` on Ctrl+Enter, ``undo_send_requested`` on Ctrl+Z in an empty field, ``files_dropped`` with their
    paths."""

    send_requested = Signal()
    undo_send_requested = Signal()
    files_dropped = Signal(list)

    def __init__(self, model: ComposerModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._canned: CannedTexts | None = None
        self._most = MOST
        self.setProperty("look", "bare")
        self.setTabChangesFocus(True)
        self.setAcceptDrops(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        self.textChanged.connect(self._on_text_changed)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        self._grow()

    # --- size -------------------------------------------------------------------------------------------------------

    def limit(self, lines: int) -> None:
        """Grow to ``lines`` at most: in a low window there is less room."""
        self._most = max(FEWEST, min(MOST, lines))
        self._grow()

    def _grow(self) -> None:
        line = self.fontMetrics().lineSpacing()
        count = min(max(round(self.document().size().height()), FEWEST), self._most)
        self.setFixedHeight(count * line + 4)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()
        if event.oldSize().width() != event.size().width():
            self._hide_canned()

    # --- text -------------------------------------------------------------------------------------------------------

    def put(self, text: str) -> None:
        """Show ``text`` without telling it as typed, the cursor at its end."""
        if text != self.toPlainText():
            self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(False)
            self.moveCursor(QTextCursor.MoveOperation.End)
            self._grow()
        self._hide_canned()

    def insert_template(self) -> None:
        """Open the list of canned texts as if a slash had been typed."""
        self.setFocus()
        cursor = self.textCursor()
        before = self.toPlainText()[: cursor.position()]
        cursor.insertText("/" if not before or before[-1].isspace() else " /")

    def _on_text_changed(self) -> None:
        self._grow()
        self._model.type(self.toPlainText())
        self._look_for_slash()

    def _on_cursor_moved(self) -> None:
        if self._canned is not None and self._canned.isVisible():
            self._look_for_slash()

    # --- canned texts -----------------------------------------------------------------------------------------------

    @property
    def canned(self) -> CannedTexts:
        """The list of canned texts, made when first needed, over the panel."""
        if self._canned is None:
            ground: QWidget = self
            while (parent := ground.parentWidget()) is not None and ground.property("holds_popups") is None:
                ground = parent
            self._canned = CannedTexts(self._model, self._theme, ground)
            self._canned.list.chosen.connect(self._on_template)
        return self._canned

    def _slash(self) -> str | None:
        """Return what was typed after a slash that begins a word, up to the cursor."""
        cursor = self.textCursor()
        if cursor.hasSelection():
            return None
        found = _SLASH.search(cursor.block().text()[: cursor.positionInBlock()])
        return found.group(1) if found else None

    def _look_for_slash(self) -> None:
        typed = self._slash()
        if typed is None or not self.hasFocus():
            self._hide_canned()
        else:
            self.canned.offer(typed, self)

    def _hide_canned(self) -> None:
        if self._canned is not None:
            self._canned.hide()

    def _on_template(self, template: object) -> None:
        typed = self._slash()
        cursor = self.textCursor()
        if typed is not None:
            back = len(typed) + 1
            cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor, back)
        cursor.insertText(self._model.filled(template))  # type: ignore[arg-type]
        self.setTextCursor(cursor)
        self._hide_canned()
        self.setFocus()

    # --- events -----------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.send_requested.emit()
            return
        canned = self._canned
        if canned is not None and canned.isVisible():
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                canned.list.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return
            if (is_enter or event.key() == Qt.Key.Key_Tab) and canned.list.take():
                return
            if event.key() == Qt.Key.Key_Escape:
                canned.hide()
                return
        is_undo = event.key() == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if is_undo and not self.toPlainText() and self._model.undo_left_s > 0:
            self.undo_send_requested.emit()
            return
        super().keyPressEvent(event)
        if is_enter:
            self._model.flush()

    def event(self, event: QEvent) -> bool:
        # Tab moves the focus before a key press is seen, but takes a canned text while one is offered.
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab:
            canned = self._canned
            if canned is not None and canned.isVisible() and canned.list.take():
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._model.flush()
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._hide_canned()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(_files(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = _files(source)
        if files:
            self.files_dropped.emit(files)
        else:
            # Words only: fonts and pictures of other programs do not belong into a message.
            self.insertPlainText(source.text())
            self._model.flush()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _files(event.mimeData()):
            event.acceptProposedAction()
        else:
            super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        files = _files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_dropped.emit(files)
        else:
            super().dropEvent(event)


def _files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []
