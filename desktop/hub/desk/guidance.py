"""What the brain makes of an interaction: language, intent, mood, urgency. ``Guidance`` is what was loaded and learned, one
for the whole hub; the functions put its verdicts into records, ``advice`` those on what to do next. The judgement is
``insight``'s.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import bindparam, select, union_all

from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.flow import Flow
from desktop.domain.ids import TouchpointId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Suggestion
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.statements import HEADER
from desktop.hub.desk.work import Work
from desktop.insight.artefact import ModelError
from desktop.insight.assess import Assessment, assess
from desktop.insight.bandit import Learner
from desktop.insight.experience import StepCounts
from desktop.insight.intent import IntentModel, starter
from desktop.insight.journey import JourneySummary, summary
from desktop.insight.knowledge import Library
from desktop.insight.language import UNKNOWN
from desktop.insight.mood import trend
from desktop.insight.next_step import NextStepModel
from desktop.insight.playbook import Playbook, PlaybookError, playbooks
from desktop.insight.recommend import NextAction, NextSteps, Situation, recommend
from desktop.wire.records import decode

log = logging.getLogger(__name__)

_MOODS = 20
_FACTS = 120
_PAGE = 1000
_row = tables.record.c
_seen = (_row.type, _row.at, _row.id, _row.body, *HEADER)
_KNOWN = [str(Table.TOUCHPOINT), str(Table.RECORD)]
_PARTS = [str(Table.SUGGESTION), str(Table.FLOW)]
# Built once, and one statement for all: each arriving message waits for this.
_background = union_all(
    select(
        select(*_seen)
        .where(_row.type == str(Table.MESSAGE), _row.is_deleted.is_(False), _row.interaction_id == bindparam("contact"))
        .order_by(_row.at.desc(), _row.id.desc())
        .limit(_MOODS)
        .subquery()
    ),
    select(*_seen).where(
        _row.type.in_(_PARTS), _row.is_deleted.is_(False), _row.interaction_id == bindparam("contact")
    ),
    select(*_seen).where(
        _row.type == str(Table.INTERACTION), _row.is_deleted.is_(False), _row.id == bindparam("contact")
    ),
    select(*_seen).where(
        _row.type == str(Table.CUSTOMER), _row.is_deleted.is_(False), _row.id == bindparam("customer")
    ),
    select(
        select(*_seen)
        .where(_row.type.in_(_KNOWN), _row.is_deleted.is_(False), _row.customer_id == bindparam("customer"))
        .order_by(_row.at.desc())
        .limit(_FACTS)
        .subquery()
    ),
)


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a customer beside their record; ``touchpoints`` without the contact being worked."""

    touchpoints: tuple[Touchpoint, ...] = ()
    records: tuple[BusinessRecord, ...] = ()

    def journey(self, at: datetime, intent: str | None) -> JourneySummary:
        return summary(self.touchpoints, at, intent or "")


class Background(Struct, frozen=True, kw_only=True):
    """What a further message of a contact is judged by: the ``moods`` of the customer's latest ones, oldest first, the
    contact's ``suggestions`` by rank and its ``flows``, and the ``facts`` of its customer."""

    moods: tuple[float, ...]
    suggestions: tuple[Suggestion, ...]
    flows: tuple[Flow, ...]
    facts: Facts


class Guidance:
    """What was loaded: the intent model, playbooks, articles and canned texts. What was learned: the steps taken in closed
    interactions, as counts and (``next_step``) by a trained model where there is one, and how advice was received."""

    def __init__(self, model: IntentModel | None, books: Sequence[Playbook], steps: StepCounts | None = None) -> None:
        self.model = model
        self.books = tuple(books)
        self.steps = steps or StepCounts()
        self.next_step: NextSteps | None = None
        self.library = Library()
        self.learner = Learner()
        self._shipped = model

    @classmethod
    def load(cls) -> Guidance:
        """Return guidance with what is shipped. Without a readable model intents stay unknown, without playbooks only
        experience advises; either is logged, the desk works on."""
        model: IntentModel | None = None
        books: Sequence[Playbook] = ()
        try:
            model = starter()
        except (ModelError, OSError) as error:
            log.warning("no intent model: %s", _reason(error))
        try:
            books = playbooks()
        except (PlaybookError, OSError) as error:
            log.warning("no playbooks: %s", _reason(error))
        return cls(model, books)

    @staticmethod
    def read(task: str, path: Path) -> object | None:
        """Return the learned model of a task in a file, ``None`` for a task that nothing here is learned for. Takes its time.
        Raises ``ModelError`` (a ``ValueError``) or ``OSError``."""
        if task == "next-step":
            return NextStepModel.load(path)
        return IntentModel.load(path) if task == "intent" else None

    def use(self, task: str, model: object | None) -> None:
        """Judge by ``model`` from now on; ``None`` is the one that is shipped. What is being judged is judged to its end by
        the one it began with."""
        if task == "intent":
            self.model = model if isinstance(model, IntentModel) else self._shipped
        elif task == "next-step":
            self.next_step = model if isinstance(model, NextStepModel) else None

    def judge(self, text: str, subject: str, hint: str, channel: Channel) -> Assessment:
        """Return language, intent and mood of one message. A bug in there must not cost a customer their message: it
        is logged, without the text, and the message comes in unjudged."""
        try:
            return assess(text, subject, hint, self.model, channel)
        except Exception as error:
            log.error("a message could not be judged: %s at %s", type(error).__name__, _place(error))
            return Assessment()

    def observe(self, interaction: Interaction) -> None:
        """Learn from a closed interaction which steps were taken."""
        self.steps.observe(interaction.intent or "", interaction.steps)

    def next_actions(self, situation: Situation) -> list[NextAction]:
        """Return what to do next; empty, and logged, where that cannot be worked out."""
        try:
            return recommend(
                situation,
                self.books,
                self.next_step or self.steps,
                library=self.library,
                learner=self.learner,
            )
        except Exception as error:
            log.error("no advice could be given: %s at %s", type(error).__name__, _place(error))
            return []


def _place(error: Exception) -> str:
    """Where an error came from; its own text may repeat what a customer wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{type(error).__name__}: {Path(error.filename).name}"
    return f"{type(error).__name__}: {error}"


async def learned_steps(ledger: Ledger, most: int) -> StepCounts:
    """Learn from the newest ``most`` closed interactions, page by page."""
    counts = StepCounts()
    before: int | None = None
    seen = 0
    while seen < most:
        conditions = [_row.state == str(InteractionState.CLOSED)]
        if before is not None:
            conditions.append(_row.at < before)
        page: list[Interaction] = await ledger.find(
            Table.INTERACTION, *conditions, newest_first=True, limit=min(_PAGE, most - seen)
        )
        for interaction in page:
            counts.observe(interaction.intent or "", interaction.steps)
        seen += len(page)
        if len(page) < _PAGE:
            break
        before = micros(page[-1].created_at)
    return counts


# --- one interaction -----------------------------------------------------------------------------------------------------


async def facts_of(work: Work, customer_id: str | None, interaction_id: str = "") -> Facts:
    """Return what is known of a customer; the interaction's own touchpoint is left out."""
    if customer_id is None:
        return Facts()
    await work.ledger.flush_of(Table.TOUCHPOINT, Table.RECORD)
    query = (  # both kinds at once: each arriving message waits for this
        select(_row.type, _row.body)
        .where(
            _row.type.in_([str(Table.TOUCHPOINT), str(Table.RECORD)]),
            _row.customer_id == customer_id,
            _row.is_deleted.is_(False),
        )
        .order_by(_row.at.desc())
        .limit(_FACTS)
    )
    found = [decode(type_, body) for type_, body in await work.ledger.connection.execute(query)]
    return _facts_in(found, interaction_id)


def _facts_in(found: Sequence[object], interaction_id: str) -> Facts:
    """Return the facts among records, newest first."""
    touchpoints = [one for one in found if isinstance(one, Touchpoint) and one.interaction_id != interaction_id]
    return Facts(
        touchpoints=tuple(touchpoints[::-1]), records=tuple(one for one in found if isinstance(one, BusinessRecord))
    )


def with_verdicts(interaction: Interaction, found: Assessment, moods: Iterable[float] = ()) -> Interaction:
    """Return ``interaction`` with the verdicts on its newest message. ``moods`` are those of earlier ones, oldest first.

    A later "thank you" says nothing about the matter: the intent changes only for one that is known and surer, and
    never once a person set it."""
    changes: dict[str, object] = {}
    if found.language.language != UNKNOWN:
        changes["language"] = found.language.language
    if found.text.strip():
        changes["mood"] = round(found.mood.mood, 3)
        changes["mood_trend"] = round(trend([*moods, found.mood.mood]), 3)
    intent = found.intent
    is_surer = interaction.intent is None or intent.probability > interaction.intent_probability
    if not interaction.intent_confirmed and intent.ranked and is_surer and (intent.known or interaction.intent is None):
        changes |= {
            "intent": intent.intent,
            "intent_probability": round(intent.probability, 4) if intent.known else 0.0,
            "intent_ranked": tuple((label, round(p, 4)) for label, p in intent.ranked),
            "intent_by": intent.words,
            "intent_also": intent.also if intent.known else (),
        }
    return replace(interaction, **changes)


async def background_of(work: Work, interaction_id: str, customer_id: str) -> Background:
    """Return what a contact's next message is judged by. The contact and its customer are read along with it, for whoever
    asks the ledger for them next."""
    await work.ledger.flush()
    values = {"contact": interaction_id, "customer": customer_id}
    rows = sorted(await work.ledger.connection.execute(_background, values), key=_when, reverse=True)
    found = [work.ledger.seen((Table(type_), id_), row) for type_, _, id_, *row in rows]
    said = (one for one in found if isinstance(one, Message) and one.author is Author.CUSTOMER)
    return Background(
        moods=tuple(one.mood for one in said if one.mood is not None)[::-1],
        suggestions=tuple(sorted((one for one in found if isinstance(one, Suggestion)), key=lambda one: one.rank)),
        flows=tuple(one for one in found if isinstance(one, Flow))[::-1],
        facts=_facts_in(found, interaction_id),
    )


def _when(row: Sequence[Any]) -> tuple[int, str]:
    _, at, id_, *_ = row
    return (-1 if at is None else at, id_)


async def note_contact(work: Work, interaction: Interaction, **fields: object) -> None:
    """Bring the interaction's touchpoint up to date, where there is one: whose, about what, how it felt."""
    touchpoint: Touchpoint | None = await work.ledger.get(Table.TOUCHPOINT, contact_id(interaction.id))
    if touchpoint is None:
        return
    fresh = replace(
        touchpoint,
        customer_id=interaction.customer_id,
        intent=interaction.intent or "",
        mood=interaction.mood if interaction.mood is not None else touchpoint.mood,
        **fields,
    )
    if fresh != touchpoint:
        await work.ledger.put(fresh)


def contact_id(interaction_id: str) -> TouchpointId:
    """Return the id of the touchpoint that an interaction is in its customer's journey: the same text."""
    return TouchpointId(interaction_id)
