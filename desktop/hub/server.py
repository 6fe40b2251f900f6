"""Starting and stopping the hub: database, desk, feed and HTTP, in that order and back. The only place that knows them all.

As a program it stops on SIGTERM and SIGINT, and where it was started for a window (``with_parent``) when its standard
input ends: that happens however the window ends, even by force.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import uvicorn
from msgspec.structs import replace

from desktop.domain.agent import Role
from desktop.hub.api.application import wrapped
from desktop.hub.api.audit import Audit
from desktop.hub.api.measures import Measures
from desktop.hub.api.services import Services
from desktop.hub.auth import accounts
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.gate import Gate
from desktop.hub.auth.tokens import Signer, digest, load_key
from desktop.hub.blobs import Blobs
from desktop.hub.board.live import LiveBoard
from desktop.hub.channels.hooks import Hooks
from desktop.hub.channels.supervisor import Supervisor
from desktop.hub.channels.webchat.reception import Reception
from desktop.hub.db.continuity import read_head, write_head
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.desk import Desk
from desktop.hub.desk.options import DeskOptions
from desktop.hub.desk.setup import ensure_defaults
from desktop.hub.feed import Feed
from desktop.hub.learning.service import Learning, LearningOptions
from desktop.hub.scanner import Scanner

log = logging.getLogger(__name__)

DEFAULT_HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 8421
DATABASE_FILE: Final = "hub.db"
GRACE_S: Final = 5
_HEAD: Final = "hub.head"


@dataclass(frozen=True, kw_only=True)
class ServeOptions:
    """``data`` is the folder of everything that is not in ``database`` (a URL; by default a file in that folder).
    ``port`` 0 takes a free one. ``endpoint`` is where to write the address and a channel token once ready.
    ``preset_token`` is an admin's, known to whoever started the hub and kept nowhere."""

    data: Path
    database: str = ""
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    endpoint: Path | None = None
    with_parent: bool = False
    preset_token: str = ""
    scanner: Scanner | None = None
    desk: DeskOptions = field(default_factory=DeskOptions)
    learning: LearningOptions = field(default_factory=LearningOptions)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """Where a running hub is found, and a token with which a script may hand messages in."""

    url: str
    token: str
    pid: int


def database_url(data: Path, database: str) -> str:
    """Return the URL of a hub's database, its data folder being made where it is not there."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    return database or sqlite_url(data / DATABASE_FILE)


class Server(uvicorn.Server):
    """One hub. ``serve`` runs it until ``ask_to_stop``; ``ready`` is called once it answers."""

    def __init__(self, options: ServeOptions, *, ready: Callable[[Server], None] = lambda server: None) -> None:
        self._options = options
        self._ready = ready
        self._channel_token = secrets.token_urlsafe(32)
        self._services: Services | None = None
        self._socket = _listen(options.host, options.port)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_asked_to_stop = False
        host, port = self._socket.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def services(self) -> Services:
        """The parts of the running hub. Only between ``ready`` and the end."""
        assert self._services is not None
        return self._services

    @property
    def channel_token(self) -> str:
        """A token of role channel that is good as long as this hub runs."""
        return self._channel_token

    async def run_hub(self) -> None:
        """Open everything, answer until asked to stop, close everything."""
        options = self._options
        self._loop = asyncio.get_running_loop()
        try:
            url, was_at = database_url(options.data, options.database), read_head(options.data / _HEAD)
            database = await Database.open(url, was_at=was_at)
        except BaseException:
            self._socket.close()
            raise
        try:
            async with database.write() as ledger:
                await ensure_defaults(ledger, options.data / "policies")
                await accounts.forget_sessions(ledger)
            services = self._services = await self._open(database, url)
            await services.learning.start()
            services.desk.start()
            services.feed.start()
            await services.board.start()
            services.audit.start()
            services.blobs.start()
            await services.channels.start()
            services.visitors.start()
            super().__init__(self._config(services))
            self.should_exit = self._is_asked_to_stop
            try:
                await self.serve(sockets=[self._socket])
            finally:
                await services.visitors.stop()
                await services.channels.stop()
                await services.learning.stop()
                await services.board.stop()
                await services.feed.stop()
                await services.desk.stop()
                await services.audit.stop()
                await services.blobs.stop()
                self._withdraw()
        finally:
            self._socket.close()
            await database.close()

    async def _open(self, database: Database, url: str) -> Services:
        options = self._options
        presets = {digest(self._channel_token): Caller(id="endpoint", role=Role.CHANNEL)}
        if options.preset_token:
            presets[digest(options.preset_token)] = Caller(id="embedded", role=Role.ADMIN)
        desk = await Desk.open(database, replace(options.desk, library=options.desk.library or options.data))
        feed = await Feed.open(database, lambda head: write_head(options.data / _HEAD, head))
        blobs = Blobs(database, options.data / "blobs", options.scanner)
        learning = Learning(
            database,
            blobs,
            desk.guidance,
            url=url,
            data=options.data,
            head=lambda: feed.head,
            options=options.learning,
            clock=options.desk.clock,
        )
        channels = Supervisor(database, desk, blobs, options.data, options.desk.clock)
        channels.signals.listen(feed.pass_on)
        visitors = Reception(
            database, desk, blobs, channels, options.data, options.desk.clock, options.desk.mail_domain
        )
        return Services(
            database=database,
            desk=desk,
            gate=Gate(database, Signer(load_key(options.data / "hub.key")), presets),
            feed=feed,
            blobs=blobs,
            audit=Audit(database),
            measures=Measures(),
            learning=learning,
            board=LiveBoard(database, options.desk.clock, feed.viewer),
            channels=channels,
            hooks=Hooks(channels, desk, blobs, options.data),
            visitors=visitors,
        )

    def _config(self, services: Services) -> uvicorn.Config:
        app: Any = wrapped(services)
        return uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            proxy_headers=False,  # an address that a client may choose would get round the brake on guessing
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=GRACE_S,
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._publish()
        log.info("hub ready at %s", self.url)
        self._ready(self)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.services.board.hang_up()
        await self.services.feed.stop()  # open streams would hold it up
        await self.services.visitors.stop()
        await super().shutdown(sockets)

    def ask_to_stop(self) -> None:
        """Stop soon; may be called from any thread."""
        self._is_asked_to_stop = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has stopped already
                self._loop.call_soon_threadsafe(setattr, self, "should_exit", True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in good order on a signal, as an ordinary end and not as one by that signal."""
        watched = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
        before = {sign: signal.signal(sign, lambda *_: self.ask_to_stop()) for sign in watched}
        if self._options.with_parent:
            threading.Thread(target=self._watch_parent, name="parent watch", daemon=True).start()
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def _watch_parent(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        self.ask_to_stop()

    def _publish(self) -> None:
        path = self._options.endpoint
        if path is None:
            return
        endpoint = Endpoint(url=self.url, token=self._channel_token, pid=os.getpid())
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.encode(endpoint))
        draft.replace(path)

    def _withdraw(self) -> None:
        path = self._options.endpoint
        if path is None:
            return
        with contextlib.suppress(OSError, msgspec.DecodeError):
            if msgspec.json.decode(path.read_bytes(), type=Endpoint).pid == os.getpid():
                path.unlink()


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises ``OSError`` where the address cannot be had."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two hubs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _notice_dead_readers(listening)
        listening.bind(address)
        listening.listen(512)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


def _notice_dead_readers(listening: socket.socket) -> None:
    """An event stream to a machine that lost power or network ends within seconds, as far as the system can be asked for
    that; what is accepted takes after what listens."""
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    wanted = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 3, "TCP_USER_TIMEOUT": 20_000}
    for name, value in wanted.items():
        option = getattr(socket, name, None)
        if option is not None:
            with contextlib.suppress(OSError):
                listening.setsockopt(socket.IPPROTO_TCP, option, value)


async def serve(options: ServeOptions, *, ready: Callable[[Server], None] = lambda server: None) -> None:
    """Run a hub until a signal, the end of its parent, or ``Server.ask_to_stop``. Raises ``OSError`` where the address or
    the folder cannot be had, ``sqlalchemy.exc.SQLAlchemyError`` where the database cannot."""
    await Server(options, ready=ready).run_hub()
