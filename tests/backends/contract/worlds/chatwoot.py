"""A Chatwoot as the stand-in of ``tests/peers`` keeps it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from desktop.backends.chatwoot.client import Pace
from desktop.backends.chatwoot.feed import Habits

from ....peers.chatwoot.office import OUTGOING, Office
from ....peers.chatwoot.server import ChatwootStandIn
from ...chatwoot.conftest import ANNA, BEN, furnish
from ..world import ADDRESS, CUSTOMER, Edited, File, World

_AVAILABILITIES = {"online": "ready", "busy": "away", "offline": "offline"}


class ChatwootWorld(World):
    kind = "chatwoot"
    REPLY = r"^POST .*/messages"
    user, password, token = "anna@firm.example", "correct horse", "anna-token"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._late_s = 0.0
        self._office = furnish(Office(lambda: time.time() + self._late_s))
        self._server = ChatwootStandIn(self._office)
        self._customer = 0

    def options(self) -> dict[str, Any]:
        return {
            "pace": Pace(rate=10_000.0, burst=10_000.0),
            "habits": Habits(walk_s=0.5, set_up_s=0.8),
            "settle_s": 0.02,
        }

    async def serve(self) -> int:
        return int((await self._server.start()).rsplit(":", 1)[1])

    async def close(self) -> None:
        await super().close()
        await self._server.stop()

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        office = self._office
        attached = [(file.name, file.media_type, file.data) for file in files]
        if not self._customer:
            self._customer = office.add_contact(CUSTOMER, email=ADDRESS)
        if contact:
            office.say(int(contact), text, attachments=attached)
            return contact
        number = office.begin(self._customer, text, status="resolved" if is_closed else "open")
        if attached:
            office.say(number, "", attachments=attached)
        return str(number)

    async def colleague_takes(self, contact: str) -> str:
        self._office.change(int(contact), "Ben took it", assignee=BEN)
        return str(BEN)

    async def colleague_edits(self, contact: str) -> Edited:
        number = int(contact)
        self._office.change(number, priority="urgent", labels=["refund"])
        said = [one for one in self._office.messages[number] if one["message_type"] in (0, 1)]
        self._office.edit(number, said[0]["id"], content="Kornblume, neu gefasst")
        texts = [one["content"] for one in said]
        return Edited({"priority": 1, "labels": ("refund",)}, texts)

    async def colleague_deletes(self, contact: str) -> None:
        self._office.delete(int(contact))
        # Told to nobody: the nightly look finds it.
        self._late_s += 86_400

    async def bar(self, contact: str) -> None:
        self._server.hidden.add(int(contact))

    def _sent(self, contact: str, *, is_private: bool) -> list[dict[str, Any]]:
        said = self._office.messages[int(contact)]
        return [one for one in said if one["message_type"] == OUTGOING and one["private"] is is_private]

    async def replies(self, contact: str) -> list[str]:
        return [one["content"] for one in self._sent(contact, is_private=False)]

    async def notes(self, contact: str) -> list[str]:
        return [one["content"] for one in self._sent(contact, is_private=True)]

    async def sent_files(self, contact: str) -> list[bytes]:
        sent = [file for one in self._sent(contact, is_private=False) for file in one["files"]]
        return [self._office.files[f"{file['id']}/{file['name']}"] for file in sent]

    async def is_closed(self, contact: str) -> bool:
        return bool(self._office.conversations[int(contact)]["status"] == "resolved")

    async def owner(self, contact: str) -> str:
        return str(self._office.conversations[int(contact)]["assignee"] or "")

    async def expel(self) -> None:
        self._server.expire(ANNA, "another-token")

    async def presence(self) -> str:
        return _AVAILABILITIES[self._office.users[ANNA]["availability"]]
