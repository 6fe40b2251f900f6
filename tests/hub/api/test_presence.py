"""What windows say of themselves over the wire, on a clock that the story moves."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from desktop.domain.agent import PresenceState
from desktop.hub.db.ledger import now
from desktop.hub.desk.options import DeskOptions

BEAT = "/v1/presence/heartbeat"


class Story:
    """A hub, and what time it is there."""

    def __init__(self, run_hub) -> None:
        self.at = now()
        self.hub = run_hub(desk=DeskOptions(clock=lambda: self.at))

    def passes(self, seconds: int) -> None:
        while seconds > 0:
            self.at += timedelta(seconds=min(4, seconds))
            seconds -= 4
            self.hub.call(self.hub.server.services.desk.lookout.look)

    def beat(self, who, **fields):
        with self.hub.client(who) as client:
            return client.post(BEAT, json=fields).raise_for_status().json()

    def chat_of(self, who):
        """A chat comes in that ``who``, alone ready, accepts."""
        self.hub.command(who, "set_presence", state="ready").raise_for_status()
        sent = {"external_id": who, "from": {"address": f"web:{who}"}, "text": "Hello?"}
        with self.hub.client("channel") as client:
            chat = client.post("/v1/inbound/chat", json=sent).raise_for_status().json()["interaction_id"]
        self.hub.command(who, "accept", interaction_id=chat).raise_for_status()
        return chat

    def owner(self, chat):
        return self.hub.read(lambda ledger: ledger.interaction(chat)).assignee

    def presence(self, who):
        return self.hub.read(lambda ledger: ledger.agent(self.hub.agents[who].id)).presence

    @contextmanager
    def stream(self, who, **headers):
        with self.hub.client(who) as client, client.stream("GET", "/v1/events", headers=headers) as answer:
            pieces = answer.iter_bytes()
            next(pieces)
            yield
            pieces.close()

    def is_closed(self):
        """Wait until the hub noticed that no stream is open any more."""

        async def look():
            import asyncio

            async with asyncio.timeout(10):
                while self.hub.server.services.feed.readers:
                    await asyncio.sleep(0.01)

        self.hub.call(look)


@pytest.fixture
def story(run_hub):
    return Story(run_hub)


def test_the_chat_of_a_window_that_stops_beating_goes_back_and_is_hers_again_when_it_beats(story):
    answer = story.beat("anna", window="w1")
    assert answer == {"every_s": 5.0, "counts_stream": True}
    chat = story.chat_of("anna")
    anna = story.hub.agents["anna"].id
    story.passes(12)
    assert story.owner(chat) == anna
    story.passes(4)
    assert story.owner(chat) is None
    assert story.presence("anna").reason == "silent"
    story.beat("anna", window="w1")
    assert story.owner(chat) == anna
    assert story.presence("anna").state is PresenceState.READY


def test_a_client_of_old_that_holds_its_stream_open_is_there_and_one_that_lost_it_is_not(story):
    with story.stream("anna"):
        chat = story.chat_of("anna")
        story.passes(100)
        assert story.owner(chat) == story.hub.agents["anna"].id
    story.is_closed()
    story.passes(16)
    assert story.owner(chat) is None


def test_to_ask_for_anything_is_a_sign_of_life(story):
    story.beat("anna", window="w1")
    chat = story.chat_of("anna")
    for _ in range(5):
        story.passes(8)
        with story.hub.client("anna") as client:
            client.get("/v1/changes").raise_for_status()
    assert story.owner(chat) == story.hub.agents["anna"].id


def test_a_window_behind_a_proxy_is_told_that_its_stream_does_not_count(story):
    with story.hub.client("anna") as client:
        told = client.post(BEAT, json={"window": "w1"}, headers={"X-Forwarded-For": "203.0.113.9"}).json()
    assert told["counts_stream"] is False
    with story.stream("anna", **{"Dirigent-Window": "w1", "Via": "1.1 proxy"}):
        story.beat("anna", window="w1", is_regular=False)
        chat = story.chat_of("anna")
        story.passes(16)
        assert story.owner(chat) is None


def test_a_command_from_a_silent_window_finds_her_contacts_given_back(story):
    story.beat("anna", window="w1")
    chat = story.chat_of("anna")
    story.passes(16)
    assert story.owner(chat) is None
    sent = story.hub.command("anna", "send_message", interaction_id=chat, text="Here I am again.")
    assert sent.json()["outcome"] == "applied"


@pytest.mark.parametrize(
    ("who", "status"), [(None, 401), ("channel", 403), ("crm", 403), ("anna", 200), ("lena", 200), ("otto", 200)]
)
def test_only_people_beat_and_only_for_themselves(shared_hub, who, status):
    with shared_hub.client(who) as client:
        assert client.post(BEAT, json={"window": "w1"}).status_code == status


@pytest.mark.parametrize("body", [b"", b"beat", b"[]", b'{"window": 7}', b'{"window": "\\u0000"}'])
def test_what_is_no_heartbeat_is_turned_away(shared_hub, body):
    with shared_hub.client("anna") as client:
        answer = client.post(BEAT, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_an_overlong_name_of_a_window_is_turned_away(shared_hub):
    with shared_hub.client("anna") as client:
        assert client.post(BEAT, json={"window": "w" * 65}).status_code == 400
