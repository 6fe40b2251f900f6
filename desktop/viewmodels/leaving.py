"""What would be left behind if the window were closed now: what is still to go out, what was refused, files that are still
being taken in, and work that is not even on the disk. Asked by the closing sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.viewmodels.outbox import Line, OutboxModel, Standing, lines_of, read
from desktop.viewmodels.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Leftovers:
    """``taking_in`` counts files, ``unsaved`` drafts and steps that exist in memory only."""

    waiting: tuple[Line, ...] = ()
    refused: tuple[Line, ...] = ()
    taking_in: int = 0
    unsaved: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.waiting or self.refused or self.taking_in or self.unsaved)


class Leaving(QObject):
    """``taking_in`` tells how many files are being copied into the store now."""

    def __init__(self, workplace: Workplace, outbox: OutboxModel, taking_in: Callable[[], int]) -> None:
        super().__init__(outbox)
        self._workplace = workplace
        self._outbox = outbox
        self._taking_in = taking_in

    @property
    def is_clear(self) -> bool:
        """Whether it is known without asking that nothing would be left behind."""
        is_known = self._outbox.is_settled and self._workplace.unsaved.is_idle
        return is_known and not self._outbox.lines and not self._taking_in() and not self._workplace.unsaved.count

    def look(self, done: Callable[[Leftovers], None]) -> None:
        """Look after everything written so far has reached the disk, or has failed to."""
        me = self._workplace.me

        def _done(lines: list[Line]) -> None:
            refused = tuple(line for line in lines if line.standing is Standing.REFUSED)
            waiting = tuple(line for line in lines if line.standing is not Standing.REFUSED)
            done(Leftovers(waiting, refused, self._taking_in(), self._workplace.unsaved.count))

        def _failed(_error: BaseException) -> None:
            # The file cannot be written: it can be read, or what was read last must do.
            self._workplace.ask(
                lambda conn: lines_of(read(conn, me), me), _done, lambda _error: _done(self._outbox.lines)
            )

        self._workplace.write(lambda w: lines_of(read(w.conn, me), me), _done, _failed, self)

    def send_now(self) -> None:
        """Try at once whatever waits."""
        self._outbox.wake()

    @property
    def can_send(self) -> bool:
        """Whether there is a way out at the moment."""
        return self._outbox.is_online and self._workplace.wake is not None
