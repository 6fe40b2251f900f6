"""Words that mean the same to a contact centre, across spellings and languages: Abrechnung, Rechnung and bill are all
``invoice``. Edited in ``resources/starter/concepts.yaml``; a trained model carries the table it was trained with."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

import msgspec
import yaml

from desktop.assets import asset

_CACHED_WORDS = 20_000


class ConceptError(ValueError):
    """The table cannot be used; the message names the file and the place."""


class Concepts:
    """A table of concepts. An entry ``word`` is that folded word, ``word*`` how one begins, ``*word*`` part of one."""

    def __init__(self, table: Mapping[str, tuple[str, ...]]) -> None:
        self.table = dict(table)
        self._exact: dict[str, set[str]] = {}
        self._starts: dict[str, set[str]] = {}
        self._parts: list[tuple[str, str]] = []
        for concept, entries in table.items():
            for entry in entries:
                if entry.startswith("*") and entry.endswith("*"):
                    self._parts.append((entry.strip("*"), concept))
                elif entry.endswith("*"):
                    self._starts.setdefault(entry[:-1], set()).add(concept)
                else:
                    self._exact.setdefault(entry, set()).add(concept)
        self._lengths = sorted({len(start) for start in self._starts})
        self.of = functools.lru_cache(_CACHED_WORDS)(self._of)

    def _of(self, token: str) -> frozenset[str]:
        """Return the concepts of one folded word."""
        found = set(self._exact.get(token, ()))
        for length in self._lengths:
            if length > len(token):
                break
            found.update(self._starts.get(token[:length], ()))
        found.update(concept for part, concept in self._parts if part in token)
        return frozenset(found)

    def encode(self) -> str:
        return msgspec.json.encode(self.table).decode()

    @classmethod
    def decode(cls, text: str) -> Concepts:
        """Return what ``encode`` wrote. Raises ``msgspec.MsgspecError`` for anything else."""
        return cls(msgspec.json.decode(text, type=dict[str, tuple[str, ...]]))


def load_concepts(path: Path) -> Concepts:
    """Read a table. Raises ``ConceptError`` for a wrong one, ``OSError`` where there is none."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open(encoding="utf-8") as file:
            table = msgspec.convert(yaml.load(file, Loader=loader), dict[str, tuple[str, ...]])  # noqa: S506 (safe)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise ConceptError(f"{path.name}: {error}") from error
    for concept, entries in table.items():
        if any(not entry.strip("*") for entry in entries):
            raise ConceptError(f"{path.name}: an empty entry in `{concept}`")
    return Concepts(table)


@functools.cache
def starter_concepts() -> Concepts:
    """Return the table that is shipped."""
    return load_concepts(asset("starter", "concepts.yaml"))
