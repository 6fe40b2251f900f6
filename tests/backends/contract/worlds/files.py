"""A recording that is played and goes on being written. Nobody is there to be told anything, so that only what an agent sees
can be a story of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from desktop.backends.files.manifest import (
    BEFORE,
    CHANGES,
    FILES,
    FORMAT,
    MANIFEST,
    VERSION,
    Line,
    Manifest,
    Source,
    written,
)
from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId
from desktop.domain.interaction import Attachment, Author, Interaction, InteractionState, Message
from desktop.domain.template import Disposition
from desktop.wire import records
from desktop.wire.shapes import Change

from ..world import ADDRESS, CUSTOMER, Edited, File, World

_QUEUE = Queue(id=QueueId("billing"), names={"en": "Billing"})
_JANA = Customer(
    id=CustomerId("jana"),
    name=CUSTOMER,
    identities=(Identity(kind=IdentityKind.EMAIL, value=ADDRESS, normalised=ADDRESS),),
    version=1,
)


class FilesWorld(World):
    kind = "files"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._path = folder / "recording"
        self._seq = 0
        self._at = datetime.now(UTC)
        self._contacts: dict[str, Interaction] = {}
        self._said: dict[str, list[Message]] = {}
        agent = Agent(id=AgentId("kim"), user="kim", name="Kim Berg", version=1)
        self._manifest = Manifest(
            format=FORMAT, version=VERSION, id="r1", product="1.0", started_at=self._at, agent=agent, has_files=True,
            source=Source(kind="rt", has_dispositions=True),
        )  # fmt: skip

    async def open(self) -> None:
        self.lay_out()

    def lay_out(self) -> None:
        """Write the folder as a recorder begins it."""
        (self._path / FILES).mkdir(parents=True)
        (self._path / MANIFEST).write_bytes(written(self._manifest))
        for record in (self._manifest.agent, _QUEUE, Disposition(id="solved"), _JANA):
            self._put(record, BEFORE)

    async def close(self) -> None:
        """There is nothing to take down."""

    async def serve(self) -> int:
        raise AssertionError("a recording has no server")

    @property
    def url(self) -> str:
        return str(self._path)

    def _put(self, record: Any, name: str = CHANGES) -> None:
        table = records.type_of(record)
        told = msgspec.Raw(records.encode(record))
        self._write(Change(seq=self._seq + 1, op="upsert", type=table, id=record.id, record=told), name)

    def _write(self, change: Change, name: str = CHANGES) -> None:
        self._seq += 1
        line = msgspec.json.encode(Line(change=msgspec.Raw(msgspec.json.encode(change))))
        with (self._path / name).open("ab") as file:
            file.write(line + b"\n")

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        contact = contact or f"c{self._seq}"
        self._at += timedelta(milliseconds=1)
        state = InteractionState.CLOSED if is_closed else InteractionState.QUEUED
        known = self._contacts.get(contact) or Interaction(
            id=InteractionId(contact), channel=Channel.CHAT, state=state, created_at=self._at, updated_at=self._at,
            customer_id=_JANA.id, customer_name=CUSTOMER, queue=_QUEUE.id,
        )  # fmt: skip
        self._keep(replace(known, updated_at=self._at))
        said = Message(
            id=MessageId(f"m{self._seq}"), interaction_id=InteractionId(contact), author=Author.CUSTOMER, text=text,
            sent_at=self._at, version=1, attachments=tuple(self._file(file) for file in files),
        )  # fmt: skip
        self._said.setdefault(contact, []).append(said)
        self._put(said)
        return contact

    def _file(self, file: File) -> Attachment:
        digest = hashlib.sha256(file.data).hexdigest()
        (self._path / FILES / digest).write_bytes(file.data)
        return Attachment(sha256=digest, name=file.name, media_type=file.media_type, size=len(file.data))

    def _keep(self, contact: Interaction) -> None:
        self._contacts[contact.id] = replace(contact, version=contact.version + 1)
        self._put(self._contacts[contact.id])

    async def colleague_edits(self, contact: str) -> Edited:
        self._keep(replace(self._contacts[contact], subject="Kornblume, neu benannt", priority=1))
        said = self._said[contact]
        said[0] = replace(said[0], text="Kornblume, neu gefasst", version=2)
        self._put(said[0])
        fields = {"subject": "Kornblume, neu benannt", "priority": 1}
        return Edited(fields, [one.text for one in said])

    async def colleague_deletes(self, contact: str) -> None:
        self._write(Change(seq=self._seq + 1, op="delete", type=Table.INTERACTION, id=contact))

    # --- what only somebody else could tell -------------------------------------------------------------------------

    async def colleague_takes(self, contact: str) -> str:
        raise AssertionError("nobody is there")

    async def bar(self, contact: str) -> None:
        raise AssertionError("nobody is there")

    async def replies(self, contact: str) -> list[str]:
        raise AssertionError("nobody is there")

    async def notes(self, contact: str) -> list[str]:
        raise AssertionError("nobody is there")

    async def sent_files(self, contact: str) -> list[bytes]:
        raise AssertionError("nobody is there")

    async def is_closed(self, contact: str) -> bool:
        raise AssertionError("nobody is there")
