"""A third party's backend as its users meet it: installed beside the program, offered at sign-in, and at work. That it keeps
the contract is told in ``tests/backends/contract``, where it is one of the backends.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.app import signing_in
from desktop.backends import registry
from desktop.backends.base import Backend, Refused
from desktop.domain.ids import AgentId

from .installing import HERE, installed

ROOT = HERE.parents[2]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    with installed(tmp_path / "site") as site:
        yield site
    assert "counterbook" not in registry.kinds()


def test_it_is_a_kind_like_any_other(site: Path) -> None:
    assert "counterbook" in registry.kinds()
    assert registry.title("counterbook") == "Counterbook"
    assert registry.ways_in("counterbook") == (registry.PASSWORD, registry.TOKEN)
    assert registry.place("counterbook") == registry.URL
    made: Backend = registry.backend("counterbook", "https://book.example", key="two", me=AgentId("me"))
    assert made.capabilities.commands is not None
    assert "send_message" in made.capabilities.commands


def test_the_sign_in_page_offers_it(site: Path) -> None:
    (offered,) = [one for one in signing_in.offered() if one.name == "counterbook"]
    assert (offered.title, offered.takes_token, offered.takes_password) == ("Counterbook", True, True)


async def test_what_a_book_has_not_is_refused_as_such(site: Path) -> None:
    made = registry.backend("counterbook", "https://book.example")
    with pytest.raises(Refused, match="unsupported"):
        await made.history(0, scope="all", limit=1)
    with pytest.raises(Refused, match="unsupported"):
        async for _ in made.events(0):
            pass
    with pytest.raises(Refused, match="unsupported"):
        async for _ in made.board_events():
            pass


def test_it_is_one_file_that_leans_on_nothing_but_the_shared_parts() -> None:
    (module,) = HERE.glob("dirigent_*.py")
    source = module.read_text()
    assert len(source.splitlines()) < 260
    parts = {
        line.split()[1].removeprefix("desktop.") for line in source.splitlines() if line.startswith("from desktop")
    }
    kept = {"backends.base", "backends.http", "backends.lacking", "wire", "wire.shapes"}
    assert {part for part in parts if not part.startswith("domain")} <= kept
    points = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["entry-points"]
    assert points == {registry.GROUP: {"counterbook": f"{module.stem}:CounterbookBackend"}}


def test_somebody_else_holds_their_backend_to_the_contract_by_one_file() -> None:
    world = HERE / "world.py"
    stories = "tests/backends/contract/test_reading.py"
    command = [sys.executable, "-m", "pytest", "-vv", "-p", "no:cacheprovider", stories, "-k", "first_look"]
    command += ["--world", f"{world}:CounterbookWorld"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout
    assert "[given] PASSED" in done.stdout
    assert "[hub]" not in done.stdout
