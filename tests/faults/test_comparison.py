"""The verdict of the drill: it must see each thing that can go wrong, or its zeros mean nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.app.bench.faults import comparison, diary
from desktop.app.bench.faults.comparison import Verdict
from desktop.app.bench.faults.diary import Diary, Do, Entry
from desktop.app.bench.faults.hub import Effect, Kept
from desktop.domain.commands import Command, Hold, SendMessage
from desktop.domain.ids import AgentId, CommandId, InteractionId, MessageId
from desktop.domain.interaction import Author, Message
from desktop.hub.desk.commands import digest_of
from desktop.store.rows import Draft, OutboxEntry, OutboxState
from desktop.wire import records
from desktop.wire.shapes import Change

ME = AgentId("me")
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def _say(text: str, id_: str = "m1") -> SendMessage:
    return SendMessage(interaction_id=InteractionId("i1"), text=text, message_id=MessageId(id_))


def _deed(
    n: str, do: Do, id_: str, command: Command | None = None, result: Any = None, done: bool = True
) -> list[Entry]:
    body = msgspec.Raw(msgspec.json.encode(command))
    before = Entry(n=n, do=do, id=id_, command=body)
    after = Entry(n=n, do=do, id=id_, is_done=True, result=result)
    return [before, after] if done else [before]


def _effect(key: str, command: Command, outcome: str = "applied", at: int = 1) -> Effect:
    return Effect(key, digest_of(command), outcome, "", at)


def _message(text: str, id_: str = "m1") -> Message:
    return Message(
        id=MessageId(id_), interaction_id=InteractionId("i1"), author=Author.AGENT, agent_id=ME, sent_at=AT, text=text
    )


def _entry(
    id_: str, command: Command, state: OutboxState = OutboxState.WEDGED, error: str = "no_consent"
) -> OutboxEntry:
    return OutboxEntry(CommandId(id_), command, state, AT, error=error)


def _judged(entries: list[Entry], effects: list[Effect], messages: list[Message], *outbox: OutboxEntry) -> Verdict:
    verdict = Verdict()
    comparison.judge_commands(verdict, entries, Kept(effects, messages), outbox, ME)
    return verdict


HELLO = _say("hello")
GIVEN = _deed("1.1", Do.GIVE, "k1", HELLO)


def test_what_was_applied_once_is_well() -> None:
    verdict = _judged(GIVEN, [_effect("k1", HELLO)], [_message("hello")])
    assert verdict.is_good
    assert (verdict.commands, verdict.applied) == (1, 1)


@pytest.mark.parametrize(
    ("effects", "messages", "outbox", "found"),
    [
        ([], [], [], "lost"),
        ([_effect("k1", HELLO)], [], [], "lost"),
        ([_effect("k1", HELLO, "refused")], [], [], "lost"),
        ([], [], [_entry("k1", HELLO, OutboxState.QUEUED, "")], "lost"),
        ([], [], [_entry("k1", HELLO, error="")], "lost"),
        ([_effect("k1", HELLO)], [_message("hello"), _message("hello", "m9")], [], "twice"),
        ([_effect("k1", HELLO), _effect("k9", HELLO)], [_message("hello")], [], "twice"),
        ([_effect("k1", HELLO)], [_message("hello")], [_entry("k1", HELLO)], "twice"),
        ([_effect("k1", HELLO), _effect("k9", _say("never given"))], [_message("hello")], [], "twice"),
        ([_effect("k1", HELLO, "refused")], [_message("hello")], [_entry("k1", HELLO)], "twice"),
    ],
)
def test_each_way_to_lose_or_double_a_command_is_found(
    effects: list[Effect], messages: list[Message], outbox: list[OutboxEntry], found: str
) -> None:
    verdict = _judged(GIVEN, effects, messages, *outbox)
    assert getattr(verdict, found), verdict


@pytest.mark.parametrize(
    ("effects", "outbox"),
    [
        ([_effect("k1", HELLO, "gone")], []),
        ([_effect("k1", HELLO, "refused")], [_entry("k1", HELLO)]),
    ],
)
def test_what_was_refused_or_is_gone_is_well_where_the_agent_can_see_it(
    effects: list[Effect], outbox: list[OutboxEntry]
) -> None:
    assert _judged(GIVEN, effects, [], *outbox).is_good


def test_what_was_taken_back_may_have_no_effect() -> None:
    entries = GIVEN + _deed("1.2", Do.CANCEL, "k1", result=True)
    assert _judged(entries, [], []).given_up == 1
    assert _judged(entries, [_effect("k1", HELLO)], [_message("hello")]).twice


def test_a_machine_that_died_before_the_store_had_it_may_have_it_or_not() -> None:
    entries = _deed("1.1", Do.GIVE, "k1", HELLO, done=False)
    assert _judged(entries, [], []).is_good
    assert _judged(entries, [_effect("k1", HELLO)], [_message("hello")]).is_good
    assert not _judged(entries, [_effect("k1", HELLO), _effect("k2", HELLO)], [_message("hello")]).is_good


def test_an_edit_takes_the_place_of_what_it_changed() -> None:
    better = _say("better")
    entries = GIVEN + _deed("1.2", Do.EDIT, "k1", better, result="k2")
    assert _judged(entries, [_effect("k2", better)], [_message("better")]).is_good
    both = [_effect("k1", HELLO), _effect("k2", better)]
    assert _judged(entries, both, [_message("hello"), _message("better", "m2")]).twice


def test_a_new_id_that_nobody_lived_to_note_is_known_by_its_content() -> None:
    entries = GIVEN + _deed("1.2", Do.RETRY, "k1", done=False)
    found = Entry(n="2.1", do=Do.FOUND, id="k2", command=msgspec.Raw(msgspec.json.encode(HELLO)), is_done=True)
    effects = [_effect("k1", HELLO, "refused"), _effect("k2", HELLO)]
    assert _judged([*entries, found], effects, [_message("hello")]).is_good
    assert _judged(entries, effects, [_message("hello")]).is_good


def test_the_order_of_a_lane_is_looked_at() -> None:
    first, second = HELLO, Hold(interaction_id=InteractionId("i1"))
    entries = GIVEN + _deed("1.2", Do.GIVE, "k2", second)
    right = [_effect("k1", first, at=1), _effect("k2", second, at=2)]
    wrong = [_effect("k1", first, at=2), _effect("k2", second, at=1)]
    assert _judged(entries, right, [_message("hello")]).is_good
    assert _judged(entries, wrong, [_message("hello")]).unequal


def test_rows_are_compared_by_id_version_and_body() -> None:
    def judged(here: dict[tuple[str, str], bytes]) -> list[str]:
        verdict = Verdict()
        there = Change(
            seq=1, op="upsert", type="message", id="m1", record=msgspec.Raw(records.encode(_message("hello")))
        )
        gone = Change(seq=2, op="delete", type="message", id="m2")
        comparison.judge_rows(verdict, {("message", "m1"): there, ("message", "m2"): gone}, here)
        return verdict.unequal

    same = {("message", "m1"): records.encode(_message("hello"))}
    assert judged(same) == []
    assert judged({}) != []
    assert judged({("message", "m1"): records.encode(_message("other"))}) != []
    assert judged(same | {("message", "m2"): records.encode(_message("x", "m2"))}) != []


def test_a_customers_letter_is_there_once() -> None:
    def judged(*texts: str) -> Verdict:
        verdict = Verdict()
        said = [
            msgspec.structs.replace(_message(text, f"m{n}"), author=Author.CUSTOMER) for n, text in enumerate(texts)
        ]
        comparison.judge_letters(verdict, {"x1": "where is it?"}, said)
        return verdict

    assert judged("where is it?").is_good
    assert judged().lost
    assert judged("where is it?", "where is it?").twice


def test_the_last_draft_that_was_kept_is_there_or_one_begun_after_it() -> None:
    typed = [
        Entry(n="1.1", do=Do.DRAFT, where="i1", text="a"),
        Entry(n="1.1", do=Do.DRAFT, where="i1", text="a", is_done=True),
        Entry(n="1.2", do=Do.DRAFT, where="i1", text="ab"),
    ]

    def judged(*text: str) -> Verdict:
        verdict = Verdict()
        comparison.judge_drafts(verdict, typed, [Draft(InteractionId("i1"), "reply", one) for one in text])
        return verdict

    assert judged("a").is_good
    assert judged("ab").is_good
    assert judged("other").lost
    assert judged().lost


def test_a_torn_line_of_the_diary_hides_none_of_the_others(tmp_path: Path) -> None:
    file = tmp_path / "diary"
    for life in ("1.1", "2.1"):
        written = Diary(file)
        written.write(Entry(n=life, do=Do.GIVE, id="k", command=msgspec.Raw(msgspec.json.encode(HELLO))))
        written.close()
        with file.open("ab") as torn:
            torn.write(b'{"n":"1.2","do":"gi')
    assert [entry.n for entry in diary.read(file)] == ["1.1", "2.1"]


def test_the_digest_is_the_hubs() -> None:
    assert comparison._digest(HELLO) == digest_of(HELLO)
