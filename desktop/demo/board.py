"""What the change feed says of the work in hand, for those who wait for something to become so: a customer for an answer, a
colleague for an offer. Follows the feed through restarts; keeps nothing of what is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import msgspec

from desktop.demo.line import Line
from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Interaction, InteractionState, Message, MessageKind
from desktop.hub.history.client import HubRefused
from desktop.wire.records import decode
from desktop.wire.shapes import Change

log = logging.getLogger(__name__)

_BEYOND_THE_END: Final = 1 << 53
_POLL_S: Final = 25.0
_REMEMBERED: Final = 20_000
_BREATH_S: Final = 0.05
"""Changes come in bursts; what arrives within this time is looked at together."""


@dataclass(slots=True)
class Board:
    """Call ``follow`` as a task. ``on_answer`` hears of every new message of an agent to a customer, ``on_work`` of every
    interaction that changed. ``remembered`` are interactions whose past matters."""

    line: Line
    on_answer: Callable[[Message], None]
    on_work: Callable[[Interaction], None]
    remembered: frozenset[str] = frozenset()
    work: dict[str, Interaction] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    _heard: dict[str, None] = field(default_factory=dict)
    _ended: dict[str, None] = field(default_factory=dict)
    _answers: dict[str, int] = field(default_factory=dict)
    _words: dict[str, int] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    is_following: asyncio.Event = field(default_factory=asyncio.Event)

    def interaction(self, id_: str) -> Interaction | None:
        return self.work.get(id_)

    def has_ended(self, id_: str) -> bool:
        """Whether an interaction was open and is not any more."""
        return id_ in self._ended

    def answers(self, id_: str) -> int:
        """Return how many messages agents sent in an interaction since the board began to look."""
        return self._answers.get(id_, 0)

    def words(self, id_: str) -> int:
        """Return how many messages a customer in ``remembered`` had sent when the board began to look."""
        return self._words.get(id_, 0)

    def waiting(self) -> int:
        """Return how many requests wait in the queues."""
        return sum(one.state is InteractionState.QUEUED for one in self.work.values())

    def is_ready(self, agent_id: str) -> bool:
        agent = self.agents.get(agent_id)
        return agent is not None and agent.presence.state is PresenceState.READY

    async def until(self, is_so: Callable[[], bool], timeout_s: float) -> bool:
        """Wait until the feed made something so; ``False`` where it did not in time."""
        try:
            async with asyncio.timeout(timeout_s), self._news:
                await self._news.wait_for(is_so)
        except TimeoutError:
            return is_so()
        return True

    async def follow(self, *, from_the_start: bool) -> None:
        """Read the feed for as long as the task lives. ``from_the_start`` reads all of it first, where work may be open
        that nobody remembers."""
        cursor, epoch = 0, ""
        if not from_the_start:
            page = await self.line.page(_BEYOND_THE_END, 0)
            cursor, epoch = page.next, page.epoch
            self.is_following.set()
        while True:
            try:
                page = await self.line.page(cursor, _POLL_S if self.is_following.is_set() else 0)
            except HubRefused as refused:
                log.warning("the feed was refused: %s", refused.code)
                await asyncio.sleep(1)
                continue
            if epoch and page.epoch != epoch:
                self.work.clear()
                cursor = 0
            epoch = page.epoch
            for change in page.changes:
                self._take(change)
            cursor = page.next
            if not page.more:
                self.is_following.set()
            if page.changes:
                async with self._news:
                    self._news.notify_all()
                await asyncio.sleep(_BREATH_S)

    def _take(self, change: Change) -> None:
        if change.op == "delete" or not isinstance(change.record, msgspec.Raw):
            if change.type == Table.INTERACTION:
                self.work.pop(change.id, None)
            return
        match change.type:
            case Table.INTERACTION:
                self._take_interaction(decode(Table.INTERACTION, change.record))
            case Table.MESSAGE:
                self._take_message(decode(Table.MESSAGE, change.record))
            case Table.AGENT:
                agent: Agent = decode(Table.AGENT, change.record)
                self.agents[agent.id] = agent

    def _take_interaction(self, interaction: Interaction) -> None:
        if interaction.state.is_open:
            self.work[interaction.id] = interaction
            self._ended.pop(interaction.id, None)
        else:
            self.work.pop(interaction.id, None)
            self._answers.pop(interaction.id, None)
            _remember(self._ended, interaction.id)
        if self.is_following.is_set():
            self.on_work(interaction)

    def _take_message(self, message: Message) -> None:
        """A message comes again whenever its delivery moves on: only the first time is news."""
        if message.kind is not MessageKind.TEXT:
            return
        if message.author is Author.CUSTOMER and message.interaction_id in self.remembered:
            self._words[message.interaction_id] = self.words(message.interaction_id) + (not self.is_following.is_set())
        if message.author is not Author.AGENT:
            return
        if message.id in self._heard:
            return
        _remember(self._heard, message.id)
        if not self.is_following.is_set():
            return
        self._answers[message.interaction_id] = self.answers(message.interaction_id) + 1
        self.on_answer(message)


def _remember(ids: dict[str, None], id_: str) -> None:
    ids[id_] = None
    if len(ids) > _REMEMBERED:
        ids.pop(next(iter(ids)))
