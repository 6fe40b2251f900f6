"""Calling a customer back at a time. Until then the contact sleeps with its agent; at the time it becomes a call that rings:
at that agent where it is theirs and they have room, else at whoever of the queue is free. The time is a timer in the table,
so that a restart loses none, and it stays where the customer writes meanwhile. The desk calls ``ring_due`` when timers run
out.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.commands import ScheduleCallback
from desktop.domain.customer import IdentityKind
from desktop.domain.interaction import Interaction, InteractionState
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.desk import decisions, offers
from desktop.hub.desk.notes import note_beside
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, moved, queued
from desktop.hub.routing.floor import TAKES_CAPACITY
from desktop.insight import normalise
from desktop.insight.routing import due_at, has_room, next_opening
from desktop.wire.errors import Code

LONGEST: Final = timedelta(days=366)

RESTING: Final = (InteractionState.SNOOZED, InteractionState.WAITING, InteractionState.QUEUED)
"""Nobody works on it in these states: the time comes as a call that rings."""
IN_HAND: Final = (InteractionState.ACTIVE, InteractionState.ON_HOLD, InteractionState.WRAP_UP)
"""Somebody works on it in these states: they are told that it is time."""

_MOST: Final = 100
_row = tables.record.c


async def schedule_callback(work: Work, command: ScheduleCallback) -> None:
    """Raises ``Refused``: ``UNKNOWN_VALUE`` for a time not within the coming year or what is no number, ``NO_ADDRESS``
    without any number, ``CLOSED_THEN`` where the queue is closed at that time (``detail`` says when it opens next)."""
    interaction = await work.interaction(command.interaction_id)
    work.must_own(interaction)
    at = command.at.replace(tzinfo=UTC) if command.at.tzinfo is None else command.at.astimezone(UTC)
    changed = moved(interaction, "schedule_callback")
    if not work.at < at <= work.at + LONGEST:
        raise Refused(Code.UNKNOWN_VALUE, "call back at some time within the coming year")
    await _must_be_open(work, interaction, at)
    number = await _number(work, interaction, command.to)
    saved = await work.save(
        replace(
            changed,
            snoozed_until=at,
            callback_at=at,
            callback_to=number,
            preferred=interaction.assignee if command.is_mine else None,
            wrap_up_at=None,
            due_at=None,
        )
    )
    await work.say(saved, "callback_scheduled", at=at.isoformat(), to=number, is_mine="1" if command.is_mine else "")
    await note_beside(work, saved, command.note)
    work.has_room(interaction.assignee, is_fresh=True)


async def _must_be_open(work: Work, interaction: Interaction, at: datetime) -> None:
    queue = await work.queue(interaction.queue)
    if queue is None or queue.hours is None:
        return
    opens = next_opening(queue.hours, at)
    if opens is None:
        raise Refused(Code.CLOSED_THEN, "the queue is closed then and does not open again")
    if opens > at:
        raise Refused(Code.CLOSED_THEN, f"the queue is closed then and opens next at {opens.isoformat()}")


async def _number(work: Work, interaction: Interaction, asked: str) -> str:
    """Return the number to call in E.164: the one asked for, else the one they came from, else one on record."""
    region = work.options.region
    if asked.strip():
        number = normalise.phone(asked, region)
        if number is None:
            raise Refused(Code.UNKNOWN_VALUE, "not a telephone number")
        return number
    if interaction.callback_to:
        return interaction.callback_to
    if interaction.channel in (Channel.CALL, Channel.SMS) and (
        found := normalise.phone(interaction.from_address, region)
    ):
        return found
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    known = [] if customer is None else [one for one in customer.identities if one.kind is IdentityKind.PHONE]
    for one in sorted(known, key=lambda one: not one.is_verified):
        if found := normalise.phone(one.normalised or one.value, region):
            return found
    raise Refused(Code.NO_ADDRESS, "no telephone number of the customer is known")


# --- when it is time ------------------------------------------------------------------------------------------------------


async def ring_due(work: Work, until: datetime) -> int:
    """Deal with every callback whose time came by ``until``; returns how many."""
    states = [str(state) for state in (*RESTING, *IN_HAND)]
    found = await work.ledger.find(
        Table.INTERACTION, _row.state.in_(states), _row.timer_at <= micros(until), limit=_MOST
    )
    done = 0
    for due in found:
        if due.callback_at is None or due.callback_at > until:
            continue
        if due.state in RESTING:
            await _ring(work, due)
        else:
            saved = await work.save(replace(due, callback_at=None, due_at=work.at))
            await work.say(saved, "callback_due", to=due.callback_to)
        done += 1
    return done


async def _ring(work: Work, interaction: Interaction) -> None:
    """The contact is a call from here on, before others that wait."""
    owner = (await work.agents()).get(interaction.preferred or "")
    is_theirs = owner is not None and interaction.preferred in (interaction.assignee, interaction.previous_assignee)
    mine = owner if is_theirs and offers.is_there(owner) and owner is not None and owner.silence is None else None
    queue = await work.queue(interaction.queue)
    called: dict[str, Any] = {
        "channel": Channel.CALL,
        "from_address": interaction.callback_to,
        "callback_at": None,
        "declined_by": (),
        "again_at": work.at,
        "preferred": mine.id if mine is not None else None,
        "priority": max(1, interaction.priority - 1),
        "due_at": due_at(work.at, Channel.CALL, queue),
    }
    if interaction.state is InteractionState.QUEUED:
        waiting = replace(interaction, queued_at=work.at, **called)
    else:
        waiting = queued(interaction, "requeue", work.at, **called)
    if mine is not None and await _can_talk(work, mine):
        request, decision = await decisions.assigned(work, waiting, mine.id, decisions.CALLBACK)
        saved = await work.save(offers.offered(work, waiting, mine.id, decision.reasons))
        await decisions.keep(work, request, decision)
    else:
        saved = await work.save(waiting)
        work.waits = True
    await work.say(saved, "callback_due", to=saved.callback_to)


async def _can_talk(work: Work, agent: Agent) -> bool:
    """Whether an agent who promised to call has their hands free for it; to be away from new work does not hinder."""
    if agent.presence.state is PresenceState.NOT_RESPONDING:
        return False
    working: dict[str, int] = {}
    for one in await work.ledger.assigned_to(agent.id, *TAKES_CAPACITY):
        working[one.channel] = working.get(one.channel, 0) + 1
    return has_room(agent, working, Channel.CALL, (await work.policy()).interrupts)
