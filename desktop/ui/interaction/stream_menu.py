"""The menus of the stream: what can be done with a message, its words, its links and its files. A link is opened only from an
entry that shows where it leads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.interaction.stream_layout import Hit
from desktop.viewmodels.stream import StreamRow

if TYPE_CHECKING:
    from desktop.ui.interaction.stream_view import StreamView

translate = QCoreApplication.translate

_LONGEST_LINK = 90
_MOST_LINKS = 6


def row_menu(view: StreamView, row: StreamRow, hit: Hit | None = None) -> QMenu:
    """Return the menu of a row; over a link it holds only that one."""
    menu = _menu(view)
    labels = {
        "retry": translate("stream", "Try again"),
        "edit": translate("stream", "Edit"),
        "discard": translate("stream", "Discard"),
    }
    for code in view.stream.remedies(row):
        menu.addAction(labels[code], partial(view.act, code, row))
    menu.addSeparator()
    if view.selection_in(row.item.key) is not None:
        menu.addAction(translate("stream", "Copy selection"), lambda: _copy(view.selected_text()))
    menu.addAction(translate("stream", "Copy"), lambda: _copy(view.text_of(row)))
    message = row.item.message
    if message is not None:
        menu.addAction(translate("stream", "Open to read and select"), lambda: view.read(row))
    links = [str(hit.value)] if hit is not None and hit.code == "link" else view.links_in(row)[:_MOST_LINKS]
    for url in links:
        _add_link(menu, url)
    for attachment in message.attachments if message is not None else ():
        menu.addSeparator()
        name = _unmnemonic(attachment.name)
        opened = translate("stream", "Open %1").replace("%1", name)
        menu.addAction(opened, partial(view.attachment_opened.emit, attachment))
        saved = translate("stream", "Save %1 …").replace("%1", name)
        menu.addAction(saved, partial(view.attachment_saved.emit, attachment))
    touchpoint = row.item.touchpoint
    contact = message.interaction_id if message is not None else (touchpoint.interaction_id if touchpoint else None)
    if row.item.is_other_contact and contact is not None:
        menu.addSeparator()
        menu.addAction(translate("stream", "Go to this contact"), partial(view.stream.open_contact, contact))
    return menu


def link_menu(parent: QWidget, url: str) -> QMenu:
    """Return the menu of a link that was clicked."""
    menu = _menu(parent)
    _add_link(menu, url)
    return menu


def _menu(parent: QWidget) -> QMenu:
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _add_link(menu: QMenu, url: str) -> None:
    menu.addSeparator()
    shown = url if len(url) <= _LONGEST_LINK else f"{url[: _LONGEST_LINK - 1]}…"
    opened = translate("stream", "Open %1").replace("%1", _unmnemonic(shown))
    menu.addAction(opened, lambda: QDesktopServices.openUrl(QUrl(url)))
    menu.addAction(translate("stream", "Copy link"), lambda: _copy(url))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)


def _unmnemonic(text: str) -> str:
    return text.replace("&", "&&")
