"""What lies readable on the disk is nobody else's, can do nothing, and does not stay."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from desktop.app.opened import OpenedFiles, Risky, wipe_all

has_modes = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


@pytest.fixture
def opened(tmp_path: Path) -> OpenedFiles:
    return OpenedFiles(tmp_path / "accounts" / "a1" / "open")


def _age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path.parent, (then, then))


@has_modes
def test_only_the_agent_may_look_and_nobody_may_run_or_change_it(opened: OpenedFiles) -> None:
    path = opened.place("Rechnung.pdf", b"%PDF-")
    assert path.read_bytes() == b"%PDF-"
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert {stat.S_IMODE(place.stat().st_mode) for place in (path.parent, opened.folder)} == {0o700}


@has_modes
def test_a_folder_that_others_could_enter_is_closed_first(opened: OpenedFiles, tmp_path: Path) -> None:
    opened.folder.mkdir(parents=True, mode=0o755)
    opened.place("a.pdf", b"")
    assert stat.S_IMODE(opened.folder.stat().st_mode) == 0o700
    opened.wipe()
    opened.folder.rmdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    opened.folder.symlink_to(elsewhere)
    opened.place("a.pdf", b"")
    assert list(elsewhere.iterdir()) == []


def test_two_of_one_name_lie_side_by_side_under_names_that_lead_nowhere(opened: OpenedFiles) -> None:
    one, other = opened.place("../../Beleg.pdf", b"1"), opened.place("Beleg.pdf", b"2")
    assert (one.name, other.name, one.read_bytes(), other.read_bytes()) == ("Beleg.pdf", "Beleg.pdf", b"1", b"2")
    assert one.parent.parent == other.parent.parent == opened.folder


@pytest.mark.parametrize(("name", "data"), [("Beleg.exe", b""), ("Beleg.pdf", b"MZ\x90"), ("Seite.html", b"<p>")])
def test_what_may_do_harm_is_not_even_written(opened: OpenedFiles, name: str, data: bytes) -> None:
    with pytest.raises(Risky):
        opened.place(name, data)
    assert not opened.folder.exists()


def test_after_an_hour_it_is_gone_and_what_is_younger_stays(opened: OpenedFiles) -> None:
    old, young = opened.place("alt.pdf", b"x"), opened.place("neu.pdf", b"x")
    _age(old, 3700)
    assert opened.wipe(older_than_s=3600) == 1
    assert (old.exists(), young.exists()) == (False, True)
    _age(young, -86400)
    assert opened.wipe(older_than_s=3600) == 0, "a clock that was set back keeps it for a day"


def test_everything_goes_at_once_also_what_a_killed_program_left(opened: OpenedFiles, tmp_path: Path) -> None:
    opened.place("a.pdf", b"x")
    (opened.folder / "half").mkdir()
    (opened.folder / "stray.pdf").write_bytes(b"x")
    other = OpenedFiles(tmp_path / "accounts" / "b2" / "open")
    other.place("b.pdf", b"x")
    wipe_all(tmp_path)
    assert list(opened.folder.iterdir()) == list(other.folder.iterdir()) == []
    assert OpenedFiles(tmp_path / "never").wipe() == 0


def test_what_another_program_holds_fast_goes_the_next_time(
    opened: OpenedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.place("a.pdf", b"x")

    def held(place: Path) -> None:
        raise PermissionError

    with monkeypatch.context() as windows:
        windows.setattr("desktop.app.opened._remove", held)
        assert opened.wipe() == 1
    assert opened.wipe() == 0
