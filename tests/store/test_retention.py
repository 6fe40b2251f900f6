"""The right to be forgotten: not one byte is left, not even in pages nobody reads any more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop.domain import commands as c
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import journal, outbox, projections, retention
from desktop.store.database import Store
from desktop.store.rows import Draft

SECRET = "Sperberweg"
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
    world.perform(c.SendMessage(interaction_id=InteractionId("i1"), text=SECRET))
    world.perform(c.UpdateCustomer(customer_id=CustomerId("c1"), fields={"name": SECRET}))
    world.perform(c.MergeCustomers(customer_id=CustomerId("c2"), merged_id=CustomerId("c1")))
    world.perform(c.Hold(interaction_id=InteractionId("i2")))
    world.do(journal.save_draft, Draft(InteractionId("i1"), "reply", SECRET))
    world.do(journal.mark_read, InteractionId("i1"))


def test_after_forgetting_no_byte_is_left_and_others_are_untouched(world: Any, path: Path) -> None:
    _fill(world)
    assert SECRET.encode() in _bytes(path, world.key), "the test can see what is in the file"

    world.do(retention.forget, CustomerId("c1"))

    assert SECRET.encode() not in _bytes(path, world.key)
    world.store.close()
    assert SECRET.encode() not in _bytes(path, world.key)
    store = Store.open(path, world.key)
    assert store.query(lambda conn: projections.customer_card(conn, CustomerId("c2"))).contact_count == 1
    assert [i.key for i in store.query(lambda conn: projections.stream(conn, InteractionId("i2")))] == ["kept"]
    assert [entry.interaction_id for entry in store.query(outbox.entries)] == ["i2"]
    store.close()


def test_everybody_who_shows_the_customer_hears_of_it(world: Any) -> None:
    _fill(world)
    world.changes.clear()
    world.do(retention.forget, CustomerId("old"))
    [changes] = world.changes
    assert changes.customers == {"c1", "old"}
    assert "i1" in changes.interactions
    assert world.see(projections.customer_card, CustomerId("c1")) is None
    assert world.see(projections.find_customers, SECRET) == []
