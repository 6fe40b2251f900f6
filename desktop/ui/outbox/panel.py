"""The outbox: everything that is still to go out or could not, by contact, with what can be done about the one chosen. It
floats over the window above the strip and blocks nothing; Escape closes it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.domain.ids import CommandId
from desktop.ui.i18n import formats
from desktop.ui.interaction.states import EmptyState
from desktop.ui.outbox import wording
from desktop.ui.outbox.delegate import OutboxDelegate
from desktop.ui.outbox.foot import LineFoot
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.eliding import ElidedLabel
from desktop.ui.widgets.look import set_look
from desktop.viewmodels.outbox import ROLE, Group, Line, OutboxModel, Standing
from desktop.viewmodels.workplace import Workplace

KEYS = "Ctrl+Shift+O"
_WIDTH, _HEIGHT, _SIDE = 620, 470, 80
_TICK_MS, _RESTS_MS = 1000, 3000
_BATCH = 40


class OutboxPanel(QFrame):
    """``contact_requested(interaction_id)`` and ``customer_requested(customer_id)`` open what an entry is about,
    ``compare_requested(customer_id)`` both versions of an edit; ``notice(text, kind)`` is a line for the window."""

    contact_requested = Signal(object)
    customer_requested = Signal(object)
    compare_requested = Signal(object)
    notice = Signal(str, str)

    def __init__(self, workplace: Workplace, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._theme = theme
        self._ground = window
        self.model = OutboxModel(workplace, self)
        self.model.describe_with(lambda row: wording.describe(row, self.model, workplace.catalogue, workplace.now()))
        self._chosen: CommandId | None = None
        self._row = 0
        self._before: QWidget | None = None
        # A shadow would be blurred anew with each row the pointer passes.
        self.setProperty("look", "floating")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Outbox"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 8, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._make_head())
        self.pages = QStackedWidget(self)
        self.list = self._make_list()
        self.empty = EmptyState(
            theme,
            "check",
            self.tr("Everything is sent"),
            self.tr("What you write without a connection waits here, in order, and goes out by itself."),
            self.pages,
        )
        set_look(self.empty, "plain")
        if (inner := self.empty.layout()) is not None:
            inner.setContentsMargins(_SIDE, 24, _SIDE, 24)
        self.pages.addWidget(self.list)
        self.pages.addWidget(self.empty)
        column.addWidget(self.pages, 1)
        self.foot = LineFoot(self)
        self.foot.chosen.connect(self.act)
        self.foot.confirmed.connect(self._on_sure)
        self.foot.kept.connect(self._end_question)
        column.addWidget(self.foot)
        self._place()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self._show_head)
        self.model.changed.connect(self._on_changed)
        self.model.taken_back.connect(self._on_taken_back)
        self.model.too_late.connect(lambda: self.notice.emit(self.tr("Too late: this is on its way already."), "warn"))
        workplace.status_changed.connect(self._on_status)
        theme.changed.connect(self._tint)
        window.installEventFilter(self)
        self._tint()
        self._on_changed()
        self.hide()

    # --- making -----------------------------------------------------------------------------------------------------

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 2, 8, 8)
        row.setSpacing(8)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        title = QLabel(self.tr("Outbox"), self)
        title.setProperty("look", "title")
        texts.addWidget(title)
        self.summary = ElidedLabel("", self)
        self.summary.setProperty("look", "muted")
        texts.addWidget(self.summary)
        row.addLayout(texts, 1)
        self.now = QPushButton(self.tr("Try now"), self)
        self.now.clicked.connect(self._on_now)
        row.addWidget(self.now)
        self.shut = QToolButton(self)
        self.shut.setAccessibleName(self.tr("Close the outbox"))
        self.shut.setToolTip(f"{self.tr('Close the outbox')} ({formats.keys('Esc')})")
        self.shut.clicked.connect(self.close)
        row.addWidget(self.shut)
        return row

    def _make_list(self) -> QListView:
        made = QListView(self.pages)
        made.setModel(self.model)
        made.setItemDelegate(OutboxDelegate(self.model, self._workplace, self._theme, made))
        # After a day without a connection the list may be long: it is laid out a piece at a time.
        made.setLayoutMode(QListView.LayoutMode.Batched)
        made.setBatchSize(_BATCH)
        made.setMouseTracking(True)
        made.setProperty("look", "choices")
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.setAccessibleName(self.tr("What is on its way"))
        made.installEventFilter(self)
        made.doubleClicked.connect(lambda _index: self._open_line())
        made.customContextMenuRequested.connect(self._on_menu)
        made.selectionModel().currentChanged.connect(lambda *_: self._on_current())
        return made

    # --- what the window asks ---------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Show the outbox; a second time closes it."""
        if self.isVisible():
            self.close()
        else:
            self.open()

    def open(self, entry_id: CommandId | None = None) -> None:
        """Show the outbox, at an entry where one is named."""
        focus = QGuiApplication.focusObject()
        self._before = focus if isinstance(focus, QWidget) else None
        self._chosen = entry_id or self._chosen
        self._place()
        self._on_changed()
        self.show()
        self.raise_()
        if self.list.currentIndex().isValid():
            self._scroll_to(self.list.currentIndex().row())
        (self.list if self.model.rowCount() else self.shut).setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def line(self) -> Line | None:
        """The entry that is chosen."""
        row = self.list.currentIndex().data(ROLE)
        return row if isinstance(row, Line) else None

    def act(self, code: str) -> None:
        """Do one of the things offered for the chosen entry: ``retry``, ``edit``, ``compare``, ``discard``, ``open``."""
        line = self.line
        if line is None or code not in line.offers:
            return
        if code == "retry":
            self.model.retry(line)
        elif code == "edit":
            self.model.edit(line)
        elif code == "compare":
            self.close()
            self.compare_requested.emit(line.group.customer_id)
        elif code == "discard":
            self._discard(line)
        elif code == "open":
            self._open_line()

    def take_focus(self) -> None:
        """Put the keyboard into the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- acting -----------------------------------------------------------------------------------------------------

    def _open_line(self) -> None:
        line = self.line
        if line is None:
            return
        if "compare" in line.offers:
            self.act("compare")
        elif line.group.interaction is not None:
            self.close()
            self.contact_requested.emit(line.group.interaction.id)
        elif line.group.customer_id is not None:
            self.close()
            self.customer_requested.emit(line.group.customer_id)

    def _discard(self, line: Line) -> None:
        """What somebody wrote, or what may have been done already, is asked about first."""
        if not wording.text_of(line.command) and not line.may_have_arrived:
            self.model.discard(line)
            return
        if line.may_have_arrived:
            asked = self.tr("It may have arrived already. Discard it here all the same?")
        else:
            asked = self.tr("Discard it? It has not been sent, and what was written is gone then.")
        self.foot.ask(asked)

    def _on_sure(self) -> None:
        line = self.line
        self._end_question()
        if line is not None:
            self.model.discard(line)

    def _end_question(self) -> None:
        had_focus = self.foot.has_answer_focus
        self._show_line()
        if had_focus:
            self.take_focus()

    @property
    def is_asking(self) -> bool:
        return self.foot.is_asking

    def _on_taken_back(self, _command: object) -> None:
        self.close()

    def _on_now(self) -> None:
        self.model.wake()
        self.now.setEnabled(False)
        self.now.setText(self.tr("Trying …"))
        self._rest.start()

    def _on_menu(self, point: QPoint) -> None:
        line = self.line
        if line is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code in line.offers:
            menu.addAction(self.foot.buttons[code].text(), partial(self.act, code))
        if wording.text_of(line.command):
            menu.addSeparator()
            menu.addAction(self.tr("Copy the text"), self._copy)
        menu.popup(self.list.viewport().mapToGlobal(point))

    def _copy(self) -> None:
        line = self.line
        if line is not None and (text := wording.text_of(line.command)):
            QGuiApplication.clipboard().setText(text)

    # --- showing ----------------------------------------------------------------------------------------------------

    def _on_changed(self) -> None:
        is_empty = self.model.rowCount() == 0
        self.pages.setCurrentWidget(self.empty if is_empty else self.list)
        if is_empty and self.isVisible() and not self.shut.hasFocus():
            self.shut.setFocus()
        wanted = self.model.find(self._chosen) if self._chosen is not None else -1
        if wanted < 0 and not is_empty:
            # The one that was chosen has gone, or has another id now: the nearest takes its place.
            near = [n for n in range(self.model.rowCount()) if isinstance(self.model.at(n), Line)]
            wanted = min(near, key=lambda n: (abs(n - self._row), n))
        if wanted >= 0 and self.list.currentIndex().row() != wanted:
            index = self.model.index(wanted)
            self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self._scroll_to(wanted)
        self._on_current()
        self._show_head()
        self._look_at_clock()

    def _scroll_to(self, number: int) -> None:
        """Bring a row into sight, the heading above it too."""
        if number and isinstance(self.model.at(number - 1), Group):
            self.list.scrollTo(self.model.index(number - 1))
        self.list.scrollTo(self.model.index(number))

    def _on_current(self) -> None:
        line = self.line
        is_other = line is None or line.entry.id != self._chosen
        if line is not None:
            self._chosen, self._row = line.entry.id, self.list.currentIndex().row()
        if is_other and self.is_asking:
            self._end_question()
        elif not self.is_asking:
            self._show_line()

    def _show_line(self) -> None:
        line = self.line
        self.foot.setVisible(line is not None)
        if line is None:
            return
        self.foot.show_line(line, self._sentence(line))

    def _sentence(self, line: Line) -> str:
        said = wording.standing(line, self.model, self._workplace.now())[0]
        if line.standing is Standing.BEHIND:
            return self.tr("What comes first goes first: this waits until the one above is sent or discarded.")
        if line.standing is Standing.REFUSED:
            return said
        return said if said.endswith(".") else f"{said}."

    def _show_head(self) -> None:
        lines = self.model.lines
        refused = sum(1 for line in lines if line.standing is Standing.REFUSED)
        waiting = len(lines) - refused
        parts = [
            self.tr("%n waiting to be sent", None, waiting) if waiting else "",
            self.tr("%n could not be sent", None, refused) if refused else "",
            self.tr("not connected") if waiting and not self.model.is_online else "",
        ]
        self.summary.setText(" · ".join(part for part in parts if part))
        is_resting = self._rest.isActive()
        self.now.setVisible(bool(waiting))
        self.now.setEnabled(not is_resting and self._workplace.wake is not None)
        self.now.setText(self.tr("Trying …") if is_resting else self.tr("Try now"))

    def _on_status(self) -> None:
        self._show_head()
        if self.isVisible():
            self.list.viewport().update()
            if not self.is_asking:
                self._show_line()

    def _look_at_clock(self) -> None:
        """Tick only while a row counts seconds and is seen."""
        if self.isVisible() and any(line.entry.not_before is not None for line in self.model.lines):
            self._tick.start()
        else:
            self._tick.stop()

    def _on_tick(self) -> None:
        self.list.viewport().update()
        if not self.is_asking:
            self._show_line()

    def _tint(self) -> None:
        self.shut.setIcon(self._theme.icons.icon("close"))

    def _place(self) -> None:
        ground = self._ground
        width, height = min(_WIDTH, ground.width() - 80), min(_HEIGHT, ground.height() - 120)
        self.setGeometry(60, ground.height() - height - 36, width, height)

    # --- events -----------------------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_at_clock()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()
        self._rest.stop()
        if self.is_asking:
            self._end_question()
        before, self._before = self._before, None
        if before is not None and not self.isAncestorOf(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._end_question() if self.is_asking else self.close()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._ground:
            if event.type() is QEvent.Type.Resize and self.isVisible():
                self._place()
            return False
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._on_key(event):
            return True
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        """The keys of the list; says whether it was one."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
            return True
        if event.modifiers() not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier):
            return False
        code = {Qt.Key.Key_R: "retry", Qt.Key.Key_E: "edit", Qt.Key.Key_Delete: "discard"}.get(Qt.Key(event.key()))
        if code is not None:
            self.act(code)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_line()
        else:
            return False
        return True
