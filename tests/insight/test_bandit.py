"""Advice gets better by being taken or turned down, without ever risking the first place."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from desktop.domain.channels import Channel
from desktop.domain.suggestion import SuggestionKind
from desktop.insight import bandit
from desktop.insight.bandit import Context, Learner, Verdict
from desktop.insight.playbook import Playbook, Step, When
from desktop.insight.recommend import NextAction, Situation, recommend

NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)
CHAT = Context(intent="refund_status", channel="chat", mood="even", part="afternoon")
CALL = Context(intent="refund_status", channel="call", mood="even", part="afternoon")


def asked(learner: Learner, action: str = "release_refund", context: Context = CHAT, prior: float = 0.4) -> float:
    return learner.chance(action, SuggestionKind.STEP, (), context, prior)


def told(
    learner: Learner, verdict: Verdict, times: int, action: str = "release_refund", context: Context = CHAT
) -> None:
    for _ in range(times):
        learner.take(learner.learned(action, SuggestionKind.STEP, (), context, 0.4, verdict))


def test_before_anything_was_learned_the_prior_holds() -> None:
    assert asked(Learner()) == 0.4


def test_what_is_taken_rises_and_what_is_turned_down_falls() -> None:
    liked, disliked = Learner(), Learner()
    told(liked, bandit.TAKEN, 20)
    told(disliked, bandit.dismissed("wrong") or bandit.TAKEN, 20)
    assert asked(disliked) < 0.15 < 0.4 < 0.75 < asked(liked)


def test_a_single_verdict_moves_little_and_being_ignored_less() -> None:
    once, ignored = Learner(), Learner()
    told(once, bandit.dismissed("wrong") or bandit.TAKEN, 1)
    told(ignored, bandit.IGNORED, 1)
    assert 0.25 < asked(once) < asked(ignored) < 0.4


def test_later_teaches_nothing_and_done_says_that_it_was_right() -> None:
    assert bandit.dismissed("later") is None
    done = bandit.dismissed("done")
    assert done is not None
    assert done.is_good


def test_own_words_are_counted_and_never_kept() -> None:
    learner = Learner()
    verdict = bandit.dismissed("Frau Weber will das nicht")
    assert verdict is not None
    told(learner, verdict, 3)
    kept = "".join(bandit.encode(block) for block in learner.blocks.values())
    assert "Weber" not in kept
    assert learner.blocks["action.release_refund"].counts == {"other": 3}


def test_what_holds_on_one_channel_hardly_moves_another() -> None:
    learner = Learner()
    for _ in range(25):
        told(learner, bandit.dismissed("wrong") or bandit.TAKEN, 1, context=CALL)
        told(learner, bandit.TAKEN, 1, context=CHAT)
    assert asked(learner, context=CALL) < 0.35 < 0.5 < asked(learner, context=CHAT)


def test_what_was_learned_survives_being_kept() -> None:
    learner = Learner()
    told(learner, bandit.TAKEN, 5)
    again = Learner({name: bandit.decode(bandit.encode(block)) for name, block in learner.blocks.items()})
    assert asked(again) == asked(learner)


# --- a centre in small ----------------------------------------------------------------------------------------------------

INTENTS = ("refund_status", "delivery_late", "invoice_question", "technical_fault", "upgrade", "warranty")
CHANNELS = (Channel.CHAT, Channel.CALL, Channel.EMAIL)
ACTIONS = tuple(f"action_{n}" for n in range(12))


class Truth:
    """How agents take to each action, which is not what the playbooks say."""

    def __init__(self, seed: int) -> None:
        draw = random.Random(seed)
        self.priors = {action: draw.uniform(0.15, 0.85) for action in ACTIONS}
        self._shift = {action: draw.gauss(0, 1) for action in ACTIONS}
        self._by = {
            (action, what): draw.gauss(0, size)
            for action in ACTIONS
            for whats, size in ((INTENTS, 0.7), (CHANNELS, 0.5), (("low", "even"), 0.4))
            for what in whats
        }
        step = {action: (Step(action=action, titles={"en": action}),) for action in ACTIONS}
        self.books = tuple(
            Playbook(id=action, edition=1, titles={"en": action}, steps=step[action], weight=self.priors[action])
            for action in ACTIONS
        )

    def chance(self, action: str, situation: Situation) -> float:
        mood = "low" if (situation.mood or 0) < -0.3 else "even"
        shift = self._shift[action] + sum(
            self._by[action, what] for what in (situation.intent or "", situation.channel, mood)
        )
        return bandit._logistic(bandit._log_odds(self.priors[action]) + shift)


class Outcome(NamedTuple):
    """``regret``: how much less likely the first suggestion was to be taken than the best action there is, early and late;
    ``accepted``: suggestions taken a contact, late; ``trials``: share of contacts with one. ``estimate`` and ``truth``: how
    often another last suggestion would be taken, from the log by inverse propensity and in truth."""

    early: float
    late: float
    accepted: float
    trials: float
    estimate: float
    truth: float


def simulate(truth: Truth, contacts: int, seed: int, *, learns: bool, tries: bool = True) -> Outcome:
    draw = random.Random(seed)
    learner = Learner()
    regrets: list[float] = []
    taken = trials = 0
    estimate = expected = 0.0
    for number in range(contacts):
        situation = Situation(
            now=NOON,
            channel=draw.choice(CHANNELS),
            intent=draw.choice(INTENTS),
            mood=draw.choice((-0.7, 0.0)),
            contact=f"{seed}-{number}" if tries else "",
        )
        shown = recommend(situation, truth.books, learner=learner)
        best = max(truth.chance(action, situation) for action in ACTIONS)
        regrets.append(best - truth.chance(shown[0].action, situation))
        trials += shown[-1].is_explored
        other = min(set(ACTIONS) - {one.action for one in shown[:-1]}, key=lambda action: (situation.intent, action))
        expected += truth.chance(other, situation)
        for one in shown:
            is_taken = draw.random() < truth.chance(one.action, situation)
            taken += is_taken and number >= contacts // 2
            if one is shown[-1] and one.action == other:
                estimate += is_taken / one.propensity
            if learns:
                verdict = bandit.TAKEN if is_taken else bandit.IGNORED
                if not is_taken and draw.random() < 0.3:
                    verdict = bandit.dismissed("wrong") or bandit.IGNORED
                learn(learner, one, situation, verdict)
    tenth = contacts // 10
    return Outcome(
        early=sum(regrets[:tenth]) / tenth,
        late=sum(regrets[-tenth:]) / tenth,
        accepted=taken / (contacts - contacts // 2),
        trials=trials / contacts,
        estimate=estimate / contacts,
        truth=expected / contacts,
    )


def learn(learner: Learner, one: NextAction, situation: Situation, verdict: Verdict) -> None:
    context = bandit.context_of(situation.intent, situation.channel, situation.mood, situation.now)
    learner.take(learner.learned(one.action, one.kind, one.reasons, context, one.prior, verdict))


@pytest.mark.parametrize("seed", [1, 2])
def test_agents_get_better_first_suggestions_than_the_playbooks_alone_give(seed: int) -> None:
    truth = Truth(seed)
    fixed = simulate(truth, 1500, seed, learns=False)
    learned = simulate(truth, 1500, seed, learns=True)
    assert learned.late < 0.5 * fixed.late
    assert learned.accepted > fixed.accepted


def test_a_tenth_of_contacts_at_most_sees_something_tried_and_its_odds_are_known() -> None:
    found = simulate(Truth(3), 3000, 3, learns=False)
    assert 0.08 < found.trials < 0.12
    assert found.estimate == pytest.approx(found.truth, abs=0.15)


def test_a_playbook_out_of_use_advises_nothing() -> None:
    step = (Step(action="old", titles={"en": "Old"}),)
    books = (Playbook(id="old", edition=2, titles={"en": "Old"}, steps=step, when=When(), weight=0),)
    assert recommend(Situation(now=NOON, channel=Channel.CHAT), books) == []
