"""The live board as leads and agents get it over HTTP, and that alerts are for leads alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx_sse
import pytest
from msgspec.structs import replace
from sqlalchemy import select

from desktop.domain.changes import Table
from desktop.domain.ids import QueueId
from desktop.domain.routing import Alert
from desktop.hub.db import tables
from desktop.wire.errors import Code

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def chat(hub, name: str, queue: str = "north") -> str:
    """A customer writes, and the contact is brought to a queue; returns its id."""
    body = {"external_id": name, "thread": name, "from": {"address": name}, "text": "Hallo"}
    with hub.client("channel") as client:
        id_ = client.post("/v1/inbound/chat", json=body).json()["interaction_id"]
    hub.command("otto", "transfer", interaction_id=id_, to_queue=queue).raise_for_status()
    return id_


def get(hub, who: str, path: str, **params: Any) -> Any:
    with hub.client(who) as client:
        return client.get(path, params=params).raise_for_status().json()


@contextmanager
def watching(hub, who: str) -> Iterator[Iterator[httpx_sse.ServerSentEvent]]:
    with hub.client(who) as client, httpx_sse.connect_sse(client, "GET", "/v1/board/events") as source:
        assert source.response.headers["content-type"].startswith("text/event-stream")
        assert source.response.headers["cache-control"] == "no-store"
        yield source.iter_sse()


def test_a_lead_gets_the_board_of_their_teams_and_finds_the_contacts_of_each_number(hub) -> None:
    ours, theirs = chat(hub, "ours"), chat(hub, "theirs", "south")
    board = get(hub, "lena", "/v1/board")
    queues = {queue["id"]: queue for queue in board["queues"]}
    assert queues["north"]["waiting"] == 1
    assert queues["north"]["longest"] == ours
    assert "south" not in queues
    assert {agent["name"] for agent in board["agents"]} == {"Anna", "Bert", "Lena"}
    page = get(hub, "lena", "/v1/board/contacts", figure="waiting", queue="north")
    assert [one["id"] for one in page["contacts"]] == [ours]
    assert page["total"] == 1
    assert get(hub, "lena", "/v1/board/contacts", queue="south")["total"] == 0
    assert theirs in {one["id"] for one in get(hub, "otto", "/v1/board/contacts")["contacts"]}


def test_what_happens_is_on_the_board_within_a_second(hub) -> None:
    with watching(hub, "lena") as events:
        first = next(events)
        assert first.event == "board"
        before = time.monotonic()
        chat(hub, "ours")
        while True:
            event = next(events)
            assert event.event == "figures"
            told = json.loads(event.data)
            if any(one["id"] == "north" and one.get("waiting") == 1 for one in told.get("queues", [])):
                break
        assert time.monotonic() - before < 2  # one second, and time for a busy machine
        assert len(event.data) < len(first.data) / 2


def test_an_agent_gets_their_own_figures(hub) -> None:
    hub.command("bert", "set_presence", state="ready")
    own = get(hub, "anna", "/v1/board/mine")
    assert own["mine"]["name"] == "Anna"
    assert "north" in {queue["id"] for queue in own["queues"]}
    assert "south" not in {queue["id"] for queue in own["queues"]}
    assert "Bert" not in json.dumps(own)


def test_an_embedded_admin_has_no_figures_of_their_own(hub) -> None:
    from desktop.domain.agent import Role
    from desktop.hub.auth import accounts

    token = hub.write(lambda ledger: accounts.add_token(ledger, "robot", Role.ADMIN))
    with hub.client() as client:
        answer = client.get("/v1/board/mine", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (404, Code.NOT_FOUND)


@pytest.mark.parametrize(
    "query",
    [
        "figure=none",
        "age=old",
        "start=2026-03-02T09:30:00",
        "start=noon",
        "state=gone",
        "limit=0",
        "after=x",
        "channel=fax",
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(shared_hub, query: str) -> None:
    with shared_hub.client("lena") as client:
        answer = client.get(f"/v1/board/contacts?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, Code.BAD_REQUEST)


@pytest.mark.parametrize("text", ["north'; --", "\u202eيمين", "\x00", "😀" * 300, "a" * 5000])
def test_a_filter_for_what_is_not_there_finds_nothing(shared_hub, text: str) -> None:
    assert get(shared_hub, "lena", "/v1/board/contacts", queue=text)["total"] == 0
    assert get(shared_hub, "lena", "/v1/board/contacts", agent=text, figure="handled")["total"] == 0


def test_a_half_hour_may_be_named_in_any_zone(hub) -> None:
    from datetime import timedelta, timezone

    chat(hub, "ours")
    start = next(one["start"] for one in get(hub, "lena", "/v1/board")["intervals"] if one.get("arrivals"))
    elsewhere = datetime.fromisoformat(start).astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
    for asked in (start, elsewhere):
        page = get(hub, "lena", "/v1/board/contacts", figure="arrivals", start=asked)
        assert page["total"] == 1


def test_who_looked_at_the_board_is_in_the_audit_log(hub) -> None:
    get(hub, "lena", "/v1/board")
    get(hub, "lena", "/v1/board/contacts")
    hub.call(hub.server.services.audit.flush)

    async def actions(ledger) -> list[tuple[str, str]]:
        column = tables.audit.c
        query = select(column.action, column.subject).where(column.caller == hub.agents["lena"].id)
        return [tuple(row) for row in await ledger.connection.execute(query)]

    assert {("read_board", "board"), ("read_board", "contacts")} <= set(hub.read(actions))


# --- alerts are for leads -----------------------------------------------------------------------------------------------


def alert(id_: str, queue: str | None) -> Alert:
    return Alert(id=id_, rule="long_wait", subject="x", queue=QueueId(queue) if queue else None, value=1, since=AT)


@pytest.fixture
def alerted(hub):
    """A hub with an alert of each queue, and one of none. Its shipped rules are there from the start."""
    hub.put(alert("of-north", "north"), alert("of-south", "south"), alert("of-none", None))
    return hub


SEES = {
    "lena": {"of-north", "of-none"},
    "otto": {"of-north", "of-south", "of-none"},
    "anna": set(),
    "sven": set(),
    "channel": set(),
}


def leading(changes: list[dict[str, Any]], type_: str = "alert") -> set[str]:
    return {change["id"] for change in changes if change["type"] == type_}


@pytest.mark.parametrize("who", sorted(SEES))
@pytest.mark.parametrize("params", [{"after": 0}, {"before": 2**53 - 1}, {"before": 2**53 - 1, "scope": "open"}])
def test_alerts_and_their_rules_come_by_pages_to_leads_alone(alerted, who: str, params: dict[str, Any]) -> None:
    changes = get(alerted, who, "/v1/changes", limit=1000, **params)["changes"]
    assert leading(changes) == SEES[who]
    assert bool(leading(changes, "alert_rule")) == bool(SEES[who])


@pytest.mark.parametrize("who", sorted(SEES))
def test_alerts_are_pushed_to_leads_alone_and_so_is_their_end(alerted, who: str) -> None:
    start = alerted.seq
    with (
        alerted.client(who) as client,
        httpx_sse.connect_sse(client, "GET", "/v1/events", params={"after": start}) as source,
    ):
        before = time.monotonic() + 10
        while alerted.server.services.feed.readers == 0:
            assert time.monotonic() < before
            time.sleep(0.005)
        alerted.put(*(replace(alert(id_, queue), value=2) for id_, queue in QUEUES.items()))

        async def remove(ledger) -> None:
            for id_ in QUEUES:
                await ledger.remove(Table.ALERT, id_)

        alerted.write(remove)
        end = alerted.agents["anna"]
        alerted.put(end)
        told = []
        for event in source.iter_sse():
            told.append(json.loads(event.data))
            if told[-1]["id"] == end.id:
                break
    assert leading(told) == SEES[who]


QUEUES = {"of-north": "north", "of-south": "south", "of-none": None}


@pytest.mark.parametrize("who", ["anna", "lena"])
def test_answers_to_commands_tell_agents_of_no_alert(alerted, who: str) -> None:
    answer = alerted.command(who, "set_presence", state="ready").json()
    assert answer["outcome"] == "applied"
    assert leading(answer["changes"]) == leading(answer["changes"], "alert_rule") == set()


@pytest.mark.parametrize("type_", ["see_alert", "put_alert_rule", "remove_alert_rule"])
def test_an_agents_commands_about_alerts_are_refused_without_a_word_of_them(alerted, type_: str) -> None:
    rule = {"id": "long_wait", "title": "", "measure": "waiting", "threshold": 1, "clear_at": 0}
    answer = alerted.command("anna", type_, alert_id="of-north", rule_id="long_wait", rule=rule)
    assert answer.json().get("outcome") != "applied"
    assert answer.json().get("changes", []) == []
