"""A new offer while the window is not in front: a desktop notification, a sound, the mark in the task bar. The text of the
notification names channel and queue only: it may be seen by whoever stands behind the agent."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QProcess, QStandardPaths, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from desktop.assets import asset
from desktop.ui.i18n import words
from desktop.ui.window.preferences import Preferences
from desktop.viewmodels.offers import Offer, OffersViewModel
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate
SOUND = asset("sounds", "offer.wav")


class Notifier(QWidget):
    """Never shown itself; owns the tray icon. ``activated`` says that the notification was clicked. ``is_discreet``: on a
    locked screen not even the channel and the queue are named."""

    activated = Signal()

    def __init__(self, workplace: Workplace, preferences: Preferences, parent: QWidget) -> None:
        super().__init__(parent)
        self.setVisible(False)
        self._preferences = preferences
        self._offers = OffersViewModel(workplace, self)
        self._offers.arrived.connect(self._on_arrived)
        self._tray: QSystemTrayIcon | None = None
        self._window = parent.window()
        self.is_discreet = False
        self.sounds_played = 0
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(QIcon(str(asset("icons", "dirigent.svg"))), self)
            self._tray.setToolTip("Dirigent")
            self._tray.messageClicked.connect(self.activated)
            self._tray.activated.connect(lambda _reason: self.activated.emit())
            self._tray.show()

    def stop(self) -> None:
        """Take the tray icon away."""
        if self._tray is not None:
            self._tray.hide()

    def _on_arrived(self, offer: Offer) -> None:
        if self._preferences.has_sound:
            self._play()
        window = self._window
        QApplication.alert(window)
        if self._tray is not None and not window.isActiveWindow():
            if self.is_discreet:
                title, queue = translate("Notifier", "New request"), ""
            else:
                title = translate("Notifier", "New request: %1").replace("%1", words.channel(offer.channel))
                queue = offer.queue_name
            self._tray.showMessage(title, queue, QSystemTrayIcon.MessageIcon.Information, 10_000)

    def _play(self) -> None:
        """Play the sound by whatever the system has for that, without waiting; with nothing there, its own beep."""
        self.sounds_played += 1
        for player, arguments in (("pw-play", []), ("paplay", []), ("aplay", ["-q"]), ("afplay", [])):
            if QStandardPaths.findExecutable(player):
                QProcess.startDetached(player, [*arguments, str(SOUND)])
                return
        if not _play_on_windows():
            QApplication.beep()


def _play_on_windows() -> bool:
    try:
        import winsound
    except ImportError:
        return False
    winsound.PlaySound(str(SOUND), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)  # type: ignore[attr-defined]
    return True
