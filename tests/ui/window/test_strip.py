"""The strip along the bottom: one place that says whether all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.domain.agent import Agent, Presence, PresenceState
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.interaction import Interaction, InteractionState
from desktop.store import outbox
from desktop.sync.status import Phase, SyncStatus
from desktop.ui.theme.theme import Theme
from desktop.ui.window.strip import StatusStrip
from desktop.viewmodels.presence import PresenceViewModel


@pytest.fixture
def strip(shift: Any, theme: Theme, show: Callable[..., Any]) -> Iterator[StatusStrip]:
    presence = PresenceViewModel(shift.workplace)
    made = StatusStrip(shift.workplace, presence, theme)
    presence.setParent(made)
    show(made, 1280, 28)
    shift.settle()
    yield made
    made.hide()


@pytest.mark.parametrize(
    ("phase", "pulled_ago_s", "progress", "said"),
    [
        (Phase.STARTING, None, None, "Connecting…"),
        (Phase.FIRST_SYNC, 1, 0.42, "Fetching history: 42%"),
        (Phase.FIRST_SYNC, 1, None, "Fetching history: 0%"),
        (Phase.LIVE, 1, None, "Up to date"),
        (Phase.OFFLINE, 185, None, "Offline: as of 3 min ago. You can read and write; it goes out later."),
        (Phase.OFFLINE, None, None, "Offline. You can read and write; it goes out later."),
        (Phase.SIGN_IN_NEEDED, 1, None, "Please sign in again"),
    ],
)
def test_how_fresh_the_data_is(
    strip: StatusStrip, shift: Any, phase: Phase, pulled_ago_s: int | None, progress: float | None, said: str
) -> None:
    pulled = None if pulled_ago_s is None else shift.workplace.now() - timedelta(seconds=pulled_ago_s)
    shift.workplace.set_status(SyncStatus(phase=phase, last_pulled_at=pulled, progress=progress))
    shift.settle()
    assert strip.sync.text() == said
    assert strip.sync.width() >= strip.sync.sizeHint().width()


def test_what_is_still_to_go_out_and_what_cannot(strip: StatusStrip, shift: Any) -> None:
    assert strip.outbox.text() == "Everything is sent"
    shift.workplace.perform(SendMessage(interaction_id=shift.sample.CHAT, text="Hello"))
    shift.settle()
    assert strip.outbox.text().startswith("1 ")
    assert "waiting to be sent" in strip.outbox.text()
    refused = shift.workplace.perform(AddNote(interaction_id=shift.sample.MAIL, text="Hm"))
    shift.settle()
    assert strip.outbox.text().startswith("2 ")
    shift.store.write(lambda w: outbox.wedge(w, refused, "forbidden"), Cause.SYSTEM).result()
    shift.settle()
    assert "1 could not be sent" in strip.outbox.text()
    assert strip.outbox.accessibleName() == strip.outbox.text()
    with shift.qtbot.waitSignal(strip.outbox_requested):
        QTest.mouseClick(strip.outbox, Qt.MouseButton.LeftButton)


def test_my_state_and_for_how_long(strip: StatusStrip, shift: Any) -> None:
    assert (strip.state.text(), strip.clock.text[:4]) == ("Ready", "42:0")
    assert strip.state.accessibleName() == "My state: Ready"
    shift.workplace.later(3600)
    strip._tick()
    shift.settle()
    assert strip.clock.text.startswith("1:42:0")
    assert strip.clock.width() >= strip.clock.fontMetrics().horizontalAdvance(strip.clock.text)


def test_not_responding_says_what_to_do(strip: StatusStrip, shift: Any) -> None:
    missed = Presence(state=PresenceState.NOT_RESPONDING, since=shift.workplace.now())
    shift.arrives(Agent(id=shift.sample.ME, user="anna", name="Anna Berger", presence=missed, version=9))
    assert strip.state.text().startswith("Not responding")
    assert "Choose Ready" in strip.state.toolTip()


def queued(shift: Any, number: int, minutes: float) -> Interaction:
    at = shift.workplace.now() - timedelta(minutes=minutes)
    return Interaction(
        id=f"i-q{number:03}",  # type: ignore[arg-type]
        channel=Channel.CHAT,
        state=InteractionState.QUEUED,
        created_at=at - timedelta(hours=5),
        updated_at=at,
        queued_at=at,
        due_at=at,
        version=1,
    )


def test_who_waits_in_the_queues_and_the_longest(strip: StatusStrip, shift: Any) -> None:
    shift.arrives(queued(shift, 1, 45))
    assert strip.queues.text().startswith("2 waiting in the queues, longest 45 min")


def test_a_flood_is_counted_whole(strip: StatusStrip, shift: Any) -> None:
    shift.arrives(*(queued(shift, n, 1) for n in range(260)))
    assert strip.queues.text().startswith("261 waiting")


def test_empty_queues_are_good_news(strip: StatusStrip, shift: Any) -> None:
    gone = Interaction(
        id=shift.sample.QUEUED,
        channel=Channel.CHAT,
        state=InteractionState.CLOSED,
        created_at=shift.workplace.now(),
        updated_at=shift.workplace.now(),
        version=9,
    )
    shift.arrives(gone)
    assert strip.queues.text() == "Nobody is waiting in the queues"


def test_the_palette_is_asked_for(strip: StatusStrip, shift: Any) -> None:
    assert "Ctrl+K" in strip.keys.text()
    with shift.qtbot.waitSignal(strip.palette_requested):
        QTest.mouseClick(strip.keys, Qt.MouseButton.LeftButton)


def test_its_clock_stands_still_while_it_is_not_seen(strip: StatusStrip) -> None:
    assert strip._beat.is_going
    strip.hide()
    assert not strip._beat.is_going


def test_a_clock_that_is_wrong_by_hours_is_told_and_one_by_seconds_is_not(strip: StatusStrip, shift: Any) -> None:
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE, clock_offset_s=3.0))
    assert not strip.wrong_clock.isVisible()
    shift.workplace.set_status(SyncStatus(phase=Phase.LIVE, clock_offset_s=-2 * 86400.0))
    assert strip.wrong_clock.isVisible()
    assert strip.wrong_clock.text() == "Clock off by 2 d"
