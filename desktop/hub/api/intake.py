"""What machines hand in: messages and call events, what became of ours, journeys, customers and records."""

from __future__ import annotations

from typing import Final

import msgspec
from litestar import Response, post, put
from litestar.params import FromPath

from desktop.domain.customer import Customer
from desktop.domain.record import BusinessRecord
from desktop.hub.api.bodies import channel_of, decode, read, word
from desktop.hub.api.operations import CHANNELS, CRM, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import CustomerIn, DeliveryIn, Inbound, InboundAnswer, RecordIn, TouchpointIn

LONGEST_ID: Final = 512
LONGEST_SOURCE: Final = 64
MOST_TOUCHPOINTS: Final = 1000


class TouchpointsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The ids of the touchpoints, in the order in which they were handed in."""

    ids: list[str]


class DeliveryAnswer(msgspec.Struct, frozen=True, kw_only=True):
    message_id: str
    delivery: str


@post(
    paths.INBOUND + "/{channel:str}",
    **Operation(
        summary="Hand in a customer's message or a call event; `external_id` makes it idempotent",
        tag="Intake",
        roles=CHANNELS,
        body=Inbound,
        answers={200: InboundAnswer, 201: InboundAnswer},
        refuses=(Code.BAD_REQUEST, Code.UNKNOWN_CHANNEL, Code.UNKNOWN_VALUE),
    ).as_options(),
)
async def inbound(request: Call, channel: FromPath[str]) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    way = channel_of(channel)
    message: Inbound = await read(request, Inbound)
    word(message.external_id, "external_id", LONGEST_ID)
    result = await services.desk.receive(way, message, caller)
    services.measures.inbound.labels(way, str(result.customer.known).lower()).inc()
    services.audit.record(caller, f"inbound.{way}", result.interaction_id, "again" if result.duplicate else "ok")
    return answer(result, 200 if result.duplicate else 201)


@post(
    paths.DELIVERIES,
    **Operation(
        summary="Say what became of an agent's message on its channel",
        tag="Intake",
        roles=CHANNELS,
        body=DeliveryIn,
        answers={200: DeliveryAnswer},
        refuses=(Code.BAD_REQUEST, Code.NOT_FOUND),
    ).as_options(),
)
async def deliveries(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    delivery: DeliveryIn = await read(request, DeliveryIn)
    await services.desk.deliver(delivery, caller)
    services.audit.record(caller, "delivery", delivery.message_id, delivery.delivery)
    return answer(DeliveryAnswer(message_id=delivery.message_id, delivery=delivery.delivery))


@post(
    paths.TOUCHPOINTS,
    **Operation(
        summary="Hand in events of customers' journeys, one or a list",
        tag="Intake",
        roles=CHANNELS | CRM,
        body=TouchpointIn | list[TouchpointIn],
        answers={201: TouchpointsAnswer},
        refuses=(Code.BAD_REQUEST, Code.TOO_LARGE, Code.UNKNOWN_VALUE),
    ).as_options(),
)
async def touchpoints(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    body = await request.body()
    is_many = body.lstrip()[:1] == b"["
    items: list[TouchpointIn] = decode(body, list[TouchpointIn]) if is_many else [decode(body, TouchpointIn)]
    if len(items) > MOST_TOUCHPOINTS:
        raise Refused(Code.TOO_LARGE, f"At most {MOST_TOUCHPOINTS} touchpoints at once.")
    for item in items:
        word(item.external_id, "external_id", LONGEST_ID)
    ids = await services.desk.touchpoints(items, caller)
    services.audit.record(caller, "touchpoints", "touchpoint", "ok", str(len(ids)))
    return answer(TouchpointsAnswer(ids=ids), 201)


@put(
    paths.CUSTOMERS + "/{source:str}/{key:path}",
    **Operation(
        summary="Say what a CRM knows of a customer; replaces what this source said before",
        tag="Intake",
        roles=CRM,
        body=CustomerIn,
        answers={200: Customer},
        refuses=(Code.BAD_REQUEST, Code.UNKNOWN_VALUE, Code.CONFLICT),
    ).as_options(),
)
async def put_customer(request: Call, source: FromPath[str]) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    key = _key(request)
    body: CustomerIn = await read(request, CustomerIn)
    customer = await services.desk.put_customer(word(source, "source", LONGEST_SOURCE), key, body, caller)
    services.audit.record(caller, "put_customer", customer.id, "ok")
    return answer(customer)


@put(
    paths.RECORDS + "/{source:str}/{key:path}",
    **Operation(
        summary="Say what an order system knows of an order, contract, invoice or case",
        tag="Intake",
        roles=CRM,
        body=RecordIn,
        answers={200: BusinessRecord},
        refuses=(Code.BAD_REQUEST, Code.UNKNOWN_VALUE, Code.CONFLICT),
    ).as_options(),
)
async def put_record(request: Call, source: FromPath[str]) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    key = _key(request)
    body: RecordIn = await read(request, RecordIn)
    record = await services.desk.put_record(word(source, "source", LONGEST_SOURCE), key, body, caller)
    services.audit.record(caller, "put_record", record.id, "ok")
    return answer(record)


def _key(request: Call) -> str:
    """The key another system gave: anything printable, slashes too."""
    return word(str(request.path_params["key"]).removeprefix("/"), "key", LONGEST_ID - LONGEST_SOURCE - 1)
