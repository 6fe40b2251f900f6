"""Two years of closed contacts: who called about what, what was said, how it ended and how it felt. Only values; the seed
writes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from desktop.demo.centre import Centre
from desktop.demo.people import SOURCE, Ids, Person
from desktop.demo.slots import Subject
from desktop.demo.talk import Talk, cast
from desktop.demo.texts import Dialogue, dialogues, journey_texts
from desktop.domain.agent import Agent
from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId, TouchpointId
from desktop.domain.interaction import (
    Author,
    Delivery,
    Interaction,
    InteractionState,
    Message,
    MessageKind,
)
from desktop.domain.journey import Stage, Touchpoint

CONTACTS = 1500
_SURVEYED = 0.3
_MIX = {
    Channel.CALL: 26,
    Channel.EMAIL: 24,
    Channel.CHAT: 18,
    Channel.MESSENGER: 12,
    Channel.IN_APP: 8,
    Channel.SMS: 4,
    Channel.SOCIAL: 5,
    Channel.VIDEO: 3,
}
_Pause = tuple[float, float]
# Seconds until the other side answers, by channel: the customer, the agent.
_PACE: dict[Channel, tuple[_Pause, _Pause]] = {
    Channel.CALL: ((4, 14), (4, 18)),
    Channel.VIDEO: ((4, 16), (4, 18)),
    Channel.CHAT: ((12, 70), (20, 90)),
    Channel.IN_APP: ((30, 400), (40, 500)),
    Channel.MESSENGER: ((40, 1500), (60, 900)),
    Channel.SMS: ((60, 2400), (90, 1500)),
    Channel.SOCIAL: ((120, 3600), (300, 3600)),
    Channel.EMAIL: ((1800, 50_000), (1200, 14_000)),
}


class Contact(Struct, frozen=True, kw_only=True):
    """One contact with all its parts."""

    interaction: Interaction
    messages: tuple[Message, ...]
    touchpoints: tuple[Touchpoint, ...]


class Cast:
    """Finds who could hold which dialogue. ``lately`` as in ``slots.subjects``."""

    def __init__(self, centre: Centre, *, lately: bool) -> None:
        self._centre = centre
        self._lately = lately
        self._known: dict[tuple[str, Channel], tuple[list[tuple[Person, Subject]], list[float]]] = {}

    def occasion(self, rng: Random, dialogue: Dialogue, channel: Channel) -> tuple[Person, Subject] | None:
        """Return a customer, the livelier the likelier, and what they call about; ``None`` where nobody could."""
        key = (dialogue.needs, channel)
        if key not in self._known:
            found = list(self._centre.occasions(dialogue, channel, lately=self._lately))
            weights = list(itertools.accumulate(min(person.liveliness, 3) for person, _ in found))
            self._known[key] = (found, weights)
        found, weights = self._known[key]
        return rng.choices(found, cum_weights=weights)[0] if found else None


def choose(rng: Random) -> tuple[Dialogue, Channel]:
    """Return a dialogue and a channel for it, as often as they happen."""
    channel = rng.choices(list(_MIX), weights=list(_MIX.values()))[0]
    many = [dialogue for dialogue in dialogues() if channel in dialogue.channels]
    return rng.choices(many, weights=[dialogue.weight for dialogue in many])[0], channel


def contacts(centre: Centre, count: int = CONTACTS) -> Iterator[Contact]:
    """Yield ``count`` closed contacts, in no order."""
    rng = centre.random("history")
    finder, ids = Cast(centre, lately=False), Ids(rng)
    made = 0
    while made < count:
        dialogue, channel = choose(rng)
        occasion = finder.occasion(rng, dialogue, channel)
        if occasion is None:
            continue
        person, subject = occasion
        at = _moment(rng, centre.now, subject)
        if at is None:
            continue
        talk = cast(centre, dialogue, channel, person, subject, rng, at)
        yield Teller(centre, talk, rng, ids).closed(at)
        made += 1


def _moment(rng: Random, now: datetime, subject: Subject) -> datetime | None:
    """When it happened: some days after what it is about, in office hours; ``None`` where that is not over yet."""
    record = subject.twin or subject.record
    latest = now - timedelta(days=2)
    if record is None or record.at is None:
        at = latest - timedelta(days=rng.uniform(0, 720) * rng.random() ** 0.4)
    elif record.kind in ("contract", "case"):
        at = record.at + (latest - record.at) * rng.random()
    else:
        at = record.at + timedelta(days=rng.uniform(3, 20))
    at = at.replace(hour=min(20, max(7, round(rng.gauss(13, 3.2)))), minute=rng.randrange(60), second=rng.randrange(60))
    if at.weekday() == 6:
        at -= timedelta(days=1)
    return at if at < latest else None


class Teller:
    """Turns one talk into records."""

    def __init__(self, centre: Centre, talk: Talk, rng: Random, ids: Ids) -> None:
        self._centre = centre
        self._talk = talk
        self._rng = rng
        self._ids = ids
        self._root = ""
        self._references: tuple[str, ...] = ()

    def agent(self) -> Agent:
        """Return who takes it: somebody with the skill, the agent at the window more often than most."""
        queue = self._centre.queue_of(self._talk.dialogue.intent, self._talk.channel)
        language = f"lang:{self._talk.language}"
        able = [agent for agent in self._centre.agents if {queue, language} <= {skill.name for skill in agent.skills}]
        weights = [1.6 if agent is self._centre.agents[0] else 1.0 for agent in able]
        return self._rng.choices(able, weights=weights)[0]

    def begun(self, at: datetime, **fields: object) -> Interaction:
        """Return the interaction as it arrived."""
        talk = self._talk
        customer = talk.person.customer
        return Interaction(
            id=InteractionId(self._ids.at(at)),
            channel=talk.channel,
            created_at=at,
            updated_at=at,
            queued_at=at,
            customer_id=customer.id,
            customer_name=customer.name,
            from_address=talk.address,
            queue=self._centre.queue_of(talk.dialogue.intent, talk.channel),
            subject=talk.subject,
            language=talk.language,
            intent=talk.dialogue.intent,
            intent_probability=round(self._rng.uniform(0.62, 0.98), 2),
            identified=round(self._rng.uniform(0.93, 0.999), 3),
            source=SOURCE,
            **fields,  # type: ignore[arg-type]
        )

    def closed(self, at: datetime) -> Contact:
        """Return the whole contact, from ``at`` to the survey."""
        rng, talk = self._rng, self._talk
        agent = self.agent()
        waited = rng.expovariate(1 / 25) + 3 if talk.channel.is_live else rng.expovariate(1 / 1500) + 40
        accepted = at + timedelta(seconds=waited)
        interaction = self.begun(at, state=InteractionState.CLOSED)
        messages = self.said(interaction, agent, at, accepted, len(talk.lines), len(talk.answers))
        ended = messages[-1].sent_at + timedelta(seconds=rng.uniform(10, 60))
        mood = messages[-1].mood if messages[-1].mood is not None else talk.dialogue.mood[1]
        closed_at = ended + timedelta(seconds=rng.uniform(15, 90))
        interaction = replace(
            interaction,
            assignee=agent.id,
            accepted_at=accepted,
            answered_at=next((one.sent_at for one in messages if one.author is Author.AGENT), accepted),
            wrap_up_at=ended,
            closed_at=closed_at,
            updated_at=closed_at,
            disposition=self._disposition(),
            summary=talk.summary,
            steps=self._steps(),
            intent_confirmed=rng.random() < 0.4,
            mood=mood,
            mood_trend=round(talk.dialogue.mood[1] - talk.dialogue.mood[0], 2),
            last_text=messages[-1].text[:200],
            last_author=messages[-1].author,
            last_at=messages[-1].sent_at,
        )
        if talk.channel.is_spoken:
            messages = self._as_call(interaction, agent, messages, accepted, ended)
        return Contact(
            interaction=interaction, messages=tuple(messages), touchpoints=tuple(self._touchpoints(interaction, ended))
        )

    def said(
        self, interaction: Interaction, agent: Agent, at: datetime, accepted: datetime, lines: int, answers: int
    ) -> list[Message]:
        """Return the first ``lines`` of the customer and ``answers`` of the agent, in turn."""
        rng, talk = self._rng, self._talk
        customers, agents = _PACE[talk.channel]
        messages: list[Message] = []
        moment = at
        last = max(1, len(talk.lines) - 1)
        start, end = talk.dialogue.mood
        for place in range(max(lines, answers)):
            if place < lines:
                if place:
                    moment += timedelta(seconds=rng.uniform(*customers))
                mood = round(min(1, max(-1, start + (end - start) * place / last + rng.gauss(0, 0.08))), 3)
                messages.append(self._message(interaction, moment, talk.lines[place], mood=mood))
            if place < answers:
                moment = max(moment, accepted) + timedelta(seconds=rng.uniform(*agents))
                messages.append(self._message(interaction, moment, talk.answer(place, agent.name), agent=agent))
        return messages

    def _message(
        self,
        interaction: Interaction,
        at: datetime,
        text: str,
        *,
        agent: Agent | None = None,
        mood: float | None = None,
    ) -> Message:
        talk = self._talk
        id_ = self._ids.at(at)
        message = Message(
            id=MessageId(id_),
            interaction_id=interaction.id,
            author=Author.CUSTOMER if agent is None else Author.AGENT,
            sent_at=at,
            channel=talk.channel,
            customer_id=interaction.customer_id,
            agent_id=None if agent is None else agent.id,
            author_name=interaction.customer_name if agent is None else agent.name,
            text=text,
            delivery=Delivery.RECEIVED if agent is None else self._delivery(at),
            mood=mood,
            language=talk.language,
        )
        return self._as_mail(message) if talk.channel is Channel.EMAIL else message

    def _as_mail(self, message: Message) -> Message:
        """Return ``message`` as one mail of a thread."""
        domain = "nordlicht.example" if message.author is Author.AGENT else self._talk.address.partition("@")[2]
        references, external_id = self._references, f"<{message.id}@{domain}>"
        self._references = (*references, external_id)
        subject = self._talk.subject if not references else f"Re: {self._talk.subject}"
        return replace(
            message,
            subject=subject,
            external_id=external_id,
            in_reply_to=references[-1] if references else "",
            references=references,
        )

    def _delivery(self, at: datetime) -> Delivery:
        if self._talk.channel.is_spoken:
            return Delivery.DELIVERED
        if self._talk.channel in (Channel.EMAIL, Channel.SMS):
            return Delivery.DELIVERED
        return Delivery.READ

    def _as_call(
        self, interaction: Interaction, agent: Agent, messages: list[Message], answered: datetime, ended: datetime
    ) -> list[Message]:
        """Return what was said between ringing and hanging up. Who waited did not speak yet."""
        shift = max(timedelta(), answered + timedelta(seconds=3) - messages[0].sent_at)
        spoken = [replace(one, sent_at=min(one.sent_at + shift, ended)) for one in messages]
        seconds = str(int((ended - answered).total_seconds()))
        return [
            self._event(interaction, interaction.created_at, Author.CUSTOMER, "ringing", {}),
            self._event(interaction, answered, Author.SYSTEM, "answered", {}),
            *sorted(spoken, key=lambda one: one.sent_at),
            self._event(interaction, ended, Author.SYSTEM, "ended", {"duration_s": seconds}),
        ]

    def _event(
        self, interaction: Interaction, at: datetime, author: Author, event: str, values: dict[str, str]
    ) -> Message:
        return Message(
            id=MessageId(self._ids.at(at)),
            interaction_id=interaction.id,
            author=author,
            kind=MessageKind.CALL,
            sent_at=at,
            channel=interaction.channel,
            customer_id=interaction.customer_id,
            author_name=interaction.customer_name,
            event=event,
            values=values,
        )

    def _disposition(self) -> str:
        chance = self._rng.random()
        if chance < 0.04:
            return "not_solved"
        return "solved" if chance < 0.12 else self._talk.dialogue.disposition

    def _steps(self) -> tuple[str, ...]:
        """What the agent did: mostly what they should, now and then one step less."""
        steps = self._talk.dialogue.steps
        if len(steps) > 1 and self._rng.random() < 0.12:
            left_out = self._rng.randrange(len(steps))
            return tuple(step for place, step in enumerate(steps) if place != left_out)
        return steps

    def _touchpoints(self, interaction: Interaction, ended: datetime) -> Iterator[Touchpoint]:
        rng, talk = self._rng, self._talk
        yield from self.visits(interaction)
        yield self.contact(interaction, int((ended - interaction.created_at).total_seconds()))
        if rng.random() < _SURVEYED:
            rating = min(5, max(1, round(rng.gauss(talk.dialogue.rating, 0.8))))
            tone = "good" if rating > 3 else "fair" if rating == 3 else "bad"
            texts = journey_texts()
            at = (interaction.closed_at or ended) + timedelta(hours=rng.uniform(0.1, 30))
            yield Touchpoint(
                id=TouchpointId(self._ids.at(at)),
                customer_id=interaction.customer_id,
                channel=Channel.WEB if talk.channel.is_spoken else talk.channel,
                kind="survey",
                at=at,
                title=texts.survey[self._centre.lang],
                rating=rating,
                mood=round((rating - 3) / 2, 1),
                stage=Stage.USE,
                values={"comment": rng.choice(texts.survey_comments[tone][talk.language])}
                if rng.random() < 0.5
                else {},
                source=SOURCE,
            )

    def contact(self, interaction: Interaction, duration_s: int) -> Touchpoint:
        """Return the interaction as it stands in the journey: under its own id, as the hub keeps it."""
        first = self._talk.subject or self._talk.lines[0]
        return Touchpoint(
            id=TouchpointId(str(interaction.id)),
            customer_id=interaction.customer_id,
            channel=interaction.channel,
            kind="contact",
            at=interaction.created_at,
            title=" ".join(first.split())[:80],
            duration_s=duration_s if interaction.channel.is_live else 0,
            mood=interaction.mood,
            interaction_id=interaction.id,
            intent=interaction.intent or "",
            source=SOURCE,
        )

    def visits(self, interaction: Interaction) -> Iterator[Touchpoint]:
        """Yield the pages looked at shortly before."""
        rng, talk = self._rng, self._talk
        at = interaction.created_at
        for page in reversed(talk.dialogue.pages):
            at -= timedelta(seconds=rng.uniform(40, 300))
            if rng.random() < 0.7:
                yield Touchpoint(
                    id=TouchpointId(self._ids.at(at)),
                    customer_id=interaction.customer_id,
                    channel=Channel.WEB,
                    kind="visit",
                    at=at,
                    title=journey_texts().pages[page][self._centre.lang].format_map(talk.slots),
                    duration_s=rng.randrange(10, 240),
                    source=SOURCE,
                )
