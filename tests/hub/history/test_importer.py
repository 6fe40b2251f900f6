"""An import is exact, can be broken off and repeated, and never takes back what people changed since."""

from __future__ import annotations

import lzma
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import AgentId, CustomerId
from desktop.domain.interaction import Author, Delivery, Interaction, InteractionState
from desktop.hub.auth.caller import Caller
from desktop.hub.blobs import Blobs
from desktop.hub.db import tables
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.hub.db.visibility import viewer_of
from desktop.hub.history.contact import (
    BadRow,
    Contact,
    HistoricCustomer,
    HistoricFile,
    HistoricLookup,
    HistoricMessage,
    HistoricStep,
)
from desktop.hub.history.eml import eml_reader
from desktop.hub.history.importer import ImportReport, import_history
from desktop.hub.history.star import StarReader
from desktop.insight import normalise

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def contact(number: int, **changes: object) -> Contact:
    made = Contact(
        position=number,
        external_id=f"c{number}",
        channel=Channel.CHAT,
        started_at=NOON,
        closed_at=NOON + timedelta(minutes=5),
        customer=HistoricCustomer(key=f"k{number % 3}", name="Jana Weber", address=f"k{number % 3}"),
        messages=(
            HistoricMessage(
                external_id=f"m{number}.1",
                author=Author.CUSTOMER,
                sent_at=NOON,
                text="This is terrible, nothing works!",
            ),
            HistoricMessage(
                external_id=f"m{number}.2",
                author=Author.AGENT,
                sent_at=NOON,
                text="Sorry. What is your name?",
                step="ask",
            ),
        ),
        steps=(HistoricStep(at=NOON, code="ask"),),
        lookups=(HistoricLookup(at=NOON, name="find_order", constraints={"No": "7"}, result={"State": "late"}),),
        disposition="order_late",
        intent="order_late",
        language="en",
    )
    return msgspec.structs.replace(made, **changes)


class Given:
    """A reader of values; ``breaks_at`` is the position at which it falls over."""

    source = "given"

    def __init__(self, *items: Contact | BadRow, breaks_at: int | None = None) -> None:
        self.items = items
        self.breaks_at = breaks_at
        self.started_at: list[int] = []

    @property
    def total(self) -> int | None:
        return len(self.items)

    def fingerprint(self) -> str:
        return "same"

    def read(self, start: int = 0) -> Iterator[Contact | BadRow]:
        self.started_at.append(start)
        for item in self.items:
            if item.position == self.breaks_at:
                raise OSError("the disk is gone")
            if item.position >= start:
                yield item


async def everything(database: Database) -> list[tuple[object, ...]]:
    async with database.read() as ledger:
        return [tuple(row) for row in await ledger.connection.execute(tables.record.select().order_by("type", "id"))]


async def brought(database: Database, reader: Given, **options: object) -> ImportReport:
    return await import_history(database.write, reader, **options)  # type: ignore[arg-type]


async def test_a_contact_is_closed_work_with_all_that_belongs_to_it(database: Database) -> None:
    report = await brought(database, Given(contact(1)))
    assert (report.contacts, report.interactions, report.customers, report.messages) == (1, 1, 1, 2)
    assert (report.records, report.steps, report.customer_messages, report.agent_messages) == (1, 1, 1, 1)
    async with database.read() as ledger:
        [interaction] = await ledger.find(Table.INTERACTION)
        first, second = await ledger.messages(interaction.id)
        [touchpoint] = await ledger.touchpoints(interaction.customer_id)
        [record] = await ledger.business_records(interaction.customer_id)
        customer = await ledger.customer(interaction.customer_id)
        label = await ledger.get(Table.INTENT, "order_late")
        disposition = await ledger.get(Table.DISPOSITION, "order_late")
    assert isinstance(interaction, Interaction)
    assert interaction.state is InteractionState.CLOSED
    assert (interaction.intent, interaction.intent_confirmed, interaction.disposition) == (
        "order_late",
        True,
        "order_late",
    )
    assert (interaction.steps, interaction.queue is not None, interaction.subject) == (("ask",), True, "Order Late")
    assert (interaction.last_text, interaction.last_author) == ("Sorry. What is your name?", Author.AGENT)
    assert (first.text, first.delivery) == ("This is terrible, nothing works!", Delivery.RECEIVED)
    assert first.mood is not None
    assert first.mood < 0
    assert (second.author, second.mood, second.values) == (Author.AGENT, None, {"step": "ask"})
    assert first.sent_at == NOON < second.sent_at < NOON + timedelta(seconds=1)
    assert (touchpoint.kind, touchpoint.interaction_id, touchpoint.duration_s) == ("contact", interaction.id, 300)
    assert (record.kind, record.title, record.fields) == ("query", "Find Order", {"asked.No": "7", "State": "late"})
    assert customer is not None
    assert [(one.kind, one.normalised) for one in customer.identities] == [(IdentityKind.HANDLE, "chat:k1")]
    assert customer.quality
    assert label is not None
    assert disposition is not None
    assert label.titles["en"] == disposition.titles["en"] == "Order Late"


async def test_a_second_import_changes_nothing(database: Database) -> None:
    items = [contact(n) for n in range(7)]
    first = await brought(database, Given(*items))
    before = await everything(database)
    again = await brought(database, Given(*items))
    assert (first.interactions, first.customers, first.already) == (7, 3, 0)
    assert (again.contacts, again.interactions, again.customers, again.messages, again.already) == (7, 0, 0, 0, 7)
    assert await everything(database) == before


async def test_an_import_broken_off_goes_on_where_it_was(database: Database) -> None:
    items = [contact(n) for n in range(250)]
    with pytest.raises(OSError, match="disk"):
        await brought(database, Given(*items, breaks_at=230))
    reader = Given(*items)
    report = await brought(database, reader)
    assert reader.started_at == [200]
    assert report.is_resumed
    assert (report.contacts, report.interactions, report.messages, report.already) == (250, 250, 500, 0)
    async with database.read() as ledger:
        assert await ledger.count(Table.INTERACTION) == 250


async def test_an_import_killed_within_a_batch_leaves_none_of_it(database: Database) -> None:
    def dying() -> AbstractAsyncContextManager[Ledger]:
        calls.append(1)
        return database.write() if len(calls) != 3 else Dying(database.write())

    class Dying(AbstractAsyncContextManager[Ledger]):
        def __init__(self, inner: AbstractAsyncContextManager[Ledger]) -> None:
            self.inner = inner

        async def __aenter__(self) -> Ledger:
            return await self.inner.__aenter__()

        async def __aexit__(self, *_: object) -> None:
            error = KeyboardInterrupt()
            await self.inner.__aexit__(KeyboardInterrupt, error, None)
            raise ConnectionError

    calls: list[int] = []
    items = [contact(n) for n in range(150)]
    with pytest.raises((ConnectionError, KeyboardInterrupt)):
        await import_history(dying, Given(*items))
    async with database.read() as ledger:
        assert await ledger.count(Table.INTERACTION) == 100
    report = await brought(database, Given(*items))
    assert (report.interactions, report.already) == (150, 0)


async def test_bad_rows_are_listed_and_the_rest_comes_in(database: Database) -> None:
    bad = BadRow(position=1, where="file:2", why="bad_time")
    report = await brought(database, Given(contact(0), bad, contact(2)))
    assert (report.interactions, report.skipped, report.skipped_count) == (2, [bad], 1)


async def test_a_customer_on_file_is_recognised_and_stays_as_they_are(database: Database) -> None:
    known = normalise.identity(IdentityKind.EMAIL, "Jana@Example.org")
    assert known is not None
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId("crm-1"), name="Dr. Jana Weber", identities=(known,)))
    written = contact(
        1, channel=Channel.EMAIL, customer=HistoricCustomer(key="x", name="jana", address="jana@example.org")
    )
    report = await brought(database, Given(written))
    assert report.customers == 0
    async with database.read() as ledger:
        [interaction] = await ledger.find(Table.INTERACTION)
        customer = await ledger.customer("crm-1")
    assert (interaction.customer_id, interaction.customer_name) == ("crm-1", "Dr. Jana Weber")
    assert customer is not None
    assert customer.version == 1


async def test_a_thread_that_grew_gets_its_new_mails_only(database: Database) -> None:
    await brought(database, Given(contact(1)))
    [before] = await _interactions(database)
    later = HistoricMessage(
        external_id="m1.3", author=Author.CUSTOMER, sent_at=NOON + timedelta(hours=1), text="Still broken"
    )
    grown = contact(1, external_id="another root", messages=(*contact(1).messages, later))
    report = await brought(database, Given(grown))
    assert (report.interactions, report.already, report.extended, report.messages) == (0, 1, 1, 1)
    [after] = await _interactions(database)
    assert (after.id, after.last_text, after.last_at) == (before.id, "Still broken", later.sent_at)
    async with database.read() as ledger:
        assert [message.text for message in await ledger.messages(after.id)][-1] == "Still broken"
        assert await ledger.count(Table.MESSAGE) == 3


async def _interactions(database: Database) -> list[Interaction]:
    async with database.read() as ledger:
        found: list[Interaction] = await ledger.find(Table.INTERACTION)
        return found


async def test_what_was_forgotten_does_not_come_back(database: Database) -> None:
    await brought(database, Given(contact(1)))
    [interaction] = await _interactions(database)
    async with database.write() as ledger:
        for message in await ledger.messages(interaction.id):
            await ledger.remove(Table.MESSAGE, message.id)
        await ledger.remove(Table.INTERACTION, interaction.id)
    report = await brought(database, Given(contact(1)))
    assert (report.already, report.interactions, report.messages) == (1, 0, 0)
    assert await _interactions(database) == []


async def test_a_named_queue_takes_everything_and_an_unknown_one_is_refused(database: Database) -> None:
    await brought(database, Given(contact(1)), queue="complaints")
    [interaction] = await _interactions(database)
    assert interaction.queue == "complaints"
    with pytest.raises(LookupError):
        await brought(database, Given(contact(2)), queue="nowhere")


async def test_attachments_are_stored_and_refused_ones_counted(database: Database, blobs: Blobs) -> None:
    files = (
        HistoricFile(name="invoice.pdf", data=b"%PDF-1.7 ..."),
        HistoricFile(name="setup.exe", data=b"MZ\x00\x01"),
    )
    message = HistoricMessage(external_id="m", author=Author.CUSTOMER, sent_at=NOON, text="see", attachments=files)
    report = await brought(database, Given(contact(1, messages=(message,))), files=blobs)
    assert (report.attachments, report.left_out) == (1, 1)
    [interaction] = await _interactions(database)
    async with database.read() as ledger:
        [stored] = await ledger.messages(interaction.id)
    assert stored.values == {"files_left_out": "setup.exe"}
    [attachment] = stored.attachments
    assert (attachment.name, attachment.media_type) == ("invoice.pdf", "application/pdf")
    admin = Caller(id="otto", role=Role.ADMIN, agent_id=AgentId("otto"))
    kept = await blobs.find(attachment.sha256, viewer_of(admin, ()), admin)
    assert kept is not None, "the message does not lead to its file"
    assert blobs.path(kept.sha256).read_bytes() == files[0].data


async def test_progress_reaches_the_end(database: Database) -> None:
    seen: list[tuple[int, int | None]] = []
    await brought(database, Given(*(contact(n) for n in range(120))), progress=lambda *at: seen.append(at))
    assert seen == [(100, 120), (120, 120)]


async def test_mails_from_a_folder_become_interactions(database: Database, blobs: Blobs, tmp_path: Path) -> None:
    folder = tmp_path / "mails"
    folder.mkdir()
    for number, (sender, reply) in enumerate(
        [("jana@example.org", ""), ("desk@firma.example", "In-Reply-To: <0@x>\n")]
    ):
        (folder / f"{number}.eml").write_text(
            f"From: {sender}\nTo: desk@firma.example\nSubject: Rechnung\nMessage-ID: <{number}@x>\n{reply}"
            f"Date: {number + 1} Mar 2026 10:00:00 +0000\n\nWo ist meine Rechnung?\n"
        )
    report = await import_history(database.write, eml_reader(folder, ["@firma.example"]), files=blobs)
    assert (report.interactions, report.messages, report.agent_messages) == (1, 2, 1)
    [interaction] = await _interactions(database)
    assert (interaction.channel, interaction.subject, interaction.language) == (Channel.EMAIL, "Rechnung", "de")
    async with database.read() as ledger:
        owner = await ledger.by_message_ids(["0@x"])
    assert owner is not None
    assert owner.id == interaction.id


@pytest.mark.shared_data
async def test_star_comes_in_and_a_second_time_not_at_all(database: Database, shared: Path, tmp_path: Path) -> None:
    with lzma.open(shared / "star" / "dialogues.jsonl.xz", "rt", encoding="utf-8") as lines:
        (tmp_path / "dialogues.jsonl").write_text("".join(islice(lines, 300)), encoding="utf-8")
    reader = StarReader(tmp_path)
    report = await import_history(lambda: database.write(silent=True), reader)
    assert (report.contacts, report.interactions, report.customers, report.skipped_count) == (300, 300, 62, 0)
    assert (report.messages, report.customer_messages, report.agent_messages) == (4116, 2071, 2045)
    assert (report.records, report.steps) == (777, 2045)
    async with database.read() as ledger:
        assert await ledger.count(Table.INTERACTION, tables.record.c.state == "closed") == 300
        assert await ledger.count(Table.MESSAGE) == 4116
    again = await import_history(lambda: database.write(silent=True), reader)
    assert (again.already, again.interactions, again.messages, again.customers) == (300, 0, 0, 0)


@pytest.mark.shared_data
@pytest.mark.long
@pytest.mark.timeout(300)
async def test_star_comes_in_whole_and_a_second_time_not_at_all(database: Database, shared: Path) -> None:
    reader = StarReader(shared / "star")
    report = await import_history(lambda: database.write(silent=True), reader)
    assert (report.contacts, report.interactions, report.customers) == (4238, 4238, 102)
    assert (report.messages, report.customer_messages, report.agent_messages) == (55_047, 27_616, 27_431)
    assert (report.records, report.steps, report.skipped_count) == (10_378, 27_431, 0)
    async with database.read() as ledger:
        latest = await ledger.latest()
        assert await ledger.count(Table.INTERACTION, tables.record.c.state == "closed") == 4238
        assert await ledger.count(Table.MESSAGE) == 55_047
        assert await ledger.count(Table.RECORD) == 10_378
        assert await ledger.count(Table.TOUCHPOINT) == 4238
        assert await ledger.count(Table.CUSTOMER) == 102
    again = await import_history(lambda: database.write(silent=True), reader)
    assert (again.already, again.interactions, again.messages, again.customers) == (4238, 0, 0, 0)
    async with database.read() as ledger:
        assert await ledger.latest() == latest
