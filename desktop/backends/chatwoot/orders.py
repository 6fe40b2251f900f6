"""Commands carried over to Chatwoot, and what became of one whose answer was lost. Called by ``backend``.

Nothing there is idempotent by a key. What sets a value (a status, an assignee, a priority) is the same done twice. A message
is not: it carries the command's id in ``echo_id``, which Chatwoot gives back but does not keep for its listings, and in an
attribute of its own, which it keeps; a lost one is looked for among the newest messages by both, and by what the socket told,
before anybody sends it a second time. Where a command is a message and something else, the message goes last.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from desktop.backends.base import Offline, Refused
from desktop.backends.chatwoot import files, records, set_up
from desktop.backends.chatwoot.client import listed
from desktop.backends.chatwoot.contacts import Contacts
from desktop.backends.chatwoot.fields import Row, micros, number, part, text
from desktop.backends.chatwoot.reader import Reader
from desktop.backends.lacking import UNSUPPORTED
from desktop.domain import commands as c
from desktop.domain.ids import CommandId, InteractionId
from desktop.domain.interaction import Attachment
from desktop.wire.errors import Code
from desktop.wire.shapes import Change, CommandAnswer, CommandError

DONE_HERE: Final = frozenset(
    {
        c.SetPresence,
        c.SendMessage,
        c.AddNote,
        c.Accept,
        c.Take,
        c.TakeOver,
        c.Hold,
        c.Resume,
        c.Wait,
        c.Snooze,
        c.Transfer,
        c.Reassign,
        c.Requeue,
        c.Reopen,
        c.WrapUp,
        c.SetIntent,
        c.SetPriority,
        c.UpdateCustomer,
        c.MergeCustomers,
    }
)
"""The commands Chatwoot can carry out; all others are refused as ``unsupported``."""

_PAGES: Final = 10
_MARGIN: Final = 600_000_000
_HEARD: Final = 1000


class Orders:
    """Carries out for one account. ``settle_s`` is how long a request whose answer was lost may still take to arrive."""

    def __init__(self, reader: Reader, spool: files.Spool, *, settle_s: float = 3.0) -> None:
        self._reader = reader
        self._client = reader.client
        self._names = reader.names
        self._spool = spool
        self._contacts = Contacts(reader)
        self._settle_s = settle_s
        self._lost: dict[CommandId, float] = {}
        self._heard: OrderedDict[str, None] = OrderedDict()

    def hear(self, echo: str) -> None:
        """Note that the socket told of a message sent with this id."""
        self._heard[echo] = None
        if len(self._heard) > _HEARD:
            self._heard.popitem(last=False)

    async def perform(self, command_id: CommandId, command: c.Command) -> CommandAnswer:
        """Carry out a command. Raises ``BackendError``."""
        if type(command) not in DONE_HERE:
            return refused(UNSUPPORTED)
        await self._reader.know_me()
        try:
            answer = await self._perform(command_id, command)
        except Offline as error:
            if error.may_have_arrived:
                self._lost[command_id] = asyncio.get_running_loop().time()
            raise
        self._lost.pop(command_id, None)
        return answer

    async def look_up(self, command_id: CommandId, command: c.Command) -> CommandAnswer | None:
        """Return what became of a command; ``None`` where it did not arrive, or where doing it twice is the same as once."""
        await self._reader.know_me()
        conversation = _spoken_in(command)
        if conversation is None:
            return await self._contacts.look_up(command)
        native = self._number(conversation)
        changes = await self._sent(command_id, native)
        if changes is None and (lost_at := self._lost.get(command_id)) is not None:
            left_s = lost_at + self._settle_s - asyncio.get_running_loop().time()
            if left_s > 0:
                await asyncio.sleep(left_s)
                changes = await self._sent(command_id, native)
        self._lost.pop(command_id, None)
        return None if changes is None else _applied([*changes, *await self._row(native)])

    async def typing(self, interaction_id: InteractionId, *, is_typing: bool) -> None:
        """Say that the agent types; who begins to has read what was said."""
        native = self._number(interaction_id)
        told = {"typing_status": "on" if is_typing else "off", "is_private": False}
        await self._post(native, "toggle_typing_status", told)
        if is_typing:
            await self._see(native)

    async def _perform(self, command_id: CommandId, command: c.Command) -> CommandAnswer:
        match command:
            case c.SetPresence(is_after=False):
                return await self._set_presence(command)
            case c.SendMessage():
                return await self._send(command_id, command)
            case c.AddNote():
                return await self._add_note(command_id, command)
            case c.Accept() | c.Take():
                return await self._take(self._number(command.interaction_id))
            case c.TakeOver() | c.Reopen():
                await self._assign(native := self._number(command.interaction_id), assignee_id=self._names.user)
                return await self._with_status(native, "open")
            case c.Hold():
                return await self._with_status(self._number(command.interaction_id), "pending")
            case c.Resume():
                return await self._with_status(self._number(command.interaction_id), "open")
            case c.Wait():
                return await self._with_status(self._number(command.interaction_id), "snoozed")
            case c.Snooze():
                until = int(command.until.timestamp())
                return await self._with_status(self._number(command.interaction_id), "snoozed", snoozed_until=until)
            case c.Requeue():
                await self._assign(native := self._number(command.interaction_id), assignee_id=0)
                return await self._with_status(native, "open")
            case c.Transfer() | c.Reassign():
                return await self._hand_on(command_id, command)
            case c.WrapUp():
                return await self._wrap_up(command_id, command)
            case c.SetIntent():
                native = self._number(command.interaction_id)
                await self._set_attributes(native, {records.INTENT: command.intent})
                return _applied(await self._row(native))
            case c.SetPriority():
                native = self._number(command.interaction_id)
                priority = records.PRIORITIES.get(command.priority, "medium")
                await self._post(native, "toggle_priority", {"priority": priority})
                return _applied(await self._row(native))
            case c.UpdateCustomer():
                return await self._contacts.update(command)
            case c.MergeCustomers():
                return await self._contacts.merge(command)
            case _:
                return refused(UNSUPPORTED)

    # --- messages ---------------------------------------------------------------------------------------------------

    async def _send(self, command_id: CommandId, command: c.SendMessage) -> CommandAnswer:
        native = self._number(command.interaction_id)
        if not self._reader.can_answer(native):
            # The customer has to write again first: messengers close the door after a day.
            return refused(Code.CHANNEL_CANNOT_SEND)
        if not command.text.strip() and not command.attachments:
            return refused(Code.EMPTY_TEXT)
        return await self._say(command_id, native, command.text, command.attachments, is_note=False)

    async def _add_note(self, command_id: CommandId, command: c.AddNote) -> CommandAnswer:
        if not command.text.strip() and not command.attachments:
            return refused(Code.EMPTY_TEXT)
        native = self._number(command.interaction_id)
        return await self._say(command_id, native, command.text, command.attachments, is_note=True)

    async def _say(
        self, command_id: CommandId, native: int, said: str, attachments: tuple[Attachment, ...], *, is_note: bool
    ) -> CommandAnswer:
        path = await self._client.path("conversations", native, "messages")
        marker = {records.MARKER: command_id}
        if attachments:
            attached = [(one, data) for one in attachments if (data := self._spool.get(one.sha256)) is not None]
            if len(attached) < len(attachments):
                return refused(Code.UNKNOWN_VALUE)
            body, media_type = files.form(
                {
                    "content": said,
                    "private": "true" if is_note else "false",
                    "message_type": "outgoing",
                    "content_attributes": msgspec.json.encode(marker).decode(),
                    "echo_id": command_id,
                },
                attached,
            )
            row = part(await self._client.put_form(path, body, media_type))
        else:
            row = part(
                await self._client.put(
                    "POST",
                    path,
                    {
                        "content": said,
                        "private": is_note,
                        "message_type": "outgoing",
                        "content_type": "text",
                        "content_attributes": marker,
                        "echo_id": command_id,
                    },
                )
            )
        if number(row, "id") <= 0:
            raise Offline("unexpected_answer", may_have_arrived=True)
        for one in attachments:
            self._spool.drop(one.sha256)
        return _applied(self._reader.messages([row], {"id": native}))

    async def _sent(self, command_id: CommandId, native: int) -> list[Change] | None:
        """Return the message that a command became, ``None`` where there is none among those since it was made."""
        since = self._made_at(command_id)
        path = await self._client.path("conversations", native, "messages")
        params: dict[str, int] = {}
        for _ in range(_PAGES):
            try:
                page = listed(await self._client.get(path, **params), "payload")
            except Refused as refusal:
                if refusal.code == Code.NOT_FOUND:
                    return None
                raise
            found = [row for row in page if command_id in _echoes(row)]
            if found:
                return self._reader.messages(found, {"id": native})
            if not page or min(micros(row, "created_at") for row in page) < since:
                break
            params = {"before": min(number(row, "id") for row in page)}
        return [] if command_id in self._heard else None

    def _made_at(self, command_id: CommandId) -> int:
        """Return when a command was made, by the clock there and a little earlier: its id says so (RFC 9562, section 5.7)."""
        head = command_id.replace("-", "")[:12]
        try:
            return self._client.clock.of_local(int(head, 16)) - _MARGIN
        except ValueError:
            return 0

    # --- conversations ----------------------------------------------------------------------------------------------

    async def _take(self, native: int) -> CommandAnswer:
        row = await self._reader.conversation(native)
        holder = number(part(row, "meta", "assignee"), "id")
        if holder and holder != self._names.user:
            return refused(Code.ALREADY_TAKEN, self._reader.told(row))
        await self._assign(native, assignee_id=self._names.user)
        await self._see(native)
        if text(row, "status") != "open":
            return await self._with_status(native, "open")
        return _applied(await self._row(native))

    async def _hand_on(self, command_id: CommandId, command: c.Transfer | c.Reassign) -> CommandAnswer:
        native = self._number(command.interaction_id)
        if command.to_agent is not None:
            user = self._names.user_of(command.to_agent)
            if user is None:
                return refused(Code.UNKNOWN_VALUE)
            await self._assign(native, assignee_id=user)
        else:
            team = self._names.team_of(command.to_queue or "")
            inbox = self._names.inbox_of(command.to_queue or "")
            if team is None and inbox is None:
                return refused(Code.UNKNOWN_VALUE)
            if team is None:
                # A conversation stays in its inbox: all that can be taken from it is its team.
                if inbox != number(await self._reader.conversation(native), "inbox_id"):
                    return refused(UNSUPPORTED)
                team = 0
            await self._assign(native, team_id=team)
            await self._assign(native, assignee_id=0)
        changes: list[Change] = []
        if command.note.strip():
            answer = await self._say(command_id, native, command.note, (), is_note=True)
            changes += answer.changes
        return _applied([*changes, *await self._row(native)])

    async def _wrap_up(self, command_id: CommandId, command: c.WrapUp) -> CommandAnswer:
        native = self._number(command.interaction_id)
        label = self._names.label_of(command.disposition)
        if label:
            row = await self._reader.conversation(native)
            await self._post(native, "labels", {"labels": list(dict.fromkeys([*set_up.labels(row), label]))})
        await self._set_attributes(native, {records.DISPOSITION: command.disposition})
        await self._post(native, "toggle_status", {"status": "resolved"})
        changes: list[Change] = []
        if command.summary.strip():
            answer = await self._say(command_id, native, command.summary, (), is_note=True)
            changes += answer.changes
        return _applied([*changes, *await self._row(native)])

    async def _see(self, native: int) -> None:
        """Mark a conversation as read. Nothing hangs on it."""
        with contextlib.suppress(Offline, Refused):
            await self._post(native, "update_last_seen", {})

    async def _set_attributes(self, native: int, added: Mapping[str, str]) -> None:
        """Lay attributes over those a conversation has: Chatwoot replaces them all."""
        kept = part(await self._reader.conversation(native), "custom_attributes")
        await self._post(native, "custom_attributes", {"custom_attributes": {**kept, **added}})

    async def _with_status(self, native: int, status: str, **more: object) -> CommandAnswer:
        await self._post(native, "toggle_status", {"status": status, **more})
        return _applied(await self._row(native))

    async def _assign(self, native: int, **to: int) -> None:
        await self._post(native, "assignments", dict(to))

    async def _post(self, native: int, what: str, body: Mapping[str, object]) -> Any:
        return await self._client.put("POST", await self._client.path("conversations", native, what), body)

    async def _row(self, native: int) -> list[Change]:
        """Return a conversation as it is now; where that cannot be read, the feed will bring it."""
        try:
            return self._reader.told(await self._reader.conversation(native))
        except (Offline, Refused):
            return []

    # --- the agent --------------------------------------------------------------------------------------------------

    async def _set_presence(self, command: c.SetPresence) -> CommandAnswer:
        profile = await self._client.profile()
        availability = set_up.AVAILABILITIES[command.state]
        row: Row = part(
            await self._client.put(
                "POST",
                "/api/v1/profile/availability",
                {"profile": {"availability": availability, "account_id": profile.account}},
            )
        )
        agent = set_up.agent({**profile.row, **row, "availability_status": availability}, self._names)
        return _applied([self._reader.ledger.told(agent, self._client.clock.now())])

    def _number(self, interaction_id: InteractionId) -> int:
        native = self._names.number_of(interaction_id)
        if native is None:
            raise Refused(Code.NOT_FOUND)
        return native


def refused(code: str, changes: list[Change] | None = None) -> CommandAnswer:
    """Return that a command was declined."""
    return CommandAnswer(outcome="refused", changes=changes or [], error=CommandError(code=code))


def _applied(changes: list[Change]) -> CommandAnswer:
    return CommandAnswer(outcome="applied", changes=changes)


def _echoes(row: Row) -> tuple[str, str]:
    return text(row, "echo_id"), text(part(row, "content_attributes"), records.MARKER)


def _spoken_in(command: c.Command) -> InteractionId | None:
    """Return the conversation in which a command leaves a message, ``None`` for commands that leave none."""
    match command:
        case c.SendMessage() | c.AddNote():
            return command.interaction_id
        case c.Transfer() | c.Reassign() if command.note.strip():
            return command.interaction_id
        case c.WrapUp() if command.summary.strip():
            return command.interaction_id
        case _:
            return None
