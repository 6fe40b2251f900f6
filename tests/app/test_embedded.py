"""The hub as a child process of the window: it answers, keeps its secrets, never outlives the window, and comes back."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from desktop.app.embedded import EmbeddedHub, HubFailed, end, read_endpoint, spawn

HUB = ["desktop", "hub", "serve", "--with-parent"]
_PATIENCE_S = 20.0


def answer(url: str, path: str, token: str = "") -> int:
    """Ask the hub for something and return the status of its answer."""
    parts = urlsplit(url)
    with contextlib.closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        return connection.getresponse().status


class Line:
    """A connection to the hub that ends when the hub does."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=_PATIENCE_S)

    def wait_until_dead(self) -> None:
        with contextlib.closing(self._socket), contextlib.suppress(ConnectionError):
            assert self._socket.recv(1) == b""


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[EmbeddedHub]:
    hub = EmbeddedHub(tmp_path / "hub", HUB)
    yield hub
    await asyncio.to_thread(hub.stop)


async def test_it_answers_the_window_and_the_users_scripts_each_by_a_token_of_their_own(
    hub: EmbeddedHub, tmp_path: Path
) -> None:
    endpoint = await hub.start()
    assert urlsplit(endpoint.url).hostname == "127.0.0.1"
    assert await asyncio.to_thread(answer, endpoint.url, "/healthz") == 200
    assert await asyncio.to_thread(answer, endpoint.url, "/v1/changes?after=0") == 401
    assert await asyncio.to_thread(answer, endpoint.url, "/v1/changes?after=0", hub.token) == 200
    assert endpoint.token != hub.token
    file = tmp_path / "hub" / "endpoint.json"
    assert json.loads(file.read_bytes())["url"] == endpoint.url
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    await asyncio.to_thread(hub.stop)
    assert not file.exists()


async def test_its_token_is_nowhere_that_others_can_look(hub: EmbeddedHub, tmp_path: Path) -> None:
    endpoint = await hub.start()
    if sys.platform == "linux":
        arguments = Path(f"/proc/{endpoint.pid}/cmdline").read_bytes().decode()
        assert "serve" in arguments
    else:
        assert hub._process is not None
        arguments = str(hub._process.args)
    assert hub.token not in arguments
    assert endpoint.token not in arguments
    for file in (tmp_path / "hub").rglob("*"):
        if file.is_file():
            assert hub.token.encode() not in file.read_bytes(), file.name


@pytest.mark.skipif(os.name != "posix", reason="kills a process by a signal")
async def test_it_ends_when_the_window_is_killed(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom desktop.app.embedded import EmbeddedHub\n"
        f"hub = EmbeddedHub(Path({str(tmp_path / 'hub')!r}), {HUB!r})\n"
        "print(asyncio.run(hub.start()).url, flush=True)\nsys.stdin.read()\n"
    )
    window = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert window.stdout is not None
        url = (await asyncio.to_thread(window.stdout.readline)).decode().strip()
        line = Line(url)
        window.send_signal(signal.SIGKILL)
        await asyncio.to_thread(line.wait_until_dead)
        with pytest.raises(OSError):
            await asyncio.to_thread(answer, url, "/healthz")
    finally:
        window.kill()
        window.communicate()


async def test_one_that_dies_comes_back_at_the_same_address_and_the_window_is_told(hub: EmbeddedHub) -> None:
    endpoint = await hub.start()
    came_back = asyncio.Event()
    watching = asyncio.create_task(hub.watch(came_back.set))
    assert hub._process is not None
    hub._process.kill()
    async with asyncio.timeout(_PATIENCE_S):
        await came_back.wait()
    assert await asyncio.to_thread(answer, endpoint.url, "/v1/changes?after=0", hub.token) == 200
    await asyncio.to_thread(hub.stop)
    async with asyncio.timeout(_PATIENCE_S):
        await watching
    with pytest.raises(OSError):
        await asyncio.to_thread(answer, endpoint.url, "/healthz")


async def test_one_that_cannot_start_says_where_to_look(tmp_path: Path) -> None:
    hub = EmbeddedHub(tmp_path / "hub", ["desktop.hub.no_such_module"])
    with pytest.raises(HubFailed, match=r"ended with code 1; see .*hub\.log"):
        await hub.start()
    assert "no_such_module" in (tmp_path / "hub" / "hub.log").read_text()
    await asyncio.to_thread(hub.stop)


def test_what_a_child_is_told_goes_by_its_standard_input_and_never_by_its_arguments(tmp_path: Path) -> None:
    log = tmp_path / "child.log"
    (tmp_path / "echoing.py").write_text(
        "import os, sys\n"
        "print('line', sys.stdin.readline().strip())\n"
        "print('secret', os.environ['SECRET'])\n"
        "print('rest', repr(sys.stdin.read()))\n"
        "print('arguments', sys.argv[1:])\n"
    )
    folder = str(tmp_path)
    path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH", "")]))
    child = spawn(["echoing", "--flag"], {"password": "pw-1"}, {"SECRET": "s-1", "PYTHONPATH": path}, log)
    arguments = str(child.args)
    assert "--flag" in arguments
    assert "pw-1" not in arguments
    assert "s-1" not in arguments
    end(child)
    assert child.returncode == 0
    assert log.read_text().splitlines() == [
        'line {"password": "pw-1"}',
        "secret s-1",
        "rest ''",
        "arguments ['--flag']",
    ]
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", [None, "", "{", '{"url": 1, "token": "t"}', '["x"]'])
def test_an_endpoint_that_is_not_there_or_half_written_is_none(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "endpoint.json"
    if text is not None:
        file.write_text(text)
    assert read_endpoint(file) is None
