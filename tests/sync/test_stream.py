"""What is pushed shows at once, is confirmed by a pull, and can be done without."""

from __future__ import annotations

import asyncio
from typing import Any

from desktop.backends.base import Capabilities, Hint, HintKind, Offline
from desktop.domain.changes import Table
from desktop.store.apply import sync_state
from desktop.sync.puller import Pace
from desktop.sync.status import Phase
from desktop.sync.stream import Patience

LAZY = Pace(streaming_s=3600.0, blind_s=3600.0, confirm_s=3600.0, long_poll_s=5.0)
QUICK = Pace(streaming_s=0.02, blind_s=0.02, confirm_s=0.02, long_poll_s=5.0)


async def _live(desk: Any) -> None:
    await desk.until(lambda: desk.status.is_streaming and desk.status.phase is Phase.LIVE)


async def test_what_is_pushed_is_there_without_any_pull(make_desk: Any, fake: Any, a_contact: Any) -> None:
    desk = make_desk(fake, pace=LAZY).start()
    await _live(desk)
    assert len(fake.pulls) == 1, "a stream that resumes where the pull ended leaves nothing to pull"
    fake.put(a_contact("c1"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)
    assert len(fake.pulls) == 1
    assert desk.store.query(sync_state).cursor == 0


async def test_a_burst_is_confirmed_by_few_pulls_that_move_the_cursor(desk: Any, fake: Any, a_contact: Any) -> None:
    desk.start()
    await _live(desk)
    pulls = len(fake.pulls)
    fake.put(*(a_contact(f"c{n}") for n in range(300)))
    await desk.until(lambda: desk.store.query(sync_state).cursor == 300)
    assert desk.count(Table.INTERACTION) == 300
    assert len(fake.pulls) - pulls <= 5


async def test_a_change_the_stream_lost_is_brought_by_the_confirming_pull(desk: Any, fake: Any, a_contact: Any) -> None:
    desk.start()
    await _live(desk)
    fake.put(a_contact("lost"), is_pushed=False)
    fake.put(a_contact("told"))
    await desk.until(lambda: desk.count(Table.INTERACTION) == 2)


async def test_an_old_page_does_not_undo_what_was_pushed_since(desk: Any, fake: Any, a_contact: Any) -> None:
    """A page is read, then the row changes and is pushed, and only then the page arrives."""
    fake.put(a_contact("c1", version=1, subject="alt"))
    desk.start()
    await _live(desk)
    on_its_way, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        fake.page_hook = None
        on_its_way.set()
        await go_on.wait()

    fake.put(a_contact("c1", version=2, subject="mittel"), is_pushed=False)
    fake.page_hook = slow
    desk.engine._puller.ask()
    await on_its_way.wait()
    fake.put(a_contact("c1", version=3, subject="neu"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1").subject == "neu")
    go_on.set()
    await desk.until(lambda: desk.store.query(sync_state).cursor == 3)
    assert desk.row(Table.INTERACTION, "c1").subject == "neu"


async def test_what_is_taken_from_the_agents_sight_goes_at_once(desk: Any, fake: Any, a_contact: Any) -> None:
    fake.put(a_contact("c1"))
    desk.start()
    await _live(desk)
    fake.remove(Table.INTERACTION, "c1")
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is None)


async def test_a_broken_stream_connects_again_and_misses_nothing(desk: Any, fake: Any, a_contact: Any) -> None:
    desk.start()
    await _live(desk)
    fake.cut_streams()
    fake.put(a_contact("c1"), is_pushed=False)
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)
    await desk.until(lambda: fake.opened == 2 and desk.status.is_streaming)
    assert desk.status.stream_error == ""


async def test_where_no_stream_gets_through_the_agent_waits_at_the_backend(
    desk: Any, fake: Any, a_contact: Any
) -> None:
    fake.has_stream = False
    desk.start()
    await desk.until(lambda: desk.engine._puller.is_polling and desk.status.phase is Phase.LIVE)
    assert desk.status.stream_error == "answer_lost"
    fake.put(a_contact("c1"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)
    # The proxy is mended; whoever wakes the engine gets the stream back.
    fake.has_stream = True
    desk.engine.wake()
    await _live(desk)
    assert not desk.engine._puller.is_polling


async def test_a_stream_that_was_good_is_resumed_and_nothing_is_pulled(
    make_desk: Any, fake: Any, a_contact: Any
) -> None:
    desk = make_desk(fake, pace=LAZY).start()
    await _live(desk)
    fake.put(a_contact("c1"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)
    fake.cut_streams()
    fake.put(a_contact("c2"), is_pushed=False)
    await desk.until(lambda: desk.row(Table.INTERACTION, "c2") is not None)
    assert fake.opened == 2
    assert len(fake.pulls) == 1


async def test_a_backend_that_cannot_resume_its_stream_is_asked_once_it_is_open(
    make_desk: Any, fake: Any, a_contact: Any
) -> None:
    fake.capabilities = Capabilities(has_replay=False)
    desk = make_desk(fake, pace=LAZY).start()
    await _live(desk)
    await desk.until(lambda: len(fake.pulls) == 2)


async def test_an_outage_is_not_taken_for_a_proxy_that_blocks_the_stream(desk: Any, fake: Any) -> None:
    desk.start()
    await _live(desk)
    fake.is_offline = True
    fake.cut_streams()
    await desk.until(lambda: desk.engine._stream._backoff.failures >= 4)
    assert not desk.engine._puller.is_polling
    fake.is_offline = False
    await _live(desk)


async def test_a_stream_that_fails_once_more_at_the_end_of_an_outage_is_not_given_up(desk: Any, fake: Any) -> None:
    desk.start()
    await _live(desk)
    is_over = False

    async def nothing_comes() -> None:
        if not is_over:
            raise Offline("unreachable")

    async def while_pulling_gets_through() -> None:
        nonlocal is_over
        if desk.engine._stream._backoff.failures >= 4:
            is_over = True  # the backend is back, as under load: this one was begun too early
            await desk.until(lambda: desk.status.pull_error == "")

    fake.page_hook = nothing_comes
    fake.stream_hook = while_pulling_gets_through
    fake.has_stream = False
    fake.cut_streams()
    await desk.until(lambda: is_over and desk.status.pull_error == "")
    fake.stream_hook = None
    fake.has_stream = True
    await _live(desk)
    assert not desk.engine._puller.is_polling


async def test_a_stream_that_opens_but_lets_nothing_through_is_given_up(
    make_desk: Any, fake: Any, a_contact: Any
) -> None:
    fake.is_stream_mute = True
    desk = make_desk(fake, pace=QUICK, patience=Patience(failures=3, retry_s=60.0)).start()
    await _live(desk)
    for n in range(50):
        fake.put(a_contact(f"c{n}"))
        await desk.until(lambda n=n: desk.row(Table.INTERACTION, f"c{n}") is not None)
        if desk.engine._puller.is_polling:
            break
    assert desk.engine._puller.is_polling


async def test_told_to_pull_it_pulls(make_desk: Any, fake: Any, a_contact: Any) -> None:
    desk = make_desk(fake, pace=LAZY).start()
    await _live(desk)
    fake.put(a_contact("c1"), is_pushed=False)
    fake.streams[0].put_nowait(Hint(HintKind.PULL))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)


async def test_a_pushed_change_that_cannot_be_read_is_left_to_the_pull(desk: Any, fake: Any, a_contact: Any) -> None:
    desk.start()
    await _live(desk)
    fake.put(a_contact("c1"), is_pushed=False)
    fake.streams[0].put_nowait(Hint(HintKind.CHANGE, 1, b"{nonsense"))
    await desk.until(lambda: desk.row(Table.INTERACTION, "c1") is not None)
