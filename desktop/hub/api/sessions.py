"""Signing in, exchanging a refresh token, and who one is."""

from __future__ import annotations

from litestar import Response, get, post

from desktop.domain.agent import Agent
from desktop.domain.ids import AgentId
from desktop.hub.api.bodies import read
from desktop.hub.api.operations import EVERYBODY, PUBLIC, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.denial import Denied
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import RefreshToken, SignIn, Tokens


@post(
    paths.SIGN_IN,
    **Operation(
        summary="Sign in with user name and password",
        tag="Sessions",
        roles=PUBLIC,
        body=SignIn,
        answers={200: Tokens},
        refuses=(Code.BAD_REQUEST, Code.UNAUTHENTICATED, Code.RATE_LIMITED),
    ).as_options(),
)
async def sign_in(request: Call) -> Response[bytes]:
    services = services_of(request)
    asked: SignIn = await read(request, SignIn)
    address = request.client.host if request.client else ""
    try:
        tokens = await services.gate.sign_in(asked.user, asked.password, address)
    except Denied as denied:
        services.measures.sign_ins.labels(denied.code).inc()
        raise
    services.measures.sign_ins.labels("ok").inc()
    _note(request, tokens, "sign_in")
    return answer(tokens)


@post(
    paths.TOKEN,
    **Operation(
        summary="Exchange a refresh token for new tokens; each works once",
        tag="Sessions",
        roles=PUBLIC,
        body=RefreshToken,
        answers={200: Tokens},
        refuses=(Code.BAD_REQUEST, Code.UNAUTHENTICATED),
    ).as_options(),
)
async def refresh(request: Call) -> Response[bytes]:
    asked: RefreshToken = await read(request, RefreshToken)
    tokens = await services_of(request).gate.refresh(asked.refresh_token)
    _note(request, tokens, "refresh")
    return answer(tokens)


@get(
    paths.ME,
    **Operation(
        summary="Who the token belongs to",
        tag="Sessions",
        roles=EVERYBODY,
        answers={200: Agent},
    ).as_options(),
)
async def me(request: Call) -> Response[bytes]:
    caller = caller_of(request)
    if caller.agent_id is None:  # a machine: it has no record of its own
        return answer(Agent(id=AgentId(caller.id), user=caller.id, name=caller.role, role=caller.role))
    async with services_of(request).database.read() as ledger:
        return answer(await ledger.agent(caller.agent_id))


def _note(request: Call, tokens: Tokens, action: str) -> None:
    agent = tokens.agent
    services_of(request).audit.record(Caller(id=agent.id, role=agent.role), action, agent.id, "ok")
