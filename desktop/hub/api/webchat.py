"""The chat on companies' pages: the script they load, and what it asks for. Open to the world and therefore narrow: a page
is let in by its origin, a visitor by their token, both by how fast they are; all else is for
``channels.webchat.reception``. Answers name the one origin they are for (Fetch standard, CORS protocol)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import quote, unquote

from litestar import Response, get, post, route
from litestar.params import FromPath
from litestar.response import File, Stream

from desktop.hub.api.bodies import integer, read
from desktop.hub.api.operations import PUBLIC, Operation, Parameter
from desktop.hub.api.problems import Call, problem
from desktop.hub.api.services import Services, answer, services_of
from desktop.hub.auth.denial import Denied
from desktop.hub.blobs import LARGEST
from desktop.hub.channels.webchat import shapes
from desktop.hub.channels.webchat.limits import CALLS
from desktop.hub.channels.webchat.site import PAGE, Site
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code

BASE: Final = "/chat"
_ACCOUNT: Final = BASE + "/{account:str}"
_TAG: Final = "Web chat"
_KINDS: Final = {"widget.js": "text/javascript; charset=utf-8", "widget.css": "text/css; charset=utf-8"}
_HEADERS: Final = "authorization, content-type, x-file-name"
_EVERY: Final = (Code.FORBIDDEN, Code.NOT_FOUND, Code.RATE_LIMITED, Code.UNAVAILABLE)
_VISITOR: Final = (*_EVERY, Code.UNAUTHENTICATED, Code.TOKEN_EXPIRED)


@dataclass(frozen=True)
class Asked:
    """One call of a page that was let in. ``visitor`` is whose token it brought."""

    request: Call
    services: Services
    site: Site
    address: str
    bearer: str

    def visitor(self) -> Visitor:
        """Return who asks. Raises ``Denied``."""
        if not self.bearer:
            raise Denied(Code.UNAUTHENTICATED, "A visitor's token is needed.")
        clock = self.services.visitors.clock
        return self.site.tokens.read(self.bearer, clock().timestamp())


Work = Callable[[Asked], Awaitable[Response[Any]]]


async def _let_in(request: Call, account: str, work: Work, *, changes: bool = True) -> Response[Any]:
    """Do what a page asks for, where it may ask; what is refused is told in words that the page can read."""
    services = services_of(request)
    origin = request.headers.get("origin")
    headers: Mapping[str, str] = {}
    try:
        site = await services.visitors.site(account)
        site.admit(origin, changes=changes)
        headers = _cors(origin)
        peer = request.client.host if request.client else ""
        address = site.address_of(peer, request.headers.get("x-forwarded-for", ""))
        services.visitors.brakes.take("call", address, CALLS)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        bearer = token.strip() if scheme.lower() == "bearer" else ""
        found = await work(Asked(request, services, site, address, bearer))
    except Refused as refused:
        return problem(refused.code, refused.detail, headers=headers)
    except Denied as denied:
        retry = {"Retry-After": str(denied.retry_after_s)} if denied.retry_after_s else {}
        return problem(denied.code, denied.detail, headers={**headers, **retry})
    found.headers.update(headers)
    return found


def _cors(origin: str | None) -> dict[str, str]:
    if origin is None:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After, Content-Disposition",
        "Vary": "Origin",
    }


def _operation(
    summary: str, kind: Any, *, body: Any = None, refuses: tuple[Code, ...] = (), **more: Any
) -> dict[str, Any]:
    return Operation(
        summary=summary,
        tag=_TAG,
        roles=PUBLIC,
        answers={200: kind},
        body=body,
        refuses=tuple(dict.fromkeys((*refuses, *_VISITOR, *((Code.BAD_REQUEST,) if body is not None else ())))),
        **more,
    ).as_options()


# --- what a page loads ----------------------------------------------------------------------------------------------------


@cache
def _file(name: str) -> tuple[bytes, str]:
    body = (PAGE / name).read_bytes()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def _loaded(request: Call, name: str) -> Response[bytes]:
    body, tag = _file(name)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"}
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type=_KINDS[name], headers=headers)


@get(
    BASE + "/widget.js",
    **Operation(
        summary="The script a company puts on its pages", tag=_TAG, roles=PUBLIC, answers={200: "text/javascript"}
    ).as_options(),
)
async def script(request: Call) -> Response[bytes]:
    return _loaded(request, "widget.js")


@get(
    BASE + "/widget.css",
    **Operation(summary="How the chat looks", tag=_TAG, roles=PUBLIC, answers={200: "text/css"}).as_options(),
)
async def style(request: Call) -> Response[bytes]:
    return _loaded(request, "widget.css")


@get(
    _ACCOUNT + "/config",
    **_operation(
        "What a page needs to show the chat, in its language",
        shapes.Config,
        parameters=(
            Parameter(name="language", place="query", text="The page's", schema={"type": "string", "default": "en"}),
        ),
    ),
)
async def config(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        language = request.query_params.get("language", "")[:16]
        return answer(await asked.services.visitors.config(asked.site, language))

    return await _let_in(request, account, work, changes=False)


# --- coming and talking ---------------------------------------------------------------------------------------------------


@post(
    _ACCOUNT + "/session",
    **_operation("Begin, or go on with, a visitor's chat", shapes.Session, body=shapes.SessionIn),
)
async def session(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        body: shapes.SessionIn = await read(request, shapes.SessionIn)
        return answer(await asked.services.visitors.open_session(asked.site, body, asked.address))

    return await _let_in(request, account, work)


@post(
    _ACCOUNT + "/messages",
    **_operation(
        "Say something; the same `key` again is the same message",
        shapes.Taken,
        body=shapes.SaidIn,
        refuses=(Code.EMPTY_TEXT, Code.MISSING_VALUE, Code.NO_CONSENT, Code.UNKNOWN_VALUE),
    ),
)
async def say(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.SaidIn = await read(request, shapes.SaidIn)
        return answer(await asked.services.visitors.say(asked.site, visitor, body))

    return await _let_in(request, account, work)


@get(
    _ACCOUNT + "/events",
    **_operation(
        "The visitor's chat as server-sent events: `message` (its `id` is where to resume), `standing`, `typing`",
        "text/event-stream",
        parameters=(
            Parameter(name="after", place="query", text="Where to resume", schema={"type": "integer", "minimum": 0}),
            Parameter(
                name="once", place="query", text="1: end after the first news", schema={"type": "integer", "default": 0}
            ),
        ),
    ),
)
async def events(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        after, is_once = integer(request, "after", 0), integer(request, "once", 0) > 0
        stream = asked.services.visitors.events(asked.site, asked.visitor(), asked.address, after, is_once=is_once)
        first = await anext(stream)  # too many streams are refused before the answer begins
        return Stream(_joined(first, stream), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    return await _let_in(request, account, work, changes=False)


async def _joined(first: bytes, stream: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
    try:
        yield first
        async for chunk in stream:
            yield chunk
    finally:
        await stream.aclose()


@post(
    _ACCOUNT + "/signals",
    **_operation("The visitor types, or has got or read messages", shapes.Done, body=shapes.SignalIn),
)
async def signal(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.SignalIn = await read(request, shapes.SignalIn)
        await asked.services.visitors.signal(asked.site, visitor, body)
        return answer(shapes.Done())

    return await _let_in(request, account, work)


@post(
    _ACCOUNT + "/visits",
    **_operation("Pages looked at since the chat began", shapes.Done, body=shapes.VisitsIn),
)
async def visits(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.VisitsIn = await read(request, shapes.VisitsIn)
        await asked.services.visitors.visited(asked.site, visitor, body)
        return answer(shapes.Done())

    return await _let_in(request, account, work)


@post(
    _ACCOUNT + "/end",
    **_operation("The visitor ends the chat", shapes.Done, body=shapes.EndIn),
)
async def end(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.EndIn = await read(request, shapes.EndIn)
        await asked.services.visitors.end(asked.site, visitor, body.key)
        return answer(shapes.Done())

    return await _let_in(request, account, work)


# --- files ----------------------------------------------------------------------------------------------------------------


@post(
    _ACCOUNT + "/files",
    request_max_body_size=LARGEST,
    **_operation(
        "Bring a file; its `ticket` goes into the message that names it",
        shapes.FileSeen,
        body=bytes,
        body_media="application/octet-stream",
        refuses=(Code.TYPE_NOT_ALLOWED,),
    ),
)
async def store(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        name = unquote(request.headers.get("x-file-name", ""), errors="replace")
        declared = request.headers.get("content-type", "")
        visitors = asked.services.visitors
        return answer(await visitors.store(asked.site, asked.visitor(), request.stream(), declared, name))

    return await _let_in(request, account, work)


@get(
    _ACCOUNT + "/files/{sha256:str}",
    **_operation("A file of the visitor's own chat", "application/octet-stream"),
)
async def fetch(request: Call, account: FromPath[str], sha256: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        attachment, path = await asked.services.visitors.fetch(asked.visitor(), sha256)
        return File(
            path,
            filename=attachment.name or sha256[:16],
            media_type=attachment.media_type,
            content_disposition_type="attachment",
            headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
        )

    return await _let_in(request, account, work, changes=False)


# --- afterwards -----------------------------------------------------------------------------------------------------------


@post(
    _ACCOUNT + "/rating",
    **_operation("How it was, once", shapes.Done, body=shapes.RatingIn, refuses=(Code.ILLEGAL_STATE,)),
)
async def rate(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.RatingIn = await read(request, shapes.RatingIn)
        await asked.services.visitors.rate(asked.site, visitor, body)
        return answer(shapes.Done())

    return await _let_in(request, account, work)


@get(
    _ACCOUNT + "/transcript",
    **_operation("What was said, as text", "text/plain"),
)
async def transcript(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        language, zone = (request.query_params.get(name, "")[:64] for name in ("language", "zone"))
        text = await asked.services.visitors.transcript(asked.site, asked.visitor(), language, zone)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote('chat.txt')}"}
        return Response(text.encode(), media_type="text/plain; charset=utf-8", headers=headers)

    return await _let_in(request, account, work, changes=False)


@post(
    _ACCOUNT + "/transcript",
    **_operation(
        "What was said, sent by mail",
        shapes.Done,
        body=shapes.TranscriptIn,
        refuses=(Code.CHANNEL_CANNOT_SEND, Code.NO_ADDRESS, Code.ILLEGAL_STATE),
    ),
)
async def mail(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        visitor = asked.visitor()
        body: shapes.TranscriptIn = await read(request, shapes.TranscriptIn)
        await asked.services.visitors.mail(asked.site, visitor, body, asked.address)
        return answer(shapes.Done())

    return await _let_in(request, account, work)


_ASKED: Final = (config, session, say, events, signal, visits, end, store, fetch, rate, transcript, mail)


@route(
    sorted({path for one in _ASKED for path in one.paths}),
    http_method=["OPTIONS"],
    **Operation(
        summary="Whether a page may ask (CORS)", tag=_TAG, roles=PUBLIC, answers={200: "text/plain"}
    ).as_options(),
)
async def preflight(request: Call, account: FromPath[str]) -> Response[Any]:
    async def work(asked: Asked) -> Response[Any]:
        allowed = {
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": _HEADERS,
            "Access-Control-Max-Age": "600",
        }
        return Response(b"", headers=allowed)

    return await _let_in(request, account, work)


ROUTES: Final = (script, style, preflight, *_ASKED)
