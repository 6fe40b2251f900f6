"""What was looked up in an imported contact is what its later steps were decided by, and only those."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from desktop.domain.channels import Channel
from desktop.domain.interaction import Author
from desktop.hub.db.database import Database
from desktop.hub.history.contact import Contact, HistoricCustomer, HistoricLookup, HistoricMessage, HistoricStep
from desktop.hub.history.importer import import_history
from desktop.hub.training.history import read_history
from desktop.hub.training.next_step_lesson import decisions_of
from desktop.insight.experience import END

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(second: int) -> datetime:
    return NOON + timedelta(seconds=second)


def said(second: int, author: Author, text: str, step: str = "") -> HistoricMessage:
    return HistoricMessage(external_id=f"m{second}", author=author, sent_at=at(second), text=text, step=step)


class Recorded:
    """A reader of one contact: asked for the order, looked it up, told what was found, looked up the invoice."""

    source, total = "test", 1

    def fingerprint(self) -> str:
        return "one"

    def read(self, start: int = 0) -> Iterator[Contact]:
        yield Contact(
            position=0,
            external_id="c1",
            channel=Channel.CHAT,
            started_at=NOON,
            closed_at=at(60),
            customer=HistoricCustomer(key="k1", name="Jana Weber", address="k1"),
            messages=(
                said(0, Author.CUSTOMER, "Where is it?"),
                said(5, Author.AGENT, "Your order number?", "ask_number"),
                said(10, Author.CUSTOMER, "4711"),
                said(20, Author.AGENT, "It is late.", "tell_state"),
                said(30, Author.CUSTOMER, "And the invoice?"),
            ),
            steps=(HistoricStep(at=at(5), code="ask_number"), HistoricStep(at=at(20), code="tell_state")),
            lookups=(
                HistoricLookup(at=at(15), name="find_order", constraints={"No": "4711"}, result={"State": "late"}),
                HistoricLookup(at=at(40), name="find_invoice", is_found=False),
            ),
            disposition="order_late",
            intent="order_late",
            language="en",
        )


async def test_a_step_knows_what_was_looked_up_before_it(database: Database) -> None:
    await import_history(database.write, Recorded())
    async with database.read() as ledger:
        [contact] = (await read_history(ledger)).contacts
    first, second, last = decisions_of(contact)
    assert (first.next, first.moment.text, first.moment.context) == ("ask_number", "Where is it?", "")
    assert (second.next, second.moment.text) == ("tell_state", "4711")
    assert json.loads(str(second.moment.context)) == {"name": "find_order", "status": "found", "State": "late"}
    assert (last.next, last.moment.text) == (END, "And the invoice?")
    assert json.loads(str(last.moment.context)) == {"name": "find_invoice", "status": "nothing_found"}
