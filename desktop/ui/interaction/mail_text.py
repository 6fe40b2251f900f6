"""What is in a message's text besides words: the quoted part of a mail, links, and the plain text of one that has only HTML.

Pure but for Qt's HTML reader. A customer's text is never shown as rich text.
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocumentFragment

from desktop.domain.interaction import Message

LONGEST_SHOWN = 20_000

_WROTE = re.compile(
    r"^\s*(?:On\b.{3,160}\bwrote:|Am\b.{3,160}\bschrieb\b.{0,80}:|Le\b.{3,160}\ba écrit\s?:|"
    r"-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Forwarded message).*|_{20,})\s*$",
    re.IGNORECASE,
)
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'“”„\u2028]+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}»"


@lru_cache(maxsize=512)
def split_quoted(text: str) -> tuple[str, str]:
    """Return what was written and what was quoted below it. A quotation in between, answered point by point, stays."""
    lines = text.split("\n")
    start = len(lines)
    for number, line in enumerate(lines):
        two = f"{line} {lines[number + 1]}" if number + 1 < len(lines) else line
        if _WROTE.match(line) or (line.lstrip().lower().startswith(("on ", "am ", "le ")) and _WROTE.match(two)):
            start = number
            break
    else:
        # Without such a line only a block of ">" at the very end counts.
        while start > 0 and (not lines[start - 1].strip() or lines[start - 1].lstrip().startswith(">")):
            start -= 1
        if not any(line.lstrip().startswith(">") for line in lines[start:]):
            start = len(lines)
    head = "\n".join(lines[:start]).rstrip()
    tail = "\n".join(lines[start:]).strip()
    return (head, tail) if head else (text.strip(), "")


def parts(message: Message) -> tuple[str, str]:
    """Return what was written in a mail and what was quoted and signed below it."""
    text = plain_text(message)
    if 0 < message.quoted_from < len(text) and message.text:
        written, quoted = text[: message.quoted_from].rstrip(), text[message.quoted_from :].strip()
        return (written, quoted) if written else (quoted, "")
    return split_quoted(text)


def links(text: str) -> list[tuple[int, int, str]]:
    """Return where links stand in ``text`` (start, length) and their target, as the browser would be given it."""
    found = []
    for match in _LINK.finditer(text):
        word = match.group()
        while word and word[-1] in _TRAILING and not (word[-1] == ")" and word.count("(") >= word.count(")")):
            word = word[:-1]
        url = QUrl(word if "://" in word else f"https://{word}", QUrl.ParsingMode.TolerantMode)
        if url.isValid() and url.host():
            found.append((match.start(), len(word), target(url)))
    return found


def target(url: QUrl) -> str:
    """Return a link in full, its host in ASCII so that no letter looks like another."""
    return bytes(url.toEncoded().data()).decode("ascii", "replace")


def plain_text(message: Message) -> str:
    """Return the words of a message, those of its HTML where there is no other text."""
    if message.text or not message.html:
        return message.text.replace("\r\n", "\n").replace("\r", "\n")
    return QTextDocumentFragment.fromHtml(message.html).toPlainText().replace("\u00a0", " ").strip()
