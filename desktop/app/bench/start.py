"""``dirigent bench start``: the real program, started as a process of its own on a generated cache, until its inbox is
painted. The first start reads everything from the disk and is left out: the figures are warm."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktop.app.bench.caches import BenchFailed, Cache, provided
from desktop.app.bench.figures import Figure, Report, figure, qt_platform, report

# The names are the environment's, known to ``probe`` too, which this process must not import: it loads the window.
_FILE, _VISIT = "DIRIGENT_BENCH_START", "DIRIGENT_BENCH_VISIT"
_PATIENCE_S = 60.0
_CONVERSATIONS = 20


def measure(args: argparse.Namespace) -> Report:
    """Start the program ``runs`` times. Raises ``BenchFailed``."""
    with provided(args) as cache:
        _run(cache)
        seconds = [_run(cache)["seconds"] for _ in range(args.runs)]
        visited = _run(cache, visit=_CONVERSATIONS)
        figures = [figure("process start to painted inbox", seconds, unit="s", budget_p50=0.30)]
        figures += _memory(visited)
        return report("start", figures, size=cache.size, seed=cache.seed, runs=args.runs)


def _memory(facts: dict[str, float]) -> list[Figure]:
    if not facts["memory_kib"]:
        return []
    count = int(facts["visited"])
    after = [facts["memory_after_kib"] / 1024]
    return [
        figure("memory (PSS) at the inbox", [facts["memory_kib"] / 1024], unit="MiB"),
        figure(f"memory (PSS) after {count} conversations", after, unit="MiB", budget_p50=120.0),
    ]


def _run(cache: Cache, visit: int = 0) -> dict[str, float]:
    """Start the program once, wait until it ends by itself, and return what it noted and how many seconds it took."""
    with tempfile.TemporaryDirectory(prefix="dirigent-start-") as folder:
        file = Path(folder) / "painted.json"
        more = {} if qt_platform() == "display" else {"QT_QPA_PLATFORM": qt_platform()}
        environment = {**os.environ, **more, _FILE: str(file), _VISIT: str(visit)}
        command = [
            sys.executable,
            "-m",
            "desktop",
            "--profile",
            str(cache.profile.root),
            "--lang",
            "en",
            "--size",
            "1440x900",
        ]
        began = time.time()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        try:
            _, said = process.communicate(timeout=_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise BenchFailed(f"the window did not paint its inbox within {_PATIENCE_S:.0f} s") from None
        if process.returncode or not file.exists():
            last = said.decode(errors="replace").strip().splitlines()[-1:] or ["nothing said"]
            raise BenchFailed(f"the window ended with code {process.returncode} before it was painted: {last[0]}")
        facts: dict[str, float] = json.loads(file.read_bytes())
        return {**facts, "seconds": facts["painted_at"] - began}
