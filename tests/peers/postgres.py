"""A PostgreSQL server of its own, as whoever runs the tests (as its own user where that is root: it does not run as root)."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from .servers import free_port, need, wait_for


def _programs() -> str:
    """The folder with ``initdb`` and ``pg_ctl``: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return str(found[0]) if found else ""


@pytest.fixture(scope="session")
def postgres(peer_log: Path) -> Iterator[str]:
    """The URL of a server, without the name of a database at its end."""
    folder = _programs()
    if not folder:
        need("pg_ctl")
    port = free_port()
    # A folder of pytest's own is closed to other users each time some pytest starts.
    data = Path(tempfile.mkdtemp(prefix="peer-postgres-"))
    is_root = os.geteuid() == 0
    if is_root:
        shutil.chown(data, "postgres")
    run = ["runuser", "-u", "postgres", "--"] if is_root else []
    cluster = str(data / "cluster")
    subprocess.run(
        [*run, f"{folder}/initdb", "-A", "trust", "-U", "postgres", "-D", cluster], check=True, capture_output=True
    )
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    control = [*run, f"{folder}/pg_ctl", "-D", cluster]
    log = (peer_log / "postgres.log").open("ab")
    server = subprocess.Popen([*control, "-o", options, "start"], stdout=log, stderr=log)
    server.wait(30)
    probe = [f"{folder}/pg_isready", "-h", "127.0.0.1", "-p", str(port)]
    wait_for(lambda: subprocess.run(probe, capture_output=True, check=False).returncode == 0, "PostgreSQL is up")
    yield f"postgresql://postgres@127.0.0.1:{port}"
    subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
    log.close()
    shutil.rmtree(data, ignore_errors=True)


def new_database(url: str, name: str) -> str:
    """Make an empty database on a server, and return its URL."""
    import asyncio

    import asyncpg

    async def make() -> None:
        connection = await asyncpg.connect(f"{url}/postgres")
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(make())
    return f"{url}/{name}"
