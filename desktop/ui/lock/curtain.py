"""Takes everything off the screen and brings it back as it was. What is behind the curtain is not covered but gone: neither a
screenshot nor a screen reader, a shortcut or a tooltip reaches it, while its view models go on.
"""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip, QWidget
from shiboken6 import isValid

TITLE = "Dirigent"


class _Aside(Struct, frozen=True):
    """A window that was taken away, and what it takes to put it back."""

    widget: QWidget
    parent: QWidget | None
    flags: Qt.WindowType
    at: QPoint


class Curtain(QObject):
    """Drawn over one main window, with one widget to be seen instead of everything."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._holder: QWidget | None = None
        self._body: QWidget | None = None
        self._sheet: QWidget | None = None
        self._aside: list[_Aside] = []
        self._inside: list[tuple[QWidget, bool]] = []
        self._shortcuts: list[QShortcut] = []
        self._focus: QWidget | None = None
        self._title = ""

    @property
    def is_drawn(self) -> bool:
        return self._sheet is not None

    @property
    def sheet(self) -> QWidget | None:
        """What is seen instead."""
        return self._sheet

    def draw(self, sheet: QWidget) -> None:
        """Show ``sheet`` and nothing else."""
        if self.is_drawn:
            return
        window = self._window
        self._sheet = sheet
        # Never shown, it has no window of the system's, and so its children have no place in the tree of accessibility.
        self._holder = QWidget()
        self._focus = window.focusWidget()
        self._title = window.windowTitle()
        QToolTip.hideText()
        self._put_windows_aside()
        body = window.centralWidget()
        if body is not None:
            # Said explicitly: a layout shows what is new to it a moment later, and this will be a window by then.
            body.hide()
        # Left without a parent: each change of it costs the style of everything in it.
        self._body = window.takeCentralWidget()
        for child in window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if child is not sheet and not child.isWindow() and not child.objectName().startswith("qt_"):
                self._inside.append((child, child.isVisible()))
                child.setParent(self._holder)
        _app().focusWindowChanged.connect(self._on_focus_window)
        for shortcut in window.findChildren(QShortcut, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if shortcut.isEnabled():
                shortcut.setEnabled(False)
                self._shortcuts.append(shortcut)
        window.setWindowTitle(TITLE)
        window.setCentralWidget(sheet)
        sheet.show()

    def open(self) -> None:
        """Put everything back where it was, and the keyboard too."""
        window, sheet, holder = self._window, self._sheet, self._holder
        if sheet is None or holder is None:
            return
        self._sheet = self._holder = None
        _app().focusWindowChanged.disconnect(self._on_focus_window)
        window.takeCentralWidget()
        sheet.hide()
        sheet.deleteLater()
        if self._body is not None:
            window.setCentralWidget(self._body)
            self._body.show()
        for child, was_visible in self._inside:
            if isValid(child):
                child.setParent(window)
                child.setVisible(was_visible)
        for shortcut in self._shortcuts:
            if isValid(shortcut):
                shortcut.setEnabled(True)
        window.setWindowTitle(self._title)
        for aside in self._aside:
            _put_back(aside)
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._body = self._focus = None
        self._aside, self._inside, self._shortcuts = [], [], []
        holder.deleteLater()

    def _on_focus_window(self, focus: QWindow | None) -> None:
        """What opens a window of its own behind the curtain does not open it in front of it."""
        if focus is not None and focus is not self._window.windowHandle():
            # Not from within: Qt is in the middle of showing it.
            QTimer.singleShot(0, self, self._put_windows_aside)

    def _put_windows_aside(self) -> None:
        if not self.is_drawn:
            return
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
            if QApplication.activePopupWidget() is popup:
                break
        for widget in QApplication.topLevelWidgets():
            if widget is self._window or not widget.isVisible():
                continue
            if widget.windowType() in (Qt.WindowType.Popup, Qt.WindowType.ToolTip):
                widget.close()
                continue
            self._aside.append(_Aside(widget, widget.parentWidget(), widget.windowFlags(), widget.pos()))
            widget.setParent(self._holder)


def _app() -> QGuiApplication:
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    return app


def _put_back(aside: _Aside) -> None:
    if not isValid(aside.widget):
        return
    parent = aside.parent if aside.parent is not None and isValid(aside.parent) else None
    aside.widget.setParent(parent, aside.flags)
    aside.widget.move(aside.at)
    aside.widget.show()
