"""The ways into Zammad, and what its answers mean when it is slow, away, replaced by a sign-in page, or done with us."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from desktop.backends.base import BackendError, Offline, Refused, SignInNeeded, Throttled
from desktop.backends.zammad.backend import ZammadBackend
from desktop.domain.ids import AgentId
from desktop.wire.shapes import ChangesPage

from ...peers.zammad.centre import ANNA

BASIC = "Basic " + base64.b64encode(b"anna@desk.example:open sesame").decode()


async def test_by_password_by_token_and_by_oauth(zammad: Any, keyholder: Any) -> None:
    zammad.tokens["oauth-1"], zammad.refresh_tokens["renew-1"] = ANNA, ANNA
    ways = [
        ("anna@desk.example", "open sesame", BASIC),
        ("", "token-of-anna", "Token token-of-anna"),
        (" ", " Bearer oauth-1 ", "Bearer oauth-1"),
        ("", "OAuth client-7 renew-1", None),
    ]
    for user, password, credential in ways:
        backend = ZammadBackend(zammad.url, me=AgentId("me"))
        tokens = await backend.sign_in(user, password)
        await backend.close()
        assert (tokens.agent.id, tokens.agent.user) == ("me", "anna@desk.example")
        assert credential is None or tokens.access_token == tokens.refresh_token == credential
        again = ZammadBackend(zammad.url, keyholder(tokens.access_token))
        assert (await again.me()).name == "Anna Berg"
        if credential is None:
            assert (await again.refresh(tokens.refresh_token)).access_token.startswith("Bearer oauth-")
            with pytest.raises(SignInNeeded):
                await again.refresh("OAuth client-7 renew-1")
        await again.close()


@pytest.mark.parametrize(
    ("user", "password"), [("anna@desk.example", "wrong"), ("", "wrong"), ("", "Bearer wrong"), ("", "")]
)
async def test_what_is_wrong_is_refused(zammad: Any, user: str, password: str) -> None:
    backend = ZammadBackend(zammad.url)
    with pytest.raises(Refused) as raised:
        await backend.sign_in(user, password)
    assert raised.value.code == "unauthenticated"
    await backend.close()


async def test_a_token_that_ends_is_asked_for_anew_once(zammad: Any, connect: Any, keyholder: Any) -> None:
    backend = connect("Token expired", "Token token-of-anna")
    assert (await backend.me()).user == "anna@desk.example"
    del zammad.tokens["token-of-anna"]
    for call in (backend.me(), backend.changes(0, limit=10)):
        with pytest.raises(SignInNeeded):
            await call
    nobody = ZammadBackend(zammad.url)
    with pytest.raises(SignInNeeded):
        await nobody.me()
    await nobody.close()


@pytest.mark.parametrize(
    ("status", "body", "kind", "error", "code"),
    [
        ("429 Too Many Requests", "Retry later", "text/plain", Throttled, "rate_limited"),
        ("503 Service Unavailable", "", "text/plain", Offline, "unavailable"),
        ("500 Internal Server Error", '{"error":"Error ID x"}', "application/json", Offline, "internal"),
        ("200 OK", "<html>Welcome to Hotel", "text/html", Offline, "unexpected_answer"),
        ("200 OK", "{]", "application/json", Offline, "unexpected_answer"),
        ("200 OK", '[{"id":"x"}]', "application/json", Offline, "unexpected_answer"),
        ("404 Not Found", "<html>nginx", "text/html", Offline, "unexpected_answer"),
        ("302 Found", "", "text/html", Offline, "unexpected_answer"),
        ("403 Forbidden", '{"error":"Maintenance mode enabled!"}', "application/json", Offline, "unavailable"),
        ("403 Forbidden", '{"error":"Authentication required"}', "application/json", SignInNeeded, "unauthenticated"),
        ("403 Forbidden", '{"error":"API token access disabled!"}', "application/json", Refused, "forbidden"),
    ],
)
async def test_every_odd_answer_has_its_meaning(
    zammad: Any, connect: Any, status: str, body: str, kind: str, error: type[BackendError], code: str
) -> None:
    backend = connect()
    zammad.answer(status, body, Content_Type=kind)
    with pytest.raises(error) as raised:
        await backend.changes(0, limit=10)
    assert raised.value.code == code
    assert type(raised.value) is error
    page = msgspec.json.decode(await connect().changes(0, limit=10), type=ChangesPage)
    assert page.epoch == f"zammad-{ANNA}"


async def test_when_it_is_away_it_is_offline_and_then_it_goes_on(zammad: Any, connect: Any, cache: Any) -> None:
    centre = zammad.centre
    customer = centre.customer("Ole", "Hahn", "ole@mail.example")
    centre.customer_writes(customer, "Hallo")
    desk = cache(connect())
    await desk.pull()
    port = int(zammad.url.rpartition(":")[2])
    await zammad.stop()
    with pytest.raises(Offline) as raised:
        await desk.pull()
    assert raised.value.code in ("unreachable", "answer_lost")
    ticket = centre.customer_writes(customer, "Währenddessen")
    await zammad.start(port)
    await desk.pull()
    assert desk.contact(ticket) is not None


async def test_nothing_secret_and_nothing_of_a_customer_gets_into_the_log(
    zammad: Any, connect: Any, cache: Any, caplog: Any
) -> None:
    caplog.set_level("DEBUG")
    centre = zammad.centre
    ticket = centre.customer_writes(centre.customer("Wilhelmine", "Quast", "quast@mail.example"), "Streng geheim")
    desk = cache(connect(BASIC))
    await desk.pull()
    zammad.answer("422 Unprocessable", '{"error":"Wilhelmine is wrong"}', marker="GET /api/v1/tickets/search", times=9)
    with pytest.raises(BackendError) as raised:
        await desk.pull()
    told = caplog.text + str(raised.value) + repr(raised.value)
    assert desk.contact(ticket) is not None
    assert not any(word in told for word in ("Wilhelmine", "quast", "geheim", "sesame", BASIC.split()[1]))
