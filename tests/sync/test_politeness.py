"""How often a client asks: freely while all is well, a couple of times a second while nothing works, never before it was told
it may. Time runs forty times as fast here."""

from __future__ import annotations

import asyncio
import os
import random
import selectors
import shutil
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.backends.base import Throttled
from desktop.store.database import Store
from desktop.sync.backoff import Growth
from desktop.sync.engine import Engine
from desktop.sync.politeness import BURST, RATE, Politeness

_HASTE = 40.0


class _Selector(selectors.DefaultSelector):
    def select(self, timeout: float | None = None) -> Any:
        return super().select(timeout if timeout is None else timeout / _HASTE)


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose seconds are shorter."""

    def __init__(self) -> None:
        super().__init__(_Selector())

    def time(self) -> float:
        return super().time() * _HASTE


def _in_haste(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=_Loop) as runner:
        runner.run(story())


def _now() -> float:
    return asyncio.get_running_loop().time()


class Seat:
    """One client: its store, its engine, and the moments in which it asked for something, by what that was."""

    def __init__(self, store: Store, backend: Any) -> None:
        self.store = store
        self.backend = backend
        self.asked: list[tuple[float, str]] = []
        for name in ("changes", "history", "perform"):
            self._count(name)
        self._count_events()
        self.engine = Engine(store, backend, growth=Growth())
        self.task = asyncio.create_task(self.engine.run())

    def _count(self, name: str) -> None:
        real = getattr(self.backend, name)

        async def counted(*args: Any, **kwargs: Any) -> Any:
            self.asked.append((_now(), name))
            return await real(*args, **kwargs)

        setattr(self.backend, name, counted)

    def _count_events(self) -> None:
        real = self.backend.events

        def counted(after: int) -> Any:
            self.asked.append((_now(), "events"))
            return real(after)

        self.backend.events = counted

    @property
    def is_live(self) -> bool:
        return self.engine.status.is_streaming and self.engine.status.phase == "live"

    def most_within(self, window_s: float, since: float = 0.0) -> int:
        """The most requests in any window of that length."""
        times = sorted(at for at, _ in self.asked if at >= since)
        return max((sum(1 for at in times if start <= at < start + window_s) for start in times), default=0)

    async def stop(self) -> None:
        await self.engine.stop()
        await self.task
        self.store.close()


async def _until(holds: Callable[[], bool], at_most_s: float = 600.0) -> None:
    async with asyncio.timeout(at_most_s):
        while not holds():
            await asyncio.sleep(0.2)


@pytest.fixture
def seats(tmp_path: Path, neighbour: Callable[[str], Any]) -> Iterator[Callable[..., Any]]:
    """Make clients, all of one backend each, over copies of one empty store."""
    backends = neighbour("sync/conftest.py")
    key = os.urandom(32)
    Store.open(tmp_path / "first.db", key).close()
    made: list[Seat] = []

    def make(count: int) -> list[Seat]:
        for number in range(count):
            path = tmp_path / str(number) / "cache.db"
            path.parent.mkdir()
            shutil.copy(tmp_path / "first.db", path)
            backend = backends.FakeBackend()
            backend.put(backends.contact("c1"))
            made.append(Seat(Store.open(path, key), backend))
        return made

    yield make
    for seat in made:
        seat.store.close()


async def _end(seats: list[Seat]) -> None:
    await asyncio.gather(*(seat.stop() for seat in seats))


def test_while_nothing_works_a_client_asks_twice_a_second_at_most_whoever_wakes_it(seats: Any) -> None:
    """The network flaps: every half a second the system says that it is back, and it is not."""

    async def story() -> None:
        (seat,) = made = seats(1)
        await _until(lambda: seat.is_live)
        seat.backend.is_offline = True
        seat.backend.cut_streams()
        began = _now()
        while _now() < began + 40:
            seat.engine.wake()
            await asyncio.sleep(0.5)
        took = _now() - began
        asked = sum(1 for at, _ in seat.asked if at >= began)
        assert asked <= BURST + RATE * took
        # Whoever was held up may make up for it, by what they may ask at once.
        assert seat.most_within(5.0, began + 10) <= RATE * 5 + BURST
        seat.backend.is_offline = False
        await _until(lambda: seat.is_live)
        await _end(made)

    _in_haste(story)


def test_work_is_not_slowed_down_while_all_is_well(seats: Any) -> None:
    async def story() -> None:
        politeness = Politeness()
        began = _now()
        for _ in range(500):
            await politeness.turn()
            politeness.went_well()
        assert _now() - began < 5

    _in_haste(story)


def test_what_the_other_side_asked_for_is_kept_by_all_and_spread(seats: Any) -> None:
    async def story() -> None:
        politeness = Politeness(chance=lambda: 0.5)
        politeness.told_to_wait(8)
        began, turns = _now(), []

        async def one() -> None:
            await politeness.turn()
            turns.append(_now() - began)

        await asyncio.gather(*(one() for _ in range(4)))
        assert min(turns) >= 12, "eight seconds, and half of up to eight more"

    _in_haste(story)


@pytest.mark.parametrize("what", ["changes", "events", "perform"])
def test_told_to_come_back_later_no_part_of_a_client_comes_before(seats: Any, what: str) -> None:
    async def story() -> None:
        (seat,) = made = seats(1)
        await _until(lambda: seat.is_live)
        real, said_at = getattr(seat.backend, what), [0.0]

        async def busy_events(after: int) -> Any:
            async for _ in _refuse():
                yield _

        async def _refuse() -> Any:
            said_at[0] = said_at[0] or _now()
            raise Throttled("unavailable", 30.0)
            yield

        async def busy(*_: Any, **__: Any) -> Any:
            said_at[0] = said_at[0] or _now()
            raise Throttled("unavailable", 30.0)

        setattr(seat.backend, what, busy_events if what == "events" else busy)
        if what == "perform":
            seat.store.write(lambda w: _a_note(w), "agent").result()
        elif what == "events":
            seat.backend.cut_streams()
        else:
            seat.engine._puller.ask()
        await _until(lambda: said_at[0] > 0)
        setattr(seat.backend, what, real)
        before = len(seat.asked)
        while _now() < said_at[0] + 25:
            seat.engine.wake()
            await asyncio.sleep(2)
        late = [at - said_at[0] for at, _ in seat.asked[before:]]
        # What was under way in that moment may still have gone out.
        assert [at for at in late if 1 < at < 30] == []
        await _until(lambda: seat.is_live)
        await _end(made)

    _in_haste(story)


def _a_note(w: Any) -> None:
    from desktop.domain.commands import AddNote
    from desktop.domain.ids import CommandId, InteractionId, new_id
    from desktop.store import outbox

    outbox.enqueue(w, AddNote(interaction_id=InteractionId("c1"), text="n"), CommandId(new_id()))


def test_a_hundred_clients_of_a_hub_that_restarts_come_back_one_after_the_other(seats: Any) -> None:
    """Away for half a minute; each agent wrote something meanwhile."""

    async def story() -> None:
        made = seats(100)
        random.seed(7)
        await _until(lambda: all(seat.is_live for seat in made))
        for seat in made:
            seat.backend.is_offline = True
            seat.backend.cut_streams()
        began = _now()
        for seat in made:
            seat.store.write(lambda w: _a_note(w), "agent").result()
        await asyncio.sleep(30)
        during = [sum(1 for at, _ in seat.asked if at >= began) for seat in made]
        assert max(during) <= BURST + RATE * 30
        assert sum(during) / len(during) <= 30, "on the average not even one a second"
        back = _now()
        for seat in made:
            seat.backend.is_offline = False
        await _until(lambda: all(seat.is_live and len(seat.backend.sent) == 1 for seat in made))
        after = [[(at, what) for at, what in seat.asked if at >= back] for seat in made]
        kinds = Counter(what for asked in after for _, what in asked)
        assert kinds["perform"] == 100
        assert kinds["events"] <= 110
        assert kinds["changes"] <= 300
        seconds = Counter(int(at - back) for asked in after for at, _ in asked)
        assert max(seconds.values()) < 0.5 * sum(seconds.values()), seconds
        assert len(seconds) >= 5
        await _end(made)

    _in_haste(story)
