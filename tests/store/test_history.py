"""What happened before, read backwards while the feed goes on: nothing missing, nothing brought back, nothing older over
something newer, in whatever order pages, pushed changes and answers come."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import Raw

from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.store import journal, outbox, projections, schema
from desktop.store.apply import apply_changes, apply_page, set_clock_offset, sync_state
from desktop.store.database import Store
from desktop.store.history import Walked, apply_history, begin, walk_of
from desktop.store.rows import Draft
from desktop.wire.records import decode, encode, type_of
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope

I1 = InteractionId("i1")
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def back(world: Any, *records: Any, before: int, latest: int, next: int = 0, epoch: str = "e1") -> ChangesPage:
    """A page that goes back; with a ``next`` there is more."""
    changes = [record if isinstance(record, Change) else world.change(record) for record in records]
    return ChangesPage(epoch=epoch, changes=changes[::-1], before=before, latest=latest, next=next, more=bool(next))


def walked(world: Any, page: ChangesPage, scope: Scope = "all", **more: Any) -> Walked:
    result: Walked = world.do(apply_history, page, scope, **more)
    return result


@pytest.fixture
def begun(world: Any) -> Any:
    """The open work is here, of a feed that stood at 100."""
    world.do(begin, [back(world, world.change(world.interaction(), 90), before=NEWEST, latest=100)])
    world.changes.clear()
    return world


def test_the_first_page_is_usable_at_once_and_the_feed_goes_on_from_its_head(world: Any) -> None:
    first = world.do(begin, [back(world, world.change(world.interaction(), 90), before=NEWEST, latest=100, next=90)])
    assert (first.scope, first.before, first.cursor, first.is_usable) == ("open", 90, 100, False)
    assert world.see(projections.interaction_row, I1, world.me) is not None

    last = walked(world, back(world, world.change(world.customer(), 40), before=90, latest=104), "open")
    assert (last.scope, last.before, last.cursor, last.is_usable, last.is_complete) == ("all", 101, 100, True, False)
    state = world.see(sync_state)
    assert (state.cursor, state.history_scope, state.history_before, state.is_usable) == (100, "all", 101, True)
    assert not state.is_complete


def test_how_far_one_came_is_kept_with_the_rows(begun: Any) -> None:
    walked(begun, back(begun, begun.change(begun.message("m5"), 50), before=101, latest=100, next=50))
    assert begun.see(sync_state).history_before == 50
    end = walked(begun, back(begun, begun.change(begun.message("m1"), 10), before=50, latest=100))
    assert end.is_complete
    assert begun.see(sync_state).is_complete
    assert {item.key for item in begun.see(projections.stream, I1)} == {"m1", "m5"}
    assert walked(begun, back(begun, before=50, latest=100)).is_dropped


def test_history_names_what_it_brought_so_that_only_those_look_who_show_it(begun: Any) -> None:
    rows = [begun.change(begun.message(f"m{n}"), n + 1) for n in range(60)] * 5
    walked(begun, back(begun, *rows, before=101, latest=100, next=1))
    [changes] = begun.changes
    assert not changes.is_bulk
    assert changes.interactions == {"i1"}
    assert not changes.touches(Table.SYNC)
    walked(begun, back(begun, before=1, latest=100))
    assert begun.changes[-1].touches(Table.SYNC), "the gaps are gone"


@pytest.mark.parametrize(
    ("page", "scope"),
    [
        ({"before": 80, "latest": 100}, "all"),
        ({"before": 101, "latest": 100}, "open"),
        ({"before": 101, "latest": 99}, "all"),
        ({"before": 101, "latest": 100, "epoch": "e2"}, "all"),
    ],
)
def test_a_page_of_another_place_time_or_history_is_dropped(begun: Any, page: dict[str, Any], scope: Scope) -> None:
    dropped = walked(begun, back(begun, begun.change(begun.message(), 50), **page), scope)
    assert dropped.is_dropped
    assert dropped.is_foreign == ("epoch" in page)
    assert begun.see(sync_state).history_before == 101
    assert begun.changes == []


def test_what_the_feed_said_was_deleted_is_not_brought_back_by_an_older_page(begun: Any) -> None:
    """The page was read before the message was deleted, and arrives after."""
    old = back(begun, begun.change(begun.message(), 50), before=101, latest=100)
    begun.apply(
        ChangesPage(
            epoch="e1", changes=[begun.deletion(Table.MESSAGE, "m1", 101)], after=100, next=101, more=False, latest=101
        )
    )
    assert walked(begun, old).is_dropped
    assert not walked(begun, back(begun, before=101, latest=101)).is_dropped
    assert [item.key for item in begun.see(projections.stream, I1)] == []


def test_nor_what_was_deleted_ahead_of_the_feed(begun: Any) -> None:
    old = back(begun, begun.change(begun.message(), 50), before=101, latest=100)
    assert walked(begun, old, deleted_up_to=101).is_dropped


def test_words_that_came_before_their_contact_go_with_it(begun: Any) -> None:
    """The contact is taken from the agent's sight by push while it is not here itself, but some of its words are."""
    other = begun.change(begun.message("m9", interaction_id=InteractionId("i9")), 60)
    walked(begun, back(begun, other, before=101, latest=100, next=60))
    begun.do(apply_changes, [begun.deletion(Table.INTERACTION, "i9", 102)])
    assert begun.see(lambda conn: conn.execute("SELECT count(*) FROM message").fetchone()[0]) == 0


def test_the_end_of_the_feed_is_not_the_end_of_the_history(begun: Any) -> None:
    begun.apply(ChangesPage(epoch="e1", changes=[], after=100, next=120, more=False, latest=120))
    state = begun.see(sync_state)
    assert (state.cursor, state.is_complete, state.history_before) == (120, False, 101)


def test_a_new_history_takes_the_old_ones_place_in_one_step(begun: Any) -> None:
    begun.arrive(begun.change(begun.customer(), 101), begun.change(begun.message(), 102))
    begun.do(outbox.enqueue, begun_reply(), "cmd-1")
    begun.do(journal.save_draft, Draft(I1, "reply", "halb geschrieben", {}, begun.now))
    begun.do(set_clock_offset, 5000)
    foreign = ChangesPage(epoch="e2", changes=[], after=102, next=102, more=False)
    applied = begun.store.write(lambda w: apply_page(w, foreign, may_empty=False), Cause.NETWORK).result()
    assert (applied.is_resync, applied.is_dropped) == (True, True)
    assert begun.see(projections.interaction_row, I1, begun.me) is not None, "the screen is as it was"
    begun.changes.clear()

    pages = [
        back(begun, begun.change(begun.interaction("i2"), 9), before=NEWEST, latest=12, next=9, epoch="e2"),
        back(begun, begun.change(begun.interaction("i3"), 4), before=9, latest=13, epoch="e2"),
    ]
    result = begun.do(begin, pages)
    assert (result.cursor, result.scope, result.before) == (12, "all", 13)
    assert [changes.is_bulk for changes in begun.changes] == [True]
    assert begun.see(projections.interaction_row, I1, begun.me) is None
    for contact in ("i2", "i3"):
        assert begun.see(projections.interaction_row, InteractionId(contact), begun.me) is not None
    assert begun.see(journal.load_draft, I1, "reply").text == "halb geschrieben"
    assert len(begun.see(outbox.entries)) == 1
    assert begun.see(sync_state).clock_offset_ms == 5000


def begun_reply() -> Any:
    from desktop.domain.commands import SendMessage

    return SendMessage(interaction_id=I1, text="noch nicht gesendet")


def test_pages_that_do_not_follow_one_another_are_no_beginning(world: Any) -> None:
    torn = [back(world, before=NEWEST, latest=9, next=5), back(world, before=4, latest=9)]
    with pytest.raises(ValueError, match="beginning"):
        world.do(begin, torn)
    assert world.see(sync_state).epoch == ""


# --- any order --------------------------------------------------------------------------------------------------------

CONTACTS = st.integers(0, 3)
SIZES = st.integers(1, 4)
PLACES = st.integers(0, 20)


class Feed:
    """A hub: the newest version of each record, numbered in the order of the changes."""

    def __init__(self) -> None:
        self.epoch = 1
        self.seq = 0
        self.rows: dict[tuple[str, str], Change] = {}
        self.versions: dict[str, int] = {}

    def put(self, record: Any) -> Change:
        self.seq += 1
        self.versions[record.id] = record.version
        change = Change(seq=self.seq, op="upsert", type=type_of(record), id=record.id, record=Raw(encode(record)))
        self.rows[change.type, change.id] = change
        return change

    def drop(self, key: tuple[str, str]) -> Change:
        self.seq += 1
        self.rows[key] = Change(seq=self.seq, op="delete", type=key[0], id=key[1])
        return self.rows[key]

    def next_version(self, record_id: str) -> int:
        return self.versions.get(record_id, 0) + 1

    def forward(self, after: int, limit: int) -> ChangesPage:
        newer = sorted((row for row in self.rows.values() if row.seq > after), key=lambda row: row.seq)
        page, more = newer[:limit], len(newer) > limit
        end = page[-1].seq if more else max(self.seq, after)
        return ChangesPage(epoch=f"e{self.epoch}", changes=page, next=end, more=more, after=after, latest=self.seq)

    def backward(self, scope: Scope, before: int, limit: int, *, open_ids: set[str]) -> ChangesPage:
        found = [row for row in self.rows.values() if row.op == "upsert" and row.seq < before]
        if scope == "open":
            found = [row for row in found if row.id.partition("/")[0] in open_ids]
        found.sort(key=lambda row: -row.seq)
        page, more = found[:limit], len(found) > limit
        return ChangesPage(
            epoch=f"e{self.epoch}",
            changes=page,
            next=page[-1].seq if more else 0,
            more=more,
            latest=self.seq,
            before=before,
        )


class Sync(RuleBasedStateMachine):
    """Two sides, and everything between them that can be under way: at any time any of it may arrive, or be lost."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.store.write(lambda w: schema.empty_cache(w.conn), Cause.SYSTEM).result()
        self.hub = Feed()
        self.pages: list[ChangesPage] = []
        self.histories: list[tuple[Scope, ChangesPage]] = []
        self.told: list[list[Change]] = []
        self.deleted_up_to = 0
        self.seen: dict[tuple[str, str], tuple[int, int]] = {}

    @initialize(past=st.lists(st.tuples(CONTACTS, st.booleans()), min_size=4, max_size=12), size=SIZES)
    def years_went_by(self, past: list[tuple[int, bool]], size: int) -> None:
        """There is a history already, and of some desks the open work is here."""
        for contact, is_open in past:
            self.something_happens(contact, is_open, True)
        self.told.clear()
        for _ in range(size):
            self.history_is_asked(size)
            self.history_arrives(0)

    # --- there ---

    def _open(self) -> set[str]:
        return {
            row.id
            for row in self.hub.rows.values()
            if row.type == Table.INTERACTION and row.op == "upsert" and b'"active"' in bytes(row.record)
        }

    def _commit(self, *changes: Change) -> None:
        self.told.append(list(changes))

    @rule(contact=CONTACTS, is_open=st.booleans(), speaks=st.booleans())
    def something_happens(self, contact: int, is_open: bool, speaks: bool) -> None:
        name = f"i{contact}"
        state = InteractionState.ACTIVE if is_open else InteractionState.CLOSED
        changes = [self.hub.put(_contact(name, state, self.hub.next_version(name)))]
        if speaks:
            word = f"{name}/m{self.hub.seq % 5}"
            changes.append(self.hub.put(_message(word, self.hub.next_version(word))))
        self._commit(*changes)

    @rule(contact=CONTACTS)
    def a_contact_goes_out_of_sight(self, contact: int) -> None:
        name = f"i{contact}"
        mine = [key for key, row in self.hub.rows.items() if row.op == "upsert" and key[1].partition("/")[0] == name]
        if mine:
            self._commit(*(self.hub.drop(key) for key in mine))

    @rule(contact=CONTACTS, word=st.integers(0, 4))
    def a_word_is_deleted(self, contact: int, word: int) -> None:
        key = (str(Table.MESSAGE), f"i{contact}/m{word}")
        if key in self.hub.rows and self.hub.rows[key].op == "upsert":
            self._commit(self.hub.drop(key))

    @precondition(lambda self: self.hub.seq > 25)
    @rule(keeps=st.integers(0, 100))
    def a_backup_is_restored(self, keeps: int) -> None:
        """Some of what was is there under other numbers; what was pushed before reaches nobody any more."""
        old = sorted(self.hub.rows.values(), key=lambda row: row.seq)
        self.hub.epoch += 1
        self.hub.seq, self.hub.rows, self.hub.versions = 0, {}, {}
        self.told.clear()
        for row in old[: len(old) * keeps // 100]:
            if row.op == "upsert":
                self.hub.seq += 1
                self.hub.rows[row.type, row.id] = Change(
                    seq=self.hub.seq, op="upsert", type=row.type, id=row.id, record=row.record
                )
                self.hub.versions[row.id] = decode(row.type, row.record).version

    # --- here ---

    def _state(self) -> Any:
        return self.store.query(sync_state)

    @rule(size=SIZES)
    def history_is_asked(self, size: int) -> None:
        state = self._state()
        if state.is_complete:
            return
        scope, before = state.history_scope or "open", state.history_before or NEWEST
        self.histories.append((scope, self.hub.backward(scope, before, size, open_ids=self._open())))

    @precondition(lambda self: self.histories)
    @rule(place=PLACES)
    def history_arrives(self, place: int) -> None:
        if not self.histories:
            return
        scope, page = self.histories.pop(place % len(self.histories))
        if not self._state().epoch:
            if page.before == NEWEST:
                self._begin([page])
            return
        latest = self.deleted_up_to
        result = self.store.write(lambda w: apply_history(w, page, scope, deleted_up_to=latest), Cause.NETWORK).result()
        if result.is_foreign:
            self._begin_anew()

    @precondition(lambda self: not self._state().is_complete)
    @rule(size=SIZES, contact=CONTACTS, goes=st.booleans(), is_pushed=st.booleans(), is_told=st.booleans())
    def history_arrives_late(self, size: int, contact: int, goes: bool, is_pushed: bool, is_told: bool) -> None:
        """Chance alone brings this about too seldom: between question and answer something goes or changes, and that is
        known here before the answer is."""
        self.histories.clear()
        self.history_is_asked(size)
        self.a_contact_goes_out_of_sight(contact) if goes else self.something_happens(contact, True, True)
        if is_pushed and self.told and self._state().epoch:
            self.it_is_pushed_or_answered(len(self.told) - 1)
        if is_told and self._state().is_usable:
            self.the_feed_is_read_to_its_end(size)
        self.history_arrives(0)

    @precondition(lambda self: self._state().is_usable)
    @rule(size=SIZES)
    def the_feed_is_asked(self, size: int) -> None:
        self.pages.append(self.hub.forward(self._state().cursor, size))

    @precondition(lambda self: self.pages)
    @rule(place=PLACES)
    def the_feed_arrives(self, place: int) -> None:
        page = self.pages.pop(place % len(self.pages))
        result = self.store.write(lambda w: apply_page(w, page, may_empty=False), Cause.NETWORK).result()
        if result.is_resync:
            self._begin_anew()

    @precondition(lambda self: self._state().is_usable)
    @rule(size=SIZES)
    def the_feed_is_read_to_its_end(self, size: int) -> None:
        for _ in range(50):
            self.the_feed_is_asked(size)
            self.the_feed_arrives(len(self.pages) - 1)
            state = self._state()
            if not state.is_usable or state.cursor == self.hub.seq:
                return

    @precondition(lambda self: self.told and self._state().epoch)
    @rule(place=PLACES)
    def it_is_pushed_or_answered(self, place: int) -> None:
        changes = self.told.pop(place % len(self.told))
        self.store.write(lambda w: apply_changes(w, changes), Cause.NETWORK).result()
        gone = [change.seq for change in changes if change.op == "delete"]
        self.deleted_up_to = max([self.deleted_up_to, *gone])

    @rule()
    def the_program_is_killed(self) -> None:
        self.pages.clear()
        self.histories.clear()
        self.deleted_up_to = 0

    def _begin_anew(self) -> None:
        """The feed decides: where it has not begun anew, it was an old page."""
        if self._state().epoch != f"e{self.hub.epoch}":
            self._begin([self.hub.backward("open", NEWEST, 2, open_ids=self._open())])

    def _begin(self, pages: list[ChangesPage]) -> None:
        self.store.write(lambda w: begin(w, pages), Cause.NETWORK).result()
        self.deleted_up_to = 0
        self.seen.clear()

    # --- what always holds ---

    def _rows(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Version and number of each record here."""

        def read(conn: Any) -> dict[tuple[str, str], tuple[int, int]]:
            return {
                (table, row_id): (version, seq)
                for table in ("interaction", "message")
                for row_id, version, seq in conn.execute(f"SELECT id, version, seq FROM {table}")
            }

        return self.store.query(read)

    @invariant()
    def nothing_older_over_something_newer_and_nothing_dead_alive(self) -> None:
        rows, state = self._rows(), self._state()
        is_one_history = state.epoch == f"e{self.hub.epoch}"
        for key, (version, seq) in rows.items():
            version_before, seq_before = self.seen.get(key, (0, 0))
            assert version >= version_before
            # What is pushed out of a restored backup has numbers of its own, until this side has begun anew as well.
            assert seq >= seq_before or not is_one_history
        self.seen = rows
        if state.epoch == f"e{self.hub.epoch}":
            dead = {key for key, row in self.hub.rows.items() if row.op == "delete" and row.seq <= state.cursor}
            assert not dead & rows.keys()

    def teardown(self) -> None:
        """Let everything come to rest: both sides are equal."""
        while self.told and self._state().epoch:
            self.it_is_pushed_or_answered(len(self.told) // 2)
        for _ in range(300):
            if self._state().is_usable:
                self.the_feed_is_asked(3)
                self.the_feed_arrives(len(self.pages) - 1)
            self.history_is_asked(3)
            if self.histories:
                self.history_arrives(len(self.histories) - 1)
            state = self._state()
            if state.is_complete and state.cursor == self.hub.seq and state.epoch == f"e{self.hub.epoch}":
                break
        there = {key: row.seq for key, row in self.hub.rows.items() if row.op == "upsert"}
        assert {key: seq for key, (_, seq) in self._rows().items()} == there
        assert self._state().is_complete


def _contact(name: str, state: InteractionState, version: int) -> Interaction:
    return Interaction(
        id=InteractionId(name), channel=Channel.CHAT, state=state, created_at=AT, updated_at=AT, version=version
    )


def _message(name: str, version: int) -> Message:
    owner = InteractionId(name.partition("/")[0])
    return Message(id=MessageId(name), interaction_id=owner, author=Author.CUSTOMER, sent_at=AT, version=version)


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(Path(tmp_path_factory.mktemp("any-order")) / "store.db", os.urandom(32))
    yield store
    store.close()


def test_in_any_order_both_sides_are_equal_in_the_end(one_store: Store) -> None:
    machine = type("Any", (Sync,), {"store": one_store})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=80,
            stateful_step_count=40,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_walk_knows_where_it_is(begun: Any) -> None:
    assert begun.do(walk_of) == Walked("all", 101, 100)
