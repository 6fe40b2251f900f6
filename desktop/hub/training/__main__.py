"""``python -m desktop.hub.training intent --in FILES --out MODEL`` learns an intent model from labelled texts;
``starter`` rebuilds the one that is shipped from ``resources/starter``; ``job`` learns from a hub's history. Figures go
to standard output, one a line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from desktop.assets import asset
from desktop.hub.training.examples import Examples, read_examples, starter_examples


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one training; return 0, or 2 where there is nothing to learn from."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["job"]:
        from desktop.hub.training import job

        return job.main(given[1:])
    parser = argparse.ArgumentParser(
        prog="python -m desktop.hub.training", description="Learn models from labelled texts."
    )
    tasks = parser.add_subparsers(dest="task", required=True)
    intent = tasks.add_parser("intent", help="learn an intent model")
    intent.add_argument("--in", dest="files", type=Path, nargs="+", required=True, metavar="FILE")
    intent.add_argument("--out", type=Path, required=True, metavar="MODEL")
    intent.add_argument("--seed", type=int, default=None)
    starter = tasks.add_parser("starter", help="rebuild the intent model that is shipped")
    starter.add_argument("--out", type=Path, default=asset("models", "intent-starter.npz"), metavar="MODEL")
    starter.add_argument("--seed", type=int, default=None)
    for name in ("mood", "language"):
        other = tasks.add_parser(name, help=f"rebuild the {name} model that is shipped")
        other.add_argument("--out", type=Path, default=asset("models", f"{name}-starter.npz"), metavar="MODEL")
        other.add_argument("--seed", type=int, default=None)
    options = parser.parse_args(given)
    try:
        if options.task in ("mood", "language"):
            return _rebuild(options.task, options.out, options.seed)
        if options.task == "intent":
            return _learn(read_examples(options.files), options.out, options.seed)
        # A few phrases need no more, and the file stays small. Where a centre starts, most is still strange.
        return _learn(
            starter_examples(), options.out, options.seed, version="starter-2", units=32, nets=1, strangers=0.4
        )
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _learn(examples: Examples, out: Path, seed: int | None, **shape: Any) -> int:
    from desktop.hub.training.intent import SEED, train

    model, figures = train(examples.rows, seed=SEED if seed is None else seed, **shape)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    lines = [f"{name}: {value}" for name, value in msgspec.structs.asdict(figures).items()]
    lines += [f"skipped_rows: {examples.skipped}", f"model_bytes: {out.stat().st_size}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _rebuild(task: str, out: Path, seed: int | None) -> int:
    from desktop.hub.training import language, mood

    figures = (mood if task == "mood" else language).write_starter(out, mood.SEED if seed is None else seed)
    lines = [f"{name}: {value}" for name, value in msgspec.structs.asdict(figures).items()]
    sys.stdout.write("\n".join([*lines, f"model_bytes: {out.stat().st_size}"]) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
