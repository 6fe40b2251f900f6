"""Every error as a problem document (RFC 9457) with a code of ``wire.errors``. What went wrong inside is logged by its
type and place only: the text of an exception may hold what a customer said."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException

from desktop.hub.auth.denial import Denied
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import MEDIA_TYPE, Code, Problem
from desktop.wire.shapes import encode

log = logging.getLogger(__name__)

Call = Request[Any, Any, Any]

STATUS: Final[dict[Code, int]] = {
    Code.BAD_REQUEST: 400,
    Code.UNAUTHENTICATED: 401,
    Code.TOKEN_EXPIRED: 401,
    Code.FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.UNKNOWN_CHANNEL: 404,
    Code.CONFLICT: 409,
    Code.ILLEGAL_STATE: 409,
    Code.NOT_OWNER: 409,
    Code.OFFER_EXPIRED: 409,
    Code.ALREADY_TAKEN: 409,
    Code.NOTHING_WAITS: 409,
    Code.GONE: 410,
    Code.TOO_LARGE: 413,
    Code.TYPE_NOT_ALLOWED: 415,
    Code.INFECTED: 422,
    Code.CHANNEL_CANNOT_SEND: 422,
    Code.NO_ADDRESS: 422,
    Code.NO_CONSENT: 422,
    Code.UNKNOWN_VALUE: 422,
    Code.UNKNOWN_REASON: 422,
    Code.NOT_THERE: 409,
    Code.CLOSED_THEN: 422,
    Code.EMPTY_TEXT: 422,
    Code.MISSING_VALUE: 422,
    Code.KEY_REUSED: 422,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
}
TITLES: Final[dict[Code, str]] = {code: code.replace("_", " ").capitalize() for code in Code}

_CODES: Final = {401: Code.UNAUTHENTICATED, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND, 413: Code.TOO_LARGE}
_CODES_LATER: Final = {415: Code.TYPE_NOT_ALLOWED, 429: Code.RATE_LIMITED, 503: Code.UNAVAILABLE}


def problem(
    code: Code, detail: str = "", *, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """Return the answer that says ``code``."""
    status = status or STATUS[code]
    body = Problem(status=status, code=code, title=TITLES[code], detail=detail)
    extra = dict(headers or {})
    if status == 401:
        extra.setdefault("WWW-Authenticate", 'Bearer realm="dirigent"')
    return Response(encode(body), status_code=status, media_type=MEDIA_TYPE, headers=extra)


def on_refused(_: Call, error: Refused) -> Response[bytes]:
    return problem(error.code, error.detail)


def on_denied(_: Call, error: Denied) -> Response[bytes]:
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s else {}
    return problem(error.code, error.detail, headers=headers)


def on_http(_: Call, error: HTTPException) -> Response[bytes]:
    """What the framework itself turned away: unknown addresses, wrong methods, bodies too large."""
    status = error.status_code
    if "disconnected" in error.detail:  # nobody is left to read the answer, and it is no mistake of ours
        return problem(Code.BAD_REQUEST, "")
    if status >= 500:
        return on_anything(_, error)
    code = _CODES.get(status) or _CODES_LATER.get(status) or Code.BAD_REQUEST
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return problem(code, _DETAILS.get(status, ""), status=status, headers=headers)


_DETAILS: Final = {
    400: "The request cannot be read.",
    404: "There is nothing at this address.",
    405: "This address does not answer to that method.",
    413: "The body is too large.",
}


def on_anything(request: Call, error: Exception) -> Response[bytes]:
    places = "".join(traceback.format_tb(error.__traceback__)[-6:])
    route = request.scope.get("path_template", "?")
    log.error("%s at %s %s\n%s", type(error).__name__, request.method, route, places)
    return problem(Code.INTERNAL, "The hub made a mistake; it is in its log.")
