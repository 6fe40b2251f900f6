"""A seeded demo centre: built once, copied for every test that changes it; and a real hub that serves such a copy."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.demo.config import TrafficConfig
from desktop.demo.seed import SeedReport, seed
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.server import ServeOptions, Server


@dataclass(frozen=True)
class Seeded:
    file: Path
    report: SeedReport


async def seed_into(file: Path, *, number: int, lang: str, now: datetime) -> SeedReport:
    database = await Database.open(sqlite_url(file))
    try:
        return await seed(database, seed=number, lang=lang, now=now)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    file = tmp_path_factory.mktemp("centre") / "hub.db"
    report = asyncio.run(seed_into(file, number=7, lang="de", now=datetime.now(UTC).replace(microsecond=0)))
    return Seeded(file, report)


class DemoHub:
    """A hub over a copy of the seeded centre. It can be stopped and started again at the same address."""

    def __init__(self, data: Path, report: SeedReport) -> None:
        self.data = data
        self.report = report
        self._port = 0
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> DemoHub:
        is_up = threading.Event()
        options = ServeOptions(data=self.data, port=self._port, endpoint=self.data / "endpoint.json")
        server = self._server = Server(options, ready=lambda _: is_up.set())
        self._thread = threading.Thread(target=lambda: asyncio.run(server.run_hub()), name="demo hub")
        self._thread.start()
        assert is_up.wait(20), "the hub did not start"
        self._port = int(server.url.rsplit(":", 1)[1])
        return self

    def stop(self) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.ask_to_stop()
        self._thread.join(15)
        assert not self._thread.is_alive(), "the hub did not stop"

    @property
    def url(self) -> str:
        assert self._server is not None
        return self._server.url

    def config(self, *, speed: float = 60.0, is_new: bool = True) -> TrafficConfig:
        assert self._server is not None
        report = self.report
        return TrafficConfig(
            url=self.url,
            token=self._server.channel_token,
            users=report.users,
            window=report.agent,
            seed=report.seed,
            lang=report.lang,
            seeded_at=report.seeded_at,
            speed=speed,
            is_new=is_new,
            endpoint=str(self.data / "endpoint.json"),
        )


@pytest.fixture
def demo_hub(seeded: Seeded, tmp_path: Path) -> Iterator[DemoHub]:
    shutil.copy(seeded.file, tmp_path / "hub.db")
    hub = DemoHub(tmp_path, seeded.report).start()
    yield hub
    hub.stop()
