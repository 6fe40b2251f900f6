"""A real hub for tests: on a loopback socket, in a thread with an event loop of its own, with people and machines to call it.

``anna`` and ``bert`` are agents of team north, ``sven`` is one of team south, ``lena`` leads north, ``otto`` is an admin;
``channel`` and ``crm`` are machines. Queue ``open`` is everybody's, ``north`` and ``south`` are their team's.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import msgspec
import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine

from desktop.domain.agent import Agent, Presence, PresenceState, Queue, Role
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId, MessageId, QueueId, RecordId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.record import BusinessRecord
from desktop.hub.auth import accounts
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.migrations import upgrade
from desktop.wire.records import Record

if TYPE_CHECKING:
    from desktop.hub.server import Server

T = TypeVar("T")

PASSWORD = "correct horse"
PEOPLE = {
    "anna": (Role.AGENT, "north"),
    "bert": (Role.AGENT, "north"),
    "sven": (Role.AGENT, "south"),
    "lena": (Role.LEAD, "north"),
    "otto": (Role.ADMIN, ""),
}
MACHINES = {"channel": Role.CHANNEL, "crm": Role.CRM}


@functools.cache
def new_tables() -> bytes:
    """The file of a database with all its tables and nothing in them, as every new hub makes it in a tenth of a second."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "hub.db"
        engine = create_engine(f"sqlite:///{file}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        return file.read_bytes()


class RunningHub:
    """A hub that runs until ``stop``. ``agents`` are its people by user name."""

    def __init__(self, data: Path, **options: Any) -> None:
        self.data = data
        self.options = options
        self.agents: dict[str, Agent] = {}
        self._tokens: dict[str, str] = {}
        self._loop = asyncio.new_event_loop()
        self._is_up = threading.Event()
        self._failure: BaseException | None = None
        self.server: Server | None = None
        self._thread = threading.Thread(target=self._work, name="hub under test", daemon=True)

    def start(self) -> RunningHub:
        if not self.data.exists() and not self.options.get("database"):
            self.data.mkdir(mode=0o700)
            (self.data / "hub.db").write_bytes(new_tables())
        self._thread.start()
        assert self._is_up.wait(20), "the hub did not start"
        if self._failure is not None:
            raise self._failure
        return self

    def stop(self) -> None:
        """Stop it; once is enough."""
        assert self.server is not None
        self.server.ask_to_stop()
        self._thread.join(15)
        assert not self._thread.is_alive(), "the hub did not stop"
        if self._failure is not None:
            raise self._failure

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine function on the hub's own event loop."""

        async def run() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(20)

    def write(self, work: Callable[[Ledger], Awaitable[T]]) -> T:
        """Run one transaction inside the hub, as its own code would."""

        async def run() -> T:
            assert self.server is not None
            async with self.server.services.database.write() as ledger:
                return await work(ledger)

        return self.call(run)

    def read(self, work: Callable[[Ledger], Awaitable[T]]) -> T:
        async def run() -> T:
            assert self.server is not None
            async with self.server.services.database.read() as ledger:
                return await work(ledger)

        return self.call(run)

    def put(self, *found: Record) -> None:
        """Put records in one transaction."""

        async def work(ledger: Ledger) -> None:
            for record in found:
                await ledger.put(record)

        self.write(work)

    @property
    def seq(self) -> int:
        """The newest number of the change feed."""
        return self.read(lambda ledger: ledger.latest())

    def token(self, who: str) -> str:
        """Return a token of a person (signed in with their password) or machine."""
        if who not in self._tokens:
            if who in MACHINES:
                self._tokens[who] = self.write(lambda ledger: accounts.add_token(ledger, who, MACHINES[who]))
            else:
                answer = httpx.post(f"{self.url}/v1/sign-in", json={"user": who, "password": PASSWORD}, verify=False)
                self._tokens[who] = answer.raise_for_status().json()["access_token"]
        return self._tokens[who]

    def client(self, who: str | None = None) -> httpx.Client:
        """Return an HTTP client that calls as ``who``; close it, or use it in a ``with``."""
        headers = {"Authorization": f"Bearer {self.token(who)}"} if who else {}
        # There is no TLS here, and to make ready for it takes longer than most calls.
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=False)

    def command(self, who: str, type_: str, key: str | None = None, **fields: Any) -> httpx.Response:
        """Send one command as ``who``."""
        with self.client(who) as client:
            headers = {"Idempotency-Key": key or new_id()}
            return client.post("/v1/commands", json={"type": type_, **fields}, headers=headers)

    def populate(self, password_hash: str) -> None:
        async def people(ledger: Ledger) -> None:
            for name, teams in (("open", ()), ("north", ("north",)), ("south", ("south",))):
                await ledger.put(Queue(id=QueueId(name), names={"en": name}, teams=teams))
            for user, (role, team) in PEOPLE.items():
                self.agents[user] = await accounts.add(
                    ledger, user=user, password_hash=password_hash, role=role, team=team, name=user.title()
                )

        self.write(people)

    def set_presence(self, who: str, state: PresenceState) -> None:
        async def put(ledger: Ledger) -> None:
            agent = await ledger.agent(self.agents[who].id)
            await ledger.put(msgspec.structs.replace(agent, presence=Presence(state=state)))

        self.write(put)

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            from desktop.hub.server import ServeOptions, Server

            options = ServeOptions(data=self.data, **{"port": 0, **self.options})
            self.server = Server(options, ready=lambda server: self._is_up.set())
            self._loop.run_until_complete(self.server.run_hub())
        except BaseException as error:
            self._failure = error
        finally:
            self._is_up.set()
            self._loop.close()


def contact_of(id_: str, queue: str, customer: str) -> list[Record]:
    """Return a customer, their interaction in a queue, what they said in it, and an order of theirs."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    return [
        Customer(id=CustomerId(customer), name=customer.title()),
        Interaction(
            id=InteractionId(id_),
            channel=Channel.CHAT,
            state=InteractionState.WAITING,
            created_at=at,
            updated_at=at,
            queue=QueueId(queue),
            customer_id=CustomerId(customer),
        ),
        Message(
            id=MessageId(f"m-{id_}"),
            interaction_id=InteractionId(id_),
            author=Author.CUSTOMER,
            sent_at=at,
            text="Hallo",
        ),
        BusinessRecord(id=RecordId(f"r-{id_}"), customer_id=CustomerId(customer), kind="order"),
    ]


@pytest.fixture(scope="session")
def contact() -> Callable[[str, str, str], list[Record]]:
    return contact_of


def cheap_hash(password: str) -> str:
    """Hash a password as the hub does, but at the least cost: a hash says itself what comparing with it costs."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


@pytest.fixture(scope="session")
def password_hash() -> str:
    return cheap_hash(PASSWORD)


@contextmanager
def _running(data: Path, password_hash: str, **options: Any) -> Iterator[RunningHub]:
    running = RunningHub(data, **options).start()
    try:
        running.populate(password_hash)
        yield running
    finally:
        running.stop()


@pytest.fixture
def hub(tmp_path: Path, password_hash: str) -> Iterator[RunningHub]:
    """A hub of its own for one test."""
    with _running(tmp_path / "hub", password_hash) as running:
        yield running


@pytest.fixture
def run_hub(tmp_path: Path, password_hash: str) -> Iterator[Callable[..., RunningHub]]:
    """Run hubs with options of their own, each in a folder of its own."""
    with ExitStack() as hubs:
        count = itertools.count()
        yield lambda **options: hubs.enter_context(_running(tmp_path / f"hub{next(count)}", password_hash, **options))


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory, password_hash: str) -> Iterator[RunningHub]:
    """One hub for all tests of a file that do not mind what the others left in it."""
    with _running(tmp_path_factory.mktemp("shared") / "hub", password_hash) as running:
        yield running
