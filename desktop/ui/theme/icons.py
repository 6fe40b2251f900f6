"""The product's icons: outlines in ``resources/icons`` drawn in the colour asked for. A picture is kept once drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.assets import asset

if TYPE_CHECKING:
    from desktop.ui.theme.theme import Theme


class Icons:
    """``icons.pixmap("chat", 16, "muted")`` for painting, ``icons.icon("chat")`` for buttons."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._sources: dict[str, bytes] = {}
        self._pixmaps: dict[tuple[str, int, str, float], QPixmap] = {}

    def pixmap(self, name: str, size: int, color: str = "muted", ratio: float = 1.0) -> QPixmap:
        """Return icon ``name``, ``size`` pixels wide at 100 %, in the colour of a token (or ``#rrggbb``).

        ``ratio`` is the screen's device pixel ratio. Raises ``FileNotFoundError`` for a name without a file.
        """
        shade = color if color.startswith("#") else self._theme.tokens[color]
        key = (name, size, shade, ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = self._draw(name, size, shade, ratio)
        return found

    def icon(self, name: str, color: str = "muted", active: str = "accent") -> QIcon:
        """Return an icon for a button: ``active`` is used where it is switched on, the faint colour where disabled."""
        icon = QIcon()
        for ratio in (1.0, 2.0):
            normal = self.pixmap(name, 18, color, ratio)
            icon.addPixmap(normal, QIcon.Mode.Normal, QIcon.State.Off)
            icon.addPixmap(self.pixmap(name, 18, active, ratio), QIcon.Mode.Normal, QIcon.State.On)
            icon.addPixmap(self.pixmap(name, 18, "faint", ratio), QIcon.Mode.Disabled, QIcon.State.Off)
        return icon

    def _draw(self, name: str, size: int, shade: str, ratio: float) -> QPixmap:
        source = self._sources.get(name)
        if source is None:
            source = self._sources[name] = asset("icons", f"{name}.svg").read_bytes()
        renderer = QSvgRenderer(QByteArray(source.replace(b"currentColor", shade.encode())))
        pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap
