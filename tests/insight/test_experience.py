from __future__ import annotations

import pytest

from desktop.insight.experience import END, StepCounts

HISTORIES = [("order_status", ["check_tracking", "send_link"])] * 9 + [
    ("order_status", ["check_tracking", "call_carrier"])
]


def test_what_was_done_next_is_counted_and_sums_to_one() -> None:
    likely = StepCounts.of(HISTORIES).likely("order_status", ["check_tracking"])
    assert (likely[0].action, likely[0].n, likely[0].k) == ("send_link", 10, 9)
    assert sum(one.probability for one in likely) == pytest.approx(1)


def test_the_end_is_a_step_like_any_other() -> None:
    assert StepCounts.of(HISTORIES).likely("order_status", ["check_tracking", "send_link"])[0].action == END


def test_an_unseen_situation_leans_on_broader_ones() -> None:
    counts = StepCounts.of(HISTORIES)
    assert counts.likely("never_seen", ["check_tracking"])[0].action == "send_link"
    assert counts.likely("order_status", ["something_new"]) != []
    assert StepCounts().likely("order_status", []) == []


def test_without_an_intent_the_last_two_steps_still_tell() -> None:
    counts = StepCounts.of([("", ["open", "ask", "close"])] * 5 + [("", ["transfer", "ask", "call_back"])] * 5)
    assert counts.likely("", ["open", "ask"])[0].action == "close"
    assert counts.likely("", ["transfer", "ask"])[0].action == "call_back"


def test_single_decisions_teach_the_same_as_whole_contacts() -> None:
    counts = StepCounts()
    for intent, steps in HISTORIES:
        for place in range(len(steps) + 1):
            counts.note(intent, steps[:place], [*steps, END][place])
    assert counts.encode() == StepCounts.of(HISTORIES).encode()


def test_kept_as_json_and_read_again() -> None:
    counts = StepCounts.of(HISTORIES)
    again = StepCounts.decode(counts.encode())
    assert again.likely("order_status", []) == counts.likely("order_status", [])
