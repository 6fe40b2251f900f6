"""What the contract suite needs of a Counterbook: this is all that the maker of a backend writes to hold theirs to it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from ..contract.world import ADDRESS, CUSTOMER, Edited, File, World
from .book import ANNA, BEN, Book


class CounterbookWorld(World):
    kind = "counterbook"
    REPLY = r"^PUT /lines/"
    user, password, token = ANNA, "open sesame", "anna-token"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._book = Book()

    async def serve(self) -> int:
        return await self._book.start()

    async def close(self) -> None:
        await super().close()
        await self._book.stop()

    async def customer_writes(
        self, text: str, *, contact: str = "", files: Sequence[File] = (), is_closed: bool = False
    ) -> str:
        book = self._book
        if contact:
            book.say(contact, text)
        else:
            contact = book.open(CUSTOMER, ADDRESS, "Anfrage", text, is_open=not is_closed)
        if files:
            told = []
            for file in files:
                digest = hashlib.sha256(file.data).hexdigest()
                book.files[digest] = file.data
                told.append(
                    {"sha256": digest, "name": file.name, "media_type": file.media_type, "size": len(file.data)}
                )
            book.say(contact, "", files=told)
        return contact

    async def colleague_takes(self, contact: str) -> str:
        self._book.write("ticket", contact, holder=BEN)
        return BEN

    async def colleague_edits(self, contact: str) -> Edited:
        said = [thing for thing, row in self._book.newest.items() if row["ticket"] == contact and row["kind"] == "word"]
        self._book.write("ticket", contact, subject="Kornblume, neu benannt")
        self._book.write("word", said[0], text="Kornblume, neu gefasst")
        return Edited({"subject": "Kornblume, neu benannt"}, [self._book.newest[thing]["text"] for thing in said])

    async def colleague_deletes(self, contact: str) -> None:
        self._book.tear_out(contact)

    async def bar(self, contact: str) -> None:
        self._book.barred.add(contact)

    async def replies(self, contact: str) -> list[str]:
        return [row["text"] for row in self._book.words(contact)]

    async def notes(self, contact: str) -> list[str]:
        return [row["text"] for row in self._book.words(contact, is_note=True)]

    async def sent_files(self, contact: str) -> list[bytes]:
        sent = [one["sha256"] for row in self._book.words(contact) for one in row.get("files", ())]
        return [self._book.files[digest] for digest in sent]

    async def is_closed(self, contact: str) -> bool:
        return not self._book.newest[contact].get("is_open", True)

    async def owner(self, contact: str) -> str:
        return str(self._book.newest[contact].get("holder", ""))

    async def expel(self) -> None:
        self._book.people[ANNA]["token"] = "another-token"
