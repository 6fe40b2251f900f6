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


def test_kept_as_json_and_read_again() -> None:
    counts = StepCounts.of(HISTORIES)
    again = StepCounts.decode(counts.encode())
    assert again.likely("order_status", []) == counts.likely("order_status", [])
