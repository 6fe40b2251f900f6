"""A window says that it is there. What follows from its silence is the desk's."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Final

from litestar import Response, post

from desktop.hub.api.bodies import read, word
from desktop.hub.api.operations import PEOPLE, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import Services, answer, caller_of, services_of
from desktop.hub.auth.caller import Caller
from desktop.hub.desk.lookout import BEAT_S
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import Heartbeat, HeartbeatAnswer

LONGEST_NAME: Final = 64

_PROXIES: Final = ("forwarded", "x-forwarded-for", "via")


@post(
    paths.HEARTBEAT,
    **Operation(
        summary="The caller's window is there; without it or an event stream their live contacts go to others",
        tag="Presence",
        roles=PEOPLE,
        body=Heartbeat,
        answers={200: HeartbeatAnswer},
        refuses=(Code.BAD_REQUEST,),
    ).as_options(),
)
async def heartbeat(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    beat: Heartbeat = await read(request, Heartbeat)
    window = beat.window and word(beat.window, "window", LONGEST_NAME)
    every_s = BEAT_S
    if caller.agent_id is not None:
        every_s = await services.desk.lookout.beat(caller.agent_id, window, is_regular=beat.is_regular)
    return answer(HeartbeatAnswer(every_s=every_s, counts_stream=_is_direct(request)))


def listening(request: Call, services: Services, caller: Caller) -> AbstractContextManager[None]:
    """Return the context in which a request counts as a window that listens. Behind a proxy it does not: the proxy's end of
    it may stand long after the window is gone; nor does a machine's."""
    window = request.headers.get(paths.WINDOW, "")[:LONGEST_NAME]
    if caller.agent_id is None or (window and not _is_direct(request)):
        return nullcontext()
    return services.desk.lookout.listening(caller.agent_id, window)


def _is_direct(request: Call) -> bool:
    return not any(name in request.headers for name in _PROXIES)
