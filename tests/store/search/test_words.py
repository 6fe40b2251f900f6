"""Words as the index knows them: spellings of one word are one, and a compound is also its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.store.search.compounds import parts_of
from desktop.store.search.words import BEGINNING, SENDER, TAG, index_words, words_of


@pytest.mark.parametrize("spelling", ["Größe", "Grösse", "Groesse", "GRÖSSE", "größe", "Gro\u0308ße"])
def test_one_word_however_it_is_spelled(spelling: str) -> None:
    assert words_of(spelling) == ["grosse"]


def test_words_end_where_letters_end() -> None:
    assert words_of("E-Mail an jana.weber@example.org (12,50 €)\nStraße_9") == [
        *("e", "mail", "an", "jana", "weber", "example", "org", "12", "50", "strasse", "9")
    ]


@pytest.mark.parametrize(
    ("word", "found_by"),
    [
        ("rechnungsnummer", {"rechnung", "nummer"}),
        ("kundenrechnungsnummer", {"kunde", "rechnung", "nummer", "rechnungsnummer"}),
        ("rechnungen", {"rechnung"}),
        ("sonderkundigungsrecht", {"kundigung", "recht", "kundigungsrecht"}),
        ("glasfaserrechnung", {"rechnung", "glasfaser"}),
        ("versandkostenpauschale", {"versand", "kosten", "pauschale"}),
        ("lieferadresse", {"adresse"}),
        ("waschmaschinen", {"maschine"}),
    ],
)
def test_a_compound_is_found_by_its_parts(word: str, found_by: set[str]) -> None:
    assert found_by <= set(parts_of(word))


@pytest.mark.parametrize(
    "word", ["rechnung", "information", "international", "verantwortung", "bestellung", "the", "ab12"]
)
def test_other_words_are_left_whole(word: str) -> None:
    assert parts_of(word) == ()


@given(st.text(max_size=80))
def test_what_goes_into_the_index_holds_each_word_of_the_text(text: str) -> None:
    indexed = set(index_words(text).split())
    assert set(words_of(text)) <= indexed
    for word in indexed:
        bare = word.removeprefix(BEGINNING)
        assert bare.isalnum()
        assert word == word.casefold()
        assert not word.startswith((SENDER, TAG))


@given(st.text(alphabet="aeouäöüßsnrtÄÖÜAEx", min_size=1, max_size=12), st.integers(min_value=1, max_value=12))
def test_the_beginning_of_a_word_begins_its_folded_form(word: str, size: int) -> None:
    whole, begun = words_of(word), words_of(word[:size])
    assert whole[0].startswith(begun[0])
