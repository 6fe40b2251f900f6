"""The texts a copywriter edits: every dialogue can be held, in both languages, by customers whose records match it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from desktop.demo import texts
from desktop.demo.centre import Centre, build
from desktop.demo.history import choose
from desktop.demo.slots import NEEDS
from desktop.demo.talk import cast
from desktop.domain.channels import Channel
from desktop.insight.assess import assess
from desktop.insight.catalogue import catalogue
from desktop.insight.intent import starter
from desktop.insight.playbook import playbooks

NOW = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)
DIALOGUES = texts.dialogues()


@pytest.fixture(scope="module", params=texts.LANGUAGES)
def centre(request: pytest.FixtureRequest) -> Centre:
    return build(7, request.param, NOW)


def test_whatever_an_agent_should_meet_in_the_demo_is_there() -> None:
    channels = {channel for dialogue in DIALOGUES for channel in dialogue.channels}
    assert channels == {channel for channel in Channel if channel.is_interaction}
    intents = {dialogue.intent for dialogue in DIALOGUES}
    assert intents == {label.id for label in catalogue().labels()}
    assert len(DIALOGUES) >= 40


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.id)
def test_a_dialogue_names_only_what_exists(dialogue: texts.Dialogue) -> None:
    actions = {step.action for playbook in playbooks() for step in playbook.steps}
    assert dialogue.needs in NEEDS
    assert set(dialogue.steps) <= actions
    assert dialogue.disposition in {one.id for one in texts.company().dispositions}
    assert set(dialogue.pages) <= set(texts.journey_texts().pages)
    if Channel.EMAIL in dialogue.channels:
        assert dialogue.de.subject
        assert dialogue.en.subject
    assert len(dialogue.de.turns) == len(dialogue.en.turns)


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue.id)
def test_every_slot_is_filled_from_the_customers_own_records(dialogue: texts.Dialogue, centre: Centre) -> None:
    rng = Random(1)
    for channel in dialogue.channels:
        found = list(centre.occasions(dialogue, channel, lately=True))
        assert len(found) >= 3, "hardly anybody could hold it today"
        assert any(True for _ in centre.occasions(dialogue, channel, lately=False))
        languages = {person.language: (person, subject) for person, subject in found}
        for person, subject in languages.values():
            talk = cast(centre, dialogue, channel, person, subject, rng, NOW)
            answers = [talk.answer(place, "Anna Berger") for place in range(len(talk.answers))]
            said = [*talk.lines, *answers, talk.impatient, talk.summary, talk.subject]
            assert not any("{" in text or "}" in text for text in said)
            assert all(text.strip() for text in (*talk.lines, *answers, talk.impatient, talk.summary))
            if subject.record is not None:
                numbers = {record.number for record in centre.records[person.id]}
                mentioned = " ".join(said)
                wanted = [slot for slot in ("order", "invoice", "invoice2", "contract", "case") if slot in talk.slots]
                assert wanted or subject.record.kind == "appointment"
                assert all(talk.slots[slot] in numbers for slot in wanted if talk.slots[slot] in mentioned)


def test_every_wording_can_be_filled_in_either_language(centre: Centre) -> None:
    """Both languages of all variants, not only those the dice chose."""
    for dialogue in DIALOGUES:
        for language in texts.LANGUAGES:
            spoken = [
                one
                for one in centre.occasions(dialogue, dialogue.channels[0], lately=False)
                if one[0].language == language
            ]
            assert spoken, f"{dialogue.id}: nobody speaks {language}"
            talk = cast(centre, dialogue, dialogue.channels[0], *spoken[0], Random(2), NOW)
            wording = dialogue.wording(language)
            variants = [text for turn in wording.customer_turns for text in turn]
            for text in (*variants, *wording.agent_turns, *wording.impatient, wording.summary, wording.subject):
                assert "{" not in text.format_map(talk.slots)


def test_a_letter_spoken_on_the_telephone_has_no_line_breaks(centre: Centre) -> None:
    fraud = next(dialogue for dialogue in DIALOGUES if dialogue.id == "fraud_mail")
    person, subject = next(centre.occasions(fraud, Channel.CALL, lately=True))
    assert "\n" not in cast(centre, fraud, Channel.CALL, person, subject, Random(3), NOW).lines[0]


def test_the_hub_understands_what_most_customers_want(centre: Centre) -> None:
    model, rng = starter(), Random(4)
    hits: Counter[bool] = Counter()
    for dialogue in DIALOGUES:
        if dialogue.intent == "other":
            continue
        for person, subject in list(centre.occasions(dialogue, dialogue.channels[0], lately=True))[:6]:
            talk = cast(centre, dialogue, dialogue.channels[0], person, subject, rng, NOW)
            verdict = assess(talk.lines[0], talk.subject, person.language, model, talk.channel)
            hits[verdict.intent.intent == dialogue.intent] += 1
    assert hits[True] / hits.total() > 0.75


def test_all_channels_come_up_about_as_often_as_in_a_real_centre() -> None:
    rng = Random(5)
    seen = Counter(choose(rng)[1] for _ in range(2000))
    assert set(seen) == {channel for channel in Channel if channel.is_interaction}
    assert seen[Channel.CALL] > seen[Channel.VIDEO]


def test_a_slip_in_a_file_is_told_with_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path
    (folder / "dialogues").mkdir()
    (folder / "dialogues" / "odd.yaml").write_text("- id: x\n  intent: [", "utf-8")
    monkeypatch.setattr(texts, "asset", lambda *parts: folder.joinpath(*parts[1:]))
    with pytest.raises(texts.TextError, match=r"odd\.yaml, line \d"):
        texts.dialogues.__wrapped__()
    (folder / "dialogues" / "odd.yaml").write_text("- id: x\n  wrong: 1\n", "utf-8")
    with pytest.raises(texts.TextError, match=r"odd\.yaml: "):
        texts.dialogues.__wrapped__()
