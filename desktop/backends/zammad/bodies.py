"""The body of an article, which may be HTML of whoever wrote it: made harmless, and made into text. Nothing in here fails.

The text ends where Zammad or the writer's mail program set a signature or a quotation apart, as far as they said so.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from typing import Final

_LONGEST_HTML: Final = 1_000_000
_LONGEST_TEXT: Final = 2_000_000
_MOST_UNCLOSED: Final = 4_000
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OPENING: Final = re.compile(r"<[a-zA-Z]")
_TAGS: Final = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6",
    "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_DROPPED_WHOLE: Final = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math"}
_CELL: Final = {"colspan", "rowspan"}
_ATTRIBUTES: Final = {
    "a": {"href", "title"}, "img": {"alt", "width", "height", "src"}, "td": _CELL, "th": _CELL,
}  # fmt: skip
_FOREIGN: Final = re.compile(r"<img\b(?![^<>]*\ssrc=)[^<>]*>")
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre",
                            "blockquote", "dl", "dt", "dd"})  # fmt: skip


def plain(text: str | None) -> str:
    """Return ``text`` without what neither JSON nor a database takes, line ends as ``\\n``."""
    return _FORBIDDEN.sub("", (text or "")[:_LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str | None, longest: int = 500) -> str:
    """Return ``text`` as one line."""
    return " ".join(plain(text).split())[:longest]


def harmless(html: str | None) -> str:
    """Return HTML that can neither run nor fetch anything: of pictures those stay that are files of the article. What is too
    long or nested too deeply is given up; its text remains."""
    html = plain(html)
    if len(html) > _LONGEST_HTML or len(_OPENING.findall(html)) - html.count("</") > _MOST_UNCLOSED:
        return ""
    cleaned: str = import_module("nh3").clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_passed,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer",
    )
    return _FOREIGN.sub("", cleaned)


def _passed(tag: str, attribute: str, value: str) -> str | None:
    is_part = value.lower().startswith("cid:")
    return value if is_part == ((tag, attribute) == ("img", "src")) else None


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
