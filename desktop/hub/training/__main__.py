"""``python -m desktop.hub.training intent --in FILES --out MODEL`` learns an intent model from labelled texts;
``starter`` rebuilds the one that is shipped from ``resources/starter``. Figures go to standard output, one a line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from desktop.assets import asset
from desktop.hub.training.examples import Examples, read_examples, starter_examples


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one training; return 0, or 2 where there is nothing to learn from."""
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
    options = parser.parse_args(arguments)
    try:
        if options.task == "intent":
            examples, version = read_examples(options.files), ""
        else:
            examples, version = starter_examples(), "starter-1"
        return _learn(examples, options.out, version, options.seed)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _learn(examples: Examples, out: Path, version: str, seed: int | None) -> int:
    from desktop.hub.training.intent import SEED, train

    model, figures = train(examples.rows, version=version, seed=SEED if seed is None else seed)
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    lines = [f"{name}: {value}" for name, value in msgspec.structs.asdict(figures).items()]
    lines += [f"skipped_rows: {examples.skipped}", f"model_bytes: {out.stat().st_size}"]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
