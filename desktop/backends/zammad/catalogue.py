"""What seldom changes: groups, states, priorities, agents, text modules. Read before the first page, then now and then.

States and priorities are known by their type and order, not by name: an administrator renames them, and adds others. Called
by ``feed`` (which tells what is new), ``records`` and ``commands``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, TypeVar

from desktop.backends.base import Refused
from desktop.backends.zammad.api import Query, ZammadApi
from desktop.backends.zammad.shapes import NOBODY, Group, Priority, State, TextModule, User

T = TypeVar("T")

REFRESH_S: Final = 600.0
_PAGE: Final = 500
_MOST_PAGES: Final = 20
_USUAL: Final = 3
_DONE: Final = frozenset({"closed", "merged", "removed"})


class Catalogue:
    """The company's own words. Empty until ``refresh``."""

    def __init__(self, api: ZammadApi) -> None:
        self._api = api
        self._states: dict[int, State] = {}
        self._urgency: dict[int, int] = {}
        self._read_at: float | None = None
        self.groups: list[Group] = []
        self.agents: list[User] = []
        self.modules: list[TextModule] = []

    def is_stale(self) -> bool:
        """Whether it was never read, or long ago."""
        return self._read_at is None or asyncio.get_running_loop().time() - self._read_at >= REFRESH_S

    async def refresh(self) -> None:
        """Read it anew. What an agent may not read is left empty; without states nothing could be told."""
        states = await self._api.get(list[State], "ticket_states", {"expand": "true"})
        priorities = await self._api.get(list[Priority], "ticket_priorities", {"expand": "true"})
        self.groups = await self._all(Group, "groups", {})
        self.modules = [
            module for module in await self._all(TextModule, "text_modules", {}) if module.active is not False
        ]
        agents = await self._all(User, "users/search", {"permissions[]": "ticket.agent"})
        self.agents = [agent for agent in agents if agent.id != NOBODY]
        self._states = {state.id: state for state in states}
        self._urgency = _urgencies(priorities)
        self._read_at = asyncio.get_running_loop().time()

    def state_type(self, state_id: int | None) -> str:
        """Return the type of a state; one that is not known counts as open."""
        state = self._states.get(state_id or 0)
        return (state.state_type or "open") if state is not None else "open"

    def open_states(self) -> list[int]:
        """Return the states in which something is still to be done."""
        return sorted(id_ for id_ in self._states if self.state_type(id_) not in _DONE)

    def reminders(self) -> list[int]:
        """Return the states that wait for a moment and then for the agent."""
        return sorted(id_ for id_ in self._states if self.state_type(id_) == "pending reminder")

    def state(self, kind: str) -> int:
        """Return the state to set for a type: the one that is called like it, else the first. Raises ``Refused``."""
        fitting = [state for state in self._states.values() if state.state_type == kind and state.active is not False]
        if not fitting:
            raise Refused("unsupported")
        return min(fitting, key=lambda state: (state.name != kind, state.id)).id

    def urgency(self, priority_id: int | None) -> int:
        """Return a priority as the desk counts: 1 most urgent, 3 as usual, 5 least."""
        return self._urgency.get(priority_id or 0, _USUAL)

    def priority(self, urgency: int) -> int:
        """Return the priority nearest to what the desk asks for; raises ``Refused`` where there are none."""
        if not self._urgency:
            raise Refused("unsupported")
        return min(self._urgency, key=lambda id_: (abs(self._urgency[id_] - urgency), id_))

    async def _all(self, shape: type[T], path: str, query: dict[str, str]) -> list[T]:
        rows: list[T] = []
        for page in range(1, _MOST_PAGES + 1):
            asked: Query = query | {"page": str(page), "per_page": str(_PAGE)}
            try:
                found = await self._api.get(list[shape], path, asked)  # type: ignore[valid-type]
            except Refused:
                return rows
            if rows and found[:1] == rows[:1]:
                break  # it knows no pages here
            rows += found
            if len(found) < _PAGE:
                break
        return rows


def _urgencies(priorities: Iterable[Priority]) -> dict[int, int]:
    """Zammad's rise with the digit their name begins with, and the one that new tickets get is the usual one."""

    def rank(one: Priority) -> tuple[int, int]:
        digits = one.name[:1]
        return (int(digits) if digits.isascii() and digits.isdecimal() else one.id), one.id

    active = sorted((one for one in priorities if one.active is not False), key=rank)
    usual = next((at for at, one in enumerate(active) if one.default_create), len(active) // 2)
    return {one.id: max(1, min(5, _USUAL + usual - at)) for at, one in enumerate(active)}
