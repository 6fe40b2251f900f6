"""No route without a caller whose role may use it. A route without a declared operation is closed to everybody."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from desktop.hub.api.operations import Operation
from desktop.hub.api.services import Services
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.denial import Denied
from desktop.wire.errors import Code


async def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Set the caller of a request, or raise ``Denied``."""
    operation = handler.opt.get("operation")
    if not isinstance(operation, Operation):
        raise Denied(Code.FORBIDDEN, "This address is not open to anybody.")
    if not operation.roles:
        return
    services: Services = connection.app.state.services
    caller = await authenticate(connection, services)
    if caller.role not in operation.roles:
        services.audit.record(caller, "refused", str(connection.scope.get("path_template", "")), "forbidden")
        raise Denied(Code.FORBIDDEN, f"The role {caller.role} may not do this.")
    connection.scope["user"] = caller
    if caller.agent_id is not None:
        await services.desk.lookout.called(caller.agent_id)


async def authenticate(connection: ASGIConnection[Any, Any, Any, Any], services: Services) -> Caller:
    """Return who holds the request's bearer token. Raises ``Denied``."""
    return await services.gate.caller(bearer(connection))


def bearer(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the bearer token of a request (RFC 6750, section 2.1). Raises ``Denied`` where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Denied(Code.UNAUTHENTICATED, "A bearer token is needed.")
    return token.strip()
