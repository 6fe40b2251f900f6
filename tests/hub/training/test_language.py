"""Language identification is learned from the starter sentences, so that a language is added by writing some."""

from __future__ import annotations

from desktop.hub.training.language import starter_sentences, train_language
from desktop.insight.language import words_of


def test_a_language_written_down_is_told_from_the_others() -> None:
    sentences = {code: starter_sentences()[code] for code in ("fr", "nl", "da")}
    model, figures = train_language(sentences, seed=5)
    assert set(model.codes) == {"fr", "nl", "da", "und"}
    assert figures.whole > 0.93
    assert figures.one_word > 0.7
    assert model.ranked(words_of("Où est mon colis"))[0][0] == "fr"
    assert model.ranked(words_of("sdfgh jklqw"))[0][0] == "und"


def test_every_language_has_sentences_enough() -> None:
    assert all(len(texts) >= 90 for texts in starter_sentences().values())
