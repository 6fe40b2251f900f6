"""The hub itself, in this process and over loopback: one for all stories of a session, each with contacts of its own."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import update

from desktop.domain.changes import Table
from desktop.domain.ids import new_id
from desktop.domain.interaction import Author, InteractionState, Message, MessageKind
from desktop.hub.db import tables

from ..world import ADDRESS, CUSTOMER, Edited, File, World


class HubWorld(World):
    kind = "hub"
    REPLY = r"^POST /v1/commands"
    user, password = "anna", "correct horse"

    def __init__(self, folder: Path, hub: Any) -> None:
        super().__init__(folder)
        self._hub = hub
        self._threads: dict[str, str] = {}
        self._first: dict[str, str] = {}

    def options(self) -> dict[str, Any]:
        return {"silent_s": 20.0}

    async def serve(self) -> int:
        return int(self._hub.url.rsplit(":", 1)[1])

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        external, thread = new_id(), self._threads.get(contact) or new_id()

        def write() -> str:
            with self._hub.client("channel") as client:
                body = {
                    "external_id": external,
                    "from": {"address": ADDRESS, "name": CUSTOMER},
                    "text": text,
                    "thread": thread,
                    "attachments": [self._upload(client, file) for file in files],
                }
                answer = client.post("/v1/inbound/chat", json=body).raise_for_status()
            return str(answer.json()["interaction_id"])

        found = await asyncio.to_thread(write)
        self._threads[found] = thread
        self._first.setdefault(found, external)
        if is_closed:
            await self._colleague("take", found)
            await self._colleague("wrap_up", found, disposition="solved")
        return found

    @staticmethod
    def _upload(client: Any, file: File) -> str:
        headers = {"Content-Type": file.media_type, "X-File-Name": quote(file.name)}
        client.post("/v1/blobs", content=file.data, headers=headers).raise_for_status()
        return hashlib.sha256(file.data).hexdigest()

    async def _colleague(self, command: str, contact: str, who: str = "bert", **fields: Any) -> None:
        answer = await asyncio.to_thread(
            lambda: self._hub.command(who, command, interaction_id=contact, **fields).raise_for_status()
        )
        assert answer.json()["outcome"] == "applied", answer.text

    async def colleague_takes(self, contact: str) -> str:
        await self._colleague("take", contact)
        return str(self._hub.agents["bert"].id)

    async def colleague_edits(self, contact: str) -> Edited:
        await self._colleague("set_priority", contact, "lena", priority=1)
        said = [message.text for message in await self._messages(contact)]
        body = {
            "external_id": new_id(),
            "from": {"address": ADDRESS, "name": CUSTOMER},
            "event": "edited",
            "replaces": self._first[contact],
            "text": "Kornblume, neu gefasst",
            "thread": self._threads[contact],
        }

        def edit() -> None:
            with self._hub.client("channel") as client:
                client.post("/v1/inbound/chat", json=body).raise_for_status()

        await asyncio.to_thread(edit)
        return Edited({"priority": 1}, ["Kornblume, neu gefasst", *said[1:]])

    async def colleague_deletes(self, contact: str) -> None:
        await self._write(lambda ledger: ledger.remove(Table.INTERACTION, contact))

    async def bar(self, contact: str) -> None:
        await self._colleague("take_over", contact, "lena")

    async def replies(self, contact: str) -> list[str]:
        return [m.text for m in await self._messages(contact) if m.author is Author.AGENT]

    async def notes(self, contact: str) -> list[str]:
        return [m.text for m in await self._messages(contact, MessageKind.NOTE)]

    async def sent_files(self, contact: str) -> list[bytes]:
        said = [m for m in await self._messages(contact) if m.author is Author.AGENT]
        digests = [one.sha256 for message in said for one in message.attachments]

        def fetch() -> list[bytes]:
            with self._hub.client("anna") as client:
                return [client.get(f"/v1/blobs/{one}").raise_for_status().content for one in digests]

        return await asyncio.to_thread(fetch)

    async def is_closed(self, contact: str) -> bool:
        return (await self._interaction(contact)).state is InteractionState.CLOSED

    async def owner(self, contact: str) -> str:
        return str((await self._interaction(contact)).assignee or "")

    async def expel(self) -> None:
        me = self._hub.agents[self.user].id
        ended = update(tables.session).where(tables.session.c.agent_id == me).values(revoked_at=1)
        await self._write(lambda ledger: ledger.connection.execute(ended))
        self._hub._tokens.pop(self.user, None)

    async def presence(self) -> str:
        me = self._hub.agents[self.user].id
        return str((await self._read(lambda ledger: ledger.agent(me))).presence.state)

    # --- the hub's own database -------------------------------------------------------------------------------------

    async def _messages(self, contact: str, kind: MessageKind = MessageKind.TEXT) -> list[Message]:
        found = await self._read(lambda ledger: ledger.messages(contact))
        return [message for message in found if message.kind is kind]

    async def _interaction(self, contact: str) -> Any:
        return await self._read(lambda ledger: ledger.interaction(contact))

    async def _read(self, work: Callable[[Any], Any]) -> Any:
        return await asyncio.to_thread(self._hub.read, work)

    async def _write(self, work: Callable[[Any], Any]) -> Any:
        return await asyncio.to_thread(self._hub.write, work)
