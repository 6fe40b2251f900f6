"""Playbooks from the command line: checked with file and line, put to use as a whole or not at all."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.hub import commands_line

Run = Callable[..., int]
GOOD = """
id: {id}
edition: {edition}
titles: {{en: Praise}}
steps:
  - {{action: send_flowers, titles: {{en: Send flowers}}}}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def typed(*words: str) -> int:
        parser = argparse.ArgumentParser()
        commands_line.add_parsers(parser.add_subparsers(required=True))
        where = [] if words[1] == "check" else ["--data", str(tmp_path / "data")]
        args = parser.parse_args([*words, *where])
        code: int = args.run(args)
        return code

    return typed


def test_a_folder_is_checked_and_all_its_mistakes_are_named(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.format(id="a", edition=1), encoding="utf-8")
    assert run("playbooks", "check", str(tmp_path)) == 0
    assert "1 playbooks and 0 articles" in capsys.readouterr().err
    (tmp_path / "b.yaml").write_text(GOOD.format(id="b", edition="one"), encoding="utf-8")
    (tmp_path / "c.yaml").write_text(GOOD.format(id="c", edition=1) + "color: red\n", encoding="utf-8")
    assert run("playbooks", "check", str(tmp_path)) == 1
    told = capsys.readouterr().err
    assert "b.yaml, line 3" in told
    assert "c.yaml, line 7" in told


def test_a_folder_with_nothing_in_it_is_said_to_be_empty(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("playbooks", "check", str(tmp_path / "nowhere")) == 1
    assert "no playbooks" in capsys.readouterr().err


def test_what_is_loaded_is_listed_and_an_older_edition_is_passed_over(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    path = folder / "a.yaml"
    path.write_text(GOOD.format(id="a", edition=2), encoding="utf-8")
    assert run("playbooks", "load", str(folder)) == 0
    path.write_text(GOOD.format(id="a", edition=1), encoding="utf-8")
    assert run("playbooks", "load", str(folder)) == 0
    assert "not taken, a newer edition is in use: a" in capsys.readouterr().err
    assert run("playbooks", "list") == 0
    assert capsys.readouterr().out == "playbook\ta\tedition 2\t1 steps\n"


def test_with_a_mistake_nothing_is_loaded(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "a.yaml").write_text(GOOD.format(id="a", edition=1), encoding="utf-8")
    (folder / "b.yaml").write_text("id: [", encoding="utf-8")
    assert run("playbooks", "load", str(folder)) == 1
    assert run("playbooks", "list") == 0
    assert capsys.readouterr().out == ""
