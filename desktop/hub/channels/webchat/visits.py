"""The pages a visitor looked at, as touchpoints of their journey. What an address may give away (queries, fragments, and
parts of a path that look like keys or people) does not get further than here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from desktop.domain.channels import Channel
from desktop.hub.channels.webchat.shapes import Visit
from desktop.hub.channels.webchat.tokens import Visitor
from desktop.wire.shapes import TouchpointIn

HIDDEN: Final = "…"

_LONGEST_PATH: Final = 300
_LONGEST_VALUE: Final = 60
_LONGEST_DWELL_S: Final = 4 * 3600
_OLDEST: Final = timedelta(days=2)
_SECRET: Final = re.compile(r"@|%40|(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_\-+=.]{20,}|[A-Za-z0-9_\-]{36,}|[0-9]{7,}")


def plain_path(address: str, kept: Sequence[str]) -> str:
    """Return the path of an address with the parameters named in ``kept`` and without what looks like a secret."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    segments = [HIDDEN if _SECRET.search(one) else one for one in unquote(parts.path[:2000]).split("/")]
    path = "/" + "/".join("".join(c for c in one if c.isprintable()) for one in segments).strip("/")
    found = [
        (name, value[:_LONGEST_VALUE])
        for name, value in parse_qsl(parts.query[:2000])
        if name in kept and not _SECRET.search(value)
    ]
    return (path[:_LONGEST_PATH] + (f"?{urlencode(found, quote_via=quote)}" if found else ""))[:_LONGEST_PATH]


def touchpoints(
    visits: Iterable[Visit], visitor: Visitor, interaction_id: str, kept: Sequence[str], now: datetime
) -> list[TouchpointIn]:
    """Return visits as touchpoints of whoever the contact belongs to. A page's clock is believed within two days."""
    made = []
    for visit in visits:
        at = visit.at.replace(tzinfo=UTC) if visit.at.tzinfo is None else visit.at
        if not now - _OLDEST <= at <= now:
            at = now
        path = plain_path(visit.path, kept)
        title = " ".join("".join(c if c.isprintable() else " " for c in visit.title).split())
        made.append(
            TouchpointIn(
                external_id=f"{visitor.id}:{visit.key}",
                channel=Channel.WEB,
                kind="visit",
                at=at,
                title=title[:_LONGEST_PATH] or path,
                duration_s=min(visit.dwell_s, _LONGEST_DWELL_S),
                interaction_id=interaction_id,
                values={"path": path},
            )
        )
    return made
