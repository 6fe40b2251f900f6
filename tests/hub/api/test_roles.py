"""Who may call what: every route is walked as nobody and as every role."""

from __future__ import annotations

import pytest

from desktop.hub.api.operations import Operation

OPEN = {
    ("POST", "/v1/sign-in"),
    ("POST", "/v1/token"),
    ("GET", "/healthz"),
    ("GET", "/metrics"),
    ("GET", "/v1/openapi.json"),
    # A page is let in by its origin, its visitor by a token of theirs: tests/hub/channels/webchat.
    ("GET", "/chat/widget.js"),
    ("GET", "/chat/widget.css"),
    ("GET", "/chat/none/config"),
    ("POST", "/chat/none/session"),
    ("POST", "/chat/none/messages"),
    ("GET", "/chat/none/events"),
    ("POST", "/chat/none/signals"),
    ("POST", "/chat/none/visits"),
    ("POST", "/chat/none/end"),
    ("POST", "/chat/none/files"),
    ("GET", "/chat/none/files/00"),
    ("POST", "/chat/none/rating"),
    ("GET", "/chat/none/transcript"),
    ("POST", "/chat/none/transcript"),
    # Each asks for what its account shares with the other end: tests/hub/channels/{sms,webhook}.
    ("GET", "/hooks/none/inbound"),
    ("POST", "/hooks/none/inbound"),
}
PEOPLE = {"anna", "lena", "otto"}
ALLOWED = {
    ("GET", "/v1/me"): PEOPLE | {"channel", "crm"},
    ("GET", "/v1/changes"): PEOPLE | {"channel"},
    ("GET", "/v1/events"): PEOPLE | {"channel"},
    ("POST", "/v1/commands"): PEOPLE,
    ("POST", "/v1/presence/heartbeat"): PEOPLE,
    ("POST", "/v1/typing"): PEOPLE,
    ("POST", "/v1/inbound/chat"): {"otto", "channel"},
    ("POST", "/v1/deliveries"): {"otto", "channel"},
    ("POST", "/v1/touchpoints"): {"otto", "channel", "crm"},
    ("PUT", "/v1/customers/crm/1"): {"otto", "crm"},
    ("PUT", "/v1/records/shop/1"): {"otto", "crm"},
    ("POST", "/v1/blobs"): PEOPLE | {"channel"},
    ("GET", "/v1/blobs/00"): PEOPLE | {"channel"},
    ("GET", "/v1/queues"): PEOPLE,
    ("GET", "/v1/agents"): PEOPLE,
    ("GET", "/v1/metrics/live"): {"lena", "otto"},
    ("GET", "/v1/board"): {"lena", "otto"},
    ("GET", "/v1/board/events"): {"lena", "otto"},
    ("GET", "/v1/board/contacts"): {"lena", "otto"},
    ("GET", "/v1/board/mine"): PEOPLE,
    ("GET", "/v1/channels"): {"lena", "otto"},
    ("POST", "/v1/channels/none/restart"): {"otto"},
    ("POST", "/v1/channels/none/pause"): {"otto"},
    ("POST", "/v1/channels/reload"): {"otto"},
    ("GET", "/v1/models"): {"lena", "otto"},
    ("POST", "/v1/models/none/train"): {"otto"},
    ("POST", "/v1/models/none/rollback"): {"otto"},
}
EVERYBODY = sorted(PEOPLE | {"channel", "crm"})


def call(hub, who: str | None, method: str, path: str) -> int:
    with hub.client(who) as client, client.stream(method, path) as answer:
        return answer.status_code


def test_the_table_of_this_test_names_every_route(shared_hub) -> None:
    from desktop.hub.api.application import application

    app = application(shared_hub.server.services)
    declared = set()
    for route in app.routes:
        for handler in route.route_handlers:
            operation = handler.opt.get("operation")
            if operation is None:
                assert set(handler.http_methods) == {"OPTIONS"}, route.path
                continue
            assert isinstance(operation, Operation)
            declared |= {(str(method), route.path) for method in handler.http_methods if str(method) != "OPTIONS"}
    names = {
        "/{channel:str}": "/chat",
        "/{source:str}/{key:path}": "/*/1",
        "/{sha256:str}": "/00",
        "/{task:str}": "/none",
        "/{name:str}": "/none",
        "/{what:str}": "/inbound",
        "/{account:str}": "/none",
    }
    plain = set()
    for method, path in declared:
        for parameter, value in names.items():
            path = path.replace(parameter, value)
        path = path.replace("/customers/*", "/customers/crm").replace("/records/*", "/records/shop")
        plain.add((method, path))
    assert plain == OPEN | set(ALLOWED)


@pytest.mark.parametrize(("method", "path"), sorted(ALLOWED))
def test_nobody_gets_in_without_a_token_and_others_only_where_they_may(shared_hub, method: str, path: str) -> None:
    assert call(shared_hub, None, method, path) == 401
    for who in EVERYBODY:
        status = call(shared_hub, who, method, path)
        if who in ALLOWED[method, path]:
            assert status not in (401, 403), who
        else:
            assert status == 403, who


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YW5uYTp4", "Bearer nonsense", "bearer dga1.e30.e30"])
def test_what_is_not_a_good_bearer_token_is_turned_away_with_a_challenge(shared_hub, header: str) -> None:
    with shared_hub.client() as client:
        answer = client.get("/v1/me", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "unauthenticated"


def test_a_token_in_the_address_is_not_looked_at(shared_hub) -> None:
    with shared_hub.client() as client:
        assert client.get("/v1/me", params={"access_token": shared_hub.token("otto")}).status_code == 401


def test_measures_are_for_this_machine_or_an_admin(shared_hub) -> None:
    from_afar = {"X-Forwarded-For": "203.0.113.9"}
    with shared_hub.client() as client:
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", headers=from_afar).status_code == 401
    with shared_hub.client("anna") as client:
        assert client.get("/metrics", headers=from_afar).status_code == 403
    with shared_hub.client("otto") as client:
        assert client.get("/metrics", headers=from_afar).status_code == 200
