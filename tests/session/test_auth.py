"""Access tokens: renewed before they run out, once for all who wait, and never lost on the way."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from desktop.domain.agent import Agent
from desktop.domain.ids import AgentId
from desktop.session.auth import TokenFlow
from desktop.session.vault import REFRESH_TOKEN, FileVault, NoVault
from desktop.wire.shapes import Tokens

AGENT = Agent(id=AgentId("a1"), user="anna", name="Anna")


class Issuer:
    """The other side: each refresh token works once."""

    def __init__(self) -> None:
        self.count = 0
        self.good = {"r0"}
        self.gate: asyncio.Event | None = None
        self.asked = asyncio.Event()
        self.failure: Exception | None = None

    def issue(self, expires_in: int = 900) -> Tokens:
        self.count += 1
        self.good = {f"r{self.count}"}
        return Tokens(access_token=f"a{self.count}", refresh_token=f"r{self.count}", expires_in=expires_in, agent=AGENT)

    async def refresh(self, token: str) -> Tokens:
        self.asked.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        if token not in self.good:
            raise PermissionError("used before")
        return self.issue()


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def vault(tmp_path: Path) -> FileVault:
    return FileVault(tmp_path)


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def flow(vault: FileVault, issuer: Issuer, clock: Clock) -> TokenFlow:
    flow = TokenFlow("acc", vault, clock=clock)
    await flow.adopt(issuer.issue())
    return flow


async def test_a_good_token_is_used_without_asking(flow: TokenFlow, issuer: Issuer) -> None:
    assert [await flow.access(issuer.refresh) for _ in range(3)] == ["a1"] * 3


async def test_it_is_renewed_shortly_before_it_runs_out(flow: TokenFlow, issuer: Issuer, clock: Clock) -> None:
    clock.now += 860
    assert await flow.access(issuer.refresh) == "a1"
    clock.now += 15
    assert await flow.access(issuer.refresh) == "a2"


async def test_the_new_refresh_token_is_saved_before_the_access_token_is_used(
    flow: TokenFlow, issuer: Issuer, vault: FileVault
) -> None:
    assert await flow.access(issuer.refresh, stale="a1") == "a2"
    assert vault.get("acc", REFRESH_TOKEN) == "r2"


async def test_all_who_wait_get_one_renewal(flow: TokenFlow, issuer: Issuer) -> None:
    issuer.gate = asyncio.Event()
    waiting = [asyncio.create_task(flow.access(issuer.refresh, stale="a1")) for _ in range(10)]
    await asyncio.sleep(0)
    issuer.gate.set()
    assert await asyncio.gather(*waiting) == ["a2"] * 10
    assert issuer.count == 2


async def test_one_who_comes_with_an_older_token_gets_the_new_one(flow: TokenFlow, issuer: Issuer) -> None:
    assert await flow.access(issuer.refresh, stale="a1") == "a2"
    assert await flow.access(issuer.refresh, stale="a1") == "a2"
    assert issuer.count == 2


async def test_after_a_restart_the_saved_token_is_enough(flow: TokenFlow, issuer: Issuer, vault: FileVault) -> None:
    again = TokenFlow("acc", vault)
    assert await again.access(issuer.refresh) == "a2"


async def test_who_stops_waiting_does_not_lose_the_new_token(flow: TokenFlow, issuer: Issuer, vault: FileVault) -> None:
    """The window is closed while the renewal is under way: its answer must still reach the vault."""
    issuer.gate = asyncio.Event()
    waiting = asyncio.create_task(flow.access(issuer.refresh, stale="a1"))
    await issuer.asked.wait()
    waiting.cancel()
    await asyncio.sleep(0)
    issuer.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert vault.get("acc", REFRESH_TOKEN) == "r2"


async def test_signed_out_means_sign_in_again(flow: TokenFlow, issuer: Issuer) -> None:
    await flow.forget()
    assert await flow.access(issuer.refresh) is None


async def test_what_goes_wrong_while_renewing_reaches_the_caller_and_the_next_may_try_again(
    flow: TokenFlow, issuer: Issuer
) -> None:
    issuer.failure = ConnectionError()
    with pytest.raises(ConnectionError):
        await flow.access(issuer.refresh, stale="a1")
    issuer.failure = None
    assert await flow.access(issuer.refresh, stale="a1") == "a2"


async def test_a_vault_that_locks_itself_does_not_end_the_working_day(
    flow: TokenFlow, issuer: Issuer, vault: FileVault, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def locked(*_: Any) -> Any:
        raise NoVault("locked")

    monkeypatch.setattr(vault, "set", locked)
    monkeypatch.setattr(vault, "get", locked)
    assert await flow.access(issuer.refresh, stale="a1") == "a2"
    assert await flow.access(issuer.refresh, stale="a2") == "a3"
    assert "r2" not in caplog.text
