"""How the customer feels, as the inbox colours it: judged by words, what stands around them, and how it is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from desktop.insight.artefact import ModelError
from desktop.insight.mood import MoodModel, label, mood_of, starter, trend
from desktop.insight.mood.lexicon import evidence


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
        ("Ich habe jetzt fünfmal angerufen und keiner weiß etwas von meiner Bestellung.", "de", "negative"),
        ("Na toll, schon wieder der falsche Akku.", "de", "negative"),
        ("Würden Sie mir bitte den Zählerstand bestätigen?", "de", "neutral"),
        ("I have called five times and nobody can tell me where my parcel is.", "en", "negative"),
        ("Thanks for nothing, you lot.", "en", "negative"),
        ("👍👍", "", "positive"),
        ("😠", "", "negative"),
    ],
)
def test_the_mood_of_a_message(text: str, language: str, expected: str) -> None:
    assert mood_of(text, language).label == expected


def test_the_number_and_the_three_chances_never_disagree() -> None:
    for text in ("Das ist unverschämt", "Danke, alles bestens", "Wann kommt der Techniker?", "gut, aber schlecht"):
        verdict = mood_of(text, "de")
        assert verdict.ranked[0][0] == verdict.label
        assert sum(p for _, p in verdict.ranked) == pytest.approx(1)


def test_exclamation_capitals_and_very_make_it_stronger() -> None:
    plain = mood_of("Ich bin enttäuscht", "de").mood
    assert mood_of("Ich bin sehr enttäuscht", "de").mood < plain
    assert mood_of("Ich bin enttäuscht!!", "de").mood < plain
    assert mood_of("Ich bin ENTTÄUSCHT", "de").mood < plain
    assert mood_of("Ich bin etwas enttäuscht", "de").mood > plain


def test_the_words_that_made_the_mood_are_named() -> None:
    verdict = mood_of("Vielen Dank, aber der Service ist miserabel", "de")
    assert verdict.reasons[0].values["word"] == "miserabel"


def test_a_complaint_without_any_word_of_feeling_still_names_what_carried_it() -> None:
    verdict = mood_of("Ich warte seit drei Wochen auf mein Geld", "de")
    assert verdict.label == "negative"
    named = {reason.values["word"] for reason in verdict.reasons}
    assert named & {"warte", "Wochen"}
    assert not named & {"Ich", "auf", "mein"}


def test_unknown_language_reads_both_lexicons_and_stays_in_bounds() -> None:
    assert mood_of("terrible").mood < 0
    assert mood_of("schrecklich").mood < 0
    assert -1 <= mood_of("Frechheit! " * 500, "de").mood <= 1


def test_of_a_language_never_learned_nothing_is_claimed_but_its_emoji_speak() -> None:
    assert mood_of("Où est mon colis, c'est inadmissible", "fr").ranked == ()
    assert mood_of("Où est mon colis 😡", "fr").label == "negative"


def test_expressions_may_hold_words_in_between() -> None:
    waiting = evidence("Ich warte seit nun schon drei Wochen", "de")
    plain = evidence("Ich wohne hier seit gestern", "de")
    assert waiting.signals != plain.signals
    assert mood_of("seit nun schon drei Wochen keine Antwort", "de").mood < mood_of("drei Antworten", "de").mood


def test_the_trend_of_a_contact() -> None:
    assert trend([-0.8, -0.2, 0.5]) > 0.5
    assert trend([0.6, 0.0, -0.6]) == pytest.approx(-0.6)
    assert trend([0.3]) == trend([]) == 0
    assert trend([-1, 1, 1, 1]) <= 1
    assert label(-0.25) == "negative"
    assert label(0.25) == "positive"


def test_a_file_that_is_no_mood_model_is_refused_with_a_code(tmp_path: Path) -> None:
    noise, other = tmp_path / "noise.npz", tmp_path / "other.npz"
    noise.write_bytes(b"PK\x03\x04 not really")
    np.savez(other, format=np.int32(99))
    for path, code in ((noise, "mood_model_damaged"), (other, "mood_model_format")):
        with pytest.raises(ModelError) as raised:
            MoodModel.load(path)
        assert raised.value.code == code


def test_a_saved_model_says_the_same_when_read_again(tmp_path: Path) -> None:
    starter().save(tmp_path / "m.npz")
    again = MoodModel.load(tmp_path / "m.npz")
    assert mood_of("Schon wieder keine Antwort", "de", again) == mood_of("Schon wieder keine Antwort", "de")
