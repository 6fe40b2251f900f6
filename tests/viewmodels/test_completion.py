"""A filter begun is completed: its name, its values in the window's language, days in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desktop.store.search.query import parse
from desktop.viewmodels.completion import FilterCompleter, filter_names, without


@pytest.fixture
def completer(work: Any) -> Iterator[FilterCompleter]:
    assert work.workplace.catalogue.queues == ()
    work.settle()
    made = FilterCompleter(work.workplace)
    yield made
    made.deleteLater()


def offered(completer: FilterCompleter, text: str, cursor: int | None = None) -> list[str]:
    return [one.shown for one in completer.completions(text, len(text) if cursor is None else cursor)]


def applied(completer: FilterCompleter, text: str, number: int = 0) -> str:
    one = completer.completions(text, len(text))[number]
    return text[: one.start] + one.text + text[one.end :]


def test_a_name_begun_becomes_a_filter(completer: FilterCompleter) -> None:
    assert offered(completer, "ch") == ["channel:"]
    assert applied(completer, "invoice ch") == "invoice channel:"
    assert applied(completer, "-fro") == "-from:"
    assert offered(completer, "c") == []
    assert offered(completer, "invoice") == []
    assert offered(completer, "") == []


def test_names_of_the_other_language_are_completed_too_but_not_offered_twice(
    completer: FilterCompleter, work: Any
) -> None:
    assert offered(completer, "kan") == ["kanal:"]
    work.workplace.language = "de"
    assert offered(completer, "ka") == ["kanal:"]
    assert offered(completer, "chan") == ["channel:"]


def test_values_are_offered_in_the_windows_language_and_understood(completer: FilterCompleter, work: Any) -> None:
    assert offered(completer, "channel:")[:3] == ["call", "email", "chat"]
    assert offered(completer, "channel:ch") == ["chat"]
    work.workplace.language = "de"
    assert offered(completer, "ist:")[:2] == ["offen", "geschlossen"]
    for text in ("kanal:", "ist:", "nach:", "von:", "in:"):
        for number in range(len(completer.completions(text, len(text)))):
            typed = applied(completer, text, number)
            assert parse(typed, work.workplace.now()).ignored == (), typed


def test_one_that_is_complete_is_left_alone(completer: FilterCompleter) -> None:
    assert offered(completer, "is:open") == []
    assert offered(completer, "is:nothing") == []
    assert offered(completer, "nofilter:") == []


def test_queues_and_colleagues_are_offered_by_name(completer: FilterCompleter, work: Any) -> None:
    assert "Billing & payment" in offered(completer, "in:")
    assert applied(completer, "in:pay") == 'in:"Billing & payment" '
    assert offered(completer, "from:")[0] == "me"
    assert offered(completer, "from:okafor") == ["David Okafor"]
    assert applied(completer, 'from:"David') == 'from:"David Okafor" '
    work.workplace.language = "de"
    assert offered(completer, "von:")[0] == "mir"


def test_days_are_offered_with_what_they_stand_for(completer: FilterCompleter, work: Any) -> None:
    found = completer.completions("after:", 6)
    yesterday = next(one for one in found if one.shown == "yesterday")
    assert yesterday.day is not None
    assert yesterday.day.date() == work.workplace.now().astimezone().date() - timedelta(days=1)
    work.workplace.language = "de"
    assert offered(completer, "nach:ges") == ["gestern"]


def test_only_the_word_that_ends_at_the_cursor_is_completed(completer: FilterCompleter) -> None:
    assert offered(completer, "is: invoice", 3)[0] == "open"
    assert offered(completer, "channel", 4) == []
    assert offered(completer, "is: ", 4) == []
    assert offered(completer, '"is: ch') == []


def test_what_was_not_understood_can_be_taken_out() -> None:
    assert without('Rechnung before:foo "zwei mal" x', ["before:foo"]) == 'Rechnung "zwei mal" x'
    assert without("a b", []) == "a b"


def test_every_filter_has_a_name_in_both_languages() -> None:
    assert filter_names("en").keys() == filter_names("de").keys()
    assert filter_names("de")["from"] == "von"
    assert filter_names("fr") == filter_names("en")
