"""An agent's workplace over the sample centre, without a widget on the screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause
from desktop.store import files, outbox
from desktop.viewmodels.workplace import Workplace


class Room:
    """Where attachments are kept, as view models see it. ``keep`` copies into the real store, at once or when ``go_on`` is
    called; ``asked`` are the files to be opened or saved, with who is to be told, ``ended`` those that were cancelled."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._held: list[Callable[[], None]] = []
        self.is_slow = False
        self.asked: list[tuple[Any, str, Any]] = []
        self.ended: list[str] = []

    def keep(self, path: str, done: Callable[[Any], None], failed: Callable[[str], None]) -> None:
        def copy() -> None:
            try:
                with Path(path).open("rb") as file:
                    done(files.put(self._store, file, Path(path).name, "application/pdf", is_mine=True))
            except OSError:
                failed("unreadable")

        self._held.append(copy)
        if not self.is_slow:
            self.go_on()

    def go_on(self) -> None:
        held, self._held = self._held, []
        for copy in held:
            copy()

    def open(self, what: Any, told: Any) -> Callable[[], None]:
        self.asked.append((what, "", told))
        return lambda: self.ended.append(what.name)

    def save(self, what: Any, path: str, told: Any) -> Callable[[], None]:
        self.asked.append((what, path, told))
        return lambda: self.ended.append(what.name)


class Work:
    """``commands`` is what went into the outbox, ``settle`` waits until every question so far has its answer."""

    def __init__(self, qtbot: QtBot, sample: Any, workplace: Workplace) -> None:
        self.qtbot = qtbot
        self.sample = sample
        self.workplace = workplace
        self.store = workplace.store

    @property
    def commands(self) -> list[Any]:
        return [entry.command for entry in self.store.query(outbox.entries)]

    def settle(self) -> None:
        for _ in range(4):
            answered: list[None] = []
            self.store.write(lambda w: None, Cause.SYSTEM).result()
            self.workplace.ask(lambda conn: None, answered.append)
            self.qtbot.waitUntil(lambda answered=answered: bool(answered), timeout=4000)

    def arrives(self, *records: Any) -> None:
        self.sample.put(self.store, records)
        self.settle()

    def opens(self, interaction_id: str | None) -> None:
        self.workplace.open(interaction_id)  # type: ignore[arg-type]
        self.settle()


@pytest.fixture
def sample(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/sample.py")


@pytest.fixture
def room(work: Work) -> Room:
    made = Room(work.store)
    work.workplace.files = made
    return made


@pytest.fixture
def work(qtbot: QtBot, sample: Any, workplace: Workplace) -> Work:
    return Work(qtbot, sample, workplace)
