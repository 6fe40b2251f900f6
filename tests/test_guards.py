"""The guards themselves: a test that leaves something behind fails, is told what and where it began, and others do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFIG = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
qt_api = pyside6
qt_log_level_fail = WARNING
addopts = -p no:cacheprovider --import-mode=importlib
"""

STORY = """
import asyncio
import logging
import threading

import pytest
from PySide6.QtCore import QObject, QTimer, qWarning

kept = []


def test_timer(qapp):
    timer = QTimer()
    timer.setObjectName("forgotten")
    timer.start(100_000)
    kept.append(timer)


def test_shot(qapp):
    QTimer.singleShot(100_000, lambda: None)


def test_shot_of_something_gone(qapp):
    thing = QObject()
    QTimer.singleShot(100_000, thing, lambda: None)


def test_thread():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="lingering", daemon=True)
    thread.start()
    kept.append(stop)


def test_thread_that_ends():
    threading.Thread(target=lambda: None).start()


async def test_task():
    kept.append(asyncio.create_task(asyncio.Event().wait(), name="endless"))


async def test_task_that_ends():
    kept.append(asyncio.create_task(asyncio.sleep(0.01)))


def test_window(qapp):
    from PySide6.QtWidgets import QLabel

    label = QLabel("x")
    label.setObjectName("orphan")
    label.show()
    kept.append(label)


def test_window_given_to_qtbot(qtbot):
    from PySide6.QtWidgets import QLabel

    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()
    kept.append(label)


def test_error():
    logging.getLogger("desktop.shop").error("something broke")


def test_error_expected(expected_errors):
    expected_errors("broke")
    logging.getLogger("desktop.shop").error("something broke")


def test_error_expected_but_never_met(expected_errors):
    expected_errors("broke")


def test_error_looked_at(caplog):
    logging.getLogger("desktop.shop").error("something broke")
    assert "broke" in caplog.text
    caplog.clear()


def test_qt_warning():
    qWarning("a signal that does not exist")


@pytest.fixture
def grumbler():
    yield
    qWarning("too late")


def test_qt_warning_on_the_way_down(grumbler):
    pass


@pytest.mark.leaky("a story about leaks")
def test_leak_with_a_reason(qapp):
    timer = QTimer()
    timer.start(100_000)
    kept.append(timer)
"""

FAILURES = {
    "test_timer": r"running QTimer 'forgotten' of nobody, started at .*test_story\.py:\d+ in test_timer",
    "test_shot": r"singleShot still to come, asked for at .*test_story\.py:\d+ in test_shot",
    "test_thread": r"thread 'lingering', started at .*test_story\.py:\d+ in test_thread",
    "test_task": r"task 'endless', made at .*test_story\.py:\d+ in test_task",
    "test_window": r"top-level PySide6\.QtWidgets\.QLabel 'orphan' \(shown\)",
    "test_error": r"logged ERROR by desktop\.shop: something broke, at .*test_story\.py:\d+",
    "test_error_expected_but_never_met": r"no ERROR like 'broke' was logged",
    "test_qt_warning": r"a signal that does not exist",
    "test_qt_warning_on_the_way_down": r"on the way down Qt said:\s+too late",
}


def test_each_kind_of_leak_is_reported_with_its_place_and_nothing_else_is(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    conftest = (Path(__file__).parent / "conftest.py").read_text(encoding="utf-8")
    # The language is the product's; this copy stands alone. Nobody wants to wait for a thread that never ends.
    conftest = conftest.replace('language.install(qapp, "en")', "pass").replace("_GRACE_S = 5.0", "_GRACE_S = 0.2")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]))
    pytester.makeconftest(conftest)
    pytester.makeini(CONFIG)
    pytester.makepyfile(test_story=STORY)
    done = pytester.runpytest_subprocess("-rfE")
    text = "\n".join(done.outlines)
    blamed = set(re.findall(r"^(?:FAILED|ERROR) test_story\.py::(\w+)", text, re.MULTILINE))
    assert blamed == set(FAILURES), text
    for name, told in FAILURES.items():
        assert re.search(told, text), f"{name}: {told!r} is not in\n{text}"
