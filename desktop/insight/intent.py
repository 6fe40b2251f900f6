"""What a message is about: one of the trained request types, or none of them; calibrated, with the words that decided.

A linear model over hashed features (``features``), trained by ``desktop.hub.training.intent`` and shipped as a small
npz without pickled objects. Whoever holds a model calls ``predict``; it is thread-safe, for it changes nothing.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from desktop.assets import asset
from desktop.insight.concepts import Concepts
from desktop.insight.features import Features, features, weighted
from desktop.insight.language import function_words
from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int8
    from numpy.typing import NDArray

FORMAT = 2
NONE = ""
"""The label of the class "none of these"; it never leaves this module and training."""

_MASKED = frozenset({"xurl", "xmail", "xmoney", "xnumber"})
_MOST_RANKED = 6
_MOST_WORDS = 4


class IntentError(ValueError):
    """The file is no intent model this version can read. ``code`` says what is wrong."""

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path.name}")
        self.code = code


class IntentVerdict(Struct, frozen=True, kw_only=True):
    """``ranked`` holds (intent, probability), best first; what they lack to 1 is "none of the known" and the tail.
    ``known`` is false where the text is none of the trained intents. ``words`` are those that decided, as written."""

    ranked: tuple[tuple[str, float], ...] = ()
    known: bool = False
    words: tuple[str, ...] = ()

    @property
    def intent(self) -> str | None:
        """The best intent where the text is a known one."""
        return self.ranked[0][0] if self.known else None

    @property
    def probability(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0


class IntentModel:
    """A trained model in memory. Make it with ``load`` (or ``starter`` for the one that is shipped)."""

    def __init__(
        self,
        labels: tuple[str, ...],
        weights: NDArray[int8],
        scale: NDArray[float32],
        bias: NDArray[float32],
        idf: NDArray[float32],
        concepts: Concepts,
        temperature: float,
        threshold: float,
        version: str = "",
    ) -> None:
        """``weights`` has shape (2**bits, labels) and is multiplied by ``scale`` per label; ``threshold`` is the least
        probability of a known intent."""
        self.labels = labels
        self.weights = weights
        self.scale = scale
        self.bias = bias
        self.idf = idf
        self.concepts = concepts
        self.temperature = temperature
        self.threshold = threshold
        self.version = version
        self._bits = int(weights.shape[0]).bit_length() - 1

    @property
    def intents(self) -> tuple[str, ...]:
        """The request types it can tell apart."""
        return tuple(label for label in self.labels if label != NONE)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read a model. Raises ``IntentError`` for a file that is none or of another format, ``OSError`` if unreadable."""
        import zipfile

        import numpy as np

        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                if int(file["format"]) != FORMAT:
                    raise IntentError("intent_model_format", path)
                model = cls(
                    labels=tuple(str(label) for label in file["labels"]),
                    weights=file["weights"],
                    scale=file["scale"].astype(np.float32),
                    bias=file["bias"].astype(np.float32),
                    idf=file["idf"].astype(np.float32),
                    concepts=Concepts.decode(str(file["concepts"])),
                    temperature=float(file["temperature"]),
                    threshold=float(file["threshold"]),
                    version=str(file["version"]),
                )
        except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
            if isinstance(error, IntentError):
                raise
            raise IntentError("intent_model_damaged", path) from error
        rows, columns = model.weights.shape if model.weights.ndim == 2 else (0, 0)
        count = len(model.labels)
        if not rows or rows & (rows - 1) or model.idf.shape != (rows,) or not columns == count == len(model.bias):
            raise IntentError("intent_model_damaged", path)
        return model

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import numpy as np

        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez_compressed(
                file,
                format=np.int32(FORMAT),
                labels=np.array(self.labels, dtype=np.str_),
                weights=self.weights,
                scale=self.scale.astype(np.float32),
                bias=self.bias.astype(np.float32),
                idf=self.idf.astype(np.float16),
                concepts=np.str_(self.concepts.encode()),
                temperature=np.float32(self.temperature),
                threshold=np.float32(self.threshold),
                version=np.str_(self.version),
            )
        part.replace(path)

    def predict(self, text: str, language: str = "") -> IntentVerdict:
        """Return the verdict on ``text``, best stripped of quotes and greetings before (``mail_text``).

        ``language`` (ISO 639-1) keeps function words of that language out of the evidence; the verdict itself needs
        none, one model serves all languages it was trained in."""
        import numpy as np

        parts = features(text, self._bits, self.concepts)
        if not parts.words:
            return IntentVerdict()
        index, value = weighted(parts, self.idf)
        rows = self.weights[index].astype(np.float32) * self.scale
        logits = (value @ rows + self.bias) / np.float32(self.temperature)
        odds = np.exp(logits - logits.max())
        probabilities = odds / odds.sum()
        order = [int(i) for i in np.argsort(-probabilities, kind="stable")]
        ranked = [(self.labels[i], float(probabilities[i])) for i in order if self.labels[i] != NONE]
        known = self.labels[order[0]] != NONE and ranked[0][1] >= self.threshold
        best = self.labels.index(ranked[0][0])
        effect = value * (rows[:, best] - rows.mean(axis=1))
        deciding = _deciding_words(parts, dict(zip(index.tolist(), effect.tolist(), strict=True)), language)
        return IntentVerdict(ranked=tuple(ranked[:_MOST_RANKED]), known=known, words=deciding if known else ())


def _deciding_words(parts: Features, effects: dict[int, float], language: str) -> tuple[str, ...]:
    """Share the effect of each feature among the words it came from; return those that pushed most, as written."""
    users: dict[int, int] = {}
    for mine in parts.owners:
        for bucket in mine:
            users[bucket] = users.get(bucket, 0) + 1
    dull = function_words(language)
    shares: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for word, mine in zip(parts.words, parts.owners, strict=True):
        key = fold(word)
        if key in dull or len(key) < 2 or key in _MASKED:
            continue
        spelling.setdefault(key, word)
        shares[key] = shares.get(key, 0.0) + sum(effects[bucket] / users[bucket] for bucket in mine)
    top = sorted(shares.items(), key=lambda item: -item[1])[:_MOST_WORDS]
    return tuple(spelling[key] for key, share in top if share > 0.15 * top[0][1] and share > 0)


@functools.cache
def starter() -> IntentModel:
    """Return the model that is shipped, loaded once. Raises as ``IntentModel.load`` does."""
    return IntentModel.load(asset("models", "intent-starter.npz"))
