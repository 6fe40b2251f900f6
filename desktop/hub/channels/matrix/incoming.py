"""One answer of a long poll, handed on: rooms we are asked into, what was said in ours and, where the poll left something
out, what was said in between. All of it may be handed on again: the token of the next poll is noted afterwards."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

import msgspec

from desktop.hub.channels.base import ChannelDown, NotNow
from desktop.hub.channels.intake import Intake, TurnedAway
from desktop.hub.channels.matrix import events
from desktop.hub.channels.matrix.events import Said
from desktop.hub.channels.matrix.homeserver import CLIENT, Homeserver, Json, Rejected, room_path
from desktop.hub.channels.matrix.receipts import Receipts
from desktop.hub.channels.matrix.settings import Settings
from desktop.hub.channels.signals import Signal
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import Inbound, Sender

log = logging.getLogger(__name__)

_PAGE: Final = 100
_MOST_PAGES: Final = 200
_NAMES: Final = 2000


def filter_of(page: int) -> str:
    """Return the filter of a poll: what customers say, who reads and types; a poll also wakes for what is not in it."""
    none: Json = {"types": []}
    room = {
        "timeline": {"limit": page, "types": list(events.TYPES), "lazy_load_members": True},
        "state": {"types": [events.ENCRYPTION]},
        "ephemeral": {"types": ["m.receipt", "m.typing"]},
        "account_data": none,
    }
    return msgspec.json.encode({"room": room, "presence": none, "account_data": none}).decode()


HISTORY: Final = msgspec.json.encode({"types": list(events.TYPES), "lazy_load_members": True}).decode()


class Incoming:
    """Takes the answers of one account's polls."""

    def __init__(self, intake: Intake, settings: Settings, server: Homeserver, receipts: Receipts) -> None:
        self._intake = intake
        self._settings = settings
        self._server = server
        self._receipts = receipts
        self._names: OrderedDict[str, str] = OrderedDict()
        self._rooms: OrderedDict[str, str] = OrderedDict()
        self._typing: set[str] = set()
        self.encrypted: dict[str, bool] = {}

    async def take(self, answer: Mapping[str, Any]) -> None:
        """Hand on all of an answer. Raises ``NotNow`` and ``ChannelDown``: then nothing is lost by taking it again."""
        rooms = answer.get("rooms") or {}
        for room, invited in (rooms.get("invite") or {}).items():
            await self._asked_in(room, invited)
        for room, joined in (rooms.get("join") or {}).items():
            await self._joined(room, joined)
        for room in rooms.get("leave") or {}:
            self._typing.discard(room)

    # --- rooms --------------------------------------------------------------------------------------------------------

    async def _asked_in(self, room: str, invited: Mapping[str, Any]) -> None:
        me = self._server.user_id
        state = (invited.get("invite_state") or {}).get("events") or []
        by = next((str(one.get("sender", "")) for one in state if one.get("state_key") == me), "")
        policy = self._settings.invites
        is_welcome = policy == "all" or (
            policy == "servers" and events.server_of(by) in {one.lower() for one in self._settings.servers}
        )
        path = f"{room_path(room)}/{'join' if is_welcome else 'leave'}"
        try:
            await self._server.ask("POST", path, body={})
        except Rejected as rejected:  # it was taken back, or the room is gone
            log.info("matrix: an invitation could not be answered: %s", rejected)

    async def _joined(self, room: str, joined: Mapping[str, Any]) -> None:
        timeline = joined.get("timeline") or {}
        found = [one for one in timeline.get("events") or [] if isinstance(one, dict)]
        if timeline.get("limited") and timeline.get("prev_batch"):
            found = await self._left_out(room, str(timeline["prev_batch"]), found) + found
        for one in (joined.get("state") or {}).get("events") or []:
            if one.get("type") == events.ENCRYPTION:
                self.encrypted[room] = True
        cutoff = datetime.now(UTC) - timedelta(days=self._settings.backlog_days)
        for event in found:
            said = events.said(event)
            if said is not None and said.sender != self._server.user_id and said.at >= cutoff:
                await self._hand_on(room, said)
        for event in (joined.get("ephemeral") or {}).get("events") or []:
            await self._passing(room, event)

    async def _left_out(self, room: str, token: str, after: list[Json]) -> list[Json]:
        """Return, oldest first, what a poll left out: back to what a customer said that is known, or is too old."""
        cutoff = (datetime.now(UTC) - timedelta(days=self._settings.backlog_days)).timestamp() * 1000
        if await self._is_known(after[:1]):
            return []
        found: list[Json] = []
        for _ in range(_MOST_PAGES):
            try:
                chunk, token = await self._server.before(room, token, HISTORY, _PAGE)
            except Rejected as rejected:  # we may not see it
                log.info("matrix: the history of a room is closed: %s", rejected)
                break
            found += chunk
            if not token or not chunk or await self._is_known(chunk):
                break
            if float(chunk[-1].get("origin_server_ts") or 0) < cutoff:
                break
        return found[::-1]

    async def _is_known(self, chunk: list[Json]) -> bool:
        """Whether a customer's message among these was taken in; then all before it were."""
        ids = [str(one.get("event_id", "")) for one in chunk if one.get("sender") != self._server.user_id]
        return await self._intake.has_heard(ids)

    # --- what is said -------------------------------------------------------------------------------------------------

    async def _hand_on(self, room: str, said: Said) -> None:
        message: Inbound | None
        match said.kind:
            case "encryption":
                self.encrypted[room] = True
                return
            case "encrypted":
                self.encrypted[room] = True
                message = await self._unreadable(room, said)
            case "edited":
                message = self._inbound(room, said, "edited") if await self._is_writers(room, said) else None
            case "redacted":
                message = self._inbound(room, said, "redacted")
            case "message":
                message = await self._with_file(self._inbound(room, said, ""), said)
                await self._note_room(room, said.sender)
        if message is None:
            return
        name = await self._name(said.sender)
        message = msgspec.structs.replace(message, sender=Sender(address=message.sender.address, name=name))
        try:
            await self._intake.receive(message)
        except Refused as refused:
            if said.kind != "message":
                return  # what it is about never came in
            log.warning("matrix: a message was refused: %s", refused.code)
            await self._intake.receive(msgspec.structs.replace(message, html="", attachments=()))

    def _inbound(self, room: str, said: Said, event: str) -> Inbound:
        return Inbound(
            external_id=said.id,
            sender=Sender(address=address_of(said.sender)),
            text=said.text,
            html=said.html,
            sent_at=said.at,
            thread=room,
            in_reply_to=said.in_reply_to,
            event=event,
            replaces=said.target,
            automatic="generated" if said.is_machine else "",
        )

    async def _unreadable(self, room: str, said: Said) -> Inbound:
        """Say once a day and room that there are words nobody here can read, to the agent and, if wished, to the room."""
        day = f"{said.at:%Y-%m-%d}"
        if self._settings.encrypted_notice:
            notice = {"msgtype": "m.notice", "body": self._settings.encrypted_notice}
            try:
                path = f"{room_path(room)}/send/{events.MESSAGE}/encrypted-{day}"
                await self._server.ask("PUT", path, body=notice)
            except Rejected as rejected:
                log.info("matrix: a room takes no notice: %s", rejected)
        return msgspec.structs.replace(
            self._inbound(room, said, "encrypted"), external_id=f"{room}:encrypted:{day}", text="", html=""
        )

    async def _is_writers(self, room: str, said: Said) -> bool:
        """Whether who changes a message is who wrote it: a server does not look."""
        try:
            original = await self._server.ask("GET", f"{room_path(room)}/event/{quote(said.target, safe='')}")
        except Rejected:
            return False
        return original.get("sender") == said.sender

    async def _with_file(self, message: Inbound, said: Said) -> Inbound:
        media = said.media
        if media is None:
            return message
        largest = self._settings.largest_mb * 1024 * 1024
        why = Code.TOO_LARGE
        if media.is_readable and media.size <= largest:
            try:
                body = await self._server.download(media.mxc, largest)
                kept = await self._intake.put_file(body, media.media_type, media.name)
            except Rejected:
                pass
            except Refused as refused:
                why = refused.code
            except ChannelDown as problem:
                if problem.reason != "answer_too_large":
                    raise
            else:
                return msgspec.structs.replace(message, attachments=(kept,))
        lost = TurnedAway()
        lost.add(media.name, why)
        return lost.told(message)

    # --- who ----------------------------------------------------------------------------------------------------------

    async def _name(self, user: str) -> str:
        known = self._names.get(user)
        if known is None:
            try:
                known = await self._server.name_of(user)
            except (NotNow, ChannelDown):
                return ""
            self._names[user] = known
            if len(self._names) > _NAMES:
                self._names.popitem(last=False)
        return known

    async def _note_room(self, room: str, user: str) -> None:
        """Remember where somebody last wrote: answers from other contacts go there."""
        if self._rooms.get(user) == room:
            return
        if await self._intake.note(room_note(user)) != room:
            await self._intake.set_note(room_note(user), room)
        self._rooms[user] = room
        if len(self._rooms) > _NAMES:
            self._rooms.popitem(last=False)

    # --- what passes --------------------------------------------------------------------------------------------------

    async def _passing(self, room: str, event: Mapping[str, Any]) -> None:
        content = event.get("content")
        if not isinstance(content, dict):
            return
        if event.get("type") == "m.receipt":
            for id_ in events.readers(content, self._server.user_id):
                await self._receipts.read(id_)
        elif event.get("type") == "m.typing":
            users = content.get("user_ids")
            is_typing = isinstance(users, list) and any(user != self._server.user_id for user in users)
            if is_typing or room in self._typing:
                (self._typing.add if is_typing else self._typing.discard)(room)
                found = await self._intake.contact_of(room)
                if found is not None:
                    kind = "typing" if is_typing else "idle"
                    self._intake.signals.tell(Signal(interaction_id=found.id, by="customer", kind=kind))  # type: ignore[arg-type]


def address_of(user: str) -> str:
    """Return a user id as an address of the desk."""
    return f"matrix:{user}"


def user_of(address: str) -> str:
    """Return the user id of an address, as it was or as look-ups compare it; '' where it is none."""
    user = address.strip().removeprefix("matrix:").strip()
    user = user if user.startswith("@") else f"@{user}"
    local, colon, server = user[1:].partition(":")
    return user if local and colon and server and " " not in user else ""


def room_note(user: str) -> str:
    """Return under which name the room of somebody is noted."""
    return f"room.{user}"[:200]


__all__ = ["CLIENT", "Incoming", "address_of", "filter_of", "room_note", "user_of"]
