"""Commands carried over to a ticket, and found again where an answer was lost.

RT answers 200 to what it refused and speaks the language of the user, so that a change counts as done when the ticket, read
again, is as it was asked for. A change is bound to the version (ETag) just read, and to what the agent saw when they asked
for it: where a colleague changed the same meanwhile, or the customer wrote before their ticket is closed, it is a conflict,
and the current ticket comes back with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from desktop.backends.base import BackendError, Refused
from desktop.backends.rt import states
from desktop.backends.rt.api import RtApi, Said
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.people import People
from desktop.backends.rt.posts import COMMENT, CORRESPOND, Posts
from desktop.backends.rt.reader import Reader
from desktop.backends.rt.shapes import Standing, Ticket
from desktop.backends.rt.wishes import Wish, differs, wish_of
from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.domain.ids import CommandId
from desktop.domain.interaction import Attachment
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError

_TRIES: Final = 3


class Actions:
    """Carries commands. ``patience_s`` is how long a request without an answer may still be under way."""

    def __init__(
        self, api: RtApi, naming: Naming, reader: Reader, files: Mapping[str, bytes], *, patience_s: float
    ) -> None:
        self._api = api
        self._naming = naming
        self._reader = reader
        self._posts = Posts(api, naming, files)
        self._people = People(api, naming)
        self._patience_s = patience_s
        self._sent_at: dict[CommandId, float] = {}

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        """Carry a command out. Raises ``Refused`` with ``unsupported`` for what RT has not."""
        self._sent_at[command_id] = asyncio.get_running_loop().time()
        try:
            answer = await self._perform(command_id, command)
        except Refused:
            self._sent_at.pop(command_id, None)
            raise
        self._sent_at.pop(command_id, None)
        return answer

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        """Return what became of a command; ``pending`` as long as its request could still be under way."""
        answer = await self._look_up(command_id, command)
        clock = asyncio.get_running_loop().time()
        if answer is None and clock - self._sent_at.setdefault(command_id, clock) < self._patience_s:
            return CommandAnswer(outcome="pending")
        self._sent_at.pop(command_id, None)
        return answer

    async def _perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        match command:
            case c.SendMessage(interaction_id=contact, text=text, attachments=files):
                return await self._post(CORRESPOND, command_id, contact, text, files)
            case c.AddNote(interaction_id=contact, text=text, attachments=files):
                return await self._post(COMMENT, command_id, contact, text, files)
            case c.UpdateCustomer():
                return await self._people.update(command)
        wish = wish_of(command, self._naming)
        number = self._naming.number(wish.contact)
        for _ in range(_TRIES):
            try:
                return await self._change(number, command_id, wish)
            except Refused as refused:
                if refused.status != 412:
                    raise
        return await self._conflict(number)

    async def _look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        match command:
            case c.SendMessage(interaction_id=contact):
                return await self._find(CORRESPOND, command_id, self._naming.number(contact))
            case c.AddNote(interaction_id=contact):
                return await self._find(COMMENT, command_id, self._naming.number(contact))
            case c.UpdateCustomer():
                return await self._people.look_up(command)
        wish = wish_of(command, self._naming)
        number = self._naming.number(wish.contact)
        found = await self._standing(number)
        if found is None or found[0].id != number:
            return await self._gone(number, found)
        current = await self._reader.ticket(number)
        if current is None or not wish.is_met(current):
            return None
        if wish.note and await self._posts.find(COMMENT, {number}, command_id) is None:
            return None
        return CommandAnswer(outcome="applied", changes=await self._rows(number))

    # --- replies and comments ---------------------------------------------------------------------------------------

    async def _post(
        self, kind: str, command_id: CommandId, contact: str, text: str, files: tuple[Attachment, ...]
    ) -> CommandAnswer:
        number = self._naming.number(contact)
        try:
            # Of a ticket that was merged RT takes it for the one it was merged into.
            await self._posts.post(kind, number, command_id, text, files)
        except Refused as refused:
            if refused.status == 404:
                return await self._gone(number, None)
            if refused.code == Code.UNKNOWN_VALUE:
                return CommandAnswer(outcome="refused", error=CommandError(code=refused.code))
            if refused.status == 400:
                # All there is to a reply that RT can refuse is that it is from this agent.
                raise Refused(Code.FORBIDDEN, status=400, detail=refused.detail) from None
            raise
        return await self._done(number)

    async def _find(self, kind: str, command_id: CommandId, number: int) -> CommandAnswer | None:
        found = await self._standing(number)
        if found is None:
            return await self._gone(number, found)
        home = found[0].id
        if await self._posts.find(kind, {number, home}, command_id) is None:
            return None
        return await self._done(number)

    async def _done(self, number: int) -> CommandAnswer:
        """It is done, whatever becomes of reading what came of it: that comes with the feed."""
        try:
            changes = await self._rows(number)
            if not changes and (found := await self._standing(number)) is not None:
                changes = [self._reader.gone(number, _LAST), *await self._rows(found[0].id)]
        except BackendError:
            changes = []
        return CommandAnswer(outcome="applied", changes=changes)

    # --- changes of the ticket itself -------------------------------------------------------------------------------

    async def _change(self, number: int, command_id: CommandId, wish: Wish) -> CommandAnswer:
        found = await self._standing(number)
        if found is None or found[0].id != number:
            return await self._gone(number, found)
        etag = found[1]
        current = await self._reader.ticket(number)
        if current is None:
            return await self._gone(number, None)
        known = self._reader.known.get(number)
        if not wish.is_met(current):
            if known is not None and differs(wish.touches, known.ticket, current):
                return await self._conflict(number, wish.rivalled)
            if wish.ends and await self._reader.has_new_words(current):
                return await self._conflict(number)
            wish.check(current)
        if wish.note and await self._posts.find(COMMENT, {number}, command_id) is None:
            await self._posts.post(COMMENT, number, command_id, wish.note)
            etag = ""
        said = Said()
        for path, body in wish.steps(current):
            said = await self._api.change("PUT", f"ticket/{number}{path}", body, etag=etag)
            etag = ""
        current = await self._reader.ticket(number)
        if current is None:
            # Where it went this agent does not see it any more: that was asked for.
            return CommandAnswer(outcome="applied", changes=[self._reader.gone(number, _LAST)])
        if not wish.is_met(current):
            return await self._refused(number, wish, current, said)
        return CommandAnswer(outcome="applied", changes=await self._reader.changes([current], is_answer=True))

    async def _refused(self, number: int, wish: Wish, current: Ticket, said: Said) -> CommandAnswer:
        code = wish.rivalled if wish.rivalled and _is_others(current, self._naming.mine) else Code.FORBIDDEN
        return CommandAnswer(
            outcome="refused",
            changes=await self._reader.changes([current], is_answer=True),
            error=CommandError(code=code, detail="; ".join(said.sentences)),
        )

    async def _conflict(self, number: int, code: str = "") -> CommandAnswer:
        """The ticket is not as the agent saw it: they get to see how it is."""
        return CommandAnswer(
            outcome="refused", changes=await self._rows(number), error=CommandError(code=code or Code.CONFLICT)
        )

    async def _gone(self, number: int, found: tuple[Standing, str] | None) -> CommandAnswer:
        """It was deleted, or merged into another, which is told instead."""
        changes = [self._reader.gone(number, _LAST)]
        if found is not None and found[0].id != number:
            changes += await self._rows(found[0].id)
        return CommandAnswer(outcome="gone", changes=changes)

    async def _standing(self, number: int) -> tuple[Standing, str] | None:
        """Return how a ticket stands and its version, ``None`` where it is not there, or not for this agent."""
        try:
            standing, etag = await self._api.marked(Standing, f"ticket/{number}")
        except Refused as refused:
            if refused.status in (403, 404):
                return None
            raise
        return None if standing.status == states.DELETED else (standing, etag)

    async def _rows(self, number: int) -> list[Change]:
        ticket = await self._reader.ticket(number)
        return await self._reader.changes([ticket], is_answer=True) if ticket is not None else []


_LAST: Final = 2**63 - 1
"""A place after all the feed told: a deletion that an answer brings is the newest there is to know."""


def _is_others(ticket: Ticket, mine: int) -> bool:
    return ticket.owner.name not in ("", None, states.NOBODY) and ticket.owner.id != mine
