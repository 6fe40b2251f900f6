"""Calling a customer back later: which numbers are known, whether one can be called, and the command."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from PySide6.QtCore import QObject

from desktop.domain.commands import ScheduleCallback
from desktop.domain.customer import IdentityKind
from desktop.insight import normalise
from desktop.viewmodels.interaction import InteractionModel

LONGEST: Final = timedelta(days=365)
SOONEST: Final = timedelta(minutes=1)


class CallbackModel(QObject):
    """Of the open contact, which ``model`` follows."""

    def __init__(self, model: InteractionModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model

    @property
    def can_schedule(self) -> bool:
        """Whether a call back can be agreed now: the contact is mine and the state machine allows it."""
        row = self._model.interaction
        return row is not None and self._model.is_mine and self._model.workplace.may("schedule_callback", row)

    @property
    def scheduled_at(self) -> datetime | None:
        """When the customer is to be called back, if that was agreed."""
        row = self._model.interaction
        return None if row is None else row.callback_at

    def now(self) -> datetime:
        return self._model.now()

    def numbers(self) -> tuple[tuple[str, str], ...]:
        """Return the numbers known, each with its label: the one they called from first, then those on record."""
        row = self._model.interaction
        if row is None:
            return ()
        found: dict[str, tuple[str, str]] = {}
        if row.channel.is_spoken and (called := normalise.phone(row.from_address)):
            found[called] = (row.from_address, "")
        customer = self._model.background.customer
        for identity in customer.identities if customer is not None else ():
            if identity.kind is IdentityKind.PHONE:
                key = identity.normalised or identity.value
                found.setdefault(key, (identity.value, identity.label))
        return tuple(found.values())

    @staticmethod
    def is_number(text: str) -> bool:
        """Whether ``text`` can be called; a number without a country code is taken for one of the home region."""
        return normalise.phone(text) is not None

    def trouble(self, at: datetime, to: str) -> str:
        """Return the code of what stands in the way: ``past``, ``too_far``, ``no_number`` or ``bad_number``; else nothing."""
        if at < self.now() + SOONEST - timedelta(seconds=30):
            return "past"
        if at > self.now() + LONGEST:
            return "too_far"
        if not to.strip():
            return "" if self.numbers() else "no_number"
        return "" if self.is_number(to) else "bad_number"

    def schedule(self, at: datetime, to: str = "", note: str = "", is_mine: bool = True) -> None:
        """Agree to call back ``at``; nothing where that is not possible now. Raises ``ValueError`` for what ``trouble``
        names."""
        if code := self.trouble(at, to):
            raise ValueError(code)
        row = self._model.interaction
        if row is not None and self.can_schedule:
            command = ScheduleCallback(
                interaction_id=row.id,
                at=at,
                to=normalise.phone(to) or "" if to.strip() else "",
                note=note.strip(),
                is_mine=is_mine,
            )
            self._model.workplace.perform(command, initiator=self)
