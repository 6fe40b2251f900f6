"""Writing a believable generated cache: a centre with years of history and some work open right now, to measure on.

Owns nothing that a running centre uses: benchmarks call it on a store of their own (``dirigent bench cache``). The same
seed and instant give the same cache. The window then opens it offline like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Skill
from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import (
    AgentId,
    InteractionId,
    MessageId,
    QueueId,
    SuggestionId,
)
from desktop.domain.interaction import Author, Delivery, Interaction, Message, MessageKind
from desktop.domain.interaction import InteractionState as S
from desktop.domain.suggestion import Reason, Suggestion
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.store.clientele import Clientele, dated_id
from desktop.store.columns import UPSERTS, micros, row_of
from desktop.store.database import Store, Write
from desktop.store.phrases import AGENT_NAMES, LANGUAGES, Matter, vocabulary
from desktop.store.search import index_some, merge_some
from desktop.store.talk import Talk
from desktop.wire.records import Record, type_of

# Rows a transaction: enough to be quick, few enough to keep the write-ahead log small.
_BATCH: Final = 20_000
_PER_INTERACTION: Final = 10
# The conversation that is worked on, and one that waits, of a cache that is large enough to have it.
_LONG: Final = 5_000
_LONGEST: Final = 7_000
_SMALLEST_WITH_LONGEST: Final = 20_000
# Messages a contact: mostly a handful, some never end.
_SIZES: Final = (2, 3, 4, 6, 8, 9, 11, 14, 26, 60, 200, 800)
_SIZE_WEIGHTS: Final = (90, 60, 120, 120, 120, 110, 110, 100, 90, 8, 2, 0.4)
_HISTORY_DAYS: Final = 728
_NEW_CUSTOMER: Final = 0.28
_KNOWN: Final = 4_000
_ATTACHED: Final = 0.12
_NOTED: Final = 0.03
_SLICE: Final = 5_000
_RINGS: Final = timedelta(seconds=20)
_OPEN: Final = (
    [S.ACTIVE] * 9
    + [S.ON_HOLD] * 3
    + [S.WRAP_UP] * 2
    + [S.WAITING] * 8
    + [S.SNOOZED] * 5
    + [S.OFFERED] * 2
    + [S.QUEUED] * 21
)
_CHANNELS: Final = (
    Channel.EMAIL,
    Channel.CHAT,
    Channel.CALL,
    Channel.MESSENGER,
    Channel.SMS,
    Channel.IN_APP,
    Channel.SOCIAL,
    Channel.VIDEO,
)
_WEIGHTS: Final = (34, 26, 18, 9, 4, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Generated:
    """How much was written."""

    messages: int
    interactions: int
    customers: int


def generate(
    store: Store, messages: int, seed: int, me: AgentId, *, now: datetime | None = None, index: bool = True
) -> Generated:
    """Fill an empty store with ``messages`` messages, about ten a contact, some 50 contacts still open: one of 5,000 messages
    (of half of them in a small cache) in work, one of 7,000 waiting where there are 20,000.

    ``me`` is the agent whose work the open contacts are; ``now`` (default: this moment) is when it all ends. With
    ``index`` everything can be found afterwards. Raises ``ValueError`` for fewer than 100 messages.
    """
    if messages < 100:
        raise ValueError("a cache of fewer than 100 messages is not believable")
    centre = _Centre(Random(seed), now or datetime.now(UTC), me, messages)
    batch: dict[Table, list[tuple[Any, ...]]] = {}
    seq = size = 0
    for record in centre.records():
        seq += 1
        batch.setdefault(type_of(record), []).append(row_of(type_of(record), seq, record))
        size += 1
        if size == _BATCH:
            _save(store, batch, seq, seed, centre.now)
            batch, size = {}, 0
    _save(store, batch, seq, seed, centre.now)
    while index and store.write(lambda w: index_some(w, _SLICE), Cause.NETWORK).result():
        pass
    while index and store.write(merge_some, Cause.NETWORK).result():
        pass
    return Generated(centre.message_count, centre.interaction_count, centre.clientele.count)


def records(messages: int, seed: int, me: AgentId, *, now: datetime | None = None) -> Iterator[Record]:
    """Yield what ``generate`` writes, in its order."""
    yield from _Centre(Random(seed), now or datetime.now(UTC), me, messages).records()


def _save(store: Store, batch: dict[Table, list[tuple[Any, ...]]], seq: int, seed: int, now: datetime) -> None:
    def write(w: Write) -> None:
        for table, rows in batch.items():
            w.conn.executemany(UPSERTS[table], rows)
        w.conn.execute(
            "UPDATE sync_state SET epoch = ?, cursor = ?, is_complete = 1, synced_at = ?",
            (f"generated-{seed}", seq, micros(now)),
        )
        w.bulk()

    store.write(write, Cause.SYSTEM).result()


class _Centre:
    def __init__(self, rng: Random, now: datetime, me: AgentId, messages: int) -> None:
        self.rng = rng
        self.now = now
        self.me = me
        self.wanted = messages
        self.message_count = self.interaction_count = 0
        self.words = vocabulary()
        self.clientele = Clientele(rng, now, self.words.people)
        self.colleagues = [AgentId(dated_id(rng, now - timedelta(days=900))) for _ in AGENT_NAMES]

    def records(self) -> Iterator[Record]:
        yield from self._company()
        # As many open ones as a small cache can bear beside its history.
        open_states = _OPEN[: max(1, self.wanted // (4 * _PER_INTERACTION))]
        yield from self._open_contact(open_states[0], min(_LONG, self.wanted // 2))
        if self.wanted >= _SMALLEST_WITH_LONGEST:
            yield from self._open_contact(S.WAITING, _LONGEST)
        for state in open_states[1:]:
            yield from self._open_contact(state, min(self.rng.randint(2, 14), self._left))
        # From today backwards, as a first sync brings it: what belongs to one day lies together in the file.
        known: list[Customer] = []
        while self._left:
            if not known or self.rng.random() < _NEW_CUSTOMER:
                customer = self.clientele.customer()
                yield customer
                yield from self.clientele.life_of(customer)
                if len(known) < _KNOWN:
                    known.append(customer)
                else:
                    known[self.rng.randrange(_KNOWN)] = customer
            else:
                customer = self.rng.choice(known)
            yield from self._contact(customer, S.CLOSED, self._size())

    @property
    def _left(self) -> int:
        return self.wanted - self.message_count

    def _open_contact(self, state: S, count: int) -> Iterator[Record]:
        customer = self.clientele.customer()
        yield customer
        yield from self.clientele.life_of(customer)
        yield from self._contact(customer, S.CLOSED, 3)
        yield from self._contact(customer, state, count)

    def _size(self) -> int:
        size = min(self.rng.choices(_SIZES, _SIZE_WEIGHTS)[0], self._left)
        # Nobody is left talking to themselves.
        return size + 1 if self._left - size == 1 else size

    def _company(self) -> Iterator[Record]:
        yield Agent(
            id=self.me,
            user="agent",
            name="Alex Berger",
            team="service",
            skills=(Skill(name="lang:de", level=5), Skill(name="lang:en", level=4)),
            presence=Presence(state=PresenceState.READY, since=self.now),
            capacity={"chat": 3, "email": 8, "total": 10},
            version=1,
        )
        for agent_id, name in zip(self.colleagues, AGENT_NAMES, strict=True):
            user = name.split(maxsplit=1)[0].lower()
            yield Agent(
                id=agent_id,
                user=user,
                name=name,
                team="service",
                presence=Presence(state=PresenceState.AWAY),
                version=1,
            )
        for queue, names in self.words.queues.items():
            yield Queue(
                id=QueueId(queue),
                names=names,
                intents=tuple(matter.intent for matter in self.words.matters if matter.queue == queue),
                answer_s={"chat": 60, "call": 20, "email": 14_400},
                version=1,
            )
        for matter in self.words.matters:
            yield IntentLabel(id=matter.intent, titles=matter.titles, version=1)
            yield Disposition(id=matter.intent, titles=matter.titles, intents=(matter.intent,), version=1)
            texts = {language: matter.answered[language][0].replace("{number}", "") for language in LANGUAGES}
            yield Template(
                id=f"t-{matter.intent}", shortcut=matter.intent[:6], titles=matter.titles, texts=texts, version=1
            )

    def _contact(self, customer: Customer, state: S, count: int) -> Iterator[Record]:
        rng, matter = self.rng, self.rng.choice(self.words.matters)
        channel = rng.choices(_CHANNELS, _WEIGHTS)[0]
        pause = timedelta(seconds=rng.randint(20, 90) if channel.is_live else rng.randint(600, 7200))
        if state is S.CLOSED:
            day = 2 + _HISTORY_DAYS * self.message_count / self.wanted + rng.random()
            begun = self.now - timedelta(days=day) - pause * count
        else:
            pause = min(pause, timedelta(days=30) / count)
            begun = self.now - pause * count - timedelta(seconds=rng.randint(5, 600))
        interaction_id = InteractionId(dated_id(rng, begun))
        owner = None if state is S.QUEUED else self.me if state is not S.CLOSED else rng.choice(self.colleagues)
        talk = Talk(rng, self.words.people, matter, customer.language, customer.name)
        subject = talk.subject()
        mood = rng.uniform(-0.8, 0.6)
        last: Message | None = None
        for number in range(count):
            is_customer = owner is None or rng.random() < 0.55 or number == 0
            is_note = not is_customer and rng.random() < _NOTED
            mood = max(-1.0, min(1.0, mood + rng.uniform(-0.15, 0.2)))
            at = begun + pause * number
            is_mail = channel is Channel.EMAIL and not is_note
            last = Message(
                id=MessageId(dated_id(rng, at)),
                interaction_id=interaction_id,
                author=Author.CUSTOMER if is_customer else Author.AGENT,
                sent_at=at,
                kind=MessageKind.NOTE if is_note else MessageKind.TEXT,
                channel=channel,
                customer_id=customer.id,
                agent_id=None if is_customer else owner,
                author_name=customer.name if is_customer else "",
                text=talk.note()
                if is_note
                else talk.said(channel, is_customer=is_customer, name=customer.name if is_customer else ""),
                subject=subject if is_mail else "",
                attachments=talk.attachments() if is_mail and rng.random() < _ATTACHED else (),
                delivery=Delivery.RECEIVED if is_customer else Delivery.DELIVERED,
                mood=round(mood, 2) if is_customer else None,
                language=customer.language,
                version=1,
            )
            yield last
        assert last is not None
        self.message_count += count
        self.interaction_count += 1
        yield self._interaction(customer, matter, channel, state, owner, begun, interaction_id, last, mood, subject)
        if state is not S.CLOSED:
            yield from self._suggestions(customer, interaction_id, matter, talk)

    def _interaction(
        self,
        customer: Customer,
        matter: Matter,
        channel: Channel,
        state: S,
        owner: AgentId | None,
        begun: datetime,
        interaction_id: InteractionId,
        last: Message,
        mood: float,
        subject: str,
    ) -> Interaction:
        rng, now = self.rng, self.now
        is_closed = state is S.CLOSED
        probability = round(rng.uniform(0.5, 0.99), 2)
        return Interaction(
            id=interaction_id,
            channel=channel,
            state=state,
            created_at=begun,
            updated_at=last.sent_at,
            customer_id=customer.id,
            customer_name=customer.name,
            from_address=customer.identities[0].value if channel is Channel.EMAIL else customer.identities[1].value,
            queue=QueueId(matter.queue),
            assignee=owner,
            subject=subject,
            language=customer.language,
            intent=matter.intent,
            intent_probability=probability,
            intent_ranked=((matter.intent, probability), ("other", round(1 - probability, 2))),
            mood=round(mood, 2),
            identified=0.98,
            identified_by=(Reason(code="email_known", weight=0.9),),
            priority=rng.choice((2, 3, 3, 3, 4)),
            due_at=None if is_closed else now + timedelta(seconds=rng.randint(-600, 14_400)),
            offered_at=now if state is S.OFFERED else None,
            offer_expires_at=now + _RINGS if state is S.OFFERED else None,
            accepted_at=None if state in (S.QUEUED, S.OFFERED) else begun + timedelta(seconds=20),
            wrap_up_at=last.sent_at if state is S.WRAP_UP else None,
            closed_at=last.sent_at + timedelta(minutes=2) if is_closed else None,
            snoozed_until=now + timedelta(hours=rng.randint(1, 60)) if state is S.SNOOZED else None,
            disposition=matter.intent if is_closed else None,
            last_text=last.text,
            last_author=last.author,
            last_at=last.sent_at,
            version=1,
        )

    def _suggestions(
        self, customer: Customer, interaction_id: InteractionId, matter: Matter, talk: Talk
    ) -> Iterator[Record]:
        for rank, wording in enumerate(talk.wordings()[:3]):
            yield Suggestion(
                id=SuggestionId(dated_id(self.rng, self.now)),
                interaction_id=interaction_id,
                customer_id=customer.id,
                action=f"{matter.intent}_{rank + 1}",
                titles=matter.titles,
                wordings={talk.language: wording},
                reasons=(Reason(code="usual_next_step", weight=0.7),),
                score=round(0.8 / (rank + 1), 2),
                rank=rank,
                version=1,
            )
