"""The lab's task ``next-step``: learns as the hub does (``hub.training.next_step``), answers with the model the hub and the
desktop answer with. Lines are ``{"case", "steps", "text", "context"?, "intent"?, "next"}``, each field may be missing.

Lines of one case are moments of one contact: what the customer said and what was found at a former step counts at the later
ones, as an agent remembers it. Which line is former is read from the steps, so that a missing one does no harm.
"""

from __future__ import annotations

import argparse
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from desktop.app.lab.scores import Answer, judged
from desktop.app.lab.task import Figures, Line, Predictor
from desktop.domain.suggestion import Reason
from desktop.insight.artefact import ModelError
from desktop.insight.experience import Likely
from desktop.insight.next_step import NextStepModel
from desktop.insight.step_features import Context, Moment

if TYPE_CHECKING:
    from desktop.hub.training.next_step import Decision

_MOST_CASES: Final = 2000
_MOST_REMEMBERED: Final = 12


class _Contacts:
    """The moments met lately, by case."""

    def __init__(self) -> None:
        self._cases: OrderedDict[str, list[Moment]] = OrderedDict()

    def remembered(self, case: str, moment: Moment) -> Moment:
        """Return ``moment`` with those of its case that lie before it, and remember it."""
        if not case:
            return moment
        known = self._cases.pop(case, [])
        reach = len(moment.steps)
        earlier = [one for one in known if len(one.steps) < reach and moment.steps[: len(one.steps)] == one.steps]
        self._cases[case] = [*known, moment][-_MOST_REMEMBERED:]
        if len(self._cases) > _MOST_CASES:
            self._cases.popitem(last=False)
        return replace(moment, earlier=tuple(earlier)) if earlier else moment


def _case(line: Line) -> str:
    case = line.get("case")
    return str(case) if isinstance(case, str | int) else ""


def _moment(line: Line) -> Moment:
    text, intent, steps, context = (line.get(name) for name in ("text", "intent", "steps", "context"))
    if isinstance(steps, str):  # a table has them in one cell
        steps = steps.replace(",", " ").split()
    found: Context = None
    if isinstance(context, str | Mapping):
        found = context
    elif context is not None:
        found = {"": context}
    return Moment(
        steps=tuple(map(_code, steps)) if isinstance(steps, list) else (),
        text=text if isinstance(text, str) else "",
        context=found,
        intent=_code(intent) if isinstance(intent, str) else "",
    )


def _truth(line: Line) -> str | None:
    """Return the step of ``next``; the empty one is the end, ``None`` where the line does not say."""
    step = line.get("next")
    return _code(step) if isinstance(step, str | int) else None


def _code(value: object) -> str:
    """Return a step or an intent as a model can hold it: without halves of surrogate pairs."""
    return str(value).encode(errors="replace").decode()


def _why(likely: Likely) -> list[dict[str, Any]]:
    """Return the evidence for one step: what decided, and how many of the similar cases took it."""
    reasons = likely.reasons
    if likely.n:
        values = {"n": str(likely.n), "k": str(likely.k)}
        reasons += (Reason(code="recommend.similar_cases", weight=round(likely.k / likely.n, 3), values=values),)
    return [{"code": one.code, "weight": one.weight, "values": one.values} for one in reasons]


class _NextStepPredictor:
    def __init__(self, model: NextStepModel) -> None:
        self._model = model
        self._contacts = _Contacts()

    def predict(self, line: Line) -> dict[str, Any]:
        found = self._model.judge(self._contacts.remembered(_case(line), _moment(line)))
        return {
            "ranked": [[one.action, round(one.probability, 6)] for one in found],
            "why": _why(found[0]),
        }


class NextStepTask:
    """See ``task.Task``."""

    can_learn = True

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The task has no options of its own."""

    def train(self, lines: Sequence[Line], model: Path, seed: int, options: argparse.Namespace) -> Figures:
        from desktop.hub.training.next_step import train

        decisions, skipped = _decisions(lines)
        learned, figures = train(decisions, seed=seed)
        learned.save(model)
        told: dict[str, float | int | str] = {"split": "hold-out, whole cases"}
        return {**told, **msgspec.structs.asdict(figures), "skipped": skipped}

    def load(self, model: Path | None, options: argparse.Namespace) -> Predictor:
        if model is None:
            raise ValueError("no next-step model is shipped: steps are a centre's own, train one with --model")
        try:
            return _NextStepPredictor(NextStepModel.load(model))
        except ModelError as error:
            told = "of another version" if error.code == "next_step_model_format" else "no next-step model, or damaged"
            raise ValueError(f"{error.name} is {told}") from error

    def score(self, pairs: Iterable[tuple[Line, Line]]) -> Figures:
        cases: Counter[str] = Counter()
        hits: Counter[str] = Counter()
        answers = []
        for line, answer in pairs:
            truth = _truth(line)
            if truth is None:
                continue
            ranked = [(str(label), float(p)) for label, p in answer.get("ranked", ())]
            answers.append(Answer(truth=truth, ranked=ranked))
            case = _case(line) or f"line {len(answers)}"
            cases[case] += 1
            hits[case] += bool(ranked) and ranked[0][0] == truth
        by_case = [hits[case] / count for case, count in cases.items()]
        figures = judged(answers)
        shown = ("count", "labels", "accuracy", "top_3", "macro_f1", "ece")
        return {
            **{name: figures[name] for name in shown if name in figures},
            "cases": len(cases),
            "accuracy_by_case": sum(by_case) / max(1, len(by_case)),
        }


def _decisions(lines: Iterable[Line]) -> tuple[list[Decision], int]:
    """Return what can be learned from, and how many lines teach nothing. Lines without a case that go on from the line
    before count as one contact where contacts are held out."""
    from desktop.hub.training.next_step import Decision

    contacts = _Contacts()
    found: list[Decision] = []
    skipped = unnamed = 0
    expected: tuple[str, ...] = ()
    for line in lines:
        step = _truth(line)
        if step is None:
            skipped += 1
            continue
        case, moment = _case(line), _moment(line)
        if not case:
            unnamed += moment.steps != expected or not moment.steps
            expected = (*moment.steps, step)
        found.append(
            Decision(
                case=f"case {case}" if case else f"unnamed {unnamed}",
                moment=contacts.remembered(case, moment),
                next=step,
            )
        )
    return found, skipped


TASK = NextStepTask()
