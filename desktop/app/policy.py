"""What the people who run this machine decided: when the screen locks, how much is kept, where secrets may be. Read
once at the start from ``policy.json`` in the system's configuration folder, and from the file that ``DIRIGENT_POLICY``
names; where both say something, the stricter word holds, so that an environment variable can tighten the rules of a
machine but never loosen them.

A value that makes no sense is told (log, ``dirigent doctor``) and never read as permission: its strict value is used
instead. ``docs/policy.md`` is the description for administrators.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import platformdirs
from msgspec import Struct, structs

log = logging.getLogger(__name__)

VARIABLE: Final = "DIRIGENT_POLICY"
FILE: Final = "policy.json"


class Policy(Struct, frozen=True, kw_only=True):
    """The rules in force; the defaults are those of a machine without any. A limit of 0 is no limit."""

    lock_after_min: float = 10.0
    lock_at_start: bool = False
    lock_at_sleep: bool = True
    lock_sets_away: bool = True
    closed_days: int = 0
    messages_max: int = 0
    drafts_days: int = 0
    files_mb: int = 500
    reports_days: int = 30
    quarantine_days: int = 30
    may_keep_secrets_in_file: bool = True


class Mistake(Struct, frozen=True):
    """What is wrong in a policy file. ``code``: ``unreadable`` (all of it), ``unknown`` (no such rule), ``bad_value``."""

    code: str
    rule: str = ""


class Ruling(Struct, frozen=True, kw_only=True):
    """The policy in force, the files it came from, and what was wrong in them."""

    policy: Policy = Policy()
    sources: tuple[Path, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class _Rule(Struct, frozen=True):
    """What a rule may say, and ``strict``, what stands for a value that makes no sense."""

    strict: bool | int | float
    most: float = 0.0
    is_limit: bool = True

    @property
    def is_yes_or_no(self) -> bool:
        return isinstance(self.strict, bool)

    def read(self, value: Any) -> Any:
        """Return the value as this rule has it, ``None`` where it makes no sense."""
        if self.is_yes_or_no:
            return value if isinstance(value, bool) else None
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= self.most:
            return None
        if isinstance(self.strict, float):
            return float(value)
        return int(value) if value == int(value) else None

    def stricter(self, one: Any, two: Any) -> Any:
        if self.is_yes_or_no:
            return self.strict if self.strict in (one, two) else one
        if not one or not two:
            return one or two
        return min(one, two)


_RULES: Final[dict[str, _Rule]] = {
    "lock_after_min": _Rule(10.0, most=24 * 60),
    "lock_at_start": _Rule(True),
    "lock_at_sleep": _Rule(True),
    "lock_sets_away": _Rule(True),
    "closed_days": _Rule(365, most=36_500),
    "messages_max": _Rule(100_000, most=100_000_000),
    "drafts_days": _Rule(0, most=3650),
    "files_mb": _Rule(500, most=1_000_000),
    "reports_days": _Rule(7, most=3650),
    "quarantine_days": _Rule(30, most=3650),
    "may_keep_secrets_in_file": _Rule(False),
}


def site_file() -> Path:
    """Return where the machine's own policy is: ``/etc/xdg/dirigent/policy.json`` on Linux, the system's place elsewhere."""
    return Path(platformdirs.site_config_dir("dirigent", appauthor=False)) / FILE


def load(environ: Mapping[str, str] = os.environ, site: Path | None = None) -> Ruling:
    """Read the rules in force; what is wrong in the files is logged and returned, never raised."""
    named = environ.get(VARIABLE, "").strip()
    rules: dict[str, Any] = {}
    sources: list[Path] = []
    mistakes: list[Mistake] = []
    for path, is_wanted in ((site or site_file(), False), (Path(named) if named else None, True)):
        if path is None:
            continue
        found = _read(path, mistakes, is_wanted=is_wanted)
        if found is None:
            continue
        sources.append(path)
        for name, value in found.items():
            rules[name] = _RULES[name].stricter(rules[name], value) if name in rules else value
    for mistake in mistakes:
        log.warning("policy: %s %s", mistake.code, mistake.rule)
    return Ruling(policy=structs.replace(Policy(), **rules), sources=tuple(sources), mistakes=tuple(mistakes))


def _read(path: Path, mistakes: list[Mistake], *, is_wanted: bool) -> dict[str, Any] | None:
    """Return the rules of a file, ``None`` where there is no file and none was asked for."""
    try:
        content = json.loads(path.read_bytes())
        if not isinstance(content, dict):
            raise ValueError
    except FileNotFoundError:
        if not is_wanted:
            return None
        content = None
    except (OSError, ValueError):
        content = None
    if content is None:
        mistakes.append(Mistake("unreadable", path.name))
        return {name: rule.strict for name, rule in _RULES.items()}
    found: dict[str, Any] = {}
    for name, value in content.items():
        rule = _RULES.get(name)
        if rule is None:
            mistakes.append(Mistake("unknown", str(name)[:40]))
            continue
        read = rule.read(value)
        if read is None:
            mistakes.append(Mistake("bad_value", name))
            read = rule.strict
        found[name] = read
    return found
