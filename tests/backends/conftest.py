"""The hub under test of ``tests/hub``, and a server that answers whatever a test wants."""

from __future__ import annotations

import asyncio
import importlib.util
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def _neighbour(name: str) -> Any:
    """Load the conftest of another folder: with ``--import-mode=importlib`` it cannot be imported by name."""
    key = f"conftest_of_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, Path(__file__).parents[1] / name / "conftest.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module
        spec.loader.exec_module(module)
    return sys.modules[key]


@contextmanager
def _running(data: Path) -> Iterator[Any]:
    neighbour = _neighbour("hub")
    running = neighbour.RunningHub(data).start()
    try:
        running.populate(neighbour.cheap_hash(neighbour.PASSWORD))
        yield running
    finally:
        running.stop()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Any]:
    """A hub of its own for one test."""
    with _running(tmp_path / "hub") as running:
        yield running


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One hub for all tests of a file that leave it as it was."""
    with _running(tmp_path_factory.mktemp("shared") / "hub") as running:
        yield running


class CannedServer:
    """Answers each request with the next of ``answers`` (whole HTTP answers; empty: hang up), the last one for good."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.requests: list[bytes] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = 0
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                self.requests.append(head + (await reader.readexactly(length) if length else b""))
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                if not answer:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, status: str, body: str = "", media_type: str = "application/json", **headers: str) -> None:
        """Add an answer; header names are written with underscores."""
        lines = [f"HTTP/1.1 {status}", f"Content-Type: {media_type}", f"Content-Length: {len(body.encode())}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers.append(("\r\n".join(lines) + "\r\n\r\n" + body).encode())

    def hang_up(self) -> None:
        self.answers.append(b"")


@pytest.fixture
async def canned() -> AsyncIterator[CannedServer]:
    server = CannedServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()


class Keyholder:
    """A token source for tests: gives tokens off a list, one further each time the last was refused."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)

    async def access(self, refresh: Callable[..., Any], stale: str = "") -> str | None:
        if stale and self.tokens and self.tokens[0] == stale:
            self.tokens.pop(0)
        return self.tokens[0] if self.tokens else None


@pytest.fixture
def keyholder() -> type[Keyholder]:
    return Keyholder
