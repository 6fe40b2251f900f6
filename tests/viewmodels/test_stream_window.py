"""Going to one old message of a long contact: only what is around it is read, and the newest is found again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.viewmodels.stream import AROUND, FIRST_PAGE, PAGE, StreamModel

COUNT = 600


def key(number: int) -> str:
    return f"long-{number:04}"


class Reading:
    """An agent reading one long contact; ``shown`` are the messages brought into sight."""

    def __init__(self, work: Any, model: StreamModel) -> None:
        self.work = work
        self.model = model
        self.shown: list[str] = []
        self.arrived: list[int] = []
        model.shown.connect(self.shown.append)
        model.arrived.connect(self.arrived.append)

    @property
    def numbers(self) -> list[int]:
        rows = (self.model.row(n).item for n in range(self.model.rowCount()))
        return [int(item.key.removeprefix("long-")) for item in rows if item.key.startswith("long-")]

    @property
    def keys(self) -> list[str]:
        return [self.model.row(n).item.key for n in range(self.model.rowCount())]

    def goes_to(self, number: int) -> None:
        self.model.show_message(key(number))  # type: ignore[arg-type]
        self.work.settle()

    def arrives(self, name: str, at: datetime, author: Author = Author.CUSTOMER, text: str = "Noch etwas") -> None:
        sample = self.work.sample
        self.work.arrives(sample.message(name, sample.BENS, author, at, text, channel=Channel.CHAT))


@pytest.fixture
def reading(work: Any) -> Iterator[Reading]:
    now, sample = work.workplace.now(), work.sample
    work.arrives(
        *(
            sample.message(
                key(n),
                sample.BENS,
                Author.CUSTOMER,
                now - timedelta(minutes=COUNT - n),
                f"Nummer {n}",
                channel=Channel.CHAT,
            )
            for n in range(COUNT)
        )
    )
    model = StreamModel(work.workplace, lambda row: row.item.key)
    work.opens(sample.BENS)
    yield Reading(work, model)
    model.deleteLater()


def test_one_that_is_loaded_is_shown_at_once(reading: Reading) -> None:
    before = reading.keys
    reading.model.show_message(key(COUNT - 3))  # type: ignore[arg-type]
    assert reading.shown == [key(COUNT - 3)]
    assert reading.keys == before
    assert not reading.model.has_newer


def test_an_old_one_comes_with_what_is_around_it_and_not_with_everything_since(reading: Reading) -> None:
    reading.goes_to(200)
    assert reading.shown == [key(200)]
    assert reading.numbers == list(range(200 - AROUND + 1, 200 + AROUND + 1))
    assert reading.model.has_older
    assert reading.model.has_newer


def test_it_is_read_on_in_both_directions_until_the_newest(reading: Reading) -> None:
    reading.goes_to(COUNT - AROUND - PAGE - 20)
    assert reading.model.fetch_older()
    reading.work.settle()
    assert reading.numbers[0] == COUNT - AROUND - PAGE - 20 - AROUND + 1 - PAGE
    while reading.model.has_newer:
        assert reading.model.fetch_newer()
        reading.work.settle()
    assert reading.numbers == list(range(reading.numbers[0], COUNT))
    assert not reading.model.fetch_newer()


def test_one_near_the_end_joins_the_newest(reading: Reading) -> None:
    reading.goes_to(COUNT - AROUND + 5)
    assert not reading.model.has_newer
    assert reading.numbers[-1] == COUNT - 1


def test_one_of_another_contact_is_shown_without_showing_the_newest_first(reading: Reading) -> None:
    sample = reading.work.sample
    reading.work.opens(sample.CHAT)
    seen: list[int] = []
    reading.model.loaded.connect(lambda: seen.append(reading.model.rowCount()))
    reading.work.workplace.open(sample.BENS)
    reading.goes_to(100)
    assert reading.shown == [key(100)]
    assert seen == [2 * AROUND]
    assert 100 in reading.numbers


def test_one_that_is_not_here_leaves_the_newest(reading: Reading) -> None:
    sample = reading.work.sample
    reading.work.opens(sample.CHAT)
    reading.work.workplace.open(sample.BENS)
    reading.model.show_message("nowhere")  # type: ignore[arg-type]
    reading.work.settle()
    assert reading.shown == []
    assert reading.model.rowCount() == FIRST_PAGE
    assert reading.numbers[-1] == COUNT - 1


def test_the_way_back_to_the_newest(reading: Reading) -> None:
    reading.goes_to(50)
    reading.model.show_newest()
    reading.work.settle()
    assert not reading.model.has_newer
    assert reading.model.rowCount() == FIRST_PAGE
    assert reading.numbers[-1] == COUNT - 1


def test_what_arrives_meanwhile_is_counted_and_does_not_move_the_past(reading: Reading) -> None:
    reading.goes_to(50)
    before = reading.keys
    reading.arrives("new-1", reading.work.workplace.now())
    assert reading.keys == before
    assert reading.arrived == [1]
    reading.arrives("new-1", reading.work.workplace.now(), text="Noch etwas anderes")
    assert reading.arrived == [1], "a message that changed has not arrived again"
    reading.arrives("mine", reading.work.workplace.now(), Author.AGENT)
    assert reading.arrived == [1]


def test_a_message_of_the_past_that_changes_is_shown_anew(reading: Reading) -> None:
    reading.goes_to(50)
    at = next(reading.model.row(n).item.at for n in range(reading.model.rowCount()) if reading.keys[n] == key(52))
    reading.arrives(key(52), at, text="berichtigt")
    row = reading.model.row(reading.model.find(key(52)))
    assert row.item.message is not None
    assert row.item.message.text == "berichtigt"
    assert reading.model.has_newer


def test_looking_for_the_next_one_before_the_first_came_shows_the_next(reading: Reading) -> None:
    reading.model.show_message(key(10))  # type: ignore[arg-type]
    reading.goes_to(300)
    assert reading.shown == [key(300)]
