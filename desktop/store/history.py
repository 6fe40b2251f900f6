"""Writing what happened before: pages that go backwards from the newest record, while the feed goes on forwards.

Owns how far back the history was read; stored with the rows it brought, so that a walk that was killed goes on where it was.
The walk has two legs, ``open`` (what an agent needs to work at once) and ``all``. Called by ``sync``, as ``apply`` is.

**Why both ways together end as the hub has it.** The first page was read when the head of the feed was *L0*, and that is
where the forward feed starts. What changed later is numbered above L0 and comes forwards; what did not has kept a number up
to L0 and lies on the walk, since numbers only grow: a record that moves while the walk passes moves out of its way into the
feed's. So nothing is missed. What both bring is written once, the newer of two (``write_changes``), in whatever order.

**Why nothing that was deleted comes back.** A page back holds no deletions, so it must never be written over one that is
known already. It shows the feed as it was at its ``latest``, *L*: it cannot hold a record deleted up to L. Deletions are
known here from two sides. From the feed: all up to the *cursor*; so where the cursor is beyond L the page is dropped and
asked for again. From what is pushed or answers a command: these run ahead of the cursor; ``deleted_up_to`` is the highest
number of a deletion that came so, and a page with L below it is dropped too. The one asked for then shows the feed as it is
after both. A deletion of a record that is not here leaves no trace and needs none: by the same rule no page that still has
the record is written after it. What came by push and was wrong to write (an answer that was late) has a number above the
cursor, and so does the deletion it missed: the feed tells that again.

**A new epoch** is a new history, with numbers that mean nothing beside the old ones. ``begin`` replaces all rows of the old
one by the open work of the new one in one transaction, so that a window goes from one to the other without being empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from desktop.domain.changes import Table
from desktop.domain.ids import AgentId
from desktop.store import missing, schema
from desktop.store.apply import set_clock_offset, state_to_write, sync_state, write_changes
from desktop.store.columns import micros
from desktop.store.database import Write
from desktop.wire.shapes import NEWEST, ChangesPage, Scope


@dataclass(frozen=True, slots=True)
class Walked:
    """How far back the history was read after a page: ask for what lies ``before`` in ``scope`` next, unless
    ``is_complete``. ``is_dropped``: the page was too old or of another place, ask again; ``is_foreign``: it is of another
    epoch, so that the feed has to be asked first. ``cursor`` is the forward feed's."""

    scope: Scope
    before: int
    cursor: int = 0
    is_complete: bool = False
    is_dropped: bool = False
    is_foreign: bool = False
    saved: int = 0

    @property
    def is_usable(self) -> bool:
        """Whether all open work is here."""
        return self.is_complete or self.scope == "all"


def walk_of(w: Write, account: str = "") -> Walked:
    """Return how far back the history of an account was read."""
    state = state_to_write(w, account)
    scope: Scope = "all" if state.history_scope == "all" else "open"
    before = state.history_before if state.history_scope else NEWEST
    return Walked(scope, before, state.cursor, is_complete=state.is_complete)


def begin(
    w: Write,
    pages: Sequence[ChangesPage],
    *,
    me: AgentId | None = None,
    now: datetime | None = None,
    account: str = "",
) -> Walked:
    """Write the first pages of ``open``, each following the one before, as the beginning of an empty cache.

    What the cache had of another history goes in the same transaction; the journal stays, with what ``me`` said lately put
    aside in it until all of the new history is here (``missing``). Raises ``ValueError`` where the
    pages are not one beginning.
    """
    first = pages[0]
    if first.before != NEWEST or any(
        page.epoch != first.epoch or page.before != last.next or not last.more for last, page in pairwise(pages)
    ):
        raise ValueError("these pages are not the beginning of one history")
    state = state_to_write(w, account)
    if state.epoch:
        if me is not None:
            missing.put_aside(w, me, account)
        schema.empty_cache(w.conn, account)
        set_clock_offset(w, state.clock_offset_ms, account)
    w.conn.execute(
        "UPDATE sync_state SET epoch = ?, cursor = ?, history_scope = 'open', history_before = ? WHERE account = ?",
        (first.epoch, first.latest, NEWEST, account),
    )
    w.bulk()
    saved = 0
    for page in pages:
        saved += write_changes(w, page.changes, gone_up_to=-1, account=account).saved
    return _go_on(w, pages[-1], "open", saved, now, account)


def apply_history(
    w: Write,
    page: ChangesPage,
    scope: Scope,
    *,
    deleted_up_to: int = 0,
    now: datetime | None = None,
    account: str = "",
) -> Walked:
    """Write one page of the walk and note how far it went, all or nothing, or drop it (see above)."""
    before = walk_of(w, account)
    state = sync_state(w.conn, account)
    if page.epoch != state.epoch:
        return Walked(before.scope, before.before, state.cursor, is_dropped=True, is_foreign=True)
    if (
        state.is_complete
        or scope != state.history_scope
        or page.before != state.history_before
        or page.latest < max(state.cursor, deleted_up_to)
    ):
        return Walked(before.scope, before.before, state.cursor, is_complete=state.is_complete, is_dropped=True)
    counts = write_changes(w, page.changes, gone_up_to=-1, account=account)
    return _go_on(w, page, scope, counts.saved, now, account)


def _go_on(w: Write, page: ChangesPage, scope: Scope, saved: int, now: datetime | None, account: str) -> Walked:
    cursor = sync_state(w.conn, account).cursor
    is_complete = False
    before = page.next
    if not page.more:
        is_complete = scope == "all"
        # All above comes forwards.
        scope, before = "all", 0 if is_complete else cursor + 1
        w.touch(Table.SYNC, "feed")
        if is_complete:
            missing.bring_back(w, account)
    w.conn.execute(
        "UPDATE sync_state SET history_scope = ?, history_before = ?, is_complete = ?, synced_at = ? WHERE account = ?",
        (scope, before, int(is_complete), micros(now or datetime.now(UTC)), account),
    )
    return Walked(scope, before, cursor, is_complete=is_complete, saved=saved)
