"""One line of a text around what was found in it, with the found words marked: spans of the original, matched folded.

Pure. Called for the hits that are shown only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from desktop.store.rows import Span
from desktop.store.search.matching import Mark, Matcher, composed

WIDTH: Final = 160
_BEFORE: Final = 40
# The best place is looked for this near the beginning; beyond, the first one found is good enough.
_NEAR: Final = 1_500


def snippet(texts: Iterable[str], matcher: Matcher) -> tuple[Span, ...]:
    """Return about ``WIDTH`` characters on one line of the first of ``texts`` in which something is found, from where the
    most terms are; of the first that is not empty where nothing is."""
    first = ""
    for text in texts:
        text = composed(text)
        found = _marks(text, matcher)
        if found:
            return _cut(text, found)
        first = first or text
    return _cut(first, [])


def _marks(text: str, matcher: Matcher) -> list[Mark]:
    found: list[Mark] = []
    for mark in matcher.marks(text):
        if found and mark.begin > max(_NEAR, found[0].begin + WIDTH):
            break
        found.append(mark)
    return found


def _cut(text: str, found: list[Mark]) -> tuple[Span, ...]:
    start = _start(text, found)
    end = _end(text, start)
    spans = [Span("…")] if start else []
    at = start
    for mark in found:
        if at <= mark.begin < end:
            stop = min(mark.end, end)
            spans += [Span(text[at : mark.begin]), Span(text[mark.begin : stop], True)]
            at = stop
    spans.append(Span(text[at:end]))
    if end < len(text):
        spans.append(Span("…"))
    return _one_line(spans)


def _start(text: str, found: list[Mark]) -> int:
    if not found or found[-1].begin < WIDTH - _BEFORE or len(text) <= WIDTH:
        return 0
    best = max(found, key=lambda mark: (_terms_from(found, mark.begin), -mark.begin)).begin
    start = max(0, best - _BEFORE)
    blank = text.find(" ", start, best)
    return blank + 1 if start and blank >= 0 else start


def _end(text: str, start: int) -> int:
    end = start + WIDTH
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", start + WIDTH // 2, end)
    return blank if blank > 0 else end


def _terms_from(found: list[Mark], begin: int) -> int:
    return len({mark.number for mark in found if begin <= mark.begin < begin + WIDTH - _BEFORE})


def _one_line(spans: list[Span]) -> tuple[Span, ...]:
    line: list[Span] = []
    is_blank_needed = False
    for span in spans:
        words = " ".join(span.text.split())
        is_blank_needed |= span.text[:1].isspace()
        if not words:
            continue
        # Half a character pair, which a text may hold, can neither be painted nor written.
        text = words if words.isascii() else words.encode("utf-8", "replace").decode()
        if is_blank_needed and line:
            if not span.is_match:
                text = f" {text}"
            elif line[-1].is_match:
                line.append(Span(" "))
            else:
                line[-1] = Span(f"{line[-1].text} ")
        line.append(Span(text, span.is_match))
        is_blank_needed = span.text[-1].isspace()
    return tuple(line)
