"""After a crash the window shows the same picture: place, list, contact, how far it was read, what was searched; and whoever
acts before it is back is not disturbed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import Author
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.notifier import Notifier
from desktop.ui.window.preferences import Preferences
from desktop.viewmodels import places
from desktop.viewmodels.inbox import InboxView
from desktop.viewmodels.places import Workspace


class Starts:
    """Windows over one store, one after the other, as from one start of the program to the next."""

    def __init__(self, qtbot: QtBot, shift: Any, theme: Theme, folder: Path) -> None:
        self._qtbot = qtbot
        self._shift = shift
        self._theme = theme
        self._folder = folder
        self._others: list[Any] = []
        self.window: Any = None

    def start(self, kept: Workspace | None = None, *, is_shown: bool = True) -> Any:
        if self.window is not None:
            self.end()
            before = self._shift.workplace
            self._shift.workplace = type(before)(before.store, before.me, "en")
            self._others.append(self._shift.workplace)
        self.window = MainWindow(self._theme, Preferences(self._folder / "preferences.json"))
        self._qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.window.attach(self._shift.workplace, kept if kept is not None else self.kept)
        if is_shown:
            with self._qtbot.waitExposed(self.window):
                self.window.show()
            self._shift.settle()
        return self.window

    def leave(self) -> None:
        """Put away what the test began."""
        self.end()
        for other in self._others:
            other.close()
            other.deleteLater()

    def end(self) -> None:
        """Take the window away as a crash does: what it did not keep is lost."""
        if self.window is not None:
            self.window.whereabouts._places.save = lambda: None
            self.window.detach()
            self.window.close()
            self.window = None

    @property
    def kept(self) -> Workspace:
        return self._shift.store.query(places.kept_in)

    def until_kept(self, holds: Callable[[Workspace], bool]) -> None:
        self._shift.until(lambda: holds(self.kept))


@pytest.fixture
def starts(qtbot: QtBot, shift: Any, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Starts]:
    monkeypatch.setattr(Notifier, "_play", lambda notifier: None)
    # As in the program: closing is not ending, there.
    made = Starts(qtbot, shift, theme, tmp_path)
    yield made
    made.leave()


@pytest.fixture
def long_talk(shift: Any) -> InteractionId:
    """A contact of 120 messages, so that one can be far up."""
    contact = InteractionId(shift.sample.CHAT)
    now = shift.workplace.now()
    shift.arrives(
        *(
            shift.sample.message(
                f"m-long-{number:03}",
                contact,
                Author.CUSTOMER,
                shift.sample.ago(now, d=1, m=200 - number),
                f"Message number {number}, of a certain length so that it takes some room on the screen.",
                channel=Channel.CHAT,
            )
            for number in range(120)
        )
    )
    return contact


def test_the_first_start_shows_the_inbox_and_no_contact(starts: Starts, shift: Any) -> None:
    window = starts.start()
    assert window.left.currentWidget() is window.inbox
    assert shift.workplace.current is None


def test_the_contact_comes_back_with_its_tab_and_scope(starts: Starts, shift: Any) -> None:
    window = starts.start()
    shift.opens(shift.sample.CHAT)
    window.interaction.stream.show_everything(True)
    window.interaction.composer.choose("note")
    window.context.show_tab(1)
    starts.until_kept(lambda kept: (kept.contact, kept.writing, kept.tab) == (shift.sample.CHAT, "note", 1))
    again = starts.start()
    shift.until(lambda: shift.workplace.current == shift.sample.CHAT)
    shift.settle()
    assert again.interaction.stream.everything
    assert again.interaction.composing.kind == "note"
    assert again.context.tab == 1
    assert again.context.pages.currentIndex() == 1


def test_place_list_and_what_was_typed_into_the_search_fields_come_back(starts: Starts, shift: Any) -> None:
    window = starts.start()
    window.inbox.show_view(InboxView.CLOSED)
    window.inbox.search.setText("rechnung")
    window.customers.search.setText("ka")
    window.go("customers")
    starts.until_kept(lambda kept: (kept.place, kept.filter, kept.lookup) == ("customers", "rechnung", "ka"))
    again = starts.start()
    assert again.left.currentWidget() is again.customers
    assert again.customers.search.text() == "ka"
    assert again.inbox.model.view is InboxView.CLOSED
    assert again.inbox.search.text() == "rechnung"
    assert again.rail._places.checkedButton().objectName() == "customers"


def test_a_customer_looked_up_comes_back(starts: Starts, shift: Any) -> None:
    window = starts.start()
    shift.opens(shift.sample.CHAT)
    other = CustomerId(shift.sample.MEHMET)
    window.context.show_customer(other)
    shift.until(lambda: window.context.customer.customer_id == other)
    starts.until_kept(lambda kept: kept.customer == other)
    again = starts.start()
    shift.until(lambda: again.context.customer.customer_id == other)
    assert shift.workplace.current == shift.sample.CHAT


def test_whoever_had_read_up_stands_there_again(starts: Starts, shift: Any, long_talk: InteractionId) -> None:
    window = starts.start()
    shift.opens(long_talk)
    view = window.interaction.view
    for _ in range(6):
        view.verticalScrollBar().setValue(view.verticalScrollBar().minimum())
        shift.settle()
    stood = view.standing
    assert stood[0]
    starts.until_kept(lambda kept: (kept.reading, kept.offset) == stood)
    again = starts.start()
    shift.until(lambda: again.interaction.view.standing[0] == stood[0])
    assert not again.interaction.view._is_pinned


def test_whoever_was_at_the_newest_is_there_again(starts: Starts, shift: Any, long_talk: InteractionId) -> None:
    starts.start()
    shift.opens(long_talk)
    starts.until_kept(lambda kept: kept.contact == long_talk)
    assert starts.kept.reading == ""
    again = starts.start()
    shift.until(lambda: again.interaction.stream.is_loaded)
    shift.settle()
    assert again.interaction.view._is_pinned


def test_a_contact_that_is_gone_is_passed_over_in_silence(starts: Starts, shift: Any) -> None:
    window = starts.start(Workspace(contact=InteractionId("i-gone"), reading="m-1", writing="note"))
    shift.settle()
    assert shift.workplace.current is None
    assert window.interaction.pages.currentWidget() is window.interaction.empty
    assert not window.notices.isVisible()
    # And is not wanted at the next start.
    shift.opens(shift.sample.CHAT)
    starts.until_kept(lambda kept: kept.contact == shift.sample.CHAT)


def test_whoever_acts_before_it_is_back_is_not_disturbed(starts: Starts, shift: Any) -> None:
    starts.start(Workspace(contact=shift.sample.CHAT), is_shown=False)
    shift.workplace.open(shift.sample.MAIL)
    starts.window.show()
    shift.settle()
    assert shift.workplace.current == shift.sample.MAIL


def test_the_keyboard_is_not_taken(starts: Starts, shift: Any) -> None:
    window = starts.start(Workspace(contact=shift.sample.CHAT, place="customers", lookup="k", writing="note"))
    shift.until(lambda: shift.workplace.current == shift.sample.CHAT)
    shift.settle()
    assert not window.interaction.composer.editor.hasFocus()


def test_what_was_kept_holds_until_it_is_back(starts: Starts, shift: Any) -> None:
    before = Workspace(view=str(InboxView.MINE), contact=shift.sample.CHAT, tab=2)
    starts.start(before, is_shown=False)
    # Killed before the first paint.
    starts.window.context.show_tab(0)
    shift.settle()
    assert starts.kept == Workspace()
    starts.end()
    assert starts.kept == Workspace()


def test_a_locked_start_brings_the_contact_back_after_unlocking(starts: Starts, shift: Any, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QWidget

    window = starts.start(Workspace(contact=shift.sample.CHAT), is_shown=False)
    window.lock(QWidget())
    window.show()
    shift.settle()
    assert shift.workplace.current is None
    window.unlock()
    shift.until(lambda: shift.workplace.current == shift.sample.CHAT)


def test_panes_and_size_are_kept_when_they_change(starts: Starts, shift: Any, tmp_path: Path) -> None:
    window = starts.start()
    window.panes.setSizes([450, 460, 320])
    window.panes.splitterMoved.emit(450, 1)
    window.resize(1280, 810)
    file = tmp_path / "preferences.json"
    shift.until(lambda: "geometry" in Preferences(file)._values)
    width = window.left.width()
    again = starts.start()
    assert abs(again.left.width() - width) <= 2
    assert again.preferences.restore_geometry(again)


# --- killed in earnest ------------------------------------------------------------------------------------------------

_PROGRAM = """
import importlib.util, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from desktop.app.launch import make_app
from desktop.store.database import Store
from desktop.ui.i18n import language
from desktop.ui.theme.theme import Theme
from desktop.ui.window.main_window import MainWindow
from desktop.ui.window.preferences import Preferences
from desktop.viewmodels import places
from desktop.viewmodels.workplace import Workplace

folder, contact = Path(sys.argv[1]), sys.argv[2]
app = make_app()
language.install(app, "en")
store = Store.open(folder / "cache.db", bytes(range(32)))
workplace = Workplace(store, sys.argv[3], "en")
window = MainWindow(Theme(app, "light"), Preferences(folder / "preferences.json"))
window.resize(1290, 790)
window.attach(workplace, store.query(places.kept_in))
window.show()

def work():
    workplace.open(contact)
    window.context.show_tab(2)
    window.go("customers")
    window.customers.search.setText("kaya")
    window.panes.setSizes([470, 440, 320])
    window.panes.splitterMoved.emit(470, 1)

def look():
    kept = store.query(places.kept_in)
    if kept.contact == contact and kept.lookup == "kaya" and kept.tab == 2:
        window.preferences.flush()
        print("kept", flush=True)

QTimer.singleShot(100, work)
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
app.exec()
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_after_kill_9_it_is_the_same_picture(starts: Starts, shift: Any, tmp_path: Path) -> None:
    sample = shift.sample
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), sample.CHAT, sample.ME], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "kept"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    window = starts.start()
    shift.until(lambda: shift.workplace.current == sample.CHAT)
    shift.settle()
    assert window.left.currentWidget() is window.customers
    assert window.customers.search.text() == "kaya"
    assert window.context.tab == 2
    assert abs(window.left.width() - 470) <= 12
    assert window.preferences.restore_geometry(window)
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.left.currentWidget() is window.inbox
