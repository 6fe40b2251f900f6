"""The brain, run here over what comes from a backend that has none: language and mood of a customer's messages, what a
contact is about, its place in the customer's journey, and what to do next.

Works on a page before it is written, on the writing thread, so that rows never show without their verdicts and a row sent
again gets them again. What the backend said itself is never replaced. Interactions whose verdicts were made here have the
source ``local`` (where they named none), suggestions and touchpoints made here an id that starts with ``local:``; they are
known to no one else, which is why ``settlement`` answers commands about them. What is made up for is said by the backend's
``Capabilities``: ``has_brain``, ``has_journey``, ``commands``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from desktop.backends.base import Capabilities
from desktop.domain.changes import Table
from desktop.domain.commands import Command, SendMessage, SetIntent
from desktop.domain.customer import Customer
from desktop.domain.ids import LOCAL, InteractionId, MessageId, SuggestionId, TouchpointId
from desktop.domain.interaction import Author, Interaction, Message, MessageKind
from desktop.domain.journey import Touchpoint
from desktop.insight.artefact import ModelError
from desktop.insight.assess import Assessment, assess
from desktop.insight.intent import IntentModel, starter
from desktop.insight.journey import of_contact
from desktop.insight.language import UNKNOWN
from desktop.insight.mood import trend
from desktop.insight.playbook import Playbook
from desktop.insight.recommend import NextAction
from desktop.store import corrections
from desktop.store.apply import sync_state
from desktop.store.connection import Connection
from desktop.store.database import Write
from desktop.store.streams import suggestions
from desktop.sync.advice import Adviser
from desktop.sync.settlement import is_local, keeps_intents, settled_here, without_suggestion
from desktop.wire import records
from desktop.wire.shapes import Change, ChangesPage, CommandAnswer

_log = logging.getLogger(__name__)

SOURCE: Final = "local"
_MESSAGES: Final = 50
_BRAINLESS: Final = Capabilities(has_brain=False)

_SAID_SQL: Final = (
    "SELECT body FROM message WHERE interaction_id = ? AND author = 'customer' ORDER BY sent_at DESC LIMIT ?"
)
_FIRST_SAID_SQL: Final = (
    "SELECT body FROM message WHERE interaction_id = ? AND author = 'customer' ORDER BY sent_at LIMIT 1"
)


class Enrichment:
    """Adds to pages what the backend of ``account`` lacks, by what it ``can``. ``model`` and the playbooks default to those
    that are shipped, loaded on first use."""

    def __init__(
        self,
        model: IntentModel | None = None,
        books: Sequence[Playbook] | None = None,
        *,
        can: Capabilities = _BRAINLESS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        account: str = "",
    ) -> None:
        self._model = model
        self._learned: IntentModel | None = None
        self._adviser = Adviser(books)
        self._can = can
        self._clock = clock
        self._account = account
        self._is_loaded = False

    def use(self, model: IntentModel | None) -> None:
        """Judge by ``model`` from the next page on; ``None`` is the one that is shipped. May be called from any thread."""
        self._learned = model

    def page(self, w: Write, page: ChangesPage) -> ChangesPage:
        """Return ``page`` with what is made up for; changes that cannot be read are left for the store to pass over."""
        work = _Reading(page)
        thinks = not self._can.has_brain
        assessed: dict[MessageId, Assessment] = {}
        if thinks:
            self._load()
            self._adviser.notice(page)
            work.judge(lambda message: self._judged(message, assessed))
        known = _contacts(w.conn, [*work.contacts, *work.touched])
        for interaction_id, seq in work.touched.items():
            if interaction_id not in work.contacts and interaction_id in known:
                work.contacts[interaction_id] = (seq, known[interaction_id])
        fixed = corrections.of_interactions(w.conn, work.contacts) if keeps_intents(self._can) else {}
        # Of a new history nothing is here once its first page is written.
        is_new = bool(page.epoch) and page.epoch != sync_state(w.conn, self._account).epoch
        changes = work.changes
        news: list[tuple[int, Interaction, str]] = []
        points: dict[str, list[Touchpoint]] = {}
        for interaction_id, (seq, contact) in work.contacts.items():
            said = _said(w.conn, interaction_id, work.messages.get(interaction_id, [])) if thinks else []
            if thinks:
                contact = corrections.laid_over(self._understood(contact, said, assessed), fixed.get(interaction_id))
            changes.append(_upsert(seq, contact))
            if not self._can.has_journey and contact.customer_id is not None:
                point = self._touchpoint(w.conn, contact, said)
                changes.append(_upsert(seq, point))
                points.setdefault(contact.customer_id, []).append(point)
            before = None if is_new else known.get(interaction_id)
            if thinks and contact.state.is_open and (before is None or before.intent != contact.intent):
                news.append((seq, contact, said[-1].text if said else ""))
        for seq, contact, text in news:
            customer = work.customers.get(contact.customer_id or "")
            changes += self._advised(w.conn, seq, contact, customer, text, points.get(contact.customer_id or "", ()))
        if not self._can.has_journey:
            changes += [_without_touchpoint(change) for change in page.changes if _is_end_of_contact(change)]
        return replace(page, changes=changes)

    def settled(self, command: Command) -> CommandAnswer | None:
        """Return the answer to a command that the backend has nothing for, ``None`` for one that it is to be sent."""
        return settled_here(command, self._can)

    def answer(self, w: Write, command: Command, answer: CommandAnswer) -> CommandAnswer:
        """Return the answer to a command with what is made up for in the rows it brings. What an agent says a contact is
        about is kept where the backend has no place for it; a suggestion made here that went out as a message has been
        taken."""
        page = self.page(w, ChangesPage(epoch="", changes=answer.changes, next=0, more=False))
        changes = page.changes
        if answer.outcome == "applied":
            match command:
                case SendMessage(suggestion_id=suggestion_id) if suggestion_id and is_local(suggestion_id):
                    changes = [*changes, without_suggestion(suggestion_id)]
                case SetIntent() if keeps_intents(self._can):
                    changes = [*changes, *self._corrected(w, command)]
                case _:
                    pass
        return replace(answer, changes=changes)

    def _load(self) -> None:
        if self._is_loaded:
            return
        self._is_loaded = True
        if self._model is None:
            try:
                self._model = starter()
            except (ModelError, OSError) as error:
                _log.warning("no model of intents: %s", type(error).__name__)

    def _assessed(self, message: Message, known: dict[MessageId, Assessment]) -> Assessment:
        """Judge a message, once for each page it has to do with."""
        found = known.get(message.id)
        if found is None:
            model = self._learned or self._model
            found = known[message.id] = assess(message.text, message.subject, message.language, model, message.channel)
        return found

    def _judged(self, message: Message, known: dict[MessageId, Assessment]) -> Message:
        """Fill in the language and mood of a customer's words."""
        if not _is_said(message) or (message.mood is not None and message.language):
            return message
        found = self._assessed(message, known)
        language = "" if found.language.language == UNKNOWN else found.language.language
        return replace(
            message,
            language=message.language or language,
            mood=found.mood.mood if message.mood is None else message.mood,
        )

    def _understood(
        self, contact: Interaction, said: Sequence[Message], known: dict[MessageId, Assessment]
    ) -> Interaction:
        """Say what a contact is about, by the newest message that tells, and how the customer feels."""
        if not said:
            return contact
        moods = [message.mood for message in said if message.mood is not None]
        language = contact.language or next((m.language for m in reversed(said) if m.language), "")
        if moods and contact.mood is None:
            contact = replace(contact, mood=moods[-1], mood_trend=trend(moods), source=contact.source or SOURCE)
        if contact.intent is None and not contact.intent_confirmed:
            for message in reversed(said):
                verdict = self._assessed(message, known).intent
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
        return contact if contact.language == language else replace(contact, language=language)

    def _touchpoint(self, conn: Connection, contact: Interaction, said: Sequence[Message]) -> Touchpoint:
        first = ""
        if not contact.subject.strip():
            words = said[:1] if 0 < len(said) < _MESSAGES else _read_messages(conn, _FIRST_SAID_SQL, contact.id)
            first = next((message.text for message in words), contact.last_text)
        return of_contact(contact, _touchpoint_id(contact.id), first_words=first, source=SOURCE)

    def _corrected(self, w: Write, command: SetIntent) -> list[Change]:
        """Keep what an agent said, show it in the contact and its journey, and return the advice that follows of it."""
        row = corrections.row_of_contact(w.conn, command.interaction_id)
        if row is None:
            corrections.keep(w, command, self._clock())
            return []
        if command.also is None:
            command = replace(command, also=row.intent_also)
        kept = corrections.keep(w, command, self._clock())
        contact = corrections.laid_over(replace(row, intent_confirmed=False), kept)
        said = _said(w.conn, contact.id, ())
        corrections.rewrite(w, contact)
        if not self._can.has_journey:
            corrections.rewrite(w, self._touchpoint(w.conn, contact, said))
        if not contact.state.is_open or contact.intent == row.intent:
            return []
        self._load()
        # As of no change of the feed: whatever it has to say comes later.
        return self._advised(w.conn, 0, contact, None, said[-1].text if said else "", ())

    def _advised(
        self,
        conn: Connection,
        seq: int,
        contact: Interaction,
        customer: Customer | None,
        text: str,
        arriving: Iterable[Touchpoint],
    ) -> list[Change]:
        """Return the suggestions for a contact, and the end of those made for what it was thought to be before. ``arriving``
        are touchpoints of the customer that are still to be written."""
        actions = self._adviser.advise(conn, contact, customer, text, arriving, self._clock())
        fresh = [_suggested(action, contact, rank) for rank, action in enumerate(actions)]
        ids = {suggestion.id for suggestion in fresh}
        old = [one for one in suggestions(conn, contact.id) if is_local(one.id) and one.id not in ids]
        return [
            *(_upsert(seq, suggestion) for suggestion in fresh),
            *(without_suggestion(suggestion.id) for suggestion in old),
        ]


class _Reading:
    """A page taken apart: ``changes`` are those that are not worked on, and messages once they were judged; ``touched`` are
    the contacts a customer spoke in, with the newest seq at which they did."""

    def __init__(self, page: ChangesPage) -> None:
        self.changes: list[Change] = []
        self.messages: dict[InteractionId, list[Message]] = {}
        self.contacts: dict[InteractionId, tuple[int, Interaction]] = {}
        self.customers: dict[str, Customer] = {}
        self.touched: dict[InteractionId, int] = {}
        self._unjudged: list[tuple[int, Message]] = []
        for change in page.changes:
            match _read(change):
                case Message() as message:
                    self._unjudged.append((len(self.changes), message))
                    self.changes.append(change)
                case Interaction() as contact:
                    self.contacts[contact.id] = (change.seq, contact)
                case Customer() as customer:
                    self.customers[customer.id] = customer
                    self.changes.append(change)
                case _:
                    self.changes.append(change)

    def judge(self, judged: Callable[[Message], Message]) -> None:
        """Put the messages as ``judged`` leaves them into their places."""
        for place, before in self._unjudged:
            message, seq = judged(before), self.changes[place].seq
            if message is not before:
                self.changes[place] = _upsert(seq, message)
            self.messages.setdefault(message.interaction_id, []).append(message)
            if message.author is Author.CUSTOMER:
                self.touched[message.interaction_id] = max(seq, self.touched.get(message.interaction_id, 0))


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


def _contacts(conn: Connection, ids: Iterable[InteractionId]) -> dict[InteractionId, Interaction]:
    """The contacts that are here, as their system told them: without what is on its way."""
    rows = conn.execute(
        "SELECT body FROM interaction WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    )
    found: list[Interaction] = [records.decode(Table.INTERACTION, body) for (body,) in rows]
    return {contact.id: contact for contact in found}


def _said(conn: Connection, interaction_id: InteractionId, arriving: Sequence[Message]) -> list[Message]:
    """The customer's words in a contact, oldest first, what arrives now included."""
    kept = _read_messages(conn, _SAID_SQL, interaction_id, _MESSAGES)
    by_id = {message.id: message for message in (*kept, *arriving) if _is_said(message)}
    return sorted(by_id.values(), key=lambda message: (message.sent_at, message.id))


def _read_messages(conn: Connection, sql: str, *values: object) -> list[Message]:
    return [records.decode(Table.MESSAGE, body) for (body,) in conn.execute(sql, values)]


def _touchpoint_id(contact: str) -> TouchpointId:
    return TouchpointId(f"{LOCAL}{contact}")


def _is_end_of_contact(change: Change) -> bool:
    return change.op == "delete" and change.type == Table.INTERACTION


def _without_touchpoint(deleted: Change) -> Change:
    return Change(seq=deleted.seq, op="delete", type=Table.TOUCHPOINT, id=_touchpoint_id(deleted.id))


def _suggested(action: NextAction, contact: Interaction, rank: int) -> records.Record:
    suggestion_id = SuggestionId(f"{LOCAL}{contact.id}:{contact.intent or ''}:{action.action}")
    return action.suggestion(suggestion_id, contact.id, rank, contact.customer_id)
