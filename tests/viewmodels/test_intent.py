"""How sure it is what a contact is about, and the choice of one or several request types."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Interaction, InteractionState
from desktop.viewmodels.intent import OTHER, Certainty, IntentChoice, alternatives, certainty


def contact(**fields: Any) -> Interaction:
    now = datetime.now(UTC)
    given = {"id": "i", "channel": Channel.CHAT, "state": InteractionState.ACTIVE, "created_at": now, "updated_at": now}
    return Interaction(**{**given, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Certainty.UNKNOWN),
        ({"intent": "refund", "intent_probability": 0.3}, Certainty.UNSURE),
        ({"intent": "refund", "intent_probability": 0.6}, Certainty.LIKELY),
        ({"intent": "refund", "intent_probability": 0.93}, Certainty.SURE),
        ({"intent": "refund", "intent_probability": 0.3, "intent_confirmed": True}, Certainty.SET),
    ],
)
def test_how_sure(fields: dict[str, Any], expected: Certainty) -> None:
    assert certainty(contact(**fields)) is expected


def test_alternatives_are_what_else_it_may_well_be() -> None:
    ranked = (("refund", 0.5), ("return", 0.3), ("complaint", 0.15), ("praise", 0.01))
    row = contact(intent="refund", intent_also=("complaint",), intent_ranked=ranked)
    assert alternatives(row) == (("return", 0.3),)


def test_one_chosen_alone_keeps_what_else_was_asked_for() -> None:
    assert IntentChoice(contact(intent="refund")).alone("return") == ("return", None)
    choice = IntentChoice(contact(intent="refund", intent_also=("return", "complaint")))
    assert choice.alone("return") == ("return", ("complaint",))
    assert choice.alone(OTHER) == (OTHER, ())


def test_several_are_ticked_the_first_is_the_main_one() -> None:
    choice = IntentChoice(contact(intent="refund"))
    assert not choice.is_changed
    choice.toggle("return")
    assert (choice.all(), choice.is_changed) == (("refund", ("return",)), True)
    choice.toggle("refund")
    assert choice.all() == ("return", ())
    choice.toggle(OTHER)
    assert choice.all() == (OTHER, ())
    choice.toggle("refund")
    assert choice.all() == ("refund", ())
    choice.toggle("refund")
    assert choice.all() is None
