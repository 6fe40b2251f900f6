"""What a page holds opens its own chat and nothing else, and whom a site vouches for is believed for minutes only."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from desktop.hub.auth.denial import Denied
from desktop.hub.channels.webchat.tokens import Tokens, Visitor, new_chat_id, person_of
from desktop.wire.errors import Code

NOW = 1_800_000_000.0
SECRET = "a key of thirty-two characters, or more"


@pytest.fixture
def tokens() -> Tokens:
    return Tokens(b"k" * 32, "shop")


def visitor(**fields: object) -> Visitor:
    values = {"account": "shop", "id": "0f", "chat": "c1", "expires_at": int(NOW) + 60, **fields}
    return Visitor(**values)  # type: ignore[arg-type]


def test_a_token_is_read_as_it_was_issued(tokens: Tokens) -> None:
    known = visitor(customer_no="C-1", name="Jana Weber")
    assert tokens.read(tokens.issue(known), NOW) == known


@pytest.mark.parametrize("token", ["", "dgv1", "dgv1..", "dgv1.WyJ4Il0.", "x" * 9000, "dgv1.\u00e4.\u00f6", "dga1.a.b"])
def test_what_was_not_issued_here_opens_nothing(tokens: Tokens, token: str) -> None:
    with pytest.raises(Denied) as denied:
        tokens.read(token, NOW)
    assert denied.value.code is Code.UNAUTHENTICATED


def test_another_chat_cannot_be_put_into_a_token(tokens: Tokens) -> None:
    head, mine, mac = tokens.issue(visitor(chat="mine")).split(".")
    _, theirs, _ = Tokens(b"x" * 32, "shop").issue(visitor(chat="theirs")).split(".")
    assert mine != theirs
    with pytest.raises(Denied):
        tokens.read(f"{head}.{theirs}.{mac}", NOW)


def test_a_token_of_one_account_or_hub_is_none_of_another(tokens: Tokens) -> None:
    for other in (Tokens(b"k" * 32, "club"), Tokens(b"x" * 32, "shop")):
        with pytest.raises(Denied):
            other.read(tokens.issue(visitor()), NOW)


def test_a_token_runs_out(tokens: Tokens) -> None:
    token = tokens.issue(visitor())
    with pytest.raises(Denied) as denied:
        tokens.read(token, NOW + 61)
    assert denied.value.code is Code.TOKEN_EXPIRED


def test_a_ticket_of_a_file_is_good_in_its_own_chat_only(tokens: Tokens) -> None:
    ticket = tokens.ticket("c1", "ab" * 32, "bill.pdf")
    found = tokens.file_of(ticket, "c1")
    assert found is not None
    assert (found.sha256, found.name) == ("ab" * 32, "bill.pdf")
    assert tokens.file_of(ticket, "c2") is None
    assert tokens.file_of(tokens.issue(visitor()), "c1") is None
    assert tokens.file_of("ab" * 32, "c1") is None


def test_a_token_is_no_ticket_and_a_ticket_no_token(tokens: Tokens) -> None:
    with pytest.raises(Denied):
        tokens.read(tokens.ticket("c1", "ab" * 32, "x").replace("dgf1", "dgv1"), NOW)


def test_nobody_guesses_a_chat() -> None:
    made = {new_chat_id() for _ in range(1000)}
    assert len(made) == 1000
    assert min(map(len, made)) >= 22  # 128 bits and more


def test_whom_the_site_vouches_for(identity: Callable[..., str]) -> None:
    person = person_of(identity(exp=NOW + 300, name="Jana Weber"), SECRET, "members", NOW)
    assert (person.customer_no, person.name) == ("C-1001", "Jana Weber")


def none_of_it(identity: Callable[..., str]) -> str:
    head = json.dumps({"alg": "none"}).encode()
    body = identity(exp=NOW + 300).split(".")[1]
    import base64

    return f"{base64.urlsafe_b64encode(head).rstrip(b'=').decode()}.{body}."


@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("another key", lambda sign: sign(secret="another key of thirty-two characters", exp=NOW + 300)),
        ("no signature", none_of_it),
        ("for another account", lambda sign: sign(aud="shop", exp=NOW + 300)),
        ("for nobody", lambda sign: sign(sub="", exp=NOW + 300)),
        ("for a number", lambda sign: sign(sub=7, exp=NOW + 300)),
        ("good for hours", lambda sign: sign(exp=NOW + 7200)),
        ("without an end", lambda sign: sign(exp=None)),
        ("with an end that is none", lambda sign: sign(exp=True)),
        ("without a name of its own", lambda sign: sign(jti=None, exp=NOW + 300)),
        ("of tomorrow", lambda sign: sign(exp=NOW + 300, nbf=NOW + 200)),
        ("cut off", lambda sign: sign(exp=NOW + 300)[:-4]),
        ("empty", lambda sign: ""),
        ("no token at all", lambda sign: "jana@example.org"),
        ("a megabyte", lambda sign: "x" * 1_000_000),
    ],
)
def test_a_statement_that_is_not_as_agreed_is_not_believed(
    identity: Callable[..., str], what: str, make: Callable[[Callable[..., str]], str]
) -> None:
    with pytest.raises(Denied) as denied:
        person_of(make(identity), SECRET, "members", NOW)
    assert denied.value.code is Code.UNAUTHENTICATED, what


def test_a_statement_runs_out(identity: Callable[..., str]) -> None:
    with pytest.raises(Denied) as denied:
        person_of(identity(exp=NOW - 1), SECRET, "members", NOW)
    assert denied.value.code is Code.TOKEN_EXPIRED


def test_a_key_that_can_be_guessed_vouches_for_nobody(identity: Callable[..., str]) -> None:
    with pytest.raises(Denied):
        person_of(identity(secret="secret", exp=NOW + 300), "secret", "members", NOW)
