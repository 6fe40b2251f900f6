"""The theme in force. Made once by the composition root and handed to every widget that paints; ``changed`` repaints."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.ui.theme import fonts
from desktop.ui.theme.icons import Icons
from desktop.ui.theme.stylesheet import stylesheet
from desktop.ui.theme.tokens import THEMES, Tokens, tokens


class Theme(QObject):
    """Holds the tokens, applies them to the application, and follows the system where the choice is ``system``."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system", *, is_compact: bool = False) -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice
        self.is_compact = is_compact
        self.tokens: Tokens = tokens(self._resolve())
        self.icons = Icons(self)
        app.setStyle("Fusion")
        app.setFont(fonts.load())
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def choice(self) -> str:
        """What was chosen: ``system``, ``light``, ``dark`` or ``contrast``."""
        return self._choice

    def choose(self, choice: str) -> None:
        """Change the theme for the whole application. Raises ``ValueError`` for an unknown one."""
        if choice != "system" and choice not in THEMES:
            raise ValueError(f"no theme named {choice!r}; there are system, {', '.join(THEMES)}")
        self._choice = choice
        self._switch()

    def set_compact(self, is_compact: bool) -> None:
        """Make rows roomy (62 px) or compact (44 px)."""
        if is_compact != self.is_compact:
            self.is_compact = is_compact
            self.changed.emit()

    def color(self, name: str) -> QColor:
        return self.tokens.color(name)

    def _resolve(self) -> str:
        if self._choice != "system":
            return self._choice
        return "dark" if self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"

    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self._switch()

    def _switch(self) -> None:
        wanted = tokens(self._resolve())
        if wanted is not self.tokens:
            self.tokens = wanted
            self._apply()
            self.changed.emit()

    def _apply(self) -> None:
        t = self.tokens
        palette = QPalette()
        roles = {
            QPalette.ColorRole.Window: "bg",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "panel",
            QPalette.ColorRole.AlternateBase: "bg",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.PlaceholderText: "muted",
            QPalette.ColorRole.Button: "panel",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.Highlight: "accent",
            QPalette.ColorRole.HighlightedText: "on_accent",
            QPalette.ColorRole.Link: "on_soft",
            QPalette.ColorRole.Mid: "line",
        }
        for role, name in roles.items():
            palette.setColor(role, t.color(name))
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, t.color("faint"))
        self._app.setPalette(palette)
        self._app.setStyleSheet(stylesheet(t))
