"""Files as people have them: a line that is none keeps its place, a file that is not finished is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.app.lab import files
from desktop.app.lab.files import BadLine, good_lines, lines, writing


def test_every_line_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'\xef\xbb\xbf{"text": "Gr\xc3\xbc\xc3\x9fe"}\n\nno json\n["a"]\n{"text": "\xff"}\n'
        + b"[" * 5000
        + b'\n{"text": "end"}'
    )
    told = ["not JSON", "not JSON", "not a JSON object", "not UTF-8", "not JSON"]
    assert list(lines(path)) == [{"text": "Grüße"}, *map(BadLine, told), {"text": "end"}]
    assert good_lines([path, path])[1] == 10


def test_a_line_that_never_ends_is_not_kept_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_LONGEST", 64)
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x" * 1000}) + '\n{"text": "short"}\n')
    assert list(lines(path)) == [BadLine("too long"), {"text": "short"}]


def test_csv_and_phrases_are_lines_too(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text('text,category\n"Hallo, du",greeting\nonly one\n', encoding="utf-8")
    good, bad = lines(table)
    assert good == {"text": "Hallo, du", "category": "greeting"}
    assert isinstance(bad, BadLine)
    phrases = tmp_path / "a.yaml"
    phrases.write_text("hours: [Wann offen?]\nnone: [Hallo]\n", encoding="utf-8")
    assert list(lines(phrases)) == [{"text": "Wann offen?", "intent": "hours"}, {"text": "Hallo", "intent": None}]


def test_half_a_file_is_no_file(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("as it was")

    def broken() -> None:
        with writing(path) as write:
            write({"a": 1})
            raise OSError

    with pytest.raises(OSError):
        broken()
    assert path.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [path]


def test_what_utf8_cannot_hold_is_escaped(tmp_path: Path) -> None:
    with writing(tmp_path / "out.jsonl") as write:
        write({"text": "\ud800 ü"})
        write({"text": "ü"})
    raw = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert [json.loads(line)["text"] for line in raw] == ["\ud800 ü", "ü"]
    assert raw[1] == '{"text": "ü"}'.encode()
