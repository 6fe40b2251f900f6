"""A message as the request a gateway wants, and what its answer means. Pure: sends nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from desktop.hub.channels.base import ChannelDown, DeliveryFailed, NotNow
from desktop.hub.channels.exchange import Reply
from desktop.hub.channels.sms.settings import Request, Verdict

_BLANK: Final = re.compile(r"\{([a-z_]+)\}")
_CODING: Final = {"gsm7": "0", "ucs2": "2"}


class Built(Struct, frozen=True, kw_only=True):
    method: str
    url: str
    headers: dict[str, str]
    body: bytes


def coding_of(encoding: str) -> str:
    """Return how gateways call an alphabet."""
    return _CODING[encoding]


def number(address: str, form: str) -> str:
    """Return an E.164 number as a gateway wants it. Raises ``DeliveryFailed`` where it is none."""
    digits = "".join(c for c in address if c.isascii() and c.isdecimal())
    if not address.strip().startswith("+") or not 6 <= len(digits) <= 15:
        raise DeliveryFailed("no_such_address")
    return {"plus": "+", "digits": "", "zeros": "00"}[form] + digits


def built(request: Request, values: Mapping[str, str]) -> Built:
    """Return a request with its blanks filled in; a blank nobody knows stays empty."""

    def fill(text: str) -> str:
        return _BLANK.sub(lambda found: values.get(found.group(1), ""), text)

    url = _BLANK.sub(lambda found: quote(values.get(found.group(1), ""), safe=""), request.url)
    fields = {name: fill(text) for name, text in request.fields.items()}
    headers = {name.lower(): _one_line(fill(text)) for name, text in request.headers.items()}
    if request.user and "{user}" not in request.fields.values():
        pair = f"{request.user}:{values.get('password', '')}".encode()
        headers["authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    body = b""
    if request.send == "query" and fields:
        url += ("&" if "?" in url else "?") + urlencode(fields)
    elif request.send == "form":
        body = urlencode(fields).encode()
        headers.setdefault("content-type", "application/x-www-form-urlencoded")
    elif request.send == "json":
        body = msgspec.json.encode(fields)
        headers.setdefault("content-type", "application/json")
    return Built(method=request.method, url=url, headers=headers, body=body)


def understood(reply: Reply, verdict: Verdict) -> str:
    """Return what the gateway calls the message it took, '' where it does not say. Raises ``NotNow``, ``DeliveryFailed``,
    and ``ChannelDown`` where the answer leaves it open."""
    said = reply.body.decode("utf-8", "replace")
    if verdict.later and re.search(verdict.later, said):
        raise NotNow("overloaded", reply.after_s)
    if verdict.refused and re.search(verdict.refused, said):
        raise DeliveryFailed("not_taken")
    if reply.status in (408, 429, 503):
        raise NotNow("overloaded", reply.after_s)
    if reply.status in (401, 407):
        raise NotNow("not_admitted")
    if 300 <= reply.status < 400:
        raise NotNow("redirected")
    if reply.status >= 500:
        raise ChannelDown("unclear_answer")
    if not reply.is_done or (verdict.accepted and not re.search(verdict.accepted, said)):
        raise DeliveryFailed("not_taken")
    found = re.search(verdict.id, said) if verdict.id else None
    return found.group(1).strip() if found is not None and found.re.groups else ""


def _one_line(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
