"""``dirigent hub train`` and ``dirigent hub models`` as an operator types them."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.app.cli import build_parser
from desktop.hub.db import lease
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.learning import commands
from desktop.hub.learning.generations import add
from desktop.hub.learning.service import LEASE
from desktop.hub.training.outcome import Outcome

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    def typed(*words: str) -> int:
        parser = argparse.ArgumentParser()
        commands.add_parsers(parser.add_subparsers(required=True))
        args = parser.parse_args([*words, "--data", str(tmp_path)])
        return int(args.run(args))

    return typed


def _written(data: Path, work: Callable[[Any], Any]) -> None:
    async def write() -> None:
        database = await Database.open(sqlite_url(data / "hub.db"))
        async with database.write() as ledger:
            await work(ledger)
        await database.close()

    asyncio.run(write())


async def _two_models(ledger: Any) -> None:
    for number, why in ((1, "not_worse"), (2, "less_right")):
        given: Any = {"why": why, "figures": {"accuracy": 0.8 + number / 100, "held_out": 50.0}}
        await add(ledger, Outcome(task="intent", file="x", sha256=f"{number:064x}", size=5, examples=90, **given), AT)


def test_models_are_listed_promoted_and_rolled_back(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(tmp_path, _two_models)
    assert run("models", "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("  intent\t0\tshipped")
    assert lines[1].startswith("* intent\t1\t2026-03-02 09:00\t90 examples\tnot_worse\taccuracy=0.81")
    assert lines[2].startswith("  intent\t2\t")
    assert "corrected in 30 days: 0 of 0 verdicts (-)" in lines[-1]
    assert run("models", "promote", "intent", "2") == 0
    assert run("models", "rollback", "intent") == 0
    assert run("models", "rollback", "intent") == 0
    said = capsys.readouterr().err
    assert "model 2 runs" in said
    assert "the shipped model runs" in said
    assert run("models", "rollback", "intent") == 1
    assert run("models", "promote", "intent", "9") == 1
    assert "no model 9 of intent" in capsys.readouterr().err


def test_the_list_is_json_for_machines(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(tmp_path, _two_models)
    assert run("models", "list", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["models"][0]["running"] == 1
    assert told["corrected_share"] is None


def test_training_an_empty_hub_says_that_there_is_too_little(
    run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", "--task", "intent") == 0
    said = capsys.readouterr().out
    assert "0 contacts read" in said
    assert "intent: too little to learn from" in said


def test_a_training_that_is_under_way_is_not_disturbed(
    run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def busy(ledger: Any) -> None:
        assert await lease.take(ledger, LEASE, "another", datetime.now(UTC), 600)

    _written(tmp_path, busy)
    assert run("train", "--task", "intent") == 1
    assert "under way" in capsys.readouterr().err


@pytest.mark.parametrize("words", [("models",), ("models", "promote", "weather", "1"), ("train", "--task", "weather")])
def test_what_is_typed_wrongly_exits_2(run: Callable[..., int], words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(*words)
    assert ended.value.code == 2


def test_the_commands_are_found_under_dirigent_hub() -> None:
    args = build_parser(["hub"]).parse_args(["hub", "models", "list"])
    assert args.run is commands.run_list
    assert build_parser(["hub"]).parse_args(["hub", "serve", "--learn-at", "never"]).learn_at is None
    assert build_parser(["hub"]).parse_args(["hub", "serve", "--learn-at", "22"]).learn_at == 22
    with pytest.raises(SystemExit):
        build_parser(["hub"]).parse_args(["hub", "serve", "--learn-at", "24"])
