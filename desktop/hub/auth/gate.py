"""Signing in, refreshing, and finding the caller behind a token: the only way into the API."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from desktop.domain.ids import AgentId, new_id
from desktop.hub.auth import accounts
from desktop.hub.auth.attempts import Attempts
from desktop.hub.auth.caller import Caller
from desktop.hub.auth.denial import Denied
from desktop.hub.auth.passwords import Passwords
from desktop.hub.auth.tokens import ACCESS_S, Claim, Signer, digest
from desktop.hub.db.database import Database
from desktop.hub.db.ledger import Ledger
from desktop.wire.errors import Code
from desktop.wire.shapes import Tokens


class Gate:
    """``presets`` maps the digest of a token that is in no database to its caller: the embedded hub's own two."""

    def __init__(self, database: Database, signer: Signer, presets: Mapping[str, Caller] | None = None) -> None:
        self._database = database
        self._signer = signer
        self._presets = dict(presets or {})
        self._passwords = Passwords()
        self._attempts = Attempts()

    async def caller(self, token: str) -> Caller:
        """Return who holds ``token``. Raises ``Denied`` where nobody does any more."""
        if token.startswith("dga1."):
            return await self._person(self._signer.read(token))
        key = digest(token)
        preset = next((caller for known, caller in self._presets.items() if hmac.compare_digest(known, key)), None)
        if preset is not None:
            return preset
        async with self._database.read() as ledger:
            machine = await accounts.machine_of(ledger, token)
        if machine is None or not hmac.compare_digest(machine.digest, key):
            raise Denied(Code.UNAUTHENTICATED, "The token is not one of this hub.")
        return Caller(id=machine.id, role=machine.role)

    async def still_stands(self, token: str) -> bool:
        """Whether what was opened with ``token`` may stay open: its time may be over, its account or session not."""
        try:
            if token.startswith("dga1."):
                await self._person(self._signer.read(token, ignores_time=True))
            else:
                await self.caller(token)
        except Denied:
            return False
        return True

    async def _person(self, claim: Claim) -> Caller:
        async with self._database.read() as ledger:
            account = await accounts.by_agent(ledger, claim.agent_id)
            if account is None or not account.is_active:
                raise Denied(Code.UNAUTHENTICATED, "The account was closed.")
            if await accounts.is_revoked(ledger, claim.family):
                raise Denied(Code.UNAUTHENTICATED, "The session was revoked.")
            agent = await ledger.agent(claim.agent_id)
        if agent is None:
            raise Denied(Code.UNAUTHENTICATED, "The account was closed.")
        return Caller(id=account.agent_id, role=account.role, team=agent.team, agent_id=account.agent_id)

    async def sign_in(self, user: str, password: str, address: str) -> Tokens:
        """Open a session. Raises ``Denied``: ``unauthenticated`` whatever was wrong, or ``rate_limited``."""
        key = (accounts.user_key(user)[:128], address)
        wait_s = self._attempts.reserve(key)
        if wait_s:
            raise Denied(Code.RATE_LIMITED, "Too many wrong passwords.", retry_after_s=wait_s)
        async with self._database.read() as ledger:
            account = await accounts.find(ledger, user)
        is_right = await self._passwords.verify(account.password_hash if account else None, password)
        if account is None or not is_right or not account.is_active:
            raise Denied(Code.UNAUTHENTICATED, "User name or password is wrong.")
        self._attempts.forgive(key)
        async with self._database.write() as ledger:
            tokens = await self._tokens(ledger, account.agent_id, new_id())
        return _granted(tokens)

    async def refresh(self, secret: str) -> Tokens:
        """Exchange a refresh token for new tokens. Raises ``Denied``; a token that was used before ends its session."""
        # Nothing is raised inside: what the transaction found out about a stolen token has to be kept.
        async with self._database.write() as ledger:
            turn = await accounts.use_session(ledger, secret)
            tokens = await self._tokens(ledger, AgentId(turn.agent_id), turn.family) if turn.family else None
        return _granted(tokens)

    async def _tokens(self, ledger: Ledger, agent_id: AgentId, family: str) -> Tokens | None:
        agent = await ledger.agent(agent_id)
        account = await accounts.by_agent(ledger, agent_id)
        if agent is None or account is None or not account.is_active:
            return None
        return Tokens(
            access_token=self._signer.issue(agent_id, family),
            refresh_token=await accounts.open_session(ledger, agent_id, family),
            expires_in=ACCESS_S,
            agent=agent,
        )


def _granted(tokens: Tokens | None) -> Tokens:
    if tokens is None:
        raise Denied(Code.UNAUTHENTICATED, "The session is over: sign in again.")
    return tokens
