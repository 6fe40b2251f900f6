"""What rings at this agent now. An offer goes when it is answered, when it runs out, or when the hub takes it back."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.domain.changes import ChangeSet, Table
from desktop.domain.channels import Channel
from desktop.domain.commands import Accept, Decline
from desktop.domain.ids import InteractionId
from desktop.domain.interaction import Interaction
from desktop.store import projections
from desktop.store.rows import InboxRow, InboxView
from desktop.viewmodels.workplace import Ticket, Workplace

# A timer counts milliseconds in 32 bits: one that rings for longer is looked at again on the way.
_LONGEST_S = 3600.0


class Offer(Struct, frozen=True):
    """One ringing request. ``total_s`` is how long it rings altogether."""

    interaction: Interaction
    intent_title: str
    queue_name: str

    @property
    def id(self) -> InteractionId:
        return self.interaction.id

    @property
    def channel(self) -> Channel:
        return self.interaction.channel

    @property
    def expires_at(self) -> datetime | None:
        return self.interaction.offer_expires_at

    @property
    def total_s(self) -> float:
        row = self.interaction
        if row.offer_expires_at is None or row.offered_at is None:
            return 30.0
        return max(1.0, (row.offer_expires_at - row.offered_at).total_seconds())

    def left_s(self, now: datetime) -> float:
        """Return the seconds left to answer, 0 when it ran out."""
        return max(0.0, (self.expires_at - now).total_seconds()) if self.expires_at else 0.0


class OffersViewModel(QObject):
    """``arrived`` for each new offer, ``accepted`` for one taken here, ``changed`` when the list is another."""

    arrived = Signal(object)
    accepted = Signal(object)
    changed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._ticket: Ticket | None = None
        self._known: set[InteractionId] = set()
        self.offers: tuple[Offer, ...] = ()
        self._expiry = QTimer(self)
        self._expiry.setSingleShot(True)
        self._expiry.timeout.connect(self._look)
        workplace.changed.connect(self._on_changed)
        workplace.catalogue.changed.connect(self._look)
        self._look()

    def accept(self, offer: Offer) -> None:
        """Take the request and open it: its screen pop is the panels filling themselves."""
        self._workplace.perform(Accept(interaction_id=offer.id), initiator=self)
        self._workplace.open(offer.id)
        self.accepted.emit(offer)

    def decline(self, offer: Offer, reason: str = "") -> None:
        """Let somebody else have it."""
        self._workplace.perform(Decline(interaction_id=offer.id, reason=reason), initiator=self)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.touches(Table.INTERACTION, Table.OUTBOX):
            self._look()

    def _look(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        me, now = self._workplace.me, self._workplace.now()
        self._ticket = self._workplace.ask(
            lambda conn: projections.inbox(conn, InboxView.OFFERS, me, limit=10, now=now), self._on_rows
        )

    def _on_rows(self, rows: list[InboxRow]) -> None:
        names = self._workplace.catalogue
        offers = tuple(
            Offer(row.interaction, names.intent(row.interaction.intent), names.queue(row.interaction.queue))
            for row in rows
        )
        fresh = [offer for offer in offers if offer.id not in self._known]
        self._known = {offer.id for offer in offers}
        if offers != self.offers:
            self.offers = offers
            self.changed.emit()
        for offer in fresh:
            self.arrived.emit(offer)
        ends = [offer.left_s(self._workplace.now()) for offer in offers if offer.expires_at is not None]
        if ends:
            self._expiry.start(int(min(*ends, _LONGEST_S) * 1000) + 50)
        else:
            self._expiry.stop()
