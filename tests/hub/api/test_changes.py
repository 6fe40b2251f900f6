"""The change feed in pages: complete, in order, each caller their own, and waiting where there is nothing yet."""

from __future__ import annotations

import threading
import time

import msgspec

from desktop.domain.agent import Queue
from desktop.domain.ids import QueueId


def pages(hub, who: str, after: int = 0, limit: int = 250) -> list[dict]:
    """Read the feed to its end, as a client does."""
    found: list[dict] = []
    with hub.client(who) as client:
        while True:
            page = client.get("/v1/changes", params={"after": after, "limit": limit}).raise_for_status().json()
            assert page["after"] == after
            assert len(page["changes"]) <= limit
            found += page["changes"]
            if not page["more"]:
                return found
            assert page["next"] > after
            after = page["next"]


def latest(hub, who: str = "otto") -> int:
    with hub.client(who) as client:
        return client.get("/v1/changes", params={"after": 10**9}).json()["next"]


def told(hub, who: str, after: int = 0) -> dict[str, str]:
    return {change["id"]: change["op"] for change in pages(hub, who, after)}


def test_small_pages_tell_the_same_as_one_large_and_in_order(shared_hub, contact) -> None:
    shared_hub.put(*contact("i1", "open", "jana"))
    whole = pages(shared_hub, "anna", limit=1000)
    assert pages(shared_hub, "anna", limit=3) == whole
    numbers = [change["seq"] for change in whole]
    assert numbers == sorted(set(numbers))
    interaction = next(change for change in whole if change["id"] == "i1")
    assert interaction["type"] == "interaction"
    assert interaction["op"] == "upsert"
    assert interaction["record"]["customer_id"] == "jana"
    assert interaction["record"]["state"] == "waiting"


def test_each_sees_what_their_team_may_see(hub, contact) -> None:
    hub.put(*contact("for-north", "north", "nora"), *contact("for-south", "south", "susi"))
    north = {"for-north", "m-for-north", "nora", "r-for-north"}
    south = {"for-south", "m-for-south", "susi", "r-for-south"}
    assert told(hub, "anna").keys() & (north | south) == north
    assert told(hub, "lena").keys() & (north | south) == north
    assert told(hub, "sven").keys() & (north | south) == south
    assert told(hub, "otto").keys() & (north | south) == north | south
    words = {"for-north", "m-for-north", "for-south", "m-for-south"}
    assert told(hub, "channel").keys() & (north | south) == words, "a channel delivers, it needs no customer's card"


def test_the_cursor_moves_past_what_is_not_told(hub, contact) -> None:
    start = latest(hub)
    for number in range(5):
        hub.put(*contact(f"s{number}", "south", f"customer{number}"))
    with hub.client("anna") as client:
        page = client.get("/v1/changes", params={"after": start}).json()
    assert page["changes"] == []
    assert page["more"] is False
    assert page["next"] == latest(hub) > start


def test_what_moves_out_of_sight_is_told_as_deleted_without_its_words(hub, contact) -> None:
    records = contact("i", "north", "jana")
    hub.put(*records)
    start = latest(hub)
    hub.put(msgspec.structs.replace(records[1], queue=QueueId("south")))
    changes = [change for change in pages(hub, "anna", start) if change["type"] in ("interaction", "message")]
    assert [(change["id"], change["op"], "record" in change) for change in changes] == [
        ("i", "delete", False),
        ("m-i", "delete", False),
    ]
    assert told(hub, "sven", start)["i"] == "upsert"


def test_a_change_of_teams_starts_a_new_history(hub) -> None:
    with hub.client("anna") as client:
        first = client.get("/v1/changes").json()["epoch"]
        assert client.get("/v1/changes").json()["epoch"] == first
        hub.put(Queue(id=QueueId("everybodys")))
        assert client.get("/v1/changes").json()["epoch"] == first, "a queue open to all hides nothing"
        hub.put(Queue(id=QueueId("south")))
        second = client.get("/v1/changes").json()["epoch"]
        assert second != first
        hub.put(Queue(id=QueueId("south"), teams=("south",)))
        assert client.get("/v1/changes").json()["epoch"] == first


def test_a_long_poll_answers_as_soon_as_something_happens(hub, contact) -> None:
    start = latest(hub)
    arrived: list[tuple[float, dict]] = []

    def poll() -> None:
        with hub.client("anna") as client:
            page = client.get("/v1/changes", params={"after": start, "wait": 30}).json()
            arrived.append((time.monotonic(), page))

    hub.token("anna")
    start = latest(hub)
    waiting = threading.Thread(target=poll)
    waiting.start()
    wait_for_readers(hub, 1)
    hub.put(*contact("hidden", "south", "susi"))
    assert not arrived, "what anna may not see does not end her wait"
    hub.put(*contact("seen", "north", "nora"))
    happened = time.monotonic()
    waiting.join(10)
    at, page = arrived[0]
    assert at - happened < 2
    assert [change["id"] for change in page["changes"] if change["type"] == "interaction"] == ["seen"]
    assert page["after"] == start


def test_a_long_poll_ends_empty_after_its_time(shared_hub) -> None:
    start = latest(shared_hub)
    with shared_hub.client("anna") as client:
        page = client.get("/v1/changes", params={"after": start, "wait": 0.05}).json()
    assert page["changes"] == []
    assert page["next"] == start


def test_a_machine_of_customer_data_does_not_read_the_feed(shared_hub) -> None:
    with shared_hub.client("crm") as client:
        assert client.get("/v1/changes").status_code == 403


def wait_for_readers(hub, count: int) -> None:
    deadline = time.monotonic() + 10
    while hub.server.services.feed.readers != count:
        assert time.monotonic() < deadline, "no reader came"
        time.sleep(0.005)
