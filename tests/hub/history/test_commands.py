"""``dirigent hub import`` and ``replay`` as somebody types them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from desktop.hub.history.commands import add_parsers


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    code: int = args.run(args)
    return code


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "history.csv"
    file.write_text("external_id,channel,at,text\nA,chat,2026-03-01T10:00:00Z,hello\nA,pigeon,2026-03-01,x\n", "utf-8")
    return file


def test_import_prints_exact_counts_and_names_bad_rows(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("import", "csv", str(table), "--data", str(tmp_path / "hub")) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["interactions", "1"] in lines
    assert ["messages", "1"] in lines
    assert ["skipped:", "history.csv:3:", "unknown_channel"] in lines
    assert run("import", "csv", str(table), "--data", str(tmp_path / "hub"), "--json") == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["interactions"], counts["already"]) == (0, 1)


def test_what_cannot_be_done_is_said_in_one_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = str(tmp_path / "hub")
    assert run("import", "mbox", str(tmp_path / "none"), "--data", hub) == 1
    assert "no such mailbox file" in capsys.readouterr().err
    assert run("import", "csv", str(table), "--data", hub, "--queue", "nowhere") == 1
    assert "no queue 'nowhere'" in capsys.readouterr().err
    assert run("replay", "csv", str(table), "--profile", str(tmp_path)) == 1
    assert "no hub runs here" in capsys.readouterr().err
    assert run("replay", "csv", str(table), "--url", "http://127.0.0.1:1") == 2
    with pytest.raises(SystemExit) as wrong:
        run("import", "papyrus", str(table))
    assert wrong.value.code == 2


def test_a_hub_that_does_not_answer_is_named(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    token = tmp_path / "token"
    token.write_text("secret-token\n")
    assert run("replay", "csv", str(table), "--url", "http://127.0.0.1:1", "--token-file", str(token)) == 1
    said = capsys.readouterr().err
    assert "does not answer" in said
    assert "secret" not in said
