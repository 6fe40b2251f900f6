"""Signing in and staying so, over the wire: what a person at the window, and somebody who wants to be one, would notice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select

from desktop.domain.agent import Role
from desktop.hub.auth import accounts
from desktop.hub.auth.attempts import FREE
from desktop.hub.auth.tokens import Signer, load_key
from desktop.hub.db import tables

PASSWORD = "correct horse"


def sign_in(hub, user: str = "anna", password: str = PASSWORD) -> httpx.Response:
    return httpx.post(f"{hub.url}/v1/sign-in", json={"user": user, "password": password}, verify=False)


def refresh(hub, token: str) -> httpx.Response:
    return httpx.post(f"{hub.url}/v1/token", json={"refresh_token": token}, verify=False)


def me(hub, token: str) -> httpx.Response:
    return httpx.get(f"{hub.url}/v1/me", headers={"Authorization": f"Bearer {token}"}, verify=False)


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
    thief = refresh(shared_hub, thief["refresh_token"]).json()
    owner = refresh(shared_hub, stolen["refresh_token"])
    assert owner.status_code == 401
    assert refresh(shared_hub, thief["refresh_token"]).status_code == 401
    assert me(shared_hub, thief["access_token"]).status_code == 401, "access ends with the session, not later"
    assert me(shared_hub, other_session["access_token"]).status_code == 200


def test_an_answer_lost_on_the_way_does_not_sign_anybody_out(shared_hub) -> None:
    tokens = sign_in(shared_hub).json()
    for _ in range(3):
        lost = refresh(shared_hub, tokens["refresh_token"])
        assert lost.status_code == 200
        answered = refresh(shared_hub, tokens["refresh_token"])
        assert answered.status_code == 200, "the same token again, as nobody used what came of it"
        tokens = answered.json()
    assert me(shared_hub, tokens["access_token"]).status_code == 200


def test_the_grace_is_over_after_a_minute(shared_hub, monkeypatch) -> None:
    first = sign_in(shared_hub).json()
    second = refresh(shared_hub, first["refresh_token"]).json()
    later = accounts.now() + timedelta(seconds=accounts.GRACE_S + 1)
    monkeypatch.setattr(accounts, "now", lambda: later)
    assert refresh(shared_hub, first["refresh_token"]).status_code == 401
    assert me(shared_hub, second["access_token"]).status_code == 401


@pytest.mark.parametrize("comes_first", ["thief", "owner"])
def test_a_thief_within_the_grace_is_found_out_as_soon_as_both_go_on(shared_hub, comes_first: str) -> None:
    """The thief has a copy of the token and uses it in the very minute in which the owner does."""
    stolen = sign_in(shared_hub).json()["refresh_token"]
    first = refresh(shared_hub, stolen).json()
    second = refresh(shared_hub, stolen).json()
    thief, owner = (first, second) if comes_first == "thief" else (second, first)
    assert refresh(shared_hub, second["refresh_token"]).status_code == 200
    assert refresh(shared_hub, first["refresh_token"]).status_code == 401
    for tokens in (thief, owner):
        assert me(shared_hub, tokens["access_token"]).status_code == 401
        assert refresh(shared_hub, tokens["refresh_token"]).status_code == 401


def test_what_was_replaced_ends_the_session_even_before_its_replacement_is_used(shared_hub) -> None:
    stolen = sign_in(shared_hub).json()["refresh_token"]
    replaced, replacement = refresh(shared_hub, stolen).json(), refresh(shared_hub, stolen).json()
    assert refresh(shared_hub, replaced["refresh_token"]).status_code == 401
    assert refresh(shared_hub, replacement["refresh_token"]).status_code == 401
    assert me(shared_hub, replacement["access_token"]).status_code == 401


def test_many_at_once_get_one_good_token_and_never_two(shared_hub) -> None:
    token = sign_in(shared_hub).json()["refresh_token"]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: refresh(shared_hub, token), range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6

    async def unused(ledger) -> int:
        rows = tables.session.c
        query = select(func.count()).where(rows.used_at.is_(None), rows.family == family)
        return (await ledger.connection.execute(query)).scalar_one()

    family = Signer(load_key(shared_hub.data / "hub.key")).read(answers[0].json()["access_token"]).family
    assert shared_hub.read(unused) == 1


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

    token = hub.token("crm")
    assert me(hub, token).json()["role"] == "crm"

    async def revoke(ledger) -> None:
        await ledger.connection.execute(update(tables.machine_token).values(revoked_at=1))

    hub.write(revoke)
    assert me(hub, token).status_code == 401
