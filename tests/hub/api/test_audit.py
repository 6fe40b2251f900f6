"""The audit log: every command and every look at personal data, by id and count and never by content."""

from __future__ import annotations

from sqlalchemy import select

from desktop.domain.ids import new_id
from desktop.hub.db import tables

WORDS = "meine geheime Diagnose"


def log(hub) -> list[dict]:
    hub.call(lambda: hub.server.services.audit.flush())

    async def rows(ledger) -> list[dict]:
        found = await ledger.connection.execute(select(tables.audit).order_by(tables.audit.c.id))
        return [{str(name): value for name, value in row.items()} for row in found.mappings()]

    return hub.read(rows)


def test_who_did_and_read_what_is_on_record_without_what_was_said(hub) -> None:
    with hub.client("channel") as client:
        digest = client.post("/v1/blobs", content=b"attached").json()["sha256"]
        body = {
            "external_id": new_id(),
            "from": {"address": "jana@example.org"},
            "text": WORDS,
            "attachments": [digest],
        }
        interaction = client.post("/v1/inbound/email", json=body).json()["interaction_id"]
    hub.command("anna", "take", interaction_id=interaction)
    hub.command("bert", "hold", interaction_id=interaction)
    hub.command("anna", "decline", interaction_id=interaction, reason="not_my_skill")
    hub.command("anna", "decline", interaction_id=interaction, reason=WORDS)
    with hub.client("anna") as client:
        count = len(client.get("/v1/changes", params={"limit": 1000}).json()["changes"])
        client.get("/v1/changes", params={"after": 10**9})
        client.get(f"/v1/blobs/{digest}")
        client.get("/v1/metrics/live")
    rows = log(hub)
    anna, bert = hub.agents["anna"].id, hub.agents["bert"].id

    def of(caller: str, action: str) -> list[tuple[str, str]]:
        return [(row["subject"], row["outcome"]) for row in rows if (row["caller"], row["action"]) == (caller, action)]

    assert of(anna, "command.take") == [(interaction, "applied")]
    assert of(bert, "command.hold") == [(interaction, "refused")]
    declined = [row["detail"] for row in rows if row["action"] == "command.decline"]
    assert declined == ["already_taken reason=not_my_skill", "already_taken reason=?"]
    assert of(anna, "read_blob") == [(digest, "ok")]
    assert of(anna, "sign_in") == [(anna, "ok")]
    assert of(anna, "refused") == [("/v1/metrics/live", "forbidden")]
    pages = [row for row in rows if row["action"] == "read_changes" and row["caller"] == anna]
    assert [row["detail"] for row in pages] == [f"{count} changes after 0"], "a page with nothing in it shows nothing"
    assert {row["role"] for row in rows} == {"agent", "channel"}
    assert WORDS not in str(rows)
    assert "jana@example.org" not in str(rows)


def test_what_a_stream_showed_is_on_record_when_it_ends(hub, contact) -> None:
    with hub.client("anna") as client, client.stream("GET", "/v1/events", params={"after": hub.seq}) as answer:
        hub.put(*contact("i", "north", "jana"))
        found = 0
        for line in answer.iter_lines():
            found += line == "event: change"
            if found == 4:
                break
    hub.stop()
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(hub.data / "hub.db")) as connection:
        rows = connection.execute("SELECT detail FROM audit WHERE action = 'read_changes'").fetchall()
    assert rows == [("4 changes",)]
