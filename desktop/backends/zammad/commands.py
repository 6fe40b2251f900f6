"""What the desk asks for, as changes of tickets and users. Who has a ticket meanwhile is looked up before it is changed:
Zammad itself lets the last one win. What it has nothing for is refused with ``unsupported``.

A change of a ticket says how it is to be, so that doing it twice is doing it once; only what is written in it must not be
written twice, which is ``articles``' care.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from desktop.backends.base import BackendError, Refused
from desktop.backends.lacking import UNSUPPORTED
from desktop.backends.zammad.api import ZammadApi
from desktop.backends.zammad.articles import Articles
from desktop.backends.zammad.catalogue import Catalogue
from desktop.backends.zammad.feed import Feed
from desktop.backends.zammad.naming import Naming
from desktop.backends.zammad.records import Records
from desktop.backends.zammad.shapes import NOBODY, Mentions, Ticket, User, millis
from desktop.backends.zammad.tickets import Tickets
from desktop.domain import commands as asked
from desktop.domain.changes import Table
from desktop.domain.commands import Command, interaction_of
from desktop.domain.customer import field_value, is_same_value
from desktop.domain.ids import CommandId
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError

_USER_FIELDS: Final = {
    "given_name": "firstname",
    "family_name": "lastname",
    "address.street": "street",
    "address.postcode": "zip",
    "address.city": "city",
    "address.country": "country",
}
_ADDED_FIELDS: Final = {"email": ("email",), "phone": ("phone", "mobile")}
_OWNED: Final = (asked.SendMessage, asked.Snooze, asked.Resume, asked.WrapUp, asked.Transfer, asked.Requeue)
Wanted = dict[str, Any]


class Commands:
    """Carries commands over, and finds out what became of them."""

    def __init__(
        self,
        api: ZammadApi,
        catalogue: Catalogue,
        records: Records,
        naming: Naming,
        tickets: Tickets,
        articles: Articles,
        feed: Feed,
    ) -> None:
        self._api = api
        self._catalogue = catalogue
        self._records = records
        self._naming = naming
        self._tickets = tickets
        self._articles = articles
        self._feed = feed

    async def perform(self, command_id: CommandId, command: Command) -> CommandAnswer:
        """Carry ``command`` out. Refusals and the end of a ticket are answers; raises ``Offline`` and its like."""
        await self._feed.prepare()
        try:
            if isinstance(command, asked.UpdateCustomer):
                return await self._update_customer(command)
            number = self._number(command)
            ticket = await self._tickets.ticket(number)
            if (refusal := self._refusal(command, ticket)) is not None:
                return _refused(refusal, await self._shown(number))
            match command:
                case asked.Observe():
                    return await self._follow(command, number)
                case asked.SendMessage():
                    written = await self._articles.send(command_id, command, ticket)
                    return await self._applied(number, self._feed.row(self._records.message(written)))
                case asked.AddNote():
                    written = await self._articles.note(command_id, command, number)
                    return await self._applied(number, self._feed.row(self._records.message(written)))
            wanted = self._wanted(command)
            if isinstance(command, asked.WrapUp) and command.disposition:
                tag = {"object": "Ticket", "o_id": number, "item": command.disposition}
                await self._api.change(msgspec.Raw, "POST", "tags/add", tag)
            if note := _note(command):
                wanted["article"] = self._articles.marked(command_id, note)
            await self._api.change(Ticket, "PUT", f"tickets/{number}", wanted, {"expand": "true"})
            return await self._applied(number)
        except Refused as refused:
            return self._declined(command, refused)

    async def look_up(self, command_id: CommandId, command: Command) -> CommandAnswer | None:
        """Return what became of ``command``; ``None`` where it never arrived, ``pending`` while that is not sure."""
        await self._feed.prepare()
        try:
            if await self._is_done(command_id, command):
                if isinstance(command, asked.UpdateCustomer):
                    user = await self._tickets.user(self._naming.native(command.customer_id))
                    return CommandAnswer(outcome="applied", changes=[self._feed.row(self._records.customer(user))])
                return CommandAnswer(outcome="applied", changes=await self._feed.answer(self._number(command)))
        except Refused as refused:
            return self._declined(command, refused)
        return CommandAnswer(outcome="pending") if self._articles.may_arrive(command_id) else None

    # --- what it means ----------------------------------------------------------------------------------------------

    def _number(self, command: Command) -> int:
        """Return the ticket a command is about. Raises ``Refused`` where Zammad has nothing for such a command."""
        if not isinstance(command, _TICKET_COMMANDS):
            raise Refused(UNSUPPORTED)
        return self._naming.native(command.interaction_id)

    def _refusal(self, command: Command, ticket: Ticket) -> Code | None:
        """Why a ticket, as it stands, does not bear a command."""
        kind = self._catalogue.state_type(ticket.state_id)
        if kind == "merged":
            return Code.ILLEGAL_STATE
        owner = ticket.owner_id or NOBODY
        if isinstance(command, asked.Take):
            if kind == "closed":
                return Code.ILLEGAL_STATE
            return Code.ALREADY_TAKEN if owner not in (NOBODY, self._naming.mine) else None
        if isinstance(command, _OWNED) and owner not in (NOBODY, self._naming.mine):
            return Code.NOT_OWNER
        return None

    def _wanted(self, command: Command) -> Wanted:
        """Return how the ticket is to be. Raises ``Refused``."""
        catalogue, naming = self._catalogue, self._naming
        match command:
            case asked.Take() | asked.TakeOver():
                return {"owner_id": naming.mine}
            case asked.Snooze():
                until = command.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                return {"state_id": catalogue.state("pending reminder"), "pending_time": until}
            case asked.Resume():
                return {"state_id": catalogue.state("open"), "owner_id": naming.mine}
            case asked.Reopen():
                return {"state_id": catalogue.state("open"), "owner_id": naming.mine}
            case asked.Requeue():
                return {"state_id": catalogue.state("open"), "owner_id": NOBODY}
            case asked.WrapUp():
                return {"state_id": catalogue.state("closed")}
            case asked.SetPriority():
                return {"priority_id": catalogue.priority(command.priority)}
            case asked.LinkCustomer():
                return {"customer_id": naming.native(command.customer_id)}
            case asked.Transfer() | asked.Reassign():
                wanted: Wanted = {}
                if command.to_queue is not None:
                    wanted |= {"group_id": naming.native(command.to_queue), "owner_id": NOBODY}
                if command.to_agent is not None:
                    wanted["owner_id"] = naming.native_agent(command.to_agent)
                if wanted:
                    return wanted
                raise Refused(Code.MISSING_VALUE)
        raise Refused(UNSUPPORTED)

    async def _is_done(self, command_id: CommandId, command: Command) -> bool:
        """Whether the other side shows what ``command`` would have done."""
        match command:
            case asked.UpdateCustomer():
                user = await self._tickets.user_now(self._naming.native(command.customer_id))
                customer = self._records.customer(user)
                return all(_holds(customer, name, value) for name, value in command.fields.items())
            case asked.Observe():
                number = self._naming.native(command.interaction_id)
                return bool(await self._mentions(number)) == command.is_on
            case asked.SendMessage() | asked.AddNote():
                number, is_note = self._naming.native(command.interaction_id), isinstance(command, asked.AddNote)
                found = await self._articles.find(command_id, number, text=command.text, is_note=is_note)
                return found is not None
        number = self._number(command)
        ticket = await self._tickets.ticket(number)
        if not all(_is_so(ticket, field, value) for field, value in self._wanted(command).items()):
            return False
        if note := _note(command):
            return await self._articles.find(command_id, number, text=note, is_note=True) is not None
        return True

    # --- doing it ---------------------------------------------------------------------------------------------------

    async def _follow(self, command: asked.Observe, number: int) -> CommandAnswer:
        mine = await self._mentions(number)
        if command.is_on and not mine:
            body = {"mentionable_type": "Ticket", "mentionable_id": number}
            await self._api.change(msgspec.Raw, "POST", "mentions", body)
        for mention in [] if command.is_on else mine:
            await self._api.change(msgspec.Raw, "DELETE", f"mentions/{mention}", {})
        self._tickets.follow(number, is_on=command.is_on)
        return await self._applied(number)

    async def _mentions(self, number: int) -> list[int]:
        query = {"mentionable_type": "Ticket", "mentionable_id": str(number)}
        found = await self._api.get(Mentions, "mentions", query)
        return [one.id for one in found.mentions if one.user_id == self._naming.mine]

    async def _update_customer(self, command: asked.UpdateCustomer) -> CommandAnswer:
        number = self._naming.native(command.customer_id)
        user = await self._tickets.user_now(number)
        customer = self._records.customer(user)
        for name, before in command.before.items():
            if not is_same_value(name, field_value(customer, name), before):
                return _refused(Code.CONFLICT, [self._feed.row(customer)])
        wanted: Wanted = {}
        for name, value in command.fields.items():
            if name == "name":
                given, _, family = str(value or "").strip().rpartition(" ")
                wanted |= {"firstname": given or family, "lastname": family if given else ""}
            elif name in _USER_FIELDS:
                wanted[_USER_FIELDS[name]] = str(value or "")
            elif free := [field for field in _ADDED_FIELDS.get(name, ()) if not getattr(user, field)]:
                wanted[free[0]] = str(value or "")
            elif not _holds(customer, name, value):
                raise Refused(UNSUPPORTED)
        if wanted:
            user = await self._api.change(User, "PUT", f"users/{number}", wanted)
        self._tickets.learn(user)
        return CommandAnswer(outcome="applied", changes=[self._feed.row(self._records.customer(user))])

    async def _applied(self, number: int, *rows: Change) -> CommandAnswer:
        """It is done: whatever comes to nothing from here on must not look as if it were not, and be done again."""
        return CommandAnswer(outcome="applied", changes=await self._shown(number) or list(rows))

    async def _shown(self, number: int) -> list[Change]:
        try:
            return await self._feed.answer(number)
        except BackendError:
            return []

    def _declined(self, command: Command, refused: Refused) -> CommandAnswer:
        if refused.code != Code.GONE:
            return _refused(refused.code, [], refused.detail)
        if isinstance(command, asked.UpdateCustomer):
            end = self._feed.end(Table.CUSTOMER, self._naming.native(command.customer_id))
        else:
            end = self._feed.end(Table.INTERACTION, self._naming.native(interaction_of(command) or ""))
        if refused.status == 403:
            # It is there, only not for this agent: what they wrote is theirs to copy or discard.
            return _refused(Code.FORBIDDEN, [end])
        return CommandAnswer(outcome="gone", changes=[end])


_TICKET_COMMANDS: Final = (
    *_OWNED,
    asked.AddNote,
    asked.Take,
    asked.TakeOver,
    asked.Reopen,
    asked.SetPriority,
    asked.LinkCustomer,
    asked.Reassign,
    asked.Observe,
)
CARRIED: Final = (*_TICKET_COMMANDS, asked.UpdateCustomer)
"""The commands that can be carried over to Zammad; all others are refused as ``unsupported``."""


def _refused(code: str, changes: list[Change], detail: str = "") -> CommandAnswer:
    return CommandAnswer(outcome="refused", changes=changes, error=CommandError(code=code, detail=detail))


def _note(command: Command) -> str:
    """What is written into a ticket along with a change of it."""
    match command:
        case asked.WrapUp():
            return command.summary.strip()
        case asked.Transfer() | asked.Reassign():
            return command.note.strip()
    return ""


def _is_so(ticket: Ticket, field: str, value: Any) -> bool:
    if field == "pending_time":
        return abs(millis(ticket.pending_time) - millis(datetime.fromisoformat(value))) < 60_000
    return bool(getattr(ticket, field) == value)


def _holds(customer: Any, name: str, value: Any) -> bool:
    if name in _ADDED_FIELDS:
        told = str(value or "").strip().casefold()
        return any(told in (one.value.casefold(), one.normalised) for one in customer.identities)
    return is_same_value(name, field_value(customer, name), value)
