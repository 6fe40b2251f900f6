"""What a lead's board shows, and what operators look at: liveness, measures, the API's own description."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from ipaddress import ip_address
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.response import Stream

from desktop import __version__
from desktop.domain.agent import Agent, Queue, Role
from desktop.domain.channels import Channel
from desktop.domain.interaction import InteractionState
from desktop.hub.api import measures
from desktop.hub.api.bodies import integer
from desktop.hub.api.guard import authenticate, bearer
from desktop.hub.api.openapi import document
from desktop.hub.api.operations import BOARD, PEOPLE, PUBLIC, Operation, Parameter
from desktop.hub.api.problems import Call
from desktop.hub.api.services import Services, answer, caller_of, services_of
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.denial import Denied
from desktop.hub.board.contacts import LARGEST_PAGE
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.board import AGES_S, Board, ContactsFilter, ContactsPage, Figure, OwnFigures
from desktop.wire.errors import Code
from desktop.wire.shapes import LiveMetrics

PAGE: Final = 100
CORRECTIONS_S: Final = 300.0
"""How old the count of corrected verdicts may be that a scrape is told."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    status: str
    version: str
    seq: int


@get(
    paths.QUEUES,
    **Operation(
        summary="The queues the caller's team sees", tag="Boards", roles=PEOPLE, answers={200: list[Queue]}
    ).as_options(),
)
async def queues(request: Call) -> Response[bytes]:
    feed = services_of(request).feed
    return answer(feed.queues(feed.viewer(caller_of(request))))


@get(
    paths.AGENTS,
    **Operation(
        summary="The agents of the caller's team; of all teams for an admin",
        tag="Boards",
        roles=PEOPLE,
        answers={200: list[Agent]},
    ).as_options(),
)
async def agents(request: Call) -> Response[bytes]:
    caller = caller_of(request)
    found = services_of(request).feed.agents()
    return answer([agent for agent in found if caller.role is Role.ADMIN or agent.team == caller.team])


@get(
    paths.LIVE,
    **Operation(summary="The centre this moment", tag="Boards", roles=BOARD, answers={200: LiveMetrics}).as_options(),
)
async def live(request: Call) -> Response[bytes]:
    return answer(await services_of(request).board.metrics(caller_of(request)))


@get(
    paths.BOARD,
    **Operation(
        summary="The live board of the caller's queues and agents", tag="Boards", roles=BOARD, answers={200: Board}
    ).as_options(),
)
async def board(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    services.audit.record(caller, "read_board", "board", "ok")
    return answer(await services.board.board(caller))


@get(
    paths.BOARD_EVENTS,
    **Operation(
        summary="The live board as server-sent events, one a second at most: `event: board` is all of it, "
        "`event: figures` what is new since the event before",
        tag="Boards",
        roles=BOARD,
        answers={200: "text/event-stream"},
    ).as_options(),
)
async def board_events(request: Call) -> Stream:
    services, caller = services_of(request), caller_of(request)
    services.audit.record(caller, "read_board", "stream", "ok")
    return Stream(
        _watched(services, caller, bearer(request)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


async def _watched(services: Services, caller: Caller, token: str) -> AsyncGenerator[bytes]:
    stream = services.board.stream(caller, lambda: services.gate.still_stands(token))
    try:
        async for chunk in stream:
            yield chunk
    finally:
        await stream.aclose()


def _asked(name: str, text: str, **schema: Any) -> Parameter:
    return Parameter(name=name, place="query", text=text, schema=schema)


@get(
    paths.BOARD_CONTACTS,
    **Operation(
        summary="The contacts behind a number of the board, longest in their state first",
        tag="Boards",
        roles=BOARD,
        answers={200: ContactsPage},
        parameters=(
            _asked("figure", "Which number; without it all that is open or of today", type="string", enum=list(Figure)),
            _asked("queue", "Of this queue", type="string"),
            _asked("agent", "Of this agent", type="string"),
            _asked("state", "In this state", type="string", enum=list(InteractionState)),
            _asked("channel", "Of this channel", type="string", enum=list(Channel)),
            _asked(
                "age", "That wait this long: the place in `backlog`", type="integer", minimum=0, maximum=len(AGES_S)
            ),
            _asked("start", "Of the half hour that begins here", type="string", format="date-time"),
            _asked("after", "`next` of the page before", type="string"),
            _asked("limit", "How many at most", type="integer", minimum=1, maximum=LARGEST_PAGE, default=PAGE),
        ),
        refuses=(Code.BAD_REQUEST,),
    ).as_options(),
)
async def board_contacts(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    asked = dict(request.query_params)
    after, limit = str(asked.pop("after", "")), integer(request, "limit", PAGE, least=1, most=LARGEST_PAGE)
    asked.pop("limit", None)
    if "start" in asked:
        asked["start"] = str(asked["start"]).replace(" ", "+")  # a plus sign that was not escaped
    try:
        which = msgspec.convert(asked, ContactsFilter, strict=False)
        if which.start is not None and which.start.tzinfo is None:
            raise ValueError("start")
        page = await services.board.contacts(caller, which, after, limit)
    except ValueError:
        raise Refused(Code.BAD_REQUEST, "A parameter of the query does not say which contacts are meant.") from None
    services.audit.record(caller, "read_board", "contacts", "ok", f"{len(page.contacts)} contacts")
    return answer(page)


@get(
    paths.BOARD_MINE,
    **Operation(
        summary="The caller's own figures and those of the queues they work; nobody else's",
        tag="Boards",
        roles=PEOPLE,
        answers={200: OwnFigures},
        refuses=(Code.NOT_FOUND,),
    ).as_options(),
)
async def own_figures(request: Call) -> Response[bytes]:
    found = await services_of(request).board.mine(caller_of(request))
    if found is None:
        raise Refused(Code.NOT_FOUND, "The caller is no agent.")
    return answer(found)


@get(
    paths.HEALTH,
    **Operation(
        summary="Whether the hub is up and reaches its database", tag="Operation", roles=PUBLIC, answers={200: Health}
    ).as_options(),
)
async def health(request: Call) -> Response[bytes]:
    async with services_of(request).database.read() as ledger:
        return answer(Health(status="ok", version=__version__, seq=await ledger.latest()))


@get(
    paths.METRICS,
    **Operation(
        summary="Measures for Prometheus; from another machine with the token of an admin",
        tag="Operation",
        roles=PUBLIC,
        answers={200: "text/plain"},
        refuses=(Code.UNAUTHENTICATED, Code.FORBIDDEN),
    ).as_options(),
)
async def scrape(request: Call) -> Response[bytes]:
    services = services_of(request)
    if not _is_from_here(request):
        caller = await authenticate(request, services)
        if caller.role is not Role.ADMIN:
            raise Denied(Code.FORBIDDEN, "Measures are for admins.")
    learning = services.learning
    services.measures.learned(await learning.corrections(longest_s=CORRECTIONS_S), await learning.running())
    page = services.measures.page(await services.board.metrics(), services.feed.readers, services.feed.head)
    return Response(page, headers={"Content-Type": measures.MEDIA_TYPE})


@get(
    paths.OPENAPI,
    **Operation(
        summary="This description", tag="Operation", roles=PUBLIC, answers={200: "application/json"}
    ).as_options(),
)
async def description(request: Call) -> Response[bytes]:
    return Response(document(request.app), media_type="application/json")


def _is_from_here(request: Call) -> bool:
    """Whether a request comes from this machine itself and not through a proxy on it."""
    if request.client is None or "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False
