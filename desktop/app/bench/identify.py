"""``dirigent bench identify``: who of a million customers somebody is, from what they typed or a recogniser heard, or
nobody. The budget is the look-up with everything in it: reading what was said, finding candidates, comparing,
deciding."""

from __future__ import annotations

import argparse
import time

from desktop.app.bench.crowd import Crowd
from desktop.app.bench.figures import Report, Size, figure, report
from desktop.insight.identify import claim, index

_BUDGET_MS = 10.0
_WARM_UP = 50


def measure(args: argparse.Namespace) -> Report:
    """Build the base and look up ``runs`` people in it."""
    crowd = Crowd(args.customers, args.seed)
    began = time.perf_counter()
    base = index.build(crowd.profiles())
    built_s = time.perf_counter() - began
    times: dict[str, list[float]] = {}
    right: dict[str, int] = {}
    for turn in range(-_WARM_UP, args.runs):
        kind, line, truth = crowd.asked(turn if turn >= 0 else args.runs - turn)
        began = time.perf_counter()
        said = base.look_up(claim.of_line(line))
        took = (time.perf_counter() - began) * 1000
        if turn >= 0:
            times.setdefault(kind, []).append(took)
            right[kind] = right.get(kind, 0) + (said.match == truth)
    notes = [f"{kind}: {right[kind]} of {len(times[kind])} answered rightly" for kind in times]
    notes.append(
        f"built in {built_s:.0f} s, {base.size_bytes / 2**20:,.0f} MiB: {base.size_bytes / len(base):.0f} bytes a customer"
    )
    return report(
        "identify",
        [
            figure("all look-ups", [one for each in times.values() for one in each], budget_p95=_BUDGET_MS),
            *(figure(kind, each) for kind, each in times.items()),
        ],
        size=Size(messages=0, interactions=0, customers=len(base)),
        seed=args.seed,
        runs=args.runs,
        notes=notes,
    )
