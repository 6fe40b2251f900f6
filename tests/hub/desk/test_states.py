"""Whatever people and customers do in whatever order: an interaction only moves along the state machine, nobody owns what
somebody else owns, and what each state promises holds."""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from typing import get_args

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, QueueId
from desktop.domain.interaction import Interaction, InteractionState
from desktop.domain.lifecycle import STEPS, allowed
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
which = st.integers(0, 1)
STEPS_OF_AGENTS = {
    "accept", "decline", "take", "hold", "resume", "wait", "snooze", "transfer", "requeue", "reopen", "send_message",
    "end_contact", "wrap_up",
}  # fmt: skip


@st.composite
def actions(draw):
    """One thing that happens; most of what happens is an agent at work."""
    dice = draw(st.integers(0, 99))
    if dice < 15:
        return "chat", draw(which)
    if dice < 25:
        return draw(st.sampled_from(["call", "hang_up"])), draw(which)
    if dice < 33:
        return "time", draw(st.sampled_from([5, 5, 25, 4000]))
    if dice < 43:
        return "presence", draw(names), draw(st.sampled_from(["ready", "ready", "away", "offline"]))
    if dice < 60:
        return draw(st.sampled_from(sorted(STEPS_OF_AGENTS))), draw(names), draw(which)
    return "legal", draw(st.integers(0, 99)), draw(which)


def command_of(step: str, id_: str, at, roll: int = 0):
    extra = {
        "snooze": {"until": at + timedelta(hours=1)},
        "transfer": [{"to_queue": QueueId("technical")}, {"to_agent": AgentId("bert")}][roll % 2],
        "send_message": {"text": "Hello"},
        "wrap_up": {"disposition": "solved"},
    }.get(step, {})
    kinds = {kind.__struct_config__.tag: kind for kind in get_args(c.Command)}
    return kinds[step](interaction_id=id_, **extra)


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
                    if (id_ := ids.get(rest[1])) is None:
                        continue
                    who, roll = rest[0], 0
                    if kind == "legal":
                        # What a window would offer, done by who has it: else no story would get far.
                        now_ = await centre.interaction(id_)
                        who, roll = now_.assignee or "anna", rest[0]
                        steps = sorted(allowed(now_.state) & STEPS_OF_AGENTS)
                        kind = steps[roll % len(steps)]
                    answer = await centre.attempt(who, command_of(kind, id_, centre.at, roll))
                    assert answer.outcome in ("applied", "refused")
        await desk.stop()
        for record in watch.seen.values():
            assert await centre.interaction(record.id) == record
    finally:
        await desk.stop()
        await database.close()


@settings(
    max_examples=40,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(actions(), min_size=15, max_size=40))
def test_no_order_of_events_leaves_the_state_machine(deeds, new_database, tmp_path_factory, monkeypatch, caplog):
    monkeypatch.setattr("desktop.hub.db.migrations.upgrade", lambda connection: None)
    path = tmp_path_factory.mktemp("states") / "hub.sqlite"
    shutil.copy(new_database, path)
    caplog.clear()
    asyncio.run(live_through(path, deeds))
    assert not caplog.records, "a listener saw something it must not see"
