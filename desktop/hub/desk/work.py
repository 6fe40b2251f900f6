"""What one transaction of the desk knows: the ledger, who asks, what time it is. Interactions move along the state machine
here and nowhere else; handlers get a ``Work`` and put what they change through it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.agent import Agent, PresenceState, Queue, Role
from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, MessageId, QueueId, new_id
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState, Message, MessageKind
from desktop.domain.lifecycle import STEPS, after
from desktop.domain.routing import RoutingPolicy
from desktop.hub.auth.caller import Caller
from desktop.hub.db import observers, tables
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.visibility import is_open_to, own_queue
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.refusals import Gone, Refused
from desktop.hub.routing.floor import Floor
from desktop.insight.catalogue import OTHER
from desktop.wire.errors import Code

if TYPE_CHECKING:
    from desktop.hub.desk.guidance import Guidance

SNIPPET = 200
LONGEST_KEY = 512
SYSTEM = Caller(id="desk", role=Role.ADMIN)
CONSULTED = frozenset(STEPS["consult"])
"""In these states a colleague may be consulted."""


@dataclass
class Work:
    """One transaction. ``waits`` is set once something may be offered when it is committed; ``fresh`` collects agents who
    may then be asked again for what they declined; ``freed`` those who have less in hand; ``after_commit`` is called once it
    is."""

    ledger: Ledger
    caller: Caller
    at: datetime
    options: DeskOptions
    guidance: Guidance
    floor: Floor
    fresh: set[AgentId] = field(default_factory=set)
    freed: set[AgentId] = field(default_factory=set)
    waits: bool = False
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    _agents: dict[str, Agent] | None = None
    _queues: dict[str, Queue] | None = None

    # --- reading ----------------------------------------------------------------------------------------------------

    async def agents(self) -> dict[str, Agent]:
        """Return all agents by id, read once a transaction."""
        if self._agents is None:
            self._agents = {agent.id: agent for agent in await self.ledger.agents()}
        return self._agents

    async def queues(self) -> dict[str, Queue]:
        """Return all queues by id, read once a transaction."""
        if self._queues is None:
            self._queues = {queue.id: queue for queue in await self.ledger.queues()}
        return self._queues

    async def policy(self) -> RoutingPolicy:
        """Return what holds for the whole centre."""
        found: RoutingPolicy | None = await self.ledger.get(Table.ROUTING, RoutingPolicy().id)
        return found or RoutingPolicy()

    async def queue(self, id_: str | None) -> Queue | None:
        return None if id_ is None else (await self.queues()).get(id_)

    async def interaction(self, id_: str) -> Interaction:
        """Return an interaction the caller may see. Raises ``Gone`` where there is none."""
        found = await self.ledger.interaction(id_)
        if found is None or not await self.may_see(found):
            raise Gone("no such interaction")
        return found

    async def customer(self, id_: str) -> Customer:
        """Return a customer the caller may see, or the one they were merged into. Raises ``Gone`` where there is none."""
        found = await self.ledger.customer(id_)
        if found is None or not await self._may_see_customer(found.id):
            raise Gone("no such customer")
        return found

    async def _may_see_customer(self, customer_id: str) -> bool:
        if self.caller.role is Role.ADMIN:
            return True
        shown = tables.customer_queue.c
        query = select(shown.queue).where(shown.customer_id == customer_id)
        names = set((await self.ledger.connection.execute(query)).scalars())
        if not names or (self.caller.agent_id and own_queue(self.caller.agent_id) in names):
            return True
        queues = await self.queues()
        return any(is_open_to(queues[name], self.caller.role, self.caller.team) for name in names if name in queues)

    # --- who may what -----------------------------------------------------------------------------------------------

    @property
    def agent_id(self) -> AgentId:
        """The person asking. Raises ``Refused(FORBIDDEN)`` for a machine."""
        if self.caller.agent_id is None:
            raise Refused(Code.FORBIDDEN, "only a person can do this")
        return self.caller.agent_id

    @property
    def is_lead(self) -> bool:
        return self.caller.role in (Role.LEAD, Role.ADMIN)

    async def may_see(self, interaction: Interaction) -> bool:
        """Whether the caller's team works the interaction's queue, or they own it or are consulted about it."""
        if self.caller.role is Role.ADMIN or interaction.queue is None:
            return True
        if self.caller.agent_id is not None and self.caller.agent_id in (interaction.assignee, interaction.consulting):
            return True
        queue = await self.queue(interaction.queue)
        return queue is None or is_open_to(queue, self.caller.role, self.caller.team)

    def must_own(self, interaction: Interaction, *, or_nobody: bool = False) -> None:
        """Only the assignee acts on an interaction, or a lead. Raises ``Refused(NOT_OWNER)``."""
        if self.is_lead or (or_nobody and interaction.assignee is None):
            return
        if self.caller.agent_id is None or interaction.assignee != self.caller.agent_id:
            raise Refused(Code.NOT_OWNER, "somebody else has this interaction", record=interaction)

    # --- writing ----------------------------------------------------------------------------------------------------

    async def save(self, interaction: Interaction) -> Interaction:
        """Put an interaction. Nobody is consulted about what they own or nobody works on; what is over is neither called
        back nor observed."""
        if interaction.state not in CONSULTED or interaction.consulting == interaction.assignee:
            interaction = replace(interaction, consulting=None)
        if not interaction.state.is_open:
            interaction = replace(interaction, callback_at=None, observers=())
        saved: Interaction = await self.ledger.put(replace(interaction, updated_at=self.at))
        if not saved.state.is_open:
            for lead in await observers.of_contact(self.ledger.connection, saved.id):
                await self.stop_observing(saved, lead)
        return saved

    async def say(self, interaction: Interaction, event: str, text: str = "", **values: str) -> Message:
        """Put an event into the interaction's stream."""
        message = Message(
            id=MessageId(new_id()),
            interaction_id=interaction.id,
            author=Author.SYSTEM,
            kind=MessageKind.EVENT,
            channel=interaction.channel,
            customer_id=interaction.customer_id,
            agent_id=self.caller.agent_id,
            author_name=await self.name(),
            sent_at=self.at,
            text=text,
            delivery=Delivery.RECEIVED,
            event=event,
            values={key: value for key, value in values.items() if value},
        )
        self.ledger.introduce(message)
        saved: Message = await self.ledger.put(message)
        return saved

    async def say_observed(self, interaction: Interaction, lead: AgentId, event: str, **values: str) -> None:
        """Say that a lead observes, or does no more, to those whom the policy has told: all who see the contact, and its
        record names who observes; or only leads, and its record stays as it is."""
        if not (await self.policy()).is_observing_told:
            await self.say(interaction, f"silent_{event}", lead=lead, **values)
            return
        named = tuple(await observers.of_contact(self.ledger.connection, interaction.id))
        if interaction.state.is_open and named != interaction.observers:
            interaction = await self.save(replace(interaction, observers=named))
        await self.say(interaction, event, lead=lead, **values)

    async def stop_observing(self, interaction: Interaction, lead: AgentId) -> None:
        """Let a lead observe a contact no more."""
        if lead not in await observers.of_contact(self.ledger.connection, interaction.id):
            return
        await observers.end(self.ledger.connection, interaction.id, lead)
        await self.say_observed(interaction, lead, "observing_ended")

    async def name(self) -> str:
        """Return the caller's name as colleagues know them, empty for a machine."""
        if self.caller.agent_id is None:
            return ""
        if self._agents is not None:
            known = self._agents.get(self.caller.agent_id)
        else:
            known = await self.ledger.agent(self.caller.agent_id)
        return known.name if known else ""

    async def put_agent(self, agent: Agent) -> Agent:
        """Put an agent. Who is gone observes nothing any more."""
        saved: Agent = await self.ledger.put(agent)
        if saved.presence.state is PresenceState.OFFLINE or saved.silence is not None:
            for id_ in await observers.of_lead(self.ledger.connection, saved.id):
                interaction = await self.ledger.interaction(id_)
                if interaction is not None:
                    await self.stop_observing(interaction, saved.id)
        if self._agents is not None:
            self._agents[saved.id] = saved
        return saved

    def has_room(self, agent_id: AgentId | None, *, is_fresh: bool = False) -> None:
        """Note that an agent can take more: waiting work is offered once this is committed."""
        if agent_id is None:
            return
        self.waits = True
        self.freed.add(agent_id)
        if is_fresh:
            self.fresh.add(agent_id)


def moved(interaction: Interaction, step: str, **fields: Any) -> Interaction:
    """Return ``interaction`` after ``step`` with ``fields`` changed. Raises ``Refused(ILLEGAL_STATE)`` where the state
    machine has no such step."""
    to = after(interaction.state, step)
    if to is None:
        detail = f"{step} is not possible in state {interaction.state}"
        raise Refused(Code.ILLEGAL_STATE, detail, record=interaction)
    return replace(interaction, state=to, **fields)


def queued(interaction: Interaction, step: str, at: datetime, **fields: Any) -> Interaction:
    """Return ``interaction`` after a step that leads (back) into a queue: nobody has it any more."""
    owner = interaction.assignee if interaction.state is not InteractionState.OFFERED else None
    cleared: dict[str, Any] = {
        "assignee": None,
        "previous_assignee": owner or interaction.previous_assignee,
        "queued_at": at,
        "again_at": at,  # it is looked at anew, whatever becomes of this process
        "offered_at": None,
        "offer_expires_at": None,
        "routed_by": (),
        "snoozed_until": None,
        "wrap_up_at": None,
        "closed_at": None,
    }
    return moved(interaction, step, **{**cleared, **fields})


def bounded(text: str) -> str:
    """Return an id from outside as the schema can look it up: overlong ones by their digest."""
    text = text.strip()
    return text if len(text) <= LONGEST_KEY else f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def derived_id(*parts: str) -> str:
    """Return the id of what another system names by ``parts``, the same each time."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return (
        f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-{'89ab'[int(digest[16], 16) % 4]}{digest[17:20]}-{digest[20:32]}"
    )


def snippet(text: str) -> str:
    """Return the beginning of ``text`` on one line, for lists."""
    return " ".join(text[: SNIPPET * 4].split())[:SNIPPET]


def queue_for(queues: dict[str, Queue], intent: str | None, channel: str) -> QueueId | None:
    """Return where a request lands: the queue of its intent, else the one for what fits nowhere (``other``), else one
    that takes anything, else the first that serves the channel."""
    serving = [queue for _, queue in sorted(queues.items()) if not queue.channels or channel in queue.channels]
    for wanted in (intent, OTHER):
        for queue in serving:
            if wanted is not None and wanted in queue.intents:
                return queue.id
    fallback = [queue for queue in serving if not queue.intents] or serving
    return fallback[0].id if fallback else None
