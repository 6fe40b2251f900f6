"""Recorded dialogues become chats with the words, times, steps and look-ups they had."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.hub.history.contact import BadRow, Contact, UnreadableSource
from desktop.hub.history.star import StarReader, interpolated


def dialogue(number: int = 7, events: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    said = [
        {"Agent": "UserGuide", "Action": "instruct", "Text": "Be confused.", "UnixTime": 1589375664},
        {"Agent": "User", "Action": "utter", "Text": "I forgot\x00 what to do", "UnixTime": 1589375697},
        {
            "Agent": "Wizard",
            "Action": "pick_suggestion",
            "ActionLabel": "ask_name",
            "ActionLabelOptions": ["ask_name", "goodbye_1"],
            "Text": "Could I get your name, please?",
            "UnixTime": 1589375714,
        },
        {
            "Agent": "Wizard",
            "Action": "query",
            "APIName": "doctor_followup",
            "Constraints": [
                {"Name": 'api.is_equal_to("Dr. Johnson")'},
                {"PatientName": '"alexis"'},
                {"Price": "api.is_at_least(3)"},
                {"Price": "api.is_at_most(10)"},
            ],
            "UnixTime": 1589375720,
        },
        {
            "Agent": "KnowledgeBase",
            "Action": "return_item",
            "APIName": "doctor_followup",
            "Item": {"APIName": "doctor_followup", "Message": "Before you sleep.", "Urgent": False},
            "TotalItems": -1,
        },
        {"Agent": "Wizard", "Action": "utter", "Text": "Before bed.", "UnixTime": 1589375904},
        {"Agent": "User", "Action": "complete", "UnixTime": 1589375965},
    ]
    made = {
        "AnonymizedUserWorkerID": "714682ad-f218",
        "AnonymizedWizardWorkerID": "ab9f01dc-2cad",
        "BatchID": "woz_1589355382",
        "DialogueID": number,
        "Events": said if events is None else events,
        "Scenario": {
            "WizardCapabilities": [
                {"Domain": "doctor", "Task": "doctor_followup"},
                {"Domain": None, "Task": "trivia"},
            ]
        },
    }
    return made | changes


def folder_with(tmp_path: Path, *lines: str) -> Path:
    with lzma.open(tmp_path / "dialogues.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return tmp_path


def test_a_dialogue_is_what_was_said_and_done_without_the_actors_instructions(tmp_path: Path) -> None:
    [contact] = StarReader(folder_with(tmp_path, json.dumps(dialogue()))).read()
    assert isinstance(contact, Contact)
    assert contact.channel is Channel.CHAT
    assert [(m.author, m.text, m.author_name) for m in contact.messages] == [
        (Author.CUSTOMER, "I forgot what to do", "Alexis"),
        (Author.AGENT, "Could I get your name, please?", "Agent ab9f01dc"),
        (Author.AGENT, "Before bed.", "Agent ab9f01dc"),
    ]
    assert contact.messages[0].sent_at == datetime(2020, 5, 13, 13, 14, 57, tzinfo=UTC)
    assert [step.code for step in contact.steps] == ["ask_name", "custom"]
    assert contact.steps[0].options == ("ask_name", "goodbye_1")
    [lookup] = contact.lookups
    assert lookup.constraints == {"Name": "Dr. Johnson", "PatientName": "alexis", "Price": "≥ 3, ≤ 10"}
    assert lookup.result == {"Message": "Before you sleep.", "Urgent": "no"}
    assert (contact.disposition, contact.intent, contact.also) == ("doctor_followup", "doctor_followup", ("trivia",))
    assert contact.customer is not None
    assert (contact.customer.key, contact.customer.name) == ("714682ad-f218", "Alexis")
    assert contact.closed_at == datetime(2020, 5, 13, 13, 19, 25, tzinfo=UTC)


def test_a_missing_time_lies_between_its_neighbours() -> None:
    times = interpolated([None, 100.0, None, None, 130.0, None])
    assert [at.timestamp() for at in times] == [100, 100, 110, 120, 130, 130]
    with pytest.raises(ValueError, match="no time"):
        interpolated([None])


def test_a_dialogue_somebody_left_before_it_began_is_dated_by_its_batch(tmp_path: Path) -> None:
    [contact] = StarReader(folder_with(tmp_path, json.dumps(dialogue(events=[])))).read()
    assert isinstance(contact, Contact)
    assert contact.started_at.timestamp() == 1589355382
    assert contact.messages == ()


def test_broken_lines_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = folder_with(
        tmp_path,
        "{not json",
        json.dumps(dialogue(1)),
        json.dumps({"DialogueID": 3}),
        json.dumps(dialogue(4, events=[{"Agent": "User", "Action": "utter", "Text": "x", "UnixTime": 1e300}])),
        json.dumps(dialogue(5)),
    )
    items = list(StarReader(folder).read())
    assert [(bad.where, bad.why) for bad in items if isinstance(bad, BadRow)] == [
        ("dialogues.jsonl.xz:1", "bad_json"),
        ("dialogues.jsonl.xz:3", "not_a_dialogue"),
        ("dialogues.jsonl.xz:4", "bad_time"),
    ]
    assert [contact.external_id for contact in items if isinstance(contact, Contact)] == ["1", "5"]


def test_a_file_that_breaks_off_gives_what_it_has(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, *(json.dumps(dialogue(n)) for n in range(2000)))
    packed = folder / "dialogues.jsonl.xz"
    packed.write_bytes(packed.read_bytes()[:-200])
    items = list(StarReader(folder).read())
    assert isinstance(items[-1], BadRow)
    assert items[-1].why == "truncated"


def test_a_folder_without_dialogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource):
        StarReader(tmp_path)


def test_reading_goes_on_from_a_position(tmp_path: Path) -> None:
    reader = StarReader(folder_with(tmp_path, *(json.dumps(dialogue(n)) for n in range(6))))
    assert list(reader.read(4)) == list(reader.read())[4:]


@pytest.mark.shared_data
def test_the_whole_data_set_comes_in_with_exact_counts(shared: Path) -> None:
    reader = StarReader(shared / "star")
    contacts = list(reader.read())
    assert all(isinstance(contact, Contact) for contact in contacts)
    assert len(contacts) == reader.total == 4238
    messages = [message for c in contacts if isinstance(c, Contact) for message in c.messages]
    by_author = Counter(message.author for message in messages)
    assert by_author == {Author.CUSTOMER: 27_616, Author.AGENT: 23_626 + 3_805}
    read = [c for c in contacts if isinstance(c, Contact)]
    assert sum(len(c.steps) for c in read) == 27_431
    assert sum(len(c.lookups) for c in read) == 10_378
    assert sum(not lookup.is_found for c in read for lookup in c.lookups) == 458
    assert len({c.customer.key for c in read if c.customer}) == 102
    assert len({c.disposition for c in read}) == 24
    assert Counter(c.disposition for c in read)["bank_fraud_report"] == 388
    assert sum(not c.messages for c in read) == 265
    assert all(a.sent_at <= b.sent_at for c in read for a, b in zip(c.messages, c.messages[1:], strict=False))
