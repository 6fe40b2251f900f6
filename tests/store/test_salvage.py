"""A damaged database: found out, replaced where it stands, and nothing of the agent's lost that can still be read."""

from __future__ import annotations

import io
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.domain import commands as c
from desktop.domain.changes import Cause, ChangeSet, Table
from desktop.domain.ids import CommandId, InteractionId
from desktop.store import files, journal, outbox, quarantine, salvage, seal
from desktop.store.database import Damaged, Store, StoreError, WrongKey
from desktop.store.rows import Draft
from desktop.store.salvage import Salvage

KEY = bytes(range(32))
PAGE = 4096
COUNT = 60
JOURNAL = ("outbox", "draft", "setting", "read_mark", "file", "file_part", "crash_report")
BYTES = b"%PDF" + bytes(range(256)) * 60


def _fill(store: Store, messages: int = 100) -> None:
    def write(w: Any) -> None:
        for number in range(COUNT):
            contact = InteractionId(f"i{number:03}")
            journal.save_draft(w, Draft(contact, "reply", f"{number} " + "Sehr geehrte Frau Weber " * 20))
            outbox.enqueue(w, c.SendMessage(interaction_id=contact, text="Antwort " * 60), CommandId(f"k{number:03}"))
            journal.set_setting(w, f"s{number:03}", "w" * 200)
            w.conn.execute("INSERT INTO read_mark VALUES (?, ?)", (contact, number))
            w.conn.execute(
                "INSERT INTO touchpoint (id, seq, version, kind, at, body) VALUES (?, 1, 1, 'visit', 1, ?)",
                (f"t{number}", b"x" * 900),
            )
        for number in range(messages):
            w.conn.execute(
                "INSERT INTO message (id, seq, version, interaction_id, author, sent_at, body) "
                "VALUES (?, 1, 1, 'i1', 'customer', ?, ?)",
                (f"m{number}", number, b'{"text":"' + b"y" * 700 + b'"}'),
            )

    store.write(write, Cause.AGENT).result()
    files.put(store, io.BytesIO(BYTES), "Vertrag.pdf", "application/pdf", is_mine=True)
    files.put(store, io.BytesIO(BYTES[:3000]), "Bild.png", "image/png", is_mine=False)


class Original:
    """The bytes of a database and its seal, to be damaged and put down again and again."""

    def __init__(self, folder: Path) -> None:
        path = folder / "cache.db"
        store = Store.open(path, KEY)
        _fill(store)
        store.close()
        self.content = path.read_bytes()
        self.seal = seal.file_of(path).read_bytes()
        self.rows = _journal(path)
        self.owners: dict[int, set[str]] = {}
        conn = _connect(path)
        self.roots = dict(conn.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0"))
        conn.close()

    def put(self, path: Path, content: bytes) -> None:
        for file in path.parent.iterdir():
            file.unlink()
        path.write_bytes(content)
        seal.file_of(path).write_bytes(self.seal)


def _connect(path: Path) -> Any:
    conn = sqlcipher3.connect(str(path), isolation_level=None)
    conn.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
    return conn


_ASKED = (
    "SELECT sha256, name, size FROM file WHERE is_mine ORDER BY 1",
    "SELECT * FROM read_mark ORDER BY 1",
    "SELECT * FROM outbox ORDER BY row",
)


def _journal(path: Path) -> dict[str, list[Any]]:
    """The agent's own rows, without the numbers they lie under."""
    conn = _connect(path)
    try:
        return {
            "outbox": conn.execute("SELECT id, body, state FROM outbox ORDER BY row").fetchall(),
            "draft": conn.execute("SELECT * FROM draft ORDER BY 1").fetchall(),
            "setting": conn.execute("SELECT * FROM setting ORDER BY 1").fetchall(),
            "read_mark": conn.execute("SELECT * FROM read_mark ORDER BY 1").fetchall(),
            "file": conn.execute("SELECT sha256, name, size FROM file WHERE is_mine ORDER BY 1").fetchall(),
        }
    finally:
        conn.close()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return Original(tmp_path_factory.mktemp("original"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "account"
    folder.mkdir()
    return folder / "cache.db"


class Told:
    """What the store says of its troubles."""

    def __init__(self, store: Store) -> None:
        self.heard: list[tuple[str, Salvage | None]] = []
        store.on_trouble = lambda code, found: self.heard.append((code, found))


def _names(path: Path) -> set[str]:
    return {file.name.split("-")[0] for file in path.parent.iterdir()}


def _spoil(content: bytes, *pages: int) -> bytes:
    spoiled = bytearray(content)
    for page in pages:
        spoiled[(page - 1) * PAGE + 1000] ^= 0x40
    return bytes(spoiled)


@pytest.fixture
def opened(original: Original, path: Path) -> Iterator[Callable[[bytes], Store]]:
    stores: list[Store] = []

    def open_(content: bytes) -> Store:
        original.put(path, content)
        stores.append(Store.open(path, KEY))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


# --- found out while it is open -----------------------------------------------------------------------------------------


def test_a_broken_page_of_the_cache_costs_a_sync_and_nothing_else(
    original: Original, path: Path, opened: Callable[[bytes], Store], capfd: pytest.CaptureFixture[str]
) -> None:
    store = opened(_spoil(original.content, original.roots["message_stream"]))
    told = Told(store)
    heard: list[ChangeSet] = []
    store.subscribe(heard.append)

    rows = store.query(lambda conn: conn.execute("SELECT id FROM message ORDER BY sent_at LIMIT 3").fetchall())
    rows += store.query(
        lambda conn: conn.execute("SELECT id FROM message WHERE interaction_id = 'i1' ORDER BY sent_at, id").fetchall()
    )

    [(code, found)] = told.heard
    assert code == "damaged"
    assert found == Salvage(outbox=COUNT, drafts=COUNT, settings=COUNT, read_marks=COUNT, files=1)
    assert found.is_whole
    assert len(rows) in (0, 3), "the answer is that of the new file"
    assert heard[-1].is_bulk, "every panel looks again"
    store.close()
    assert _journal(path) == original.rows
    assert _names(path) == {"cache.db", "cache.db.seal"}, "the old file held nothing new"
    assert capfd.readouterr().err == ""


def test_what_the_agent_does_in_that_moment_is_not_lost(
    original: Original, path: Path, opened: Callable[[bytes], Store]
) -> None:
    store = opened(_spoil(original.content, original.roots["touchpoint_journey"], original.roots["touchpoint"]))
    told = Told(store)

    def send(w: Any) -> None:
        outbox.enqueue(w, c.Hold(interaction_id=InteractionId("neu")), CommandId("neu"))
        w.conn.execute("DELETE FROM touchpoint WHERE customer_id IS NULL")

    store.write(send, Cause.AGENT).result()
    assert [code for code, _ in told.heard] == ["damaged"]
    assert store.query(lambda conn: outbox.entry(conn, CommandId("neu"))) is not None
    assert store.query(lambda conn: len(outbox.entries(conn))) == COUNT + 1


def test_rows_that_cannot_be_read_are_counted_and_the_old_file_is_kept(
    original: Original, path: Path, opened: Callable[[bytes], Store], expected_errors: Any
) -> None:
    leaf = _leaf_of(original, "outbox")
    store = opened(_spoil(original.content, leaf))
    told = Told(store)
    entries = store.query(outbox.entries)
    [(_, found)] = told.heard
    assert found is not None
    assert found.lost_tables == ("outbox",)
    assert 0 < found.lost_rows < 20
    assert len(entries) == found.outbox == COUNT - found.lost_rows
    assert (found.drafts, found.settings, found.files) == (COUNT, COUNT, 1)
    assert _names(path) >= {"cache.damaged"}


def _leaf_of(original: Original, table: str) -> int:
    """A page from the middle of a table: one whose loss costs some rows of that table and nothing else."""
    pages = range(max(original.roots.values()) + 1, len(original.content) // PAGE)
    found = [page for page in pages if _lost(original, page) == {table}]
    return found[len(found) // 2]


def _lost(original: Original, page: int) -> set[str]:
    """Which journal tables a page belongs to (all: one of the list of tables)."""
    if page not in original.owners:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "cache.db"
            file.write_bytes(_spoil(original.content, page))
            original.owners[page] = {table for table in JOURNAL if not _is_readable(file, table)}
    return original.owners[page]


def _is_readable(file: Path, table: str) -> bool:
    conn = _connect(file)
    try:
        conn.execute("PRAGMA cipher_log_level = NONE").fetchall()
        conn.execute(f"SELECT * FROM {table} NOT INDEXED").fetchall()
    except sqlcipher3.dbapi2.Error:
        return False
    finally:
        conn.close()
    return True


def test_a_disk_that_damages_everything_again_ends_the_repairs(
    original: Original, path: Path, opened: Callable[[bytes], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(original.content)
    told = Told(store)
    monkeypatch.setattr(salvage, "replace", lambda path, key: Salvage())

    def read(conn: Any) -> None:
        raise _driver_error(11)

    for _ in range(6):
        with pytest.raises(Damaged):
            store.query(read)
    assert len(told.heard) == 3
    assert store.query(lambda conn: len(outbox.entries(conn))) == COUNT, "what can be read is read"


def _driver_error(code: int) -> Exception:
    error: Exception = sqlcipher3.dbapi2.DatabaseError("malformed")
    error.sqlite_errorcode = code  # type: ignore[attr-defined]
    return error


def test_an_index_that_contradicts_itself_is_no_reason_to_replace_the_file(opened: Any, original: Original) -> None:
    store = opened(original.content)
    told = Told(store)

    def read(conn: Any) -> None:
        raise _driver_error(267)

    with pytest.raises(StoreError) as caught:
        store.query(read)
    assert caught.value.code == "index"
    assert told.heard == []


# --- found out when it is opened ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["header", "schema", "cut", "emptied", "root"])
def test_a_file_that_cannot_be_opened_is_replaced_with_the_journal_whole(
    original: Original, path: Path, damage: str
) -> None:
    content = original.content
    damages: dict[str, Callable[[], bytes]] = {
        "header": lambda: bytes(PAGE) + content[PAGE:],
        "schema": lambda: _spoil(content, *_schema_pages(original)),
        "cut": lambda: content[: len(content) - 20 * PAGE - 100],
        "emptied": lambda: b"",
        "root": lambda: _spoil(content, original.roots["interaction"]),
    }
    original.put(path, damages[damage]())
    with pytest.raises(Damaged):
        Store.open(path, KEY)

    found = salvage.replace(path, KEY)

    if damage in ("header", "schema", "root"):
        assert found.is_whole
        assert _journal(path) == original.rows
    else:
        assert not found.is_whole
        assert len(quarantine.aside(path, quarantine.DAMAGED)) == 1, "who knows what others can read in it"
    store = Store.open(path, KEY)
    assert store.query(lambda conn: len(outbox.entries(conn))) == found.outbox
    store.close()


def _schema_pages(original: Original) -> list[int]:
    """All pages of the list of tables but the first one."""
    return [page for page in range(2, len(original.content) // PAGE + 1) if _lost(original, page) == set(JOURNAL)]


def test_a_log_that_is_gone_costs_what_was_in_it_only(original: Original, path: Path) -> None:
    original.put(path, original.content)
    store = Store.open(path, KEY)
    store.write(lambda w: journal.set_setting(w, "late", 1), Cause.AGENT).result()
    copy = path.read_bytes()
    store.close()
    original.put(path, copy)

    store = Store.open(path, KEY)
    assert store.query(lambda conn: len(outbox.entries(conn))) == COUNT
    store.close()


def test_a_lost_first_page_and_a_log_that_was_not_yet_written_back(original: Original, path: Path) -> None:
    """As after a power cut, with the disk's first block gone."""
    original.put(path, original.content)
    store = Store.open(path, KEY)
    store.write(lambda w: journal.set_setting(w, "late", 1), Cause.AGENT).result()
    copies = path.read_bytes(), (path.parent / "cache.db-wal").read_bytes()
    store.close()
    original.put(path, bytes(PAGE) + copies[0][PAGE:])
    (path.parent / "cache.db-wal").write_bytes(copies[1])
    with pytest.raises(StoreError):
        Store.open(path, KEY)

    assert salvage.replace(path, KEY).settings == COUNT + 1
    assert ("late", "1") in _journal(path)["setting"]
    assert _names(path) == {"cache.db"}


def test_a_wrong_key_is_told_apart_from_a_damaged_first_page(original: Original, path: Path) -> None:
    original.put(path, original.content)
    with pytest.raises(WrongKey):
        Store.open(path, bytes(32))
    assert path.read_bytes() == original.content
    original.put(path, bytes(PAGE) + original.content[PAGE:])
    with pytest.raises(Damaged):
        Store.open(path, KEY)
    with pytest.raises(WrongKey):
        Store.open(path, bytes(32))
    seal.file_of(path).unlink()
    with pytest.raises(WrongKey):
        # Without the seal nobody knows; what cannot be told is not thrown away.
        Store.open(path, KEY)


def test_what_was_cut_short_is_finished_at_the_next_start(
    original: Original, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between putting the damaged file aside and the new one in its place."""
    original.put(path, _spoil(original.content, original.roots["interaction"]))

    class Killed(BaseException):
        pass

    def die(path: Path, word: str) -> Path:
        aside(path, word)
        raise Killed

    aside = quarantine.put_aside
    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "put_aside", die)
        with pytest.raises(Killed):
            salvage.replace(path, KEY)
    assert not path.exists()

    store = Store.open(path, KEY)
    store.close()
    assert _journal(path) == original.rows


def test_a_full_disk_leaves_the_damaged_file_where_it_is(
    original: Original, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = _spoil(original.content, original.roots["interaction"])
    original.put(path, damaged)

    def full(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StoreError) as caught:
            salvage.replace(path, KEY)
    assert caught.value.code == "full"
    assert path.read_bytes() == damaged
    assert salvage.replace(path, KEY).is_whole


# --- anything ------------------------------------------------------------------------------------------------------------


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), spots=st.integers(1, 12), how=st.sampled_from(["flip", "zero", "cut", "swap"]))
@example(seed=1, spots=1, how="cut")
def test_whatever_is_damaged_nothing_readable_of_the_journal_is_lost(
    original: Original, path: Path, seed: int, spots: int, how: str
) -> None:
    rng = random.Random(seed)
    content = bytearray(original.content)
    spoiled: set[int] = set()
    for _ in range(spots):
        at = rng.randrange(len(content))
        page = at // PAGE
        spoiled.add(page + 1)
        if how == "flip":
            content[at] ^= rng.randrange(1, 256)
        elif how == "zero":
            content[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
        elif how == "swap":
            other = rng.randrange(len(content) // PAGE)
            spoiled.add(other + 1)
            one, two = (content[n * PAGE : (n + 1) * PAGE] for n in (page, other))
            content[page * PAGE : (page + 1) * PAGE], content[other * PAGE : (other + 1) * PAGE] = two, one
    if how == "cut":
        del content[rng.randrange(len(content)) :]
        spoiled = set(range(len(content) // PAGE + 1, len(original.content) // PAGE + 1))
    original.put(path, bytes(content))

    found: list[Salvage | None] = []
    try:
        store = Store.open(path, KEY)
    except Damaged:
        found.append(salvage.replace(path, KEY))
        store = Store.open(path, KEY)
    store.on_trouble = lambda code, rows: found.append(rows)
    try:
        for table in Table:
            if table not in (Table.SYNC, Table.OUTBOX, Table.DRAFT, Table.SETTING, Table.FILE):
                store.query(lambda conn, name=table: conn.execute(f"SELECT * FROM {name}").fetchall())
        store.query(outbox.entries)
        store.query(journal.drafts)
        store.query(journal.settings)
        # What nobody asks for is not found to be damaged.
        for sql in _ASKED:
            store.query(lambda conn, sql=sql: conn.execute(sql).fetchall())
    finally:
        store.close()

    lost = {row for one in found if one for row in one.lost_tables}
    rows = _journal(path)
    for table, kept in rows.items():
        assert set(kept) <= set(original.rows[table]), "nothing is made up"
        bytes_too = {table, "file_part"} if table == "file" else {table}
        if not any(bytes_too & _lost(original, page) for page in spoiled if page > 1) and how != "cut":
            assert kept == original.rows[table]
        if kept != original.rows[table]:
            assert table in lost or table == "file"
