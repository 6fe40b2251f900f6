"""Customer 360, journey and finding people, with the agent's edits not yet confirmed."""

from __future__ import annotations

from typing import Any

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.customer import Identity, IdentityKind, PostalAddress
from desktop.domain.ids import AgentId, CustomerId, InteractionId
from desktop.store import outbox, projections
from desktop.store.rows import CustomerCard

C1, C2 = CustomerId("c1"), CustomerId("c2")


def _card(world: Any, id: CustomerId = C1) -> CustomerCard:
    card: CustomerCard = world.see(projections.customer_card, id)
    return card


def _mail(value: str) -> Identity:
    return Identity(kind=IdentityKind.EMAIL, value=value, normalised=value.lower())


def test_the_card_sorts_what_is_known(world: Any) -> None:
    world.arrive(
        world.customer(),
        world.record("open case", kind="case", is_open=True, at=world.at(-50)),
        world.record("done case", kind="case"),
        world.record("old order", at=world.at(-9)),
        world.record("new order", at=world.at(-1)),
        world.record("undated", kind="invoice", at=None),
        *(world.interaction(f"i{n:02}", "closed", last_at=world.at(-n)) for n in range(30)),
    )
    card = _card(world)
    assert card.customer.name == "Jana Weber"
    assert [r.id for r in card.open_cases] == ["open case"]
    assert [r.id for r in card.orders] == ["new order", "old order"]
    assert [r.id for r in card.other_records] == ["done case", "undated"]
    assert [i.id for i in card.contacts][:2] == ["i00", "i01"]
    assert (len(card.contacts), card.contact_count) == (20, 30)
    assert world.see(projections.customer_card, CustomerId("nobody")) is None


def test_an_edit_shows_before_the_hub_has_it_and_leaves_when_it_was_refused(world: Any) -> None:
    world.arrive(world.customer(address=PostalAddress(street="Alt 1", city="Köln"), version=3))
    fields = {
        "given_name": "Jana",
        "address.street": "Neu 2",
        "birth_date": "1980-02-03",
        "value_cents": "not a number",
        "version": 99,
        "no_such_field": 1,
    }
    command_id = world.perform(c.UpdateCustomer(customer_id=C1, fields=fields))
    card = _card(world)
    assert card.is_pending
    assert card.customer.address == PostalAddress(street="Neu 2", city="Köln")
    assert (card.customer.given_name, str(card.customer.birth_date)) == ("Jana", "1980-02-03")
    assert (card.customer.value_cents, card.customer.version) == (0, 3)

    world.do(outbox.wedge, command_id, "conflict")
    assert _card(world).customer.given_name == ""
    assert not _card(world).is_pending


def test_a_merged_customer_leads_to_the_one_who_survived_with_both_histories(world: Any) -> None:
    world.arrive(
        world.customer("c1"),
        world.customer("c2", name="J. Weber", merged_into=C1),
        world.interaction("i1", customer_id=C1),
        world.interaction("i2", customer_id=C2),
        world.touchpoint("t1", customer_id=C2),
    )
    card = _card(world, C2)
    assert (card.customer.id, card.contact_count) == (C1, 2)
    assert [t.id for t in world.see(projections.journey, C1).touchpoints] == ["t1"]


def test_a_merge_given_a_moment_ago_shows_at_once_and_can_be_undone(world: Any) -> None:
    world.arrive(
        world.customer("c1", identities=(_mail("a@example.org"),)),
        world.customer("c2", number="K7", identities=(_mail("a@example.org"), _mail("b@example.org"))),
        world.interaction("i2", customer_id=C2),
    )
    world.perform(c.MergeCustomers(customer_id=C1, merged_id=C2, fields=("number", "id")))
    card = _card(world, C2)
    assert (card.customer.id, card.customer.number, card.contact_count) == (C1, "K7", 1)
    assert [i.value for i in card.customer.identities] == ["a@example.org", "b@example.org"]

    world.perform(c.UndoMerge(customer_id=C1, merged_id=C2))
    assert _card(world, C2).customer.id == C2


def test_records_merged_in_a_circle_do_not_hang_the_card(world: Any) -> None:
    world.arrive(world.customer("c1", merged_into=C2), world.customer("c2", merged_into=C1))
    assert _card(world).customer.id in (C1, C2)


def test_the_journey_is_in_order_with_the_mood_of_words_and_events(world: Any) -> None:
    world.arrive(
        world.customer(),
        world.interaction(),
        world.touchpoint("t2", -5, mood=0.5),
        world.touchpoint("t1", -60),
        world.message("m1", -200, mood=-0.4),
        world.message("m2", -1),
    )
    journey = world.see(projections.journey, C1)
    assert [t.id for t in journey.touchpoints] == ["t1", "t2"]
    assert journey.moods == ((world.at(-200).timestamp(), -0.4, 1), (world.at(-5).timestamp(), 0.5, 1))


def test_the_moods_of_half_an_hour_are_one(world: Any) -> None:
    """Thousands of words would keep the window waiting, and no chart shows them one by one."""
    middle = 1800 * (world.now.timestamp() // 1800) + 900
    minutes = (middle - world.now.timestamp()) / 60
    world.arrive(
        world.customer(),
        world.interaction(),
        world.touchpoint("t1", minutes, mood=1.0),
        world.message("m1", minutes - 2, mood=-0.5),
        world.message("m2", minutes + 5, mood=-0.2),
    )
    [span] = world.see(projections.journey, C1).moods
    assert (round(span.at - middle), round(span.mood, 6), span.number) == (60, 0.1, 3)


def test_presence_is_what_the_agent_asked_for(world: Any) -> None:
    world.arrive(world.agent("me"), world.agent("other"))
    world.perform(c.SetPresence(state=PresenceState.AWAY, reason="lunch"))
    presence = world.see(projections.agent, world.me).presence
    assert (presence.state, presence.reason, presence.since) == (PresenceState.AWAY, "lunch", world.now)
    assert {a.presence.state for a in world.see(projections.agents)} == {PresenceState.OFFLINE}
    assert world.see(projections.agent, AgentId("nobody")) is None


def test_people_are_found_by_whatever_is_known_of_them(world: Any) -> None:
    phone = Identity(kind=IdentityKind.PHONE, value="0171 / 234 567", normalised="+49171234567")
    world.arrive(
        world.customer("c1", name="Jürgen Großmann", number="K-2040", identities=(phone,)),
        world.customer("c2", name="Anna Jurgens", identities=(_mail("anna@example.org"),)),
        world.customer("c3", name="Jürgen Merged", merged_into=C1),
    )

    def find(text: str) -> list[str]:
        return [row.id for row in world.see(projections.find_customers, text)]

    assert find("jürgen") == ["c1", "c2"], "names that begin with it come first"
    assert find("grossmann") == find("Groszmann".replace("sz", "ß")) == ["c1"]
    assert find("0171 234") == find("+49 (171) 234567") == find("0171/234") == ["c1"]
    assert find("k-2040") == find("2040") == ["c1"]
    assert find("anna@") == find("jurgens anna") == ["c2"]
    assert find("%") == find("_") == find("' --") == find("   ") == []


def test_contacts_are_found_by_words_and_by_their_customer_newest_first(world: Any) -> None:
    world.arrive(
        world.customer("c1", name="Jana Weber", number="K77"),
        world.interaction("old", "closed", customer_name="Jana Weber", subject="Rechnung", last_at=world.at(-9)),
        world.interaction("new", customer_name="Jana Weber", last_text="meine Größe", last_at=world.at(-1)),
        world.interaction("other", customer_id=None, last_at=world.at(0)),
    )

    def find(text: str, limit: int = 20) -> list[InteractionId]:
        return [row.id for row in world.see(projections.find_interactions, text, limit)]

    assert find("weber") == ["new", "old"]
    assert find("weber", 1) == ["new"]
    assert find("groesse") == ["new"]
    assert find("weber rechnung") == ["old"]
    assert find("k77") == ["new", "old"], "the number is the customer's, not the contact's"
    assert find("") == []
