"""Files are shown to a virus scanner before anybody gets them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.agent import Role
from desktop.hub.auth.caller import Caller
from desktop.hub.blobs import Blobs
from desktop.hub.db.database import Database, sqlite_url
from desktop.hub.desk.refusals import Refused
from desktop.hub.scanner import Scanner, Verdict
from desktop.wire.errors import Code

ANNA = Caller(id="anna", role=Role.AGENT)


class Clamd:
    """Answers as ClamAV's daemon does. ``said`` overrides; ``seen`` are the files it was shown, ``most`` what it takes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.said = b""
        self.most = 25_000_000
        self.seen: list[bytes] = []
        self._server: Any = None

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def stop(self) -> None:
        self._server.close()
        await self._server.wait_closed()
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        data = b""
        while size := int.from_bytes(await reader.readexactly(4), "big"):
            if len(data) + size > self.most:
                writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                writer.close()
                return
            data += await reader.readexactly(size)
        self.seen.append(data)
        found = b"stream: Eicar-Test-Signature FOUND" if b"EICAR" in data else b"stream: OK"
        writer.write((self.said or found) + b"\0")
        writer.close()


@pytest.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[Clamd]:
    made = Clamd(tmp_path / "clamd.ctl")
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url(tmp_path / "hub.db"))
    yield opened
    await opened.close()


def blobs(database: Database, tmp_path: Path, *, holds: bool = False) -> Blobs:
    return Blobs(database, tmp_path / "blobs", Scanner(f"unix:{tmp_path / 'clamd.ctl'}", holds=holds))


async def put(store: Blobs, data: bytes) -> str:
    async def body() -> AsyncIterator[bytes]:
        yield data

    answer, _ = await store.put(body(), "text/plain", "a.txt", caller=ANNA)
    return answer.sha256


async def test_a_clean_file_is_kept_and_one_with_a_virus_is_not(
    clamd: Clamd, database: Database, tmp_path: Path
) -> None:
    store = blobs(database, tmp_path)
    large = b"harmless " * 100_000
    assert store.path(await put(store, large)).read_bytes() == large
    assert clamd.seen == [large]
    with pytest.raises(Refused) as refused:
        await put(store, b"this is EICAR")
    assert refused.value.code is Code.INFECTED
    assert len([one for one in (tmp_path / "blobs").rglob("*") if one.is_file()]) == 1


async def test_what_is_too_large_for_the_scanner_is_refused_for_good_and_holds_up_nothing(
    clamd: Clamd, database: Database, tmp_path: Path
) -> None:
    clamd.most = 100_000
    with pytest.raises(Refused) as refused:
        await put(blobs(database, tmp_path), b"x" * 10_000_000)
    assert refused.value.code is Code.TOO_LARGE
    await clamd.stop()
    store = blobs(database, tmp_path, holds=True)
    large = [await put(store, b"%d" % number * 100_001) for number in range(5)]
    good = [await put(store, b"hello %d" % number) for number in range(5)]
    await clamd.start()
    await store.check_held()
    assert [store.is_held(one) for one in large + good] == [True] * 5 + [False] * 5


@pytest.mark.parametrize("said", [b"stream: Cannot allocate memory ERROR", b"stream: OK but not really", b"\0"])
async def test_what_the_scanner_will_not_look_at_is_not_clean(
    clamd: Clamd, database: Database, tmp_path: Path, said: bytes
) -> None:
    clamd.said = said
    with pytest.raises(Refused) as refused:
        await put(blobs(database, tmp_path), b"hello")
    assert refused.value.code is Code.UNAVAILABLE


async def test_while_the_scanner_is_away_files_are_refused_or_held_back(
    clamd: Clamd, database: Database, tmp_path: Path
) -> None:
    await clamd.stop()
    with pytest.raises(Refused) as refused:
        await put(blobs(database, tmp_path), b"hello")
    assert refused.value.code is Code.UNAVAILABLE
    store = blobs(database, tmp_path, holds=True)
    good, bad = await put(store, b"hello"), await put(store, b"an EICAR of sorts")
    await store.check_held()
    assert store.is_held(good)
    await clamd.start()
    await store.check_held()
    assert (store.is_held(good), store.is_held(bad)) == (False, True)
    assert store.path(good).read_bytes() == b"hello"
    clamd.said = b"stream: OK"
    await store.check_held()
    assert store.is_held(bad)


async def test_without_a_scanner_nothing_is_held(database: Database, tmp_path: Path) -> None:
    store = Blobs(database, tmp_path / "blobs")
    assert not store.is_held(await put(store, b"EICAR"))


@pytest.mark.parametrize(
    "address", ["", "unix:", "tcp:localhost", "tcp::3310", "tcp:localhost:99999", "/run/clamd.ctl"]
)
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(ValueError, match="unix:PATH or tcp:HOST:PORT"):
        Scanner(address)


async def test_a_scanner_on_the_network_is_asked(tmp_path: Path) -> None:
    made = Clamd(tmp_path / "x")
    server = await asyncio.start_server(made._serve, "127.0.0.1", 0)
    file = tmp_path / "file"
    file.write_bytes(b"hello")
    try:
        found = await Scanner(f"tcp:127.0.0.1:{server.sockets[0].getsockname()[1]}").look(file)
    finally:
        server.close()
    assert found is Verdict.CLEAN
