"""What is in the hub after the seed: a believable company, the same for the same seed, with nothing dangling."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import phonenumbers
import pytest

from desktop.demo.centre import build
from desktop.domain.agent import Agent, PresenceState
from desktop.domain.changes import Table
from desktop.domain.channels import Channel
from desktop.domain.customer import Customer, IdentityKind
from desktop.domain.ids import CustomerId, new_id
from desktop.domain.interaction import Author, Interaction, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.hub.auth import accounts
from desktop.hub.auth.passwords import Passwords
from desktop.hub.db.database import Database, sqlite_url
from desktop.wire.records import TYPES, decode

from .conftest import Seeded, seed_into

NOW = datetime(2026, 3, 12, 10, 30, tzinfo=UTC)

Rows = dict[Table, list[object]]


def rows_in(file: Path) -> list[tuple[str, str, bytes]]:
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT type, id, body FROM record ORDER BY type, id").fetchall()


@pytest.fixture(scope="module")
def rows(seeded: Seeded) -> Rows:
    found: Rows = {table: [] for table in TYPES}
    for kind, _, body in rows_in(seeded.file):
        found[Table(kind)].append(decode(kind, body))
    return found


async def test_the_same_seed_makes_the_same_centre_to_the_byte(tmp_path: Path) -> None:
    await seed_into(tmp_path / "one.db", number=3, lang="en", now=NOW)
    await seed_into(tmp_path / "two.db", number=3, lang="en", now=NOW)
    assert rows_in(tmp_path / "one.db") == rows_in(tmp_path / "two.db")
    assert build(3, "en", NOW).people != build(4, "en", NOW).people


def test_there_is_as_much_of_it_as_a_real_centre_has(rows: Rows, seeded: Seeded) -> None:
    counts = {table: len(found) for table, found in rows.items()}
    assert counts[Table.CUSTOMER] == 300
    assert counts[Table.AGENT] == 26
    assert 1500 <= counts[Table.INTERACTION] <= 1600
    assert 7000 <= counts[Table.MESSAGE] <= 10_000
    assert 4000 <= counts[Table.TOUCHPOINT] <= 9000
    assert {queue.id for queue in rows[Table.QUEUE]} == {
        "billing", "orders", "technical", "service", "complaints", "social"
    }  # fmt: skip
    assert all(queue.names["de"] and queue.names["en"] for queue in rows[Table.QUEUE])
    told = seeded.report.counts
    assert all(counts[Table(kind)] == n for kind, n in told.items())
    shortcuts = Counter(template.shortcut for template in rows[Table.TEMPLATE])
    assert max(shortcuts.values()) == 1


def test_nothing_dangles(rows: Rows) -> None:
    ids = {table: {record.id for record in found} for table, found in rows.items()}
    for table in (Table.INTERACTION, Table.MESSAGE, Table.TOUCHPOINT, Table.RECORD, Table.SUGGESTION):
        assert all(record.customer_id in ids[Table.CUSTOMER] for record in rows[table])
    for table in (Table.MESSAGE, Table.SUGGESTION):
        assert all(record.interaction_id in ids[Table.INTERACTION] for record in rows[table])
    assert all(one.agent_id is None or one.agent_id in ids[Table.AGENT] for one in rows[Table.MESSAGE])
    for one in rows[Table.INTERACTION]:
        assert one.queue in ids[Table.QUEUE]
        assert one.assignee is None or one.assignee in ids[Table.AGENT]
        assert one.intent in ids[Table.INTENT]
        assert one.disposition is None or one.disposition in ids[Table.DISPOSITION]
        assert one.source == "demo"
    assert all(
        one.interaction_id is None or one.interaction_id in ids[Table.INTERACTION] for one in rows[Table.TOUCHPOINT]
    )


def test_history_is_plausible(rows: Rows, seeded: Seeded) -> None:
    messages: dict[str, list[Message]] = defaultdict(list)
    for message in rows[Table.MESSAGE]:
        messages[message.interaction_id].append(message)
    closed: list[Interaction] = [one for one in rows[Table.INTERACTION] if one.state is InteractionState.CLOSED]
    assert {one.channel for one in closed} == {channel for channel in Channel if channel.is_interaction}
    oldest = min(one.created_at for one in closed)
    assert timedelta(days=600) < seeded.report.seeded_at - oldest < timedelta(days=735)
    for one in closed:
        said = messages[one.id]
        assert one.disposition
        assert one.summary
        assert one.closed_at is not None
        assert one.created_at <= min(message.sent_at for message in said)
        assert max(message.sent_at for message in said) <= one.closed_at < seeded.report.seeded_at
        assert {Author.CUSTOMER, Author.AGENT} <= {message.author for message in said}
    touchpoints: list[Touchpoint] = rows[Table.TOUCHPOINT]
    kinds = Counter(one.kind for one in touchpoints)
    assert {"contact", "visit", "purchase", "delivery", "shop_visit", "survey", "payment"} <= set(kinds)
    assert all(one.at <= seeded.report.seeded_at for one in touchpoints)
    assert {one.rating for one in touchpoints if one.kind == "survey"} == {1, 2, 3, 4, 5}


def test_mails_of_one_contact_are_one_thread(rows: Rows) -> None:
    mails: dict[str, list[Message]] = defaultdict(list)
    for message in rows[Table.MESSAGE]:
        if message.channel is Channel.EMAIL:
            mails[message.interaction_id].append(message)
    for thread in mails.values():
        first, *rest = sorted(thread, key=lambda one: one.sent_at)
        assert first.subject
        assert all(first.external_id in one.references for one in rest)
        assert all(one.subject == f"Re: {first.subject}" for one in rest)


def test_nobody_outside_can_be_reached(rows: Rows) -> None:
    """Only addresses and numbers reserved for examples and fiction."""
    customers: list[Customer] = rows[Table.CUSTOMER]
    reserved = ("+493023125", "+494066969", "+496990009", "+492214710", "+498999998", "+4917139200", "+49176040690")
    drama = ("+441134960", "+441174960", "+441314960", "+442920180", "+442079460", "+441614960", "+441514960")
    for customer in customers:
        for one in customer.identities:
            if one.kind is IdentityKind.EMAIL:
                assert one.normalised.endswith(("example.com", "example.org", "example.net"))
            if one.kind is IdentityKind.PHONE and one.normalised:
                assert one.normalised.startswith((*reserved, *drama))
                assert phonenumbers.is_valid_number(phonenumbers.parse(one.normalised))


def test_customers_are_as_flawed_as_real_ones(rows: Rows) -> None:
    customers: list[Customer] = rows[Table.CUSTOMER]
    flaws = Counter((flaw.code, flaw.field) for customer in customers for flaw in customer.quality)
    for flaw in (("stale", "address"), ("missing", "email"), ("invalid", "phone"), ("missing", "language")):
        assert 2 <= flaws[flaw] <= 60, flaw
    assert sum(not customer.quality for customer in customers) > 100
    assert len({customer.address.city for customer in customers if customer.address}) > 20
    assert any("-" in customer.family_name and len(customer.family_name) > 20 for customer in customers)
    assert any(customer.segment == "business" for customer in customers)


def test_the_agent_at_the_window_finds_her_desk_as_she_left_it(rows: Rows, seeded: Seeded) -> None:
    anna: Agent = next(one for one in rows[Table.AGENT] if one.user == seeded.report.agent)
    assert anna.name == "Anna Berger"
    assert all(one.presence.state is PresenceState.OFFLINE for one in rows[Table.AGENT])
    hers = [one for one in rows[Table.INTERACTION] if one.assignee == anna.id and one.state.is_open]
    states = Counter(str(one.state) for one in hers)
    assert states == {"active": 3, "waiting": 3, "snoozed": 2}
    assert {Channel.CHAT, Channel.EMAIL} <= {one.channel for one in hers if one.state is InteractionState.ACTIVE}
    queued = [one for one in rows[Table.INTERACTION] if one.state is InteractionState.QUEUED]
    assert 7 <= len(queued) <= 10
    advised = {one.interaction_id for one in rows[Table.SUGGESTION]}
    for one in rows[Table.INTERACTION]:
        if one.state.is_open:
            assert one.id in advised, "no idea what to do next"
            assert one.identified >= 0.9
            assert one.identified_by
            assert one.mood is not None


async def test_everyone_can_sign_in_with_the_password_of_this_start_only(seeded: Seeded, tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    file.write_bytes(seeded.file.read_bytes())
    again = await seed_into(file, number=99, lang="en", now=NOW)
    assert not again.is_new
    assert (again.seed, again.lang, again.seeded_at) == (7, "de", seeded.report.seeded_at)
    assert rows_in(file) == rows_in(seeded.file)
    database = await Database.open(sqlite_url(file))
    async with database.read() as ledger:
        account = await accounts.find(ledger, again.lead)
    await database.close()
    assert account is not None
    passwords = Passwords()
    assert await passwords.verify(account.password_hash, again.users[again.lead])
    assert not await passwords.verify(account.password_hash, seeded.report.users[again.lead])


async def test_a_hub_with_customers_of_its_own_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    database = await Database.open(sqlite_url(file))
    async with database.write() as ledger:
        await ledger.put(Customer(id=CustomerId(new_id()), name="A real one"))
    await database.close()
    with pytest.raises(ValueError, match="customers of its own"):
        await seed_into(file, number=1, lang="de", now=NOW)
    assert len(rows_in(file)) == 1


def test_the_window_seeds_in_a_process_of_its_own(tmp_path: Path) -> None:
    """What ``dirigent demo`` does: an order on standard input, the report on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop.demo"],
        input=json.dumps({"data": str(tmp_path), "seed": 5, "lang": "en"}).encode() + b"\n",
        capture_output=True,
        timeout=60,
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["is_new"]
    assert report["users"][report["agent"]]
    assert done.stderr == b""
    assert len(rows_in(tmp_path / "hub.db")) > 10_000
