"""What a message that continues a contact says: language, mood and request, and what follows from that: whom it may concern,
what to do next. Who has the contact in hand sees the message without waiting for any of it: ``ingest`` commits it first, and
``judge`` follows in a transaction of its own.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace
from sqlalchemy import update

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.hub.db import tables
from desktop.hub.desk import answers, offers
from desktop.hub.desk.advice import advise
from desktop.hub.desk.guidance import Background, Facts, background_of, note_contact, with_verdicts
from desktop.hub.desk.work import Work, queue_for
from desktop.hub.routing.sticky import last_agent
from desktop.insight.quality import findings
from desktop.insight.routing import due_at, priority_of
from desktop.wire.shapes import InboundAnswer, encode

_inbound: Final = tables.inbound.c


def is_unjudged(message: Message) -> bool:
    """Whether a message is one that ``judge`` has not come to yet."""
    return (
        message.mood is None
        and message.author is Author.CUSTOMER
        and message.kind is MessageKind.TEXT
        and not message.is_redacted
        and bool(message.text.strip())
    )


async def judge(work: Work, answer: InboundAnswer) -> InboundAnswer:
    """Judge the message that ``answer`` was given to, where nobody did yet, and return what is to be answered now."""
    background = await background_of(work, answer.interaction_id, answer.customer.id)
    arrived: Message | None = await work.ledger.get(Table.MESSAGE, answer.message_id)
    if arrived is None or not is_unjudged(arrived):
        return answer
    interaction = await work.ledger.interaction(arrived.interaction_id)
    if interaction is None:
        return answer
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    interaction, _ = await judged(work, interaction, arrived, customer, background)
    now = replace(answer, intent=answers.intent_of(interaction), queue=interaction.queue, assignee=interaction.assignee)
    if now != answer:
        said = encode(replace(now, duplicate=False))
        which = (_inbound.channel == str(arrived.channel), _inbound.external_id == arrived.external_id)
        await work.ledger.connection.execute(update(tables.inbound).where(*which).values(answer=said))
    return now


async def judged(
    work: Work,
    interaction: Interaction,
    message: Message,
    customer: Customer | None,
    background: Background,
    *,
    is_back: bool = False,
) -> tuple[Interaction, Message]:
    """Save a contact and the message that continued it, with what the message says, and return both. ``is_back`` says that
    the message brought the contact back into a queue."""
    hint = interaction.language or (customer.language if customer else "")
    verdict = work.guidance.judge(message.text, message.subject, hint, interaction.channel)
    before, is_new = interaction, not message.version
    interaction = with_verdicts(interaction, verdict, background.moods)
    has_new_intent = interaction.intent != before.intent
    if interaction.state is InteractionState.QUEUED and (is_back or has_new_intent):
        there = await placed(work, interaction, customer, background.facts)
        interaction = replace(
            interaction,
            queue=there.queue if not is_back or interaction.queue is None else interaction.queue,
            priority=min(there.priority, interaction.priority),
        )
        interaction = await offers.offer(work, interaction)
    elif is_new or interaction != before:
        interaction = await work.save(interaction)
    if customer is not None:
        customer = await refreshed(work, customer, must_save=False)
    told = message
    if message.text.strip():
        mood = round(verdict.mood.mood, 3) if verdict.text.strip() else None
        told = replace(message, mood=mood, language=interaction.language)
    if is_new or told != message:
        told = await work.ledger.put(told)
    await advise(work, interaction, customer, background.facts, background.suggestions, flows=background.flows)
    if has_new_intent:
        await note_contact(work, interaction)
    return interaction, told


async def placed(work: Work, interaction: Interaction, customer: Customer | None, facts: Facts) -> Interaction:
    """Return ``interaction`` with the queue of its intent, how urgent it is and when its answer is due."""
    queues = await work.queues()
    name = queue_for(queues, interaction.intent, interaction.channel)
    queue = queues.get(name) if name is not None else None
    priority = priority_of(
        interaction.channel,
        queue,
        interaction.mood,
        customer.segment if customer is not None else "",
        interaction.intent,
        is_repeat=facts.journey(work.at, interaction.intent).repeat_contact,
    )
    due = due_at(interaction.queued_at or work.at, interaction.channel, queue)
    days = (await work.policy()).sticky_days
    preferred = await last_agent(work.ledger, facts.touchpoints, interaction, work.at, days)
    preferred = preferred or interaction.preferred
    return replace(interaction, queue=name, priority=priority, due_at=due, preferred=preferred)


async def refreshed(work: Work, customer: Customer, *, must_save: bool) -> Customer:
    """Save ``customer`` where it or what is wrong with it changed."""
    quality = findings(customer, work.at)
    if not must_save and quality == customer.quality:
        return customer
    saved: Customer = await work.ledger.put(replace(customer, quality=quality, updated_at=work.at))
    return saved
