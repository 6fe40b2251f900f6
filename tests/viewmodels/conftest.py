"""An agent's workplace over the sample centre, without a widget on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause
from desktop.store import outbox
from desktop.viewmodels.workplace import Workplace


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
def work(qtbot: QtBot, sample: Any, workplace: Workplace) -> Work:
    return Work(qtbot, sample, workplace)
