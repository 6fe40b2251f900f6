"""Signing in and staying so, over the wire: what a person at the window, and somebody who wants to be one, would notice."""

from __future__ import annotations

import httpx

from desktop.domain.agent import Role
from desktop.hub.auth import accounts
from desktop.hub.auth.attempts import FREE

PASSWORD = "correct horse"


def sign_in(hub, user: str = "anna", password: str = PASSWORD) -> httpx.Response:
    return httpx.post(f"{hub.url}/v1/sign-in", json={"user": user, "password": password})


def refresh(hub, token: str) -> httpx.Response:
    return httpx.post(f"{hub.url}/v1/token", json={"refresh_token": token})


def me(hub, token: str) -> httpx.Response:
    return httpx.get(f"{hub.url}/v1/me", headers={"Authorization": f"Bearer {token}"})


def test_anna_signs_in_and_is_anna(shared_hub) -> None:
    answer = sign_in(shared_hub, user=" ANNA ")
    assert answer.status_code == 200
    tokens = answer.json()
    assert tokens["expires_in"] == 900
    assert tokens["agent"]["id"] == shared_hub.agents["anna"].id
    assert me(shared_hub, tokens["access_token"]).json()["user"] == "anna"


def test_a_wrong_password_and_an_unknown_user_look_the_same(shared_hub) -> None:
    wrong, unknown = sign_in(shared_hub, password="wrong"), sign_in(shared_hub, user="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "unauthenticated"
    assert wrong.headers["content-type"] == "application/problem+json"


def test_guessing_is_slowed_down_for_that_user_only_and_says_how_long(hub) -> None:
    for _ in range(FREE):
        assert sign_in(hub, password="guess").status_code == 401
    answer = sign_in(hub)
    assert answer.status_code == 429, "even the right password has to wait now"
    assert answer.json()["code"] == "rate_limited"
    assert int(answer.headers["retry-after"]) > 0
    assert sign_in(hub, user="bert").status_code == 200


def test_a_refresh_token_works_once_and_gives_the_next(shared_hub) -> None:
    first = sign_in(shared_hub).json()
    second = refresh(shared_hub, first["refresh_token"])
    assert second.status_code == 200
    assert second.json()["refresh_token"] != first["refresh_token"]
    assert me(shared_hub, second.json()["access_token"]).status_code == 200
    assert refresh(shared_hub, second.json()["refresh_token"]).status_code == 200


def test_a_stolen_refresh_token_ends_the_session_for_thief_and_owner(shared_hub) -> None:
    other_session = sign_in(shared_hub).json()
    stolen = sign_in(shared_hub).json()
    thief = refresh(shared_hub, stolen["refresh_token"]).json()
    owner = refresh(shared_hub, stolen["refresh_token"])
    assert owner.status_code == 401
    assert refresh(shared_hub, thief["refresh_token"]).status_code == 401
    assert me(shared_hub, thief["access_token"]).status_code == 401, "access ends with the session, not later"
    assert me(shared_hub, other_session["access_token"]).status_code == 200


def test_a_refresh_token_is_no_access_token_and_the_other_way_round(shared_hub) -> None:
    tokens = sign_in(shared_hub).json()
    assert me(shared_hub, tokens["refresh_token"]).status_code == 401
    assert refresh(shared_hub, tokens["access_token"]).status_code == 401
    assert refresh(shared_hub, "").status_code == 401


def test_a_disabled_account_loses_access_at_once(hub) -> None:
    tokens = sign_in(hub).json()
    assert me(hub, tokens["access_token"]).status_code == 200
    hub.write(lambda ledger: accounts.disable(ledger, "anna"))
    assert me(hub, tokens["access_token"]).status_code == 401
    assert refresh(hub, tokens["refresh_token"]).status_code == 401
    assert sign_in(hub).status_code == 401


def test_a_change_of_role_counts_at_once(hub) -> None:
    from sqlalchemy import update

    from desktop.hub.db import tables

    token = sign_in(hub).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{hub.url}/v1/metrics/live", headers=headers).status_code == 403

    async def promote(ledger) -> None:
        mine = tables.account.c.agent_id == hub.agents["anna"].id
        await ledger.connection.execute(update(tables.account).where(mine).values(role=str(Role.LEAD)))

    hub.write(promote)
    assert httpx.get(f"{hub.url}/v1/metrics/live", headers=headers).status_code == 200


def test_no_password_and_no_token_is_in_the_database(hub) -> None:
    tokens = sign_in(hub).json()
    machine = hub.token("channel")
    hub.call(lambda: hub.server.services.audit.flush())
    held = b"".join(path.read_bytes() for path in hub.data.rglob("hub.db*"))
    assert b"anna" in held
    for secret in (PASSWORD, tokens["access_token"], tokens["refresh_token"], machine):
        assert secret.encode() not in held


def test_a_machine_token_can_be_made_and_is_good_until_it_is_revoked(hub) -> None:
    from sqlalchemy import update

    from desktop.hub.db import tables

    token = hub.token("crm")
    assert me(hub, token).json()["role"] == "crm"

    async def revoke(ledger) -> None:
        await ledger.connection.execute(update(tables.machine_token).values(revoked_at=1))

    hub.write(revoke)
    assert me(hub, token).status_code == 401
