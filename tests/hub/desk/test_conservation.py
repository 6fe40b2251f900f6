"""Whatever agents, customers and time do, in whatever order and through whichever of two hub processes: a request is always
in exactly one state with at most one owner, nobody is rung beyond what they can carry, none is lost, and once there are hands
for it each is served."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState, Skill
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.ids import QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.routing import Ring
from desktop.hub.db.database import Database
from desktop.hub.desk import offers
from desktop.hub.desk.desk import Desk, DeskOptions
from desktop.hub.desk.work import SYSTEM
from desktop.hub.routing.floor import TAKES_CAPACITY
from desktop.insight.routing import DEFAULT_CAPACITY

from .conftest import PEOPLE, Centre

S = InteractionState
CAPACITY = {"chat": 1, "email": 1, "call": 1, "total": 2}
AGENTS = ["anna", "bert", "sven"]
CHANNELS = st.sampled_from([Channel.CHAT, Channel.EMAIL, Channel.CALL])
who, desk, which = st.sampled_from(AGENTS), st.integers(0, 1), st.integers(0, 30)


class Hubs(RuleBasedStateMachine):
    """Two desks on one database. Their own initiative (``offers``) is taken when a rule says so, by either."""

    path = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.ids: list[str] = []
        self.calls = 0

    @initialize()
    def open(self) -> None:
        self.loop.run_until_complete(self._open())

    async def _open(self) -> None:
        file = f"{self.path}.now"
        shutil.copy(self.path, file)
        # Each process has a connection of its own; what one writes the other finds in the table.
        self.databases = [await Database.open(f"sqlite:///{file}") for _ in range(2)]
        now: list[Centre] = []
        options = DeskOptions(clock=lambda: now[0].at)
        self.centres = []
        for number, database in enumerate(self.databases):
            now.append(Centre(database, None, options))  # type: ignore[arg-type]
            now[-1].desk = await Desk.open(database, options)
            now[-1]._count = number * 100_000
            self.centres.append(now[-1])
        for name in PEOPLE:
            skills = (Skill(name="parcels", level=3),) if name == "anna" else ()
            await self.centres[0].hire(name, *skills, capacity=CAPACITY)
        await self.centres[0].ready(*AGENTS)
        queue = await self.centres[0].get(Table.QUEUE, "orders")
        rings = (Ring(after_s=60, level_drop=2), Ring(after_s=120, teams=("south",)))
        await self.centres[0].put(
            replace(
                queue,
                skills=(Skill(name="parcels", level=3),),
                rings=rings,
                overflow_to=QueueId("service"),
                overflow_after_s=300,
            )
        )

    def run(self, work):
        return self.loop.run_until_complete(work)

    async def all(self) -> list[Interaction]:
        async with self.databases[0].read() as ledger:
            return await ledger.find(Table.INTERACTION)

    # --- what happens -----------------------------------------------------------------------------------------------

    @rule(channels=st.lists(CHANNELS, min_size=1, max_size=4), of=desk)
    def customers_come(self, channels: list[Channel], of: int) -> None:
        for channel in channels:
            self.comes(channel, of)

    def comes(self, channel: Channel, of: int) -> None:
        self.calls += 1
        address = f"+49301{self.calls:06}" if channel is Channel.CALL else f"u{self.calls}@example.org"
        text = "" if channel is Channel.CALL else "Where is my order?"
        answer = self.run(self.centres[of].says(channel, address, text, thread=f"t{self.calls}"))
        self.ids.append(answer.interaction_id)

    @rule(name=who, of=desk, state=st.sampled_from(["ready", "ready", "ready", "away", "offline"]))
    def presence(self, name: str, of: int, state: str) -> None:
        self.attempt(of, name, c.SetPresence(state=PresenceState(state)))

    @rule(of=desk)
    def the_desk_looks(self, of: int) -> None:
        self.run(self.looks(of))

    @rule(seconds=st.sampled_from([5, 25, 70, 400]))
    def time_passes(self, seconds: int) -> None:
        for centre in self.centres:
            centre.at += timedelta(seconds=seconds)

    @rule(name=who, of=desk)
    def takes_the_next(self, name: str, of: int) -> None:
        self.attempt(of, name, c.TakeNext())

    @rule(nth=which, of=desk, kind=st.sampled_from([c.Accept, c.Accept, c.Decline, c.Requeue, c.Wait, c.EndContact]))
    def who_has_it_acts(self, nth: int, of: int, kind) -> None:
        if self.ids:
            id_ = self.ids[nth % len(self.ids)]
            now = self.run(self.centres[of].interaction(id_))
            self.attempt(of, now.assignee or "anna", kind(interaction_id=id_))

    @rule(nth=which, of=desk, name=who)
    def somebody_wraps_up(self, nth: int, of: int, name: str) -> None:
        if self.ids:
            self.attempt(of, name, c.WrapUp(interaction_id=self.ids[nth % len(self.ids)], disposition="solved"))

    @rule(of=desk, channel=CHANNELS)
    def a_transaction_fails(self, of: int, channel: Channel) -> None:
        """And before anybody looks, the next customer comes."""

        async def fail() -> None:
            try:
                async with self.centres[of].desk._work(SYSTEM) as work:
                    await offers.offer_waiting(work)
                    raise RuntimeError("the process ended here")
            except RuntimeError:
                pass

        self.run(fail())
        self.comes(channel, of)

    async def looks(self, of: int) -> None:
        desk = self.centres[of].desk
        while await desk._round(frozenset(), True):
            pass

    def attempt(self, of: int, name: str, command) -> None:
        answer = self.run(self.centres[of].attempt(name, command))
        assert answer.outcome in ("applied", "refused"), answer

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def each_is_somewhere_once(self) -> None:
        if not hasattr(self, "databases"):
            return
        found = self.run(self.all())
        assert {one.id for one in found} == set(self.ids)
        held: dict[str, dict[str, int]] = {}
        for one in found:
            assert (one.assignee is None) == (one.state in (S.QUEUED, S.ABANDONED))
            assert (one.offer_expires_at is not None) == (one.state is S.OFFERED)
            if one.state in TAKES_CAPACITY:
                mine = held.setdefault(one.assignee, {})
                mine[one.channel] = mine.get(one.channel, 0) + 1
        rung = {one.assignee: one for one in found if one.state is S.OFFERED and one.offered_at == self.centres[0].at}
        for name, one in rung.items():
            # A customer who writes again comes back to their agent whatever these have in hand; nobody does in here.
            assert held[name][one.channel] <= CAPACITY.get(one.channel, DEFAULT_CAPACITY[one.channel])
            assert sum(held[name].values()) <= CAPACITY["total"], f"{name} was rung beyond what they can carry"

    @invariant()
    def both_know_the_same(self) -> None:
        if not hasattr(self, "databases"):
            return
        known = [self.run(self.seen(centre)) for centre in self.centres]
        assert known[0] == known[1]

    async def seen(self, centre: Centre) -> object:
        async with centre.database.read() as ledger:
            floor = centre.desk._floor
            await floor.catch_up(ledger, centre.at)
            loads = {name: floor.load_of(name).working for name in AGENTS}
            waiting = {one.id for one in await self.all() if one.state is S.QUEUED}
            assert waiting == set(floor._backlog._requests) | set(floor._resting)
            return loads

    def teardown(self) -> None:
        try:
            if hasattr(self, "databases"):
                self.run(self.all_are_served())
        finally:
            for database in getattr(self, "databases", []):
                self.run(database.close())
            self.loop.close()

    async def all_are_served(self) -> None:
        """With agents who accept and finish whatever rings, everything that waits comes to its end."""
        for _ in range(40):
            waiting = [one for one in await self.all() if one.state in (S.QUEUED, S.OFFERED, S.ACTIVE, S.WRAP_UP)]
            if not waiting:
                return
            for name in AGENTS:
                await self.centres[0].attempt(name, c.SetPresence(state=PresenceState.READY))
            await self.looks(1)
            for one in await self.all():
                if one.state is S.OFFERED:
                    await self.centres[0].attempt(one.assignee, c.Accept(interaction_id=one.id))
                if one.state in (S.OFFERED, S.ACTIVE, S.WRAP_UP):
                    wrap_up = c.WrapUp(interaction_id=one.id, disposition="solved")
                    await self.centres[0].attempt(one.assignee, wrap_up)
            for centre in self.centres:
                centre.at += timedelta(seconds=130)
        raise AssertionError(f"{len(waiting)} requests were never served")


def test_requests_are_conserved_by_two_hubs_on_one_database(new_database, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)
    path = tmp_path / "hub.sqlite"
    shutil.copy(new_database, path)
    monkeypatch.setattr(Hubs, "path", str(path))
    run_state_machine_as_test(
        Hubs,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
