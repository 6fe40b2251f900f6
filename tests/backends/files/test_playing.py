"""A recording on the desk: the real engine and store over a folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from desktop.backends.files.backend import FilesBackend
from desktop.domain.changes import Table
from desktop.domain.interaction import InteractionState
from desktop.sync.status import Phase

from .conftest import Reel, contact, later, said

Play = Callable[..., FilesBackend]


async def live(desk: Any) -> Any:
    await desk.until(lambda: desk.status.phase is Phase.LIVE and desk.status.is_streaming)
    return desk


async def test_what_was_there_is_there_at_once_and_the_rest_comes_in_its_rhythm(
    reel: Reel, play: Play, seat: Callable[..., Any]
) -> None:
    reel.before(contact(), said("Hello"))
    reel.at(150, said("Anybody?", "m2"))
    reel.at(60_000, said("Much later", "m3"))
    desk = await live(await seat(play()))
    assert desk.row(Table.INTERACTION, "c1").state is InteractionState.ACTIVE
    assert desk.texts("c1") == ["Hello"]
    await desk.until(lambda: desk.texts("c1") == ["Hello", "Anybody?"])
    assert desk.backend.playback.position_ms >= 150
    assert abs((desk.engine.status.last_pulled_at - later(150)).total_seconds()) < 5


async def test_it_plays_as_fast_as_it_is_told_and_from_where(reel: Reel, play: Play, seat: Callable[..., Any]) -> None:
    reel.before(contact())
    for number in range(1, 6):
        reel.at(number * 10_000, said(f"{number}", f"m{number}"))
    desk = await live(await seat(play(f"{reel.path.as_uri()}?speed=200&from=30")))
    assert desk.texts("c1")[:3] == ["1", "2", "3"]
    await desk.until(lambda: len(desk.texts("c1")) == 5, 5)


async def test_a_paused_recording_stands_still_and_goes_on(reel: Reel, play: Play, seat: Callable[..., Any]) -> None:
    reel.before(contact())
    reel.at(400, said("Hello"))
    desk = await seat(play())
    playback = desk.backend.playback
    playback.pause()
    await live(desk)
    position = playback.position_ms
    await desk.until(lambda: desk.status.last_pulled_at is not None)
    playback.set_speed(1000)
    assert playback.position_ms == position
    assert desk.texts("c1") == []
    playback.go_on()
    await desk.until(lambda: desk.texts("c1") == ["Hello"], 5)


async def test_played_again_from_the_start_everything_is_read_anew(
    reel: Reel, play: Play, seat: Callable[..., Any]
) -> None:
    reel.before(contact())
    reel.at(100, said("Hello"))
    reel.gone(200, "message", "m1")
    reel.at(30_000, contact("c2"))
    desk = await live(await seat(play(speed=1000)))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c2") is not None, 5)
    assert desk.texts("c1") == []
    desk.backend.playback.set_speed(1)
    desk.backend.playback.rewind()
    await desk.until(lambda: desk.texts("c1") == ["Hello"], 5)
    assert desk.row(Table.INTERACTION, "c2") is None
    await desk.until(lambda: desk.texts("c1") == [], 5)


async def test_a_window_opened_again_goes_on_where_it_was(reel: Reel, play: Play, seat: Callable[..., Any]) -> None:
    reel.before(contact())
    reel.at(1_000, said("First", "m1"))
    reel.at(50_000, said("Second", "m2"))
    reel.at(58_000, said("Third", "m3"))
    desk = await live(await seat(play(speed=1000)))
    await desk.until(lambda: len(desk.texts("c1")) == 3, 5)
    await desk.stop()
    again = play()
    desk = await live(await seat(again))
    assert again.playback is not None
    assert again.playback.position_ms >= 47_000
    assert desk.count(Table.MESSAGE) == 3


async def test_a_recording_that_is_still_going_on_is_followed(reel: Reel, play: Play, seat: Callable[..., Any]) -> None:
    reel.label(length_ms=None)
    reel.before(contact())
    desk = await live(await seat(play(speed=1000)))
    reel.at(10, said("Just now"))
    await desk.until(lambda: desk.texts("c1") == ["Just now"], 5)
