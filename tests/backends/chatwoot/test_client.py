"""Signing in at Chatwoot, how often it is asked, and what its answers mean."""

from __future__ import annotations

import time
from typing import Any

import pytest

from desktop.backends.base import BackendError, Offline, Refused, SignInNeeded, Throttled
from desktop.backends.chatwoot.client import Pace
from desktop.domain import commands as c
from desktop.domain.agent import Role
from desktop.domain.ids import AgentId, CommandId, InteractionId
from desktop.wire.shapes import NEWEST

from ...peers.chatwoot.office import Office
from ...peers.chatwoot.server import ChatwootStandIn
from .conftest import ANNA, ME


async def test_signing_in_by_password_or_by_token_makes_one_the_agent_of_the_desk(connect: Any, server: Any) -> None:
    with_password = await connect().sign_in("anna@firm.example", "correct horse")
    with_token = await connect().sign_in("", "anna-token")
    for tokens in (with_password, with_token):
        assert (tokens.agent.id, tokens.agent.name, tokens.agent.role) == (ME, "Anna", Role.ADMIN)
        assert (await connect(tokens.access_token).me()).id == ME
        again = await connect().refresh(tokens.refresh_token)
        assert again.access_token == tokens.access_token
    assert (await connect(with_token.access_token, me=None, key="cw").me()).id == AgentId(f"cw~{ANNA}")


@pytest.mark.parametrize(("user", "password"), [("anna@firm.example", "wrong"), ("", "no-such-token"), ("x", "")])
async def test_what_is_wrong_is_refused(connect: Any, user: str, password: str) -> None:
    with pytest.raises(Refused) as refused:
        await connect().sign_in(user, password)
    assert refused.value.code == "unauthenticated"


async def test_where_a_second_factor_is_asked_for_only_a_token_helps(connect: Any, server: ChatwootStandIn) -> None:
    server.answer_with("206 Partial Content", '{"mfa_required": true, "mfa_token": "m"}', "application/json", "sign_in")
    with pytest.raises(Refused) as refused:
        await connect().sign_in("anna@firm.example", "correct horse")
    assert refused.value.code == "token_needed"


async def test_the_address_a_browser_shows_names_the_account(
    connect: Any, server: ChatwootStandIn, office: Office
) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    assert (await connect(url=f"{server.url}/app/accounts/3/dashboard").me()).id == ME
    with pytest.raises(Refused) as refused:
        await connect(url=f"{server.url}/app/accounts/4/dashboard").me()
    assert refused.value.code == "forbidden"


async def test_without_a_good_token_only_signing_in_helps(connect: Any, server: ChatwootStandIn) -> None:
    for credential in ("long-gone", '{"access-token":"x","client":"y","uid":"z"}', "{not json", "späß"):
        with pytest.raises(SignInNeeded):
            await connect(credential).me()


@pytest.mark.parametrize(
    ("status", "body", "kind", "code", "may_have_arrived"),
    [
        ("200 OK", "<html>Welcome to the hotel</html>", Offline, "unexpected_answer", True),
        ("200 OK", '{"id": 1, "con', Offline, "unexpected_answer", True),
        ("302 Found", "", Offline, "unexpected_answer", False),
        ("403 Forbidden", '{"error": "You are not authorized"}', Refused, "forbidden", False),
        ("403 Forbidden", "<html>proxy says no</html>", Offline, "unexpected_answer", False),
        ("404 Not Found", '{"error": "Resource could not be found"}', Refused, "not_found", False),
        ("422 Unprocessable Entity", '{"message": "too long"}', Refused, "bad_request", False),
        ("429 Too Many Requests", "Retry later", Throttled, "rate_limited", False),
        ("500 Internal Server Error", '{"status": 500}', Offline, "internal", True),
        ("502 Bad Gateway", "<html></html>", Offline, "unavailable", True),
        ("503 Service Unavailable", "<html></html>", Offline, "unavailable", False),
    ],
)
async def test_what_an_answer_means(
    connect: Any, server: Any, office: Office, status: str, body: str, kind: Any, code: str, may_have_arrived: bool
) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    await backend.me()
    media_type = "application/json" if body.startswith("{") else "text/html"
    server.answer_with(status, body, media_type, "POST", Retry_After="7" if status.startswith("429") else "")
    with pytest.raises(kind) as told:
        await backend.perform(CommandId("x"), c.SendMessage(interaction_id=InteractionId("1"), text="Hi"))
    assert told.value.code == code
    assert getattr(told.value, "may_have_arrived", False) is may_have_arrived
    assert getattr(told.value, "retry_after_s", 7.0) == 7.0
    for secret in ("Hi", "anna-token", "hotel", "authorized"):
        assert secret not in str(told.value)
        assert secret not in repr(told.value)


async def test_one_office_behind_one_address_is_not_locked_out(
    connect: Any, server: ChatwootStandIn, office: Office
) -> None:
    """Reading keeps to its pace however much there is to read; a reply goes out at once all the same."""
    for number in range(30):
        office.begin(office.add_contact(f"Visitor {number}"), "Hello")
    backend = connect(pace=Pace(rate=20.0, burst=5.0))
    began = time.monotonic()
    await backend.history(NEWEST, scope="open", limit=500)
    await backend.history(1_000_001, scope="all", limit=500)
    took = time.monotonic() - began
    assert len(server.requests) > 30
    assert len(server.requests) <= 5 + 20.0 * took + 1
    began = time.monotonic()
    await backend.perform(CommandId("x"), c.SendMessage(interaction_id=InteractionId("1"), text="Hi"))
    assert time.monotonic() - began < 0.05


async def test_a_wrong_clock_on_either_side_does_not_matter(connect: Any, office: Office) -> None:
    real = office.now
    office.now = lambda: real() - 40 * 86_400
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect()
    page = await backend.history(NEWEST, scope="open", limit=500)
    cursor = int(page.partition(b'"latest":')[2].partition(b",")[0])
    office.say(1, "news")
    assert b"news" in await backend.changes(cursor, limit=500)


async def test_nothing_works_after_it_was_closed(connect: Any) -> None:
    backend = connect()
    await backend.close()
    with pytest.raises(BackendError):
        await backend.me()


async def test_a_token_that_was_renewed_meanwhile_is_taken(
    connect: Any, server: ChatwootStandIn, office: Office
) -> None:
    office.begin(office.add_contact("Jana"), "Hello")
    backend = connect("anna-token", "newer")
    await backend.me()
    server.expire(ANNA, "newer")
    await backend.perform(CommandId("x"), c.SendMessage(interaction_id=InteractionId("1"), text="Hi"))
    assert [m["content"] for m in office.messages[1]] == ["Hello", "Hi"]
