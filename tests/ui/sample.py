"""A small contact centre in a store: German and English customers with offers, chats, mails, calls, notes, long texts and
files. Built from records through ``apply``, as the network would bring them. Shared by the tests of all panels.

``fill(store, now)`` puts it in; the ids below name what a test wants to open. Everything is dated back from ``now``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.customer import Consent, Customer, Identity, IdentityKind, PostalAddress, QualityFinding
from desktop.domain.flow import Need
from desktop.domain.interaction import (
    Attachment,
    Author,
    Delivery,
    Interaction,
    InteractionState,
    Message,
    MessageKind,
)
from desktop.domain.journey import Touchpoint
from desktop.domain.knowledge import Article
from desktop.domain.playbook import Playbook, Step, When
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Reason, Suggestion
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.store import apply
from desktop.store.database import Store
from desktop.store.search import index_some
from desktop.wire.records import Record, encode, type_of
from desktop.wire.shapes import Change, ChangesPage

ME, BEN, CARLA, DAVID = "agent-anna", "agent-ben", "agent-carla", "agent-david"
CHAT, MAIL, CALL, QUEUED, OFFER, WRAP, CLOSED, BENS, SNOOZED, SMS = (
    "i-chat",
    "i-mail",
    "i-call",
    "i-queued",
    "i-offer",
    "i-wrap",
    "i-closed",
    "i-bens",
    "i-snoozed",
    "i-sms",
)
JANA, LUKAS, PETER, OLIVIA, MEHMET, UNKNOWN = "c-jana", "c-lukas", "c-peter", "c-olivia", "c-mehmet", "c-unknown"

_numbers = count(1)


def open_store(path: Path) -> Store:
    """Return an empty store in a new file."""
    return Store.open(path, bytes(range(32)))


def put(store: Store, records: Iterable[Record]) -> None:
    """Put records in as the feed would, newer than all before, and into the index of the search."""
    changes = [
        Change(seq=next(_numbers), op="upsert", type=str(type_of(r)), id=r.id, record=msgspec.Raw(encode(r)))
        for r in records
    ]
    store.write(lambda w: apply.apply_changes(w, changes), Cause.NETWORK).result()
    while store.write(lambda w: index_some(w, 10_000), Cause.SYSTEM).result():
        pass


def complete(store: Store) -> None:
    """Say that the feed was read to its end, so that no gap is shown."""

    def _page(w: object) -> object:
        state = apply.sync_state(w.conn)  # type: ignore[attr-defined]
        page = ChangesPage(epoch=state.epoch, changes=[], next=state.cursor, more=False, after=state.cursor)
        return apply.apply_page(w, page)  # type: ignore[arg-type]

    store.write(_page, Cause.NETWORK).result()


def fill(store: Store, now: datetime | None = None) -> datetime:
    """Put the whole sample in and return the instant it is dated by."""
    now = now or datetime.now(UTC)
    put(store, centre(now))
    put(store, customers(now))
    put(store, interactions(now))
    put(store, messages(now))
    put(store, surroundings(now))
    complete(store)
    return now


def ago(now: datetime, *, d: float = 0, h: float = 0, m: float = 0, s: float = 0) -> datetime:
    return now - timedelta(days=d, hours=h, minutes=m, seconds=s)


# --- the centre -----------------------------------------------------------------------------------------------------------


def centre(now: datetime) -> list[Record]:
    ready = Presence(state=PresenceState.READY, since=ago(now, m=42))
    return [
        Agent(id=ME, user="anna", name="Anna Berger", presence=ready, version=1),
        Agent(id=BEN, user="ben", name="Ben Adler", presence=ready, version=1),
        Agent(
            id=CARLA,
            user="carla",
            name="Carla Friedrichsen-Baumgärtner",
            presence=Presence(state=PresenceState.AWAY, reason="lunch", since=ago(now, m=10)),
            version=1,
        ),
        Agent(id=DAVID, user="david", name="David Okafor", role=Role.LEAD, presence=Presence(), version=1),
        Queue(id="billing", names={"de": "Rechnung & Zahlung", "en": "Billing & payment"}, version=1),
        Queue(id="orders", names={"de": "Bestellung & Lieferung", "en": "Orders & delivery"}, version=1),
        Queue(id="technical", names={"de": "Technische Hilfe", "en": "Technical support"}, version=1),
        IntentLabel(id="double_invoice", titles={"de": "Doppelte Rechnung", "en": "Double invoice"}, version=1),
        IntentLabel(id="refund", titles={"de": "Erstattung", "en": "Refund"}, version=1),
        IntentLabel(id="delivery_late", titles={"de": "Lieferverzug", "en": "Late delivery"}, version=1),
        IntentLabel(id="repair", titles={"de": "Rückfrage zur Reparatur", "en": "Question about a repair"}, version=1),
        IntentLabel(id="contract_change", titles={"de": "Vertragsänderung", "en": "Change of contract"}, version=1),
        Disposition(id="solved", titles={"de": "Gelöst", "en": "Solved"}, version=1),
        Disposition(
            id="refunded",
            titles={"de": "Erstattung veranlasst", "en": "Refund arranged"},
            intents=("double_invoice", "refund"),
            version=1,
        ),
        Disposition(id="callback", titles={"de": "Rückruf vereinbart", "en": "Call back agreed"}, version=1),
        Disposition(
            id="escalated", titles={"de": "An Fachabteilung gegeben", "en": "Passed to a specialist"}, version=1
        ),
        Disposition(id="not_solved", titles={"de": "Nicht gelöst", "en": "Not solved"}, version=1),
        Template(
            id="t-hello",
            shortcut="hello",
            titles={"de": "Begrüßung", "en": "Greeting"},
            texts={
                "de": "Guten Tag {customer}, mein Name ist {agent}. Wie kann ich Ihnen helfen?",
                "en": "Hello {customer}, this is {agent}. How can I help you today?",
            },
            version=1,
        ),
        Template(
            id="t-moment",
            shortcut="moment",
            titles={"de": "Einen Moment", "en": "One moment"},
            texts={"de": "Einen Moment bitte, ich sehe nach.", "en": "One moment please, I'm looking into it."},
            version=1,
        ),
        Template(
            id="t-refund",
            shortcut="refund",
            titles={"de": "Erstattung veranlasst", "en": "Refund on its way"},
            texts={
                "de": "Ich habe die Erstattung zu Kundennummer {number} veranlasst. Das Geld ist in drei Werktagen da.",
                "en": "I've arranged the refund for customer {number}. The money will be there in three days.",
            },
            version=1,
        ),
        Template(
            id="t-mail",
            shortcut="mail",
            titles={"de": "Rahmen für E-Mails", "en": "E-mail frame"},
            texts={
                "de": "Guten Tag {customer},\n\n\n\nFreundliche Grüße\n{agent}",
                "en": "Dear {customer},\n\n\n\n{agent}",
            },
            channels=(Channel.EMAIL,),
            version=1,
        ),
    ]


def _identity(kind: IdentityKind, value: str, normalised: str = "", label: str = "") -> Identity:
    return Identity(kind=kind, value=value, normalised=normalised or value.lower(), label=label, is_verified=True)


def customers(now: datetime) -> list[Record]:
    return [
        Customer(
            id=JANA,
            name="Jana Weber",
            number="30418",
            given_name="Jana",
            family_name="Weber",
            language="de",
            segment="plus",
            since=date(2019, 4, 2),
            value_cents=124_000,
            address=PostalAddress(street="Lindenstraße 14", postcode="04109", city="Leipzig", country="DE"),
            identities=(
                _identity(IdentityKind.EMAIL, "jana.weber@example.de"),
                _identity(IdentityKind.PHONE, "+49 341 555 0142", "+493415550142", "mobile"),
                _identity(IdentityKind.CUSTOMER_NO, "30418"),
            ),
            consents=(
                Consent(purpose="email", is_granted=True),
                Consent(purpose="sms", is_granted=False),
                Consent(purpose="advertising", is_granted=False),
            ),
            quality=(QualityFinding(code="stale", field="address"),),
            version=1,
        ),
        Customer(
            id=LUKAS,
            name="Lukas Friedrichsen-Baumgärtner",
            number="51200",
            language="de",
            since=date(2023, 1, 9),
            value_cents=18_990,
            identities=(_identity(IdentityKind.EMAIL, "lukas.f@example.org"),),
            version=1,
        ),
        Customer(
            id=PETER,
            name="Peter Lindqvist",
            number="77120",
            language="en",
            since=date(2016, 8, 21),
            value_cents=431_250,
            identities=(_identity(IdentityKind.PHONE, "+44 20 7946 0991", "+442079460991"),),
            version=1,
        ),
        Customer(
            id=OLIVIA,
            name="Sofia Oliveira",
            language="en",
            identities=(_identity(IdentityKind.PHONE, "+49 151 555 2207", "+491515552207"),),
            version=1,
        ),
        Customer(
            id=MEHMET,
            name="Mehmet Kaya",
            number="40077",
            language="de",
            identities=(
                _identity(IdentityKind.EMAIL, "m.kaya@example.com"),
                _identity(IdentityKind.HANDLE, "@mkaya", "whatsapp:mkaya", "WhatsApp"),
            ),
            version=1,
        ),
        Customer(id=UNKNOWN, is_provisional=True, version=1),
    ]


# --- the work -------------------------------------------------------------------------------------------------------------


def interactions(now: datetime) -> list[Record]:
    S = InteractionState

    def contact(id_: str, channel: Channel, state: InteractionState, **fields: object) -> Interaction:
        defaults: dict[str, object] = {
            "created_at": ago(now, m=30),
            "updated_at": ago(now, m=2),
            "queue": "billing",
            "assignee": ME,
            "version": 1,
        }
        return Interaction(id=id_, channel=channel, state=state, **{**defaults, **fields})  # type: ignore[arg-type]

    return [
        contact(
            CHAT,
            Channel.CHAT,
            S.ACTIVE,
            customer_id=JANA,
            customer_name="Jana Weber",
            from_address="jana.weber@example.de",
            language="de",
            intent="double_invoice",
            intent_probability=0.92,
            intent_ranked=(("double_invoice", 0.92), ("refund", 0.05), ("contract_change", 0.01)),
            intent_by=("Rechnung", "zweimal", "abgebucht"),
            mood=-0.62,
            mood_trend=-0.4,
            identified=0.99,
            identified_by=(Reason(code="identify.email", weight=0.9), Reason(code="identify.name_same", weight=0.3)),
            due_at=now + timedelta(minutes=4, seconds=20),
            accepted_at=ago(now, m=3),
            last_text="Der Anruf letzte Woche hat leider auch nichts gebracht.",
            last_author=Author.CUSTOMER,
            last_at=ago(now, m=2),
        ),
        contact(
            MAIL,
            Channel.EMAIL,
            S.ACTIVE,
            customer_id=MEHMET,
            customer_name="Mehmet Kaya",
            from_address="m.kaya@example.com",
            subject="Aw: Ihre Sendung 4711 – Zustellung fehlgeschlagen",
            language="de",
            queue="orders",
            intent="delivery_late",
            intent_probability=0.81,
            intent_ranked=(("delivery_late", 0.81), ("refund", 0.12)),
            mood=-0.2,
            identified=0.97,
            due_at=now + timedelta(hours=3, minutes=5),
            accepted_at=ago(now, h=2),
            answered_at=ago(now, h=1),
            last_text="Zustellung am Freitag passt mir nicht.",
            last_author=Author.CUSTOMER,
            last_at=ago(now, m=27),
        ),
        contact(
            CALL,
            Channel.CALL,
            S.ACTIVE,
            customer_id=PETER,
            customer_name="Peter Lindqvist",
            from_address="+442079460991",
            language="en",
            queue="technical",
            intent="repair",
            intent_probability=0.66,
            mood=0.1,
            identified=0.97,
            identified_by=(Reason(code="identify.phone", weight=0.9),),
            accepted_at=ago(now, m=1),
            last_text="",
            last_at=ago(now, m=1),
        ),
        contact(
            QUEUED,
            Channel.CHAT,
            S.QUEUED,
            assignee=None,
            customer_id=UNKNOWN,
            from_address="visitor-8812",
            due_at=now - timedelta(minutes=2),
            last_text="Hello? Is anybody there?",
            last_author=Author.CUSTOMER,
            last_at=ago(now, m=5),
        ),
        contact(
            OFFER,
            Channel.MESSENGER,
            S.OFFERED,
            customer_id=OLIVIA,
            customer_name="Sofia Oliveira",
            from_address="+491515552207",
            intent="delivery_late",
            intent_probability=0.7,
            offered_at=ago(now, s=5),
            offer_expires_at=now + timedelta(seconds=15),
            last_text="Where is my parcel?",
            last_author=Author.CUSTOMER,
            last_at=ago(now, s=8),
        ),
        contact(
            WRAP,
            Channel.CALL,
            S.WRAP_UP,
            customer_id=OLIVIA,
            customer_name="Sofia Oliveira",
            from_address="+491515552207",
            intent="refund",
            intent_probability=0.88,
            wrap_up_at=ago(now, s=48),
            accepted_at=ago(now, m=8),
            answered_at=ago(now, m=8),
            steps=("check_invoice", "order_refund", "reply"),
            last_at=ago(now, s=48),
        ),
        contact(
            CLOSED,
            Channel.EMAIL,
            S.CLOSED,
            customer_id=JANA,
            customer_name="Jana Weber",
            from_address="jana.weber@example.de",
            subject="Rechnung",
            intent="double_invoice",
            intent_probability=0.9,
            disposition="solved",
            created_at=ago(now, d=6),
            last_at=ago(now, d=6),
            closed_at=ago(now, d=6),
            last_text="Danke!",
        ),
        contact(
            BENS,
            Channel.CHAT,
            S.ACTIVE,
            assignee=BEN,
            customer_id=LUKAS,
            customer_name="Lukas Friedrichsen-Baumgärtner",
            from_address="lukas.f@example.org",
            last_text="Danke, ich warte.",
            last_author=Author.CUSTOMER,
            last_at=ago(now, m=9),
        ),
        contact(
            SNOOZED,
            Channel.EMAIL,
            S.SNOOZED,
            customer_id=LUKAS,
            customer_name="Lukas Friedrichsen-Baumgärtner",
            from_address="lukas.f@example.org",
            subject="Umtausch",
            snoozed_until=now + timedelta(days=1),
            last_text="Ich melde mich morgen.",
            last_author=Author.CUSTOMER,
            last_at=ago(now, h=5),
        ),
        contact(
            SMS,
            Channel.SMS,
            S.WAITING,
            customer_id=OLIVIA,
            customer_name="Sofia Oliveira",
            from_address="+491515552207",
            last_text="Please send us a photo.",
            last_author=Author.AGENT,
            last_at=ago(now, d=1),
            answered_at=ago(now, d=1),
        ),
    ]


def message(id_: str, interaction: str, author: Author, at: datetime, text: str = "", **fields: object) -> Message:
    """Return a message; an agent's is Anna's unless ``agent_id`` says otherwise."""
    defaults: dict[str, object] = {"version": 1}
    if author is Author.AGENT:
        defaults |= {"agent_id": ME, "author_name": "Anna Berger", "delivery": Delivery.SENT}
    return Message(
        id=id_,
        interaction_id=interaction,
        author=author,
        sent_at=at,
        text=text,
        **{**defaults, **fields},  # type: ignore[arg-type]
    )


LONG_MAIL = """Guten Tag,

leider ist meine Sendung 4711 schon zum dritten Mal nicht zugestellt worden, obwohl ich den ganzen Tag zu Hause war. Der Fahrer hat offenbar nicht geklingelt; im Briefkasten lag nur eine Karte mit einer unleserlichen Uhrzeit.

Ich habe bereits folgende Schritte unternommen:

1. Bei der Hotline des Paketdienstes angerufen (40 Minuten Warteschleife).
2. Einen neuen Zustelltermin für Dienstag vereinbart – es kam niemand.
3. Einen Abstellort hinterlegt, der ignoriert wurde.

Die Sendungsverfolgung steht unter https://tracking.example.com/parcel/4711?lang=de&details=full und zeigt seit gestern nur noch „Zustellung fehlgeschlagen“.

Bitte sorgen Sie dafür, dass das Paket bis spätestens Donnerstag ankommt, sonst möchte ich vom Kauf zurücktreten und das Geld zurückhaben. Freitag passt mir nicht, da bin ich nicht zu Hause.

Bitte bestätigen Sie mir den Termin schriftlich.

Mit freundlichen Grüßen
Mehmet Kaya

Am 14.11.2025 um 09:12 schrieb Kundendienst <service@example.com>:
> Guten Tag Herr Kaya,
>
> Ihre Sendung wird voraussichtlich am Freitag zugestellt.
>
> Freundliche Grüße
> Ihr Kundendienst"""  # noqa: E501 - a mail has lines as long as its paragraphs


def messages(now: datetime) -> list[Record]:
    A, C = Author.AGENT, Author.CUSTOMER
    read, delivered = Delivery.READ, Delivery.DELIVERED
    return [
        message(
            "m-chat-1",
            CHAT,
            C,
            ago(now, m=6),
            "Guten Tag, ich habe die Rechnung 20-7731 jetzt zweimal bekommen, und beide wurden abgebucht.",
            mood=-0.3,
            channel=Channel.CHAT,
        ),
        message("m-chat-2", CHAT, C, ago(now, m=5.7), "Was ist da los?", mood=-0.4, channel=Channel.CHAT),
        message(
            "m-chat-3",
            CHAT,
            A,
            ago(now, m=4),
            "Guten Tag Frau Weber, das tut mir leid. Ich sehe beide Buchungen und kläre das sofort mit der Buchhaltung.",
            delivery=read,
            agent_id=BEN,
            author_name="Ben Adler",
            channel=Channel.CHAT,
        ),
        message(
            "m-chat-4",
            CHAT,
            A,
            ago(now, m=3.6),
            "Zweite Abbuchung vom 12.11. über 84,90 € ist ein Duplikat.",
            kind=MessageKind.NOTE,
            delivery=Delivery.RECEIVED,
        ),
        message(
            "m-chat-5",
            CHAT,
            C,
            ago(now, m=2),
            "Der Anruf letzte Woche hat leider auch nichts gebracht. Wann ist das Geld zurück?",
            mood=-0.7,
            channel=Channel.CHAT,
            attachments=(
                Attachment(
                    sha256="ab" * 32, name="Kontoauszug November.pdf", media_type="application/pdf", size=182_000
                ),
                Attachment(sha256="cd" * 32, name="Foto der Rechnung.jpg", media_type="image/jpeg", size=2_400_000),
            ),
        ),
        message(
            "m-mail-1",
            MAIL,
            A,
            ago(now, d=2),
            "Ihre Sendung wird voraussichtlich am Freitag zugestellt.",
            subject="Ihre Sendung 4711",
            channel=Channel.EMAIL,
            delivery=delivered,
        ),
        message(
            "m-mail-2",
            MAIL,
            C,
            ago(now, m=27),
            LONG_MAIL,
            subject="Aw: Ihre Sendung 4711 – Zustellung fehlgeschlagen",
            channel=Channel.EMAIL,
            mood=-0.4,
        ),
        message("m-call-1", CALL, C, ago(now, m=2), kind=MessageKind.CALL, event="ringing", channel=Channel.CALL),
        message(
            "m-call-2",
            CALL,
            Author.SYSTEM,
            ago(now, m=1),
            kind=MessageKind.CALL,
            event="answered",
            channel=Channel.CALL,
        ),
        message("m-queued-1", QUEUED, C, ago(now, m=5), "Hello? Is anybody there?", channel=Channel.CHAT),
        message("m-offer-1", OFFER, C, ago(now, s=8), "Where is my parcel?", channel=Channel.MESSENGER),
        message(
            "m-wrap-1",
            WRAP,
            Author.SYSTEM,
            ago(now, s=48),
            kind=MessageKind.CALL,
            event="ended",
            values={"duration_s": "372"},
            channel=Channel.CALL,
        ),
        message(
            "m-closed-1",
            CLOSED,
            C,
            ago(now, d=6.1),
            "Ich habe eine Frage zur Rechnung.",
            channel=Channel.EMAIL,
            subject="Rechnung",
        ),
        message(
            "m-closed-2",
            CLOSED,
            A,
            ago(now, d=6.05),
            "Die Rechnung ist korrekt.",
            channel=Channel.EMAIL,
            subject="Re: Rechnung",
        ),
        message(
            "m-closed-3",
            CLOSED,
            Author.SYSTEM,
            ago(now, d=6),
            kind=MessageKind.EVENT,
            event="closed",
            values={"disposition": "solved"},
            agent_id=BEN,
            author_name="Ben Adler",
        ),
        message("m-bens-1", BENS, C, ago(now, m=9), "Danke, ich warte.", channel=Channel.CHAT),
        message("m-sms-1", SMS, A, ago(now, d=1), "Please send us a photo.", channel=Channel.SMS, delivery=delivered),
        message("m-snoozed-1", SNOOZED, C, ago(now, h=5), "Ich melde mich morgen.", channel=Channel.EMAIL),
    ]


def guidance(now: datetime) -> list[Record]:
    """Two playbooks and three articles; not among what ``fill`` puts in."""

    def need(field: str, de: str, en: str, **fields: bool) -> Need:
        return Need(field=field, titles={"de": de, "en": en}, **fields)

    steps = (
        Step(
            action="check_invoice",
            titles={"de": "Beide Rechnungen prüfen", "en": "Check both invoices"},
            needs=(
                need("invoice_number", "Rechnungsnummer", "Invoice number"),
                need("birth_date", "Geburtsdatum", "Birth date", is_optional=True),
            ),
        ),
        Step(
            action="confirm_duplicate",
            titles={"de": "Doppelte Buchung bestätigen", "en": "Confirm the duplicate"},
            wordings={
                "de": "Guten Tag {customer}, die Rechnung {number} wurde zweimal abgebucht.",
                "en": "Hello {customer}, invoice {number} was taken twice.",
            },
        ),
        Step(action="order_refund", titles={"de": "Erstattung veranlassen", "en": "Arrange the refund"}),
    )
    calm = (
        Step(action="apologise", titles={"de": "Um Entschuldigung bitten", "en": "Apologise"}),
        Step(action="offer_credit", titles={"de": "Gutschrift anbieten", "en": "Offer a credit"}),
    )
    return [
        Playbook(
            id="double-charge",
            edition=2,
            titles={"de": "Doppelt abgebucht", "en": "Money taken twice"},
            when=When(intents=("double_invoice",)),
            steps=steps,
            version=1,
        ),
        Playbook(
            id="upset", edition=1, titles={"de": "Verärgerte Kunden", "en": "Upset customers"}, steps=calm, version=1
        ),
        Article(
            id="refund-time",
            titles={"de": "Wann ist eine Erstattung da?", "en": "When does a refund arrive?"},
            texts={
                "de": "Eine Erstattung braucht drei Werktage.",
                "en": "A refund takes three working days.\n\nBy card it takes up to ten.",
            },
            answers={
                "de": "Guten Tag {customer}, das Geld ist in drei Werktagen da.",
                "en": "Hello {customer}, the money will be there in three days.",
            },
            intents=("double_invoice", "refund"),
            keywords=("Geld", "money"),
            updated_at=ago(now, d=3),
            version=1,
        ),
        Article(
            id="payment-terms",
            titles={"de": "Zahlungsbedingungen", "en": "Payment terms"},
            texts={"de": "Vierzehn Tage ab Rechnungsdatum.", "en": "Fourteen days from the date of the invoice."},
            version=1,
        ),
        Article(
            id="returns",
            titles={"de": "Ware zurücksenden", "en": "Returning goods"},
            texts={"de": "Binnen dreißig Tagen.", "en": "Within thirty days; the label costs no money."},
            version=1,
        ),
    ]


def surroundings(now: datetime) -> list[Record]:
    return [
        Suggestion(
            id="s-1",
            interaction_id=CHAT,
            customer_id=JANA,
            action="order_refund",
            titles={"de": "Erstattung 84,90 € anweisen", "en": "Arrange a refund of €84.90"},
            wordings={
                "de": "Die 84,90 € sind morgen wieder auf Ihrem Konto.",
                "en": "The €84.90 will be back tomorrow.",
            },
            reasons=(Reason(code="recommend.similar_cases", weight=0.9, values={"k": "94", "n": "97"}),),
            score=0.86,
            rank=0,
            version=1,
        ),
        Suggestion(
            id="s-2",
            interaction_id=CHAT,
            customer_id=JANA,
            action="offer_callback",
            titles={"de": "Rückruf durch Teamleitung anbieten", "en": "Offer a call back by the team lead"},
            reasons=(Reason(code="recommend.mood_falling", weight=0.4),),
            score=0.4,
            rank=1,
            version=1,
        ),
        Touchpoint(
            id="tp-1",
            customer_id=JANA,
            channel=Channel.WEB,
            kind="visit",
            at=ago(now, m=14),
            title="Rechnungen, Hilfe „Doppelt belastet“",
            duration_s=360,
            version=1,
        ),
        Touchpoint(
            id="tp-2",
            customer_id=JANA,
            channel=Channel.SHOP,
            kind="purchase",
            at=ago(now, d=12),
            title="Kaffeevollautomat Aroma Duo",
            version=1,
        ),
        Touchpoint(
            id="tp-3",
            customer_id=JANA,
            channel=Channel.CALL,
            kind="contact",
            at=ago(now, d=7),
            title="Lieferverzug gemeldet",
            duration_s=372,
            mood=-0.4,
            version=1,
        ),
        BusinessRecord(
            id="r-1",
            customer_id=JANA,
            kind="case",
            number="8841",
            title="Reklamation",
            status="in Klärung",
            is_open=True,
            at=ago(now, d=3),
            version=1,
        ),
        BusinessRecord(
            id="r-2",
            customer_id=JANA,
            kind="order",
            number="4711",
            title="2 Artikel",
            status="geliefert",
            amount_cents=44_900,
            at=ago(now, d=12),
            version=1,
        ),
    ]
