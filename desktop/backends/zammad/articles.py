"""Replies and notes: an article is posted once, and where the answer was lost, looked for before anything is sent again.

Zammad knows no idempotency key. So each article carries its command's id among its preferences, which Zammad keeps and gives
back. A version that should not keep it is recognised by that; then an article of this agent with the same words, of the same
kind and no older than the command counts as the one. A post may still be at work on the other side when its connection
breaks: not to be found twice, ``settle_s`` apart, is what counts as never arrived.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any, Final

from desktop.backends.base import Refused
from desktop.backends.zammad import bodies
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.files import Files
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.records import CHANNELS, MARK, text_of
from desktop.backends.zammad.shapes import NOBODY, Article, Ticket, millis
from desktop.backends.zammad.tickets import Tickets
from desktop.domain.channels import Channel
from desktop.domain.commands import AddNote, SendMessage
from desktop.domain.ids import CommandId
from desktop.wire.errors import Code

SETTLE_S: Final = 10.0
_CLOCKS_MS: Final = 600_000
_MOST_KEPT: Final = 1_000
_TYPES: Final = {
    Channel.EMAIL: "email",
    Channel.SMS: "sms",
    Channel.MESSENGER: "whatsapp message",
}
_REPLIES: Final = frozenset({"email", "sms", "whatsapp message", "telegram personal-message"})


class Articles:
    """Writes articles. ``settle_s`` is how long a post whose answer was lost may still be at work, in seconds."""

    def __init__(
        self, api: ZammadApi, tickets: Tickets, files: Files, naming: Naming, *, settle_s: float = SETTLE_S
    ) -> None:
        self._api = api
        self._tickets = tickets
        self._files = files
        self._naming = naming
        self._settle_s = settle_s
        self._keeps_marks = False
        self._ours: dict[int, CommandId] = {}
        self._missed_at: dict[CommandId, float] = {}

    async def send(self, command_id: CommandId, command: SendMessage, ticket: Ticket) -> Article:
        """Answer the customer. Raises ``Refused`` where there is no way to them."""
        if not command.text.strip() and not command.attachments:
            raise Refused(Code.EMPTY_TEXT)
        said = await self._tickets.articles(ticket.id)
        article = await self._reply(command, ticket, said)
        return await self._post(command_id, command, ticket.id, article)

    async def note(self, command_id: CommandId, command: AddNote, number: int) -> Article:
        """Write a note that the customer does not see."""
        if not command.text.strip() and not command.attachments:
            raise Refused(Code.EMPTY_TEXT)
        return await self._post(command_id, command, number, {"type": "note", "internal": True})

    def marked(self, command_id: CommandId, text: str) -> dict[str, Any]:
        """Return a note as it goes along with a change of its ticket."""
        return {
            "type": "note",
            "internal": True,
            "body": bodies.plain(text),
            "content_type": "text/plain",
            "preferences": {MARK: command_id},
        }

    async def find(self, command_id: CommandId, number: int, *, text: str, is_note: bool) -> Article | None:
        """Return the article that a command became."""
        said = await self._tickets.articles(number)
        for article in said:
            mark = (article.preferences or {}).get(MARK)
            self._keeps_marks = self._keeps_marks or mark is not None
            if mark == command_id or self._ours.get(article.id) == command_id:
                return article
        if self._keeps_marks:
            return None
        since_ms = int(command_id.replace("-", "")[:12], 16) - _CLOCKS_MS if len(command_id) == 36 else 0
        words = " ".join(bodies.plain(text).split())
        for article in reversed(said):
            if (
                article.sender == "Agent"
                and article.created_by_id == self._naming.mine
                and bool(article.internal) == is_note
                and article.id not in self._ours
                and millis(article.created_at) >= since_ms
                and text_of(article) == words
            ):
                self._claim(article, command_id)
                return article
        return None

    def may_arrive(self, command_id: CommandId) -> bool:
        """Whether a command that was not found may still be at work; called once each time it is looked for in vain."""
        now = asyncio.get_running_loop().time()
        while len(self._missed_at) > _MOST_KEPT:
            del self._missed_at[next(iter(self._missed_at))]
        if now - self._missed_at.setdefault(command_id, now) < self._settle_s:
            return True
        del self._missed_at[command_id]
        return False

    async def _post(
        self, command_id: CommandId, command: SendMessage | AddNote, number: int, article: dict[str, Any]
    ) -> Article:
        body = article | {
            "ticket_id": number,
            "body": bodies.plain(command.text) or " ",
            "content_type": "text/plain",
            "preferences": {MARK: command_id},
        }
        if command.attachments:
            body["attachments"] = await self._files.enclosed(command.attachments)
        written = await self._api.change(Article, "POST", "ticket_articles", body, {"expand": "true"})
        self._files.sent(command.attachments)
        self._keeps_marks = (written.preferences or {}).get(MARK) == command_id
        self._claim(written, command_id)
        return written

    def _claim(self, article: Article, command_id: CommandId) -> None:
        self._ours[article.id] = command_id
        if len(self._ours) > _MOST_KEPT:
            del self._ours[next(iter(self._ours))]

    async def _reply(self, command: SendMessage, ticket: Ticket, said: Sequence[Article]) -> dict[str, Any]:
        """Return the kind of the answer and whom it goes to: by the channel asked for, else as the customer wrote."""
        theirs = [article for article in said if article.sender == "Customer" and not article.internal]
        last = theirs[-1] if theirs else None
        kind = (last.type or "") if last is not None else ""
        if command.channel is not None and CHANNELS.get(kind) is not command.channel:
            kind = _TYPES.get(command.channel, "")
            last = next((article for article in reversed(theirs) if article.type == kind), None)
        elif kind not in CHANNELS:
            kind = "email"  # a telephone note, or a ticket nobody wrote in yet
        kind = "email" if kind == "web" else kind
        if kind not in _REPLIES or (last is None and kind not in ("email", "sms")):
            raise Refused(Code.CHANNEL_CANNOT_SEND)
        to = await self._address(kind, ticket, last)
        article: dict[str, Any] = {"type": kind, "internal": False, "to": to}
        if kind == "email":
            article["subject"] = bodies.line((last.subject if last is not None else "") or ticket.title)
        if last is not None and last.message_id:
            article["in_reply_to"] = bodies.line(last.message_id)
        return article

    async def _address(self, kind: str, ticket: Ticket, last: Article | None) -> str:
        if last is not None and last.type == kind:
            told = parseaddr(bodies.line(last.reply_to))[1] or parseaddr(bodies.line(last.from_))[1]
            if kind != "email":
                return bodies.line(last.from_)
            if "@" in told:
                return told
        try:
            user = await self._tickets.user(ticket.customer_id or NOBODY)
        except Refused:
            raise Refused(Code.NO_ADDRESS) from None
        if not (found := user.email if kind == "email" else user.mobile or user.phone):
            raise Refused(Code.NO_ADDRESS)
        return bodies.line(found)
