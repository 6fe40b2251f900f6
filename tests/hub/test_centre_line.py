"""A centre set up from the command line: shown, checked with the line of each mistake, put to use as a whole or not."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from desktop.domain.agent import Role, Skill
from desktop.hub import commands_line
from desktop.hub.auth import accounts
from desktop.hub.desk.centre import read_setup
from desktop.hub.desk.setup import ensure_defaults
from desktop.insight.yaml_source import Source, SourceError

Run = Callable[..., int]
GOOD = """
policy:
  ageing_s: 120
  is_observing_told: false
  away_reasons:
    tea: {en: Tea, de: Tee}
queues:
  billing:
    skills: {billing: 3, "lang:de": 2}
    hours:
      zone: Europe/Berlin
      openings: [{days: [0, 1, 2, 3, 4], opens: "08:00", closes: "18:00"}]
      holidays: [2026-12-25]
    rings: [{after_s: 60, level_drop: 1}]
    overflow_to: spare
    overflow_after_s: 900
  spare:
    names: {en: Spare}
agents:
  Anna:
    skills: {billing: 4}
    capacity: {chat: 3, total: 4}
    queues: [billing, spare]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def typed(action: str, text: str | None = None) -> int:
        parser = argparse.ArgumentParser()
        commands_line.add_parsers(parser.add_subparsers(required=True))
        words = ["centre", action]
        if text is not None:
            (tmp_path / "centre.yaml").write_text(text, encoding="utf-8")
            words.append(str(tmp_path / "centre.yaml"))
        args = parser.parse_args([*words, "--data", str(tmp_path / "data")])
        code: int = args.run(args)
        return code

    return typed


@pytest.fixture(autouse=True)
def centre(tmp_path: Path) -> Callable[[Any], Any]:
    """A centre with two agents; returns the way to do something in its database."""
    args = argparse.Namespace(data=tmp_path / "data", database="")

    def within(work: Any) -> Any:
        results: list[Any] = []
        assert commands_line.within(args, work, results) == 0
        return results[0]

    async def begin(ledger: Any) -> None:
        await ensure_defaults(ledger)
        for user in ("anna", "bert"):
            await accounts.add(ledger, user=user, password_hash="", role=Role.AGENT, team="north")

    within(begin)
    return within


def test_what_is_loaded_holds_and_the_rest_stays(
    run: Run, centre: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    names = centre(lambda ledger: ledger.queue("billing")).names
    assert run("check", GOOD) == 0
    assert "would change: the policy, 2 queues, 1 agents" in capsys.readouterr().err
    assert centre(lambda ledger: ledger.queue("spare")) is None
    assert run("load", GOOD) == 0
    assert "changed: the policy, 2 queues, 1 agents" in capsys.readouterr().err
    policy = centre(lambda ledger: ledger.get("routing", "policy"))
    assert (policy.ageing_s, policy.is_observing_told, set(policy.away_reasons)) == (120, False, {"tea"})
    assert policy.silent_after_s == 15
    queue = centre(lambda ledger: ledger.queue("billing"))
    assert queue.skills == (Skill(name="billing", level=3), Skill(name="lang:de", level=2))
    assert (queue.names, queue.overflow_to, queue.rings[0].after_s) == (names, "spare", 60)
    assert queue.hours.zone == "Europe/Berlin"
    [anna] = [one for one in centre(lambda ledger: ledger.agents()) if one.user == "anna"]
    assert (anna.team, anna.capacity, anna.queues) == ("north", {"chat": 3, "total": 4}, ("billing", "spare"))
    assert run("load", GOOD) == 0
    assert "changed: 0 queues, 0 agents" in capsys.readouterr().err


def test_what_is_shown_can_be_edited_and_loaded(
    run: Run, centre: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    run("load", GOOD)
    capsys.readouterr()
    assert run("show") == 0
    shown = capsys.readouterr().out
    assert run("load", shown) == 0
    assert "changed: 0 queues, 0 agents" in capsys.readouterr().err
    told = yaml.safe_load(shown)
    assert told["agents"]["anna"]["skills"] == {"billing": 4}
    told["agents"]["bert"]["team"] = "south"
    assert run("load", yaml.safe_dump(told)) == 0
    teams = {one.user: one.team for one in centre(lambda ledger: ledger.agents())}
    assert teams == {"anna": "north", "bert": "south"}


MISTAKES = [
    ("policy: {ageing_s: -1}", "line 1: ageing_s"),
    ("policy:\n  interrupts: {fax: [email]}", "line 2: interrupts"),
    ("policy:\n  id: other", "line 2: unknown field `id`"),
    ("policy:\n  batch: 7", "line 2: Expected `bool`"),
    ("rules: {}", "line 1: Object contains unknown field `rules`"),
    ("queues:\n  billing:\n    target: 1.5", "line 2: the queue cannot be used: target"),
    ("queues:\n  billing:\n    hours: {zone: Mars/Base}", "hours.zone"),
    ("queues:\n  billing:\n    overflow_to: nowhere", "overflow_to"),
    ("queues:\n  billing:\n    overflow_to: billing", "overflow_to"),
    ("queues:\n  billing:\n    colour: red", "line 3: unknown field `colour`"),
    ("queues:\n  billing:\n    skills: {billing: 9}", "line 3: a skill has a level"),
    ("queues:\n  billing:\n    rings:\n      - {after_s: soon}", "line 3: Expected `int`"),
    ("queues:\n  Billing Two: {}", "line 2: an id is lower-case"),
    ("agents:\n  nobody: {}", "line 2: no account"),
    ("agents:\n  anna:\n    skills: {billing: 0}", "line 3: a skill has a level"),
    ("agents:\n  anna:\n    skills: [billing]", "line 3: a skill has a level"),
    ("agents:\n  anna:\n    capacity: {fax: 1}", "line 3: a capacity"),
    ("agents:\n  anna:\n    capacity: {chat: -1}", "line 3: a capacity"),
    ("agents:\n  anna:\n    queues: [nowhere]", "line 3: no such queue"),
    ("agents:\n  anna:\n    role: admin", "line 3: unknown field `role`"),
    ("agents: [anna]", "line 1"),
    ("policy: {", "line"),
    ("- a\n- b", "line 1"),
]


def test_a_mistake_is_named_with_its_line(centre: Callable[[Any], Any]) -> None:
    async def look(ledger: Any) -> dict[str, str]:
        found = {}
        for text, _ in MISTAKES:
            try:
                setup = await read_setup(ledger, Source(text, "centre.yaml"))
                found[text] = "; ".join(setup.mistakes)
            except SourceError as error:
                found[text] = str(error)
        return found

    found = centre(look)
    for text, told in MISTAKES:
        assert told in found[text], text


def test_with_one_mistake_nothing_is_put(run: Run, centre: Callable[[Any], Any]) -> None:
    good = "queues:\n  fine: {priority: 2}\n"
    assert run("load", f"{good}agents:\n  nobody: {{}}\n") == 1
    assert centre(lambda ledger: ledger.queue("fine")) is None
    assert run("load", good) == 0
    assert centre(lambda ledger: ledger.queue("fine")).priority == 2


def test_all_mistakes_are_named_at_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "policy: {ageing_s: -1}\nqueues: {billing: {target: 2}}\nagents: {nobody: {}}") == 1
    assert [line.split(", ")[1][:6] for line in capsys.readouterr().err.splitlines()] == ["line 1", "line 2", "line 3"]


def test_a_file_that_is_not_there_is_said_to_be_missing(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    commands_line.add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args(["centre", "load", "nothing.yaml", "--data", "unused"])
    assert args.run(args) == 1
    assert "nothing.yaml" in capsys.readouterr().err
    assert not Path("unused").exists()
