"""A recording as a backend: what was there comes at once, the rest with the rhythm it had, as fast as it is played. Nobody
is asked and nothing leaves this machine; what an agent does is settled here by ``practice``, or not offered.

``url`` is a folder or its ``file:`` URL; behind a ``?`` may stand ``speed=`` (times as fast), ``from=`` (seconds from the
start that are there at once) and ``practise=`` (0: only to be looked at).
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from io import BytesIO
from typing import Final, TypeVar

import msgspec

from desktop.backends.base import Capabilities, Chunks, Hint, HintKind, OnProgress, Refused, TokenSource
from desktop.backends.files.folder import Folder, place_of
from desktop.backends.files.manifest import Code, Manifest
from desktop.backends.files.playback import FASTEST, SLOWEST, Playback
from desktop.backends.files.practice import CARRIED, Practice
from desktop.backends.files.tape import SINCE, Entry, Piece, Tape
from desktop.backends.http import HttpSettings
from desktop.backends.keyed import Keyed
from desktop.backends.lacking import Lacking
from desktop.domain.agent import Agent
from desktop.domain.commands import Command, names
from desktop.domain.ids import AgentId, CommandId, InteractionId
from desktop.wire import shapes
from desktop.wire.errors import Code as Refusal
from desktop.wire.shapes import BlobAnswer, Change, ChangesPage, CommandAnswer, Tokens

T = TypeVar("T")

_log = logging.getLogger(__name__)

_TOKEN: Final = "recording"  # noqa: S105 - opens nothing
_YEAR_S: Final = 365 * 24 * 3600
_MOST_KEPT: Final = 64 * 1024 * 1024
_LARGEST: Final = 25 * 1024 * 1024
# Going on after the window was closed begins so long before the next thing happens.
_RUN_UP_MS: Final = 2_000
_LOOK_AGAIN_MS: Final = 500


class FilesBackend(Lacking):
    """One recording. ``playback`` is its clock. ``key`` marks the ids of this account, ``me`` is what the desk calls its
    agent. ``can_practise``: ``None`` leaves it to the recording (one that was anonymised is only looked at)."""

    TITLE: Final = "Recording"
    SIGN_IN: Final[tuple[str, ...]] = ()
    PLACE: Final = "folder"
    OPTIONS: Final = (("is_only_shown", "bool", False, "Only look at it"),)

    def __init__(
        self,
        url: str,
        tokens: TokenSource | None = None,
        *,
        key: str = "",
        me: AgentId | None = None,
        settings: HttpSettings | None = None,
        speed: float | None = None,
        begin_s: float | None = None,
        can_practise: bool | None = None,
        is_only_shown: bool = False,
    ) -> None:
        path, asked = place_of(url)
        self._folder = Folder(path)
        self._speed = _number(asked.get("speed"), SLOWEST, FASTEST, 1.0) if speed is None else speed
        self._begin_s = _number(asked.get("from"), 0.0, _YEAR_S, 0.0) if begin_s is None else begin_s
        named = {"0": False, "1": True}.get(asked.get("practise", ""))
        self._can_practise = False if is_only_shown else named if can_practise is None else can_practise
        self._keyed = Keyed(key, me) if key else None
        self._me = me
        self._manifest: Manifest | None = None
        self._tape: Tape | None = None
        self._practice: Practice | None = None
        self._opening = asyncio.Lock()
        self._files: OrderedDict[str, bytes] = OrderedDict()
        self._told_skipped = 0
        self._reached = 0
        self._round = 0
        self.playback: Playback | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What it can; before it was opened (``warm_up``), what every recording can."""
        known = self._manifest
        source = known.source if known is not None else None
        can_practise = self._may_practise
        return Capabilities(
            has_presence=can_practise and source is not None and source.has_presence,
            has_dispositions=source is not None and source.has_dispositions,
            has_brain=source is not None and source.has_brain,
            has_blobs=can_practise,
            has_history=False,
            has_typing=source is not None and source.has_typing,
            has_channels=source is None or source.has_channels,
            has_journey=source is None or source.has_journey,
            commands=names(*CARRIED) if can_practise else frozenset(),
        )

    @property
    def _may_practise(self) -> bool:
        if self._can_practise is not None:
            return self._can_practise
        return self._manifest is not None and not self._manifest.is_anonymised

    async def warm_up(self) -> None:
        """Read what the recording says of itself, as that decides what can be done with it. One that cannot be read says so
        at the first call."""
        try:
            await self._opened()
        except Refused as error:
            _log.warning("a recording cannot be opened: %s", error.code)

    # --- signing in -------------------------------------------------------------------------------------------------

    async def sign_in(self, user: str, password: str) -> Tokens:
        """Return who was signed in when it was recorded. Raises ``Refused`` for what is no recording."""
        return await self.refresh(_TOKEN)

    async def refresh(self, refresh_token: str) -> Tokens:
        return Tokens(access_token=_TOKEN, refresh_token=_TOKEN, expires_in=_YEAR_S, agent=await self.me())

    async def me(self) -> Agent:
        await self._opened()
        assert self._manifest is not None
        agent = self._manifest.agent
        return agent if self._me is None else msgspec.structs.replace(agent, id=self._me)

    # --- changes ----------------------------------------------------------------------------------------------------

    async def changes(self, after: int, *, limit: int, wait_s: float = 0.0) -> bytes:
        tape, playback, practice = await self._opened()
        if not playback.has_begun and after:
            await self._go_on_at(tape, playback, after)
        rewinds = playback.rewinds
        piece = await self._piece(after, limit)
        if wait_s > 0 and piece.next_ms is not None and not piece.entries:
            try:
                async with asyncio.timeout(wait_s):
                    while playback.rewinds == rewinds and not await playback.until(piece.next_ms):
                        pass
            except TimeoutError:
                pass
            piece = await self._piece(after, limit)
        elif wait_s > 0 and not piece.entries:
            await asyncio.sleep(wait_s)
        if not piece.more:
            playback.begin()
        changes = [change for entry in piece.entries for change in self._told(practice, entry)]
        page = ChangesPage(
            epoch=self._epoch,
            changes=changes,
            next=piece.end,
            more=piece.more,
            after=after,
            latest=await asyncio.to_thread(tape.last_before, piece.end),
            now=playback.now(),
        )
        return await asyncio.to_thread(shapes.encode, page)

    async def events(self, after: int) -> AsyncGenerator[Hint, None]:
        _, playback, practice = await self._opened()
        yield Hint(HintKind.OPENED)
        rewinds = playback.rewinds
        while True:
            for change in practice.due(playback.now()):
                yield Hint(HintKind.CHANGE, change.seq, shapes.encode(self._inwards(change)))
            piece = await self._piece(after, 100)
            for entry in piece.entries:
                if entry.signal is not None:
                    signal = shapes.encode(entry.signal)
                    yield Hint(HintKind.SIGNAL, data=signal if self._keyed is None else self._keyed.signal(signal))
                for change in self._told(practice, entry):
                    yield Hint(HintKind.CHANGE, entry.end, shapes.encode(change))
            after = piece.end
            if not piece.more:
                next_ms = piece.next_ms
                if next_ms is None and self._may_grow:
                    next_ms = int(playback.position_ms + _LOOK_AGAIN_MS * playback.speed)
                await playback.until(practice.next_ms(playback.started_at, next_ms))
            if playback.rewinds != rewinds:
                # What is on the screen is of another round: the next page says so, and brings what is there at once.
                rewinds, after = playback.rewinds, 0
                yield Hint(HintKind.PULL)
                while (piece := await self._piece(after, 1000)).more:
                    after = piece.end
                after = piece.end

    def _told(self, practice: Practice, entry: Entry) -> list[Change]:
        """Return what the desk hears of an entry: what it says, as far as the agent did not take that in hand."""
        if entry.change is None:
            return []
        return [self._inwards(change) for change in practice.heard(entry.change, entry.end)]

    def _inwards(self, change: Change) -> Change:
        if self._keyed is None:
            return change
        try:
            return self._keyed.change(change)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return change

    @property
    def _epoch(self) -> str:
        assert self._manifest is not None
        assert self.playback is not None
        return f"{self._manifest.id}#{self.playback.rewinds}" if self.playback.rewinds else self._manifest.id

    @property
    def _may_grow(self) -> bool:
        """Whether the recording may be going on: it was not ended."""
        return self._manifest is not None and self._manifest.length_ms is None

    async def _go_on_at(self, tape: Tape, playback: Playback, after: int) -> None:
        """The desk has read up to a place before: play on from there."""
        piece = await self._from(tape, after, 0, 1)
        upto = playback.length_ms if piece.next_ms is None else piece.next_ms - _RUN_UP_MS
        if after > SINCE and upto > playback.position_ms:
            playback.move(upto)

    async def _piece(self, after: int, limit: int) -> Piece:
        tape, playback, _ = await self._opened()
        piece = await self._from(tape, after, int(playback.position_ms), limit)
        self._reached = max(self._reached, after, piece.end)
        if tape.skipped > self._told_skipped:
            self._told_skipped = tape.skipped
            _log.warning("%d lines of a recording could not be read", tape.skipped)
        return piece

    @staticmethod
    async def _from(tape: Tape, after: int, until_ms: int, limit: int) -> Piece:
        return await _on_disk(lambda: tape.read(after, until_ms=until_ms, limit=limit))

    # --- commands ---------------------------------------------------------------------------------------------------

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        tape, playback, practice = await self._opened()
        if not self._may_practise:
            raise Refused(Code.READ_ONLY)
        if self._keyed is not None:
            command = self._keyed.command(command)
        for kind, id_ in practice.unknown(command):
            practice.learn(await _on_disk(functools.partial(tape.latest, kind, id_, before=self._reached)))
        answer = practice.perform(command_id, command, playback.now())
        return answer if self._keyed is None else self._keyed.answer(answer)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        return await self.perform(command_id, command)

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        """Nobody is there to be told."""

    # --- files ------------------------------------------------------------------------------------------------------

    async def upload(self, data: bytes | Chunks, *, media_type: str, name: str) -> BlobAnswer:
        await self._opened()
        if not self._may_practise:
            raise Refused(Code.READ_ONLY)
        size = len(data) if isinstance(data, bytes) else data.size
        if size > _LARGEST:
            raise Refused(Refusal.TOO_LARGE)
        content = data if isinstance(data, bytes) else b"".join([piece async for piece in data])
        digest = await asyncio.to_thread(lambda: hashlib.sha256(content).hexdigest())
        self._files[digest] = content
        while len(self._files) > 1 and sum(map(len, self._files.values())) > _MOST_KEPT:
            self._files.popitem(last=False)
        return BlobAnswer(sha256=digest, size=size, media_type=media_type)

    async def download(self, sha256: str, *, on_progress: OnProgress | None = None) -> BytesIO:
        await self._opened()
        content = self._files.get(sha256)
        if content is None:
            content = await _on_disk(lambda: self._folder.file(sha256))
        if on_progress is not None:
            on_progress(len(content), len(content))
        return BytesIO(content)

    async def close(self) -> None:
        tape, self._tape = self._tape, None
        if tape is not None:
            await asyncio.to_thread(tape.close)

    # --- the folder -------------------------------------------------------------------------------------------------

    async def _opened(self) -> tuple[Tape, Playback, Practice]:
        """Open the folder once. Raises ``Refused`` where it is no recording."""
        async with self._opening:
            if self._tape is None or self.playback is None or self._practice is None:
                manifest, tape, length_ms = await _on_disk(self._open)
                self._manifest, self._tape = manifest, tape
                if self._keyed is not None:
                    self._keyed.native_me = manifest.agent.id
                self._practice = Practice(manifest.agent)
                self.playback = Playback(
                    manifest.started_at, length_ms, begins_ms=self._begin_s * 1000, speed=self._speed
                )
            if self._round != self.playback.rewinds:
                self._round, self._reached = self.playback.rewinds, 0
                self._practice.forget()
            return self._tape, self.playback, self._practice

    def _open(self) -> tuple[Manifest, Tape, int]:
        manifest = self._folder.manifest()
        tape = Tape(self._folder)
        try:
            return manifest, tape, tape.length_ms() if manifest.length_ms is None else manifest.length_ms
        except BaseException:
            tape.close()
            raise


async def _on_disk(work: Callable[[], T]) -> T:
    """Run ``work`` on a thread; what the disk says against it is ``Code.UNREADABLE``."""
    try:
        return await asyncio.to_thread(work)
    except OSError:
        raise Refused(Code.UNREADABLE) from None


def _number(text: str | None, least: float, most: float, default: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return default
    return min(max(value, least), most) if value == value else default
