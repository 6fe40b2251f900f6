"""What a person chose for this window: theme, language, density, sound, its place on the screen. A small file in the
profile, readable before any account is open; nothing in it is about a customer. It is written on a thread of its own,
and is on the disk whole or not at all."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QThreadPool, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.ui.i18n import formats
from desktop.ui.i18n.language import LANGUAGES
from desktop.ui.theme.theme import Theme

log = logging.getLogger(__name__)


class Preferences(QObject):
    """Reads the file once and writes it whole at each change; a file that cannot be read counts as empty."""

    changed = Signal()

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._values: dict[str, Any] = {}
        # One thread, so that the newest is written last.
        self._writer = QThreadPool(self)
        self._writer.setMaxThreadCount(1)
        try:
            loaded = json.loads(file.read_text(encoding="utf-8"))
            self._values = loaded if isinstance(loaded, dict) else {}
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            log.warning("the preferences could not be read; the defaults are used")

    @property
    def theme(self) -> str:
        value = self._values.get("theme")
        return value if value in ("light", "dark", "contrast") else "system"

    @property
    def language(self) -> str | None:
        value = self._values.get("language")
        return value if value in LANGUAGES else None

    @property
    def is_compact(self) -> bool:
        return self._values.get("density") == "compact"

    @property
    def has_sound(self) -> bool:
        return bool(self._values.get("sound", True))

    @property
    def panes(self) -> str:
        return str(self._values.get("panes", ""))

    def set(self, name: str, value: Any) -> None:
        """Keep one choice: ``theme``, ``language``, ``density`` or ``sound``."""
        if self._values.get(name) != value:
            self._values[name] = value
            self._save()
            self.changed.emit()

    def set_layout(self, geometry: str, panes: str) -> None:
        if (self._values.get("geometry"), self._values.get("panes")) != (geometry, panes):
            self._values |= {"geometry": geometry, "panes": panes}
            self._save()

    def restore_geometry(self, window: QWidget) -> bool:
        """Put the window where it was; returns whether that was known."""
        saved = self._values.get("geometry")
        return isinstance(saved, str) and window.restoreGeometry(QByteArray.fromBase64(saved.encode()))

    def flush(self) -> None:
        """Wait until everything is on the disk."""
        self._writer.waitForDone()

    def _save(self) -> None:
        data = json.dumps(self._values, indent=1).encode()
        self._writer.start(lambda: _write(self._file, data))


def _write(file: Path, data: bytes) -> None:
    draft = file.with_suffix(".new")
    try:
        with draft.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
        if os.name == "posix":
            _sync_folder(file.parent)
    except OSError as error:
        log.warning("the preferences could not be kept: %s", error.strerror)


def _sync_folder(folder: Path) -> None:
    """The new name is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


class PreferencesMenu(QMenu):
    """Theme, density, language, sound; accounts, the screen lock, and signing out."""

    sign_out_requested = Signal()
    lock_requested = Signal()
    account_requested = Signal()
    accounts_requested = Signal()

    def __init__(self, preferences: Preferences, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._theme = theme
        self._choices(
            self.tr("Colours"),
            {
                "system": self.tr("As the system"),
                "light": self.tr("Light"),
                "dark": self.tr("Dark"),
                "contrast": self.tr("High contrast"),
            },
            theme.choice,
            self._choose_theme,
        )
        self._choices(
            self.tr("Rows"),
            {"roomy": self.tr("Roomy"), "compact": self.tr("Compact")},
            "compact" if preferences.is_compact else "roomy",
            self._choose_density,
        )
        self._choices(
            self.tr("Language (from the next start)"),
            {"de": "Deutsch", "en": "English"},
            preferences.language or "",
            lambda value: preferences.set("language", value),
        )
        sound = self.addAction(self.tr("Sound for a new offer"))
        sound.setCheckable(True)
        sound.setChecked(preferences.has_sound)
        sound.toggled.connect(lambda on: preferences.set("sound", on))
        self.addSeparator()
        self.addAction(self.tr("Accounts…")).triggered.connect(self.accounts_requested)
        self.addAction(self.tr("My account on this machine")).triggered.connect(self.account_requested)
        lock = self.addAction(f"{self.tr('Lock the screen')}\t{formats.keys('Ctrl+Alt+L')}")
        lock.triggered.connect(self.lock_requested)
        self.addAction(self.tr("Sign out")).triggered.connect(self.sign_out_requested)

    def _choices(self, title: str, choices: dict[str, str], now: str, choose: Any) -> None:
        menu = self.addMenu(title)
        group = QActionGroup(menu)
        for value, text in choices.items():
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(value == now)
            action.triggered.connect(lambda _checked, v=value: choose(v))
            group.addAction(action)
            menu.addAction(action)

    def _choose_theme(self, value: str) -> None:
        self._preferences.set("theme", value)
        self._theme.choose(value)

    def _choose_density(self, value: str) -> None:
        self._theme.set_compact(value == "compact")
        self._preferences.set("density", value)
