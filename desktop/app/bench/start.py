"""``dirigent bench start``: the real program, started as a process of its own on a generated cache, until its inbox is
painted. The first start reads everything from the disk and is left out: the figures are warm. The floor is a process that
shows an empty Qt window."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time

from desktop.app.bench.caches import BenchFailed, provided
from desktop.app.bench.figures import Report, figure, qt_platform, report
from desktop.app.bench.launch import launched

_BARE_RUNS = 5
_BARE = """
import time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        print(time.time(), flush=True)
        QApplication.exit()
app = QApplication([])
window = Window()
window.show()
app.exec()
"""


def measure(args: argparse.Namespace) -> Report:
    """Start the program ``runs`` times. Raises ``BenchFailed``."""
    with provided(args) as cache:
        launched(cache)
        facts = [launched(cache) for _ in range(args.runs)]
        bare = [_bare() for _ in range(_BARE_RUNS)]
        seconds = [one["seconds"] for one in facts]
        started = figure("process start to painted inbox", seconds, unit="s", budget_p50=0.30, floor=bare)
        worked = figure("of which processor time", [one["painted_cpu_s"] for one in facts], unit="s")
        return report("start", [started, worked], size=cache.size, seed=cache.seed, runs=args.runs)


def _bare() -> float:
    """Return the seconds until an empty window is painted."""
    more = {} if qt_platform() == "display" else {"QT_QPA_PLATFORM": qt_platform()}
    began = time.time()
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", _BARE], env={**os.environ, **more}, capture_output=True, text=True, check=False
    )
    try:
        return float(done.stdout) - began
    except ValueError:
        raise BenchFailed("an empty window could not be shown") from None
