"""The models that run, in the memory of this hub process. Every process of a hub hears of another by the feed's numbers and
loads it on a thread; messages that arrive meanwhile are judged by the one before. A file that cannot be used leaves things
as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from desktop.domain.changes import Table
from desktop.domain.learned import LearnedModel
from desktop.hub.blobs import Blobs
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit
from desktop.hub.desk.guidance import Guidance
from desktop.insight.artefact import ArtefactError, check

log = logging.getLogger(__name__)

LOOK_S: Final = 5.0
"""So often this process asks itself whether another wrote anything; the database is asked only then."""


class Loading:
    """Keeps ``guidance`` up with the models of the feed. ``head`` is the newest number of the feed this process knows."""

    def __init__(self, database: Database, blobs: Blobs, guidance: Guidance, head: Callable[[], int]) -> None:
        self._database = database
        self._blobs = blobs
        self._guidance = guidance
        self._head = head
        self._seen = -1
        self._loaded: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def loaded(self) -> dict[str, str]:
        """The SHA-256 of the learned model of each task that is in use here."""
        return dict(self._loaded)

    async def look(self) -> None:
        """Load what runs and is not in use here yet."""
        self._woken.clear()
        self._seen = self._head()
        async with self._database.read() as ledger:
            records: list[LearnedModel] = await ledger.find(Table.MODEL)
        for record in records:
            if record.sha256 not in (self._loaded.get(record.id), self._refused.get(record.id)):
                await self._load(record)
        for task in self._loaded.keys() - {record.id for record in records}:
            del self._loaded[task]
            self._guidance.use(task, None)
            log.info("%s: the shipped model runs", task)

    def start(self) -> None:
        self._unsubscribe = self._database.subscribe(self._on_commit)
        self._task = asyncio.create_task(self._run(), name="models")

    async def stop(self) -> None:
        self._unsubscribe()
        self._unsubscribe = lambda: None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _load(self, record: LearnedModel) -> None:
        try:
            model = await asyncio.to_thread(_read, self._guidance, record, self._blobs.path(record.sha256))
        except (ArtefactError, OSError, ValueError) as error:
            self._refused[record.id] = record.sha256
            log.warning("%s: model %d cannot be used: %s", record.id, record.generation, type(error).__name__)
            return
        if model is not None:
            self._guidance.use(record.id, model)
            self._loaded[record.id] = record.sha256
            log.info("%s: model %d runs", record.id, record.generation)

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._woken.wait()
            if not self._woken.is_set() and self._head() == self._seen:
                continue
            try:
                await self.look()
            except Exception:
                log.exception("the models could not be looked at")
                await asyncio.sleep(LOOK_S)

    def _on_commit(self, written: Commit) -> None:
        if any(one.change.type == Table.MODEL for one in written):
            self._woken.set()


def _read(guidance: Guidance, record: LearnedModel, path: Path) -> object | None:
    with path.open("rb") as file:
        check(file, record.sha256, record.size)
    return guidance.read(record.id, path)
