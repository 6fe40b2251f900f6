"""The cache under everything a hub may send, in any order: pages forwards and backwards, what is pushed, answers, each of
them late or twice, deletions, and whole new histories. Whatever Hypothesis thinks of, once both ways were read to their ends
the cache holds exactly what the hub has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop.domain.agent import Queue
from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId, QueueId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.store import schema
from desktop.store.apply import apply_changes, apply_page, sync_state
from desktop.store.database import Store, Write
from desktop.store.history import apply_history, begin, walk_of
from desktop.wire import records
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CONTACTS = ["i0", "i1"]
TABLES = (Table.INTERACTION, Table.MESSAGE, Table.QUEUE)
OPEN = (Table.INTERACTION, Table.QUEUE)

Key = tuple[Table, str]


class _Hub:
    """A feed: each record once, under the number of its newest version; a deleted one leaves its number behind."""

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.seq = 0
        self.newest: dict[Key, Change] = {}
        self.versions: dict[Key, int] = {}

    @property
    def rows(self) -> dict[Key, Change]:
        return {key: change for key, change in self.newest.items() if change.op == "upsert"}

    def put(self, table: Table, id_: str, make: Callable[[int], Any]) -> None:
        version = self._next(table, id_)
        raw = msgspec.Raw(records.encode(make(version)))
        self.newest[table, id_] = Change(seq=self.seq, op="upsert", type=table, id=id_, record=raw)

    def remove(self, table: Table, id_: str) -> None:
        self._next(table, id_)
        self.newest[table, id_] = Change(seq=self.seq, op="delete", type=table, id=id_)

    def page(self, after: int, limit: int) -> ChangesPage:
        newer = sorted((one for one in self.newest.values() if one.seq > after), key=lambda one: one.seq)
        page, more = newer[:limit], len(newer) > limit
        next_ = page[-1].seq if more else max(self.seq, after)
        return ChangesPage(epoch=self.epoch, changes=page, next=next_, more=more, after=after, latest=self.seq)

    def history(self, before: int, scope: Scope, limit: int) -> ChangesPage:
        wanted = [one for key, one in self.rows.items() if one.seq < before and (scope == "all" or key[0] in OPEN)]
        wanted.sort(key=lambda one: -one.seq)
        page, more = wanted[:limit], len(wanted) > limit
        return ChangesPage(
            epoch=self.epoch,
            changes=page,
            next=page[-1].seq if page else 0,
            more=more,
            latest=self.seq,
            before=before,
        )

    def _next(self, table: Table, id_: str) -> int:
        self.seq += 1
        version = self.versions[table, id_] = self.versions.get((table, id_), 0) + 1
        return version


class ApplyMachine(RuleBasedStateMachine):
    """``held`` are pages on their way: written now or much later, once or twice."""

    store: Store

    @initialize(reads_backwards=st.sampled_from([True, True, False]), has_past=st.booleans())
    def start(self, reads_backwards: bool, has_past: bool) -> None:
        self.do(lambda w: schema.empty_cache(w.conn))
        self.hub = _Hub("e1")
        self.reads_backwards = reads_backwards
        self.held: list[tuple[Scope | None, ChangesPage]] = []
        self.pushed: list[tuple[str, list[Change]]] = []
        self.deleted_up_to = 0
        self.epochs = 1
        for id_ in CONTACTS * has_past:
            self.something_is_said(id_, 0)
            self.something_is_said(id_, 1)
            self.something_is_said(id_, 2)

    # --- what happens at the hub ------------------------------------------------------------------------------------

    @rule(id_=st.sampled_from(CONTACTS), state=st.sampled_from([InteractionState.ACTIVE, InteractionState.CLOSED]))
    def a_contact_changes(self, id_: str, state: InteractionState) -> None:
        self._put_contact(id_, state)

    @rule(id_=st.sampled_from(CONTACTS), number=st.integers(0, 2))
    def something_is_said(self, id_: str, number: int) -> None:
        if (Table.INTERACTION, id_) not in self.hub.rows:
            self._put_contact(id_, InteractionState.ACTIVE)
        self._put_message(id_, f"{id_}-m{number}")

    @rule(id_=st.sampled_from(["q1", "q2"]))
    def a_queue_is_renamed(self, id_: str) -> None:
        self._tell(
            lambda: self.hub.put(
                Table.QUEUE, id_, lambda version: Queue(id=QueueId(id_), names={"en": str(version)}, version=version)
            )
        )

    @rule(id_=st.sampled_from(CONTACTS), comes_back=st.booleans())
    def a_contact_goes_out_of_sight(self, id_: str, comes_back: bool) -> None:
        """It goes to a queue that others see, with all that was said in it; and it may come back with it."""
        if (Table.INTERACTION, id_) not in self.hub.rows:
            return
        said = [key for key in self.hub.rows if key[0] is Table.MESSAGE and key[1].startswith(f"{id_}-")]

        def vanish() -> None:
            for key in [(Table.INTERACTION, id_), *said]:
                self.hub.remove(*key)

        self._tell(vanish)
        if comes_back:
            self._put_contact(id_, InteractionState.ACTIVE)
            for _, message_id in said:
                self._put_message(id_, message_id)

    @rule(id_=st.sampled_from(CONTACTS), number=st.integers(0, 2))
    def something_said_is_deleted(self, id_: str, number: int) -> None:
        key = (Table.MESSAGE, f"{id_}-m{number}")
        if key in self.hub.rows:
            self._tell(lambda: self.hub.remove(*key))

    @precondition(lambda self: self.epochs < 4 and self.hub.seq > 6)
    @rule(keeps=st.lists(st.sampled_from(CONTACTS), unique=True))
    def the_hub_is_another_one(self, keeps: list[str]) -> None:
        self.epochs += 1
        before, self.hub = self.hub, _Hub(f"e{self.epochs}")
        for (table, id_), change in sorted(before.rows.items(), key=lambda item: item[1].seq):
            self.hub.versions[table, id_] = _record(change).version - 1
            if table is Table.INTERACTION and id_ in keeps:
                self._put_contact(id_, InteractionState.ACTIVE)
            elif table is Table.MESSAGE and (Table.INTERACTION, contact := id_.partition("-")[0]) in self.hub.rows:
                self._put_message(contact, id_)

    # --- what comes here --------------------------------------------------------------------------------------------

    @precondition(lambda self: not (self.reads_backwards and self.state.epoch != self.hub.epoch))
    @rule()
    def all_that_happened_is_read(self) -> None:
        for _ in range(50):
            page = self.hub.page(self.state.cursor, 50)
            self._write(None, page)
            if self.state.epoch == self.hub.epoch and not page.more and not page.changes:
                break

    @rule(limit=st.integers(1, 6))
    def a_page_is_asked_for(self, limit: int) -> None:
        state = self.state
        if state.epoch or not self.reads_backwards:
            self.held.append((None, self.hub.page(state.cursor, limit)))

    @rule(limit=st.integers(1, 3))
    def a_page_of_the_past_is_asked_for(self, limit: int) -> None:
        if self.reads_backwards:
            self._ask_back(limit)

    @precondition(lambda self: self.reads_backwards)
    @rule(pages=st.integers(1, 3))
    def some_of_the_past_is_read(self, pages: int) -> None:
        for _ in range(pages):
            before = len(self.held)
            self._ask_back(1)
            for scope, page in self.held[before:]:
                self._write(scope, page)
            del self.held[before:]

    @precondition(lambda self: self.reads_backwards and self.state.epoch == self.hub.epoch)
    @rule(data=st.data(), is_read=st.sampled_from([True, True, False]))
    def a_page_of_the_past_comes_late(self, data: st.DataObject, is_read: bool) -> None:
        """While it is under way, something that may be on it is deleted; the feed may tell that before the page is here."""
        before = len(self.held)
        self._ask_back(4)
        said = [id_ for table, id_ in self.hub.rows if table is Table.MESSAGE]
        if said:
            gone = data.draw(st.sampled_from(said))
            self._tell(lambda: self.hub.remove(Table.MESSAGE, gone))
        if is_read:
            self.all_that_happened_is_read()
        for scope, page in self.held[before:]:
            self._write(scope, page)
        del self.held[before:]

    @precondition(lambda self: self.held)
    @rule(data=st.data(), again=st.booleans())
    def a_page_arrives(self, data: st.DataObject, again: bool) -> None:
        place = data.draw(st.integers(0, len(self.held) - 1))
        scope, page = self.held[place] if again else self.held.pop(place)
        self._write(scope, page)

    @precondition(lambda self: self.pushed)
    @rule(data=st.data(), again=st.booleans())
    def something_is_pushed_or_answers(self, data: st.DataObject, again: bool) -> None:
        """The rows of one commit, soon or late; a stream or an answer of an older history ends with it."""
        place = data.draw(st.integers(0, len(self.pushed) - 1))
        epoch, changes = self.pushed[place] if again else self.pushed.pop(place)
        if epoch != self.state.epoch:
            return
        gone = max((one.seq for one in changes if one.op == "delete"), default=0)

        def write(w: Write) -> None:
            self.deleted_up_to = max(self.deleted_up_to, gone)
            apply_changes(w, changes)

        self.do(write)

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def no_row_is_newer_than_the_hubs(self) -> None:
        if not self.state.epoch or self.state.epoch != self.hub.epoch:
            return
        for (table, id_), (_, version, _) in self.rows().items():
            assert version <= self.hub.versions[table, id_]

    def teardown(self) -> None:
        """All that is still on its way arrives, both ways are read to their ends, and here is what is there."""
        for scope, page in self.held:
            self._write(scope, page)
        for _ in range(300):
            state = self.state
            if state.epoch == self.hub.epoch and state.cursor == self.hub.seq and state.is_complete:
                break
            self.held = []
            if self.reads_backwards and not (state.epoch == self.hub.epoch and state.is_complete):
                self._ask_back(3)
            if self.state.epoch or not self.reads_backwards:
                self.held.append((None, self.hub.page(self.state.cursor, 5)))
            for scope, page in self.held:
                self._write(scope, page)
        else:
            raise AssertionError("never read to its end")
        self._must_be_equal()
        for scope, page in self.held:
            self._write(scope, page)
        late = [change for epoch, changes in self.pushed if epoch == self.hub.epoch for change in changes]
        self.do(lambda w: apply_changes(w, late))
        self._must_be_equal()

    def _must_be_equal(self) -> None:
        expected = {
            key: (change.seq, _record(change).version, records.encode(_record(change)))
            for key, change in self.hub.rows.items()
        }
        assert self.rows() == expected

    # --- how ----------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> Any:
        return type(self).store.query(sync_state)

    def rows(self) -> dict[Key, tuple[int, int, bytes]]:
        """What the cache holds: number, version and body of each record."""
        return type(self).store.query(
            lambda conn: {
                (table, row[0]): (row[1], row[2], bytes(row[3]))
                for table in TABLES
                for row in conn.execute(f"SELECT id, seq, version, body FROM {table}").fetchall()
            }
        )

    def do(self, fn: Callable[[Write], Any]) -> Any:
        return type(self).store.write(fn, Cause.NETWORK).result()

    def _tell(self, happen: Callable[[], object]) -> None:
        """Something happens there in one commit, and is pushed."""
        before = self.hub.seq
        happen()
        commit = [one for one in self.hub.newest.values() if one.seq > before]
        self.pushed = [*self.pushed[-6:], (self.hub.epoch, sorted(commit, key=lambda one: one.seq))]

    def _put_contact(self, id_: str, state: InteractionState) -> None:
        def make(version: int) -> Interaction:
            return Interaction(
                id=InteractionId(id_), channel=Channel.CHAT, state=state, created_at=AT, updated_at=AT, version=version
            )

        self._tell(lambda: self.hub.put(Table.INTERACTION, id_, make))

    def _put_message(self, interaction_id: str, id_: str) -> None:
        def make(version: int) -> Message:
            return Message(
                id=MessageId(id_),
                interaction_id=InteractionId(interaction_id),
                author=Author.CUSTOMER,
                sent_at=AT,
                text=f"{version}",
                version=version,
            )

        self._tell(lambda: self.hub.put(Table.MESSAGE, id_, make))

    def _ask_back(self, limit: int) -> None:
        """As ``sync.history`` does: the beginning at once, where there is none or of another history; else one more page."""
        if self.state.epoch != self.hub.epoch:
            first = self.hub.history(NEWEST, "open", limit)
            self.do(lambda w: begin(w, [first]))
            self.deleted_up_to = 0
            return
        walked = self.do(walk_of)
        if not walked.is_complete:
            self.held.append((walked.scope, self.hub.history(walked.before, walked.scope, limit)))

    def _write(self, scope: Scope | None, page: ChangesPage) -> None:
        if page.epoch < self.state.epoch:
            return  # one request is under way at a time: nothing of an older history comes after a newer one
        if scope is None:
            applied = self.do(lambda w: apply_page(w, page, may_empty=not self.reads_backwards))
            if applied.is_resync and not self.reads_backwards:
                self.deleted_up_to = 0
        else:
            self.do(lambda w: apply_history(w, page, scope, deleted_up_to=self.deleted_up_to))


def _record(change: Change) -> Any:
    assert isinstance(change.record, msgspec.Raw)
    return records.decode(change.type, change.record)


@pytest.fixture(autouse=True)
def _one_store() -> Any:
    with tempfile.TemporaryDirectory() as folder:
        ApplyMachine.store = Store.open(Path(folder) / "cache.db", bytes(range(32)))
        yield
        ApplyMachine.store.close()


TestApply = pytest.mark.usefixtures("_one_store")(ApplyMachine.TestCase)
TestApply.settings = settings(
    max_examples=300,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
