"""An agent types: told to the customer's page while it happens, and kept nowhere."""

from __future__ import annotations

from litestar import Response, post

from desktop.domain.ids import InteractionId
from desktop.hub.api.bodies import read
from desktop.hub.api.operations import PEOPLE, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.channels.signals import Signal
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import TypingAnswer, TypingIn


@post(
    paths.TYPING,
    **Operation(
        summary="The caller types an answer in a contact of theirs, or stopped to; to be told anew every few seconds",
        tag="Presence",
        roles=PEOPLE,
        body=TypingIn,
        answers={200: TypingAnswer},
        refuses=(Code.BAD_REQUEST, Code.NOT_OWNER),
    ).as_options(),
)
async def typing(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    asked: TypingIn = await read(request, TypingIn)
    async with services.database.read() as ledger:
        found = await ledger.interaction(asked.interaction_id)
    if found is None or caller.agent_id is None or found.assignee != caller.agent_id:
        raise Refused(Code.NOT_OWNER, "Somebody else has this contact.")
    is_told = found.state.is_open and not found.channel.is_spoken
    if is_told:
        kind = "typing" if asked.is_typing else "idle"
        signal = Signal(interaction_id=InteractionId(found.id), by="agent", kind=kind)  # type: ignore[arg-type]
        services.channels.signals.tell(signal)
    return answer(TypingAnswer(is_told=is_told))
