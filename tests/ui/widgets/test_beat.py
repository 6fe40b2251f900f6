"""The beat of the clocks: by the second while somebody is there, seldom while nobody is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets.beat import Beat


def test_nobody_there_the_clocks_go_slowly_and_the_first_touch_brings_the_seconds_back(
    show: Callable[..., Any],
) -> None:
    passed = [0.0]
    window = QWidget()
    beat = Beat(window, clock=lambda: passed[0])
    heard: list[float] = []
    beat.beat.connect(lambda: heard.append(passed[0]))
    show(window, 200, 100)
    beat.start()
    passed[0] = 59.0
    beat._on_timeout()
    assert not beat.is_calm
    passed[0] = 61.0
    beat._on_timeout()
    assert beat.is_calm
    assert heard == [59.0, 61.0]
    passed[0] = 62.0
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_A)
    assert not beat.is_calm
    assert heard[-1] == 62.0
    beat.stop()
    assert not beat.is_going
    window.hide()
