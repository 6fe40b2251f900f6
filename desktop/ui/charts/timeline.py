"""The stretch of time a chart shows, in seconds since 1970: fitting, zooming, panning within limits, and where labels go.

Knows no widget: the chart asks it for places and tells it what the pointer did.
"""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

translate = QCoreApplication.translate

DAY = 86400.0
# Closer than this nothing is told apart any more.
_SHORTEST = 1800.0
_BEYOND = 30 * DAY
_LABEL_ROOM = 72
_STEPS = (
    *(hours * 3600.0 for hours in (0.25, 0.5, 1, 2, 4, 6, 12)),
    *(days * DAY for days in (1, 2, 3, 5, 7, 10, 14, 21, 30, 61, 91, 122, 182, 365, 730)),
)


class Timeline:
    """``low`` and ``high`` are the ends of what is shown."""

    def __init__(self) -> None:
        self.low, self.high = 0.0, DAY
        self._least, self._most = 0.0, DAY

    @property
    def span(self) -> float:
        return self.high - self.low

    def limit(self, first: float, last: float) -> None:
        """Say from when to when there is anything; a little beyond may be shown."""
        self._least, self._most = first - _BEYOND, last + _BEYOND

    def show(self, low: float, high: float) -> None:
        """Show a stretch, moved and cut so that it stays within the limits."""
        span = min(max(high - low, _SHORTEST), max(self._most - self._least, _SHORTEST))
        middle = (low + high) / 2
        start = min(max(middle - span / 2, self._least), max(self._most - span, self._least))
        self.low, self.high = start, start + span

    def zoom(self, factor: float, around: float | None = None) -> None:
        """Show ``factor`` times as much; the instant ``around`` (default: the middle) stays where it is."""
        at = (self.low + self.high) / 2 if around is None else around
        share = (at - self.low) / self.span
        span = min(max(self.span * factor, _SHORTEST), max(self._most - self._least, _SHORTEST))
        self.show(at - share * span, at + (1 - share) * span)

    def pan(self, seconds: float) -> None:
        self.show(self.low + seconds, self.high + seconds)

    def labels(self, width: float, now: float) -> list[tuple[float, str]]:
        """Return the instants to be named along ``width`` pixels, oldest first, as few as leave each label room."""
        room = max(2, int(width // _LABEL_ROOM))
        step = next((one for one in _STEPS if self.span / one <= room), _STEPS[-1])
        # Counted back from today, so that the newest end, which matters most, has a label of its own.
        last = now - (max(0.0, now - self.high) // step + (now > self.high)) * step
        count = max(int((last - self.low) // step) + 1, 0)
        return [(at, _named(at, step, now)) for at in (last - n * step for n in range(count))][::-1]


def _named(at: float, step: float, now: float) -> str:
    if step >= DAY and abs(at - now) < DAY / 2:
        return translate("charts", "today")
    pattern = "HH:mm" if step < DAY else translate("charts", "d MMM") if step < 100 * DAY else "MMM yyyy"
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)), pattern)


def present() -> float:
    """Return this instant in seconds since 1970."""
    return datetime.now(UTC).timestamp()
