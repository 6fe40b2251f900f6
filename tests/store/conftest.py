"""A store in a temporary folder, and a maker of believable records for it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.domain.agent import Agent
from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.domain.channels import Channel
from desktop.domain.commands import Command
from desktop.domain.customer import Customer
from desktop.domain.ids import AgentId, CommandId, CustomerId, InteractionId, MessageId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.suggestion import Suggestion
from desktop.store import outbox
from desktop.store.apply import Applied, apply_page, sync_state
from desktop.store.database import Store
from desktop.store.search import index_some
from desktop.wire.records import encode, type_of
from desktop.wire.shapes import Change, ChangesPage

KEY = bytes(range(32))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ME = AgentId("me")


class World:
    """A hub that answers with pages, and an agent who gives commands, over one store."""

    key = KEY
    now = NOW
    me = ME

    def __init__(self, store: Store) -> None:
        self.store = store
        self.changes: list[ChangeSet] = []
        self._seq = itertools.count(1)
        self._ids = itertools.count(1)
        store.subscribe(self.changes.append)

    def at(self, minutes: float = 0) -> datetime:
        return NOW + timedelta(minutes=minutes)

    def interaction(self, id: str = "i1", state: str = "active", **fields: Any) -> Interaction:
        given: dict[str, Any] = {
            "channel": Channel.CHAT,
            "created_at": NOW - timedelta(hours=1),
            "updated_at": NOW,
            "assignee": None if state == "queued" else ME,
            "customer_id": CustomerId("c1"),
            "version": 1,
        }
        return Interaction(id=InteractionId(id), state=InteractionState(state), **(given | fields))

    def message(self, id: str = "m1", minutes: float = 0, **fields: Any) -> Message:
        given: dict[str, Any] = {
            "interaction_id": InteractionId("i1"),
            "author": Author.CUSTOMER,
            "text": f"words of {id}",
            "version": 1,
        }
        return Message(id=MessageId(id), sent_at=self.at(minutes), **(given | fields))

    def customer(self, id: str = "c1", **fields: Any) -> Customer:
        return Customer(id=CustomerId(id), **({"name": "Jana Weber", "version": 1} | fields))

    def touchpoint(self, id: str = "t1", minutes: float = 0, **fields: Any) -> Touchpoint:
        given: dict[str, Any] = {"customer_id": CustomerId("c1"), "channel": Channel.WEB, "kind": "visit", "version": 1}
        return Touchpoint(id=id, at=self.at(minutes), **(given | fields))  # type: ignore[arg-type]

    def record(self, id: str = "r1", **fields: Any) -> BusinessRecord:
        given: dict[str, Any] = {"customer_id": CustomerId("c1"), "kind": "order", "at": NOW, "version": 1}
        return BusinessRecord(id=id, **(given | fields))  # type: ignore[arg-type]

    def suggestion(self, id: str = "s1", **fields: Any) -> Suggestion:
        given: dict[str, Any] = {"interaction_id": InteractionId("i1"), "action": "ask", "version": 1}
        return Suggestion(id=id, **(given | fields))  # type: ignore[arg-type]

    def agent(self, id: str = "me", **fields: Any) -> Agent:
        return Agent(id=AgentId(id), user=id, name=id.title(), **({"version": 1} | fields))

    def change(self, record: Any, seq: int | None = None) -> Change:
        number = next(self._seq) if seq is None else seq
        return Change(seq=number, op="upsert", type=type_of(record), id=record.id, record=msgspec.Raw(encode(record)))

    def deletion(self, table: Table, id: str, seq: int | None = None) -> Change:
        return Change(seq=next(self._seq) if seq is None else seq, op="delete", type=table, id=id)

    def page(self, *records: Any, epoch: str = "e1", more: bool = False) -> ChangesPage:
        """A page of the feed that follows what the store has."""
        changes = [record if isinstance(record, Change) else self.change(record) for record in records]
        after = self.store.query(sync_state).cursor
        return ChangesPage(
            epoch=epoch, changes=changes, after=after, next=max([after, *(c.seq for c in changes)]), more=more
        )

    def apply(self, page: ChangesPage) -> Applied:
        applied = self.store.write(lambda w: apply_page(w, page, now=NOW), Cause.NETWORK).result()
        self.index()
        return applied

    def index(self) -> None:
        """What arrived can be found."""
        while self.do(index_some, 100):
            pass

    def arrive(self, *records: Any, **page: Any) -> Applied:
        """The network brings some records."""
        return self.apply(self.page(*records, **page))

    def perform(self, command: Command, minutes: float = 0, **held: Any) -> CommandId:
        """The agent gives a command."""
        command_id = CommandId(f"k{next(self._ids)}")
        at = self.at(minutes)
        self.store.write(lambda w: outbox.enqueue(w, command, command_id, now=at, **held), Cause.AGENT).result()
        return command_id

    def do(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a writing function of the store."""
        return self.store.write(lambda w: fn(w, *args, **kwargs), Cause.SYSTEM).result()

    def see(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Run a reading function of the store."""
        return self.store.query(lambda conn: fn(conn, *args, **kwargs))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account" / "store.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = Store.open(path, KEY)
    yield opened
    opened.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
