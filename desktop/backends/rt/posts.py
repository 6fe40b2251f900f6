"""Replies and comments, and the mark by which one is found again where RT's answer was lost.

RT knows no keys of requests. What it does keep, for good and for its users only, is the header of each part of a transaction
as it was written: the mark is a parameter of its content type (RFC 2045, section 5.1, lets anybody add some), with the id of
the command. Mails to customers are written anew from RT's templates, with a content type of their own, so that none of them
has it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from desktop.backends.base import Refused
from desktop.backends.rt import queries
from desktop.backends.rt.api import RtApi, Said
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.shapes import Attachment, Transaction, instant
from desktop.domain.ids import CommandId
from desktop.domain.interaction import Attachment as File
from desktop.wire.errors import Code
from desktop.wire.markup import plain

CORRESPOND: Final = "Correspond"
COMMENT: Final = "Comment"

_PATHS: Final = {CORRESPOND: "correspond", COMMENT: "comment"}
_MARK: Final = re.compile(r"^content-type:[^\n]*(?:\n[ \t][^\n]*)*;\s*x-dirigent=\"?([0-9A-Za-z-]+)", re.I | re.M)
_PLAIN_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_MEDIA_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,80}", re.ASCII)
_UUID7: Final = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7")
# Clocks of desks go wrong by less.
_EARLIER: Final = timedelta(days=1)


class Posts:
    """Posts to tickets. ``files`` are the bytes of uploaded files by their SHA-256."""

    def __init__(self, api: RtApi, naming: Naming, files: Mapping[str, bytes]) -> None:
        self._api = api
        self._naming = naming
        self._files = files

    async def post(
        self, kind: str, ticket: int, command_id: CommandId, text: str, files: tuple[File, ...] = ()
    ) -> Said:
        """Post a reply (``CORRESPOND``) or a ``COMMENT``. Raises ``Refused`` with ``unknown_value`` where a file was not
        uploaded, ``empty_text`` where there is nothing to post."""
        text = plain(text)
        if not text.strip() and not files:
            raise Refused(Code.EMPTY_TEXT)
        enclosed = [self._enclosed(file) for file in files]
        body: dict[str, Any] = {
            # RT takes an empty text and the text "0" for none.
            "Content": text if text.strip() not in ("", "0") else f"{text}\n",
            "ContentType": f'text/plain; x-dirigent="{mark_of(command_id)}"',
        }
        if enclosed:
            body["Attachments"] = enclosed
        return await self._api.change("POST", f"ticket/{ticket}/{_PATHS[kind]}", body, is_large=True)

    async def find(self, kind: str, tickets: set[int], command_id: CommandId) -> int | None:
        """Return the transaction that a command made in one of ``tickets``, ``None`` where there is none."""
        wanted, earliest = mark_of(command_id), _made_at(command_id)
        among = " OR ".join(f"TicketId = {ticket}" for ticket in sorted(tickets))
        query = f"ObjectType = 'RT::Ticket' AND Type = '{kind}' AND Creator = {self._naming.mine} AND ({among})"
        below = ""
        while True:
            page = await self._api.search(
                Transaction, "transactions", query + below, {"fields": "Created"}, orderby="id", order="DESC"
            )
            recent = [one for one in page.items if (instant(one.created) or earliest) >= earliest]
            found = await self._marked([one.id for one in recent], wanted)
            if found is not None or len(recent) < len(page.items) or not page.items:
                return found
            below = f" AND id < {page.items[-1].id}"

    async def _marked(self, transactions: list[int], wanted: str) -> int | None:
        after = 0
        while transactions:
            query = queries.parts_of(transactions, after)
            fields = {"fields": "TransactionId,Headers"}
            page = await self._api.search_json(Attachment, "attachments", query, fields, orderby="id", order="ASC")
            for part in page.items:
                if marks_in(part.headers or "") == wanted:
                    return part.transaction_id
            if len(page.items) < queries.PAGE:
                break
            after = page.items[-1].id
        return None

    def _enclosed(self, file: File) -> dict[str, str]:
        content = self._files.get(file.sha256)
        if content is None:
            raise Refused(Code.UNKNOWN_VALUE)
        media_type = file.media_type if _MEDIA_TYPE.fullmatch(file.media_type) else "application/octet-stream"
        return {
            # RT writes the signs of a name as bytes into a header and reads that as UTF-8.
            "FileName": file.name.encode(errors="replace").decode("latin-1") or "file",
            "FileType": media_type,
            "FileContent": base64.b64encode(content).decode(),
        }


def mark_of(command_id: CommandId) -> str:
    """Return the mark of a command: its id, or where that is not plain a digest of it."""
    if _PLAIN_ID.fullmatch(command_id):
        return command_id
    return hashlib.sha256(command_id.encode(errors="replace")).hexdigest()


def marks_in(headers: str) -> str:
    """Return the mark in the headers of a part, empty where there is none."""
    found = _MARK.search(headers)
    return found.group(1) if found is not None else ""


def _made_at(command_id: CommandId) -> datetime:
    """Return before when nobody can have sent a command: its id says when it was made (RFC 9562, section 5.7)."""
    found = _UUID7.match(command_id)
    if found is None:
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromtimestamp(int(found.group(1) + found.group(2), 16) / 1000, UTC) - _EARLIER
