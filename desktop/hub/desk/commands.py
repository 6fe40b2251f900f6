"""One command: found by its key if it was carried out before, else handed to the handler of its type. What it did, or why
not, is kept under the key, so that the same outcome is told however often it is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final, cast

import msgspec
from msgspec import Struct
from sqlalchemy import insert, select, tuple_

from desktop.domain import commands as c
from desktop.domain.agent import Role
from desktop.hub.auth.caller import Caller
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.visibility import viewer_of
from desktop.hub.desk import (
    callbacks,
    consulting,
    contact,
    customers,
    duplicates,
    flows,
    linking,
    merging,
    messages,
    ownership,
    presence,
    suggestions,
    verdicts,
    verification,
)
from desktop.hub.desk.lead import agents, alerts, broadcasts, contacts, observing, whispers
from desktop.hub.desk.refusals import Gone, Refused, title_of
from desktop.hub.desk.work import Work
from desktop.wire import records
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError, Outcome

Handler = Callable[[Work, Any], Awaitable[None]]

HANDLERS: Final[dict[type[Any], Handler]] = {
    c.SetPresence: presence.set_presence,
    c.Consult: consulting.consult,
    c.ScheduleCallback: callbacks.schedule_callback,
    c.Accept: ownership.accept,
    c.Decline: ownership.decline,
    c.Take: ownership.take,
    c.TakeNext: ownership.take_next,
    c.Transfer: ownership.transfer,
    c.Requeue: ownership.requeue,
    c.Reopen: ownership.reopen,
    c.Hold: contact.hold,
    c.Resume: contact.resume,
    c.Wait: contact.wait,
    c.Snooze: contact.snooze,
    c.EndContact: contact.end_contact,
    c.WrapUp: contact.wrap_up,
    c.SendMessage: messages.send_message,
    c.AddNote: messages.add_note,
    c.SetIntent: verdicts.set_intent,
    c.TakeSuggestion: suggestions.take_suggestion,
    c.DismissSuggestion: suggestions.dismiss_suggestion,
    c.StartFlow: flows.start_flow,
    c.SetFlowStep: flows.set_flow_step,
    c.EndFlow: flows.end_flow,
    c.LinkCustomer: linking.link_customer,
    c.UpdateCustomer: customers.update_customer,
    c.MergeCustomers: merging.merge_customers,
    c.UndoMerge: merging.undo_merge,
    c.MarkDistinct: duplicates.mark_distinct,
    c.VerifyCustomer: verification.verify_customer,
    c.Reassign: contacts.reassign,
    c.TakeOver: contacts.take_over,
    c.SetPriority: contacts.set_priority,
    c.Observe: observing.observe,
    c.Whisper: whispers.whisper,
    c.SetAgentPresence: agents.set_agent_presence,
    c.LendAgent: agents.lend_agent,
    c.SendBroadcast: broadcasts.send_broadcast,
    c.PutAlertRule: alerts.put_alert_rule,
    c.RemoveAlertRule: alerts.remove_alert_rule,
    c.SeeAlert: alerts.see_alert,
}

_MACHINES: Final = (Role.CHANNEL, Role.CRM)
_LONGEST_KEY: Final = 128
_MOST_TOLD: Final = 500


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An outcome as it is kept: the rows themselves are looked up when it is told again."""

    outcome: Outcome
    error: CommandError | None = None
    rows: tuple[tuple[str, str], ...] = ()


_kept = msgspec.json.Decoder(Kept)


def digest_of(command: c.Command) -> str:
    """Return what tells a command's body from another one's."""
    return hashlib.sha256(msgspec.json.encode(command, order="deterministic")).hexdigest()


def key_of(key: str) -> str:
    """Return an idempotency key as it is kept. Raises ``Refused(BAD_REQUEST)`` for an empty one."""
    key = key.strip()
    if not key:
        raise Refused(Code.BAD_REQUEST, "no idempotency key")
    return key if len(key) <= _LONGEST_KEY else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


async def carry_out(work: Work, command: c.Command, key: str) -> CommandAnswer:
    """Carry out ``command`` and keep the outcome. Raises ``Refused`` where it is not carried out; then nothing may have
    been written: the caller rolls back and calls ``refuse``."""
    told = await _told(work, key, digest_of(command))
    if told is not None:
        return told
    if work.caller.role in _MACHINES:
        raise Refused(Code.FORBIDDEN, "commands are for people")
    await HANDLERS[type(command)](work, command)
    await work.ledger.flush()
    viewer = viewer_of(work.caller, () if work.caller.role is Role.ADMIN else (await work.queues()).values())
    changes: list[Change] = []
    for written in work.ledger.written:
        sight = viewer.sight(written)
        if sight == "upsert" and written.change.op == "upsert":
            changes.append(written.change)
        elif sight is not None:
            changes.append(Change(seq=written.change.seq, op="delete", type=written.change.type, id=written.change.id))
    changes = changes[:_MOST_TOLD]
    rows = tuple((change.type, change.id) for change in changes)
    await _keep(work, key, digest_of(command), Kept(outcome="applied", rows=rows))
    return CommandAnswer(outcome="applied", changes=changes)


async def refuse(work: Work, command: c.Command, key: str, refused: Refused) -> CommandAnswer:
    """Keep a refusal under its key, unless the same command may go through later, and return it with the record it
    conflicts with as that is now."""
    told = await _told(work, key, digest_of(command))
    if told is not None:
        return told
    outcome: Outcome = "gone" if isinstance(refused, Gone) or refused.code is Code.GONE else "refused"
    error = CommandError(code=refused.code, title=title_of(refused.code), detail=refused.detail)
    rows: tuple[tuple[str, str], ...] = ()
    if refused.record is not None:
        rows = ((str(records.type_of(refused.record)), refused.record.id),)
    if not refused.code.retryable:
        await _keep(work, key, digest_of(command), Kept(outcome=outcome, error=error, rows=rows))
    return CommandAnswer(outcome=outcome, error=error, changes=await _current(work.ledger, work.caller, work, rows))


def key_reused() -> CommandAnswer:
    """The answer to another command under a used key."""
    error = CommandError(code=Code.KEY_REUSED, title=title_of(Code.KEY_REUSED), detail="the key was used before")
    return CommandAnswer(outcome="refused", error=error)


async def _told(work: Work, key: str, digest: str) -> CommandAnswer | None:
    column = tables.command.c
    query = select(column.digest, column.answer).where(column.caller == work.caller.id, column.key == key)
    found = (await work.ledger.connection.execute(query)).first()
    if found is None:
        return None
    if found.digest != digest:
        return key_reused()
    kept = _kept.decode(found.answer)
    changes = await _current(work.ledger, work.caller, work, kept.rows)
    return CommandAnswer(outcome=kept.outcome, error=kept.error, changes=changes)


async def _keep(work: Work, key: str, digest: str, kept: Kept) -> None:
    await work.ledger.connection.execute(
        insert(tables.command).values(
            caller=work.caller.id, key=key, digest=digest, answer=msgspec.json.encode(kept), at=micros(work.at)
        )
    )


async def _current(ledger: Ledger, caller: Caller, work: Work, rows: Iterable[tuple[str, str]]) -> list[Change]:
    """Return the named records as they are now, as the caller may see them."""
    wanted = list(rows)
    if not wanted:
        return []
    row = tables.record
    query = select(row).where(tuple_(row.c.type, row.c.id).in_(wanted)).order_by(row.c.seq)
    viewer = viewer_of(caller, () if caller.role is Role.ADMIN else (await work.queues()).values())
    found = (await ledger.connection.execute(query)).mappings()
    return [viewer.seen(cast("dict[str, Any]", one)) for one in found]
