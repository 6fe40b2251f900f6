"""``dirigent lab train|predict|score identify``: a table of customers, lines of what people said, and who they are."""

from __future__ import annotations

import csv
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from desktop.app.cli import main

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
BASE = """rec_id, given_name, surname, date_of_birth, postcode, hobby
r1, Robert, Müller, 19800403, 10115, chess
r2, Rita, Müller, 19820909, 10115,
r3, Oleksandr, Petrenko, 19711230, 20095, rowing
"""
LINES: list[dict[str, Any]] = [
    {"name": "Bob Mueller", "birth_date": "1980-04-03", "customer": "r1"},
    {"name": ["Rita miller", "Rita Muller"], "dob": ["9th of September 1982"], "customer": "r2"},
    {"name": "Greta Nobody", "birth_date": "1999-01-01", "customer": None},
    {"text": "something else"},
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "base.csv").write_text(BASE, encoding="utf-8")
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def shared() -> Path:
    """The folder of public data sets."""
    if not SHARED.is_dir():
        pytest.skip("the public data sets are not beside the project (../shared/data)")
    return SHARED


def lab(*words: object) -> int:
    return main(["lab", *map(str, words)])


def answers(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_predict_ranks_names_a_match_or_nobody_and_says_why(files: Path) -> None:
    assert (
        lab("predict", "identify", "--base", files / "base.csv", "--in", files / "in.jsonl", "--out", files / "o.jsonl")
        == 0
    )
    first, second, nobody, silent = answers(files / "o.jsonl")
    assert first["match"] == "r1"
    assert first["ranked"][0][0] == "r1"
    assert first["why"][0]["code"].startswith("identify.")
    assert first["customer"] == "r1"  # what was in the line stays in it
    assert second["match"] == "r2"
    assert nobody["match"] is None
    assert (silent["ranked"], silent["match"], silent["why"]) == ([], None, [])


def test_score_tells_hits_false_acceptance_and_calibration(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lab("score", "identify", "--base", files / "base.csv", "--in", files / "in.jsonl", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["known"], told["nobody"]) == (2, 2)
    assert told["accuracy"] == told["top_3"] == told["identified"] == 1
    assert told["false_acceptance"] == told["false_rejection"] == told["misidentified"] == 0
    assert 0 <= told["ece"] < 0.2


@pytest.mark.parametrize("has_lines", [True, False])
def test_train_learns_from_lines_or_from_the_base_alone(
    files: Path, capsys: pytest.CaptureFixture[str], has_lines: bool
) -> None:
    lines = ["--in", files / "in.jsonl"] if has_lines else []
    assert lab("train", "identify", "--base", files / "base.csv", *lines, "--model", files / "m.json", "--json") == 0
    assert json.loads(capsys.readouterr().out)["customers"] == 3
    out = files / "o.jsonl"
    words = ["--base", files / "base.csv", "--model", files / "m.json", "--in", files / "in.jsonl", "--out", out]
    assert lab("predict", "identify", *words) == 0
    assert answers(out)[0]["match"] == "r1"


@pytest.mark.parametrize("text", ["", "\n", "colour,size\nred,4\n", "name\n"])
def test_a_table_of_no_use_is_said_in_a_sentence(files: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (files / "base.csv").write_text(text, encoding="utf-8")
    words = ["--base", files / "base.csv", "--in", files / "in.jsonl", "--out", files / "o.jsonl"]
    assert lab("predict", "identify", *words) == 1
    assert "base.csv" in capsys.readouterr().err
    assert not (files / "o.jsonl").exists()


def test_without_a_base_or_with_a_damaged_model_nothing_is_done(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lab("predict", "identify", "--in", files / "in.jsonl", "--out", files / "o.jsonl") == 1
    assert "--base" in capsys.readouterr().err
    (files / "m.json").write_text("{}")
    words = ["--base", files / "base.csv", "--model", files / "m.json", "--in", files / "in.jsonl"]
    assert lab("predict", "identify", *words, "--out", files / "o.jsonl") == 1


def test_rows_without_an_id_are_named_by_their_number_and_semicolons_will_do(files: Path) -> None:
    (files / "base.csv").write_text("Name;DOB\nAnna Weber;1980-04-03\nTom Kurz;1990-01-02\n", encoding="utf-8")
    (files / "in.jsonl").write_text('{"name": "Tom Kurz", "dob": "1990-01-02"}\n', encoding="utf-8")
    assert (
        lab("predict", "identify", "--base", files / "base.csv", "--in", files / "in.jsonl", "--out", files / "o.jsonl")
        == 0
    )
    assert answers(files / "o.jsonl")[0]["match"] == "1"


def _evi(shared: Path, attempts: set[str]) -> list[dict[str, Any]]:
    """Callers of the EVI data set (English): what was heard of each, and who they played."""
    callers: dict[str, dict[str, Any]] = {}
    with lzma.open(shared / "evi" / "dialogues.en.tsv.xz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            line = callers.setdefault(
                row["dialogue_id"], {"customer": row["scenario_id"], "name": [], "dob": [], "postcode": []}
            )
            if row["attempt_num"] in attempts:
                line[row["item"]].append(json.loads(row["nbest"]))
    return [line for line in callers.values() if line["customer"].startswith("en.")]


@pytest.mark.shared_data
def test_callers_among_ten_thousand_are_found_at_their_first_attempt(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in _evi(shared, {"0"})), encoding="utf-8"
    )
    base = shared / "evi" / "records.en.csv.xz"
    assert lab("score", "identify", "--base", base, "--in", tmp_path / "in.jsonl", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["count"] > 500
    assert told["accuracy"] > 0.96
    assert told["misidentified"] < 0.01
    assert told["ece"] < 0.03


@pytest.mark.shared_data
def test_damaged_records_find_the_one_they_were_made_of(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with lzma.open(shared / "febrl" / "dataset2.csv.xz", "rt", encoding="utf-8") as file:
        head, *rows = file.read().splitlines()
    (tmp_path / "base.csv").write_text(
        "\n".join([head, *(row for row in rows if "-org" in row)]) + "\n", encoding="utf-8"
    )
    columns = [column.strip() for column in head.split(",")]
    damaged = [dict(zip(columns, map(str.strip, row.split(",")), strict=True)) for row in rows if "-dup-" in row]
    lines = [{**row, "customer": f"rec-{row['rec_id'].split('-')[1]}-org"} for row in damaged]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert lab("score", "identify", "--base", tmp_path / "base.csv", "--in", tmp_path / "in.jsonl", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["count"] == 1000
    assert told["identified"] > 0.99
    assert told["misidentified"] == 0
