"""Every model a task ever had: its figures, why it runs or not, and which one does. Kept as a note of the database; the one
that runs is also a ``LearnedModel`` of the feed, which is how hub processes and desktops hear of it. Without such a record
the shipped model runs.

Called within a transaction by ``service`` and ``commands``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.learned import LearnedModel
from desktop.hub.db.ledger import Ledger
from desktop.hub.training.outcome import Outcome, Why

KEPT: Final = 10
"""So many of a task's newest models can be run again; of older ones the figures stay."""

SHIPPED: Final = 0
"""The number of the model that came with the program."""

State = Literal["running", "ready", "gone"]


class Generation(Struct, frozen=True, kw_only=True):
    """One learned model. ``number`` counts from 1 for each task; ``why`` is what its trial came to, see
    ``training.outcome``; ``ran_at`` is when it last began to run. ``state`` ``gone``: its file was given up."""

    number: int
    sha256: str
    size: int
    trained_at: datetime
    trained_until: datetime | None = None
    examples: int = 0
    labels: int = 0
    figures: dict[str, float] = {}
    why: Why = "not_worse"
    ran_at: datetime | None = None
    state: State = "ready"


class NoGeneration(LookupError):
    """There is no such model, or its file was given up."""


_decoder: Final = msgspec.json.Decoder(list[Generation])


async def generations(ledger: Ledger, task: str) -> list[Generation]:
    """Return the models a task had, oldest first."""
    raw = await ledger.note(_key(task))
    found = [] if raw is None else _decoder.decode(raw)
    running = await running_number(ledger, task)
    return [_in_state(one, running) for one in found]


async def running_number(ledger: Ledger, task: str) -> int:
    """Return the number of the model that runs, ``SHIPPED`` for the one that came with the program."""
    record: LearnedModel | None = await ledger.get(Table.MODEL, task)
    return SHIPPED if record is None else record.generation


async def add(ledger: Ledger, outcome: Outcome, at: datetime) -> Generation:
    """Note a model that a job made; where its trial went well, it runs from now on."""
    known = await generations(ledger, outcome.task)
    fresh = Generation(
        number=max((one.number for one in known), default=SHIPPED) + 1,
        sha256=outcome.sha256,
        size=outcome.size,
        trained_at=at,
        trained_until=outcome.trained_until,
        examples=outcome.examples,
        labels=outcome.labels,
        figures=outcome.figures,
        why=outcome.why,
    )
    await _keep(ledger, outcome.task, [*known, fresh])
    return await run(ledger, outcome.task, fresh.number, at) if outcome.is_good else fresh


async def run(ledger: Ledger, task: str, number: int, at: datetime) -> Generation:
    """Let a model run, whatever its trial came to. Raises ``NoGeneration``."""
    known = await generations(ledger, task)
    chosen = next((one for one in known if one.number == number and one.state != "gone"), None)
    if chosen is None:
        raise NoGeneration(f"no model {number} of {task}")
    chosen = replace(chosen, ran_at=at)
    await _keep(ledger, task, [chosen if one.number == number else one for one in known])
    await ledger.put(
        LearnedModel(
            id=task,
            sha256=chosen.sha256,
            size=chosen.size,
            generation=chosen.number,
            trained_at=chosen.trained_at,
            trained_until=chosen.trained_until,
            examples=chosen.examples,
            labels=chosen.labels,
            figures=chosen.figures,
        )
    )
    return replace(chosen, state="running")


async def roll_back(ledger: Ledger, task: str, at: datetime) -> Generation | None:
    """Let the model run that ran before the one that does; ``None``: the shipped one. Raises ``NoGeneration`` where the
    shipped one runs already."""
    running = await running_number(ledger, task)
    if running == SHIPPED:
        raise NoGeneration(f"the shipped model of {task} runs already")
    known = await generations(ledger, task)
    earlier = [one for one in known if one.number < running and one.ran_at is not None and one.state != "gone"]
    if earlier:
        return await run(ledger, task, earlier[-1].number, at)
    await ledger.remove(Table.MODEL, task)
    return None


def given_up(known: list[Generation]) -> list[Generation]:
    """Return those whose files are no longer needed: all but the newest few and the one that runs."""
    return [one for one in known[:-KEPT] if one.state == "ready"]


async def give_up(ledger: Ledger, task: str) -> list[str]:
    """Note that the files of old models go; returns their SHA-256."""
    known = await generations(ledger, task)
    old = {one.number for one in given_up(known)}
    if old:
        await _keep(ledger, task, [replace(one, state="gone") if one.number in old else one for one in known])
    still = {one.sha256 for one in known if one.number not in old and one.state != "gone"}
    return sorted({one.sha256 for one in known if one.number in old} - still)


async def _keep(ledger: Ledger, task: str, known: list[Generation]) -> None:
    await ledger.set_note(_key(task), msgspec.json.encode(known).decode())


def _in_state(one: Generation, running: int) -> Generation:
    if one.state == "gone":
        return one
    return replace(one, state="running" if one.number == running else "ready")


def _key(task: str) -> str:
    return f"models.{task}"
