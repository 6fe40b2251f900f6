"""A centre with something to find in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from desktop.store import projections
from desktop.store.rows import SearchPage

Find = Callable[..., SearchPage]


@pytest.fixture
def find(world: Any) -> Find:
    """Ask the index of ``world`` as it stands, at its hour."""

    def _find(text: str, **asked: Any) -> SearchPage:
        page: SearchPage = world.see(projections.search, text, **({"now": world.now, "me": world.me} | asked))
        return page

    return _find


@pytest.fixture
def found(find: Find) -> Callable[..., list[str]]:
    """The ids of what is found, in order."""

    def _found(text: str, **asked: Any) -> list[str]:
        return [hit.id for hit in find(text, **asked).hits]

    return _found
