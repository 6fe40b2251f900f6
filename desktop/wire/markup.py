"""What is kept of text and HTML from outside: text without control characters and of a length a window can show, HTML that
can neither run, submit nor fetch anything. Pure, never fails whatever it is given; called by the hub and by the connectors
of other systems.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import nh3
from msgspec import Struct

BLOCKED_IMAGE = "data-blocked-src"
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_DROPPED_WHOLE = {
    "script",
    "style",
    "title",
    "head",
    "template",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "textarea",
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "width", "height", "src", BLOCKED_IMAGE},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_INLINE_IMAGE = re.compile(r"^data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$", re.IGNORECASE)
_REMOTE_SRC = re.compile(r"(<img\b[^<>]*?)\ssrc=(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_FILE_NAME = re.compile(r"[\w~.-]{1,200}", re.ASCII)
_LINE_END = re.compile(r"(?i)<\s*(?:br|hr)\b[^<>]*>|</\s*(?:p|div|tr|h[1-6]|blockquote|pre|table|ul|ol|dl)\s*>")
_ITEM = re.compile(r"(?i)<\s*li\b[^<>]*>")
_CELL = re.compile(r"(?i)</\s*t[dh]\s*>")
_BLANKS = re.compile(r"[ \t\f\v\u00a0]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_ENDLESS = frozenset(
    {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
    | {"p", "li", "dt", "dd", "td", "th", "tr", "tbody", "thead", "tfoot", "option", "colgroup", "html", "head", "body"}
)
"""Elements that need no end tag: left open they do not nest."""

_FORMATTING = frozenset(
    {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}
)
_DEEPEST = 500
_MOST_ENTITIES = 20_000
_MOST_REPEATED = 500_000


class Content(Struct, frozen=True, kw_only=True):
    """A message's text and HTML fit to keep. ``cut_bytes`` is how much of the text did not fit; ``is_html_dropped`` says
    that the HTML was too long or too twisted to be kept and only its text was."""

    text: str
    html: str
    cut_bytes: int = 0
    is_html_dropped: bool = False


def received(text: str, html: str, *, text_limit: int, html_limit: int) -> Content:
    """Return what to keep of a message that arrived: at most ``text_limit`` bytes of text, HTML of up to ``html_limit``
    characters. A message with HTML only gets its text from that."""
    text = plain(text)
    kept, is_dropped = "", False
    if html.strip():
        is_dropped = len(html) > html_limit or is_twisted(html)
        kept = "" if is_dropped else sanitise(html)
        if not text.strip():
            text = text_of(kept) if kept else plain(unescape(_ANY_TAG.sub(" ", html))).strip()
    text, cut = cut_to(text, text_limit)
    return Content(text=text, html=kept, cut_bytes=cut, is_html_dropped=is_dropped)


def is_twisted(html: str) -> bool:
    """Whether a parser would take very long over ``html``: so deeply nested, so many entities or so many times repeated
    formatting as no program writes it (the tree construction of HTML 5 is quadratic in each)."""
    if html.count("&") > _MOST_ENTITIES:
        return True
    opened: dict[str, int] = {}
    depth = formatting = tags = 0
    for end, name in _TAG.findall(html):
        name = name.lower()
        if name in _ENDLESS:
            tags += 1
            continue
        if end:
            if not opened.get(name):
                continue
            opened[name] -= 1
        else:
            opened[name] = opened.get(name, 0) + 1
            tags += 1
        change = -1 if end else 1
        depth += change
        formatting += change if name in _FORMATTING else 0
        if depth > _DEEPEST or formatting * tags > _MOST_REPEATED:
            return True
    return False


def plain(text: str) -> str:
    """Return ``text`` with line ends as ``\\n`` and without control characters, which nobody typed."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def cut_to(text: str, limit: int) -> tuple[str, int]:
    """Return ``text`` within ``limit`` bytes of UTF-8, whole characters only, and how many bytes were cut off."""
    if len(text) * 4 <= limit:
        return text, 0
    raw = text.encode()
    if len(raw) <= limit:
        return text, 0
    kept = raw[:limit].decode("utf-8", "ignore")
    return kept, len(raw) - len(kept.encode())


def with_pictures(html: str, file_of: Callable[[str], str]) -> str:
    """Return HTML whose pictures point at files of its own message: ``file_of`` gets the address of each (``cid:…`` or
    whatever it is) and returns what the file goes by (``Attachment.sha256``), empty where it is none of them."""

    def pointed(found: re.Match[str]) -> str:
        name = file_of(unescape(found.group(2).strip("\"'")))
        return f'{found.group(1)} src="cid:{name}"' if _FILE_NAME.fullmatch(name) else found.group(0)

    return _REMOTE_SRC.sub(pointed, html)


def sanitise(html: str) -> str:
    """Return HTML that can neither run nor fetch: only text tags, links to the web, mail and phone; a remote image keeps
    its address in ``data-blocked-src`` so that an agent may ask for it."""

    def allow(tag: str, attribute: str, value: str) -> str | None:
        if tag == "img" and attribute == "src":
            return value if _INLINE_IMAGE.match(value) or value.lower().startswith("cid:") else None
        if attribute == "href" and value.lower().startswith(("data:", "cid:")):
            return None
        return value

    blocked = _REMOTE_SRC.sub(_keep_or_block, _CONTROL.sub("", html))
    return nh3.clean(
        blocked,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=allow,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
    )


def _keep_or_block(found: re.Match[str]) -> str:
    """Where this misses an odd spelling, the attribute filter still drops the address."""
    value = found.group(2).strip("\"'")
    if _INLINE_IMAGE.match(value) or value.lower().startswith("cid:"):
        return found.group(0)
    return f'{found.group(1)} {BLOCKED_IMAGE}="{value.replace(chr(34), "%22")}"'


def text_of(html: str) -> str:
    """Return the words of sanitised HTML, one line a paragraph, list item or table row."""
    text = re.sub(r"\s+", " ", html)
    text = _ITEM.sub("\n- ", _CELL.sub("\t", _LINE_END.sub("\n", text)))
    text = unescape(nh3.clean(text, tags=set()))
    lines = [_BLANKS.sub(" ", line).strip() for line in text.split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()
