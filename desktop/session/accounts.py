"""The accounts of a profile: which system, as whom, and where their secrets are kept. One JSON file, no secrets in it."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import tempfile
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from desktop.domain.ids import AgentId, new_id

_FILE: Final = "accounts.json"


class VaultKind(StrEnum):
    """Where an account's secrets are: the system's keyring, or a file only its user may read."""

    KEYRING = "keyring"
    FILE = "file"


class Account(Struct, frozen=True, kw_only=True):
    """One sign-in: ``user`` at the system at ``url``. ``id`` names its folder and its secrets, and never changes."""

    id: str
    url: str
    user: str
    agent_id: AgentId | None = None
    name: str = ""
    vault: VaultKind = VaultKind.KEYRING
    used_at: datetime | None = None

    @property
    def is_private(self) -> bool:
        """Whether what is said on the way there can be read by nobody else: encrypted, or not leaving the machine."""
        return is_private(self.url)


class BadAddress(ValueError):
    """What was typed is not the address of a system. ``code``: ``empty``, ``scheme``, ``host`` or ``secret``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _File(Struct, frozen=True, kw_only=True):
    version: int = 1
    accounts: tuple[Account, ...] = ()


class Accounts:
    """The accounts of one profile folder, read once and written whole at each change."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self._path = profile / _FILE
        self._accounts = self._load()

    def all(self) -> tuple[Account, ...]:
        """Return the accounts, the one used last first."""
        never = datetime.min.replace(tzinfo=UTC)
        return tuple(sorted(self._accounts.values(), key=lambda account: account.used_at or never, reverse=True))

    def latest(self) -> Account | None:
        """Return the account used last."""
        accounts = self.all()
        return accounts[0] if accounts else None

    def get(self, account_id: str) -> Account | None:
        return self._accounts.get(account_id)

    def remember(
        self, url: str, user: str, *, agent_id: AgentId | None = None, name: str = "", vault: VaultKind | None = None
    ) -> Account:
        """Note that ``user`` signed in at ``url`` now, and return the account: the one there was, or a new one.

        Raises ``BadAddress``.
        """
        url = normalised_url(url)
        old = next((a for a in self._accounts.values() if (a.url, a.user) == (url, user)), None)
        account = Account(
            id=old.id if old else new_id(),
            url=url,
            user=user,
            agent_id=agent_id or (old.agent_id if old else None),
            name=name or (old.name if old else ""),
            vault=vault or (old.vault if old else VaultKind.KEYRING),
            used_at=datetime.now(UTC),
        )
        self._accounts[account.id] = account
        self._save()
        return account

    def forget(self, account_id: str) -> None:
        """Strike an account off; its secrets and its database are the caller's to remove."""
        if self._accounts.pop(account_id, None) is not None:
            self._save()

    def folder(self, account: Account) -> Path:
        """Return the account's own folder of the profile, made where it is not there."""
        folder = self.profile / "accounts" / account.id
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _load(self) -> dict[str, Account]:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            found = msgspec.json.decode(data, type=_File)
        except msgspec.MsgspecError:
            # Nothing in here cannot be typed again; what was there is put aside rather than lost.
            self._path.replace(self._path.with_suffix(".broken"))
            return {}
        return {account.id: account for account in found.accounts if _is_plain(account.id)}

    def _save(self) -> None:
        data = msgspec.json.format(msgspec.json.encode(_File(accounts=tuple(self._accounts.values()))))
        write_private(self._path, data)


def write_private(path: Path, data: bytes) -> None:
    """Write a file only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise


def normalised_url(text: str) -> str:
    """Return the address of a system as it is kept: a scheme (https unless said or on this machine), host, port, path.

    Raises ``BadAddress``, also where the address has a name and password in it.
    """
    text = text.strip()
    if not text:
        raise BadAddress("empty")
    if "://" not in text:
        text = f"{'http' if _is_this_machine(_host(f'//{text}')) else 'https'}://{text}"
    host = _host(text)
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise BadAddress("scheme")
    if "@" in parts.netloc:
        raise BadAddress("secret")
    if not host or any(c.isspace() for c in host):
        raise BadAddress("host")
    try:
        port = parts.port
    except ValueError:
        raise BadAddress("host") from None
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def is_private(url: str) -> bool:
    """Whether what is said to ``url`` can be read by nobody on the way."""
    return url.startswith("https://") or _is_this_machine(_host(url))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        raise BadAddress("host") from None


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_plain(account_id: str) -> bool:
    """Whether an id read from a file is safe as the name of a folder."""
    return bool(account_id) and all(c.isalnum() or c == "-" for c in account_id)
