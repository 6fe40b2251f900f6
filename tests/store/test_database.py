"""The encrypted file and its two threads: what a user keeps, what goes wrong with files, who hears of a commit."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import CancelledError
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.store import journal
from desktop.store.database import Busy, Closed, Damaged, Newer, Store, StoreError, Write, WrongKey

KEY = bytes(range(32))


def _connect(path: Path) -> Any:
    connection = sqlcipher3.connect(str(path), isolation_level=None, timeout=0)
    connection.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return connection


def test_what_was_written_is_there_after_a_restart_and_nobody_else_can_read_it(path: Path) -> None:
    store = Store.open(path, KEY)
    store.write(lambda w: journal.set_setting(w, "note", "Kennwort der Kundin"), Cause.AGENT)
    store.close()

    again = Store.open(path, KEY)
    assert again.query(lambda conn: journal.setting(conn, "note")) == "Kennwort der Kundin"
    again.close()
    written = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"Kennwort" not in written
    assert b"SQLite format" not in written


def test_another_key_is_refused_and_changes_nothing(path: Path) -> None:
    Store.open(path, KEY).close()
    before = path.read_bytes()

    with pytest.raises(WrongKey):
        Store.open(path, bytes(32))
    assert path.read_bytes() == before
    Store.open(path, KEY).close()


def test_a_key_of_another_length_is_a_bug_of_the_caller(path: Path) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Store.open(path, b"short")
    assert not path.exists()


def test_an_unencrypted_database_is_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE t (a)")
    plain.close()

    with pytest.raises(Damaged):
        Store.open(path, KEY)


def test_a_file_cut_short_is_damaged(path: Path) -> None:
    Store.open(path, KEY).close()
    path.write_bytes(path.read_bytes()[:1000])

    with pytest.raises(Damaged):
        Store.open(path, KEY)


def test_a_file_of_a_newer_program_is_left_alone_to_the_byte(path: Path) -> None:
    Store.open(path, KEY).close()
    other = _connect(path)
    other.execute("PRAGMA user_version = 9001")
    other.execute("PRAGMA journal_mode = DELETE").fetchone()
    other.close()
    before = path.read_bytes()

    with pytest.raises(Newer):
        Store.open(path, KEY)
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.seal"}


def test_a_folder_in_the_place_of_the_file_is_an_error_of_the_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Store.open(tmp_path, KEY)


def test_another_process_that_holds_the_file_makes_a_write_busy_not_lost(path: Path) -> None:
    store = Store.open(path, KEY, busy_ms=20)
    other = _connect(path)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Busy):
            store.write(lambda w: journal.set_setting(w, "a", 1), Cause.AGENT).result()
    finally:
        other.execute("ROLLBACK")
        other.close()
    store.write(lambda w: journal.set_setting(w, "a", 2), Cause.AGENT).result()
    assert store.query(lambda conn: journal.setting(conn, "a")) == 2
    store.close()


def test_one_commit_is_one_change_set(store: Store) -> None:
    heard: list[ChangeSet] = []
    threads: list[str] = []
    store.subscribe(heard.append)
    store.subscribe(lambda changes: threads.append(threading.current_thread().name))
    panel = object()

    def write(w: Write) -> str:
        w.touch(Table.MESSAGE, "m1", interaction="i1")
        w.touch(Table.MESSAGE, "m2", interaction="i1")
        w.touch(Table.INTERACTION, "i1", customer="c1")
        return "done"

    assert store.write(write, Cause.NETWORK, initiator=panel).result() == "done"

    [changes] = heard
    assert changes.rows == {Table.MESSAGE: {"m1", "m2"}, Table.INTERACTION: {"i1"}}
    assert (changes.interactions, changes.customers) == ({"i1"}, {"c1"})
    assert (changes.cause, changes.initiator, changes.is_bulk) == (Cause.NETWORK, panel, False)
    assert threads == ["store-writer"]


def test_what_touched_nothing_is_told_to_nobody(store: Store) -> None:
    heard: list[ChangeSet] = []
    store.subscribe(heard.append)

    store.write(lambda w: None, Cause.SYSTEM).result()
    assert heard == []


def test_a_bulk_write_says_look_again_at_everything(store: Store) -> None:
    heard: list[ChangeSet] = []
    store.subscribe(heard.append)

    store.write(lambda w: w.bulk(), Cause.NETWORK).result()
    assert heard[0].is_bulk
    assert heard[0].touches(Table.QUEUE)


def test_a_write_that_fails_leaves_no_trace(store: Store) -> None:
    heard: list[ChangeSet] = []
    store.subscribe(heard.append)

    def half(w: Write) -> None:
        journal.set_setting(w, "theme", "dark")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        store.write(half, Cause.AGENT).result()
    assert heard == []
    assert store.query(journal.settings) == {}
    store.write(lambda w: journal.set_setting(w, "theme", "light"), Cause.AGENT).result()
    assert store.query(journal.settings) == {"theme": "light"}


def test_a_listener_that_fails_harms_nobody_and_its_words_stay_out_of_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[ChangeSet] = []

    def fail(changes: ChangeSet) -> None:
        raise ValueError("Jana Weber, 0171 234567")

    store.subscribe(fail)
    store.subscribe(heard.append)
    with caplog.at_level(logging.ERROR):
        store.write(lambda w: w.bulk(), Cause.NETWORK).result()
        store.write(lambda w: w.bulk(), Cause.NETWORK).result()

    assert len(heard) == 2
    assert "ValueError" in caplog.text
    assert "fail" in caplog.text
    assert "Jana" not in caplog.text
    caplog.clear()


def test_who_unsubscribed_hears_nothing_more(store: Store) -> None:
    heard: list[ChangeSet] = []
    unsubscribe = store.subscribe(heard.append)
    unsubscribe()
    unsubscribe()

    store.write(lambda w: w.bulk(), Cause.NETWORK).result()
    assert heard == []


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError):
        store.query(lambda conn: conn.execute("DELETE FROM setting"))


def test_an_error_of_the_driver_comes_out_as_an_error_of_the_store(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.query(lambda conn: conn.execute("SELECT 'secret' FROM nowhere"))
    assert "secret" not in str(caught.value)
    assert store.query(lambda conn: conn.execute("SELECT 1").fetchone()) == (1,)


def test_closing_waits_for_what_was_asked_for(path: Path) -> None:
    store = Store.open(path, KEY)
    gate = threading.Event()
    first = store.write(lambda w: gate.wait(10), Cause.SYSTEM)
    last = store.write(lambda w: journal.set_setting(w, "last", True), Cause.AGENT)
    closing = threading.Thread(target=store.close)
    closing.start()
    gate.set()
    closing.join(10)

    assert first.done()
    assert last.done()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("store-")]
    store.close()
    with pytest.raises(Closed):
        store.read(lambda conn: None)
    assert {file.name for file in path.parent.iterdir()} == {path.name, f"{path.name}.seal"}


def test_a_question_that_nobody_waits_for_any_more_is_not_asked(store: Store) -> None:
    gate = threading.Event()
    asked: list[int] = []
    store.read(lambda conn: gate.wait(10))
    dropped = store.read(lambda conn: asked.append(1))
    assert dropped.cancel()
    gate.set()

    with pytest.raises(CancelledError):
        dropped.result()
    store.query(lambda conn: None)
    assert asked == []


def test_reading_goes_on_while_a_long_write_runs(store: Store) -> None:
    gate = threading.Event()
    started = threading.Event()

    def slow(w: Write) -> None:
        journal.set_setting(w, "half", "written")
        started.set()
        gate.wait(10)

    writing = store.write(slow, Cause.NETWORK)
    assert started.wait(10)
    try:
        assert store.query(journal.settings) == {}
    finally:
        gate.set()
    writing.result()
    assert store.query(journal.settings) == {"half": "written"}


def test_opening_an_existing_file_loads_nothing_that_would_delay_the_first_paint(path: Path) -> None:
    program = """
import sys
from pathlib import Path
from desktop.store.database import Store
from desktop.store import projections, outbox, journal, apply
from desktop.store.rows import InboxView
store = Store.open(Path(sys.argv[1]), bytes(range(32)))
store.query(lambda conn: projections.inbox(conn, InboxView.MINE, "me"))
store.close()
print(sorted({name.partition(".")[0] for name in sys.modules} & {"sqlite_utils", "numpy", "click", "httpx", "PySide6"}))
"""
    Store.open(path, KEY).close()
    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False)
    assert (run.stdout.strip(), run.stderr) == ("[]", "")
