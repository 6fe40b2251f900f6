"""What a route promises, declared beside it. The guard lets nobody through to a route without such a declaration, and the
OpenAPI document is made of them, so that neither can drift from the routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.domain.agent import Role
from desktop.wire.errors import Code

PEOPLE: Final = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
READERS: Final = PEOPLE | {Role.CHANNEL}
BOARD: Final = frozenset({Role.LEAD, Role.ADMIN})
ADMINS: Final = frozenset({Role.ADMIN})
CHANNELS: Final = frozenset({Role.CHANNEL, Role.ADMIN})
CRM: Final = frozenset({Role.CRM, Role.ADMIN})
EVERYBODY: Final = frozenset(Role)
PUBLIC: Final[frozenset[Role]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter of the query or a header; ``schema`` is JSON Schema."""

    name: str
    place: str
    text: str
    schema: Mapping[str, Any]
    is_required: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """``roles`` empty: no token is needed. ``body`` is the type of a JSON body; ``answers`` maps a status to the type of
    its JSON or to a media type; ``refuses`` are the codes it may answer with besides those every route has."""

    summary: str
    tag: str
    roles: frozenset[Role]
    answers: Mapping[int, Any]
    body: Any = None
    body_media: str = "application/json"
    parameters: tuple[Parameter, ...] = ()
    refuses: tuple[Code, ...] = field(default=())

    def as_options(self) -> dict[str, Any]:
        """Return the keyword arguments of the route's decorator."""
        return {"opt": {"operation": self}, "status_code": min(self.answers)}
