"""Whatever people and customers do in whatever order: an interaction only moves along the state machine, nobody owns what
somebody else owns, and what each state promises holds."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.lifecycle import STEPS
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.desk import Desk, DeskOptions

from .conftest import PEOPLE, START, Centre

S = InteractionState
LEGAL = {(a, b) for ways in STEPS.values() for a, b in ways.items()} | {
    (None, S.QUEUED),
    (None, S.OFFERED),
    (None, S.ABANDONED),
}
# Two steps of one transaction are one change to who watches: back to the queue and offered on at once.
LEGAL |= {(a, S.OFFERED) for a, b in list(LEGAL) if b is S.QUEUED} | {(a, a) for a in S}
# What somebody owns whose desk is empty goes to the queue instead of back to them.
OWNED = {S.ACTIVE, S.ON_HOLD, S.WAITING, S.SNOOZED, S.WRAP_UP}

names = st.sampled_from(["anna", "bert", "lena"])
# Mostly who has it acts, or nothing would ever get far.
actors = st.sampled_from(["owner", "owner", "owner", "anna", "bert", "lena"])
which = st.integers(0, 1)
commands = st.tuples(
    st.sampled_from(
        [
            "accept",
            "accept",
            "accept",
            "decline",
            "take",
            "hold",
            "resume",
            "wait",
            "snooze",
            "snooze",
            "queue",
            "agent",
        ]
        + ["requeue", "reopen", "send", "end", "wrap"]
    ),
    actors,
    which,
)
actions = st.one_of(
    st.tuples(st.just("chat"), which),
    st.tuples(st.sampled_from(["call", "hang_up"]), which),
    st.tuples(st.just("time"), st.sampled_from([5, 25, 4000])),
    st.tuples(st.just("presence"), names, st.sampled_from(["ready", "ready", "away", "offline"])),
    *[commands] * 6,
)


def command_of(kind: str, id_: str, at):
    match kind:
        case "accept":
            return c.Accept(interaction_id=id_)
        case "decline":
            return c.Decline(interaction_id=id_)
        case "take":
            return c.Take(interaction_id=id_)
        case "hold":
            return c.Hold(interaction_id=id_)
        case "resume":
            return c.Resume(interaction_id=id_)
        case "wait":
            return c.Wait(interaction_id=id_)
        case "snooze":
            return c.Snooze(interaction_id=id_, until=at + timedelta(hours=1))
        case "queue":
            return c.Transfer(interaction_id=id_, to_queue=QueueId("technical"))
        case "agent":
            return c.Transfer(interaction_id=id_, to_agent=AgentId("bert"))
        case "requeue":
            return c.Requeue(interaction_id=id_)
        case "reopen":
            return c.Reopen(interaction_id=id_)
        case "send":
            return c.SendMessage(interaction_id=id_, text="Hello")
        case "end":
            return c.EndContact(interaction_id=id_)
    return c.WrapUp(interaction_id=id_, disposition="solved")


class Watch:
    """Sees every commit, as a reader of the feed does."""

    def __init__(self) -> None:
        self.seen: dict[str, Interaction] = {}

    def __call__(self, written) -> None:
        for one in written:
            if isinstance(one.record, Interaction):
                self.look(one.record)

    def look(self, now: Interaction) -> None:
        before = self.seen.get(now.id)
        was = before.state if before else None
        assert (was, now.state) in LEGAL, f"{was} became {now.state}"
        if before is not None:
            assert now.version > before.version
            if (was in OWNED or was is S.OFFERED) and now.state in OWNED:
                assert now.assignee == before.assignee, "it changed hands without passing a queue"
        assert (now.assignee is None) == (now.state in (S.QUEUED, S.ABANDONED)), f"{now.state} with {now.assignee}"
        assert (now.offer_expires_at is not None) == (now.state is S.OFFERED)
        assert (now.snoozed_until is not None) == (now.state is S.SNOOZED)
        assert (now.closed_at is not None) == (now.state in (S.CLOSED, S.ABANDONED))
        assert (now.disposition is not None) == (now.state is S.CLOSED)
        if now.state is S.QUEUED:
            assert now.queued_at is not None
        self.seen[now.id] = now


async def live_through(path, deeds) -> None:
    database = await Database.open(sqlite_url(path))
    now: list[Centre] = []
    options = DeskOptions(clock=lambda: now[0].at if now else START)
    desk = await Desk.open(database, options)
    centre = Centre(database, desk, options)
    now.append(centre)
    watch = Watch()
    database.subscribe(watch)
    ids: dict[int, str] = {}
    try:
        for name in PEOPLE:
            await centre.hire(name)
        await centre.ready("anna", "bert")
        desk.start()
        for kind, *rest in deeds:
            match kind:
                case "time":
                    centre.later(seconds=rest[0])
                    await asyncio.sleep(0)
                case "presence":
                    await centre.attempt(rest[0], c.SetPresence(state=PresenceState(rest[1])))
                case "chat":
                    answer = await centre.chat(address=f"web:{rest[0]}", thread=f"room-{rest[0]}")
                    ids[rest[0]] = answer.interaction_id
                case "call" | "hang_up":
                    event = "ringing" if kind == "call" else "ended"
                    answer = await centre.says(Channel.CALL, f"+493012345{rest[0]}", thread=f"c{rest[0]}", event=event)
                    ids[rest[0]] = answer.interaction_id
                case _:
                    if (id_ := ids.get(rest[1])) is not None:
                        owner = (await centre.interaction(id_)).assignee or "anna"
                        actor = owner if rest[0] == "owner" else rest[0]
                        answer = await centre.attempt(actor, command_of(kind, id_, centre.at))
                        assert answer.outcome in ("applied", "refused")
        await desk.stop()
        for record in watch.seen.values():
            assert await centre.interaction(record.id) == record
    finally:
        await desk.stop()
        await database.close()


@settings(
    max_examples=60,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(actions, min_size=15, max_size=40))
def test_no_order_of_events_leaves_the_state_machine(deeds, new_database, tmp_path_factory, monkeypatch, caplog):
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)
    path = tmp_path_factory.mktemp("states") / "hub.sqlite"
    shutil.copy(new_database, path)
    caplog.clear()
    asyncio.run(live_through(path, deeds))
    assert not caplog.records, "a listener saw something it must not see"
