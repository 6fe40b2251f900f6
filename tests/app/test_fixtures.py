"""The fixtures all tests share give what they promise."""

from __future__ import annotations

import asyncio
from typing import Any

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QLabel

from desktop.domain.changes import ChangeSet
from desktop.domain.commands import Hold
from desktop.store import outbox, projections
from desktop.store.rows import InboxView


def test_the_workplace_has_the_work_of_the_sample(workplace: Any) -> None:
    mine = workplace.store.query(lambda conn: projections.inbox(conn, InboxView.MINE, workplace.me))
    assert mine


def test_what_is_performed_there_reaches_the_outbox_and_is_told(workplace: Any, qtbot: Any) -> None:
    told: list[ChangeSet] = []
    workplace.changed.connect(told.append)
    (first, *_) = workplace.store.query(lambda conn: projections.inbox(conn, InboxView.MINE, workplace.me))
    with qtbot.waitSignal(workplace.changed):
        workplace.perform(Hold(interaction_id=first.interaction.id))
    (entry,) = workplace.store.query(outbox.entries)
    assert isinstance(entry.command, Hold)
    assert first.interaction.id in told[0].interactions


def test_the_theme_is_light_whatever_another_test_chose(theme: Any, qtbot: Any) -> None:
    light = theme.color("panel")
    theme.choose("dark")
    assert theme.color("panel") != light
    label = QLabel("x")
    qtbot.addWidget(label)
    label.show()


def test_and_is_light_again_in_the_next(theme: Any) -> None:
    assert theme.choice == "light"


def test_dates_and_numbers_are_english(qapp: Any) -> None:
    assert QLocale().language() is QLocale.Language.English


def test_and_german_on_request(german: None) -> None:
    assert QLocale().language() is QLocale.Language.German


def test_qt_and_asyncio_run_in_one_loop(qt_loop: Any, qapp: Any) -> None:
    async def story() -> str:
        fired = asyncio.get_running_loop().create_future()
        QTimer.singleShot(0, qapp, lambda: fired.set_result("from Qt"))
        return str(await fired)

    assert qt_loop.run_until_complete(story()) == "from Qt"
