"""The change feed over HTTP: pages forwards and backwards, long polls, and the event stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, nullcontext

from litestar import Response, get
from litestar.response import Stream

from desktop.hub.api.bodies import choice, integer, seconds
from desktop.hub.api.guard import bearer
from desktop.hub.api.operations import READERS, Operation, Parameter
from desktop.hub.api.presence import listening
from desktop.hub.api.problems import Call
from desktop.hub.api.services import Services, answer, caller_of, services_of
from desktop.hub.auth.caller import Caller
from desktop.hub.db.retrospect import NEWEST_OF_EACH
from desktop.hub.desk.refusals import Refused
from desktop.hub.feed import LARGEST_PAGE, LONGEST_WAIT_S, PAGE
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import NEWEST, ChangesPage, Scope

_AUDIT_S = 60.0
_SCOPES: tuple[Scope, ...] = ("all", "open")

_AFTER = Parameter(
    name="after", place="query", text="The cursor: changes after it", schema={"type": "integer", "minimum": 0}
)


@get(
    paths.CHANGES,
    **Operation(
        summary="Every record the caller may see, newest version of each, in the order of their last change; with "
        "`before` the other way round: newest first, without deletions",
        tag="Change feed",
        roles=READERS,
        answers={200: ChangesPage},
        parameters=(
            _AFTER,
            Parameter(
                name="limit",
                place="query",
                text="How many at most",
                schema={"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
            ),
            Parameter(
                name="wait",
                place="query",
                text="Seconds to wait where there is nothing yet",
                schema={"type": "number", "minimum": 0, "maximum": LONGEST_WAIT_S, "default": 0},
            ),
            Parameter(
                name="before",
                place="query",
                text=f"Records below this number, newest first ({NEWEST}: from the newest on); not with `after` or `wait`",
                schema={"type": "integer", "minimum": 1},
            ),
            Parameter(
                name="scope",
                place="query",
                text="With `before`: `open` for the company's own records and all open work with its customers and the "
                f"newest {NEWEST_OF_EACH} messages of each contact and touchpoints of each customer; `all` for everything",
                schema={"type": "string", "enum": list(_SCOPES), "default": _SCOPES[0]},
            ),
        ),
        refuses=(Code.BAD_REQUEST,),
    ).as_options(),
)
async def pages(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    if "before" in request.query_params or "scope" in request.query_params:
        return await _history(request, services, caller)
    after = integer(request, "after", 0)
    limit = integer(request, "limit", PAGE, least=1, most=LARGEST_PAGE)
    wait_s = seconds(request, "wait", LONGEST_WAIT_S)
    with listening(request, services, caller) if wait_s else nullcontext():
        page = await services.feed.page(caller, after, limit, wait_s)
    _note(services, caller, "page", len(page.changes), f"after {after}")
    return answer(page)


async def _history(request: Call, services: Services, caller: Caller) -> Response[bytes]:
    asked = request.query_params
    if "before" not in asked or "after" in asked or "wait" in asked:
        raise Refused(Code.BAD_REQUEST, "`before`, with or without `scope`, goes with neither `after` nor `wait`.")
    before, scope = integer(request, "before", NEWEST, least=1), choice(request, "scope", _SCOPES)
    limit = integer(request, "limit", PAGE, least=1, most=LARGEST_PAGE)
    page = await services.feed.history(caller, before, scope, limit)
    _note(services, caller, "history", len(page.changes), f"before {before}, {scope}")
    return answer(page)


@get(
    paths.EVENTS,
    **Operation(
        summary="The change feed as server-sent events; `event: pull` tells a reader too slow to fetch pages",
        tag="Change feed",
        roles=READERS,
        answers={200: "text/event-stream"},
        parameters=(
            _AFTER,
            Parameter(
                name=paths.LAST_EVENT_ID,
                place="header",
                text="Where to resume; without it and `after`, from now",
                schema={"type": "integer", "minimum": 0},
            ),
        ),
        refuses=(Code.BAD_REQUEST,),
    ).as_options(),
)
async def events(request: Call) -> Stream:
    services, caller = services_of(request), caller_of(request)
    last = request.headers.get(paths.LAST_EVENT_ID)
    after: int | None
    if last is not None:
        if not last.isascii() or not last.isdigit() or len(last) > 18:
            raise Refused(Code.BAD_REQUEST, f"`{paths.LAST_EVENT_ID}` is a whole number.")
        after = int(last)
    else:
        after = integer(request, "after", 0) if "after" in request.query_params else None
    return Stream(
        _noted(services, caller, after, bearer(request), listening(request, services, caller)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


async def _noted(
    services: Services, caller: Caller, after: int | None, token: str, life: AbstractContextManager[None]
) -> AsyncGenerator[bytes]:
    """The stream, with a row in the audit log now and then for how much of it went out; ``life`` lasts as long as it."""
    loop = asyncio.get_running_loop()
    if caller.agent_id is not None:
        await services.desk.lookout.opened(caller.agent_id)
    sent, noted_at = 0, loop.time()

    def counted(count: int) -> None:
        nonlocal sent, noted_at
        sent += count
        if loop.time() - noted_at >= _AUDIT_S:
            _note(services, caller, "stream", sent)
            sent, noted_at = 0, loop.time()

    async def may_stay() -> bool:
        return await services.gate.still_stands(token)

    stream = services.feed.stream(caller, after, counted=counted, may_stay=may_stay)
    with life:
        try:
            async for chunk in stream:
                yield chunk
        finally:
            await stream.aclose()
            _note(services, caller, "stream", sent)


def _note(services: Services, caller: Caller, way: str, count: int, where: str = "") -> None:
    services.measures.changes.labels(way).inc(count)
    if count:
        detail = f"{count} changes {where}".strip()
        services.audit.record(caller, "read_changes", way, "ok", detail)
