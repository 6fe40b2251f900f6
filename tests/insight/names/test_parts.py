"""A name in one field is taken apart the way people write it."""

from __future__ import annotations

import pytest

from desktop.insight.names import parts


@pytest.mark.parametrize(
    ("text", "given", "family"),
    [
        ("Jana Weber", "jana", "weber"),
        ("Weber, Jana", "jana", "weber"),
        ("Dr. Karl-Heinz von der Heide", "karl heinz", "von der heid"),
        ("Mr. James O'Neill", "james", "oneill"),
        ("Müller", "", "muller"),
        ("Frau Prof. Groß", "", "gross"),
        ("", "", ""),
    ],
)
def test_given_and_family_name(text: str, given: str, family: str) -> None:
    found = parts.split(text)
    assert found.given == given
    assert found.family.removesuffix("e") == family


def test_a_title_alone_is_still_a_name_and_a_novel_is_cut() -> None:
    assert parts.words("Dame") == ("dame",)
    assert len(parts.words("word " * 100_000)) <= 8
