"""Wrapping up without a window: what is offered first, what is kept, what is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.ids import InteractionId
from desktop.domain.template import Disposition
from desktop.store import outbox, projections
from desktop.viewmodels.workplace import Workplace
from desktop.viewmodels.wrap_up import KIND, WrapUpModel, ordered


@pytest.fixture
def sample(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/sample.py")


@pytest.fixture
def wrapping(workplace: Workplace, sample: Any, qtbot: QtBot) -> WrapUpModel:
    model = WrapUpModel(workplace, workplace)
    qtbot.waitUntil(lambda: bool(workplace.catalogue.dispositions))
    workplace.open(sample.WRAP)
    qtbot.waitUntil(lambda: model.interaction is not None)
    return model


def test_what_fits_the_request_is_offered_first() -> None:
    found = [
        Disposition(id="other", intents=("repair",)),
        Disposition(id="any"),
        Disposition(id="fits", intents=("refund",)),
    ]
    assert [d.id for d in ordered(found, "refund")] == ["fits", "any", "other"]
    assert [d.id for d in ordered(found, None)] == ["any", "other", "fits"]


def test_it_is_open_by_itself_once_the_talking_is_over(
    wrapping: WrapUpModel, workplace: Workplace, sample: Any, qtbot: QtBot
) -> None:
    assert wrapping.is_open
    assert 40 <= wrapping.elapsed_s <= 120
    workplace.open(sample.CHAT)
    qtbot.waitUntil(lambda: wrapping.interaction is not None and wrapping.interaction.id == sample.CHAT)
    assert wrapping.is_possible
    assert not wrapping.is_open


def test_it_cannot_be_finished_without_saying_how_it_ended(wrapping: WrapUpModel, workplace: Workplace) -> None:
    wrapping.write_summary("Nur Text")
    assert not wrapping.finish()
    wrapping.choose("there is no such")
    assert not wrapping.finish()
    assert workplace.store.query(outbox.entries) == []


def test_a_proposal_nobody_touched_is_no_draft(wrapping: WrapUpModel, workplace: Workplace, sample: Any) -> None:
    wrapping.propose("About: Refund.")
    wrapping.flush()
    id_ = InteractionId(sample.WRAP)
    assert workplace.store.query(lambda conn: projections.load_draft(conn, id_, KIND)) is None
    wrapping.propose("Another one")
    assert wrapping.summary == "About: Refund."


def test_half_filled_it_is_kept_and_gone_once_finished(
    wrapping: WrapUpModel, workplace: Workplace, sample: Any, qtbot: QtBot
) -> None:
    id_ = InteractionId(sample.WRAP)

    def kept() -> Any:
        return workplace.store.query(lambda conn: projections.load_draft(conn, id_, KIND))

    wrapping.choose("refunded")
    wrapping.write_summary("Geld zurück")
    wrapping.flush()
    qtbot.waitUntil(lambda: kept() is not None)
    assert kept().fields == {"disposition": "refunded"}
    assert wrapping.finish()
    qtbot.waitUntil(lambda: kept() is None)
    (entry,) = workplace.store.query(outbox.entries)
    assert (entry.command.disposition, entry.command.summary) == ("refunded", "Geld zurück")
    qtbot.waitUntil(lambda: not wrapping.is_possible)


def test_a_contact_of_a_colleague_is_not_mine_to_wrap_up(
    wrapping: WrapUpModel, workplace: Workplace, sample: Any, qtbot: QtBot
) -> None:
    workplace.open(sample.BENS)
    qtbot.waitUntil(lambda: wrapping.interaction is not None and wrapping.interaction.id == sample.BENS)
    wrapping.begin()
    assert not wrapping.is_open
