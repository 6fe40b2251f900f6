"""The hub, and the demo's traffic, as child processes of the window.

The hub listens on a free port of the loopback address with a private token made for this start; the token and other secrets
go to the child by its environment or standard input, never by its arguments. The child ends when its standard input does,
so that it never outlives the window, however the window ends. A hub that dies by itself is started again on its old port.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

log = logging.getLogger(__name__)

_START_S = 30.0


class Endpoint(Struct, frozen=True, kw_only=True):
    """What ``endpoint.json`` says: how a script of this user reaches the embedded hub."""

    url: str
    token: str
    pid: int = 0


class EmbeddedHub:
    """One hub beside this window. ``module`` is run as ``python -m``; the hub itself, or the demo centre around it."""

    def __init__(self, folder: Path, command: list[str], config: dict[str, Any] | None = None) -> None:
        self._folder = folder
        self._command = command
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self._is_wanted = False
        self._port = 0
        self.token = secrets.token_urlsafe(32)
        self.url = ""

    async def start(self) -> Endpoint:
        """Start the hub and return its endpoint once it answers. Raises ``HubFailed`` where it does not."""
        self._is_wanted = True
        endpoint = await self._launch()
        self.url = endpoint.url
        self._port = int(endpoint.url.rsplit(":", 1)[1])
        return endpoint

    async def _launch(self) -> Endpoint:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._folder / "endpoint.json"
        file.unlink(missing_ok=True)
        self._process = spawn(
            [*self._command, "--data", str(self._folder), "--port", str(self._port), "--endpoint-file", str(file)],
            self._config,
            {"DIRIGENT_HUB_TOKEN": self.token},
            self._folder / "hub.log",
        )
        deadline = time.monotonic() + _START_S
        while True:
            endpoint = read_endpoint(file)
            if endpoint is not None:
                return endpoint
            code = self._process.poll()
            if code is not None:
                raise HubFailed(f"the embedded hub ended with code {code}; see {self._folder / 'hub.log'}")
            if time.monotonic() > deadline:
                self._process.kill()
                raise HubFailed(f"the embedded hub did not start within {_START_S:.0f} s")
            await asyncio.sleep(0.02)

    async def watch(self, on_restart: Callable[[], None]) -> None:
        """Start the hub again whenever it dies, at growing intervals, until ``stop``."""
        pause = 0.2
        while self._is_wanted and self._process is not None:
            process = self._process
            began = time.monotonic()
            await asyncio.get_running_loop().run_in_executor(None, process.wait)
            if self._is_ending():
                return
            if process.stdin is not None:
                process.stdin.close()
            log.warning("the embedded hub ended with code %s; starting it again", process.returncode)
            pause = 0.2 if time.monotonic() - began > 30 else min(pause * 2, 10)
            await asyncio.sleep(pause)
            try:
                await self._launch()
                on_restart()
            except HubFailed as error:
                log.error("%s", error)

    def _is_ending(self) -> bool:
        return not self._is_wanted

    def stop(self) -> None:
        """Ask the hub to end, and wait up to five seconds."""
        self._is_wanted = False
        if self._process is not None:
            end(self._process)


class HubFailed(Exception):
    """The embedded hub could not be started; the text says where to look."""


def read_endpoint(file: Path) -> Endpoint | None:
    """Return what an endpoint file says, or ``None`` while it is not there."""
    import msgspec

    try:
        return msgspec.json.decode(file.read_bytes(), type=Endpoint)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def spawn(
    command: list[str],
    config: dict[str, Any] | None,
    secrets_: dict[str, str],
    log_file: Path | None,
    *,
    pipe: bool = False,
) -> subprocess.Popen[bytes]:
    """Run ``python -m command…`` with ``config`` as the first line of its standard input, which stays open. Its output goes
    to ``log_file``; with ``pipe`` its standard output is the caller's to read."""
    environment = {**os.environ, **secrets_}
    output: Any = subprocess.DEVNULL
    if log_file is not None:
        descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        output = os.fdopen(descriptor, "wb")
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows only
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
        [sys.executable, "-m", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if pipe else output,
        stderr=output,
        env=environment,
        creationflags=flags,
    )
    if log_file is not None:
        output.close()
    if config is not None and process.stdin is not None:
        process.stdin.write(json.dumps(config).encode() + b"\n")
        process.stdin.flush()
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child: close its standard input, then insist."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
