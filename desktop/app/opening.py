"""Opening an account's local data, with everything that may be in the way as a value the window can tell and offer choices
for. Owns the order of key, file and account in each of these steps, so that a crash between any two loses nothing; never
deletes what might still be read, unless an account is removed. Called by ``session`` and ``running``; blocks nobody, as the
work is done on a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

from msgspec import Struct

from desktop.app.opened import FOLDER, OpenedFiles
from desktop.domain.changes import Cause
from desktop.session.accounts import Account, Accounts, VaultKind
from desktop.session.vault import (
    NoVault,
    Vault,
    database_key,
    forget_secrets,
    kept_keys,
    next_key,
    open_vault,
    settle_key,
)
from desktop.store import outbox, quarantine, rekey, salvage
from desktop.store.database import Damaged, Salvage, Store, StoreError, Write, WrongKey

log = logging.getLogger(__name__)

DATABASE: Final = "cache.db"


class Choice(StrEnum):
    """What can be done about a trouble: ``open_store`` again, ``begin_anew``, or ``keep_in_file``."""

    TRY_AGAIN = "try_again"
    BEGIN_ANEW = "begin_anew"
    USE_FILE = "use_file"


class Opened(Struct, frozen=True):
    """The open store of an account. ``salvage`` is set where the file was damaged and has just been replaced: what the
    agent left was brought over, the rest comes from the hub again; to be told once. Damage that shows later is told by
    ``store.on_trouble``."""

    account: Account
    vault: Vault
    store: Store
    salvage: Salvage | None = None

    @property
    def is_read_only(self) -> bool:
        """Whether the disk takes no writes: history can be read, nothing can be kept."""
        return self.store.is_read_only


class Trouble(Struct, frozen=True):
    """Why an account's data cannot be opened; nothing was changed. ``code`` is one of

    ``no_keyring``, ``locked``, ``unreadable``  of the vault (``session.vault.NoVault``)
    ``key_lost``   there is a database, but the vault has no key for it
    ``wrong_key``  the vault has a key, but of another database
    ``damaged``    the file is damaged and could not be replaced
    ``newer``      a newer version of the program wrote it
    ``read_only``  the disk takes no writes, and the file needs some before it can be read
    ``full``       no room left on the disk
    ``busy``       another process holds the file
    ``disk``       the disk fails
    ``store``      none of these
    """

    account: Account
    code: str
    choices: tuple[Choice, ...] = (Choice.TRY_AGAIN,)


class Removal(Struct, frozen=True):
    """What became of removing an account. ``code`` is empty when it is gone. ``unsent``: there is work that was not sent
    (``unsent`` of it, ``None`` where the file cannot be read), so that nothing was removed. Else a code of the vault
    or ``disk``, with which the removal can be tried again."""

    code: str = ""
    unsent: int | None = 0


def database_of(accounts: Accounts, account: Account) -> Path:
    """Return where an account's database is."""
    return accounts.folder(account) / DATABASE


async def open_store(accounts: Accounts, account: Account) -> Opened | Trouble:
    """Open an account's database, made the first time, replaced where it is damaged. Raises nothing."""
    return await asyncio.to_thread(_open, accounts, account)


async def repair(opened: Opened) -> Salvage | str:
    """Replace the open database by a new one with all that can be read of what the agent left, where ``on_trouble`` told
    of damage that could not be mended at once; the hub sends the rest. Returns a code where it cannot be done now."""
    try:
        return await asyncio.wrap_future(opened.store.repair())
    except StoreError as error:
        return error.code


async def begin_anew(accounts: Accounts, account: Account) -> Opened | Trouble:
    """The choice where a key is lost: put the file aside under another name (``bring_back`` reads it, should the key turn
    up) and begin with an empty one, which the hub fills."""
    return await asyncio.to_thread(_begin_anew, accounts, account)


async def keep_in_file(accounts: Accounts, account: Account) -> Opened | Trouble:
    """The choice where there is no keyring and no database yet: keep the account's secrets in a file of the profile."""
    kept = await asyncio.to_thread(_remember_file, accounts, account)
    return await open_store(accounts, kept)


async def bring_back(accounts: Accounts, opened: Opened, keys: tuple[bytes, ...] = ()) -> Salvage | None:
    """Bring what the agent left in files that were set aside into the open store, where a key in the vault, or one of
    ``keys``, opens them; ``None`` where there is none. The files stay until they are old. Raises ``StoreError``."""
    return await asyncio.to_thread(_bring_back, accounts, opened, keys)


async def change_key(opened: Opened, on_progress: Callable[[float], None] = lambda share: None) -> str:
    """Encrypt the database anew under a new key; reading goes on meanwhile, writes wait. ``on_progress`` gets 0 to 1 on
    another thread. Returns a code where it could not be done (then the old key stays), else nothing."""
    return await asyncio.to_thread(_change_key, opened, on_progress)


async def remove_account(accounts: Accounts, account: Account, *, even_unsent: bool = False) -> Removal:
    """Remove a closed account: its keys first, so that its files are unreadable whatever happens next, then the files."""
    return await asyncio.to_thread(_remove, accounts, account, even_unsent)


# --- opening ------------------------------------------------------------------------------------------------------------


def _open(accounts: Accounts, account: Account) -> Opened | Trouble:
    is_new = False
    try:
        path = database_of(accounts, account)
        quarantine.mend(path)
        is_new = not _has_database(path)
        vault = open_vault(accounts.profile, account.vault)
        keys = kept_keys(vault, account.id)
        if not keys:
            if not is_new:
                return Trouble(account, "key_lost", (Choice.TRY_AGAIN, Choice.BEGIN_ANEW))
            keys = (database_key(vault, account.id),)
        return _open_with(keys, path, vault, account)
    except NoVault as error:
        can_use_file = is_new and account.vault is VaultKind.KEYRING and error.code == "no_keyring"
        return Trouble(account, error.code, (Choice.TRY_AGAIN, *([Choice.USE_FILE] if can_use_file else [])))
    except WrongKey as error:
        return Trouble(account, error.code, (Choice.TRY_AGAIN, Choice.BEGIN_ANEW))
    except StoreError as error:
        return Trouble(account, error.code)
    except OSError:
        return Trouble(account, "disk")


def _open_with(keys: tuple[bytes, ...], path: Path, vault: Vault, account: Account) -> Opened:
    """Open with the one of ``keys`` that fits; after a change of key that was cut short only that one is kept."""
    for key in keys:
        found: Salvage | None = None
        try:
            try:
                store = Store.open(path, key)
            except Damaged:
                found = salvage.replace(path, key)
                store = Store.open(path, key)
        except WrongKey:
            if key is keys[-1]:
                raise
            continue
        if not store.is_read_only:
            with contextlib.suppress(OSError):
                rekey.discard(path)
            if len(keys) > 1 or rekey.draft_of(path).exists():
                with contextlib.suppress(NoVault):
                    settle_key(vault, account.id, key)
        return Opened(account, vault, store, found)
    raise WrongKey("the vault has no key for the database")


def _has_database(path: Path) -> bool:
    return path.exists() or path.with_name(f"{path.name}.salvaged").exists()


def _begin_anew(accounts: Accounts, account: Account) -> Opened | Trouble:
    path = database_of(accounts, account)
    try:
        if _has_database(path):
            quarantine.put_aside(path, quarantine.LOCKED)
    except OSError:
        return Trouble(account, "disk", (Choice.TRY_AGAIN, Choice.BEGIN_ANEW))
    return _open(accounts, account)


def _remember_file(accounts: Accounts, account: Account) -> Account:
    return accounts.remember(account.url, account.user, vault=VaultKind.FILE, kind=account.kind)


def _bring_back(accounts: Accounts, opened: Opened, keys: tuple[bytes, ...]) -> Salvage | None:
    path = database_of(accounts, opened.account)
    total: Salvage | None = None
    for file in quarantine.aside(path, quarantine.LOCKED):
        for key in (*keys, *kept_keys(opened.vault, opened.account.id)):
            if not salvage.is_key_of(file, key):
                continue

            def bring(w: Write, file: Path = file, key: bytes = key) -> Salvage:
                w.bulk()
                return salvage.bring_over(file, key, w.conn)

            found = opened.store.write(bring, Cause.SYSTEM).result()
            total = found if total is None else total + found
            with contextlib.suppress(OSError):
                quarantine.call(file, quarantine.RETURNED)
            break
    return total


# --- changing the key ---------------------------------------------------------------------------------------------------


def _change_key(opened: Opened, on_progress: Callable[[float], None]) -> str:
    account_id = opened.account.id
    try:
        # Where an earlier change could not be settled, the file's key is the one the next would overwrite.
        settle_key(opened.vault, account_id, opened.store.key)
        key = next_key(opened.vault, account_id)
        opened.store.change_key(key, on_progress).result()
        settle_key(opened.vault, account_id, key)
    except (NoVault, StoreError) as error:
        # Which of both keys fits now is found out at the next start; until then both are kept.
        log.warning("the key could not be changed: %s", error.code)
        return error.code
    return ""


# --- removing -----------------------------------------------------------------------------------------------------------


def _remove(accounts: Accounts, account: Account, even_unsent: bool) -> Removal:
    if not even_unsent:
        unsent = _unsent(accounts, account)
        if unsent != 0:
            return Removal("unsent", unsent)
    try:
        vault = open_vault(accounts.profile, account.vault)
        for further in accounts.further(account):
            forget_secrets(vault, further.id)
            accounts.forget(further.id)
        forget_secrets(vault, account.id)
        # Opened attachments cannot be written, and some systems do not remove such files.
        OpenedFiles(accounts.folder(account) / FOLDER).wipe()
        shutil.rmtree(accounts.folder(account))
        accounts.forget(account.id)
    except NoVault as error:
        return Removal(error.code)
    except OSError:
        return Removal("disk")
    return Removal()


def _unsent(accounts: Accounts, account: Account) -> int | None:
    """Return how much was not sent yet, drafts included, in the database and in those put aside; ``None``: not known."""
    try:
        path = database_of(accounts, account)
        if quarantine.aside(path):
            return None
        if not _has_database(path):
            return 0
    except OSError:
        return None
    opened = _open(accounts, account)
    if isinstance(opened, Trouble):
        return None
    try:
        summary = opened.store.query(outbox.summary)
        drafts = opened.store.query(lambda conn: conn.execute("SELECT count(*) FROM draft").fetchone()[0])
    except StoreError:
        return None
    finally:
        opened.store.close()
    return summary.to_send + summary.wedged + int(drafts)
