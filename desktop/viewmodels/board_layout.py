"""How a lead arranged the board: columns, their widths and order, sorting, filters, the page at the right. Kept in the
journal a moment after each change, like the picture of the window.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer

from desktop.store import journal, projections
from desktop.store.database import Write
from desktop.viewmodels.workplace import Workplace

log = logging.getLogger(__name__)

SETTING: Final = "board"
SAVE_MS: Final = 400


class TableLayout(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``shown`` are the keys of the columns in their order, empty as built; ``widths`` are pixels by key."""

    shown: tuple[str, ...] = ()
    widths: dict[str, int] = {}
    sorted_by: str = ""
    is_descending: bool = False


class BoardLayout(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``split`` is the height of the queues' table among both tables, in thousandths; ``side`` the width at the right."""

    queues: TableLayout = TableLayout()
    agents: TableLayout = TableLayout()
    team: str = ""
    state: str = ""
    page: str = ""
    split: int = 0
    side: int = 0


class BoardLayouts(QObject):
    """``load`` reads it once and hands it to ``done``; ``note`` keeps what ``look`` gives a moment later."""

    def __init__(self, workplace: Workplace, look: Callable[[], BoardLayout], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._look = look
        self._kept = BoardLayout()
        self.is_loaded = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)

    def load(self, done: Callable[[BoardLayout], None]) -> None:
        """Read what was kept; what another version kept and makes no sense here is as good as nothing."""

        def _on_answer(value: Any) -> None:
            try:
                self._kept = msgspec.convert(value, BoardLayout)
            except msgspec.ValidationError:
                log.info("the board was arranged by another version; it begins as built")
            done(self._kept)
            self.is_loaded = True

        self._workplace.ask(lambda conn: projections.setting(conn, SETTING, {}), _on_answer)

    def note(self, *_anything: object) -> None:
        """Something was arranged."""
        if self.is_loaded:
            self._timer.start()

    def save(self) -> None:
        """Keep it now, if it is another than the last."""
        self._timer.stop()
        if not self.is_loaded or (layout := self._look()) == self._kept:
            return
        self._kept = layout
        value: Any = msgspec.to_builtins(layout)

        def _set(w: Write) -> None:
            journal.set_setting(w, SETTING, value)

        self._workplace.keep(_set, key=SETTING, initiator=self)
