"""An agent at a desk with one account: the real engine over a real encrypted store, signed in the way the window does it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from desktop.backends import registry
from desktop.backends.base import Backend
from desktop.domain import commands as c
from desktop.domain.changes import Cause, Table
from desktop.domain.ids import AgentId, CommandId, InteractionId, foreign_id, new_id
from desktop.domain.interaction import Attachment, Message, MessageKind
from desktop.session.auth import TokenFlow
from desktop.session.vault import FileVault
from desktop.store import files, outbox, projections
from desktop.store.database import Store
from desktop.store.rows import OutboxState, StreamItem
from desktop.sync.backoff import Growth
from desktop.sync.politeness import Politeness
from desktop.sync.puller import Pace
from desktop.sync.status import Phase, SyncStatus
from desktop.wire import records

from .world import File, World

KEEPING = (
    Table.INTERACTION, Table.MESSAGE, Table.CUSTOMER, Table.AGENT, Table.QUEUE, Table.TEMPLATE, Table.DISPOSITION,
    Table.RECORD,
)  # fmt: skip


class ContractDesk:
    """``kind`` is the ``Desk`` of ``tests/sync``. Contacts are named by what their system calls them."""

    def __init__(self, world: World, key: str, store: Store, profile: Path, kind: type[Any]) -> None:
        self.world = world
        self.key = key
        self.store = store
        self.flow = TokenFlow("contract", FileVault(profile))
        self.me = AgentId("agent-of-the-desk")
        self.backend: Backend | None = None
        self._kind = kind
        self._desk: Any = None

    # --- coming and going -------------------------------------------------------------------------------------------

    async def sign_in(self, user: str | None = None, password: str | None = None) -> None:
        """Sign in as the sign-in page does: a backend without tokens asks, the vault keeps what comes of it. Where nothing is
        asked of an agent, both are empty."""
        backend = registry.backend(self.world.kind, self.world.url)
        try:
            await registry.warm_up(backend)
            tokens = await backend.sign_in(
                self.world.user if user is None else user, self.world.password if password is None else password
            )
        finally:
            await backend.close()
        await self.flow.adopt(tokens)
        if not self.key:
            self.me = tokens.agent.id

    async def start(self, **options: Any) -> None:
        """Begin to synchronise, with a backend of its own; ``stop`` ends it."""
        self.backend = self.world.connect(self.flow, key=self.key, me=self.me)
        await registry.warm_up(self.backend)
        options.setdefault("pace", Pace(**self.world.PACE))
        options.setdefault("growth", Growth(first_s=0.02, cap_s=0.1, least_s=0.01))
        options.setdefault("politeness", Politeness(rate=1e4, burst=1e4, chance=lambda: 0.0))
        self._desk = self._kind(self.store, self.backend, me=self.me, account=self.key, **options)
        # What is pending is asked about each two seconds and ever less often: too long for a test.
        self._desk.engine._sender._ask_growth = Growth(first_s=0.1, cap_s=0.2, least_s=0.05)
        self._desk.start()

    async def stop(self) -> None:
        if self._desk is not None:
            await self._desk.close()
            self._desk = None
        if self.backend is not None:
            await self.backend.close()
            self.backend = None

    async def sit_down(self) -> None:
        """Sign in and wait until all there is is here."""
        await self.sign_in()
        await self.start()
        await self.live()

    async def live(self) -> None:
        """Wait until everything works."""
        has_stream = self.backend is not None and self.backend.capabilities.has_events
        await self.until(
            lambda: (
                self.status.phase is Phase.LIVE
                and not self.status.send_error
                and (self.status.is_streaming or not has_stream)
            )
        )

    def wake(self) -> None:
        """The network is back, or somebody asked for it."""
        self._desk.engine.wake()

    async def until(self, holds: Callable[[], object], seconds: float = 30.0) -> None:
        try:
            await self._desk.until(holds, seconds)
        except TimeoutError:
            pending = [(type(one.command).__name__, one.state.value, one.error) for one in self.outbox()]
            asked = [one.line for one in self.world.gateway.asked[-8:]]
            raise AssertionError(f"it stays so: {self.status}, outbox {pending}, asked at last {asked}") from None

    async def really(self, ask: Callable[[], Any], wanted: Any, seconds: float = 30.0) -> None:
        """Wait until what ``ask`` (a coroutine function) tells of the other side is ``wanted``."""
        found = await ask()
        try:
            async with asyncio.timeout(seconds):
                while found != wanted:
                    await asyncio.sleep(0.05)
                    found = await ask()
        except TimeoutError:
            raise AssertionError(f"{found!r} stays, and does not become {wanted!r}") from None

    @property
    def status(self) -> SyncStatus:
        status: SyncStatus = self._desk.status
        return status

    @property
    def statuses(self) -> list[SyncStatus]:
        """All statuses since ``start``."""
        return list(self._desk.statuses)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def id(self, native: str) -> InteractionId:
        return InteractionId(foreign_id(self.key, native))

    def contact(self, native: str) -> Any:
        """A contact as the network wrote it, ``None`` where it is not here."""
        return self.row(Table.INTERACTION, self.id(native))

    def row(self, table: Table, id_: str) -> Any:
        found = self.store.query(lambda conn: conn.execute(f"SELECT body FROM {table} WHERE id = ?", (id_,)).fetchone())
        return None if found is None else records.decode(table, found[0])

    def shown(self, native: str) -> list[StreamItem]:
        """A contact's messages as the window shows them: what is on its way laid over what is there."""
        items: list[StreamItem] = self.store.query(lambda conn: projections.stream(conn, self.id(native)))
        return [item for item in items if item.message is not None]

    def messages(self, native: str, kind: MessageKind = MessageKind.TEXT) -> list[Message]:
        """What was said in a contact as the network wrote it, oldest first."""
        found = [item.message for item in self.shown(native) if item.entry is None]
        return [message for message in found if message is not None and message.kind is kind]

    def texts(self, native: str) -> list[str]:
        return [message.text.strip() for message in self.messages(native) if message.text.strip()]

    def notes(self, native: str) -> list[str]:
        return [message.text.strip() for message in self.messages(native, MessageKind.NOTE)]

    def held(self) -> dict[str, set[str]]:
        """The ids of all that is here, by table."""

        def read(conn: Any) -> dict[str, set[str]]:
            return {table: {row[0] for row in conn.execute(f"SELECT id FROM {table}")} for table in KEEPING}

        found: dict[str, set[str]] = self.store.query(read)
        return found

    # --- what the agent does ----------------------------------------------------------------------------------------

    def does(self, kind: type[Any], native: str, **fields: Any) -> CommandId:
        """Give a command about a contact."""
        return self.gives(kind(interaction_id=self.id(native), **fields))

    def gives(self, command: c.Command) -> CommandId:
        """Give a command, whether the engine runs or not."""
        id_ = CommandId(new_id())
        self.store.write(lambda w: outbox.enqueue(w, command, id_, account=self.key), Cause.AGENT).result()
        return id_

    async def file(self, file: File) -> Attachment:
        """Add a file to what is being written."""
        return await asyncio.to_thread(
            files.put, self.store, io.BytesIO(file.data), file.name, file.media_type, is_mine=True
        )

    def outbox(self) -> list[Any]:
        return list(self.store.query(projections.outbox_entries))

    def refusals(self) -> list[str]:
        return [entry.error for entry in self.outbox() if entry.state is OutboxState.WEDGED]

    async def done(self) -> None:
        """Wait until all the agent did got through, or was refused."""
        await self.until(lambda: all(entry.state is OutboxState.WEDGED for entry in self.outbox()))

    async def carried(self) -> None:
        """Wait until all the agent did got through; fails where something was refused."""
        await self.done()
        assert self.refusals() == []

    async def takes(self, native: str) -> None:
        """Wait for a contact and take it."""
        await self.until(lambda: self.contact(native) is not None)
        self.does(c.Take, native)
        await self.carried()
        await self.until(lambda: self.contact(native).assignee == self.me)
