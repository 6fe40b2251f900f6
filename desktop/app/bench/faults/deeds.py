"""What the agent at the seat does next: drawn from a seed out of what their screen would offer this moment.

Pure but for the dice: from a ``View`` (read from the store in one go) to a ``Deed``. Every deed that can carry words carries
words nobody else uses, by which it is known again wherever it turns up. Called by ``seat``.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop.app.bench.faults.diary import Do
from desktop.domain import commands as c
from desktop.domain.agent import PresenceState
from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CommandId, InteractionId, MessageId, QueueId, SuggestionId, new_id
from desktop.domain.interaction import Interaction, InteractionState
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import InboxView, OutboxEntry, OutboxState

_MANY: Final = 10
_BREAK: Final = "break"
_TALKING: Final = (
    InteractionState.ACTIVE,
    InteractionState.ON_HOLD,
    InteractionState.WAITING,
    InteractionState.WRAP_UP,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """``id`` and ``command`` as ``diary.Entry`` has them; ``held_s`` is how long a command can still be taken back."""

    do: Do
    id: CommandId | None = None
    command: Command | None = None
    held_s: float = 0.0
    where: InteractionId | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """What the agent sees."""

    offers: tuple[Interaction, ...]
    queued: tuple[Interaction, ...]
    mine: tuple[Interaction, ...]
    snoozed: tuple[Interaction, ...]
    closed: tuple[Interaction, ...]
    outbox: tuple[OutboxEntry, ...]
    suggestions: tuple[tuple[InteractionId, SuggestionId], ...]
    customers: tuple[Customer, ...]
    queues: tuple[QueueId, ...]
    intents: tuple[str, ...]
    presence: PresenceState | None


def view(conn: Connection, me: AgentId, now: datetime) -> View:
    """Read what the agent sees at ``now``."""

    def listed(which: InboxView, limit: int) -> tuple[Interaction, ...]:
        return tuple(row.interaction for row in projections.inbox(conn, which, me, limit=limit, now=now))

    mine = listed(InboxView.MINE, 30) + listed(InboxView.WAITING, 10)
    suggestions = [(one.id, found.id) for one in mine[:3] for found in projections.suggestions(conn, one.id)]
    cards = [projections.customer_card(conn, one.customer_id) for one in mine[:4] if one.customer_id]
    agent = projections.agent(conn, me)
    return View(
        offers=listed(InboxView.OFFERS, 10),
        queued=listed(InboxView.QUEUES, 10),
        mine=mine,
        snoozed=listed(InboxView.SNOOZED, 5),
        closed=listed(InboxView.CLOSED, 5),
        outbox=tuple(projections.outbox_entries(conn)),
        suggestions=tuple(suggestions),
        customers=tuple(card.customer for card in cards if card is not None),
        queues=tuple(queue.id for queue in projections.queues(conn)),
        intents=tuple(intent.id for intent in projections.intents(conn)[:20]),
        presence=None if agent is None else agent.presence.state,
    )


class Dice:
    """Draws deeds. ``life`` makes the words of this life of the seat unlike those of all others."""

    def __init__(self, seed: str, life: int, colleague: AgentId) -> None:
        self._chance = random.Random(seed)
        self._life = life
        self._colleague = colleague
        self._count = 0

    def pause_s(self) -> float:
        """Return how long the agent thinks before the next deed."""
        return self._chance.choice((0.0, 0.0, 0.001, 0.003, 0.01))

    def draw(self, seen: View, now: datetime) -> Deed | None:
        """Return the next deed, ``None`` where there is nothing to do."""
        chance = self._chance
        stuck = [entry for entry in seen.outbox if entry.state is OutboxState.WEDGED]
        held = [entry for entry in seen.outbox if entry.state is OutboxState.HELD]
        if stuck and chance.random() < 0.5:
            return self._decided(chance.choice(stuck))
        if held and chance.random() < 0.4:
            return self._thought_better(chance.choice(held))
        if seen.outbox and chance.random() < 0.03:
            return self._decided(chance.choice(seen.outbox))
        if seen.presence is not PresenceState.READY or chance.random() < 0.02:
            state = chance.choice((PresenceState.READY, PresenceState.READY, PresenceState.AWAY))
            return _give(c.SetPresence(state=state, reason=_BREAK if state is PresenceState.AWAY else ""))
        if seen.offers and chance.random() < 0.8:
            offer = chance.choice(seen.offers)
            if chance.random() < 0.9:
                return _give(c.Accept(interaction_id=offer.id))
            return _give(c.Decline(interaction_id=offer.id, reason=self._words()))
        made = chance.choices([make for make, _ in self._makers(seen, now)], [w for _, w in self._makers(seen, now)])[0]
        return made()

    def settled(self, seen: View) -> Deed | None:
        """Return what an agent does who wants to go home: refused commands that hold others up are given up."""
        lanes: set[str] = set()
        for entry in seen.outbox:
            lane = _lane(entry)
            if lane in lanes:
                stuck = [one for one in seen.outbox if one.state is OutboxState.WEDGED and _lane(one) == lane]
                if stuck:
                    return Deed(Do.DISCARD, stuck[0].id)
            lanes.add(lane)
        return None

    def _makers(self, seen: View, now: datetime) -> list[tuple[Callable[[], Deed | None], float]]:
        return [
            (lambda: self._talked(seen), 40),
            (lambda: self._noted(seen), 8),
            (lambda: self._typed(seen), 15),
            (lambda: self._moved(seen, now), 18),
            (lambda: self._took(seen), 6),
            (lambda: self._mended(seen), 6),
            (lambda: self._advised(seen), 4),
            (lambda: self._finished(seen), 8 if len(seen.mine) < _MANY else 60),
        ]

    def _talked(self, seen: View) -> Deed | None:
        talking = [one for one in seen.mine if one.state in _TALKING]
        if not talking:
            return None
        where = self._chance.choice(talking[:4]).id
        message = c.SendMessage(interaction_id=where, text=self._words(), message_id=MessageId(new_id()))
        held_s = self._chance.choice((0.0, 0.0, 0.02, 0.2))
        return Deed(Do.GIVE, CommandId(new_id()), message, held_s, where=where)

    def _noted(self, seen: View) -> Deed | None:
        if not (seen.mine or seen.closed):
            return None
        where = self._chance.choice((*seen.mine, *seen.closed)).id
        return _give(c.AddNote(interaction_id=where, text=self._words(), message_id=MessageId(new_id())))

    def _typed(self, seen: View) -> Deed | None:
        if not seen.mine:
            return None
        return Deed(Do.DRAFT, where=self._chance.choice(seen.mine[:4]).id, text=self._words())

    def _moved(self, seen: View, now: datetime) -> Deed | None:
        if not (seen.mine or seen.snoozed):
            return None
        at = self._chance.choice((*seen.mine, *seen.snoozed)).id
        until = now + timedelta(hours=4, microseconds=self._chance.randrange(10**6))
        choices: tuple[Command, ...] = (
            c.Hold(interaction_id=at),
            c.Hold(interaction_id=at),
            c.Resume(interaction_id=at),
            c.Resume(interaction_id=at),
            c.Wait(interaction_id=at),
            c.EndContact(interaction_id=at),
            c.Snooze(interaction_id=at, until=until),
            c.Requeue(interaction_id=at),
            c.Transfer(interaction_id=at, to_agent=self._colleague, note=self._words()),
            c.Transfer(interaction_id=at, to_queue=self._chance.choice(seen.queues or (QueueId("none"),))),
            c.SetIntent(interaction_id=at, intent=self._chance.choice(seen.intents or ("none",))),
        )
        return _give(self._chance.choice(choices))

    def _took(self, seen: View) -> Deed | None:
        if len(seen.mine) >= _MANY:
            return None
        if seen.queued:
            return _give(c.Take(interaction_id=self._chance.choice(seen.queued).id))
        return _give(c.Reopen(interaction_id=self._chance.choice(seen.closed).id)) if seen.closed else None

    def _mended(self, seen: View) -> Deed | None:
        if not seen.customers:
            return None
        customer = self._chance.choice(seen.customers)
        field = self._chance.choice(("segment", "given_name", "family_name"))
        before = {field: getattr(customer, field)}
        version = customer.version
        return _give(
            c.UpdateCustomer(customer_id=customer.id, fields={field: self._words()}, version=version, before=before)
        )

    def _advised(self, seen: View) -> Deed | None:
        if not seen.suggestions:
            return None
        where, which = self._chance.choice(seen.suggestions)
        if self._chance.random() < 0.5:
            return _give(c.TakeSuggestion(interaction_id=where, suggestion_id=which))
        return _give(c.DismissSuggestion(interaction_id=where, suggestion_id=which, reason=self._words()))

    def _finished(self, seen: View) -> Deed | None:
        if not seen.mine:
            return None
        how = self._chance.choice(("solved", "answered", "solved", "no such disposition"))
        return _give(c.WrapUp(interaction_id=self._chance.choice(seen.mine).id, disposition=how, summary=self._words()))

    def _decided(self, entry: OutboxEntry) -> Deed:
        """What becomes of a command that was refused, or is simply still there."""
        roll = self._chance.random()
        if roll < 0.1:
            return Deed(Do.CANCEL, entry.id)  # too late, mostly
        if roll < 0.35:
            return Deed(Do.RETRY, entry.id)
        if roll < 0.6 and (changed := self._reworded(entry.command)) is not None:
            return Deed(Do.EDIT, entry.id, changed)
        return Deed(Do.DISCARD, entry.id)

    def _thought_better(self, entry: OutboxEntry) -> Deed:
        if self._chance.random() < 0.4 and (changed := self._reworded(entry.command)) is not None:
            return Deed(Do.EDIT, entry.id, changed)
        return Deed(Do.CANCEL, entry.id)

    def _reworded(self, command: Command) -> Command | None:
        match command:
            case c.SendMessage(interaction_id=where, message_id=id_):
                return c.SendMessage(interaction_id=where, text=self._words(), message_id=id_)
            case c.WrapUp(interaction_id=where):
                return c.WrapUp(interaction_id=where, disposition="solved", summary=self._words())
            case c.UpdateCustomer(customer_id=who, fields=fields):
                return c.UpdateCustomer(customer_id=who, fields=dict.fromkeys(fields, self._words()))
            case _:
                return None

    def _words(self) -> str:
        self._count += 1
        return f"w{self._life}-{self._count}-"


def _give(command: Command) -> Deed:
    return Deed(Do.GIVE, CommandId(new_id()), command)


def _lane(entry: OutboxEntry) -> str:
    return str(entry.interaction_id or "") or str(getattr(entry.command, "customer_id", ""))
