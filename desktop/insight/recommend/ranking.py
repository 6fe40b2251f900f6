"""Next best actions: what the playbooks prescribe, what agents did in cases like this, what else may help, as one list.

Each action carries why it is there. Steps already taken or dismissed are not suggested again. For a known intent there is
always something; for an unknown one, the plain things that help with anything: find out who and what. ``learner`` moves
the scores by how such advice was received; in few contacts the last place is given to an action that was not good enough
so far, to learn whether it would have been (epsilon-greedy exploration with known propensity; Langford & Zhang 2007).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec.structs import replace

from desktop.domain.suggestion import Reason, SuggestionKind
from desktop.insight.bandit import Learner, context_of
from desktop.insight.experience import END, Likely, StepCounts
from desktop.insight.knowledge import Library
from desktop.insight.playbook import Playbook, titles_of
from desktop.insight.recommend.lookups import from_library, mends, questions
from desktop.insight.recommend.prescribed import is_ruled_out, is_sensitive, prescribed
from desktop.insight.recommend.situation import NextAction, Situation
from desktop.insight.recommend.wording import readable

MOST = 5
EXPLORED_SHARE = 0.1
"""In so many contacts one place is given to trying something."""

_HALF_TRUST = 20
"""From so many similar cases on, experience counts as much as the playbook."""

_SURE_FROM = 2
"""What was done only once is an accident, not experience."""

_AT_MOST = {SuggestionKind.FLOW: 1, SuggestionKind.FIELD: 1, SuggestionKind.INTENT: 2}
_TRIED = frozenset({SuggestionKind.STEP, SuggestionKind.REPLY, SuggestionKind.ARTICLE, SuggestionKind.TEMPLATE})


class NextSteps(Protocol):
    """A learned model of what agents do next."""

    def predict(self, steps: Sequence[str], text: str = "", context: str = "", intent: str = "") -> Sequence[Likely]:
        """Return what may be next, best first; ``text`` is the customer's last words, ``context`` the last look-up."""


def recommend(
    situation: Situation,
    playbooks: Sequence[Playbook],
    history: StepCounts | NextSteps | None = None,
    titles: Mapping[str, Mapping[str, str]] | None = None,
    most: int = MOST,
    *,
    library: Library | None = None,
    learner: Learner | None = None,
) -> list[NextAction]:
    """Return at most ``most`` actions, best first.

    ``history`` is what was learned from closed contacts; ``titles`` names actions no playbook has (by code, then
    language), else the code itself is made readable. ``library`` holds articles and canned texts, ``learner`` how
    agents received such advice."""
    gone = {*situation.steps, *situation.dismissed}
    found = _candidates(situation, playbooks, history, titles or {}, library, gone)
    context = context_of(situation.intent, situation.channel, situation.mood, situation.now)
    scored = []
    for one in found:
        prior = min(1.0, one.score)
        chance = prior
        if learner is not None:
            chance = learner.chance(one.action, one.kind, one.reasons, context, prior)
        scored.append(replace(one, score=chance, prior=prior))
    scored.sort(key=lambda one: (-one.score, one.action))
    chosen, rest = _chosen(scored, most)
    return _with_trial(situation.contact, chosen, rest, most)


def _candidates(
    situation: Situation,
    playbooks: Sequence[Playbook],
    history: StepCounts | NextSteps | None,
    titles: Mapping[str, Mapping[str, str]],
    library: Library | None,
    gone: set[str],
) -> list[NextAction]:
    found = prescribed(situation, playbooks, gone)
    for one in (
        *mends(situation),
        *questions(situation, titles),
        *(from_library(situation, library) if library is not None else ()),
    ):
        if one.action not in gone:
            found.setdefault(one.action, one)
    names = {**{code: dict(names) for code, names in titles.items()}, **titles_of(playbooks)}
    learned = {one.action: _titled(one, names) for one in _likely(history, situation)}
    cases = next(iter(learned.values())).n if learned else 0
    trust = cases / (cases + _HALF_TRUST)
    for action, one in found.items():
        if one.kind in (SuggestionKind.STEP, SuggestionKind.REPLY, SuggestionKind.CALLBACK):
            found[action] = _experienced(one, learned.get(action), trust)
    for action, likely in learned.items():
        is_step = action != END and "." not in action
        if action in found or action in gone or not is_step or likely.k < _SURE_FROM:
            continue
        if is_ruled_out(action, situation, playbooks):
            continue
        fresh = NextAction(
            action=action,
            titles=names.get(action) or readable(action),
            is_sensitive=is_sensitive(action, playbooks),
        )
        found[action] = _experienced(fresh, likely, trust)
    return list(found.values())


def _likely(history: StepCounts | NextSteps | None, situation: Situation) -> Sequence[Likely]:
    if history is None:
        return ()
    if isinstance(history, StepCounts):
        return history.likely(situation.intent or "", situation.steps)
    return history.predict(situation.steps, situation.text, situation.context, situation.intent or "")


def _titled(likely: Likely, names: Mapping[str, Mapping[str, str]]) -> Likely:
    """Give the step that decided (``recommend.after``) the titles people know it by, as values ``title.<language>``."""
    reasons = tuple(
        replace(one, values={**one.values, **{f"title.{code}": name for code, name in titles.items()}})
        if one.code == "recommend.after" and (titles := names.get(one.values.get("step", "")))
        else one
        for one in likely.reasons
    )
    return likely if reasons == likely.reasons else replace(likely, reasons=reasons)


def _experienced(action: NextAction, likely: Likely | None, trust: float) -> NextAction:
    """Return ``action`` with what agents did in such cases mixed in."""
    if likely is None:
        return replace(action, score=(1 - trust) * action.score)
    reasons = action.reasons
    if likely.k:
        values = {"n": str(likely.n), "k": str(likely.k)}
        reasons += (Reason(code="recommend.similar_cases", weight=likely.probability, values=values),)
    reasons += tuple(one for one in likely.reasons if one.code not in {reason.code for reason in reasons})
    return replace(action, score=(1 - trust) * action.score + trust * likely.probability, reasons=reasons)


def _chosen(scored: Sequence[NextAction], most: int) -> tuple[list[NextAction], list[NextAction]]:
    """Split what was found into the list and the rest: of some kinds a list holds only so many."""
    counts: dict[SuggestionKind, int] = {}
    chosen: list[NextAction] = []
    rest: list[NextAction] = []
    for one in scored:
        if len(chosen) < most and counts.get(one.kind, 0) < _AT_MOST.get(one.kind, most):
            counts[one.kind] = counts.get(one.kind, 0) + 1
            chosen.append(one)
        else:
            rest.append(one)
    return chosen, rest


def _with_trial(contact: str, chosen: list[NextAction], rest: list[NextAction], most: int) -> list[NextAction]:
    """Give the last place to something to be tried, in ``EXPLORED_SHARE`` of the contacts, the same in each every time.
    The first place, sensitive actions, and what changes a record or the contact are never part of a trial."""
    tried = [one for one in rest if one.kind in _TRIED and not one.is_sensitive and one.score > 0]
    if not contact or not tried or len(chosen) < most or most < 2:
        return chosen
    if _draw(contact, "") >= EXPLORED_SHARE:
        return [*chosen[:-1], replace(chosen[-1], propensity=1 - EXPLORED_SHARE)]
    # The largest of independent draws is a uniform choice, and stays the same while the choice is there.
    trial = max(tried, key=lambda one: _draw(contact, one.action))
    reason = Reason(code="recommend.trial", weight=0.0)
    reasons = (*trial.reasons, reason)
    return [
        *chosen[:-1],
        replace(trial, is_explored=True, propensity=EXPLORED_SHARE / len(tried), reasons=reasons),
    ]


def _draw(contact: str, action: str) -> float:
    """Return a number from 0 to 1 that is always the same for the same contact and action."""
    digest = hashlib.blake2b(f"{contact}\x1f{action}".encode("utf-8", "surrogatepass"), digest_size=7).digest()
    return int.from_bytes(digest, "big") / 2**56
