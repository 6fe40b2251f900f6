"""Why a contact came here, and the next request for me."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import TakeNext
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import RoutingDecision
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus
from desktop.viewmodels.routing import DecisionsModel, NextRequest


def decision(work: Any, number: int, **fields: Any) -> RoutingDecision:
    at = work.workplace.now() + timedelta(seconds=number)
    given = {"interaction_id": work.sample.CHAT, "at": at, "version": 1}
    return RoutingDecision(id=f"d{number}", **(given | fields))


@pytest.fixture
def next_request(work: Any) -> NextRequest:
    work.workplace.set_status(SyncStatus(phase=Phase.LIVE))
    return NextRequest(work.workplace, work.workplace)


def test_the_decision_that_holds_is_the_newest_about_who_has_it(work: Any) -> None:
    model = DecisionsModel(work.workplace, work.workplace)
    model.look(work.sample.CHAT)
    work.settle()
    assert model.is_loaded
    assert model.current is None
    work.arrives(decision(work, 1, agent_id=work.sample.ME), decision(work, 2, agent_id=work.sample.BEN))
    assert [one.id for one in model.decisions] == ["d2", "d1"]
    assert model.current is not None
    assert model.current.id == "d1", "it is mine now, whomever it rang at before"


def test_without_one_about_the_owner_the_newest_holds(work: Any) -> None:
    model = DecisionsModel(work.workplace, work.workplace)
    work.arrives(decision(work, 1, agent_id=work.sample.BEN), decision(work, 2))
    model.look(work.sample.CHAT)
    work.settle()
    assert model.current is not None
    assert model.current.id == "d2"


def test_after_stop_nothing_is_read_any_more(work: Any) -> None:
    model = DecisionsModel(work.workplace, work.workplace)
    model.look(work.sample.CHAT)
    work.settle()
    model.stop()
    work.arrives(decision(work, 1))
    assert model.decisions == ()


def test_the_next_request_is_opened_once_it_is_mine(work: Any, next_request: NextRequest) -> None:
    taken: list[str] = []
    next_request.taken.connect(taken.append)
    next_request.take()
    next_request.take()
    work.settle()
    assert work.commands == [TakeNext()]
    assert next_request.is_asking
    now = work.workplace.now()
    mine = Interaction(
        id="i-next",  # type: ignore[arg-type]
        channel=Channel.CHAT,
        state=InteractionState.ACTIVE,
        assignee=work.sample.ME,
        created_at=now,
        updated_at=now,
        accepted_at=now,
        version=1,
    )
    work.arrives(mine)
    (entry,) = work.store.query(outbox.entries)
    work.store.write(lambda w: outbox.settle_applied(w, entry.id), Cause.NETWORK).result()
    work.settle()
    assert taken == ["i-next"]
    assert work.workplace.current == "i-next"
    assert next_request.can_ask


def test_where_nothing_waits_that_is_said_and_nothing_stays_behind(work: Any, next_request: NextRequest) -> None:
    refused: list[str] = []
    next_request.refused.connect(refused.append)
    next_request.take()
    work.settle()
    (entry,) = work.store.query(outbox.entries)
    work.store.write(lambda w: outbox.wedge(w, entry.id, "nothing_waits"), Cause.NETWORK).result()
    work.settle()
    assert refused == ["nothing_waits"]
    assert work.commands == []
    assert not next_request.is_asking


def test_offline_the_next_request_is_not_asked_for(work: Any, next_request: NextRequest) -> None:
    refused: list[str] = []
    next_request.refused.connect(refused.append)
    work.workplace.set_status(SyncStatus(phase=Phase.OFFLINE))
    next_request.take()
    work.settle()
    assert refused == ["offline"]
    assert work.commands == []
