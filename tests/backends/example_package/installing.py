"""Puts the example package on the path as an installer would: its module, and the metadata that ``pyproject.toml`` asks for.
Needs no network.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.backends import registry

HERE = Path(__file__).parent


def install(site: Path) -> None:
    """Lay the package into a folder of packages."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    info = site / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = []
    for group, points in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {target}" for name, target in points.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    for module in HERE.glob("dirigent_*.py"):
        shutil.copy(module, site)


@contextmanager
def installed(site: Path) -> Iterator[Path]:
    """Have the package installed in ``site`` for a while."""
    install(site)
    sys.path.insert(0, str(site))
    registry.forget_found()
    try:
        yield site
    finally:
        sys.path.remove(str(site))
        for module in [name for name in sys.modules if name.startswith("dirigent_")]:
            del sys.modules[module]
        registry.forget_found()
