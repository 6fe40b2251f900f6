"""The door through which an adapter hands things to the desk. Each call is one transaction; all may be repeated."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.hub.auth.caller import Caller
from desktop.hub.channels.accounts import Account
from desktop.hub.db import tables
from desktop.hub.db.ledger import Written
from desktop.hub.db.unbroken import unbroken
from desktop.hub.desk.work import bounded
from desktop.wire.errors import Code
from desktop.wire.shapes import DeliveryIn, Inbound, InboundAnswer, TouchpointIn

if TYPE_CHECKING:
    from desktop.hub.blobs import Blobs
    from desktop.hub.channels.signals import Signals
    from desktop.hub.desk.desk import Desk


class TurnedAway:
    """The names of the files of a message that were not stored, by why."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, name: str, code: Code = Code.TOO_LARGE) -> None:
        """Note a file that was refused with this code."""
        why = {Code.INFECTED: "infected_files", Code.UNAVAILABLE: "unscanned_files"}.get(code, "lost_files")
        self._names.setdefault(why, []).append(name)

    def told(self, message: Inbound) -> Inbound:
        """Return the message with those names."""
        return replace(message, **{why: tuple(names) for why, names in self._names.items()})


class Intake:
    """What one account may do: hand in, report, store files. ``signals`` carries what is not kept (somebody types)."""

    def __init__(self, account: Account, desk: Desk, blobs: Blobs, signals: Signals) -> None:
        self._account = account
        self._desk = desk
        self._blobs = blobs
        self._caller = Caller(id=f"channel:{account.name}", role=Role.CHANNEL)
        self.signals = signals

    @unbroken
    async def receive(self, message: Inbound) -> InboundAnswer:
        """Hand in a message or call event. Raises ``Refused`` where the message itself is at fault."""
        return await self._desk.receive(
            self._account.channel, replace(message, account=self._account.name), self._caller
        )

    @unbroken
    async def deliver(self, message_id: str, delivery: Delivery, *, external_id: str = "", failure: str = "") -> None:
        """Say what became of an agent's message. Raises ``Refused`` where there is no such message."""
        report = DeliveryIn(message_id=message_id, delivery=delivery, external_id=external_id, failure=failure)
        await self._desk.deliver(report, self._caller)

    @unbroken
    async def touchpoints(self, items: list[TouchpointIn]) -> list[str]:
        """Hand in events of journeys, all or none; returns their ids. Raises ``Refused``."""
        return await self._desk.touchpoints(items, self._caller)

    @unbroken
    async def put_file(self, body: AsyncIterator[bytes], media_type: str, name: str) -> str:
        """Store a file of a message and return its SHA-256. Raises ``Refused``: too large, empty, a program,
        with a virus."""
        answer, _ = await self._blobs.put(body, media_type, name, caller=self._caller)
        return answer.sha256

    def read_file(self, sha256: str) -> bytes:
        """Return the bytes of a file that an agent sends. Blocks: call it in a thread. Raises ``OSError``."""
        return self._blobs.path(sha256).read_bytes()

    # --- what an adapter asks -----------------------------------------------------------------------------------------

    @unbroken
    async def note(self, key: str) -> str:
        """Return a small fact that this account kept (how far it has read), '' where it kept none."""
        async with self._desk.database.read() as ledger:
            return await ledger.note(self._key(key)) or ""

    @unbroken
    async def set_note(self, key: str, value: str) -> None:
        async with self._desk.database.write(silent=True) as ledger:
            await ledger.set_note(self._key(key), value)

    @unbroken
    async def change_note(self, key: str, change: Callable[[str], str]) -> str:
        """Change a small fact in one transaction, whichever process does; returns what it is now."""
        async with self._desk.database.write(silent=True) as ledger:
            if ledger.connection.dialect.name != "sqlite":
                await ledger.connection.execute(select(tables.clock.c.seq).with_for_update())
            before = await ledger.note(self._key(key)) or ""
            after = change(before)
            if after != before:
                await ledger.set_note(self._key(key), after)
            return after

    @unbroken
    async def message(self, id_: str) -> Message | None:
        async with self._desk.database.read() as ledger:
            found: Message | None = await ledger.get(Table.MESSAGE, id_)
            return found

    @unbroken
    async def sent_as(self, external_ids: Sequence[str]) -> Message | None:
        """Return the newest message to a customer that the channel calls by one of these ids."""
        wanted = [bounded(id_) for id_ in external_ids if id_.strip()]
        async with self._desk.database.read() as ledger:
            found: list[Message] = await ledger.find(
                Table.MESSAGE, tables.record.c.lookup.in_(wanted[:50]), newest_first=True, limit=20
            )
        return next((one for one in found if one.author in (Author.AGENT, Author.BOT)), None)

    @unbroken
    async def called(self, external_id: str) -> Message | None:
        """Return the newest message, whoever wrote it, that the channel calls so."""
        async with self._desk.database.read() as ledger:
            found: list[Message] = await ledger.find(
                Table.MESSAGE, tables.record.c.lookup == bounded(external_id), newest_first=True, limit=5
            )
        return next((one for one in found if one.channel is self._account.channel), None)

    @unbroken
    async def has_heard(self, external_ids: Sequence[str]) -> bool:
        """Whether one of these is a customer's message that was taken in."""
        wanted = [bounded(id_) for id_ in external_ids if id_.strip()]
        if not wanted:
            return False
        async with self._desk.database.read() as ledger:
            found: list[Message] = await ledger.find(Table.MESSAGE, tables.record.c.lookup.in_(wanted), limit=200)
        return any(one.author is Author.CUSTOMER and one.channel is self._account.channel for one in found)

    def watch(self, listener: Callable[[Interaction], None]) -> Callable[[], None]:
        """Call ``listener`` with each contact of this account that this process changed; returns the way to stop."""

        def pass_on(written: Sequence[Written]) -> None:
            for one in written:
                if isinstance(one.record, Interaction) and one.record.account == self._account.name:
                    listener(one.record)

        return self._desk.database.subscribe(pass_on)

    @unbroken
    async def unread_up_to(self, message: Message) -> list[Message]:
        """Return what was written to the customer in the contact of ``message``, up to it, and is not known to be read."""
        async with self._desk.database.read() as ledger:
            said = await ledger.messages(message.interaction_id)
        return [
            one
            for one in said
            if one.author in (Author.AGENT, Author.BOT)
            and one.channel is message.channel
            and one.sent_at <= message.sent_at
            and one.delivery in (Delivery.SENT, Delivery.DELIVERED)
        ]

    @unbroken
    async def own_contact(self, interaction_id: str) -> Interaction | None:
        """Return a contact that came to this account."""
        async with self._desk.database.read() as ledger:
            found = await ledger.interaction(interaction_id)
        return found if found is not None and found.account == self._account.name else None

    @unbroken
    async def contact_of(self, thread: str) -> Interaction | None:
        """Return the newest contact of a thread of the channel."""
        async with self._desk.database.read() as ledger:
            return await ledger.by_thread(self._account.channel, bounded(thread))

    @unbroken
    async def last_heard(self, interaction_id: str) -> Message | None:
        """Return what the customer said last in an interaction."""
        async with self._desk.database.read() as ledger:
            said = await ledger.messages(interaction_id)
        return next((one for one in reversed(said) if one.author is Author.CUSTOMER), None)

    def _key(self, key: str) -> str:
        return f"channel.{self._account.name}.{key}"
