"""The training of the intent model: nets over hashed features (``network``) beside separators (``linear``), mixed and
calibrated on texts and request types kept from them (``calibration``).

The threshold is not guessed: some request types are left out of training altogether in turn, and their texts stand for what
nobody foresaw. Everything is seeded; the same examples give the same model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from desktop.hub.training.calibration import Heard, temperature_of, threshold_of
from desktop.hub.training.examples import Example
from desktop.hub.training.examples import TooFewExamples as TooFewExamples
from desktop.hub.training.linear import Separators, separators
from desktop.hub.training.network import Layers, Matrix, fit
from desktop.hub.training.vocabulary import Read, private_features
from desktop.insight.concepts import starter_concepts
from desktop.insight.features import Vocabulary
from desktop.insight.intent import NONE, IntentModel, Network

SEED: Final = 20260
NETS: Final = 2
_UNITS, _FEW_UNITS, _FEW_TEXTS = 128, 64, 4000
_FOLDS: Final = 5
_ENOUGH_HELD: Final = 600
"""So many texts judge well enough; with fewer at hand all folds are gone through."""

_STRANGERS, _FEWEST_STRANGERS = 0.4, 0.05
_BINS: Final = 15
_NEVER: Final = np.float32(-1e4)


class Figures(Struct, frozen=True, kw_only=True):
    """What was measured on texts not learned from (``held_out`` texts, split by ``seed``), all from 0 to 1.

    ``accuracy`` is of the best intent over known texts whatever the refusal; ``accepted`` the part of known texts not
    refused, ``accuracy_accepted`` among these; ``refused`` the part of none-of-these texts refused; ``calibration`` the
    expected calibration error over 15 bins."""

    examples: int
    labels: int
    held_out: int
    seed: int
    accuracy: float
    accepted: float
    accuracy_accepted: float
    refused: float
    calibration: float
    threshold: float
    temperature: float


class _Verdict(NamedTuple):
    truth: str
    best: str
    sure: float
    known: bool


def train(
    examples: Sequence[Example],
    version: str = "",
    seed: int = SEED,
    *,
    units: int = 0,
    nets: int = NETS,
    least_seen: int = 1,
    strangers: float | None = None,
    held_out: Sequence[Example] | None = None,
) -> tuple[IntentModel, Figures]:
    """Return the model learned from all ``examples``, and the figures of its like, learned from four fifths of them and
    measured on others; with ``held_out`` those of the model itself, measured on these.

    ``nets`` of ``units`` hidden units each (0: by the number of texts) share the work. Features of fewer than ``least_seen``
    different authors are not learned, those of texts without author always are. ``strangers`` is the share of messages one
    expects to be none of the request types; without it that of the examples, at least a twentieth, or two fifths where they
    hold none of these. Raises ``TooFewExamples``."""
    said, examples = examples, _unique(examples)
    names = sorted({one.intent for one in examples})
    units = units or (_UNITS if len(examples) >= _FEW_TEXTS else _FEW_UNITS)
    if len([name for name in names if name != NONE]) < 2 or len(examples) < 2 * len(names):
        raise TooFewExamples("two request types with at least two texts each are needed")
    if strangers is None:
        share = sum(one.intent == NONE for one in examples) / len(examples)
        strangers = max(share, _FEWEST_STRANGERS) if share else _STRANGERS
    # These vectors are too small to share among threads, and training runs beside a hub that answers agents.
    with threadpool_limits(limits=1):
        # Who said what is counted before texts that are there twice go: two people may have said the same.
        private = private_features(said, starter_concepts(), least_seen)
        course = _Course(examples, names, private, units, nets, seed)
        heard, blind = course.rehearsed()
        leaning, temperature = temperature_of(heard)
        mixed = [one.mixed(leaning) for one in blind]
        threshold = threshold_of(heard.mixed(leaning), mixed, temperature, strangers)
        model = course.model(leaning, temperature, threshold, version)
    verdicts = _crossed(heard, blind, names, strangers) if held_out is None else _given(model, held_out)
    return model, _figures(verdicts, model, len(examples), seed)


def _unique(examples: Sequence[Example]) -> list[Example]:
    """Drop texts that are there twice, so that no hold-out text was learned from."""
    return list({one.text.casefold().strip(): one for one in examples}.values())


class _Course:
    """One training: the texts read once, and the fits on parts of them."""

    def __init__(
        self,
        examples: Sequence[Example],
        names: Sequence[str],
        private: NDArray[np.uint32],
        units: int,
        nets: int,
        seed: int,
    ) -> None:
        self._names = names
        self._labels = np.array([names.index(one.intent) for one in examples])
        self._weight = np.array([one.weight for one in examples], dtype=np.float32)
        self._weight /= self._weight.mean()
        self._read = Read([one.text for one in examples], starter_concepts(), private)
        self._units, self._nets, self._seed = units, nets, seed
        self._none = names.index(NONE) if NONE in names else -1

    def rehearsed(self) -> tuple[Heard, list[Heard]]:
        """Return the outputs for texts left out of a fit, and those for texts of request types left out of another."""
        chance = np.random.default_rng(self._seed)
        fold = _folds(self._labels, chance)
        intents = chance.permutation([n for n in range(len(self._names)) if n != self._none])
        rounds = 1 if len(fold) >= _FOLDS * _ENOUGH_HELD else _FOLDS
        heard, blind = [], []
        for turn in range(rounds):
            kept, held = np.flatnonzero(fold != turn), np.flatnonzero(fold == turn)
            if not len(held):
                continue
            heard.append(self._outputs(kept, held, self._nets))
            unforeseen = intents[turn::_FOLDS]
            rest = kept[~np.isin(self._labels[kept], unforeseen)]
            strange = held[np.isin(self._labels[held], unforeseen)]
            if len(strange) and len(intents) - len(unforeseen) >= 2:
                outputs = self._outputs(rest, strange, 1)
                blind.append(outputs._replace(truth=np.full(len(strange), -1)))
        logits, margins, truth = (np.concatenate([one[n] for one in heard]) for n in range(3))
        return Heard(logits, margins, truth, self._none), blind

    def _outputs(self, kept: NDArray[np.int64], held: NDArray[np.int64], nets: int) -> Heard:
        vocabulary, layers, linear = self._fit(kept, nets)
        rows = self._read.matrix(held, vocabulary)
        logits = layers.logits(rows)
        absent = np.setdiff1d(np.arange(len(self._names)), self._labels[kept])
        logits[:, absent] = _NEVER
        return Heard(logits, linear.margins(rows), self._labels[held], self._none)

    def _fit(self, kept: NDArray[np.int64], nets: int) -> tuple[Vocabulary, Layers, Separators]:
        vocabulary = self._read.vocabulary(kept)
        rows, labels, weight = self._read.matrix(kept, vocabulary), self._labels[kept], self._weight[kept]
        count = len(self._names)
        layers = [fit(rows, labels, count, weight, self._units, self._seed + net) for net in range(nets)]
        return vocabulary, _side_by_side(layers), separators(rows, labels, count, weight, self._seed)

    def model(self, leaning: float, temperature: float, threshold: float, version: str) -> IntentModel:
        """Return the model learned from all texts."""
        vocabulary, layers, linear = self._fit(np.arange(len(self._labels)), self._nets)
        hidden, scale = _in_bytes(layers.hidden)
        direct, direct_scale = _in_bytes(linear.weights * np.float32(leaning))
        return IntentModel(
            labels=tuple(self._names),
            vocabulary=vocabulary,
            network=Network(
                hidden=hidden,
                scale=scale,
                bias=layers.bias,
                output=layers.output.astype(np.float16).astype(np.float32),
                direct=direct,
                direct_scale=direct_scale,
                output_bias=layers.output_bias + linear.bias * np.float32(leaning),
            ),
            concepts=self._read.concepts,
            temperature=temperature,
            threshold=threshold,
            version=version,
        )


def _in_bytes(weights: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    """Return ``weights`` in one byte each, and what multiplies each column: the error is below what examples can tell."""
    scale = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-6)) / np.float32(127)
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)


def _side_by_side(nets: Sequence[Layers]) -> Layers:
    """Return the one network whose outputs are the mean of those of ``nets``."""
    share = np.float32(1 / len(nets))
    return Layers(
        np.hstack([one.hidden for one in nets]),
        np.concatenate([one.bias for one in nets]),
        np.vstack([one.output for one in nets]) * share,
        np.asarray(sum(one.output_bias * share for one in nets), dtype=np.float32),
    )


def _folds(labels: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.int64]:
    """Deal the texts of each label out to the folds in turn; one that is alone is never held out."""
    fold = np.full(len(labels), -1)
    first = 0
    for label in np.unique(labels):
        mine = chance.permutation(np.flatnonzero(labels == label))
        if len(mine) > 1:
            fold[mine] = (first + np.arange(len(mine))) % _FOLDS
            first += len(mine)
    return fold


def _crossed(heard: Heard, blind: Sequence[Heard], names: Sequence[str], strangers: float) -> list[_Verdict]:
    """Return what would have been said of the texts left out, each half calibrated by the other."""
    half = np.random.default_rng(SEED).permutation(len(heard.truth)) % 2
    verdicts = []
    for turn in (0, 1):
        leaning, temperature = temperature_of(heard.part(half != turn))
        threshold = threshold_of(
            heard.part(half != turn).mixed(leaning), [one.mixed(leaning) for one in blind], temperature, strangers
        )
        mine = heard.part(half == turn).mixed(leaning)
        for truth, best, sure, is_first in zip(mine.truth, *mine.chances(temperature), strict=True):
            verdicts.append(_Verdict(names[truth], names[best], float(sure), bool(is_first and sure >= threshold)))
    return verdicts


def _given(model: IntentModel, held_out: Sequence[Example]) -> list[_Verdict]:
    found = ((one, model.predict(one.text)) for one in held_out)
    return [
        _Verdict(one.intent, verdict.ranked[0][0] if verdict.ranked else NONE, verdict.probability, verdict.known)
        for one, verdict in found
    ]


def _figures(verdicts: Sequence[_Verdict], model: IntentModel, total: int, seed: int) -> Figures:
    known = [one for one in verdicts if one.truth != NONE]
    unknown = [one for one in verdicts if one.truth == NONE]
    accepted = [one for one in known if one.known]
    hits: Matrix = np.array([one.best == one.truth for one in known], dtype=np.float32)
    sure: Matrix = np.array([one.sure for one in known], dtype=np.float32)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [abs(float((sure[bins == b] - hits[bins == b]).sum())) for b in set(bins.tolist())]
    return Figures(
        examples=total,
        labels=len(model.intents),
        held_out=len(verdicts),
        seed=seed,
        accuracy=float(hits.mean()) if len(hits) else 0.0,
        accepted=len(accepted) / max(1, len(known)),
        accuracy_accepted=sum(one.best == one.truth for one in accepted) / max(1, len(accepted)),
        refused=sum(not one.known for one in unknown) / max(1, len(unknown)),
        calibration=sum(gaps) / max(1, len(known)),
        threshold=model.threshold,
        temperature=model.temperature,
    )
