"""What a hit says, in words and signs: for the delegate, the tooltip and the screen reader alike."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.domain.interaction import Author
from desktop.ui.i18n import formats, words
from desktop.viewmodels.search import HitKind, Part, SearchHit, SearchOrder

translate = QCoreApplication.translate


def part_title(part: Part) -> str:
    """Return the name of what is looked through."""
    return {
        Part.ALL: translate("search", "All"),
        Part.CUSTOMERS: translate("search", "Customers"),
        Part.CONTACTS: translate("search", "Contacts"),
        Part.MESSAGES: translate("search", "Messages"),
        Part.NOTES: translate("search", "Notes"),
        Part.FILES: translate("search", "Files"),
    }[part]


def order_title(order: SearchOrder) -> str:
    """Return the name of an order of the hits."""
    if order is SearchOrder.BEST:
        return translate("search", "Best match")
    return translate("search", "Newest first")


def kind_title(kind: HitKind) -> str:
    """Return what a hit is."""
    return {
        HitKind.CUSTOMER: translate("search", "Customer"),
        HitKind.INTERACTION: translate("search", "Contact"),
        HitKind.MESSAGE: translate("search", "Message"),
        HitKind.NOTE: translate("search", "Note"),
        HitKind.FILE: translate("search", "File"),
        HitKind.DRAFT: translate("search", "Draft"),
    }[kind]


def badge(hit: SearchHit) -> str:
    """Return the icon on the avatar: what was found, or the channel it came by. A customer has none."""
    if hit.kind is HitKind.CUSTOMER:
        return ""
    named = {HitKind.NOTE: "note", HitKind.FILE: "attach", HitKind.DRAFT: "pencil"}.get(hit.kind)
    return named or (words.channel_icon(hit.channel) if hit.channel else "chat")


def title(hit: SearchHit) -> str:
    """Return who or what a hit is about."""
    return hit.title or translate("search", "Unknown customer")


def lead(hit: SearchHit) -> str:
    """Return what stands before the words found: which kind of text it is, or that the company wrote it."""
    if hit.kind in (HitKind.INTERACTION, HitKind.NOTE, HitKind.FILE, HitKind.DRAFT):
        return translate("search", "%1:").replace("%1", kind_title(hit.kind))
    if hit.kind is HitKind.MESSAGE and hit.author is Author.AGENT:
        return translate("search", "Reply:")
    return ""


def text(hit: SearchHit) -> str:
    """Return the words around what was found."""
    return " ".join("".join(span.text for span in hit.snippet).split())


def open_mark() -> str:
    return translate("search", "open")


def describe(hit: SearchHit) -> str:
    """Return a hit as one sentence for the screen reader."""
    kind = kind_title(hit.kind)
    if hit.kind is HitKind.MESSAGE and hit.author is Author.AGENT:
        kind = translate("search", "Reply")
    parts = [
        title(hit),
        kind,
        words.channel(hit.channel) if hit.channel else "",
        open_mark() if hit.is_open else "",
        text(hit),
        "" if hit.kind is HitKind.CUSTOMER else formats.exact(hit.at),
    ]
    return ", ".join(part for part in parts if part)
