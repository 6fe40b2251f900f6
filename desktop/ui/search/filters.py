"""What the filters of a search and their values mean, in words, and the examples that can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.domain.channels import Channel
from desktop.ui.i18n import formats, words
from desktop.viewmodels.completion import Completion, filter_names

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Example:
    """``is_whole``: searches at once; others still need a word of the person typing."""

    text: str
    meaning: str
    is_whole: bool = False


def examples() -> list[Example]:
    """Return what can be typed, with what it does."""
    names = filter_names("de" if QLocale().language() == QLocale.Language.German else "en")
    return [
        Example(
            translate("search", "invoice refund"),
            translate("search", "all of these words, in any order; the last one may be unfinished"),
            True,
        ),
        Example(translate("search", '"two times"'), translate("search", "these words, one after the other"), True),
        Example(translate("search", "invoice -paid"), translate("search", "without the word after the minus"), True),
        Example(f"{names['from']}:", translate("search", "who wrote it: a name, an address, or yourself")),
        Example(f"{names['channel']}:", translate("search", "call, e-mail, chat and so on")),
        Example(f"{names['after']}:", translate("search", "from a day on: a date, a month, a weekday, or 7d")),
        Example(f"{names['before']}:", translate("search", "until before a day")),
        Example(f"{names['is']}:", translate("search", "open, closed, a note, a file and so on")),
        Example(f"{names['in']}:", translate("search", "a queue")),
    ]


def meaning(choice: Completion) -> str:
    """Return what a completion stands for."""
    if not choice.value:
        return filter_meaning(choice.filter)
    if choice.day is not None:
        return formats.day(choice.day)
    if choice.filter == "channel":
        return words.channel(Channel(choice.value))
    if choice.filter == "is":
        return is_meaning(choice.value)
    return translate("search", "what I wrote") if choice.value == "me" else ""


def filter_meaning(code: str) -> str:
    """Return what a filter asks for."""
    return {
        "from": translate("search", "who wrote it"),
        "channel": translate("search", "by which channel"),
        "before": translate("search", "until before a day"),
        "after": translate("search", "from a day on"),
        "is": translate("search", "what it is, or how it stands"),
        "in": translate("search", "in which queue"),
    }.get(code, "")


def is_meaning(code: str) -> str:
    """Return what ``is:`` with this value asks for."""
    return {
        "open": translate("search", "not closed yet"),
        "closed": translate("search", "wrapped up"),
        "mine": translate("search", "my contacts"),
        "received": translate("search", "from customers"),
        "sent": translate("search", "from us to customers"),
        "customer": translate("search", "customers only"),
        "contact": translate("search", "contacts only"),
        "message": translate("search", "messages only"),
        "note": translate("search", "notes only"),
        "file": translate("search", "files only"),
        "draft": translate("search", "drafts only"),
    }.get(code, "")
