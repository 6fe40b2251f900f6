"""The event stream as a client sees it on the socket: at once, in order, resumable, and bounded."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx_sse
import pytest

from desktop.domain.agent import Queue
from desktop.domain.customer import Customer
from desktop.domain.ids import CustomerId, QueueId
from desktop.hub import feed
from desktop.hub.auth import accounts


class Listening:
    def __init__(self, source: httpx_sse.EventSource) -> None:
        self.headers = source.response.headers
        self._events = source.iter_sse()

    def next(self) -> tuple[str, str, Any]:
        event = next(self._events)
        return event.event, event.id, json.loads(event.data)

    def until(self, id_: str) -> list[dict]:
        """Return the changes up to and with the record of an id."""
        found = []
        while True:
            kind, number, data = self.next()
            assert kind == "change"
            assert number == str(data["seq"])
            found.append(data)
            if data["id"] == id_:
                return found

    def ends(self) -> bool:
        return next(self._events, None) is None


@contextmanager
def listening(hub, who: str, **options: Any) -> Iterator[Listening]:
    with hub.client(who) as client, httpx_sse.connect_sse(client, "GET", "/v1/events", **options) as source:
        source.response.raise_for_status()
        before = time.monotonic() + 10
        while hub.server.services.feed.readers == 0:
            assert time.monotonic() < before
            time.sleep(0.005)
        yield Listening(source)


def customer(id_: str, **fields: Any) -> Customer:
    return Customer(id=CustomerId(id_), **fields)


def test_a_change_arrives_while_one_listens_and_no_proxy_is_to_hold_it_back(hub) -> None:
    with listening(hub, "anna") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        assert stream.headers["cache-control"] == "no-store"
        hub.put(customer("jana", name="Jana"))
        kind, number, data = stream.next()
    assert kind == "change"
    assert number == str(data["seq"]) == str(hub.seq)
    assert (data["type"], data["op"], data["record"]["name"]) == ("customer", "upsert", "Jana")


@pytest.mark.parametrize("way", ["header", "query"])
def test_a_stream_resumes_where_it_broke_off_without_gap_or_repeat(hub, way: str) -> None:
    hub.put(customer("before"))
    start = hub.seq
    hub.put(*(customer(f"c{number}") for number in range(600)))  # more than a page of the database
    options = {"headers": {"Last-Event-ID": str(start)}} if way == "header" else {"params": {"after": str(start)}}
    with listening(hub, "anna", **options) as stream:
        for number in range(600, 620):
            hub.put(customer(f"c{number}"))
        found = [change["id"] for change in stream.until("c619")]
    assert found == [f"c{number}" for number in range(620)]


def test_all_listeners_hear_their_own(hub, contact) -> None:
    with listening(hub, "anna") as anna, listening(hub, "sven") as sven:
        hub.put(*contact("for-north", "north", "nora"))
        hub.put(*contact("for-south", "south", "susi"))
        hub.put(customer("end"))
        assert {c["id"] for c in anna.until("end")} == {"for-north", "m-for-north", "nora", "r-for-north", "end"}
        assert {c["id"] for c in sven.until("end")} == {"for-south", "m-for-south", "susi", "r-for-south", "end"}


def test_what_another_process_wrote_is_heard_too(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.hub.db.database import Database, sqlite_url

    async def from_outside() -> None:
        other = await Database.open(sqlite_url(hub.data / "hub.db"))
        async with other.write() as ledger:
            await ledger.put(customer("from-outside"))
        await other.close()

    with listening(hub, "anna") as stream:
        hub.put(customer("a"))
        hub.call(from_outside)
        assert [change["id"] for change in stream.until("from-outside")] == ["a", "from-outside"]
        hub.put(customer("b"))
        assert [change["id"] for change in stream.until("b")] == ["b"]


def test_a_silent_import_between_two_commits_is_not_lost(hub) -> None:
    async def silently() -> None:
        async with hub.server.services.database.write(silent=True) as ledger:
            await ledger.put(customer("imported"))

    with listening(hub, "anna") as stream:
        hub.put(customer("a"))
        hub.call(silently)
        hub.put(customer("b"))
        assert [change["id"] for change in stream.until("b")] == ["a", "imported", "b"]


def test_a_reader_too_slow_is_told_to_pull_and_let_go(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "BUFFERED_EVENTS", 20)
    with listening(hub, "anna") as stream:
        text = "x" * 500_000  # fills what the sockets hold in between
        for number in range(60):
            hub.put(customer(f"c{number}", name=text))
        kinds = []
        while True:
            kind, _, data = stream.next()
            kinds.append(kind)
            if kind == "pull":
                break
        assert data["latest"] <= hub.seq
        assert stream.ends()
    assert 0 < kinds.count("change") < 60


def test_a_cursor_of_another_history_is_told_to_pull(hub) -> None:
    with (
        hub.client("anna") as client,
        httpx_sse.connect_sse(client, "GET", "/v1/events", headers={"Last-Event-ID": "999999"}) as source,
    ):
        events = list(source.iter_sse())
    assert [event.event for event in events] == ["pull"]


@pytest.mark.parametrize("number", ["abc", "-1", "1.5", "٣", "9" * 30])
def test_a_last_event_id_that_is_no_number_is_refused(shared_hub, number: str) -> None:
    with shared_hub.client("anna") as client:
        answer = client.get("/v1/events", headers={"Last-Event-ID": number.encode()})
    assert answer.status_code == 400


def test_a_change_of_teams_ends_the_stream_with_a_pull(hub) -> None:
    with listening(hub, "anna") as stream:
        hub.put(Queue(id=QueueId("south"), teams=("south", "north")))
        kinds = []
        while not kinds or kinds[-1] != "pull":
            kinds.append(stream.next()[0])
        assert stream.ends()


def test_a_disabled_account_hears_nothing_more(hub) -> None:
    with listening(hub, "anna") as anna, listening(hub, "bert") as bert:
        hub.write(lambda ledger: accounts.disable(ledger, "anna"))
        hub.put(customer("after"))
        assert anna.ends()
        assert bert.until("after")


def test_a_revoked_machine_token_ends_its_stream(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PING_S", 0.05)
    with listening(hub, "channel") as stream:
        with sqlite3.connect(hub.data / "hub.db", timeout=10) as connection:
            connection.execute("UPDATE machine_token SET revoked_at = 1")
        assert stream.ends()


def test_a_quiet_stream_is_kept_alive_by_comments(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PING_S", 0.05)
    with hub.client("anna") as client, client.stream("GET", "/v1/events") as answer:
        lines = answer.iter_lines()
        pings = [line for line, _ in zip(lines, range(6), strict=False) if line]
    assert pings == [": ping"] * 3


def test_a_reader_who_goes_away_is_forgotten(hub) -> None:
    with listening(hub, "anna"):
        assert hub.server.services.feed.readers == 1
    deadline = time.monotonic() + 10
    while hub.server.services.feed.readers:
        assert time.monotonic() < deadline, "the reader is still there"
        time.sleep(0.005)


def test_the_hub_stops_although_somebody_listens(hub) -> None:
    with hub.client("anna") as client, client.stream("GET", "/v1/events") as answer:
        started = time.monotonic()
        hub.stop()
        assert list(answer.iter_lines()) == [": ping", ""]
    assert time.monotonic() - started < 4
