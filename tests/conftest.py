"""Guards for the whole suite, and the fixtures every folder of tests may use.

After each test that passed, nothing of it may be left: no top-level widget, no running ``QTimer``, no thread, no asyncio
task; what is left is named with the line where it began. An ``ERROR`` in the log fails a test too, unless it said so before
(``expected_errors``) or looked at it and put it away (``caplog.clear()``), and so does a warning of Qt (``qt_log_level_fail``
in ``pyproject.toml`` for the test itself, ``pytest_runtest_teardown`` here for the way down).
"""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import logging
import os
import re
import sys
import threading
import weakref
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, QtMsgType, QTranslator, qInstallMessageHandler
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

    from desktop.store.database import Store
    from desktop.ui.theme.theme import Theme
    from desktop.viewmodels.workplace import Workplace

HERE = Path(__file__).resolve().parent
_OURS = (str(HERE), str(HERE.parent / "desktop"))
_GRACE_S = 5.0
_COLLECT_EVERY = 20
_PASSED = pytest.StashKey[bool]()
# What Qt keeps for itself and shows as a window of its own.
_QT_OWN = frozenset({"QTipLabel", "QDesktopScreenWidget"})


# --- where things began -------------------------------------------------------------------------------------------------


def _place() -> str:
    """Return the innermost line of ours that is being run, as ``file:line in function``."""
    frame = outermost = sys._getframe(2)
    while not _is_ours(frame.f_code.co_filename):
        if frame.f_back is None:
            frame = outermost
            break
        frame = frame.f_back
    return f"{os.path.relpath(frame.f_code.co_filename, HERE.parent)}:{frame.f_lineno} in {frame.f_code.co_qualname}"


def _is_ours(file: str) -> bool:
    return file.startswith(_OURS) and file != __file__


class _Begun:
    """What was started, and where; the things themselves are not kept alive."""

    def __init__(self) -> None:
        self.tests = 0
        self.timers: weakref.WeakKeyDictionary[QTimer, str] = weakref.WeakKeyDictionary()
        self.shots: dict[int, tuple[weakref.ref[QObject] | None, str]] = {}
        self.threads: weakref.WeakKeyDictionary[threading.Thread, tuple[str, threading.Thread]] = (
            weakref.WeakKeyDictionary()
        )
        self.tasks: weakref.WeakKeyDictionary[asyncio.Task[Any], str] = weakref.WeakKeyDictionary()

    def forget(self) -> None:
        """What began before a test is not that test's."""
        self.timers.clear()
        self.shots.clear()

    def watch(self) -> None:
        """Have every start of a timer, thread or task noted from now on."""
        start_timer: Any = QTimer.start
        shoot: Any = QTimer.singleShot
        start_thread: Any = threading.Thread.start
        create_task: Any = asyncio.BaseEventLoop.create_task

        def timer_started(timer: QTimer, *args: Any) -> None:
            self.timers[timer] = _place()
            start_timer(timer, *args)

        def shot(ms: int, *args: Any) -> None:
            *between, act = args
            context = next(
                (one for one in [*between, getattr(act, "__self__", None)] if isinstance(one, QObject)), None
            )
            if not callable(act):
                shoot(ms, *args)
                return
            number = id(act)

            def fire() -> None:
                self.shots.pop(number, None)
                act()

            self.shots[number] = (None if context is None else weakref.ref(context), _place())
            del context
            shoot(ms, *between, fire)

        def thread_started(thread: threading.Thread) -> None:
            self.threads[thread] = (_place(), threading.current_thread())
            start_thread(thread)

        def task_created(loop: Any, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
            task: asyncio.Task[Any] = create_task(loop, coro, **kwargs)
            self.tasks[task] = _place()
            return task

        for owner, name, noting in (
            (QTimer, "start", timer_started),
            (QTimer, "singleShot", staticmethod(shot)),
            (threading.Thread, "start", thread_started),
            (asyncio.BaseEventLoop, "create_task", task_created),
        ):
            setattr(owner, name, noting)

    # --- what is left -----------------------------------------------------------------------------------------------

    def running_timers(self) -> list[str]:
        left = [
            f"running QTimer {timer.objectName()!r} of {_owner(timer)}, started at {place}"
            for timer, place in list(self.timers.items())
            if isValid(timer) and timer.isActive()
        ]
        for context, place in self.shots.values():
            receiver = None if context is None else context()
            if context is None or (receiver is not None and isValid(receiver)):
                left.append(f"QTimer.singleShot still to come, asked for at {place}")
        return left

    def running_threads(self, before: set[threading.Thread]) -> list[str]:
        left = []
        for thread in set(threading.enumerate()) - before:
            place, parent = self.threads.get(thread, ("an unknown place", threading.main_thread()))
            # A pool of something that lives longer than the test grows when it likes.
            is_older = parent in before and parent is not threading.main_thread()
            if is_older or isinstance(thread, threading._DummyThread):
                continue
            thread.join(_GRACE_S)
            if thread.is_alive():
                left.append(f"thread {thread.name!r}, started at {place}")
        return left

    def pending_tasks(self, tasks: set[asyncio.Task[Any]]) -> list[str]:
        return [f"task {task.get_name()!r}, made at {self.tasks.get(task, '?')}" for task in tasks]


def _owner(timer: QTimer) -> str:
    parent = timer.parent()
    return "nobody" if parent is None else type(parent).__name__


_begun = _Begun()


def _collect_and_keep() -> None:
    """Collect what is no longer used, and look at the rest no more: modules, tests and what a session shares stay to the end,
    and to go through all of it every few tests would take longer than the tests."""
    gc.collect()
    gc.freeze()


def pytest_collection_finish(session: pytest.Session) -> None:
    _collect_and_keep()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "leaky(reason): may leave things behind; the reason says whose fault that is")
    # As in the program (``app.garbage``): the collector must not run, and destroy Qt's objects, on another thread.
    gc.disable()
    if not getattr(QTimer.start, "__qualname__", "").startswith("_Begun"):
        _begun.watch()


# --- windows ------------------------------------------------------------------------------------------------------------


def _application() -> QApplication | None:
    widgets = sys.modules.get("PySide6.QtWidgets")
    app = None if widgets is None else widgets.QApplication.instance()
    return app if widgets is not None and isinstance(app, widgets.QApplication) else None


def _flush() -> None:
    """Let what asked to be deleted be deleted."""
    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def _windows() -> list[QWidget]:
    app = _application()
    return [] if app is None else [w for w in app.topLevelWidgets() if w.metaObject().className() not in _QT_OWN]


def _leaked_windows(before: set[int]) -> list[str]:
    _flush()
    if all(id(window) in before for window in _windows()):
        return []
    gc.collect()
    _flush()
    left = [window for window in _windows() if id(window) not in before]
    described = []
    for window in left:
        kind = type(window)
        words = [f"top-level {kind.__module__}.{kind.__qualname__}"]
        words += [repr(text) for text in (window.objectName(), window.windowTitle()) if text]
        described.append(" ".join([*words, "(shown)" if window.isVisible() else "(hidden)"]))
        # So that the next test is not blamed for it.
        window.hide()
        window.deleteLater()
    _flush()
    return described


# --- the guard ----------------------------------------------------------------------------------------------------------


class ExpectedErrors:
    """Errors a test brings about on purpose: ``expected_errors("part of the text")`` before it does."""

    def __init__(self) -> None:
        self._patterns: list[str] = []
        self._met: set[str] = set()

    def __call__(self, pattern: str) -> None:
        """Expect at least one log record of level ERROR whose message matches the regular expression ``pattern``."""
        self._patterns.append(pattern)

    def unexpected(self, records: list[logging.LogRecord]) -> list[str]:
        told = []
        for record in records:
            text = record.getMessage()
            matching = [pattern for pattern in self._patterns if re.search(pattern, text)]
            self._met.update(matching)
            if not matching:
                at = f"{os.path.relpath(record.pathname, HERE.parent)}:{record.lineno}"
                error = f" ({record.exc_info[0].__name__})" if record.exc_info and record.exc_info[0] else ""
                told.append(f"logged {record.levelname} by {record.name}: {text}{error}, at {at}")
        return told

    def missing(self) -> list[str]:
        return [f"no ERROR like {pattern!r} was logged" for pattern in self._patterns if pattern not in self._met]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    report = yield
    if call.when == "call":
        item.stash[_PASSED] = report.outcome == "passed"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, Any, Any]:
    """pytest-qt looks at what Qt said during the test only; this is for what it says while things are taken down."""
    said: list[str] = []

    def heard(kind: QtMsgType, _context: object, text: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            said.append(text)

    ignored = item.config.getini("qt_log_ignore")
    before = qInstallMessageHandler(heard)
    try:
        result = yield
    finally:
        qInstallMessageHandler(before)
    unexpected = [text for text in said if not any(re.search(pattern, text) for pattern in ignored)]
    has_passed = item.stash.get(_PASSED, False)
    if unexpected and has_passed:
        pytest.fail("on the way down Qt said:\n  " + "\n  ".join(unexpected), pytrace=False)
    _begun.tests += 1
    if nextitem is None or nextitem.path != item.path:
        # Nothing of this file is left, but what it imported.
        _collect_and_keep()
    elif _begun.tests % _COLLECT_EVERY == 0:
        gc.collect()
    return result


@pytest.fixture
def expected_errors() -> ExpectedErrors:
    """Errors in the log that belong to the story of this test."""
    return ExpectedErrors()


@pytest.fixture(autouse=True)
def _guard(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Made before every other fixture of a test and taken down after all of them."""
    windows = {id(window) for window in _windows()}
    threads = set(threading.enumerate())
    expected: ExpectedErrors | None = None
    if "expected_errors" in request.fixturenames:
        expected = request.getfixturevalue("expected_errors")
    _begun.forget()
    yield
    if not request.node.stash.get(_PASSED, False) or request.node.get_closest_marker("leaky"):
        return
    left = [*_leaked_windows(windows), *_begun.running_timers(), *_begun.running_threads(threads)]
    records = [
        record
        for phase in ("setup", "call", "teardown")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.ERROR
    ]
    expected = expected or ExpectedErrors()
    left += expected.unexpected(records)
    left += expected.missing()
    if left:
        pytest.fail("the test left behind:\n  " + "\n  ".join(left), pytrace=False)


async def _still_running() -> set[asyncio.Task[Any]]:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        # What was just cancelled or hung up on may need a few turns of the loop.
        _, others = await asyncio.wait(others, timeout=_GRACE_S)
    return {task for task in others if task is not None}


@pytest.fixture
def _function_scoped_runner(_function_scoped_runner: asyncio.Runner, request: pytest.FixtureRequest) -> Iterator[Any]:
    """pytest-asyncio's runner, looked at before it cancels what a test left running."""
    yield _function_scoped_runner
    if _function_scoped_runner.get_loop().is_closed():
        return
    left = _function_scoped_runner.run(_still_running())
    if left and request.node.stash.get(_PASSED, False) and not request.node.get_closest_marker("leaky"):
        pytest.fail("the test left behind:\n  " + "\n  ".join(_begun.pending_tasks(left)), pytrace=False)


# --- what tests share ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application, off screen and in English."""
    from desktop.ui.i18n import language

    qapp.setQuitOnLastWindowClosed(False)
    language.install(qapp, "en")
    return qapp


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """The window speaks German in this test."""
    from desktop.ui.i18n import language

    before = set(qapp.findChildren(QTranslator))
    language.install(qapp, "de")
    yield
    for translator in set(qapp.findChildren(QTranslator)) - before:
        qapp.removeTranslator(translator)
        translator.deleteLater()
    language.install(qapp, "en")


@pytest.fixture(scope="session")
def _one_theme(qapp: QApplication) -> Theme:
    from desktop.ui.theme.theme import Theme

    return Theme(qapp, "light")


@pytest.fixture
def theme(_one_theme: Theme) -> Theme:
    """The theme, light and roomy whatever the test before chose."""
    _one_theme.choose("light")
    _one_theme.set_compact(False)
    return _one_theme


@pytest.fixture
def qt_loop(qapp: QApplication) -> Iterator[Any]:
    """Qt and asyncio in one loop, as in the window: ``qt_loop.run_until_complete(story())``."""
    from desktop.app.loop import EventLoop

    loop = EventLoop(qapp)
    asyncio.set_event_loop(loop)
    try:
        yield loop
        left = loop.run_until_complete(_still_running())
    finally:
        loop.close()
        asyncio.set_event_loop(None)
    if left:
        pytest.fail("the test left behind:\n  " + "\n  ".join(_begun.pending_tasks(left)), pytrace=False)


@pytest.fixture
def neighbour() -> Callable[[str], Any]:
    """Load a module of another folder of tests: with ``--import-mode=importlib`` it cannot be imported by name."""

    def load(path: str) -> Any:
        key = "tests_of_" + path.removesuffix(".py").replace("/", "_")
        if key not in sys.modules:
            spec = importlib.util.spec_from_file_location(key, HERE / path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            sys.modules[key] = module
            spec.loader.exec_module(module)
        return sys.modules[key]

    return load


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty encrypted store of this test."""
    from desktop.store.database import Store

    store = Store.open(tmp_path / "cache.db", bytes(range(32)))
    yield store
    store.close()


@pytest.fixture
def workplace(qapp: QApplication, store: Store, neighbour: Callable[[str], Any]) -> Iterator[Workplace]:
    """An agent's workplace over a store with the work of ``tests/ui/sample.py``."""
    from desktop.viewmodels.workplace import Workplace

    sample = neighbour("ui/sample.py")
    sample.fill(store)
    workplace = Workplace(store, sample.ME, "en")
    yield workplace
    workplace.close()
    workplace.deleteLater()
