"""The tables of docs/backends.md are those of the code, and no story is passed over but for what a backend says of itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from . import table
from .stories import MISSING

HERE = Path(__file__).parent


def test_the_page_says_what_the_code_says() -> None:
    page = table.PAGE.read_text()
    assert page == table.with_tables(page, table.measured(page)), f"anew: {table.COMMAND}"


@pytest.mark.parametrize("kind", list(table.WORLDS))
def test_each_cell_follows_from_what_a_backend_says_of_itself(kind: str) -> None:
    cells, can = table.measured(table.PAGE.read_text()), table.traits(kind)
    told = table.stories()
    assert set(cells) == set(told)
    for title, stories in told.items():
        assert {story.cell(can) for story in stories} == {cells[title][kind]}, title
        for story in stories:
            lacking = set(story.needs) - can
            assert bool(lacking) is (cells[title][kind] == MISSING), title


def test_no_story_is_passed_over_in_any_other_way() -> None:
    for path in HERE.glob("**/*.py"):
        tree = ast.parse(path.read_text())
        names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        skips = [name for name in names if name in ("skip", "skipif", "xfail", "importorskip")]
        assert skips == (["skip"] if path.name == "conftest.py" else []), path.name
