"""The request types of a centre: id, names, the queue each lands in. Read from ``resources/starter/intents.yaml``, the
phrases models learn from beside it in ``intents.<language>.yaml``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct, ValidationError, convert

from desktop.assets import asset
from desktop.domain.template import IntentLabel

OTHER = "other"
"""The request type an agent sets where none fits. No model predicts it."""


class CatalogueError(ValueError):
    """A file of the starter set cannot be used; the message names the file and the place."""


class RequestType(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``queue`` is the id of the queue that serves it."""

    id: str
    titles: dict[str, str]
    queue: str


class Catalogue(Struct, frozen=True, kw_only=True):
    """``queues`` maps the id of each queue to its names by language."""

    queues: dict[str, dict[str, str]]
    intents: tuple[RequestType, ...]

    def queue_of(self, intent: str | None) -> str:
        """Return the id of the queue ``intent`` lands in; unknown ones land where ``other`` does."""
        by_id = {one.id: one.queue for one in self.intents}
        return by_id.get(intent or OTHER) or by_id[OTHER]

    def intents_of(self, queue: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.intents if one.queue == queue)

    def labels(self) -> tuple[IntentLabel, ...]:
        """Return the names of the request types as records of the domain."""
        return tuple(IntentLabel(id=one.id, titles=dict(one.titles)) for one in self.intents)


def _read(path: Path) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=loader)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path.name}: {type(error).__name__}") from error


def load_catalogue(path: Path) -> Catalogue:
    """Read a catalogue. Raises ``CatalogueError`` for a wrong one, ``OSError`` where there is none."""
    try:
        catalogue = convert(_read(path), Catalogue)
    except ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
    ids = [one.id for one in catalogue.intents]
    if OTHER not in ids:
        raise CatalogueError(f"{path.name}: no request type `{OTHER}`")
    if len(set(ids)) != len(ids):
        raise CatalogueError(f"{path.name}: a request type is there twice")
    if lost := {one.queue for one in catalogue.intents} - set(catalogue.queues):
        raise CatalogueError(f"{path.name}: unknown queue `{min(lost)}`")
    return catalogue


@functools.cache
def catalogue() -> Catalogue:
    """Return the catalogue that is shipped."""
    return load_catalogue(asset("starter", "intents.yaml"))


def phrases(path: Path) -> Mapping[str, list[str]]:
    """Read a file of phrases by request type; the key ``none`` holds what is none of them."""
    try:
        return convert(_read(path), dict[str, list[str]])
    except ValidationError as error:
        raise CatalogueError(f"{path.name}: {error}") from error
