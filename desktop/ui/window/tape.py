"""What is played at the moment, in the strip: that it is a recording, where it is and how fast; a click stops it or lets it
go on. The same by the palette. Shows nothing where nothing is played.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.ui.i18n import formats, reasons
from desktop.ui.theme import fonts
from desktop.viewmodels.workplace import Workplace

translate = QCoreApplication.translate


class TapeButton(QPushButton):
    """``turned`` when somebody stopped it or let it go on."""

    turned = Signal()

    def __init__(self, workplace: Workplace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self.setProperty("look", "link")
        self.setFont(fonts.figures(fonts.SMALL))
        self.setToolTip(
            self.tr("You are looking at a recording. Nothing you do here leaves this computer.")
            + "\n"
            + self.tr("Click to pause it or to let it go on; Ctrl+K has more.")
        )
        self.clicked.connect(self._on_clicked)
        workplace.accounts.changed.connect(self.tick)
        self.tick()

    def tick(self) -> None:
        """Show where it is now."""
        played = next(iter(self._workplace.playbacks.values()), None)
        self.setVisible(played is not None)
        if played is None:
            return
        place = formats.ticking(min(played.position_ms, played.length_ms) / 1000)
        told = self.tr("Recording %1 of %2").replace("%1", place)
        told = told.replace("%2", formats.ticking(played.length_ms / 1000))
        if played.is_paused:
            told = f"{told} · {self.tr('paused')}"
        elif played.is_over:
            told = f"{told} · {self.tr('at its end')}"
        elif played.speed != 1:
            told = f"{told} · ×{played.speed:g}"
        if told != self.text():
            self.setText(told)
            self.setAccessibleName(told)

    def _on_clicked(self) -> None:
        turn(self._workplace)
        self.tick()
        self.turned.emit()


def turn(workplace: Workplace) -> None:
    """Pause what is played, or let it go on."""
    playing = list(workplace.playbacks.values())
    is_paused = any(one.is_paused for one in playing)
    for one in playing:
        one.go_on() if is_paused else one.pause()


def commands(workplace: Workplace) -> list[tuple[str, str, str, Callable[[], object]]]:
    """Return what can be done with it, as lines of the palette: text, key, icon, act."""
    playing = list(workplace.playbacks.values())
    if not playing:
        return []

    def each(name: str) -> Callable[[], object]:
        return lambda: [getattr(one, name)() for one in playing]

    is_paused = any(one.is_paused for one in playing)
    stop = translate("tape", "Let the recording go on") if is_paused else translate("tape", "Pause the recording")
    return [
        (stop, "", "clock", lambda: turn(workplace)),
        (translate("tape", "Play the recording faster"), "", "clock", each("faster")),
        (translate("tape", "Play the recording slower"), "", "clock", each("slower")),
        (translate("tape", "Play the recording from the start"), "", "clock", each("rewind")),
    ]


def being_recorded(folder: str, *, is_anonymised: bool) -> str:
    """Return that what the window shows is being recorded."""
    told = (
        translate("tape", "This window is being recorded into %1. Names, addresses, numbers and words are replaced.")
        if is_anonymised
        else translate("tape", "This window is being recorded into %1, with the customers' real words.")
    )
    return told.replace("%1", folder)


def ended(code: str) -> str:
    """Return that a recording came to its end by itself, and why."""
    return translate("tape", "The recording has ended. %1").replace("%1", reasons.refusal(code))
