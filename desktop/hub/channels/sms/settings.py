"""What stands in ``channels.yaml`` for an account of kind ``sms``. Secrets: ``inbound``, the token (or key of signatures)
with which the gateway calls the hub; any other may be named in the request, as ``{password}``."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from msgspec import Meta, Struct
from msgspec.structs import replace

from desktop.hub.channels.addresses import check_networks

Reported = Literal["sent", "delivered", "failed", "ignored"]

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
STOP_WORDS: Final = ("STOP", "STOPP", "STOPALL", "UNSUBSCRIBE", "ABMELDEN")
START_WORDS: Final = ("START", "UNSTOP", "SUBSCRIBE", "ANMELDEN")


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(f"not a regular expression: {problem}") from None


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request to the gateway. In ``url``, ``fields`` and ``headers`` stand ``{to}``, ``{from}``, ``{text}``, ``{id}`` (the
    hub's id of the message), ``{coding}`` (0: GSM 7-bit, 2: UCS-2), ``{parts}``, ``{report_url}`` and the names of secrets.
    ``send`` says where the fields go. With ``user``, the secret ``password`` goes along by HTTP basic authentication."""

    url: str = ""
    method: Literal["GET", "POST"] = "POST"
    send: Literal["query", "form", "json"] = "form"
    fields: dict[str, str] = {}
    headers: dict[str, str] = {}
    user: str = ""


class Verdict(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How an answer is read: regular expressions looked for in its body. ``accepted`` must be there (where it is set),
    ``later`` means try again, ``refused`` never. The first group of ``id`` is what the gateway calls the message."""

    accepted: str = ""
    later: str = ""
    refused: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        for pattern in (self.accepted, self.later, self.refused, self.id):
            _check_pattern(pattern)


class Inward(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """How the gateway calls the hub. ``auth`` ``token``: the secret ``inbound`` comes as field or header ``token_name``, or
    as a bearer token. ``signature``: the header ``token_name`` is the HMAC-SHA256 of the body with that secret, in ``hex`` or
    ``base64``. ``fields`` maps what the hub wants to know to what the gateway calls it: of a message ``from``, ``to``,
    ``text``, ``id``, ``at`` and, of one in pieces, ``udh`` (hex) or ``ref``, ``part`` and ``parts``; of a report ``message``
    (our id) or ``id`` (the gateway's), and ``state``. ``states`` says what each state means; others are passed over."""

    auth: Literal["token", "signature"] = "token"
    token_name: str = "token"  # noqa: S105 - what it is called
    signature_encoding: Literal["hex", "base64"] = "hex"
    fields: dict[str, str] = {}
    states: dict[str, Reported] = {}
    reply: str = ""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """``gateway`` ``kannel`` fills in what Kannel wants; then only ``request.url`` and ``request.user`` are needed.
    ``sender`` is the number or name customers see. ``public_url`` is where the gateway reaches the hub, for delivery reports.
    ``numbers`` is how the gateway wants them: ``+49…``, ``49…`` or ``0049…``. ``lookup`` asks the gateway for a message whose
    sending was cut off; without it a person has to decide. Pieces of a long message are waited for ``join_s`` seconds.
    ``allowed`` are the networks from which the gateway calls, ``proxies`` the addresses whose ``X-Forwarded-For`` is
    believed."""

    gateway: Literal["", "kannel"] = ""
    sender: str = ""
    request: Request = Request()
    verdict: Verdict = Verdict()
    inward: Inward = Inward()
    lookup: Request | None = None
    lookup_found: str = ""
    public_url: str = ""
    numbers: Literal["plus", "digits", "zeros"] = "plus"
    timeout_s: Annotated[float, Meta(gt=0, le=120)] = 30.0
    join_s: Annotated[int, Meta(ge=5, le=3600)] = 120
    stop_words: tuple[str, ...] = STOP_WORDS
    start_words: tuple[str, ...] = START_WORDS
    allow_plain: bool = False
    allowed: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.request.url:
            raise ValueError("request.url is missing")
        for request in (self.request, self.lookup):
            if request is None:
                continue
            parts = urlsplit(request.url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                raise ValueError("url is an https address")
            if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not self.allow_plain:
                raise ValueError("url is http, not https; allow_plain: true overrules that")
        _check_pattern(self.lookup_found)
        check_networks(self.allowed)


_WANTED: Final = {name: name for name in ("from", "to", "text", "id", "at", "udh", "ref", "part", "parts", "state")}
_KANNEL_FIELDS: Final = {
    "username": "{user}",
    "password": "{password}",
    "from": "{from}",
    "to": "{to}",
    "text": "{text}",
    "coding": "{coding}",
    "charset": "UTF-8",
    "dlr-mask": "27",
    "dlr-url": "{report_url}",
}
_KANNEL_STATES: Final[dict[str, Reported]] = {
    "1": "delivered",
    "2": "failed",
    "4": "ignored",
    "8": "sent",
    "16": "failed",
}


def filled(settings: Settings) -> Settings:
    """Return the settings with what the gateway is known to want (Kannel's user guide, chapters 6 and 10)."""
    inward = settings.inward
    wanted = {**_WANTED, "message": "message"}
    changes: dict[str, Any] = {"fields": {**wanted, **inward.fields}}
    if settings.gateway == "kannel":
        request = settings.request
        request = replace(request, method="GET", send="query", fields={**_KANNEL_FIELDS, **request.fields})
        changes["states"] = {**_KANNEL_STATES, **inward.states}
        settings = replace(settings, request=request)
    return replace(settings, inward=replace(inward, **changes))
