"""Which step agents take next, learned from closed contacts: every step with its calibrated probability, how many of the
similar cases took it, and what decided. The end of a contact is a step like any other (``experience.END``).

A few small networks of one hidden layer over hashed features (``step_features``) are averaged, scaled by temperature, and
mixed with counts that back off (``experience``). Trained by ``desktop.hub.training.next_step``; the file is a small npz
without pickled objects, from which no customer's words can be read. Prediction is thread-safe, for it changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import msgspec

from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason
from desktop.insight.artefact import ModelError, reading, write
from desktop.insight.experience import Likely, StepCounts
from desktop.insight.step_features import Context, Moment, Source, StepFeatures, step_features

if TYPE_CHECKING:
    from numpy import bool_, float32, float64, int8
    from numpy.typing import NDArray

FORMAT: Final = 1
QUERY: Final = "query"
"""The kind of a business record that holds a look-up and what it returned."""

AS_IT_IS: Final = (1.0, 1.0, 0.0)
"""The ``sureness`` that changes nothing."""

_MOST, _LEAST_PROBABILITY = 20, 0.001
_EXPLAINED = 5
_MOST_WORDS, _MOST_FIELDS = 4, 2
_LEAST_SHARE = 0.15
_NOTHING_FOUND: Final = "nothing_found"


class NextStepModel:
    """A trained model in memory. Make it with ``load`` or ``read``."""

    def __init__(
        self,
        labels: tuple[str, ...],
        inner: NDArray[int8],
        inner_scale: NDArray[float32],
        inner_bias: NDArray[float32],
        outer: NDArray[float32],
        outer_bias: NDArray[float32],
        counts: StepCounts,
        temperature: float = 1.0,
        counts_share: float = 0.0,
        sureness: tuple[float, float, float] = AS_IT_IS,
        version: str = "",
    ) -> None:
        """Of N networks with H hidden units each, ``inner`` has shape (2**bits, N*H) and is multiplied by ``inner_scale``
        per column, ``outer`` (N, H, labels), ``outer_bias`` (N, labels). ``counts_share`` (0 to 1) is how much of the
        probability the counts give, ``sureness`` what ``resurely`` takes."""
        self.labels = labels
        self.inner = inner
        self.inner_scale = inner_scale
        self.inner_bias = inner_bias
        self.outer = outer
        self.outer_bias = outer_bias
        self.counts = counts
        self.temperature = temperature
        self.counts_share = counts_share
        self.sureness = sureness
        self.version = version
        self._bits = int(inner.shape[0]).bit_length() - 1

    @classmethod
    def load(cls, path: Path) -> NextStepModel:
        """Read a model. Raises ``ModelError`` for a file that is none or of another format, ``OSError`` if unreadable."""
        with path.open("rb") as raw:
            return cls.read(raw, path)

    @classmethod
    def read(cls, raw: IO[bytes], path: Path) -> NextStepModel:
        """Read a model from an open file; ``path`` only names it. Raises as ``load`` does."""
        import numpy as np

        with reading(raw, path, "next_step", FORMAT) as file:
            model = cls(
                labels=msgspec.json.decode(file["labels"].tobytes(), type=tuple[str, ...]),
                inner=file["inner"],
                inner_scale=file["inner_scale"].astype(np.float32),
                inner_bias=file["inner_bias"].astype(np.float32),
                outer=file["outer"].astype(np.float32),
                outer_bias=file["outer_bias"].astype(np.float32),
                counts=StepCounts.decode(file["counts"].tobytes()),
                temperature=float(file["temperature"]),
                counts_share=float(file["counts_share"]),
                sureness=_three(file["sureness"]),
                version=str(file["version"]),
            )
        if not model._is_whole():
            raise ModelError("next_step_model_damaged", path)
        return model

    def _is_whole(self) -> bool:
        if self.inner.ndim != 2 or self.outer.ndim != 3 or not self.labels or not self.temperature > 0:
            return False
        rows, columns = self.inner.shape
        count, size, labels = self.outer.shape
        return (
            rows > 0
            and rows & (rows - 1) == 0
            and columns == count * size > 0
            and labels == len(self.labels)
            and self.inner_scale.shape == self.inner_bias.shape == (columns,)
            and self.outer_bias.shape == (count, labels)
        )

    def save(self, path: Path) -> None:
        """Write the model; the file appears whole or not at all."""
        import numpy as np

        write(
            path,
            format=np.int32(FORMAT),
            labels=np.frombuffer(msgspec.json.encode(self.labels), dtype=np.uint8),
            inner=self.inner,
            inner_scale=self.inner_scale.astype(np.float32),
            inner_bias=self.inner_bias.astype(np.float32),
            outer=self.outer.astype(np.float16),
            outer_bias=self.outer_bias.astype(np.float32),
            counts=np.frombuffer(self.counts.encode(), dtype=np.uint8),
            temperature=np.float32(self.temperature),
            counts_share=np.float32(self.counts_share),
            sureness=np.array(self.sureness, dtype=np.float32),
            version=np.str_(self.version),
        )

    def predict(
        self,
        steps: Sequence[str],
        text: str = "",
        context: Context = None,
        intent: str = "",
        earlier: Sequence[Moment] = (),
    ) -> list[Likely]:
        """Return what may be next, best first, without what is next to impossible; the first few with reasons.

        ``earlier`` are the moments at which the former steps were chosen, oldest first (``Moment``); each is optional.
        Never raises for any text."""
        moment = Moment(steps=tuple(steps), text=text, context=context, intent=intent, earlier=tuple(earlier))
        return self.judge(moment)

    def judge(self, moment: Moment) -> list[Likely]:
        """The same as ``predict``."""
        import numpy as np

        found = step_features(moment, self._bits)
        rows = self.inner[found.bucket].astype(np.float32) * self.inner_scale
        count, size, _ = self.outer.shape
        active = np.maximum(found.value @ rows + self.inner_bias, 0).reshape(count, 1, size)
        scores = (active @ self.outer)[:, 0] + self.outer_bias
        scores = (scores - scores.max(axis=1, keepdims=True)).astype(np.float64)
        scores -= np.log(np.exp(scores).sum(axis=1, keepdims=True))
        odds = scores.mean(axis=0) / self.temperature
        odds = np.exp(odds - odds.max())
        probabilities = odds / odds.sum()
        counted = {one.action: one for one in self.counts.likely(moment.intent, moment.steps)}
        if counted:
            by_counts = np.array([counted[name].probability if name in counted else 0.0 for name in self.labels])
            probabilities = (1 - self.counts_share) * probabilities + self.counts_share * by_counts
            probabilities /= probabilities.sum()
        probabilities = resurely(probabilities[None], self.sureness)[0]
        order = [int(i) for i in np.argsort(-probabilities, kind="stable")[:_MOST]]
        ranked = [i for place, i in enumerate(order) if probabilities[i] >= _LEAST_PROBABILITY or not place]
        why = self._why(found, rows, active[:, 0] > 0, probabilities, ranked[:_EXPLAINED])
        n = next(iter(counted.values())).n if counted else 0
        return [
            Likely(
                action=self.labels[i],
                probability=float(probabilities[i]),
                n=n,
                k=counted[self.labels[i]].k if self.labels[i] in counted else 0,
                reasons=why.get(i, ()),
            )
            for i in ranked
        ]

    def _why(
        self,
        found: StepFeatures,
        rows: NDArray[float32],
        is_active: NDArray[bool_],
        probabilities: NDArray[float64],
        explained: Sequence[int],
    ) -> dict[int, tuple[Reason, ...]]:
        """Return for each label what pushed it against the others: to first order, the effect of each feature on its
        score less that on the mean of the others (gradient times input; Simonyan, Vedaldi & Zisserman 2014)."""
        import numpy as np

        outer = self.outer * is_active[:, :, None]
        expected = outer @ probabilities.astype(np.float32)
        reasons = {}
        for label in explained:
            rest = max(1e-6, 1 - float(probabilities[label]))
            contrast = (outer[:, :, label] - expected) / rest
            effects = found.value * (rows @ contrast.reshape(-1)) / len(outer)
            reasons[label] = _reasons(found.sources, effects.tolist())
        return reasons


def resurely(probabilities: NDArray[float64], sureness: tuple[float, float, float]) -> NDArray[float64]:
    """Return ``probabilities`` (rows, labels) with the best of each row as sure as such a best proved to be: beta calibration
    (Kull, Silva Filho & Flach 2017), the log-odds being a ln p - b ln(1 - p) + c. The others share the rest as before, and
    the best stays the best."""
    import numpy as np

    if sureness == AS_IT_IS or probabilities.shape[1] < 2:
        return probabilities
    a, b, c = sureness
    rows = np.arange(len(probabilities))
    place = probabilities.argmax(axis=1)
    best = np.clip(probabilities[rows, place], 1e-6, 1 - 1e-6)
    second = np.partition(probabilities, -2, axis=1)[:, -2]
    sure = 1 / (1 + np.exp(-(a * np.log(best) - b * np.log1p(-best) + c)))
    sure = np.maximum(sure, second / (1 - best + second) * (1 + 1e-9))
    found = probabilities * ((1 - sure) / (1 - best))[:, None]
    found[rows, place] = sure
    return np.asarray(found)


def _three(values: NDArray[float32]) -> tuple[float, float, float]:
    a, b, c = (float(value) for value in values)
    return a, b, c


def _reasons(sources: Sequence[Source], effects: Sequence[float]) -> tuple[Reason, ...]:
    """Return the words, fields and the last step with the largest share of what spoke for a label, strongest first."""
    shares: dict[Source, float] = {}
    for source, effect in zip(sources, effects, strict=True):
        shares[source] = shares.get(source, 0.0) + effect
    total = sum(share for share in shares.values() if share > 0)
    if total <= 0:
        return ()
    reasons = []
    for kind, code, name, most in (
        ("word", "recommend.words", "words", _MOST_WORDS),
        ("field", "recommend.found", "fields", _MOST_FIELDS),
        ("step", "recommend.after", "step", 1),
    ):
        named = [(source.what, share) for source, share in shares.items() if source.kind == kind and share > 0]
        weight = sum(share for _, share in named) / total
        told = sorted(((what, share) for what, share in named if what.isprintable()), key=lambda one: -one[1])
        shown = [
            what for what, share in told[:most] if any(map(str.isalnum, what)) and share > _LEAST_SHARE * told[0][1]
        ]
        if shown and weight >= _LEAST_SHARE:
            reasons.append(Reason(code=code, weight=round(weight, 3), values={name: ", ".join(shown)}))
    return tuple(sorted(reasons, key=lambda one: -one.weight))


def looked_up(records: Iterable[BusinessRecord], contact: str) -> str:
    """Return what the newest look-up among ``records`` (kind ``query``) made in the interaction ``contact`` brought, as
    ``predict`` takes it for ``context``; empty where none was made."""
    made = [one for one in records if one.kind == QUERY and one.interaction_id == contact]
    if not made:
        return ""
    newest = max(made, key=lambda one: (one.at.timestamp() if one.at else 0.0, one.source))
    found = {name: value for name, value in newest.fields.items() if not name.startswith("asked.")}
    return json.dumps(
        {"name": newest.number, "status": newest.status, **({} if newest.status == _NOTHING_FOUND else found)}
    )
