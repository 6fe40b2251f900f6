"""Reports of errors: kept encrypted, few, without words, and thrown away on request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from desktop.store import reports
from desktop.store.reports import Fault, Report


def _report(world: Any, minutes: float = 0, kind: str = "KeyError") -> Report:
    return Report(
        at=world.at(minutes),
        version="0.2.0",
        platform="Python 3.11.7, Linux",
        where="window",
        faults=(Fault(kind, ("panel.py:12 _on_click",)), Fault("OSError", ())),
    )


def test_a_report_reads_as_lines_to_pass_on(world: Any) -> None:
    world.do(reports.add, _report(world))
    [kept] = world.see(reports.all)
    assert kept.report == _report(world)
    assert kept.report.kind == "KeyError"
    assert kept.report.text.splitlines() == [
        "Dirigent 0.2.0, Python 3.11.7, Linux",
        "2026-03-02 10:00 UTC, window",
        "",
        "KeyError",
        "    panel.py:12 _on_click",
        "caused by OSError",
    ]


def test_only_the_newest_are_kept(world: Any) -> None:
    for minutes in range(reports.MOST + 5):
        world.do(reports.add, _report(world, minutes, f"E{minutes}"))
    kept = world.see(reports.all)
    assert len(kept) == reports.MOST
    assert (kept[0].report.kind, kept[-1].report.kind) == (f"E{reports.MOST + 4}", "E5")


def test_one_can_be_thrown_away_or_all(world: Any) -> None:
    for minutes in range(3):
        world.do(reports.add, _report(world, minutes, f"E{minutes}"))
    assert world.do(reports.drop, world.see(reports.all)[1].row) == 1
    assert [kept.report.kind for kept in world.see(reports.all)] == ["E2", "E0"]
    assert world.do(reports.drop_before, world.at(1)) == 1
    assert world.do(reports.drop) == 1
    assert world.see(reports.all) == []


def test_a_report_of_another_version_does_not_hide_the_others(world: Any) -> None:
    world.do(reports.add, _report(world))
    at = world.at() - timedelta(days=1)
    world.do(
        lambda w: w.conn.execute(
            "INSERT INTO crash_report (at, body) VALUES (?, ?)", (int(at.timestamp() * 1e6), '{"shape":"new"}')
        )
    )
    assert len(world.see(reports.all)) == 1
