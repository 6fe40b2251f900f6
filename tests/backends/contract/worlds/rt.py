"""Request Tracker for real: one for all stories of a session, each with tickets of its own."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from desktop.backends.rt.backend import BUSY_S, IDLE_S

from ....peers.request_tracker import PASSWORD, RequestTracker
from ..world import ADDRESS, CUSTOMER, Edited, File, World


class RtWorld(World):
    kind = "rt"
    REPLY = r"^POST .*/correspond"
    RESTS = (BUSY_S, IDLE_S)
    user, password = "anna", PASSWORD

    def __init__(self, folder: Path, tracker: RequestTracker) -> None:
        super().__init__(folder)
        self._rt = tracker
        self.token = tracker.tokens["anna"]

    def options(self) -> dict[str, Any]:
        return {"busy_s": 0.2, "idle_s": 0.4, "patience_s": 0.5}

    async def serve(self) -> int:
        return self._rt.port

    async def close(self) -> None:
        await super().close()
        await self.readmit()

    async def _there(self, work: Callable[[], Any]) -> Any:
        return await asyncio.to_thread(work)

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        if contact:
            await self._there(lambda: self._rt.customer_writes(int(contact), text, f"{CUSTOMER} <{ADDRESS}>"))
            return contact
        more: dict[str, Any] = {"Requestor": f"{CUSTOMER} <{ADDRESS}>"}
        if files:
            more["Attachments"] = [
                {
                    "FileName": file.name.encode().decode("latin-1"),
                    "FileType": file.media_type,
                    "FileContent": base64.b64encode(file.data).decode(),
                }
                for file in files
            ]
        ticket = await self._there(lambda: self._rt.open("Anfrage", text, **more))
        if is_closed:
            await self._change(ticket, {"Status": "resolved"})
        return str(ticket)

    async def _change(self, ticket: int | str, fields: dict[str, Any], user: str = "root:password") -> None:
        await self._there(lambda: self._rt.call("PUT", f"ticket/{ticket}", fields, user=user))

    async def colleague_takes(self, contact: str) -> str:
        await self._there(lambda: self._rt.call("PUT", f"ticket/{contact}/take", {}, user="bernd"))
        return str(self._rt.numbers["bernd"])

    async def colleague_edits(self, contact: str) -> Edited:
        await self._change(contact, {"Subject": "Kornblume, neu benannt", "Priority": 100})
        return Edited({"subject": "Kornblume, neu benannt", "priority": 1})

    async def colleague_deletes(self, contact: str) -> None:
        await self._change(contact, {"Status": "deleted"})

    async def bar(self, contact: str) -> None:
        await self._change(contact, {"Queue": "Geheim"})

    async def replies(self, contact: str) -> list[str]:
        query = quote(
            f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Correspond' AND Creator = 'anna'"
        )
        return await self._texts(query)

    async def notes(self, contact: str) -> list[str]:
        return await self._texts(quote(f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Comment'"))

    async def _texts(self, query: str) -> list[str]:
        parts = await self._parts(query, "Content,ContentType,Filename")
        return [part["Content"] for part in parts if part["ContentType"] == "text/plain" and not part["Filename"]]

    async def _parts(self, query: str, fields: str) -> list[dict[str, Any]]:
        def read() -> list[dict[str, Any]]:
            found = self._rt.call("GET", f"transactions?query={query}&per_page=100")["items"]
            if not found:
                return []
            terms = json.dumps(
                [{"field": "TransactionId", "operator": "IN", "value": [int(one["id"]) for one in found]}]
            )
            path = f"attachments?query={quote(terms)}&fields={fields}&per_page=100"
            parts: list[dict[str, Any]] = self._rt.call("GET", path)["items"]
            return sorted(parts, key=lambda part: int(part["id"]))

        return list(await self._there(read))

    async def sent_files(self, contact: str) -> list[bytes]:
        query = quote(
            f"ObjectType = 'RT::Ticket' AND TicketId = {contact} AND Type = 'Correspond' AND Creator = 'anna'"
        )
        named = [part for part in await self._parts(query, "Filename") if part["Filename"]]

        def read() -> list[bytes]:
            found = [self._rt.call("GET", f"attachment/{part['id']}") for part in named]
            return [base64.b64decode(one["Content"]) for one in found]

        return list(await self._there(read))

    async def _ticket(self, contact: str) -> Any:
        return await self._there(lambda: self._rt.call("GET", f"ticket/{contact}"))

    async def is_closed(self, contact: str) -> bool:
        return bool((await self._ticket(contact))["Status"] == "resolved")

    async def owner(self, contact: str) -> str:
        name = (await self._ticket(contact))["Owner"]["id"]
        return "" if name == "Nobody" else str(self._rt.numbers[name])

    async def expel(self) -> None:
        await self._there(lambda: self._rt.call("PUT", "user/anna", {"Disabled": 1}))

    async def readmit(self) -> tuple[str, str]:
        await self._there(lambda: self._rt.call("PUT", "user/anna", {"Disabled": 0}))
        return self.user, self.password
