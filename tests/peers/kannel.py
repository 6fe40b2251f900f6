"""Kannel with a network that is only a socket: a line written to it is a text message from a telephone, what comes out of it
is one to a telephone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from .servers import free_port, listens, need, wait_for

PASSWORD = "offen-sesam"
NUMBER = "+4930123"

_CONFIG = """
group = core
admin-port = {admin}
admin-password = {password}
smsbox-port = {smsbox}
admin-interface = 127.0.0.1
box-allow-ip = 127.0.0.1
log-file = {log}/kannel-bearerbox.log
log-level = 0
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {network}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {send}
sendsms-interface = 127.0.0.1
log-file = {log}/kannel-smsbox.log
log-level = 0
mo-recode = true

group = sendsms-user
username = hub
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
omit-empty = true
get-url = "{hook}/message?token={token}&from=%p&to=%P&text=%b&id=%I&coding=%c&charset=UTF-8"
"""


class Telephones:
    """The network's side. ``got`` is what reached it: lines of from, to, kind and text, what is not in the
    7-bit alphabet as percent-encoded UTF-16."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.settimeout(None)
        self.got = bytearray()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while chunk := self._socket.recv(65536):
            self.got += chunk

    def send(self, sender: str, text: str, to: str = NUMBER) -> None:
        """Somebody writes."""
        self._socket.sendall(f"{sender} {to} text {text}\n".encode())

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


class Kannel:
    """Kannel, to be started once it is known where the hub is."""

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log
        self.admin, self.smsbox, self.network, self.send = (free_port() for _ in range(4))
        self._processes: list[subprocess.Popen[bytes]] = []
        self.url = f"http://127.0.0.1:{self.send}/cgi-bin/sendsms"

    def start(self, hook: str, token: str) -> Telephones:
        """Start it for the hub at ``hook`` and return the network's side."""
        ports = {name: getattr(self, name) for name in ("admin", "smsbox", "network", "send")}
        config = self.folder / "kannel.conf"
        config.write_text(_CONFIG.format(**ports, log=self.log, hook=hook, token=token, password=PASSWORD))
        with (self.log / "kannel.log").open("ab") as log:
            for program, port in (("bearerbox", self.smsbox), ("smsbox", self.send)):
                path = shutil.which(program, path="/usr/sbin:/usr/bin") or program
                self._processes.append(subprocess.Popen([path, str(config)], cwd=self.folder, stdout=log, stderr=log))
                wait_for(lambda port=port: listens(port), f"{program} listens")  # type: ignore[misc]
        return Telephones(self.network)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        self._processes.clear()


@pytest.fixture
def kannel(peer_log: Path) -> Iterator[Kannel]:
    """Kannel for one test."""
    need("bearerbox", "smsbox")
    folder = Path(tempfile.mkdtemp(prefix="kannel-"))
    made = Kannel(folder, peer_log)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
