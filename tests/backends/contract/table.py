"""The tables of docs/backends.md: what the stories measured, and what the code says. Renders them, holds each story that is
told to its cell, and writes them anew with ``--rewrite-table``. The page is where the measurements are kept: what was not
told in a run stays as it was measured before.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from desktop.backends import registry
from desktop.domain import commands as c

from .stories import MISSING, Story, traits_of
from .worlds.chatwoot import ChatwootWorld
from .worlds.files import FilesWorld
from .worlds.hub import HubWorld
from .worlds.rt import RtWorld
from .worlds.zammad import ZammadWorld

PAGE = Path(__file__).resolve().parents[3] / "docs" / "backends.md"
COMMAND = "python -m pytest tests/backends/contract --rewrite-table"
BEGIN, END = "<!-- written by the contract suite -->\n", "<!-- until here -->\n"
WORLDS = {one.kind: one for one in (HubWorld, RtWorld, ChatwootWorld, ZammadWorld, FilesWorld)}
_MODULES = ("test_signing_in", "test_reading", "test_sending", "test_faults")
_CELL = pytest.StashKey[tuple[str, str, str]]()
_MEASURED = pytest.StashKey[dict[str, dict[str, str]]]()


def stories() -> dict[str, list[Story]]:
    """Return the stories of each row, in the order of the table."""
    found: dict[str, list[Story]] = {}
    for name in _MODULES:
        for told in vars(importlib.import_module(f"{__package__}.{name}")).values():
            for mark in getattr(told, "pytestmark", ()):
                if mark.name == "story":
                    found.setdefault(mark.args[0].title, []).append(mark.args[0])
    return found


# --- while stories are told ---------------------------------------------------------------------------------------------


def check(item: pytest.Item, told: Story, kind: str, cell: str) -> None:
    """Hold a story about to be told to the page."""
    item.stash[_CELL] = (told.title, kind, cell)
    if kind in WORLDS and not item.config.getoption("--rewrite-table", default=False):
        known = measured(PAGE.read_text()).get(told.title, {}).get(kind)
        assert known == cell, f"docs/backends.md says {known!r} of {told.title!r} at {kind}; anew: {COMMAND}"


def note(item: pytest.Item, report: pytest.TestReport) -> None:
    """Keep what a story measured: it passed, or there is nothing to tell."""
    title, kind, cell = item.stash.get(_CELL, ("", "", ""))
    is_told = report.when == "call" and report.passed
    if title and kind in WORLDS and (is_told or (cell == MISSING and report.skipped)):
        item.config.stash.setdefault(_MEASURED, {}).setdefault(title, {})[kind] = cell


def rewrite(config: pytest.Config) -> None:
    """Write the page with what was measured."""
    page = PAGE.read_text()
    cells = measured(page)
    for title, row in config.stash.get(_MEASURED, {}).items():
        cells.setdefault(title, {}).update(row)
    PAGE.write_text(with_tables(page, cells))


# --- the page -----------------------------------------------------------------------------------------------------------


def measured(page: str) -> dict[str, dict[str, str]]:
    """Return the cells of the first table, by row and kind."""
    told = page.partition(BEGIN)[2].partition(END)[0].split("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in told.splitlines() if line.startswith("|")]
    return {row[0]: dict(zip(WORLDS, row[1:], strict=False)) for row in rows[2:]}


def with_tables(page: str, cells: dict[str, dict[str, str]]) -> str:
    """Return the page with its tables written anew."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert end, "docs/backends.md has no place for the tables"
    return f"{before}{BEGIN}{tables(cells)}{END}{after}"


def tables(cells: dict[str, dict[str, str]]) -> str:
    """Render what was measured, and what the code says."""
    titles = [registry.title(kind) for kind in WORLDS]
    can = {kind: traits(kind) for kind in WORLDS}
    told = [[title, *(cells.get(title, {}).get(kind, "?") for kind in WORLDS)] for title in stories()]
    facts = [[name, *(fact(kind, can[kind]) for kind in WORLDS)] for name, fact in _FACTS.items()]
    names = [str(one.__struct_config__.tag) for one in c.Command.__args__]
    foreign = [name for name in names if any(name in can[kind] for kind in WORLDS if kind != registry.HUB)]
    does = [[f"`{name}`", *("yes" if name in can[kind] else MISSING for kind in WORLDS)] for name in foreign]
    alone = ", ".join(f"`{name}`" for name in names if name not in foreign)
    return "\n".join(
        [
            *_table(["measured", *titles], told),
            "",
            *_table(["by its code", *titles], facts),
            "",
            *_table(["command", *titles], does),
            "",
            f"Carried by the hub alone: {alone}.",
            "",
        ]
    )


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _news(kind: str, can: frozenset[str]) -> str:
    rests = WORLDS[kind].RESTS
    if "has_events" in can:
        return "pushed, resumed where it broke" if "has_replay" in can else "pushed as hints, then looked at"
    return f"looked for every {rests[0]:g} to {rests[1]:g} s" if rests else "waited for"


_FACTS = {
    "kind": lambda kind, can: f"`{kind}`",
    "address": lambda kind, can: "a folder" if registry.place(kind) == registry.FOLDER else "a URL",
    "sign in by": lambda kind, can: " or ".join(registry.ways_in(kind)) or "nothing",
    "news are": _news,
    "the past is read": lambda kind, can: "newest first" if "has_history" in can else "from its beginning",
    "what may have arrived is": lambda kind, can: (
        "sent again under its key" if "has_idempotent_send" in can else "looked up before it is sent again"
    ),
    "who types": lambda kind, can: "yes" if "has_typing" in can else MISSING,
    "live board": lambda kind, can: "yes" if "has_board" in can else MISSING,
}


def traits(kind: str) -> frozenset[str]:
    """Return the traits of a kind without a server."""

    async def look(url: str) -> frozenset[str]:
        backend = registry.backend(kind, url)
        await registry.warm_up(backend)
        try:
            return traits_of(kind, backend)
        finally:
            await backend.close()

    if registry.place(kind) == registry.URL:
        return asyncio.run(look("http://127.0.0.1:9"))
    with tempfile.TemporaryDirectory() as folder:
        world = FilesWorld(Path(folder))
        world.lay_out()
        return asyncio.run(look(world.url))
