"""A business person edits playbooks and is told what is wrong, in which file and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.insight.catalogue import catalogue
from desktop.insight.playbook import PlaybookError, load_playbooks, parse_playbook, playbooks

GOOD = """
id: one
edition: 1
titles: {de: Eins, en: One}
when: {intents: [praise]}
steps:
  - action: thank
    titles: {de: Danken, en: Thank}
"""


def test_the_shipped_playbooks_cover_every_intent_in_both_languages() -> None:
    covered = {intent for one in playbooks() for intent in one.when.intents}
    known = {one.id for one in catalogue().intents} - {"other"}
    assert covered == known
    for playbook in playbooks():
        assert set(playbook.titles) == {"de", "en"}
        for step in playbook.steps:
            assert set(step.titles) == {"de", "en"}
            assert set(step.wordings) in (set(), {"de", "en"})


def test_one_action_has_one_name_wherever_it_appears() -> None:
    names: dict[str, dict[str, str]] = {}
    for playbook in playbooks():
        for step in playbook.steps:
            assert names.setdefault(step.action, step.titles) == step.titles


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("edition: 1", "version: eins", "version"),
        ("steps:", "schritte:", "schritte"),
        ("intents: [praise]", "intent: [praise]", "intent"),
        ("intents: [praise]", "journey: [full_moon]", "full_moon"),
        ("intents: [praise]", "channels: [fax]", "channels"),
        ("titles: {de: Danken, en: Thank}", 'titles: {de: ""}', "title"),
        ("when: {", "when: {{", "line"),
        ("action: thank", "action: 5", "action"),
    ],
)
def test_a_mistake_is_reported_with_file_and_place(old: str, new: str, told: str) -> None:
    with pytest.raises(PlaybookError, match=told) as caught:
        parse_playbook(GOOD.replace(old, new), "mine.yaml")
    assert str(caught.value).startswith("mine.yaml")


def test_two_playbooks_with_one_id_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(PlaybookError, match="one"):
        load_playbooks(tmp_path)


def test_no_code_runs_from_a_playbook() -> None:
    with pytest.raises(PlaybookError):
        parse_playbook(GOOD.replace("id: one", "id: !!python/object/apply:os.getcwd []"))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("action: thank", "action: Thank you", 7),
        ("action: thank", "action: thank\n    callback_h: 0", 8),
        ("action: thank", "action: thank\n    needs: [{field: A!}]", 8),
        ("edition: 1", "edition: 0", 3),
        ("edition: 1", "edition: 1\nweight: 1.5", 4),
        ("id: one", "id: One two", 2),
        ("action: thank", "action: thank\n    unless: {customer: [rich]}", 8),
        ("steps:\n", "steps:\n  - {action: thank, titles: {en: Thank}}\n", 8),
    ],
)
def test_the_line_of_a_mistake_is_told(old: str, new: str, line: int) -> None:
    with pytest.raises(PlaybookError, match=f"^mine.yaml, line {line}: "):
        parse_playbook(GOOD.replace(old, new), "mine.yaml")


def test_one_out_of_use_has_no_weight() -> None:
    assert parse_playbook(GOOD.replace("edition: 1", "edition: 2\nweight: 0")).weight == 0


def test_data_a_step_needs_is_named_in_both_languages() -> None:
    needs = [need for playbook in playbooks() for step in playbook.steps for need in step.needs]
    assert len(needs) > 15
    assert all(set(need.titles) == {"de", "en"} for need in needs)


def test_what_is_needed_to_verify_somebody_never_overwrites_what_is_on_record() -> None:
    """The answer to a security question is compared with the record, not written into it."""
    for playbook in playbooks():
        for step in playbook.steps:
            assert not (step.action in ("verify_identity", "identify_customer", "send_reset_link") and step.needs)


def test_aliases_without_end_are_no_playbook() -> None:
    bomb = "a: &a [x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(50))
    with pytest.raises(PlaybookError):
        parse_playbook(bomb, "mine.yaml")
    with pytest.raises(PlaybookError, match="too long"):
        parse_playbook("#" * 2_000_000)
