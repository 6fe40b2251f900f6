"""Where a profile is, and that nobody else can look into it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from desktop.app.profile import Profile


def test_the_folder_named_on_the_command_line_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIRIGENT_PROFILE", str(tmp_path / "environment"))
    assert Profile.of(str(tmp_path / "given")).root == tmp_path / "given"
    assert Profile.of(None).root == tmp_path / "environment"


def test_without_a_name_it_is_the_users_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DIRIGENT_PROFILE", raising=False)
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *args, **kwargs: str(tmp_path / "data" / "dirigent"))
    assert Profile.of(None).root == tmp_path / "data" / "dirigent"


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_a_new_profile_is_closed_to_others(tmp_path: Path) -> None:
    root = Profile.of(str(tmp_path / "new")).root
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_a_relative_or_home_folder_means_the_same_wherever_the_program_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    profile = Profile.of("mine")
    monkeypatch.chdir("/")
    assert profile.root == tmp_path / "mine"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert Profile.of("~/other").root == tmp_path / "other"


def test_everything_else_is_inside(tmp_path: Path) -> None:
    profile = Profile.of(str(tmp_path))
    assert profile.endpoint == tmp_path / "hub" / "endpoint.json"
    assert profile.logs.is_relative_to(tmp_path)


def test_a_file_in_its_place_is_an_error_the_caller_can_tell(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OSError):
        Profile.of(str(tmp_path / "taken"))
