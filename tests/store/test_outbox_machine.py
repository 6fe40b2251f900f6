"""The outbox under everything that can happen to it, in any order, beside a hub that knows commands by their key.

Hypothesis plays agent, sender, hub, network and power failure. Whatever it thinks of: what was given is there until it was
settled or given up, in its place; nothing goes out that was taken back; no id ever stands for two contents; and the hub has
each thing at most once, in the order it was given.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.changes import Cause
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId, CustomerId, InteractionId, new_id
from desktop.store import outbox
from desktop.store.database import Store, Write
from desktop.store.rows import OutboxEntry
from desktop.store.rows import OutboxState as O

KEY = bytes(range(32))
EDITABLE = (O.WEDGED, O.HELD, O.QUEUED)
LANES = st.sampled_from(["i1", "c1"])
_MANY = 6
WAITS = st.sampled_from([0, 1, 30])


@dataclass
class _Wanted:
    """One thing the agent wanted done: every id it had, what it says now, and what became of it."""

    number: int
    lane: str
    command: Command
    ids: list[CommandId]
    state: O
    not_before: datetime | None = None
    attempts: int = 0

    @property
    def id(self) -> CommandId:
        return self.ids[-1]


@dataclass
class _Hub:
    """Knows each key by its first content and outcome; ``done`` is what took effect, in order."""

    known: dict[CommandId, tuple[Command, str]] = field(default_factory=dict)
    done: list[tuple[CommandId, Command]] = field(default_factory=list)

    def carry_out(self, id_: CommandId, command: Command, outcome: str) -> str:
        if id_ in self.known:
            assert self.known[id_][0] == command, "one id, two contents"
            return self.known[id_][1]
        self.known[id_] = (command, outcome)
        if outcome in ("applied", "pending"):
            self.done.append((id_, command))
        return outcome


def _command(lane: str, text: str) -> Command:
    if lane == "c1":
        return c.UpdateCustomer(customer_id=CustomerId(lane), fields={"name": text})
    if lane == "presence":
        return c.SetPresence(state=PresenceState.AWAY, reason=text)
    return c.SendMessage(interaction_id=InteractionId(lane), text=text)


class OutboxMachine(RuleBasedStateMachine):
    """``order`` is what the outbox should hold, oldest first; ``all`` is everything that was ever given."""

    store: Store
    path: Path

    @initialize()
    def begin(self) -> None:
        self.do(lambda w: w.conn.execute("DELETE FROM outbox"))
        self.now = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
        self.hub = _Hub()
        self.order: list[_Wanted] = []
        self.all: list[_Wanted] = []
        self.taken_back: set[CommandId] = set()

    # --- the agent ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.order) < _MANY)
    @rule(lane=LANES, hold=WAITS, twice=st.booleans())
    def give(self, lane: str, hold: int, twice: bool) -> None:
        self._give(lane, self.now + timedelta(seconds=hold) if hold else None, twice)

    @rule()
    def set_presence(self) -> None:
        replaced = [one for one in self.order if one.lane == "presence" and one.state in (O.HELD, O.QUEUED, O.WEDGED)]
        self._give("presence", None, False)
        self.order = [one for one in self.order if one not in replaced]

    def _give(self, lane: str, not_before: datetime | None, twice: bool) -> None:
        number = len(self.all)
        command, id_ = _command(lane, f"text {number}"), CommandId(new_id())
        for _ in range(1 + twice):
            self.do(lambda w: outbox.enqueue(w, command, id_, not_before, now=self.now))
        wanted = _Wanted(number, lane, command, [id_], O.HELD if not_before else O.QUEUED, not_before)
        self.order.append(wanted)
        self.all.append(wanted)

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        wanted = self._any(data)
        came_in_time = self.do(lambda w: outbox.cancel(w, wanted.id))
        assert came_in_time is (wanted.state is O.HELD)
        if came_in_time:
            self._drop(wanted)

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def give_up(self, data: st.DataObject) -> None:
        wanted = self._any(data)
        is_gone = self.do(lambda w: outbox.discard(w, wanted.id))
        assert is_gone is (wanted.state is not O.SENDING)
        if is_gone:
            self._drop(wanted)

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        wanted = self._any(data)
        fresh = self.do(lambda w: outbox.retry(w, wanted.id))
        if wanted.state in (O.HELD, O.SENDING):
            assert fresh is None
            return
        if wanted.state is O.WEDGED:
            assert fresh not in wanted.ids
            wanted.ids.append(fresh)
            wanted.attempts = 0
        else:
            assert fresh == wanted.id, "what may have arrived keeps its id"
        wanted.state, wanted.not_before = O.QUEUED, None

    @precondition(lambda self: self.order)
    @rule(data=st.data())
    def reword(self, data: st.DataObject) -> None:
        wanted = self._any(data)
        command = _command(wanted.lane, f"text {wanted.number} again {len(wanted.ids)}")
        fresh = self.do(lambda w: outbox.edit(w, wanted.id, command))
        may_have_left = wanted.state is O.QUEUED and wanted.attempts > 0
        if wanted.state not in EDITABLE or may_have_left:
            assert fresh is None
            return
        assert fresh not in wanted.ids
        wanted.ids.append(fresh)
        wanted.command, wanted.state, wanted.not_before, wanted.attempts = command, O.QUEUED, None, 0

    # --- the sender and the network -----------------------------------------------------------------------------------

    # More often than not something goes wrong, or there would be nothing to see.

    @precondition(lambda self: self._may_send)
    @rule(data=st.data(), answer=st.sampled_from(["applied", "refused", "gone", "pending"]))
    def send_and_hear(self, data: st.DataObject, answer: str) -> None:
        wanted = self._sent(data)
        self._answered(wanted, self.hub.carry_out(wanted.id, wanted.command, answer))

    @precondition(lambda self: self._may_send)
    @rule(data=st.data(), has_arrived=st.booleans(), wait=WAITS)
    def send_and_hear_nothing(self, data: st.DataObject, has_arrived: bool, wait: int) -> None:
        wanted = self._sent(data)
        if has_arrived:
            self.hub.carry_out(wanted.id, wanted.command, "applied")
        # What may have arrived counts as sent, what never left does not.
        attempts, later = wanted.attempts - (not has_arrived), self.now + timedelta(seconds=wait)
        self.do(lambda w: outbox.postpone(w, wanted.id, later, attempts))
        wanted.state, wanted.not_before, wanted.attempts = O.QUEUED, later, attempts

    @precondition(lambda self: self._may_send)
    @rule(data=st.data(), has_arrived=st.booleans(), is_killed=st.booleans())
    def send_and_not_know(self, data: st.DataObject, has_arrived: bool, is_killed: bool) -> None:
        wanted = self._sent(data)
        if has_arrived:
            self.hub.carry_out(wanted.id, wanted.command, "applied")
        if not is_killed:
            self.do(lambda w: outbox.mark_ambiguous(w, wanted.id))
            wanted.state = O.AMBIGUOUS

    @property
    def _may_send(self) -> bool:
        return bool(self.see(lambda conn: outbox.due(conn, self.now)))

    def _sent(self, data: st.DataObject) -> _Wanted:
        entry: OutboxEntry = data.draw(st.sampled_from(self.see(lambda conn: outbox.due(conn, self.now))))
        assert entry.id not in self.taken_back, "what was taken back is not sent"
        wanted = self._of(entry.id)
        assert wanted.command == entry.command
        assert self.do(lambda w: outbox.mark_sending(w, entry.id))
        wanted.state, wanted.not_before = O.SENDING, None
        wanted.attempts += 1
        return wanted

    @precondition(lambda self: any(one.state in (O.PENDING, O.AMBIGUOUS) for one in self.order))
    @rule(data=st.data())
    def look_up(self, data: st.DataObject) -> None:
        wanted = data.draw(st.sampled_from([one for one in self.order if one.state in (O.PENDING, O.AMBIGUOUS)]))
        if wanted.id in self.hub.known:
            _, outcome = self.hub.known[wanted.id]
            self._answered(wanted, "applied" if outcome == "pending" else outcome)
        else:
            self.do(lambda w: outbox.postpone(w, wanted.id, self.now, wanted.attempts))
            wanted.state, wanted.not_before = O.QUEUED, self.now

    def _answered(self, wanted: _Wanted, outcome: str) -> None:
        match outcome:
            case "applied":
                assert self.do(lambda w: outbox.settle_applied(w, wanted.id))
                self.order.remove(wanted)
            case "gone":
                assert self.do(lambda w: outbox.settle_gone(w, wanted.id))
                self.order.remove(wanted)
            case "refused":
                assert self.do(lambda w: outbox.wedge(w, wanted.id, "no_consent", "why"))
                wanted.state = O.WEDGED
            case _:
                assert self.do(lambda w: outbox.mark_pending(w, wanted.id))
                wanted.state = O.PENDING

    # --- time and power -------------------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 29, 3600]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: self.order)
    @rule(opens_anew=st.sampled_from([False] * 9 + [True]))
    def restart(self, opens_anew: bool) -> None:
        if opens_anew:  # each time would be slow
            type(self).store.close()
            type(self).store = Store.open(self.path, KEY)
        sending = [one for one in self.order if one.state is O.SENDING]
        assert self.do(outbox.recover) == len(sending)
        for one in sending:
            one.state, one.not_before = O.QUEUED, None

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_and_all_is_in_its_place(self) -> None:
        found = self.see(outbox.entries)
        assert [(one.id, one.command, one.state, one.attempts) for one in found] == [
            (one.id, one.command, one.state, one.attempts) for one in self.order
        ]
        assert all(one.error == "no_consent" for one in found if one.state is O.WEDGED)
        summary = self.see(outbox.summary)
        assert summary.wedged == sum(one.state is O.WEDGED for one in self.order)
        assert summary.to_send == len(self.order) - summary.wedged

    @invariant()
    def only_the_first_of_a_lane_may_go(self) -> None:
        first = {one.lane: one for one in reversed(self.order)}
        expected = [
            one.id
            for one in self.order
            if first[one.lane] is one
            and one.state in (O.HELD, O.QUEUED)
            and (one.not_before is None or one.not_before <= self.now)
        ]
        assert [entry.id for entry in self.see(lambda conn: outbox.due(conn, self.now))] == expected

    @invariant()
    def the_hub_has_each_thing_once_and_in_order(self) -> None:
        numbers: dict[str, list[int]] = {}
        for id_, _ in self.hub.done:
            wanted = next(one for one in self.all if id_ in one.ids)
            assert id_ not in self.taken_back
            numbers.setdefault(wanted.lane, []).append(wanted.number)
        for lane in numbers.values():
            assert lane == sorted(set(lane))

    # --- how ----------------------------------------------------------------------------------------------------------

    def do(self, fn: Callable[[Write], Any]) -> Any:
        return type(self).store.write(fn, Cause.NETWORK).result()

    def see(self, fn: Callable[[Any], Any]) -> Any:
        return type(self).store.query(fn)

    def _any(self, data: st.DataObject) -> _Wanted:
        return data.draw(st.sampled_from(self.order))

    def _of(self, id_: CommandId) -> _Wanted:
        return next(one for one in self.order if one.id == id_)

    def _drop(self, wanted: _Wanted) -> None:
        self.order.remove(wanted)
        if wanted.state is O.HELD:
            self.taken_back.update(wanted.ids)


@pytest.fixture(autouse=True)
def _one_store() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        OutboxMachine.path = Path(folder) / "cache.db"
        OutboxMachine.store = Store.open(OutboxMachine.path, KEY)
        yield
        OutboxMachine.store.close()


TestOutbox = pytest.mark.usefixtures("_one_store")(OutboxMachine.TestCase)
TestOutbox.settings = settings(
    max_examples=120,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
