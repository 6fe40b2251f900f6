"""The index follows by itself, quickly, and lets others write in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.domain.changes import Cause
from desktop.domain.ids import InteractionId
from desktop.store import journal
from desktop.store.apply import apply_page
from desktop.store.database import Store
from desktop.store.rows import Draft
from desktop.store.search import index_some, indexer, is_behind, search
from desktop.store.search.indexer import Indexer


@pytest.fixture
def running(store: Store) -> Iterator[Indexer]:
    started = Indexer(store)
    yield started
    started.close()


def _until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)


def _arrive(world: Any, *records: Any) -> None:
    page = world.page(*records)
    world.store.write(lambda w: apply_page(w, page, now=world.now), Cause.NETWORK).result()


def _is_found(world: Any, text: str) -> bool:
    return bool(world.see(search, text).hits)


def test_a_message_that_arrives_can_be_found_without_anybody_asking(world: Any, running: Indexer) -> None:
    _arrive(world, world.message("m1", text="Kranich"))
    _until(lambda: _is_found(world, "kranich"))
    _arrive(world, world.message("m2", text="Sperber"))
    _until(lambda: _is_found(world, "sperber"))


def test_what_was_left_when_the_program_ended_is_done_at_the_next_start(world: Any) -> None:
    _arrive(world, *(world.message(f"m{n}", n, text="Kranich") for n in range(500)))
    started = Indexer(world.store)
    _until(lambda: not world.see(is_behind))
    started.close()
    assert len(world.see(search, "kranich", limit=1000).hits) == 500


def test_the_agents_writes_go_between_the_slices(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _arrive(world, *(world.message(f"m{n}", n, text="Kranich " * 5) for n in range(4000)))
    slices = []
    first = threading.Event()

    def watched(w: Any, most_rows: int) -> int:
        slices.append(time.monotonic())
        first.set()
        return index_some(w, 20)

    monkeypatch.setattr(indexer, "index_some", watched)
    monkeypatch.setattr(indexer, "_LONG_SLICE_S", 0.005)
    started = Indexer(world.store)
    first.wait(10)
    world.do(journal.save_draft, Draft(InteractionId("i1"), "reply", "geht vor"))
    saved_at = time.monotonic()
    _until(lambda: not world.see(is_behind))
    started.close()
    assert [at for at in slices if at > saved_at], "it did not have to wait for the end"
    assert len(slices) > 150


def test_a_first_sync_is_not_held_up(world: Any, running: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    """While page follows page only a slice now and then is taken; afterwards all is done."""
    _until(lambda: not running._is_running)
    calls: list[int] = []

    def counted(w: Any, most_rows: int) -> int:
        calls.append(most_rows)
        return index_some(w, most_rows)

    monkeypatch.setattr(indexer, "index_some", counted)
    pages = 0
    begun = time.monotonic()
    while time.monotonic() - begun < indexer.PATIENCE_S * 3:
        _arrive(world, *(world.message(f"m{pages}.{n}", n, text="Kranich") for n in range(201)))
        pages += 1
    assert len(calls) <= 5
    _until(lambda: not world.see(is_behind))
    assert len(calls) > 5


def test_a_store_that_is_closed_ends_it_without_noise(world: Any, caplog: pytest.LogCaptureFixture) -> None:
    started = Indexer(world.store)
    _arrive(world, *(world.message(f"m{n}", n) for n in range(300)))
    world.store.close()
    started.close()
    assert caplog.records == []


def test_a_slice_that_fails_is_told_without_its_words_and_tried_again(
    world: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    started = Indexer(world.store)
    with monkeypatch.context() as patch:

        def broken(w: Any, most_rows: int) -> int:
            raise ValueError("Kranich")

        patch.setattr(indexer, "index_some", broken)
        _arrive(world, world.message("m1", text="Kranich"))
        _until(lambda: bool(caplog.records))
    assert "Kranich" not in caplog.text
    caplog.clear()
    _arrive(world, world.message("m2", text="Sperber"))
    _until(lambda: _is_found(world, "kranich"))
    started.close()
