"""The brain, run here over what comes from a backend that has none: language and mood of a customer's messages, what a
contact is about, and what to do next.

Works on a page before it is written, on the writing thread, so that rows never show without their verdicts and a row sent
again gets them again. What the backend said itself is never replaced. Interactions whose verdicts were made here have the
source ``local`` (where they named none), suggestions made here an id that starts with ``local:``; both are known to no one
else, which is why ``settled_here`` answers commands about such suggestions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.commands import Command, DismissSuggestion, TakeSuggestion
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, InteractionId, SuggestionId
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.insight.artefact import ModelError
from desktop.insight.assess import Assessment, assess
from desktop.insight.intent import IntentModel, starter
from desktop.insight.journey import summary
from desktop.insight.language import UNKNOWN
from desktop.insight.mood import trend
from desktop.insight.playbook import Playbook
from desktop.insight.recommend import NextAction, Situation
from desktop.store.connection import Connection
from desktop.store.customers import customer_card, journey
from desktop.store.database import Write
from desktop.store.streams import stream, suggestions
from desktop.store.worklists import interaction_row
from desktop.sync.advice import Adviser
from desktop.wire import records
from desktop.wire.shapes import Change, ChangesPage, CommandAnswer

_log = logging.getLogger(__name__)

SOURCE: Final = "local"
_PREFIX: Final = "local:"
_NOBODY: Final = AgentId("")
_MESSAGES: Final = 50


class Enrichment:
    """Adds verdicts to pages. ``model`` and the playbooks default to those that are shipped, loaded on first use."""

    def __init__(
        self,
        model: IntentModel | None = None,
        books: Sequence[Playbook] | None = None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._model = model
        self._learned: IntentModel | None = None
        self._adviser = Adviser(books)
        self._clock = clock
        self._is_loaded = False

    def use(self, model: IntentModel | None) -> None:
        """Judge by ``model`` from the next page on; ``None`` is the one that is shipped. May be called from any thread."""
        self._learned = model

    def page(self, w: Write, page: ChangesPage) -> ChangesPage:
        """Return ``page`` with verdicts; changes that cannot be read are left for the store to pass over."""
        self._load()
        self._adviser.notice(page)
        messages: dict[InteractionId, list[Message]] = {}
        contacts: dict[InteractionId, tuple[int, Interaction]] = {}
        customers: dict[str, Customer] = {}
        changes: list[Change] = []
        touched: dict[InteractionId, int] = {}
        for change in page.changes:
            match _read(change):
                case Message() as message:
                    message = self._judged(message)
                    messages.setdefault(message.interaction_id, []).append(message)
                    if message.author is Author.CUSTOMER:
                        touched[message.interaction_id] = max(change.seq, touched.get(message.interaction_id, 0))
                    changes.append(_upsert(change.seq, message))
                case Interaction() as contact:
                    contacts[contact.id] = (change.seq, contact)
                case Customer() as customer:
                    customers[customer.id] = customer
                    changes.append(change)
                case _:
                    changes.append(change)
        for interaction_id, seq in touched.items():
            if interaction_id not in contacts:
                row = interaction_row(w.conn, interaction_id, _NOBODY)
                # A row with commands laid over it is not what the backend said; its next change comes through here.
                if row is not None and not row.is_pending:
                    contacts[interaction_id] = (seq, row.interaction)
        for interaction_id, (seq, contact) in contacts.items():
            said = _said(w.conn, interaction_id, messages.get(interaction_id, []))
            known = interaction_row(w.conn, interaction_id, _NOBODY)
            contact = self._understood(contact, said)
            changes.append(_upsert(seq, contact))
            is_news = known is None or known.interaction.intent != contact.intent
            if contact.state.is_open and is_news:
                text = said[-1].text if said else ""
                changes += self._advised(w.conn, seq, contact, customers.get(contact.customer_id or ""), text)
        return replace(page, changes=changes)

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True
        if self._model is None:
            try:
                self._model = starter()
            except (ModelError, OSError) as error:
                _log.warning("no model of intents: %s", type(error).__name__)

    def _assessed(self, message: Message) -> Assessment:
        return assess(message.text, message.subject, message.language, self._learned or self._model, message.channel)

    def _judged(self, message: Message) -> Message:
        """Fill in the language and mood of a customer's words."""
        if not _is_said(message) or (message.mood is not None and message.language):
            return message
        found = self._assessed(message)
        language = "" if found.language.language == UNKNOWN else found.language.language
        return replace(
            message,
            language=message.language or language,
            mood=found.mood.mood if message.mood is None else message.mood,
        )

    def _understood(self, contact: Interaction, said: Sequence[Message]) -> Interaction:
        """Say what a contact is about, by the newest message that tells, and how the customer feels."""
        if not said:
            return contact
        moods = [message.mood for message in said if message.mood is not None]
        language = contact.language or next((m.language for m in reversed(said) if m.language), "")
        if moods and contact.mood is None:
            contact = replace(contact, mood=moods[-1], mood_trend=trend(moods), source=contact.source or SOURCE)
        if contact.intent is None and not contact.intent_confirmed:
            for message in reversed(said):
                verdict = self._assessed(message).intent
                if verdict.known:
                    contact = replace(
                        contact,
                        intent=verdict.intent,
                        intent_probability=verdict.probability,
                        intent_ranked=verdict.ranked,
                        intent_by=verdict.words,
                        intent_also=verdict.also,
                        source=contact.source or SOURCE,
                    )
                    break
        return replace(contact, language=language)

    def _advised(
        self, conn: Connection, seq: int, contact: Interaction, customer: Customer | None, text: str
    ) -> list[Change]:
        """Return the suggestions for a contact, and the end of those made for what it was thought to be before."""
        card = customer_card(conn, contact.customer_id) if contact.customer_id is not None else None
        path = journey(conn, contact.customer_id) if contact.customer_id is not None else None
        now = self._clock()
        situation = Situation(
            now=now,
            channel=contact.channel,
            intent=contact.intent,
            probability=contact.intent_probability or 1.0,
            language=contact.language,
            mood=contact.mood,
            customer=customer or (card.customer if card is not None else None),
            is_identified=contact.customer_id is not None,
            records=(*card.open_cases, *card.orders, *card.other_records) if card is not None else (),
            journey=summary(path.touchpoints if path is not None else (), now, contact.intent or ""),
            steps=contact.steps,
            ranked=contact.intent_ranked if contact.intent_probability > 0 else (),
            is_confirmed=contact.intent_confirmed,
            text=text,
            contact=contact.id,
        )
        fresh = [
            _suggested(action, contact, rank) for rank, action in enumerate(self._adviser.actions(conn, situation))
        ]
        ids = {suggestion.id for suggestion in fresh}
        old = [one for one in suggestions(conn, contact.id) if is_local(one.id) and one.id not in ids]
        return [
            *(_upsert(seq, suggestion) for suggestion in fresh),
            *(Change(seq=seq, op="delete", type=Table.SUGGESTION, id=suggestion.id) for suggestion in old),
        ]


def is_local(suggestion_id: SuggestionId) -> bool:
    """Whether a suggestion was made here."""
    return suggestion_id.startswith(_PREFIX)


def settled_here(command: Command) -> CommandAnswer | None:
    """Return the answer to a command about a suggestion that no backend knows of, ``None`` for any other command."""
    if not isinstance(command, TakeSuggestion | DismissSuggestion) or not is_local(command.suggestion_id):
        return None
    # The largest seq lets nothing the feed brought before win over it.
    gone = Change(seq=2**63 - 1, op="delete", type=Table.SUGGESTION, id=command.suggestion_id)
    return CommandAnswer(outcome="applied", changes=[gone])


def _read(change: Change) -> object:
    if change.op != "upsert" or isinstance(change.record, msgspec.UnsetType):
        return None
    if change.type not in (Table.MESSAGE, Table.INTERACTION, Table.CUSTOMER):
        return None
    try:
        record = records.decode(change.type, change.record)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return record if record.id == change.id else None


def _upsert(seq: int, record: records.Record) -> Change:
    return Change(
        seq=seq,
        op="upsert",
        type=records.type_of(record),
        id=record.id,
        record=msgspec.Raw(records.encode(record)),
    )


def _is_said(message: Message) -> bool:
    return message.author is Author.CUSTOMER and message.kind is MessageKind.TEXT and bool(message.text.strip())


def _said(conn: Connection, interaction_id: InteractionId, arriving: Sequence[Message]) -> list[Message]:
    """The customer's words in a contact, oldest first, what arrives now included."""
    kept = [item.message for item in stream(conn, interaction_id, limit=_MESSAGES) if item.message is not None]
    by_id = {message.id: message for message in (*kept, *arriving) if _is_said(message)}
    return sorted(by_id.values(), key=lambda message: (message.sent_at, message.id))


def _suggested(action: NextAction, contact: Interaction, rank: int) -> records.Record:
    suggestion_id = SuggestionId(f"{_PREFIX}{contact.id}:{contact.intent or ''}:{action.action}")
    return action.suggestion(suggestion_id, contact.id, rank, contact.customer_id)
