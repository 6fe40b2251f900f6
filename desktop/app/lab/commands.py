"""The sub-commands of ``dirigent lab``: ``train``, ``predict``, ``score``, each for any task of ``task.NAMES``,
``simulate`` and ``forecast``.

Files and figures are handled here, understanding in the task's own module, which is imported once its name is read. Exit
codes: 0 done (bad lines are counted, not fatal), 1 could not be done, 2 asked for wrongly. Wired into ``app.cli``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from desktop.app.lab import forecast, scores
from desktop.app.lab.files import STANDARD, BadLine, good_lines, lines, writing
from desktop.app.lab.simulation import options as simulation
from desktop.app.lab.task import NAMES, Figures, Line, Task, task_named

SEED = 20260


class _VerbParser(argparse.ArgumentParser):
    """Takes the task's name from wherever it stands (``--in`` would swallow it) and learns the options of that task."""

    _extended = ""

    def parse_known_args(self, args: Iterable[str] | None = None, namespace: Any = None) -> Any:
        given = list(sys.argv[1:] if args is None else args)
        place = next((n for n, word in enumerate(given) if word in NAMES), None)
        if place is not None:
            name = given.pop(place)
            given.insert(0, name)
            if self._extended != name:
                self._extended = name
                task_named(name).add_arguments(self)
        return super().parse_known_args(given, namespace)


def add_parsers(lab: argparse.ArgumentParser) -> None:
    """Add the sub-commands to the parser of ``dirigent lab``; each sets ``args.run``, which returns the exit code."""
    parts = lab.add_subparsers(dest="lab_command", metavar="COMMAND", required=True, parser_class=_VerbParser)
    train = _verb(parts, "train", "learn a model from lines with the truth", run_train)
    train.add_argument("--in", dest="files", nargs="+", type=Path, default=[], metavar="FILE", help="lines to learn")
    train.add_argument("--model", "--out", type=Path, required=True, metavar="MODEL", help="the model to write")
    train.add_argument("--seed", type=int, default=SEED, metavar="N", help="of all chance (default: %(default)s)")
    train.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    predict = _verb(parts, "predict", "answer each line", run_predict)
    predict.add_argument("--in", dest="file", type=Path, required=True, metavar="FILE", help="lines; - standard input")
    predict.add_argument("--out", type=Path, required=True, metavar="FILE", help="answers; - standard output")
    predict.add_argument("--model", type=Path, metavar="MODEL", help="default: the one that is shipped")
    score = _verb(parts, "score", "judge answers against the truth", run_score)
    score.add_argument("--in", dest="files", nargs="+", type=Path, required=True, metavar="FILE", help="the truth")
    score.add_argument("--model", type=Path, metavar="MODEL", help="default: the one that is shipped")
    score.add_argument("--pred", type=Path, metavar="FILE", help="answers written by 'predict'; else they are made now")
    score.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    simulate = parts.add_parser("simulate", help="play a contact centre under several ways of routing")
    simulation.add_arguments(simulate, SEED)
    simulate.set_defaults(run=_reporting(simulation.run))
    foretell = parts.add_parser("forecast", help="what counted arrivals let expect, and how far that can be trusted")
    forecast.add_arguments(foretell)
    foretell.set_defaults(run=_reporting(forecast.run))


def _verb(parts: Any, name: str, told: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = parts.add_parser(
        name, help=told, description=f"{told}; options of the task: --help after its name"
    )
    verb.add_argument("task", choices=NAMES, metavar="TASK", help=", ".join(NAMES))
    verb.set_defaults(run=_reporting(run))
    return verb


def _reporting(run: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """Turn what the world did wrong into a sentence and exit code 1."""

    def outcome(args: argparse.Namespace) -> int:
        try:
            run(args)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains once more at its end
            return 1
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            return _failed(f"{name}{(error.strerror or type(error).__name__).lower()}")
        except ValueError as error:
            return _failed(str(error))
        return 0

    return outcome


def _failed(told: str) -> int:
    print(f"dirigent lab: {told}", file=sys.stderr)
    return 1


def run_train(args: argparse.Namespace) -> None:
    """``dirigent lab train``"""
    task = task_named(args.task)
    if not task.can_learn:
        raise ValueError(f"{args.task} learns nothing: it always answers with what is shipped")
    if not args.files and getattr(args, "base", None) is None:
        raise ValueError("--in is needed: the lines to learn from")
    rows, bad = good_lines(args.files)
    args.model.parent.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    figures = {**task.train(rows, args.model, args.seed, args)}
    figures |= {"bad_lines": bad, "seconds": time.perf_counter() - began, "model_bytes": args.model.stat().st_size}
    _tell({"task": args.task, "seed": args.seed, **figures}, args.json)


def run_predict(args: argparse.Namespace) -> None:
    """``dirigent lab predict``"""
    predictor = task_named(args.task).load(args.model, args)
    count = bad = 0
    with writing(args.out) as write:
        for line in lines(args.file):
            count += 1
            if isinstance(line, BadLine):
                bad += 1
                write({"error": line.told})
            else:
                write({**line, **predictor.predict(line)})
    print(f"{count} lines, {bad} of them bad", file=sys.stderr)


def run_score(args: argparse.Namespace) -> None:
    """``dirigent lab score``"""
    task = task_named(args.task)
    tally = _Tally()
    pairs = _predicted(task, args, tally) if args.pred is None else _beside(args, tally)
    figures = {**task.score(pairs)}
    count = figures.pop("count", tally.count)
    split = "all of " + ", ".join("standard input" if path == STANDARD else path.name for path in args.files)
    told = {"task": args.task, "split": split, "count": count, "seed": "none, nothing is drawn", **figures}
    _tell({**told, "bad_lines": tally.bad, **scores.quantiles_ms(tally.times_s)}, args.json)


class _Tally:
    """What was met while pairing lines with answers."""

    def __init__(self) -> None:
        self.count = 0
        self.bad = 0
        self.times_s: list[float] = []


def _predicted(task: Task, args: argparse.Namespace, tally: _Tally) -> Iterator[tuple[Line, Line]]:
    predictor = task.load(args.model, args)
    for line in itertools.chain.from_iterable(map(lines, args.files)):
        if isinstance(line, BadLine):
            tally.bad += 1
            continue
        began = time.perf_counter()
        answer = predictor.predict(line)
        tally.times_s.append(time.perf_counter() - began)
        tally.count += 1
        yield line, answer


def _beside(args: argparse.Namespace, tally: _Tally) -> Iterator[tuple[Line, Line]]:
    """Pair each line of the truth with the line at its place among the answers."""
    truths = itertools.chain.from_iterable(map(lines, args.files))
    for truth, answer in itertools.zip_longest(truths, lines(args.pred)):
        if truth is None or answer is None:
            raise ValueError(f"{args.pred.name} has not as many lines as {', '.join(path.name for path in args.files)}")
        if isinstance(truth, BadLine) or isinstance(answer, BadLine) or "error" in answer:
            tally.bad += 1
            continue
        tally.count += 1
        yield truth, answer


def _tell(figures: Figures, is_json: bool) -> None:
    if is_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:20} {value:.4f}" if isinstance(value, float) else f"{name:20} {value}")
