"""The line under a hit shows the text as it was written, around what was found in it, with the found words marked."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from desktop.store.rows import Span
from desktop.store.search.matching import Matcher
from desktop.store.search.query import parse
from desktop.store.search.snippets import WIDTH, snippet

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _cut(text: str, typed: str) -> str:
    """The snippet with its found words in brackets."""
    spans = snippet([text], Matcher(parse(typed, NOW).terms))
    return "".join(f"[{span.text}]" if span.is_match else span.text for span in spans)


def test_words_are_marked_as_they_were_written() -> None:
    assert _cut("Die Größe passt nicht.", "groesse") == "Die [Größe] passt nicht."
    assert _cut("Meine Rechnungsnummer lautet 4711", "nummer rech") == "Meine [Rechnungsnummer] lautet 4711"
    assert _cut("Gro\u0308ße", "größe") == "[Größe]"


def test_a_phrase_is_marked_where_it_stands_and_nowhere_else() -> None:
    text = "doppelt gemoppelt, doppelt  abgebucht"
    assert _cut(text, '"doppelt abgebucht"') == "doppelt gemoppelt, [doppelt abgebucht]"


def test_a_long_text_is_cut_where_most_of_it_was_found() -> None:
    text = f"Rechnung {'bla ' * 100}die Rechnung wurde doppelt abgebucht {'bla ' * 100}"
    shown = _cut(text, "rechnung doppelt abgebucht ")
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "die [Rechnung] wurde [doppelt] [abgebucht]" in shown


def test_lines_become_one_line() -> None:
    assert _cut("Hallo,\n\n\tdie   Rechnung\r\nfehlt.", "rechnung") == "Hallo, die [Rechnung] fehlt."


def test_the_text_that_holds_something_is_shown() -> None:
    matcher = Matcher(parse("kulanz ", NOW).terms)
    assert snippet(["", "nichts", "Kulanz gewährt"], matcher) == (Span("Kulanz", True), Span(" gewährt"))
    assert snippet(["", "nichts", "auch nicht"], matcher) == (Span("nichts"),)
    assert snippet([], matcher) == ()


@given(st.text(alphabet=st.characters(), max_size=400), st.text(max_size=30))
def test_a_snippet_is_short_on_one_line_and_can_be_painted(text: str, typed: str) -> None:
    spans = snippet([text], Matcher(parse(typed, NOW).terms))
    line = "".join(span.text for span in spans)
    assert len(line) <= 3 * WIDTH + 2
    assert line == " ".join(line.split())
    line.encode()
