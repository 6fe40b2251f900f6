"""The journey of the customer shown: touchpoints by lane, the mood over time, and what it comes to in a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.channels import Channel
from desktop.domain.ids import CustomerId, InteractionId
from desktop.store import projections
from desktop.store.connection import Connection
from desktop.store.rows import Journey, MoodSpan
from desktop.viewmodels.workplace import Ticket, Workplace

if TYPE_CHECKING:
    from desktop.insight.journey import JourneySummary

__all__ = ["Journey", "JourneyViewModel", "MoodSpan"]

LANES = (
    Channel.SHOP,
    Channel.WEB,
    Channel.SOCIAL,
    Channel.IN_APP,
    Channel.MESSENGER,
    Channel.SMS,
    Channel.VIDEO,
    Channel.CALL,
    Channel.EMAIL,
    Channel.CHAT,
)


class JourneyViewModel(QObject):
    """``show(customer)`` reads; ``changed`` says that there is something else to draw."""

    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._customer: CustomerId | None = None
        self._marked: InteractionId | None = None
        self.journey: Journey | None = None
        self.summary: JourneySummary | None = None
        workplace.changed.connect(self._on_changed)

    def lanes(self, days: int = 0) -> list[Channel]:
        """Return the channels there is something on, from the top down; with ``days``, on these last days."""
        if self.journey is None:
            return []
        points = self.journey.touchpoints
        since = self._workplace.now() - timedelta(days=days)
        used = {point.channel for point in points if not days or point.at >= since}
        used = used or {point.channel for point in points}
        return [lane for lane in LANES if lane in used]

    @property
    def current(self) -> InteractionId | None:
        """The contact open in the middle, to be marked."""
        return self._workplace.current

    def recent(self, days: int) -> int:
        """Return how many touchpoints lie within the last ``days``."""
        since = self._workplace.now() - timedelta(days=days)
        return sum(point.at >= since for point in self.journey.touchpoints) if self.journey else 0

    def open(self, interaction_id: InteractionId) -> None:
        """Show a contact of the journey."""
        self._workplace.open(interaction_id)

    def show(self, customer_id: CustomerId | None) -> None:
        """Show the journey of a customer, or of nobody."""
        self._customer = customer_id
        self._look()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.is_bulk or (
            self._customer in changes.customers and changes.touches(Table.TOUCHPOINT, Table.MESSAGE)
        ):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        customer, now = self._customer, self._workplace.now()
        if customer is None:
            self._on_answer((None, None))
            return

        def _read(conn: Connection) -> tuple[Journey | None, JourneySummary | None]:
            from desktop.insight.journey import summary  # its word lists are not part of the first paint

            journey = projections.journey(conn, customer)
            return journey, summary(journey.touchpoints, now)

        self._ticket = self._workplace.ask(_read, self._on_answer)

    def _on_answer(self, answer: tuple[Journey | None, JourneySummary | None]) -> None:
        journey, summary = answer
        # Another contact of the same customer has another point to be marked.
        if journey != self.journey or self.current != self._marked:
            self.journey, self.summary, self._marked = journey, summary, self.current
            self.changed.emit()
