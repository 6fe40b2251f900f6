"""One training in a process of its own: started with a low priority, ended when it takes too long or the hub ends. What it
complains of goes where the hub's own complaints go; what it wrote is read when it is done.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from desktop.hub.training.job import DATABASE_VARIABLE
from desktop.hub.training.outcome import Report, read_report

log = logging.getLogger(__name__)

LONGEST_S: Final = 1800.0
_COMMAND: Final = ("-m", "desktop.hub.training", "job")


class TrainingFailed(Exception):
    """A training came to nothing. ``code`` is ``too_long`` or ``failed``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def run_job(
    url: str,
    data: Path,
    folder: Path,
    tasks: Sequence[str],
    *,
    longest_s: float = LONGEST_S,
    command: Sequence[str] = _COMMAND,
) -> Report:
    """Learn ``tasks`` from the database at ``url`` and return the report; the models are in ``folder`` then. Cancelled, the
    process is ended first. Raises ``TrainingFailed``."""
    words = [*command, "--data", str(data), "--out", str(folder), "--with-parent"]
    for task in tasks:
        words += ["--task", task]
    # What the process gets of the environment holds no token of the hub's; the address may hold a password.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DIRIGENT_HUB_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        env={**environment, DATABASE_VARIABLE: url},
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )
    try:
        async with asyncio.timeout(longest_s):
            code = await process.wait()
    except TimeoutError:
        raise TrainingFailed("too_long") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.stdin is not None:
            process.stdin.close()
    if code != 0:
        raise TrainingFailed("failed")
    try:
        return await asyncio.to_thread(read_report, folder)
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingFailed("failed") from error
