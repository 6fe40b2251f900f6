"""The whole demo centre as values: the same seed, language and instant make the same one, in whichever process. The seed
writes it into the hub; the traffic makes it again to know its customers without asking.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from desktop.demo.people import Ids, Person, customers
from desktop.demo.slots import Subject, subjects
from desktop.demo.texts import Colleague, Company, Dialogue, canned_texts, company, dialogues
from desktop.demo.trade import Trade, spent_lately
from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role, Skill
from desktop.domain.channels import Channel
from desktop.domain.customer import IdentityKind
from desktop.domain.ids import AgentId, CustomerId, QueueId
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.template import Disposition, Template

# The window's agent can have a good handful, a simulated colleague little, so that much is left for the window.
_AGENT_CAPACITY = {
    "call": 1,
    "video": 1,
    "chat": 2,
    "in_app": 2,
    "messenger": 2,
    "sms": 2,
    "social": 2,
    "email": 3,
    "total": 5,
}
_COLLEAGUE_CAPACITY = dict.fromkeys(_AGENT_CAPACITY, 1)


class Centre(Struct, frozen=True, kw_only=True):
    """``records`` and ``touchpoints`` are by customer; of the agents the first sits at the window as an agent, the
    second as a lead."""

    seed: int
    lang: str
    now: datetime
    company: Company
    queues: tuple[Queue, ...]
    agents: tuple[Agent, ...]
    people: tuple[Person, ...]
    records: dict[CustomerId, list[BusinessRecord]]
    touchpoints: list[Touchpoint]

    def random(self, purpose: str) -> Random:
        """Return random numbers of their own for ``purpose``, so that one part does not disturb another."""
        return Random(f"{self.seed}/{purpose}")

    def queue_of(self, intent: str, channel: Channel) -> QueueId:
        """Return the queue a request lands in, as the hub decides it."""
        serving = [queue for queue in self.queues if not queue.channels or channel in queue.channels]
        return next((queue.id for queue in serving if intent in queue.intents), serving[0].id)

    def occasions(self, dialogue: Dialogue, channel: Channel, *, lately: bool) -> Iterator[tuple[Person, Subject]]:
        """Yield who could hold ``dialogue`` on ``channel``, and about what."""
        for person in self.people:
            if address_on(person, channel):
                for subject in subjects(dialogue.needs, self.records.get(person.id, []), lately=lately, now=self.now):
                    yield person, subject


def build(seed: int, lang: str, now: datetime) -> Centre:
    """Make the centre. ``lang`` is ``de`` or ``en``; ``now`` is the instant at which it opens."""
    people = customers(Random(f"{seed}/people"), lang, now)
    trade = Trade(Random(f"{seed}/trade"), lang, now)
    for person in people:
        trade.serve(person)
    records: dict[CustomerId, list[BusinessRecord]] = {}
    for record in trade.records:
        assert record.customer_id is not None
        records.setdefault(record.customer_id, []).append(record)
    valued = tuple(_valued(person, records.get(person.id, []), now) for person in people)
    return Centre(
        seed=seed,
        lang=lang,
        now=now,
        company=company(),
        queues=_queues(),
        agents=_agents(Random(f"{seed}/agents"), lang, now),
        people=valued,
        records=records,
        touchpoints=trade.touchpoints,
    )


def _valued(person: Person, records: list[BusinessRecord], now: datetime) -> Person:
    cents = spent_lately(records, now)
    return replace(person, customer=replace(person.customer, value_cents=cents))


def _queues() -> tuple[Queue, ...]:
    return tuple(
        Queue(
            id=QueueId(text.id),
            names=text.names,
            intents=text.intents,
            channels=text.channels,
            answer_s=text.answer_s,
            priority=text.priority,
            skills=(Skill(name=text.id, level=2),),
        )
        for text in company().queues
    )


def _agents(rng: Random, lang: str, now: datetime) -> tuple[Agent, ...]:
    ids = Ids(rng)
    firm = company()

    def agent(one: Colleague, capacity: dict[str, int]) -> Agent:
        skills = [Skill(name=name, level=level) for name, level in one.skills.items()]
        languages = [Skill(name=f"lang:{name}", level=level) for name, level in one.languages.items()]
        return Agent(
            id=AgentId(ids.at(now)),
            user=one.user,
            name=one.name,
            role=Role(one.role),
            team=firm.teams[one.team][lang],
            skills=(*skills, *languages),
            capacity=capacity,
            presence=Presence(state=PresenceState.OFFLINE, since=now),
        )

    return (
        agent(firm.agent, _AGENT_CAPACITY),
        agent(firm.lead, _AGENT_CAPACITY),
        *(agent(one, _COLLEAGUE_CAPACITY) for one in firm.colleagues),
    )


def templates() -> tuple[Template, ...]:
    return tuple(
        Template(
            id=text.id,
            shortcut=text.shortcut,
            titles=text.titles,
            texts={"de": text.de, "en": text.en},
            channels=text.channels,
        )
        for text in canned_texts()
    )


def dispositions() -> tuple[Disposition, ...]:
    return tuple(Disposition(id=one.id, titles=one.titles, intents=one.intents) for one in company().dispositions)


def address_on(person: Person, channel: Channel) -> str:
    """Return the address a customer uses on a channel, or an empty text where they do not use it."""
    match channel:
        case Channel.CALL | Channel.SMS | Channel.MESSENGER | Channel.VIDEO:
            return person.address_on(IdentityKind.PHONE)
        case Channel.SOCIAL:
            return person.address_on(IdentityKind.HANDLE)
        case _:
            return person.address_on(IdentityKind.EMAIL)


def weighted(rng: Random, found: list[Dialogue] | None = None) -> Dialogue:
    """Return a dialogue, the heavier the likelier."""
    many = found if found is not None else list(dialogues())
    return rng.choices(many, weights=[dialogue.weight for dialogue in many])[0]
