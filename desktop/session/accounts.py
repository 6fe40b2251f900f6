"""The accounts of a profile: which system, as whom, and where their secrets are kept. One JSON file, no secrets in it.

A *desk* is what one window works with: its first account, in whose folder the local data is, and further ones that share
that.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, structs

from desktop.domain.account_option import Value
from desktop.domain.ids import KEY, AgentId, new_id

_FILE: Final = "accounts.json"


class VaultKind(StrEnum):
    """Where an account's secrets are: the system's keyring, or a file only its user may read."""

    KEYRING = "keyring"
    FILE = "file"


class Account(Struct, frozen=True, kw_only=True):
    """One sign-in: ``user`` at the system at ``url``. ``id`` names its folder and its secrets, and never changes.

    ``kind`` is what sort of system that is (``backends.registry``). A further account of a desk names that desk (the ``id``
    of its first account) and has a ``key``, which its ids begin with. ``name`` is the agent's as the system has it, ``title``
    what the agent calls the account. A paused one keeps what is here and is not synced. ``options`` are the answers to what
    its kind asks for besides (``domain.account_option``); ``with_token``: one signs in there with a token, not a password.
    """

    id: str
    url: str
    user: str
    agent_id: AgentId | None = None
    name: str = ""
    kind: str = "hub"
    key: str = ""
    desk: str = ""
    title: str = ""
    is_paused: bool = False
    options: dict[str, Value] = {}
    with_token: bool = False
    vault: VaultKind = VaultKind.KEYRING
    used_at: datetime | None = None

    @property
    def is_private(self) -> bool:
        """Whether what is said on the way there can be read by nobody else: encrypted, or not leaving the machine."""
        return is_private(self.url)


class AlreadyHere(ValueError):
    """The account that is to be added is the desk's first one. ``code`` is ``already_here``."""

    code = "already_here"


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
        """Return the first account of the desk used last."""
        return next((account for account in self.all() if not account.desk), None)

    def further(self, desk: Account) -> tuple[Account, ...]:
        """Return the further accounts of a desk, in a stable order."""
        found = (account for account in self._accounts.values() if account.desk == desk.id)
        return tuple(sorted(found, key=lambda account: account.id))

    def get(self, account_id: str) -> Account | None:
        return self._accounts.get(account_id)

    def remember(
        self,
        url: str,
        user: str,
        *,
        agent_id: AgentId | None = None,
        name: str = "",
        vault: VaultKind | None = None,
        kind: str = "hub",
        desk: Account | None = None,
        title: str = "",
        options: Mapping[str, Value] | None = None,
        with_token: bool = False,
    ) -> Account:
        """Note that ``user`` signed in at ``url`` now, and return the account: the one there was, or a new one; of ``desk``
        where it is a further one.

        Raises ``BadAddress``, and ``AlreadyHere`` where ``desk`` itself is that account.
        """
        url = normalised_url(url)
        desk_id = desk.id if desk is not None else ""

        def _is_it(known: Account) -> bool:
            is_same = known.user == user or (agent_id is not None and known.agent_id == agent_id)
            return is_same and (known.url, known.kind) == (url, kind)

        if desk is not None and _is_it(desk):
            raise AlreadyHere
        old = next((a for a in self._accounts.values() if _is_it(a) and a.desk == desk_id), None)
        account = Account(
            id=old.id if old else new_id(),
            url=url,
            user=user,
            kind=kind,
            desk=desk_id,
            key=old.key if old else self._free_key(desk, kind),
            title=title or (old.title if old else ""),
            options=dict(options) if options is not None else (old.options if old else {}),
            with_token=with_token,
            agent_id=agent_id or (old.agent_id if old else None),
            name=name or (old.name if old else ""),
            vault=vault or (old.vault if old else VaultKind.KEYRING),
            used_at=datetime.now(UTC),
        )
        self._accounts[account.id] = account
        self._save()
        return account

    def free_title(self, wished: str, url: str, desk: Account | None) -> str:
        """Return a name that no other account of a desk has: ``wished``, else with the host it is at, else with a number."""
        taken: set[str] = set()
        if desk is not None:
            taken = {(self._accounts.get(desk.id) or desk).title, *(one.title for one in self.further(desk))}
        among = (wished, f"{wished} {_host(url)}".strip(), *(f"{wished} {n}" for n in range(2, len(taken) + 3)))
        return next(title for title in among if title not in taken)

    def change(
        self,
        account: Account,
        *,
        title: str | None = None,
        is_paused: bool | None = None,
        options: Mapping[str, Value] | None = None,
    ) -> Account:
        """Rename an account, pause it or go on with it, set its options, and return it as it is now."""
        changed = structs.replace(
            account,
            title=account.title if title is None else title,
            is_paused=account.is_paused if is_paused is None else is_paused,
            options=account.options if options is None else dict(options),
        )
        self._accounts[account.id] = changed
        self._save()
        return changed

    def _free_key(self, desk: Account | None, kind: str) -> str:
        if desk is None:
            return ""
        taken = {account.key for account in self.further(desk)}
        stem = "".join(c for c in kind.lower() if c.isascii() and c.isalpha())[:8] or "account"
        return next(key for n in count(1) if (key := stem if n == 1 else f"{stem}{n}") not in taken)

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
        return {account.id: account for account in found.accounts if _is_plain(account.id) and _is_keyed(account)}

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
    if text.startswith("file:///"):
        return text
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
    return url.startswith(("https://", "file:///")) or _is_this_machine(_host(url))


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


def _is_keyed(account: Account) -> bool:
    """Whether an account is the first of its desk or has a key that ids can begin with."""
    return bool(KEY.fullmatch(account.key)) if account.desk else not account.key


def _is_plain(account_id: str) -> bool:
    """Whether an id read from a file is safe as the name of a folder."""
    return bool(account_id) and all(c.isalnum() or c == "-" for c in account_id)
