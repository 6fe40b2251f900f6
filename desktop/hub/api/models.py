"""The models the hub learned: what each did on the contacts held out, how often agents corrected a verdict, training now, and
the way back. Which of the older ones runs is otherwise decided at the command line (``dirigent hub models promote``)."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from desktop.hub.api.operations import ADMINS, BOARD, Operation
from desktop.hub.api.problems import Call
from desktop.hub.api.services import answer, caller_of, services_of
from desktop.hub.desk.refusals import Refused
from desktop.hub.learning.generations import NoGeneration
from desktop.hub.learning.service import Busy, Overview
from desktop.hub.training.outcome import TASKS
from desktop.wire import paths
from desktop.wire.errors import Code


@get(
    paths.MODELS,
    **Operation(
        summary="The learned models of each task with their figures, and how often verdicts were corrected",
        tag="Models",
        roles=BOARD,
        answers={200: Overview},
    ).as_options(),
)
async def overview(request: Call) -> Response[bytes]:
    return answer(await services_of(request).learning.overview())


@post(
    paths.MODELS + "/{task:str}/train",
    **Operation(
        summary="Begin to learn from the history; what comes of it is seen in the list",
        tag="Models",
        roles=ADMINS,
        answers={202: Overview},
        refuses=(Code.NOT_FOUND, Code.CONFLICT),
    ).as_options(),
)
async def train(request: Call, task: FromPath[str]) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    _known(task)
    try:
        services.learning.begin([task])
    except Busy:
        services.audit.record(caller, "train_model", task, "conflict")
        raise Refused(Code.CONFLICT, "A training is under way.") from None
    services.audit.record(caller, "train_model", task, "ok")
    return answer(await services.learning.overview(), 202)


@post(
    paths.MODELS + "/{task:str}/rollback",
    **Operation(
        summary="Let the model run that ran before",
        tag="Models",
        roles=ADMINS,
        answers={200: Overview},
        refuses=(Code.NOT_FOUND, Code.CONFLICT),
    ).as_options(),
)
async def roll_back(request: Call, task: FromPath[str]) -> Response[bytes]:
    services, caller = services_of(request), caller_of(request)
    _known(task)
    try:
        generation = await services.learning.roll_back(task)
    except NoGeneration:
        services.audit.record(caller, "roll_back_model", task, "conflict")
        raise Refused(Code.CONFLICT, "The shipped model runs already.") from None
    services.audit.record(caller, "roll_back_model", task, "ok", str(generation.number if generation else 0))
    return answer(await services.learning.overview())


def _known(task: str) -> None:
    if task not in TASKS:
        raise Refused(Code.NOT_FOUND, "Nothing is learned under this name.")
