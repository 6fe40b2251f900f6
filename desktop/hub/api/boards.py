"""What a lead's board shows, and what operators look at: liveness, measures, the API's own description."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

import msgspec
from litestar import Response, get

from desktop import __version__
from desktop.domain.agent import Agent, Queue, Role
from desktop.hub.api import measures
from desktop.hub.api.guard import authenticate
from desktop.hub.api.openapi import document
from desktop.hub.api.operations import BOARD, PEOPLE, PUBLIC, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.auth.denial import Denied
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import LiveMetrics

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
    services = services_of(request)
    figures = await services.desk.live()
    viewer = services.feed.viewer(caller_of(request))
    if viewer.queues is not None:
        figures = _narrowed(figures, viewer.queues)
    return answer(figures)


def _narrowed(figures: LiveMetrics, queues: frozenset[str]) -> LiveMetrics:
    """The figures of some queues only, their sums too. Agents are counted in all teams."""
    seen = [queue for queue in figures.queues if queue.id in queues]
    answered = sum(queue.answered_today for queue in seen if queue.service_level is not None)
    in_time = sum(queue.answered_today * queue.service_level for queue in seen if queue.service_level is not None)
    return msgspec.structs.replace(
        figures,
        queues=seen,
        waiting=sum(queue.waiting for queue in seen),
        active=sum(queue.active for queue in seen),
        service_level=in_time / answered if answered else None,
    )


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
    page = services.measures.page(await services.desk.live(), services.feed.readers, services.feed.head)
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
