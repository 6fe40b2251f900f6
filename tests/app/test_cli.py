"""The command line as a person or a script meets it."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop import __version__
from desktop.app.cli import build_parser, main

COMMANDS = [
    ["demo"],
    ["hub"],
    ["hub", "serve"],
    ["hub", "user"],
    ["hub", "user", "add"],
    ["hub", "user", "list"],
    ["hub", "user", "disable"],
    ["hub", "token"],
    ["hub", "import"],
    ["hub", "replay"],
    ["lab"],
    ["lab", "train"],
    ["lab", "predict"],
    ["lab", "score"],
    ["bench"],
    ["bench", "start"],
    ["bench", "switch"],
    ["bench", "pop"],
    ["bench", "cache"],
    ["doctor"],
]


@pytest.mark.parametrize("command", [[], *COMMANDS], ids=" ".join)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: {' '.join(['dirigent', *command])}")
    assert "options:" in said


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == f"Dirigent {__version__}"


@pytest.mark.parametrize(
    "given",
    [
        ["sing"],
        ["--theme", "pink"],
        ["--lang", "tlh"],
        ["--size", "big"],
        ["--size", "1280"],
        ["--size", "0x0"],
        ["--profile"],
        ["demo", "--speed", "0"],
        ["demo", "--speed", "fast"],
        ["demo", "--after", "-1"],
        ["demo", "--role", "boss"],
        ["demo", "--seed", "x"],
        ["hub"],
        ["hub", "serve", "--port", "70000"],
        ["hub", "user"],
        ["hub", "user", "add", "kim", "--role", "boss"],
        ["hub", "user", "add", "kim", "--skill", "billing:9"],
        ["hub", "token", "gateway"],
        ["bench"],
        ["bench", "dance"],
        ["bench", "cache"],
        ["bench", "start", "--messages", "1"],
        ["bench", "switch", "--runs", "0"],
        ["doctor", "--all"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_end_with_2_and_a_line_that_says_what_is_wrong(
    given: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.app.launch.run_window", lambda *args: pytest.fail("the window was opened"))
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert "error:" in said.err
    assert said.out == ""


def test_options_of_the_whole_program_go_before_or_after_a_command() -> None:
    parser = build_parser()
    assert parser.parse_args(["--profile", "a", "doctor"]).profile == "a"
    assert parser.parse_args(["doctor", "--profile", "a"]).profile == "a"
    assert parser.parse_args(["demo", "--lang", "de", "--theme", "dark"]).lang == "de"


@pytest.mark.parametrize("folder", ["mine", "hub", "bench", "doctor"])
def test_a_folder_before_the_command_is_not_taken_for_one(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked: list[str] = []

    def told(args: argparse.Namespace, _measure: object) -> int:
        asked.append(args.profile)
        return 0

    monkeypatch.setattr("desktop.app.bench.catalogue._told", told)
    assert main(["--profile", folder, "bench", "cache"]) == 0
    assert asked == [folder]


def test_without_a_command_it_is_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[object, object]] = []

    def run_window(args: object, *more: object) -> int:
        opened.append((getattr(args, "profile", None), getattr(args, "lang", None)))
        return 7

    monkeypatch.setattr("desktop.app.launch.run_window", run_window)
    assert main([]) == 7
    assert main(["--profile", "p", "--lang", "de"]) == 7
    assert opened == [(None, None), ("p", "de")]


def test_asking_for_help_loads_neither_window_nor_hub() -> None:
    code = (
        "import sys\nfrom desktop.app.cli import build_parser\nbuild_parser()\n"
        "print([m for m in ('PySide6', 'httpx', 'sqlalchemy', 'litestar', 'sqlcipher3', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_profile_that_cannot_be_used_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "--profile", str(tmp_path / "file")],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("dirigent: the profile folder cannot be used")
    assert "Traceback" not in done.stderr
