"""A window of this process whose paints are timed: the real ``MainWindow`` over a store, on the program's own event loop.

Painting happens while Qt handles the window's ``UpdateRequest``; when that returns, everything that was stale is on the
screen (or in the off-screen platform's image). So an instant of "painted" here is the end of such a round, never the
moment something was merely asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app.bench.caches import BenchFailed
from desktop.app.garbage import Collector
from desktop.app.launch import make_app
from desktop.domain.ids import AgentId
from desktop.store.database import Store
from desktop.ui.i18n import language
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences
from desktop.viewmodels.workplace import Workplace

T = TypeVar("T")

SIZE = (1440, 900)
_PATIENCE_S = 20.0


class Part:
    """Something that has to be seen: ``widget`` painted while ``is_right``. Out of sight (scrolled away) it counts as soon
    as it is right; without a widget (one yet to be made), when it was right before a round of painting began. ``seen_at``
    is the end of the round that showed it."""

    def __init__(self, name: str, widget: QWidget | None, is_right: Callable[[], bool]) -> None:
        self.name = name
        self.widget = widget
        self.is_right = is_right
        self.is_fresh = False
        self.seen_at: float | None = None


def _is_out_of_sight(widget: QWidget | None) -> bool:
    return widget is not None and widget.isVisible() and widget.visibleRegion().isEmpty()


class Stage(QObject):
    """One window, and what has been painted in it."""

    def __init__(self, store: Store, me: AgentId, folder: Path) -> None:
        super().__init__()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        language.install(app, "en")
        self._theme = Theme(app, "light")
        self.workplace = Workplace(store, me, "en")
        preferences = Preferences(folder / "preferences.json")
        preferences.set("sound", False)
        self.window = MainWindow(self._theme, preferences)
        self.window.resize(*SIZE)
        self.first_paint = self.last_paint = 0.0
        self.paints = 0
        self._parts: list[Part] = []
        self._news = asyncio.Event()
        self.window.installEventFilter(self)
        self.window.show()
        self.window.activateWindow()
        self.window.attach(self.workplace)
        self.workplace.changed.connect(self.tell)

    def close(self) -> None:
        """Take the window away; the store stays open."""
        self.workplace.close()
        self.window.detach()
        self.window.preferences.flush()
        self.window.hide()
        self.window.deleteLater()
        self.workplace.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # --- painting ---------------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window:
            if event.type() == QEvent.Type.UpdateRequest:
                for part in self._parts:
                    if part.widget is None and part.seen_at is None:
                        part.is_fresh = part.is_right()
                self.window.event(event)
                self._on_round(time.perf_counter())
                return True
        elif event.type() == QEvent.Type.Paint:
            for part in self._parts:
                if part.widget is watched and part.seen_at is None:
                    part.is_fresh = part.is_right()
        return False

    def _on_round(self, now: float) -> None:
        self.first_paint = self.first_paint or now
        self.last_paint = now
        self.paints += 1
        for part in self._parts:
            if part.seen_at is None and (part.is_fresh or (_is_out_of_sight(part.widget) and part.is_right())):
                part.seen_at = now
        self._news.set()

    def tell(self, _news: object = None) -> None:
        """Something happened that may not be painted: what is out of sight is looked at, and whoever waits looks again."""
        now = time.perf_counter()
        for part in self._parts:
            if part.seen_at is None and _is_out_of_sight(part.widget) and part.is_right():
                part.seen_at = now
        self._news.set()

    # --- waiting ----------------------------------------------------------------------------------------------------

    async def until(self, holds: Callable[[], T], what: str) -> T:
        """Wait until ``holds()`` is true, looking again after each painting and each change, and return it. Raises
        ``BenchFailed`` where it never comes."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not (found := holds()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise BenchFailed(f"waited in vain for {what}") from None
        return found

    def expect(self, parts: list[Part]) -> Callable[[], Coroutine[Any, Any, float]]:
        """Watch for ``parts`` from now on, and note the first painting (``first_paint``). The function returned waits for all
        of them and returns the instant (``time.perf_counter``) at which the last was seen."""
        self.first_paint = 0.0
        for part in self._parts:
            if part.widget is not None:
                part.widget.removeEventFilter(self)
        self._parts = parts
        for widget in {id(part.widget): part.widget for part in parts if part.widget is not None}.values():
            widget.installEventFilter(self)

        async def wait() -> float:
            def missing() -> list[str]:
                return [part.name for part in parts if part.seen_at is None]

            try:
                await self.until(lambda: not missing(), "painting")
            except BenchFailed:
                raise BenchFailed(f"never painted: {', '.join(missing())}") from None
            return max(part.seen_at or 0.0 for part in parts)

        return wait

    async def rest(self) -> float:
        """Wait until nothing is asked of the store any more and nothing is painted any more; returns the instant of the
        last painting."""
        while True:
            before = self.paints
            for _ in range(2):  # an answer may bring a second question about
                await self._turn()
            if self.paints == before:
                return self.last_paint

    async def _turn(self) -> None:
        """Everything asked of the store before now has been answered, and every event of the answers handled."""
        for ask in (self._ask_nothing, self._write_nothing):
            answered = asyncio.get_running_loop().create_future()
            ask(answered)
            await answered
        # Each goes once round Qt's event loop, painting included.
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _ask_nothing(self, answered: asyncio.Future[None]) -> None:
        self.workplace.ask(lambda conn: None, answered.set_result)

    def _write_nothing(self, answered: asyncio.Future[None]) -> None:
        self.workplace.write(lambda w: None, answered.set_result)

    # --- acting -----------------------------------------------------------------------------------------------------

    @staticmethod
    def click(widget: QWidget, point: QPoint | None = None) -> float:
        """Post press and release of the left button, as the platform would, and return when the press was posted."""
        at = QPointF(point or widget.rect().center())
        on_screen = QPointF(widget.mapToGlobal(at))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        began = time.perf_counter()
        for kind, buttons in ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, none)):
            event = QMouseEvent(kind, at, on_screen, left, buttons, Qt.KeyboardModifier.NoModifier)
            QCoreApplication.postEvent(widget, event)
        return began

    @staticmethod
    def wheel(widget: QWidget, steps: int) -> float:
        """Post a turn of the wheel by ``steps`` notches, up where positive, and return when it was posted."""
        at = QPointF(widget.rect().center())
        began = time.perf_counter()
        turned = QWheelEvent(
            at,
            QPointF(widget.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120 * steps),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QCoreApplication.postEvent(widget, turned)
        return began


@contextlib.asynccontextmanager
async def staged(store: Store, me: AgentId) -> AsyncIterator[Stage]:
    """A stage with its inbox painted."""
    with tempfile.TemporaryDirectory(prefix="dirigent-stage-") as folder:
        stage = Stage(store, me, Path(folder))
        try:
            await stage.until(lambda: stage.window.inbox.model.is_loaded and stage.paints, "the inbox")
            await stage.rest()
            # In the program itself the window is there when the collector has its first round.
            gc.freeze()
            yield stage
        finally:
            stage.close()


def run(story: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``story`` on Qt and asyncio in one loop, as the program does."""
    app = make_app()
    from desktop.app.loop import EventLoop

    loop = EventLoop(app)
    asyncio.set_event_loop(loop)
    collector = Collector()
    try:
        result: T = loop.run_until_complete(story())
        return result
    finally:
        collector.stop()
        loop.close()
        asyncio.set_event_loop(None)
