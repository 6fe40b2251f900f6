"""The OpenAPI 3.1 document, made of the declared operations. Its schemas come from the very decoders that read bodies
(msgspec), so that what it says is what is accepted."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import msgspec
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from desktop import __version__
from desktop.hub.api.operations import Operation
from desktop.hub.api.problems import STATUS, TITLES
from desktop.wire.errors import MEDIA_TYPE, Code, Problem
from desktop.wire.records import TYPES

_PARAMETER: Final = re.compile(r"\{(\w+):\w+\}")
_EVERYWHERE: Final = (Code.INTERNAL,)
_WITH_TOKEN: Final = (Code.UNAUTHENTICATED, Code.TOKEN_EXPIRED, Code.FORBIDDEN)


@lru_cache(maxsize=4)
def document(app: Litestar) -> bytes:
    """Return the document as JSON."""
    operations = sorted(_operations(app), key=lambda found: (found[0], found[1]))
    kinds: list[Any] = [Problem, *TYPES.values()]
    for _, _, operation in operations:
        kinds += [kind for kind in (operation.body, *operation.answers.values()) if _is_shape(kind)]
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    addresses: dict[str, Any] = {}
    for path, method, operation in operations:
        addresses.setdefault(path, {})[method] = _describe(path, method, operation)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Dirigent hub",
                "version": __version__,
                "description": "The backend of an agent unified desktop. Errors are problem documents (RFC 9457). "
                "A field of a record that is at its default is left out.",
                "license": {"name": "MIT", "identifier": "MIT"},
            },
            "servers": [{"url": "/"}],
            "tags": [{"name": tag} for tag in dict.fromkeys(operation.tag for _, _, operation in operations)],
            "paths": addresses,
            "components": {
                "schemas": components,
                "responses": {code.value: _problem(code) for code in Code},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            },
        }
    )


def _operations(app: Litestar) -> list[tuple[str, str, Operation]]:
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            operation = handler.opt.get("operation")
            if isinstance(handler, HTTPRouteHandler) and isinstance(operation, Operation):
                path = _PARAMETER.sub(r"{\1}", route.path_format if ":" not in route.path else route.path)
                found += [(path, str(method).lower(), operation) for method in handler.http_methods]
    return [entry for entry in found if entry[1] not in ("head", "options")]


def _is_shape(kind: Any) -> bool:
    return kind is not None and kind is not bytes and not isinstance(kind, str)


def _schema(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return schema


def _content(kind: Any) -> dict[str, Any]:
    if isinstance(kind, str):
        return {kind: {"schema": {"type": "string"}}}
    return {"application/json": {"schema": _schema(kind)}}


def _problem(code: Code) -> dict[str, Any]:
    example = Problem(status=STATUS[code], code=code, title=TITLES[code], detail="Why, for developers.")
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": TITLES[code],
        "content": {MEDIA_TYPE: {"schema": schema, "examples": {code.value: {"value": msgspec.to_builtins(example)}}}},
    }


def _describe(path: str, method: str, operation: Operation) -> dict[str, Any]:
    words = re.sub(r"[^a-z0-9]+", "_", f"{method}_{path.removeprefix('/v1')}".lower()).strip("_")
    result: dict[str, Any] = {"operationId": words, "summary": operation.summary, "tags": [operation.tag]}
    if operation.roles:
        result["security"] = [{"bearer": []}]
        result["description"] = "Roles: " + ", ".join(sorted(operation.roles)) + "."
    else:
        result["security"] = []
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    others = [
        {"name": p.name, "in": p.place, "required": p.is_required, "description": p.text, "schema": p.schema}
        for p in operation.parameters
    ]
    if in_path or others:
        result["parameters"] = [*in_path, *others]
    if operation.body is not None:
        media = operation.body_media
        schema = {"type": "string", "format": "binary"} if operation.body is bytes else _schema(operation.body)
        result["requestBody"] = {"required": True, "content": {media: {"schema": schema}}}
    result["responses"] = _responses(operation)
    return result


def _responses(operation: Operation) -> dict[str, Any]:
    answers: dict[str, Any] = {
        str(status): {"description": _MEANING[status], "content": _content(kind)}
        for status, kind in operation.answers.items()
    }
    codes = dict.fromkeys((*operation.refuses, *(_WITH_TOKEN if operation.roles else ()), *_EVERYWHERE))
    if operation.body is not None:
        codes[Code.TOO_LARGE] = None
    for code in codes:
        status = str(STATUS[code])
        if status not in answers:
            answers[status] = {"description": TITLES[code], "content": {MEDIA_TYPE: {"schema": {}, "examples": {}}}}
            answers[status]["content"][MEDIA_TYPE]["schema"] = {"$ref": "#/components/schemas/Problem"}
        if MEDIA_TYPE in answers[status]["content"]:
            examples = _problem(code)["content"][MEDIA_TYPE]["examples"]
            answers[status]["content"][MEDIA_TYPE]["examples"] |= examples
    return answers


_MEANING: Final = {
    200: "As asked",
    201: "New",
    202: "Accepted, outcome not known yet",
    409: "Refused: not as things are now; `changes` holds the current record",
    410: "Gone",
    422: "Refused: the command itself cannot be carried out",
}
