"""What reaches the log file: codes, counts, types and places; never a customer's words, an address, a number or a token."""

from __future__ import annotations

import asyncio
import faulthandler
import gc
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.app import reporting
from desktop.app.reporting import redacted
from desktop.domain.changes import Cause
from desktop.store import reports
from desktop.store.database import Store
from desktop.store.reports import Report

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
        ("GET https://kim:geheim@hub/v1", "geheim"),
        ("GET /v1/customers?name=Jana+Weber&limit=20", "Weber"),
        ("PRAGMA key = \"x'00112233445566778899aabbccddeeff'\"", "00112233"),
        ("called +49.171.2345678", "2345678"),
        ('to "jana weber"@mail.example', 'weber"@'),
        ("to jana@localhost", "jana"),
        ("Set-Cookie: sid=abc123def", "abc123def"),
        ("sent {'api_key': 'sk-live-77'}", "sk-live-77"),
        ("sent secret=hunter2&user=1", "hunter2"),
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
        "GET /v1/changes?after=120431&limit=500&wait=25.0 answered 200",
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
    reporting.on_uncaught(lambda error: told.append(type(error).__name__))
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


_ADDRESSES = st.emails()
_NUMBERS = st.from_regex(r"\+?[1-9][0-9]{2}[ /-]?[0-9]{3}[ -]?[0-9]{4}", fullmatch=True)
_TOKENS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=12, max_size=60)
_AROUND = st.text(max_size=30).filter(lambda text: "@" not in text)


@settings(max_examples=60)
@given(before=_AROUND, after=_AROUND, address=_ADDRESSES)
def test_no_address_comes_through_wherever_it_stands(before: str, after: str, address: str) -> None:
    told = redacted(f"{before} <{address}> {after}")
    assert address not in told
    assert "<address>" in told


@given(before=_AROUND, after=_AROUND, number=_NUMBERS)
def test_no_number_comes_through_wherever_it_stands(before: str, after: str, number: str) -> None:
    assert number not in redacted(f"{before}: {number}; {after}")


@given(
    token=_TOKENS,
    key=st.sampled_from(["access_token", "refresh_token", "password", "Authorization", "client_secret", "api-key"]),
    form=st.sampled_from(["{}={}", '"{}": "{}"', "'{}': '{}'", "{}: {}", "{}: Bearer {}"]),
)
def test_no_token_comes_through_in_any_form(token: str, key: str, form: str) -> None:
    assert token not in redacted(f"sent {form.format(key, token)}, and so on")


@given(st.text(max_size=200))
def test_whatever_a_library_says_can_be_redacted(text: str) -> None:
    assert isinstance(redacted(text), str)


# --- reports ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """The hooks of a running window, put back afterwards; returns the errors that were told."""
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(reporting, "_store", None)
    reporting._waiting.clear()
    told: list[BaseException] = []
    reporting.on_uncaught(told.append)
    return told


def _kept(store: Store) -> list[Report]:
    store.write(lambda w: None, Cause.SYSTEM).result()
    return [kept.report for kept in store.query(reports.all)]


def test_errors_of_every_kind_are_reported_without_their_words(
    hooks: list[BaseException], store: Store, expected_errors: Any
) -> None:
    for text in ("uncaught LookupError", "uncaught OSError in a thread", "ValueError while something was cleaned up"):
        expected_errors(text)
    try:
        try:
            raise KeyError("Jana Weber")
        except KeyError as error:
            raise LookupError("Jana's words") from error
    except LookupError:
        sys.excepthook(*sys.exc_info())

    def work() -> None:
        raise OSError("Jana again")

    reporting.keep_reports_in(store)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    class Untidy:
        def __del__(self) -> None:
            raise ValueError("and again")

    Untidy()
    gc.collect()

    found = {report.where: report for report in _kept(store)}
    assert set(found) == {"window", "thread", "clean-up"}
    assert [fault.kind for fault in found["window"].faults] == ["LookupError", "KeyError"]
    assert any(place.startswith("test_reporting.py:") for place in found["thread"].faults[0].places)
    assert not any("Jana" in report.text for report in found.values())
    assert [type(error).__name__ for error in hooks] == ["LookupError"], "the window tells those of its own thread"


def test_an_error_that_two_hear_of_is_one_report(hooks: list[BaseException], store: Store) -> None:
    reporting.keep_reports_in(store)
    error = RuntimeError("Jana")
    reporting.note(error, "task sync")
    reporting.note(error, "window")
    assert [report.where for report in _kept(store)] == ["task sync"]


def test_what_happened_before_a_store_was_open_is_kept_once_one_is(hooks: list[BaseException], store: Store) -> None:
    reporting.note(RuntimeError(), "window")
    reporting.keep_reports_in(store)
    reporting.keep_reports_in(None)
    reporting.keep_reports_in(store)
    assert len(_kept(store)) == 1


async def test_an_error_in_the_event_loop_is_reported(
    hooks: list[BaseException], store: Store, expected_errors: Any
) -> None:
    expected_errors("uncaught ZeroDivisionError in the event loop")
    reporting.keep_reports_in(store)
    loop = asyncio.get_running_loop()
    reporting.watch_loop(loop)
    loop.call_soon(lambda: 1 // 0)
    await asyncio.sleep(0.01)
    assert [report.where for report in _kept(store)] == ["task"]


def test_a_crash_of_the_whole_process_is_told_at_the_next_start(
    hooks: list[BaseException], store: Store, tmp_path: Path, expected_errors: Any
) -> None:
    expected_errors("the last run crashed: Segmentation fault")
    program = """
import ctypes, sys
from pathlib import Path
from desktop.app import reporting
reporting.watch_natively(Path(sys.argv[1]))
def fall(words):
    ctypes.string_at(0)
fall("Jana Weber")
"""
    run = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, check=False)
    assert run.returncode != 0
    assert b"Jana" not in (tmp_path / "crash.txt").read_bytes()

    was_enabled = faulthandler.is_enabled()
    try:
        reporting.watch_natively(tmp_path)
        reporting.keep_reports_in(store)
        [report] = _kept(store)
        assert (report.where, report.kind) == ("native", "Segmentation fault")
        assert any("fall" in place for place in report.faults[0].places)
        assert (tmp_path / "crash.txt").read_text() == "", "told once"
    finally:
        faulthandler.disable()
        if was_enabled:
            faulthandler.enable()
        assert reporting._native is not None
        reporting._native.close()
        reporting._native = None
