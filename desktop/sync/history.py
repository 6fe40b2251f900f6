"""Reading what happened before, newest first: the open work at once, as nobody can work without it, the rest behind the back
of the agent. ``store.history`` argues why nothing is missed or brought back; this side asks, waits, and asks again.

Two callers: the puller has ``read_open_work`` done before it pulls for the first time, or anew where the backend began a new
history. Then ``run``, a part of its own, walks on to the end. It has one page written at a time, so that whatever else is to
be written waits for one page of history at most. A failure of its own is no outage: those the puller tells.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

import msgspec

from desktop.backends.base import Backend, BackendError, Offline, SignInNeeded, Throttled
from desktop.domain.ids import AgentId
from desktop.store.apply import SyncState
from desktop.store.database import Closed, Store, StoreError, Write
from desktop.store.history import Walked, apply_history, begin
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.clock import HubClock
from desktop.sync.pager import PAGE_ROWS, Carried, Enrich, Pager
from desktop.sync.politeness import Politeness
from desktop.sync.status import StatusBoard
from desktop.wire.shapes import NEWEST, Change, ChangesPage, Scope

_log = logging.getLogger(__name__)

_DROPS: Final = 20
# Larger pages come in a third sooner. Whoever has something to write meanwhile waits some 30 ms for one.
_LARGE_PAGE_ROWS: Final = 1000
# Of a new history so much is gathered before the old one leaves the screen.
_GATHERED_PAGES: Final = 40
# The open work's part of the way, for the eye.
_OPEN_SHARE: Final = 0.1

Question = tuple[Scope, int]


class _Place(msgspec.Struct, frozen=True):
    """What of a page says where it belongs."""

    epoch: str
    next: int
    more: bool
    before: int = 0


_place: Final = msgspec.json.Decoder(_Place)


class Deletions:
    """What was deleted ahead of the cursor: by what is pushed and by answers to commands. Only the writing thread calls."""

    def __init__(self) -> None:
        self.newest = 0

    def note(self, changes: Iterable[Change]) -> None:
        # One that no feed numbered says nothing about how far the feed has to be.
        seqs = (change.seq for change in changes if change.op == "delete" and change.seq < NEWEST)
        self.newest = max(self.newest, max(seqs, default=0))


class History:
    """How far back the cache goes, and the way further back. ``settle_s`` is the rest before it is gone on with."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        board: StatusBoard,
        politeness: Politeness,
        clock: HubClock,
        deletions: Deletions,
        *,
        settle_s: float,
        growth: Growth,
        enrich: Enrich | None = None,
        me: AgentId | None = None,
        account: str = "",
    ) -> None:
        self._store = store
        self._me = me
        self._account = account
        self._board = board
        self._clock = clock
        self._deletions = deletions
        self._settle_s = settle_s
        self._enrich = enrich
        self._backoff = Backoff(growth)
        self._is_due = asyncio.Event()
        self._walking: asyncio.Task[None] | None = None
        most = backend.capabilities.max_page
        limits: dict[Scope, int] = {"open": min(PAGE_ROWS, most), "all": min(_LARGE_PAGE_ROWS, most)}

        async def ask(question: Question) -> bytes:
            scope, before = question
            return await backend.history(before, scope=scope, limit=limits[scope])

        self._pager: Pager[Question] = Pager(store, ask, politeness, clock, account=account)
        self._walked = Walked("open", NEWEST)
        self._has_begun = False
        self._is_empty = True

    @property
    def is_usable(self) -> bool:
        """Whether all open work is here."""
        return self._has_begun and self._walked.is_usable

    @property
    def is_complete(self) -> bool:
        """Whether no history is missing."""
        return self._has_begun and self._walked.is_complete

    @property
    def cursor(self) -> int:
        """Where the forward feed starts once the open work is here."""
        return self._walked.cursor

    def resume(self, state: SyncState) -> None:
        """Go on from where the cache is."""
        self._is_empty = not state.epoch
        self._has_begun = not self._is_empty
        scope: Scope = "all" if state.is_usable else "open"
        self._walked = Walked(scope, state.history_before, state.cursor, is_complete=state.is_complete)
        if self._has_begun and not state.history_scope:
            # It was filled from the front, to the end or not: the feed alone goes on with it.
            self._walked = Walked("all", 0, state.cursor, is_complete=True)
        self._tell()
        self._set_due()

    def interrupt(self) -> None:
        """Ask anew: the request that is under way may hang on a dead connection."""
        self._pager.interrupt()

    def wake(self) -> None:
        self._backoff.wake()
        self.interrupt()

    async def renew(self) -> None:
        """The backend began a new history: the next ``read_open_work`` does too."""
        await self._halt()
        self._has_begun = False

    async def read_open_work(self) -> None:
        """Read all open work, or go on with that. Raises ``BackendError``."""
        await self._halt()
        drops = 0
        while not self.is_usable:
            if not self._has_begun:
                await self._begin()
                continue
            walked = await self._step()
            if walked.is_foreign:
                await self.renew()
            drops += int(walked.is_dropped)
            if drops > _DROPS:
                raise Offline("unexpected_answer")
        self._set_due()

    async def run(self) -> None:
        """Walk on to the beginning of all, whenever there is some way left, until cancelled."""
        try:
            while True:
                await self._is_due.wait()
                self._backoff.attempt()
                walking = self._walking = asyncio.create_task(self._walk(), name="sync-history-walk")
                await asyncio.wait([walking])
                if walking.cancelled():
                    continue
                match walking.exception():
                    case None:
                        self._backoff.succeeded()
                    case Closed():
                        return
                    case SignInNeeded():
                        await self._backoff.until_woken()
                    case Throttled() as error:
                        await self._backoff.pause(error.retry_after_s)
                    case BackendError() | StoreError():
                        await self._backoff.pause()
                    case error:
                        raise error
        finally:
            await self._halt()

    async def _walk(self) -> None:
        # What can be worked with is painted first.
        await asyncio.sleep(self._settle_s)
        try:
            while not self.is_complete:
                walked = await self._step()
                if walked.is_foreign:
                    # The feed says so too, soon, and has this begin anew.
                    raise Offline("unexpected_answer")
                self._backoff.succeeded()
        except BaseException:
            await self._pager.abandon()
            raise
        self._is_due.clear()
        _log.info("all history is here")

    async def _halt(self) -> None:
        """Stop walking; what is being written gets written."""
        self._is_due.clear()
        walking, self._walking = self._walking, None
        if walking is not None:
            walking.cancel()
            await asyncio.wait([walking])
        await self._pager.abandon()

    def _set_due(self) -> None:
        if self.is_usable and not self.is_complete:
            self._is_due.set()

    async def _step(self) -> Walked:
        """Read and write one page."""
        if not self._pager.is_asking:
            self._pager.begin((self._walked.scope, self._walked.before))
        carried = await self._pager.arrived()
        scope, before = carried.question
        latest = 0

        def apply(w: Write, page: ChangesPage) -> Walked:
            nonlocal latest
            latest = page.latest
            told = self._enrich(w, page) if self._enrich is not None else page
            deleted_up_to, now = self._deletions.newest, self._clock.now()
            return apply_history(w, told, scope, deleted_up_to=deleted_up_to, now=now, account=self._account)

        def follow(page: ChangesPage) -> Question | None:
            if page.before != before or not page.more:
                return None
            if not 0 < page.next < before:
                raise Offline("unexpected_answer")
            return scope, page.next

        walked = self._walked = await self._pager.write(carried, apply, follow)
        if walked.is_dropped or (walked.scope, walked.before) != self._pager.question:
            await self._pager.abandon()
        self._tell(latest)
        return walked

    async def _begin(self) -> None:
        """Write the first page of a history; of one that takes another's place the first many, so that the window goes from
        the one to the other and not through nothing."""
        gathered: list[Carried[Question]] = []
        before, more = NEWEST, True
        while more and len(gathered) < (1 if self._is_empty else _GATHERED_PAGES):
            self._pager.begin(("open", before))
            carried = await self._pager.arrived()
            place = _read(carried.raw)
            if gathered and place.epoch != _read(gathered[0].raw).epoch:
                gathered.clear()
                before = NEWEST
                continue
            if place.before != before or (place.more and not 0 < place.next < before):
                raise Offline("unexpected_answer")
            gathered.append(carried)
            before, more = place.next, place.more
        first, self._deletions.newest = gathered.pop(0), 0
        latest = 0

        def apply(w: Write, page: ChangesPage) -> Walked:
            nonlocal latest
            latest = page.latest
            pages = [page, *(msgspec.json.decode(carried.raw, type=ChangesPage) for carried in gathered)]
            told = [self._enrich(w, page) for page in pages] if self._enrich is not None else pages
            return begin(w, told, me=self._me, now=self._clock.now(), account=self._account)

        self._walked = await self._pager.write(first, apply, lambda page: None)
        self._has_begun, self._is_empty = True, False
        self._tell(latest)

    def _tell(self, latest: int = 0) -> None:
        walked = self._walked
        changes: dict[str, object] = {"is_usable": self.is_usable, "clock_offset_s": self._clock.offset_ms / 1000}
        if latest:
            changes["last_pulled_at"] = self._clock.now()
        if latest and not walked.is_complete:
            left = min(max(walked.before, 0) / latest, 1.0)
            share = (1 - left) * (1 - _OPEN_SHARE) + _OPEN_SHARE if walked.is_usable else (1 - left) * _OPEN_SHARE
            changes["progress"] = round(max(share, self._board.status.progress or 0.0), 3)
        self._board.update(**changes)
        self._board.complete(self.is_complete)


def _read(raw: bytes) -> _Place:
    try:
        return _place.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Offline("unexpected_answer") from None
