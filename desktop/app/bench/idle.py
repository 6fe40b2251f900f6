"""``dirigent bench idle``: how much of one processor the window takes while nothing happens: signed in at a hub that has no
news, a conversation open, nothing typed, nothing ringing, the clocks going on; right after it was used, and once nobody has
touched it for over a minute, with live contacts in hand (of which the window tells the hub all the time that it is there) and
without."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from desktop.app.bench import centre as centres
from desktop.app.bench.caches import Cache, filled, join
from desktop.app.bench.figures import Report, figure, report
from desktop.app.bench.further import fill, remember
from desktop.app.bench.launch import launched
from desktop.app.profile import Profile
from desktop.backends.hub import HubBackend
from desktop.domain.changes import Cause
from desktop.session.accounts import Accounts, VaultKind
from desktop.session.vault import REFRESH_TOKEN, database_key, open_vault
from desktop.store.database import Write
from desktop.wire.shapes import Tokens

_SECONDS = 20.0
# What starting and opening leave behind is over by then.
_AFTER_USE_S, _UNTOUCHED_S = 5.0, 70.0


def measure(args: argparse.Namespace) -> Report:
    """Leave the program alone ``runs`` times. Raises ``BenchFailed``."""
    return asyncio.run(_story(args))


async def _story(args: argparse.Namespace) -> Report:
    with tempfile.TemporaryDirectory(prefix="dirigent-idle-") as folder:
        async with _signed_in(Path(folder), args) as cache:
            after_use, untouched = [
                [await _share(cache, calm_s) for _ in range(args.runs)] for calm_s in (_AFTER_USE_S, _UNTOUCHED_S)
            ]
            await asyncio.to_thread(_put_down, cache)
            idle = [await _share(cache, _UNTOUCHED_S) for _ in range(args.runs)]
            figures = [
                figure("processor time right after use", after_use, unit="%"),
                figure("untouched for over a minute, live contacts in hand", untouched, unit="%", budget_p50=0.05),
                figure("untouched for over a minute, none in hand", idle, unit="%", budget_p50=0.05),
            ]
            notes = [f"each over {_SECONDS:.0f} s, of one core"]
            return report("idle", figures, size=cache.size, seed=cache.seed, runs=args.runs, notes=notes)


async def _share(cache: Cache, calm_s: float) -> float:
    facts = await asyncio.to_thread(launched, cache, visit=1, calm_s=calm_s, idle_s=_SECONDS)
    return facts["idle_cpu_s"] / facts["idle_s"] * 100


@asynccontextmanager
async def _signed_in(folder: Path, args: argparse.Namespace) -> AsyncIterator[Cache]:
    """Running hubs, and a profile whose accounts are signed in there, with a generated cache."""
    async with AsyncExitStack() as running:
        centre = await running.enter_async_context(centres.running(folder / "hub"))
        tokens = await _tokens(centre)
        profile = Profile.of(str(folder / "profile"))
        accounts = Accounts(profile.root)
        agent = tokens.agent
        account = accounts.remember(centre.url, centres.AGENT, agent_id=agent.id, name=agent.name, vault=VaultKind.FILE)
        vault = open_vault(profile.root, VaultKind.FILE)
        vault.set(account.id, REFRESH_TOKEN, tokens.refresh_token)
        key = database_key(vault, account.id)
        share = args.messages // args.accounts
        file = accounts.folder(account) / "cache.db"
        store, size = await asyncio.to_thread(filled, file, share, args.seed, agent.id, key=key)
        await asyncio.to_thread(join, store, await centre.epoch())
        await asyncio.wrap_future(store.write(_silence, Cause.SYSTEM))
        others = [
            await running.enter_async_context(centres.running(folder / f"hub{number}"))
            for number in range(2, args.accounts + 1)
        ]
        urls = [other.url for other in others]
        for number, (further, other) in enumerate(zip(remember(accounts, account, urls), others, strict=True), 1):
            vault.set(further.id, REFRESH_TOKEN, (await _tokens(other)).refresh_token)
            await asyncio.to_thread(fill, store, further.key, share, args.seed + number, agent.id)
            await asyncio.to_thread(join, store, await other.epoch(), further.key)
        await asyncio.to_thread(store.close)
        yield Cache(profile, account, size, args.seed)


async def _tokens(centre: centres.BenchCentre) -> Tokens:
    backend = HubBackend(centre.url)
    try:
        return await backend.sign_in(centres.AGENT, centre.password)
    finally:
        await backend.close()


def _put_down(cache: Cache) -> None:
    """No live contact is in hand any more: all that is begun waits for an answer by mail."""
    store = cache.open()
    try:
        store.write(_make_mail, Cause.SYSTEM).result()
    finally:
        store.close()


def _make_mail(w: Write) -> None:
    w.conn.execute(
        "UPDATE interaction SET channel = 'email', state = 'active', "
        "body = CAST(json_set(body, '$.channel', 'email', '$.state', 'active') AS BLOB) "
        "WHERE state IN ('active', 'on_hold', 'wrap_up')"
    )


def _silence(w: Write) -> None:
    """What rings is not idle: the offers' time is over."""
    w.conn.execute("UPDATE interaction SET offer_expires_at = 0 WHERE state = 'offered'")
