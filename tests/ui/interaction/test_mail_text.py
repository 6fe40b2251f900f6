"""Quotations and links in what customers write."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Author, Message
from desktop.ui.interaction.mail_text import links, parts, plain_text, split_quoted
from desktop.ui.interaction.stream_words import StreamWords


@pytest.mark.parametrize(
    "line",
    [
        "Am 14.11.2025 um 09:12 schrieb Kundendienst <service@example.com>:",
        "On Fri, 14 Nov 2025 at 09:12, Service <service@example.com> wrote:",
        "-----Original Message-----",
        "---- Ursprüngliche Nachricht ----",
        "Le ven. 14 nov. 2025 à 09:12, Service <s@example.com> a écrit :",
    ],
)
def test_what_stands_below_the_line_of_a_mail_program_is_quoted(line: str) -> None:
    written, quoted = split_quoted(f"Danke!\n\n{line}\n> Guten Tag\n> Ihr Paket kommt")
    assert written == "Danke!"
    assert quoted.startswith(line)


def test_a_line_broken_by_the_mail_program_is_recognised() -> None:
    text = "Yes please\n\nOn Fri, 14 Nov 2025 at 09:12, A Very Long Name\n<service@example.com> wrote:\n> Shall we?"
    assert split_quoted(text)[0] == "Yes please"


def test_answers_between_the_quoted_lines_stay() -> None:
    text = "> Shall we deliver on Friday?\nNo.\n> Saturday?\nYes."
    assert split_quoted(text) == (text, "")


def test_a_quotation_alone_is_shown_and_not_hidden_away() -> None:
    assert split_quoted("> nur das") == ("> nur das", "")


def test_ordinary_sentences_are_no_quotation() -> None:
    text = "On Monday I wrote to you.\nAm Dienstag schrieb niemand zurück."
    assert split_quoted(text) == (text, "")


def test_a_link_ends_before_the_full_stop() -> None:
    text = "Siehe https://example.com/a?b=1&c=2. Danke (www.example.org/x)"
    assert [text[s : s + n] for s, n, _ in links(text)] == ["https://example.com/a?b=1&c=2", "www.example.org/x"]
    assert [url for *_, url in links(text)] == ["https://example.com/a?b=1&c=2", "https://www.example.org/x"]


def test_a_host_that_only_looks_like_another_is_shown_in_plain_letters() -> None:
    ((_, _, url),) = links("https://pаypal.com/login")
    assert url.startswith("https://xn--")


def test_nothing_but_web_addresses_becomes_a_link() -> None:
    assert links("javascript:alert(1) file:///etc/passwd data:text/html,x") == []


def test_a_mail_with_html_only_is_read_as_its_words() -> None:
    message = Message(
        id=MessageId("m"),
        interaction_id=InteractionId("i"),
        author=Author.CUSTOMER,
        sent_at=datetime.now(UTC),
        html="<p>Guten&nbsp;Tag</p><script>x()</script><p>5 &lt; 6</p>",
    )
    assert plain_text(message) == "Guten Tag\n5 < 6"


def test_the_hub_says_where_the_quotation_begins() -> None:
    text = "Danke!\n\n-- \nJana"
    message = Message(
        id=MessageId("m"),
        interaction_id=InteractionId("i"),
        author=Author.CUSTOMER,
        sent_at=datetime.now(UTC),
        text=text,
    )
    assert parts(msgspec.structs.replace(message, quoted_from=text.index("--"))) == ("Danke!", "-- \nJana")
    assert parts(message) == (text, "")
    assert parts(msgspec.structs.replace(message, text="> x", quoted_from=1)) == (">", "x")


def test_it_is_told_why_a_file_was_not_taken() -> None:
    values = {"lost_files": "setup.exe", "infected_files": "brief.zip", "unscanned_files": "bild.png"}
    message = Message(
        id=MessageId("m"), interaction_id=InteractionId("i"), author=Author.CUSTOMER, sent_at=datetime.now(UTC), values=values
    )  # fmt: skip
    assert StreamWords.turned_away(message) == [
        "Turned away for a virus: brief.zip",
        "Turned away as no virus scanner was there to look: bild.png",
        "Turned away for its size or type: setup.exe",
    ]
    assert StreamWords.turned_away(msgspec.structs.replace(message, values={})) == []
