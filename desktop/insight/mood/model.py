"""The mood model: a linear model over the signals of the lexicon and hashed words and letters, calibrated by temperature.
Learned by ``desktop.hub.training.mood``, shipped as a small npz without pickled objects; prediction needs numpy alone.
Thread-safe, for ``predict`` changes nothing. No text can be read out of it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from desktop.assets import asset
from desktop.insight.artefact import ModelError, reading, write
from desktop.insight.mood.lexicon import SIGNALS, Evidence
from desktop.insight.ngrams import damped, letters, terms

if TYPE_CHECKING:
    from numpy import float32, int8, int64
    from numpy.typing import NDArray

FORMAT = 1
MOODS = ("negative", "neutral", "positive")
_LETTERS = (2, 3, 4, 5)
_MARGIN = 2.0
"""Log-odds the evidence has to show for a word to be named, together with all it stands in."""

_NAMED = 3


class Hashed(NamedTuple):
    """The hashed part of a text: buckets, values of squared length 1 together, the word each belongs to."""

    bucket: NDArray[int64]
    value: NDArray[float32]
    owner: NDArray[int64]


def hashed(found: Evidence, bits: int, idf: NDArray[float32] | None = None) -> Hashed:
    """Return the hashed words, pairs of words and letter n-grams of a text, weighted by ``idf`` where it is given."""
    import numpy as np

    one, one_owner = terms(found.words, bits)
    two, two_owner = letters(found.words, _LETTERS, bits)
    parts = []
    for bucket in (one, two):
        value = damped(bucket)
        if idf is not None:
            value = value * idf[bucket]
        total = np.bincount(bucket, weights=value) if len(bucket) else np.zeros(1)
        norm = float(np.sqrt((total * total).sum()))
        parts.append(value * np.float32(0.5**0.5 / norm) if norm else value)
    return Hashed(
        np.concatenate((one, two)),
        np.concatenate(parts).astype(np.float32),
        np.concatenate((one_owner, two_owner)),
    )


class Prediction(NamedTuple):
    """Probability of each of ``MOODS``, and the words the hashed part speaks through with their log-odds for the best."""

    chances: tuple[float, float, float]
    words: tuple[tuple[str, float], ...]


class MoodModel:
    """A trained model in memory. Make it with ``load`` (or ``starter`` for the one that is shipped)."""

    def __init__(
        self,
        signals: NDArray[float32],
        weights: NDArray[int8],
        scale: NDArray[float32],
        bias: NDArray[float32],
        idf: NDArray[float32],
        temperature: float,
        languages: tuple[str, ...] = (),
        version: str = "",
    ) -> None:
        """``signals`` has shape (len(SIGNALS), 3), ``weights`` (2**bits, 3) and is multiplied by ``scale`` per mood;
        ``languages`` (ISO 639-1) are those it learned from."""
        self.signals = signals
        self.weights = weights
        self.scale = scale
        self.bias = bias
        self.idf = idf
        self.temperature = temperature
        self.languages = languages
        self.version = version
        self._bits = int(weights.shape[0]).bit_length() - 1

    @classmethod
    def load(cls, path: Path) -> MoodModel:
        """Read a model. Raises ``ModelError`` for a file that is none or of another format, ``OSError`` if unreadable."""
        with path.open("rb") as raw:
            return cls.read(raw, path)

    @classmethod
    def read(cls, raw: IO[bytes], path: Path) -> MoodModel:
        """Read a model from an open file; ``path`` only names it. Raises as ``load`` does."""
        import numpy as np

        with reading(raw, path, "mood", FORMAT) as file:
            if tuple(str(name) for name in file["signal_names"]) != SIGNALS:
                raise ModelError("mood_model_format", path)
            model = cls(
                signals=file["signals"].astype(np.float32),
                weights=file["weights"],
                scale=file["scale"].astype(np.float32),
                bias=file["bias"].astype(np.float32),
                idf=file["idf"].astype(np.float32),
                temperature=float(file["temperature"]),
                languages=tuple(str(code) for code in file["languages"]),
                version=str(file["version"]),
            )
        rows, columns = model.weights.shape if model.weights.ndim == 2 else (0, 0)
        shapes = (model.signals.shape, model.scale.shape, model.bias.shape, model.idf.shape)
        if not rows or rows & (rows - 1) or shapes != ((len(SIGNALS), 3), (3,), (3,), (rows,)) or columns != 3:
            raise ModelError("mood_model_damaged", path)
        return model

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import numpy as np

        write(
            path,
            format=np.int32(FORMAT),
            signal_names=np.array(SIGNALS, dtype=np.str_),
            signals=self.signals.astype(np.float32),
            weights=self.weights,
            scale=self.scale.astype(np.float32),
            bias=self.bias.astype(np.float32),
            idf=self.idf.astype(np.float16),
            temperature=np.float32(self.temperature),
            languages=np.array(self.languages, dtype=np.str_),
            version=np.str_(self.version),
        )

    def predict(self, found: Evidence) -> Prediction:
        """Return the chances of the moods for a text that says anything (``found.signals`` is not empty)."""
        import numpy as np

        part = hashed(found, self._bits, self.idf)
        rows = self.weights[part.bucket].astype(np.float32) * self.scale
        logits = part.value @ rows + np.asarray(found.signals, dtype=np.float32) @ self.signals + self.bias
        logits = logits / np.float32(self.temperature)
        odds = np.exp(logits - logits.max())
        negative, neutral, positive = (odds / odds.sum()).tolist()
        best = int(np.argmax(logits))
        shares = np.bincount(part.owner, weights=part.value * (rows[:, best] - rows.mean(axis=1)))
        said: dict[str, float] = {}
        for word, share in zip(found.written, shares.tolist(), strict=False):
            said[word] = said.get(word, 0.0) + share / self.temperature
        leading = sorted(said.items(), key=lambda item: -item[1])[:_NAMED]
        least = max(share for _, share in leading) / _MARGIN if leading else 0.0
        return Prediction(
            (negative, neutral, positive), tuple((word, share) for word, share in leading if share > max(least, 0.05))
        )


@functools.cache
def starter() -> MoodModel:
    """Return the model that is shipped, loaded once. Raises as ``MoodModel.load`` does."""
    return MoodModel.load(asset("models", "mood-starter.npz"))
