"""What the routes work with, and who is calling. One value in the application's state; each route asks for it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from litestar import Response

from desktop.hub.api.audit import Audit
from desktop.hub.api.measures import Measures
from desktop.hub.api.problems import Call
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.gate import Gate
from desktop.hub.blobs import Blobs
from desktop.hub.board.live import LiveBoard
from desktop.hub.channels.hooks import Hooks
from desktop.hub.channels.supervisor import Supervisor
from desktop.hub.channels.webchat.reception import Reception
from desktop.hub.db.database import Database
from desktop.hub.desk.desk import Desk
from desktop.hub.feed import Feed
from desktop.hub.learning.service import Learning
from desktop.wire.shapes import encode


@dataclass(frozen=True, kw_only=True)
class Services:
    database: Database
    desk: Desk
    gate: Gate
    feed: Feed
    blobs: Blobs
    audit: Audit
    measures: Measures
    learning: Learning
    board: LiveBoard
    channels: Supervisor
    hooks: Hooks
    visitors: Reception


def services_of(request: Call) -> Services:
    return cast("Services", request.app.state.services)


def caller_of(request: Call) -> Caller:
    """Return who the guard let in."""
    return cast("Caller", request.scope["user"])


def answer(value: Any, status: int = 200) -> Response[bytes]:
    """Return any shape as a JSON answer."""
    return Response(encode(value), status_code=status, media_type="application/json")
