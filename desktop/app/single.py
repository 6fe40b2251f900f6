"""One window a profile. Who comes first holds the profile's lock file and, once the window is painted, listens on a local
socket that only this user may reach; who comes second asks there for the window to come to the front, and goes.

``QtNetwork`` is loaded only where it is needed: by the second process, and by the first after its first paint.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
import time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

log = logging.getLogger(__name__)

PATIENCE_S: Final = 3.0
_AGAIN_S: Final = 0.05
_LONGEST: Final = 1024
_ASK: Final = b"activate"
_DONE: Final = b"done\n"
_TOKEN: Final = "XDG_ACTIVATION_TOKEN"  # noqa: S105 - the name of a variable


class Turn(Enum):
    """What a start of the program may do."""

    OURS = "ours"
    SHOWN = "shown"
    SILENT = "silent"


def address(root: Path) -> str:
    """Return the name of a profile's socket; it says nothing about profile or user."""
    text = f"{_user()}\n{root.resolve()}"
    return f"dirigent-{hashlib.sha256(text.encode()).hexdigest()[:24]}"


def take(lock: QLockFile, root: Path, patience_s: float = PATIENCE_S) -> Turn:
    """Take the profile, or have the window that holds it brought to the front. Where neither is possible within
    ``patience_s`` the other one hangs."""
    if lock.tryLock(0):
        return Turn.OURS
    deadline = time.monotonic() + patience_s
    while True:
        if _ask_for_the_window(address(root), lock, deadline):
            return Turn.SHOWN
        # The other one may be just starting, and not listening yet, or just ending.
        if lock.tryLock(0):
            return Turn.OURS
        if time.monotonic() >= deadline:
            return Turn.SILENT
        time.sleep(_AGAIN_S)


def _ask_for_the_window(name: str, lock: QLockFile, deadline: float) -> bool:
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    try:
        socket.connectToServer(name)
        if not socket.waitForConnected(_left_ms(deadline)):
            return False
        _allow_to_the_front(lock)
        socket.write(b" ".join([_ASK, os.environ.get(_TOKEN, "").encode()[:500]]) + b"\n")
        while not socket.canReadLine():
            if not socket.waitForReadyRead(_left_ms(deadline)):
                return False
        return bool(bytes(socket.readLine().data()) == _DONE)
    finally:
        socket.abort()


def _left_ms(deadline: float) -> int:
    return max(1, int((deadline - time.monotonic()) * 1000))


def _allow_to_the_front(lock: QLockFile) -> None:
    """On Windows only the process in front may hand that place on, by name."""
    if sys.platform == "win32":
        import ctypes

        _known, pid, *_ = lock.getLockInfo()
        ctypes.windll.user32.AllowSetForegroundWindow(pid)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "")


class FirstWindow(QObject):
    """Listens for later starts; ``called`` asks for the window to come to the front."""

    called = Signal()

    def __init__(self, root: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._root = root
        self._server: QLocalServer | None = None

    def listen(self) -> bool:
        """Begin to listen; returns whether that is possible on this system."""
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._on_connected)
        # What a window that was killed left behind; the lock says that nobody else can be listening.
        name = address(self._root)
        QLocalServer.removeServer(name)
        if not server.listen(name):
            log.warning("a second start cannot bring this window to the front: %s", server.serverError().name)
            server.deleteLater()
            return False
        self._server = server
        return True

    def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None

    def _on_connected(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._on_asked(socket))
            if socket.bytesAvailable():
                self._on_asked(socket)

    def _on_asked(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _LONGEST:
                socket.abort()
            return
        said, _, token = bytes(socket.readLine(_LONGEST).data()).strip().partition(b" ")
        if said == _ASK:
            if token:
                # The desktop gave the second start the right to the front; Qt looks for it here.
                os.environ[_TOKEN] = token.decode(errors="replace")
            self.called.emit()
            socket.write(_DONE)
            socket.flush()
        socket.disconnectFromServer()
