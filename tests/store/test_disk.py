"""Disks that are full or take no writes: said with a code, survived, and over when they are over."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.domain.changes import Cause
from desktop.domain.ids import InteractionId
from desktop.store import journal
from desktop.store.connection import wal_of
from desktop.store.database import Full, ReadOnly, Store
from desktop.store.rows import Draft

KEY = bytes(range(32))

Remount = Callable[[str], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, Remount]]:
    """A small file system of its own, and what changes how it is mounted."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("mounting a file system takes root on Linux")
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip("this machine does not allow mounting, not even to root (a container without CAP_SYS_ADMIN)")

    def remount(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)

    yield folder, remount
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill_up(file: Path) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(handle, bytes(1024))
    except OSError:
        os.close(handle)


def _set(store: Store, name: str, value: object) -> None:
    store.write(lambda w: journal.set_setting(w, name, value), Cause.AGENT).result()


def test_a_full_disk_is_said_once_and_everything_works_again_when_there_is_room(
    disk: tuple[Path, Remount],
) -> None:
    folder, _ = disk
    store = Store.open(folder / "cache.db", KEY)
    heard: list[str] = []
    store.on_trouble = lambda code, found: heard.append(code)
    _set(store, "before", "bleibt")
    ballast = folder / "ballast"
    _fill_up(ballast)

    for number in range(3):
        with pytest.raises(Full):
            store.write(lambda w: journal.set_setting(w, "more", "x" * 200_000), Cause.AGENT).result()
        assert store.query(lambda conn: journal.setting(conn, "before")) == "bleibt", number
    assert heard == ["full"]

    ballast.unlink()
    _set(store, "more", "x" * 200_000)
    assert heard == ["full", ""]
    store.close()
    again = Store.open(folder / "cache.db", KEY)
    assert set(again.query(journal.settings)) == {"before", "more"}
    again.close()


def test_no_room_for_a_new_key_leaves_the_old_one(disk: tuple[Path, Remount]) -> None:
    folder, _ = disk
    store = Store.open(folder / "cache.db", KEY)
    for number in range(4):
        _set(store, f"s{number}", "x" * 180_000)
    room = os.statvfs(folder)
    (folder / "ballast").write_bytes(bytes(room.f_bavail * room.f_frsize - 400_000))
    with pytest.raises(Full):
        store.change_key(bytes(32)).result()
    assert len(store.query(journal.settings)) == 4
    _set(store, "after", 1)
    store.close()
    (folder / "ballast").unlink()
    store = Store.open(folder / "cache.db", KEY)
    assert len(store.query(journal.settings)) == 5
    store.close()


def test_on_a_disk_that_takes_no_writes_the_history_is_there_and_nothing_pretends_to_be_kept(
    disk: tuple[Path, Remount],
) -> None:
    folder, remount = disk
    store = Store.open(folder / "cache.db", KEY)
    store.write(lambda w: journal.save_draft(w, Draft(InteractionId("i1"), "reply", "Sehr geehrte")), Cause.AGENT)
    store.close()
    remount("ro")

    store = Store.open(folder / "cache.db", KEY)
    heard: list[str] = []
    store.on_trouble = lambda code, found: heard.append(code)
    assert store.is_read_only
    assert store.query(journal.drafts)[0].text == "Sehr geehrte"
    for _ in range(2):
        with pytest.raises(ReadOnly):
            _set(store, "a", 1)
    with pytest.raises(ReadOnly):
        store.change_key(bytes(32)).result()
    assert heard == ["read_only"]
    store.close()

    remount("rw")
    store = Store.open(folder / "cache.db", KEY)
    assert not store.is_read_only
    _set(store, "a", 1)
    store.close()


def test_what_a_crash_left_in_the_log_can_be_read_without_writing(disk: tuple[Path, Remount]) -> None:
    folder, remount = disk
    _crash(folder)
    remount("ro")
    store = Store.open(folder / "cache.db", KEY)
    assert store.query(lambda conn: journal.setting(conn, "late")) == "noch im Protokoll"
    store.close()


def test_a_log_that_needs_work_first_is_said_and_left_alone(disk: tuple[Path, Remount]) -> None:
    folder, remount = disk
    _crash(folder)
    (folder / "cache.db-shm").unlink()
    before = wal_of(folder / "cache.db").read_bytes()
    remount("ro")
    with pytest.raises(ReadOnly):
        Store.open(folder / "cache.db", KEY)
    remount("rw")
    assert wal_of(folder / "cache.db").read_bytes() == before
    store = Store.open(folder / "cache.db", KEY)
    assert store.query(lambda conn: journal.setting(conn, "late")) == "noch im Protokoll"
    store.close()


def test_a_new_account_on_such_a_disk_is_said(disk: tuple[Path, Remount]) -> None:
    folder, remount = disk
    remount("ro")
    with pytest.raises(ReadOnly):
        Store.open(folder / "cache.db", KEY)
    with pytest.raises(ReadOnly):
        Store.open(folder / "account" / "cache.db", KEY)


def _crash(folder: Path) -> None:
    """Leave a database as a program that was killed does."""
    path = folder / "cache.db"
    store = Store.open(path, KEY)
    _set(store, "late", "noch im Protokoll")
    for file in list(folder.iterdir()):
        shutil.copy(file, folder / f"copy of {file.name}")
    store.close()
    for file in list(folder.iterdir()):
        if file.name.startswith("copy of "):
            file.replace(folder / file.name.removeprefix("copy of "))


_LIMITED = """
import resource, sys
from pathlib import Path
from desktop.domain.changes import Cause
from desktop.store import journal
from desktop.store.database import Store, StoreError
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = Store.open(Path(sys.argv[1]), bytes(range(32)))
store.write(lambda w: journal.set_setting(w, "before", 1), Cause.AGENT).result()
resource.setrlimit(resource.RLIMIT_FSIZE, (1_200_000, resource.RLIM_INFINITY))
codes = set()
for n in range(20):
    try:
        store.write(lambda w: journal.set_setting(w, f"n{n}", "x" * 100_000), Cause.AGENT).result()
    except StoreError as error:
        codes.add(error.code)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.write(lambda w: journal.set_setting(w, "after", 1), Cause.AGENT).result()
names = store.query(journal.settings)
print(sorted(codes), "before" in names, "after" in names)
store.close()
"""


@pytest.mark.skipif(os.name != "posix", reason="limits of file sizes are POSIX")
def test_a_limit_on_the_size_of_files_is_survived_without_root_too(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "cache.db")], capture_output=True, text=True, check=False
    )
    assert (run.stdout.strip(), run.stderr) in (("['disk'] True True", ""), ("['full'] True True", ""))
    Store.open(tmp_path / "cache.db", KEY).close()
