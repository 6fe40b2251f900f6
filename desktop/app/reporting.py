"""Logs and uncaught errors. A log line holds codes, counts and types, never what a customer wrote, an address or a token:
code that logs passes none, and the filter here is the second fence, for text that libraries put into their messages."""

from __future__ import annotations

import logging
import logging.handlers
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

log = logging.getLogger(__name__)

_SECRETS = (
    (re.compile(r"(?i)(authorization[\"':=\s]+)(?:[a-z]+\s+)?[^\s\"',}]+"), r"\1<secret>"),
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<address>"),
    (re.compile(r"\+?\d[\d\s/()-]{7,}\d"), "<number>"),
    (re.compile(r"(?i)(bearer|token|password)([\"':=\s]+)[^\s\"',}]+"), r"\1\2<secret>"),
)


def redacted(text: str) -> str:
    """Return ``text`` with e-mail addresses, phone numbers and secrets blotted out."""
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


def on_uncaught(tell: Callable[[str], None]) -> None:
    """From now on an error nobody caught is logged and told to the user by ``tell(kind)``, and the window lives on."""

    def _hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        log.error("uncaught %s", kind.__name__, exc_info=(kind, error, trace))
        tell(kind.__name__)

    sys.excepthook = _hook
