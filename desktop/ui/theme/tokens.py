"""Colours by name. One file holds them all, so that a better look is one change; a test computes their contrasts."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from PySide6.QtGui import QColor

from desktop.assets import asset

THEMES = ("light", "dark", "contrast")


class Tokens:
    """The colours of one theme, as ``tokens["accent"]`` (text) or ``tokens.color("accent")`` (``QColor``)."""

    def __init__(self, name: str, values: dict[str, Any]) -> None:
        self.name = name
        self._values = values
        self._colors: dict[str, QColor] = {}

    def __getitem__(self, name: str) -> str:
        return str(self._values[name])

    def number(self, name: str) -> float:
        return float(self._values[name])

    def names(self) -> list[str]:
        return list(self._values)

    def color(self, name: str) -> QColor:
        found = self._colors.get(name)
        if found is None:
            found = self._colors[name] = QColor(self[name])
        return found

    @property
    def is_dark(self) -> bool:
        return self.name != "light"


@cache
def tokens(name: str) -> Tokens:
    """Return the tokens of a theme: ``light``, ``dark`` or ``contrast``. Raises ``KeyError`` for another name."""
    return Tokens(name, _all()[name])


@cache
def _all() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(asset("theme", "tokens.json").read_text(encoding="utf-8"))
    return loaded
