"""Reports of errors in the program, kept encrypted until somebody reads them or they are old: kinds and places of errors,
never their texts, a value, or anything a customer wrote. Made by ``app.reporting``, shown by the window; nothing is sent by
itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from desktop.store.columns import micros
from desktop.store.connection import Connection
from desktop.store.database import Write

MOST: Final = 20


class Fault(Struct, frozen=True):
    """One error, or one that led to it: its type's name and where it was, innermost first (``file:line function``)."""

    kind: str
    places: tuple[str, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """``where`` says who met it: ``window``, ``thread``, ``task NAME``, ``clean-up``, or ``native`` for a crash of the whole
    process, told at the next start. ``faults`` begins with the error itself, then its causes."""

    at: datetime
    version: str
    platform: str
    where: str
    faults: tuple[Fault, ...]

    @property
    def kind(self) -> str:
        """The name of the error's type."""
        return self.faults[0].kind if self.faults else ""

    @property
    def text(self) -> str:
        """The report as lines to read, copy and pass on."""
        lines = [f"Dirigent {self.version}, {self.platform}", f"{self.at:%Y-%m-%d %H:%M} UTC, {self.where}", ""]
        for number, fault in enumerate(self.faults):
            lines.append(f"caused by {fault.kind}" if number else fault.kind)
            lines += [f"    {place}" for place in fault.places]
        return "\n".join(lines)


class KeptReport(Struct, frozen=True):
    """A report and the number it is dropped by."""

    row: int
    report: Report


def add(w: Write, report: Report) -> None:
    """Keep a report; of more than ``MOST`` the oldest go."""
    w.conn.execute(
        "INSERT INTO crash_report (at, body) VALUES (?, ?)",
        (micros(report.at), msgspec.json.encode(report).decode()),
    )
    w.conn.execute(
        "DELETE FROM crash_report WHERE row NOT IN (SELECT row FROM crash_report ORDER BY at DESC, row DESC LIMIT ?)",
        (MOST,),
    )


def all(conn: Connection) -> list[KeptReport]:
    """Return what is kept, the newest first; a report of another version that makes no sense here is left out."""
    found = []
    for row, body in conn.execute("SELECT row, body FROM crash_report ORDER BY at DESC, row DESC"):
        try:
            found.append(KeptReport(row, msgspec.json.decode(body, type=Report)))
        except msgspec.MsgspecError:
            continue
    return found


def drop(w: Write, row: int | None = None) -> int:
    """Throw one report away, or all; returns how many that were."""
    return w.conn.execute("DELETE FROM crash_report WHERE ?1 IS NULL OR row = ?1", (row,)).rowcount


def drop_before(w: Write, before: datetime) -> int:
    """Throw away what is older than an instant; returns how many that were."""
    return w.conn.execute("DELETE FROM crash_report WHERE at < ?", (micros(before),)).rowcount
