"""What stands on a locked screen: whose it is, the field for the password, what went wrong with it, and the way to somebody
else's account. Nothing of any customer is on it.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.ui.i18n import formats
from desktop.ui.i18n.troubles import unlocking
from desktop.ui.theme.painting import paint_avatar
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.centred import centred_card

_WIDTH = 380


class _Avatar(QWidget):
    def __init__(self, name: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self._theme = theme
        self.setFixedSize(56, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_avatar(painter, self.rect(), self._name or "?", self._theme)
        painter.end()


class LockSheet(QFrame):
    """``submitted`` carries a password, which is not kept here; ``demo_requested`` unlocks the demo centre, whose password
    nobody typed; ``other_requested`` asks for the sign-in of somebody else. ``with_token``: they signed in with an access
    token, which opens the lock too."""

    submitted = Signal(str)
    demo_requested = Signal()
    other_requested = Signal()

    def __init__(
        self,
        name: str,
        system: str,
        since: datetime,
        theme: Theme,
        *,
        is_demo: bool,
        with_token: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_busy = False
        self._wait_s = 0
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Locked"))
        outer, card, column = centred_card(self, _WIDTH)
        column.setContentsMargins(28, 28, 28, 20)
        self._add_head(column, card, name, system, since)
        if is_demo:
            self._add_demo(column, card)
        else:
            self._add_password(column, card, self.tr("Access token") if with_token else self.tr("Password"))
        self._banner = QFrame(card)
        self._banner.setProperty("look", "banner-bad")
        inner = QVBoxLayout(self._banner)
        inner.setContentsMargins(12, 8, 12, 8)
        self.message = _line(self._banner, "", "")
        inner.addWidget(self.message)
        self._banner.hide()
        # Below the field; the space above the button stays the button's.
        column.insertWidget(column.count() - 2, self._banner)
        column.addSpacing(8)
        self.other = QPushButton(self.tr("Sign in as somebody else"), card)
        self.other.setProperty("look", "link")
        self.other.setAutoDefault(False)
        self.other.clicked.connect(self.other_requested)
        column.addWidget(self.other, 0, Qt.AlignmentFlag.AlignHCenter)
        work = _line(self, self.tr("Work goes on: what you wrote is sent, and new messages are fetched."), "muted")
        work.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        outer.insertWidget(2, work)
        outer.insertSpacing(2, 16)
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._tick)
        theme.changed.connect(self._tint)
        self._tint()

    # --- parts ------------------------------------------------------------------------------------------------------

    def _add_head(self, column: QVBoxLayout, card: QWidget, name: str, system: str, since: datetime) -> None:
        column.addWidget(_Avatar(name, self._theme, card), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        who = _line(card, name, "page")
        system_line = _line(card, system or self.tr("Demo centre"), "muted")
        row = QHBoxLayout()
        row.setSpacing(6)
        self._lock = QLabel(card)
        since_line = QLabel(self.tr("Locked since %1").replace("%1", formats.moment(since)), card)
        since_line.setProperty("look", "muted")
        row.addStretch(1)
        row.addWidget(self._lock)
        row.addWidget(since_line)
        row.addStretch(1)
        for line in (who, system_line):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addLayout(row)
        column.addSpacing(12)

    def _add_password(self, column: QVBoxLayout, card: QWidget, name: str) -> None:
        self.password = QLineEdit(card)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(name)
        self.password.setPlaceholderText(name)
        self.password.returnPressed.connect(self._submit)
        column.addWidget(self.password)
        self.unlock = QPushButton(self.tr("Unlock"), card)
        self.unlock.clicked.connect(self._submit)
        self._add_unlock(column)
        self.setFocusProxy(self.password)

    def _add_demo(self, column: QVBoxLayout, card: QWidget) -> None:
        told = _line(card, self.tr("The demo centre has no password of yours. Its customers are invented."), "muted")
        told.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(told)
        self.unlock = QPushButton(self.tr("Unlock (demo)"), card)
        self.unlock.clicked.connect(self.demo_requested)
        self._add_unlock(column)
        self.setFocusProxy(self.unlock)

    def _add_unlock(self, column: QVBoxLayout) -> None:
        self.unlock.setProperty("look", "primary")
        self.unlock.setDefault(True)
        column.addSpacing(4)
        column.addWidget(self.unlock)

    # --- what the lock says -----------------------------------------------------------------------------------------

    def show_error(self, code: str, *, wait_s: float = 0.0, tries_left: int | None = None) -> None:
        """Say why it stays locked. ``wait_s`` is how long to wait before the next try, ``tries_left`` how many there are
        without a connection, where there is none."""
        self._is_busy = False
        self.message.setText(unlocking(code, tries_left))
        self._banner.show()
        self._wait_s = int(wait_s + 0.999)
        self._show_state()
        if self._wait_s:
            self._clock.start()
        self.password.selectAll()
        self.password.setFocus()

    def _submit(self) -> None:
        password = self.password.text()
        if self._is_busy or self._wait_s or not password:
            return
        self._is_busy = True
        self._banner.hide()
        self._show_state()
        # Selected, so that the next try takes its place; cleared when the screen opens.
        self.submitted.emit(password)

    def _tick(self) -> None:
        self._wait_s -= 1
        if self._wait_s <= 0:
            self._wait_s = 0
            self._clock.stop()
        self._show_state()

    def _show_state(self) -> None:
        self.unlock.setEnabled(not self._is_busy and not self._wait_s)
        if self._is_busy:
            self.unlock.setText(self.tr("Checking…"))
        elif self._wait_s:
            self.unlock.setText(self.tr("Please wait %n seconds", None, self._wait_s))
        else:
            self.unlock.setText(self.tr("Unlock"))

    def _tint(self) -> None:
        self._lock.setPixmap(self._theme.icons.pixmap("lock", 14, "muted", self.devicePixelRatioF()))

    # --- events -----------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()


def _line(parent: QWidget, text: str, look: str) -> QLabel:
    line = QLabel(text, parent)
    line.setTextFormat(Qt.TextFormat.PlainText)
    line.setWordWrap(True)
    if look:
        line.setProperty("look", look)
    return line
