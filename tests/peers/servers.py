"""What starting any server takes: is it there, a free port, waiting for it, keeping its log."""

from __future__ import annotations

import os
import random
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# Of its own: two processes with one seed would draw the same ports.
_DRAW = random.SystemRandom()


def need(*programs: str) -> None:
    """Skip the test, loudly, where a program is not installed; fail where the peers are required."""
    missing = [
        name for name in programs if shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None
    ]
    if missing:
        told = f"not installed: {', '.join(missing)} (bash packaging/peers.sh installs the peers)"
        (pytest.fail if os.environ.get("DIRIGENT_PEERS") == "required" else pytest.skip)(told)


def free_port() -> int:
    """A port for a server that is about to start, below those the system gives to whoever calls somewhere: one of these might
    be taken by then."""
    while True:
        port = _DRAW.randrange(12_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def wait_for(is_there: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait until ``is_there``; fails with ``what`` otherwise."""
    until = time.monotonic() + seconds
    while not is_there():
        assert time.monotonic() < until, f"{what} within {seconds} s"
        time.sleep(0.05)


def listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def peer_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where servers keep their logs; ``DIRIGENT_PEER_LOGS`` names one that stays."""
    kept = os.environ.get("DIRIGENT_PEER_LOGS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("peer-logs")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
