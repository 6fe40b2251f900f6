"""What the company prescribes: the open steps of every playbook that applies, its checklist, and the consent that would
open a step now closed. Pure; called by ``ranking``, and by the hub to begin a flow."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from desktop.domain.flow import FlowStep
from desktop.domain.suggestion import Reason, SuggestionKind
from desktop.insight.playbook import Playbook, Step, When
from desktop.insight.recommend.conditions import applies, excluded, ungranted
from desktop.insight.recommend.situation import NextAction, Situation
from desktop.insight.recommend.wording import built_in, filled, named

FLOW_FROM = 3
"""A checklist is worth its place from so many open steps on."""

_LATER = (1.0, 0.55, 0.35, 0.25)
"""How much less the second, third, … open step of a playbook is the next one."""

_FLOW_SHARE, _CONSENT_SHARE = 0.6, 0.3


def prescribed(situation: Situation, playbooks: Iterable[Playbook], gone: set[str]) -> dict[str, NextAction]:
    """Return by code the open steps of the playbooks that apply, the strongest advice for each action, and the start of
    a checklist. ``gone`` is not advised."""
    best: dict[str, NextAction] = {}
    for playbook in playbooks:
        if not playbook.weight:
            continue
        why = applies(playbook.when, situation)
        if why is None or excluded(playbook.unless, situation):
            continue
        open_steps = _open_steps(playbook, situation, gone, why)
        found = [*open_steps, *_consents(playbook, situation, gone, why)]
        if playbook.when.intents and playbook.id not in situation.flows and len(open_steps) >= FLOW_FROM:
            found.append(_flow(playbook, open_steps))
        for one in found:
            if one.action not in gone and (one.action not in best or best[one.action].score < one.score):
                best[one.action] = one
    return best


def _strength(playbook: Playbook, situation: Situation, place: int) -> float:
    certainty = situation.probability if playbook.when.intents else 1.0
    return playbook.weight * certainty * _LATER[min(place, len(_LATER) - 1)]


def _open_steps(playbook: Playbook, situation: Situation, gone: set[str], why: tuple[Reason, ...]) -> list[NextAction]:
    found: list[NextAction] = []
    for step in playbook.steps:
        step_why = applies(step.when, situation)
        if step.action in gone or step_why is None or excluded(step.unless, situation):
            continue
        strength = _strength(playbook, situation, len(found))
        values = {"playbook": playbook.id, "edition": str(playbook.edition)}
        reasons = (
            Reason(code="recommend.playbook", weight=strength, values=values),
            *why,
            *(one for one in step_why if one not in why),
        )
        found.append(_action(step, playbook, situation, reasons, strength))
    return found


def _action(
    step: Step, playbook: Playbook, situation: Situation, reasons: tuple[Reason, ...], strength: float
) -> NextAction:
    kind, values = SuggestionKind.REPLY if step.wordings else SuggestionKind.STEP, {}
    if step.callback_h is not None:
        kind, values = SuggestionKind.CALLBACK, {"hours": f"{step.callback_h:g}"}
    return NextAction(
        action=step.action,
        titles=dict(step.titles),
        wordings=filled(step.wordings, situation),
        reasons=reasons,
        score=strength,
        playbook=playbook.id,
        kind=kind,
        values=values,
        is_sensitive=step.is_sensitive,
    )


def _flow(playbook: Playbook, open_steps: list[NextAction]) -> NextAction:
    values = {"n": str(len(open_steps)), "playbook": playbook.id}
    first = open_steps[0]
    return NextAction(
        action=f"flow.{playbook.id}",
        titles=named(built_in()["flow"].titles, playbook.titles),
        reasons=(
            *first.reasons[:1],
            Reason(code="recommend.checklist", weight=first.score * _FLOW_SHARE, values=values),
            *first.reasons[1:],
        ),
        score=first.score * _FLOW_SHARE,
        playbook=playbook.id,
        kind=SuggestionKind.FLOW,
        values={"playbook": playbook.id},
    )


def _consents(playbook: Playbook, situation: Situation, gone: set[str], why: tuple[Reason, ...]) -> list[NextAction]:
    """Return the questions for consents without which a step is closed. Who said no is not asked again."""
    if not situation.knows_customer or situation.customer is None:
        return []
    answered = {one.purpose for one in situation.customer.consents}
    found: list[NextAction] = []
    for step in playbook.steps:
        missing = ungranted(step.unless, situation)
        if step.action in gone or not missing or set(missing) & answered:
            continue
        if excluded(replace(step.unless, missing_consent=()), situation) or applies(step.when, situation) is None:
            continue
        for purpose in missing:
            words = built_in().get(f"consent_{purpose}")
            if words is None:
                continue
            strength = _strength(playbook, situation, 0) * _CONSENT_SHARE
            reason = Reason(code="recommend.missing_consent", weight=strength, values={"purpose": purpose})
            found.append(
                NextAction(
                    action=f"ask_consent_{purpose}",
                    titles=dict(words.titles),
                    wordings=dict(words.wordings),
                    reasons=(reason, *why),
                    score=strength,
                    playbook=playbook.id,
                    kind=SuggestionKind.REPLY,
                )
            )
    return found


def is_ruled_out(action: str, situation: Situation, playbooks: Iterable[Playbook]) -> bool:
    """Whether a step known only from experience is one some playbook forbids here, say for want of consent."""
    for playbook in playbooks:
        for step in playbook.steps:
            if step.action == action and (excluded(step.unless, situation) or excluded(playbook.unless, situation)):
                return True
    return False


def is_sensitive(action: str, playbooks: Iterable[Playbook]) -> bool:
    """Whether some playbook calls the action sensitive."""
    return any(step.is_sensitive for playbook in playbooks for step in playbook.steps if step.action == action)


def checklist(playbook: Playbook, situation: Situation) -> tuple[FlowStep, ...]:
    """Return the steps of a flow begun in ``situation``: those that may be taken and are meant for its matter, channel,
    journey and records. What the customer feels and whether they are known changes while it is worked through, so that
    steps for either are in it. Where none is meant for it, somebody began it nevertheless: all that may be taken. Empty
    where all are ruled out."""
    allowed = [step for step in playbook.steps if not excluded(step.unless, situation)]
    meant = [step for step in allowed if applies(_lasting(step.when), situation) is not None]
    return tuple(
        FlowStep(
            action=step.action,
            titles=dict(step.titles),
            wordings=dict(step.wordings),
            needs=step.needs,
        )
        for step in meant or allowed
    )


def _lasting(when: When) -> When:
    return replace(when, customer=(), mood_at_most=None, mood_at_least=None, steps_at_least=0)
