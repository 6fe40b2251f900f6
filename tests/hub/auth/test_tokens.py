"""Access tokens are believed only as they were issued, and only for their time."""

from __future__ import annotations

import base64
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from desktop.hub.auth.denial import Denied
from desktop.hub.auth.tokens import ACCESS_S, Claim, Signer, digest, load_key, new_secret
from desktop.wire.errors import Code

KEY = b"k" * 32


def test_an_issued_token_says_who_and_which_session() -> None:
    signer = Signer(KEY)
    claim = signer.read(signer.issue("anna", "family"))
    assert (claim.agent_id, claim.family) == ("anna", "family")
    assert abs(claim.expires_at - time.time() - ACCESS_S) < 5


def forged(claim: Claim) -> str:
    body = base64.urlsafe_b64encode(msgspec.json.encode(claim)).rstrip(b"=").decode()
    good = Signer(KEY).issue("anna", "family")
    return f"dga1.{body}.{good.rsplit('.', 1)[1]}"


def good() -> str:
    return Signer(KEY).issue("anna", "family")


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: "", id="nothing"),
        pytest.param(lambda: "dga1.", id="only the mark"),
        pytest.param(lambda: "dga1..", id="empty parts"),
        pytest.param(lambda: "dga1.e30.", id="no signature"),
        pytest.param(lambda: "dga1.%%%.%%%", id="no base64"),
        pytest.param(lambda: "nonsense", id="another word"),
        pytest.param(lambda: "dga1.ä.ö", id="other letters"),
        pytest.param(lambda: Signer(b"x" * 32).issue("anna", "family"), id="another hub's"),
        pytest.param(lambda: forged(Claim("otto", "family", int(time.time()) + 1000)), id="another name"),
        pytest.param(lambda: good()[:-2], id="cut"),
        pytest.param(lambda: good() + "A", id="longer"),
        pytest.param(lambda: good().removeprefix("dga1."), id="without the mark"),
    ],
)
def test_anything_else_is_turned_away(made: Callable[[], str]) -> None:
    token = made()
    with pytest.raises(Denied) as denied:
        Signer(KEY).read(token)
    assert denied.value.code is Code.UNAUTHENTICATED
    assert not token or token not in str(denied.value)


def test_an_expired_token_is_told_apart_so_that_a_client_refreshes(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(KEY)
    token = signer.issue("anna", "family")
    later = time.time() + ACCESS_S + 1
    monkeypatch.setattr("desktop.hub.auth.tokens.time.time", lambda: later)
    with pytest.raises(Denied) as denied:
        signer.read(token)
    assert denied.value.code is Code.TOKEN_EXPIRED


def test_the_key_is_made_once_and_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "hub.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_key_is_an_error_and_not_a_weak_key() -> None:
    with pytest.raises(ValueError, match="too short"):
        Signer(b"")


def test_random_tokens_differ_and_only_their_digest_is_kept() -> None:
    one, other = new_secret("dgm"), new_secret("dgm")
    assert one != other
    assert len(digest(one)) == 64
    assert one not in digest(one)
