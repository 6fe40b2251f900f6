"""What agents wrote goes out: each message once, in the order of its conversation, over crashes. A row in ``tables.outbound``
is written in the transaction of the message (``db.outbound``) and goes when the channel has it. Before an attempt it is noted
as begun; where that is found later, the attempt was cut off, and the adapter is asked first whether the message went out.
Only the process that holds an account's lease sends for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import select, update

from desktop.domain.changes import Table
from desktop.domain.interaction import Delivery, Interaction, Message
from desktop.hub.channels.base import Adapter, ChannelDown, DeliveryFailed, NotNow, Outgoing, Sent, Unclear
from desktop.hub.channels.intake import Intake
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.outbound import row as _row
from desktop.hub.db.outbound import settled
from desktop.hub.db.unbroken import unbroken
from desktop.hub.desk.refusals import Refused

log = logging.getLogger(__name__)

LONGEST: Final = timedelta(days=2)
"""What the channel did not take in this time is given up, and the agent told."""

_FIRST_PAUSE_S: Final = 5.0
_LONGEST_PAUSE_S: Final = 900.0
_LOOK_S: Final = 30.0
_LANES: Final = 4
_AT_ONCE: Final = 200


def account_of(message: Message, interaction: Interaction, names: dict[str, Any]) -> str | None:
    """Return by which of the accounts ``names`` (of the message's channel) a message goes: the one named in it, the one
    the customer wrote to, else the first."""
    for name in (message.values.get("account", ""), interaction.account):
        if name in names:
            return name
    return next(iter(names), None)


class _Due(Struct, frozen=True):
    """A row whose time has come."""

    out: Outgoing
    queued_at: int
    is_begun: bool


class Lane:
    """The way out of one account. ``accounts`` are the names of all active accounts of its channel, in their order;
    ``may_send`` says, within a transaction, whether this process still holds the account."""

    def __init__(
        self,
        adapter: Adapter,
        intake: Intake,
        database: Database,
        clock: Callable[[], datetime],
        accounts: dict[str, Any],
        may_send: Callable[[Ledger], Any],
    ) -> None:
        self._adapter = adapter
        self._intake = intake
        self._database = database
        self._clock = clock
        self._accounts = accounts
        self._may_send = may_send
        self._woken = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self.sent = 0

    def wake(self) -> None:
        """Look now: something was queued."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled; what is under way is then cut off and looked into at the next start."""
        try:
            while True:
                self._woken.clear()
                pause_s = await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(pause_s):
                        await self._woken.wait()
        finally:
            tasks = tuple(self._under_way.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @unbroken
    async def _look(self) -> float:
        """Begin what is due and free to go; returns after how many seconds to look again."""
        at = self._clock()
        async with self._database.read() as ledger:
            due = await self._due(ledger, at)
            later = select(_row.next_at).where(_row.channel == str(self._adapter.account.channel))
            later = later.where(_row.next_at > micros(at)).order_by(_row.next_at).limit(1)
            next_at = (await ledger.connection.execute(later)).scalar()
        for one in due:
            if len(self._under_way) >= _LANES:
                break
            conversation = one.out.interaction.id
            if conversation not in self._under_way:
                task = asyncio.create_task(self._send(one), name="channel send")
                self._under_way[conversation] = task
                task.add_done_callback(partial(self._ended, conversation))
        now_us = micros(at)
        assert now_us is not None
        return _LOOK_S if next_at is None else min(_LOOK_S, max(0.05, (next_at - now_us) / 1e6))

    def _ended(self, conversation: str, task: asyncio.Task[None]) -> None:
        self._under_way.pop(conversation, None)
        if not task.cancelled() and task.exception() is not None:
            log.error("a message could not be handed on", exc_info=task.exception())
        self._woken.set()

    async def _due(self, ledger: Ledger, at: datetime) -> list[_Due]:
        """Return what is due, the earliest of each conversation only: later ones wait for it."""
        query = select(tables.outbound).where(_row.channel == str(self._adapter.account.channel))
        rows = (await ledger.connection.execute(query.order_by(_row.at, _row.message_id).limit(_AT_ONCE))).all()
        found: list[_Due] = []
        seen: set[str] = set()
        for row in rows:
            if row.interaction_id in seen:
                continue
            seen.add(row.interaction_id)
            if row.next_at > (micros(at) or 0) or row.interaction_id in self._under_way:
                continue
            message: Message | None = await ledger.get(Table.MESSAGE, row.message_id)
            interaction = await ledger.interaction(row.interaction_id)
            if message is None or interaction is None:
                continue
            if account_of(message, interaction, self._accounts) != self._adapter.account.name:
                continue
            out = Outgoing(
                message=message,
                to=message.values.get("to", "") or interaction.from_address,
                interaction=interaction,
                attempt=row.attempt + 1,
            )
            found.append(_Due(out, row.at, row.is_begun))
        return found

    async def _send(self, due: _Due) -> None:
        message_id = due.out.message.id
        if due.out.message.delivery is not Delivery.QUEUED:
            await self._settle(message_id)  # reported already, and cut off before this was forgotten
            return
        if not await self._begin(message_id):
            await asyncio.sleep(_LOOK_S)  # the account went to another process; the supervisor ends this one
            return
        try:
            sent = await self._adapter.find_sent(due.out) if due.is_begun else None
            sent = sent or await self._adapter.send(due.out)
        except DeliveryFailed as failure:
            await self._fail(due, failure.reason)
        except Unclear:
            await self._fail(due, "unclear")
        except NotNow as later:
            await self._put_off(due, later.reason, later.after_s, is_begun=False)
        except (ChannelDown, OSError, TimeoutError) as problem:
            reason = problem.reason if isinstance(problem, ChannelDown) else "unreachable"
            await self._put_off(due, reason, None, is_begun=True)
        else:
            self.sent += 1
            await self._report(message_id, sent)

    @unbroken
    async def _begin(self, message_id: str) -> bool:
        """Note the attempt; returns whether it is still ours to make."""
        async with self._database.write(silent=True) as ledger:
            if not await self._may_send(ledger):
                return False
            change = update(tables.outbound).where(_row.message_id == message_id)
            await ledger.connection.execute(change.values(attempt=_row.attempt + 1, is_begun=True))
            return True

    @unbroken
    async def _report(self, message_id: str, sent: Sent, failure: str = "") -> None:
        """Say what became of a message; with it goes its row."""
        try:
            await self._intake.deliver(message_id, sent.delivery, external_id=sent.external_id, failure=failure)
        except Refused:  # it was deleted meanwhile
            await self._settle(message_id)

    async def _fail(self, due: _Due, failure: str) -> None:
        await self._report(due.out.message.id, Sent(delivery=Delivery.FAILED), failure)

    @unbroken
    async def _put_off(self, due: _Due, reason: str, after_s: float | None, *, is_begun: bool) -> None:
        at = self._clock()
        waited = timedelta(microseconds=(micros(at) or 0) - due.queued_at)
        if waited > LONGEST:
            await self._fail(due, reason)
            return
        pause_s = min(_LONGEST_PAUSE_S, max(after_s or 0.0, _FIRST_PAUSE_S * 2 ** min(due.out.attempt - 1, 10)))
        next_at = micros(at + timedelta(seconds=pause_s))
        async with self._database.write(silent=True) as ledger:
            change = update(tables.outbound).where(_row.message_id == due.out.message.id)
            await ledger.connection.execute(change.values(next_at=next_at, is_begun=is_begun))

    @unbroken
    async def _settle(self, message_id: str) -> None:
        async with self._database.write(silent=True) as ledger:
            await settled(ledger, message_id)
