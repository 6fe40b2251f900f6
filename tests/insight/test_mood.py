from __future__ import annotations

import pytest

from desktop.insight.mood import label, mood_of, trend


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Das ist eine absolute Frechheit! Ich warte seit Wochen!", "de", "negative"),
        ("Seit Wochen antwortet mir niemand", "de", "negative"),
        ("Das gefällt mir nicht", "de", "negative"),
        ("Ich bin nicht zufrieden", "de", "negative"),
        ("Vielen Dank, super Service", "de", "positive"),
        ("Wo ist mein Paket?", "de", "neutral"),
        ("Mein Router geht nicht", "de", "neutral"),
        ("worst service ever", "en", "negative"),
        ("I am not happy with this", "en", "negative"),
        ("no problem, thanks", "en", "positive"),
        ("Could you please send me the invoice? Thank you in advance", "en", "neutral"),
        ("Where is my order?", "en", "neutral"),
        ("", "", "neutral"),
        ("das ist doch 😡😡", "de", "negative"),
    ],
)
def test_the_mood_of_a_message(text: str, language: str, expected: str) -> None:
    assert mood_of(text, language).label == expected


def test_exclamation_capitals_and_very_make_it_stronger() -> None:
    plain = mood_of("Ich bin enttäuscht", "de").mood
    assert mood_of("Ich bin sehr enttäuscht", "de").mood < plain
    assert mood_of("Ich bin enttäuscht!!", "de").mood < plain
    assert mood_of("Ich bin ENTTÄUSCHT", "de").mood < plain
    assert mood_of("Ich bin etwas enttäuscht", "de").mood > plain


def test_the_words_that_made_the_mood_are_named() -> None:
    verdict = mood_of("Vielen Dank, aber der Service ist miserabel", "de")
    assert verdict.reasons[0].values["word"] == "miserabel"


def test_unknown_language_reads_both_lexicons_and_stays_in_bounds() -> None:
    assert mood_of("terrible").mood < 0
    assert mood_of("schrecklich").mood < 0
    assert -1 <= mood_of("Frechheit! " * 500, "de").mood <= 1


def test_the_trend_of_a_contact() -> None:
    assert trend([-0.8, -0.2, 0.5]) > 0.5
    assert trend([0.6, 0.0, -0.6]) == pytest.approx(-0.6)
    assert trend([0.3]) == trend([]) == 0
    assert trend([-1, 1, 1, 1]) <= 1
    assert label(-0.25) == "negative"
    assert label(0.25) == "positive"
