"""The work on the desks when the demo opens: what the agent at the window is in the middle of, what waits for customers,
what is snoozed, and what queues. Verdicts on it (who, what about, how they feel, what to do next) are those of ``insight``,
as the hub would have reached them. The traffic takes these talks up where they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from desktop.demo.centre import Centre, templates
from desktop.demo.history import Cast, Contact, Teller
from desktop.demo.people import Ids
from desktop.demo.talk import Talk, cast
from desktop.demo.texts import dialogues
from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, SuggestionId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.suggestion import Suggestion
from desktop.insight import mood
from desktop.insight.articles import articles
from desktop.insight.assess import assess
from desktop.insight.experience import StepCounts
from desktop.insight.identify import MATCH_PROBABILITY, gather, identify
from desktop.insight.intent import IntentModel
from desktop.insight.journey import summary
from desktop.insight.knowledge import Library
from desktop.insight.language import UNKNOWN
from desktop.insight.playbook import Playbook
from desktop.insight.recommend import Situation, recommend
from desktop.insight.routing import due_at, priority_of

ACTIVE, WAITING, SNOOZED, QUEUED = (
    InteractionState.ACTIVE,
    InteractionState.WAITING,
    InteractionState.SNOOZED,
    InteractionState.QUEUED,
)


class _Plan(Struct, frozen=True):
    """One piece of open work: ``lines`` and ``answers`` were said already, the last of them ``age_s`` ago."""

    dialogue: str
    channel: Channel
    state: InteractionState
    lines: int
    answers: int
    age_s: float
    snooze_s: float = 0


_ON_THE_DESK = (
    _Plan("delivery_late_chat", Channel.CHAT, ACTIVE, 2, 1, 25),
    _Plan("delivery_damaged_mail", Channel.EMAIL, ACTIVE, 1, 0, 2400),
    _Plan("payment_failed_messenger", Channel.MESSENGER, ACTIVE, 1, 0, 95),
    _Plan("double_invoice_mail", Channel.EMAIL, WAITING, 1, 1, 5200),
    _Plan("warranty_mail", Channel.EMAIL, WAITING, 2, 2, 16_000),
    _Plan("exchange_messenger", Channel.MESSENGER, WAITING, 1, 1, 900),
    _Plan("complaint_mail", Channel.EMAIL, SNOOZED, 1, 1, 9000, 2 * 3600),
    _Plan("change_appointment_sms", Channel.SMS, SNOOZED, 1, 0, 3000, 900),
)
_ON_THE_LEADS_DESK = (
    _Plan("complaint_social", Channel.SOCIAL, ACTIVE, 1, 0, 140),
    _Plan("fraud_mail", Channel.EMAIL, ACTIVE, 1, 0, 1500),
    _Plan("cancel_contract_mail", Channel.EMAIL, WAITING, 1, 1, 7300),
)
_IN_THE_QUEUES = (
    _Plan("double_invoice_chat", Channel.CHAT, QUEUED, 1, 0, 18),
    _Plan("order_status_messenger", Channel.MESSENGER, QUEUED, 1, 0, 70),
    _Plan("refund_status_mail", Channel.EMAIL, QUEUED, 1, 0, 3100),
    _Plan("upgrade_app", Channel.IN_APP, QUEUED, 1, 0, 110),
    _Plan("internet_slow_chat", Channel.CHAT, QUEUED, 1, 0, 35),
    _Plan("delivery_late_social", Channel.SOCIAL, QUEUED, 1, 0, 420),
    _Plan("invoice_question_mail", Channel.EMAIL, QUEUED, 1, 0, 5400),
    _Plan("data_privacy_mail", Channel.EMAIL, QUEUED, 1, 0, 9800),
    _Plan("callback_sms", Channel.SMS, QUEUED, 1, 0, 260),
)


class OpenTalk(Struct, frozen=True, kw_only=True):
    """One piece of open work and how far its talk went. ``name`` is the channel's name for it (``Interaction.thread``)."""

    name: str
    contact: Contact
    talk: Talk
    lines: int
    answers: int

    @property
    def interaction(self) -> Interaction:
        return self.contact.interaction


def open_talks(centre: Centre) -> list[OpenTalk]:
    """Return the open work of a centre, each of another customer."""
    rng = centre.random("opening")
    finder, ids = Cast(centre, lately=True), Ids(rng)
    agent, lead = centre.agents[0], centre.agents[1]
    by_id = {dialogue.id: dialogue for dialogue in dialogues()}
    taken: set[CustomerId] = set()
    found: list[OpenTalk] = []
    plans = [
        *((plan, agent) for plan in _ON_THE_DESK),
        *((plan, lead) for plan in _ON_THE_LEADS_DESK),
        *((plan, None) for plan in _IN_THE_QUEUES),
    ]
    for plan, owner in plans:
        dialogue = by_id[plan.dialogue]
        for _ in range(50):
            occasion = finder.occasion(rng, dialogue, plan.channel)
            if occasion is not None and occasion[0].id not in taken:
                person, subject = occasion
                taken.add(person.id)
                talk = cast(centre, dialogue, plan.channel, person, subject, rng, centre.now)
                name = f"demo-opening-{len(found) + 1}"
                contact = _begun(centre, plan, talk, name, owner, rng, ids)
                found.append(OpenTalk(name=name, contact=contact, talk=talk, lines=plan.lines, answers=plan.answers))
                break
    return found


def _begun(centre: Centre, plan: _Plan, talk: Talk, name: str, owner: Agent | None, rng: Random, ids: Ids) -> Contact:
    teller = Teller(centre, talk, rng, ids)
    queue = next(one for one in centre.queues if one.id == centre.queue_of(talk.dialogue.intent, talk.channel))
    # Said as if it began now, then moved back so that the last word is as old as planned.
    draft = teller.begun(centre.now, state=plan.state, thread=name)
    said = teller.said(draft, owner or centre.agents[0], centre.now, centre.now, plan.lines, plan.answers)
    back = said[-1].sent_at - centre.now + timedelta(seconds=plan.age_s)
    messages = tuple(replace(one, sent_at=one.sent_at - back) for one in said)
    first, last = messages[0].sent_at, messages[-1]
    is_customers = last.author is Author.CUSTOMER
    interaction = replace(
        draft,
        created_at=first,
        updated_at=last.sent_at,
        queued_at=first,
        due_at=_due(centre.now, first, last, plan, queue.answer_s),
        last_text=last.text[:200],
        last_author=last.author,
        last_at=last.sent_at,
    )
    if owner is not None:
        accepted = first + timedelta(seconds=min(20.0, plan.age_s / 3))
        answered = next((one.sent_at for one in messages if one.author is Author.AGENT), None)
        interaction = replace(interaction, assignee=owner.id, accepted_at=accepted, answered_at=answered)
    if plan.state is SNOOZED:
        interaction = replace(interaction, snoozed_until=centre.now + timedelta(seconds=plan.snooze_s))
    if not is_customers or plan.state is not QUEUED:
        interaction = replace(interaction, steps=("reply",) * plan.answers)
    return Contact(
        interaction=interaction,
        messages=messages,
        touchpoints=(*teller.visits(interaction), teller.contact(interaction, 0)),
    )


def _due(now: datetime, first: datetime, last: Message, plan: _Plan, answer_s: dict[str, int]) -> datetime | None:
    if last.author is not Author.CUSTOMER:
        return None
    since = first if plan.state is QUEUED else last.sent_at
    return since + timedelta(seconds=answer_s.get(plan.channel, 3600))


# --- verdicts -------------------------------------------------------------------------------------------------------------


class Judge:
    """Gives open work the verdicts the hub gives to what arrives."""

    def __init__(self, centre: Centre, model: IntentModel | None, books: Sequence[Playbook], steps: StepCounts) -> None:
        self._centre = centre
        self._steps = steps
        self._model = model
        self._books = books
        self._library = Library(articles(), templates())
        self._ids = Ids(centre.random("verdicts"))

    def judged(
        self, talk: OpenTalk, customer: Customer, journey: Sequence[Touchpoint]
    ) -> tuple[Contact, list[Suggestion]]:
        """Return a contact with its verdicts, and the next best actions. ``journey`` are the customer's touchpoints."""
        contact, now = talk.contact, self._centre.now
        interaction = contact.interaction
        messages = []
        moods: list[float] = []
        for message in contact.messages:
            if message.author is Author.CUSTOMER:
                found = assess(message.text, message.subject, customer.language, self._model, message.channel)
                value = round(found.mood.mood, 3)
                moods.append(value)
                message = replace(message, mood=value)
                if len(moods) == 1 and found.intent.known:
                    interaction = replace(
                        interaction,
                        intent=found.intent.intent,
                        intent_probability=round(found.intent.probability, 4),
                        intent_ranked=tuple((label, round(p, 4)) for label, p in found.intent.ranked),
                        intent_by=found.intent.words,
                        language=interaction.language
                        if found.language.language == UNKNOWN
                        else found.language.language,
                    )
            messages.append(message)
        interaction = replace(
            self._recognised(interaction, talk, customer), mood=moods[-1], mood_trend=mood.trend(moods)
        )
        queue = next(one for one in self._centre.queues if one.id == interaction.queue)
        earlier = [one for one in journey if one.interaction_id != interaction.id and one.at < now]
        told = summary(sorted(earlier, key=lambda one: one.at), now, interaction.intent or "")
        interaction = replace(
            interaction,
            priority=priority_of(
                interaction.channel,
                queue,
                interaction.mood,
                customer.segment,
                interaction.intent,
                is_repeat=told.repeat_contact,
            ),
        )
        if interaction.due_at is not None and interaction.state is QUEUED:
            interaction = replace(interaction, due_at=due_at(interaction.created_at, interaction.channel, queue))
        situation = Situation(
            now=now,
            channel=interaction.channel,
            intent=interaction.intent,
            probability=interaction.intent_probability,
            language=interaction.language,
            mood=interaction.mood,
            customer=customer,
            is_identified=interaction.identified >= MATCH_PROBABILITY,
            records=tuple(
                sorted(self._centre.records.get(customer.id, []), key=lambda one: one.at or now, reverse=True)
            ),
            journey=told,
            steps=interaction.steps,
            ranked=interaction.intent_ranked,
            text=next((one.text for one in reversed(messages) if one.author is Author.CUSTOMER), ""),
        )
        advice = [
            action.suggestion(SuggestionId(self._ids.at(now)), interaction.id, rank, customer.id)
            for rank, action in enumerate(recommend(situation, self._books, self._steps, library=self._library))
        ]
        touchpoints = tuple(
            replace(one, mood=interaction.mood, intent=interaction.intent or "") if one.kind == "contact" else one
            for one in contact.touchpoints
        )
        return Contact(interaction=interaction, messages=tuple(messages), touchpoints=touchpoints), advice

    def _recognised(self, interaction: Interaction, talk: OpenTalk, customer: Customer) -> Interaction:
        first = talk.contact.messages[0]
        evidence = gather(
            interaction.channel,
            address=interaction.from_address,
            name=customer.name,
            customer_no=talk.talk.customer_no,
            texts=(first.subject, first.text),
        )
        verdict = identify(evidence, [customer])
        return replace(interaction, identified=round(verdict.probability, 4), identified_by=verdict.reasons)
