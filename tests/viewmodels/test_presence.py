"""My state: for now, after this contact, by the centre's reasons, set by a lead, acknowledged."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from desktop.domain.agent import Agent, Loan, Presence, PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import SetPresence
from desktop.domain.interaction import InteractionState
from desktop.domain.routing import RoutingPolicy
from desktop.store import outbox, projections
from desktop.viewmodels.presence import AWAY_REASONS, PresenceViewModel

AWAY, READY = PresenceState.AWAY, PresenceState.READY


@pytest.fixture
def presence(work: Any) -> PresenceViewModel:
    made = PresenceViewModel(work.workplace, work.workplace)
    work.settle()
    return made


def me(work: Any, **fields: Any) -> Agent:
    given = {"presence": Presence(state=READY, since=work.workplace.now()), "version": 9}
    return Agent(id=work.sample.ME, user="anna", name="Anna Berger", **(given | fields))


def free(work: Any) -> None:
    """Everything of mine is done."""
    rows = work.store.query(lambda conn: projections.inbox(conn, "mine", work.sample.ME))
    work.arrives(*(replace(row.interaction, state=InteractionState.CLOSED, version=50) for row in rows))


def test_what_i_asked_for_shows_until_the_hub_has_acknowledged_it(work: Any, presence: PresenceViewModel) -> None:
    presence.set(AWAY, "lunch")
    work.settle()
    assert (presence.state, presence.reason, presence.is_pending) == (AWAY, "lunch", True)
    (entry,) = work.store.query(outbox.entries)
    work.store.write(lambda w: outbox.settle_applied(w, entry.id), Cause.NETWORK).result()
    work.arrives(me(work, presence=Presence(state=AWAY, reason="lunch")))
    assert (presence.reason, presence.is_pending) == ("lunch", False)


def test_after_this_contact_and_no_more(work: Any, presence: PresenceViewModel) -> None:
    assert presence.is_busy
    presence.set(AWAY, "lunch", is_after=True)
    work.settle()
    assert (presence.state, presence.next.reason) == (READY, "lunch")
    presence.stay()
    work.settle()
    assert (presence.state, presence.next) == (READY, None)
    # Only the last word goes out, and it says the same whether the first one was heard or not.
    assert work.commands == [SetPresence(state=READY)]


def test_who_is_free_goes_at_once(work: Any, presence: PresenceViewModel) -> None:
    free(work)
    assert not presence.is_busy
    presence.set(AWAY, "lunch", is_after=True)
    work.settle()
    assert work.commands == [SetPresence(state=AWAY, reason="lunch")]
    assert (presence.state, presence.next) == (AWAY, None)


def test_ready_again_takes_back_what_was_to_come(work: Any, presence: PresenceViewModel) -> None:
    work.arrives(me(work, next_presence=Presence(state=PresenceState.OFFLINE)))
    presence.set(READY)
    work.settle()
    assert work.commands == [SetPresence(state=READY)]
    assert presence.next is None
    presence.set(READY)
    work.settle()
    assert len(work.commands) == 1


def test_the_centre_says_for_which_reasons_one_may_be_away(work: Any, presence: PresenceViewModel) -> None:
    assert presence.away_reasons == tuple((code, "") for code in AWAY_REASONS)
    own = {"fire_drill": {"de": "Räumungsübung", "en": "Fire drill"}, "break": {}}
    work.arrives(RoutingPolicy(away_reasons=own, version=1))
    assert presence.away_reasons == (("fire_drill", "Fire drill"), ("break", ""))


def test_a_lead_who_set_it_is_named_and_where_i_am_lent_to(work: Any, presence: PresenceViewModel) -> None:
    until = work.workplace.now() + timedelta(hours=1)
    set_by = Presence(state=AWAY, reason="meeting", set_by=work.sample.DAVID)
    work.arrives(me(work, presence=set_by, loan=Loan(queues=("orders",), until=until)))
    assert presence.set_by == "David Okafor"
    assert presence.lent_to == (("Orders & delivery",), until)
    over = Loan(queues=("orders",), until=work.workplace.now() - timedelta(seconds=1))
    work.arrives(me(work, loan=over, version=10))
    assert presence.lent_to is None
