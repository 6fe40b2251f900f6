"""How the desk says no: a stable code, and English for developers that names no customer's words or address."""

from __future__ import annotations

from typing import Any

from desktop.wire.errors import Code


class Refused(Exception):
    """The request was understood and is not carried out. ``record`` is the current one it conflicts with, if any."""

    def __init__(self, code: Code, detail: str = "", *, record: Any | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.record = record


class Gone(Refused):
    """What the command is about does not exist, no longer or not for this caller."""

    def __init__(self, detail: str) -> None:
        super().__init__(Code.GONE, detail)


TITLES: dict[Code, str] = {
    Code.CONFLICT: "conflict with current record",
    Code.ILLEGAL_STATE: "conflict with current record",
}


def title_of(code: Code) -> str:
    """Return the short English title of a code."""
    return TITLES.get(code, code.replace("_", " "))
