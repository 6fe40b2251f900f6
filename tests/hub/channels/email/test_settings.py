"""A mistake in an account is found when the file is read, and nothing goes over a wire in the clear by oversight."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from desktop.hub.channels import accounts, kinds
from desktop.hub.channels.base import ChannelDown
from desktop.hub.channels.email import Settings
from desktop.hub.channels.email.sign_in import SignIn

from .conftest import ACCOUNT

GOOD = {"address": "a@firma.example", "imap_host": "imap.firma.example", "smtp_host": "smtp.firma.example"}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"address": "nobody"}, "address"),
        ({"address": "a@b\r\nBcc: x@y"}, "address"),
        ({"imap_security": "none"}, "allow_plain"),
        ({"smtp_security": "none"}, "allow_plain"),
        ({"auth": "oauth2", "token_url": "http://login.example/token"}, "token_url"),
        ({"imap_host": "", "smtp_host": ""}, "missing"),
        ({"passwort": "x"}, "passwort"),
        ({"poll_s": 0}, "poll_s"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, fields: dict[str, Any], told: str) -> None:
    account = {"name": "mail", "kind": "email", "channel": "email", "settings": {**GOOD, **fields}}
    (tmp_path / "channels.yaml").write_text(json.dumps({"accounts": [account]}))
    with pytest.raises(accounts.SourceError, match=told):
        accounts.read(tmp_path / "channels.yaml", kinds.SETTINGS)


def test_what_stays_on_this_machine_or_is_allowed_may_be_plain() -> None:
    for fields in ({"imap_host": "127.0.0.1", "imap_security": "none"}, {"imap_security": "none", "allow_plain": True}):
        assert msgspec.convert({**GOOD, **fields}, Settings).imap_security == "none"


async def test_an_access_token_is_used_until_it_runs_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token_server: list[bytes], token_url: str
) -> None:
    settings = Settings(**GOOD, auth="oauth2", token_url=token_url, client_id="desk")
    account = msgspec.structs.replace(ACCOUNT, secrets={"refresh_token": "env:TEST_REFRESH"})
    sign_in = SignIn(account, settings, tmp_path)
    with pytest.raises(ChannelDown) as down:
        await sign_in.imap()
    assert down.value.reason == "secret_not_there"
    monkeypatch.setenv("TEST_REFRESH", "first")
    for _ in range(2):
        proof = await sign_in.imap()
        assert (proof.secret, proof.is_token) == ("token-1", True)
    assert len(token_server) == 1
    assert b"refresh_token=first" in token_server[0]
    sign_in.forget_token()
    assert (await sign_in.smtp() or proof).secret == "token-2"
    assert b"refresh_token=second" in token_server[1]


def tokens(tmp_path: Path, token_url: str, where: str = "file:refresh") -> SignIn:
    (tmp_path / "refresh").write_text("first\n")
    (tmp_path / "refresh").chmod(0o600)
    settings = Settings(**GOOD, auth="oauth2", token_url=token_url, client_id="desk")
    return SignIn(msgspec.structs.replace(ACCOUNT, secrets={"refresh_token": where}), settings, tmp_path)


async def test_a_refresh_token_that_the_provider_changes_outlives_a_restart(
    tmp_path: Path, token_server: list[bytes], token_url: str
) -> None:
    await tokens(tmp_path, token_url).imap()
    kept = tmp_path / "refresh"
    assert (kept.read_text(), kept.stat().st_mode & 0o777) == ("second\n", 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["refresh"]


async def test_where_a_changed_refresh_token_cannot_be_kept_it_is_said_without_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, token_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("TEST_REFRESH", "first")
    await tokens(tmp_path, token_url, "env:TEST_REFRESH").imap()
    assert "it cannot be kept" in caplog.text
    assert "second" not in caplog.text


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((400, b'{"error": "invalid_grant", "error_description": "revoked"}'), "sign_in_revoked"),
        ((401, b'{"error": "invalid_client"}'), "client_refused"),
        ((400, b'{"error": "invalid_scope"}'), "scope_refused"),
    ],
)
async def test_what_the_provider_refuses_for_good_is_not_asked_again(
    tmp_path: Path, token_server: list[bytes], token_url: str, refusals: list[tuple[int, bytes]],
    refusal: tuple[int, bytes], reason: str,
) -> None:  # fmt: skip
    refusals.append(refusal)
    sign_in = tokens(tmp_path, token_url)
    for ask in (sign_in.imap, sign_in.smtp, sign_in.ended):
        with pytest.raises(ChannelDown) as down:
            await ask()
        assert (down.value.reason, down.value.is_final) == (reason, True)
    assert len(token_server) == 1


@pytest.mark.parametrize(
    ("refusal", "reason"),
    [
        ((503, b""), "token_unreachable"),
        ((429, b'{"error": "slow_down"}'), "token_unreachable"),
        ((400, b'{"error": "temporarily_unavailable"}'), "sign_in_failed"),
        ((403, b"<html>proxy</html>"), "sign_in_failed"),
        ((200, b'{"error": "invalid_grant"}'), "token_unreadable"),
    ],
)
async def test_what_may_pass_is_asked_again(
    tmp_path: Path, token_url: str, refusals: list[tuple[int, bytes]], refusal: tuple[int, bytes], reason: str
) -> None:
    refusals.append(refusal)
    sign_in = tokens(tmp_path, token_url)
    with pytest.raises(ChannelDown) as down:
        await sign_in.imap()
    assert (down.value.reason, down.value.is_final) == (reason, False)
    assert (await sign_in.imap()).is_token
