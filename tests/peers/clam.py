"""ClamAV's daemon with one signature of our own, which no real file has: ``MARK`` is the virus."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from .servers import free_port, listens, need, wait_for

MARK = b"made-up-marker-of-the-house-7f3a"
LARGEST = 1024 * 1024
"""``StreamMaxLength``: what the daemon takes."""

_CONFIG = """
Foreground yes
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
LocalSocket {folder}/clamd.ctl
TCPSocket {port}
TCPAddr 127.0.0.1
LogFile {log}
StreamMaxLength {largest}
MaxThreads 2
SelfCheck 0
"""


class Clam:
    """A running clamd; ``address`` is as ``--clamd`` wants it, ``tcp`` the same by network."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "signatures").mkdir()
        (folder / "signatures" / "house.ndb").write_text(f"House.Marker:0:*:{MARK.hex()}\n")
        config = _CONFIG.format(folder=folder, port=self._port, log=log, largest=LARGEST)
        (folder / "clamd.conf").write_text(config)

    @property
    def address(self) -> str:
        return f"unix:{self._folder / 'clamd.ctl'}"

    @property
    def tcp(self) -> str:
        return f"tcp:127.0.0.1:{self._port}"

    def start(self) -> None:
        if self._process is None:
            config = self._folder / "clamd.conf"
            self._process = subprocess.Popen(
                ["/usr/sbin/clamd", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            wait_for(lambda: listens(self._port), "clamd listens")

    def stop(self) -> None:
        if self._process is not None:
            self.go_on()
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def start_and_kill(self) -> None:
        """It fell over: its socket stayed behind."""
        self.start()
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)
        self._process = None

    def start_and_freeze(self) -> None:
        """It is there and takes connections, and says nothing."""
        self.start()
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End the silence."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


@pytest.fixture(scope="session")
def clam(peer_log: Path) -> Iterator[Clam]:
    need("clamd")
    folder = Path(tempfile.mkdtemp(prefix="clam-peer-"))
    found = Clam(folder, peer_log / "clamd.log")
    try:
        found.start()
        yield found
    finally:
        found.stop()
        rmtree(folder, ignore_errors=True)
