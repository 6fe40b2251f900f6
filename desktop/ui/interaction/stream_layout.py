"""How one row of the stream is laid out at one width: where its texts, files, links and actions go, and how high it is.

Measuring is the expensive part, so that a ``RowLayout`` is made once and painted often. Everything in it is relative to
the row's top left corner in a left-to-right window; the delegate mirrors it where the window runs the other way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextCharFormat, QTextLayout, QTextOption

from desktop.domain.channels import Channel
from desktop.domain.interaction import Attachment, Author, Message, MessageKind
from desktop.ui.i18n import formats, words
from desktop.ui.interaction.mail_text import LONGEST_SHOWN, links, parts, plain_text
from desktop.ui.interaction.stream_words import StreamWords, event_icon, touchpoint_icon
from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme
from desktop.viewmodels.stream import StreamKind, StreamRow

translate = QCoreApplication.translate

MARGIN = 20
PAD_X, PAD_Y = 12, 8
LINE = 18.0
FOLDED_LINES = 12
WIDEST = 640
GAP_GROUP, GAP_RUN = 12.0, 4.0
# What is not meant for the customer stands on a ground of its own.
_GROUNDS = {MessageKind.NOTE: "note", MessageKind.WHISPER: "whisper"}
# Enough for twelve of the longest lines; more need not be measured while folded.
_FOLDED_CHARS = 4_000


@dataclass(slots=True)
class Hit:
    """Something to click: ``code`` is ``link``, ``open_file``, ``unfold``, ``fold``, ``quoted``, ``whole``, ``retry``,
    ``edit``, ``discard``; ``value`` what it is about. ``text`` is painted as a link where there is one."""

    rect: QRectF
    code: str
    value: Any = None
    text: str = ""


@dataclass(slots=True)
class Line:
    """One short text: where, what, in which font and colour; ``icon`` stands before it."""

    rect: QRectF
    text: str
    size: int = fonts.TINY
    weight: int = 400
    color: str = "muted"
    icon: str = ""
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
    is_icon_last: bool = False


@dataclass(slots=True)
class RowLayout:
    """``bubble`` is ``None`` for quiet rows; ``text`` is drawn at ``text_at`` and can be selected."""

    height: float = 0.0
    bubble: QRectF | None = None
    ground: str = ""
    is_right: bool = False
    has_corner: bool = False
    is_faded: bool = False
    has_failed: bool = False
    text: QTextLayout | None = None
    text_at: QPointF = field(default_factory=QPointF)
    text_height: float = 0.0
    links: list[tuple[int, int, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    files: list[tuple[QRectF, Attachment]] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    rule: float | None = None


class StreamLayouter:
    """Measures rows. ``unfolded`` holds the keys of rows shown in full, ``quoting`` those whose quotation is shown."""

    def __init__(self, theme: Theme, texts: StreamWords, remedies: Callable[[StreamRow], tuple[str, ...]]) -> None:
        self._theme = theme
        self._words = texts
        self._remedies = remedies
        self.unfolded: set[str] = set()
        self.quoting: set[str] = set()
        self.channel: Channel | None = None
        self._tiny = QFontMetricsF(fonts.font(fonts.TINY))
        self._figures = QFontMetricsF(fonts.figures(fonts.TINY))
        self._medium = QFontMetricsF(fonts.font(fonts.SMALL, 500))

    def measure(self, row: StreamRow, width: int) -> RowLayout:
        """Lay a row out for a view ``width`` pixels wide."""
        made = RowLayout()
        y = 0.0
        item = row.item
        if row.is_day_start:
            made.lines.append(
                Line(
                    QRectF(MARGIN, y + 14, width - 2 * MARGIN, 16),
                    formats.day(item.at),
                    weight=500,
                    align=Qt.AlignmentFlag.AlignHCenter,
                )
            )
            y += 36
        message = item.message
        if item.kind is StreamKind.GAP:
            return self._quiet(made, y + 8, width, self._words.gap(), "pending", has_rule=True)
        if item.touchpoint is not None:
            text = self._words.touchpoint(item.touchpoint)
            return self._quiet(made, y, width, text, touchpoint_icon(item.touchpoint), at=formats.clock(item.at))
        if message is None:
            made.height = y
            return made
        if message.kind in (MessageKind.CALL, MessageKind.EVENT) or (
            message.author is Author.SYSTEM and not message.text
        ):
            return self._quiet(
                made, y, width, self._words.event(message), event_icon(message), at=formats.clock(item.at)
            )
        return self._bubble(made, y, width, row, message)

    # --- quiet rows -------------------------------------------------------------------------------------------------

    def _quiet(
        self, made: RowLayout, y: float, width: int, text: str, icon: str, *, at: str = "", has_rule: bool = False
    ) -> RowLayout:
        font = fonts.font(fonts.SMALL)
        whole = f"{text} · {at}" if at else text
        inner = min(width - 2 * MARGIN - 40, WIDEST)
        layout, height, used = _laid_out(whole, font, inner, 16.0)
        left = (width - used - 20) / 2 + 20
        made.text, made.text_at, made.text_height = layout, QPointF(left, y + 6), height
        made.lines.append(Line(QRectF(left - 20, y + 6, 14, 16), "", icon=icon))
        made.rule = y + 6 + height / 2 if has_rule else None
        made.height = y + height + 12
        made.bubble, made.ground = None, ""
        return made

    # --- bubbles ----------------------------------------------------------------------------------------------------

    def _bubble(self, made: RowLayout, y: float, width: int, row: StreamRow, message: Message) -> RowLayout:
        key = row.item.key
        is_right = message.author is not Author.CUSTOMER
        widest = max(160.0, min(WIDEST, (width - 2 * MARGIN) * 0.82)) - 2 * PAD_X
        made.is_right, made.has_corner = is_right, row.is_group_start
        made.ground = _GROUNDS.get(message.kind, "mine" if is_right else "theirs")
        y += GAP_GROUP if row.is_group_start else GAP_RUN
        caption = self._caption(row, message) if row.is_group_start else ""
        if caption:
            align = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
            made.lines.append(Line(QRectF(MARGIN + 2, y, width - 2 * MARGIN - 4, 16), caption, weight=500, align=align))
            y += 19
        top = y
        body = _Column(y + PAD_Y, widest)
        if message.subject:
            self._subject(made, body, message.subject)
        written, quoted = parts(message) if message.channel is Channel.EMAIL else (plain_text(message), "")
        shown = f"{written}\n\n{quoted}" if quoted and key in self.quoting else written
        shown = self._words.taken_back(message) or shown
        if shown.strip():
            self._text(made, body, shown, key, has_more=len(shown) > LONGEST_SHOWN)
        if quoted:
            is_shown = key in self.quoting
            label = translate("stream", "Hide quoted text") if is_shown else translate("stream", "Show quoted text")
            self._link(made, body, label, "quoted")
        for attachment in message.attachments:
            self._file(made, body, attachment)
        self._turned_away(made, body, message)
        self._meta(made, body, row, message)
        failure = self._words.failure(row)
        if self._remedies(row) or failure:
            self._remedy(made, body, row, failure)
        height = body.y + PAD_Y - top
        bubble_width = body.used + 2 * PAD_X
        left = width - MARGIN - bubble_width if is_right else float(MARGIN)
        made.bubble = QRectF(left, top, bubble_width, height)
        made.is_faded = row.item.entry is not None and not self._remedies(row)
        made.has_failed = bool(self._remedies(row))
        body.shift(made, left + PAD_X, bubble_width - 2 * PAD_X)
        made.height = top + height
        return made

    def _caption(self, row: StreamRow, message: Message) -> str:
        author = self._words.caption(message)
        is_elsewhere = message.channel is not None and message.channel is not self.channel
        parts = [author, words.channel(message.channel) if is_elsewhere and message.channel else ""]
        if row.item.is_other_contact:
            parts.append(translate("stream", "another contact"))
        return " · ".join(part for part in parts if part)

    def _subject(self, made: RowLayout, body: _Column, subject: str) -> None:
        font = fonts.font(fonts.BASE, 600)
        layout, height, used = _laid_out(subject, font, body.width, LINE)
        del layout
        lines = max(1, round(height / LINE))
        metrics = QFontMetricsF(font)
        text = subject if lines <= 2 else metrics.elidedText(subject, Qt.TextElideMode.ElideRight, body.width * 1.8)
        high = min(2, lines) * LINE
        made.lines.append(Line(QRectF(0, body.y, body.width, high), text, fonts.BASE, 600, "text"))
        body.add(high + 4, used)

    def _text(self, made: RowLayout, body: _Column, text: str, key: str, *, has_more: bool) -> None:
        is_unfolded = key in self.unfolded
        cut = text[: LONGEST_SHOWN if is_unfolded else _FOLDED_CHARS]
        found = links(cut)
        limit = None if is_unfolded else FOLDED_LINES
        # One line more than is shown is not worth folding away.
        layout, height, used = _laid_out(cut, fonts.font(), body.width, LINE, limit, found, self._theme)
        made.text, made.text_at, made.text_height = layout, QPointF(0, body.y), height
        made.links = found
        body.add(height, used)
        shown = _end_of(layout)
        if not is_unfolded and (shown < len(cut) or len(cut) < len(text)):
            self._link(made, body, translate("stream", "Show all"), "unfold")
        elif is_unfolded:
            if has_more:
                self._link(made, body, translate("stream", "Open the whole message"), "whole")
            self._link(made, body, translate("stream", "Show less"), "fold")

    def _link(self, made: RowLayout, body: _Column, text: str, code: str) -> None:
        width = self._medium.horizontalAdvance(text)
        made.hits.append(Hit(QRectF(0, body.y + 2, width, 18), code, text=text))
        body.add(22, width)

    def _file(self, made: RowLayout, body: _Column, attachment: Attachment) -> None:
        size = formats.size(attachment.size) if attachment.size else ""
        wanted = 36 + self._medium.horizontalAdvance(attachment.name) + 12 + self._tiny.horizontalAdvance(size) + 10
        width = min(body.width, max(160.0, wanted))
        rect = QRectF(0, body.y + 4, width, 30)
        made.files.append((rect, attachment))
        made.hits.append(Hit(QRectF(rect), "open_file", attachment))
        body.add(36, width)

    def _turned_away(self, made: RowLayout, body: _Column, message: Message) -> None:
        metrics = QFontMetricsF(fonts.font(fonts.TINY))
        for text in self._words.turned_away(message):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, body.width)
            width = metrics.horizontalAdvance(shown) + 1
            made.lines.append(Line(QRectF(0, body.y + 4, width, 14), shown))
            body.add(20, width)

    def _meta(self, made: RowLayout, body: _Column, row: StreamRow, message: Message) -> None:
        word, icon = self._words.delivery(row)
        color = "bad" if icon == "error" else "muted"
        if not word:
            word, icon, color = self._words.mood(row)
        text = " · ".join(part for part in (formats.clock(row.item.at), self._words.edited(message), word) if part)
        width = self._figures.horizontalAdvance(text) + (17 if icon else 0) + 1
        align = Qt.AlignmentFlag.AlignRight if made.is_right else Qt.AlignmentFlag.AlignLeft
        made.lines.append(
            Line(
                QRectF(0, body.y + 3, width, 14),
                text,
                color=color or "muted",
                icon=icon,
                align=align,
                is_icon_last=True,
            )
        )
        body.add(17, width)

    def _remedy(self, made: RowLayout, body: _Column, row: StreamRow, failure: str) -> None:
        if failure:
            font = fonts.font(fonts.SMALL)
            _, height, used = _laid_out(failure, font, body.width - 20, 16.0)
            made.lines.append(
                Line(QRectF(0, body.y + 4, body.width, height), failure, fonts.SMALL, color="bad", icon="error")
            )
            body.add(height + 6, used + 20)
        labels = {
            "retry": translate("stream", "Try again"),
            "edit": translate("stream", "Edit"),
            "discard": translate("stream", "Discard"),
        }
        x = 0.0
        for code in self._remedies(row):
            width = self._medium.horizontalAdvance(labels[code])
            made.hits.append(Hit(QRectF(x, body.y + 4, width, 18), code, text=labels[code]))
            x += width + 16
        body.add(22 if x else 0, max(0.0, x - 16))


class _Column:
    """What goes into a bubble, one below the other, measured before its place is known."""

    def __init__(self, y: float, width: float) -> None:
        self.y = y
        self.width = width
        self.used = 0.0

    def add(self, height: float, used: float) -> None:
        self.y += height
        self.used = max(self.used, min(used, self.width))

    def shift(self, made: RowLayout, left: float, inner: float) -> None:
        """Move everything but what stands above the bubble to its place."""
        top = made.bubble.top() if made.bubble is not None else 0.0
        for line in made.lines:
            if line.rect.top() >= top:
                line.rect.moveLeft(left)
                if line.align is Qt.AlignmentFlag.AlignRight:
                    line.rect.setWidth(inner)
        for hit in made.hits:
            hit.rect.translate(left, 0)
        for rect, _ in made.files:
            rect.translate(left, 0)
        made.text_at = QPointF(left, made.text_at.y())


def _laid_out(
    text: str,
    font: QFont,
    width: float,
    line_height: float,
    limit: int | None = None,
    found: list[tuple[int, int, str]] | None = None,
    theme: Theme | None = None,
) -> tuple[QTextLayout, float, float]:
    """Return ``text`` broken into lines, how high they are together, and how wide the widest is."""
    layout = QTextLayout(text.replace("\n", "\u2028"), font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    if found and theme is not None:
        form = QTextCharFormat()
        form.setForeground(theme.color("on_soft"))
        form.setFontUnderline(True)
        ranges = []
        for start, length, _ in found:
            one = QTextLayout.FormatRange()
            one.start, one.length, one.format = start, length, form
            ranges.append(one)
        layout.setFormats(ranges)
    layout.beginLayout()
    y = used = 0.0
    count = 0
    while limit is None or count < limit:
        line = layout.createLine()
        if not line.isValid():
            break
        line.setLineWidth(width)
        high = line.height()
        step = max(line_height, high)
        line.setPosition(QPointF(0, y + (step - high) / 2))
        y += step
        used = max(used, line.naturalTextWidth())
        count += 1
    layout.endLayout()
    # A folded text does not end in empty lines.
    while (
        limit is not None and count > 1 and not text[_start(layout, count - 1) :][: _length(layout, count - 1)].strip()
    ):
        count -= 1
        y -= line_height
    return layout, y, width if _runs_leftwards(text) else min(width, used + 1)


def _runs_leftwards(text: str) -> bool:
    """Whether the first letter is of a script written from right to left: such lines begin at the far end."""
    first = next((kind for kind in map(unicodedata.bidirectional, text[:200]) if kind in ("L", "R", "AL")), "L")
    return first != "L"


def _start(layout: QTextLayout, number: int) -> int:
    return layout.lineAt(number).textStart()


def _length(layout: QTextLayout, number: int) -> int:
    return layout.lineAt(number).textLength()


def _end_of(layout: QTextLayout) -> int:
    count = layout.lineCount()
    if not count:
        return 0
    last = layout.lineAt(count - 1)
    return last.textStart() + last.textLength()
