"""Every error is a problem document with a stable code, and none tells what is inside or repeats what was sent."""

from __future__ import annotations

import httpx
import pytest

from desktop.wire.errors import Code


def problem(answer: httpx.Response, status: int, code: Code) -> dict[str, object]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["title"]
    return body


def test_what_is_not_there_and_what_is_asked_wrongly(shared_hub) -> None:
    with shared_hub.client("otto") as client:
        problem(client.get("/v1/nothing"), 404, Code.NOT_FOUND)
        problem(client.get("/"), 404, Code.NOT_FOUND)
        problem(client.delete("/v1/me"), 405, Code.BAD_REQUEST)
        problem(client.get("/v1/blobs/00"), 404, Code.NOT_FOUND)
        problem(client.post("/v1/inbound/pigeon", json={}), 404, Code.UNKNOWN_CHANNEL)
        problem(client.post("/v1/inbound/shop", json={}), 404, Code.UNKNOWN_CHANNEL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"secret-word"',
        b"\xff\xfe",
        b'{"external_id":"1","from":{"address":"secret-word"},"text":{"secret-word":1}}',
        b'{"external_id":1,"from":{"address":"a"}}',
        b'{"external_id":"1","from":"secret-word"}',
        b'{"external_id":"","from":{"address":"a"},"text":"x"}',
        b'{"external_id":"a\\u0000b","from":{"address":"a"},"text":"x"}',
        b'{"external_id":"1","from":{"address":"a"},"text":"x","sent_at":"yesterday"}',
        b'{"external_id":"1","from":{"address":"a"},"text":"x","sent_at":"2026-03-02T10:00:00"}',
        b'{"external_id":"1","from":{"address":"a"},"text":"\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_400_and_not_repeated(shared_hub, body: bytes) -> None:
    with shared_hub.client("channel") as client:
        answer = client.post("/v1/inbound/chat", content=body)
    found = problem(answer, 400, Code.BAD_REQUEST)
    assert "secret-word" not in str(found)


def test_a_local_time_is_said_to_lack_its_zone_and_where(shared_hub) -> None:
    touchpoints = [
        {"external_id": "1", "channel": "web", "kind": "visit", "at": "2026-03-02T10:00:00Z"},
        {"external_id": "2", "channel": "web", "kind": "visit", "at": "2026-03-02T10:00:00"},
    ]
    with shared_hub.client("crm") as client:
        found = problem(client.post("/v1/touchpoints", json=touchpoints), 400, Code.BAD_REQUEST)
    assert "$[1].at" in str(found["detail"])


def test_a_body_beyond_a_mebibyte_is_too_large_announced_or_not(shared_hub) -> None:
    with shared_hub.client("channel") as client:
        problem(client.post("/v1/inbound/chat", content=b"x" * (1024 * 1024 + 1)), 413, Code.TOO_LARGE)
        chunks = (b"x" * 65536 for _ in range(20))
        problem(client.post("/v1/inbound/chat", content=chunks), 413, Code.TOO_LARGE)


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1.5", "limit=0", "limit=ten", "wait=-1", "wait=nan"])
def test_numbers_of_the_address_are_checked(shared_hub, query: str) -> None:
    with shared_hub.client("anna") as client:
        problem(client.get(f"/v1/changes?{query}"), 400, Code.BAD_REQUEST)


def test_a_mistake_inside_is_500_and_keeps_its_reasons_to_itself(hub, caplog: pytest.LogCaptureFixture) -> None:
    said = "Jana Weber, IBAN DE02"

    async def broken(caller: object) -> None:
        raise RuntimeError(said)

    hub.server.services.board.metrics = broken
    with hub.client("otto") as client:
        answer = client.get("/v1/metrics/live")
    found = problem(answer, 500, Code.INTERNAL)
    assert "Jana" not in str(found)
    assert "RuntimeError at GET /v1/metrics/live" in caplog.text
    assert "Jana" not in caplog.text
    caplog.clear()
    with hub.client("otto") as client:
        assert client.get("/v1/me").status_code == 200


def test_every_answer_forbids_guessing_types_and_keeping_copies(shared_hub) -> None:
    with shared_hub.client("anna") as client:
        for path in ("/v1/me", "/v1/changes", "/nothing"):
            answer = client.get(path)
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert "server" not in answer.headers
