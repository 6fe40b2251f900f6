"""Who is calling, once their token was found good. Everything behind the routes takes this value and nothing else."""

from __future__ import annotations

from msgspec import Struct

from desktop.domain.agent import Role
from desktop.domain.ids import AgentId


class Caller(Struct, frozen=True, kw_only=True):
    """``id`` is the agent's or the machine token's; ``agent_id`` is set for people only."""

    id: str
    role: Role
    team: str = ""
    agent_id: AgentId | None = None
