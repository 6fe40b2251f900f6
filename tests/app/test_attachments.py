"""Files in and out of an open account: fetched once, there offline ever after, and written where the agent says."""

from __future__ import annotations

import asyncio
import hashlib
import stat
import sys
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from desktop.app.account_sync import Shelves
from desktop.app.attachments import LARGEST, Attachments
from desktop.app.opened import OpenedFiles
from desktop.backends.base import Offline, Refused, SignInNeeded
from desktop.domain.interaction import Attachment
from desktop.session.accounts import Account
from desktop.store import files
from desktop.store.database import Store
from desktop.viewmodels.workplace import Told

PDF = b"%PDF- " + b"Sperberweg 12 " * 30_000


class Shelf:
    """A backend that holds files. ``fails`` is raised instead, ``hold`` is waited for half-way."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.fetched: list[str] = []
        self.fails: Exception | None = None
        self.hold: asyncio.Event | None = None

    def put(self, data: bytes, name: str) -> Attachment:
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        return Attachment(sha256=sha256, name=name, media_type="application/pdf", size=len(data))

    async def download(self, sha256: str, *, on_progress: Callable[[int, int], None]) -> BytesIO:
        if self.fails is not None:
            raise self.fails
        self.fetched.append(sha256)
        on_progress(len(self.files[sha256]) // 2, 0)
        if self.hold is not None:
            await self.hold.wait()
        on_progress(len(self.files[sha256]), len(self.files[sha256]))
        return BytesIO(self.files[sha256])


class Person:
    """Somebody who asked for a file; ``answer`` waits for what they are told."""

    def __init__(self) -> None:
        self.progress: list[tuple[int, int]] = []
        self._told = asyncio.get_running_loop().create_future()
        self.told = Told(
            lambda so_far, total: self.progress.append((so_far, total)),
            lambda path: self._told.set_result(("done", path)),
            lambda code: self._told.set_result(("failed", code)),
        )

    async def answer(self) -> tuple[str, str]:
        async with asyncio.timeout(10):
            return await self._told


class Bench:
    """The attachments of one account and the backend behind them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.shelf = Shelf()
        self.opened = OpenedFiles(folder)
        self.limit = 10**9
        self.attachments = Attachments(store, self.opened, lambda: self.limit)
        self.attachments.backend = self.shelf  # type: ignore[assignment]

    async def open(self, what: Attachment) -> tuple[str, str]:
        person = Person()
        self.attachments.open(what, person.told)
        return await person.answer()

    async def save(self, what: Attachment, path: Path) -> tuple[str, str]:
        person = Person()
        self.attachments.save(what, str(path), person.told)
        return await person.answer()

    async def keep(self, path: Path) -> Any:
        told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.attachments.keep(str(path), told.set_result, told.set_result)
        async with asyncio.timeout(10):
            return await told

    def lying_open(self) -> list[Path]:
        return [path for path in self.opened.folder.rglob("*") if path.is_file()]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = Store.open(tmp_path / "cache.db", bytes(range(32)))
    made = Bench(store, tmp_path / "open")
    yield made
    await made.attachments.close()
    store.close()


async def test_a_received_file_is_fetched_once_and_opens_offline_after(bench: Bench) -> None:
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    outcome, path = await bench.open(bill)
    assert (outcome, Path(path).read_bytes()) == ("done", PDF)
    bench.attachments.backend = None
    assert (await bench.open(bill))[0] == "done"
    assert bench.shelf.fetched == [bill.sha256]
    assert bench.store.query(files.waiting) == [], "what came down need not go up"


async def test_how_far_it_is_is_told(bench: Bench) -> None:
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    person = Person()
    bench.attachments.open(bill, person.told)
    await person.answer()
    size = len(PDF)
    assert person.progress == [(0, size), (size // 2, size), (size, size)]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Offline("unreachable"), "offline"),
        (Refused("not_found"), "not_found"),
        (SignInNeeded("unauthenticated"), "unauthenticated"),
    ],
)
async def test_what_cannot_be_fetched_says_why_and_comes_when_tried_again(
    bench: Bench, error: Exception, code: str
) -> None:
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    bench.shelf.fails = error
    assert await bench.open(bill) == ("failed", code)
    bench.shelf.fails = None
    assert (await bench.open(bill))[0] == "done"


async def test_before_there_is_a_backend_it_is_offline(bench: Bench) -> None:
    bench.attachments.backend = None
    assert await bench.open(Attachment(sha256="0" * 64, name="a.pdf")) == ("failed", "offline")


async def test_what_may_do_harm_is_not_fetched_to_be_opened_but_can_be_saved(bench: Bench, tmp_path: Path) -> None:
    program = bench.shelf.put(b"MZ\x90\x00", "Rechnung.pdf.exe")
    hidden = bench.shelf.put(b"MZ\x90\x00 hidden", "Rechnung.pdf")
    assert await bench.open(program) == ("failed", "risky_type")
    assert bench.shelf.fetched == []
    assert await bench.open(hidden) == ("failed", "risky_type")
    assert bench.lying_open() == []
    target = tmp_path / "Rechnung.pdf.exe"
    assert await bench.save(program, target) == ("done", str(target))
    assert target.read_bytes() == b"MZ\x90\x00"
    if sys.platform != "win32":
        assert not target.stat().st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


async def test_saving_replaces_whole_or_not_at_all(bench: Bench, tmp_path: Path) -> None:
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    target = tmp_path / "Rechnung.pdf"
    target.write_bytes(b"before")
    await bench.save(bill, target)
    assert target.read_bytes() == PDF
    assert await bench.save(bill, tmp_path / "no such folder" / "x.pdf") == ("failed", "unwritable")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".dirigent")) == []


async def test_ending_it_ends_it(bench: Bench) -> None:
    bench.shelf.hold = asyncio.Event()
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    person = Person()
    cancel = bench.attachments.open(bill, person.told)
    while not person.progress:
        await asyncio.sleep(0)
    cancel()
    bench.shelf.hold.set()
    outcome, _ = await bench.open(bench.shelf.put(b"%PDF- other", "b.pdf"))
    assert outcome == "done"
    assert not person._told.done()
    assert [path.name for path in bench.lying_open()] == ["b.pdf"]


async def test_what_was_fetched_longest_ago_makes_room(bench: Bench) -> None:
    bench.limit = 10
    first, second = bench.shelf.put(b"%PDF- 1", "1.pdf"), bench.shelf.put(b"%PDF- 2", "2.pdf")
    await bench.open(first)
    await bench.open(second)
    assert bench.store.query(lambda conn: files.find(conn, first.sha256)) is None
    assert bench.store.query(lambda conn: files.find(conn, second.sha256)) is not None


async def test_an_added_file_is_the_stores_from_then_on(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "Beleg.pdf"
    path.write_bytes(PDF)
    kept = await bench.keep(path)
    path.unlink()
    assert (kept.name, kept.size, kept.media_type) == ("Beleg.pdf", len(PDF), "application/pdf")
    assert files.read(bench.store, kept.sha256).getvalue() == PDF
    assert [file.sha256 for file in bench.store.query(files.waiting)] == [kept.sha256]


async def test_what_cannot_be_added_says_why(bench: Bench, tmp_path: Path) -> None:
    assert await bench.keep(tmp_path / "gone.pdf") == "unreadable"
    large = tmp_path / "large.mp4"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert await bench.keep(large) == "too_large"


async def test_locking_and_closing_leave_nothing_lying_open(bench: Bench) -> None:
    bill = bench.shelf.put(PDF, "Rechnung.pdf")
    await bench.open(bill)
    assert [path.name for path in bench.lying_open()] == ["Rechnung.pdf"]
    bench.attachments.wipe_opened()
    await asyncio.gather(*bench.attachments._tasks)
    assert bench.lying_open() == []
    await bench.open(bill)
    await bench.attachments.close()
    assert bench.lying_open() == []


async def test_what_arrives_behind_the_lock_is_not_opened(bench: Bench) -> None:
    bench.shelf.hold = asyncio.Event()
    person = Person()
    bench.attachments.open(bench.shelf.put(PDF, "Rechnung.pdf"), person.told)
    while len(person.progress) < 2:
        await asyncio.sleep(0)
    bench.attachments.wipe_opened()
    bench.shelf.hold.set()
    assert await person.answer() == ("failed", "interrupted")
    assert bench.lying_open() == []


async def test_what_lies_open_goes_by_itself_after_an_hour(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.app.attachments._LOOK_S", 0.01)
    monkeypatch.setattr("desktop.app.attachments.LONGEST_S", 0.0)
    await bench.open(bench.shelf.put(PDF, "Rechnung.pdf"))
    async with asyncio.timeout(10):
        while bench.lying_open():
            await asyncio.sleep(0.01)


async def test_a_file_of_a_foreign_system_is_asked_for_there_and_kept(bench: Bench) -> None:
    asked: list[str] = []

    class Line:
        def __init__(self, key: str) -> None:
            self.account = Account(id=key, url="https://x.example", user="anna", key=key)
            self.backend = self

        async def download(self, sha256: str, *, on_progress: Any = None) -> BytesIO:
            asked.append(self.account.key)
            if self.account.key and files.is_digest(sha256):
                raise Refused("not_found")
            return BytesIO(self.account.key.encode())

    lines: list[Any] = [Line(""), Line("rt"), Line("zammad")]
    bench.attachments.backend = Shelves(lambda: lines, lambda: "rt~1")
    place = Attachment(sha256="zammad~file-1-2-3", name="a.pdf", size=6)
    for _ in range(2):
        outcome, path = await bench.open(place)
        assert (outcome, Path(path).read_bytes(), asked) == ("done", b"zammad", ["zammad"])
    # One that goes by its bytes may be anybody's: the open contact's system first.
    assert (await bench.open(Attachment(sha256="0" * 64, name="b.pdf")))[0] == "done"
    assert asked == ["zammad", "rt", ""]
    # Where its system is away, nobody else is asked.
    del lines[2]
    assert await bench.open(Attachment(sha256="zammad~file-9", name="c.pdf")) == ("failed", "offline")
    assert len(asked) == 3
