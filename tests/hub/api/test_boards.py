"""What a lead's board and an operator see."""

from __future__ import annotations

from desktop import __version__


def test_queues_are_those_of_ones_team(shared_hub) -> None:
    def names(who: str) -> set[str]:
        with shared_hub.client(who) as client:
            return {queue["id"] for queue in client.get("/v1/queues").json()} & {"open", "north", "south"}

    assert names("anna") == names("lena") == {"open", "north"}
    assert names("sven") == {"open", "south"}
    assert names("otto") == {"open", "north", "south"}


def test_agents_are_those_of_ones_team_with_their_presence(hub) -> None:
    hub.command("anna", "set_presence", state="away", reason="lunch")
    with hub.client("bert") as client:
        found = {agent["user"]: agent for agent in client.get("/v1/agents").json()}
    assert set(found) == {"anna", "bert", "lena"}
    assert found["anna"]["presence"]["state"] == "away"
    with hub.client("otto") as client:
        assert {agent["user"] for agent in client.get("/v1/agents").json()} >= {"anna", "sven", "otto"}


def test_live_figures_count_what_waits_in_the_queues_one_sees(hub) -> None:
    with hub.client("channel") as client:
        body = {"from": {"address": "jana"}, "text": "Hallo"}
        seen, unseen = (
            client.post("/v1/inbound/chat", json=body | {"external_id": name, "thread": name}).json()
            for name in ("seen", "unseen")
        )
    assert seen["interaction_id"] != unseen["interaction_id"]
    moved = hub.command("otto", "transfer", interaction_id=unseen["interaction_id"], to_queue="south")
    assert moved.status_code == 200, moved.text
    with hub.client("lena") as client:
        live = client.get("/v1/metrics/live").json()
    assert live["waiting"] == 1
    queues = {queue["id"]: queue for queue in live["queues"]}
    assert queues[seen["queue"]]["waiting"] == 1
    assert "south" not in queues
    with hub.client("otto") as client:
        assert client.get("/v1/metrics/live").json()["waiting"] == 2


def test_the_hub_says_that_it_lives(shared_hub) -> None:
    with shared_hub.client() as client:
        answer = client.get("/healthz")
    assert answer.json()["status"] == "ok"
    assert answer.json()["version"] == __version__


def test_measures_count_requests_by_route_messages_and_commands(hub) -> None:
    with hub.client("channel") as client:
        client.post("/v1/inbound/chat", json={"external_id": "1", "from": {"address": "jana"}, "text": "Hallo"})
    hub.command("anna", "set_presence", state="ready")
    with hub.client() as client:
        client.get("/v1/blobs/secret-address")
        client.get("/secret-address")
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'dirigent_inbound_total{channel="chat",known="false"} 1.0' in answer.text
    assert 'dirigent_commands_total{outcome="applied",type="set_presence"} 1.0' in answer.text
    assert 'dirigent_requests_total{method="POST",route="/v1/inbound/{channel}",status="201"} 1.0' in answer.text
    assert 'dirigent_agents{state="ready"} 1.0' in answer.text
    assert "dirigent_feed_readers 0.0" in answer.text
    assert "secret-address" not in answer.text
