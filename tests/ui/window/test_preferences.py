"""What a person chose is kept; a file that says nonsense is as good as none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.theme.theme import Theme
from desktop.ui.window.preferences import Preferences, PreferencesMenu


def choose(menu: QMenu, title: str, choice: str) -> None:
    part = next(action.menu() for action in menu.actions() if action.text() == title)
    assert isinstance(part, QMenu)
    next(action for action in part.actions() if action.text() == choice).trigger()


def test_choices_from_the_menu_are_there_at_the_next_start(qtbot: QtBot, tmp_path: Path, theme: Theme) -> None:
    file = tmp_path / "preferences.json"
    preferences = Preferences(file)
    assert (preferences.theme, preferences.language, preferences.is_compact, preferences.has_sound) == (
        "system",
        None,
        False,
        True,
    )
    host = QWidget()
    qtbot.addWidget(host)
    menu = PreferencesMenu(preferences, theme, host)
    choose(menu, "Colours", "High contrast")
    choose(menu, "Rows", "Compact")
    choose(menu, "Language (from the next start)", "Deutsch")
    next(action for action in menu.actions() if action.text() == "Sound for a new offer").trigger()
    assert theme.tokens.name == "contrast"
    assert theme.is_compact
    preferences.flush()
    again = Preferences(file)
    assert (again.theme, again.language, again.is_compact, again.has_sound) == ("contrast", "de", True, False)
    for asked, text in (
        (menu.account_requested, "My account on this machine"),
        (menu.lock_requested, "Lock the screen"),
        (menu.sign_out_requested, "Sign out"),
    ):
        with qtbot.waitSignal(asked):
            next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def test_the_layout_is_written_when_it_changes_and_only_then(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "preferences.json"
    preferences = Preferences(file)
    preferences.set_layout("Z2VvbWV0cnk=", "cGFuZXM=")
    preferences.flush()
    assert Preferences(file).panes == "cGFuZXM="
    file.unlink()
    preferences.set_layout("Z2VvbWV0cnk=", "cGFuZXM=")
    preferences.flush()
    assert not file.exists()


def test_of_many_changes_the_last_one_stands(qtbot: QtBot, tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "preferences.json")
    for number in range(40):
        preferences.set_layout("", str(number))
    preferences.flush()
    assert Preferences(tmp_path / "preferences.json").panes == "39"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b"\xff\xfe\x00broken",
        b'{"theme": 7, "language": ["de"], "density": {}, "panes": 3, "geometry": 5}',
        b'{"theme": "pink", "language": "xx", "geometry": "!!!", "panes": "AAAA"}',
    ],
)
def test_a_damaged_file_counts_as_empty_and_can_be_written_again(qtbot: QtBot, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "preferences.json"
    file.write_bytes(content)
    preferences = Preferences(file)
    assert (preferences.theme, preferences.language, preferences.is_compact) == ("system", None, False)
    window = QWidget()
    qtbot.addWidget(window)
    assert not preferences.restore_geometry(window)
    preferences.set("theme", "dark")
    preferences.flush()
    assert json.loads(file.read_text())["theme"] == "dark"


def test_a_change_is_told_once(tmp_path: Path, qtbot: QtBot) -> None:
    preferences = Preferences(tmp_path / "preferences.json")
    told: list[Any] = []
    preferences.changed.connect(lambda: told.append(1))
    preferences.set("sound", False)
    preferences.set("sound", False)
    assert len(told) == 1


def test_a_full_disk_stops_nobody(tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> None:
    preferences = Preferences(tmp_path / "missing" / "preferences.json")
    preferences.set("theme", "dark")
    preferences.flush()
    assert preferences.theme == "dark"
    assert "could not be kept" in caplog.text
