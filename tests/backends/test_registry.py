"""Which kinds of system there are: the hub, and what somebody installed beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.backends import registry
from desktop.backends.hub import HubBackend
from desktop.domain.ids import AgentId


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    registry.forget_found()
    yield
    registry.forget_found()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of somebody else's: one kind that works, one that does not, one that would take the hub's place."""
    folder = tmp_path / "site"
    info = folder / "somebody-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: somebody\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[dirigent.backends]\npigeon = somebody_pigeon:Pigeon\nbroken = nowhere:Nothing\nhub = somebody_pigeon:Pigeon\n"
    )
    (folder / "somebody_pigeon.py").write_text(
        "class Pigeon:\n"
        "    TITLE = 'Pigeon post'\n"
        "    SIGN_IN = ('token',)\n"
        "    def __init__(self, url, tokens=None, *, key='', me=None, settings=None):\n"
        "        self.given = (url, tokens, key, me)\n"
    )
    monkeypatch.syspath_prepend(str(folder))
    return folder


def test_the_hub_is_always_there_and_first() -> None:
    assert registry.kinds()[0] == registry.HUB
    assert isinstance(registry.backend("hub", "http://127.0.0.1:1", key="two", me=AgentId("me")), HubBackend)
    assert registry.ways_in("hub") == (registry.PASSWORD,)


def test_what_is_installed_beside_it_is_offered_with_how_one_signs_in(installed: Path) -> None:
    assert "pigeon" in registry.kinds()
    assert (registry.title("pigeon"), registry.ways_in("pigeon")) == ("Pigeon post", (registry.TOKEN,))
    made = registry.backend("pigeon", "https://loft.example", key="p", me=AgentId("me"))
    assert made.given == ("https://loft.example", None, "p", "me")  # type: ignore[attr-defined]


def test_one_that_cannot_be_loaded_says_so_and_spoils_nothing(
    installed: Path, expected_errors: Callable[[str], None]
) -> None:
    expected_errors("cannot be loaded")
    for kind in ("broken", "never_heard_of"):
        with pytest.raises(registry.UnknownKind):
            registry.backend(kind, "https://example.org")
    assert registry.backend_class("pigeon")


def test_nothing_takes_the_hubs_place(installed: Path) -> None:
    assert registry.backend_class("hub") is HubBackend


def test_what_a_kind_asks_for_besides_is_handed_to_it_and_nonsense_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "asks-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: asks\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[dirigent.backends]\nasks = asks_much:Asks\n")
    (tmp_path / "asks_much.py").write_text(
        "class Asks:\n"
        "    SIGN_IN = ()\n"
        "    PLACE = 'folder'\n"
        "    OPTIONS = (('is_quick', 'bool', False), ('greeting', 'text', 'Hello', 'What it says'),\n"
        "               ('url', 'text', ''), ('wrong', 'bool', 'yes'), ('odd', 'number', 1), ('short',), 7)\n"
        "    def __init__(self, url, tokens=None, *, key='', me=None, settings=None, **options):\n"
        "        self.options = options\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.forget_found()
    asked = registry.options("asks")
    assert [(one.name, one.kind, one.default, one.label) for one in asked] == [
        ("is_quick", "bool", False, ""),
        ("greeting", "text", "Hello", "What it says"),
    ]
    assert (registry.place("asks"), registry.place("hub"), registry.ways_in("asks")) == ("folder", "url", ())
    made = registry.backend("asks", "file:///x", kept={"is_quick": True, "greeting": 3, "stranger": "x"})  # type: ignore[dict-item]
    assert made.options == {"is_quick": True, "greeting": "Hello"}  # type: ignore[attr-defined]


def test_zammad_may_listen_and_the_others_are_asked_nothing() -> None:
    assert [one.name for one in registry.options("zammad")] == ["has_socket"]
    assert registry.options("hub") == registry.options("rt") == registry.options("chatwoot") == ()
    listening = registry.backend("zammad", "https://zammad.example", kept={"has_socket": True})
    assert listening.capabilities.has_events


async def test_a_backend_without_anything_to_warm_up_needs_not_say_so(installed: Path) -> None:
    await registry.warm_up(registry.backend("pigeon", "https://loft.example"))
