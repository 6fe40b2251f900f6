"""What the company prescribes: playbooks a business person edits as YAML (``resources/playbooks``), read and checked.

A playbook says when it applies, when it must not, and the steps in order. Every field is checked on reading and a mistake
is reported with file and line, for whoever edits these files reads no traceback.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path

from desktop.assets import asset
from desktop.domain.playbook import Playbook, Step, Unless, When
from desktop.insight.yaml_source import Source, SourceError

__all__ = [
    "Playbook",
    "Step",
    "Unless",
    "When",
    "load_playbooks",
    "parse_playbook",
    "playbooks",
    "read_playbook",
    "titles_of",
]

JOURNEY_CONDITIONS = frozenset(
    {"first_contact", "repeat_contact", "many_contacts", "mood_falling", "recent_pain", "recent_purchase"}
)
RECORD_CONDITIONS = frozenset(
    f"{word}_{kind}"
    for word in ("any", "open", "overdue")
    for kind in ("invoice", "order", "contract", "case", "appointment")
)
CUSTOMER_CONDITIONS = frozenset(
    {"identified", "unidentified", "valued", "missing_email", "missing_phone", "stale_address"}
)

_ID = re.compile(r"[a-z0-9][a-z0-9_\-]{0,47}")
_ACTION = re.compile(r"[a-z0-9][a-z0-9_\-]{0,63}")
_NEED = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z_]{1,20})?")
_LONGEST_CALLBACK_H = 366 * 24


class PlaybookError(SourceError):
    """A playbook cannot be used; the message names the file and the place."""


def parse_playbook(text: str, name: str = "playbook") -> Playbook:
    """Return the playbook written as YAML in ``text``. Raises ``PlaybookError``, which names ``name`` and the line."""
    return _checked(Source(text, name, PlaybookError))


def _checked(source: Source) -> Playbook:
    playbook = source.read(Playbook)
    if not _ID.fullmatch(playbook.id):
        raise source.mistake("the id must be lower-case letters, digits, dashes and underscores, 48 at most", "id")
    if playbook.edition < 1:
        raise source.mistake("editions count from 1", "edition")
    if not playbook.steps:
        raise source.mistake("no steps", "steps")
    if not 0 <= playbook.weight <= 1:
        raise source.mistake("weight must be from 0 to 1", "weight")
    if not _is_told(playbook.titles):
        raise source.mistake("a title is missing", "titles")
    _check_conditions(source, playbook.when, "when")
    _check_conditions(source, playbook.unless, "unless")
    actions: set[str] = set()
    for place, step in enumerate(playbook.steps):
        here = ("steps", str(place))
        if step.action in actions:
            raise source.mistake(f"the action `{step.action}` is there twice", *here, "action")
        actions.add(step.action)
        if not _ACTION.fullmatch(step.action):
            raise source.mistake(
                "an action is lower-case letters, digits, dashes and underscores, 64 at most", *here, "action"
            )
        if not _is_told(step.titles):
            raise source.mistake("a title is missing", *here, "titles")
        if step.callback_h is not None and not 0 < step.callback_h <= _LONGEST_CALLBACK_H:
            raise source.mistake("callback_h must be hours, a year at most", *here, "callback_h")
        fields = [need.field for need in step.needs]
        if len(set(fields)) != len(fields) or not all(_NEED.fullmatch(field) for field in fields):
            raise source.mistake("a field is no name or needed twice", *here, "needs")
        _check_conditions(source, step.when, *here, "when")
        _check_conditions(source, step.unless, *here, "unless")
    return playbook


def _is_told(titles: dict[str, str]) -> bool:
    return bool(titles) and all(text.strip() for text in titles.values())


def _check_conditions(source: Source, conditions: When | Unless, *here: str) -> None:
    for field, known in (
        ("journey", JOURNEY_CONDITIONS),
        ("records", RECORD_CONDITIONS),
        ("customer", CUSTOMER_CONDITIONS),
    ):
        if unknown := set(getattr(conditions, field)) - known:
            raise source.mistake(f"unknown condition `{min(unknown)}` in {field}", *here, field)


def read_playbook(path: Path) -> Playbook:
    """Return the playbook in one file. Raises ``PlaybookError``; ``OSError`` where it is unreadable."""
    return _checked(Source.of(path, PlaybookError))


def load_playbooks(folder: Path) -> tuple[Playbook, ...]:
    """Read every ``*.yaml`` of ``folder`` in order of name. Raises ``PlaybookError``; ``OSError`` where it is unreadable."""
    playbooks = [read_playbook(path) for path in sorted(folder.glob("*.yaml"))]
    ids = [playbook.id for playbook in playbooks]
    if twice := next((one for one in ids if ids.count(one) > 1), ""):
        raise PlaybookError(f"the id `{twice}` is used twice")
    return tuple(playbooks)


def titles_of(playbooks: Sequence[Playbook]) -> dict[str, dict[str, str]]:
    """Return the titles of every action by its code, for showing a step already taken."""
    return {step.action: dict(step.titles) for playbook in playbooks for step in playbook.steps}


@functools.cache
def playbooks() -> tuple[Playbook, ...]:
    """Return the playbooks that are shipped, read once."""
    return load_playbooks(asset("playbooks"))
