"""What became of an agent's message: reports come twice and out of order."""

from __future__ import annotations

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Table
from desktop.domain.interaction import Delivery
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code
from desktop.wire.shapes import DeliveryIn

from .conftest import CHANNEL, record_of

SENT, DELIVERED, READ, FAILED = Delivery.SENT, Delivery.DELIVERED, Delivery.READ, Delivery.FAILED


@pytest.mark.parametrize(
    ("reports", "ends"),
    [
        ([SENT, DELIVERED, READ], READ),
        ([READ, DELIVERED, SENT], READ),
        ([SENT, SENT], SENT),
        ([SENT, FAILED], FAILED),
        ([DELIVERED, FAILED], DELIVERED),
        ([FAILED, SENT], SENT),
    ],
)
async def test_delivery_only_moves_on(centre, reports, ends):
    id_ = await centre.accepted("anna")
    message = record_of(await centre.do("anna", c.SendMessage(interaction_id=id_, text="Hi")), "message")
    for report in reports:
        await centre.desk.deliver(DeliveryIn(message_id=message.id, delivery=report, failure="mailbox_full"), CHANNEL)
    now = await centre.get(Table.MESSAGE, message.id)
    assert now.delivery is ends
    assert now.failure == ("mailbox_full" if ends is FAILED else "")


async def test_the_channels_own_id_of_a_reply_finds_the_thread(centre):
    await centre.ready("anna")
    mail = await centre.mail(external_id="<1@x>")
    await centre.do("anna", c.Accept(interaction_id=mail.interaction_id))
    send = c.SendMessage(interaction_id=mail.interaction_id, text="Hi")
    message = record_of(await centre.do("anna", send), "message")
    await centre.desk.deliver(DeliveryIn(message_id=message.id, delivery=SENT, external_id="<ses@provider>"), CHANNEL)
    back = await centre.mail(in_reply_to="<ses@provider>")
    assert back.interaction_id == mail.interaction_id


@pytest.mark.parametrize("delivery", [Delivery.QUEUED, Delivery.PENDING, Delivery.RECEIVED])
async def test_what_no_channel_reports_is_refused(centre, delivery):
    with pytest.raises(Refused) as refused:
        await centre.desk.deliver(DeliveryIn(message_id="x", delivery=delivery), CHANNEL)
    assert refused.value.code is Code.UNKNOWN_VALUE


async def test_only_messages_to_customers_are_delivered(centre):
    answer = await centre.mail()
    for id_ in (answer.message_id, "none"):
        with pytest.raises(Refused) as refused:
            await centre.desk.deliver(DeliveryIn(message_id=id_, delivery=SENT), CHANNEL)
        assert refused.value.code is Code.NOT_FOUND
