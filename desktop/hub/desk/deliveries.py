"""What became of an agent's message on its channel. Reports may come twice and out of order: delivery only moves on."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from desktop.domain.changes import Table
from desktop.domain.interaction import Author, Delivery, Message
from desktop.hub.db.outbound import settled
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work, bounded
from desktop.wire.errors import Code
from desktop.wire.shapes import DeliveryIn

_ORDER: Final = (Delivery.QUEUED, Delivery.SENT, Delivery.DELIVERED, Delivery.READ)
_REPORTED: Final = (Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED)
_LONGEST_FAILURE = 300


async def deliver(work: Work, report: DeliveryIn) -> None:
    """Take a report in. Raises ``Refused``: ``NOT_FOUND`` without such a message of an agent, ``UNKNOWN_VALUE`` for what
    no channel reports."""
    if report.delivery not in _REPORTED:
        raise Refused(Code.UNKNOWN_VALUE, "a channel reports sent, delivered, read or failed")
    message: Message | None = await work.ledger.get(Table.MESSAGE, report.message_id)
    if message is None or message.author not in (Author.AGENT, Author.BOT) or message.delivery is Delivery.RECEIVED:
        raise Refused(Code.NOT_FOUND, "no such message to a customer")
    failure = "".join(c for c in report.failure[:_LONGEST_FAILURE] if c.isprintable())
    changed = replace(message, external_id=bounded(report.external_id) or message.external_id)
    if moves_on(message.delivery, report.delivery):
        changed = replace(
            changed,
            delivery=report.delivery,
            failure=(failure or "failed") if report.delivery is Delivery.FAILED else "",
        )
    await settled(work.ledger, message.id)
    if changed != message:
        await work.ledger.put(changed)


def moves_on(now: Delivery, reported: Delivery) -> bool:
    """Whether a report says more than is known. What arrived cannot fail any more; a second try may still succeed."""
    if reported is Delivery.FAILED:
        return now in (Delivery.QUEUED, Delivery.SENT)
    if now is Delivery.FAILED:
        return True
    return _ORDER.index(reported) > _ORDER.index(now)
