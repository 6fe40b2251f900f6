"""Where the files a designer, translator or business person edits are found, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def asset(*parts: str) -> Path:
    """Return the path of one file or folder below ``resources/``; it is not checked that it exists."""
    installed = _PACKAGE / "resources"
    root = installed if installed.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)


def read_yaml(path: Path) -> Any:
    """Return what a file of ours in YAML says. Raises ``ValueError`` where it is none."""
    import yaml  # large, and most windows read no such file

    # The loader written in C is some ten times as fast; it is not there everywhere.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        raise ValueError(f"{path.name}: not YAML") from error


def read_toml(path: Path) -> dict[str, Any]:
    """Return what a file of ours in TOML says. Raises ``ValueError`` where it is none."""
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name}: not TOML") from error
