"""The index stays in step with what is here, in slices: the newest first, nothing findable that is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.domain.changes import Cause, Table
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import projections, retention
from desktop.store.apply import apply_page
from desktop.store.rows import HitKind, InboxView
from desktop.store.search import index_some, is_behind, merge_some
from desktop.store.search.documents import row_at

Found = Callable[..., list[str]]
I1 = InteractionId("i1")


def _write(world: Any, *records: Any) -> None:
    """Records arrive and nobody has indexed them yet."""
    page = world.page(*records)
    world.store.write(lambda w: apply_page(w, page, now=world.now), Cause.NETWORK).result()


def _entries(world: Any) -> int:
    [(count,)] = world.store.query(lambda conn: conn.execute("SELECT count(*) FROM search_doc").fetchall())
    return int(count)


def test_the_newest_is_findable_first_and_progress_is_told(world: Any, found: Found, find: Any) -> None:
    _write(world, *(world.message(f"m{n}", n, text="Zug") for n in range(30)))
    assert (find("zug").hits, find("zug").progress) == ((), 0.0)
    assert world.see(is_behind)

    assert world.do(index_some, 10) == 20
    assert found("zug") == [f"m{n}" for n in range(29, 19, -1)]
    assert 0.3 < find("zug").progress < 0.4
    _write(world, world.message("late", 99, text="Zug"))
    world.do(index_some, 1)
    assert found("zug")[0] == "late"
    world.index()
    assert (len(found("zug")), find("zug").progress, world.see(is_behind)) == (31, 1.0, False)


def test_open_work_and_people_come_before_all_history(world: Any, found: Found) -> None:
    _write(
        world,
        world.message("m1", 5, text="Kranich"),
        world.customer("c1", name="Kranich"),
        world.interaction("i1", subject="Kranich", last_at=world.at(-9000)),
        world.interaction("i2", "closed", subject="Kranich", last_at=world.at(3)),
    )
    order = []
    while world.do(index_some, 1) or not order:
        order.append(set(found("kranich")))
    assert [len(ids) for ids in order[:3]] == [1, 2, 3]
    assert order[1] == {"i1", "c1"}


def test_what_is_edited_is_found_by_its_new_words_only(world: Any, found: Found) -> None:
    world.arrive(world.message(text="Kranich"), world.customer(name="Alt"), world.interaction(subject="Alt"))
    world.arrive(
        world.message("m1", 7, text="Sperber", version=2),
        world.customer("c1", name="Neu", version=2),
        world.interaction("i1", subject="Neu", version=2),
    )
    assert found("kranich") == found("alt") == []
    assert found("sperber") == ["m1"]
    assert set(found("neu", kinds=frozenset({HitKind.CUSTOMER, HitKind.INTERACTION}))) == {"c1", "i1"}
    assert _entries(world) == 3


def test_what_is_deleted_or_out_of_sight_cannot_be_found(world: Any, found: Found) -> None:
    world.arrive(
        world.interaction("i1", subject="Kranich"),
        world.message("m1", text="Kranich"),
        world.message("m2", interaction_id=InteractionId("i2"), text="Kranich"),
    )
    assert len(found("kranich")) == 3
    world.arrive(world.deletion(Table.INTERACTION, "i1"))
    assert found("kranich") == ["m2"], "nobody may read what was said in a contact they lost sight of"
    world.arrive(world.deletion(Table.MESSAGE, "m2"))
    assert (found("kranich"), _entries(world)) == ([], 0)


def test_deleted_before_it_was_indexed_leaves_nothing_behind(world: Any, found: Found) -> None:
    _write(world, world.message("m1", text="Kranich"))
    _write(world, world.deletion(Table.MESSAGE, "m1"))
    world.index()
    assert (found("kranich"), _entries(world)) == ([], 0)


def test_messages_follow_what_becomes_of_their_contact(world: Any, found: Found) -> None:
    """They are found by its customer, its queue, its agent and whether it is open; whichever came first."""
    world.arrive(world.message("m1", text="Kranich"))
    assert found("kranich is:open") == found("from:weber kranich") == []
    world.arrive(world.interaction("i1", customer_name="Jana Weber"))
    assert found("kranich is:open") == found("from:weber kranich") == found("kranich is:mine") == ["m1"]
    world.arrive(world.interaction("i1", "closed", customer_name="Jana Kaiser", assignee=None, version=2))
    assert found("kranich is:open") == found("from:weber kranich") == found("kranich is:mine") == []
    assert found("kranich is:closed from:kaiser") == ["m1"]


def test_a_customer_who_changes_their_name_is_found_by_the_new_one_in_what_they_said(world: Any, found: Found) -> None:
    world.arrive(world.customer("c1", name="Alt"), world.interaction("i1"), world.message("m1", text="Kranich"))
    world.arrive(world.customer("c1", name="Jana Neumann", version=2))
    assert found("kranich from:neumann") == ["m1"]


def test_many_messages_of_one_instant_all_find_a_place(world: Any, found: Found) -> None:
    world.arrive(*(world.message(f"m{n}", text=f"Zug{n}") for n in range(150)))
    world.arrive(*(world.message(f"n{n}", text="Bahn") for n in range(150)))
    assert len(found("bahn", limit=500)) == 150
    assert len(found("zug", limit=500)) == 150
    assert _entries(world) == 300


def test_instants_beyond_all_reason_have_a_row(world: Any) -> None:
    assert row_at(-(2**63)) < row_at(0) < row_at(2**63 - 1)


def test_a_new_epoch_empties_the_index_with_the_cache(world: Any, found: Found) -> None:
    world.arrive(world.message("m1", text="Kranich"), world.customer("c1", name="Kranich"))
    world.apply(world.page(epoch="e2"))
    assert found("kranich") == []
    page = world.page(world.message("m1", text="Sperber"), epoch="e2")
    world.apply(page)
    assert (found("sperber"), found("kranich")) == (["m1"], [])


def test_many_parts_become_one_and_nothing_is_lost(world: Any, found: Found) -> None:
    for n in range(40):
        world.arrive(*(world.message(f"m{n}.{k}", n + k / 100, text=f"Zug {n}") for k in range(30)))

    def parts() -> int:
        [(count,)] = world.store.query(
            lambda conn: conn.execute("SELECT count(DISTINCT segid) FROM search_text_idx").fetchall()
        )
        return int(count)

    assert parts() > 10
    while world.do(merge_some):
        pass
    assert parts() == 1
    assert len(found("zug", limit=2000)) == 1200
    assert len(found("zug 7 ")) == 30
    assert not world.do(merge_some), "there is nothing to do twice"


def test_the_closed_list_is_narrowed_through_the_index_window_by_window(world: Any) -> None:
    world.arrive(
        *(
            world.interaction(f"i{n:03}", "closed", subject="Kranich" if n % 2 else "Sperber", closed_at=world.at(-n))
            for n in range(100)
        ),
        world.interaction("open", subject="Kranich"),
    )

    def window(text: str, limit: int, offset: int) -> list[str]:
        rows = world.see(projections.inbox, InboxView.CLOSED, world.me, text=text, limit=limit, offset=offset)
        return [row.interaction.id for row in rows]

    everything = window("kran", 100, 0)
    assert everything == [f"i{n:03}" for n in range(1, 100, 2)]
    assert [*window("kran", 20, 0), *window("kran", 20, 20), *window("kran", 20, 40)] == everything
    assert window("kranich sperber", 10, 0) == []


@pytest.mark.parametrize("most_rows", [1, 7, 1000])
def test_forgetting_leaves_nobody_to_find(world: Any, found: Found, most_rows: int) -> None:
    _write(
        world,
        world.customer("c1", name="Jana Kranich"),
        world.interaction("i1", customer_name="Jana Kranich"),
        *(world.message(f"m{n}", n, text="Kranich") for n in range(5)),
        world.message("kept", interaction_id=InteractionId("i2"), text="bleibt"),
    )
    world.do(index_some, most_rows)
    world.do(retention.forget, CustomerId("c1"))
    world.index()
    assert found("kranich") == found("from:jana") == []
    assert found("bleibt") == ["kept"]
    [(words,)] = world.store.query(
        lambda conn: conn.execute("SELECT count(*) FROM search_text_word WHERE term LIKE '%kranich%'").fetchall()
    )
    assert words == 0
