"""Only what the customer newly wrote is judged."""

from __future__ import annotations

import time

import pytest

from desktop.insight.mail_text import own_words

GERMAN = """Sehr geehrte Damen und Herren,

leider ist mein Paket immer noch nicht da.

Mit freundlichen Grüßen
Jana Weber
Lindenstr. 4

Am 03.05.2024 um 10:12 schrieb Service <service@example.org>:
> Guten Tag Frau Weber,
> Ihre Rechnung liegt bei.
"""
ENGLISH = """Hi there,

where is my refund?

Kind regards,
Tom

-----Original Message-----
From: Service <service@example.org>
Sent: Monday
To: Tom
Subject: Your invoice

Please pay your invoice.
"""
OUTLOOK = """Das Gerät ist defekt.

Von: Service <service@example.org>
Gesendet: Montag, 3. Mai 2024 10:12
An: Jana Weber
Betreff: Ihre Rechnung

Ihre Rechnung liegt bei."""


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        (GERMAN, "leider ist mein Paket immer noch nicht da."),
        (ENGLISH, "where is my refund?"),
        (OUTLOOK, "Das Gerät ist defekt."),
        ("Hallo zusammen, mein Router blinkt rot.\n\nVon meinem iPhone gesendet", "mein Router blinkt rot."),
        ("> Passt Ihnen Dienstag?\nJa, Dienstag passt.", "Ja, Dienstag passt."),
        ("Am 3. Mai 2024 schrieb Service:\n> Wie können wir helfen?\n\nIch möchte kündigen.", "Ich möchte kündigen."),
        ("On Mon, 3 May 2024 at 10:12, Service wrote:\n> Hi\n\nPlease cancel it.", "Please cancel it."),
    ],
)
def test_quotes_greetings_and_signatures_go(mail: str, words: str) -> None:
    assert own_words(mail) == words


@pytest.mark.parametrize("text", ["Hallo", "Viele Grüße", "Danke", "Gruß Jana", "Liebe Grüße an das Team!"])
def test_a_message_that_is_only_a_formula_is_kept(text: str) -> None:
    assert own_words(text) == text


def test_a_sentence_that_begins_like_a_formula_is_kept() -> None:
    assert own_words("Dear team my parcel is lost. Please help.") == "Dear team my parcel is lost. Please help."
    text = "My order is lost.\nBest price guarantee? I don't think so."
    assert own_words(text) == text


def test_the_first_words_of_a_sentence_are_no_greeting() -> None:
    assert own_words("Highspeed-Internet geht nicht") == "Highspeed-Internet geht nicht"
    assert own_words("Besten Dank im Voraus, wann kommt das Paket?").endswith("wann kommt das Paket?")


@pytest.mark.parametrize(
    "bad", ["\n" * 50_000, "> " * 20_000, "Am " * 9_000, "From: x\n" * 6_000, "_" * 40_000, " " * 50_000]
)
def test_hostile_texts_do_not_stall(bad: str) -> None:
    began = time.perf_counter()
    own_words(bad)
    assert time.perf_counter() - began < 2
