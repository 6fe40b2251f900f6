"""An agent's message as events of a room: the words, and one for each file. Each event has a name of ours, so that the
homeserver takes it once however often it is handed to it."""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import quote

from desktop.domain.interaction import Attachment, Author, Message
from desktop.hub.channels.base import DeliveryFailed, NotNow, Outgoing
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.matrix import events
from desktop.hub.channels.matrix.homeserver import CLIENT, Homeserver, Json, Rejected, room_path
from desktop.hub.channels.matrix.incoming import HISTORY, room_note, user_of
from desktop.hub.channels.matrix.settings import Settings

_PAGES: Final = 5
_PAGE: Final = 100
_KINDS: Final = ("image", "audio", "video")
_HERE: Final = ("join", "invite")


class Rooms:
    """Where a message goes. ``encrypted`` says which rooms are known to be (or not)."""

    def __init__(self, intake: Intake, settings: Settings, server: Homeserver, encrypted: dict[str, bool]) -> None:
        self._intake = intake
        self._settings = settings
        self._server = server
        self._encrypted = encrypted

    async def of(self, out: Outgoing, account: str) -> str:
        """Return the room of a message. Raises ``DeliveryFailed`` where there is none it could reach somebody in."""
        interaction = out.interaction
        if interaction.account == account and interaction.thread.startswith("!"):
            room = interaction.thread
        else:
            room = await self._of_user(user_of(out.to))
        await self._check(room)
        return room

    async def _of_user(self, user: str) -> str:
        if not user:
            raise DeliveryFailed("no_such_address")
        room = await self._intake.note(room_note(user))
        if room:
            return room
        if not self._settings.can_begin:
            raise DeliveryFailed("no_address")
        try:
            made = await self._server.ask(
                "POST",
                f"{CLIENT}/createRoom",
                body={"preset": "trusted_private_chat", "is_direct": True, "invite": [user]},
            )
        except Rejected:
            raise DeliveryFailed("no_such_address") from None
        await self._intake.set_note(room_note(user), str(made["room_id"]))
        return str(made["room_id"])

    async def _check(self, room: str) -> None:
        """Raises ``DeliveryFailed`` where nobody would read it: we are out, they are out, or only their programs could."""
        try:
            members = await self._server.ask(
                "GET", f"{room_path(room)}/members", query={"not_membership": "leave"}, largest=16 * 1024 * 1024
            )
        except Rejected:
            raise DeliveryFailed("left_room") from None
        others = [
            one
            for one in members.get("chunk", [])
            if one.get("state_key") != self._server.user_id and one.get("content", {}).get("membership") in _HERE
        ]
        if not others:
            raise DeliveryFailed("left_room")
        if room not in self._encrypted:
            try:
                await self._server.ask("GET", f"{room_path(room)}/state/{events.ENCRYPTION}")
            except Rejected:
                self._encrypted[room] = False
            else:
                self._encrypted[room] = True
        if self._encrypted[room]:
            raise DeliveryFailed("encrypted")


async def hand_over(server: Homeserver, intake: Intake, room: str, message: Message, largest: int) -> str:
    """Send the events of a message and return the id of the last. Raises ``DeliveryFailed``, ``NotNow``, ``ChannelDown``."""
    contents: list[tuple[str, Json]] = []
    if message.text.strip():
        kind = "m.text" if message.author is Author.AGENT else "m.notice"
        contents.append((message.id, {"msgtype": kind, "body": message.text}))
    for number, attachment in enumerate(message.attachments):
        if attachment.size > largest:
            raise DeliveryFailed("too_large")
        contents.append((f"{message.id}-{number}", await _file(server, intake, attachment)))
    if not contents:
        raise DeliveryFailed("empty_text")
    last = ""
    for name, content in contents:
        content = {**content, events.MESSAGE_ID: message.id}
        path = f"{room_path(room)}/send/{events.MESSAGE}/{quote(name, safe='')}"
        try:
            last = str((await server.ask("PUT", path, body=content)).get("event_id", ""))
        except Rejected as rejected:
            raise refusal(rejected) from None
    return last


async def _file(server: Homeserver, intake: Intake, attachment: Attachment) -> Json:
    try:
        data = await asyncio.to_thread(intake.read_file, attachment.sha256)
    except OSError:
        raise DeliveryFailed("file_gone") from None
    try:
        mxc = await server.upload(data, attachment.name, attachment.media_type)
    except Rejected as rejected:
        raise refusal(rejected) from None
    start = attachment.media_type.partition("/")[0]
    return {
        "msgtype": f"m.{start}" if start in _KINDS else "m.file",
        "body": attachment.name,
        "filename": attachment.name,
        "url": mxc,
        "info": {"mimetype": attachment.media_type, "size": len(data)},
    }


async def find(server: Homeserver, room: str, message: Message) -> str:
    """Return the id of the last event of a message that a room has, '' where it has none, or not all of them."""
    wanted = bool(message.text.strip()) + len(message.attachments)
    found: list[str] = []
    token = ""
    for _ in range(_PAGES):
        chunk, token = await server.before(room, token, HISTORY, _PAGE)
        for event in chunk:
            content = event.get("content") or {}
            if event.get("sender") == server.user_id and content.get(events.MESSAGE_ID) == message.id:
                found.append(str(event["event_id"]))
        at_ms = chunk[-1].get("origin_server_ts", 0) if chunk else 0
        if not token or at_ms < message.sent_at.timestamp() * 1000 - 3_600_000:
            break
    return found[0] if len(found) >= wanted else ""


def refusal(rejected: Rejected) -> Exception:
    """Return what a refusal means for a message."""
    if rejected.code == "M_LIMIT_EXCEEDED":
        return NotNow("rate_limited")
    if rejected.status == 413 or rejected.code == "M_TOO_LARGE":
        return DeliveryFailed("too_large")
    if rejected.status in (403, 404):
        return DeliveryFailed("left_room")
    return DeliveryFailed("not_taken")
