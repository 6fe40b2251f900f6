"""The record types of the change feed, and how one is read. A record is the JSON of the ``domain`` value of its type."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate
from desktop.domain.flow import Flow
from desktop.domain.interaction import Interaction, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.knowledge import Article
from desktop.domain.learned import LearnedModel
from desktop.domain.playbook import Playbook
from desktop.domain.record import BusinessRecord
from desktop.domain.routing import Alert, AlertRule, Broadcast, RoutingDecision, RoutingPolicy
from desktop.domain.suggestion import Suggestion
from desktop.domain.template import Disposition, IntentLabel, Template
from desktop.domain.verification import VerificationPolicy

Record = (
    Customer
    | Interaction
    | Message
    | Touchpoint
    | BusinessRecord
    | Suggestion
    | Agent
    | Queue
    | Template
    | Disposition
    | IntentLabel
    | Flow
    | Playbook
    | Article
    | LearnedModel
    | Duplicate
    | VerificationPolicy
    | RoutingPolicy
    | RoutingDecision
    | AlertRule
    | Alert
    | Broadcast
)

TYPES: Final[dict[Table, type[Any]]] = {
    Table.CUSTOMER: Customer,
    Table.INTERACTION: Interaction,
    Table.MESSAGE: Message,
    Table.TOUCHPOINT: Touchpoint,
    Table.RECORD: BusinessRecord,
    Table.SUGGESTION: Suggestion,
    Table.AGENT: Agent,
    Table.QUEUE: Queue,
    Table.TEMPLATE: Template,
    Table.DISPOSITION: Disposition,
    Table.INTENT: IntentLabel,
    Table.FLOW: Flow,
    Table.PLAYBOOK: Playbook,
    Table.ARTICLE: Article,
    Table.MODEL: LearnedModel,
    Table.DUPLICATE: Duplicate,
    Table.VERIFICATION: VerificationPolicy,
    Table.ROUTING: RoutingPolicy,
    Table.DECISION: RoutingDecision,
    Table.ALERT_RULE: AlertRule,
    Table.ALERT: Alert,
    Table.BROADCAST: Broadcast,
}
_NAMES: Final[dict[type[Any], Table]] = {kind: table for table, kind in TYPES.items()}
_decoders: Final[dict[Table, msgspec.json.Decoder[Any]]] = {}
_encoder: Final = msgspec.json.Encoder()


def type_of(record: Record) -> Table:
    """Return the feed's name for the type of ``record``."""
    return _NAMES[type(record)]


def encode(record: Record) -> bytes:
    """Return ``record`` as JSON."""
    return _encoder.encode(record)


def decode(table: Table | str, body: bytes | str | msgspec.Raw) -> Any:
    """Read the JSON of a record of type ``table``; fields this version does not know are passed over.

    Raises ``msgspec.ValidationError`` where the JSON is not such a record, ``ValueError`` for an unknown type.
    """
    # A table is its own name.
    decoder = _decoders.get(table)  # type: ignore[arg-type]
    if decoder is None:
        # A millisecond each: none is made before there is something for it to read.
        table = Table(table)
        decoder = _decoders[table] = msgspec.json.Decoder(TYPES[table])
    return decoder.decode(body)
