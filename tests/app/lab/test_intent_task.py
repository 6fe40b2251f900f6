"""What the lab says of intents on real texts, learned and judged apart."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pytest

from desktop.app.lab.intent import TASK
from desktop.app.lab.scores import Answer, judged

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"


def test_a_line_without_a_label_teaches_nothing(tmp_path: Path) -> None:
    lines = [{"text": f"{word} {n}", "intent": word} for word in ("rot", "blau") for n in range(4)]
    told = TASK.train([*lines, {"text": "grau"}, {"intent": "rot"}], tmp_path / "m.npz", 1, argparse.Namespace())
    assert told["skipped"] == 2
    assert TASK.load(tmp_path / "m.npz", argparse.Namespace()).predict({"text": "rot"})["ranked"][0][0] == "rot"


def test_null_is_none_of_them_and_counts_as_such() -> None:
    refused = {"ranked": [["a", 0.2]], "known": False}
    told = TASK.score([({"text": "x", "intent": None}, refused), ({"text": "y", "category": "a"}, refused)])
    assert told["none_recall"] == 1
    assert (told["accuracy"], told["accuracy_decided"]) == (1, 0)


@pytest.mark.shared_data
def test_a_shops_few_hundred_real_questions_teach_it(tmp_path: Path) -> None:
    source = SHARED / "hint3" / "train" / "sofmattress_train.csv"
    if not source.is_file():
        pytest.skip("no shared/data beside the project")
    with source.open(encoding="utf-8") as file:
        rows = [{"text": row["sentence"], "intent": row["label"]} for row in csv.DictReader(file)]
    path = tmp_path / "m.npz"
    TASK.train([row for n, row in enumerate(rows) if n % 4], path, 1, argparse.Namespace())
    model = TASK.load(path, argparse.Namespace())
    answers = [Answer(row["intent"], model.predict(row)["ranked"]) for row in rows[::4]]
    assert judged(answers)["accuracy"] > 0.75
