"""Where secrets are kept: refresh tokens and the keys of databases. The system's keyring; a file only by deliberate choice.

Every call may block on the system (a keyring may ask its user to unlock it): callers on an event loop use a thread.
"""

from __future__ import annotations

import importlib
import logging
import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from desktop.session.accounts import VaultKind, write_private

_log = logging.getLogger(__name__)

SERVICE: Final = "Dirigent"
REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - the name of a secret, not one
DATABASE_KEY: Final = "database_key"
DATABASE_KEY_NEXT: Final = "database_key_next"
KEY_BYTES: Final = 32


class NoVault(Exception):
    """There is nowhere to keep a secret. ``code``: ``no_keyring`` (none on this system, or none that keeps secrets
    secret), ``locked`` (its user did not unlock it), ``unreadable`` (the file is damaged or not ours).

    What helps: start a keyring service (Secret Service, Keychain, Credential Manager), or choose the file deliberately,
    in the sign-in dialog or with ``DIRIGENT_VAULT=file``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(f"{code}: start a keyring service, or choose a file with DIRIGENT_VAULT=file")
        self.code = code


class Vault(Protocol):
    """Keeps the secrets of accounts by name. ``warning`` is a code to show for as long as this vault is in use."""

    @property
    def kind(self) -> VaultKind: ...

    @property
    def warning(self) -> str: ...

    def get(self, account_id: str, name: str) -> str | None:
        """Return a secret, ``None`` where there is none. Raises ``NoVault``."""
        ...

    def set(self, account_id: str, name: str, secret: str) -> None:
        """Keep a secret, for good when this returns. Raises ``NoVault``."""
        ...

    def delete(self, account_id: str, name: str) -> None:
        """Forget a secret; one that is not there is no error. Raises ``NoVault``."""
        ...


class KeyringVault:
    """The system's keyring. keyring is imported here and not before: it costs 40 to 90 ms."""

    kind: Final = VaultKind.KEYRING
    warning: Final = ""

    def __init__(self) -> None:
        self._keyring = _safe_keyring()

    def get(self, account_id: str, name: str) -> str | None:
        found = self._call("get_password", account_id, name)
        return None if found is None else str(found)

    def set(self, account_id: str, name: str, secret: str) -> None:
        self._call("set_password", account_id, name, secret)

    def delete(self, account_id: str, name: str) -> None:
        if self.get(account_id, name) is not None:
            self._call("delete_password", account_id, name)

    def _call(self, method: str, account_id: str, name: str, *more: str) -> Any:
        errors = importlib.import_module("keyring.errors")
        try:
            return getattr(self._keyring, method)(SERVICE, f"{account_id}/{name}", *more)
        except errors.KeyringLocked:
            raise NoVault("locked") from None
        except errors.InitError:
            raise NoVault("locked") from None
        except Exception as error:
            # Each keyring has errors of its own, and their texts may say too much.
            _log.warning("the keyring failed: %s", type(error).__name__)
            raise NoVault("no_keyring") from None


class FileVault:
    """Secrets in a file of the profile that only its owner may read: safe from other users, not from a thief of the disk.
    For systems without a keyring, and only by deliberate choice."""

    kind: Final = VaultKind.FILE
    warning: Final = "secrets_in_file"

    # One for all: each account of a desk has a vault of its own, and they share the file.
    _lock = threading.Lock()

    def __init__(self, profile: Path) -> None:
        self._path = profile / "secrets.json"

    def get(self, account_id: str, name: str) -> str | None:
        with self._lock:
            return self._load().get(account_id, {}).get(name)

    def set(self, account_id: str, name: str, secret: str) -> None:
        with self._lock:
            content = self._load()
            content.setdefault(account_id, {})[name] = secret
            self._save(content)

    def delete(self, account_id: str, name: str) -> None:
        with self._lock:
            content = self._load()
            if content.get(account_id, {}).pop(name, None) is None:
                return
            if not content[account_id]:
                del content[account_id]
            self._save(content)

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            if os.name == "posix" and self._path.stat().st_mode & 0o077:
                _log.warning("the file of secrets could be read by others; it is closed to them now")
                self._path.chmod(0o600)
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, dict[str, str]])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.MsgspecError):
            # Not put aside: the key of a database that holds unsent work may be in there.
            raise NoVault("unreadable") from None

    def _save(self, content: dict[str, dict[str, str]]) -> None:
        try:
            write_private(self._path, msgspec.json.encode(content))
        except OSError:
            raise NoVault("unreadable") from None


def open_vault(profile: Path, kind: VaultKind | None = None, environ: Mapping[str, str] = os.environ) -> Vault:
    """Return the vault to use: the file where ``kind`` or ``DIRIGENT_VAULT=file`` chooses it, else the keyring.

    Raises ``NoVault`` where there is no keyring; a file is never fallen back to.
    """
    if kind is VaultKind.FILE or environ.get("DIRIGENT_VAULT", "").strip().lower() == "file":
        return FileVault(profile)
    return KeyringVault()


def database_key(vault: Vault, account_id: str) -> bytes:
    """Return the key of an account's database, made at random the first time. Raises ``NoVault``.

    Where there is a database already, ask ``kept_keys`` first: a new key would only hide that the old one is lost.
    """
    kept = _kept(vault, account_id, DATABASE_KEY)
    return _made(vault, account_id, DATABASE_KEY) if kept is None else kept


def kept_keys(vault: Vault, account_id: str) -> tuple[bytes, ...]:
    """Return the keys an account's database may have: its own, and the one it was about to get. Raises ``NoVault``."""
    kept = (_kept(vault, account_id, name) for name in (DATABASE_KEY, DATABASE_KEY_NEXT))
    return tuple(key for key in kept if key is not None)


def next_key(vault: Vault, account_id: str) -> bytes:
    """Make the key that a database is about to get, and keep it beside the one it has. Raises ``NoVault``."""
    return _made(vault, account_id, DATABASE_KEY_NEXT)


def settle_key(vault: Vault, account_id: str, key: bytes) -> None:
    """Note that the database has this key now; the other one is forgotten. Raises ``NoVault``."""
    if _kept(vault, account_id, DATABASE_KEY) != key:
        vault.set(account_id, DATABASE_KEY, key.hex())
    vault.delete(account_id, DATABASE_KEY_NEXT)


def forget_secrets(vault: Vault, account_id: str) -> None:
    """Forget everything kept for an account, its keys first. Raises ``NoVault``."""
    for name in (DATABASE_KEY, DATABASE_KEY_NEXT, REFRESH_TOKEN):
        vault.delete(account_id, name)


def _kept(vault: Vault, account_id: str, name: str) -> bytes | None:
    kept = vault.get(account_id, name)
    if kept is None:
        return None
    try:
        key = bytes.fromhex(kept)
    except ValueError:
        raise NoVault("unreadable") from None
    if len(key) != KEY_BYTES:
        raise NoVault("unreadable")
    return key


def _made(vault: Vault, account_id: str, name: str) -> bytes:
    key = secrets.token_bytes(KEY_BYTES)
    vault.set(account_id, name, key.hex())
    if vault.get(account_id, name) != key.hex():
        # A keyring that only pretends would cost the agent everything at the next start.
        raise NoVault("no_keyring")
    return key


def _safe_keyring() -> Any:
    """The system's keyring, but none that keeps nothing (``null``, ``fail``) or keeps it in the open (keyrings.alt)."""
    keyring = importlib.import_module("keyring")
    chosen = keyring.get_keyring()
    chained = getattr(chosen, "backends", None) if type(chosen).__module__ == "keyring.backends.chainer" else None
    for backend in [chosen] if chained is None else list(chained):
        module = type(backend).__module__
        if not module.startswith(("keyring.backends.null", "keyring.backends.fail", "keyrings.alt")):
            return backend
    raise NoVault("no_keyring")
