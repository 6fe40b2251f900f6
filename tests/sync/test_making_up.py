"""A backend without a journey, and with no place for what an agent says a contact is about: the desktop keeps both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from desktop.backends.base import Capabilities
from desktop.domain.changes import Cause, Table
from desktop.domain.commands import DismissSuggestion, SetIntent
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import InteractionState
from desktop.insight.intent import IntentVerdict
from desktop.store import customers, schema
from desktop.store.apply import sync_state
from desktop.store.streams import stream, suggestions
from desktop.sync import enrich
from desktop.sync.status import Phase
from desktop.wire import shapes

BILL = "Die Rechnung ist schon wieder falsch, ich bin wirklich sehr verärgert."
JANA = CustomerId("c1")
COMMANDS = frozenset({"take", "send_message"})


class KeywordModel:
    """A model that knows two things, so that the tests do not depend on what was learned for the release."""

    def predict(self, text: str, language: str = "") -> IntentVerdict:
        for word, intent in (("rechnung", "invoice_question"), ("paket", "delivery_late")):
            if word in text.lower():
                return IntentVerdict(ranked=((intent, 0.9), ("praise", 0.05)), known=True, words=(word,))
        return IntentVerdict()


@pytest.fixture(autouse=True)
def _a_small_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrich, "starter", KeywordModel)


@pytest.fixture
async def plain(make_desk: Any, fake: Any) -> Any:
    fake.capabilities = Capabilities(has_brain=False, has_journey=False, commands=COMMANDS)
    return make_desk(fake)


@pytest.fixture
def of_jana(a_contact: Any) -> Callable[..., Any]:
    def make(id_: str, **fields: Any) -> Any:
        return a_contact(id_, **({"customer_id": JANA, "customer_name": "Jana", "version": 1} | fields))

    return make


def path(desk: Any, customer: str = "c1") -> list[Any]:
    found: Any = desk.store.query(lambda conn: customers.journey(conn, CustomerId(customer)))
    return list(found.touchpoints)


def advice(desk: Any, contact: str) -> list[Any]:
    found: list[Any] = desk.store.query(lambda conn: suggestions(conn, InteractionId(contact)))
    return found


async def live(desk: Any) -> None:
    desk.start()
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.status.is_streaming)


# --- the journey ---


async def test_each_contact_is_a_step_of_its_customers_journey(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    first, second = of_jana("a", subject="Erste"), of_jana("b", state=InteractionState.CLOSED)
    fake.put(Customer(id=JANA, name="Jana"), first, second, a_message("a", BILL), a_message("b", "Wo ist mein Paket?"))
    await live(plain)
    points = {point.id: point for point in path(plain)}
    assert points.keys() == {"local:a", "local:b"}
    assert (points["local:a"].kind, points["local:a"].title) == ("contact", "Erste")
    assert points["local:a"].intent == "invoice_question"
    assert points["local:a"].mood is not None
    assert points["local:a"].mood < 0
    assert points["local:b"].title == "Wo ist mein Paket?"


async def test_rows_that_come_again_leave_one_step_and_news_reach_it(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.put(of_jana("a"))
    await live(plain)
    assert [point.intent for point in path(plain)] == [""]
    fake.put(of_jana("a"), a_message("a", BILL, "m1"))
    await plain.until(lambda: [point.intent for point in path(plain)] == ["invoice_question"])
    fake.put(of_jana("a", version=2, subject="Jetzt mit Betreff"))
    await plain.until(lambda: [point.title for point in path(plain)] == ["Jetzt mit Betreff"])


async def test_it_follows_the_contact_to_another_customer_and_goes_with_it(plain: Any, fake: Any, of_jana: Any) -> None:
    fake.put(of_jana("a"))
    await live(plain)
    fake.put(of_jana("a", customer_id=CustomerId("c2"), version=2))
    await plain.until(lambda: path(plain, "c2"))
    assert path(plain) == []
    fake.remove(Table.INTERACTION, "a")
    await plain.until(lambda: not path(plain, "c2"))


async def test_nothing_shows_twice_in_the_stream_of_everything(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.put(of_jana("a"), of_jana("b"), a_message("a", BILL), a_message("b", "Paket?"))
    await live(plain)
    items = plain.store.query(lambda conn: stream(conn, InteractionId("a"), everything=True))
    assert [item.touchpoint for item in items if item.touchpoint is not None] == []


async def test_who_asks_again_is_advised_as_one_who_does(plain: Any, fake: Any, of_jana: Any, a_message: Any) -> None:
    """The one before is in the cache, or comes on the same page; the one worked on does not count itself."""
    now = fake.clock()
    before = of_jana("old", state=InteractionState.WAITING, created_at=now - timedelta(days=2))
    fake.put(Customer(id=JANA, name="Jana"), before, a_message("old", BILL, sent_at=now - timedelta(days=2)))
    fake.put(of_jana("same", created_at=now), a_message("same", BILL, sent_at=now))
    fake.put(of_jana("alone", customer_id=CustomerId("c9"), created_at=now), a_message("alone", BILL, sent_at=now))
    await live(plain)
    fake.put(of_jana("next", created_at=now), a_message("next", BILL, sent_at=now))
    await plain.until(lambda: advice(plain, "next"))

    def repeats(contact: str) -> bool:
        return any(r.code == "recommend.repeat_contact" for one in advice(plain, contact) for r in one.reasons)

    assert {contact: repeats(contact) for contact in ("same", "next", "alone")} == {
        "same": True,
        "next": True,
        "alone": False,
    }


async def test_a_backend_with_a_journey_of_its_own_is_believed(make_desk: Any, fake: Any, of_jana: Any) -> None:
    fake.capabilities = Capabilities(has_brain=False, commands=COMMANDS)
    desk = make_desk(fake)
    fake.put(of_jana("a"))
    await live(desk)
    assert path(desk) == []


async def test_a_backend_with_a_brain_and_no_journey_gets_just_that(
    make_desk: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.capabilities = Capabilities(has_journey=False)
    desk = make_desk(fake)
    fake.put(of_jana("a", intent="cancel_contract"), a_message("a", BILL, "m1"))
    await live(desk)
    assert [point.intent for point in path(desk)] == ["cancel_contract"]
    assert desk.row(Table.MESSAGE, "m1").mood is None
    assert advice(desk, "a") == []


# --- what an agent says a contact is about ---


async def test_the_agents_word_is_kept_here_shown_as_confirmed_and_never_sent(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    before = {one.action for one in advice(plain, "a")}
    plain.give(SetIntent(interaction_id=InteractionId("a"), intent="delivery_late", also=("praise",)))
    await plain.until(lambda: not plain.outbox())
    row = plain.row(Table.INTERACTION, "a")
    assert (row.intent, row.intent_probability, row.intent_confirmed) == ("delivery_late", 1.0, True)
    assert row.intent_also == ("praise",)
    assert [point.intent for point in path(plain)] == ["delivery_late"]
    assert fake.sent == []
    after = {one.action for one in advice(plain, "a")}
    assert after
    assert after != before
    assert all(":delivery_late:" in one.id for one in advice(plain, "a"))


async def test_rows_that_the_system_sends_later_keep_it(plain: Any, fake: Any, of_jana: Any, a_message: Any) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    plain.give(SetIntent(interaction_id=InteractionId("a"), intent="delivery_late"))
    await plain.until(lambda: not plain.outbox())
    fake.put(of_jana("a", version=2, subject="neu"), a_message("a", "Und noch eine Rechnung!"))
    await plain.until(lambda: plain.row(Table.INTERACTION, "a").subject == "neu")
    row = plain.row(Table.INTERACTION, "a")
    assert (row.intent, row.intent_confirmed) == ("delivery_late", True)
    # ... until the agent says something else.
    plain.give(SetIntent(interaction_id=InteractionId("a"), intent="other"))
    await plain.until(lambda: not plain.outbox())
    assert plain.row(Table.INTERACTION, "a").intent == "other"


async def test_it_outlives_a_new_history_of_the_system(plain: Any, fake: Any, of_jana: Any, a_message: Any) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    plain.give(SetIntent(interaction_id=InteractionId("a"), intent="delivery_late"))
    await plain.until(lambda: not plain.outbox())
    fake.epoch = "e2"
    fake.put(of_jana("b", customer_id=CustomerId("c2")), is_pushed=False)
    plain.engine.wake()
    await plain.until(lambda: plain.store.query(sync_state).epoch == "e2")
    row = plain.row(Table.INTERACTION, "a")
    assert (row.intent, row.intent_confirmed) == ("delivery_late", True)
    assert [point.id for point in path(plain)] == ["local:a"]
    assert advice(plain, "a"), "what was advised went with the old rows and has to come again"


async def test_it_outlives_a_cache_that_is_built_anew(
    plain: Any, make_desk: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    plain.give(SetIntent(interaction_id=InteractionId("a"), intent="delivery_late"))
    await plain.until(lambda: not plain.outbox())
    await plain.stop()
    plain.store.write(lambda w: schema.empty_cache(w.conn), Cause.SYSTEM).result()
    again = make_desk(fake)
    await live(again)
    assert again.row(Table.INTERACTION, "a").intent_confirmed
    assert again.row(Table.INTERACTION, "a").intent == "delivery_late"


async def test_it_needs_no_connection(plain: Any, fake: Any, of_jana: Any, a_message: Any) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    fake.is_offline = True
    fake.cut_streams()
    plain.reply("a", "wartet auf die Verbindung")
    await plain.until(lambda: plain.status.phase is Phase.OFFLINE)
    fake.put(of_jana("b"), is_pushed=False)
    plain.give(SetIntent(interaction_id=InteractionId("b"), intent="delivery_late"))
    await plain.until(lambda: len(plain.outbox()) == 1)
    assert [entry.command.text for entry in plain.outbox()] == ["wartet auf die Verbindung"]
    fake.is_offline = False
    plain.engine.wake()
    await plain.until(lambda: plain.row(Table.INTERACTION, "b") is not None)
    assert plain.row(Table.INTERACTION, "b").intent == "delivery_late"


async def test_where_the_system_has_a_place_for_it_it_goes_there(
    make_desk: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.capabilities = Capabilities(has_brain=False, has_journey=False, commands=COMMANDS | {"set_intent"})
    desk = make_desk(fake)
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(desk)
    desk.give(SetIntent(interaction_id=InteractionId("a"), intent="delivery_late"))
    await desk.until(lambda: not desk.outbox())
    assert [command for _, command in fake.sent] == [
        SetIntent(interaction_id=InteractionId("a"), intent="delivery_late")
    ]


async def test_what_an_answer_brings_is_made_up_for_like_any_other_row(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.put(of_jana("a"), a_message("a", BILL))
    await live(plain)
    effect = fake._effect

    def answered(command_id: str, command: Any, tag: str) -> Any:
        fake.put(of_jana("a", version=3, subject="beantwortet"), is_pushed=False)
        answer = effect(command_id, command, tag)
        row = fake.rows[Table.INTERACTION, "a"]
        return shapes.CommandAnswer(outcome="applied", changes=[row, *answer.changes])

    fake._effect = answered
    plain.reply("a", "Guten Tag")
    await plain.until(lambda: plain.row(Table.INTERACTION, "a").subject == "beantwortet")
    assert plain.row(Table.INTERACTION, "a").intent == "invoice_question"


async def test_dismissing_advice_does_not_stop_the_history_that_is_still_being_read(
    plain: Any, fake: Any, of_jana: Any, a_message: Any
) -> None:
    fake.page_size = 5
    old = [of_jana(f"o{n}", state=InteractionState.CLOSED) for n in range(40)]
    fake.put(*old, of_jana("a"), a_message("a", BILL))

    async def dismiss_once() -> None:
        if fake.histories[-1][0] == "all" and (found := advice(plain, "a")):
            fake.history_hook = None
            plain.give(DismissSuggestion(interaction_id=InteractionId("a"), suggestion_id=found[0].id))
            await plain.until(lambda: not plain.outbox())

    fake.history_hook = dismiss_once
    plain.start()
    await plain.until(lambda: fake.history_hook is None)
    await plain.until(lambda: plain.count(Table.INTERACTION) == 41, timeout_s=10)
