"""What an agent said a contact is about, where its system keeps no such thing: it outlives the cache, not the contact."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desktop.domain.commands import SetIntent
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import corrections, departure, schema
from desktop.store.corrections import Correction, laid_over
from desktop.store.pruning import Limits, prune
from desktop.store.retention import forget

I1 = InteractionId("i1")


def said(intent: str, *also: str, contact: str = "i1") -> SetIntent:
    return SetIntent(interaction_id=InteractionId(contact), intent=intent, also=also or None)


def known(world: Any, contact: str = "i1") -> Correction | None:
    found: dict[str, Correction] = world.see(corrections.of_interactions, [contact])
    return found.get(contact)


def test_the_last_word_counts_and_what_else_was_asked_for_stays_until_it_is_said_anew(world: Any) -> None:
    world.do(corrections.keep, said("refund", "invoice"), world.now)
    world.do(corrections.keep, said("delivery"), world.now)
    assert known(world) == Correction(intent="delivery", also=("invoice",))
    world.do(corrections.keep, said("delivery", "praise"), world.now)
    assert known(world) == Correction(intent="delivery", also=("praise",))


def test_it_is_laid_over_a_row_that_nobody_confirmed(world: Any) -> None:
    row = world.interaction(intent="refund", intent_probability=0.7, intent_also=("delivery", "praise"))
    told = laid_over(row, Correction(intent="delivery"))
    assert (told.intent, told.intent_probability, told.intent_confirmed) == ("delivery", 1.0, True)
    assert told.intent_also == ("praise",)
    confirmed = world.interaction(intent="refund", intent_confirmed=True)
    assert laid_over(confirmed, Correction(intent="delivery")) == confirmed
    assert laid_over(row, None) == row


def test_a_cache_read_anew_does_not_touch_it(world: Any) -> None:
    world.arrive(world.interaction())
    world.do(corrections.keep, said("refund"), world.now)
    world.do(lambda w: schema.empty_cache(w.conn))
    assert known(world) == Correction(intent="refund")


def test_a_row_is_rewritten_in_its_place_so_that_the_next_change_still_counts(world: Any) -> None:
    row, point = world.interaction(), world.touchpoint("t1", interaction_id=I1)
    world.arrive(row, point)
    changed = laid_over(row, Correction(intent="refund"))
    world.do(corrections.rewrite, changed)
    assert world.see(corrections.row_of_contact, I1) == changed
    world.do(corrections.rewrite, world.interaction("unknown"))
    assert world.see(corrections.row_of_contact, InteractionId("unknown")) is None
    world.arrive(world.interaction(subject="new", version=2))
    assert world.see(corrections.row_of_contact, I1).subject == "new"


def test_it_goes_with_a_customer_who_is_forgotten(world: Any) -> None:
    world.arrive(world.customer(), world.interaction())
    world.do(corrections.keep, said("refund"), world.now)
    world.do(forget, CustomerId("c1"))
    assert known(world) is None


def test_it_goes_with_a_contact_that_gets_too_old(world: Any) -> None:
    closed = world.now - timedelta(days=40)
    world.arrive(world.interaction(state="closed", closed_at=closed))
    world.do(corrections.keep, said("refund"), world.now)
    world.do(prune, Limits(closed_days=30), world.now, 100)
    assert known(world) is None


def test_it_goes_with_its_account_and_no_other(world: Any) -> None:
    for contact in ("rt~1", "zammad~1", "i1"):
        world.do(corrections.keep, said("refund", contact=contact), world.now)
    world.do(departure.begin, "rt")
    assert [known(world, contact) is not None for contact in ("rt~1", "zammad~1", "i1")] == [False, True, True]
