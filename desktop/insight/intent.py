"""What a message is about: one of the trained request types, or none of them; calibrated, with the words that decided.

A small network over hashed features (``features``), trained by ``desktop.hub.training.intent`` and shipped as a npz without
pickled objects: one hidden layer of rectified units, and a linear part beside it. Whoever holds a model calls ``predict``; it
is thread-safe, for it changes nothing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from msgspec import Struct

from desktop.assets import asset
from desktop.insight.artefact import ModelError, reading, write
from desktop.insight.concepts import Concepts
from desktop.insight.features import Features, Vocabulary, features, weighted
from desktop.insight.language import function_words
from desktop.insight.normalise import fold

if TYPE_CHECKING:
    from numpy import float32, int8
    from numpy.typing import NDArray

FORMAT = 3
NONE = ""
"""The label of the class "none of these"; it never leaves this module and training."""

_MASKED = frozenset({"xurl", "xmail", "xmoney", "xnumber"})
_MOST_RANKED = 6
_MOST_WORDS = 4
_READ = 8000

_CLAUSE_END = re.compile(
    r"(?i)[.!?;\n]+|,?\s+(?:außerdem|ausserdem|zudem|ferner|desweiteren|und\s+(?:noch|dann|ich|wir|könn\w*|bitte)"
    r"|also|besides|furthermore|additionally|plus|and\s+(?:then|i|we|can|could|please))\b"
)
_MOST_CLAUSES = 12
_FEWEST_WORDS = 3
_CERTAIN, _HEARD = 0.8, 0.005
"""A clause alone says less than the whole message: another intent in it is named only from this probability on, and only
where the whole does not rule it out, as it does the praise in "thanks and regards"."""


class IntentVerdict(Struct, frozen=True, kw_only=True):
    """``ranked`` holds (intent, probability), best first; what they lack to 1 is "none of the known" and the tail.
    ``known`` is false where the text is none of the trained intents. ``words`` are those that decided, as written.
    ``also`` are further intents said in other sentences of the same message."""

    ranked: tuple[tuple[str, float], ...] = ()
    known: bool = False
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def intent(self) -> str | None:
        """The best intent where the text is a known one."""
        return self.ranked[0][0] if self.known else None

    @property
    def probability(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0


class Network(NamedTuple):
    """``hidden`` (features, units) leads by rectified units and ``output`` (units, labels) to the labels, ``direct``
    (features, labels) at once. One byte a weight, multiplied by the scale of its column."""

    hidden: NDArray[int8]
    scale: NDArray[float32]
    bias: NDArray[float32]
    output: NDArray[float32]
    direct: NDArray[int8]
    direct_scale: NDArray[float32]
    output_bias: NDArray[float32]


class _Judged(NamedTuple):
    """``ranked`` is complete and without "none"; ``effects`` is what each feature did for the best label."""

    ranked: list[tuple[str, float]]
    known: bool
    effects: dict[int, float]


class IntentModel:
    """A trained model in memory. Make it with ``load`` (or ``starter`` for the one that is shipped)."""

    def __init__(
        self,
        labels: tuple[str, ...],
        vocabulary: Vocabulary,
        network: Network,
        concepts: Concepts,
        temperature: float,
        threshold: float,
        version: str = "",
    ) -> None:
        """``threshold`` is the least probability of a known intent."""
        self.labels = labels
        self.vocabulary = vocabulary
        self.network = network
        self.concepts = concepts
        self.temperature = temperature
        self.threshold = threshold
        self.version = version

    @property
    def intents(self) -> tuple[str, ...]:
        """The request types it can tell apart."""
        return tuple(label for label in self.labels if label != NONE)

    @classmethod
    def load(cls, path: Path) -> IntentModel:
        """Read a model. Raises ``ModelError`` for a file that is none or of another format, ``OSError`` if unreadable."""
        with path.open("rb") as raw:
            return cls.read(raw, path)

    @classmethod
    def read(cls, raw: IO[bytes], path: Path) -> IntentModel:
        """Read a model from an open file; ``path`` only names it. Raises as ``load`` does."""
        import numpy as np

        with reading(raw, path, "intent", FORMAT) as file:
            model = cls(
                labels=tuple(str(label) for label in file["labels"]),
                vocabulary=Vocabulary(
                    np.cumsum(file["key_steps"], dtype=np.uint32),
                    file["idf"].astype(np.float32),
                    float(file["unseen"]),
                ),
                network=Network(*(_weights(file[name]) for name in Network._fields)),
                concepts=Concepts.decode(str(file["concepts"])),
                temperature=float(file["temperature"]),
                threshold=float(file["threshold"]),
                version=str(file["version"]),
            )
        if not model._is_whole():
            raise ModelError("intent_model_damaged", path)
        return model

    def _is_whole(self) -> bool:
        rows, units, count = len(self.vocabulary.key), len(self.network.scale), len(self.labels)
        shapes = [part.shape for part in (self.vocabulary.idf, *self.network)]
        wanted = [(rows,), (rows, units), (units,), (units,), (units, count), (rows, count), (count,), (count,)]
        return shapes == wanted and rows > 0 and len(self.intents) > 1 and self.temperature > 0

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import numpy as np

        write(
            path,
            format=np.int32(FORMAT),
            labels=np.array(self.labels, dtype=np.str_),
            key_steps=np.diff(self.vocabulary.key, prepend=np.uint32(0)),
            idf=self.vocabulary.idf.astype(np.float16),
            unseen=np.float32(self.vocabulary.unseen),
            **self.network._replace(output=self.network.output.astype(np.float16))._asdict(),
            concepts=np.str_(self.concepts.encode()),
            temperature=np.float32(self.temperature),
            threshold=np.float32(self.threshold),
            version=np.str_(self.version),
        )

    def predict(self, text: str, language: str = "") -> IntentVerdict:
        """Return the verdict on ``text``, best stripped of quotes and greetings before (``mail_text``).

        ``language`` (ISO 639-1) keeps function words of that language out of the evidence; the verdict itself needs
        none, one model serves all languages it was trained in."""
        parts = features(text, self.concepts)
        judged = self._judged(parts)
        if judged is None:
            return IntentVerdict()
        ranked, known, effects = judged
        return IntentVerdict(
            ranked=tuple(ranked[:_MOST_RANKED]),
            known=known,
            words=_deciding_words(parts, effects, language) if known else (),
            also=self._also(text, ranked) if known else (),
        )

    def _judged(self, parts: Features) -> _Judged | None:
        """Return ``None`` for a text of which no feature is known."""
        import numpy as np

        place, value = weighted(parts, self.vocabulary)
        if not len(place):
            return None
        rows = self.network.hidden[place].astype(np.float32)
        units = (value @ rows) * self.network.scale + self.network.bias
        is_active = units > 0
        direct = self.network.direct[place].astype(np.float32)
        logits = (units * is_active) @ self.network.output + (value @ direct) * self.network.direct_scale
        logits = (logits + self.network.output_bias) / np.float32(self.temperature)
        odds = np.exp(logits - logits.max())
        probabilities = odds / odds.sum()
        order = [int(i) for i in np.argsort(-probabilities, kind="stable")]
        ranked = [(self.labels[i], float(probabilities[i])) for i in order if self.labels[i] != NONE]
        known = self.labels[order[0]] != NONE and ranked[0][1] >= self.threshold
        # Between its bends the network is linear: what a feature did for a label can be read off exactly.
        aim = np.full(len(self.labels), np.float32(-1 / len(self.labels)))
        aim[self.labels.index(ranked[0][0])] += 1
        pull = (self.network.output @ aim) * is_active * self.network.scale
        effect = value * (rows @ pull + direct @ (aim * self.network.direct_scale))
        return _Judged(ranked, known, dict(zip(self.vocabulary.key[place].tolist(), effect.tolist(), strict=True)))

    def _also(self, text: str, ranked: Sequence[tuple[str, float]]) -> tuple[str, ...]:
        """Return the intents but the best that clauses of ``text``, which was ``ranked`` so, name with certainty."""
        heard = {label for label, p in ranked[1:] if p >= _HEARD}
        found: list[str] = []
        for clause in _clauses(text):
            judged = self._judged(features(clause, self.concepts))
            if judged is None or not judged.known or judged.ranked[0][1] < _CERTAIN:
                continue
            label = judged.ranked[0][0]
            if label in heard and label not in found:
                found.append(label)
        return tuple(found)


def _weights(array: NDArray[Any]) -> NDArray[Any]:
    """Return weights of one byte as they are, others in the precision to reckon in."""
    return array if array.dtype.itemsize == 1 else array.astype("float32")


def _clauses(text: str) -> Iterator[str]:
    """Yield the sentences and clauses of ``text`` that have a few words, or nothing where there is only one."""
    parts = [part for part in _CLAUSE_END.split(text[:_READ]) if len(part.split()) >= _FEWEST_WORDS]
    if len(parts) > 1:
        yield from parts[:_MOST_CLAUSES]


def _deciding_words(parts: Features, effects: dict[int, float], language: str) -> tuple[str, ...]:
    """Share the effect of each feature among the words it came from; return those that pushed most, as written."""
    users: dict[int, int] = {}
    for mine in parts.owners:
        for key in mine:
            users[key] = users.get(key, 0) + 1
    dull = function_words(language)
    shares: dict[str, float] = {}
    spelling: dict[str, str] = {}
    for word, mine in zip(parts.words, parts.owners, strict=True):
        token = fold(word)
        if token in dull or len(token) < 2 or token in _MASKED:
            continue
        spelling.setdefault(token, word)
        shares[token] = shares.get(token, 0.0) + sum(effects.get(key, 0.0) / users[key] for key in mine)
    top = sorted(shares.items(), key=lambda item: -item[1])[:_MOST_WORDS]
    return tuple(spelling[token] for token, share in top if share > 0.15 * top[0][1] and share > 0)


@functools.cache
def starter() -> IntentModel:
    """Return the model that is shipped, loaded once. Raises as ``IntentModel.load`` does."""
    return IntentModel.load(asset("models", "intent-starter.npz"))
