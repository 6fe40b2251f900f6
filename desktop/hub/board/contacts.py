"""The contacts behind a number of the board: the same facts that were counted, asked one by one. Called by ``live``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple

from desktop.hub.board.contact import Contact, Facts, listed
from desktop.hub.board.figures import is_within
from desktop.hub.board.scope import Sight
from desktop.hub.board.staff import Staff
from desktop.hub.board.tally import MINUTE_S, Tally, age_of, minute_from
from desktop.hub.board.zones import half_of, instant, today
from desktop.wire.board import ContactFigures, ContactsFilter, ContactsPage, Figure

LARGEST_PAGE: Final = 500
_STEP: Final = 500

_OF_OFFERS: Final = frozenset({Figure.DECLINED, Figure.MISSED})
_OF_AGENTS: Final = _OF_OFFERS | {Figure.IN_HAND, Figure.HANDLED}


class Seen(NamedTuple):
    """What is looked through, and for whom: ``led`` are the agents they lead, ``zone`` is the centre's."""

    tally: Tally
    staff: Staff
    sight: Sight
    led: frozenset[str]
    zone: str


async def page(seen: Seen, which: ContactsFilter, after: str, limit: int, now: float) -> ContactsPage:
    """Return the page of ``limit`` contacts after ``after`` (empty: the first), longest in their state first. Raises
    ``ValueError`` for an ``after`` that no page gave."""
    begin = _place(after)
    counts = _counting(seen, which, now)
    found: list[tuple[float, str]] = []
    for place, id_ in enumerate(_candidates(seen, which, now)):
        contact = seen.tally.contacts.get(id_)
        if contact is not None and _may_list(seen, which, contact) and counts(id_, contact):
            found.append((seen.tally.since(id_).timestamp(), id_))
        if place % _STEP == _STEP - 1:
            await asyncio.sleep(0)
    found.sort()
    following = [one for one in found if begin is None or one > begin]
    shown = following[:limit]
    last = shown[-1] if len(following) > limit else None
    return ContactsPage(
        at=instant(now),
        contacts=tuple(_listed(seen, id_) for _, id_ in shown),
        total=len(found),
        next=f"{last[0]!r}:{last[1]}" if last is not None else "",
    )


def _candidates(seen: Seen, which: ContactsFilter, now: float) -> list[str]:
    """Return what may be meant: as few as the filter allows."""
    if which.figure in _OF_OFFERS:
        of_day = today(seen.zone, now)
        members = [seen.staff.members.get(which.agent)] if which.agent is not None else seen.staff.members.values()
        shifts = [member.shift for member in members if member is not None and member.agent.id in seen.led]
        offers = [
            one for shift in shifts for one in (shift.declined if which.figure is Figure.DECLINED else shift.missed)
        ]
        return list(dict.fromkeys(id_ for when, id_ in offers if is_within(when, of_day)))
    if which.queue is not None:
        known = seen.tally.queues.get(which.queue)
        return list(known.contacts) if known is not None else []
    if which.figure is Figure.IN_HAND and which.agent is not None:
        return list(seen.tally.in_hand.get(which.agent, ()))
    if which.figure is Figure.HANDLED and which.agent is not None:
        return list(seen.tally.handled.get(which.agent, ()))
    return list(seen.tally.contacts)


def _may_list(seen: Seen, which: ContactsFilter, contact: Contact) -> bool:
    """A lead sees what is in their queues, and what their agents have to do with elsewhere, bare."""
    if seen.sight.shows(contact.queue):
        return True
    if which.agent is None or which.queue is not None or which.agent not in seen.led:
        return False
    return which.figure in _OF_AGENTS


def _listed(seen: Seen, id_: str) -> ContactFigures:
    contact = seen.tally.contacts[id_]
    return listed(contact, seen.tally.since(id_), is_bare=not seen.sight.shows(contact.queue))


def _counting(seen: Seen, which: ContactsFilter, now: float) -> Callable[[str, Contact], bool]:
    """Return whether a contact is among those that are asked for."""
    figure = which.figure
    half = which.start.timestamp() if which.start is not None else None

    def is_counted(id_: str, contact: Contact) -> bool:
        facts = seen.tally.facts(id_)
        if which.agent is not None and figure not in _OF_OFFERS and facts.agent != which.agent:
            return False
        if which.queue is not None and facts.queue != which.queue:
            return False
        if which.channel is not None and contact.channel is not which.channel:
            return False
        if which.state is not None and contact.state is not which.state:
            return False
        if which.age is not None and (facts.waiting_since is None or age_of(now - facts.waiting_since) != which.age):
            return False
        return _is_of(figure, facts, contact, half, seen.zone, now)

    return is_counted


def _is_of(figure: Figure | None, facts: Facts, contact: Contact, half: float | None, zone: str, now: float) -> bool:
    match figure:
        case None:
            return contact.state.is_open or _in(contact.latest, half, facts.zone, now)
        case Figure.WAITING:
            return facts.waiting_since is not None
        case Figure.ACTIVE:
            return facts.is_active
        case Figure.IN_HAND:
            return facts.in_hand is not None
        case Figure.ARRIVALS:
            return _in(facts.arrived, half, facts.zone, now)
        case Figure.ANSWERED:
            return _in(facts.answered, half, facts.zone, now)
        case Figure.ABANDONED:
            return _in(facts.abandoned, half, facts.zone, now)
        case Figure.DUE:
            return _in(facts.judged, half, facts.zone, now)
        case Figure.IN_TIME:
            return facts.is_in_time and _in(facts.judged, half, facts.zone, now)
        case Figure.LATE:
            return not facts.is_in_time and _in(facts.judged, half, facts.zone, now)
        case Figure.DUE_NOW:
            return _lately(facts, now)
        case Figure.IN_TIME_NOW:
            return facts.is_in_time and _lately(facts, now)
        case Figure.LATE_NOW:
            return not facts.is_in_time and _lately(facts, now)
        case Figure.HANDLED:
            return _in(facts.handled, half, zone, now)
        case _:
            return True


def _in(at: float | None, half: float | None, zone: str, now: float) -> bool:
    """Whether an instant is of today, or of the half hour that was asked for."""
    if at is None:
        return False
    if half is not None:
        return half_of(zone, at) == half
    return is_within(at, today(zone, now))


def _lately(facts: Facts, now: float) -> bool:
    return facts.judged is not None and int(facts.judged) // MINUTE_S >= minute_from(now)


def _place(after: str) -> tuple[float, str] | None:
    if not after:
        return None
    since, _, id_ = after.partition(":")
    return float(since), id_
