"""What gateways and apps call to hand in what customers write (``channels.hooks``). Open to the world: each account decides
whom it believes, by signature, token and address."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, route
from litestar.params import FromPath

from desktop.hub.api.operations import PUBLIC, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import services_of
from desktop.hub.channels.hooks import LARGEST, Knock
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code


@route(
    paths.HOOKS + "/{account:str}/{what:str}",
    http_method=["GET", "POST"],
    request_max_body_size=LARGEST,
    **Operation(
        summary="Hand in what a gateway or an app has for an account of kind `sms` or `webhook`",
        tag="Intake",
        roles=PUBLIC,
        body=bytes,
        body_media="application/octet-stream",
        answers={200: "application/octet-stream"},
        refuses=(
            Code.BAD_REQUEST,
            Code.UNAUTHENTICATED,
            Code.FORBIDDEN,
            Code.NOT_FOUND,
            Code.TOO_LARGE,
            Code.RATE_LIMITED,
            Code.UNAVAILABLE,
        ),
    ).as_options(),
)
async def hook(request: Call, account: FromPath[str], what: FromPath[str]) -> Response[Any]:
    knock = Knock(
        method=request.method,
        what=what,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query_params.items()),
        address=request.client.host if request.client else "",
    )

    async def read(largest: int) -> bytes:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest:
                raise Refused(Code.TOO_LARGE, "The body is too large.")
        return bytes(body)

    forwarded = request.headers.get("x-forwarded-for", "")
    found = await services_of(request).hooks.take(account, knock, forwarded, read)
    return Response(found.body, status_code=found.status, media_type=found.media_type)


ROUTES: Final = (hook,)
