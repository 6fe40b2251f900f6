"""What was typed, read into a question: in both languages, half typed, and whatever else falls on a keyboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.store.search.filters import FILTERS, day_of, filter_named
from desktop.store.search.query import Condition, Term, parse

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=1)))


def test_the_last_word_may_go_on_and_a_finished_one_may_not() -> None:
    assert parse("rechnung mah", NOW).terms == (Term(("rechnung",)), Term(("mah",), True))
    assert parse("rechnung mah ", NOW).terms == (Term(("rechnung",)), Term(("mah",)))


def test_quotes_of_any_kind_make_a_phrase_also_while_it_is_typed() -> None:
    assert parse('"doppelt abgebucht"', NOW).terms == (Term(("doppelt", "abgebucht")),)
    assert parse("„doppelt abgebucht“ ja ", NOW).terms == (Term(("doppelt", "abgebucht")), Term(("ja",)))
    assert parse('"doppelt abg', NOW).terms == (Term(("doppelt", "abg"), True),)


def test_filters_have_names_in_both_languages() -> None:
    english = parse("from:weber channel:email is:open ", NOW)
    assert parse("von:weber kanal:mail ist:offen ", NOW).conditions == english.conditions[:1] + english.conditions[1:]
    assert [condition.value for condition in english.conditions] == ["weber", "email", "open"]
    assert parse('von:"Jana Weber"', NOW).conditions[0].person == (Term(("jana",)), Term(("weber",)))


def test_a_filter_being_typed_is_neither_a_word_nor_a_mistake() -> None:
    for typed in ("is:", "is:xyz", "before:202", "channel:e"):
        assert parse(typed, NOW).ignored == ()
    assert parse("is:op", NOW).conditions == (Condition("is", "open"),)
    assert parse("is:op", NOW).terms == ()


def test_a_filter_that_cannot_be_understood_is_named() -> None:
    query = parse("before:soon is:xyz rechnung", NOW)
    assert query.ignored == ("before:soon", "is:xyz")
    assert query.terms == (Term(("rechnung",), True),)


def test_a_colon_alone_makes_no_filter() -> None:
    assert parse("betreff:x http://example.org 10:30 ", NOW).ignored == ()
    assert Term(("betreff",)) in parse("betreff:x ", NOW).terms


def test_a_minus_excludes_words_phrases_and_filters() -> None:
    query = parse('-mahnung -"ein wort" -is:open -vor:2026-11 e-mail ', NOW)
    assert query.excluded == (Term(("mahnung",)), Term(("ein", "wort")))
    assert query.conditions == (Condition("is", "open", is_excluded=True),)
    assert query.after == day_of("2026-11", NOW)
    assert query.terms == (Term(("e",)), Term(("mail",)))


def test_a_number_is_one_thing_with_blanks_and_without() -> None:
    (term,) = parse("0171 234", NOW).terms
    assert Term(("171234",), True) in term.others


@pytest.mark.parametrize(
    ("typed", "begins"),
    [
        ("2026-11-01", "2026-11-01T00:00"),
        ("2026-11", "2026-11-01T00:00"),
        ("2025", "2025-01-01T00:00"),
        ("1.11.2026", "2026-11-01T00:00"),
        ("1.11.26", "2026-11-01T00:00"),
        ("1.11.", "2026-11-01T00:00"),
        ("11/2026", "2026-11-01T00:00"),
        ("today", "2026-11-20T00:00"),
        ("Gestern", "2026-11-19T00:00"),
        ("yesterday", "2026-11-19T00:00"),
        ("Montag", "2026-11-16T00:00"),
        ("friday", "2026-11-20T00:00"),
        ("7d", "2026-11-13T15:30"),
        ("2W", "2026-11-06T15:30"),
        ("12h", "2026-11-20T03:30"),
    ],
)
def test_days_as_people_type_them(typed: str, begins: str) -> None:
    assert day_of(typed, NOW) == datetime.fromisoformat(f"{begins}+01:00")


@pytest.mark.parametrize("typed", ["2026-13", "31.2.2026", "0000-01-01", "soon", "9999y", "", "7x", "-1d"])
def test_other_days_are_none(typed: str) -> None:
    assert day_of(typed, NOW) is None


def test_the_table_of_filters_is_what_the_parser_understands() -> None:
    for item in FILTERS:
        for name in (name for names in item.names.values() for name in names):
            assert filter_named(name) is item
            for choice in item.choices:
                for typed in (typed for names in choice.names.values() for typed in names):
                    assert parse(f"{name}:{typed} ", NOW).conditions == (Condition(item.code, choice.code),)
            for example in item.examples:
                query = parse(example if ":" in example else f"{name}:{example} ", NOW)
                assert not query.ignored
                assert not query.terms


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_is_a_question(text: str) -> None:
    query = parse(text, datetime(2026, 1, 1, tzinfo=UTC))
    for term in (*query.terms, *query.excluded):
        assert all(word.isalnum() for word in term.words)
    for ignored in query.ignored:
        ignored.encode()
