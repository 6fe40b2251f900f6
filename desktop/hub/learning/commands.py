"""``dirigent hub train``: learn from the history now; ``dirigent hub models list | promote | rollback``: what was learned,
and which of it runs. For operators, against ``--data`` or ``--database``, whether or not a hub runs on it; a running one
hears of a change by its feed. Exit codes: 0 done, 1 could not be done, 2 asked for wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop.hub.training.outcome import TASKS

if TYPE_CHECKING:
    from desktop.hub.learning.service import Learning, Overview

_TOLD = {
    "not_worse": "not worse than the one before",
    "less_right": "right less often than the one that runs",
    "less_honest": "surer than it should be, compared with the one that runs",
    "too_little": "too little to learn from",
    "failed": "failed, see the log",
}
_SHOWN = ("accuracy", "accuracy_running", "calibration", "held_out")


def add_parsers(subparsers: Any) -> None:
    """Add ``train`` and ``models`` to the parser of ``dirigent hub``."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--profile", default=argparse.SUPPRESS, metavar="DIR", help="folder of this profile")
    where.add_argument("--data", type=Path, metavar="DIR", help="folder of the hub's database, files and key")
    where.add_argument("--database", default="", metavar="URL", help="sqlite:///… or postgresql://… instead of a file")
    shown = argparse.ArgumentParser(add_help=False)
    shown.add_argument("--json", action="store_true", help="for machines")

    train = subparsers.add_parser("train", parents=[where, shown], help="learn from the history now")
    train.add_argument("--task", action="append", choices=TASKS, help="what to learn (default: all)")
    train.set_defaults(run=run_train)

    models = subparsers.add_parser("models", help="what was learned").add_subparsers(required=True, metavar="ACTION")
    listing = models.add_parser("list", parents=[where, shown], help="list all models with their figures")
    listing.set_defaults(run=run_list)
    promote = models.add_parser("promote", parents=[where], help="let a model run, whatever its trial came to")
    promote.add_argument("task", choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    promote.add_argument("number", type=int, metavar="NUMBER", help="its number in the list")
    promote.set_defaults(run=run_promote)
    back = models.add_parser("rollback", parents=[where], help="let the model run that ran before")
    back.add_argument("task", choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    back.set_defaults(run=run_roll_back)


def run_train(args: argparse.Namespace) -> int:
    """``dirigent hub train``"""

    async def work(learning: Learning) -> int:
        report = await learning.train(args.task or TASKS)
        if args.json:
            _print_json(report)
        else:
            _write(f"{report.read} contacts read, {report.labelled} of them labelled")
            for one in report.outcomes:
                figures = "".join(f" {name}={one.figures[name]:g}" for name in _SHOWN if name in one.figures)
                _write(f"{one.task}: {_TOLD[one.why]}; {one.examples} examples, {one.labels} labels{figures}")
        return 1 if any(one.why == "failed" for one in report.outcomes) else 0

    return _with_learning(args, work)


def run_list(args: argparse.Namespace) -> int:
    """``dirigent hub models list``"""

    async def work(learning: Learning) -> int:
        overview = await learning.overview()
        if args.json:
            _print_json(overview)
        else:
            _list(overview)
        return 0

    return _with_learning(args, work)


def run_promote(args: argparse.Namespace) -> int:
    """``dirigent hub models promote``"""

    async def work(learning: Learning) -> int:
        made = await learning.run(args.task, args.number)
        _say(f"{args.task}: model {made.number} runs")
        return 0

    return _with_learning(args, work)


def run_roll_back(args: argparse.Namespace) -> int:
    """``dirigent hub models rollback``"""

    async def work(learning: Learning) -> int:
        now_running = await learning.roll_back(args.task)
        _say(f"{args.task}: {f'model {now_running.number}' if now_running else 'the shipped model'} runs")
        return 0

    return _with_learning(args, work)


def _with_learning(args: argparse.Namespace, work: Callable[[Learning], Awaitable[int]]) -> int:
    import asyncio

    from sqlalchemy.exc import SQLAlchemyError

    from desktop.hub.blobs import Blobs
    from desktop.hub.commands_line import about_database, data_folder
    from desktop.hub.db.database import Database
    from desktop.hub.desk.guidance import Guidance
    from desktop.hub.learning.generations import NoGeneration
    from desktop.hub.learning.process import TrainingFailed
    from desktop.hub.learning.service import Busy, Learning
    from desktop.hub.server import database_url

    data = data_folder(args)

    async def run() -> int:
        url = database_url(data, args.database)
        database = await Database.open(url)
        try:
            blobs = Blobs(database, data / "blobs")
            return await work(Learning(database, blobs, Guidance(None, ()), url=url, data=data))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Busy:
        return _failed("a training is under way")
    except TrainingFailed as error:
        return _failed("it took too long" if error.code == "too_long" else "the training failed")
    except NoGeneration as error:
        return _failed(str(error.args[0]))
    except OSError as error:
        return _failed(f"cannot use the folder {data}: {error.strerror or error}")
    except (SQLAlchemyError, ImportError) as error:
        return _failed(about_database(error))


def _list(overview: Overview) -> None:
    for models in overview.models:
        mark = "*" if models.running == 0 else " "
        _write(f"{mark} {models.task}\t0\tshipped")
        for one in models.generations:
            mark = "*" if one.state == "running" else " "
            figures = " ".join(f"{name}={one.figures[name]:g}" for name in _SHOWN if name in one.figures)
            at = one.trained_at.strftime("%Y-%m-%d %H:%M")
            gone = "\tfile given up" if one.state == "gone" else ""
            _write(f"{mark} {models.task}\t{one.number}\t{at}\t{one.examples} examples\t{one.why}\t{figures}{gone}")
    share = "-" if overview.corrected_share is None else f"{overview.corrected_share:.1%}"
    _write(f"corrected in 30 days: {overview.corrected} of {overview.judged} verdicts ({share})")


def _print_json(value: object) -> None:
    import msgspec

    _write(msgspec.json.format(msgspec.json.encode(value)).decode())


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say(text: str) -> None:
    sys.stderr.write(f"dirigent hub: {text}\n")


def _failed(text: str) -> int:
    _say(text)
    return 1
