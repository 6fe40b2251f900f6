"""What a gateway hands in: text messages, pieces of them, and what became of ours. Believed by token or signature and, where
the file says so, by where it comes from. Words like STOP are kept as the customer's own choice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from desktop.domain.ids import new_id
from desktop.domain.interaction import Delivery
from desktop.hub.auth.denial import Denied
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.hooks import HookAnswer, Knock
from desktop.hub.channels.intake import Intake
from desktop.hub.channels.secrets import secret_of
from desktop.hub.channels.sms import parts
from desktop.hub.channels.sms.parts import Group, Part
from desktop.hub.channels.sms.settings import Settings, filled
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import Inbound, Sender

PARTS: Final = "parts"
_LARGEST: Final = 256 * 1024
_UNSEEN: Final = ".,!? \t\r\n\"'"


class SmsReceiver:
    """Takes the calls of one account's gateway. ``clock`` returns seconds since 1970."""

    largest = _LARGEST

    def __init__(
        self, account: Account, settings: Settings, intake: Intake, secret: str, clock: Callable[[], float] = time.time
    ) -> None:
        self.networks = settings.allowed
        self.proxies = settings.proxies
        self._account = account
        self._settings = filled(settings)
        self._intake = intake
        self._secret = secret
        self._clock = clock
        self._stop = {word.casefold() for word in settings.stop_words}
        self._start = {word.casefold() for word in settings.start_words}

    # --- who calls ----------------------------------------------------------------------------------------------------

    def admit(self, knock: Knock) -> None:
        if knock.what not in ("message", "report"):
            raise Denied(Code.NOT_FOUND, "There are message and report.")
        inward = self._settings.inward
        if inward.auth == "signature" and not knock.headers.get(inward.token_name.lower()):
            raise Denied(Code.UNAUTHENTICATED, "The call is not signed.")
        if inward.auth == "token" and knock.method == "GET" and not self._has_token(knock, {}):
            raise Denied(Code.UNAUTHENTICATED, "The token is wrong.")

    async def take(self, knock: Knock, body: bytes) -> HookAnswer:
        given = _fields_of(body, knock.headers.get("content-type", ""))
        inward = self._settings.inward
        if inward.auth == "signature":  # which is not over the address: what stands there is nobody's word
            self._check_signature(knock.headers.get(inward.token_name.lower(), ""), body)
        elif not self._has_token(knock, given):
            raise Denied(Code.UNAUTHENTICATED, "The token is wrong.")
        else:
            given = {**knock.query, **given}
        fields = {name: given[called] for name, called in inward.fields.items() if called in given}
        await (self._message(fields) if knock.what == "message" else self._report(fields))
        return HookAnswer(body=inward.reply.encode())

    def _has_token(self, knock: Knock, given: Mapping[str, str]) -> bool:
        name = self._settings.inward.token_name
        scheme, _, bearer = knock.headers.get("authorization", "").partition(" ")
        candidates = (
            given.get(name, ""),
            knock.query.get(name, ""),
            knock.headers.get(name.lower(), ""),
            bearer.strip() if scheme.lower() == "bearer" else "",
        )
        wanted, is_right = self._secret.encode(), False
        for one in candidates:
            is_right |= hmac.compare_digest(wanted, one.encode("utf-8", "replace"))
        return is_right

    def _check_signature(self, given: str, body: bytes) -> None:
        made = hmac.new(self._secret.encode(), body, hashlib.sha256).digest()
        is_hex = self._settings.inward.signature_encoding == "hex"
        wanted = made.hex() if is_hex else base64.b64encode(made).decode()
        given = given.strip().removeprefix("sha256=")
        given = given.lower() if is_hex else given
        if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
            raise Denied(Code.UNAUTHENTICATED, "The signature is wrong.")

    # --- messages -----------------------------------------------------------------------------------------------------

    async def _message(self, fields: Mapping[str, str]) -> None:
        sender = fields.get("from", "").strip()
        if not sender:
            raise Refused(Code.BAD_REQUEST, "Nobody is named as the sender.")
        # A plus that was not encoded came as a blank.
        if fields.get("from", "").startswith(" ") and sender[0].isdecimal():
            sender = f"+{sender}"
        piece = parts.part_of(fields)
        if piece is not None:
            await self._piece(piece, sender, fields)
            return
        await self._hand_in(
            self._name_of(sender, fields),
            sender,
            fields.get("to", ""),
            fields.get("text", ""),
            fields.get("at", ""),
        )

    async def _hand_in(self, external_id: str, sender: str, to: str, text: str, at: str) -> None:
        word = text.strip(_UNSEEN).casefold()
        choice = "opt_out" if word in self._stop else "opt_in" if word in self._start else ""
        await self._intake.receive(
            Inbound(
                external_id=external_id,
                sender=Sender(address=sender),
                to=to.strip(),
                text=text,
                sent_at=_instant(at),
                choice=choice,  # type: ignore[arg-type]
            )
        )

    def _name_of(self, sender: str, fields: Mapping[str, str]) -> str:
        """Return what a message is called. Without an id its time tells it from another; without either nothing does, and a
        message twice is better than one lost."""
        if fields.get("id", "").strip():
            return f"{self._account.name}:{fields['id'].strip()}"
        if not fields.get("at", "").strip():
            return f"{self._account.name}:{new_id()}"
        told = "\x1f".join((sender, fields.get("to", ""), fields["at"], fields.get("text", "")))
        return f"{self._account.name}:{hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:32]}"

    # --- pieces -------------------------------------------------------------------------------------------------------

    async def _piece(self, piece: Part, sender: str, fields: Mapping[str, str]) -> None:
        key = f"{sender}>{fields.get('to', '')}#{piece.ref}/{piece.parts}"
        now_s = self._clock()

        def add(kept: str) -> str:
            groups = parts.read(kept)
            group = groups.get(key)
            text = fields.get("text", "")
            if group is None or not group.fits(piece, text):
                if group is not None and not group.is_done:
                    groups[f"{key}~{group.at}"] = group  # handed in as it is when its time has run out
                group = groups[key] = Group(parts=piece.parts, at=now_s, sender=sender, to=fields.get("to", ""))
                group.id = self._name_of(sender, fields)
                group.sent_at = fields.get("at", "")
            if not group.is_done:
                group.texts[str(piece.part)] = text
            return parts.written(groups, now_s)

        group = parts.read(await self._intake.change_note(PARTS, add)).get(key)
        if group is not None and group.is_whole and not group.is_done:
            await self._join(key, group)

    async def join_late(self) -> None:
        """Hand in what has waited too long for its missing pieces, with a mark where they would be."""
        now_s = self._clock()
        for key, group in parts.read(await self._intake.note(PARTS)).items():
            if not group.is_done and (group.is_whole or now_s - group.at > self._settings.join_s):
                await self._join(key, group)

    async def _join(self, key: str, group: Group) -> None:
        await self._hand_in(group.id, group.sender, group.to, group.text, group.sent_at)

        def finish(kept: str) -> str:
            groups = parts.read(kept)
            if key in groups and groups[key].id == group.id:
                groups[key].finish()
            return parts.written(groups, self._clock())

        await self._intake.change_note(PARTS, finish)

    # --- reports ------------------------------------------------------------------------------------------------------

    async def _report(self, fields: Mapping[str, str]) -> None:
        """A report about what nobody knows is passed over: the gateway would only repeat it."""
        state = self._settings.inward.states.get(fields.get("state", ""), "ignored")
        if state == "ignored":
            return
        message_id = fields.get("message", "")
        if not message_id and fields.get("id"):
            found = await self._intake.called(f"{self._account.name}:{fields['id'].strip()}")
            message_id = found.id if found is not None else ""
        message = await self._intake.message(message_id) if message_id else None
        if message is None or message.channel is not self._account.channel:
            return
        delivery = Delivery(state)
        failure = "not_delivered" if delivery is Delivery.FAILED else ""
        await self._intake.deliver(message.id, delivery, failure=failure)


def _fields_of(body: bytes, media_type: str) -> dict[str, str]:
    """Return the fields of a body: a form, or a flat JSON object."""
    if not body:
        return {}
    if media_type.partition(";")[0].strip().lower() == "application/json":
        try:
            found = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Refused(Code.BAD_REQUEST, "The body is not JSON.") from None
        if not isinstance(found, dict):
            raise Refused(Code.BAD_REQUEST, "The body is not an object.")
        return {str(name): str(value) for name, value in found.items() if isinstance(value, str | int | float)}
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise Refused(Code.BAD_REQUEST, "The body is no form.") from None


def _instant(text: str) -> datetime | None:
    """Return when a message was sent: seconds since 1970, or ISO 8601 (UTC where it says nothing)."""
    text = text.strip()
    try:
        if text.isascii() and text.isdecimal():
            return datetime.fromtimestamp(int(text[:11]), UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def receiver(account: Account, settings: Settings, intake: Intake, base: Path) -> SmsReceiver:
    """Return who takes the calls of an account. Raises ``NoSecret``."""
    return SmsReceiver(account, settings, intake, secret_of(account, "inbound", base))
