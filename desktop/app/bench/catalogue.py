"""The sub-commands of ``dirigent bench``. Building their parsers imports nothing heavy; a benchmark is imported when it runs.

Exit codes: 0 measured (within its budgets or not: the figures say so), 1 could not be measured, 2 asked for wrongly.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from desktop.app.bench.figures import Report

DEFAULT_MESSAGES = 1_000_000


class Bench(NamedTuple):
    """One benchmark: ``module.function`` measures, ``runs`` times unless told otherwise."""

    name: str
    runs: int
    told: str
    module: str
    function: str = "measure"


BENCHES = (
    Bench("start", 20, "process start to painted, usable inbox", "start"),
    Bench("memory", 3, "what the window's process takes, after 20 conversations", "memory"),
    Bench("idle", 3, "processor time while nothing happens", "idle"),
    Bench("switch", 60, "click on a conversation to its first and last pixel", "switch"),
    Bench("scroll", 100, "a turn of the wheel to the painted rows", "scroll"),
    Bench("search", 3, "results as one types", "search"),
    Bench("sync", 1, "a first sync: open work, all of it, all to be found", "sync"),
    Bench("stall", 1, "how long the event loop stands still in a first sync", "sync", "measure_stall"),
    Bench("pop", 40, "arrival of a request to its painted offer and screen pop", "pop"),
)


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
        "--accounts",
        type=_at_least(1),
        default=1,
        metavar="N",
        help="accounts the messages are shared out among (default: %(default)s)",
    )
    shared.add_argument(
        "--profile",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder of a profile that 'bench cache' wrote, or is to write; else a temporary one",
    )
    parts = bench.add_subparsers(dest="bench_command", metavar="NAME", required=True)
    for bench_ in BENCHES:
        part = parts.add_parser(bench_.name, help=bench_.told, description=bench_.told, parents=[shared])
        part.add_argument(
            "--runs", type=_at_least(1), default=bench_.runs, metavar="N", help="measurements (default: %(default)s)"
        )
        part.set_defaults(run=run_measure, bench=bench_)
    told = "who of many customers somebody is: typed, spoken, or nobody on file"
    identify = parts.add_parser("identify", help=told, description=told)
    identify.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    identify.add_argument(
        "--customers", type=_at_least(100), default=1_000_000, metavar="N", help="on file (default: %(default)s)"
    )
    identify.add_argument(
        "--runs", type=_at_least(1), default=3000, metavar="N", help="look-ups (default: %(default)s)"
    )
    identify.add_argument("--seed", type=int, default=7, metavar="N", help="which customers (default: %(default)s)")
    identify.set_defaults(run=run_measure, bench=Bench("identify", 3000, told, "identify"))
    told = "who gets what, with very many agents and very many waiting requests"
    routing = parts.add_parser("routing", help=told, description=told)
    routing.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    routing.add_argument(
        "--agents", type=_at_least(1000), default=10_000, metavar="N", help="at most so many (default: %(default)s)"
    )
    routing.add_argument(
        "--requests", type=_at_least(5000), default=100_000, metavar="N", help="waiting, at most (default: %(default)s)"
    )
    routing.add_argument(
        "--runs", type=_at_least(5), default=1000, metavar="N", help="decisions of each kind (default: %(default)s)"
    )
    routing.add_argument("--seed", type=int, default=7, metavar="N", help="which centre (default: %(default)s)")
    routing.set_defaults(run=run_measure, bench=Bench("routing", 1000, told, "routing"))
    told = "what the live board of a big centre costs the hub's event loop"
    board = parts.add_parser("board", help=told, description=told)
    board.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    for name, default, least, what in (
        ("agents", 500, 10, "agents"),
        ("queues", 60, 1, "queues"),
        ("contacts", 20_000, 3000, "contacts of the day"),
        ("seconds", 30, 1, "how long things happen"),
    ):
        board.add_argument(
            f"--{name}", type=_at_least(least), default=default, metavar="N", help=f"{what} (default: %(default)s)"
        )
    board.add_argument("--seed", type=int, default=7, metavar="N", help="which centre (default: %(default)s)")
    board.set_defaults(run=run_measure, bench=Bench("board", 30, told, "board"))
    told = "a customer's message to the desktops of a hub under load, and through its being killed"
    channels = parts.add_parser("channels", help=told, description=told)
    channels.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    for name, default, least, what in (
        ("desktops", 50, 1, "connected clients"),
        ("seconds", 60, 5, "how long messages arrive"),
        ("kills", 6, 0, "how often the hub is killed afterwards"),
    ):
        channels.add_argument(
            f"--{name}", type=_at_least(least), default=default, metavar="N", help=f"{what} (default: %(default)s)"
        )
    channels.set_defaults(run=run_measure, seed=7, bench=Bench("channels", 60, told, "channels"))
    told = "rounds of work while client, hub and network are broken on purpose: nothing lost, nothing twice"
    faults = parts.add_parser("faults", help=told, description=told)
    faults.add_argument("--json", action="store_true", help="print the figures as one line of JSON")
    faults.add_argument(
        "--rounds", type=_at_least(1), default=100, metavar="N", help="how long it goes on (default: %(default)s)"
    )
    faults.add_argument("--seed", type=int, default=7, metavar="N", help="what breaks when (default: %(default)s)")
    faults.set_defaults(run=run_faults)
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


def run_measure(args: argparse.Namespace) -> int:
    """``dirigent bench NAME``"""
    bench: Bench = args.bench
    module = importlib.import_module(f"desktop.app.bench.{bench.module}")
    return _told(args, getattr(module, bench.function))


def run_faults(args: argparse.Namespace) -> int:
    """``dirigent bench faults``; 1 also where anything was lost, doubled or unequal."""
    from desktop.app.bench.faults import driver

    return _told(args, driver.measure, must_hold=True)


def _told(args: argparse.Namespace, measure: Callable[[argparse.Namespace], Report], *, must_hold: bool = False) -> int:
    """Measure, print, and return the exit code; where the budgets ``must_hold``, 1 if one does not."""
    from desktop.app.bench.caches import BenchFailed
    from desktop.app.bench.figures import as_json, as_text

    try:
        told = measure(args)
    except BenchFailed as error:
        print(f"dirigent bench: {error}", file=sys.stderr)
        return 1
    print(as_json(told) if args.json else as_text(told))
    return int(must_hold and any(one.is_within is False for one in told.figures))
