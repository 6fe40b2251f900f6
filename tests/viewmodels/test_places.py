"""Where the agent is: kept a moment after it changed, once, and read again whatever an older version left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec import structs
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause, Table
from desktop.domain.ids import InteractionId
from desktop.store import journal
from desktop.viewmodels import places
from desktop.viewmodels.places import Places, Workspace

CHAT = InteractionId("i-chat")


class Picture:
    """What the window would show."""

    now = Workspace()

    def __call__(self) -> Workspace:
        return self.now


@pytest.fixture
def picture() -> Picture:
    return Picture()


@pytest.fixture
def kept(workplace: Any, picture: Picture) -> Iterator[Places]:
    made = Places(workplace, picture, Workspace())
    yield made
    made._timer.stop()
    made.deleteLater()


def stored(workplace: Any) -> Workspace:
    return workplace.store.query(places.kept_in)


def test_a_change_is_kept_a_moment_later(qtbot: QtBot, workplace: Any, picture: Picture, kept: Places) -> None:
    picture.now = Workspace(place="customers", contact=CHAT, is_everything=True, reading="m-1", offset=-12, tab=2)
    kept.note()
    assert stored(workplace) == Workspace()
    qtbot.waitUntil(lambda: stored(workplace) == picture.now, timeout=2000)


def test_many_changes_of_one_moment_are_one_write(qtbot: QtBot, workplace: Any, picture: Picture, kept: Places) -> None:
    writes: list[Any] = []
    end = workplace.store.subscribe(lambda changes: writes.append(changes) if changes.touches(Table.SETTING) else None)
    for offset in range(20):
        picture.now = Workspace(contact=CHAT, offset=offset)
        kept.note()
    qtbot.waitUntil(lambda: stored(workplace).offset == 19, timeout=2000)
    kept.note()
    kept.save()
    workplace.store.write(lambda w: None, Cause.SYSTEM).result()
    end()
    assert len(writes) == 1


def test_a_picture_of_another_version_is_as_good_as_none(workplace: Any) -> None:
    for value in ({"tab": "third"}, {"place": 7}, ["inbox"], "x"):
        workplace.store.write(lambda w, v=value: journal.set_setting(w, places.SETTING, v), Cause.SYSTEM).result()
        assert stored(workplace) == Workspace()
    newer = {"place": "search", "from_the_future": 1}
    workplace.store.write(lambda w: journal.set_setting(w, places.SETTING, newer), Cause.SYSTEM).result()
    assert stored(workplace).place == "search"


def test_a_contact_that_went_is_told_from_one_that_is_here(
    qtbot: QtBot, workplace: Any, kept: Places, neighbour: Callable[[str], Any]
) -> None:
    told: list[str] = []
    here = neighbour("ui/sample.py").CHAT
    kept.if_there(here, lambda id_: told.append(id_), lambda: told.append("gone"))
    qtbot.waitUntil(lambda: len(told) == 1)
    kept.if_there(InteractionId("i-gone"), lambda id_: told.append(id_), lambda: told.append("gone"))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [here, "gone"]


def test_every_part_of_the_picture_survives(workplace: Any, picture: Picture, kept: Places, qtbot: QtBot) -> None:
    picture.now = full = Workspace(
        place="search",
        view="closed",
        filter="a",
        lookup="b",
        search="from:jana",
        contact=CHAT,
        is_everything=True,
        writing="note",
        reading="m-7",
        offset=3,
        tab=1,
        customer="c-1",  # type: ignore[arg-type]
    )
    assert all(
        getattr(full, name) != getattr(Workspace(), name) for name in structs.fields(full) for name in [name.name]
    )
    kept.save()
    qtbot.waitUntil(lambda: stored(workplace) == full, timeout=2000)
