"""What is asked of RT's search (TicketSQL, TransactionSQL, JSON), and RT's idea of time. Pure.

RT reads an instant in a query in the time zone of the user, whatever zone is written beside it, so that whoever asks must
know how far that is from UTC: ``literal``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

PAGE: Final = 100
"""RT gives no more at once."""

TICKET_FIELDS: Final = {
    "fields": "Subject,Status,Queue,Owner,Creator,Requestor,Cc,Priority,Created,LastUpdated,Starts,Started,Due,Told,"
    "Resolved,EffectiveId,CustomFields",
    "fields[Queue]": "id,Name",
    "fields[Owner]": "id,Name,RealName",
    "fields[Creator]": "id",
    "fields[Cc]": "id",
    "fields[Requestor]": "id,Name,RealName,EmailAddress,Lang,MobilePhone,WorkPhone,HomePhone,Address1,Zip,City,Country,"
    "Created,LastUpdated",
}
TRANSACTION_FIELDS: Final = {
    "fields": "Type,Field,OldValue,NewValue,ObjectId,Creator,Created",
    "fields[Creator]": "id,Name,RealName",
}
PART_FIELDS: Final = {"fields": "TransactionId,ContentType,Filename,Headers,MessageId,Subject,ContentLength"}

OPEN: Final = "(Status = '__Active__' OR Status = '__Initial__')"
# RT looks at merged tickets only where a query speaks of what they were merged into.
ALL: Final = "EffectiveId > 0"
_MAILED: Final = "Type != 'EmailRecord' AND Type != 'CommentEmailRecord' AND Type != 'SystemError'"
HIDEABLE: Final = "(Type = 'Comment' OR Type = 'CustomField')"
"""Transactions that an agent who sees the ticket may not see."""
PLAIN: Final = f"{_MAILED} AND Type != 'Comment' AND Type != 'CustomField'"


def literal(at: int, offset_s: int) -> str:
    """Return an instant (seconds since 1970) for a query of a user whose clock is ``offset_s`` before UTC."""
    return f"'{datetime.fromtimestamp(max(at, 0), UTC) + timedelta(seconds=offset_s):%Y-%m-%d %H:%M:%S}'"


def updated_after(at: int, ticket: int, offset_s: int) -> str:
    """Return what finds the tickets that changed after second ``at``, or in it with a larger number than ``ticket``."""
    if at <= 0:
        return ALL
    return (
        f"{ALL} AND ((LastUpdated >= {literal(at, offset_s)} AND id > {ticket})"
        f" OR LastUpdated >= {literal(at + 1, offset_s)})"
    )


def of_tickets(known: Mapping[int, int], kinds: str, after: int = 0) -> str:
    """Return what finds the transactions of tickets, of each those numbered above what ``known`` says, all above
    ``after``."""
    wanted = " OR ".join(
        f"(TicketId = {ticket} AND id > {since})" if since else f"TicketId = {ticket}"
        for ticket, since in sorted(known.items())
    )
    return f"ObjectType = 'RT::Ticket' AND id > {after} AND {kinds} AND ({wanted})"


def deleted_since(at: int, offset_s: int) -> str:
    """Return what finds the transactions by which tickets were deleted that still are: the search for tickets never shows
    them."""
    since = f" AND Created >= {literal(at, offset_s)}" if at > 0 else ""
    return "ObjectType = 'RT::Ticket' AND Type = 'Status' AND NewValue = 'deleted' AND TicketStatus = 'deleted'" + since


def parts_of(transactions: Iterable[int], after: int = 0) -> str:
    """Return what finds the attachments of transactions, numbered above ``after``."""
    return json([_among("TransactionId", transactions), {"field": "id", "operator": ">", "value": after, **_AND}])


def these(ids: Iterable[int]) -> str:
    """Return what finds records by their numbers."""
    return json([_among("id", ids)])


def json(terms: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(terms).decode()


_AND: Final = {"entry_aggregator": "AND"}


def _among(field: str, values: Iterable[int]) -> dict[str, Any]:
    return {"field": field, "operator": "IN", "value": sorted(values)}
