"""What a command asks of a ticket: the requests it takes, and how the ticket is once it is met. Pure.

Snoozing is the status ``stalled`` with ``Starts``, the date before which nobody is to work on a ticket; ``Due`` stays what it
is, the service level's. Waiting for the customer is ``stalled`` without a date.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from desktop.backends.base import Refused
from desktop.backends.rt import states
from desktop.backends.rt.naming import Naming
from desktop.backends.rt.shapes import Ticket, instant
from desktop.domain import commands as c
from desktop.domain.commands import Command
from desktop.domain.ids import InteractionId
from desktop.wire.errors import Code

Step = tuple[str, dict[str, Any]]
"""What follows the address of the ticket, and the body of a ``PUT``."""

CARRIED: Final = frozenset(
    {
        c.SendMessage, c.AddNote, c.Take, c.TakeOver, c.Resume, c.Wait, c.Snooze, c.Transfer, c.Reassign, c.Requeue,
        c.Reopen, c.WrapUp, c.SetPriority, c.LinkCustomer, c.UpdateCustomer,
    }
)  # fmt: skip
"""The commands that can be carried over to RT."""

_NO_DATE: Final = "1970-01-01 00:00:00"


@dataclass(frozen=True)
class Wish:
    """``touches`` are the fields of a ticket it is about, ``rivalled`` why it fails where somebody else was faster, ``ends``:
    the ticket is done with after it, ``note`` what is to be commented before."""

    contact: InteractionId
    steps: Callable[[Ticket], list[Step]]
    is_met: Callable[[Ticket], bool]
    touches: tuple[str, ...] = ("status",)
    rivalled: str = ""
    ends: bool = False
    note: str = ""
    check: Callable[[Ticket], None] = lambda ticket: None


def differs(fields: tuple[str, ...], one: Ticket, other: Ticket) -> bool:
    """Whether two versions of a ticket differ in what counts of ``fields``."""
    return any(_value(field, one) != _value(field, other) for field in fields)


def _value(field: str, ticket: Ticket) -> object:
    match field:
        case "owner":
            return ticket.owner.id
        case "queue":
            return ticket.queue.id
        case "requestor":
            return [one.id for one in ticket.requestor]
        case "priority":
            return states.priority_of(ticket.priority)
        case _:
            return ticket.status


def wish_of(command: Command, naming: Naming) -> Wish:
    """Return what ``command`` asks for. Raises ``Refused``: ``unsupported`` for what RT has not, ``not_found`` for ids of
    other accounts."""
    mine = naming.mine
    match command:
        case c.Take(interaction_id=contact):
            return Wish(
                contact,
                lambda ticket: [("/take", {})],
                lambda ticket: ticket.owner.id == mine,
                ("owner",),
                Code.ALREADY_TAKEN,
            )
        case c.TakeOver(interaction_id=contact):
            return Wish(contact, lambda ticket: _owning(ticket, mine), lambda ticket: ticket.owner.id == mine, ())
        case c.Resume(interaction_id=contact):
            return Wish(contact, lambda ticket: [("", _open())], lambda ticket: ticket.status == states.OPEN)
        case c.Wait(interaction_id=contact):
            return Wish(
                contact,
                lambda ticket: _stalling(ticket, _NO_DATE),
                lambda ticket: ticket.status == states.STALLED and instant(ticket.starts) is None,
            )
        case c.Snooze(interaction_id=contact, until=until):
            until = until.astimezone(UTC).replace(microsecond=0)
            return Wish(
                contact,
                lambda ticket: _stalling(ticket, f"{until:%Y-%m-%d %H:%M:%S}"),
                lambda ticket: ticket.status == states.STALLED and instant(ticket.starts) == until,
            )
        case c.Reopen(interaction_id=contact):
            return Wish(
                contact,
                lambda ticket: [("", _open()), *_owning(ticket, mine)],
                lambda ticket: ticket.status == states.OPEN and ticket.owner.id == mine,
            )
        case c.Transfer(interaction_id=contact) | c.Reassign(interaction_id=contact):
            return _transfer(command, contact, naming)
        case c.Requeue(interaction_id=contact):
            return Wish(
                contact,
                lambda ticket: [("", {"Owner": states.NOBODY} | _awake(ticket))],
                lambda ticket: ticket.owner.name == states.NOBODY and ticket.status != states.STALLED,
                ("owner",),
            )
        case c.WrapUp(interaction_id=contact, disposition=disposition, summary=summary):
            native = naming.native(disposition)
            status = native if native in states.DISPOSITIONS else states.RESOLVED
            return Wish(
                contact,
                lambda ticket: [("", {"Status": status})],
                lambda ticket: ticket.status == status,
                ends=True,
                note=summary.strip(),
            )
        case c.SetPriority(interaction_id=contact, priority=priority):
            wanted = states.rt_priority(priority)
            return Wish(
                contact,
                lambda ticket: [("", {"Priority": str(wanted)})],
                lambda ticket: states.priority_of(ticket.priority) == states.priority_of(wanted),
                ("priority",),
            )
        case c.LinkCustomer(interaction_id=contact, customer_id=customer):
            user = naming.number(customer)
            return Wish(
                contact,
                lambda ticket: [("", {"Requestor": [str(user)]})],
                lambda ticket: [one.id for one in ticket.requestor] == [user],
                ("requestor",),
            )
        case _:
            raise Refused("unsupported")


def _transfer(command: c.Transfer | c.Reassign, contact: InteractionId, naming: Naming) -> Wish:
    queue = naming.number(command.to_queue) if command.to_queue is not None else None
    agent = naming.agent_number(command.to_agent) if command.to_agent is not None else None
    if queue is None and agent is None:
        raise Refused(Code.MISSING_VALUE)
    mine, is_leads = naming.mine, isinstance(command, c.Reassign)

    def steps(ticket: Ticket) -> list[Step]:
        # Only who owns a ticket gives it away.
        first = _owning(ticket, mine) if is_leads and ticket.owner.name != states.NOBODY else []
        body: dict[str, Any] = {"Owner": str(agent) if agent is not None else states.NOBODY}
        if queue is not None:
            body["Queue"] = str(queue)
        return [*first, ("", body | _awake(ticket))]

    def is_met(ticket: Ticket) -> bool:
        is_there = queue is None or ticket.queue.id == queue
        is_given = ticket.owner.id == agent if agent is not None else ticket.owner.name == states.NOBODY
        return is_there and is_given

    def check(ticket: Ticket) -> None:
        if not is_leads and ticket.owner.name != states.NOBODY and ticket.owner.id != mine:
            raise Refused(Code.NOT_OWNER)

    return Wish(contact, steps, is_met, ("owner", "queue"), note=command.note.strip(), check=check)


def _owning(ticket: Ticket, mine: int) -> list[Step]:
    if ticket.owner.id == mine:
        return []
    return [("/take" if ticket.owner.name == states.NOBODY else "/steal", {})]


def _stalling(ticket: Ticket, starts: str) -> list[Step]:
    # One that is stalled already is stalled anew: what the customer wrote in between is dealt with.
    first: list[Step] = [("", {"Status": states.OPEN})] if ticket.status == states.STALLED else []
    return [*first, ("", {"Status": states.STALLED, "Starts": starts})]


def _awake(ticket: Ticket) -> dict[str, Any]:
    return _open() if ticket.status == states.STALLED else {}


def _open() -> dict[str, Any]:
    return {"Status": states.OPEN, "Starts": _NO_DATE}
