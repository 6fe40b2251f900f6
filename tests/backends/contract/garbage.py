"""Answers that are none: what proxies, captive portals and broken servers put in the place of an answer."""

from __future__ import annotations

import json
from typing import Any

from .gateway import Reply

_PAGE = b"<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Gateway</h1>squid</body></html>"

GARBAGE = {
    "a proxy's error page": Reply(502, _PAGE, "text/html"),
    "a portal's page in place of the answer": Reply(200, _PAGE, "text/html"),
    "a redirection to a portal": Reply(302, b"", "text/html", {"Location": "http://portal.example/"}),
    "a refusal in a proxy's own words": Reply(403, _PAGE, "text/html"),
    "nothing": Reply(200, b""),
    "nothing, and not even a type": Reply(200, b"", ""),
    "JSON that breaks off": Reply(200, b'{"id": 17, "changes": [{"seq": 1, "op": "up'),
    "JSON, and the line breaks": Reply(200, b'{"id": 17, "changes": []}' * 9, cut_at=30),
    "JSON of another kind": Reply(200, b'"Kornblume"'),
    "a list for an object": Reply(200, b"[[[]], 7, null]"),
    "null": Reply(200, b"null"),
    "no UTF-8": Reply(200, b'{"name": "\xff\xfe"}'),
    "JSON without a bottom": Reply(200, b"[" * 100_000),
    "ten megabytes of a page": Reply(200, b"<p>Kornblume</p>" * 655_360, "text/html"),
    "ten megabytes of JSON": Reply(200, b"[" + b'"Kornblume",' * 873_800 + b"0]"),
    "a number too large": Reply(200, b'{"id": 1e999, "seq": 99999999999999999999999999}'),
}
"""By what it is. None of them is of any system."""


def twisted(reply: Reply) -> Reply:
    """Return a server's own answer with the types of all values confused."""
    try:
        lines = [json.loads(line) for line in reply.body.splitlines()]
    except ValueError:
        return reply
    body = b"\n".join(json.dumps(_twist(line)).encode() for line in lines)
    return Reply(reply.status, body, reply.media_type, reply.headers)


def _twist(value: Any) -> Any:
    match value:
        case dict():
            return {name: _twist(one) for name, one in value.items()}
        case list():
            return {str(place): _twist(one) for place, one in enumerate(value)} or 7
        case bool():
            return ["yes"]
        case str():
            return len(value)
        case None:
            return {"nothing": []}
        case _:
            return "seven"


def halved(reply: Reply) -> Reply:
    """Return a server's own answer of which the second half is missing, as if it were all."""
    return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.media_type, reply.headers)
