"""The verdict: the diary against what the hub keeps, and the hub's feed against the cache.

Pure: values in, findings out. Each finding names ids and counts only. Called by ``driver`` when everything has settled.

A *chain* is one thing the agent wanted done, whatever ids it had on its way (an edit or a retry may give it a new one). Of a
chain the store said it has, exactly one of these must be true at the end: it was applied once, the hub said it is gone, it
waits in the outbox with a reason, the agent gave it up, or a later word about their presence replaced it.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from desktop.app.bench.faults.diary import Do, Entry
from desktop.app.bench.faults.hub import Effect, Kept
from desktop.domain.commands import AddNote, Command, SendMessage, SetPresence
from desktop.domain.ids import AgentId
from desktop.domain.interaction import Author, Message, MessageKind
from desktop.store.rows import Draft, OutboxEntry, OutboxState
from desktop.wire import records
from desktop.wire.shapes import Change

_command: Final = msgspec.json.Decoder(Command)
_SAID: Final = (MessageKind.TEXT, MessageKind.NOTE)


@dataclass(slots=True)
class Chain:
    """``ids`` and ``bodies`` are all it may have had; ``is_durable``: the store said that it has it; ``may_be_given_up``:
    the agent wanted it back, and ``was_taken_back`` says the store confirmed that before anything was sent."""

    number: int
    ids: list[str]
    bodies: list[Any]
    is_durable: bool = False
    may_be_given_up: bool = False
    was_taken_back: bool = False

    @property
    def lane(self) -> str:
        command = self.bodies[-1]
        if isinstance(command, SetPresence):
            return "presence"
        return str(getattr(command, "interaction_id", "") or getattr(command, "customer_id", ""))


@dataclass(slots=True)
class Verdict:
    """What was counted and what was found; ``is_good`` where nothing was."""

    commands: int = 0
    applied: int = 0
    refused: int = 0
    gone: int = 0
    given_up: int = 0
    never_begun: int = 0
    letters: int = 0
    rows: int = 0
    drafts: int = 0
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unequal: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.twice or self.unequal)


def judge_commands(
    verdict: Verdict, entries: Sequence[Entry], kept: Kept, outbox: Sequence[OutboxEntry], me: AgentId
) -> None:
    """Hold every chain of the diary against what the hub keeps and what the outbox still shows."""
    chains = _chains(entries)
    by_id = {id_: chain for chain in chains for id_ in chain.ids}
    by_digest = {_digest(body): chain for chain in chains for body in chain.bodies}
    effects: dict[int, list[Effect]] = defaultdict(list)
    for effect in kept.effects:
        chain = by_id.get(effect.key) or by_digest.get(effect.digest)
        if chain is None:
            verdict.twice.append(f"command {effect.key}: {effect.outcome} at the hub, but nobody gave it")
        else:
            effects[chain.number].append(effect)
    waiting = {by_id[entry.id].number: entry for entry in outbox if entry.id in by_id}
    for entry in outbox:
        if entry.id not in by_id and (chain := by_digest.get(_digest(entry.command))) is not None:
            waiting[chain.number] = entry
        if entry.state is not OutboxState.WEDGED or not entry.error:
            verdict.lost.append(f"command {entry.id}: still {entry.state} in the outbox")
    said = Counter(message.text for message in kept.messages if message.agent_id == me and message.kind in _SAID)
    named: set[str] = {message.id for message in kept.messages}
    last_presence = max((chain.number for chain in chains if chain.lane == "presence"), default=-1)
    for chain in chains:
        _judge(verdict, chain, effects[chain.number], waiting.get(chain.number), chain.number < last_presence)
        _judge_words(verdict, chain, effects[chain.number], said, named)
    _judge_order(verdict, chains, effects)


def judge_letters(verdict: Verdict, letters: Mapping[str, str], messages: Iterable[Message]) -> None:
    """Hold what customers wrote against what the hub has of them."""
    found = Counter(message.text for message in messages if message.author is Author.CUSTOMER)
    verdict.letters = len(letters)
    for external_id, text in letters.items():
        if found[text] != 1:
            (verdict.twice if found[text] else verdict.lost).append(f"letter {external_id}: there {found[text]} times")


def judge_rows(verdict: Verdict, feed: Mapping[tuple[str, str], Change], rows: Mapping[tuple[str, str], bytes]) -> None:
    """Hold the hub's feed against the cache's rows: type by type, id, version and body."""
    expected = {
        key: records.decode(change.type, change.record)
        for key, change in feed.items()
        if isinstance(change.record, msgspec.Raw)
    }
    verdict.rows = len(expected)
    for (type_, id_), record in expected.items():
        body = rows.get((type_, id_))
        if body is None:
            verdict.unequal.append(f"{type_} {id_}: version {record.version} at the hub, not in the cache")
            continue
        here = records.decode(type_, body)
        if here != record:
            verdict.unequal.append(f"{type_} {id_}: version {record.version} at the hub, {here.version} in the cache")
    for type_, id_ in rows.keys() - expected.keys():
        verdict.unequal.append(f"{type_} {id_}: in the cache, not at the hub")


def judge_drafts(verdict: Verdict, entries: Sequence[Entry], drafts: Iterable[Draft]) -> None:
    """Hold the drafts against the last ones the store said it has; one begun after that may be there instead."""
    done = {entry.n for entry in entries if entry.is_done}
    allowed: dict[str, list[str]] = defaultdict(lambda: [""])
    for entry in entries:
        if entry.is_done or not entry.where:
            continue
        text = entry.text if entry.do is Do.DRAFT else ""
        allowed[entry.where] = [text] if entry.n in done else [*allowed[entry.where], text]
    found = {str(draft.interaction_id): draft.text for draft in drafts}
    verdict.drafts = len(found)
    for where in allowed.keys() | found.keys():
        if found.get(where, "") not in allowed[where]:
            verdict.lost.append(f"draft of {where}: not the last one typed")


def _chains(entries: Sequence[Entry]) -> list[Chain]:
    """Follow each command through the diary. A deed without its second line may or may not have been done."""
    results = {entry.n: entry.result for entry in entries if entry.is_done and entry.do is not Do.FOUND}
    chains: list[Chain] = []
    by_id: dict[str, Chain] = {}
    for entry in entries:
        if entry.do is Do.FOUND:
            if entry.id not in by_id:
                # A new id that the last life did not live to note: of the chain whose words it has.
                body = _command.decode(entry.command)
                chain = next((one for one in reversed(chains) if body in one.bodies), None)
                if chain is not None:
                    chain.ids.append(entry.id)
                    by_id[entry.id] = chain
            continue
        if entry.is_done or entry.do is Do.DRAFT:
            continue
        is_done, result = entry.n in results, results.get(entry.n)
        if entry.do is Do.GIVE:
            chain = Chain(len(chains), [entry.id], [_command.decode(entry.command)], is_done)
            chains.append(chain)
            by_id[entry.id] = chain
            continue
        chain = by_id.get(entry.id)
        if chain is None:
            continue
        chain.is_durable = True  # it was seen in the outbox
        if entry.do in (Do.CANCEL, Do.DISCARD):
            chain.may_be_given_up |= result is not False or not is_done
            chain.was_taken_back |= entry.do is Do.CANCEL and result is True
            continue
        if entry.do is Do.EDIT and (not is_done or result):
            chain.bodies.append(_command.decode(entry.command))
        if isinstance(result, str):
            chain.ids.append(result)
            by_id[result] = chain
    return chains


def _judge(
    verdict: Verdict, chain: Chain, effects: Sequence[Effect], waiting: OutboxEntry | None, is_old: bool
) -> None:
    verdict.commands += 1
    name = f"command {chain.ids[-1]} ({type(chain.bodies[-1]).__name__})"
    applied = [effect for effect in effects if effect.outcome == "applied"]
    if applied and chain.was_taken_back:
        verdict.twice.append(f"{name}: taken back, and applied all the same")
    elif applied and waiting is not None:
        verdict.twice.append(f"{name}: applied, and still {waiting.state} in the outbox")
    if len(applied) > 1:
        verdict.twice.append(f"{name}: applied {len(applied)} times")
    elif applied:
        verdict.applied += 1
    elif waiting is not None:
        verdict.refused += 1
    elif any(effect.outcome == "gone" for effect in effects):
        verdict.gone += 1
    elif chain.may_be_given_up or (isinstance(chain.bodies[-1], SetPresence) and is_old):
        verdict.given_up += 1
    elif not chain.is_durable:
        verdict.never_begun += 1
    else:
        outcomes = ", ".join(f"{effect.outcome} {effect.code}".strip() for effect in effects) or "never heard of"
        verdict.lost.append(f"{name}: {outcomes} at the hub, and not in the outbox")


def _judge_words(
    verdict: Verdict, chain: Chain, effects: Sequence[Effect], said: Counter[str], named: set[str]
) -> None:
    """What was said must be there exactly where it was applied, once, under the id the sender gave it."""
    spoken = [body for body in chain.bodies if isinstance(body, SendMessage | AddNote)]
    if not spoken:
        return
    count = sum(said[body.text] for body in spoken)
    wanted = int(any(effect.outcome == "applied" for effect in effects))
    name = f"message {spoken[-1].message_id}"
    if count > wanted:
        verdict.twice.append(f"{name}: there {count} times, applied {wanted} times")
    elif count < wanted or (wanted and spoken[-1].message_id not in named):
        verdict.lost.append(f"{name}: applied, but not there")


def _judge_order(verdict: Verdict, chains: Sequence[Chain], effects: Mapping[int, Sequence[Effect]]) -> None:
    """Within a lane, what was given first was applied first."""
    last: dict[str, tuple[int, str]] = {}
    for chain in chains:
        for effect in effects.get(chain.number, ()):
            if effect.outcome != "applied":
                continue
            before = last.get(chain.lane, (0, ""))
            if effect.at < before[0]:
                verdict.unequal.append(f"command {chain.ids[-1]}: applied before {before[1]}, given after it")
            last[chain.lane] = max(before, (effect.at, chain.ids[-1]))


def _digest(command: Any) -> str:
    # As the hub does it (``desk.commands.digest_of``).
    return hashlib.sha256(msgspec.json.encode(command, order="deterministic")).hexdigest()
