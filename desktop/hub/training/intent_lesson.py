"""The intent model learned anew from the centre's own contacts. The older ones teach a trial, which the newest judge beside
the model that runs; what may be kept is then learned from all of them. Called by ``job``.

The shipped phrases are the prior: those of a request type are learned along with the contacts until it has enough of its own,
those that are none of the types always are, as agents seldom say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop.hub.training.anonymity import LEAST, bounded, shared_words, without_others
from desktop.hub.training.examples import Example, starter_examples
from desktop.hub.training.history import Contact, frequent
from desktop.hub.training.intent import TooFewExamples, train
from desktop.hub.training.outcome import Outcome, filed
from desktop.hub.training.promotion import Answer, compare
from desktop.insight.intent import NONE, IntentModel, IntentVerdict

FEWEST: Final = 40
"""Fewer labelled contacts than this teach nothing."""

HELD_OUT_SHARE: Final = 0.2
FEWEST_HELD_OUT: Final = 50
"""The newest fifth judges, at least so many, at most half of all."""

ENOUGH: Final = 50
"""With so many contacts of its own a request type needs no shipped phrases any more."""

FEWEST_OF_LABEL: Final = 5
"""A request type with fewer contacts, or of fewer than ``anonymity.LEAST`` customers, is not learned yet."""

_MOST_OF_ONE: Final = 10


def split(contacts: Sequence[Contact]) -> tuple[list[Contact], list[Contact]]:
    """Return the older contacts and the newest, which judge; ``contacts`` come oldest first."""
    held = min(max(round(HELD_OUT_SHARE * len(contacts)), FEWEST_HELD_OUT), len(contacts) // 2)
    return list(contacts[: len(contacts) - held]), list(contacts[len(contacts) - held :])


def learn_intents(contacts: Sequence[Contact], running: IntentModel, folder: Path, version: str) -> Outcome:
    """Learn from ``contacts`` (oldest first), judge against ``running``, write ``intent.npz`` into ``folder``."""
    told = [one for one in contacts if one.intent is not None and one.text.strip()]
    told = [told[place] for place in bounded([one.customer for one in told], _MOST_OF_ONE)]
    if len(told) < FEWEST:
        return Outcome(task="intent", why="too_little", examples=len(told))
    older, newest = split(told)
    try:
        judges = [Example(one.text, one.intent or NONE) for one in newest]
        trial, figures = train(_examples(older), version=version, least_seen=LEAST, held_out=judges)
        # Its own figures would be of texts it has learned: those of the trial stand for it.
        model, _ = train(_examples(told), version=version, least_seen=LEAST, held_out=judges)
    except TooFewExamples:
        return Outcome(task="intent", why="too_little", examples=len(told))
    judged = compare(answers(trial, newest), answers(running, newest))
    outcome = Outcome(
        task="intent",
        why=judged.why,
        examples=len(told),
        labels=len(model.intents),
        trained_until=told[-1].at,
        figures={
            **judged.figures,
            "corrected": float(sum(one.is_corrected for one in told)),
            "accepted": round(figures.accepted, 4),
            "accuracy_accepted": round(figures.accuracy_accepted, 4),
        },
    )
    return filed(model, folder, outcome)


def answers(model: IntentModel, contacts: Sequence[Contact]) -> list[Answer]:
    """Return what a model says of contacts it has not learned from."""
    return [_answer(model.predict(one.text), one.intent or NONE) for one in contacts]


def _answer(verdict: IntentVerdict, truth: str) -> Answer:
    is_best = bool(verdict.ranked) and verdict.ranked[0][0] == truth
    is_right = is_best if verdict.known else truth == NONE
    return Answer(verdict.probability, is_best, is_right)


def _examples(contacts: Sequence[Contact]) -> list[Example]:
    """Return what is learned: the contacts in words that several customers used, and the prior."""
    learned = frequent(contacts, FEWEST_OF_LABEL, LEAST) | {NONE}
    own = Counter(one.intent for one in contacts)
    phrases = [one for one in starter_examples().rows if one.intent == NONE or own[one.intent] < ENOUGH]
    shared = shared_words(((one.customer, one.text) for one in contacts), (one.text for one in phrases))
    same: dict[tuple[str, str], list[Contact]] = {}
    for one in contacts:
        if one.intent is not None and one.intent in learned:
            same.setdefault((without_others(one.text, shared), one.intent), []).append(one)
    return [*phrases, *(_example(text, intent, said) for (text, intent), said in same.items())]


def _example(text: str, intent: str, said: Sequence[Contact]) -> Example:
    """Return contacts that began with the same words as one; what several customers said is nobody's secret."""
    people = {one.customer for one in said}
    author = "" if len(people) >= LEAST else min(people)
    return Example(text, intent, weight=sum(one.weight for one in said), author=author)
