"""The hook of ``dirigent bench start`` in the program itself: with ``DIRIGENT_BENCH_START=FILE`` in its environment the
window writes into FILE when its inbox was first painted with rows, and ends. Loads nothing the window does not.

With ``DIRIGENT_BENCH_VISIT=N`` it first opens N conversations from the inbox, one after the other, each until its messages
are painted, and writes how much memory it then takes. With ``DIRIGENT_BENCH_IDLE=S`` it then waits
``DIRIGENT_BENCH_CALM`` seconds, is left alone for S seconds, and writes how much processor time that took.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer

from desktop.ui.window.main_window import MainWindow

FILE = "DIRIGENT_BENCH_START"
VISIT = "DIRIGENT_BENCH_VISIT"
IDLE = "DIRIGENT_BENCH_IDLE"
CALM = "DIRIGENT_BENCH_CALM"


class StartProbe(QObject):
    """Watches ``window`` from before it is shown; calls ``finish`` when all is measured."""

    def __init__(self, window: MainWindow, file: Path, finish: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._file = file
        self._finish = finish
        self._facts: dict[str, float] = {}
        self._left = int(os.environ.get(VISIT) or 0)
        self._seen: set[object] = set()
        self._watched: list[QObject] = []
        self._is_list_painted = False
        self._painted_stream: object = None
        window.installEventFilter(self)

    @classmethod
    def wanted(cls, window: MainWindow, finish: Callable[[], None]) -> StartProbe | None:
        """Return the probe where the environment asks for one."""
        file = os.environ.get(FILE)
        return cls(window, Path(file), finish) if file else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.UpdateRequest:
                self._watch()
                # Painting happens in here; what comes after is on the screen.
                self._window.event(event)
                self._on_painted()
                return True
        elif kind == QEvent.Type.Paint and self._window.workplace is not None:
            if watched is self._window.inbox.list.viewport():
                self._is_list_painted = self._window.inbox.model.rowCount() > 0
            elif self._window.is_furnished and self._window.interaction.stream.is_loaded:
                self._painted_stream = self._window.interaction.stream.interaction_id
        return False

    def _watch(self) -> None:
        if self._window.workplace is None:
            return
        wanted: list[QObject] = [self._window.inbox.list.viewport()]
        if self._window.is_furnished:
            wanted.append(self._window.interaction.view.viewport())
        for viewport in wanted[len(self._watched) :]:
            viewport.installEventFilter(self)
        self._watched = wanted

    def _on_painted(self) -> None:
        if not self._is_list_painted:
            return
        if "painted_at" not in self._facts:
            self._facts["painted_at"] = time.time()
            self._facts["painted_cpu_s"] = time.process_time()
            self._facts["memory_kib"] = memory_kib()
            QTimer.singleShot(0, self, self._next)
        elif self._painted_stream is not None and self._painted_stream not in self._seen:
            self._seen.add(self._painted_stream)
            self._left -= 1
            QTimer.singleShot(0, self, self._next)

    def _next(self) -> None:
        workplace = self._window.workplace
        if self._left > 0 and workplace is not None:
            following = self._window.inbox.model.neighbour(workplace.current, 1)
            if following is not None and following not in self._seen:
                workplace.open(following)
                return
        self._facts["visited"] = len(self._seen)
        self._facts["memory_after_kib"] = memory_kib()
        idle_s = float(os.environ.get(IDLE) or 0)
        if idle_s:
            QTimer.singleShot(int(float(os.environ[CALM]) * 1000), self, lambda: self._leave_alone(idle_s))
        else:
            self._write()

    def _leave_alone(self, idle_s: float) -> None:
        began, took = time.monotonic(), time.process_time()

        def _over() -> None:
            self._facts["idle_s"] = time.monotonic() - began
            self._facts["idle_cpu_s"] = time.process_time() - took
            self._write()

        QTimer.singleShot(int(idle_s * 1000), self, _over)

    def _write(self) -> None:
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(self._facts), encoding="utf-8")
        draft.replace(self._file)
        self._finish()


def memory_kib() -> float:
    """Return this process's proportional set size (Linux: shared pages counted by share), 0 where it is not told."""
    try:
        for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return float(line.split()[1])
    except OSError:
        pass
    return 0.0
