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
