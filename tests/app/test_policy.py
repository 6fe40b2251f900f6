"""The rules of a machine: read where they are right, strict where they make no sense, and told in both cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.app import policy
from desktop.app.policy import Mistake, Policy


def written(path: Path, rules: Any) -> Path:
    path.write_text(rules if isinstance(rules, str) else json.dumps(rules), encoding="utf-8")
    return path


def test_without_any_file_the_defaults_hold(tmp_path: Path) -> None:
    ruling = policy.load({}, tmp_path / "none.json")
    assert ruling.policy == Policy()
    assert (ruling.sources, ruling.mistakes) == ((), ())
    assert ruling.policy.lock_after_min == 10


def test_the_machines_own_file_is_read(tmp_path: Path) -> None:
    site = written(tmp_path / "policy.json", {"lock_after_min": 3, "lock_at_start": True, "closed_days": 30})
    ruling = policy.load({}, site)
    assert (ruling.policy.lock_after_min, ruling.policy.lock_at_start, ruling.policy.closed_days) == (3, True, 30)
    assert ruling.sources == (site,)


def test_the_environment_names_another_file(tmp_path: Path) -> None:
    own = written(tmp_path / "own.json", {"lock_after_min": 0, "files_mb": 20})
    ruling = policy.load({policy.VARIABLE: str(own)}, tmp_path / "none.json")
    assert (ruling.policy.lock_after_min, ruling.policy.files_mb) == (0, 20)


def test_the_environment_can_tighten_the_machines_rules_but_never_loosen_them(tmp_path: Path) -> None:
    site = written(tmp_path / "site.json", {"lock_after_min": 5, "closed_days": 0, "may_keep_secrets_in_file": False})
    own = written(
        tmp_path / "own.json",
        {"lock_after_min": 0, "closed_days": 30, "may_keep_secrets_in_file": True, "lock_at_start": True},
    )
    found = policy.load({policy.VARIABLE: str(own)}, site).policy
    assert (found.lock_after_min, found.closed_days) == (5, 30)
    assert (found.may_keep_secrets_in_file, found.lock_at_start) == (False, True)


@pytest.mark.parametrize(
    ("rules", "mistake", "expected"),
    [
        ({"lock_after_mins": 5}, Mistake("unknown", "lock_after_mins"), {}),
        ({"lock_at_start": "no"}, Mistake("bad_value", "lock_at_start"), {"lock_at_start": True}),
        ({"may_keep_secrets_in_file": 1}, Mistake("bad_value", "may_keep_secrets_in_file"), {}),
        ({"lock_after_min": -1}, Mistake("bad_value", "lock_after_min"), {"lock_after_min": 10}),
        ({"lock_after_min": True}, Mistake("bad_value", "lock_after_min"), {"lock_after_min": 10}),
        ({"closed_days": 2.5}, Mistake("bad_value", "closed_days"), {"closed_days": 365}),
        ({"messages_max": "many"}, Mistake("bad_value", "messages_max"), {"messages_max": 100_000}),
    ],
)
def test_what_makes_no_sense_is_told_and_never_read_as_permission(
    tmp_path: Path, rules: Any, mistake: Mistake, expected: dict[str, Any]
) -> None:
    ruling = policy.load({}, written(tmp_path / "policy.json", rules))
    assert ruling.mistakes == (mistake,)
    for name, value in expected.items():
        assert getattr(ruling.policy, name) == value
    if "may_keep_secrets_in_file" in rules:
        assert ruling.policy.may_keep_secrets_in_file is False


@pytest.mark.parametrize("content", ["", "not json", "[1]", '{"lock_at_start": NaN'])
def test_a_file_that_cannot_be_read_makes_every_rule_strict(tmp_path: Path, content: str) -> None:
    ruling = policy.load({}, written(tmp_path / "policy.json", content))
    assert ruling.mistakes == (Mistake("unreadable", "policy.json"),)
    assert ruling.policy.lock_at_start
    assert not ruling.policy.may_keep_secrets_in_file


def test_a_file_that_was_asked_for_and_is_missing_is_told(tmp_path: Path) -> None:
    ruling = policy.load({policy.VARIABLE: str(tmp_path / "gone.json")}, tmp_path / "none.json")
    assert [mistake.code for mistake in ruling.mistakes] == ["unreadable"]
    assert ruling.policy.lock_at_start


def test_every_rule_of_the_policy_can_be_written(tmp_path: Path) -> None:
    rules = {name: getattr(Policy(), name) for name in Policy.__struct_fields__}
    ruling = policy.load({}, written(tmp_path / "policy.json", rules))
    assert ruling.mistakes == ()
    assert ruling.policy == Policy()


def test_the_page_for_administrators_names_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
    missing = [name for name in Policy.__struct_fields__ if f"`{name}`" not in page]
    assert missing == []
