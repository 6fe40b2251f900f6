"""Closing the window, or signing out, while something is still to go out: a sheet says what, and that nothing is lost, and
offers to send it now, to close all the same, or to stay. It blocks nothing; with nothing left it never appears.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain import commands as c
from desktop.ui.outbox import wording
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.leaving import Leaving, Leftovers
from desktop.viewmodels.outbox import Line
from desktop.viewmodels.workplace import Workplace

CLOSE, SIGN_OUT = "close", "sign_out"
WAIT_MS = 15_000
_WIDTH, _NAMES = 520, 3


class ClosingSheet(QFrame):
    """``agreed(purpose)`` when the window may be closed (``close``) or the agent signed out (``sign_out``);
    ``look_requested`` when they want to see the outbox first."""

    agreed = Signal(str)
    look_requested = Signal()

    def __init__(
        self, workplace: Workplace, leaving: Leaving, flush: Callable[[], None], theme: Theme, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._leaving = leaving
        self._flush = flush
        self._theme = theme
        self._ground = window
        self._purpose = CLOSE
        self._left = Leftovers()
        self._total = 0
        self._is_sending = False
        self._is_looking = False
        self.setProperty("look", "raised")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(48)
        shadow.setOffset(0, 12)
        self.setGraphicsEffect(shadow)
        self._lay_out()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(WAIT_MS)
        self._patience.timeout.connect(self._on_too_long)
        workplace.changed.connect(self._on_changed)
        workplace.unsaved.changed.connect(self._on_changed)
        workplace.status_changed.connect(self._on_status)
        window.installEventFilter(self)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(10)
        self._picture = QLabel(self)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        self.title = _label(self, "title")
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.items = _label(self)
        self.lost = _label(self)
        self.lost.setProperty("look", "strong")
        self.text = _label(self, "quiet")
        for label in (self.items, self.lost, self.text):
            column.addWidget(label)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Sent so far"))
        column.addWidget(self.progress)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.look = QPushButton(self.tr("Show the outbox"), self)
        self.look.setProperty("look", "link")
        self.look.clicked.connect(self._on_look)
        self.stay = QPushButton(self.tr("Stay"), self)
        self.stay.clicked.connect(self.close)
        self.leave = QPushButton(self)
        self.leave.clicked.connect(self._agree)
        self.send = QPushButton(self)
        self.send.setProperty("look", "primary")
        self.send.clicked.connect(self._on_send)
        row.addWidget(self.look)
        row.addStretch(1)
        for button in (self.stay, self.leave, self.send):
            row.addWidget(button)
        column.addSpacing(4)
        column.addLayout(row)

    # --- what the window asks ---------------------------------------------------------------------------------------

    def ask(self, purpose: str = CLOSE) -> None:
        """Go if nothing would be left behind, else show what would be."""
        self._purpose = purpose
        self._flush()
        if self._leaving.is_clear:
            self._agree()
        else:
            self._look()

    # --- what happens -----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        if not self._is_looking:
            self._is_looking = True
            self._leaving.look(self._on_left)

    def _on_left(self, left: Leftovers) -> None:
        self._is_looking = False
        before, self._left = self._left, left
        if left.is_empty:
            self._agree()
            return
        if not self.isVisible():
            self._total = len(left.waiting)
            self._show()
            return
        if self._is_sending:
            self._total = max(self._total, len(left.waiting))
            has_new_trouble = len(left.refused) > len(before.refused)
            if not left.waiting and not left.taking_in and not left.unsaved:
                if not has_new_trouble:
                    self._agree()
                    return
                self._end_sending()
            elif has_new_trouble:
                self._end_sending()
        self._fill()

    def _show(self) -> None:
        self._fill()
        self._place()
        self.show()
        self.raise_()
        (self.send if self.send.isVisibleTo(self) and self.send.isEnabled() else self.leave).setFocus(
            Qt.FocusReason.PopupFocusReason
        )

    def _on_changed(self) -> None:
        if self.isVisible():
            self._look()

    def _on_status(self) -> None:
        if self.isVisible():
            self._fill()

    def _on_send(self) -> None:
        self._is_sending = True
        self._total = len(self._left.waiting)
        self._patience.start()
        self._leaving.send_now()
        self._fill()
        self.stay.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_too_long(self) -> None:
        self._end_sending()
        self._fill()

    def _end_sending(self) -> None:
        self._is_sending = False
        self._patience.stop()

    def _on_look(self) -> None:
        self.close()
        self.look_requested.emit()

    def _agree(self) -> None:
        self.hide()
        self.agreed.emit(self._purpose)

    # --- words ------------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        left, is_close = self._left, self._purpose == CLOSE
        count = len(left.waiting) + len(left.refused)
        if left.unsaved:
            title = self.tr("%n thing(s) would be lost", None, left.unsaved)
        elif left.waiting or not count:
            title = self.tr("%n thing(s) have not gone out yet", None, count + left.taking_in)
        else:
            title = self.tr("%n thing(s) could not be sent", None, count)
        self.title.setText(title)
        self.setAccessibleName(title)
        self.items.setText("\n".join(f"•  {text}" for text in self._told(left)))
        self.items.setVisible(bool(self.items.text()))
        self.lost.setText(self._lost(left))
        self.lost.setVisible(bool(self.lost.text()))
        self.text.setText(self._promise(left) if count else "")
        self.text.setVisible(bool(self.text.text()))
        self.progress.setVisible(self._is_sending)
        self.progress.setRange(0, max(1, self._total))
        self.progress.setValue(self._total - len(left.waiting))
        can_send = bool(left.waiting) and not self._is_sending
        self.send.setVisible(can_send and self._leaving.can_send)
        self.send.setText(self.tr("Send now and close") if is_close else self.tr("Send now and sign out"))
        self.leave.setText(self.tr("Close anyway") if is_close else self.tr("Sign out anyway"))
        has_loss = bool(left.unsaved or left.taking_in)
        set_look(
            self.leave, "danger" if has_loss else "" if self.send.isVisibleTo(self) or self._is_sending else "primary"
        )
        self.look.setVisible(bool(count))
        icon, color = ("warning", "warn") if has_loss or left.refused else ("send", "on_soft")
        self._picture.setPixmap(self._theme.icons.pixmap(icon, 20, color, self.devicePixelRatioF()))
        if self.isVisible():
            self._place()

    def _told(self, left: Leftovers) -> list[str]:
        told = []
        for lines in _by_kind(left.waiting):
            told.append(f"{self._count(lines)}: {_names(lines)}")
        if left.refused:
            refused = self.tr("%n could not be sent", None, len(left.refused))
            told.append(f"{refused}: {_names(left.refused)}")
        return told

    def _count(self, lines: Sequence[Line]) -> str:
        match lines[0].command:
            case c.SendMessage():
                return self.tr("%n message(s)", None, len(lines))
            case c.AddNote():
                return self.tr("%n note(s)", None, len(lines))
            case c.WrapUp():
                return self.tr("%n wrap-up(s)", None, len(lines))
            case c.UpdateCustomer():
                return self.tr("%n change(s) of customer data", None, len(lines))
            case _:
                return self.tr("%n step(s)", None, len(lines))

    def _lost(self, left: Leftovers) -> str:
        parts = []
        if left.unsaved:
            parts.append(
                self.tr("The disk does not take your last work. It is in memory only; make room before you go.")
            )
        if left.taking_in:
            parts.append(
                self.tr(
                    "%n file(s) are still being taken in and would have to be attached again.", None, left.taking_in
                )
            )
        return "\n".join(parts)

    def _promise(self, left: Leftovers) -> str:
        if self._is_sending:
            return (
                self.tr("Sending … %1 of %2")
                .replace("%1", str(self._total - len(left.waiting)))
                .replace("%2", str(self._total))
            )
        if not left.waiting:
            return self.tr("They are kept encrypted on this computer until you have decided about them.")
        if self._purpose == SIGN_OUT:
            kept = self.tr("They are kept encrypted on this computer and go out when you sign in here again.")
        else:
            kept = self.tr("They are kept encrypted on this computer and go out at the next start.")
        return kept if self._leaving.can_send else f"{self.tr('There is no connection at the moment.')} {kept}"

    def _place(self) -> None:
        width = min(_WIDTH, self._ground.width() - 80)
        self.setFixedWidth(width)
        layout = self.layout()
        height = layout.heightForWidth(width) if layout is not None and layout.hasHeightForWidth() else 0
        self.resize(width, max(height, self.sizeHint().height() if not height else 0))
        self.move((self._ground.width() - width) // 2, 72)

    # --- events -----------------------------------------------------------------------------------------------------

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._end_sending()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(
            focus := self.focusWidget(), QPushButton
        ):
            focus.click()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground and event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return False


def _label(parent: QWidget, look: str = "") -> QLabel:
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    if look:
        made.setProperty("look", look)
    return made


def _by_kind(lines: Sequence[Line]) -> list[list[Line]]:
    """Return what somebody wrote by kind, and all other steps together, the written first."""
    written: tuple[type, ...] = (c.SendMessage, c.AddNote, c.WrapUp, c.UpdateCustomer)
    found = [[line for line in lines if isinstance(line.command, kind)] for kind in written]
    found.append([line for line in lines if not isinstance(line.command, written)])
    return [some for some in found if some]


def _names(lines: Sequence[Line]) -> str:
    names = list(dict.fromkeys(wording.heading(line.group) for line in lines))
    shown = ", ".join(names[:_NAMES])
    return f"{shown} …" if len(names) > _NAMES else shown
