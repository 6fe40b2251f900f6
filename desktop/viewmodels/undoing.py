"""For how long a message that was sent can be taken back: the agent's own setting. Asked by whoever sends messages."""

from __future__ import annotations

from typing import Final

from desktop.store import projections
from desktop.store.connection import Connection

UNDO_SETTING: Final = "undo_send_s"
UNDO_S: Final = 5.0
_MOST_S: Final = 60.0


def undo_s(conn: Connection) -> float:
    """Return it in seconds, 0 … 60; what is no number counts as not set."""
    kept = projections.setting(conn, UNDO_SETTING, UNDO_S)
    return min(max(float(kept), 0.0), _MOST_S) if isinstance(kept, int | float) else UNDO_S
