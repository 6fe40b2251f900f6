"""The next-step model learned anew from what agents did: the older contacts teach a trial, which the newest judge beside what
runs (the learned model, or the counts of steps where there is none); what may be kept is then learned from all. Called by
``job``.

Each step of a contact is one decision: what had been done, what the customer had last said, what the last look-up had
brought, and what the agent did then; the end is one too. Of the customer's words only those that several customers use are
learned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from desktop.domain.flow import StepState
from desktop.domain.interaction import Author, InteractionState, Message, MessageKind
from desktop.hub.training.anonymity import LEAST, bounded, shared_words, without_others
from desktop.hub.training.history import Contact
from desktop.hub.training.intent_lesson import FEWEST, split
from desktop.hub.training.next_step import Decision, TooFewDecisions, train
from desktop.hub.training.outcome import Outcome, filed
from desktop.hub.training.promotion import Answer, compare
from desktop.insight.experience import END, Likely, StepCounts
from desktop.insight.mail_text import own_words
from desktop.insight.next_step import NextStepModel, looked_up
from desktop.insight.step_features import Moment

_MOST_OF_ONE: Final = 20
_MOST_STEPS: Final = 60
_STEP: Final = "step"
"""The value of a message that names the step it was."""


def learn_next_steps(contacts: Sequence[Contact], running: Path | None, folder: Path, version: str) -> Outcome:
    """Learn from ``contacts`` (oldest first), judge against the model in the file ``running``, write ``next-step.npz`` into
    ``folder``."""
    told = [one for one in contacts if one.interaction.steps and one.interaction.state is InteractionState.CLOSED]
    told = [told[place] for place in bounded([one.customer for one in told], _MOST_OF_ONE)]
    if len(told) < FEWEST:
        return Outcome(task="next-step", why="too_little", examples=len(told))
    older, newest = split(told)
    judges = [decision for one in newest for decision in decisions_of(one)]
    try:
        trial, figures = train(_learnable(older), held_out=judges, version=version, least=LEAST)
        # Its own figures would be of decisions it has learned: those of the trial stand for it.
        model, _ = train(_learnable(told), held_out=judges, version=version, least=LEAST)
    except TooFewDecisions:
        return Outcome(task="next-step", why="too_little", examples=len(told))
    if running is not None:
        now = NextStepModel.load(running)
        before = [_answer(now.judge(one.moment), one.next) for one in judges]
    else:
        counts = StepCounts.of((one.interaction.intent or "", one.interaction.steps) for one in older)
        before = [_answer(counts.likely(one.moment.intent, one.moment.steps), one.next) for one in judges]
    judged = compare([_answer(trial.judge(one.moment), one.next) for one in judges], before)
    outcome = Outcome(
        task="next-step",
        why=judged.why,
        examples=len(told),
        labels=len(model.labels),
        trained_until=told[-1].at,
        figures={**judged.figures, "top_3": round(figures.top_3, 4)},
    )
    return filed(model, folder, outcome)


def decisions_of(contact: Contact) -> list[Decision]:
    """Return what an agent decided in a contact, step by step, and that it was the end. Where messages do not say which
    step they were, each of the agent's stands for the next one."""
    steps = contact.interaction.steps[:_MOST_STEPS]
    known = list(_known(contact, steps))
    intent = contact.interaction.intent or ""
    return [
        Decision(
            case=contact.customer,
            moment=Moment(steps=steps[:place], text=known[place][0], context=known[place][1], intent=intent),
            next=steps[place] if place < len(steps) else END,
        )
        for place in range(len(steps) + 1)
    ]


def _known(contact: Contact, steps: Sequence[str]) -> Iterable[tuple[str, str]]:
    """Yield the customer's last words and what the last look-up had brought before each step, and before the end."""
    last, place = "", 0
    for message in contact.messages:
        if message.author is Author.CUSTOMER and message.kind is MessageKind.TEXT:
            last = own_words(message.text) or last
        named = _step_of(message)
        is_step = named != "" or (message.author is Author.AGENT and message.kind is MessageKind.TEXT)
        if not is_step or place >= len(steps):
            continue
        until = steps.index(named, place) + 1 if named in steps[place:] else place + 1
        found = looked_up(
            (one for one in contact.queries if one.at and one.at <= message.sent_at), contact.interaction.id
        )
        for _ in range(place, until):
            yield last, found
        place = until
    found = looked_up(contact.queries, contact.interaction.id)
    for _ in range(place, len(steps) + 1):
        yield last, found


def _step_of(message: Message) -> str:
    """Return the step that a message says it was: an answer, an imported one, or a tick in a checklist."""
    if message.event == "flow_step":
        return message.values.get("action", "") if message.values.get("state") == StepState.DONE else ""
    return message.values.get(_STEP, "")


def _learnable(contacts: Sequence[Contact]) -> list[Decision]:
    decisions = [decision for one in contacts for decision in decisions_of(one)]
    shared = shared_words((one.case, one.moment.text) for one in decisions)
    return [
        Decision(
            case=one.case,
            moment=replace(one.moment, text=without_others(one.moment.text, shared)),
            next=one.next,
        )
        for one in decisions
    ]


def _answer(likely: Sequence[Likely], truth: str) -> Answer:
    is_right = bool(likely) and likely[0].action == truth
    return Answer(likely[0].probability if likely else 0.0, is_right, is_right)
