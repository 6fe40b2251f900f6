"""A centre whose agents work, and the learning beside it. Contacts are put in as they stand in the hub's database after they
were worked; texts are made from parts, so that no two are the same."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId, MessageId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.hub.auth.caller import Caller
from desktop.hub.blobs import Blobs
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.desk import Desk, DeskOptions
from desktop.hub.desk.setup import ensure_defaults
from desktop.hub.learning.process import TrainingFailed
from desktop.hub.learning.service import Learning, LearningOptions
from desktop.hub.training import intent_lesson, job, network
from desktop.hub.training.examples import Examples, starter_examples
from desktop.hub.training.intent import train
from desktop.hub.training.outcome import Report, read_report
from desktop.wire.shapes import Inbound, InboundAnswer, Sender

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# A request type no shipped phrase knows: a toll sticker for trucks.
_OPENINGS = ("Hallo,", "Guten Tag,", "Moin,", "", "Bitte:", "Servus,")
_WISHES = (
    "ich brauche eine Mautplakette für meinen Lastwagen",
    "wie bestelle ich die Mautplakette",
    "unsere Mautplakette ist abgelaufen, wir brauchen eine neue",
    "bitte schicken Sie eine Mautplakette für unseren Anhänger",
    "wo bekomme ich eine Mautplakette für den Lastwagen",
    "die Mautplakette vom Anhänger muss erneuert werden",
)
_ENDINGS = ("Danke!", "Es eilt.", "Bitte bald.", "Vielen Dank im Voraus.", "")


def toll(number: int) -> str:
    """One of many ways to ask for a toll sticker."""
    chance = random.Random(number)
    return " ".join((chance.choice(_OPENINGS), chance.choice(_WISHES), chance.choice(_ENDINGS))).strip()


class House:
    """A hub's database, desk and learning, without HTTP. ``at`` is what time it is."""

    def __init__(self, data: Path, database: Database) -> None:
        self.data = data
        self.database = database
        self.at = START
        self.url = sqlite_url(data / "hub.db")
        self.blobs = Blobs(database, data / "blobs")
        self.desk: Desk
        self.learning: Learning
        self._count = 0

    async def open(self, **options: Any) -> None:
        self.desk = await Desk.open(self.database, DeskOptions(clock=lambda: self.at))
        self.learning = Learning(
            self.database,
            self.blobs,
            self.desk.guidance,
            url=self.url,
            data=self.data,
            options=LearningOptions(hour=None, **options),
            clock=lambda: self.at,
        )
        await self.learning.start()

    async def get(self, table: Table, id_: str) -> Any:
        async with self.database.read() as ledger:
            return await ledger.get(table, id_)

    async def worked(
        self,
        intent: str | None,
        *texts: str,
        ranked: Sequence[tuple[str, float]] = (("praise", 0.4),),
        customers: Sequence[str] = (),
        **fields: Any,
    ) -> list[str]:
        """Contacts that were worked, an hour apart: what the customer wrote, and what an agent said it was about."""
        ids = []
        async with self.database.write() as ledger:
            for number, text in enumerate(texts):
                self.at += timedelta(hours=1)
                who = CustomerId(customers[number] if customers else new_id())
                if await ledger.get(Table.CUSTOMER, who) is None:
                    await ledger.put(Customer(id=who, name="Jana Weber"))
                id_ = InteractionId(new_id())
                given = {
                    "state": InteractionState.CLOSED,
                    "intent": intent,
                    "intent_confirmed": intent is not None,
                    "intent_ranked": tuple(ranked),
                    **fields,
                }
                await ledger.put(
                    Interaction(
                        id=id_,
                        channel=Channel.CHAT,
                        created_at=self.at,
                        updated_at=self.at,
                        customer_id=who,
                        **given,
                    )
                )
                await ledger.put(
                    Message(
                        id=MessageId(new_id()),
                        interaction_id=id_,
                        customer_id=who,
                        author=Author.CUSTOMER,
                        sent_at=self.at,
                        text=text,
                    )
                )
                ids.append(id_)
        return ids

    async def says(self, text: str) -> InboundAnswer:
        """A customer nobody knows writes in a chat of its own."""
        self._count += 1
        message = Inbound(external_id=f"x{self._count}", sender=Sender(address=f"web:{self._count}"), text=text)
        return await self.desk.receive(Channel.CHAT, message, Caller(id="gateway", role=Role.CHANNEL))


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a new centre, made once and copied for each test."""
    path = tmp_path_factory.mktemp("house") / "hub.db"

    async def make() -> None:
        database = await Database.open(sqlite_url(path))
        async with database.write() as ledger:
            await ensure_defaults(ledger)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
async def house(tmp_path: Path, empty_house: Path) -> AsyncIterator[House]:
    """A new centre with the learning beside it; nothing happens by itself."""
    data = tmp_path / "hub"
    data.mkdir()
    shutil.copy(empty_house, data / "hub.db")
    database = await Database.open(sqlite_url(data / "hub.db"))
    house = House(data, database)
    await house.open()
    try:
        yield house
    finally:
        await house.learning.stop()
        await database.close()


KEPT = ("praise", "opening_hours", "password_reset", "")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learn in this process and with a few of the shipped phrases: the same job, in a second."""
    few = Examples(tuple(one for one in starter_examples().rows if one.intent in KEPT))
    monkeypatch.setattr(intent_lesson, "starter_examples", lambda: few)
    monkeypatch.setattr(intent_lesson, "train", partial(train, units=16, nets=1))
    monkeypatch.setattr(network, "_TEXTS_SEEN", 3000)

    async def run_here(url: str, data: Path, folder: Path, tasks: Sequence[str], **options: Any) -> Report:
        monkeypatch.setenv(job.DATABASE_VARIABLE, url)
        monkeypatch.setattr(job, "step_back", lambda: None)
        words = [word for task in tasks for word in ("--task", task)]
        # With an event loop of its own, as in a process of its own.
        code = await asyncio.to_thread(job.main, ["--data", str(data), "--out", str(folder), *words])
        if code != 0:
            raise TrainingFailed("failed")
        return read_report(folder)

    monkeypatch.setattr("desktop.hub.learning.service.run_job", run_here)


@pytest.fixture(scope="session")
def toll_request() -> Any:
    return toll
