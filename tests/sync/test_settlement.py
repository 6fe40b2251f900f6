"""What is carried out here because a system has nothing for it, and what is not."""

from __future__ import annotations

import pytest

from desktop.backends.base import Capabilities
from desktop.domain.commands import DismissSuggestion, SetIntent, Take, TakeSuggestion
from desktop.domain.ids import InteractionId, SuggestionId
from desktop.sync.settlement import SETTLED_HERE, carried, settled_here

RT = Capabilities(has_brain=False, commands=frozenset({"take", "add_note"}))
CHATWOOT = Capabilities(has_brain=False, commands=frozenset({"take", "set_intent"}))
READ_ONLY = Capabilities(has_brain=False, commands=frozenset())
ALL = Capabilities(has_brain=False)
HUB = Capabilities()

I1 = InteractionId("rt~1")
LOCAL, THEIRS = SuggestionId("local:rt~1:x:ask"), SuggestionId("rt~s1")
SET = SetIntent(interaction_id=I1, intent="invoice")


def test_what_is_settled_here_counts_as_carried() -> None:
    assert carried(RT) == {"take", "add_note"} | SETTLED_HERE
    assert carried(HUB) is None
    assert carried(ALL) is None
    assert carried(READ_ONLY) == frozenset(), "what takes no command is only looked at"
    assert carried(Capabilities(commands=frozenset({"take"}))) == {"take"}, "who has a brain says all of it itself"


@pytest.mark.parametrize(("can", "is_here"), [(RT, True), (CHATWOOT, False), (ALL, False), (HUB, False)])
def test_an_intent_is_settled_here_only_where_it_cannot_be_there(can: Capabilities, is_here: bool) -> None:
    assert (settled_here(SET, can) is not None) is is_here


@pytest.mark.parametrize("can", [RT, CHATWOOT, ALL])
@pytest.mark.parametrize("kind", [TakeSuggestion, DismissSuggestion])
def test_a_suggestion_is_settled_where_it_was_made(can: Capabilities, kind: type) -> None:
    answer = settled_here(kind(interaction_id=I1, suggestion_id=LOCAL), can)
    assert answer is not None
    assert [(change.op, change.id) for change in answer.changes] == [("delete", LOCAL)]
    assert settled_here(kind(interaction_id=I1, suggestion_id=THEIRS), can) is None


def test_everything_else_is_sent() -> None:
    assert settled_here(Take(interaction_id=I1), RT) is None
