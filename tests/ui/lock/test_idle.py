"""Nobody at keyboard or mouse: noticed once, after exactly the time that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.lock.idle import IdleWatch


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def field(show: Callable[..., QWidget]) -> QWidget:
    return show(QLineEdit(), 200, 40)


@pytest.fixture
def watch(qtbot: QtBot, field: QWidget, time: Time) -> Iterator[IdleWatch]:
    made = IdleWatch(600, time)
    made.start()
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def idled(watch: IdleWatch) -> list[int]:
    told: list[int] = []
    watch.idled.connect(lambda: told.append(1))
    return told


def test_nobody_there_is_told_once(watch: IdleWatch, idled: list[int], time: Time) -> None:
    time.now += 599
    watch.look()
    assert idled == []
    time.now += 1
    watch.look()
    assert idled == [1]
    assert not watch._timer.isActive()


@pytest.mark.parametrize("way", ["key", "click", "move"])
def test_whoever_touches_key_or_mouse_is_there(
    watch: IdleWatch, idled: list[int], time: Time, field: QWidget, qtbot: QtBot, way: str
) -> None:
    qtbot.waitUntil(field.isActiveWindow)
    window = field.windowHandle()
    time.now += 599
    if way == "key":
        QTest.keyClick(window, Qt.Key.Key_A)
    elif way == "click":
        QTest.mouseClick(window, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(5, 5))
    else:
        QTest.mouseMove(window, QPoint(9, 9))
    time.now += 599
    watch.look()
    assert idled == []
    time.now += 2
    watch.look()
    assert idled == [1]


def test_time_that_was_slept_counts(watch: IdleWatch, idled: list[int], time: Time) -> None:
    time.now += 10
    watch.slept(500)
    assert idled == []
    watch.slept(500)
    assert idled == [1]


def test_zero_is_never(qtbot: QtBot, time: Time) -> None:
    never = IdleWatch(0, time)
    never.start()
    assert not never._timer.isActive()
    never.stop()
    never.deleteLater()


def test_it_looks_by_itself(qtbot: QtBot, field: QWidget) -> None:
    watch = IdleWatch(0.05)
    with qtbot.waitSignal(watch.idled, timeout=3000):
        watch.start()
    watch.stop()
    watch.deleteLater()


def test_it_can_begin_again(qtbot: QtBot, watch: IdleWatch, idled: list[int], time: Time) -> None:
    time.now += 700
    watch.look()
    watch.stop()
    watch.start()
    watch.look()
    assert idled == [1]
    assert watch._timer.isActive()
