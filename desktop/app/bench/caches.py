"""A profile with a generated cache: account, key and encrypted database, as the program itself would have left them.

The account's address leads nowhere, so that the window opens offline. A profile that holds anybody's real account is left
alone. ``dirigent bench cache`` writes one for outside tools; the other benchmarks use it, or a temporary one of their own.
"""

from __future__ import annotations

import argparse
import contextlib
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from desktop.app.bench.figures import Report, Size, figure, report
from desktop.app.bench.further import fill, remember
from desktop.app.profile import Profile
from desktop.domain.changes import Cause
from desktop.domain.ids import AgentId
from desktop.session.accounts import Account, Accounts, VaultKind, write_private
from desktop.session.vault import REFRESH_TOKEN, NoVault, database_key, open_vault
from desktop.store.database import Store, StoreError, Write
from desktop.store.generate import generate
from desktop.store.schema import USER_VERSION

NOWHERE: Final = "http://127.0.0.1:9"
USER: Final = "bench"
ME: Final = AgentId("01900000-0000-7000-8000-00000000be9c")
_FILE: Final = "cache.db"
_STAMP: Final = "bench.json"


class BenchFailed(Exception):
    """The benchmark could not run; the text says why and what helps."""


class _Stamp(Struct, frozen=True):
    messages: int
    interactions: int
    customers: int
    seed: int
    version: int
    accounts: int = 1


@dataclass(frozen=True, slots=True)
class Cache:
    """A profile whose latest account has a generated cache."""

    profile: Profile
    account: Account
    size: Size
    seed: int

    @property
    def database(self) -> Path:
        return Accounts(self.profile.root).folder(self.account) / _FILE

    def open(self) -> Store:
        """Open the cache. Raises ``BenchFailed``."""
        try:
            key = database_key(open_vault(self.profile.root, VaultKind.FILE), self.account.id)
            return Store.open(self.database, key)
        except (NoVault, StoreError) as error:
            raise BenchFailed(f"the cache cannot be opened: {error}") from error


def measure(args: argparse.Namespace) -> Report:
    """Write the profile anew and tell how fast that went. Raises ``BenchFailed``."""
    began = time.perf_counter()
    cache = write(_profile(args.profile), args.messages, args.seed, args.accounts)
    seconds = time.perf_counter() - began
    megabytes = cache.database.stat().st_size / 1e6
    return report(
        "cache",
        [
            figure("written in", [seconds], unit="s"),
            figure("messages a second", [cache.size.messages / seconds], unit="/s"),
            figure("size of the file", [megabytes], unit="MB"),
        ],
        size=cache.size,
        seed=cache.seed,
        runs=1,
        notes=[f"open it with: dirigent --profile {cache.profile.root}"],
    )


@contextlib.contextmanager
def provided(args: argparse.Namespace) -> Iterator[Cache]:
    """The cache to measure on: the one in ``--profile`` where it has the size asked for, else one written now; without
    ``--profile`` in a temporary folder. Raises ``BenchFailed``."""
    if getattr(args, "profile", None):
        profile = _profile(args.profile)
        found = _found(profile, args.messages, args.seed, args.accounts)
        yield found or write(profile, args.messages, args.seed, args.accounts)
        return
    with tempfile.TemporaryDirectory(prefix="dirigent-bench-") as folder:
        yield write(_profile(folder), args.messages, args.seed, args.accounts)


def write(profile: Profile, messages: int, seed: int, accounts_wanted: int = 1) -> Cache:
    """Write accounts, key and cache into ``profile``, the messages shared out among the accounts; an earlier generated cache
    there is replaced. Raises ``BenchFailed``."""
    accounts = Accounts(profile.root)
    if any(not account.url.startswith(NOWHERE) for account in accounts.all()):
        raise BenchFailed(f"{profile.root} is the profile of a real account; name an empty folder")
    account = accounts.remember(NOWHERE, USER, agent_id=ME, name="Alex Berger", vault=VaultKind.FILE)
    vault = open_vault(profile.root, VaultKind.FILE)
    # Good for nothing, but somebody who is signed in has one: the window shows its offline state, not the sign-in.
    vault.set(account.id, REFRESH_TOKEN, "generated")
    folder = accounts.folder(account)
    for old in folder.glob(f"{_FILE}*"):
        old.unlink()
    (folder / _STAMP).unlink(missing_ok=True)
    try:
        key = database_key(vault, account.id)
    except NoVault as error:
        raise BenchFailed(f"the key of the cache cannot be kept: {error.code}") from error
    share = messages // accounts_wanted
    store, size = filled(folder / _FILE, share, seed, ME, key=key)
    urls = [f"{NOWHERE}/{number}" for number in range(2, accounts_wanted + 1)]
    for number, further in enumerate(remember(accounts, account, urls), 1):
        vault.set(further.id, REFRESH_TOKEN, "generated")
        fill(store, further.key, share, seed + number, ME)
    store.close()
    stamp = _Stamp(messages, size.interactions, size.customers, seed, USER_VERSION, accounts_wanted)
    write_private(folder / _STAMP, msgspec.json.encode(stamp))
    return Cache(profile, account, size, seed)


def filled(file: Path, messages: int, seed: int, me: AgentId, *, key: bytes | None = None) -> tuple[Store, Size]:
    """Make a store with a generated cache in which the open work is ``me``'s; without ``key`` nobody can open it later.
    Raises ``BenchFailed``."""
    try:
        store = Store.open(file, key or secrets.token_bytes(32))
        try:
            made = generate(store, messages, seed, me)
        except BaseException:
            store.close()
            raise
    except StoreError as error:
        raise BenchFailed(f"the cache cannot be written: {error}") from error
    return store, Size(messages=made.messages, interactions=made.interactions, customers=made.customers)


def join(store: Store, epoch: str, account: str = "") -> None:
    """Make what is generated of an account one of a hub's: with another epoch, the first page would empty it."""

    def write(w: Write) -> None:
        w.conn.execute("UPDATE sync_state SET epoch = ?, cursor = 0 WHERE account = ?", (epoch, account))

    store.write(write, Cause.SYSTEM).result()


def _found(profile: Profile, messages: int, seed: int, accounts_wanted: int) -> Cache | None:
    """Return the cache that is there already, if it is what was asked for."""
    accounts = Accounts(profile.root)
    account = accounts.latest()
    if account is None or (account.url, account.user) != (NOWHERE, USER):
        return None
    folder = accounts.folder(account)
    try:
        stamp = msgspec.json.decode((folder / _STAMP).read_bytes(), type=_Stamp)
    except (OSError, msgspec.MsgspecError):
        return None
    is_asked_for = (stamp.messages, stamp.seed, stamp.accounts) == (messages, seed, accounts_wanted)
    if not is_asked_for or stamp.version != USER_VERSION or not (folder / _FILE).exists():
        return None
    return Cache(profile, account, _size(stamp), seed)


def _size(stamp: _Stamp) -> Size:
    return Size(messages=stamp.messages, interactions=stamp.interactions, customers=stamp.customers)


def _profile(given: str) -> Profile:
    try:
        return Profile.of(given)
    except OSError as error:
        raise BenchFailed(f"the profile folder cannot be used: {error.strerror}") from error
