"""What stands between a person and their data, in words, with the choices there are; and the report of an error."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from desktop.app.opening import Trouble
from desktop.ui.i18n import troubles
from desktop.ui.theme.theme import Theme
from desktop.ui.trouble.banner import TroubleBanner
from desktop.ui.trouble.page import TroublePage
from desktop.ui.trouble.report import ReportWindow

ALL = ("try_again", "begin_anew", "use_file")
CODES = re.findall(r"``(\w+)``", (Trouble.__doc__ or "").split("is one of")[1].split("session.vault")[0]) + re.findall(
    r"^    ``(\w+)``", Trouble.__doc__ or "", re.MULTILINE
)


@pytest.fixture
def page(theme: Theme, show: Callable[..., QWidget]) -> Callable[..., Any]:
    def _make(code: str, choices: tuple[str, ...] = ALL) -> Any:
        return show(TroublePage(code, choices, "Anna <i>Berger</i> · https://desk.example.com", theme), 1060, 680)

    return _make


@pytest.fixture
def chosen() -> list[str]:
    return []


def press(page: Any, name: str) -> None:
    QTest.mouseClick(page.buttons[name], Qt.MouseButton.LeftButton)


def test_it_says_what_happened_that_nothing_is_deleted_and_what_to_do(
    page: Callable[..., Any], told: Callable[[QWidget], str]
) -> None:
    shown = page("key_lost", ("try_again", "begin_anew"))
    assert "key" in shown.title.text()
    assert "Anna <i>Berger</i>" in told(shown)
    assert [button.text() for button in shown.findChildren(QPushButton) if button.isVisible()] == [
        "Try again",
        "Set the old data aside and start anew",
        "Quit",
    ]
    assert shown.buttons["try_again"].hasFocus()
    for label in shown.findChildren(QLabel):
        assert "<" not in label.text() or label.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("name", ["try_again", "quit"])
def test_what_costs_nothing_is_done_at_once_and_only_once(
    page: Callable[..., Any], chosen: list[str], name: str
) -> None:
    shown = page("busy")
    shown.chosen.connect(chosen.append)
    press(shown, name)
    press(shown, name)
    assert chosen == [name]


@pytest.mark.parametrize("name", ["begin_anew", "use_file"])
def test_what_gives_something_up_is_explained_and_asked_for_twice(
    page: Callable[..., Any], chosen: list[str], name: str
) -> None:
    shown = page("key_lost")
    shown.chosen.connect(chosen.append)
    before = shown.text.text()
    press(shown, name)
    assert chosen == []
    assert shown.text.text() != before
    assert shown.buttons[name].text().startswith("Yes")
    # Enter, pressed by habit, is the harmless choice.
    assert shown.buttons["try_again"].hasFocus()
    press(shown, name)
    assert chosen == [name]


def test_setting_aside_says_what_is_lost_and_that_it_can_come_back(page: Callable[..., Any]) -> None:
    shown = page("wrong_key")
    press(shown, "begin_anew")
    for word in ("drafts", "not sent", "Nothing is deleted", "brought back"):
        assert word in shown.text.text()


@pytest.mark.parametrize("code", [code for code in dict.fromkeys(CODES) if code != "store"])
def test_each_trouble_of_opening_has_words_of_its_own(qapp: QApplication, code: str) -> None:
    assert troubles.opening(code).title != troubles.opening("something new").title
    assert troubles.opening(code).text.endswith(".")


def test_one_nobody_knows_yet_is_told_by_its_code(qapp: QApplication) -> None:
    assert "xyz" in troubles.opening("xyz").text


def test_the_list_of_codes_is_the_one_of_opening() -> None:
    assert {"key_lost", "newer", "no_keyring", "locked", "full", "damaged"} <= set(CODES)


# --- while it runs ----------------------------------------------------------------------------------------------------


@pytest.fixture
def banner(theme: Theme, show: Callable[..., QWidget]) -> Any:
    host = QWidget()
    made = TroubleBanner(theme, host)
    made.resize(900, 60)
    show(host, 900, 80)
    return made


def test_while_all_is_well_there_is_no_banner(banner: TroubleBanner) -> None:
    assert not banner.isVisible()


def test_a_full_disk_is_said_for_as_long_as_it_is_full(banner: TroubleBanner, qtbot: QtBot) -> None:
    banner.tell("full")
    assert banner.isVisible()
    assert banner.text.text() == "The disk is full: nothing can be saved. Free space, then try again."
    assert banner.accessibleName() == banner.text.text()
    with qtbot.waitSignal(banner.try_again):
        QTest.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert not banner.action.isEnabled()
    banner.tell("full")
    assert banner.action.isEnabled()
    banner.tell("")
    assert not banner.isVisible()


@pytest.mark.parametrize("code", ["full", "read_only", "busy", "damaged", "disk"])
def test_each_trouble_of_writing_is_a_sentence(qapp: QApplication, code: str) -> None:
    assert troubles.writing(code).endswith(".")


def test_what_was_saved_from_a_damaged_file_is_counted(qapp: QApplication) -> None:
    text = troubles.salvaged(2, 3, 1)
    assert "2" in text
    assert "3" in text
    assert "could not be read" in text
    assert "Saved" not in troubles.salvaged(0, 0, 0)
    assert "could not" not in troubles.salvaged(2, 0, 0)


# --- errors of ours ---------------------------------------------------------------------------------------------------


@pytest.fixture
def report(theme: Theme, show: Callable[..., QWidget], qtbot: QtBot) -> Any:
    host = QWidget()
    show(host, 700, 500)
    made = ReportWindow("Dirigent 1\n\nLookupError\n    panel.py:7 show", theme, host)
    with qtbot.waitExposed(made):
        made.show()
    return made


def is_gone(widget: QWidget) -> bool:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(widget)


def test_a_report_can_be_read_and_copied_but_not_changed(report: ReportWindow) -> None:
    assert report.text.isReadOnly()
    assert "panel.py:7" in report.text.toPlainText()
    QTest.mouseClick(report.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == report.text.toPlainText()
    assert report.copy.text() == "Copied"
    report.close()


def test_a_report_can_be_thrown_away(report: ReportWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(report.discarded):
        QTest.mouseClick(report.discard, Qt.MouseButton.LeftButton)
    assert is_gone(report)


def test_escape_closes_it_and_keeps_the_report(report: ReportWindow) -> None:
    discarded: list[int] = []
    report.discarded.connect(lambda: discarded.append(1))
    QTest.keyClick(report, Qt.Key.Key_Escape)
    assert discarded == []
    assert is_gone(report)


def test_no_sentence_names_a_path_of_a_machine(qapp: QApplication) -> None:
    source = Path(troubles.__file__).read_text(encoding="utf-8")
    assert "/home" not in source
