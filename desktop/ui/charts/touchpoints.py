"""How a touchpoint looks in the journey, and what is told of it: in a tooltip, and to a screen reader."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from desktop.domain.ids import InteractionId
from desktop.domain.journey import Touchpoint
from desktop.ui.i18n import formats, words
from desktop.ui.theme.theme import Theme

translate = QCoreApplication.translate


class Look(NamedTuple):
    """A contact is larger than a visit, a bad moment a red diamond, the open contact a ring."""

    size: int
    is_bad: bool
    is_now: bool


def look_of(point: Touchpoint, current: InteractionId | None) -> Look:
    """Return how a touchpoint looks while the contact ``current`` is open."""
    is_contact = point.interaction_id is not None
    is_bad = (point.mood is not None and point.mood < -0.35) or (point.rating is not None and point.rating <= 2)
    if is_contact and point.interaction_id == current:
        return Look(13, is_bad, True)
    return Look(10 if is_contact else 7, is_bad, False)


def dot(look: Look, theme: Theme, ratio: float) -> QPixmap:
    """Return the picture of a touchpoint, its middle in the middle, for a screen of ``ratio`` pixels a point."""
    edge = look.size + 4
    pixmap = QPixmap(round(edge * ratio), round(edge * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    color = theme.color("bad" if look.is_bad else "accent")
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 2.5 if look.is_now else 0.5))
    painter.setBrush(theme.color("raised") if look.is_now else color)
    middle, half = QPointF(edge / 2, edge / 2), look.size / 2
    if look.is_bad and not look.is_now:
        steps = ((0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0))
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in steps]))
    else:
        painter.drawEllipse(middle, half, half)
    painter.end()
    return pixmap


def kind_word(point: Touchpoint) -> str:
    """Return what a touchpoint was, in a word."""
    known = {
        "contact": translate("charts", "Contact"),
        "visit": translate("charts", "Website visit"),
        "purchase": translate("charts", "Purchase"),
        "order": translate("charts", "Order"),
        "shop_visit": translate("charts", "Shop visit"),
        "survey": translate("charts", "Survey"),
        "delivery": translate("charts", "Delivery"),
        "payment": translate("charts", "Payment"),
        "return": translate("charts", "Return"),
        "log_in": translate("charts", "Log-in"),
    }
    return known.get(point.kind, point.kind.replace("_", " ").capitalize())


def told(point: Touchpoint) -> str:
    """Return all there is to say of a touchpoint; plain text."""
    lines = [f"{kind_word(point)} · {words.channel(point.channel)} · {formats.exact(point.at)}"]
    if point.title:
        lines.append(point.title[:200])
    facts = []
    if point.duration_s:
        facts.append(formats.span(point.duration_s))
    if point.mood is not None:
        facts.append(translate("charts", "mood: %1").replace("%1", words.mood(point.mood)[0]))
    if point.rating is not None:
        facts.append(translate("charts", "rated %1 of 5").replace("%1", str(point.rating)))
    if facts:
        lines.append(", ".join(facts))
    return "\n".join(lines)
