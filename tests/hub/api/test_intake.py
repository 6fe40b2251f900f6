"""What machines hand in, in exactly the shapes that programs outside this repository use."""

from __future__ import annotations

import pytest

from desktop.domain.ids import new_id


def message(**fields: object) -> dict:
    return {"external_id": new_id(), "from": {"address": "jana@example.org", "name": "Jana"}, "text": "Hallo"} | fields


@pytest.mark.parametrize(
    "channel", ["email", "chat", "messenger", "in-app", "in_app", "sms", "social", "call", "video"]
)
def test_a_message_is_new_once_and_known_ever_after(shared_hub, channel: str) -> None:
    body = message(text="" if channel in ("call", "video") else "Wo ist meine Rechnung?")
    body["from"]["address"] = {"email": "jana@example.org", "chat": "jana"}.get(channel, "+491701234567")
    with shared_hub.client("channel") as client:
        first, again = (client.post(f"/v1/inbound/{channel}", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.text
    answer, repeated = first.json(), again.json()
    assert answer["duplicate"] is False
    assert repeated == answer | {"duplicate": True}
    assert answer.keys() >= {"interaction_id", "message_id", "customer", "intent", "queue", "assignee"}
    assert answer["customer"].keys() >= {"id", "known", "probability"}
    assert answer["intent"].keys() >= {"label", "probability"}


def test_what_a_crm_pushed_is_who_writes_then(shared_hub) -> None:
    card = {"name": "Klaus Kern", "identities": [{"kind": "email", "value": "Klaus@Example.org"}]}
    with shared_hub.client("crm") as client:
        customer = client.put("/v1/customers/crm/K%2F17%20a", json=card)
        assert customer.status_code == 200, customer.text
        order = {"kind": "order", "customer": {"source": "crm", "key": "K/17 a"}, "number": "4711", "is_open": True}
        record = client.put("/v1/records/shop/4711", json=order)
        assert record.status_code == 200, record.text
    assert record.json()["customer_id"] == customer.json()["id"]
    with shared_hub.client("channel") as client:
        mail = message()
        mail["from"] = {"address": "klaus@example.org"}
        found = client.post("/v1/inbound/email", json=mail).json()["customer"]
    assert found["id"] == customer.json()["id"]
    assert found["known"] is True


def test_touchpoints_come_singly_or_together(shared_hub) -> None:
    visit = {"external_id": "v1", "channel": "web", "kind": "visit", "at": "2026-03-02T10:00:00Z", "title": "Tarife"}
    more = [visit | {"external_id": f"v{number}"} for number in (1, 2, 3)]
    with shared_hub.client("crm") as client:
        one = client.post("/v1/touchpoints", json=visit)
        many = client.post("/v1/touchpoints", json=more)
        too_many = client.post("/v1/touchpoints", json=[visit] * 1001)
    assert one.status_code == many.status_code == 201
    assert many.json()["ids"][0] == one.json()["ids"][0]
    assert len(set(many.json()["ids"])) == 3
    assert too_many.status_code == 413


def test_a_delivery_report_reaches_the_message(hub) -> None:
    with hub.client("channel") as client:
        interaction = client.post("/v1/inbound/chat", json=message()).json()["interaction_id"]
        hub.command("anna", "take", interaction_id=interaction)
        sent = hub.command("anna", "send_message", interaction_id=interaction, text="Guten Tag").json()
        sent_id = next(change["id"] for change in sent["changes"] if change["type"] == "message")
        report = client.post("/v1/deliveries", json={"message_id": sent_id, "delivery": "delivered"})
        unknown = client.post("/v1/deliveries", json={"message_id": new_id(), "delivery": "read"})
    assert report.status_code == 200, report.text
    assert unknown.status_code in (404, 410)
    found = next(m for m in hub.read(lambda ledger: ledger.messages(interaction)) if m.id == sent_id)
    assert found.delivery == "delivered"
