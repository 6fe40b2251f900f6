"""``dirigent bench memory``: what the window's process takes (proportional set size) at the inbox and after twenty
conversations were opened one after the other. Known on Linux only."""

from __future__ import annotations

import argparse

from desktop.app.bench.caches import BenchFailed, provided
from desktop.app.bench.figures import Report, figure, report
from desktop.app.bench.launch import launched

_CONVERSATIONS = 20


def measure(args: argparse.Namespace) -> Report:
    """Start the program ``runs`` times. Raises ``BenchFailed``."""
    with provided(args) as cache:
        launched(cache)
        all_facts = [launched(cache, visit=_CONVERSATIONS) for _ in range(args.runs)]
        if not all_facts[0]["memory_kib"]:
            raise BenchFailed("this system does not tell a process's proportional set size")
        count = int(all_facts[0]["visited"])
        figures = [
            figure("at the inbox", [facts["memory_kib"] / 1024 for facts in all_facts], unit="MiB"),
            figure(
                f"after {count} conversations",
                [facts["memory_after_kib"] / 1024 for facts in all_facts],
                unit="MiB",
                budget_p50=120.0,
            ),
        ]
        return report("memory", figures, size=cache.size, seed=cache.seed, runs=args.runs)
