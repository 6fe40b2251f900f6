"""Attachments on their way out of the store, to be opened or saved: how far each is, what went wrong, and trying again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.domain.interaction import Attachment
from desktop.viewmodels.workplace import Told, Workplace

RISKY = "risky_type"
"""The code of a file that may be saved but not opened from here."""

_HOPELESS = frozenset({RISKY, "not_found", "type_not_allowed"})


class Purpose(StrEnum):
    OPEN = "open"
    SAVE = "save"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One attachment on its way; ``path`` is where it is saved. ``percent`` is ``None`` where nothing came yet or its size is
    not known; ``error`` is a code, with which it stands still."""

    number: int
    attachment: Attachment
    purpose: Purpose
    path: str = ""
    percent: int | None = None
    error: str = ""

    @property
    def is_worth_retrying(self) -> bool:
        """Whether the same may succeed later."""
        return bool(self.error) and self.error not in _HOPELESS


class TransfersModel(QObject):
    """``opened``: a file lies ready to be shown (its path); ``saved``: one was written (its path)."""

    changed = Signal()
    opened = Signal(str)
    saved = Signal(str)

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._transfers: dict[int, Transfer] = {}
        self._cancels: dict[int, Callable[[], None]] = {}
        self._count = 0

    @property
    def transfers(self) -> tuple[Transfer, ...]:
        """Those under way and those that failed, oldest first."""
        return tuple(self._transfers.values())

    def open(self, attachment: Attachment) -> None:
        """Have an attachment shown; one that is on its way there already comes once."""
        for known in self.transfers:
            if (known.attachment.sha256, known.purpose) == (attachment.sha256, Purpose.OPEN):
                if known.error:
                    self.retry(known.number)
                return
        self._begin(Transfer(self._next(), attachment, Purpose.OPEN))

    def save(self, attachment: Attachment, path: str) -> None:
        """Write an attachment to ``path``."""
        self._begin(Transfer(self._next(), attachment, Purpose.SAVE, path))

    def retry(self, number: int) -> None:
        """Try a failed one again."""
        found = self._transfers.get(number)
        if found is not None and found.error:
            self._begin(replace(found, error="", percent=None))

    def cancel(self, number: int) -> None:
        """End one, or put a failed one away."""
        cancel = self._cancels.pop(number, None)
        if cancel is not None:
            cancel()
        if self._transfers.pop(number, None) is not None:
            self.changed.emit()

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _begin(self, transfer: Transfer) -> None:
        number = transfer.number
        self._transfers[number] = transfer
        files = self._workplace.files
        if files is None:
            self._on_failed(number, "offline")
            return
        told = Told(
            partial(self._on_progress, number), partial(self._on_done, number), partial(self._on_failed, number)
        )
        if transfer.purpose is Purpose.OPEN:
            self._cancels[number] = files.open(transfer.attachment, told)
        else:
            self._cancels[number] = files.save(transfer.attachment, transfer.path, told)
        self.changed.emit()

    def _on_progress(self, number: int, so_far: int, total: int) -> None:
        found = self._transfers.get(number)
        percent = min(100, so_far * 100 // total) if total > 0 else None
        if found is not None and percent != found.percent:
            self._transfers[number] = replace(found, percent=percent)
            self.changed.emit()

    def _on_done(self, number: int, path: str) -> None:
        found = self._transfers.pop(number, None)
        self._cancels.pop(number, None)
        if found is not None:
            self.changed.emit()
            (self.opened if found.purpose is Purpose.OPEN else self.saved).emit(path)

    def _on_failed(self, number: int, code: str) -> None:
        found = self._transfers.get(number)
        self._cancels.pop(number, None)
        if found is not None:
            self._transfers[number] = replace(found, error=code)
            self.changed.emit()
