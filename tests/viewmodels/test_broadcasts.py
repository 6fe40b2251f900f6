"""What leads tell everybody is shown until it is put away or over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.routing import Broadcast
from desktop.viewmodels.broadcasts import BroadcastsModel


@pytest.fixture
def model(work: Any) -> BroadcastsModel:
    assert work.workplace.catalogue is not None
    made = BroadcastsModel(work.workplace, work.workplace)
    work.settle()
    return made


def said(work: Any, id_: str, minutes_ago: float = 1, **fields: Any) -> Broadcast:
    at = work.workplace.now() - timedelta(minutes=minutes_ago)
    return Broadcast(id=id_, **({"text": id_, "by": work.sample.DAVID, "at": at, "version": 1} | fields))


def test_urgent_ones_come_first_then_the_newest_and_mine_not_at_all(work: Any, model: BroadcastsModel) -> None:
    arrived: list[str] = []
    model.arrived.connect(lambda one: arrived.append(one.id))
    work.arrives(said(work, "old", 9), said(work, "new", 2), said(work, "urgent", 5, is_urgent=True))
    work.arrives(said(work, "own", 1, by=work.sample.ME))
    assert [one.id for one in model.shown] == ["urgent", "new", "old"]
    assert sorted(arrived) == ["new", "old", "urgent"]
    assert model.author(model.shown[0]) == "David Okafor"


def test_what_was_put_away_stays_away_after_the_next_start(work: Any, model: BroadcastsModel) -> None:
    work.arrives(said(work, "a", 2), said(work, "b", 1))
    model.put_away(model.shown[0])
    assert [one.id for one in model.shown] == ["a"]
    work.settle()
    again = BroadcastsModel(work.workplace, work.workplace)
    work.settle()
    assert [one.id for one in again.shown] == ["a"]


def test_one_that_is_over_goes_by_itself(work: Any, model: BroadcastsModel) -> None:
    work.arrives(said(work, "brief", 0, until=work.workplace.now() + timedelta(seconds=0.3)))
    assert len(model.shown) == 1
    work.qtbot.waitUntil(lambda: model.shown == (), timeout=3000)
