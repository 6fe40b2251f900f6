"""The description of the API is complete and says what the hub does."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.wire.errors import Code


@pytest.fixture
def document(shared_hub) -> dict[str, Any]:
    with shared_hub.client() as client:
        return client.get("/v1/openapi.json").raise_for_status().json()


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        found = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return found.union(*(references(value) for value in part.values()))
    return set().union(*(references(value) for value in part)) if isinstance(part, list) else set()


def test_it_is_version_3_1_and_names_every_address_of_the_design(document) -> None:
    assert document["openapi"].startswith("3.1")
    assert {path for path in document["paths"] if not path.startswith(("/chat/", "/hooks/"))} == {
        "/v1/sign-in",
        "/v1/token",
        "/v1/me",
        "/v1/changes",
        "/v1/events",
        "/v1/commands",
        "/v1/inbound/{channel}",
        "/v1/deliveries",
        "/v1/touchpoints",
        "/v1/customers/{source}/{key}",
        "/v1/records/{source}/{key}",
        "/v1/blobs",
        "/v1/blobs/{sha256}",
        "/v1/queues",
        "/v1/agents",
        "/v1/metrics/live",
        "/v1/typing",
        "/v1/board",
        "/v1/board/events",
        "/v1/board/contacts",
        "/v1/board/mine",
        "/v1/presence/heartbeat",
        "/v1/channels",
        "/v1/channels/{name}/restart",
        "/v1/channels/{name}/pause",
        "/v1/channels/reload",
        "/v1/models",
        "/v1/models/{task}/train",
        "/v1/models/{task}/rollback",
        "/v1/openapi.json",
        "/healthz",
        "/metrics",
    }


def test_every_reference_leads_somewhere(document) -> None:
    for reference in references(document):
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def test_operations_have_ids_bodies_answers_and_examples_of_errors(document) -> None:
    seen = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert operation["responses"], path
            named = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert all(name in named for name in part_names(path))
            told_by_address = path.startswith(("/v1/models/", "/v1/channels/"))
            if method in ("post", "put") and not told_by_address:
                assert operation["requestBody"]["content"]
            if operation["security"]:
                unauthenticated = operation["responses"]["401"]["content"]["application/problem+json"]
                assert set(unauthenticated["examples"]) == {"unauthenticated", "token_expired"}


def part_names(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def test_schemas_say_what_is_really_read(document) -> None:
    schemas = document["components"]["schemas"]
    assert set(schemas["Inbound"]["required"]) == {"external_id", "from"}
    assert {"Interaction", "Message", "Customer", "Problem", "SendMessage", "ChangesPage"} <= set(schemas)
    command = document["paths"]["/v1/commands"]["post"]
    mapping = command["requestBody"]["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert {"accept", "send_message", "wrap_up", "snooze"} <= set(mapping)
    key = next(p for p in command["parameters"] if p["name"] == "Idempotency-Key")
    assert key["required"] is True


def test_every_code_has_an_example(document) -> None:
    assert set(document["components"]["responses"]) == {code.value for code in Code}
