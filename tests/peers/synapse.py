"""A Matrix homeserver, ``kunde.example``, and people on it. Everybody's password is ``PASSWORD``."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from .servers import free_port, listens, need, wait_for

PASSWORD = "offen-sesam"
SERVER = "kunde.example"

_HOME = Path(os.environ.get("DIRIGENT_PEERS_HOME", "/opt/dirigent-peers")) / "messenger"
_SECRET = "who knows this may register"
_CLIENT = "/_matrix/client/v3"
_RATES = "{{per_second: {0}, burst_count: {0}}}"
_CONFIG = """
listeners:
  - port: {port}
    bind_addresses: ["127.0.0.1"]
    type: http
    resources: [{{names: [client, media]}}]
trusted_key_servers: []
registration_shared_secret: "{secret}"
rc_message: {rate}
rc_registration: {rate}
rc_joins: {{local: {rate}, remote: {rate}}}
rc_invites: {{per_room: {rate}, per_user: {rate}, per_issuer: {rate}}}
rc_login: {{address: {rate}, account: {rate}, failed_attempts: {rate}}}
max_upload_size: 2M
url_preview_enabled: false
"""


class Person:
    """A customer with a Matrix program of their own."""

    def __init__(self, url: str, user: str, token: str) -> None:
        self.id = user
        self._since = ""
        self._names = itertools.count(int(time.time() * 1000))
        self.http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=30)

    def call(self, method: str, path: str, **values: Any) -> dict[str, Any]:
        found = self.http.request(method, path if path.startswith("/_") else _CLIENT + path, **values)
        assert found.is_success, found.text
        answer: dict[str, Any] = found.json()
        return answer

    def room(self, *others: str, encrypted: bool = False, preset: str = "trusted_private_chat") -> str:
        """Open a room and ask others in."""
        state = [
            {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        ] * encrypted
        body = {"preset": preset, "is_direct": True, "invite": others, "initial_state": state}
        return str(self.call("POST", "/createRoom", json=body)["room_id"])

    def send(self, room: str, content: dict[str, Any], type_: str = "m.room.message") -> str:
        path = f"/rooms/{quote(room)}/send/{type_}/{next(self._names)}"
        return str(self.call("PUT", path, json=content)["event_id"])

    def say(self, room: str, text: str) -> str:
        return self.send(room, {"msgtype": "m.text", "body": text})

    def edit(self, room: str, event_id: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return self.send(room, {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation})

    def redact(self, room: str, event_id: str) -> None:
        self.call("PUT", f"/rooms/{quote(room)}/redact/{quote(event_id)}/{next(self._names)}", json={})

    def attach(self, room: str, data: bytes, name: str, media_type: str, kind: str = "m.image") -> str:
        found = self.call("POST", "/_matrix/media/v3/upload", content=data, headers={"content-type": media_type})
        info = {"mimetype": media_type, "size": len(data)}
        return self.send(room, {"msgtype": kind, "body": name, "url": found["content_uri"], "info": info})

    def fetch(self, mxc: str) -> bytes:
        answer = self.http.get(f"/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}")
        assert answer.is_success
        return answer.content

    def events(self, room: str, type_: str = "m.room.message") -> list[dict[str, Any]]:
        """Return what the room holds, the oldest first."""
        found = self.call("GET", f"/rooms/{quote(room)}/messages?dir=b&limit=200")["chunk"][::-1]
        return [one for one in found if one["type"] == type_]

    def passing(self, room: str) -> dict[str, Any]:
        """Return what passed in a room since the last look: who types, who has read what.

        Each look goes on from the one before: asked the same twice, Synapse gives the same answer again for two minutes.
        """
        since = {"since": self._since} if self._since else {}
        answer = self.call("GET", "/sync", params={"timeout": "0", **since})
        self._since = str(answer["next_batch"])
        joined = answer.get("rooms", {}).get("join", {})
        found = joined.get(room, {}).get("ephemeral", {}).get("events", [])
        return {one["type"]: one["content"] for one in found}


class Synapse:
    """A running homeserver."""

    def __init__(self, folder: Path, log: Path, port: int) -> None:
        self.folder = folder
        self.log = log
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.http = httpx.Client(base_url=self.url, timeout=30)
        self._people: list[Person] = []

    def start(self) -> None:
        with (self.log / "synapse.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(_HOME / "bin/python"), "-m", "synapse.app.homeserver", "-c", "homeserver.yaml", "-c", "own.yaml"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        wait_for(lambda: listens(self.port), "Synapse listens", 60)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def close(self) -> None:
        self.stop()
        for http in (self.http, *(one.http for one in self._people)):
            http.close()

    def register(self, name: str) -> None:
        nonce = self.http.get("/_synapse/admin/v1/register").json()["nonce"]
        mac = hmac.new(_SECRET.encode(), "\0".join((nonce, name, PASSWORD, "notadmin")).encode(), hashlib.sha1)
        body = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": False, "mac": mac.hexdigest()}
        self.http.post("/_synapse/admin/v1/register", json=body).raise_for_status()

    def token(self, name: str) -> str:
        body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}, "password": PASSWORD}
        return str(self.http.post(f"{_CLIENT}/login", json=body).raise_for_status().json()["access_token"])

    def person(self, name: str) -> Person:
        """Return somebody new."""
        self.register(name)
        found = Person(self.url, f"@{name}:{SERVER}", self.token(name))
        self._people.append(found)
        found.call("PUT", f"/profile/{found.id}/displayname", json={"displayname": name.title()})
        return found


@pytest.fixture(scope="session")
def synapse(peer_log: Path) -> Iterator[Synapse]:
    """One homeserver for all tests; each has people and rooms of its own."""
    need(str(_HOME / "bin/synapse_homeserver"))
    folder = Path(tempfile.mkdtemp(prefix="synapse-"))
    made = Synapse(folder, peer_log, free_port())
    generate = ["-m", "synapse.app.homeserver", "--server-name", SERVER, "-c", "homeserver.yaml", "--generate-config"]
    subprocess.run(
        [str(_HOME / "bin/python"), *generate, "--report-stats=no", f"--data-directory={folder}"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=120,
    )
    values = {"port": made.port, "secret": _SECRET, "rate": _RATES.format(10_000)}
    (folder / "own.yaml").write_text(_CONFIG.format(**values))
    made.start()
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder, ignore_errors=True)


def until(look: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, what
        time.sleep(0.03)
    return found
