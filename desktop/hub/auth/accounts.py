"""Accounts, sessions and machine tokens as rows. Every function works within the transaction it is given; the command
line, the demo centre and the gate share them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import delete, func, insert, select, update

from desktop.domain.agent import Agent, Presence, PresenceState, Role, Skill
from desktop.domain.changes import Table
from desktop.domain.ids import AgentId, new_id
from desktop.hub.auth.tokens import REFRESH_S, digest, new_secret
from desktop.hub.db import tables
from desktop.hub.db.columns import micros
from desktop.hub.db.ledger import Ledger, now, plain

PEOPLE = frozenset({Role.AGENT, Role.LEAD, Role.ADMIN})
MACHINES = frozenset({Role.CHANNEL, Role.CRM, Role.ADMIN})

GRACE_S = 60
# When a successor was "used" that another one took the place of: before all that was really used.
_REPLACED = 0

_account = tables.account.c
_machine = tables.machine_token.c
_session = tables.session.c


class AccountError(ValueError):
    """An account cannot be made or changed as asked; the text says why and names no secret."""


class Account(Struct, frozen=True, kw_only=True):
    agent_id: AgentId
    user: str
    password_hash: str
    role: Role
    is_active: bool


class Machine(Struct, frozen=True, kw_only=True):
    id: str
    name: str
    role: Role
    digest: str


def user_key(user: str) -> str:
    """Return the form in which user names are compared: compatibility-normalised, without case."""
    return unicodedata.normalize("NFKC", user).strip().casefold()


async def find(ledger: Ledger, user: str) -> Account | None:
    return await _one(ledger, _account.user == user_key(user))


async def by_agent(ledger: Ledger, agent_id: str) -> Account | None:
    return await _one(ledger, _account.agent_id == agent_id)


async def _one(ledger: Ledger, condition: object) -> Account | None:
    query = select(tables.account).where(condition)  # type: ignore[arg-type]
    row = (await ledger.connection.execute(query)).mappings().first()
    return None if row is None else msgspec.convert(plain(row), Account)


async def add(
    ledger: Ledger,
    *,
    user: str,
    password_hash: str,
    role: Role,
    name: str = "",
    team: str = "",
    skills: Sequence[Skill] = (),
    capacity: dict[str, int] | None = None,
) -> Agent:
    """Make an account and its agent and return the agent. A disabled account of that name is taken up again with all
    that is given here. Raises ``AccountError`` where the name is taken or cannot be one."""
    key = user_key(user)
    if not key or len(key) > 128 or any(unicodedata.category(sign)[0] == "C" for sign in key):
        raise AccountError("a user name has 1 to 128 visible characters")
    if role not in PEOPLE:
        raise AccountError(f"an account is for people: {role} is a role for tokens")
    before = await find(ledger, user)
    if before is not None and before.is_active:
        raise AccountError("there is an account of that name already")
    id_ = before.agent_id if before else AgentId(new_id())
    agent = Agent(
        id=id_,
        user=user.strip(),
        name=name or user.strip(),
        role=role,
        team=team,
        skills=tuple(skills),
        capacity=capacity or {},
    )
    saved: Agent = await ledger.put(agent)
    values = {"user": key, "password_hash": password_hash, "role": str(role), "is_active": True}
    if before:
        await ledger.connection.execute(update(tables.account).where(_account.agent_id == id_).values(**values))
    else:
        await ledger.connection.execute(insert(tables.account).values(agent_id=id_, **values))
    return saved


async def open_for(ledger: Ledger, agents: Sequence[Agent], password_hash: str) -> None:
    """Make accounts for agents that have none, all with one password."""
    rows = [
        {
            "agent_id": agent.id,
            "user": user_key(agent.user),
            "password_hash": password_hash,
            "role": str(agent.role),
            "is_active": True,
        }
        for agent in agents
    ]
    await ledger.connection.execute(insert(tables.account), rows)


async def set_passwords(ledger: Ledger, agents: Sequence[Agent], password_hash: str) -> None:
    """Give the accounts of ``agents`` another password."""
    ids = [agent.id for agent in agents]
    await ledger.connection.execute(
        update(tables.account).where(_account.agent_id.in_(ids)).values(password_hash=password_hash)
    )


async def disable(ledger: Ledger, user: str) -> None:
    """Close an account: its sessions end, its agent goes offline. Raises ``AccountError`` where there is none."""
    account = await find(ledger, user)
    if account is None:
        raise AccountError("there is no account of that name")
    where = tables.account.c.agent_id == account.agent_id
    await ledger.connection.execute(update(tables.account).where(where).values(is_active=False))
    await ledger.connection.execute(
        update(tables.session)
        .where(_session.agent_id == account.agent_id, _session.revoked_at.is_(None))
        .values(revoked_at=micros(now()))
    )
    agent = await ledger.agent(account.agent_id)
    if agent is not None:
        offline = Presence(state=PresenceState.OFFLINE, since=now())
        await ledger.put(msgspec.structs.replace(agent, is_active=False, presence=offline))


async def everyone(ledger: Ledger) -> list[Agent]:
    """Return the agents that have an account, by name."""
    ids = set((await ledger.connection.execute(select(_account.agent_id))).scalars())
    found: list[Agent] = await ledger.find(Table.AGENT)
    return sorted((agent for agent in found if agent.id in ids), key=lambda agent: agent.user.casefold())


# --- sessions ---------------------------------------------------------------------------------------------------------


async def open_session(ledger: Ledger, agent_id: str, family: str) -> str:
    """Return a new refresh token of a session family."""
    secret = new_secret("dgr")
    await ledger.connection.execute(
        insert(tables.session).values(
            refresh_digest=digest(secret),
            family=family,
            agent_id=agent_id,
            expires_at=micros(now() + timedelta(seconds=REFRESH_S)),
        )
    )
    return secret


class Turn(Struct, frozen=True):
    """What became of a refresh token that was handed in: ``family`` and ``agent_id`` where it was good."""

    family: str = ""
    agent_id: str = ""
    was_stolen: bool = False


async def use_session(ledger: Ledger, secret: str) -> Turn:
    """Take a refresh token in. One that was used before revokes all of its family: either the thief or the owner came
    second, and nobody can tell which (RFC 9700, section 4.14.2).

    The one exception is an answer that was lost. The token used last may come again within ``GRACE_S`` while its successor
    was never used: it gets another successor, and the first one counts as used from now on. Of the two successors only one
    is good at any time. If both were handed to the owner (the answer was lost), the dead one is never seen again. If one of
    them went to a thief, whoever holds the dead one, thief or owner, will present it, at the latest when the access token
    ends, and that revokes the family as ever. So a thief gains nothing by coming again within the grace that they would not
    have had by coming first; what it costs is that a theft in these seconds is noticed one renewal later.
    """
    key, at = digest(secret), micros(now()) or 0
    mine = _session.refresh_digest == key
    # First, and only where nobody else was quicker: two at once must not both find it unused.
    fresh = update(tables.session).where(mine, _session.used_at.is_(None), _session.revoked_at.is_(None))
    is_first_use = (await ledger.connection.execute(fresh.values(used_at=at))).rowcount == 1
    row = (await ledger.connection.execute(select(tables.session).where(mine))).mappings().first()
    if row is None or row["revoked_at"] is not None:
        return Turn()
    family = _session.family == row["family"]
    if not is_first_use:
        used_later = select(func.count()).where(family, _session.used_at >= row["used_at"])
        is_last_used = (await ledger.connection.execute(used_later)).scalar_one() == 1
        if not is_last_used or not 0 <= at - row["used_at"] <= GRACE_S * 1_000_000:
            await ledger.connection.execute(update(tables.session).where(family).values(revoked_at=at))
            return Turn(agent_id=row["agent_id"], was_stolen=True)
        unused = update(tables.session).where(family, _session.used_at.is_(None))
        await ledger.connection.execute(unused.values(used_at=_REPLACED))
    if row["expires_at"] <= at:
        return Turn()
    return Turn(family=row["family"], agent_id=row["agent_id"])


async def is_revoked(ledger: Ledger, family: str) -> bool:
    """Whether a session family was revoked, or is none."""
    query = select(func.count(), func.count(_session.revoked_at)).where(_session.family == family)
    rows, revoked = (await ledger.connection.execute(query)).one()
    return not rows or bool(revoked)


async def forget_sessions(ledger: Ledger) -> None:
    """Delete the refresh tokens that ended more than a day ago: by then nothing hangs on them any more."""
    ended = micros(now() - timedelta(days=1)) or 0
    await ledger.connection.execute(delete(tables.session).where(_session.expires_at < ended))


# --- machine tokens ---------------------------------------------------------------------------------------------------


async def add_token(ledger: Ledger, name: str, role: Role) -> str:
    """Return a new token for a machine; it cannot be shown again. Raises ``AccountError`` for a role of people."""
    if role not in MACHINES:
        raise AccountError(f"a token is for machines: {role} is a role for accounts")
    if not name.strip() or len(name) > 128:
        raise AccountError("a token's name has 1 to 128 characters")
    secret = new_secret("dgm")
    values = {"id": new_id(), "name": name.strip(), "role": str(role), "digest": digest(secret)}
    await ledger.connection.execute(insert(tables.machine_token).values(**values, created_at=micros(now())))
    return secret


async def machine_of(ledger: Ledger, secret: str) -> Machine | None:
    """Return the machine behind a token that was not revoked."""
    query = select(_machine.id, _machine.name, _machine.role, _machine.digest).where(
        _machine.digest == digest(secret), _machine.revoked_at.is_(None)
    )
    row = (await ledger.connection.execute(query)).mappings().first()
    return None if row is None else msgspec.convert(plain(row), Machine)
