"""What an account of some kind of system can be asked for beside its sign-in. A backend's class lists them, the window
asks, the account keeps the answers, and the backend gets them when it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

Value = bool | str

BOOL: Final = "bool"
TEXT: Final = "text"


class AccountOption(NamedTuple):
    """One of them: ``name`` is the argument of the backend's constructor, ``kind`` is ``"bool"`` or ``"text"``, ``label``
    what it is called in the window where this program has no words of its own for it (else its name in plain words)."""

    name: str
    kind: str
    default: Value
    label: str = ""

    def takes(self, value: object) -> bool:
        """Whether something is a value for this."""
        return isinstance(value, bool if self.kind == BOOL else str)


def chosen(options: Iterable[AccountOption], kept: Mapping[str, Value]) -> dict[str, Value]:
    """Return the value of each option: what was kept, where that is one, else what it is by default."""
    found = {}
    for option in options:
        value = kept.get(option.name, option.default)
        found[option.name] = value if option.takes(value) else option.default
    return found
