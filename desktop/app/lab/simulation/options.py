"""``dirigent lab simulate``: its options, what they make of a centre, and the figures printed. Called by ``lab.commands``;
everything that plays is imported once there is something to play.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from desktop.app.lab.simulation.distributions import Duration, parse_duration

if TYPE_CHECKING:
    from desktop.app.lab.simulation.arrivals import Counted, Poisson
    from desktop.app.lab.simulation.centre import Centre
    from desktop.app.lab.simulation.figures import Estimate
    from desktop.domain.channels import Channel

_POLICIES = "fifo,longest-idle,skills,bullseye,dirigent"
_CHANNELS = "call=0.6,chat=0.25,email=0.15"
_HOUR_S = 3600.0
_MOST_CONTACTS = 5_000_000
_QUIET = ("contacts", "never_answered")
"""Figures that are printed only where they are not 0."""


def add_arguments(parser: argparse.ArgumentParser, seed: int) -> None:
    """Add the options, all of which have a default."""
    parser.add_argument(
        "--arrivals",
        default="poisson",
        metavar="SPEC",
        help="poisson (as many as make --load), poisson:RATE/h, or a file of counts (DateTime,Calls), one of its days a "
        "run, thinned to the agents there are (default: %(default)s)",
    )
    parser.add_argument(
        "--load",
        type=_share,
        default=0.9,
        metavar="L",
        help="work that comes as a share of the agents' time, at the ordinary level of skill (default: %(default)s)",
    )
    parser.add_argument(
        "--agents", default="24", metavar="N|FILE", help="how many, or one a line (default: %(default)s)"
    )
    parser.add_argument("--queues", type=Path, metavar="FILE", help="one a line; default: six request types")
    parser.add_argument(
        "--channels",
        default=_CHANNELS,
        metavar="C=S,…",
        help="of the default queues, with shares (default: %(default)s)",
    )
    parser.add_argument("--policy", default=_POLICIES, metavar="P,…", help="default: %(default)s")
    parser.add_argument(
        "--patience",
        type=_duration,
        default="exp:180",
        metavar="D",
        help="of who waits at the other end: exp:SECONDS, fixed:SECONDS, lognormal:SECONDS,CV or none (default: %(default)s)",
    )
    parser.add_argument(
        "--handling",
        type=_duration,
        default="lognormal:300,0.8",
        metavar="D",
        help="handling time at the ordinary level, as --patience (default: %(default)s)",
    )
    parser.add_argument(
        "--hours", type=_positive, default=8.0, metavar="H", help="of a run at random (default: %(default)s)"
    )
    parser.add_argument(
        "--warm-up", type=_positive, default=1.0, metavar="H", help="before these, not counted (default: %(default)s)"
    )
    parser.add_argument(
        "--history",
        type=_positive,
        default=80.0,
        metavar="H",
        help="hours of work by skills before, which dirigent has learned from (default: %(default)s)",
    )
    parser.add_argument("--runs", type=_count, default=10, metavar="N", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=seed, metavar="N", help="of all chance (default: %(default)s)")
    parser.add_argument(
        "--check",
        action="store_true",
        help="agents and customers all alike, beside Erlang's formulas (wants exp handling and patience)",
    )
    parser.add_argument("--json", action="store_true", help="print everything as one line of JSON")


def run(args: argparse.Namespace) -> None:
    """Play, and print what came of it. Raises ``ValueError`` or ``OSError`` with what is wrong."""
    from desktop.app.lab.simulation.policies import NAMES

    policies = tuple(dict.fromkeys(name.strip() for name in args.policy.split(",") if name.strip()))
    unknown = [name for name in policies if name not in NAMES]
    if unknown or not policies:
        raise ValueError(f"--policy takes {', '.join(NAMES)}, not {', '.join(unknown) or 'nothing'}")
    if not 0.0 < args.handling.mean < 1e9:
        raise ValueError("--handling must have a mean above 0")
    if args.check:
        _check(args, policies)
    else:
        _compare(args, policies)


def _compare(args: argparse.Namespace, policies: tuple[str, ...]) -> None:
    from desktop.app.lab.simulation.arrivals import Counted
    from desktop.app.lab.simulation.comparison import Plan, compared

    centre = _centre(args)
    arrivals, runs, warm_up_s = _arrivals(args, centre)
    began = time.perf_counter()
    plan = Plan(
        centre=centre,
        arrivals=arrivals,
        handling=args.handling,
        patience=args.patience,
        policies=policies,
        runs=runs,
        seed=args.seed,
        warm_up_s=warm_up_s,
        history_s=args.history * _HOUR_S,
    )
    found = compared(plan, _telling(runs))
    told = {
        "arrivals": Path(args.arrivals).name if isinstance(arrivals, Counted) else args.arrivals,
        "load": args.load if not args.arrivals.startswith("poisson:") else None,
        "agents": len(centre.workers),
        "queues": len({stream.queue.id for stream in centre.streams}),
        "handling": str(args.handling),
        "patience": str(args.patience),
        "history_h": args.history,
        "runs": runs,
        "seed": args.seed,
        "contacts": found.contacts,
        "seconds": round(time.perf_counter() - began, 2),
    }
    if args.json:
        print(
            json.dumps(
                told
                | {"policies": {n: _plain(one) for n, one in found.figures.items()}}
                | {
                    "by_channel": {name: _plain(one) for name, one in found.by_channel.items()},
                    "differences": {f"{found.base} - {name}": _plain(one) for name, one in found.differences.items()},
                }
            )
        )
        return
    print(", ".join(f"{name} {value}" for name, value in told.items() if value is not None))
    _table("mean of the runs, 95 % interval", found.figures)
    if found.differences:
        _table(
            f"{found.base} less the others, paired; * where the interval leaves 0 out",
            found.differences,
            is_marked=True,
        )


def _check(args: argparse.Namespace, policies: tuple[str, ...]) -> None:
    from desktop.app.lab.simulation.arrivals import Poisson
    from desktop.app.lab.simulation.closed_forms import beside

    agents = _number(args.agents)
    per_s = args.load * agents / args.handling.mean
    if args.arrivals != "poisson":
        per_s = _rate(args.arrivals)
    arrivals = Poisson(per_s, (args.hours + args.warm_up) * _HOUR_S)
    rows = list(
        beside(arrivals, agents, args.handling, args.patience, policies, args.runs, args.seed, args.warm_up * _HOUR_S)
    )
    if args.json:
        print(
            json.dumps(
                {
                    "agents": agents,
                    "per_hour": per_s * _HOUR_S,
                    "runs": args.runs,
                    "seed": args.seed,
                    "rows": [
                        {
                            "system": row.system,
                            "figure": row.figure,
                            "formula": row.formula,
                            "measured": _plain(row.measured),
                        }
                        for row in rows
                    ],
                }
            )
        )
        return
    print(f"agents {agents}, arrivals {per_s * _HOUR_S:g}/h, runs {args.runs}, seed {args.seed}")
    print(f"{'system':20}{'figure':15}{'formula':>10}" + "".join(f"{name:>19}" for name in policies))
    for row in rows:
        cells = [f"{_told(row.figure, row.measured[name])}{' ' if row.is_met(name) else '!'}" for name in policies]
        print(
            f"{row.system:20}{row.figure:15}{_value(row.figure, row.formula):>10}"
            + "".join(f"{one:>19}" for one in cells)
        )
    print("! the formula lies outside the 95 % interval: one row in twenty does by chance")


def _centre(args: argparse.Namespace) -> Centre:
    from desktop.app.lab.simulation import centre

    given = centre.read_streams(args.queues) if args.queues else centre.built_in_streams(_shares(args.channels))
    if args.agents.isdecimal():
        return centre.centre_of(centre.built_in_workers(_number(args.agents), given, args.seed), given)
    if not args.queues:
        raise ValueError("--agents FILE needs --queues FILE: skills and request types must fit each other")
    return centre.centre_of(centre.read_workers(Path(args.agents)), given)


def _arrivals(args: argparse.Namespace, centre: Centre) -> tuple[Poisson | Counted, int, float]:
    """Return the arrivals, the number of runs and the warm-up in seconds."""
    from desktop.app.lab.simulation.arrivals import Poisson, counted, read_days

    work_s = centre.work_s(args.handling.mean)
    agents = len(centre.workers)
    if args.arrivals.partition(":")[0] == "poisson":
        per_s = args.load * agents / work_s if args.arrivals == "poisson" else _rate(args.arrivals)
        if per_s * (args.hours + args.warm_up) * _HOUR_S > _MOST_CONTACTS:
            raise ValueError(f"a run of more than {_MOST_CONTACTS} contacts would not end: fewer --hours or --agents")
        return Poisson(per_s, (args.hours + args.warm_up) * _HOUR_S), args.runs, args.warm_up * _HOUR_S
    days, interval_s = read_days(Path(args.arrivals))
    chosen = Random(f"days {args.seed}").sample(days, min(args.runs, len(days)))
    return counted(days, interval_s, chosen, agents, args.load, work_s), len(chosen), 0.0


def _telling(runs: int) -> Any:
    if not sys.stderr.isatty():
        return lambda policy, run: None
    return lambda policy, run: print(f"\rrun {run + 1} of {runs}: {policy:14}", end="", file=sys.stderr, flush=True)


def _table(title: str, columns: Mapping[str, Mapping[str, Estimate]], *, is_marked: bool = False) -> None:
    print(f"\n{title}\n{'':16}" + "".join(f"{name:>19}" for name in columns))
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    for name in names:
        found = [figures[name] for figures in columns.values() if name in figures]
        if name in _QUIET and not any(one.mean for one in found):
            continue
        cells = []
        for figures in columns.values():
            told = _told(name, figures[name]) if name in figures else "-"
            cells.append(told + ("*" if is_marked and name in figures and figures[name].is_sure else " "))
        print(f"{name:16}" + "".join(f"{one:>19}" for one in cells))


def _told(name: str, found: Estimate) -> str:
    return _value(name, found.mean) + (f" ±{_value(name, found.half)}" if found.half is not None else "")


def _value(name: str, value: float) -> str:
    from desktop.app.lab.simulation.figures import SHARES

    if name in SHARES:
        return f"{100 * value:.2f}%"
    return f"{value:.3f}" if name.endswith("_gini") else f"{value:.1f}"


def _plain(figures: Mapping[str, Estimate]) -> dict[str, list[float | None]]:
    return {name: [one.mean, one.half] for name, one in figures.items()}


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise ValueError("--agents: a number from 1 to 100000 is wanted here")
    return int(text)


def _rate(text: str) -> float:
    kind, _, rest = text.partition(":")
    try:
        per_hour = float(rest.removesuffix("/h"))
    except ValueError:
        per_hour = -1.0
    if kind != "poisson" or not 0.0 <= per_hour < 1e8:
        raise ValueError(f"{text!r} is not poisson:RATE/h")
    return per_hour / _HOUR_S


def _shares(text: str) -> dict[Channel, float]:
    from desktop.domain.channels import parse_channel

    found = {}
    for part in text.split(","):
        name, _, share = part.partition("=")
        try:
            channel, value = parse_channel(name), float(share or 1.0)
        except ValueError:
            raise ValueError(f"--channels: {part!r} is not a channel with a share, as in call=0.6") from None
        if not (channel.is_interaction and 0.0 <= value < 1e9):
            raise ValueError(f"--channels: {part!r} is not a channel with a share, as in call=0.6")
        found[channel] = value
    return found


def _duration(text: str) -> Duration:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _share(text: str) -> float:
    value = float(text)
    if not 0.0 < value <= 10.0:
        raise argparse.ArgumentTypeError("must be more than 0, 0.9 is 90 %")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 <= value < 1e5:
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 < value <= 10_000:
        raise argparse.ArgumentTypeError("must be from 1 to 10000")
    return value
