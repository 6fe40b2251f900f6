"""One message in a window of its own: read-only text that can be selected with mouse and keyboard, however long it is; of a
mail with HTML also as it was laid out, without pictures from elsewhere until they are asked for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QTextOption
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.interaction.html_page import LONGEST, Fetch, HtmlPage


class MessageReader(QDialog):
    """Blocks nothing; Escape closes it."""

    def __init__(
        self,
        author: str,
        at: str,
        text: str,
        parent: QWidget | None = None,
        html: str = "",
        fetch: Fetch | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Message"))
        self.resize(640, 480)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        head = QLabel(author, self)
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setProperty("look", "title")
        when = QLabel(at, self)
        when.setProperty("look", "muted")
        column.addWidget(head)
        column.addWidget(when)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.text.setAccessibleName(self.tr("Text of the message"))
        self.text.setPlainText(text)
        column.addWidget(self.text, 1)
        self.page: HtmlPage | None = None
        if html.strip() and len(html) <= LONGEST:
            self._add_page(column, html, fetch)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        buttons.rejected.connect(self.close)
        column.addWidget(buttons)
        self.text.setFocus()

    def _add_page(self, column: QVBoxLayout, html: str, fetch: Fetch | None) -> None:
        page = self.page = HtmlPage(html, self, fetch)
        page.hide()
        column.addWidget(page, 1)
        row = QHBoxLayout()
        self.layout_button = QPushButton(self.tr("Show as laid out"), self)
        self.layout_button.setCheckable(True)
        self.layout_button.toggled.connect(self._on_layout_chosen)
        row.addWidget(self.layout_button)
        self.pictures_button = QPushButton(self.tr("Load pictures"), self)
        self.pictures_button.setToolTip(self.tr("Their sender will learn that the message was read."))
        self.pictures_button.clicked.connect(self._on_pictures_wanted)
        self.pictures_button.hide()
        row.addWidget(self.pictures_button)
        row.addStretch(1)
        column.addLayout(row)

    def _on_layout_chosen(self, is_chosen: bool) -> None:
        assert self.page is not None
        self.text.setVisible(not is_chosen)
        self.page.setVisible(is_chosen)
        self.pictures_button.setVisible(is_chosen and bool(self.page.remote_pictures))
        (self.page if is_chosen else self.text).setFocus()

    def _on_pictures_wanted(self) -> None:
        assert self.page is not None
        self.pictures_button.setEnabled(False)
        self.page.load_pictures()
