"""The sub-commands of ``dirigent bench``. Building their parsers imports nothing heavy; a benchmark is imported when it runs.

Exit codes: 0 measured (within its budgets or not: the figures say so), 1 could not be measured, 2 asked for wrongly.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.app.bench.figures import Report

DEFAULT_MESSAGES = 100_000


def add_parsers(bench: argparse.ArgumentParser) -> None:
    """Add the benchmarks to the parser of ``dirigent bench``; each sets ``args.run``, which returns the exit code."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    shared.add_argument(
        "--messages",
        type=_at_least(100),
        default=DEFAULT_MESSAGES,
        metavar="N",
        help="messages in the cache (default: %(default)s)",
    )
    shared.add_argument("--seed", type=int, default=7, metavar="N", help="which cache (default: %(default)s)")
    shared.add_argument(
        "--profile",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder of a profile that 'bench cache' wrote, or is to write; else a temporary one",
    )
    parts = bench.add_subparsers(dest="bench_command", metavar="NAME", required=True)
    for name, runs, told, run in (
        ("start", 20, "process start to painted, usable inbox; memory after 20 conversations", run_start),
        ("switch", 60, "click on a conversation to its first and last pixel", run_switch),
        ("pop", 40, "arrival of a request to its painted offer and screen pop", run_pop),
    ):
        part = parts.add_parser(name, help=told, description=told, parents=[shared])
        part.add_argument(
            "--runs", type=_at_least(1), default=runs, metavar="N", help="measurements (default: %(default)s)"
        )
        part.set_defaults(run=run)
    told = "write a profile with a generated cache, to be opened offline by 'dirigent --profile DIR'"
    cache = parts.add_parser("cache", help=told, description=told, parents=[shared])
    cache.set_defaults(run=run_cache, is_profile_needed=cache)


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= 50_000_000:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to 50000000")
        return int(text)

    return number


def run_cache(args: argparse.Namespace) -> int:
    """``dirigent bench cache``"""
    if not getattr(args, "profile", None):
        args.is_profile_needed.error("the following arguments are required: --profile")
    from desktop.app.bench import caches

    return _told(args, caches.measure)


def run_start(args: argparse.Namespace) -> int:
    """``dirigent bench start``"""
    from desktop.app.bench import start

    return _told(args, start.measure)


def run_switch(args: argparse.Namespace) -> int:
    """``dirigent bench switch``"""
    from desktop.app.bench import switch

    return _told(args, switch.measure)


def run_pop(args: argparse.Namespace) -> int:
    """``dirigent bench pop``"""
    from desktop.app.bench import pop

    return _told(args, pop.measure)


def _told(args: argparse.Namespace, measure: Callable[[argparse.Namespace], Report]) -> int:
    """Measure, print, and return the exit code."""
    from desktop.app.bench.caches import BenchFailed
    from desktop.app.bench.figures import as_json, as_text

    try:
        told = measure(args)
    except BenchFailed as error:
        print(f"dirigent bench: {error}", file=sys.stderr)
        return 1
    print(as_json(told) if args.json else as_text(told))
    return 0
