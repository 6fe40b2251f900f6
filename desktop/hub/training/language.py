"""The training of language identification: a logistic regression over hashed letters and words of short pieces of the
starter sentences, so that one word is already judged, and as unsurely as it deserves. A class of its own stands for what
is no language: keyboard noise, numbers, shuffled letters. Called by ``make models``; everything is seeded.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import yaml
from msgspec import Struct
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from desktop.assets import asset
from desktop.insight.catalogue import phrases
from desktop.insight.language import UNKNOWN, LanguageModel, hashed, words_of

SEED = 20260
BITS = 14
_STRENGTH = 30.0
_PIECES = {"de": 7000, "en": 7000}
_PIECES_ELSE = 2200
_NOISE = 2000
_LENGTHS = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 14)
_PLAIN = 0.12
"""How many pieces lose their accents, as they are often typed."""

_QUOTING = 0.15
"""How many pieces name something in another language: English titles are everywhere, others in English sentences."""

_HELD_OUT = 0.15
_SENTENCE = re.compile(r"(?<=[.?!;])\s+")


class LanguageFigures(Struct, frozen=True, kw_only=True):
    """Shares right of ``held_out`` sentences (15 % of each language, split by ``seed``), by how many of their first words
    were read; ``calibration`` is the expected calibration error over ten bins of all of these together."""

    languages: int
    sentences: int
    held_out: int
    seed: int
    one_word: float
    two_words: float
    three_words: float
    five_words: float
    whole: float
    calibration: float


def starter_sentences() -> dict[str, list[str]]:
    """Return the sentences that are shipped, by language; function words are sentences of one word."""
    with asset("starter", "languages.yaml").open(encoding="utf-8") as file:
        table = msgspec.convert(yaml.safe_load(file), dict[str, dict[str, str]])
    found = {code: [*_SENTENCE.split(entry["sample"]), *entry["words"].split()] for code, entry in table.items()}
    for code in ("de", "en"):
        for texts in phrases(asset("starter", f"intents.{code}.yaml")).values():
            found[code] += texts
        with asset("starter", f"moods.{code}.yaml").open(encoding="utf-8") as file:
            for texts in msgspec.convert(yaml.safe_load(file), dict[str, list[str]]).values():
                found[code] += texts
    return {code: sorted({one.strip() for one in texts if words_of(one)}) for code, texts in found.items()}


def train_language(sentences: Mapping[str, Sequence[str]], seed: int = SEED) -> tuple[LanguageModel, LanguageFigures]:
    """Return the model learned from all ``sentences``, and the figures of one that did not see a part of them."""
    chance = random.Random(seed)
    kept: dict[str, list[str]] = {}
    held: list[tuple[str, str]] = []
    for code, texts in sentences.items():
        order = chance.sample(list(texts), len(texts))
        count = int(_HELD_OUT * len(order))
        kept[code] = order[count:]
        held += [(code, one) for one in order[:count] if " " in one]
    # These vectors are too small to share among threads.
    with threadpool_limits(limits=1):
        figures = _measured(_fit(kept, seed), held, sum(map(len, sentences.values())), seed)
        return _fit(sentences, seed), figures


def _fit(sentences: Mapping[str, Sequence[str]], seed: int) -> LanguageModel:
    chance = random.Random(seed)
    texts: list[list[str]] = []
    labels: list[str] = []
    spoken = {code: [words_of(line) for line in lines] for code, lines in sentences.items()}
    titles = [words for words in spoken.get("en", ()) if len(words) > 1]
    strange = [words for code, lines in spoken.items() if code != "en" for words in lines if len(words) > 1]
    for code, split in spoken.items():
        others = titles if code != "en" else strange
        # A long sentence has more to say than a word of a list.
        weights = [len(words) ** 0.5 for words in split]
        for words in chance.choices(split, weights, k=_PIECES.get(code, _PIECES_ELSE)):
            length = chance.choice(_LENGTHS)
            start = chance.randrange(max(1, len(words) - length + 1))
            piece = words[start : start + length]
            if others and chance.random() < _QUOTING and len(words) > 2:
                piece = _quoting(chance, words, others)
            texts.append([_plain(word) for word in piece] if chance.random() < _PLAIN else piece)
            labels.append(code)
    every = [word for lines in sentences.values() for line in lines for word in words_of(line)]
    for _ in range(_NOISE):
        texts.append([_noise(chance, every) for _ in range(chance.choice((1, 1, 2, 3, 4)))])
        labels.append(UNKNOWN)
    matrix = _matrix(texts)
    regression = LogisticRegression(C=_STRENGTH, tol=1e-3, max_iter=200)
    regression.fit(matrix, labels)
    scale = np.maximum(np.abs(regression.coef_).max(axis=1), 1e-6) / 127
    return LanguageModel(
        codes=tuple(str(code) for code in regression.classes_),
        weights=np.round(regression.coef_ / scale[:, None]).astype(np.int8).T.copy(),
        scale=scale.astype(np.float32),
        bias=regression.intercept_.astype(np.float32),
        version="starter-2",
    )


def _quoting(chance: random.Random, words: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Return a sentence that names something in another language, as a title or product is: it stays in its own."""
    own = list(words[: chance.randint(3, 9)])
    title = chance.choice(others)[: chance.randint(1, 5)]
    place = chance.randint(1, len(own))
    return [*own[:place], *title, *own[place:]]


def _plain(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _noise(chance: random.Random, every: Sequence[str]) -> str:
    kind = chance.random()
    if kind < 0.35:
        return "".join(chance.sample(word := chance.choice(every), len(word)))
    if kind < 0.6:
        return "".join(chance.choices("asdfghjklqwertzuiopyxcvbnm", k=chance.randint(2, 9)))
    if kind < 0.75:
        start, row = chance.randrange(6), chance.choice(("asdfghjkl", "qwertzuiop", "yxcvbnm", "qwertyuiop"))
        return row[start : start + chance.randint(3, 6)]
    if kind < 0.85:
        return chance.choice("bcdfghjklmnpqrstvwxzaeiou") * chance.choice((2, 3, 4, 6, 12, 40))
    return "".join(chance.choices("bcdfghjklmnpqrstvwxz", k=chance.randint(2, 6)))


def _matrix(texts: Sequence[Sequence[str]]) -> csr_matrix:
    parts = [hashed(words, BITS) for words in texts]
    starts = np.concatenate(([0], np.cumsum([len(bucket) for bucket, _ in parts])))
    bucket: NDArray[np.int64] = np.concatenate([one for one, _ in parts])
    value: NDArray[np.float32] = np.concatenate([one for _, one in parts])
    matrix = csr_matrix((value, bucket, starts), shape=(len(parts), 1 << BITS))
    matrix.sum_duplicates()
    return matrix


def _measured(model: LanguageModel, held: Sequence[tuple[str, str]], total: int, seed: int) -> LanguageFigures:
    shares: dict[int, float] = {}
    sure: list[float] = []
    right: list[bool] = []
    for length in (1, 2, 3, 5, 99):
        hits = []
        for code, text in held:
            ranked = model.ranked(words_of(text)[:length])
            hits.append(ranked[0][0] == code)
            sure.append(ranked[0][1])
        right += hits
        shares[length] = sum(hits) / len(hits)
    chances, hit = np.array(sure), np.array(right, dtype=float)
    bins = np.minimum((chances * 10).astype(int), 9)
    gaps = (abs(chances[bins == b].mean() - hit[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist()))
    return LanguageFigures(
        languages=len(model.codes) - 1,
        sentences=total,
        held_out=len(held),
        seed=seed,
        one_word=shares[1],
        two_words=shares[2],
        three_words=shares[3],
        five_words=shares[5],
        whole=shares[99],
        calibration=float(sum(gaps)),
    )


def write_starter(out: Path | None = None, seed: int = SEED) -> LanguageFigures:
    """Build the model that is shipped from the starter sentences, and return its figures."""
    model, figures = train_language(starter_sentences(), seed)
    out = out or asset("models", "language-starter.npz")
    out.parent.mkdir(parents=True, exist_ok=True)
    model.save(out)
    return figures
