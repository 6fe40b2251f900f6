"""The body of an article, which may be HTML of whoever wrote it: made harmless by ``wire.markup``, and made into text.
Nothing in here fails.

The text ends where Zammad or the writer's mail program set a signature or a quotation apart, as far as they said so: that is
why it is read here, off the marks in the HTML as it came, which ``wire.markup`` does not keep.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

from desktop.wire import markup

_LONGEST_HTML: Final = 1_000_000
_LONGEST_TEXT: Final = 2_000_000
# A picture that Zammad serves itself and that is no file of this article: nobody can fetch it from here.
_ELSEWHERE: Final = re.compile(rf'<img\b[^<>]*\b{markup.BLOCKED_IMAGE}="(?!https?:)[^"]*"[^<>]*>', re.IGNORECASE)
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
                            "blockquote", "dl", "dt", "dd"})  # fmt: skip


def plain(text: str | None) -> str:
    """Return ``text`` without control characters and of a length that can be shown, line ends as ``\\n``."""
    return markup.plain((text or "")[:_LONGEST_TEXT])


def line(text: str | None, longest: int = 500) -> str:
    """Return ``text`` as one line."""
    return " ".join(plain(text).split())[:longest]


def harmless(html: str | None) -> str:
    """Return HTML that can neither run nor fetch anything. What is too long or too twisted is given up; its text remains."""
    html = plain(html)
    if len(html) > _LONGEST_HTML or markup.is_twisted(html):
        return ""
    return _ELSEWHERE.sub("", markup.sanitise(html))


def as_text(html: str | None) -> tuple[str, int]:
    """Return what a reader of ``html`` would see, and where in it the signature or quotation at its end begins (0: none)."""
    reader = _Reader()
    html = plain(html)
    try:
        reader.feed(html)
        reader.close()
    except Exception:  # html.parser asserts on some broken declarations
        reader.pieces.append(unescape(re.sub(r"<[^>]*>", " ", html)))
        reader.end_at = None
    own = _tidied(reader.pieces if reader.end_at is None else reader.pieces[: reader.end_at])
    if reader.end_at is None:
        return own, 0
    rest = _tidied(reader.pieces[reader.end_at :])
    if not own or not rest:
        return own or rest, 0
    return f"{own}\n\n{rest}", len(own) + 2


def _tidied(pieces: list[str]) -> str:
    lines = [" ".join(piece.split()) for piece in "".join(pieces).replace("\xa0", " ").split("\n")]
    return plain(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


class _Reader(HTMLParser):
    """``end_at`` is the piece with which the signature or the quotation begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.end_at: int | None = None
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_signature = "js-signatureMarker" in (values.get("class") or "") or "data-signature" in values
        if self.end_at is None and (is_signature or (tag == "blockquote" and values.get("type") == "cite")):
            self.end_at = len(self.pieces)
        if tag in ("script", "style", "title"):
            self._hidden += 1
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BREAKS and tag != "br":
            self._break()
            if tag == "p":
                self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._hidden or (self._is_at_start() and not data.strip()):
            return
        self.pieces.append(" ".join(data.split("\n")) if data.strip() else " ")

    def _is_at_start(self) -> bool:
        return not self.pieces or self.pieces[-1] == "\n"

    def _break(self) -> None:
        if not self._is_at_start():
            self.pieces.append("\n")
