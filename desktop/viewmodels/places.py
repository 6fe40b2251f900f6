"""Where the agent is in the window: which place and list, which contact, how its stream stands, what was searched. Kept
in the journal a moment after each change, so that the next start shows the same picture, however this one ends. Holds
no text of any customer but what the agent typed into a search field; that too is in the encrypted store only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct
from PySide6.QtCore import QObject, QTimer

from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import journal, projections
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.viewmodels.workplace import Workplace

log = logging.getLogger(__name__)

SETTING: Final = "workspace"
SAVE_MS: Final = 300


class Workspace(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The picture of one moment. ``reading`` is the key of the topmost message in sight and ``offset`` where it stands, in
    pixels; no key means the newest end. Names are those the panels use."""

    place: str = "inbox"
    view: str = ""
    filter: str = ""
    lookup: str = ""
    search: str = ""
    contact: InteractionId | None = None
    is_everything: bool = False
    writing: str = "reply"
    reading: str = ""
    offset: int = 0
    tab: int = 0
    customer: CustomerId | None = None


def kept_in(conn: Connection) -> Workspace:
    """Read the picture of the last moment; one of another version that makes no sense here is as good as none."""
    try:
        return msgspec.convert(journal.setting(conn, SETTING, {}), Workspace)
    except msgspec.ValidationError:
        log.info("the last picture of the window is of another kind; it begins anew")
        return Workspace()


class Places(QObject):
    """Keeps the picture that ``look`` gives, a moment after ``note`` said that it may be another."""

    def __init__(
        self, workplace: Workplace, look: Callable[[], Workspace], kept: Workspace, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._look = look
        self.kept = kept
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SAVE_MS)
        self._timer.timeout.connect(self.save)

    def note(self, *_anything: object) -> None:
        """Something changed; more of it in the same moment is kept at once."""
        self._timer.start()

    def save(self) -> None:
        """Keep the picture now, if it is another than the last."""
        self._timer.stop()
        picture = self._look()
        if picture == self.kept:
            return
        self.kept = picture
        value: Any = msgspec.to_builtins(picture)

        def _set(w: Write) -> None:
            journal.set_setting(w, SETTING, value)

        self._workplace.keep(_set, key=SETTING, initiator=self)

    def if_there(self, contact: InteractionId, done: Callable[[InteractionId], None], gone: Callable[[], None]) -> None:
        """Call ``done`` where a contact is still here, else ``gone``."""
        me = self._workplace.me

        def _on_answer(is_there: bool) -> None:
            if is_there:
                done(contact)
            else:
                gone()

        self._workplace.ask(lambda conn: projections.interaction_row(conn, contact, me) is not None, _on_answer)
