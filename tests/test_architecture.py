"""What import-linter cannot see: who may use which library, file sizes, names, and that the start stays cheap."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "desktop"
MAX_LINES = 420

# Library -> the packages that may import it (DESIGN, section 3).
ALLOWED = {
    "PySide6.QtWidgets": ("ui", "app"),
    "PySide6.QtGui": ("ui", "app"),
    "PySide6.QtSvg": ("ui", "app"),
    "PySide6": ("ui", "app", "viewmodels"),
    "qasync": ("app",),
    "httpx": ("backends", "session", "hub/channels"),
    "httpx_sse": ("backends", "session"),
    "websockets": ("backends",),
    "sqlcipher3": ("store",),
    "sqlite_utils": ("store",),
    "sqlite3": ("store", "hub/db"),
    "keyring": ("session", "hub/channels"),
    "sqlalchemy": ("hub",),
    "alembic": ("hub",),
    "litestar": ("hub",),
    "uvicorn": ("hub",),
    "sklearn": ("hub/training",),
}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield str(path.relative_to(PACKAGE)).replace("\\", "/"), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_each_library_stays_where_the_design_puts_it() -> None:
    strays = []
    for name, path in modules():
        for imported in imports(path):
            wanted = next(
                (
                    key
                    for key in sorted(ALLOWED, key=len, reverse=True)
                    if imported == key or imported.startswith(key + ".")
                ),
                None,
            )
            if wanted and not name.startswith(tuple(f"{folder}/" for folder in ALLOWED[wanted])):
                strays.append(f"{name} imports {imported}")
    assert strays == []


def test_no_file_has_outgrown_its_noun() -> None:
    long = {
        name: count for name, path in modules() if (count := path.read_text(encoding="utf-8").count("\n")) > MAX_LINES
    }
    assert long == {}


def test_no_module_is_a_drawer() -> None:
    drawers = [
        name for name, _ in modules() if re.search(r"(^|/)(utils?|helpers?|misc|common|managers?)(\.py|/)", name)
    ]
    assert drawers == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        name
        for name, path in modules()
        if "migrations/versions" not in name
        and (text := path.read_text("utf-8"))
        and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_the_window_does_not_pay_for_what_it_shows_later() -> None:
    """The parts of the first paint must not load the slow libraries (DESIGN, section 10)."""
    code = (
        "import sys, json, desktop.app.running, desktop.ui.window.main_window\n"
        "print(json.dumps([m for m in ('httpx', 'keyring', 'numpy', 'sqlite_utils', 'sqlalchemy', 'litestar')"
        " if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_qt_keeps_the_reference_count_of_none() -> None:
    """PySide6 6.12.0 loses a reference of None with each void call, until Python 3.11 aborts (DESIGN, section 13)."""
    from PySide6.QtCore import QObject

    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(2000):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 500
