"""An agent at work on the sample centre: a store with a clock that can be moved on, and the whole window to put it in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause
from desktop.store import outbox
from desktop.store.database import Store
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.workplace import Workplace


class MovableWorkplace(Workplace):
    """``later`` moves its clock on."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def later(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class Shift:
    """An agent at work. ``commands`` is what went into the outbox, ``settle`` waits until every panel has its answers."""

    def __init__(self, qtbot: QtBot, sample: Any, store: Store, workplace: MovableWorkplace) -> None:
        self.qtbot = qtbot
        self.sample = sample
        self.store = store
        self.workplace = workplace

    @property
    def commands(self) -> list[Any]:
        return [entry.command for entry in self.store.query(outbox.entries)]

    def until(self, is_so: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(is_so()), timeout=4000)

    def settle(self) -> None:
        """Questions are answered in the order asked: one asked last is answered when all others were. What an answer leads
        to, such as a timer of no length or another question, is waited for in the same way."""
        for _ in range(4):
            answered: list[None] = []
            self.store.write(lambda w: None, Cause.SYSTEM).result()
            QCoreApplication.processEvents()
            self.workplace.ask(lambda conn: None, answered.append)
            self.until(lambda answered=answered: answered)
            QCoreApplication.processEvents()

    def arrives(self, *records: Any) -> None:
        """Records come in from the network, and every panel has seen them."""
        self.sample.put(self.store, records)
        self.settle()

    def opens(self, interaction_id: str | None) -> None:
        self.workplace.open(interaction_id)  # type: ignore[arg-type]
        self.settle()


def type_text(where: QWidget, text: str) -> None:
    """Type any letters: ``QTest.keyClicks`` knows no umlauts."""
    for letter in text:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(where, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def move_pointer(where: QWidget, x: float, y: float) -> None:
    """Move the pointer over a widget; the off-screen platform has none of its own."""
    spot = QPointF(x, y)
    no_button = Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, spot, where.mapToGlobal(spot), no_button, no_button, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(where, move)


def words_of(widget: QWidget) -> str:
    """Return everything the labels of a widget say, as far as they are to be seen."""
    return " | ".join(
        label.text() for label in widget.findChildren(QLabel) if label.text() and label.isVisibleTo(widget)
    )


@pytest.fixture
def sample(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/sample.py")


@pytest.fixture
def shift(qtbot: QtBot, sample: Any, store: Store) -> Iterator[Shift]:
    """The sample's work in a store, nothing on the screen yet."""
    sample.fill(store)
    workplace = MovableWorkplace(store, sample.ME, "en")
    made = Shift(qtbot, sample, store, workplace)
    made.until(lambda: workplace.catalogue.queues)
    yield made
    workplace.close()
    workplace.deleteLater()


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., QWidget]:
    """``show(widget, width, height)``: on the screen, with the keyboard, and kept until the test is over."""
    kept: list[QWidget] = []

    def _show(widget: QWidget, width: int, height: int) -> QWidget:
        kept.append(widget)
        qtbot.addWidget(widget)
        widget.resize(width, height)
        with qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        return widget

    return _show


@pytest.fixture
def window(qtbot: QtBot, shift: Shift, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The whole window, 1280 by 800, with the sample's work; it makes no sound."""
    from desktop.ui.window.main_window import MainWindow
    from desktop.ui.window.notifier import Notifier
    from desktop.ui.window.preferences import Preferences

    monkeypatch.setattr(Notifier, "_play", lambda notifier: None)
    made = MainWindow(theme, Preferences(tmp_path / "preferences.json"))
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.attach(shift.workplace)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    shift.settle()
    yield made
    made.detach()


@pytest.fixture
def typed() -> Callable[[QWidget, str], None]:
    return type_text


@pytest.fixture
def pointer() -> Callable[[QWidget, float, float], None]:
    return move_pointer


@pytest.fixture
def told() -> Callable[[QWidget], str]:
    return words_of
