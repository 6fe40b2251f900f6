"""The change feed read backwards: newest first, open work before all else, and never more than one may see."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite

from desktop.domain.channels import Channel
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, InteractionId, MessageId, QueueId, TouchpointId
from desktop.domain.interaction import Author, InteractionState, Message
from desktop.domain.journey import Touchpoint
from desktop.hub.auth.caller import Caller
from desktop.hub.db import retrospect
from desktop.wire.shapes import NEWEST

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def walk(hub, who: str, scope: str = "all", limit: int = 250, before: int = NEWEST) -> list[dict]:
    """Read backwards to the beginning, as a client does."""
    found: list[dict] = []
    with hub.client(who) as client:
        while True:
            asked = {"before": before, "scope": scope, "limit": limit}
            page = client.get("/v1/changes", params=asked).raise_for_status().json()
            assert page["before"] == before
            assert len(page["changes"]) <= limit
            found += page["changes"]
            if not page["more"]:
                return found
            assert page["next"] < before
            before = page["next"]


def forwards(hub, who: str, after: int = 0) -> list[dict]:
    with hub.client(who) as client:
        page = client.get("/v1/changes", params={"after": after, "limit": 1000}).raise_for_status().json()
    assert not page["more"]
    return page["changes"]


def ids(changes: list[dict]) -> set[str]:
    return {change["id"] for change in changes}


def message(id_: str, of: str, minutes: int = 0) -> Message:
    at = AT + timedelta(minutes=minutes)
    return Message(
        id=MessageId(id_), interaction_id=InteractionId(of), author=Author.CUSTOMER, sent_at=at, text="Hallo"
    )


def closed(records: list) -> list:
    """The same story, over."""
    customer, interaction, *rest = records
    return [customer, msgspec.structs.replace(interaction, state=InteractionState.CLOSED), *rest]


def test_backwards_and_forwards_tell_the_same_and_backwards_is_the_newest_first(shared_hub, contact) -> None:
    shared_hub.put(*contact("i1", "open", "jana"), *closed(contact("i2", "open", "kurt")))
    for limit in (2, 1000):
        back = walk(shared_hub, "anna", limit=limit)
        assert back == forwards(shared_hub, "anna")[::-1]


def test_deletions_are_not_told_backwards(hub, contact) -> None:
    records = contact("i", "north", "jana")
    hub.put(*records)
    hub.put(msgspec.structs.replace(records[1], queue=QueueId("south")))
    assert ids(forwards(hub, "anna")) >= {"i", "m-i"}
    assert not ids(walk(hub, "anna")) & {"i", "m-i"}
    assert all(change["op"] == "upsert" for change in walk(hub, "sven"))


@pytest.mark.parametrize("scope", ["open", "all"])
def test_each_sees_what_their_team_may_see(hub, contact, scope: str) -> None:
    hub.put(*contact("for-north", "north", "nora"), *contact("for-south", "south", "susi"))
    north = {"for-north", "m-for-north", "nora", "r-for-north"}
    south = {"for-south", "m-for-south", "susi", "r-for-south"}
    for who, expected in {"anna": north, "lena": north, "sven": south, "otto": north | south}.items():
        assert ids(walk(hub, who, scope, limit=3)) & (north | south) == expected
    words = {"for-north", "m-for-north", "for-south", "m-for-south"}
    assert ids(walk(hub, "channel", scope)) & (north | south) == words, "a channel needs no customer's card"


def test_a_guest_sees_what_they_were_given(hub, contact) -> None:
    records = contact("i", "north", "nora")
    hub.put(*records)
    assert not ids(walk(hub, "sven", "open")) & {"i", "m-i", "nora"}
    mine = {"assignee": hub.agents["sven"].id, "state": InteractionState.ACTIVE}
    hub.put(msgspec.structs.replace(records[1], **mine))
    assert ids(walk(hub, "sven", "open")) >= {"i", "m-i", "nora", "r-i"}


def test_open_work_comes_with_its_customers_and_the_companys_own_records(hub, contact) -> None:
    visit = Touchpoint(
        id=TouchpointId("visit"), customer_id=CustomerId("jana"), channel=Channel.WEB, kind="visit", at=AT
    )
    elsewhere = msgspec.structs.replace(visit, id=TouchpointId("old"), customer_id=CustomerId("kurt"))
    hub.put(*contact("now", "open", "jana"), visit, *closed(contact("then", "open", "kurt")), elsewhere)
    found = ids(walk(hub, "anna", "open"))
    assert found >= {"now", "m-now", "jana", "r-now", "visit", "open", hub.agents["bert"].id}
    assert not found & {"then", "m-then", "kurt", "r-then", "old"}
    assert not [change for change in walk(hub, "anna", "all") if change["id"] == "south" and change["op"] == "delete"]


def test_of_a_very_long_contact_the_newest_words_come_with_the_open_work(hub, contact) -> None:
    customer, interaction, *_ = contact("long", "open", "jana")
    count = retrospect.NEWEST_OF_EACH + 60
    hub.put(customer, interaction, *(message(f"m{n:03}", "long", n) for n in range(count)))
    told = [change["id"] for change in walk(hub, "anna", "open", limit=70) if change["type"] == "message"]
    assert told == [f"m{n:03}" for n in range(count - 1, 59, -1)]
    assert len([change for change in walk(hub, "anna") if change["type"] == "message"]) == count


def test_a_page_says_where_the_feed_stood_and_what_time_it_is(hub, contact) -> None:
    hub.put(*contact("i1", "open", "jana"))
    with hub.client("anna") as client:
        back = client.get("/v1/changes", params={"before": NEWEST, "scope": "open"}).json()
        on = client.get("/v1/changes", params={"after": back["latest"]}).json()
    assert back["latest"] == hub.seq
    assert back["epoch"] == on["epoch"]
    assert on["changes"] == []
    for page in (back, on):
        assert abs(datetime.fromisoformat(page["now"]) - datetime.now(UTC)) < timedelta(seconds=5)


def test_nothing_is_missed_and_nothing_comes_twice_while_many_write(hub, contact) -> None:
    """Somebody reads backwards in small pages while contacts move on, come and go; then forwards from where they began."""
    for n in range(30):
        hub.put(*contact(f"i{n}", "open", f"c{n}"))
    is_over = threading.Event()

    def work() -> None:
        for n in range(200):
            if is_over.is_set():
                return
            records = contact(f"i{n % 40}", "open", f"c{n % 40}")
            hub.put(*(closed(records) if n % 3 else records), message(f"more{n}", f"i{n % 40}", n))

    writer = threading.Thread(target=work)
    with hub.client("anna") as client:
        start = client.get("/v1/changes", params={"before": NEWEST, "limit": 1}).json()["latest"]
    writer.start()
    back = walk(hub, "anna", limit=7, before=start + 1)
    open_back = walk(hub, "anna", "open", limit=7)
    is_over.set()
    writer.join()
    for found in (back, open_back):
        numbers = [change["seq"] for change in found]
        assert numbers == sorted(set(numbers), reverse=True)
    # Both together are what the hub has.
    newest = {(change["type"], change["id"]): change for change in back}
    newest |= {(change["type"], change["id"]): change for change in forwards(hub, "anna", start)}
    assert newest == {(change["type"], change["id"]): change for change in forwards(hub, "anna")}


@pytest.mark.parametrize(
    "asked",
    [
        {"before": 5, "after": 3},
        {"before": 5, "wait": 3},
        {"scope": "open"},
        {"scope": "open", "after": 3},
        {"before": 5, "scope": "mine"},
        {"before": 0},
        {"before": -1},
        {"before": "x"},
        {"before": 5, "limit": 0},
    ],
)
def test_what_makes_no_sense_is_refused(shared_hub, asked: dict) -> None:
    with shared_hub.client("anna") as client:
        answer = client.get("/v1/changes", params=asked)
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


def test_reading_backwards_is_in_the_audit_log(hub, contact) -> None:
    hub.put(*contact("i1", "open", "jana"))
    walk(hub, "anna", "open")
    hub.call(lambda: hub.server.services.audit.flush())
    rows = hub.read(lambda ledger: ledger.connection.execute(text("SELECT action, subject, detail FROM audit")))
    assert any(row[:2] == ("read_changes", "history") and "open" in row[2] for row in rows)


def test_open_work_is_found_in_indexes_and_not_by_going_through_everything(hub) -> None:
    viewer = hub.server.services.feed.viewer(
        Caller(id="x", role=hub.agents["anna"].role, agent_id=hub.agents["anna"].id)
    )
    query = retrospect.open_numbers(viewer, NEWEST, 500)
    sql = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    plan = [row[3] for row in hub.read(lambda ledger: ledger.connection.execute(text(f"EXPLAIN QUERY PLAN {sql}")))]
    of_records = [step for step in plan if " record" in step]
    assert len(of_records) >= 8
    assert all(step.startswith("SEARCH") for step in of_records), plan
    assert [step for step in of_records if "COVERING" not in step] == [
        "SEARCH record USING INDEX record_timer (type=? AND state=?)"
    ]


def test_a_customer_without_a_contact_is_no_open_work(hub) -> None:
    hub.put(Customer(id=CustomerId("new"), name="Neu"))
    assert "new" not in ids(walk(hub, "anna", "open"))
    assert "new" in ids(walk(hub, "anna", "all"))
