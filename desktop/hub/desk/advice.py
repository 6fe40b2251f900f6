"""What to do next, as records: puts, renews and ends the suggestions of an interaction, and learns from what became of them.
Called by whatever changes an interaction; what is advised is ``insight.recommend``'s to say.

One that is advised again keeps its id, so that what an agent is about to click does not change under the pointer. Those
still open when a contact that somebody worked on closes were seen and not followed: they are kept as ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace
from sqlalchemy import delete, insert, select

from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.flow import Flow
from desktop.domain.ids import SuggestionId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.domain.suggestion import Suggestion, SuggestionState
from desktop.hub.db import tables
from desktop.hub.db.ledger import Ledger
from desktop.hub.desk.guidance import Facts, facts_of
from desktop.hub.desk.work import Work
from desktop.insight import bandit
from desktop.insight.bandit import Block, Learner, Verdict
from desktop.insight.identify import MATCH_PROBABILITY
from desktop.insight.mail_text import own_words
from desktop.insight.next_step import looked_up
from desktop.insight.recommend import NextAction, Situation

log = logging.getLogger(__name__)

NOTE: Final = "advice:"
"""Notes that begin so hold what was learned from how advice was received, a block each."""

LATER: Final = "later"
_SAID: Final = 5
_row = tables.record.c


async def situation_of(
    work: Work,
    interaction: Interaction,
    customer: Customer | None,
    facts: Facts,
    known: Sequence[Suggestion] = (),
    text: str = "",
    flows: Sequence[Flow] | None = None,
) -> Situation:
    """Return what is known of an interaction as the brain takes it. ``known`` are its suggestions so far, ``text`` the
    customer's last words, ``flows`` its flows where the caller has them."""
    if interaction.accepted_at is None:
        flows = ()
    elif flows is None:
        flows = await work.ledger.find(Table.FLOW, _row.interaction_id == interaction.id)
    return Situation(
        now=work.at,
        channel=interaction.channel,
        intent=interaction.intent,
        probability=1.0 if interaction.intent_confirmed else interaction.intent_probability,
        ranked=interaction.intent_ranked if interaction.intent_probability > 0 else (),
        is_confirmed=interaction.intent_confirmed,
        language=interaction.language,
        mood=interaction.mood,
        customer=customer,
        is_identified=interaction.identified >= MATCH_PROBABILITY,
        records=facts.records,
        journey=facts.journey(work.at, interaction.intent),
        steps=interaction.steps,
        dismissed=tuple(one.action for one in known if _stays_away(one, interaction)),
        flows=tuple(one.playbook for one in flows),
        text=own_words(text) or (interaction.last_text if interaction.last_author is Author.CUSTOMER else ""),
        context=looked_up(facts.records, interaction.id),
        contact=interaction.id,
    )


def _stays_away(suggestion: Suggestion, interaction: Interaction) -> bool:
    """Whether a suggestion was turned down for good, or until something happens and nothing did yet."""
    if suggestion.state is not SuggestionState.DISMISSED:
        return False
    values = suggestion.values
    if values.get("dismissed") != LATER:
        return True
    has_gone_on = len(interaction.steps) > int(values.get("steps", "0"))
    wrote_again = (
        interaction.last_author is Author.CUSTOMER
        and interaction.last_at is not None
        and interaction.last_at > datetime.fromisoformat(values["at"])
    )
    return not (has_gone_on or wrote_again)


async def advise(
    work: Work,
    interaction: Interaction,
    customer: Customer | None,
    facts: Facts,
    existing: Sequence[Suggestion] | None = None,
    text: str = "",
    flows: Sequence[Flow] | None = None,
) -> None:
    """Put the next best actions of an interaction; open ones that no longer apply are removed. ``existing`` and ``flows``
    are the interaction's suggestions and flows where the caller has them."""
    known = await work.ledger.suggestions(interaction.id) if existing is None else existing
    open_ones = {one.action: one for one in known if one.state is SuggestionState.OPEN}
    actions: list[NextAction] = []
    if interaction.state.is_open:
        situation = await situation_of(work, interaction, customer, facts, known, text, flows)
        actions = work.guidance.next_actions(situation)
    elif interaction.state is InteractionState.CLOSED and interaction.accepted_at is not None:
        await _ignored(work, interaction, tuple(open_ones.values()))
        return
    for rank, action in enumerate(actions):
        before = open_ones.pop(action.action, None)
        id_ = before.id if before is not None else SuggestionId(new_id())
        suggestion = action.suggestion(id_, interaction.id, rank, interaction.customer_id)
        if before is None:
            work.ledger.introduce(suggestion)
        if before is None or replace(before, version=0) != suggestion:
            await work.ledger.put(suggestion)
    for outdated in open_ones.values():
        await work.ledger.remove(Table.SUGGESTION, outdated.id)


async def advise_anew(work: Work, interaction: Interaction) -> None:
    """Work out the next best actions again, reading what they need."""
    customer = await work.ledger.customer(interaction.customer_id) if interaction.customer_id else None
    facts = await facts_of(work, interaction.customer_id, interaction.id)
    await advise(work, interaction, customer, facts, text=await _last_words(work, interaction))


async def _last_words(work: Work, interaction: Interaction) -> str:
    found: list[Message] = await work.ledger.find(
        Table.MESSAGE, _row.interaction_id == interaction.id, newest_first=True, limit=_SAID
    )
    return next((one.text for one in found if one.author is Author.CUSTOMER and one.kind is MessageKind.TEXT), "")


# --- what became of it ----------------------------------------------------------------------------------------------------


async def followed(work: Work, interaction: Interaction, suggestion: Suggestion) -> Suggestion:
    """Keep that a suggestion was taken, and learn from it. ``interaction`` is as it was when that was decided."""
    saved: Suggestion = await work.ledger.put(replace(suggestion, state=SuggestionState.TAKEN))
    await _learn(work, interaction, [(suggestion, bandit.TAKEN)])
    return saved


async def turned_down(work: Work, interaction: Interaction, suggestion: Suggestion, reason: str) -> None:
    """Keep that a suggestion was dismissed and why (a code; what was written in words only as ``other``), and learn."""
    values = {**suggestion.values, "dismissed": reason}
    if reason == LATER:
        values |= {"steps": str(len(interaction.steps)), "at": work.at.isoformat()}
    await work.ledger.put(replace(suggestion, state=SuggestionState.DISMISSED, values=values))
    verdict = bandit.dismissed(reason)
    if verdict is not None:
        await _learn(work, interaction, [(suggestion, verdict)])


async def _ignored(work: Work, interaction: Interaction, shown: Iterable[Suggestion]) -> None:
    verdicts: list[tuple[Suggestion, Verdict]] = []
    for one in shown:
        await work.ledger.put(replace(one, state=SuggestionState.IGNORED))
        verdicts.append((one, bandit.IGNORED))
    await _learn(work, interaction, verdicts)


async def _learn(work: Work, interaction: Interaction, verdicts: Sequence[tuple[Suggestion, Verdict]]) -> None:
    """Change what is known of how advice is received. The notes are read first: another process may have learned too."""
    if not verdicts:
        return
    context = bandit.context_of(interaction.intent, interaction.channel, interaction.mood, work.at)
    told = [(one, verdict, float(one.values.get("prior", one.score))) for one, verdict in verdicts]
    names = {
        f"{NOTE}{block}"
        for one, _ in verdicts
        for block, _, _ in bandit.features(one.action, one.kind, one.reasons, context)
    }
    note = tables.note.c
    query = select(note.key, note.value).where(note.key.in_(sorted(names)))
    learner = Learner(_blocks(await work.ledger.connection.execute(query)))
    changed: dict[str, Block] = {}
    for one, verdict, prior in told:
        fresh = learner.learned(one.action, one.kind, one.reasons, context, prior, verdict)
        learner.take(fresh)
        changed |= fresh
    await work.ledger.connection.execute(delete(tables.note).where(note.key.in_([f"{NOTE}{name}" for name in changed])))
    await work.ledger.connection.execute(
        insert(tables.note),
        [{"key": f"{NOTE}{name}", "value": bandit.encode(block)} for name, block in sorted(changed.items())],
    )
    work.after_commit.append(lambda: work.guidance.learner.take(changed))


async def learned(ledger: Ledger) -> Learner:
    """Return what was learned so far from how advice was received."""
    note = tables.note.c
    query = select(note.key, note.value).where(note.key.like(f"{NOTE}%"))
    return Learner(_blocks(await ledger.connection.execute(query)))


def _blocks(rows: Iterable[Sequence[str]]) -> dict[str, Block]:
    """Return the blocks in notes; one that is damaged is as if nothing had been learned."""
    found: dict[str, Block] = {}
    for key, value in rows:
        try:
            found[key.removeprefix(NOTE)] = bandit.decode(value)
        except msgspec.MsgspecError:
            log.warning("a note of what was learned from advice cannot be read and is begun anew")
    return found
