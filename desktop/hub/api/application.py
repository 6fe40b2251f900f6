"""All routes as one ASGI application."""

from __future__ import annotations

from typing import Final

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from desktop.hub.api import (
    boards,
    changes,
    channels,
    commands,
    files,
    hooks,
    intake,
    models,
    presence,
    sessions,
    typing,
    webchat,
)
from desktop.hub.api.guard import authorise
from desktop.hub.api.problems import on_anything, on_denied, on_http, on_refused
from desktop.hub.api.services import Services
from desktop.hub.auth.denial import Denied
from desktop.hub.desk.refusals import Refused

LARGEST_BODY: Final = 1024 * 1024

_HEADERS: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))


def application(services: Services) -> Litestar:
    """Return the application that answers for ``services``."""
    return Litestar(
        route_handlers=[
            sessions.sign_in,
            sessions.refresh,
            sessions.me,
            changes.pages,
            changes.events,
            commands.perform,
            intake.inbound,
            intake.deliveries,
            intake.touchpoints,
            intake.put_customer,
            intake.put_record,
            files.store,
            files.fetch,
            boards.queues,
            boards.agents,
            boards.live,
            boards.board,
            boards.board_events,
            boards.board_contacts,
            boards.own_figures,
            presence.heartbeat,
            channels.overview,
            channels.restart,
            channels.pause,
            channels.reload,
            typing.typing,
            *hooks.ROUTES,
            *webchat.ROUTES,
            models.overview,
            models.train,
            models.roll_back,
            boards.health,
            boards.scrape,
            boards.description,
        ],
        guards=[authorise],
        exception_handlers={
            Refused: on_refused,
            Denied: on_denied,
            HTTPException: on_http,
            Exception: on_anything,
        },
        request_max_body_size=LARGEST_BODY,
        openapi_config=None,
        logging_config=None,
        state=State({"services": services}),
    )


def wrapped(services: Services) -> ASGIApp:
    """Return the application as it is served: counted, and with the headers every answer carries."""
    return services.measures.around(_with_headers(application(services)))


def _with_headers(app: ASGIApp) -> ASGIApp:
    async def adding(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *_HEADERS]
                if not any(name.lower() == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                message["headers"] = headers
            await send(message)

        await app(scope, receive, with_headers)

    return adding
