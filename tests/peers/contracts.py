"""Prism as the keeper of a published contract: whatever goes through it, both ways, is held to an OpenAPI document.

A *gate* stands before it: what the contract knows goes through Prism to the server, what it leaves out goes there directly.
``violations`` lists what Prism found wrong, by call.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from .servers import free_port, listens

_PRISM = Path(os.environ.get("DIRIGENT_PEERS_HOME", "/opt/dirigent-peers")) / "contracts/node_modules/.bin/prism"
_SHARED = Path(__file__).resolve().parents[3] / "shared" / "contracts"


def contract(name: str) -> Path:
    """The contract beside the project; the test is skipped where it is not there."""
    found = _SHARED / name
    if not found.is_file():
        pytest.skip(f"no shared/contracts/{name} beside the project")
    return found


class Gate:
    """What came through, and what was wrong with it."""

    def __init__(self, document: dict[str, Any], server: int, keeper: int) -> None:
        self.violations: list[tuple[str, str, str]] = []
        self.checked: set[tuple[str, str]] = set()
        self._server = server
        self._keeper = keeper
        self._known = [
            (re.compile("^" + re.sub(r"\{[^}]+\}", "[^/]+", path).rstrip("/") + "/?$"), path, set(operations))
            for path, operations in document["paths"].items()
        ]

    def known(self, method: str, target: str) -> str:
        """The path of the contract that a call is of, empty where it is of none."""
        path = target.partition("?")[0]
        fits = [known for pattern, known, methods in self._known if method.lower() in methods and pattern.match(path)]
        return min(fits, key=lambda known: known.count("{"), default="")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head, body = await _whole(reader)
                method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ", 2)
                path = self.known(method, target)
                there = await asyncio.open_connection("127.0.0.1", self._keeper if path else self._server)
                there[1].write(_closing(head) + body)
                answer = await there[0].read()
                there[1].close()
                await there[1].wait_closed()
                if path:
                    self.checked.add((method, path))
                    self._note(method, path, answer)
                writer.write(_closing(answer))
                await writer.drain()
                break
        writer.close()

    def _note(self, method: str, path: str, answer: bytes) -> None:
        head, _, body = answer.partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^sl-violations: (.*)$", head)
        told = json.loads(found.group(1)) if found else []
        if b"stoplight.io/prism/errors" in body:
            told = [*told, {"location": ["answer"], "message": body[body.find(b"{") :].decode(errors="replace")}]
        for one in told:
            self.violations.append((f"{method} {path}", ".".join(map(str, one.get("location", []))), one["message"]))


@asynccontextmanager
async def kept(document: Path, server_url: str, log: Path) -> AsyncIterator[tuple[str, Gate]]:
    """Give the address of a gate before ``server_url``, and the gate."""
    if not _PRISM.is_file():
        told = "not installed: prism (bash packaging/peers.sh contracts)"
        (pytest.fail if os.environ.get("DIRIGENT_PEERS") == "required" else pytest.skip)(told)
    port, server_port = free_port(), int(server_url.rsplit(":", 1)[1])
    with (log / "prism.log").open("wb") as out:
        prism = subprocess.Popen(
            [_PRISM, "proxy", document, server_url, "--errors", "-h", "127.0.0.1", "-p", str(port)],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + 60
        while not listens(port):
            assert prism.poll() is None, "prism ended"
            assert time.monotonic() < until, "prism does not listen"
            await asyncio.sleep(0.1)
        gate = Gate(json.loads(document.read_bytes()), server_port, port)
        listening = await asyncio.start_server(gate.serve, "127.0.0.1", 0, limit=2**20)
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", gate
        listening.close()
    finally:
        prism.terminate()
        prism.wait(timeout=10)


async def _whole(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?im)^content-length: *(\d+)", head)
    return head, await reader.readexactly(int(length.group(1))) if length else b""


def _closing(message: bytes) -> bytes:
    """One exchange a connection keeps the gate simple."""
    head, blank, body = message.partition(b"\r\n\r\n")
    fields = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return b"\r\n".join([*fields, b"Connection: close"]) + blank + body
