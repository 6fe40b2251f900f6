"""A centre teaches the model its own request types, and the figures it is told are those of texts not learned from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.hub.training.__main__ import main
from desktop.hub.training.examples import Example, read_examples, starter_examples
from desktop.hub.training.intent import TooFewExamples, train
from desktop.insight.catalogue import catalogue
from desktop.insight.intent import IntentModel

KEPT = ("praise", "opening_hours", "password_reset", "")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [one for one in starter_examples().rows if one.intent in KEPT]


def test_learned_types_are_told_apart_and_the_same_seed_gives_the_same_model(examples: list[Example]) -> None:
    model, figures = train(examples, version="t", units=16)
    assert set(model.intents) == set(KEPT) - {""}
    assert figures.accuracy > 0.9
    assert figures.refused > 0.6
    assert figures.held_out == figures.examples  # so few that every one is held out in turn
    again, _ = train(examples, version="t", units=16)
    assert (again.network.hidden == model.network.hidden).all()
    assert again.threshold == model.threshold


def test_the_command_line_learns_from_json_lines_and_skips_bad_rows(
    tmp_path: Path, examples: list[Example], capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [json.dumps({"text": one.text, "intent": one.intent or None}) for one in examples]
    source, out = tmp_path / "train.jsonl", tmp_path / "models" / "own.npz"
    source.write_text("\n".join([*rows, "not json", '{"text": 5, "intent": "x"}', '["a"]', ""]), encoding="utf-8")
    assert main(["intent", "--in", str(source), "--out", str(out)]) == 0
    told = dict(line.split(": ") for line in capsys.readouterr().out.splitlines())
    assert told["skipped_rows"] == "3"
    assert float(told["accuracy"]) > 0.9
    assert IntentModel.load(out).predict("Ich habe mein Passwort vergessen").intent == "password_reset"


def test_two_types_without_any_none_of_these_are_enough(tmp_path: Path) -> None:
    rows = [
        Example(text, label)
        for label, texts in (("a", "rot rose rubin rost"), ("b", "blau meer himmel see"))
        for text in texts.split()
    ]
    model, _ = train(rows)
    assert model.predict("rose").ranked[0][0] == "a"
    assert model.predict("himmel").ranked[0][0] == "b"


def test_two_texts_each_are_enough() -> None:
    model, figures = train([Example("rot", "a"), Example("rubin", "a"), Example("blau", "b"), Example("meer", "b")])
    assert model.predict("rubin").ranked[0][0] == "a"
    assert figures.held_out == 4


def test_what_three_people_say_alike_is_learned_though_it_is_one_text() -> None:
    said = [
        Example(text, label, author=f"c{n}")
        for label, texts in (("a", ("rot", "rubin")), ("b", ("blau", "meer")))
        for text in texts
        for n in range(3)
    ]
    said.append(Example("rot zinnober", "a", author="c1"))
    model, _ = train(said, least_seen=3)
    assert model.predict("rubin").ranked[0][0] == "a"
    assert model.predict("zinnober").ranked != train(said)[0].predict("zinnober").ranked


def test_nothing_to_learn_from_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(TooFewExamples):
        train([Example("hallo", "a")])
    source = tmp_path / "empty.csv"
    source.write_text("text,intent\nhallo,a\n", encoding="utf-8")
    assert main(["intent", "--in", str(source), "--out", str(tmp_path / "m.npz")]) == 2
    assert main(["intent", "--in", str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "m.npz")]) == 2
    assert main(["intent", "--in", str(tmp_path / "odd.txt"), "--out", str(tmp_path / "m.npz")]) == 2
    assert "two request types" in capsys.readouterr().err
    assert not (tmp_path / "m.npz").exists()


def test_the_starter_set_has_enough_varied_phrases_for_every_type() -> None:
    rows = starter_examples().rows
    for intent in {one.id for one in catalogue().intents} - {"other"}:
        texts = [one.text.casefold() for one in rows if one.intent == intent]
        assert len(texts) == len(set(texts)) >= 48


def test_csv_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,intent\n"Hallo, du",\nPasswort weg,password_reset\n', encoding="utf-8")
    assert read_examples([path]).rows == (Example("Hallo, du", ""), Example("Passwort weg", "password_reset"))
