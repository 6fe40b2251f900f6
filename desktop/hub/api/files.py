"""Attachments in and out. They leave as downloads only: nothing a customer sent is shown by a browser as a page."""

from __future__ import annotations

from urllib.parse import unquote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import File

from desktop.hub.api.operations import READERS, Operation, Parameter
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.blobs import LARGEST
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import BlobAnswer

FILE_NAME = "X-File-Name"


@post(
    paths.BLOBS,
    request_max_body_size=LARGEST,
    **Operation(
        summary="Store a file; what it is is told by its content",
        tag="Files",
        roles=READERS,
        body=bytes,
        body_media="application/octet-stream",
        answers={200: BlobAnswer, 201: BlobAnswer},
        parameters=(
            Parameter(
                name=FILE_NAME, place="header", text="Its name, percent-encoded UTF-8", schema={"type": "string"}
            ),
        ),
        refuses=(Code.BAD_REQUEST, Code.TOO_LARGE, Code.TYPE_NOT_ALLOWED, Code.INFECTED, Code.UNAVAILABLE),
    ).as_options(),
)
async def store(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    declared = request.headers.get("content-type", "")
    blob, is_new = await services.blobs.put(request.stream(), declared, _name(request), caller=caller)
    services.audit.record(caller, "store_blob", blob.sha256, "ok" if is_new else "again", blob.media_type)
    return answer(blob, 201 if is_new else 200)


@get(
    paths.BLOBS + "/{sha256:str}",
    **Operation(
        summary="Fetch a file that the caller stored, or that a message names which they may see",
        tag="Files",
        roles=READERS,
        answers={200: "application/octet-stream"},
        refuses=(Code.NOT_FOUND, Code.UNAVAILABLE),
    ).as_options(),
)
async def fetch(request: Call, sha256: FromPath[str]) -> File:
    services, caller = services_of(request), caller_of(request)
    blob = await services.blobs.find(sha256, services.feed.viewer(caller), caller)
    if blob is None:
        services.audit.record(caller, "read_blob", sha256, "not_found")
        raise Refused(Code.NOT_FOUND, "There is no such file.")
    if services.blobs.is_held(sha256):
        services.audit.record(caller, "read_blob", sha256, "held")
        raise Refused(Code.UNAVAILABLE, "The file has not been scanned yet.")
    services.audit.record(caller, "read_blob", sha256, "ok")
    return File(
        services.blobs.path(sha256),
        filename=blob.name or sha256[:16],
        media_type=blob.media_type,
        content_disposition_type="attachment",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
    )


def _name(request: Call) -> str:
    return unquote(request.headers.get(FILE_NAME, ""), errors="replace")
