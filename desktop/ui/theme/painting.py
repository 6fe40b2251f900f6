"""What delegates paint alike: pills, avatars, channel badges, one elided line. Mirrors itself for right-to-left layouts by
taking rectangles that the caller has mirrored."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from desktop.ui.theme import fonts
from desktop.ui.theme.theme import Theme

PILL_HEIGHT = 18


def initials(name: str) -> str:
    """Return up to two initials of a name; a number or nothing gives two question marks."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalpha()]
    if not words:
        return "??"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def avatar_colors(theme: Theme, name: str) -> tuple[QColor, QColor]:
    """Return ground and letter colour of an avatar: a hue from the name's hash, lightness from the theme."""
    hue = int.from_bytes(hashlib.blake2s(name.encode(), digest_size=2).digest(), "big") / 65536
    saturation = 0.62 if not theme.tokens.is_dark else 0.38
    ground = QColor.fromHslF(hue, saturation, theme.tokens.number("avatar_lightness"))
    letter = QColor.fromHslF(hue, 0.55, theme.tokens.number("avatar_text"))
    return ground, letter


def paint_avatar(painter: QPainter, rect: QRect, name: str, theme: Theme) -> None:
    """Paint a round avatar with initials into ``rect``."""
    ground, letter = avatar_colors(theme, name)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(rect)
    painter.setPen(letter)
    painter.setFont(fonts.font(max(10, rect.width() * 12 // 36), 600))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


def paint_badge(painter: QPainter, center: QPointF, icon: str, theme: Theme, ground: QColor) -> None:
    """Paint a channel's icon in a small disc of the row's ground, as it sits on an avatar."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawEllipse(center, 9.0, 9.0)
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(center.x() - 6.5, center.y() - 6.5), theme.icons.pixmap(icon, 13, "text", ratio))
    painter.restore()


def pill_width(text: str, icon: bool = False) -> int:
    """Return the width of a pill with ``text``."""
    return int(QFontMetricsF(_pill_font()).horizontalAdvance(text) + 16.5 + (14 if icon else 0))


def paint_pill(painter: QPainter, rect: QRect, text: str, kind: str, theme: Theme, icon: str = "") -> None:
    """Paint a pill: ``kind`` is ``good``, ``warn``, ``bad``, ``accent`` or ``neutral``; the word always says it too."""
    ground, letters = {
        "accent": ("accent_soft", "on_soft"),
        "neutral": ("chip", "muted"),
    }.get(kind, (f"{kind}_soft", kind))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(ground))
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    area = QRect(rect)
    if icon:
        ratio = painter.device().devicePixelRatioF()
        pixmap = theme.icons.pixmap(icon, 12, letters, ratio)
        painter.drawPixmap(QPointF(rect.left() + 7, rect.center().y() - 5.5), pixmap)
        area.setLeft(rect.left() + 14)
    painter.setPen(theme.color(letters))
    painter.setFont(_pill_font())
    painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _pill_font() -> QFont:
    return fonts.figures(fonts.TINY, 500)


def paint_line(painter: QPainter, rect: QRect, text: str, font: QFont, color: QColor) -> bool:
    """Paint one line of text, elided at its end; returns whether it was cut (then a tooltip should hold it all)."""
    metrics = QFontMetricsF(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.setFont(font)
    painter.setPen(color)
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading), shown)
    return shown != text


def flipped(part: QRect, whole: QRect, is_mirrored: bool) -> QRect:
    """Return where a part of a row lies, on the other side of it where all is read from right to left."""
    if not is_mirrored:
        return part
    return QRect(whole.left() + whole.right() - part.right(), part.top(), part.width(), part.height())


def paint_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme, ground: str) -> None:
    """Paint what a row of a list lies on: ``ground``, unless it is selected or under the pointer; and the ring of the
    keyboard."""
    rect: QRect = option.rect
    state: QStyle.StateFlag = option.state
    is_selected = bool(state & QStyle.StateFlag.State_Selected)
    is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
    painter.fillRect(rect, theme.color("accent_soft" if is_selected else "hover" if is_hovered else ground))
    if is_selected:
        bar = QRect(rect.left(), rect.top(), 3, rect.height())
        is_mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.fillRect(flipped(bar, rect, is_mirrored), theme.color("accent"))
    if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRect(rect.adjusted(1, 1, -1, -1))


def rounded(rect: QRect | QRectF, radius: float) -> QPainterPath:
    """Return a rounded rectangle as a path."""
    path = QPainterPath()
    path.addRoundedRect(QRectF(rect), radius, radius)
    return path


def paint_tick(painter: QPainter, rect: QRect, theme: Theme, *, is_on: bool, is_live: bool = False) -> None:
    """Paint a box to be ticked into the middle of ``rect``; ``is_live`` while it has the keyboard or the pointer."""
    box = QRectF(0, 0, 14, 14)
    box.moveCenter(QRectF(rect).center())
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("accent" if is_on or is_live else "line_strong"), 1.2))
    painter.setBrush(theme.color("accent" if is_on else "panel"))
    painter.drawRoundedRect(box, 4, 4)
    if is_on:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(box.topLeft() + QPointF(1, 1), theme.icons.pixmap("check", 12, "on_accent", ratio))
    painter.restore()
