"""The real program as a process of its own on a generated cache, until its probe has noted what it was told to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from desktop.app.bench.caches import BenchFailed, Cache
from desktop.app.bench.figures import qt_platform

# The names are the environment's, known to ``probe`` too, which this process must not import: it loads the window.
FILE, VISIT = "DIRIGENT_BENCH_START", "DIRIGENT_BENCH_VISIT"
IDLE, CALM = "DIRIGENT_BENCH_IDLE", "DIRIGENT_BENCH_CALM"
_PATIENCE_S = 60.0


def launched(cache: Cache, *, visit: int = 0, calm_s: float = 0.0, idle_s: float = 0.0) -> dict[str, float]:
    """Start the program once, wait until it ends by itself, and return what it noted, with the ``seconds`` to its painted
    inbox. It opens ``visit`` conversations, and after ``calm_s`` is left alone for ``idle_s``. Raises ``BenchFailed``."""
    with tempfile.TemporaryDirectory(prefix="dirigent-start-") as folder:
        file = Path(folder) / "painted.json"
        more = {} if qt_platform() == "display" else {"QT_QPA_PLATFORM": qt_platform()}
        environment = {**os.environ, **more, FILE: str(file), VISIT: str(visit), IDLE: str(idle_s), CALM: str(calm_s)}
        # As it is installed, with its modules compiled: the first start, which is left out, keeps them.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
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
            _, said = process.communicate(timeout=_PATIENCE_S + calm_s + idle_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise BenchFailed(f"the window did not paint its inbox within {_PATIENCE_S:.0f} s") from None
        if process.returncode or not file.exists():
            last = said.decode(errors="replace").strip().splitlines()[-1:] or ["nothing said"]
            raise BenchFailed(f"the window ended with code {process.returncode} before it was painted: {last[0]}")
        facts: dict[str, float] = json.loads(file.read_bytes())
        return {**facts, "seconds": facts["painted_at"] - began}
