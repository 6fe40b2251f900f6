"""The accounts through which customers reach the house: how each stands, and letting one rest or begin anew. What an account
is, stands in ``channels.yaml``; nothing here reads or tells a secret."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from desktop.hub.api.operations import ADMINS, BOARD, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import Services, answer, caller_of, services_of
from desktop.hub.channels.supervisor import Status
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code


class Accounts(Struct, frozen=True, kw_only=True):
    """``mistake`` names file, line and what to do where the file could not be used; the accounts before it go on."""

    accounts: list[Status]
    mistake: str = ""


@get(
    paths.CHANNELS,
    **Operation(
        summary="The channels' accounts and how each stands", tag="Channels", roles=BOARD, answers={200: Accounts}
    ).as_options(),
)
async def overview(request: Call) -> Response[bytes]:
    return answer(_accounts(services_of(request)))


@post(
    paths.CHANNELS + "/{name:str}/restart",
    **Operation(
        summary="Begin an account anew, or go on after a pause",
        tag="Channels",
        roles=ADMINS,
        answers={200: Accounts},
        refuses=(Code.NOT_FOUND,),
    ).as_options(),
)
async def restart(request: Call, name: FromPath[str]) -> Response[bytes]:
    services = services_of(request)
    return _done(request, "restart_channel", name, await services.channels.restart(name))


@post(
    paths.CHANNELS + "/{name:str}/pause",
    **Operation(
        summary="Let an account rest until it is begun anew or the hub is",
        tag="Channels",
        roles=ADMINS,
        answers={200: Accounts},
        refuses=(Code.NOT_FOUND,),
    ).as_options(),
)
async def pause(request: Call, name: FromPath[str]) -> Response[bytes]:
    services = services_of(request)
    return _done(request, "pause_channel", name, await services.channels.pause(name))


@post(
    paths.CHANNELS + "/reload",
    **Operation(
        summary="Read the file of accounts again", tag="Channels", roles=ADMINS, answers={200: Accounts}
    ).as_options(),
)
async def reload(request: Call) -> Response[bytes]:
    await services_of(request).channels.reload()
    return _done(request, "reload_channels", "", True)


def _done(request: Call, action: str, name: str, is_known: bool) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    if not is_known:
        raise Refused(Code.NOT_FOUND, "There is no such account.")
    services.audit.record(caller, action, name, "ok")
    return answer(_accounts(services))


def _accounts(services: Services) -> Accounts:
    return Accounts(accounts=services.channels.status(), mistake=services.channels.mistake)
