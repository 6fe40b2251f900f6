"""When each agent's window was last heard of: its heartbeats, its event streams, its other calls, as this process hears them
and as other processes of the hub note that they do. Kept in memory, so that no beat becomes a change of the feed; decides
nothing. Told by the API through ``lookout``, which acts on it.

A window that promised to beat (``is_regular``) is judged by its beats alone: its stream may stand although nobody is there
any more. Of any other an open stream or long poll is a sign of life.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import delete, select

from desktop.domain.ids import new_id
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger

GRACE_S: Final = 60.0
"""So long after it began to listen the hub takes nobody for silent whom it has not heard: they are on their way back."""

_NOTE: Final = "hearing."
_RECENT_S: Final = 10.0
_KEPT: Final = timedelta(hours=1)
_COMPANY: Final = timedelta(seconds=90)
_MOST_WINDOWS: Final = 16


@dataclass(slots=True)
class _Window:
    heard_at: datetime
    is_regular: bool = False
    open: int = 0


class _Noted(Struct, frozen=True):
    """What one process of the hub heard, as it is kept for the others."""

    at: datetime
    heard: dict[str, datetime]


class Hearing:
    """What one process knows. All instants are UTC; ``began_at`` is since when it listens. ``has_company``: other processes
    of the hub listen too."""

    def __init__(self, began_at: datetime) -> None:
        self.began_at = began_at
        self.has_company = False
        self._windows: dict[str, dict[str, _Window]] = {}
        self._called: dict[str, datetime] = {}
        self._elsewhere: dict[str, datetime] = {}
        self._key = f"{_NOTE}{new_id()}"

    # --- what is heard ----------------------------------------------------------------------------------------------

    def called(self, agent_id: str, at: datetime) -> bool:
        """An agent's client asked for anything. Returns whether it is the first sign of life for a while."""
        is_back = self._is_quiet(agent_id, at)
        self._called[agent_id] = at
        return is_back

    def beat(self, agent_id: str, window: str, at: datetime, *, is_regular: bool) -> bool:
        """A window said that it is there, and whether it will go on saying so. Returns as ``called``."""
        is_back = self._is_quiet(agent_id, at)
        found = self._window(agent_id, window, at)
        found.heard_at, found.is_regular = at, is_regular
        return is_back

    @contextmanager
    def listening(self, agent_id: str, window: str, now: Callable[[], datetime]) -> Iterator[None]:
        """A window holds a stream or a long poll open."""
        found = self._window(agent_id, window, now())
        found.open += 1
        try:
            yield
        finally:
            found.open -= 1
            if not found.is_regular:
                found.heard_at = now()

    def begin_anew(self, at: datetime) -> None:
        """The hub itself was away (its machine slept, its clock was put forward): what it heard before says nothing."""
        self.began_at = at
        self._called.clear()
        self._elsewhere.clear()
        for agent_id, windows in tuple(self._windows.items()):
            kept = {name: window for name, window in windows.items() if window.open}
            for window in kept.values():
                window.heard_at = at
            if kept:
                self._windows[agent_id] = kept
            else:
                del self._windows[agent_id]

    # --- what follows from it ---------------------------------------------------------------------------------------

    def heard_at(self, agent_id: str, at: datetime) -> datetime | None:
        """Return when an agent was last heard of, as of ``at``; ``None`` where they were not since the hub listens."""
        known = (self._heard_here(agent_id, at), self._elsewhere.get(agent_id))
        return max((one for one in known if one is not None), default=None)

    def silent_from(self, agent_id: str, at: datetime, after_s: float) -> datetime:
        """Return from when on an agent is to be taken for silent, if nothing more is heard of them."""
        heard = self.heard_at(agent_id, at)
        if heard is None:
            return self.began_at + timedelta(seconds=max(GRACE_S, after_s))
        return heard + timedelta(seconds=after_s)

    def _heard_here(self, agent_id: str, at: datetime) -> datetime | None:
        windows = self._windows.get(agent_id, {}).values()
        known = [at if window.open and not window.is_regular else window.heard_at for window in windows]
        if agent_id in self._called:
            known.append(self._called[agent_id])
        return max(known, default=None)

    def _is_quiet(self, agent_id: str, at: datetime) -> bool:
        heard = self.heard_at(agent_id, at)
        return heard is None or at - heard > timedelta(seconds=_RECENT_S)

    def _window(self, agent_id: str, name: str, at: datetime) -> _Window:
        windows = self._windows.setdefault(agent_id, {})
        if name not in windows:
            idle = sorted((one for one in windows if not windows[one].open), key=lambda one: windows[one].heard_at)
            for old in idle[: max(0, len(windows) - _MOST_WINDOWS + 1)]:
                del windows[old]
            windows[name] = _Window(at)
        return windows[name]

    # --- several processes ------------------------------------------------------------------------------------------

    async def listen_elsewhere(self, ledger: Ledger, at: datetime) -> None:
        """Take in what other processes noted."""
        self.has_company = False
        for key, noted in (await _notes(ledger)).items():
            if key == self._key:
                continue
            self.has_company |= at - noted.at < _COMPANY
            for agent_id, heard in noted.heard.items():
                if self._elsewhere.get(agent_id, self.began_at) < heard <= at:
                    self._elsewhere[agent_id] = heard

    async def note(self, ledger: Ledger, at: datetime, after_s: float) -> None:
        """Tell the other processes whom this one heard within ``after_s``, and forget those that ended long ago."""
        lately = at - timedelta(seconds=after_s)
        heard = {one: self._heard_here(one, at) for one in (*self._windows, *self._called)}
        noted = _Noted(at, {one: last for one, last in heard.items() if last is not None and last >= lately})
        await ledger.set_note(self._key, msgspec.json.encode(noted).decode())
        stale = [key for key, noted in (await _notes(ledger)).items() if at - noted.at > _KEPT]
        if stale:
            await ledger.connection.execute(delete(tables.note).where(tables.note.c.key.in_(stale)))


async def _notes(ledger: Ledger) -> dict[str, _Noted]:
    query = select(tables.note).where(tables.note.c.key.startswith(_NOTE))
    return {key: msgspec.json.decode(value, type=_Noted) for key, value in await ledger.connection.execute(query)}
