"""What reaches the log file: codes, counts, types and places; never a customer's words, an address, a number or a token."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.app import reporting
from desktop.app.reporting import redacted

log = logging.getLogger("desktop.test")


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Logging as the window starts it; returns what is in the file so far."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    noisy = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "asyncio", "qasync")}
    reporting.start(tmp_path / "logs")
    file = tmp_path / "logs" / "dirigent.log"
    yield lambda: file.read_text(encoding="utf-8") if file.exists() else ""
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    for name, was in noisy.items():
        logging.getLogger(name).setLevel(was)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("no way to jana.weber+shop@mail.example.org", "jana.weber"),
        ("calling +49 171 2345678", "2345678"),
        ("calling 0171/2345678 again", "2345678"),
        ("account DE89 3704 0044 0532 0130 00", "0532"),
        ("Authorization: Bearer abc.DEF-123_x", "abc.DEF"),
        ("authorization=Basic dXNlcjpwdw==", "dXNlcjpwdw"),
        ("got refresh_token=r-12345abc", "r-12345abc"),
        ("sent {'password': 'correct horse'}", "correct"),
        ('sent {"access_token": "eyJhbGciOi"}', "eyJhbGciOi"),
        ("GET https://kim:geheim@hub.example.org/v1", "geheim"),
    ],
)
def test_a_secret_in_a_librarys_message_is_blotted_out(written: Callable[[], str], text: str, secret: str) -> None:
    log.warning("%s", text)
    assert "desktop.test" in written()
    assert secret not in written()


@pytest.mark.parametrize(
    "text",
    [
        "synced 250 rows in 31 ms, cursor 120431",
        "task sync-puller failed: Offline",
        "GET /v1/changes answered 503",
        "Python 3.11.7, Qt 6.11.3",
    ],
)
def test_what_is_needed_to_mend_something_stays(text: str) -> None:
    assert redacted(text) == text


def test_a_line_keeps_its_time(written: Callable[[], str]) -> None:
    log.info("hello")
    line = written().splitlines()[-1]
    assert line.startswith("20")
    assert "<number>" not in line


def test_of_an_error_only_kinds_and_places_are_kept(written: Callable[[], str], expected_errors: Any) -> None:
    expected_errors("it broke")
    try:
        try:
            raise KeyError("Jana Weber wants her money back")
        except KeyError as error:
            raise ValueError("jana's words again") from error
    except ValueError:
        log.exception("it broke")
    said = written()
    assert "ValueError" in said
    assert "test_reporting.py" in said
    assert "Jana" not in said
    assert "jana" not in said


def test_the_text_of_an_error_stays_out_even_where_another_handler_wrote_it_first(
    written: Callable[[], str], expected_errors: Any
) -> None:
    """A handler with a formatter of its own leaves the text of the error on the record, for all that come after."""
    expected_errors("it broke")
    record = logging.LogRecord("desktop.test", logging.ERROR, __file__, 1, "it broke", (), None)
    try:
        raise ValueError("Jana Weber")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert "Jana" in logging.Formatter().format(record)
    logging.getLogger("desktop.test").handle(record)
    assert "Jana" not in written()


def test_an_error_nobody_caught_is_logged_and_told_by_its_kind_only(
    written: Callable[[], str], monkeypatch: pytest.MonkeyPatch, expected_errors: Any
) -> None:
    expected_errors("uncaught LookupError")
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    told: list[str] = []
    reporting.on_uncaught(told.append)
    try:
        raise LookupError("Jana Weber")
    except LookupError:
        sys.excepthook(*sys.exc_info())
    assert told == ["LookupError"]
    assert "uncaught LookupError" in written()
    assert "Jana" not in written()


def test_ctrl_c_still_ends_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[object] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(sys, "__excepthook__", lambda *args: passed.append(args[0]))
    reporting.on_uncaught(lambda kind: pytest.fail("told as an error of ours"))
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert passed == [KeyboardInterrupt]


def test_chatty_libraries_say_nothing_of_addresses(written: Callable[[], str]) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://hub.example.org/v1/customers/42")
    log.info("ours")
    assert "customers" not in written()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_the_folder_of_the_logs_is_closed_to_others(written: Callable[[], str], tmp_path: Path) -> None:
    log.warning("something")
    assert stat.S_IMODE((tmp_path / "logs").stat().st_mode) == 0o700
