"""The hub on PostgreSQL: the desk's stories hold there too, and two hub processes share one database."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..faults.test_two_hubs import crowded_agents, judge, play, two_hubs
from .postgres import new_database

pytestmark = [pytest.mark.peer, pytest.mark.timeout(400)]

STORIES = [f"tests/hub/desk/test_{name}.py" for name in ("commands", "ingest", "offers", "routing", "silence")]

ROOT = Path(__file__).parents[2]


def test_the_desks_stories_hold_on_postgresql(postgres: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *STORIES],
        cwd=ROOT,
        env={**os.environ, "DIRIGENT_TEST_POSTGRES": postgres},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:]


def test_two_hubs_on_postgresql_lose_and_double_nothing(postgres: str, tmp_path: Path) -> None:
    url = new_database(postgres, "two_hubs")

    def rows() -> list[dict[str, Any]]:
        return asyncio.run(_interactions(url))

    for hubs in two_hubs(tmp_path, url):
        centre = play(hubs, 15.0, 3, 11, lambda: crowded_agents(rows()))
        judge(centre, rows())


async def _interactions(url: str) -> list[dict[str, Any]]:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetch("SELECT body FROM record WHERE type = 'interaction' AND NOT is_deleted")
    finally:
        await connection.close()
    return [json.loads(row["body"]) for row in found]
