"""A visitor comes, or comes back: which chat their page goes on with. A page that says it is somebody else's than before gets
nothing of what was said before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from msgspec.structs import replace

from desktop.hub.auth.denial import Denied
from desktop.hub.channels.webchat.conversation import contact_of
from desktop.hub.channels.webchat.shapes import Session, SessionIn
from desktop.hub.channels.webchat.site import Site
from desktop.hub.channels.webchat.tokens import Person, Visitor, new_chat_id, new_visitor_id, person_of
from desktop.hub.db.database import Database
from desktop.wire.errors import Code

_nonces: Final = msgspec.json.Decoder(dict[str, tuple[int, str]])


async def open_session(database: Database, site: Site, asked: SessionIn, at: datetime) -> Session:
    """Return the token of a page. Raises ``Denied`` where the site must vouch for its visitors and did not."""
    now = at.timestamp()
    person = _person(site, asked, now)
    known = _known(site, asked.token, now)
    if known is not None and known.customer_no and known.customer_no != (person.customer_no if person else ""):
        known = None  # another customer at the same machine, or signed out
    fresh = Visitor(site.account.name, new_visitor_id(), new_chat_id(), 0)
    visitor = known or fresh
    if asked.is_new:
        visitor = replace(visitor, chat=fresh.chat)
    if person is not None:
        visitor = replace(visitor, customer_no=person.customer_no, name=person.name)
        await _use(database, site, person, visitor, now)
    visitor = replace(visitor, expires_at=int(now) + site.settings.remember_hours * 3600)
    async with database.read() as ledger:
        has_chat = await contact_of(ledger, visitor) is not None
    return Session(token=site.tokens.issue(visitor), chat=visitor.chat, has_chat=has_chat, name=visitor.name)


def _person(site: Site, asked: SessionIn, now: float) -> Person | None:
    way = site.settings.identity
    if way == "off" or (way == "optional" and not asked.identity):
        return None
    if not asked.identity:
        raise Denied(Code.UNAUTHENTICATED, "This chat is for customers who signed in.")
    return person_of(asked.identity, site.secret, site.account.name, now)


def _known(site: Site, token: str, now: float) -> Visitor | None:
    try:
        return site.tokens.read(token, now) if token else None
    except Denied:
        return None  # too old or another hub's: begin anew


async def _use(database: Database, site: Site, person: Person, visitor: Visitor, now: float) -> None:
    """A statement works once, and again only for the page that used it: one that leaked on its way opens nothing."""
    key = f"webchat.nonces.{site.account.name}"
    async with database.write(silent=True) as ledger:
        kept = await ledger.note(key)
        used = {name: use for name, use in _nonces.decode(kept or "{}").items() if use[0] > now}
        before = used.get(person.nonce)
        if before is not None and before[1] != visitor.id:
            raise Denied(Code.UNAUTHENTICATED, "The identity was used before.")
        if before is None:
            used[person.nonce] = (person.expires_at, visitor.id)
            await ledger.set_note(key, msgspec.json.encode(used).decode())
