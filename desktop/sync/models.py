"""The models that the hub learned, on their way to this desktop: told by the feed, fetched in the background, kept encrypted,
and handed to whoever judges messages here. Until one is here, and wherever one cannot be used, the shipped one judges.

A part of ``engine``; loading and unpacking are done on threads. ``intent_model`` is for whoever wants a verdict offline.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from desktop.backends.base import Backend, BackendError, Bug, Refused, SignInNeeded, Throttled
from desktop.domain.learned import LearnedModel
from desktop.insight.artefact import LARGEST, ArtefactError, ModelError, check
from desktop.store import models
from desktop.store.connection import Connection
from desktop.store.database import Closed, Store, StoreError
from desktop.sync.backoff import Backoff, Growth
from desktop.sync.politeness import Politeness

if TYPE_CHECKING:
    from desktop.insight.intent import IntentModel

_log = logging.getLogger(__name__)

INTENT: Final = "intent"
_TASKS: Final = (INTENT, "next-step")
_CALM_S: Final = 2.0
"""A moment for what the agent waits for: the first sync brings a model along with everything else."""

Use = Callable[["IntentModel | None"], None]
"""``use(model)``, on the event loop: judge by this one; ``None`` is the one that is shipped."""


class Models:
    """Fetches what the feed announced. ``use`` is told of the intent model, where anybody judges messages here."""

    def __init__(
        self,
        store: Store,
        backend: Backend,
        politeness: Politeness,
        *,
        growth: Growth,
        use: Use | None = None,
        account: str = "",
    ) -> None:
        self._store = store
        self._backend = backend
        self._politeness = politeness
        self._use = use
        self._account = account
        self._backoff = Backoff(growth)
        self._news = asyncio.Event()
        self._news.set()
        self._used = ""
        self._useless: set[str] = set()

    def notice(self) -> None:
        """The feed said something about models, or files came or went."""
        self._news.set()

    def wake(self) -> None:
        """Try again now what waits for a way out."""
        self._backoff.wake()
        self._news.set()

    async def run(self) -> None:
        """Fetch and hand on until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._round()
            except Closed:
                return
            except SignInNeeded:
                await self._backoff.until_woken()
                self._news.set()
            except (BackendError, StoreError) as error:
                self._backoff.attempt()
                await self._backoff.pause(error.retry_after_s if isinstance(error, Throttled) else 0.0)
                self._news.set()

    async def _round(self) -> None:
        announced = await asyncio.wrap_future(self._store.read(partial(models.announced, account=self._account)))
        for task in _TASKS:
            model = announced.get(task)
            if model is not None and await self._is_missing(model):
                await self._fetch(model)
            if task == INTENT:
                await self._hand_on(model)
        await asyncio.to_thread(models.drop_outdated, self._store)

    async def _is_missing(self, model: LearnedModel) -> bool:
        if model.sha256 in self._useless or not self._backend.capabilities.has_blobs:
            return False
        return not await asyncio.wrap_future(self._store.read(partial(models.is_here, model=model)))

    async def _fetch(self, model: LearnedModel) -> None:
        if not 0 < model.size <= LARGEST:
            self._give_up(model, "too_large")
            return
        await asyncio.sleep(_CALM_S)
        await self._politeness.turn()
        try:
            data = await self._backend.download(model.sha256)
        except Throttled as error:
            self._politeness.told_to_wait(error.retry_after_s)
            raise
        except (Refused, Bug) as error:
            # One that was replaced meanwhile is nobody's to fetch any more; the feed brings the next.
            self._politeness.went_well()
            self._give_up(model, error.code)
            return
        self._politeness.went_well()
        self._backoff.succeeded()
        try:
            await asyncio.to_thread(check, data, model.sha256, model.size)
        except ArtefactError as error:
            self._give_up(model, error.code)
            return
        await asyncio.to_thread(models.keep, self._store, model, data)
        _log.info("model %d of %s is here", model.generation, model.id)

    async def _hand_on(self, model: LearnedModel | None) -> None:
        """Have messages judged by a model that is here and not in use yet."""
        if self._use is None:
            return
        sha256 = "" if model is None or model.sha256 in self._useless else model.sha256
        if sha256 == self._used:
            return
        if model is None or not sha256:
            self._used = ""
            self._use(None)
            return
        data = await asyncio.to_thread(models.read, self._store, model)
        if data is None:
            return  # not here yet; the one before goes on
        try:
            loaded = await asyncio.to_thread(_loaded, data, model)
        except ArtefactError as error:
            await asyncio.to_thread(models.drop, self._store, model)
            self._give_up(model, error.code)
            self._used = ""
            self._use(None)
            return
        self._used = sha256
        self._use(loaded)

    def _give_up(self, model: LearnedModel, code: str) -> None:
        """It will not get better by trying: wait for another."""
        _log.warning("model %d of %s is of no use: %s", model.generation, model.id, code)
        self._useless.add(model.sha256)


def intent_model(store: Store) -> IntentModel:
    """Return the intent model that the hub runs, as far as it is here, else the shipped one; for verdicts without a hub.
    Blocks. Raises as ``insight.intent.starter`` does."""

    def find(conn: Connection) -> LearnedModel | None:
        return models.announced(conn).get(INTENT)

    model = store.query(find)
    data = None if model is None else models.read(store, model)
    if model is not None and data is not None:
        try:
            return _loaded(data, model)
        except ArtefactError as error:
            _log.warning("model %d of %s cannot be read: %s", model.generation, model.id, error.code)
    from desktop.insight.intent import starter

    return starter()


def _loaded(data: BytesIO, model: LearnedModel) -> IntentModel:
    """Raises ``ArtefactError``, also for a model of a form that this program cannot read yet or no longer."""
    from desktop.insight.intent import IntentModel

    check(data, model.sha256, model.size)
    try:
        return IntentModel.read(data, Path(f"{model.id}.npz"))
    except ModelError as error:
        raise ArtefactError(error.code) from error
