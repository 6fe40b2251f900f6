"""Which given names may be one person's: Bob and Robert, Sepp and Josef. The groups are edited in
``resources/identify/nicknames.toml``; a name may stand in several. Called by the comparison of names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from desktop.assets import asset, read_toml
from desktop.insight import normalise


def load(path: Path) -> dict[str, frozenset[int]]:
    """Return the groups each folded name is in. Raises ``ValueError`` where the file is not lists of names by language."""
    read = read_toml(path)
    if not all(isinstance(groups, list) for groups in read.values()):
        raise ValueError(f"{path.name}: expected lists of groups by language")
    return grouped(str(line).split() for groups in read.values() for line in groups)


def grouped(groups: Iterable[list[str]]) -> dict[str, frozenset[int]]:
    """Return the groups (by number) that each name of ``groups`` is in, folded."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(groups):
        for name in names:
            found.setdefault(normalise.name_key(name), set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


@lru_cache(1)
def shipped() -> dict[str, frozenset[int]]:
    """Return the groups that come with the product."""
    return load(asset("identify", "nicknames.toml"))


def are_forms_of_one(one: str, other: str) -> bool:
    """Whether two folded given names are in one group."""
    groups = shipped()
    ours = groups.get(one)
    return ours is not None and not ours.isdisjoint(groups.get(other, ()))


def representative(name: str) -> str:
    """Return one key for a given name that stands in exactly one group, the same for all of it; else the name itself."""
    groups = shipped().get(name)
    return f"={next(iter(groups))}" if groups is not None and len(groups) == 1 else name
