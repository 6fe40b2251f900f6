"""Names as callers say and spell them."""

from __future__ import annotations

import pytest

from desktop.insight.spoken import people


@pytest.mark.parametrize(
    ("said", "given", "family"),
    [
        ("Katie Marshall", "kati", "marshall"),
        ("my name is Katie Marshall", "kati", "marshall"),
        ("hier spricht Jana Weber", "jana", "weber"),
        ("d-a-v-i-d h a r d i n g", "david", "harding"),
        ("Anton November November Anton", "anna", ""),
        ("j a double n e", "jann", ""),
    ],
)
def test_a_name_said_or_spelled(said: str, given: str, family: str) -> None:
    found = {(one.removesuffix("e"), other) for one, other, _ in people.readings(said)}
    assert (given, family) in found


def test_a_single_word_may_be_either_name() -> None:
    assert {(one, other) for one, other, _ in people.readings("Martin")} == {("martin", ""), ("", "martin")}


@pytest.mark.parametrize("text", ["", "🙂", "\x00\x01", "x " * 500_000, "مرحبا بك"])
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(people.readings(text), tuple)
