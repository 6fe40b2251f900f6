"""What one commit of the local store changed. Each view model decides whether it cares; nothing is fetched anew for all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from msgspec import Struct, field

# More rows in one commit than what happens at a time.
_MUCH: Final = 100
_NONE: Final[frozenset[str]] = frozenset()


class Table(StrEnum):
    """What can change. Those above the line are also the record types of the hub's change feed."""

    CUSTOMER = "customer"
    INTERACTION = "interaction"
    MESSAGE = "message"
    TOUCHPOINT = "touchpoint"
    RECORD = "record"
    SUGGESTION = "suggestion"
    AGENT = "agent"
    QUEUE = "queue"
    TEMPLATE = "template"
    DISPOSITION = "disposition"
    INTENT = "intent"
    FLOW = "flow"
    PLAYBOOK = "playbook"
    ARTICLE = "article"
    MODEL = "model"
    DUPLICATE = "duplicate"
    VERIFICATION = "verification"
    ROUTING = "routing"
    DECISION = "decision"
    ALERT_RULE = "alert_rule"
    ALERT = "alert"
    BROADCAST = "broadcast"
    # Only ever local:
    OUTBOX = "outbox"
    DRAFT = "draft"
    FILE = "file"
    SETTING = "setting"
    SYNC = "sync"


class Cause(StrEnum):
    """Who wrote: the agent at this window, the network, or the program itself."""

    AGENT = "agent"
    NETWORK = "network"
    SYSTEM = "system"


class ChangeSet(Struct, frozen=True):
    """The ids changed by one commit, by table.

    ``interactions`` are those whose row, messages, suggestions or pending commands changed; ``customers`` those whose
    card, records or touchpoints did. ``is_bulk`` says that ids were not kept (a first sync): look again at everything.
    ``initiator`` is whatever the writer passed, so that a panel can tell its own change.
    """

    cause: Cause
    rows: Mapping[Table, frozenset[str]] = field(default_factory=dict)
    interactions: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    is_bulk: bool = False
    initiator: object = None

    def touches(self, *tables: Table) -> bool:
        """Whether any of ``tables`` changed."""
        return self.is_bulk or any(table in self.rows for table in tables)

    @property
    def is_much(self) -> bool:
        """Whether this is a page of what the network brings by the hundred, not something that just happened."""
        return self.cause is Cause.NETWORK and (self.is_bulk or sum(map(len, self.rows.values())) > _MUCH)

    def joined(self, later: ChangeSet) -> ChangeSet:
        """Return what both changed, as one commit of the network's."""
        if self.is_bulk or later.is_bulk:
            return ChangeSet(Cause.NETWORK, is_bulk=True)
        return ChangeSet(
            Cause.NETWORK,
            rows={
                table: self.rows.get(table, _NONE) | later.rows.get(table, _NONE) for table in {*self.rows, *later.rows}
            },
            interactions=self.interactions | later.interactions,
            customers=self.customers | later.customers,
        )
