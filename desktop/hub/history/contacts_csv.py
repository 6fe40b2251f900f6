"""Reads contact history from CSV (RFC 4180): comma, semicolon or tab, with a header line naming the columns of
``contact_rows``; UTF-8, UTF-16 with a mark, or Windows-1252, as spreadsheet programs write it.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

from desktop.hub.history.contact import UnreadableSource
from desktop.hub.history.contact_rows import REQUIRED, RowReader
from desktop.hub.mail.headers import decoded
from desktop.hub.mail.markup import LONGEST_TEXT


def csv_reader(path: Path, source: str = "csv") -> RowReader:
    """Return a reader of a CSV file. Raises ``UnreadableSource``, at the first read also for missing columns."""
    return RowReader(_CsvRows(path), path, source)


class _CsvRows:
    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self) -> Iterator[tuple[str, Mapping[str, str] | str]]:
        csv.field_size_limit(LONGEST_TEXT)
        texts = self._texts()
        first = next(texts, "")
        delimiter = max(",;\t", key=first.count)
        names = [name.strip().lower() for name in next(csv.reader([first], delimiter=delimiter), [])]
        missing = [name for name in REQUIRED if name not in names]
        if missing:
            raise UnreadableSource(f"the header line lacks {', '.join(missing)}")
        table = csv.reader(texts, delimiter=delimiter)
        while True:
            where = f"{self._path.name}:{table.line_num + 2}"
            try:
                cells = next(table)
            except StopIteration:
                return
            except csv.Error:
                yield where, "bad_csv"
                continue
            if not any(cell.strip() for cell in cells):
                continue
            yield where, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else "wrong_columns"

    def _texts(self) -> Iterator[str]:
        with self._path.open("rb") as file:
            mark = file.read(2)
            file.seek(0)
            if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                with self._path.open(encoding="utf-16", errors="replace", newline="") as text:
                    yield from text
                return
            for raw in file:
                yield decoded(raw, None)
