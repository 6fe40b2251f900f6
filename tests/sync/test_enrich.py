"""A backend without a brain: the desktop does the thinking, and says so."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.backends.base import Capabilities
from desktop.domain.changes import Table
from desktop.domain.commands import DismissSuggestion
from desktop.domain.ids import InteractionId
from desktop.domain.suggestion import SuggestionState
from desktop.insight.intent import IntentVerdict
from desktop.store.streams import suggestions
from desktop.sync import enrich
from desktop.sync.status import Phase

ANGRY = "Das ist eine Frechheit! Die Rechnung ist schon wieder falsch, ich bin wirklich sehr verärgert."


class KeywordModel:
    """A model that knows one thing, so that the tests do not depend on what was learned for the release."""

    def predict(self, text: str, language: str = "") -> IntentVerdict:
        if "rechnung" not in text.lower():
            return IntentVerdict()
        return IntentVerdict(ranked=(("invoice_question", 0.9),), known=True, words=("Rechnung",))


@pytest.fixture(autouse=True)
def _a_small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "starter", KeywordModel)


@pytest.fixture
async def brainless(make_desk: Any, fake: Any) -> Any:
    fake.capabilities = Capabilities(has_brain=False)
    return make_desk(fake)


def _advice(desk: Any, contact_id: str) -> list[Any]:
    found: list[Any] = desk.store.query(lambda conn: suggestions(conn, InteractionId(contact_id)))
    return found


async def test_a_message_gets_its_language_and_mood_and_the_contact_its_intent_and_advice(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1"), a_message("c1", ANGRY, "m1"))
    brainless.start()
    await brainless.until(lambda: brainless.status.phase is Phase.LIVE)
    message = brainless.row(Table.MESSAGE, "m1")
    assert message.language == "de"
    assert message.mood < 0
    contact = brainless.row(Table.INTERACTION, "c1")
    assert (contact.intent, contact.intent_by) == ("invoice_question", ("Rechnung",))
    assert contact.source == "local"
    assert contact.mood == message.mood
    advice = _advice(brainless, "c1")
    assert advice
    assert all(one.id.startswith("local:") and one.reasons for one in advice)


async def test_what_is_pushed_is_thought_about_too_even_if_only_the_message_comes(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1"))
    brainless.start()
    await brainless.until(lambda: brainless.status.is_streaming)
    fake.put(a_message("c1", ANGRY))
    await brainless.until(lambda: brainless.row(Table.INTERACTION, "c1").intent == "invoice_question")
    assert _advice(brainless, "c1")


async def test_what_the_backend_knows_itself_is_not_replaced(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(
        a_contact("c1", intent="cancel_contract", intent_confirmed=True, mood=0.5, language="en"),
        a_message("c1", ANGRY, "m1", mood=0.1, language="fr"),
    )
    brainless.start()
    await brainless.until(lambda: brainless.status.phase is Phase.LIVE)
    contact, message = brainless.row(Table.INTERACTION, "c1"), brainless.row(Table.MESSAGE, "m1")
    assert (contact.intent, contact.mood, contact.language, contact.source) == ("cancel_contract", 0.5, "en", "")
    assert (message.mood, message.language) == (0.1, "fr")


async def test_a_contact_sent_again_without_verdicts_keeps_them(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1", version=1), a_message("c1", ANGRY))
    brainless.start()
    await brainless.until(lambda: brainless.status.is_streaming)
    fake.put(a_contact("c1", version=2, subject="neu"))
    await brainless.until(lambda: brainless.row(Table.INTERACTION, "c1").subject == "neu")
    assert brainless.row(Table.INTERACTION, "c1").intent == "invoice_question"


async def test_dismissed_advice_goes_away_and_the_backend_never_hears_of_it(
    brainless: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1"), a_message("c1", ANGRY))
    brainless.start()
    await brainless.until(lambda: _advice(brainless, "c1"))
    first = _advice(brainless, "c1")[0]
    assert first.state is SuggestionState.OPEN
    brainless.give(DismissSuggestion(interaction_id=InteractionId("c1"), suggestion_id=first.id))
    await brainless.until(lambda: not brainless.outbox())
    assert first.id not in {one.id for one in _advice(brainless, "c1")}
    assert fake.sent == []
    # ... and does not come back with the next word of the customer.
    fake.put(a_message("c1", "Und die Rechnung?"))
    await brainless.until(lambda: brainless.count(Table.MESSAGE) == 2)
    assert first.id not in {one.id for one in _advice(brainless, "c1")}


async def test_with_a_brain_of_its_own_the_backend_is_believed(
    desk: Any, fake: Any, a_contact: Any, a_message: Any
) -> None:
    fake.put(a_contact("c1"), a_message("c1", ANGRY, "m1"))
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE)
    assert desk.row(Table.MESSAGE, "m1").mood is None
    assert desk.row(Table.INTERACTION, "c1").intent is None


async def test_hostile_text_is_only_text(brainless: Any, fake: Any, a_contact: Any, a_message: Any) -> None:
    for n, text in enumerate(("", "\x00\ud7ff", "{customer}{number}" * 1000, "(" * 5000, "a" * 200_000)):
        fake.put(a_contact(f"c{n}"), a_message(f"c{n}", text))
    brainless.start()
    await brainless.until(lambda: brainless.status.phase is Phase.LIVE)
    assert brainless.count(Table.INTERACTION) == 5
    assert brainless.count(Table.MESSAGE) == 5
