"""Writing a believable generated cache: a centre with years of history and some work open right now, to measure on.

Owns nothing that a running centre uses: benchmarks call it on a store of their own (``dirigent bench cache``). The same
seed and instant give the same cache. The window then opens it offline like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Final

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Skill
from desktop.domain.changes import Cause, Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress
from desktop.domain.ids import (
    AgentId,
    CustomerId,
    InteractionId,
    MessageId,
    QueueId,
    RecordId,
    SuggestionId,
    TouchpointId,
)
from desktop.domain.interaction import Author, Delivery, Interaction, Message
from desktop.domain.interaction import InteractionState as S
from desktop.domain.journey import Stage, Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason, Suggestion
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.store.columns import UPSERTS, micros, row_of
from desktop.store.database import Store, Write
from desktop.store.phrases import (
    AGENT_NAMES,
    CITIES,
    FAMILY_NAMES,
    GIVEN_NAMES,
    MATTERS,
    SMALL_TALK,
    STREETS,
    Matter,
)
from desktop.wire.records import Record, type_of

# Rows a transaction: enough to be quick, few enough to keep the write-ahead log small.
_BATCH: Final = 20_000
_PER_INTERACTION: Final = 10
_LONGEST: Final = 5_000
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


def generate(store: Store, messages: int, seed: int, me: AgentId, *, now: datetime | None = None) -> Generated:
    """Fill an empty store with ``messages`` messages, ten a contact, one contact of 5,000, some 50 still open.

    ``me`` is the agent whose work the open contacts are; ``now`` (default: this moment) is when it all ends. Raises
    ``ValueError`` for fewer than 100 messages.
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
    return Generated(centre.message_count, centre.interaction_count, centre.customer_count)


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
        self.message_count = self.interaction_count = self.customer_count = 0
        self.colleagues = [AgentId(self._id(now - timedelta(days=900))) for _ in AGENT_NAMES]

    def records(self) -> Iterator[Record]:
        yield from self._company()
        # As many open ones as a small cache can bear beside its history.
        open_states = _OPEN[: max(1, self.wanted // (4 * _PER_INTERACTION))]
        yield from self._open_contact(open_states[0], min(_LONGEST, self.wanted // 2))
        for state in open_states[1:]:
            yield from self._open_contact(state, min(self.rng.randint(1, 14), self._left))
        while self._left:
            customer = self._customer()
            yield customer
            yield from self._life_of(customer)
            for _ in range(self.rng.choice((1, 2, 3, 4, 5, 7))):
                if self._left:
                    yield from self._contact(customer, S.CLOSED, min(self._size(), self._left))

    @property
    def _left(self) -> int:
        return self.wanted - self.message_count

    def _open_contact(self, state: S, count: int) -> Iterator[Record]:
        customer = self._customer()
        yield customer
        yield from self._life_of(customer)
        yield from self._contact(customer, S.CLOSED, 3)
        yield from self._contact(customer, state, count)

    def _id(self, at: datetime) -> str:
        value = (
            (int(at.timestamp() * 1000) & 0xFFFF_FFFF_FFFF) << 80
            | 0x7 << 76
            | self.rng.getrandbits(12) << 64
            | self.rng.getrandbits(62)
            | 0x8000_0000_0000_0000
        )
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _size(self) -> int:
        return self.rng.choice((2, 4, 6, 8, 9, 11, 14, 26))

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
        for queue in dict.fromkeys(matter.queue for matter in MATTERS):
            about = [matter for matter in MATTERS if matter.queue == queue]
            yield Queue(
                id=QueueId(queue),
                names=about[0].titles,
                intents=tuple(matter.intent for matter in about),
                answer_s={"chat": 60, "call": 20, "email": 14_400},
                version=1,
            )
        for matter in MATTERS:
            yield IntentLabel(id=matter.intent, titles=matter.titles, version=1)
            yield Disposition(id=matter.intent, titles=matter.titles, intents=(matter.intent,), version=1)
            texts = {"de": f"Guten Tag {{customer}}, {matter.answered[0]}".replace("{number}", "").replace("  ", " ")}
            yield Template(
                id=f"t-{matter.intent}", shortcut=matter.intent[:6], titles=matter.titles, texts=texts, version=1
            )

    def _customer(self) -> Customer:
        rng = self.rng
        self.customer_count += 1
        given, family = rng.choice(GIVEN_NAMES), rng.choice(FAMILY_NAMES)
        postcode, city = rng.choice(CITIES)
        since = self.now - timedelta(days=rng.randint(60, 3000))
        number = f"K{100_000 + self.customer_count}"
        mail = f"{given}.{family}.{self.customer_count}@example.org".lower()
        phone = f"+49171{rng.randint(1_000_000, 9_999_999)}"
        return Customer(
            id=CustomerId(self._id(since)),
            name=f"{given} {family}",
            number=number,
            given_name=given,
            family_name=family,
            language="de",
            segment=rng.choice(("private", "private", "business", "premium")),
            since=since.date(),
            birth_date=date(rng.randint(1945, 2004), rng.randint(1, 12), rng.randint(1, 28)),
            value_cents=rng.randint(0, 400_000),
            address=PostalAddress(
                street=f"{rng.choice(STREETS)} {rng.randint(1, 120)}", postcode=postcode, city=city, country="DE"
            ),
            identities=(
                Identity(kind=IdentityKind.EMAIL, value=mail, normalised=mail, is_verified=True),
                Identity(kind=IdentityKind.PHONE, value=phone, normalised=phone, label="mobile"),
                Identity(kind=IdentityKind.CUSTOMER_NO, value=number, normalised=number.lower()),
            ),
            consents=(Consent(purpose="email", is_granted=True, at=since),),
            created_at=since,
            updated_at=since,
            version=1,
        )

    def _life_of(self, customer: Customer) -> Iterator[Record]:
        rng = self.rng
        for _ in range(rng.randint(2, 7)):
            at = self._past(700)
            kind, channel, stage, title = rng.choice(
                (
                    ("visit", Channel.WEB, Stage.CONSIDER, "Tarifseite"),
                    ("visit", Channel.WEB, Stage.SUPPORT, "Hilfe: Rechnung verstehen"),
                    ("purchase", Channel.WEB, Stage.BUY, "Bestellung im Netz"),
                    ("shop_visit", Channel.SHOP, Stage.CONSIDER, "Beratung im Laden"),
                    ("survey", Channel.EMAIL, Stage.USE, "Umfrage nach dem Kontakt"),
                )
            )
            rating = rng.randint(1, 5) if kind == "survey" else None
            yield Touchpoint(
                id=TouchpointId(self._id(at)),
                customer_id=customer.id,
                channel=channel,
                kind=kind,
                at=at,
                title=title,
                stage=stage,
                rating=rating,
                mood=None if rating is None else (rating - 3) / 2,
                version=1,
            )
        for _ in range(rng.randint(0, 3)):
            at = self._past(500)
            kind = rng.choice(("order", "order", "contract", "invoice", "case"))
            yield BusinessRecord(
                id=RecordId(self._id(at)),
                customer_id=customer.id,
                kind=kind,
                number=str(rng.randint(100_000, 999_999)),
                title={"order": "Bestellung", "contract": "Vertrag", "invoice": "Rechnung", "case": "Vorgang"}[kind],
                status=rng.choice(("open", "done")),
                is_open=kind == "case" and rng.random() < 0.4,
                amount_cents=rng.randint(900, 90_000),
                at=at,
                version=1,
            )

    def _past(self, days: int) -> datetime:
        return self.now - timedelta(seconds=self.rng.randint(2 * 86_400, days * 86_400))

    def _contact(self, customer: Customer, state: S, count: int) -> Iterator[Record]:
        rng, matter = self.rng, self.rng.choice(MATTERS)
        channel = rng.choices(_CHANNELS, _WEIGHTS)[0]
        pause = timedelta(seconds=rng.randint(20, 90) if channel.is_live else rng.randint(600, 7200))
        if state is S.CLOSED:
            begun = self._past(730)
        else:
            pause = min(pause, timedelta(days=30) / count)
            begun = self.now - pause * count - timedelta(seconds=rng.randint(5, 600))
        interaction_id = InteractionId(self._id(begun))
        owner = None if state is S.QUEUED else self.me if state is not S.CLOSED else rng.choice(self.colleagues)
        values = {
            "number": str(rng.randint(100_000, 999_999)),
            "amount": f"{rng.randint(5, 400)},{rng.randint(0, 99):02}",
            "street": rng.choice(STREETS),
            "house": str(rng.randint(1, 99)),
            "city": rng.choice(CITIES)[1],
        }
        mood = rng.uniform(-0.8, 0.6)
        last: Message | None = None
        for index in range(count):
            is_customer = owner is None or rng.random() < 0.55 or index == 0
            mood = max(-1.0, min(1.0, mood + rng.uniform(-0.15, 0.2)))
            at = begun + pause * index
            last = Message(
                id=MessageId(self._id(at)),
                interaction_id=interaction_id,
                author=Author.CUSTOMER if is_customer else Author.AGENT,
                sent_at=at,
                channel=channel,
                customer_id=customer.id,
                agent_id=None if is_customer else owner,
                author_name=customer.name if is_customer else "",
                text=self._text(matter, is_customer, values),
                delivery=Delivery.RECEIVED if is_customer else Delivery.DELIVERED,
                mood=round(mood, 2) if is_customer else None,
                language="de",
                version=1,
            )
            yield last
        assert last is not None
        self.message_count += count
        self.interaction_count += 1
        yield self._interaction(customer, matter, channel, state, owner, begun, interaction_id, last, mood, values)
        if state is not S.CLOSED:
            yield from self._suggestions(customer, interaction_id, matter, values)

    def _text(self, matter: Matter, is_customer: bool, values: dict[str, str]) -> str:
        phrases = matter.asked if is_customer else matter.answered
        chosen = [self.rng.choice(phrases).format_map(values)]
        if self.rng.random() < 0.4:
            chosen.append(self.rng.choice(SMALL_TALK))
        return " ".join(chosen)

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
        values: dict[str, str],
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
            subject=matter.subject.format_map(values),
            language="de",
            intent=matter.intent,
            intent_probability=probability,
            intent_ranked=((matter.intent, probability), ("other", round(1 - probability, 2))),
            mood=round(mood, 2),
            identified=0.98,
            identified_by=(Reason(code="email_known", weight=0.9),),
            priority=rng.choice((2, 3, 3, 3, 4)),
            due_at=None if is_closed else now + timedelta(seconds=rng.randint(-600, 14_400)),
            offered_at=now if state is S.OFFERED else None,
            offer_expires_at=now + timedelta(days=1) if state is S.OFFERED else None,
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
        self, customer: Customer, interaction_id: InteractionId, matter: Matter, values: dict[str, str]
    ) -> Iterator[Record]:
        for rank, wording in enumerate(matter.answered[:3]):
            yield Suggestion(
                id=SuggestionId(self._id(self.now)),
                interaction_id=interaction_id,
                customer_id=customer.id,
                action=f"{matter.intent}_{rank + 1}",
                titles=matter.titles,
                wordings={"de": wording.format_map(values)},
                reasons=(Reason(code="usual_next_step", weight=0.7),),
                score=round(0.8 / (rank + 1), 2),
                rank=rank,
                version=1,
            )
