"""``python -m desktop.hub.training job``: one training from the hub's own history, in a process that steps back for the hub
beside it, ends with it, and can only read its database. Writes models and a report into a folder; what becomes of them is
for ``hub.learning`` to say.

The address of the database may hold a password: it comes by the environment (``DIRIGENT_HUB_DATABASE``).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.learned import LearnedModel
from desktop.hub.db.reading import reader
from desktop.hub.training.history import MOST, History, read_history
from desktop.hub.training.outcome import TASKS, Outcome, Report, write_report
from desktop.insight.artefact import check

log = logging.getLogger(__name__)

DATABASE_VARIABLE: Final = "DIRIGENT_HUB_DATABASE"
_NICE: Final = 15
_THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one job; returns 0 where a report was written, 1 where not even that."""
    parser = argparse.ArgumentParser(prog="python -m desktop.hub.training job", description="Learn from the history.")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the models and the report")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the hub's folder")
    parser.add_argument("--task", action="append", choices=TASKS, help="what to learn (default: all)")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help="contacts to read (default: %(default)s)")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    options = parser.parse_args(arguments)
    url = os.environ.pop(DATABASE_VARIABLE, "") or f"sqlite:///{options.data / 'hub.db'}"
    step_back()
    if options.with_parent:
        threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    try:
        options.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        history, running = asyncio.run(_read(url, options.most))
        outcomes = tuple(
            learned(task, history, running.get(task), options.data, options.out) for task in options.task or TASKS
        )
        labelled = sum(one.intent is not None for one in history.contacts)
        write_report(options.out, Report(outcomes=outcomes, read=history.read, labelled=labelled))
    except Exception as error:
        # Its text may quote what was read.
        sys.stderr.write(f"training failed: {type(error).__name__}\n")
        return 1
    return 0


def step_back() -> None:
    """Let everything else on this machine go first, and take one core at most."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    if hasattr(os, "nice"):  # on Windows the parent starts it with a lower priority
        with contextlib.suppress(OSError):
            os.nice(_NICE)


def learned(task: str, history: History, running: LearnedModel | None, data: Path, folder: Path) -> Outcome:
    """Learn one task. What goes wrong in one does not keep the others from being learned."""
    version = str(running.generation + 1 if running is not None else 1)
    file = _file_of(running, data)
    try:
        if task == "intent":
            from desktop.hub.training.intent_lesson import learn_intents
            from desktop.insight.intent import IntentModel, starter

            return learn_intents(history.contacts, IntentModel.load(file) if file else starter(), folder, version)
        from desktop.hub.training.next_step_lesson import learn_next_steps

        return learn_next_steps(history.contacts, file, folder, version)
    except Exception as error:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place is not None else ""
        log.error("%s could not be learned: %s at %s", task, type(error).__name__, where)
        return Outcome(task=task, why="failed")


async def _read(url: str, most: int) -> tuple[History, dict[str, LearnedModel]]:
    async with reader(url) as ledger:
        models: list[LearnedModel] = await ledger.find(Table.MODEL)
        return await read_history(ledger, most), {one.id: one for one in models}


def _file_of(running: LearnedModel | None, data: Path) -> Path | None:
    """Return the file of the model that runs, ``None`` for the one that is shipped or where it cannot be used."""
    if running is None:
        return None
    path = data / "blobs" / running.sha256[:2] / running.sha256
    try:
        with path.open("rb") as file:
            check(file, running.sha256, running.size)
    except (OSError, ValueError):
        return None
    return path


def _end_with_parent() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    os._exit(3)


if __name__ == "__main__":
    raise SystemExit(main())
