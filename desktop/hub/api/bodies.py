"""Reading what a caller sent: bodies into the shapes of ``wire``, parameters into numbers. What is wrong is answered with
where it is wrong, never with what it said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

from desktop.domain.channels import Channel, parse_channel
from desktop.hub.api.problems import Call
from desktop.hub.desk.refusals import Refused
from desktop.wire.errors import Code

T = TypeVar("T")

_QUOTED = re.compile(r"'[^']*'")
_INTEGER = re.compile(r"[0-9]{1,18}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


@cache
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


async def read(request: Call, kind: Any) -> Any:
    """Return the JSON body as a value of ``kind``. Raises ``Refused(bad_request)``; instants need a time zone."""
    return decode(await request.body(), kind)


def decode(body: bytes, kind: Any) -> Any:
    """Return JSON as a value of ``kind``. Raises ``Refused(bad_request)``."""
    try:
        value = _decoder(kind).decode(body)
    except msgspec.ValidationError as error:
        raise Refused(Code.BAD_REQUEST, _QUOTED.sub("that", str(error))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(Code.BAD_REQUEST, "The body is not JSON.") from None
    where = _local_time(value, "$")
    if where:
        raise Refused(Code.BAD_REQUEST, f"An instant needs a time zone (RFC 3339) - at `{where}`")
    return value


def _local_time(value: Any, path: str) -> str | None:
    """Return where in ``value`` an instant says no time zone."""
    if isinstance(value, datetime):
        return path if value.tzinfo is None else None
    if isinstance(value, msgspec.Struct):
        fields = zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        parts = ((f"{path}.{encoded}", getattr(value, name)) for name, encoded in fields)
    elif isinstance(value, list | tuple):
        parts = ((f"{path}[{index}]", part) for index, part in enumerate(value))
    else:
        return None
    return next((found for where, part in parts if (found := _local_time(part, where))), None)


def channel_of(name: str) -> Channel:
    """Return the channel of an address. Raises ``Refused(unknown_channel)``."""
    try:
        channel = parse_channel(name)
    except ValueError:
        raise Refused(Code.UNKNOWN_CHANNEL, "There is no such channel.") from None
    if not channel.is_interaction:
        raise Refused(Code.UNKNOWN_CHANNEL, "Nobody can be written to here: hand it in as a touchpoint.")
    return channel


def integer(request: Call, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Return a whole number of the query; more than ``most`` is taken for ``most``."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not _INTEGER.fullmatch(text) or int(text) < least:
        raise Refused(Code.BAD_REQUEST, f"`{name}` is a whole number, {least} or more.")
    return int(text) if most is None else min(int(text), most)


def seconds(request: Call, name: str, most: float) -> float:
    """Return a number of seconds of the query; more than ``most`` is taken for ``most``."""
    text = request.query_params.get(name)
    if text is None:
        return 0.0
    if not _NUMBER.fullmatch(text):
        raise Refused(Code.BAD_REQUEST, f"`{name}` is a number of seconds, 0 or more.")
    return min(float(text), most)


def choice(request: Call, name: str, choices: Sequence[T]) -> T:
    """Return one of ``choices``, the first where the query does not say. Raises ``Refused(bad_request)``."""
    text = request.query_params.get(name)
    if text is None:
        return choices[0]
    found = next((one for one in choices if one == text), None)
    if found is None:
        raise Refused(Code.BAD_REQUEST, f"`{name}` is one of: {', '.join(map(str, choices))}.")
    return found


def word(value: str, name: str, longest: int) -> str:
    """Return an identifier a caller chose. Raises ``Refused(bad_request)`` where it is empty, too long or unprintable."""
    if not value.strip() or len(value) > longest or not value.isprintable():
        raise Refused(Code.BAD_REQUEST, f"`{name}` has 1 to {longest} printable characters.")
    return value
