"""Events that an app hands in: signed, recent, and taken in once however often they come."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import msgspec

from desktop.domain.interaction import Delivery
from desktop.hub.auth.denial import Denied
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.hooks import HookAnswer, Knock
from desktop.hub.channels.intake import Intake, TurnedAway
from desktop.hub.channels.signals import Signal
from desktop.hub.channels.webhook import events
from desktop.hub.channels.webhook.settings import Settings
from desktop.hub.channels.webhook.signing import Keys, check_time
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import Inbound, InboundAnswer

_MOST_FILES: Final = 20
_decoder: Final = msgspec.json.Decoder(events.EventIn)


class WebhookReceiver:
    """Takes the events of one account. ``clock`` returns seconds since 1970."""

    def __init__(
        self, account: Account, settings: Settings, intake: Intake, keys: Keys, clock: Callable[[], float] = time.time
    ) -> None:
        self.networks = settings.allowed
        self.proxies = settings.proxies
        self.largest = settings.largest_mb * 1024 * 1024 * 4 // 3 + 64 * 1024
        self._account = account
        self._settings = settings
        self._intake = intake
        self._keys = keys
        self._clock = clock

    def admit(self, knock: Knock) -> None:
        if knock.method != "POST" or knock.what != "events":
            raise Denied(Code.NOT_FOUND, "Events are posted to events.")
        check_time(knock.headers, self._clock(), self._settings.tolerance_s)

    async def take(self, knock: Knock, body: bytes) -> HookAnswer:
        id_ = self._keys.check(knock.headers, body)
        try:
            event = _decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Refused(Code.BAD_REQUEST, "The body is no event that is known here.") from None
        taken = await self._take(id_, event)
        return HookAnswer(body=msgspec.json.encode(taken), media_type="application/json")

    async def _take(self, id_: str, event: events.EventIn) -> events.Taken:
        match event:
            case events.MessageIn(data=said):
                return _taken(await self._intake.receive(await self._inbound(id_, said)))
            case events.EditedIn(data=change):
                return _taken(await self._intake.receive(self._correction(id_, change, "edited")))
            case events.RedactedIn(data=change):
                return _taken(await self._intake.receive(self._correction(id_, change, "redacted")))
            case events.DeliveryIn(data=report):
                delivery = Delivery(report.delivery)
                await self._intake.deliver(report.message_id, delivery, failure=report.failure)
                return events.Taken(message_id=report.message_id)
            case events.TypingIn(data=typed):
                return await self._typed(typed)

    async def _inbound(self, id_: str, said: events.Said) -> Inbound:
        kept, lost = [], TurnedAway()
        for file in said.files[:_MOST_FILES]:
            try:
                kept.append(await self._intake.put_file(_whole(file.data), file.media_type, file.name))
            except Refused as refused:
                lost.add(file.name, refused.code)
        for file in said.files[_MOST_FILES:]:
            lost.add(file.name)
        message = Inbound(
            external_id=self._named(id_),
            sender=said.sender,
            text=said.text,
            html=said.html,
            subject=said.subject,
            thread=said.thread and self._named(said.thread),
            sent_at=said.sent_at,
            customer_no=said.customer_no,
            in_reply_to=said.in_reply_to,
            attachments=tuple(kept),
            choice=said.choice,
        )
        return lost.told(message)

    def _correction(self, id_: str, change: events.Corrected, event: str) -> Inbound:
        return Inbound(
            external_id=self._named(id_),
            sender=change.sender,
            text=change.text,
            event=event,
            replaces=self._named(change.replaces),
        )

    async def _typed(self, typed: events.Typed) -> events.Taken:
        found = await self._intake.contact_of(self._named(typed.thread))
        if found is None:
            return events.Taken()
        kind = "typing" if typed.is_typing else "idle"
        self._intake.signals.tell(Signal(interaction_id=found.id, by="customer", kind=kind))  # type: ignore[arg-type]
        return events.Taken(interaction_id=found.id)

    def _named(self, id_: str) -> str:
        """Ids are an app's own: two apps may use the same."""
        return f"{self._account.name}:{id_}"


def _taken(answer: InboundAnswer) -> events.Taken:
    return events.Taken(
        interaction_id=answer.interaction_id, message_id=answer.message_id, is_duplicate=answer.duplicate
    )


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def receiver(account: Account, settings: Settings, intake: Intake, base: Path) -> WebhookReceiver:
    """Return who takes the calls of an account. Raises ``NoSecret``."""
    return WebhookReceiver(account, settings, intake, Keys.of(account, base))
