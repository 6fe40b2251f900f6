"""A lead's word to teams, until it is over. Who is of none of the teams never gets it (``db.visibility``); once it is over
the record is removed, and with it every copy.
"""

from __future__ import annotations

from datetime import timedelta

from desktop.domain.agent import Role
from desktop.domain.changes import Table
from desktop.domain.commands import SendBroadcast
from desktop.domain.routing import Broadcast
from desktop.hub.desk.lead.agents import utc
from desktop.hub.desk.lead.authority import lead_of
from desktop.hub.desk.lead.whispers import checked
from desktop.hub.desk.refusals import Refused
from desktop.hub.desk.work import Work
from desktop.wire.errors import Code

LONGEST_TEXT = 2000
USUAL = timedelta(days=1)
LONGEST = timedelta(days=31)
_LONGEST_ID = 64
_LONGEST_TEAMS = 500


async def send_broadcast(work: Work, command: SendBroadcast) -> None:
    """Say something to teams; a lead who names none says it to their own. The same id again, from its author or an admin,
    says it anew, and with an end that is past takes it back. Raises ``Refused``: ``FORBIDDEN`` for other teams than the
    lead's, ``CONFLICT`` where the id is another's, ``UNKNOWN_VALUE`` for an end beyond a month, ``EMPTY_TEXT``,
    ``TOO_LARGE``, ``BAD_REQUEST``."""
    lead = lead_of(work)
    before: Broadcast | None = await work.ledger.get(Table.BROADCAST, command.broadcast_id)
    if before is not None and before.by != lead and work.caller.role is not Role.ADMIN:
        raise Refused(Code.CONFLICT, "a broadcast of somebody else has this id")
    until = work.at + USUAL if command.until is None else utc(command.until)
    if before is not None and until <= work.at:
        await work.ledger.remove(Table.BROADCAST, before.id)
        return
    if not work.at < until <= work.at + LONGEST:
        raise Refused(Code.UNKNOWN_VALUE, "it ends some time within the coming month")
    teams = _teams(work, command.teams)
    if before is not None and before.teams != teams:
        raise Refused(Code.CONFLICT, "it went to other teams")
    await work.ledger.put(
        Broadcast(
            id=_id(command.broadcast_id),
            text=checked(command.text, LONGEST_TEXT),
            by=before.by if before is not None else lead,
            by_name=before.by_name if before is not None else await work.name(),
            at=work.at,
            until=until,
            teams=teams,
            is_urgent=command.is_urgent,
        )
    )


def _teams(work: Work, named: tuple[str, ...]) -> tuple[str, ...]:
    teams = tuple(sorted(set(named)))
    if any(not team.isprintable() for team in teams) or sum(len(team) + 1 for team in teams) > _LONGEST_TEAMS:
        raise Refused(Code.UNKNOWN_VALUE, "these are no teams")
    if work.caller.role is Role.ADMIN:
        return teams
    if any(team != work.caller.team for team in teams):
        raise Refused(Code.FORBIDDEN, "only to your own team")
    return (work.caller.team,)


def _id(id_: str) -> str:
    if not 8 <= len(id_) <= _LONGEST_ID or not all(c.isascii() and (c.isalnum() or c in "-_") for c in id_):
        raise Refused(Code.BAD_REQUEST, "not an id")
    return id_
