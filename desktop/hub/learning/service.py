"""Learning as a running hub does it: once a day at a set hour, where enough was labelled since, or when an admin asks; one
training at a time. What a job brings back is checked, stored as a blob, noted as a generation, and runs where its trial says
so. ``commands`` does the same from the command line.
"""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from msgspec import Struct

from desktop.domain.ids import new_id
from desktop.hub.blobs import Blobs
from desktop.hub.db import lease
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import now
from desktop.hub.desk.guidance import Guidance
from desktop.hub.learning.corrections import MONTH, Corrections, corrections
from desktop.hub.learning.generations import Generation, add, generations, give_up, roll_back, run, running_number
from desktop.hub.learning.loading import Loading
from desktop.hub.learning.process import LONGEST_S, TrainingFailed, run_job
from desktop.hub.training.outcome import TASKS, Outcome, Report
from desktop.insight.artefact import ArtefactError, check

log = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/zip"
LEASE: Final = "learning.lease"
"""One training at a time, however many processes the hub has."""

_CHUNK: Final = 256 * 1024
_LAST: Final = "learning.last"


@dataclass(frozen=True, kw_only=True)
class LearningOptions:
    """``hour`` (0 to 23, local time) is when the hub learns by itself, ``None`` never; ``fewest`` how many contacts must have
    been labelled since the last time. ``longest_s`` ends a training that takes longer; ``look_s`` is how often the clock is
    looked at."""

    hour: int | None = 3
    fewest: int = 30
    longest_s: float = LONGEST_S
    look_s: float = 600.0


class TaskModels(Struct, frozen=True, kw_only=True):
    """The models of one task. ``running`` is a generation's number, 0 for the shipped model."""

    task: str
    running: int
    generations: tuple[Generation, ...] = ()


class Overview(Struct, frozen=True, kw_only=True):
    """Of the contacts of the last 30 days ``judged`` got a verdict of what they are about; agents agreed with ``confirmed``
    of these and set another request type for ``corrected``, which is ``corrected_share`` of the judged."""

    models: tuple[TaskModels, ...]
    is_training: bool
    judged: int
    confirmed: int
    corrected: int
    corrected_share: float | None


class Busy(Exception):
    """A training is under way already."""


class Learning:
    """The learning of one hub process. ``url`` is the database's, ``data`` the hub's folder; ``head`` the newest number of
    the feed that this process knows."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        guidance: Guidance,
        *,
        url: str,
        data: Path,
        head: Callable[[], int] = lambda: 0,
        options: LearningOptions | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._url = url
        self._data = data
        self._options = options or LearningOptions()
        self._clock = clock
        self._loading = Loading(database, blobs, guidance, head)
        self._holder = new_id()
        self._training: asyncio.Task[Report] | None = None
        self._scheduler: asyncio.Task[None] | None = None
        self._corrections: Corrections | None = None
        self._counted_at = 0.0

    async def start(self) -> None:
        """Load the models that run, and begin to look at the clock."""
        await self._loading.look()
        self._loading.start()
        if self._options.hour is not None:
            self._scheduler = asyncio.create_task(self._keep_learning(), name="learning")

    async def stop(self) -> None:
        """End what is under way."""
        for task in (self._scheduler, self._training):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError, TrainingFailed, Busy):
                    await task
        self._scheduler = self._training = None
        await self._loading.stop()

    # --- what a lead or admin asks ------------------------------------------------------------------------------------

    async def overview(self) -> Overview:
        """Return all generations with their figures, and how often verdicts were corrected."""
        counted = await self.corrections()
        async with self._database.read() as ledger:
            models = tuple(
                [
                    TaskModels(
                        task=task,
                        running=await running_number(ledger, task),
                        generations=tuple(await generations(ledger, task)),
                    )
                    for task in TASKS
                ]
            )
            is_training = await lease.is_held(ledger, LEASE, self._clock())
        return Overview(
            models=models,
            is_training=is_training,
            judged=counted.judged,
            confirmed=counted.confirmed,
            corrected=counted.corrected,
            corrected_share=counted.share,
        )

    async def corrections(self, *, longest_s: float = 0.0) -> Corrections:
        """Return how often verdicts were corrected in the last 30 days; a count not older than ``longest_s`` will do."""
        time = asyncio.get_running_loop().time()
        if self._corrections is None or time - self._counted_at > longest_s:
            async with self._database.read() as ledger:
                self._corrections = await corrections(ledger, self._clock() - MONTH)
            self._counted_at = time
        return self._corrections

    async def running(self) -> dict[str, int]:
        """Return the number of the model that runs, by task."""
        async with self._database.read() as ledger:
            return {task: await running_number(ledger, task) for task in TASKS}

    def begin(self, tasks: Sequence[str] = TASKS) -> None:
        """Start a training in the background. Raises ``Busy`` where this process is at one."""
        if self._training is not None and not self._training.done():
            raise Busy
        self._training = asyncio.create_task(self._logged(tasks), name="training")

    async def roll_back(self, task: str) -> Generation | None:
        """See ``generations.roll_back``."""
        async with self._database.write() as ledger:
            return await roll_back(ledger, task, self._clock())

    async def run(self, task: str, number: int) -> Generation:
        """See ``generations.run``."""
        async with self._database.write() as ledger:
            return await run(ledger, task, number, self._clock())

    # --- one training -------------------------------------------------------------------------------------------------

    async def train(self, tasks: Sequence[str] = TASKS) -> Report:
        """Learn, and take in what came of it. Raises ``Busy``, ``TrainingFailed``."""
        longest_s = self._options.longest_s
        async with self._database.write() as ledger:
            if not await lease.take(ledger, LEASE, self._holder, self._clock(), longest_s + 60):
                raise Busy
        try:
            folder = self._data / "learning"
            await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=folder, prefix="job-") as name:
                report = await run_job(self._url, self._data, Path(name), tasks, longest_s=longest_s)
                for outcome in report.outcomes:
                    await self._take_in(outcome, Path(name))
            async with self._database.write() as ledger:
                await ledger.set_note(_LAST, self._clock().isoformat())
            return report
        finally:
            async with self._database.write() as ledger:
                await lease.give_back(ledger, LEASE, self._holder, self._clock())

    async def _take_in(self, outcome: Outcome, folder: Path) -> None:
        """Store and note a model; the file is looked at as if a stranger had brought it."""
        if not outcome.file:
            log.info("%s: nothing learned: %s", outcome.task, outcome.why)
            return
        path = folder / Path(outcome.file).name
        try:
            await asyncio.to_thread(_check, path, outcome)
        except (ArtefactError, OSError) as error:
            log.error("%s: what was learned cannot be used: %s", outcome.task, type(error).__name__)
            return
        answer, _ = await self._blobs.put(_bytes(path), MEDIA_TYPE, f"{outcome.task}.npz")
        assert answer.sha256 == outcome.sha256
        async with self._database.write() as ledger:
            made = await add(ledger, outcome, self._clock())
            unneeded = await give_up(ledger, outcome.task)
        for sha256 in unneeded:
            await self._blobs.drop(sha256)
        log.info("%s: generation %d learned from %d: %s", outcome.task, made.number, made.examples, made.why)

    async def _logged(self, tasks: Sequence[str]) -> Report:
        try:
            return await self.train(tasks)
        except TrainingFailed as error:
            log.error("a training came to nothing: %s", error.code)
        except Busy:
            log.info("another process is training")
        return Report(outcomes=())

    # --- at the set hour ----------------------------------------------------------------------------------------------

    async def _keep_learning(self) -> None:
        while True:
            await asyncio.sleep(self._options.look_s)
            try:
                if await self.is_due():
                    await self._logged(TASKS)
            except Exception:
                log.exception("the hour of learning could not be kept")

    async def is_due(self) -> bool:
        """Whether it is the hour, it was not done today, and enough was labelled since."""
        at = self._clock()
        if self._options.hour is None or at.astimezone().hour != self._options.hour:
            return False
        async with self._database.read() as ledger:
            noted = await ledger.note(_LAST)
            last = datetime.fromisoformat(noted) if noted else None
            if last is not None and at - last < timedelta(hours=2):
                return False
            fresh = await corrections(ledger, last or at - 12 * MONTH)
        return fresh.labelled >= self._options.fewest


def _check(path: Path, outcome: Outcome) -> None:
    with path.open("rb") as file:
        check(file, outcome.sha256, outcome.size)


async def _bytes(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()
