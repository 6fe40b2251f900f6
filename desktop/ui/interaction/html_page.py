"""A mail's HTML as its writer laid it out. The hub made it harmless; here nothing is fetched from elsewhere until somebody
asks for the pictures, and a link is spelled out before it is opened. Pictures that came with the mail are part of it.
Shown by ``message_reader``.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCursor, QImage, QShowEvent, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget
from shiboken6 import isValid

from desktop.ui.interaction.stream_menu import link_menu

Fetch = Callable[[str, Callable[[bytes], None]], None]
"""Ask for the bytes of a file of the message by its SHA-256; they may never come."""

LONGEST: Final = 300_000
"""Beyond this many characters only the words of a mail are shown: laying it out would hold the window up."""

_BLOCKED: Final = re.compile(r'(<img\b[^<>]*?)\sdata-blocked-src="([^"<>]*)"')
_PART: Final = re.compile(r'<img\b[^<>]*?\ssrc="cid:([^"<>]+)"')
_NO_SOURCE: Final = re.compile(r"<img\b(?![^<>]*\ssrc=)")
_MOST_PICTURES: Final = 30
_LARGEST: Final = 5 * 1024 * 1024
_LONGEST_MS: Final = 15_000


class HtmlPage(QTextBrowser):
    """``pictures_loaded`` is told once, when those that were asked for are there or will not come."""

    pictures_loaded = Signal()

    def __init__(self, html: str, parent: QWidget | None = None, fetch: Fetch | None = None) -> None:
        super().__init__(parent)
        self._html = html[:LONGEST]
        self._pictures: dict[str, QImage] = {}
        self._none = QImage(1, 1, QImage.Format.Format_ARGB32)
        self._none.fill(Qt.GlobalColor.transparent)
        self._waiting = 0
        self._fetch = fetch
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setAccessibleName(self.tr("The message as it was laid out"))
        self.anchorClicked.connect(self._on_link_clicked)
        self._show(self._html)

    @property
    def remote_pictures(self) -> list[str]:
        """The addresses of pictures that are not part of the mail."""
        found = (entities.unescape(match[2]) for match in _BLOCKED.finditer(self._html))
        return [one for one in dict.fromkeys(found) if one.lower().startswith(("https://", "http://"))][:_MOST_PICTURES]

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        fetch, self._fetch = self._fetch, None
        if fetch is not None:
            for sha256 in list(dict.fromkeys(_PART.findall(self._html)))[:_MOST_PICTURES]:
                fetch(sha256, partial(self._on_part, f"cid:{sha256}"))

    def _on_part(self, address: str, data: bytes) -> None:
        image = QImage.fromData(data) if len(data) <= _LARGEST and isValid(self) else QImage()
        if not image.isNull():
            self._pictures[address] = image
            self._show(self._html)

    def load_pictures(self) -> None:
        """Fetch the pictures: their senders learn that, and from where."""
        from PySide6.QtNetwork import QNetworkAccessManager, QNetworkRequest

        manager = QNetworkAccessManager(self)
        control = QNetworkRequest.LoadControl.Manual
        for address in self.remote_pictures:
            request = QNetworkRequest(QUrl(address))
            request.setTransferTimeout(_LONGEST_MS)
            request.setAttribute(QNetworkRequest.Attribute.CookieLoadControlAttribute, control)
            request.setAttribute(QNetworkRequest.Attribute.CookieSaveControlAttribute, control)
            self._waiting += 1
            reply = manager.get(request)
            reply.downloadProgress.connect(partial(_stop_large, reply))
            reply.finished.connect(partial(self._on_fetched, address, reply))

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        address = name if isinstance(name, str) else name.toString()
        if kind == QTextDocument.ResourceType.ImageResource.value or kind == QTextDocument.ResourceType.ImageResource:
            if address.startswith("data:image/"):
                return super().loadResource(kind, QUrl(address))
            return self._pictures.get(address, self._none)
        return None

    def _show(self, html: str) -> None:
        # Without an address the picture would be looked for among the files of this machine.
        self.setHtml(_NO_SOURCE.sub('<img src="none:"', html))

    def _on_fetched(self, address: str, reply: Any) -> None:
        image = QImage.fromData(bytes(reply.readAll().data())[:_LARGEST])
        reply.deleteLater()
        if not image.isNull():
            self._pictures[QUrl(address).toString()] = image
        self._waiting -= 1
        if self._waiting == 0:
            self._show(_BLOCKED.sub(r'\1 src="\2"', self._html))
            self.pictures_loaded.emit()

    def _on_link_clicked(self, url: QUrl) -> None:
        link_menu(self, bytes(url.toEncoded().data()).decode("ascii", "replace")).popup(QCursor.pos())


def _stop_large(reply: Any, received: int, _total: int) -> None:
    if received > _LARGEST:
        reply.abort()
