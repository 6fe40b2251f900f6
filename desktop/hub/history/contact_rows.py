"""Contact history as rows, one message each: what ``contacts_csv`` and ``jsonl`` share. Rows with the same ``external_id``
form one contact, wherever they stand in the file.

Columns: ``external_id``, ``channel`` and ``at`` must be there. ``at`` is ISO 8601 (UTC where no zone is named) or Unix
seconds. ``author`` is ``customer`` (also where empty), ``agent``, ``system`` or ``bot``; ``agent`` the agent's name;
``text`` what was said (a row without it tells of a contact without words, say a call). ``customer_name``,
``customer_address``, ``customer_no``, ``subject``, ``disposition``, ``intent``, ``language`` and ``queue`` count from
whichever row of the contact has them; of several dispositions or intents the last counts.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from desktop.domain.channels import Channel, parse_channel
from desktop.domain.interaction import Author
from desktop.hub.history.contact import (
    BadRow,
    Contact,
    HistoricCustomer,
    HistoricMessage,
    HistoricStep,
    UnreadableSource,
)
from desktop.hub.mail.markup import line, plain

REQUIRED = ("external_id", "channel", "at")
COLUMNS = (*REQUIRED, "author", "agent", "text", "step", "customer_name", "customer_address", "customer_no", "subject",
           "disposition", "intent", "language", "queue")  # fmt: skip

_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
_UNIX = re.compile(r"\d{8,11}(?:\.\d{1,6})?")
_LANGUAGE = re.compile(r"[a-z]{2}")


class BadCell(ValueError):
    """A row cannot be used; ``args[0]`` is the code of why."""


class Rows(Protocol):
    """A file of rows. ``where`` numbers them as a person would find them."""

    def rows(self) -> Iterator[tuple[str, Mapping[str, str] | str]]:
        """Yield where each row stands and its columns, or the code of what is wrong with it."""
        ...


class _Row(Struct, frozen=True):
    external_id: str
    channel: Channel
    at: datetime
    author: Author
    cells: dict[str, str]


class RowReader:
    """The contacts of a file of rows. ``source`` names the system they are from: ids are unique within it."""

    def __init__(self, rows: Rows, path: Path, source: str) -> None:
        if not path.is_file():
            raise UnreadableSource("no such file")
        self._rows = rows
        self._path = path
        self._source = source
        self._counts: Counter[str] | None = None

    @property
    def source(self) -> str:
        return self._source

    @property
    def total(self) -> int | None:
        return None if self._counts is None else len(self._counts)

    def fingerprint(self) -> str:
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:24]

    def read(self, start: int = 0) -> Iterator[Contact | BadRow]:
        """Yield each contact where its last row stands, so that only those not yet complete are kept in memory."""
        if self._counts is None:
            self._counts = Counter(row.external_id for _, row in self._parsed() if isinstance(row, _Row))
        waiting: dict[str, list[_Row]] = {}
        left = Counter(self._counts)
        position = 0
        for where, row in self._parsed():
            if isinstance(row, str):
                if position >= start:
                    yield BadRow(position=position, where=where, why=row)
                continue
            waiting.setdefault(row.external_id, []).append(row)
            left[row.external_id] -= 1
            if not left[row.external_id]:
                rows = waiting.pop(row.external_id)
                if position >= start:
                    yield _contact(position, rows, self._source)
                position += 1

    def _parsed(self) -> Iterator[tuple[str, _Row | str]]:
        for where, cells in self._rows.rows():
            if isinstance(cells, str):
                yield where, cells
                continue
            try:
                yield where, _row(cells)
            except BadCell as error:
                yield where, str(error)


def _row(cells: Mapping[str, str]) -> _Row:
    kept = {name: plain(value).strip() for name in COLUMNS if (value := cells.get(name, ""))}
    external_id = line(kept.get("external_id", ""), 400)
    if not external_id:
        raise BadCell("no_external_id")
    try:
        channel = parse_channel(kept.get("channel", ""))
    except ValueError:
        raise BadCell("unknown_channel") from None
    if not channel.is_interaction:
        raise BadCell("unknown_channel")
    try:
        author = Author(kept.get("author", "customer").lower() or "customer")
    except ValueError:
        raise BadCell("unknown_author") from None
    return _Row(external_id, channel, instant(kept.get("at", "")), author, kept)


def instant(text: str) -> datetime:
    """Return a cell as an instant in UTC. Raises ``BadCell`` for none, or one before 1971 or in the future."""
    try:
        if _UNIX.fullmatch(text):
            at = datetime.fromtimestamp(float(text), UTC)
        else:
            at = datetime.fromisoformat(text)
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCell("bad_time") from None
    if not _EARLIEST <= at <= datetime.now(UTC) + timedelta(days=2):
        raise BadCell("bad_time")
    return at


def _contact(position: int, rows: list[_Row], source: str) -> Contact:
    rows = sorted(rows, key=lambda row: row.at)
    first = rows[0]
    customer = _customer(rows)
    seen: Counter[str] = Counter()
    messages = []
    for row in rows:
        text = row.cells.get("text", "")
        if not text:
            continue
        digest = hashlib.sha256(f"{row.at.isoformat()}|{row.author}|{text}".encode()).hexdigest()[:16]
        seen[digest] += 1
        messages.append(
            HistoricMessage(
                external_id=f"{source}:{first.external_id}#{digest}{'' if seen[digest] == 1 else f'.{seen[digest]}'}",
                author=row.author,
                author_name=line(
                    row.cells.get("agent", "")
                    if row.author is Author.AGENT
                    else (customer.name if customer and row.author is Author.CUSTOMER else ""),
                    200,
                ),
                sent_at=row.at,
                text=text,
                step=line(row.cells.get("step", ""), 100) if row.author is Author.AGENT else "",
            )
        )
    language = _any(rows, "language").lower()[:2]
    return Contact(
        position=position,
        external_id=first.external_id,
        channel=first.channel,
        started_at=first.at,
        closed_at=rows[-1].at,
        customer=customer,
        messages=tuple(messages),
        steps=tuple(
            HistoricStep(at=row.at, code=line(code, 100)) for row in rows if (code := row.cells.get("step", ""))
        ),
        queue_hint=line(_any(rows, "queue"), 64),
        subject=line(_any(rows, "subject")),
        language=language if _LANGUAGE.fullmatch(language) else "",
        disposition=line(_any(rows[::-1], "disposition"), 64),
        intent=line(_any(rows[::-1], "intent"), 64),
    )


def _any(rows: Iterable[_Row], name: str) -> str:
    return next((value for row in rows if (value := row.cells.get(name, ""))), "")


def _customer(rows: list[_Row]) -> HistoricCustomer | None:
    """Two contacts are of one customer where number or address say so; a name alone never does."""
    name, address, number = (
        line(_any(rows, column), 320) for column in ("customer_name", "customer_address", "customer_no")
    )
    if not (name or address or number):
        return None
    key = number or address or f"contact:{rows[0].external_id}"
    return HistoricCustomer(key=key, name=name[:200], address=address, number=number)
