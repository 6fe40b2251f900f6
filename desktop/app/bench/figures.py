"""Figures of a benchmark: percentiles beside their budgets, with the machine, the size and the seed they belong to."""

from __future__ import annotations

import math
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

_DIGITS: Final = {"": 0, "s": 2, "/s": 0, "%": 3}


class Figure(Struct, frozen=True, kw_only=True):
    """One measured thing. ``budget_p50`` and ``budget_p95`` are upper limits (of a rate: lower ones); ``None`` where the
    design names none. ``budget_worst`` limits the worst, ``budget_p99`` the 99th percentile. ``floor_p50`` and ``floor_p95``
    are the same asked of the bare database, in the same run."""

    name: str
    unit: str
    count: int
    p50: float
    p95: float
    p99: float
    worst: float
    floor_p50: float | None = None
    floor_p95: float | None = None
    budget_p50: float | None = None
    budget_p95: float | None = None
    budget_p99: float | None = None
    budget_worst: float | None = None
    is_within: bool | None = None


class Machine(Struct, frozen=True, kw_only=True):
    cores: int
    python: str
    qt: str
    platform: str


class Size(Struct, frozen=True, kw_only=True):
    """How much is in the cache."""

    messages: int
    interactions: int
    customers: int


class Report(Struct, frozen=True, kw_only=True):
    """Everything needed to judge or to repeat a measurement."""

    bench: str
    at: datetime
    machine: Machine
    size: Size
    seed: int
    runs: int
    figures: tuple[Figure, ...] = ()
    notes: tuple[str, ...] = ()


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least ``share`` (0 to 1) of all values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figure(
    name: str,
    values: Sequence[float],
    *,
    unit: str = "ms",
    budget_p50: float | None = None,
    budget_p95: float | None = None,
    budget_p99: float | None = None,
    budget_worst: float | None = None,
    floor: Sequence[float] = (),
) -> Figure:
    """Return the figure of ``values``, beside that of ``floor`` where there is one. Of a rate (a unit that begins with a
    stroke) more is better. Raises ``ValueError`` where nothing was measured."""
    if not values:
        raise ValueError(f"nothing was measured for {name!r}")
    is_rate = unit.startswith("/")
    worst = min(values) if is_rate else max(values)
    p50, p95, p99 = (percentile(values, 1 - share if is_rate else share) for share in (0.5, 0.95, 0.99))
    limits = ((p50, budget_p50), (p95, budget_p95), (p99, budget_p99), (worst, budget_worst))
    kept = [value >= limit if is_rate else value <= limit for value, limit in limits if limit is not None]
    return Figure(
        name=name,
        unit=unit,
        count=len(values),
        p50=round(p50, 3),
        p95=round(p95, 3),
        p99=round(p99, 3),
        worst=round(worst, 3),
        floor_p50=round(percentile(floor, 0.5), 3) if floor else None,
        floor_p95=round(percentile(floor, 0.95), 3) if floor else None,
        budget_p50=budget_p50,
        budget_p95=budget_p95,
        budget_p99=budget_p99,
        budget_worst=budget_worst,
        is_within=all(kept) if kept else None,
    )


def qt_platform() -> str:
    """Return where the window is painted: the platform plugin asked for, else the display, else nowhere to be seen."""
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    has_display = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return wanted or ("display" if has_display else "offscreen")


def machine() -> Machine:
    """Return what this is measured on."""
    from PySide6.QtCore import qVersion

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Machine(
        cores=cores,
        python=platform.python_version(),
        qt=f"{qVersion()} ({qt_platform()})",
        platform=platform.platform(),
    )


def report(
    bench: str, figures: Sequence[Figure], *, size: Size, seed: int, runs: int, notes: Sequence[str] = ()
) -> Report:
    """Return the report of a benchmark that has just run."""
    here = machine()
    if hasattr(os, "getloadavg") and (load := os.getloadavg()[0]) > here.cores:
        notes = [*notes, f"the machine was busy with other things too (load {load:.1f} on {here.cores} cores)"]
    return Report(
        bench=bench,
        at=datetime.now(UTC).replace(microsecond=0),
        machine=here,
        size=size,
        seed=seed,
        runs=runs,
        figures=tuple(figures),
        notes=tuple(notes),
    )


def as_json(told: Report) -> str:
    """Return a report on one line of JSON."""
    import msgspec

    return msgspec.json.encode(told).decode()


def as_text(told: Report) -> str:
    """Return a report as a table."""
    size, here = told.size, told.machine
    lines = [
        f"bench {told.bench}, {told.at:%Y-%m-%d %H:%M} UTC, {told.runs} runs, seed {told.seed}",
        f"{size.messages:,} messages, {size.interactions:,} interactions, {size.customers:,} customers in the cache",
        f"{here.cores} cores, Python {here.python}, Qt {here.qt}, {here.platform}",
        "",
    ]
    rows: list[tuple[str, ...]] = [("what", "p50", "p95", "worst", "floor", "budget", "")]
    for one in told.figures:
        verdict = "" if one.is_within is None else "within" if one.is_within else "NOT WITHIN"
        digits = _DIGITS.get(one.unit, 1)
        values = [f"{value:,.{digits}f} {one.unit}" for value in (one.p50, one.p95, one.worst)]
        rows.append((one.name, *values, _floor(one, digits), _budget(one), verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(row[n].rjust(widths[n]) for n in range(1, 6)), row[6]]
        lines.append("  ".join(cells).rstrip())
    lines += [f"note: {note}" for note in told.notes]
    return "\n".join(lines)


def _floor(one: Figure, digits: int) -> str:
    if one.floor_p50 is None or one.floor_p95 is None:
        return ""
    if one.count == 1:
        return f"{one.floor_p50:,.{digits}f} {one.unit}"
    return f"{one.floor_p50:,.{digits}f} / {one.floor_p95:,.{digits}f} {one.unit}"


def _budget(one: Figure) -> str:
    if one.budget_p50 is not None and one.budget_p95 is not None:
        return f"{one.budget_p50:g} / {one.budget_p95:g} {one.unit}"
    limits = (("p50", one.budget_p50), ("p95", one.budget_p95), ("p99", one.budget_p99), ("worst", one.budget_worst))
    told = [f"{name} {limit:,g}" for name, limit in limits if limit is not None]
    return f"{', '.join(told)} {one.unit}" if told else ""
