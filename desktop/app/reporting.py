"""Logs and errors nobody caught. A log line holds codes, counts and types, never what a customer wrote, an address or a
token: code that logs passes none, and the filter here is the second fence, for text that libraries put into their messages.
A report of an error holds kinds and places only, and is kept in the encrypted store."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import logging
import logging.handlers
import os
import platform
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Final

from desktop import __version__

if TYPE_CHECKING:
    from desktop.store.database import Store
    from desktop.store.reports import Fault, Report

log = logging.getLogger(__name__)

_FAULTS: Final = 8
_WAITING: Final = 20
_lock = threading.Lock()
_store: Store | None = None
_waiting: deque[Report] = deque(maxlen=_WAITING)
_native: IO[str] | None = None

_SECRETS = (
    (re.compile(r"(?i)(authorization[\"':=\s]+)(?:[a-z]+\s+)?[^\s\"',}]+"), r"\1<secret>"),
    (re.compile(r"://[^/\s@]+@"), "://<secret>@"),
    (re.compile(r"(?:[\w.!#$%&'*+/=?^`{|}~-]+|\"[^\"\n]{1,64}\")@[\w-]+(?:\.[\w-]+)*"), "<address>"),
    (re.compile(r"\b[0-9a-fA-F]{32,}\b"), "<secret>"),
    (re.compile(r"\+\d[\d\s/().-]{6,}\d|\d[\d\s/()-]{7,}\d"), "<number>"),
    (
        re.compile(
            r"(?i)(bearer|token|password|passwd|secret|api[_-]?key|cookie)([\"':=\s]+)(?:(?:bearer|basic)\s+)?[^\s\"',}&;]+"
        ),
        r"\1\2<secret>",
    ),
    (re.compile(r"([?&][\w.-]+=)(?![\d.]+(?:[&\s]|$))[^&\s\"'<]+"), r"\1<value>"),
)


def redacted(text: str) -> str:
    """Return ``text`` with e-mail addresses, phone numbers, secrets and what was asked for in a URL blotted out."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


class RedactingFormatter(logging.Formatter):
    """Formats a record and blots out what must not be kept. Of an error only types and places are written, not its text."""

    def format(self, record: logging.LogRecord) -> str:
        # Another handler's formatter leaves the text of the error on the record, for all that come after.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = redacted(record.message)
        return super().formatMessage(record)

    def formatException(self, info: Any) -> str:
        kind, _error, trace = info
        return f"{kind.__name__} at {' < '.join(_places(trace))}"


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[::-1]


def start(folder: Path | None, *, is_verbose: bool = False) -> None:
    """Send logs to ``folder`` (five files of a megabyte) and warnings to standard error."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if is_verbose else logging.INFO)
    form = RedactingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s")
    errors = logging.StreamHandler(sys.stderr)
    errors.setLevel(logging.DEBUG if is_verbose else logging.WARNING)
    errors.setFormatter(form)
    root.addHandler(errors)
    if folder is not None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = logging.handlers.RotatingFileHandler(
            folder / "dirigent.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8", delay=True
        )
        file.setFormatter(form)
        root.addHandler(file)
    for noisy in ("httpx", "httpcore", "asyncio", "qasync"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def report(error: BaseException, where: str = "window") -> Report:
    """Return what helps to mend an error: versions, and the kinds and places of it and of what led to it; no texts."""
    from desktop.store.reports import Fault

    faults: list[Fault] = []
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        faults.append(Fault(type(cause).__name__, tuple(_places(cause.__traceback__))))
        cause = cause.__cause__ or cause.__context__
    return _report(where, faults)


def keep_reports_in(store: Store | None) -> None:
    """From now on keep the report of each error nobody caught in ``store``, with what came before a store was open; without
    one an error leaves its line in the log only."""
    global _store
    with _lock:
        _store, waiting = store, list(_waiting)
        if store is not None:
            _waiting.clear()
    if store is not None:
        for one in waiting:
            _keep(one)


def on_uncaught(tell: Callable[[BaseException], None]) -> None:
    """From now on an error nobody caught, on whatever thread, is logged and reported, and the window lives on. ``tell`` is
    called for those of the main thread."""

    def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught %s", kind.__name__, exc_info=(kind, error, trace))
        note(error.with_traceback(trace), "window")
        tell(error)

    def _thread_hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is None or issubclass(args.exc_type, SystemExit):
            return
        log.error("uncaught %s in a thread", args.exc_type.__name__, exc_info=(args.exc_type, args.exc_value, None))
        note(args.exc_value, "thread")

    def _unraisable_hook(args: sys.UnraisableHookArgs) -> None:
        if args.exc_value is None:
            return
        log.error("%s while something was cleaned up", args.exc_type.__name__, exc_info=args.exc_value)
        note(args.exc_value, "clean-up")

    sys.excepthook = _hook
    threading.excepthook = _thread_hook
    sys.unraisablehook = _unraisable_hook


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Have errors that no task's owner asked for logged and reported too."""

    def _on_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if error is None:
            # The text may name objects; what kind of trouble it is stands at its beginning.
            log.error("the event loop: %s", str(context.get("message", ""))[:60])
            return
        log.error("uncaught %s in the event loop", type(error).__name__, exc_info=error)
        note(error, "task")

    loop.set_exception_handler(_on_error)


def note(error: BaseException, where: str) -> None:
    """Keep the report of an error, once. An error nobody but its task knows of is ``app.tasks``' to note."""
    if getattr(error, "_is_reported", False):
        return
    with contextlib.suppress(AttributeError):
        error._is_reported = True  # type: ignore[attr-defined]
    _keep(report(error, where))


def watch_natively(folder: Path) -> None:
    """Have a crash of the whole process leave its frames (files, lines and functions, no values) in ``folder``, and report
    what the last run left there."""
    global _native
    file = folder / "crash.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        left = file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""
        _native = file.open("w", encoding="utf-8")
        if os.name == "posix":
            file.chmod(0o600)
        faulthandler.enable(_native)
    except OSError as error:
        log.warning("a crash will leave no report: %s", error.strerror)
        return
    if left.strip():
        found = _native_report(left)
        log.error("the last run crashed: %s", found.kind)
        _keep(found)


def _native_report(text: str) -> Report:
    from desktop.store.reports import Fault

    kind = re.match(r"\s*(?:Fatal Python error|Windows fatal exception): ([\w ]{1,40})", text)
    # Only the thread that crashed: the others tell nothing.
    current = text.partition("Current thread")[2] or text
    places = [
        f"{Path(file).name}:{line} {function}"
        for file, line, function in re.findall(r'File "([^"\n]+)", line (\d+) in (\S+)', current.partition("\n\n")[0])
    ]
    return _report("native", [Fault(kind[1] if kind else "unknown", tuple(places))])


def _report(where: str, faults: list[Fault]) -> Report:
    from desktop.store.reports import Fault, Report

    return Report(
        at=datetime.now(UTC),
        version=__version__,
        platform=f"Python {platform.python_version()}, {platform.platform(terse=True)}",
        where=where,
        faults=tuple(
            Fault(redacted(fault.kind), tuple(redacted(place) for place in fault.places)) for fault in faults[:_FAULTS]
        ),
    )


def _keep(one: Report) -> None:
    with _lock:
        store = _store
        if store is None:
            _waiting.append(one)
            return
    from desktop.domain.changes import Cause
    from desktop.store import reports
    from desktop.store.database import StoreError

    try:
        # Nobody waits: an error of the store itself must not make another.
        store.write(lambda w: reports.add(w, one), Cause.SYSTEM)
    except StoreError as error:
        log.warning("the report of an error could not be kept: %s", error.code)
