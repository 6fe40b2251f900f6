"""An analyst gives a file of counted calls and gets the coming days, and how far such forecasts can be trusted."""

from __future__ import annotations

import argparse
import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from desktop.app.cli import main
from desktop.app.lab import forecast


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    chance = random.Random(3)
    lines = ["DateTime,Calls"]
    for ahead in range(40):
        day = datetime(2024, 3, 4) + timedelta(days=ahead)
        if day.weekday() > 4:
            continue
        busy = (90, 60, 60, 60, 70)[day.weekday()] * chance.uniform(0.93, 1.07)
        for place in range(24):
            count = round(chance.gauss(busy, busy**0.5))
            lines.append(f"{day + timedelta(hours=9, minutes=15 * place)},{max(0, count)}.0")
    path = tmp_path / "calls.csv"
    path.write_text("\n".join(lines))
    return path


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    forecast.add_arguments(parser)
    return parser.parse_args(words)


def test_coming_days_are_told_and_forecasts_beat_what_needs_no_model(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "coming.jsonl"
    forecast.run(options("--in", str(calls), "--horizon", "6", "--interval", "30", "--out", str(out), "--json"))
    told = json.loads(capsys.readouterr().out)
    assert told["split"] == "rolling origin over the last 9 of 30 days"
    assert told["interval_s"] == 1800
    wape = {(one["what"], one["of"], one["method"]): one["wape"] for one in told["scores"]}
    for of in ("interval", "day"):
        for method in ("yesterday", "same as last week"):
            assert wape["day ahead", of, "forecast"] < wape["day ahead", of, method]
    assert ("rest of day", "day", "forecast") in wape
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert lines == told["forecast"]
    assert len(lines) == 6 * 12
    totals = {one["start"][:10]: one["mean"] for one in told["days"]}
    assert totals["2024-04-13"] == totals["2024-04-14"] == 0
    assert totals["2024-04-15"] > 1.2 * totals["2024-04-16"] > 1000


def test_for_a_person_it_is_a_table(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forecast.run(options("--in", str(calls), "--horizon", "1", "--interval", "60", "--holidays", "2024-04-13"))
    told = capsys.readouterr().out
    assert "same as last week" in told
    assert "2024-04-13 Sat" in told


def test_the_command_line_knows_it(calls: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lab", "forecast", "--in", str(calls), "--horizon", "1", "--judged", "0"]) == 0
    assert "2024-04-13 Sat" in capsys.readouterr().out
    assert main(["lab", "forecast", "--in", str(calls.with_name("nowhere.csv"))]) == 1
    assert "no such file" in capsys.readouterr().err


def test_few_days_are_forecast_and_not_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "few.csv"
    path.write_text("DateTime,Calls\n2024-03-04 09:00,10\n2024-03-04 09:30,12\n")
    forecast.run(options("--in", str(path)))
    assert "too few days" in capsys.readouterr().out


def test_wider_intervals_add_up(calls: Path) -> None:
    fine, fine_s = forecast.read(calls)
    wide, wide_s = forecast.read(calls, 30)
    day = date(2024, 3, 4)
    assert (fine_s, wide_s) == (900, 1800)
    assert wide[day][0][1] == sum(count for _, count in fine[day][:2])
    assert sum(count for _, count in wide[day]) == sum(count for _, count in fine[day])


@pytest.mark.parametrize("text", ["", "DateTime,Calls\n", "a,b\n1,2\n", "DateTime,Calls\nnever,5\n", "\x00\x00"])
def test_a_file_that_is_none_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"odd\.csv"):
        forecast.run(options("--in", str(path)))


def test_intervals_and_zones_that_do_not_fit_are_refused(calls: Path) -> None:
    with pytest.raises(ValueError, match="multiple"):
        forecast.run(options("--in", str(calls), "--interval", "20"))
    with pytest.raises(ValueError, match="zone"):
        forecast.run(options("--in", str(calls), "--zone", "Nowhere/At_All"))
