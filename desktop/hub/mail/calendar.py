"""An invitation (iCalendar, RFC 5545) as one line that needs no translation: what, when, where. The file itself stays an
attachment. Called by ``body``; never fails, an unreadable calendar gives nothing.
"""

from __future__ import annotations

import re
from datetime import datetime

from desktop.hub.mail.markup import line

_FOLD = re.compile(r"\r?\n[ \t]")
_EVENT = re.compile(r"(?is)BEGIN:(?:VEVENT|VTODO)\r?\n(.*?)(?:END:(?:VEVENT|VTODO)|\Z)")
_ROW = re.compile(r"(?m)^([A-Za-z-]{2,30})((?:;[^:\r\n\"]{1,200}(?:\"[^\"\r\n]{0,200}\")?){0,8}):([^\r\n]{0,2000})")
_ZONE = re.compile(r"(?i);TZID=\"?([^;:\"]{1,60})")
_READ = 200_000
_MOST = 3


def summary(text: str) -> str:
    """Return a line for each of the first events of a calendar, joined by newlines; '' where there is none."""
    text = _FOLD.sub("", text[:_READ])
    found = (_described(event[1]) for event, _ in zip(_EVENT.finditer(text), range(_MOST), strict=False))
    return "\n".join(one for one in found if one)


def _described(event: str) -> str:
    event = event.partition("BEGIN:VALARM")[0]
    fields: dict[str, tuple[str, str]] = {}
    for name, parameters, value in _ROW.findall(event):
        fields.setdefault(name.upper(), (parameters, value))
    title = _words(fields.get("SUMMARY", ("", ""))[1])
    start, end = _when(fields.get("DTSTART")), _when(fields.get("DTEND") or fields.get("DUE"))
    if start and end.startswith(start[:10]) and len(end) > 10:
        end = end[11:]
    zone = _ZONE.search(fields.get("DTSTART", ("", ""))[0])
    when = " – ".join(one for one in (start, end) if one)
    if when and zone:
        when = f"{when} ({zone[1]})"
    return " · ".join(one for one in (title, when, _words(fields.get("LOCATION", ("", ""))[1])) if one)


def _words(value: str) -> str:
    return line(re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", " ").replace("\\N", " ")), 200)


def _when(field: tuple[str, str] | None) -> str:
    value = field[1].strip() if field else ""
    for shape, shown in (
        ("%Y%m%dT%H%M%SZ", "%Y-%m-%d %H:%M UTC"),
        ("%Y%m%dT%H%M%S", "%Y-%m-%d %H:%M"),
        ("%Y%m%d", "%Y-%m-%d"),
    ):
        try:
            return datetime.strptime(value, shape).strftime(shown)
        except ValueError:
            continue
    return ""
