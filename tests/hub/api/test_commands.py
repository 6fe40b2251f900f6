"""Commands over the wire: one effect a key, and a status that says the same as the body."""

from __future__ import annotations

import pytest

from desktop.domain.agent import PresenceState
from desktop.domain.ids import new_id


def arrive(hub, text: str = "Wo ist meine Rechnung?") -> str:
    with hub.client("channel") as client:
        body = {"external_id": new_id(), "from": {"address": f"{new_id()}@example.org"}, "text": text}
        answer = client.post("/v1/inbound/chat", json=body)
    assert answer.status_code == 201
    return answer.json()["interaction_id"]


def test_a_command_is_applied_once_and_the_first_outcome_told_again(hub) -> None:
    interaction = arrive(hub)
    assert hub.command("anna", "take", interaction_id=interaction).status_code == 200
    key = new_id()
    first = hub.command("anna", "send_message", key=key, interaction_id=interaction, text="Guten Tag")
    again = hub.command("anna", "send_message", key=key, interaction_id=interaction, text="Guten Tag")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()["outcome"] == "applied"
    messages = hub.read(lambda ledger: ledger.messages(interaction))
    assert [message.text for message in messages].count("Guten Tag") == 1


def test_the_status_says_what_the_body_says(hub) -> None:
    interaction = arrive(hub)
    resume = hub.command("anna", "resume", interaction_id=interaction)
    assert (resume.status_code, resume.json()["outcome"]) == (409, "refused")
    assert resume.json()["error"]["code"] in ("illegal_state", "not_owner")
    gone = hub.command("anna", "accept", interaction_id=new_id())
    assert (gone.status_code, gone.json()["outcome"]) == (410, "gone")
    hub.command("anna", "take", interaction_id=interaction)
    empty = hub.command("anna", "send_message", interaction_id=interaction, text="  ")
    assert (empty.status_code, empty.json()["outcome"]) == (422, "refused")
    assert empty.json()["error"]["code"] == "empty_text"
    taken = hub.command("bert", "take", interaction_id=interaction)
    assert taken.status_code == 409
    assert taken.json()["outcome"] == "refused"


def test_a_key_used_for_something_else_is_refused(hub) -> None:
    interaction = arrive(hub)
    hub.command("anna", "take", key="one", interaction_id=interaction)
    other = hub.command("anna", "hold", key="one", interaction_id=interaction)
    assert other.status_code == 422
    assert other.json()["error"]["code"] == "key_reused"


@pytest.mark.parametrize("key", ["", " ", "x" * 129])
def test_a_command_without_a_usable_key_is_not_carried_out(hub, key: str) -> None:
    with hub.client("anna") as client:
        headers = {"Idempotency-Key": key} if key.strip() else {}
        answer = client.post("/v1/commands", json={"type": "set_presence", "state": "ready"}, headers=headers)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["detail"]
    agent = hub.read(lambda ledger: ledger.agent(hub.agents["anna"].id))
    assert agent.presence.state is PresenceState.OFFLINE


@pytest.mark.parametrize(
    "body",
    [
        {"type": "fly"},
        {"type": "accept"},
        {},
        {"type": "accept", "interaction_id": 5},
        {"type": "snooze", "interaction_id": "i", "until": "2099-01-01T10:00:00"},
        {"type": "set_presence", "state": "dancing"},
    ],
)
def test_a_command_that_is_none_is_400(shared_hub, body: dict) -> None:
    with shared_hub.client("anna") as client:
        answer = client.post("/v1/commands", json=body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad_request"


def test_a_ready_agent_is_offered_what_arrives_and_accepts_it(hub) -> None:
    ready = hub.command("anna", "set_presence", state="ready")
    assert ready.status_code == 200
    assert [change["type"] for change in ready.json()["changes"]] == ["agent"]
    start = hub.seq
    interaction = arrive(hub)
    with hub.client("anna") as client:
        offered = None
        while offered is None:
            page = client.get("/v1/changes", params={"after": start, "wait": 20}).json()
            assert page["next"] > start, "nothing was offered"
            start = page["next"]
            offered = next((c for c in page["changes"] if c["id"] == interaction and c["record"]["assignee"]), None)
    assert offered["record"]["state"] == "offered"
    accepted = hub.command("anna", "accept", interaction_id=interaction)
    assert accepted.status_code == 200
    record = next(c["record"] for c in accepted.json()["changes"] if c["type"] == "interaction")
    assert (record["state"], record["assignee"]) == ("active", hub.agents["anna"].id)
