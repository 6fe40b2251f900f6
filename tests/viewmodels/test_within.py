"""Finding within the open contact, and where in a text the words of a search stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.viewmodels.stream import StreamModel
from desktop.viewmodels.within import WithinModel, marked


def put(work: Any, *texts: str, contact: str = "") -> None:
    now, sample = work.workplace.now(), work.sample
    contact = contact or sample.BENS
    sample.put(
        work.store,
        [
            sample.message(
                f"{contact}-{n}",
                contact,
                Author.CUSTOMER,
                now - timedelta(minutes=len(texts) - n),
                text,
                channel=Channel.CHAT,
            )
            for n, text in enumerate(texts)
        ],
    )


class Finding:
    def __init__(self, work: Any, model: WithinModel, stream: StreamModel) -> None:
        self.work = work
        self.model = model
        self.shown: list[str] = []
        stream.shown.connect(self.shown.append)

    def types(self, text: str) -> None:
        self.model.look_for(text)
        self.work.settle()

    @property
    def stands(self) -> tuple[int, int]:
        return self.model.position, self.model.count


@pytest.fixture
def finding(work: Any) -> Iterator[Finding]:
    put(work, "Größe 42", "nichts davon", "ein großer Karton", "Groesse wäre gut", "auch nichts")
    put(work, "Größe ganz woanders", contact=work.sample.SMS)
    stream = StreamModel(work.workplace, lambda row: row.item.key)
    model = WithinModel(work.workplace, stream)
    work.opens(work.sample.BENS)
    yield Finding(work, model, stream)
    model.deleteLater()
    stream.deleteLater()


def test_the_newest_is_shown_first_and_only_of_this_contact(finding: Finding, work: Any) -> None:
    finding.types("größe")
    assert finding.stands == (1, 3)
    assert finding.shown == [f"{work.sample.BENS}-3"]


def test_one_steps_to_older_ones_and_round_the_end(finding: Finding, work: Any) -> None:
    finding.types("gross")
    assert finding.model.count == 3
    finding.model.step(1)
    finding.model.step(1)
    assert finding.stands[0] == 3
    finding.model.step(1)
    assert finding.stands[0] == 1
    finding.model.step(-1)
    assert finding.stands[0] == 3
    assert finding.shown[-1] == f"{work.sample.BENS}-0"


def test_typing_on_stays_at_the_message_one_looks_at(finding: Finding, work: Any) -> None:
    finding.types("gro")
    finding.model.step(1)
    finding.model.step(1)
    finding.types("größ")
    assert finding.shown[-1] == f"{work.sample.BENS}-0"
    finding.types("größe 42")
    assert finding.stands == (1, 1)


def test_nothing_found_is_not_nothing_asked(finding: Finding) -> None:
    finding.types("zebra")
    assert (finding.stands, finding.model.is_answered) == ((0, 0), True)
    finding.types("")
    assert (finding.stands, finding.model.is_answered) == ((0, 0), False)
    finding.model.step(1)
    assert finding.shown == []


def test_with_no_contact_open_nothing_is_asked(finding: Finding, work: Any) -> None:
    work.workplace.open(None)
    finding.types("größe")
    assert not finding.model.is_answered


# --- marks -----------------------------------------------------------------------------------------------------------


def cut(text: str, typed: str) -> list[str]:
    units = text.encode("utf-16-le")
    return [units[2 * at : 2 * (at + length)].decode("utf-16-le") for at, length in marked(text, typed)]


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("Die Größe passt, grösser nicht", "groesse", ["Größe", "grösser"]),
        ("Rechnung und Rechnungsnummer", "rechnung ", ["Rechnung", "Rechnungsnummer"]),
        ("zwei mal, und mal zwei", '"zwei mal"', ["zwei mal"]),
        ("😀😀 Rechnung 😀 rechnung", "rechnung", ["Rechnung", "rechnung"]),
        ("bezahlt und offen", "offen -bezahlt is:open channel:chat", ["offen"]),
        ("Café", "cafe", ["Café"]),
        ("nichts", "etwas", []),
        ("", "etwas", []),
        ("etwas", "", []),
        ("(c) *", '"(*', []),
    ],
)
def test_the_words_found_are_marked_as_they_are_written(text: str, typed: str, found: list[str]) -> None:
    assert cut(text, typed) == found
