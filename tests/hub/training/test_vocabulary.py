"""What one person alone said is neither learned nor does it show."""

from __future__ import annotations

import numpy as np
import pytest

from desktop.hub.training.examples import Example, TooFewExamples
from desktop.hub.training.vocabulary import Read, private_features
from desktop.insight.concepts import Concepts
from desktop.insight.features import features

NOTHING = Concepts({})


def keys(text: str) -> set[int]:
    found = features(text, NOTHING)
    return {int(key) for part in (found.word, found.char) for key in part.key}


def learned(examples: list[Example], least_seen: int) -> set[int]:
    read = Read([one.text for one in examples], NOTHING, private_features(examples, NOTHING, least_seen))
    return set(read.vocabulary(np.arange(len(examples))).key.tolist())


def test_a_word_needs_so_many_people_however_often_one_says_it() -> None:
    said = [Example("blau", "a", author=f"c{n}") for n in range(3)] + [Example("xylofon", "a", author="c1")] * 9
    assert keys("xylofon") <= learned(said, 1)
    assert learned(said, 3) == keys("blau")


def test_where_everything_is_somebodys_secret_nothing_is_learned() -> None:
    with pytest.raises(TooFewExamples):
        learned([Example("xylofon", "a", author="c1"), Example("quarz", "b", author="c2")], 3)


def test_what_is_nobodys_secret_is_learned_from_one_text() -> None:
    said = [Example("xylofon", "a"), Example("xylofon", "a", author="c1"), Example("quarz", "b", author="c2")]
    assert learned(said, 3) == keys("xylofon")


def test_strange_words_make_a_text_shorter_not_longer() -> None:
    read = Read(["blau", "blau zork"], NOTHING, private_features([], NOTHING, 1))
    vocabulary = read.vocabulary(np.array([0]))
    plain, drowned = read.matrix(np.arange(2), vocabulary).toarray()
    assert np.square(drowned).sum() < 0.8 * np.square(plain).sum()
