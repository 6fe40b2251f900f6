"""Attachments in the store: all of a file or none of it, the agent's own never given up, and no room for ever."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Cause, Table
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Attachment
from desktop.store import files, journal, outbox
from desktop.store.connection import Damaged
from desktop.store.database import Store
from desktop.store.rows import Draft

I1 = InteractionId("i1")
LARGE = os.urandom(3 * files.PART_BYTES + 17)


def _put(world: Any, data: bytes, *, is_mine: bool = True, name: str = "Beleg.pdf") -> Attachment:
    return files.put(world.store, io.BytesIO(data), name, "application/pdf", is_mine=is_mine)


def _read(store: Store, sha256: str) -> bytes | None:
    found = files.read(store, sha256)
    return None if found is None else found.getvalue()


def _waiting(world: Any) -> list[str]:
    return [file.sha256 for file in world.see(files.waiting)]


def _parts(store: Store) -> int:
    return int(store.query(lambda conn: conn.execute("SELECT count(*) FROM file_part").fetchone()[0]))


def _draft(world: Any, *attachments: Attachment) -> None:
    kept = "[" + ",".join(f'{{"sha256":"{one.sha256}","name":"x"}}' for one in attachments) + "]"
    world.do(journal.save_draft, Draft(I1, "reply", "Anbei", {"attachments": kept}))


@pytest.mark.parametrize(
    "data", [LARGE, LARGE[: files.PART_BYTES], b"x", b""], ids=["parts", "a part", "a byte", "none"]
)
def test_what_was_put_comes_back_byte_for_byte(world: Any, data: bytes) -> None:
    kept = _put(world, data)
    assert (kept.sha256, kept.size) == (hashlib.sha256(data).hexdigest(), len(data))
    assert _read(world.store, kept.sha256) == data
    assert _read(world.store, "0" * 64) is None
    assert _waiting(world) == [kept.sha256]


def test_other_writes_go_in_between_the_parts(world: Any) -> None:
    """What the agent types does not wait for a large file."""
    order: list[str] = []
    in_between = threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            chunk = super().read(size)
            if order and not in_between.is_set():
                world.store.write(lambda w: order.append("typed"), Cause.AGENT).result(5)
                in_between.set()
            return chunk

        def seek(self, *where: int) -> int:
            if self.tell():
                order.append("second reading")
            return super().seek(*where)

    kept = files.put(world.store, Slow(LARGE), "Film.mp4", "video/mp4", is_mine=True)
    assert order == ["second reading", "typed"]
    assert _read(world.store, kept.sha256) == LARGE


def test_a_file_that_is_here_is_not_written_twice_and_stays_the_agents_until_it_went_up(world: Any) -> None:
    kept = _put(world, LARGE)
    before = _parts(world.store)
    _put(world, LARGE, is_mine=False, name="Kopie.pdf")
    assert _parts(world.store) == before
    assert _waiting(world) == [kept.sha256]
    world.do(files.gone_up, kept.sha256)
    assert _waiting(world) == []
    assert world.changes[-1].rows == {Table.FILE: frozenset({kept.sha256})}
    _put(world, LARGE)
    assert _waiting(world) == [kept.sha256], "added again by the agent, it goes up again"


def test_a_file_that_changes_while_it_is_read_is_read_again(world: Any) -> None:
    class Growing(io.BytesIO):
        reads = 0

        def seek(self, *where: int) -> int:
            self.reads += 1
            if self.reads == 2:
                self.getbuffer()[0] ^= 1
            return super().seek(*where)

    kept = files.put(world.store, Growing(LARGE), "Log.txt", "text/plain", is_mine=True)
    changed = bytes([LARGE[0] ^ 1]) + LARGE[1:]
    assert _read(world.store, kept.sha256) == changed
    assert _parts(world.store) == 4, "nothing is left of the first try"


def test_one_that_never_stops_changing_is_not_taken(world: Any) -> None:
    class Restless(io.BytesIO):
        def seek(self, *where: int) -> int:
            self.getbuffer()[0] ^= 1
            self.getbuffer()[1] = (self.getbuffer()[1] + 1) % 256
            return super().seek(*where)

    with pytest.raises(OSError, match="changes"):
        files.put(world.store, Restless(LARGE), "Log.txt", "text/plain", is_mine=True)
    assert (_waiting(world), _parts(world.store)) == ([], 0)


def test_after_a_kill_half_a_file_is_no_file_and_is_cleared_away(world: Any, path: Path) -> None:
    whole = _put(world, b"ganz")
    _draft(world, whole)
    world.do(lambda w: w.conn.execute("INSERT INTO file_part (sha256, part, bytes) VALUES ('ab', 0, x'00')"))
    world.store.close()
    store = Store.open(path, world.key)
    try:
        assert store.query(lambda conn: files.find(conn, "ab")) is None
        files.tidy(store)
        assert (_parts(store), _read(store, whole.sha256)) == (1, b"ganz")
    finally:
        store.close()


def test_parts_swept_away_under_a_put_are_put_again(world: Any) -> None:
    class Swept(io.BytesIO):
        is_swept = False

        def read(self, size: int | None = -1) -> bytes:
            chunk = super().read(size)
            if not chunk and _parts(world.store) and not self.is_swept:
                self.is_swept = True
                files.evict(world.store, 10**9)
            return chunk

    kept = files.put(world.store, Swept(LARGE), "Film.mp4", "video/mp4", is_mine=True)
    assert _read(world.store, kept.sha256) == LARGE


def test_what_nothing_names_goes_at_the_next_start_and_what_a_draft_or_a_command_names_stays(world: Any) -> None:
    drafted, sent, noted, forsaken = (_put(world, data) for data in (b"1", b"2", b"3", b"4"))
    _draft(world, drafted)
    world.perform(c.SendMessage(interaction_id=I1, text="Anbei", attachments=(sent,)))
    world.perform(c.AddNote(interaction_id=I1, text="", attachments=(noted,)))
    world.perform(c.Hold(interaction_id=I1))
    assert world.see(files.referred) == {drafted.sha256, sent.sha256, noted.sha256}
    files.tidy(world.store)
    assert forsaken.sha256 in _waiting(world), "the draft that names it may not be saved yet"
    world.do(lambda w: w.conn.execute("UPDATE file SET used_at = used_at - 3601000000"))
    files.tidy(world.store)
    assert forsaken.sha256 not in _waiting(world)
    assert len(_waiting(world)) == 3
    assert world.do(files.drop_unused, [drafted.sha256, sent.sha256]) == 0
    world.do(journal.drop_draft, I1, "reply")
    assert world.do(files.drop_unused, [drafted.sha256, sent.sha256]) == 1


def test_a_draft_that_is_not_readable_names_nothing_and_stops_nothing(world: Any) -> None:
    world.do(journal.save_draft, Draft(I1, "reply", "x", {"attachments": "[{"}))
    files.tidy(world.store)
    assert world.see(files.referred) == set()


def test_the_longest_unused_go_first_and_the_agents_own_never(world: Any) -> None:
    mine = _put(world, b"m" * 1000)
    old, used, new = (_put(world, letter * 1000, is_mine=False) for letter in (b"o", b"u", b"n"))
    _draft(world, mine)
    _read(world.store, used.sha256)
    world.do(lambda w: w.conn.execute("UPDATE file SET used_at = 1 WHERE sha256 = ?", (old.sha256,)))
    world.do(lambda w: w.conn.execute("UPDATE file SET used_at = 2 WHERE sha256 = ?", (new.sha256,)))
    assert files.evict(world.store, 3000) == 0
    assert files.evict(world.store, 2000, keep=[old.sha256]) == 1000
    assert _read(world.store, new.sha256) is None
    assert files.evict(world.store, 0) == 2000
    assert _waiting(world) == [mine.sha256]
    assert _parts(world.store) == 1


def test_what_is_on_its_way_stays_though_it_went_up(world: Any) -> None:
    """The backend may have been set back to an older copy of itself: then it goes up again."""
    kept = _put(world, LARGE)
    command_id = world.perform(c.SendMessage(interaction_id=I1, text="", attachments=(kept,)))
    world.do(files.gone_up, kept.sha256)
    assert files.evict(world.store, 0) == 0
    assert world.do(files.must_go_up, [kept.sha256, "0" * 64])
    assert _waiting(world) == [kept.sha256]
    world.do(files.gone_up, kept.sha256)
    world.do(outbox.discard, command_id)
    assert files.evict(world.store, 0) == len(LARGE)


def test_damage_is_noticed(world: Any) -> None:
    fetched, mine = _put(world, b"abc", is_mine=False), _put(world, b"xyz")
    world.do(lambda w: w.conn.execute("UPDATE file_part SET bytes = x'000000'"))
    assert _read(world.store, fetched.sha256) is None
    assert world.see(files.find, fetched.sha256) is None, "so that it is fetched again"
    with pytest.raises(Damaged):
        _read(world.store, mine.sha256)
    assert _waiting(world) == [mine.sha256]


def test_no_byte_of_it_is_readable_in_the_file(world: Any, path: Path) -> None:
    secret = b"Sperberweg 12" * 1000
    _put(world, secret)
    world.store.close()
    assert not [file for file in path.parent.iterdir() if b"Sperberweg" in file.read_bytes()]


def test_a_file_that_goes_by_its_place_is_kept_under_that(world: Any) -> None:
    place = "chatwoot~file-1-2-3"
    kept = files.put(world.store, io.BytesIO(LARGE), "a.png", "image/png", is_mine=False, place=place)
    assert (kept.sha256, kept.size) == (place, len(LARGE))
    assert _read(world.store, place) == LARGE
    assert _waiting(world) == []
    # Its bytes cannot be checked by a digest, but one that is not whole is fetched again.
    world.do(lambda w: w.conn.execute("DELETE FROM file_part WHERE sha256 = ? AND part = 1", (place,)))
    assert _read(world.store, place) is None
    assert world.see(files.find, sha256=place) is None


def test_the_files_of_an_account_that_leaves_go_with_it(world: Any) -> None:
    mine = _put(world, b"mine")
    for place in ("chatwoot~file-1", "chatwoot~file-2", "zammad~file-1", "file-9"):
        files.put(world.store, io.BytesIO(place.encode()), "a", "image/png", is_mine=False, place=place)
    while world.do(files.drop_some_of, "chatwoot", 1):
        pass
    left = world.see(lambda conn: {name for (name,) in conn.execute("SELECT sha256 FROM file")})
    assert left == {mine.sha256, "zammad~file-1", "file-9"}
    assert _parts(world.store) == 3
