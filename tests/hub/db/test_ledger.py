"""The ledger: what is put is found again, and everybody hears of it in the order in which it was committed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import msgspec
import pytest

from desktop.domain.agent import Agent, Queue, Role
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, Identity, IdentityKind
from desktop.domain.ids import AgentId, CustomerId, InteractionId, MessageId, QueueId, TouchpointId
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.hub.auth.caller import Caller
from desktop.hub.db.continuity import STEP
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Commit, Ledger
from desktop.hub.db.visibility import Viewer, own_queue, viewer_of
from desktop.wire import records

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADMIN = viewer_of(Caller(id="otto", role=Role.ADMIN), [])
QUEUES = [Queue(id=QueueId("north"), teams=("north",)), Queue(id=QueueId("south"), teams=("south",))]


def interaction(id_: str, queue: str | None = None, **fields: object) -> Interaction:
    values: dict[str, object] = {"channel": Channel.CHAT, "state": InteractionState.QUEUED, "created_at": AT}
    values |= {"updated_at": AT, "queue": queue} | fields
    return Interaction(id=InteractionId(id_), **values)  # type: ignore[arg-type]


def message(id_: str, of: str, **fields: object) -> Message:
    values: dict[str, object] = {"author": Author.CUSTOMER, "sent_at": AT, "text": "Hallo"} | fields
    return Message(id=MessageId(id_), interaction_id=InteractionId(of), **values)  # type: ignore[arg-type]


def people_of(team: str) -> Viewer:
    return viewer_of(Caller(id=team, role=Role.AGENT, team=team, agent_id=AgentId(f"agent-{team}")), QUEUES)


async def told(database: Database, viewer: Viewer, after: int = 0) -> list[tuple[str, str]]:
    async with database.read() as ledger:
        changes, _, _ = await ledger.page(viewer, after, 1000)
    return [(change.op, change.id) for change in changes if change.type not in ("queue", "agent")]


async def put(database: Database, *found: records.Record) -> int:
    async with database.write() as ledger:
        for record in found:
            await ledger.put(record)
        await ledger.flush()
        return await ledger.latest()


async def test_a_record_comes_back_as_it_was_put_with_the_next_version(database: Database) -> None:
    await put(database, Customer(id=CustomerId("jana"), name="Jana Weber"))
    await put(database, Customer(id=CustomerId("jana"), name="Jana Weber-Lange"))
    async with database.read() as ledger:
        found = await ledger.customer("jana")
    assert found is not None
    assert (found.name, found.version) == ("Jana Weber-Lange", 2)


async def test_the_feed_holds_the_newest_version_of_each_only_in_commit_order(database: Database) -> None:
    await put(database, Customer(id=CustomerId("a")), Customer(id=CustomerId("b")))
    await put(database, Customer(id=CustomerId("a"), name="again"))
    assert await told(database, ADMIN) == [("upsert", "b"), ("upsert", "a")]


async def test_a_failed_transaction_leaves_nothing_and_tells_nobody(database: Database) -> None:
    heard: list[Commit] = []
    database.subscribe(heard.append)

    async def fail() -> None:
        async with database.write() as ledger:
            await ledger.put(Customer(id=CustomerId("ghost")))
            await ledger.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await told(database, ADMIN) == []
    assert heard == []


async def test_pages_end_with_a_cursor_that_leaves_nothing_out(database: Database) -> None:
    for number in range(25):
        await put(database, Customer(id=CustomerId(f"c{number:02}")))
    cursor, seen, more = 0, [], True
    while more:
        async with database.read() as ledger:
            changes, cursor, more = await ledger.page(ADMIN, cursor, 10)
        seen += [change.id for change in changes]
        assert len(changes) <= 10
    assert seen == [f"c{number:02}" for number in range(25)]


async def test_many_writers_and_a_reader_in_between_lose_nothing(database: Database) -> None:
    async def write(writer: int) -> None:
        for number in range(10):
            await put(database, Customer(id=CustomerId(f"w{writer}-{number}")))

    seen: list[str] = []
    writing = asyncio.gather(*(write(writer) for writer in range(5)))
    cursor = 0
    while True:
        is_last = writing.done()
        async with database.read() as ledger:
            changes, cursor, _ = await ledger.page(ADMIN, cursor, 7)
        seen += [change.id for change in changes]
        if is_last and not changes:
            break
    await writing
    assert len(seen) == len(set(seen)) == 50


async def test_listeners_hear_each_commit_once_with_the_numbers_it_took(database: Database) -> None:
    heard: list[Commit] = []
    async with database.read() as ledger:
        start = await ledger.latest()
    stop = database.subscribe(heard.append)
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId("a")))
        await ledger.flush()
        await ledger.put(Customer(id=CustomerId("a"), name="twice in one"))
    await put(database, Customer(id=CustomerId("b")))
    stop()
    await put(database, Customer(id=CustomerId("c")))
    assert [[(written.change.id, written.change.seq) for written in commit] for commit in heard] == [
        [("a", start + 2 * STEP)],
        [("b", start + 3 * STEP)],
    ]
    assert [(commit.after, commit.last) for commit in heard] == [
        (start, start + 2 * STEP),
        (start + 2 * STEP, start + 3 * STEP),
    ]


async def test_a_silent_import_tells_no_listener_but_is_in_the_feed(database: Database) -> None:
    heard: list[Commit] = []
    database.subscribe(heard.append)
    async with database.write(silent=True) as ledger:
        await ledger.put(Customer(id=CustomerId("imported")))
    assert heard == []
    assert await told(database, ADMIN) == [("upsert", "imported")]


async def test_a_removed_record_is_told_as_deleted_and_can_come_back(database: Database) -> None:
    identity = Identity(kind=IdentityKind.EMAIL, value="J@x.org", normalised="j@x.org")
    customer = Customer(id=CustomerId("jana"), identities=(identity,))
    await put(database, customer)
    async with database.write() as ledger:
        await ledger.remove(Table.CUSTOMER, "jana")
    async with database.read() as ledger:
        assert await ledger.customer("jana") is None
        assert await ledger.by_identity([("email", "j@x.org")]) == []
    assert await told(database, ADMIN) == [("delete", "jana")]
    await put(database, customer)
    assert await told(database, ADMIN) == [("upsert", "jana")]


async def test_a_customer_is_found_by_any_identity_and_through_a_merge(database: Database) -> None:
    mail = Identity(kind=IdentityKind.EMAIL, value="jana@x.org", normalised="jana@x.org")
    await put(database, Customer(id=CustomerId("old"), number="K-1", merged_into=CustomerId("new")))
    await put(database, Customer(id=CustomerId("new"), identities=(mail,), number="K-1"))
    async with database.read() as ledger:
        found = await ledger.by_identity([("email", "jana@x.org"), ("customer_no", "K-1")])
        assert [customer.id for customer in found] == ["new"]
        merged = await ledger.customer("old")
    assert merged is not None
    assert merged.id == "new"


async def test_messages_follow_their_interaction_to_another_queue(database: Database) -> None:
    await put(database, *QUEUES, interaction("i", "north"), message("m1", "i"), message("m2", "i"))
    south = people_of("south")
    assert await told(database, south) == []
    cursor = await put(database, interaction("i", "south"))
    assert sorted(await told(database, south)) == [("upsert", "i"), ("upsert", "m1"), ("upsert", "m2")]
    assert sorted(await told(database, people_of("north"))) == [("delete", "i"), ("delete", "m1"), ("delete", "m2")]
    await put(database, interaction("i", "south", subject="still there"))
    assert await told(database, south, cursor) == [("upsert", "i")], "a move is told once"


async def test_a_message_written_before_its_queue_was_decided_is_hidden_with_it(database: Database) -> None:
    async with database.write() as ledger:
        for queue in QUEUES:
            await ledger.put(queue)
        await ledger.put(message("m", "i"))
        await ledger.flush()
        await ledger.put(interaction("i"))
        await ledger.flush()
        await ledger.put(interaction("i", "north"))
    assert await told(database, people_of("south")) == []
    assert sorted(await told(database, people_of("north"))) == [("upsert", "i"), ("upsert", "m")]


async def test_who_was_away_for_two_moves_hears_that_it_is_gone(database: Database) -> None:
    await put(database, *QUEUES, Queue(id=QueueId("third"), teams=("third",)), interaction("i", "north"))
    await put(database, interaction("i", "south"))
    await put(database, interaction("i", "third"))
    assert await told(database, people_of("north")) == [("delete", "i")]


async def test_a_move_within_one_transaction_is_told_too(database: Database) -> None:
    await put(database, *QUEUES, interaction("i", "north"))
    await put(database, interaction("i"), interaction("i", "south"))
    assert await told(database, people_of("north")) == [("delete", "i")]


async def test_a_guest_gets_all_of_what_they_are_assigned_and_loses_it_again(database: Database) -> None:
    guest = Agent(id=AgentId("agent-south"), user="sven", name="Sven", team="south")
    jana = CustomerId("jana")
    visit = Touchpoint(id=TouchpointId("visit"), customer_id=jana, channel=Channel.WEB, kind="visit", at=AT)
    await put(database, *QUEUES, guest, Customer(id=jana), visit)
    await put(database, interaction("i", "north", customer_id=jana), message("m", "i"))
    south = people_of("south")
    before = await told(database, south)
    assert before == [], "the customer was seen in the north only"

    owned = interaction("i", "north", customer_id=jana, state=InteractionState.ACTIVE, assignee=guest.id)
    cursor = await put(database, owned)
    assert sorted(await told(database, south)) == [
        ("upsert", "i"),
        ("upsert", "jana"),
        ("upsert", "m"),
        ("upsert", "visit"),
    ]
    await put(database, interaction("i", "north", customer_id=jana))
    assert sorted(await told(database, south, cursor)) == [("delete", "i"), ("delete", "m")]
    assert sorted(await told(database, people_of("north"), cursor)) == [("upsert", "i"), ("upsert", "m")]


async def test_the_first_contact_in_another_queue_brings_the_customers_facts_along(database: Database) -> None:
    jana = CustomerId("jana")
    visit = Touchpoint(id=TouchpointId("visit"), customer_id=jana, channel=Channel.WEB, kind="visit", at=AT)
    await put(database, *QUEUES, Customer(id=jana), visit, interaction("i", "north", customer_id=jana))
    assert await told(database, people_of("south")) == []
    await put(database, interaction("j", "south", customer_id=jana))
    assert sorted(await told(database, people_of("south"))) == [
        ("upsert", "j"),
        ("upsert", "jana"),
        ("upsert", "visit"),
    ]


async def test_notes_are_kept_under_their_key(database: Database) -> None:
    async with database.write() as ledger:
        await ledger.set_note("import", "17")
        await ledger.set_note("import", "18")
    async with database.read() as ledger:
        assert await ledger.note("import") == "18"
        assert await ledger.note("other") is None


async def test_own_words_of_customers_are_not_in_an_error_of_the_database(database: Database) -> None:
    with pytest.raises(Exception) as raised:
        async with database.write() as ledger:
            await ledger.connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("my secret diagnosis",))
    assert "diagnosis" not in str(raised.value)


@pytest.mark.parametrize("viewer", [people_of("north"), people_of("south"), ADMIN])
async def test_memory_and_sql_agree_on_who_sees_what(database: Database, viewer: Viewer) -> None:
    heard: list[Commit] = []
    database.subscribe(heard.append)
    me = AgentId("agent-south")
    jana, klaus = CustomerId("jana"), CustomerId("klaus")

    async def story(ledger: Ledger) -> None:
        await ledger.put(Agent(id=me, user="sven", name="Sven", team="south"))
        await ledger.put(Customer(id=jana))
        await ledger.put(Customer(id=klaus))

    async with database.write() as ledger:
        for queue in QUEUES:
            await ledger.put(queue)
        await story(ledger)
    await put(database, interaction("i", "north", customer_id=jana), message("m", "i"))
    await put(database, interaction("i", "north", customer_id=jana, assignee=me, state=InteractionState.ACTIVE))
    await put(database, interaction("i", "south", customer_id=jana))
    await put(database, interaction("j"), message("n", "j"))

    live: dict[tuple[str, str], str] = {}
    for commit in heard:
        for written in commit:
            sight = viewer.sight(written)
            if sight is not None:
                live[written.change.type, written.change.id] = sight
    async with database.read() as ledger:
        changes, _, more = await ledger.page(viewer, 0, 1000)
    assert not more
    paged = {(change.type, change.id): change.op for change in changes}
    gone_only_live = {key: op for key, op in live.items() if key not in paged}
    assert all(op == "delete" or key[0] == "customer" for key, op in gone_only_live.items())
    assert {key: op for key, op in live.items() if key in paged} == paged
    assert all(isinstance(change.record, msgspec.Raw) == (change.op == "upsert") for change in changes)


def test_a_viewers_history_changes_with_what_is_hidden_from_them() -> None:
    north = people_of("north")
    assert north.hidden == {"south"}
    assert ADMIN.epoch("e") == "e"
    assert north.epoch("e") not in ("e", people_of("south").epoch("e"))
    everybody = viewer_of(Caller(id="x", role=Role.AGENT, team="north"), [Queue(id=QueueId("open"))])
    assert everybody.epoch("e") == "e"
    assert own_queue("x") == "@x"


async def test_within_a_transaction_what_was_read_is_what_was_last_put(database: Database) -> None:
    await put(database, interaction("one", "north", thread="t"))
    async with database.write() as ledger:
        assert (await ledger.interaction("one")) == (await ledger.by_thread("chat", "t"))
        saved = await ledger.put(interaction("one", "south", thread="t"))
        assert saved.version == 2
        assert (await ledger.interaction("one")) == saved
        await ledger.flush()
        found = await ledger.by_thread("chat", "t")
        assert found == saved
        assert (await ledger.put(interaction("one", "south", thread="t"))).version == 3
    async with database.read() as ledger:
        found = await ledger.interaction("one")
        assert found is not None
        assert found.version == 3


async def test_what_was_read_and_then_removed_is_gone_and_its_id_goes_on_counting(database: Database) -> None:
    await put(database, interaction("one"))
    async with database.write() as ledger:
        assert await ledger.interaction("one") is not None
        await ledger.remove(Table.INTERACTION, "one")
        assert await ledger.interaction("one") is None
    async with database.write() as ledger:
        assert (await ledger.put(interaction("one"))).version == 3


async def test_what_was_just_made_is_the_first_version(database: Database) -> None:
    async with database.write() as ledger:
        made = interaction("one", "north")
        ledger.introduce(made)
        assert (await ledger.put(made)).version == 1
        assert (await ledger.put(made)).version == 2
