"""Text from outside made harmless: HTML without scripts, forms and remote images; HTML as readable text; plain text
without what neither JSON nor a database takes. Nothing in here fails, whatever it is given.
"""

from __future__ import annotations

import html as entities
import re
from html.parser import HTMLParser

from desktop.wire.markup import sanitise

LONGEST_HTML = 1_000_000
LONGEST_TEXT = 2_000_000

# Tab and newline stay; surrogates come from bytes that were no text; U+FFFE and U+FFFF are no characters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAKS = frozenset({"br", "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section",
                     "article", "header", "footer", "pre", "dl", "dt", "dd", "center"})  # fmt: skip
_MOST_UNCLOSED = 4_000
_OPENING = re.compile(r"<[a-zA-Z]")


def plain(text: str) -> str:
    """Return ``text`` without NUL, control characters and lone surrogates, line ends as ``\\n``."""
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT]
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str, longest: int = 500) -> str:
    """Return ``text`` as one line: for subjects and names, where a line break would forge a header."""
    return " ".join(plain(text).split())[:longest]


def harmless(html: str) -> str:
    """Return ``html`` as the desk keeps it: it can neither run nor fetch anything.

    What is longer than ``LONGEST_HTML``, or nested so deeply that a parser's time grows with the square of it, is given
    up; its text is still to be had by ``as_text``.
    """
    html = plain(html)
    if len(html) > LONGEST_HTML or len(_OPENING.findall(html)) - html.count("</") > _MOST_UNCLOSED:
        return ""
    return sanitise(html)


def as_text(html: str) -> str:
    """Return what a reader of ``html`` would see: blocks on lines of their own, links with their address."""
    reader = _Text()
    try:
        reader.feed(plain(html)[:LONGEST_TEXT])
        reader.close()
    except Exception:  # html.parser asserts on some broken declarations
        reader.pieces.append(entities.unescape(re.sub(r"<[^>]*>", " ", plain(html)[:LONGEST_TEXT])))
    text = "".join(reader.pieces).replace("\xa0", " ")
    lines = [" ".join(piece.split()) for piece in text.split("\n")]
    return plain(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip())


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0
        self._quoted = 0
        self._quotes: list[bool] = []
        self._answered = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "title"):
            self._hidden += 1
        elif tag == "li":
            self.pieces.append("\n- ")
        elif tag == "blockquote":
            # Gmail gives its class to what a writer sets off, too; an answered mail is in a block of that class besides.
            is_own = not self._answered and any(name == "class" and value == "gmail_quote" for name, value in attrs)
            self._quotes.append(not is_own)
            self._quoted += not is_own
            self._break()
        elif tag == "div" and any(name == "class" and "gmail_quote" in (value or "").split() for name, value in attrs):
            self._answered = True
            self._break()
        elif tag in ("td", "th"):
            self.pieces.append(" ")
        elif tag == "img":
            self.pieces.append(next((value or "" for name, value in attrs if name == "alt"), ""))
        elif tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "title"):
            self._hidden = max(0, self._hidden - 1)
        elif tag == "blockquote":
            self._quoted -= bool(self._quotes and self._quotes.pop())
            self._break()
        elif tag in _BREAKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        data = " ".join(data.split("\n")) if data.strip() else " "
        self.pieces.append(data)

    def _break(self) -> None:
        self.pieces.append("\n" + "> " * min(self._quoted, 5))
