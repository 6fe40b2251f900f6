"""What the company prescribes: playbooks a business person edits as YAML (``resources/playbooks``), read and checked.

A playbook says when it applies, when it must not, and the steps in order. Every field is checked on reading and a mistake
is reported with file and place, for whoever edits these files reads no traceback.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import yaml
from msgspec import ValidationError, convert

from desktop.assets import asset
from desktop.domain.playbook import Playbook, Step, Unless, When

__all__ = ["Playbook", "Step", "Unless", "When", "load_playbooks", "parse_playbook", "playbooks", "titles_of"]

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


class PlaybookError(ValueError):
    """A playbook cannot be used; the message names the file and the place."""


def parse_playbook(text: str, name: str = "playbook") -> Playbook:
    """Return the playbook written as YAML in ``text``. Raises ``PlaybookError``, which names ``name`` and the place."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        playbook = convert(yaml.load(text, Loader=loader), Playbook)  # noqa: S506 (a safe loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise PlaybookError(f"{name}, line {line}: {error.problem}") from error
    except yaml.YAMLError as error:
        raise PlaybookError(f"{name}: not YAML") from error
    except ValidationError as error:
        raise PlaybookError(f"{name}: {error}") from error
    _check(playbook, name)
    return playbook


def _check(playbook: Playbook, name: str) -> None:
    if not playbook.steps:
        raise PlaybookError(f"{name}: no steps")
    if not 0 < playbook.weight <= 1:
        raise PlaybookError(f"{name}: weight must be above 0 and at most 1")
    actions = [step.action for step in playbook.steps]
    if len(set(actions)) != len(actions):
        raise PlaybookError(f"{name}: an action is there twice")
    for titles in (playbook.titles, *(step.titles for step in playbook.steps)):
        if not titles or not all(text.strip() for text in titles.values()):
            raise PlaybookError(f"{name}: a title is missing")
    for conditions in (playbook.when, playbook.unless, *(x for s in playbook.steps for x in (s.when, s.unless))):
        for field, known in (
            ("journey", JOURNEY_CONDITIONS),
            ("records", RECORD_CONDITIONS),
            ("customer", CUSTOMER_CONDITIONS),
        ):
            if unknown := set(getattr(conditions, field)) - known:
                raise PlaybookError(f"{name}: unknown condition `{min(unknown)}` in {field}")


def load_playbooks(folder: Path) -> tuple[Playbook, ...]:
    """Read every ``*.yaml`` of ``folder`` in order of name. Raises ``PlaybookError``; ``OSError`` where it is unreadable."""
    playbooks: list[Playbook] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            playbooks.append(parse_playbook(path.read_text(encoding="utf-8"), path.name))
        except UnicodeDecodeError as error:
            raise PlaybookError(f"{path.name}: not UTF-8") from error
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
