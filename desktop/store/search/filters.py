"""The filters of a question: their names in both languages, the values they take, and dates as people type them.

One table, ``FILTERS``, from which the parser works and which the window shows as help. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from desktop.domain.channels import Channel
from desktop.store.folding import fold


class FilterValue(StrEnum):
    """What follows the colon: one of a list, somebody's name or address, a queue's name or id, or a day or an age."""

    CHOICE = "choice"
    PERSON = "person"
    QUEUE = "queue"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: its ``code`` and what may be typed for it, per language (``en`` and ``de``), the first shown."""

    code: str
    names: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter: its ``code``, its names per language (the first is shown), and what it takes."""

    code: str
    names: dict[str, tuple[str, ...]]
    value: FilterValue
    choices: tuple[Choice, ...] = ()
    examples: tuple[str, ...] = ()


def _choice(code: str, en: str, de: str) -> Choice:
    return Choice(code, {"en": tuple(en.split()), "de": tuple(de.split())})


FILTERS: Final = (
    Filter(
        "from",
        {"en": ("from",), "de": ("von",)},
        FilterValue.PERSON,
        examples=("from:weber", 'from:"Jana Weber"', "from:me"),
    ),
    Filter(
        "channel",
        {"en": ("channel", "via"), "de": ("kanal", "über")},
        FilterValue.CHOICE,
        (
            _choice(Channel.CALL, "call phone", "anruf telefon"),
            _choice(Channel.EMAIL, "email mail e-mail", "email mail e-mail"),
            _choice(Channel.CHAT, "chat", "chat"),
            _choice(Channel.MESSENGER, "messenger", "messenger"),
            _choice(Channel.IN_APP, "in-app app in_app", "in-app app in_app"),
            _choice(Channel.VIDEO, "video", "video"),
            _choice(Channel.SMS, "sms", "sms"),
            _choice(Channel.SOCIAL, "social", "soziale sozial"),
        ),
    ),
    Filter(
        "before", {"en": ("before",), "de": ("vor",)}, FilterValue.DAY, examples=("2026-11-01", "2026-11", "yesterday")
    ),
    Filter("after", {"en": ("after", "since"), "de": ("nach", "seit")}, FilterValue.DAY, examples=("7d", "1.11.2026")),
    Filter(
        "is",
        {"en": ("is", "has"), "de": ("ist", "hat")},
        FilterValue.CHOICE,
        (
            _choice("open", "open", "offen"),
            _choice("closed", "closed done", "geschlossen erledigt"),
            _choice("mine", "mine", "meine mein"),
            _choice("received", "received customer-message", "empfangen eingegangen"),
            _choice("sent", "sent", "gesendet"),
            _choice("customer", "customer", "kunde kundin"),
            _choice("contact", "contact interaction", "kontakt"),
            _choice("message", "message", "nachricht"),
            _choice("note", "note", "notiz"),
            _choice("file", "file attachment", "datei anhang"),
            _choice("draft", "draft", "entwurf"),
        ),
    ),
    Filter("in", {"en": ("in", "to", "queue"), "de": ("in", "an", "warteschlange")}, FilterValue.QUEUE),
)

_BY_NAME: Final = {
    fold(name): item for item in FILTERS for names in item.names.values() for name in (*names, item.code)
}


def filter_named(name: str) -> Filter | None:
    """Return the filter that is called ``name`` in any language."""
    return _BY_NAME.get(fold(name))


def choice_of(item: Filter, text: str, *, is_typing: bool) -> str | None:
    """Return the code of the value typed; while it ``is_typing`` the beginning of just one value is enough."""
    typed = fold(text)
    spelled = [(fold(name), choice.code) for choice in item.choices for name in _spellings(choice)]
    exact = [code for name, code in spelled if name == typed]
    if exact:
        return exact[0]
    begun = {code for name, code in spelled if name.startswith(typed)} if is_typing and typed else set()
    return begun.pop() if len(begun) == 1 else None


def _spellings(choice: Choice) -> Iterable[str]:
    return (choice.code, *(name for names in choice.names.values() for name in names))


_ISO: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?")
_MONTH: Final = re.compile(r"(\d{1,2})[./](\d{4})")
_AGE: Final = re.compile(r"(\d{1,4})([a-z]+)")
_UNITS: Final = {
    "h": timedelta(hours=1),
    "std": timedelta(hours=1),
    "d": timedelta(days=1),
    "t": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
    "j": timedelta(days=365),
}
_DAYS_AGO: Final = {"today": 0, "heute": 0, "yesterday": 1, "gestern": 1, "vorgestern": 2}
_WEEKDAYS: Final = {
    name: day
    for day, names in enumerate(
        (
            "monday montag mon mo",
            "tuesday dienstag tue di",
            "wednesday mittwoch wed mi",
            "thursday donnerstag thu do",
            "friday freitag fri fr",
            "saturday samstag sonnabend sat sa",
            "sunday sonntag sun so",
        )
    )
    for name in names.split()
}


def day_of(text: str, now: datetime) -> datetime | None:
    """Return the instant that a day, month, year, weekday or age (``7d``) stands for: its beginning, in the zone of ``now``.

    A weekday is the latest one. ``None`` where it is no date.
    """
    typed = fold(text).replace(" ", "")
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if typed in _DAYS_AGO:
            return midnight - timedelta(days=_DAYS_AGO[typed])
        if typed in _WEEKDAYS:
            return midnight - timedelta(days=(now.weekday() - _WEEKDAYS[typed]) % 7)
        if match := _ISO.fullmatch(typed):
            year, month, day = (int(part or 1) for part in match.groups())
            return midnight.replace(year=year, month=month, day=day)
        if match := _DOTTED.fullmatch(typed):
            day, month, year = (int(part or now.year) for part in match.groups())
            return midnight.replace(year=year + 2000 if year < 100 else year, month=month, day=day)
        if match := _MONTH.fullmatch(typed):
            return midnight.replace(year=int(match[2]), month=int(match[1]), day=1)
        if (match := _AGE.fullmatch(typed)) and match[2] in _UNITS:
            return now - int(match[1]) * _UNITS[match[2]]
    except (ValueError, OverflowError):
        return None
    return None
