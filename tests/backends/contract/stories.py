"""What a story of the contract is called, what it needs of a backend, and what passing it says of that backend.

A backend's *traits* are what its code says of it: the ``has_…`` of its ``Capabilities``, the commands it carries, the ways
to sign in there, and ``network`` where its address is one. A story is passed over for want of a trait and for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from desktop.backends import registry
from desktop.backends.base import Backend
from desktop.domain import commands as c

YES, MADE_UP, MISSING = "yes", "made up", "—"
"""What a cell of the table says: the system does it, the desktop makes up for it, it is not there."""

NETWORK = "network"
_TAKEN = frozenset(one.__struct_config__.tag for one in c.Command.__args__)


@dataclass(frozen=True, slots=True)
class Story:
    """``title`` is the row of the table it proves; several stories may prove one row. ``needs`` are the traits without which
    there is nothing to tell, ``by_itself`` the one without which it is the desktop that sees to it."""

    title: str
    needs: tuple[str, ...] = ()
    by_itself: str = ""
    is_keyed: bool = False

    def cell(self, traits: frozenset[str]) -> str:
        """Return what the table says of a backend with these traits that passes."""
        if not traits.issuperset(self.needs):
            return MISSING
        return MADE_UP if self.by_itself and self.by_itself not in traits else YES


def story(
    title: str, *, needs: tuple[str, ...] = (), by_itself: str = "", is_keyed: bool = False
) -> Callable[[Any], Any]:
    """Mark a test as a story of the contract. ``is_keyed``: told a second time of a desk's further account."""
    return pytest.mark.story(Story(title, needs, by_itself, is_keyed))


def traits_of(kind: str, backend: Backend) -> frozenset[str]:
    """Return the traits of a backend."""
    can = backend.capabilities
    found = {name for name in can.__slots__ if name.startswith("has_") and getattr(can, name)}
    found |= _TAKEN if can.commands is None else can.commands
    found |= set(registry.ways_in(kind))
    if registry.place(kind) == registry.URL:
        found.add(NETWORK)
    return frozenset(found)
