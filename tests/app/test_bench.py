"""The benchmarks measure something and say honestly what: on caches small enough for a test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.app.bench.caches import ME, NOWHERE, BenchFailed, write
from desktop.app.bench.figures import Size, as_text, figure, percentile, report
from desktop.app.profile import Profile
from desktop.domain.ids import InteractionId
from desktop.session.accounts import Accounts, VaultKind
from desktop.store import projections
from desktop.store.rows import InboxView

SIZE = Size(messages=1, interactions=1, customers=1)


def bench(*arguments: str) -> dict[str, Any]:
    """Run a benchmark as a script would, and return its figures by name beside the whole report."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "bench", *arguments, "--json"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {**told, "by_name": {one["name"]: one for one in told["figures"]}}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile as ``dirigent bench cache`` leaves it, for all tests of this file."""
    root = tmp_path_factory.mktemp("bench") / "profile"
    told = bench("cache", "--messages", "1000", "--profile", str(root))
    assert told["size"]["messages"] == 1000
    return root


# --- figures ------------------------------------------------------------------------------------------------------------


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert percentile(values, 0.5) == 50
    assert percentile(values, 0.95) == 95
    assert percentile([7.0], 0.95) == 7
    assert percentile([1.0, 100.0], 0.95) == 100


def test_a_figure_is_within_only_where_all_its_budgets_are_kept() -> None:
    values = [8.0] * 90 + [20.0] * 10
    assert figure("x", values).is_within is None
    assert figure("x", values, budget_p50=10.0).is_within is True
    assert figure("x", values, budget_p50=10.0, budget_p95=16.0).is_within is False
    with pytest.raises(ValueError):
        figure("x", [])


def test_of_a_rate_more_is_better() -> None:
    values = [20_000.0] * 90 + [10_000.0] * 10
    told = figure("rows", values, unit="/s", budget_p50=15_000)
    assert told.is_within is True
    assert told.worst == 10_000
    assert figure("rows", values, unit="/s", budget_worst=15_000).is_within is False


def test_the_report_says_on_what_it_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getloadavg", lambda: (64.0, 0.0, 0.0), raising=False)
    told = report("pop", [figure("late", [200.0], budget_p95=150.0)], size=SIZE, seed=3, runs=1)
    text = as_text(told)
    assert "seed 3" in text
    assert f"{told.machine.cores} cores" in text
    assert f"Python {sys.version.split()[0]}" in text
    assert "p95 150 ms  NOT WITHIN" in text
    assert "busy with other things" in text


# --- the cache ----------------------------------------------------------------------------------------------------------


def test_the_profile_is_one_the_program_itself_would_have_left(cache: Path) -> None:
    account = Accounts(cache).latest()
    assert account is not None
    assert account.url == NOWHERE
    assert account.agent_id == ME
    assert account.vault is VaultKind.FILE
    made = write(Profile(cache), 1000, 7).open()
    try:
        mine = made.query(lambda conn: projections.inbox(conn, InboxView.MINE, ME))
    finally:
        made.close()
    assert mine
    assert all(row.interaction.assignee == ME for row in mine)


def test_the_same_seed_gives_the_same_conversations(tmp_path: Path) -> None:
    def words(name: str, seed: int) -> list[str]:
        store = write(Profile.of(str(tmp_path / name)), 300, seed).open()
        try:
            rows = store.query(lambda conn: projections.inbox(conn, InboxView.CLOSED, ME))
            ids = [InteractionId(row.interaction.id) for row in rows[:3]]
            streams = store.query(lambda conn: [projections.stream(conn, id_) for id_ in ids])
            return [item.message.text for stream in streams for item in stream if item.message]
        finally:
            store.close()

    assert words("a", 1) == words("b", 1)
    assert words("a2", 1) != words("c", 2)


def test_the_profile_of_a_real_account_is_left_alone(tmp_path: Path) -> None:
    Accounts(tmp_path).remember("https://hub.example.org", "anna")
    with pytest.raises(BenchFailed, match="real account"):
        write(Profile(tmp_path), 100, 7)
    done = subprocess.run(
        [sys.executable, "-m", "desktop", "bench", "cache", "--messages", "100", "--profile", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "real account" in done.stderr
    assert "Traceback" not in done.stderr


# --- the benchmarks -----------------------------------------------------------------------------------------------------


def test_start_opens_the_real_program_offline_and_notes_when_its_inbox_was_painted(cache: Path) -> None:
    told = bench("start", "--messages", "1000", "--profile", str(cache), "--runs", "1")
    began = told["by_name"]["process start to painted inbox"]
    assert began["unit"] == "s"
    assert began["budget_p50"] == 0.3
    assert 0.05 < began["p50"] < 60
    assert 0 < began["floor_p50"] < began["p50"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's proportional set size")
def test_memory_is_that_of_the_program_with_conversations_opened(cache: Path) -> None:
    told = bench("memory", "--messages", "1000", "--profile", str(cache), "--runs", "1")
    before, after = told["figures"]
    assert after["name"].startswith("after ")
    assert 20 < before["p50"] <= after["p50"]


def test_scroll_goes_through_the_long_conversation_and_the_closed_contacts(cache: Path) -> None:
    told = bench("scroll", "--messages", "1000", "--profile", str(cache), "--runs", "5")
    assert [one["count"] for one in told["figures"]] == [5, 5]
    assert told["figures"][0]["name"].endswith("conversation of 500")


def test_search_is_measured_as_one_types_beside_the_bare_index(cache: Path) -> None:
    told = bench("search", "--messages", "1000", "--profile", str(cache), "--runs", "1")
    typed = told["by_name"]["as typed, newest first"]
    assert typed["budget_p95"] == 10
    assert 0 < typed["floor_p50"] <= typed["p50"]


def test_a_first_sync_is_measured_in_speed_and_in_stalls() -> None:
    told = bench("sync", "--messages", "1000")
    assert told["size"]["messages"] == 1000
    usable, whole = told["by_name"]["until the open work is there"], told["by_name"]["until all is here"]
    assert 0 < usable["p50"] <= whole["p50"] <= told["by_name"]["until all can be found"]["p50"]
    rate = told["by_name"]["messages a second until all is here"]
    assert rate["p50"] == pytest.approx(1000 / whole["p50"], rel=0.01)
    stalls = bench("stall", "--messages", "1000")["by_name"]["event loop late by"]
    assert (stalls["budget_p99"], stalls["budget_worst"]) == (8, 24)
    assert stalls["count"] > 10


def test_switch_times_the_long_conversation_and_ordinary_ones(cache: Path) -> None:
    told = bench("switch", "--messages", "1000", "--profile", str(cache), "--runs", "2")
    assert told["size"]["messages"] == 1000
    firsts = [one for one in told["figures"] if one["name"].endswith("first pixel")]
    lasts = [one for one in told["figures"] if one["name"].endswith("last pixel")]
    assert firsts[0]["name"].startswith("to 500 messages")
    assert all(one["count"] == 2 and one["budget_p95"] == 16 for one in firsts)
    assert all(first["p50"] <= last["p50"] for first, last in zip(firsts, lasts, strict=True))


def test_pop_brings_real_requests_from_a_real_hub_into_the_window() -> None:
    told = bench("pop", "--messages", "200", "--runs", "2")
    total = told["by_name"]["arrival to painted screen pop"]
    offer, pop = (
        told["by_name"]["arrival posted to painted offer"],
        told["by_name"]["accept pressed to painted screen pop"],
    )
    assert total["count"] == 2
    assert total["worst"] <= offer["worst"] + pop["worst"] + 0.01
    assert total["budget_p95"] == 150
    assert told["by_name"]["event posted at the hub to painted row"]["p50"] > 0
