"""The rows of the stream: days, runs of one author, and the few changes it takes to follow what comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from desktop.domain.channels import Channel
from desktop.domain.ids import InteractionId, MessageId
from desktop.domain.interaction import Author, Message
from desktop.store.rows import StreamItem, StreamKind
from desktop.viewmodels.stream import StreamModel, decorated
from desktop.viewmodels.workplace import Workplace

NOON = datetime(2026, 3, 4, 12, 0).astimezone()


def _item(key: str, minutes: float, author: Author = Author.CUSTOMER, contact: str = "i") -> StreamItem:
    at = NOON + timedelta(minutes=minutes)
    message = Message(
        id=MessageId(key),
        interaction_id=InteractionId(contact),
        author=author,
        sent_at=at,
        channel=Channel.CHAT,
        text=key,
    )
    return StreamItem(key, StreamKind.MESSAGE, at, message=message)


def test_each_day_is_headed_once() -> None:
    rows = decorated([_item("a", -2000), _item("b", -1999), _item("c", 0), _item("d", 1)])
    assert [row.is_day_start for row in rows] == [True, False, True, False]


def test_a_run_of_one_author_is_named_once_until_a_pause() -> None:
    rows = decorated([_item("a", 0), _item("b", 1), _item("c", 2, Author.AGENT), _item("d", 20, Author.AGENT)])
    assert [row.is_group_start for row in rows] == [True, False, True, True]


def test_a_message_of_another_contact_begins_anew() -> None:
    rows = decorated([_item("a", 0), _item("b", 1, contact="j")])
    assert [row.is_contact_start for row in rows] == [False, True]
    assert rows[1].is_group_start


class _Changes:
    """Counts what a view would have to do."""

    def __init__(self, model: StreamModel) -> None:
        self.log: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(lambda _p, first, last: self.log.append(("in", first, last)))
        model.rowsRemoved.connect(lambda _p, first, last: self.log.append(("out", first, last)))
        model.rowsMoved.connect(lambda _p, first, last, _q, to: self.log.append(("move", first, to)))
        model.dataChanged.connect(lambda first, last, _r: self.log.append(("data", first.row(), last.row())))


@pytest.fixture
def model(workplace: Workplace) -> StreamModel:
    made = StreamModel(workplace, lambda row: row.item.key, workplace)
    made._merge([_item("a", 0), _item("b", 1, Author.AGENT), _item("c", 2)])
    return made


def _keys(model: StreamModel) -> list[str]:
    return [model.row(n).item.key for n in range(model.rowCount())]


def test_one_more_message_is_one_row_inserted(model: StreamModel) -> None:
    changes = _Changes(model)
    model._merge([_item("a", 0), _item("b", 1, Author.AGENT), _item("c", 2), _item("d", 30)])
    assert changes.log == [("in", 3, 3)]


def test_nothing_new_changes_nothing(model: StreamModel) -> None:
    changes = _Changes(model)
    model._merge([_item("a", 0), _item("b", 1, Author.AGENT), _item("c", 2)])
    assert changes.log == []


def test_a_page_above_is_one_insertion(model: StreamModel) -> None:
    changes = _Changes(model)
    older = [_item(f"o{n}", n - 300) for n in range(5)]
    model._merge([*older, _item("a", 0), _item("b", 1, Author.AGENT), _item("c", 2)])
    assert changes.log[0] == ("in", 0, 4)
    # The row that was on top is no longer the first of its day, if it is not.
    assert all(kind == "data" for kind, *_ in changes.log[1:])
    assert _keys(model)[:5] == ["o0", "o1", "o2", "o3", "o4"]


def test_what_went_is_removed_and_what_moved_is_moved(model: StreamModel) -> None:
    changes = _Changes(model)
    model._merge([_item("c", -1), _item("b", 1, Author.AGENT)])
    assert _keys(model) == ["c", "b"]
    assert ("out", 0, 0) in changes.log
    assert any(kind == "move" for kind, *_ in changes.log)


def test_a_row_tells_a_screen_reader_what_it_is(model: StreamModel) -> None:
    from PySide6.QtCore import Qt

    assert model.data(model.index(1), Qt.ItemDataRole.AccessibleTextRole) == "b"
    assert model.data(model.index(9), Qt.ItemDataRole.AccessibleTextRole) is None


def test_times_are_local_for_the_heading_of_a_day() -> None:
    late = datetime(2026, 3, 4, 23, 59, tzinfo=UTC)
    rows = decorated([StreamItem("x", StreamKind.TOUCHPOINT, late)])
    assert rows[0].is_day_start
