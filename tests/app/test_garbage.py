"""The collector runs on the main thread only: a Qt object caught in a cycle never dies on a thread of the store's."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.app.garbage import Collector


class _Cycle(QObject):
    def __init__(self, died_on: list[str]) -> None:
        super().__init__()
        self.me = self
        self._died_on = died_on

    def __del__(self) -> None:
        self._died_on.append(threading.current_thread().name)


def test_a_cycle_with_a_qt_object_dies_on_the_main_thread(qapp: QApplication) -> None:
    collector = Collector()
    died_on: list[str] = []
    try:
        _Cycle(died_on)
        # A thread that makes rubbish enough for the automatic collector to wake many times over.
        worker = threading.Thread(target=lambda: [[] for _ in range(200_000)] and None, name="worker")
        worker.start()
        worker.join()
        assert died_on == []
        gc.collect()
        assert died_on == ["MainThread"]
    finally:
        collector.stop()
        gc.disable()
        collector.deleteLater()
