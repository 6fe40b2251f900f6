"""What one commit of the local store changed. Each view model decides whether it cares; nothing is fetched anew for all."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field


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
