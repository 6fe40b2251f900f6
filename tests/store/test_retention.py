"""The right to be forgotten: not one byte is left, not even in pages nobody reads any more."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.changes import Cause
from desktop.domain.ids import CustomerId, InteractionId
from desktop.domain.interaction import Attachment
from desktop.store import files, journal, outbox, projections, retention
from desktop.store.database import Store
from desktop.store.keeper import Keeper
from desktop.store.pruning import Limits
from desktop.store.rows import Draft
from desktop.store.search import indexing

# Rare enough that the tail of it would be noticed too: the index keeps a word as what differs from the one before.
SECRET = "Qxzvkjwpy"
TAILS = [SECRET.lower()[n:].encode() for n in range(len(SECRET) - 3)]
_RESERVED = 80  # bytes at the end of each page: initialisation vector and HMAC-SHA512 (SQLCipher 4)


def _decrypted(file: Path, key: bytes) -> bytes:
    """Return all pages of a database or its log as they are before encryption, free ones included."""
    ciphers = pytest.importorskip("cryptography.hazmat.primitives.ciphers", reason="decrypts the raw file")
    content = file.read_bytes()
    starts = range(32 + 24, len(content), 24 + 4096) if file.name.endswith("-wal") else range(0, len(content), 4096)
    pages = []
    for start in starts:
        page = content[start : start + 4096]
        body = page[16:-_RESERVED] if start == 0 else page[:-_RESERVED]
        vector = page[-_RESERVED : -_RESERVED + 16]
        decryptor = ciphers.Cipher(ciphers.algorithms.AES(key), ciphers.modes.CBC(vector)).decryptor()
        pages.append(decryptor.update(body) + decryptor.finalize())
    return b"".join(pages)


def _bytes(path: Path, key: bytes) -> bytes:
    return b"".join(_decrypted(file, key) for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())


def _left(path: Path, key: bytes) -> list[bytes]:
    content = _bytes(path, key)
    return [tail for tail in (SECRET.encode(), *TAILS) if tail in content]


def _fill(world: Any) -> None:
    world.arrive(
        world.customer("c1", name=f"Jana {SECRET}"),
        world.customer("old", name=f"J. {SECRET}", merged_into=CustomerId("c1")),
        world.customer("c2", name="Emre Kaya"),
        world.interaction("i1", customer_name=f"Jana {SECRET}", last_text=SECRET),
        world.interaction("i2", customer_id=CustomerId("c2")),
        *(world.message(f"m{n}", text=f"{SECRET} " * 300) for n in range(20)),
        world.message("kept", interaction_id=InteractionId("i2"), text="bleibt"),
        world.touchpoint(title=SECRET),
        world.record(title=SECRET),
        world.suggestion(wordings={"de": SECRET}),
    )
    # Versions that were replaced by shorter ones leave their tails in a page unless they are overwritten.
    world.arrive(world.message("m1", text="kurz", version=2), world.customer("c1", name="J", version=2))
    attached = [
        files.put(world.store, io.BytesIO(f"{SECRET} {name}".encode() * 9000), name, "application/pdf", is_mine=is_mine)
        for name, is_mine in ((f"{SECRET}.pdf", True), ("Bild.png", False), ("gemeinsam.pdf", True))
    ]
    world.arrive(world.message("with files", attachments=tuple(attached)))
    world.perform(c.SendMessage(interaction_id=InteractionId("i1"), text=SECRET, attachments=(attached[0],)))
    world.do(journal.set_setting, "search.recent", [SECRET])
    world.do(journal.set_setting, "workspace", {"contact": "i2", "search": SECRET})
    world.do(journal.set_setting, "tabs", ["i2", "i1"])
    world.do(journal.set_setting, "undo_send_s", 5)
    world.do(indexing.index_some, 5_000)
    world.perform(c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": SECRET}))
    world.perform(c.MergeCustomers(customer_id=CustomerId("c2"), merged_id=CustomerId("c1")))
    world.perform(c.Hold(interaction_id=InteractionId("i2")))
    world.do(journal.save_draft, Draft(InteractionId("i1"), "reply", SECRET))
    world.do(journal.mark_read, InteractionId("i1"))


def test_after_forgetting_no_byte_is_left_and_others_are_untouched(world: Any, path: Path) -> None:
    _fill(world)
    assert SECRET.encode() in _bytes(path, world.key), "the test can see what is in the file"
    assert any(tail in _bytes(path, world.key) for tail in TAILS), "and in the index"

    world.do(retention.forget, CustomerId("c1"))

    assert _left(path, world.key) == []
    world.store.close()
    assert _left(path, world.key) == []
    store = Store.open(path, world.key)
    assert store.query(journal.settings).keys() == {"undo_send_s", retention.UNCLEARED}
    assert [file.name for file in store.query(files.waiting)] == []
    assert store.query(lambda conn: projections.customer_card(conn, CustomerId("c2"))).contact_count == 1
    assert [i.key for i in store.query(lambda conn: projections.stream(conn, InteractionId("i2")))] == ["kept"]
    assert [entry.interaction_id for entry in store.query(outbox.entries)] == ["i2"]
    store.close()


def test_a_file_that_somebody_elses_message_on_its_way_needs_stays(world: Any) -> None:
    _fill(world)
    [shared] = [file for file in world.see(files.waiting) if file.name == "gemeinsam.pdf"]
    sending = c.SendMessage(
        interaction_id=InteractionId("i2"),
        text="auch dies",
        attachments=(Attachment(sha256=shared.sha256, name=shared.name, size=shared.size),),
    )
    world.perform(sending)
    world.do(retention.forget, CustomerId("c1"))
    assert [file.name for file in world.see(files.waiting)] == ["gemeinsam.pdf"]


async def test_a_large_index_is_cleared_in_steps_by_the_keeper(world: Any, path: Path) -> None:
    _fill(world)
    for batch in range(12):
        world.arrive(
            *(
                world.message(
                    f"n{batch}-{n}",
                    interaction_id=InteractionId("i2"),
                    text=f"{SECRET[:4]}{n * 7919} wort{n}x{batch} " * 9,
                )
                for n in range(400)
            )
        )
        world.do(indexing.index_some, 5_000)
    aside = [path.with_name(f"store.{word}-20260301T000000000000.db") for word in ("damaged", "locked")]
    for file in aside:
        file.write_bytes(b"x")
    opened: list[str] = []
    keeper = Keeper(world.store, Limits, breath_s=0, on_forgotten=lambda: opened.append("wiped"))
    running = asyncio.ensure_future(keeper.run(first_after_s=60))
    await asyncio.sleep(0)
    await asyncio.wrap_future(world.store.write(lambda w: retention.forget(w, CustomerId("c1")), Cause.SYSTEM))
    async with asyncio.timeout(20):
        while world.see(journal.setting, retention.UNCLEARED) is not None:
            await asyncio.sleep(0.01)
    assert _left(path, world.key) == []
    async with asyncio.timeout(20):
        while aside[0].exists():
            await asyncio.sleep(0.01)
    assert opened
    assert aside[1].exists(), "nobody can read it, and it may hold what was never sent"
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_everybody_who_shows_the_customer_hears_of_it(world: Any) -> None:
    _fill(world)
    world.changes.clear()
    world.do(retention.forget, CustomerId("old"))
    [changes] = world.changes
    assert changes.customers == {"c1", "old"}
    assert "i1" in changes.interactions
    assert world.see(projections.customer_card, CustomerId("c1")) is None
    assert world.see(projections.find_customers, SECRET) == []
