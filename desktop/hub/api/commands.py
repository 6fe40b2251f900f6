"""Commands: exactly one effect a key. The outcome is in the body; the status repeats it for those who look no further."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, post

from desktop.domain.commands import Command
from desktop.hub.api.bodies import read, word
from desktop.hub.api.operations import PEOPLE, Operation, Parameter
from desktop.hub.api.problems import STATUS, TITLES, Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.desk.lead.deeds import deed_of, subject_of
from desktop.hub.desk.refusals import Refused
from desktop.wire import paths
from desktop.wire.errors import Code
from desktop.wire.shapes import CommandAnswer, CommandError

LONGEST_KEY: Final = 128


@post(
    paths.COMMANDS,
    **Operation(
        summary="Carry out a command of an agent, exactly once a key",
        tag="Commands",
        roles=PEOPLE,
        body=Command,
        answers={
            200: CommandAnswer,
            202: CommandAnswer,
            409: CommandAnswer,
            410: CommandAnswer,
            422: CommandAnswer,
        },
        parameters=(
            Parameter(
                name=paths.IDEMPOTENCY_KEY,
                place="header",
                text="The command's id: the first outcome of a key is returned again",
                schema={"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                is_required=True,
            ),
        ),
        refuses=(Code.BAD_REQUEST,),
    ).as_options(),
)
async def perform(request: Call) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    key = word(request.headers.get(paths.IDEMPOTENCY_KEY, ""), paths.IDEMPOTENCY_KEY, LONGEST_KEY)
    command: Any = await read(request, Command)
    try:
        outcome = await services.desk.perform(command, caller, key)
    except Refused as refused:
        outcome = CommandAnswer(
            outcome="gone" if refused.code is Code.GONE else "refused",
            error=CommandError(code=refused.code, title=TITLES[refused.code], detail=refused.detail),
        )
    tag = str(command.__struct_config__.tag)
    services.measures.commands.labels(tag, outcome.outcome).inc()
    code = outcome.error.code if outcome.error else ""
    detail = f"{code} {deed_of(command)}".strip()
    services.audit.record(caller, f"command.{tag}", subject_of(command), outcome.outcome, detail)
    return answer(outcome, _status(outcome))


def _status(outcome: CommandAnswer) -> int:
    match outcome.outcome:
        case "applied":
            return 200
        case "pending":
            return 202
        case "gone":
            return 410
        case _:
            return STATUS.get(Code(outcome.error.code), 409) if outcome.error else 409
