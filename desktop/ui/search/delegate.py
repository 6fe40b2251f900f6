"""Paints a hit: avatar with what it is on it, who, when, and the words around what was found, which stand on a tint.

Only what is in sight is laid out, once: a new answer to the next letter typed costs the rows that differ.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QHelpEvent, QPainter, QPen, QTextCharFormat, QTextLayout, QTextOption
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from desktop.ui.i18n import formats
from desktop.ui.search import hits
from desktop.ui.theme import fonts, painting
from desktop.ui.theme.theme import Theme
from desktop.ui.widgets.tooltip import plain_tip
from desktop.viewmodels.search import HitKind, Role, SearchHit
from desktop.viewmodels.workplace import Workplace

ROW, TALL, COMPACT = 62, 78, 46
_SIDE, _END = 14, 12
_LINE = 16
_KEPT: Final = 600
# No text of some length is as narrow or as wide on average, in pixels a letter.
_NARROWEST, _WIDEST = 4, 14
Index = QModelIndex | QPersistentModelIndex


class HitDelegate(QStyledItemDelegate):
    """Rows are 62 px, 78 where the words need two lines, 46 in a compact window."""

    def __init__(self, workplace: Workplace, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._workplace = workplace
        self._theme = theme
        self._view = view
        self._small = QFontMetricsF(fonts.font(fonts.SMALL))
        self._layouts: dict[tuple[SearchHit, int, int, str], QTextLayout] = {}
        self._wide: dict[tuple[SearchHit, int], bool] = {}
        self._now = workplace.now()

    def begin(self, now: datetime) -> None:
        """Take the instant that times are told by; called once for each answer."""
        self._now = now
        if len(self._wide) > _KEPT:
            self._wide.clear()

    def _text_width(self) -> int:
        side = 30 if self._theme.is_compact else 36
        return max(60, self._view.viewport().width() - _SIDE - side - 13 - _END)

    def _account(self, hit: SearchHit) -> str:
        """The name of the account a hit is of, where there are several."""
        return self._workplace.accounts.title_of(hit.interaction_id or hit.customer_id or hit.id)

    # --- measuring --------------------------------------------------------------------------------------------------

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        if self._theme.is_compact:
            return QSize(0, COMPACT)
        hit = index.data(Role.HIT)
        if not isinstance(hit, SearchHit):
            return QSize(0, ROW)
        is_tall = hit.kind not in (HitKind.CUSTOMER, HitKind.FILE) and self._is_wide(hit, self._text_width())
        return QSize(0, TALL if is_tall else ROW)

    def _is_wide(self, hit: SearchHit, width: int) -> bool:
        """Whether the words need a second line. Measured only where their number does not tell: fifty rows are sized for
        each letter typed."""
        count = sum(len(span.text) for span in hit.snippet)
        if not width // _WIDEST < count < width // _NARROWEST:
            return count >= width // _NARROWEST
        found = self._wide.get((hit, width))
        if found is None:
            needed = self._small.horizontalAdvance(f"{hits.lead(hit)} {hits.text(hit)}")
            found = self._wide[hit, width] = needed > width
        return found

    def _layout(self, hit: SearchHit, width: int, lines: int) -> QTextLayout:
        key = (hit, width, lines, self._theme.tokens.name)
        found = self._layouts.get(key)
        if found is None:
            if len(self._layouts) >= _KEPT:
                self._layouts.clear()
            found = self._layouts[key] = self._laid_out(hit, width, lines)
        return found

    def _laid_out(self, hit: SearchHit, width: int, lines: int) -> QTextLayout:
        lead = hits.lead(hit)
        whole, marks = _whole(hit, f"{lead} " if lead else "")
        font = fonts.font(fonts.SMALL)
        shown = _cut(whole, font, width, lines)
        layout = QTextLayout(shown, font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        found = QTextCharFormat()
        found.setBackground(self._theme.color("found"))
        found.setForeground(self._theme.color("text"))
        plain = QTextCharFormat()
        plain.setForeground(self._theme.color("text"))
        ranges = [_range(0, units(lead), plain)] if lead else []
        ranges += [_range(start, length, found) for start, length in marks if start < units(shown)]
        layout.setFormats(ranges)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        for number in range(lines):
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width if number < lines - 1 else 100_000)
            line.setPosition(QPointF(0, number * _LINE + (_LINE - line.height()) / 2))
        layout.endLayout()
        return layout

    # --- painting ---------------------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        hit = index.data(Role.HIT)
        if not isinstance(hit, SearchHit):
            return
        theme = self._theme
        rect: QRect = option.rect
        state = option.state

        def mirrored(left: int, top: int, width: int, height: int) -> QRect:
            part = QRect(rect.left() + left, rect.top() + top, width, height)
            return QStyle.visualRect(option.direction, rect, part)

        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        ground = "accent_soft" if is_selected else "hover" if state & QStyle.StateFlag.State_MouseOver else "panel"
        painter.fillRect(rect, theme.color(ground))
        if is_selected:
            painter.fillRect(mirrored(0, 0, 3, rect.height()), theme.color("accent"))
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(theme.color("accent"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))
        painter.fillRect(mirrored(_SIDE, rect.height() - 1, rect.width() - _SIDE, 1), theme.color("line_soft"))

        is_compact = theme.is_compact
        side = 30 if is_compact else 36
        top = 4 if is_compact else 11
        avatar = mirrored(_SIDE, 7 if is_compact else 12, side, side)
        painting.paint_avatar(painter, avatar, hits.title(hit), theme)
        icon = hits.badge(hit)
        if icon:
            is_left = option.direction == Qt.LayoutDirection.RightToLeft
            corner = QPointF(avatar.left() + 2 if is_left else avatar.right() - 2, avatar.bottom() - 2)
            painting.paint_badge(painter, corner, icon, theme, theme.color(ground))

        left = _SIDE + side + 13
        width = rect.width() - left - _END
        end = left + width
        if hit.kind is not HitKind.CUSTOMER:
            hour = formats.moment(hit.at, self._now)
            font = fonts.figures(fonts.TINY)
            hour_width = int(QFontMetricsF(font).horizontalAdvance(hour)) + 2
            painting.paint_line(
                painter, mirrored(end - hour_width, top, hour_width, 18), hour, font, theme.color("muted")
            )
            end -= hour_width + 8
        if hit.is_open:
            text = hits.open_mark()
            pill = painting.pill_width(text)
            painting.paint_pill(painter, mirrored(end - pill, top, pill, 18), text, "accent", theme)
            end -= pill + 8
        if account := self._account(hit):
            font = fonts.font(fonts.TINY)
            name_width = min(int(QFontMetricsF(font).horizontalAdvance(account)) + 2, (end - left) // 3)
            painting.paint_line(
                painter, mirrored(end - name_width, top, name_width, 18), account, font, theme.color("muted")
            )
            end -= name_width + 8
        title = mirrored(left, top, end - left, 18)
        painting.paint_line(painter, title, hits.title(hit), fonts.font(fonts.BASE, 600), theme.color("text"))

        lines = 2 if rect.height() >= TALL else 1
        layout = self._layout(hit, width, lines)
        spot = mirrored(left, top + (18 if is_compact else 21), width, lines * _LINE)
        painter.setPen(theme.color("muted"))
        painter.save()
        painter.setClipRect(spot)
        x = float(spot.left())
        if option.direction == Qt.LayoutDirection.RightToLeft:
            used = max((layout.lineAt(n).naturalTextWidth() for n in range(layout.lineCount())), default=0.0)
            x = spot.left() + max(0.0, spot.width() - used)
        layout.draw(painter, QPointF(x, spot.top()))
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """The tooltip holds what the row had no room for."""
        hit = index.data(Role.HIT)
        if not isinstance(hit, SearchHit):
            return False
        lines = [f"{hits.title(hit)} · {hits.kind_title(hit.kind)}", hits.text(hit)]
        lines.insert(1, self._account(hit))
        if hit.kind is not HitKind.CUSTOMER:
            lines.append(formats.exact(hit.at))
        QToolTip.showText(event.globalPos(), plain_tip("\n".join(line for line in lines if line)), view)
        return True


def units(text: str) -> int:
    """Return the length of ``text`` as Qt counts it: in UTF-16, where an emoji is two."""
    if text.isascii() or max(text) <= "\uffff":
        return len(text)
    return len(text) + sum(ch > "\uffff" for ch in text)


def _range(start: int, length: int, form: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start, made.length, made.format = start, length, form
    return made


def _whole(hit: SearchHit, lead: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the text of a row, and where in it the words stand that were found (start, length)."""
    parts, marks, at = [lead], [], units(lead)
    for span in hit.snippet:
        # A customer's words may hold anything; a row has one line of text.
        shown = "".join(" " if ch in "\n\r\t\v\f\u2028\u2029" else ch for ch in span.text)
        if span.is_match:
            before = len(shown) - len(shown.lstrip())
            marks.append((at + before, units(shown.strip())))
        parts.append(shown)
        at += units(shown)
    return "".join(parts), marks


def _cut(text: str, font: QFont, width: int, lines: int) -> str:
    """Return ``text`` ending in an ellipsis where it does not fit into so many lines."""
    metrics = QFontMetricsF(font)
    if lines == 1:
        return str(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width))
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    line = layout.createLine()
    if line.isValid():
        line.setLineWidth(width)
    in_units = text.encode("utf-16-le", "surrogatepass")
    start = 2 * (line.textStart() + line.textLength()) if line.isValid() else len(in_units)
    layout.endLayout()
    first, rest = (part.decode("utf-16-le", "surrogatepass") for part in (in_units[:start], in_units[start:]))
    return first + str(metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width))
