"""Names that sound the same meet, to German and to English ears."""

from __future__ import annotations

import pytest

from desktop.insight.names import phonetics


@pytest.mark.parametrize(
    ("name", "code"),
    [("wikipedia", "3412"), ("mullerludenscheidt", "65752682"), ("breschnew", "17863"), ("heinz", "068"), ("x", "48")],
)
def test_the_cologne_code_is_the_published_one(name: str, code: str) -> None:
    assert phonetics.cologne(name) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("meier", "mayer"),
        ("schmidt", "schmitt"),
        ("philip", "filip"),
        ("stephen", "steven"),
        ("catherine", "katharine"),
        ("wright", "rite"),
        ("christian", "kristian"),
        ("knight", "night"),
    ],
)
def test_what_sounds_alike_is_alike(one: str, other: str) -> None:
    assert phonetics.sounds_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("meier", "weber"), ("anna", "otto"), ("", ""), ("", "weber"), ("li", "la")]
)
def test_what_sounds_otherwise_or_is_hardly_a_name_is_not(one: str, other: str) -> None:
    assert not phonetics.sounds_alike(one, other)


def test_names_of_any_script_have_some_code_or_none() -> None:
    for name in ("", "ольга", "王", "🙂", "a" * 100_000):
        assert isinstance(phonetics.cologne(name), str)
        assert isinstance(phonetics.english(name), str)
