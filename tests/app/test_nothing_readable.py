"""What a thief of the disk finds: the whole folder of a profile in which an agent has worked, searched byte by byte."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SECRET = "Sperberweg17"
ADDRESS = "jana.weber@sperber.example"
NUMBER = "+49 171 5550199"

_PROGRAM = """
import asyncio, io, logging, os, sys, time
from pathlib import Path

import msgspec

from desktop.app import reporting
from desktop.app.opening import Opened, change_key, open_store
from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.session.accounts import Accounts, VaultKind
from desktop.store import files, journal, outbox
from desktop.store.apply import apply_page
from desktop.store.rows import Draft
from desktop.store.search.indexer import Indexer
from desktop.wire.records import encode, type_of
from desktop.wire.shapes import Change, ChangesPage
from datetime import UTC, datetime

profile, secret, address, number = Path(sys.argv[1]), *sys.argv[2:5]
reporting.start(profile / "logs")
reporting.watch_natively(profile / "logs")
reporting.on_uncaught(lambda error: None)
accounts = Accounts(profile)
account = accounts.remember("hub.example", "anna", agent_id="me", vault=VaultKind.FILE)
opened = asyncio.run(open_store(accounts, account))
assert isinstance(opened, Opened), opened
store = opened.store
reporting.keep_reports_in(store)
now = datetime.now(UTC)
records = [Customer(id="c1", name=f"Jana {secret}", version=1)]
records.append(Interaction(id="i1", channel=Channel.CHAT, state=InteractionState.ACTIVE, created_at=now, updated_at=now,
                           customer_id="c1", subject=secret, version=1))
records += [
    Message(id=f"m{n}", interaction_id="i1", author=Author.CUSTOMER, sent_at=now, version=1,
            text=f"{secret} {n} {address} {number} " * 20)
    for n in range(1500)
]
changes = [Change(seq=n + 1, op="upsert", type=type_of(r), id=r.id, record=msgspec.Raw(encode(r)))
           for n, r in enumerate(records)]
page = ChangesPage(epoch="e", changes=changes, after=0, next=len(changes), more=False)
store.write(lambda w: apply_page(w, page), Cause.NETWORK).result()
indexer = Indexer(store)
files.put(store, io.BytesIO(f"{secret} ".encode() * 40_000), f"{secret}.pdf", "application/pdf", is_mine=True)


def work(w):
    journal.save_draft(w, Draft("i1", "reply", secret * 50))
    journal.set_setting(w, "search.recent", [secret])
    outbox.enqueue(w, c.SendMessage(interaction_id="i1", text=secret), "k1")
    outbox.enqueue(w, c.UpdateCustomer(customer_id="c1", fields={"name": secret, "email": address}), "k2")


store.write(work, Cause.AGENT).result()
spilled = []


def look():
    # Files that are deleted already but still open: where SQLite would sort or keep what it may have to undo.
    for fd in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{fd}")
            if "etilqs" in target:
                spilled.append(target)
        except OSError:
            pass
    return 0


def strain(w):
    if os.path.isdir("/proc/self/fd"):
        w.conn.set_progress_handler(look, 20_000)
    w.conn.execute("PRAGMA cache_size = 20")
    # A sort and an index far larger than the page cache, and a statement that may have to be undone row by row.
    w.conn.execute("SELECT count(*) FROM (SELECT body FROM message, (SELECT 1 UNION ALL SELECT 2) ORDER BY hex(body))"
                   ).fetchone()
    w.conn.execute("UPDATE OR FAIL message SET version = version + 1, body = CAST(body || ' ' AS BLOB)")
    w.conn.execute("CREATE TEMP TABLE scratch AS SELECT body FROM message")
    w.conn.execute("DROP TABLE scratch")
    w.conn.set_progress_handler(None, 0)


store.write(strain, Cause.SYSTEM).result()
assert spilled == []
log = logging.getLogger("desktop.test")
log.warning("a library says %s of %s", address, number)
try:
    raise ValueError(f"{secret} {address}")
except ValueError as error:
    sys.excepthook(ValueError, error, error.__traceback__)
if "change the key" in sys.argv:
    assert asyncio.run(change_key(opened)) == ""
store.write(lambda w: None, Cause.SYSTEM).result()
print("ready", store.query(lambda conn: conn.execute("SELECT count(*) FROM crash_report").fetchone()[0]), flush=True)
sys.stdin.readline()
indexer.close()
store.close()
"""


def _traces() -> Iterator[bytes]:
    for text in (SECRET, ADDRESS, NUMBER):
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode("utf-16-be")
        yield text.encode().hex().encode()
        yield text.encode().hex().upper().encode()
        for shift in range(3):
            # The part of the base64 that does not depend on what stands around it.
            yield base64.b64encode(bytes(shift) + text.encode())[4 : -4 - shift]


def _found(*folders: Path) -> set[tuple[str, bytes]]:
    return {
        (file.name, trace)
        for folder in folders
        for file in folder.rglob("*")
        if file.is_file()
        for trace in _traces()
        if trace in file.read_bytes()
    }


def _start(profile: Path, temporary: Path, *more: str) -> subprocess.Popen[str]:
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(profile), SECRET, ADDRESS, NUMBER, *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)},
    )
    assert run.stdout is not None
    assert run.stderr is not None
    if run.stdout.readline() != "ready 1\n":
        run.kill()
        said = run.stderr.read()
        _end(run)
        pytest.fail(said)
    return run


def _end(run: subprocess.Popen[str]) -> None:
    run.wait()
    for pipe in (run.stdin, run.stdout, run.stderr):
        assert pipe is not None
        pipe.close()


def test_the_search_would_find_it(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(f"so {SECRET}")
    (tmp_path / "coded").write_bytes(base64.b64encode(f"ab{ADDRESS}".encode()))
    (tmp_path / "wide").write_bytes(NUMBER.encode("utf-16-le"))
    assert {name for name, _ in _found(tmp_path)} == {"plain", "coded", "wide"}


@pytest.mark.parametrize("more", [(), ("change the key",)])
def test_nothing_is_readable_while_it_runs_nor_after_a_kill_nor_after_the_end(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    profile, temporary = tmp_path / "profile", tmp_path / "tmp"
    run = _start(profile, temporary, *more)
    names = {file.name for file in profile.rglob("*")}
    assert {"cache.db", "cache.db-wal", "cache.db-shm", "secrets.json", "accounts.json", "dirigent.log"} <= names
    try:
        assert _found(profile, temporary) == set()
    finally:
        run.kill()
        _end(run)
    assert _found(profile, temporary) == set()
    log = (profile / "logs" / "dirigent.log").read_text()
    assert "<address>" in log
    assert "uncaught ValueError" in log

    again = _start(tmp_path / "other", tmp_path / "tmp2", *more)
    assert again.stdin is not None
    again.stdin.write("\n")
    again.stdin.flush()
    _end(again)
    assert _found(tmp_path / "other", tmp_path / "tmp2") == set()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_others_on_this_machine_can_open_none_of_it(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir(mode=0o700)
    run = _start(profile, tmp_path / "tmp")
    try:
        open_to_others = {
            str(path.relative_to(profile))
            for path in profile.rglob("*")
            if path.stat().st_mode & 0o077
            and not any(p.stat().st_mode & 0o077 == 0 for p in path.parents if p != tmp_path)
        }
        assert open_to_others == set()
    finally:
        run.kill()
        _end(run)
