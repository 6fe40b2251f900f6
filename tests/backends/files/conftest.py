"""A recorded folder as a test wants it, line by line, and the desk that plays it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.backends.files.backend import FilesBackend
from desktop.backends.files.manifest import BEFORE, CHANGES, FORMAT, MANIFEST, VERSION, Line, Manifest, Source, written
from desktop.domain.agent import Agent, Presence, PresenceState, Queue
from desktop.domain.channels import Channel
from desktop.domain.ids import AgentId, InteractionId, MessageId, QueueId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.template import Disposition
from desktop.store.database import Store
from desktop.sync.puller import Pace
from desktop.wire import records
from desktop.wire.shapes import Change

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIM = Agent(id=AgentId("kim"), user="kim", name="Kim Berg", presence=Presence(state=PresenceState.READY), version=1)


def contact(id_: str = "c1", **fields: Any) -> Interaction:
    given = {
        "state": InteractionState.ACTIVE,
        "channel": Channel.CHAT,
        "created_at": AT,
        "updated_at": AT,
        "version": 1,
    }
    given |= {"queue": QueueId("billing"), "from_address": "web:17", **fields}
    return Interaction(id=InteractionId(id_), **given)


def said(text: str, id_: str = "m1", contact_id: str = "c1", **fields: Any) -> Message:
    given = {"author": Author.CUSTOMER, "sent_at": AT, "channel": Channel.CHAT, "version": 1, **fields}
    return Message(id=MessageId(id_), interaction_id=InteractionId(contact_id), text=text, **given)


class Reel:
    """A recording being put together by hand."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seq = 0
        path.mkdir(parents=True)
        self.label()
        self.before(KIM, Queue(id=QueueId("billing"), names={"en": "Billing"}), Disposition(id="solved"))

    def label(self, **fields: Any) -> Manifest:
        """Write what it says of itself."""
        given = {"format": FORMAT, "version": VERSION, "id": "r1", "product": "1.0", "started_at": AT, "agent": KIM}
        source = Source(kind="hub", has_brain=True, has_presence=True, has_dispositions=True, has_typing=True)
        manifest = Manifest(**{**given, "source": source, "length_ms": 60_000, **fields})
        (self.path / MANIFEST).write_bytes(written(manifest))
        return manifest

    def before(self, *rows: records.Record) -> None:
        """What was there when it began."""
        for row in rows:
            self.write(BEFORE, Line(change=msgspec.Raw(msgspec.json.encode(self._change(row)))))

    def at(self, at_ms: int, *rows: records.Record) -> None:
        """What came so long after the start."""
        for row in rows:
            self.write(CHANGES, Line(at_ms=at_ms, change=msgspec.Raw(msgspec.json.encode(self._change(row)))))

    def gone(self, at_ms: int, kind: str, id_: str) -> None:
        self.seq += 1
        change = Change(seq=self.seq, op="delete", type=kind, id=id_)
        self.write(CHANGES, Line(at_ms=at_ms, change=msgspec.Raw(msgspec.json.encode(change))))

    def write(self, name: str, line: Line | bytes) -> None:
        raw = line if isinstance(line, bytes) else msgspec.json.encode(line) + b"\n"
        with (self.path / name).open("ab") as file:
            file.write(raw)

    def _change(self, row: records.Record) -> Change:
        self.seq += 1
        raw = msgspec.Raw(records.encode(row))
        return Change(seq=self.seq, op="upsert", type=records.type_of(row), id=row.id, record=raw)


def later(ms: int) -> datetime:
    return AT + timedelta(milliseconds=ms)


@pytest.fixture
def reel(tmp_path: Path) -> Reel:
    return Reel(tmp_path / "reel")


@pytest.fixture
async def play(reel: Reel) -> AsyncIterator[Callable[..., FilesBackend]]:
    """Play the reel; ``**options`` are the backend's."""
    made: list[FilesBackend] = []

    def play(url: str = "", **options: Any) -> FilesBackend:
        made.append(FilesBackend(url or reel.path.as_uri(), **options))
        return made[-1]

    yield play
    for backend in made:
        await backend.close()


@pytest.fixture
async def seat(store: Store, neighbour: Callable[[str], Any]) -> AsyncIterator[Callable[..., Any]]:
    """Make desks over the one store, with the real engine."""
    kind = neighbour("sync/conftest.py").Desk
    desks: list[Any] = []

    async def seat(backend: FilesBackend, **options: Any) -> Any:
        await backend.warm_up()
        options.setdefault("pace", Pace(streaming_s=30.0, blind_s=0.05, confirm_s=0.01))
        options.setdefault("me", AgentId("kim"))
        desks.append(kind(store, backend, **options))
        return desks[-1].start()

    yield seat
    for desk in desks:
        await desk.close()
