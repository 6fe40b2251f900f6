"""A Zammad as the stand-in of ``tests/peers`` keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.backends.zammad.backend import Rhythm

from ....peers.zammad.centre import ANNA, BEN, CLOSED, HIDDEN, NOBODY
from ....peers.zammad.server import ZammadStandIn
from ..world import ADDRESS, CUSTOMER, Edited, File, World


class ZammadWorld(World):
    kind = "zammad"
    REPLY = r"^POST /api/v1/ticket_articles"
    RESTS = (Rhythm().busy_s, Rhythm().idle_s)
    user, password, token = "anna@desk.example", "open sesame", "token-of-anna"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._server = ZammadStandIn()
        self._centre = self._server.centre
        self._customer = 0

    def options(self) -> dict[str, Any]:
        return {
            "rhythm": Rhythm(busy_s=0.05, quiet_s=0.05, idle_s=0.05),
            "settle_s": 0.1,
            "sweep_s": 0.1,
        }

    async def serve(self) -> int:
        await self._server.start()
        return int(self._server.url.rsplit(":", 1)[1])

    async def close(self) -> None:
        await super().close()
        await self._server.stop()

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        centre = self._centre
        if not self._customer:
            given, _, family = CUSTOMER.partition(" ")
            self._customer = centre.customer(given, family, ADDRESS)
        attached = [(file.name, file.media_type, file.data) for file in files]
        ticket = int(contact) if contact else None
        ticket = centre.customer_writes(self._customer, text, ticket=ticket, files=attached)
        if is_closed:
            centre.change(ticket, BEN, state_id=CLOSED)
        return str(ticket)

    async def colleague_takes(self, contact: str) -> str:
        self._centre.change(int(contact), BEN, owner_id=BEN)
        return str(BEN)

    async def colleague_edits(self, contact: str) -> Edited:
        self._centre.change(int(contact), BEN, title="Kornblume, neu benannt", priority_id=3)
        return Edited({"subject": "Kornblume, neu benannt", "priority": 2})

    async def colleague_deletes(self, contact: str) -> None:
        self._centre.delete(int(contact))

    async def bar(self, contact: str) -> None:
        self._centre.change(int(contact), BEN, group_id=HIDDEN)

    def _sent(self, contact: str, *, is_internal: bool) -> list[dict[str, Any]]:
        said = [one for one in self._centre.articles.values() if one["ticket_id"] == int(contact)]
        return [one for one in said if one["sender"] == "Agent" and one["internal"] is is_internal]

    async def replies(self, contact: str) -> list[str]:
        return [one["body"] for one in self._sent(contact, is_internal=False)]

    async def notes(self, contact: str) -> list[str]:
        return [one["body"] for one in self._sent(contact, is_internal=True)]

    async def sent_files(self, contact: str) -> list[bytes]:
        articles = {one["id"] for one in self._sent(contact, is_internal=False)}
        return [data for article, data in self._centre.files.values() if article in articles]

    async def is_closed(self, contact: str) -> bool:
        return bool(self._centre.tickets[int(contact)]["state_id"] == CLOSED)

    async def owner(self, contact: str) -> str:
        owner = self._centre.tickets[int(contact)]["owner_id"]
        return "" if owner == NOBODY else str(owner)

    async def expel(self) -> None:
        self.password = "open barley"
        self._server.passwords[self.user] = (self.password, ANNA)
