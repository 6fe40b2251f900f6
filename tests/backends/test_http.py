"""What a failure on the way means, and what is never told about it."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from desktop.backends.base import Offline, Refused, SignInNeeded, Throttled
from desktop.backends.http import HttpClient, HttpSettings, is_loopback, retry_after_s

SECRET = "token-nobody-may-see"
WORDS = "meine Kontonummer ist 4711"


@pytest.fixture
async def client(canned: Any) -> Any:
    client = HttpClient(canned.url, HttpSettings(read_s=2.0))
    yield client
    await client.close()


def test_importing_the_backends_costs_no_http_library() -> None:
    code = "import sys, desktop.backends.hub, desktop.sync.engine, desktop.session.auth, desktop.session.vault\n"
    code += "print([m for m in ('httpx', 'httpx_sse', 'keyring', 'numpy', 'PySide6') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_httpx_comes_without_its_command_line() -> None:
    code = "import sys, desktop.backends.http as http\nhttp._load()\n"
    code += "print([m for m in ('rich', 'click', 'pygments') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


async def test_nobody_listening_is_offline_and_nothing_was_sent() -> None:
    client = HttpClient("http://127.0.0.1:1")
    with pytest.raises(Offline) as caught:
        await client.request("GET", "/")
    assert (caught.value.code, caught.value.may_have_arrived) == ("unreachable", False)
    await client.close()


async def test_a_server_that_hangs_up_may_have_done_what_was_asked(client: Any, canned: Any) -> None:
    canned.hang_up()
    with pytest.raises(Offline) as caught:
        await client.request("POST", "/v1/commands", content=b"{}")
    assert (caught.value.code, caught.value.may_have_arrived) == ("answer_lost", True)
    assert len(canned.requests) == 1


async def test_a_dead_kept_alive_connection_is_not_the_callers_problem(client: Any, canned: Any) -> None:
    canned.hang_up()
    canned.answer("200 OK", "{}")
    answer = await client.request("GET", "/v1/changes", can_repeat=True)
    assert answer.body == b"{}"


async def test_an_answer_that_takes_too_long_may_have_arrived(canned: Any) -> None:
    client = HttpClient(canned.url, HttpSettings(read_s=0.05))
    canned.answers.append(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
    with pytest.raises(Offline) as caught:
        await client.request("GET", "/")
    assert (caught.value.code, caught.value.may_have_arrived) == ("timed_out", True)
    await client.close()


PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    ("status", "body", "media_type", "headers", "error", "code"),
    [
        ("401 Unauthorized", '{"status":401,"code":"token_expired"}', PROBLEM, {}, SignInNeeded, "token_expired"),
        ("403 Forbidden", '{"status":403,"code":"forbidden"}', PROBLEM, {}, Refused, "forbidden"),
        ("404 Not Found", "<h1>no</h1>", "text/html", {}, Offline, "unexpected_answer"),
        ("302 Found", "", "text/html", {"Location": "http://wlan.example/"}, Offline, "unexpected_answer"),
        ("407 Proxy Authentication Required", "", "text/html", {}, Offline, "unexpected_answer"),
        ("429 Too Many Requests", "", "text/plain", {"Retry_After": "7"}, Throttled, "rate_limited"),
        ("503 Service Unavailable", "", "text/plain", {"Retry_After": "3"}, Throttled, "rate_limited"),
        ("503 Service Unavailable", "", "text/plain", {}, Offline, "unavailable"),
        ("500 Internal Server Error", "", "text/plain", {}, Offline, "internal"),
        ("502 Bad Gateway", "<h1>nginx</h1>", "text/html", {}, Offline, "unavailable"),
    ],
)
async def test_each_status_means_one_kind_of_trouble(
    client: Any, canned: Any, status: str, body: str, media_type: str, headers: Any, error: type, code: str
) -> None:
    canned.answer(status, body, media_type, **headers)
    with pytest.raises(error) as caught:
        await client.request("GET", "/")
    assert type(caught.value) is error
    assert caught.value.code == code


async def test_how_long_to_stay_away_is_told(client: Any, canned: Any) -> None:
    canned.answer("429 Too Many Requests", Retry_After="7")
    with pytest.raises(Throttled) as caught:
        await client.request("GET", "/")
    assert caught.value.retry_after_s == 7.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("-5", 0.0),
        ("999999999", 3600.0),
        ("Sat, 01 Mar 2025 09:00:30 GMT", 30.0),
        ("Sat, 01 Mar 2025 08:00:00 GMT", 0.0),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(value: str, seconds: float | None) -> None:
    assert retry_after_s(value, datetime(2025, 3, 1, 9, 0, tzinfo=UTC)) == seconds


async def test_neither_token_nor_words_reach_logs_or_errors(
    client: Any, canned: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    canned.answer("400 Bad Request", f'{{"status":400,"code":"bad_request","detail":"{WORDS}"}}', PROBLEM)
    canned.answer("200 OK", f'{{"text":"{WORDS}"}}')
    canned.hang_up()
    problems: list[str] = []
    for _ in range(3):
        try:
            answer = await client.request(
                "POST", "/v1/commands", token=SECRET, params={"q": WORDS}, content=WORDS.encode()
            )
            problems.append(repr(answer))
        except (Refused, Offline) as error:
            problems += [str(error), repr(error), repr(error.__cause__)]
    told = "\n".join([*problems, *(record.getMessage() for record in caplog.records)])
    assert len(canned.requests) == 3
    assert SECRET not in told
    assert "4711" not in told
    assert SECRET.encode() in canned.requests[0]


async def test_the_way_to_this_machine_never_leads_through_a_proxy(
    canned: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    canned.answer("200 OK", "{}")
    client = HttpClient(canned.url)
    assert (await client.request("GET", "/")).status == 200
    await client.close()


async def test_everything_else_goes_through_the_proxy_that_is_set(canned: Any) -> None:
    canned.answer("200 OK", "{}")
    client = HttpClient("http://hub.example", HttpSettings(proxy=canned.url))
    await client.request("GET", "/v1/me")
    assert canned.requests[0].startswith(b"GET http://hub.example/v1/me ")
    await client.close()


async def test_a_proxy_that_is_away_is_told_from_a_server_that_is() -> None:
    client = HttpClient("http://hub.example", HttpSettings(proxy="http://127.0.0.1:1"))
    with pytest.raises(Offline) as caught:
        await client.request("GET", "/")
    assert not caught.value.may_have_arrived
    await client.close()


async def test_a_missing_certificate_file_is_said_and_not_a_crash() -> None:
    client = HttpClient("https://hub.example", HttpSettings(ca_file="/nowhere/ca.pem"))
    with pytest.raises(Refused) as caught:
        await client.request("GET", "/")
    assert caught.value.code == "bad_certificate_file"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:80", True),
        ("http://[::1]/", True),
        ("http://localhost", True),
        ("https://hub.example", False),
        ("http://127.0.0.1.example", False),
    ],
)
def test_this_machine_is_known_by_its_addresses(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected
