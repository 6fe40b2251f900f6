from __future__ import annotations

import time

import pytest

from desktop.domain.channels import Channel
from desktop.insight.assess import assess
from desktop.insight.identify import gather
from desktop.insight.intent import starter

MAIL = """Guten Tag,

mir wurde der Betrag zweimal abgebucht. Das ist eine Frechheit!

Mit freundlichen Grüßen
Jana Weber

Am 03.05.2024 schrieb Service <service@example.org>:
> Thank you so much for your wonderful order, it was delivered.
"""


def test_a_mail_is_judged_by_the_customers_own_words() -> None:
    found = assess(MAIL, "Rechnung Mai", "", starter(), Channel.EMAIL)
    assert found.language.language == "de"
    assert found.intent.intent == "double_invoice"
    assert found.mood.label == "negative"
    assert "wonderful" not in found.text
    assert found.text.startswith("Rechnung Mai")


def test_the_old_subject_of_a_reply_is_not_read_again() -> None:
    found = assess("Wann haben Sie am Samstag geöffnet?", "AW: Kündigung meines Vertrags", "", starter(), Channel.EMAIL)
    assert found.intent.intent == "opening_hours"
    assert "Kündigung" not in found.text


def test_a_subject_alone_is_judged() -> None:
    found = assess("", "Kündigung meines Vertrags", "", starter(), Channel.EMAIL)
    assert found.intent.intent == "cancel_contract"


def test_without_a_model_language_and_mood_are_still_known() -> None:
    found = assess("This is unacceptable!")
    assert not found.intent.known
    assert found.language.language == "en"
    assert found.mood.mood < 0


def test_an_empty_message_has_no_verdict() -> None:
    found = assess("", model=starter())
    assert (found.language.language, found.intent.intent, found.mood.mood) == ("und", None, 0)


@pytest.mark.parametrize(
    "bad",
    ["a" * 50_000, "a-" * 25_000, "1" * 50_000, "1," * 25_000, "@" * 50_000, "Kunden " * 8_000, "\n" * 50_000, "!" * 50_000,
     "\x00\ud800", "😡" * 20_000, "Kunden" + " " * 50_000, "<" * 50_000],
)  # fmt: skip
def test_no_text_stalls_or_breaks_the_assessment(bad: str) -> None:
    began = time.perf_counter()
    assess(bad, bad[:900], "de", starter(), Channel.EMAIL)
    gather(Channel.EMAIL, bad, bad, bad, [bad])
    assert time.perf_counter() - began < 2
