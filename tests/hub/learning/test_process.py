"""The training as a process of its own, as the hub starts it: it can be ended, gives nothing away, and changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.hub.db.reading import reader
from desktop.hub.learning.process import TrainingFailed, run_job
from desktop.hub.training import job
from desktop.hub.training.outcome import Report, write_report


def _script(folder: Path, code: str) -> list[str]:
    file = folder / "job.py"
    file.write_text(code, encoding="utf-8")
    return [str(file)]


async def test_the_real_job_learns_from_the_database_and_only_reads_it(house: Any, toll_request: Any) -> None:
    """Too few contacts to learn from: everything but the training itself, in the process a hub would start."""
    await house.worked("toll_sticker", *(toll_request(n) for n in range(9)))
    async with house.database.read() as ledger:
        before = await ledger.latest()
    folder = house.data / "out"
    folder.mkdir()
    report = await run_job(house.url, house.data, folder, ["intent"])
    assert (report.read, report.labelled) == (9, 9)
    assert [(one.task, one.why) for one in report.outcomes] == [("intent", "too_little")]
    async with house.database.read() as ledger:
        assert await ledger.latest() == before, "it took a number of the feed"


async def test_a_reader_cannot_write(house: Any) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    async with reader(house.url) as ledger:
        with pytest.raises(OperationalError):
            await ledger.connection.execute(text("DELETE FROM record"))
    missing = house.data / "none.db"
    with pytest.raises(OperationalError):
        async with reader(f"sqlite:///{missing}"):
            pass
    assert not missing.exists()


async def test_a_training_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    command = _script(
        tmp_path,
        f"import os, time, pathlib\npathlib.Path({str(mark)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n",
    )
    with pytest.raises(TrainingFailed) as failed:
        await run_job("sqlite:///x", tmp_path, tmp_path, ["intent"], longest_s=1.5, command=command)
    assert failed.value.code == "too_long"
    if sys.platform != "win32" and mark.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(mark.read_text()), 0)


async def test_the_address_of_the_database_goes_by_the_environment_and_no_token_goes_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIRIGENT_HUB_TOKEN", "secret-token")
    url = "postgresql://hub:secret-password@db/hub"
    seen = tmp_path / "seen.json"
    command = _script(
        tmp_path,
        "import json, os, sys, pathlib\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps([sys.argv, dict(os.environ)]))\n"
        "sys.exit(1)\n",
    )
    with pytest.raises(TrainingFailed) as failed:
        await run_job(url, tmp_path, tmp_path, ["intent"], command=command)
    assert failed.value.code == "failed"
    words, environment = json.loads(seen.read_text())
    assert "secret" not in " ".join(words)
    assert environment[job.DATABASE_VARIABLE] == url
    assert "secret-token" not in environment.values()


async def test_the_job_ends_with_the_hub(tmp_path: Path) -> None:
    """Its standard input is the hub's end of the line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import threading, time; from desktop.hub.training import job\n"
        "threading.Thread(target=job._end_with_parent, daemon=True).start()\ntime.sleep(60)",
        stdin=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.close()
    async with asyncio.timeout(20):
        assert await process.wait() == 3


async def test_a_job_without_a_report_has_failed(tmp_path: Path) -> None:
    with pytest.raises(TrainingFailed):
        await run_job("sqlite:///x", tmp_path, tmp_path, [], command=_script(tmp_path, ""))
    write_report(tmp_path, Report(outcomes=(), read=3))
    assert (await run_job("sqlite:///x", tmp_path, tmp_path, [], command=_script(tmp_path, ""))).read == 3


def test_an_unreadable_database_is_told_without_its_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(job, "step_back", lambda: None)
    monkeypatch.setenv(job.DATABASE_VARIABLE, f"sqlite:///{tmp_path}/secret-place/hub.db")
    assert job.main(["--data", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "OperationalError" in said
    assert "secret-place" not in said
