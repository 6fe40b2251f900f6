"""The files of the lab: lines are read one by one and never held, written whole or not at all.

One JSON object a line (``.jsonl``, standard input, anything else), a ``.csv`` with a head row, or phrases by request type
as in the starter set (``.yaml``). A line that is none is a ``BadLine`` in its place, so that answers keep their order.
Called by ``commands``; which fields a line needs is the business of its task.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from desktop.app.lab.task import Line

STANDARD: Final = Path("-")
"""Standard input or output."""

_LONGEST: Final = 16 * 1024 * 1024
_NONE_KEY: Final = "none"


class BadLine(NamedTuple):
    """What is wrong with a line, for a person."""

    told: str


def lines(path: Path) -> Iterator[Line | BadLine]:
    """Yield every line of ``path`` in order. Raises ``OSError`` where it cannot be read, ``ValueError`` for phrases that
    are none."""
    if path.suffix.lower() in (".yaml", ".yml"):
        yield from _phrases(path)
    elif path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            yield from _rows(file)
    else:
        with contextlib.ExitStack() as stack:
            raw = sys.stdin.buffer if path == STANDARD else stack.enter_context(path.open("rb"))
            yield from map(_object, _pieces(raw))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines; of one that is too long only the beginning, which is then no object."""
    while piece := file.readline(_LONGEST):
        rest = piece
        while len(rest) == _LONGEST and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST)
        yield piece


def _object(piece: bytes) -> Line | BadLine:
    try:
        found = json.loads(piece.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return BadLine("not UTF-8")
    except (ValueError, RecursionError):
        return BadLine("not JSON" if len(piece) < _LONGEST else "too long")
    return found if isinstance(found, dict) else BadLine("not a JSON object")


def _rows(file: Iterable[str]) -> Iterator[Line | BadLine]:
    csv.field_size_limit(_LONGEST)
    reader = csv.DictReader(file)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield BadLine("not CSV")
            continue
        if None in row or None in row.values():
            yield BadLine("more or fewer fields than the head row")
        else:
            yield row


def _phrases(path: Path) -> Iterator[Line]:
    from desktop.insight.catalogue import phrases

    for intent, texts in phrases(path).items():
        yield from ({"text": text, "intent": None if intent == _NONE_KEY else intent} for text in texts)


def good_lines(paths: Iterable[Path]) -> tuple[list[Line], int]:
    """Return all lines of all ``paths``, and how many were bad. Raises as ``lines`` does."""
    found = list(itertools.chain.from_iterable(map(lines, paths)))
    good = [one for one in found if not isinstance(one, BadLine)]
    return good, len(found) - len(good)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[Callable[[Line], None]]:
    """Yield a function that writes one object a line. A regular file appears only once all is written."""
    if path == STANDARD:
        yield _writer(sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield _writer(file)
        return
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield _writer(file)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _writer(file: BinaryIO) -> Callable[[Line], None]:
    def write(line: Line) -> None:
        file.write(_encoded(line) + b"\n")

    return write


def _encoded(line: Line) -> bytes:
    given: dict[str, Any] = dict(line)
    try:
        return json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can escape and UTF-8 cannot hold
        return json.dumps(given).encode()
