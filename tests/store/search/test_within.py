"""Finding within one contact, among many others."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Attachment, MessageKind
from desktop.store import projections
from desktop.store.search.within import STRETCH_SQL, WITHIN_SQL

I1, I2 = InteractionId("i1"), InteractionId("i2")


@pytest.fixture
def told(world: Any) -> Any:
    world.arrive(
        world.interaction(),
        world.interaction("i2"),
        world.message("a", 0, text="Die Rechnung fehlt"),
        world.message("b", 1, text="Welche?"),
        world.message("x", 2, text="Rechnung eines anderen", interaction_id=I2),
        world.message("c", 3, text="Rechnungsnummer 4711", kind=MessageKind.NOTE),
        world.message("d", 4, text="", attachments=(Attachment(sha256="0" * 64, name="Rechnung.pdf"),)),
        world.message(
            "e",
            5,
            text="Die Rechnung, die Rechnung.pdf",
            attachments=(Attachment(sha256="1" * 64, name="rechnung.jpg"),),
        ),
    )
    return world


def found(world: Any, text: str, interaction: InteractionId = I1, **more: Any) -> list[str]:
    messages: list[str] = world.see(projections.search_within, interaction, text, **more)
    return messages


def test_messages_notes_and_files_of_this_contact_only_each_once_the_newest_first(told: Any) -> None:
    assert found(told, "rechnung") == ["e", "d", "c", "a"]
    assert found(told, "rechnung", I2) == ["x"]
    assert found(told, "rechnung", InteractionId("i9")) == []


def test_what_can_be_typed_everywhere_can_be_typed_here(told: Any) -> None:
    assert found(told, "rechnung is:note") == ["c"]
    assert found(told, "rechnung -fehlt is:message") == ["e"]
    assert found(told, '"rechnung fehlt"') == ["a"]
    assert found(told, "rechnung", limit=2) == ["e", "d"]


@pytest.mark.parametrize("text", ["", "  ", "is:", '"', "before:2026", "*", "((", "NEAR(", "before:1900 rechnung"])
def test_no_text_is_an_error(told: Any, text: str) -> None:
    assert found(told, text) == [] or text == "before:2026"


@pytest.mark.parametrize(("sql", "values"), [(STRETCH_SQL, ("i1",)), (WITHIN_SQL, ('"a"', 0, 9, "i1", 9))])
def test_only_this_contact_is_read(world: Any, sql: str, values: tuple[object, ...]) -> None:
    rows = world.store.query(lambda conn: conn.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
    plan = "\n".join(row[3] for row in rows)
    assert "SCAN message" not in plan
    assert "SCAN search_doc" not in plan
