"""What is counted of ranked answers, alike for every task that ranks: hits, calibration, refusals, and time.

``judged`` makes the figures of a whole run. Labels are compared as they are; ``None`` is "none of the known". Nothing here
reads files or knows a task.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

Ranked = Sequence[tuple[str, float]]

BINS: Final = 15


class Answer(NamedTuple):
    """One answer beside its truth; ``known`` is false where the model refused."""

    truth: str | None
    ranked: Ranked
    known: bool = True

    @property
    def best(self) -> str | None:
        return self.ranked[0][0] if self.ranked else None

    @property
    def sure(self) -> float:
        """The probability of the best label, from 0 to 1."""
        return float(self.ranked[0][1]) if self.ranked else 0.0

    @property
    def decided(self) -> str | None:
        """The best label, or ``None`` where the model refused."""
        return self.best if self.known else None


def judged(answers: Iterable[Answer]) -> dict[str, float | int | str]:
    """Return the figures of ``answers``, shares from 0 to 1.

    Over texts of a known label: ``accuracy`` and ``top_3`` of the ranking whatever was refused, ``macro_f1``, ``ece``;
    ``refused`` of them, ``accuracy_decided`` with refusals counted as wrong, ``accuracy_accepted`` among the rest. Over
    texts of none: ``none_recall`` (refused), and how well the probability tells known from none, ``none_auroc``. Over
    all: ``mcc`` of the decisions, "none" being one of the classes."""
    rows = list(answers)
    known = [one for one in rows if one.truth is not None]
    none = [one for one in rows if one.truth is None]
    figures: dict[str, float | int | str] = {"count": len(rows)}
    if known:
        accepted = [one for one in known if one.known]
        figures |= {
            "labels": len({one.truth for one in known}),
            "accuracy": _share(one.best == one.truth for one in known),
            "top_3": _share(one.truth in [label for label, _ in one.ranked[:3]] for one in known),
            "macro_f1": macro_f1([(one.truth, one.best) for one in known]),
            "ece": calibration_error([(one.sure, one.best == one.truth) for one in known]),
            "refused": _share(not one.known for one in known),
            "accuracy_decided": _share(one.decided == one.truth for one in known),
            "accuracy_accepted": _share(one.best == one.truth for one in accepted),
        }
    if none:
        figures["none_count"] = len(none)
        figures["none_recall"] = _share(not one.known for one in none)
    if known and none:
        figures["none_auroc"] = auroc([one.sure for one in known], [one.sure for one in none])
    figures["mcc"] = mcc([(one.truth, one.decided) for one in rows])
    return figures


def _share(hits: Iterable[bool]) -> float:
    found = list(hits)
    return sum(found) / len(found) if found else 0.0


def macro_f1(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """Return the mean F1 over the labels of (truth, answer)."""
    truths, given = Counter(truth for truth, _ in pairs), Counter(answer for _, answer in pairs)
    hits = Counter(truth for truth, answer in pairs if truth == answer)
    return sum(2 * hits[label] / (count + given[label]) for label, count in truths.items()) / max(1, len(truths))


def mcc(pairs: Sequence[tuple[str | None, str | None]]) -> float:
    """Return Matthews' correlation of (truth, answer) for many classes (Gorodkin 2004), from -1 to 1; 0 where one side
    has a single class."""
    count = len(pairs)
    truths, given = Counter(truth for truth, _ in pairs), Counter(answer for _, answer in pairs)
    hits = sum(truth == answer for truth, answer in pairs)
    shared = sum(truths[label] * given[label] for label in truths)
    spread = (count**2 - sum(n * n for n in truths.values())) * (count**2 - sum(n * n for n in given.values()))
    return float((hits * count - shared) / spread**0.5) if spread else 0.0


def calibration_error(sure: Iterable[tuple[float, bool]]) -> float:
    """Return the expected calibration error of (probability, was right) over 15 bins of equal width (Naeini et al. 2015)."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, is_right in sure:
        bins.setdefault(min(BINS - 1, max(0, int(probability * BINS))), []).append((probability, is_right))
    total = sum(len(rows) for rows in bins.values())
    gaps = (abs(sum(p for p, _ in rows) - sum(right for _, right in rows)) for rows in bins.values())
    return sum(gaps) / max(1, total)


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return the chance that one of ``higher`` lies over one of ``lower``, ties counted half (Mann & Whitney 1947)."""
    counts = sorted((Counter(higher) | Counter(lower)).keys())
    above, below = Counter(higher), Counter(lower)
    won, passed = 0.0, 0
    for value in counts:
        won += above[value] * (passed + below[value] / 2)
        passed += below[value]
    return won / (len(higher) * len(lower)) if higher and lower else 0.0


def quantiles_ms(times_s: Sequence[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile of ``times_s`` in milliseconds."""
    order = sorted(times_s)
    if not order:
        return {}
    return {f"ms_p{q}": order[min(len(order) - 1, len(order) * q // 100)] * 1000 for q in (50, 95, 99)}
