"""An agent's answer as a mail: from the brand, in its thread, with its files and the signature of the account. Knows neither
servers nor the database but for the files, which it reads through the intake. Blocks: call it in a thread.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from desktop.domain.interaction import Author
from desktop.hub.channels.accounts import Account
from desktop.hub.channels.base import DeliveryFailed, Outgoing
from desktop.hub.channels.email.settings import Settings
from desktop.hub.channels.intake import Intake
from desktop.hub.mail.enclosure import Enclosure
from desktop.hub.mail.writing import Draft, bracketed, written
from desktop.insight import normalise

_MOST_RECIPIENTS: Final = 20


def recipients(to: str) -> tuple[str, ...]:
    """Return the addresses in ``to``. Raises ``DeliveryFailed`` where one is none."""
    if not to.strip():
        raise DeliveryFailed("no_address")
    found: list[str] = []
    for one in to.split(",")[:_MOST_RECIPIENTS]:
        normalised = normalise.email(one)
        if normalised is None or not one.strip().isprintable():
            raise DeliveryFailed("unknown_address")
        found.append(normalised)
    return tuple(dict.fromkeys(found))


def composed(out: Outgoing, to: tuple[str, ...], account: Account, settings: Settings, intake: Intake) -> bytes:
    """Return the mail. Raises ``DeliveryFailed`` where a file is gone or the message has no id."""
    message = out.message
    if not bracketed(message.external_id):
        raise DeliveryFailed("no_message_id")
    files = []
    for attachment in message.attachments:
        try:
            data = intake.read_file(attachment.sha256)
        except OSError:
            raise DeliveryFailed("file_gone") from None
        files.append(Enclosure(name=attachment.name, data=data, media_type=attachment.media_type))
    name = out.interaction.customer_name if len(to) == 1 else ""
    return written(
        Draft(
            message_id=message.external_id,
            sender=(account.brand, settings.address),
            to=[(name, address) for address in to],
            subject=message.subject,
            text=_signed(message.text, settings.signature),
            at=message.sent_at if message.sent_at.tzinfo else datetime.now(UTC),
            in_reply_to=message.in_reply_to,
            references=message.references,
            reply_to=settings.reply_to,
            files=files,
            is_automatic=message.author is not Author.AGENT,
        )
    )


def _signed(text: str, signature: str) -> str:
    signature = signature.strip("\n")
    if not signature or signature in text:
        return text
    return f"{text.rstrip()}\n\n-- \n{signature}"
