"""How a domain record becomes a row: its columns beside the body, and instants as whole microseconds.

Pure: no connection in here. Called by ``apply`` and ``generate``, which write rows, and by the projections for sorting.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from desktop.domain.agent import Agent, Queue
from desktop.domain.changes import Table
from desktop.domain.customer import Customer
from desktop.domain.duplicate import Duplicate
from desktop.domain.flow import Flow
from desktop.domain.interaction import Interaction, Message
from desktop.domain.journey import Touchpoint
from desktop.domain.record import BusinessRecord
from desktop.domain.routing import RoutingDecision
from desktop.domain.suggestion import Suggestion
from desktop.domain.template import Template
from desktop.store.folding import fold, haystack
from desktop.store.schema import NEVER
from desktop.wire.records import encode

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST: Final = 2**63 - 1


def micros(at: datetime) -> int:
    """Return the instant as microseconds since 1970; one without a zone is taken for UTC."""
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return (at - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """Return the instant of ``micros``, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def micros_or_never(at: datetime | None) -> int:
    return NEVER if at is None else micros(at)


def whole(number: int) -> int:
    """Return ``number``, held within what a column can hold."""
    if -_LARGEST <= number <= _LARGEST:
        return number
    return _LARGEST if number > 0 else -_LARGEST


def interaction_haystack(record: Interaction) -> str:
    return haystack(record.customer_name, record.from_address, record.subject, record.last_text)


def closed_at(record: Interaction) -> int:
    """Return when it came to its end: the instant that the list of closed contacts is sorted by."""
    return micros(record.closed_at or record.updated_at)


def last_at(record: Interaction) -> int:
    return micros(record.last_at or record.created_at)


def _interaction(record: Interaction) -> tuple[Any, ...]:
    return (
        record.state.value,
        record.channel.value,
        record.queue,
        record.assignee,
        record.customer_id,
        micros(record.created_at),
        micros_or_never(record.due_at),
        last_at(record),
        closed_at(record),
        micros_or_never(record.snoozed_until),
        micros_or_never(record.offer_expires_at),
        interaction_haystack(record),
    )


def _message(record: Message) -> tuple[Any, ...]:
    return (record.interaction_id, record.author.value, micros(record.sent_at), record.mood)


def _customer(record: Customer) -> tuple[Any, ...]:
    return (record.name, fold(record.name), record.merged_into)


def _touchpoint(record: Touchpoint) -> tuple[Any, ...]:
    return (record.customer_id, record.interaction_id, record.kind, micros(record.at))


def _record(record: BusinessRecord) -> tuple[Any, ...]:
    at = 0 if record.at is None else micros(record.at)
    return (record.customer_id, record.interaction_id, record.kind, int(record.is_open), at)


def _suggestion(record: Suggestion) -> tuple[Any, ...]:
    return (record.interaction_id, record.state.value, whole(record.rank))


def _flow(record: Flow) -> tuple[Any, ...]:
    return (record.interaction_id, record.customer_id, record.state.value, micros(record.started_at))


def _decision(record: RoutingDecision) -> tuple[Any, ...]:
    return (record.interaction_id, micros(record.at))


def _duplicate(record: Duplicate) -> tuple[Any, ...]:
    return (record.customer_id, record.other_id, record.state.value)


def _agent(record: Agent) -> tuple[Any, ...]:
    return (record.name,)


def _queue(record: Queue) -> tuple[Any, ...]:
    return (whole(record.priority),)


def _template(record: Template) -> tuple[Any, ...]:
    return (record.shortcut,)


def _none(record: Any) -> tuple[Any, ...]:
    return ()


class Shape(NamedTuple):
    """The columns of one cache table between ``id, seq, version`` and ``body``, and how a record fills them.

    ``interaction`` and ``customer`` are the columns that name whose view of the world a row belongs to, if it has them.
    """

    columns: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]

    @property
    def interaction(self) -> str:
        return "interaction_id" if "interaction_id" in self.columns else "NULL"

    @property
    def customer(self) -> str:
        return "customer_id" if "customer_id" in self.columns else "NULL"


SHAPES: Final[dict[Table, Shape]] = {
    Table.INTERACTION: Shape(
        (
            "state",
            "channel",
            "queue",
            "assignee",
            "customer_id",
            "created_at",
            "due_at",
            "last_at",
            "closed_at",
            "snoozed_until",
            "offer_expires_at",
            "haystack",
        ),
        _interaction,
    ),
    Table.MESSAGE: Shape(("interaction_id", "author", "sent_at", "mood"), _message),
    Table.CUSTOMER: Shape(("name", "folded_name", "merged_into"), _customer),
    Table.TOUCHPOINT: Shape(("customer_id", "interaction_id", "kind", "at"), _touchpoint),
    Table.RECORD: Shape(("customer_id", "interaction_id", "kind", "is_open", "at"), _record),
    Table.SUGGESTION: Shape(("interaction_id", "state", "rank"), _suggestion),
    Table.AGENT: Shape(("name",), _agent),
    Table.QUEUE: Shape(("priority",), _queue),
    Table.TEMPLATE: Shape(("shortcut",), _template),
    Table.DISPOSITION: Shape((), _none),
    Table.INTENT: Shape((), _none),
    Table.FLOW: Shape(("interaction_id", "customer_id", "state", "started_at"), _flow),
    Table.PLAYBOOK: Shape((), _none),
    Table.ARTICLE: Shape((), _none),
    Table.MODEL: Shape((), _none),
    Table.DUPLICATE: Shape(("customer_id", "other_id", "state"), _duplicate),
    Table.VERIFICATION: Shape((), _none),
    Table.ROUTING: Shape((), _none),
    Table.DECISION: Shape(("interaction_id", "at"), _decision),
    Table.ALERT_RULE: Shape((), _none),
    Table.ALERT: Shape((), _none),
    Table.BROADCAST: Shape((), _none),
}


def row_of(table: Table, seq: int, record: Any) -> tuple[Any, ...]:
    """Return the values of ``upsert(table)`` for one record."""
    return (record.id, whole(seq), whole(record.version), *SHAPES[table].values(record), encode(record))


def _upsert(table: Table, shape: Shape) -> str:
    names = ("id", "seq", "version", *shape.columns, "body")
    marks = ", ".join("?" * len(names))
    sets = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    # Only names from this module go into the statement.
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {sets}"
    )


UPSERTS: Final[dict[Table, str]] = {table: _upsert(table, shape) for table, shape in SHAPES.items()}
