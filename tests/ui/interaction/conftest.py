"""The panel in the middle over the sample centre, with a clock that can be moved on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.domain.changes import Cause
from desktop.store import outbox
from desktop.store.rows import OutboxEntry
from desktop.ui.interaction import InteractionPanel
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.workplace import Workplace


class MovableWorkplace(Workplace):
    """``later`` moves its clock on."""

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def later(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


class Desk:
    """An agent at the panel. ``open`` waits until a contact is shown, ``entries`` reads the outbox."""

    def __init__(
        self, qtbot: QtBot, sample: Any, store: Any, workplace: MovableWorkplace, panel: InteractionPanel
    ) -> None:
        self.qtbot = qtbot
        self.sample = sample
        self.store = store
        self.workplace = workplace
        self.panel = panel

    def open(self, interaction_id: str) -> None:
        panel = self.panel
        self.workplace.open(interaction_id)  # type: ignore[arg-type]
        self.until(
            lambda: (
                panel.stream.is_loaded
                and panel.composing.is_loaded
                and panel.model.interaction is not None
                and panel.model.interaction.id == interaction_id
                and panel.wrapping_up.interaction is not None
                and (panel.model.interaction.customer_id is None or panel.model.background.customer is not None)
            )
        )

    def until(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=4000)

    def entries(self) -> list[OutboxEntry]:
        return list(self.store.query(outbox.entries))

    def arrives(self, *records: Any) -> None:
        self.sample.put(self.store, records)

    def refuse(self, code: str) -> None:
        """The hub refuses the newest command."""
        newest = self.entries()[-1]
        self.store.write(lambda w: outbox.wedge(w, newest.id, code), Cause.SYSTEM).result()

    def texts(self) -> list[str]:
        stream = self.panel.stream
        return [stream.row(n).item.message.text for n in range(stream.rowCount()) if stream.row(n).item.message]  # type: ignore[union-attr]


@pytest.fixture
def sample(neighbour: Callable[[str], Any]) -> Any:
    return neighbour("ui/sample.py")


@pytest.fixture
def desk(qtbot: QtBot, theme: Theme, sample: Any, tmp_path: Path) -> Iterator[Desk]:
    store = sample.open_store(tmp_path / "store.db")
    sample.fill(store)
    workplace = MovableWorkplace(store, sample.ME, "en")
    panel = InteractionPanel(workplace, theme)
    panel.resize(760, 800)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    qtbot.waitUntil(lambda: bool(workplace.catalogue.queues))
    panel.activateWindow()
    yield Desk(qtbot, sample, store, workplace, panel)
    panel.close()
    workplace.close()
    store.close()
