"""What taking a suggestion of each kind does, and that it can be taken back for a few seconds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.changes import Cause
from desktop.domain.commands import DismissSuggestion, SetIntent, Snooze, TakeSuggestion
from desktop.domain.interaction import InteractionState
from desktop.domain.suggestion import Suggestion, SuggestionKind
from desktop.store import journal, outbox, projections
from desktop.viewmodels.suggestions import SuggestionsViewModel
from desktop.viewmodels.undoing import UNDO_SETTING


@pytest.fixture
def model(work: Any) -> Iterator[SuggestionsViewModel]:
    assert work.workplace.catalogue is not None
    made = SuggestionsViewModel(work.workplace)
    work.opens(work.sample.CHAT)
    yield made
    made.deleteLater()


def arrives(work: Any, model: SuggestionsViewModel, kind: SuggestionKind, **fields: Any) -> Suggestion:
    given = {"id": "s-9", "interaction_id": work.sample.CHAT, "action": "x", "kind": kind, "rank": 0, "version": 1}
    wanted = Suggestion(**{**given, **fields})  # type: ignore[arg-type]
    work.arrives(wanted)
    return next(one for one in model.suggestions if one.id == wanted.id)


def ids(model: SuggestionsViewModel) -> list[str]:
    return [one.id for one in model.suggestions]


def test_a_callback_puts_the_contact_away_until_the_time_that_was_shown(model: SuggestionsViewModel, work: Any) -> None:
    one = arrives(work, model, SuggestionKind.CALLBACK, values={"hours": "24"})
    at = model.callback_at(one)
    assert at is not None
    assert timedelta(hours=24) < at - work.workplace.now() <= timedelta(hours=24, minutes=5)
    assert at.minute % 5 == at.second == 0
    later = work.workplace.now() + timedelta(days=3)
    model.set_callback(one, later)
    model.set_callback(one, work.workplace.now() - timedelta(days=3))
    model.take(one)
    work.settle()
    assert work.commands == [
        TakeSuggestion(interaction_id=work.sample.CHAT, suggestion_id="s-9"),
        Snooze(interaction_id=work.sample.CHAT, until=later),
    ]
    row = work.store.query(lambda conn: projections.interaction_row(conn, work.sample.CHAT, work.sample.ME))
    assert row.interaction.state is InteractionState.SNOOZED
    model.undo()
    work.settle()
    assert work.commands == []
    assert "s-9" in ids(model)


def test_a_callback_cannot_be_taken_after_the_talking_is_over(model: SuggestionsViewModel, work: Any) -> None:
    work.opens(work.sample.WRAP)
    one = arrives(work, model, SuggestionKind.CALLBACK, interaction_id=work.sample.WRAP, values={"hours": "soon"})
    assert model.can_take
    assert not model.is_possible(one)
    model.take(one)
    work.settle()
    assert work.commands == []


def test_an_intent_is_set_at_once(model: SuggestionsViewModel, work: Any) -> None:
    model.take(arrives(work, model, SuggestionKind.INTENT, values={"intent": "refund"}))
    work.settle()
    assert work.commands[1] == SetIntent(interaction_id=work.sample.CHAT, intent="refund")


def test_a_field_shows_old_and_new_and_is_set_by_the_hub(model: SuggestionsViewModel, work: Any) -> None:
    values = {"field": "address.postcode", "value": "04155"}
    one = arrives(work, model, SuggestionKind.FIELD, values=values)
    assert model.change(one) == ("address.postcode", "04109", "04155")
    model.take(one)
    work.settle()
    assert work.commands == [TakeSuggestion(interaction_id=work.sample.CHAT, suggestion_id="s-9")]


def test_a_flow_and_an_article_are_asked_for(model: SuggestionsViewModel, work: Any) -> None:
    with work.qtbot.waitSignal(model.flow_wanted) as wanted:
        model.take(arrives(work, model, SuggestionKind.FLOW, values={"playbook": "upset"}))
    assert wanted.args == ["upset", "s-9"]
    with work.qtbot.waitSignal(model.article_wanted) as read:
        model.take(arrives(work, model, SuggestionKind.ARTICLE, values={"article": "returns"}, version=2))
    assert read.args == ["returns"]
    work.settle()
    assert work.commands == [TakeSuggestion(interaction_id=work.sample.CHAT, suggestion_id="s-9")]


def test_a_template_is_filled_in_in_the_customers_language(model: SuggestionsViewModel, work: Any) -> None:
    one = arrives(work, model, SuggestionKind.TEMPLATE, values={"template": "t-refund"})
    with work.qtbot.waitSignal(model.wording_offered) as offered:
        model.take(one)
    assert offered.args[0].startswith("Ich habe die Erstattung zu Kundennummer 30418 veranlasst.")


def test_what_was_turned_down_comes_back_while_it_has_not_gone_out(model: SuggestionsViewModel, work: Any) -> None:
    first = model.suggestions[0]
    model.dismiss(first, "later")
    assert first.id not in ids(model)
    work.settle()
    assert work.commands == [DismissSuggestion(interaction_id=work.sample.CHAT, suggestion_id=first.id, reason="later")]
    assert model.taken is not None
    assert model.taken.is_dismissed
    model.undo()
    work.settle()
    assert (work.commands, model.taken, ids(model)[0]) == ([], None, first.id)


def test_without_an_undo_time_nothing_is_held_and_nothing_offered(model: SuggestionsViewModel, work: Any) -> None:
    work.store.write(lambda w: journal.set_setting(w, UNDO_SETTING, 0), Cause.AGENT).result()
    work.opens(work.sample.MAIL)
    work.opens(work.sample.CHAT)
    model.take(model.suggestions[1])
    assert model.taken is None
    work.settle()
    (entry,) = work.store.query(projections.outbox_entries)
    assert entry.not_before is None


def test_once_it_has_gone_out_taking_it_back_changes_nothing(model: SuggestionsViewModel, work: Any) -> None:
    one = arrives(work, model, SuggestionKind.CALLBACK, values={"hours": "2"})
    model.take(one)
    work.settle()
    assert model.taken is not None
    first = model.taken.commands[0]
    work.store.write(lambda w: outbox.mark_sending(w, first), Cause.SYSTEM).result()
    model.undo()
    work.settle()
    assert len(work.commands) == 2


def test_another_contact_is_another_matter(model: SuggestionsViewModel, work: Any) -> None:
    model.take(model.suggestions[1])
    assert model.taken is not None
    work.opens(work.sample.MAIL)
    assert model.taken is None
    assert model.suggestions == ()


def test_a_suggestion_of_nonsense_breaks_nothing(model: SuggestionsViewModel, work: Any) -> None:
    for number, kind in enumerate(SuggestionKind):
        one = arrives(work, model, kind, id=f"s-{number + 9}", values={})
        model.change(one)
        model.callback_at(one)
        model.take(replace(one, values={"hours": "nan", "field": "", "playbook": "", "article": "", "intent": ""}))
        work.settle()
